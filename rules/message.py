"""One firing as its owner reads it.

title                the owner's own words, or the headline
  ▸ how late, and what is known now      own words      the value and what it was      what goes along
  ▸ why      where and when, and how to ask      answers by one tap
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from rules.durations import write_duration
from rules.enclosure import Attachment, Button
from rules.firing import Firing
from rules.headline import (
    SENTENCE_LIMIT,
    TITLE_LIMIT,
    because_of,
    is_plain_no,
    leading_fact,
    link_of,
    own_words,
    title_of,
    unit_of,
    why_now,
)
from rules.letter import Line, Paragraph, as_html, as_text, joined_html, one_line, shorten, web_address
from rules.marks import changes
from rules.spoken import VALUE_LIMIT, brief, counts_days, named, written, written_time
from watchers.api import Day, Fact, Flag, Money, Text, Texts

EXCERPT_LIMIT = 280
MORE_FACTS = 6
# Kinds write the parts of an entry's text so.
_BETWEEN = " · "
# A message that took longer than this to reach its owner says so.
LATE_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Words:
    """A message, ready to be sent.

    Attributes:
        title: One line that says the most important by itself.
        body: Plain text, complete without the HTML.
        html: The same as HTML, for channels that show it; None where the body is all there is.
        attachments: Pictures that go along, where the service carries them.
        buttons: Answers by one tap, where the service has buttons; the links stand in the HTML and the text as well.
    """

    title: str
    body: str
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notice that waited for its channel: its words, when they were said (UTC), and the zone to write that in."""

    words: Words
    at: datetime
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What is known of a firing's condition when its message goes out.

    Attributes:
        is_true: Whether it still holds; None where that is not known.
        said: How it stands, such as "165.00 USD since Mon 2026-07-06 18:10 EDT"; empty where there is no more to say.
    """

    is_true: bool | None
    said: str = ""


def compose(
    firing: Firing,
    *,
    sent_at: datetime | None = None,
    afterwards: Afterwards | None = None,
) -> Words:
    """Return the message of one firing.

    Args:
        firing: What came true.
        sent_at: When it goes out (UTC); a message that is over an hour late says so.
        afterwards: What is known by then; a message that is no longer true says so in its title.
    """
    title = title_of(firing)
    return lay_out(
        retitled(title, afterwards),
        [
            [*_lateness(firing, sent_at, afterwards), *standing(afterwards)],
            _opening(firing, title),
            values(firing),
            enclosed(firing),
            _reasons(firing),
            _ending(firing),
        ],
    )


def with_buttons(words: Words, buttons: Sequence[Button]) -> Words:
    """Return a message that can be answered by one tap; a button that leads to no web address is left out."""
    asked = tuple(button for button in buttons if web_address(button.address) == button.address)
    if not asked:
        return words
    last = [[Line(one_line(button.label, VALUE_LIMIT), address=button.address) for button in asked]]
    html = words.html and joined_html(words.html, as_html(last))
    return replace(words, body=f"{words.body}\n\n{as_text(last)}", html=html, buttons=asked)


def lay_out(title: str, paragraphs: Sequence[Paragraph]) -> Words:
    """Return a message in both its forms."""
    return Words(title, as_text(paragraphs), as_html(paragraphs))


def retitled(title: str, afterwards: Afterwards | None) -> str:
    """Return a title that does not promise what is over."""
    is_over = afterwards is not None and afterwards.is_true is False
    return shorten(f"No longer: {title}", TITLE_LIMIT) if is_over else title


def standing(afterwards: Afterwards | None) -> Iterator[Line]:
    """Yield what is known of a firing by now; that it holds is worth a line where there is more to say of it."""
    if afterwards is None:
        return
    said = one_line(afterwards.said, SENTENCE_LIMIT)
    if afterwards.is_true is False:
        yield Line(f"no longer true: {said}" if said else "no longer true", "Now")
    elif said:
        yield Line(f"still true: {said}" if afterwards.is_true else said, "Now")


def values(firing: Firing, *, excerpt: int = EXCERPT_LIMIT) -> Paragraph:
    """Return the value and what it was, what changed or how a long text begins, and other facts in a few words."""
    fact = leading_fact(firing)
    value = firing.facts.get(fact)
    said = "" if is_plain_no(firing) else _value(firing, fact, value)
    title = one_line(firing.title)
    # The text of an entry begins with its title, which stands above already.
    is_text = not said or (isinstance(value, Text) and title and said.startswith(title))
    lines = [Line(said, named(fact), tone="lead", more=was(firing))] if not is_text else []
    lines += _changes(firing, besides=value.values if lines and isinstance(value, Texts) else ())
    begins = ""
    if value is not None and is_text and not lines and not is_plain_no(firing):
        begins = shorten(one_line(written(value, firing.zone)).removeprefix(title).lstrip(" ·"), excerpt)
        lines.append(Line(begins))
    above = {said, *begins.split(_BETWEEN)}
    if more := list(islice(_more_facts(firing, fact, above), MORE_FACTS)):
        lines.append(Line("; ".join(more), "Also"))
    return lines


def _value(firing: Firing, name: str, fact: Fact | None) -> str:
    """Return a value as it stands behind its name: "yes", "139.00 USD"; an empty text where it is too long for that."""
    return str(fact) if isinstance(fact, Flag) else brief(name, fact, unit_of(firing, name), firing.zone)


def was(firing: Firing) -> str:
    """Return what the value was before, if that was another; that days go by is no news."""
    fact = leading_fact(firing)
    now, before = (_value(firing, fact, facts.get(fact)) for facts in (firing.facts, firing.before))
    if not before or before == now or counts_days(fact, firing.facts.get(fact)):
        return ""
    at = f" ({written_time(firing.before_at, firing.zone)})" if firing.before_at else ""
    return f", was {before}{at}"


def enclosed(firing: Firing) -> Paragraph:
    """Return the lines that go along."""
    return [Line(one_line(line, SENTENCE_LIMIT), has_links=True) for line in firing.enclosed]


def _lateness(firing: Firing, sent_at: datetime | None, afterwards: Afterwards | None) -> Paragraph:
    # Whoever asked what became of it found it late already, by the rule's own measure.
    late = waited(firing.seen_at, sent_at, LATE_AFTER if afterwards is None else timedelta(minutes=1))
    happened = written_time(firing.seen_at, firing.zone)
    return [Line(f"this happened {happened} and waited {late} to reach you", "Late")] if late else []


def waited(since: datetime, sent_at: datetime | None, least: timedelta = LATE_AFTER) -> str:
    """Return how long something waited to be sent, or an empty text where that is less than is worth a word."""
    if sent_at is None or sent_at - since < least:
        return ""
    return write_duration((sent_at - since) // timedelta(minutes=1) * timedelta(minutes=1))


def _opening(firing: Firing, title: str) -> Paragraph:
    """Return what the title does not say: the rest of the owner's own words, and what the thing is called."""
    first, _, rest = own_words(firing).partition("\n")
    own = rest.strip("\n") if one_line(first) == title else f"{first}\n{rest}".strip("\n")
    name = one_line(firing.title, SENTENCE_LIMIT)
    return [Line(own, has_links=True), *([Line(name)] if name != link_of(firing) and name not in title else [])]


def _changes(firing: Firing, besides: Sequence[str]) -> list[Line]:
    """Return what changed, but for what is new or gone as a whole and stands above already."""
    change = firing.facts.get(firing.change)
    if change is None:
        return []
    above = {f"{sign} {one_line(value)}" for value in besides for sign in "+−"}
    told = [each for each in changes(one_line(written(change, firing.zone), SENTENCE_LIMIT)) if each not in above]
    return [Line(each, "" if number else "Changed", is_change=True) for number, each in enumerate(told)]


def _more_facts(firing: Firing, leading: str, above: Set[str]) -> Iterator[str]:
    """Yield the short facts besides the one that the message leads with.

    A plain "no" is no news, nor what a text above says in the same words, nor the day of an instant that is told.
    """
    told = set(above)
    for name, fact in firing.facts.items():
        said = one_line(written(fact, firing.zone))
        is_news = said and said != one_line(firing.title) and fact != Flag(value=False)
        if (
            name in (firing.subject, leading, firing.change, *firing.untold)
            or not is_news
            or len(said) > VALUE_LIMIT
            or web_address(said)
            or (isinstance(fact, Text | Texts | Money) and said in above)
            or (isinstance(fact, Day) and any(f" {said} " in one for one in told))
        ):
            continue
        told.add(said)
        yield named(name).lower() if isinstance(fact, Flag) else f"{named(name).lower()} {said}"


def _reasons(firing: Firing) -> Paragraph:
    rule = one_line(firing.rule_name, TITLE_LIMIT)
    sentence = one_line(firing.sentence, SENTENCE_LIMIT)
    return [
        Line(because_of(firing), "Because"),
        Line(f"{rule} ({sentence})" if sentence else rule, "Rule"),
        Line(why_now(firing), "Why now"),
    ]


def _ending(firing: Firing) -> Paragraph:
    link = link_of(firing)
    source = one_line(firing.source, SENTENCE_LIMIT) if web_address(firing.source) != link else ""
    return [
        Line(link, "Link", is_link=True),
        Line(source, "Source", tone="fine"),
        Line(written_time(firing.seen_at, firing.zone), "Seen", tone="fine"),
        Line(f"trusted-agent why {firing.id}", "Ask", tone="fine"),
    ]

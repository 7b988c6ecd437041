"""What the owner reads when rules came true: from firings to a title and a body.

A message is a function of its record: the same firing gives the same bytes, today and in ten years, so `why` can show
what was told. The one thing besides the record is when it was sent, and only a message that came late depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rules.durations import write_duration
from rules.enclosure import Attachment, Button
from rules.firing import Firing
from rules.letter import Line, Paragraph, as_html, as_text, one_line, own_lines, shorten, web_address
from rules.own_words import UNKNOWN, fill
from watchers.api import Fact, Flag, Moment, Span, Text, Texts

__all__ = [
    "Waiting",
    "Words",
    "compose",
    "compose_many",
    "lay_out",
    "written_time",
]

# A lock screen shows about 60 characters; more is for mail. The value is never what is cut.
TITLE_LIMIT = 120
VALUE_LIMIT = 60
SENTENCE_LIMIT = 500
EXCERPT_LIMIT = 280
OWN_WORDS_LIMIT = 2000
MORE_FACTS = 6
# How many of many messages are told in full, and how many by their title; the rest is counted.
FULL_ENTRIES = 20
ENTRIES = 200
# A message that took longer than this to reach its owner says so.
LATE_AFTER = timedelta(hours=1)

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WHY_NOW = {
    "crossed": "it has just come true",
    "new": "it is new there",
    "changed": "it has just changed",
    "already true when first seen": "it was already true when this was first looked at",
    "again: still true": "a reminder: it is still true",
    "again: lower": "it is lower than when you were last told",
    "again: higher": "it is higher than when you were last told",
}


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


# One firing.


def compose(firing: Firing, *, sent_at: datetime | None = None) -> Words:
    """Return the message of one firing; where it is sent (in UTC) over an hour after it was seen, it says how late."""
    headline = _headline(firing)
    own = _own_words(firing)
    title = shorten(one_line(own.partition("\n")[0]), TITLE_LIMIT) or headline
    link = web_address(firing.link) or web_address(firing.source)
    opening = [Line(own)] if own else []
    name = one_line(firing.title, SENTENCE_LIMIT)
    if name and name != title:
        opening.append(Line(name))
    ending = [
        *([Line(link, "Link", is_link=True)] if link else []),
        *([Line(one_line(firing.source, SENTENCE_LIMIT), "Source")] if web_address(firing.source) != link else []),
        Line(written_time(firing.seen_at, firing.zone), "Seen"),
        *_lateness(firing.seen_at, sent_at),
        Line(f"trusted-agent why {firing.id}", "Ask"),
    ]
    return lay_out(title, [opening, _values(firing), _enclosed(firing), _reasons(firing), ending])


def _headline(firing: Firing) -> str:
    """Return the title: what is new is called by its name, what moves by its rule and its value."""
    name = one_line(firing.title, TITLE_LIMIT)
    if firing.reason == "new" and name:
        return name
    value = _brief(firing, firing.facts.get(firing.subject))
    rule = one_line(firing.rule_name)
    said = value or (name if name != rule else "") or _why_now(firing)
    said = shorten(said, TITLE_LIMIT // 2) if said != value else said
    return f"{shorten(rule, TITLE_LIMIT - len(said) - 2)}: {said}".strip(": ") or firing.id


def _own_words(firing: Firing) -> str:
    if not firing.message:
        return ""
    known = {name: _written(fact, firing.zone) for name, fact in firing.facts.items()}
    value = _brief(firing, firing.facts.get(firing.subject)) or known.get(firing.subject, UNKNOWN)
    said = {
        "value": value,
        "was": _brief(firing, firing.before.get(firing.subject)) or UNKNOWN,
        "title": firing.title or UNKNOWN,
        "link": web_address(firing.link) or web_address(firing.source) or UNKNOWN,
        "because": firing.because,
        "reason": _why_now(firing),
        "rule": firing.rule_name,
        "source": firing.source,
        "seen": written_time(firing.seen_at, firing.zone),
        "id": firing.id,
    }
    # A kind's own fact of that name is what its owner means by it.
    filled = {name: one_line(value, SENTENCE_LIMIT) for name, value in {**said, **known}.items()}
    return own_lines(fill(firing.message, filled), OWN_WORDS_LIMIT)


def _values(firing: Firing) -> Paragraph:
    """Return the value and what it was, an excerpt where it is long, and the other facts in a few words."""
    lines = []
    fact = firing.facts.get(firing.subject)
    brief = _brief(firing, fact)
    change = firing.facts.get(firing.change)
    if change is not None and not brief:
        lines.append(Line(shorten(one_line(_written(change, firing.zone)), SENTENCE_LIMIT), "Changed"))
    elif brief and brief != one_line(firing.title):
        lines.append(Line(brief + _was(firing, brief), _named(firing.subject)))
    elif fact is not None and not brief:
        # The text of an entry begins with its title, which stands above already.
        text = one_line(_written(fact, firing.zone)).removeprefix(one_line(firing.title)).lstrip()
        lines += [Line(shorten(text, EXCERPT_LIMIT))] if text else []
    if more := list(islice(_more_facts(firing), MORE_FACTS)):
        lines.append(Line("; ".join(more), "Also"))
    return lines


def _enclosed(firing: Firing) -> Paragraph:
    return [Line(one_line(line, SENTENCE_LIMIT)) for line in firing.enclosed]


def _was(firing: Firing, brief: str) -> str:
    was = _brief(firing, firing.before.get(firing.subject))
    if not was or was == brief:
        return ""
    at = f" ({written_time(firing.before_at, firing.zone)})" if firing.before_at else ""
    return f", was {was}{at}"


def _more_facts(firing: Firing) -> Iterator[str]:
    """Yield the short facts besides the one that the message leads with; a plain "no" is no news."""
    for name, fact in firing.facts.items():
        written = one_line(_written(fact, firing.zone))
        is_news = written and written != one_line(firing.title) and not (isinstance(fact, Flag) and not fact.value)
        if (
            name == firing.subject
            or name in (*firing.untold, firing.change)
            or not is_news
            or len(written) > VALUE_LIMIT
            or web_address(written)
        ):
            continue
        yield _named(name).lower() if isinstance(fact, Flag) else f"{_named(name).lower()} {written}"


def _reasons(firing: Firing) -> Paragraph:
    rule = one_line(firing.rule_name, TITLE_LIMIT)
    sentence = one_line(firing.sentence, SENTENCE_LIMIT)
    return [
        Line(one_line(firing.because, SENTENCE_LIMIT), "Because"),
        Line(f"{rule} ({sentence})" if sentence else rule, "Rule"),
        Line(_why_now(firing), "Why now"),
    ]


def _why_now(firing: Firing) -> str:
    return _WHY_NOW.get(firing.reason) or one_line(firing.reason, VALUE_LIMIT)


# Many at once.


def compose_many(
    firings: Sequence[Firing], *, notices: Sequence[Waiting] = (), sent_at: datetime | None = None
) -> Words:
    """Return one message for many firings of a poll, or the summary of all that waited for a channel.

    Every entry says when it was seen; where the oldest is sent (in UTC) over an hour late, the message says how late.
    The order of the arguments does not matter.
    """
    if len(firings) == 1 and not notices:
        return compose(firings[0], sent_at=sent_at)
    in_order = sorted(firings, key=lambda firing: (firing.seen_at, firing.key))
    waiting = sorted(notices, key=lambda waiting: (waiting.at, waiting.words.title))
    entries = [*(_notice_entry(each) for each in waiting)]
    entries += [_entry(firing) for firing in in_order]
    count = len(entries)
    oldest = min([firing.seen_at for firing in in_order] + [each.at for each in waiting])
    full, brief = entries[:FULL_ENTRIES], entries[FULL_ENTRIES:ENTRIES]
    rest: list[Line] = [entry[0] for entry in brief]
    if count > ENTRIES:
        rest.append(Line(f"and {count - ENTRIES} more: trusted-agent firings lists them"))
    late = _lateness(oldest, sent_at, "the oldest of these")
    return lay_out(_title_of_many(in_order, waiting, is_late=bool(late)), [late, *full, rest])


def _title_of_many(firings: Sequence[Firing], notices: Sequence[Waiting], *, is_late: bool) -> str:
    count = len(firings) + len(notices)
    if is_late:
        return f"{count} late messages"
    rules = {firing.rule_name for firing in firings}
    if not notices and len(rules) == 1:
        rule = shorten(one_line(firings[0].rule_name), TITLE_LIMIT - 20)
        return f"{rule}: {count} new" if all(firing.reason == "new" for firing in firings) else f"{rule}: {count} times"
    first = _headline(firings[0]) if firings else one_line(notices[0].words.title)
    return f"{shorten(first, TITLE_LIMIT - 20)}, and {count - 1} more"


def _entry(firing: Firing) -> Paragraph:
    """Return a firing as one of many, beginning with the line that stands for it where there is no room."""
    brief = _brief(firing, firing.facts.get(firing.subject))
    link = web_address(firing.link) or web_address(firing.source)
    is_named = firing.reason == "new" and firing.title
    name = one_line(firing.rule_name if is_named else firing.title, TITLE_LIMIT)
    lines = [Line(_headline(firing)), *([Line(name)] if name else [])]
    lines.append(Line(one_line(firing.because, SENTENCE_LIMIT) + _was(firing, brief)))
    lines += _enclosed(firing)
    if link:
        lines.append(Line(link, is_link=True))
    lines.append(Line(f"Seen {written_time(firing.seen_at, firing.zone)}; ask: trusted-agent why {firing.id}"))
    return lines


def _notice_entry(waiting: Waiting) -> Paragraph:
    body = one_line(waiting.words.body, SENTENCE_LIMIT)
    said = Line(f"Said {written_time(waiting.at, waiting.zone)}")
    return [Line(one_line(waiting.words.title, TITLE_LIMIT)), *([Line(body)] if body else []), said]


def _lateness(since: datetime, sent_at: datetime | None, what: str = "this message") -> Paragraph:
    if sent_at is None or sent_at - since < LATE_AFTER:
        return []
    minutes = (sent_at - since) // timedelta(minutes=1)
    return [Line(f"{what} waited {write_duration(timedelta(minutes=minutes))} to reach you", "Late")]


# Facts and times in words.


def written_time(at: datetime, zone: str) -> str:
    """Return an instant as the owner's clock showed it: "Mon 2026-07-06 14:03 EDT"; no word depends on a locale."""
    try:
        there = at.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):  # a record from a machine that knows more zones must still be told
        there = at.astimezone(UTC)
    return f"{_WEEKDAYS[there.weekday()]} {there:%Y-%m-%d %H:%M} {there.tzname()}"


def _written(fact: Fact, zone: str) -> str:
    if isinstance(fact, Moment):
        return written_time(fact.at, zone)
    return write_duration(fact.length) if isinstance(fact, Span) else str(fact)


def _brief(firing: Firing, fact: Fact | None) -> str:
    """Return the value of the rule's subject where it fits a title, else an empty text."""
    if fact is None:
        return ""
    if isinstance(fact, Flag):
        name = _named(firing.subject).lower()
        return name if fact.value else f"not {name}"
    written = one_line(f"{_written(fact, firing.zone)} {firing.unit}")
    if isinstance(fact, Text | Texts) and len(written) > VALUE_LIMIT:
        return ""
    return shorten(written, VALUE_LIMIT)


def _named(fact: str) -> str:
    return fact.replace("_", " ").replace(".", " ").capitalize()


def lay_out(title: str, paragraphs: Sequence[Paragraph]) -> Words:
    """Return a message in both its forms."""
    return Words(title, as_text(paragraphs), as_html(paragraphs))

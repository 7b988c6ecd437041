"""Many firings as one message: those of one poll, what waited for a channel, a digest, what a limit folded.

in order ▸ the first in full, rule by rule ▸ each other one on a line of its own, rule by rule

Every firing is in it with its id, however many there are. What matters most stands first, so that a service that cuts a
long message cuts what matters least.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import get_args

from rules.firing import Firing
from rules.headline import TITLE_LIMIT, because_of, link_of, title_of
from rules.letter import Line, Paragraph, one_line, own_lines, shorten
from rules.message import (
    Afterwards,
    Waiting,
    Words,
    compose,
    enclosed,
    lay_out,
    retitled,
    standing,
    values,
    waited,
)
from rules.rule import Urgency
from rules.spoken import written_time

# How many are told in full; the others have a line each.
FULL_ENTRIES = 40
EXCERPT_LIMIT = 140
# As long as the longest that the agent says of itself: whoever reads it in a digest reads it nowhere else.
NOTICE_LIMIT = 4000

_LOUDNESS: tuple[Urgency, ...] = get_args(Urgency)
_NOTHING_KNOWN: Mapping[str, Afterwards] = {}


def compose_many(
    firings: Sequence[Firing],
    *,
    notices: Sequence[Waiting] = (),
    sent_at: datetime | None = None,
    afterwards: Mapping[str, Afterwards] = _NOTHING_KNOWN,
) -> Words:
    """Return one message for many firings of a poll, or for all that waited for a channel, in the order of time.

    Every entry says when it was seen; where the oldest is sent (in UTC) over an hour late, the message says how late.
    The order of the arguments does not matter.

    Args:
        firings: What came true.
        notices: What the agent has to say itself.
        sent_at: When it goes out (UTC).
        afterwards: By the key of a firing, what is known of it by then.
    """
    if len(firings) == 1 and not notices:
        return compose(firings[0], sent_at=sent_at, afterwards=afterwards.get(firings[0].key))
    in_order = sorted(firings, key=lambda firing: (firing.seen_at, firing.key))
    said = _in_order_of_time(notices)
    oldest = min([firing.seen_at for firing in in_order] + [each.at for each in said])
    late = waited(oldest, sent_at)
    opening = [Line(f"the oldest of these waited {late} to reach you", "Late")] if late else []
    title = f"{len(firings) + len(said)} late messages" if late else _title_of_many(in_order, said)
    return _listed(title, opening, in_order, said, afterwards)


def compose_digest(
    firings: Sequence[Firing],
    notices: Sequence[Waiting] = (),
    *,
    order: Mapping[str, float] | None = None,
    sent_at: datetime | None = None,
    zone: str = "UTC",
    afterwards: Mapping[str, Afterwards] = _NOTHING_KNOWN,
) -> Words:
    """Return the digest of a channel: what matters most to the owner first, every firing with its id.

    Args:
        firings: What came true since the last one.
        notices: What the agent had to say itself meanwhile.
        order: By the key of a firing, how much it matters; more is more, and what is not named is 0. Of equals, and
            without it, the more urgent is first, then the newer.
        sent_at: When it goes out (UTC).
        zone: The owner's.
        afterwards: By the key of a firing, what is known of it by then.
    """
    count = len(firings) + len(notices)
    title = "Digest: 1 thing" if count == 1 else f"Digest: {count:,} things"
    return _gathered(title, firings, notices, order=order, sent_at=sent_at, zone=zone, afterwards=afterwards)


def compose_folded(
    firings: Sequence[Firing],
    notices: Sequence[Waiting] = (),
    *,
    limit: str,
    again: int = 0,
    order: Mapping[str, float] | None = None,
    sent_at: datetime | None = None,
    zone: str = "UTC",
    afterwards: Mapping[str, Afterwards] = _NOTHING_KNOWN,
) -> Words:
    """Return what a channel's limit, such as "10 per hour", kept back: as `compose_digest`, under its own title.

    `again` is how many of all these were told before, by the messages that had used the limit up.
    """
    title = f"{one_line(limit, TITLE_LIMIT // 3)}: {len(firings) + len(notices) - again:,} more"
    known = f"{again:,} of these {'was' if again == 1 else 'were'} told before the limit was reached" if again else ""
    return _gathered(
        title, firings, notices, known=known, order=order, sent_at=sent_at, zone=zone, afterwards=afterwards
    )


def _gathered(
    title: str,
    firings: Sequence[Firing],
    notices: Sequence[Waiting],
    *,
    known: str = "",
    order: Mapping[str, float] | None,
    sent_at: datetime | None,
    zone: str,
    afterwards: Mapping[str, Afterwards],
) -> Words:
    """Return many firings by what matters; that they waited was the owner's wish, so nothing is late."""
    if len(firings) == 1 and not notices:
        return compose(firings[0], afterwards=afterwards.get(firings[0].key))
    in_order = sorted(firings, key=_by_what_matters(order or {}))
    said = _in_order_of_time(notices)
    first = title_of(in_order[0]) if in_order else one_line(said[0].words.title)
    instants = [firing.seen_at for firing in in_order] + [each.at for each in said]
    until = f" to {written_time(sent_at or max(instants), zone)}"
    opening = [Line(written_time(min(instants), zone) + until, "From", tone="fine"), Line(known, tone="fine")]
    return _listed(shorten(f"{title}, the first: {first}", TITLE_LIMIT), opening, in_order, said, afterwards)


def _by_what_matters(order: Mapping[str, float]) -> Callable[[Firing], tuple[float, int, float, str]]:
    def place(firing: Firing) -> tuple[float, int, float, str]:
        loudness = _LOUDNESS.index(firing.urgency)
        return -order.get(firing.key, 0.0), -loudness, -firing.seen_at.timestamp(), firing.key

    return place


def _in_order_of_time(notices: Sequence[Waiting]) -> list[Waiting]:
    return sorted(notices, key=lambda waiting: (waiting.at, waiting.words.title))


def _title_of_many(firings: Sequence[Firing], notices: Sequence[Waiting]) -> str:
    count = len(firings) + len(notices)
    if not notices and len({firing.rule_id for firing in firings}) == 1:
        rule = shorten(one_line(firings[0].rule_name), TITLE_LIMIT - 20)
        return f"{rule}: {count} new" if all(firing.reason == "new" for firing in firings) else f"{rule}: {count} times"
    first = title_of(firings[0]) if firings else one_line(notices[0].words.title)
    return f"{shorten(first, TITLE_LIMIT - 20)}, and {count - 1} more"


def _listed(
    title: str,
    opening: Paragraph,
    firings: Sequence[Firing],
    notices: Sequence[Waiting],
    afterwards: Mapping[str, Afterwards],
) -> Words:
    """Return the message with every notice and, in their order, every firing."""
    paragraphs: list[Paragraph] = [opening, *(_notice_entry(each) for each in notices)]
    for rule, members in _by_rule(firings[:FULL_ENTRIES]):
        paragraphs += [[_heading(rule, members)], *(_entry(firing, afterwards.get(firing.key)) for firing in members)]
    for rule, members in _by_rule(firings[FULL_ENTRIES:]):
        brief = (_brief_entry(firing, afterwards.get(firing.key)) for firing in members)
        paragraphs.append([_heading(f"More of {rule}", members), *brief])
    return lay_out(title, paragraphs)


def _by_rule(firings: Sequence[Firing]) -> Iterator[tuple[str, list[Firing]]]:
    """Yield the firings rule by rule, in the order of the first of each."""
    found: dict[str, list[Firing]] = {}
    for firing in firings:
        found.setdefault(firing.rule_id, []).append(firing)
    for members in found.values():
        yield one_line(members[0].rule_name, TITLE_LIMIT) or members[0].rule_id, members


def _heading(name: str, members: Sequence[Firing]) -> Line:
    return Line(f"{name} ({len(members):,})", tone="lead")


def _entry(firing: Firing, afterwards: Afterwards | None) -> Paragraph:
    title = title_of(firing)
    name = one_line(firing.title, TITLE_LIMIT)
    return [
        Line(retitled(title, afterwards), tone="strong"),
        *standing(afterwards),
        *([Line(name)] if name not in title else []),
        *(line for line in values(firing, excerpt=EXCERPT_LIMIT) if line.label != "Also"),
        # That everything new is told need not be said of each.
        Line(because_of(firing) if firing.sentence else "", "Because"),
        *enclosed(firing),
        Line(link_of(firing), is_link=True),
        Line(f"Seen {_when(firing)}; ask: trusted-agent why {firing.id}", tone="fine"),
    ]


def _brief_entry(firing: Firing, afterwards: Afterwards | None) -> Line:
    return Line(f"{retitled(title_of(firing), afterwards)} ({firing.id}, {_when(firing)})")


def _when(firing: Firing) -> str:
    return written_time(firing.seen_at, firing.zone)


def _notice_entry(waiting: Waiting) -> Paragraph:
    # A summary or a question says what it says in lines.
    return [
        Line(one_line(waiting.words.title, TITLE_LIMIT), tone="strong"),
        *(Line(one_line(line)) for line in own_lines(waiting.words.body, NOTICE_LIMIT).split("\n")),
        Line(f"Said {written_time(waiting.at, waiting.zone)}", tone="fine"),
    ]

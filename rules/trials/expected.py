"""What a rule test expects to be told: when, why, of what, in which words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.faults import nearest
from rules.file.collected import Faults
from rules.file.nodes import MappingNode, Node, ScalarNode, SequenceNode
from rules.file.validation import did_you_mean
from rules.firing import CHANGED, CROSSED, FIRST_SEEN, NEW, REMINDED
from rules.rule import Rule
from rules.trials.case import Expected
from rules.trials.settings import TellSettings, TrialSettings
from rules.when.quantities import Misread, read_date
from watchers.api import Day, Moment

REASONS = (
    CROSSED, NEW, CHANGED, FIRST_SEEN, f"{REMINDED}: lower", f"{REMINDED}: higher", f"{REMINDED}: still true"
)  # fmt: skip

_NUMBER = re.compile(r"[0-9]{1,6}")
_DAY = timedelta(days=1)


def read_expected(
    node: MappingNode, settings: TrialSettings, rule: Rule, clock: Sequence[datetime], zone: ZoneInfo, faults: Faults
) -> tuple[Expected, ...] | None:
    """Return what is expected, or None where something of it is wrong, which is noted.

    Args:
        node: The test.
        settings: The same, as its model reads it.
        rule: The rule.
        clock: When each poll is made.
        zone: The zone of that clock.
        faults: Takes what is wrong.
    """
    below = node.get("tells")
    nodes = below.items if isinstance(below, SequenceNode) else ()
    read = [_expected(each, tell, rule, clock, zone, faults) for each, tell in zip(nodes, settings.tells, strict=True)]
    found = tuple(one for one in read if one is not None)
    return found if len(found) == len(read) else None


def _expected(
    node: Node, tell: TellSettings, rule: Rule, clock: Sequence[datetime], zone: ZoneInfo, faults: Faults
) -> Expected | None:
    inside = node if isinstance(node, MappingNode) else None
    spot = (inside and inside.get("at")) or node
    if tell.reason is not None and tell.reason not in REASONS and inside is not None:
        hint = did_you_mean(nearest(tell.reason, REASONS), REASONS)
        faults.add(inside.get("reason") or node, f"nothing is ever told for the reason `{tell.reason}`", hint)
        return None
    written = str(tell.at).strip()
    wanted = Expected(
        poll=0,
        written=written,
        reason=tell.reason or "",
        message=_trimmed(tell.message or ""),
        of=tell.of or "",
        contains=tell.contains or (),
    )
    if _NUMBER.fullmatch(written):
        number = int(written)
        if not 1 <= number <= len(clock):
            faults.add(spot, f"there is no poll {number}: this test has {len(clock)}", f"1 to {len(clock)}")
            return None
        return replace(wanted, poll=number, written=f"poll {number}")
    span = _span(spot, written, zone, faults)
    if span is None:
        return None
    begin, end = span
    # The poll at that time is the last one that was made in it, or else before it.
    number = bisect_right(clock, end - timedelta(microseconds=1))
    last = clock[-1] + rule.every
    if number == 0 or begin >= last:
        told = f"this test is over at {_shown(last, zone)}" if number else f"it begins at {_shown(clock[0], zone)}"
        faults.add(spot, f"nothing can be told at {written}: {told}", "name the number of a poll, or another time")
        return None
    return replace(wanted, poll=number, begin=begin, end=end)


def _span(node: Node, written: str, zone: ZoneInfo, faults: Faults) -> tuple[datetime, datetime] | None:
    """Return the time that is meant, as exact as it is written: a day, a minute or a second."""
    try:
        read = read_date(written, zone) if isinstance(node, ScalarNode) else None
    except Misread as misread:
        faults.add(node, misread.message, misread.hint)
        return None
    if isinstance(read, Day) and read.day is not None:
        midnights = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (read.first, read.first + _DAY))
        return next(midnights), next(midnights)
    if not isinstance(read, Moment):
        faults.add(node, f"`{written}` is neither the number of a poll nor a time", "at: 2, or at: 2026-03-01 10:00")
        return None
    has_seconds = re.search(r":\d\d:\d\d", written)
    return read.at, read.at + (timedelta(seconds=1) if has_seconds else timedelta(minutes=1))


def _shown(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _trimmed(message: str) -> str:
    return "\n".join(line.rstrip() for line in message.strip("\n").splitlines())

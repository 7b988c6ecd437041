"""Dates and instants that may be inexact: what is certainly earlier, and when time alone will make it otherwise.

A partial date such as 2026-05 is one unknown day of its span; written in a sentence it is the whole span. Beside a
date, an instant counts as the day that it falls on in the owner's zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from rules.when.syntax import Operator
from watchers.api import Day, Moment

# How a value moves with the clock: not at all, with each instant, with each day, or at some midnights.
Motion = Literal["", "now", "today", "daily"]

_INSTANT = timedelta(microseconds=1)
_DAY = timedelta(days=1)
# What is further off need not be foreseen: nobody waits for it, and the calendar ends.
_LIFETIME = timedelta(days=36525)


@dataclass(frozen=True, slots=True)
class When:
    """A point in time somewhere from `low` to `high`, both of them days or both instants in UTC.

    Attributes:
        whole: The span itself is meant, as in a sentence, and not one unknown point of it.
        motion: How it moves with the clock; what moves is a single point.
    """

    low: date
    high: date
    whole: bool = False
    motion: Motion = ""

    @property
    def is_instant(self) -> bool:
        """Whether this is exact to the instant rather than the day."""
        return isinstance(self.low, datetime)


def when(fact: Day | Moment, *, whole: bool = False, motion: Motion = "") -> When:
    """Return the span of a fact."""
    if isinstance(fact, Moment):
        return When(fact.at, fact.at, whole, motion)
    return When(fact.first, fact.last, whole, motion)


def today(now: datetime, zone: ZoneInfo) -> date:
    """Return the day in the owner's zone."""
    return now.astimezone(zone).date()


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day begins in a zone, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def ordered(op: Operator, left: When, right: When, zone: ZoneInfo) -> bool | None:
    """Return whether left is before, after or at right; None where their spans do not settle it."""
    one, other = _alike(left, right, zone)
    if one.whole and not other.whole:
        one, other, op = other, one, MIRRORED[op]
    if op == "=":
        return _equal(one, other)
    if op == "!=":
        same = _equal(one, other)
        return None if same is None else not same
    if op in (">", ">="):
        # Later than the right is what is not at most it, and what is at least it is not earlier.
        sooner = ordered("<=" if op == ">" else "<", one, other, zone)
        return None if sooner is None else not sooner
    return _sooner(one, other, or_at=op == "<=")


MIRRORED: dict[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def _alike(left: When, right: When, zone: ZoneInfo) -> tuple[When, When]:
    if left.is_instant is right.is_instant:
        return left, right
    return _as_days(left, zone), _as_days(right, zone)


def _as_days(span: When, zone: ZoneInfo) -> When:
    if isinstance(span.low, datetime) and isinstance(span.high, datetime):
        return When(today(span.low, zone), today(span.high, zone), span.whole, span.motion)
    return span


def _sooner(one: When, other: When, *, or_at: bool) -> bool | None:
    """Return whether one is before (or at) the other; before a whole span is before its beginning."""
    surely = other.high if other.whole and or_at else other.low
    possibly = other.low if other.whole and not or_at else other.high
    if one.high < surely or (or_at and one.high == surely):
        return True
    if one.low > possibly or (not or_at and one.low == possibly):
        return False
    return None


def _equal(one: When, other: When) -> bool | None:
    if one.high < other.low or one.low > other.high:
        return False
    if other.whole:
        return True if other.low <= one.low and one.high <= other.high else None
    return True if one.low == one.high == other.low == other.high else None


def next_change(left: When, right: When, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return an instant after now, before which the order of the two cannot change; None where it never does.

    "Never" is within a hundred years: the instant only tells when to judge again.
    """
    instants = [*_crossings(left, right, now, zone), *_crossings(right, left, now, zone)]
    if "daily" in (left.motion, right.motion) or (left.motion and right.motion):
        instants.append(midnight(today(now, zone) + _DAY, zone))
    return min((instant for instant in instants if instant > now), default=None)


def _crossings(mover: When, other: When, now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield the instants at which what moves reaches or leaves an end of the other."""
    if mover.motion not in ("now", "today"):
        return
    for end in (other.low, other.high):
        if isinstance(mover.low, datetime):
            for away in _distances(mover.low, end, zone):
                if timedelta() < away < _LIFETIME:
                    yield now + away
        else:
            day = today(end, zone) if isinstance(end, datetime) else end
            for target in (day, day + _DAY):
                if timedelta() < target - mover.low < _LIFETIME:
                    yield midnight(today(now, zone) + (target - mover.low), zone)


def _distances(moving: datetime, end: date, zone: ZoneInfo) -> Iterator[timedelta]:
    """Yield how far an instant is from another and from just past it, or from both ends of a day."""
    if isinstance(end, datetime):
        yield end - moving
        yield end - moving + _INSTANT
    else:
        yield midnight(end, zone) - moving
        yield midnight(end + _DAY, zone) - moving

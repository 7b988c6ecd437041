"""Instants and facts in a person's words."""

from __future__ import annotations

from datetime import datetime, timedelta

from rules.durations import write_duration
from rules.words import written_time
from watchers.api import Fact, Moment, Span

# Further off than this, how long ago says less than the day and the hour.
NEAR = timedelta(days=7)
_STEPS = (timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1))


def ago(at: datetime | None, now: datetime, zone: str) -> str:
    """Return how long ago an instant was: "3m ago", or its day and hour where that is long."""
    if at is None:
        return "never"
    if now - at > NEAR:
        return written_time(at, zone)
    return f"{_rough(now - at)} ago" if now - at >= timedelta(seconds=1) else "just now"


def ahead(at: datetime | None, now: datetime, zone: str) -> str:
    """Return how far ahead an instant is: "in 5m", "now" where it has come."""
    if at is None:
        return "never"
    if at - now > NEAR:
        return written_time(at, zone)
    return f"in {_rough(at - now)}" if at - now >= timedelta(seconds=1) else "now"


def said(fact: Fact, zone: str) -> str:
    """Return a fact as a message writes it."""
    if isinstance(fact, Moment):
        return written_time(fact.at, zone)
    return write_duration(fact.length) if isinstance(fact, Span) else str(fact)


def _rough(length: timedelta) -> str:
    """Return a length of time by its largest unit, and days with their hours."""
    unit = max(step for step in _STEPS if step <= length)
    if unit == timedelta(days=1):
        unit = timedelta(hours=1)
    return write_duration(length // unit * unit)

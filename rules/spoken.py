"""Facts and instants as the owner reads them: in their own time zone, with units; no word hangs on a locale."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rules.durations import write_duration
from rules.letter import one_line, shorten
from watchers.api import Fact, Flag, Moment, Number, Span, Text, Texts

# What is longer is no value but a text: it is shown as an excerpt.
VALUE_LIMIT = 60

# More than a calendar has.
MOST_DAYS = 10_000_000

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def written_time(at: datetime, zone: str) -> str:
    """Return an instant as the owner's clock showed it: "Mon 2026-07-06 14:03 EDT"; no word depends on a locale.

    At the ends of the calendar it is said in its own zone: "until the end of 9999" is how RFC 5280 writes for ever, and
    east of Greenwich that is a day which no calendar has.
    """
    try:
        there = at.astimezone(_zone(zone))
    except OverflowError:
        there = at
    return f"{_WEEKDAYS[there.weekday()]} {there:%Y-%m-%d %H:%M} {there.tzname()}"


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):  # a record from a machine that knows more zones must still be told
        return ZoneInfo("UTC")


def written(fact: Fact, zone: str) -> str:
    """Return a fact in full, without its unit."""
    if isinstance(fact, Moment):
        return written_time(fact.at, zone)
    return write_duration(fact.length) if isinstance(fact, Span) else str(fact)


def brief(name: str, fact: Fact | None, unit: str, zone: str) -> str:
    """Return a fact with its unit where it fits a title, else an empty text."""
    if fact is None:
        return ""
    if isinstance(fact, Flag):
        said = named(name).lower()
        return said if fact.value else f"not {said}"
    said = one_line(f"{written(fact, zone)}{_of_unit(fact, unit)}")
    if isinstance(fact, Text | Texts) and len(said) > VALUE_LIMIT:
        return ""
    return shorten(said, VALUE_LIMIT)


def _of_unit(fact: Fact, unit: str) -> str:
    """Return what stands behind a number: "9 days", "1 day", "34.5%"."""
    return unit if unit == "%" else f" {unit_of(fact, unit)}"


def unit_of(fact: Fact, unit: str) -> str:
    """Return the unit of a fact as it is said of so many: 9 days, 1 day, 1 Mbps."""
    is_counted = len(unit) > 3 and unit.islower()
    return unit.removesuffix("s") if is_counted and isinstance(fact, Number) and fact.value == 1 else unit


def named(fact: str) -> str:
    """Return the name of a fact as words: "Days left"."""
    return fact.replace("_", " ").replace(".", " ").capitalize()


def counts_days(name: str, fact: Fact | None) -> bool:
    """Return whether a fact counts days, by the names that kinds share: to what comes, or to an end."""
    if name.rpartition(".")[2] not in ("days_until", "days_left") or not isinstance(fact, Number):
        return False
    # What a page gives out as days may be any number.
    return fact.value.is_finite() and abs(fact.value) < MOST_DAYS and not fact.value % 1


def countdown(thing: str, name: str, days: int) -> str:
    """Return how a thing is spoken of that is so many days off; `name` is that of the fact that counts them."""
    count = "1 day" if abs(days) == 1 else f"{abs(days)} days"
    if name.endswith("days_left"):
        return f"{thing}: {count} left" if days >= 0 else f"{thing}: over for {count}"
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    return f"{thing} {near.get(days) or (f'in {count}' if days > 0 else f'{count} ago')}"

"""When something takes place, as markup and services state it: a day, or an instant, or both.

ISO 8601 as https://schema.org/startDate and https://schema.org/DateTime ask for it, with and without time and zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from watchers.api import Day

MAX_LENGTH = 40

_STATED = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{1,2})(?:-(?P<day>[0-9]{1,2}))?|(?P<dense>[0-9]{4}))?"
    r"(?:[T ]\s*(?P<hour>[0-9]{1,2}):?(?P<minute>[0-9]{2})(?::?(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r"\s*(?P<zone>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class When:
    """A time as it is stated.

    Attributes:
        day: The date where it takes place, as exact as it is stated.
        at: The instant in UTC; None where no time of day is stated.
    """

    day: Day
    at: datetime | None = None

    def begins(self, zone: tzinfo) -> datetime | None:
        """Return the instant, or midnight of a whole date in a zone; None where not even the date is whole."""
        if self.at is not None or self.day.day is None:
            return self.at
        try:
            return datetime.combine(self.day.first, time(), zone).astimezone(UTC)
        except OverflowError:  # the first day of all years, east of Greenwich
            return None


def read_when(text: str, zone: tzinfo) -> When | None:
    """Return when something is, or None where the text is no date of ISO 8601.

    Args:
        text: Such as 2026-06-12T20:00:00-04:00, 2026-06-12T20:00, 2026-06-12, 2026-06 or 2026.
        zone: Where a time without an offset is meant. A time in UTC says nothing of the date where it takes place:
            that is then the date in this zone, too.
    """
    match = _STATED.fullmatch(text.strip()) if len(text) <= MAX_LENGTH else None
    day = _day(match) if match else None
    if match is None or day is None:
        return None
    if match["hour"] is None:
        return When(day)
    try:
        written = match["zone"] or ""
        local = datetime.combine(day.first, time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0)))
        offset = _offset(written) if written else zone
        at = local.replace(tzinfo=offset).astimezone(UTC)
        day = day_of(at.astimezone(zone).date()) if written.upper() == "Z" else day
    except (ValueError, OverflowError):
        return When(day)
    return When(day, at)


def read_day(text: str) -> Day | None:
    """Return the day with which a text begins, as exact as it is stated; None where it begins with none."""
    stated = read_when(text[:MAX_LENGTH], UTC)
    return stated.day if stated else None


def day_of(day: date) -> Day:
    """Return a date as a fact."""
    return Day(day.year, day.month, day.day)


def _day(match: re.Match[str]) -> Day | None:
    dense = match["dense"]
    parts = (match["month"], match["day"]) if dense is None else (dense[:2], dense[2:])
    year, (month, day) = int(match["year"]), (int(part) if part else None for part in parts)
    if match["hour"] is not None and day is None:
        return None
    try:
        date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return None
    return Day(year, month, day)


def _offset(written: str) -> tzinfo:
    if written.upper() == "Z":
        return UTC
    digits = written[1:].replace(":", "")
    length = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-length if written[0] == "-" else length)

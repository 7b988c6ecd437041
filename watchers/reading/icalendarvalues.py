"""Values of iCalendar: dates, times, lengths and offsets from UTC, as RFC 5545 §3.3 writes them and as programs do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

UTC_NAME = "UTC"
LONGEST = timedelta(days=36_600)

# Of all years that a datetime can hold, those that stay inside it in any zone and with any length added.
_YEARS = range(2, 9800)
_STAMP = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?(Z?)([+-]\d\d:?\d\d)?)?", re.I
)
_DURATION = re.compile(
    r"([+-]?)P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?", re.IGNORECASE
)
_OFFSET = re.compile(r"([+-]?)(\d\d):?(\d\d)(?::?(\d\d))?")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date, or a time of day on a date, as a calendar states it.

    Attributes:
        local: Without a zone; of a date its midnight.
        zone: "UTC", a TZID, or empty for a floating time, which is meant wherever its reader is.
        is_day: A date: it lasts all day.
    """

    local: datetime
    zone: str = ""
    is_day: bool = False

    @property
    def day(self) -> date:
        """The date on which it lies where it is stated."""
        return self.local.date()

    def at(self, local: datetime) -> Stamp:
        """Return another time in the same zone."""
        return Stamp(local, self.zone, self.is_day)

    def __str__(self) -> str:
        if self.is_day:
            return self.local.strftime("%Y%m%d")
        return self.local.strftime("%Y%m%dT%H%M%S") + ("Z" if self.zone == UTC_NAME else "")


def read_stamp(text: str, zone: str = "", *, is_day: bool = False) -> Stamp | None:
    """Return the date or time that a text states, or None where it states none.

    Args:
        text: Such as 19970714, 19970714T133000 or 19970714T173000Z, also with the marks of ISO 8601.
        zone: The TZID that stands beside it; a time in UTC says so itself.
        is_day: It is declared as a date; a time of day, which some programs add, is then left out.
    """
    match = _STAMP.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    if year not in _YEARS:
        return None
    try:
        if match[4] is None or is_day:
            return Stamp(datetime(year, month, day), "", is_day=True)  # noqa: DTZ001 - local by intention
        second = min(int(match[6] or 0), 59)  # RFC 5545 §3.3.12: a leap second is read as the one before
        # ISO 8601 has a day end at 24:00, which is the next one's midnight.
        is_end = (match[4], match[5], second) == ("24", "00", 0)
        local = datetime(year, month, day, 0 if is_end else int(match[4]), int(match[5]), second)  # noqa: DTZ001
        local += timedelta(days=is_end)
    except ValueError:
        return None
    if match[8]:  # ISO 8601's offset has no place in iCalendar, and only one meaning
        return Stamp(local - (read_offset(match[8]) or timedelta()), UTC_NAME)
    return Stamp(local, UTC_NAME if match[7] else UTC_NAME if zone.upper() in ("UTC", "GMT", "Z") else zone)


def read_duration(text: str) -> timedelta | None:
    """Return a length of time (RFC 5545 §3.3.6), or None where it is none or longer than a hundred years."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if length > LONGEST:
        return None
    return -length if match[1] == "-" else length


def read_offset(text: str) -> timedelta | None:
    """Return an offset from UTC (RFC 5545 §3.3.14), or None where it is none that a clock can have."""
    match = _OFFSET.fullmatch(text.strip())
    if match is None or int(match[2]) >= 24 or int(match[3]) >= 60:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]), seconds=int(match[4] or 0))
    return -offset if match[1] == "-" else offset

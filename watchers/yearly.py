"""Days that come every year: a birthday, with its year or without, and the year in which 29 February is missing."""

from __future__ import annotations

import re
from calendar import isleap
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

LeapDay = Literal["feb28", "mar1"]

NO_YEAR: Final = frozenset({0, 1, 1604})
"""Years that are written where none is known: 1 is the first of many programs' calendars, and Apple's address book
takes 1604, the first leap year of its own."""

A_LEAP_YEAR: Final = 2000

# ISO 8601 and RFC 6350 §4.3.1 in their short and long forms, a time of day behind it, and the slashes of old exports.
_DATE = re.compile(r"(\d{4})(?:(\d\d)(\d\d)|([-/])(\d{1,2})\4(\d{1,2}))(?:[T ]\d\d(?::?\d\d.*)?|Z)?", re.IGNORECASE)
_YEARLESS = re.compile(r"(?:--(\d\d)-?(\d\d)|(\d\d)-(\d\d))(?:T.*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class YearlyDay:
    """A day of a month, every year.

    Attributes:
        year: When it was for the first time; None where that is not known.
    """

    month: int
    day: int
    year: int | None = None

    def of(self, year: int, leap_day: LeapDay) -> date:
        """Return its date in a year; in common years 29 February is taken as the day before or after."""
        if (self.month, self.day) == (2, 29) and not isleap(year):
            return date(year, 2, 28) if leap_day == "feb28" else date(year, 3, 1)
        return date(year, self.month, self.day)

    def next(self, today: date, leap_day: LeapDay) -> date:
        """Return its next date, today included; none lies before its first year."""
        year = max(today.year, self.year or 0)
        coming = self.of(year, leap_day)
        return coming if coming >= today else self.of(year + 1, leap_day)

    def __str__(self) -> str:
        return f"{f'{self.year:04}' if self.year is not None else '-'}-{self.month:02}-{self.day:02}"


def read_yearly(text: str, *, omitted_year: str = "") -> YearlyDay | None:
    """Return the day that a text states, or None where it states no day of a month.

    Args:
        text: `1988-02-29`, `19880229`, `--02-29`, `--0229`, `02-29`, or one of the first with a time of day behind it.
        omitted_year: The year that stands for none in this text (Apple's X-APPLE-OMIT-YEAR).
    """
    text = text.strip()
    if match := _YEARLESS.fullmatch(text):
        return _yearly(None, match[1] or match[3], match[2] or match[4])
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    is_omitted = match[1] == omitted_year.strip() or int(match[1]) in NO_YEAR
    return _yearly(None if is_omitted else match[1], match[2] or match[5], match[3] or match[6])


def _yearly(year: str | None, month: str, day: str) -> YearlyDay | None:
    try:
        date(int(year) if year else A_LEAP_YEAR, int(month), int(day))
    except ValueError:
        return None
    return YearlyDay(int(month), int(day), int(year) if year else None)

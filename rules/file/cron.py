"""Polls by the clock: `cron: "0 8 * * 1-5"` and `at: "08:00"`.

Five fields as crontab(5) has them: minute, hour, day of the month, month, day of the week, where 0 and 7 are Sunday.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from rules.faults import nearest

_PART = re.compile(r"(?:(\*)|([0-9]{1,2}|[a-z]{3})(?:-([0-9]{1,2}|[a-z]{3}))?)(?:/([0-9]{1,2}))?")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")

# Any eight years hold a 29 February, but for those around 1900 and 2100; this stretch is two of its cycles.
_SAMPLE = tuple(date(2027, 1, 1) + timedelta(days=ahead) for ahead in range(366 * 8))


class BadCron(ValueError):
    """A text that is no schedule; the message says which part of it.

    Attributes:
        hint: What to write instead; empty where there is nothing sensible to offer.
    """

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    low: int
    high: int
    words: tuple[str, ...] = ()

    def number(self, text: str) -> int:
        if text in self.words:
            return self.low + self.words.index(text)
        if text.isdecimal() and self.low <= int(text) <= self.high:
            return int(text)
        raise self.refusal(text)

    def refusal(self, text: str) -> BadCron:
        """Return the error of a text that is none of this field's numbers or words."""
        meant = nearest(text, self.words) if text.isalpha() else ""
        said = f"{text or 'nothing'} is no {self.name}: {self.low} to {self.high}"
        return BadCron(said, f"did you mean {meant}?" if meant else "")


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 7, _WEEKDAYS),
)


@dataclass(frozen=True, slots=True)
class Cron:
    """A schedule by the clock.

    Attributes:
        text: Its five fields in numbers, Sunday as 0: equal schedules have equal texts.
        longest_gap: The longest time between two polls.
    """

    text: str
    longest_gap: timedelta


def daily_at(text: str) -> Cron:
    """Return the schedule of `at: "08:00"`.

    Raises:
        BadCron: It is no time of the day.
    """
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise BadCron(f"{text} is no time of the day")
    return read_cron(f"{int(found[2])} {int(found[1])} * * *")


@lru_cache(maxsize=256)
def read_cron(text: str) -> Cron:
    """Return the schedule that five fields state.

    Raises:
        BadCron: They state none, or one that never comes. Both days restricted is refused too: crontab(5) takes
            either, other programs both, and nobody can tell by looking.
    """
    fields = text.lower().split()
    if len(fields) != len(_FIELDS):
        raise BadCron(f"a cron text has five fields (minute, hour, day, month, weekday), this one has {len(fields)}")
    minutes, hours, days, months, weekdays = (
        _numbers(field, spec) for field, spec in zip(fields, _FIELDS, strict=True)
    )
    weekdays = tuple(sorted({day % 7 for day in weekdays}))
    if len(days) < 31 and len(weekdays) < 7:
        raise BadCron("a cron text restricts the day of the month or the day of the week, not both")
    dates = [day for day in _SAMPLE if day.month in months and day.day in days and day.isoweekday() % 7 in weekdays]
    if not dates:
        raise BadCron(f"{text} never comes: no such month has such a day")
    times = [timedelta(hours=hour, minutes=minute) for hour in hours for minute in minutes]
    overnight = max((later - sooner for sooner, later in pairwise(dates))) - times[-1] + times[0]
    gap = max((later - sooner for sooner, later in pairwise(times)), default=timedelta())
    written = (minutes, hours, days, months, weekdays)
    return Cron(" ".join(_text(*each) for each in zip(written, _FIELDS, strict=True)), max(gap, overnight))


def _numbers(field: str, spec: _Field) -> tuple[int, ...]:
    chosen: set[int] = set()
    for part in field.split(","):
        found = _PART.fullmatch(part)
        if not found:
            raise spec.refusal(part)
        everything, first, last, step = found.groups()
        low = spec.low if everything else spec.number(first)
        # `5/15` has no end of its own: like `5-59/15`, as most cron programs read it.
        high = spec.number(last) if last else spec.high if everything or step else low
        if high < low:
            raise BadCron(f"{part} runs backwards")
        if step and int(step) == 0:
            raise BadCron(f"{part} has a step of 0")
        chosen.update(range(low, high + 1, int(step or 1)))
    return tuple(sorted(chosen))


def _text(values: tuple[int, ...], spec: _Field) -> str:
    everything = 7 if spec.high == 7 else spec.high - spec.low + 1
    return "*" if len(values) == everything else ",".join(map(str, values))

"""Recurrence rules (RFC 5545 §3.3.10): the days and times at which something comes again.

    text ─▶ Recurrence ─▶ instances(start, first, last) ─▶ local times, in order

Everything is reckoned in local time: where a zone puts an instance is not known here. The work is bounded: a rule
without a count begins near the span that is asked for, and every day that is looked at costs some of an `Effort`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import product

from watchers.reading.icalendarvalues import Stamp, read_stamp

_FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
_STEPS = {"HOURLY": timedelta(hours=1), "MINUTELY": timedelta(minutes=1), "SECONDLY": timedelta(seconds=1)}
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BY_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_INTEGER = re.compile(r"[+-]?\d{1,9}")
# The last year that many programs know, which they write for "without end".
_FOR_EVER = re.compile(r"9999-?12-?31")
_LISTS = {
    "BYSECOND": range(60 + 1),
    "BYMINUTE": range(60),
    "BYHOUR": range(24),
    "BYMONTHDAY": range(-31, 32),
    "BYYEARDAY": range(-366, 367),
    "BYWEEKNO": range(-53, 54),
    "BYMONTH": range(1, 13),
    "BYSETPOS": range(-366, 367),
}
_TIMES = range(1, 100_000)
_DAY = timedelta(days=1)
_LAST_YEAR = 9998


class RuleUnreadable(ValueError):
    """A rule is none, or asks for what is not understood; the message says what."""


class TooMuchWork(Exception):
    """The rules of a calendar ask for more reckoning than any calendar of a person's does."""


@dataclass(slots=True)
class Effort:
    """How much may still be reckoned, in days looked at and instances found."""

    left: int = 2_000_000

    def spend(self, amount: int = 1) -> None:
        """Use some up.

        Raises:
            TooMuchWork: Nothing is left.
        """
        self.left -= amount
        if self.left < 0:
            raise TooMuchWork


@dataclass(frozen=True)
class Recurrence:
    """A recurrence rule.

    Attributes:
        frequency: Its index in yearly, monthly, weekly, daily, hourly, minutely, secondly.
        until: The last time at which it may fall, as stated.
        by_day: Weekdays, Monday is 0, each with its place in the month or year; 0 for every one.
        week_start: The first day of a week.
    """

    frequency: int
    interval: int = 1
    count: int | None = None
    until: Stamp | None = None
    by_second: tuple[int, ...] = ()
    by_minute: tuple[int, ...] = ()
    by_hour: tuple[int, ...] = ()
    by_day: tuple[tuple[int, int], ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_week: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_position: tuple[int, ...] = ()
    week_start: int = 0

    def is_each_year_on(self, day: date) -> bool:
        """Return whether it falls on one day of every year for ever, like a birthday."""
        others = self.by_day or self.by_year_day or self.by_week or self.by_position or self.count or self.until
        is_yearly = _FREQUENCIES[self.frequency] == "YEARLY" and self.interval == 1 and not others
        return is_yearly and self.by_month in ((), (day.month,)) and self.by_month_day in ((), (day.day,))


def read_recurrence(text: str) -> Recurrence:
    """Return the rule that a text states; an unknown part is left out, as RFC 5545 §3.3.10 asks.

    Raises:
        RuleUnreadable: It states none.
    """
    # Some programs write the name of the property once more.
    stated = text.replace("\\", "").strip().upper().removeprefix("RRULE:")
    named = (part.partition("=") for part in stated.split(";"))
    parts = {name.strip(): value.strip() for name, is_said, value in named if is_said}
    # Who knows of no end writes none; a limit without a value, as in BYMONTH=, has lost it.
    parts = {name: value for name, value in parts.items() if value or name not in ("UNTIL", "COUNT", "INTERVAL")}
    if parts.get("FREQ") not in _FREQUENCIES:
        raise RuleUnreadable("it names no frequency")
    if parts.get("RSCALE", "GREGORIAN") != "GREGORIAN":
        raise RuleUnreadable(f"it counts in another calendar: {parts['RSCALE'][:40]}")
    if _FOR_EVER.match(parts.get("UNTIL", "")):
        del parts["UNTIL"]
    until = read_stamp(parts["UNTIL"]) if "UNTIL" in parts else None
    if "UNTIL" in parts and until is None:
        raise RuleUnreadable("its UNTIL is no date")
    lists = {name: _numbers(name, parts[name]) for name in _LISTS if name in parts}
    return Recurrence(
        frequency=_FREQUENCIES.index(parts["FREQ"]),
        interval=_positive("INTERVAL", parts.get("INTERVAL", "1")),
        count=_positive("COUNT", parts["COUNT"]) if "COUNT" in parts else None,
        until=until,
        by_second=tuple(second for second in lists.get("BYSECOND", ()) if second < 60),
        by_minute=lists.get("BYMINUTE", ()),
        by_hour=lists.get("BYHOUR", ()),
        by_day=_days(parts["BYDAY"]) if "BYDAY" in parts else (),
        by_month_day=lists.get("BYMONTHDAY", ()),
        by_year_day=lists.get("BYYEARDAY", ()),
        by_week=lists.get("BYWEEKNO", ()),
        by_month=lists.get("BYMONTH", ()),
        by_position=lists.get("BYSETPOS", ()),
        week_start=_WEEKDAYS.index(parts["WKST"]) if parts.get("WKST") in _WEEKDAYS else 0,
    )


def _positive(name: str, text: str) -> int:
    if not _INTEGER.fullmatch(text.strip()) or int(text) not in _TIMES:
        raise RuleUnreadable(f"its {name} is no number of times")
    return int(text)


def _numbers(name: str, text: str) -> tuple[int, ...]:
    numbers = []
    for part in text.split(","):
        if not _INTEGER.fullmatch(part.strip()) or int(part) not in _LISTS[name]:
            raise RuleUnreadable(f"its {name} holds what it cannot hold")
        numbers.append(int(part))
    if name not in ("BYSECOND", "BYMINUTE", "BYHOUR") and 0 in numbers:
        raise RuleUnreadable(f"its {name} holds a 0")
    return tuple(sorted(set(numbers)))


def _days(text: str) -> tuple[tuple[int, int], ...]:
    days = []
    for part in text.split(","):
        match = _BY_DAY.fullmatch(part.strip())
        if match is None:
            raise RuleUnreadable("its BYDAY holds what is no weekday")
        days.append((_WEEKDAYS.index(match[2]), int(match[1] or 0)))
    return tuple(sorted(set(days)))


def instances(
    rule: Recurrence, start: datetime, first: datetime, last: datetime, until: datetime | None, effort: Effort
) -> Iterator[datetime]:
    """Yield the local times from `first` to `last` at which a rule falls, in order, none before `start`.

    Args:
        rule: The rule.
        start: When the series begins; what the rule leaves open is taken from it.
        first: From when on times are asked for.
        last: Until when they are, inclusive.
        until: The rule's own end, in the same local time as `start`.
        effort: What may be spent.

    Raises:
        TooMuchWork: The effort is used up.
    """
    end = last if until is None else min(last, until)
    left = rule.count
    # What is counted is counted from the beginning.
    begin = start if left is not None else max(start, first)
    for found in _Expansion(rule, start, effort).from_period_of(begin, end):
        if found < start:
            continue
        if found > end:
            return
        effort.spend()
        if found >= first:
            yield found
        if left is not None:
            left -= 1
            if left <= 0:
                return


@dataclass(frozen=True)
class _Expansion:
    """A rule with what its start adds to it: what falls into each of its periods."""

    rule: Recurrence
    start: datetime
    effort: Effort

    def from_period_of(self, begin: datetime, end: datetime) -> Iterator[datetime]:
        """Yield every time of every period from the one around `begin` on, in order."""
        if self._step is not None:
            yield from self._short_periods(self._step * self.rule.interval, begin, end)
            return
        for days in self._periods(begin.date(), end.date()):
            self.effort.spend(1 + len(days))
            fitting = [day for day in days if self._fits(day)]
            yield from self._placed([datetime.combine(day, at) for day, at in product(fitting, self._times)])

    @cached_property
    def _step(self) -> timedelta | None:
        return _STEPS.get(self._name)

    @cached_property
    def _name(self) -> str:
        return _FREQUENCIES[self.rule.frequency]

    def _placed(self, found: Sequence[datetime]) -> Iterator[datetime]:
        """Yield those times of a period that BYSETPOS asks for."""
        positions = self.rule.by_position
        if not positions:
            yield from found
            return
        size = len(found)
        wanted = {at - 1 if at > 0 else size + at for at in positions}
        yield from (found[at] for at in sorted(wanted) if 0 <= at < size)

    # Periods of a day and more: all their days are looked at.

    def _periods(self, begin: date, end: date) -> Iterator[Sequence[date]]:
        if self._name == "YEARLY":
            yield from self._years(begin, end)
        elif self._name == "MONTHLY":
            yield from self._months(begin, end)
        else:
            yield from self._weeks_or_days(begin, end)

    def _years(self, begin: date, end: date) -> Iterator[Sequence[date]]:
        away = (begin.year - self.start.year) % self.rule.interval
        for year in range(begin.year - away, min(end.year, _LAST_YEAR) + 1, self.rule.interval):
            if self._months_of_year:
                yield [day for month in self._months_of_year for day in _month(year, month)]
            else:
                yield [date(year, 1, 1) + _DAY * number for number in range(_length(year))]

    def _months(self, begin: date, end: date) -> Iterator[Sequence[date]]:
        origin, month = _month_number(self.start.date()), _month_number(begin)
        month -= (month - origin) % self.rule.interval
        while month <= _month_number(end) and month // 12 <= _LAST_YEAR:
            # A rule for one month of twelve is not asked eleven times in vain.
            is_asked = not self.rule.by_month or month % 12 + 1 in self.rule.by_month
            yield _month(month // 12, month % 12 + 1) if is_asked else ()
            month += self.rule.interval

    def _weeks_or_days(self, begin: date, end: date) -> Iterator[Sequence[date]]:
        length = 7 if self._name == "WEEKLY" else 1
        origin = self.start.date()
        if length == 7:
            # The first days of a calendar may lie in a week that begins before all time.
            origin -= _DAY * min((origin.weekday() - self.rule.week_start) % 7, origin.toordinal() - 1)
        step = length * self.rule.interval
        ordinal = begin.toordinal() - (begin.toordinal() - origin.toordinal()) % step
        while ordinal <= min(end.toordinal(), date(_LAST_YEAR, 12, 31).toordinal()):
            yield [date.fromordinal(ordinal + number) for number in range(length)]
            ordinal += step

    @cached_property
    def _times(self) -> Sequence[time]:
        hours = self.rule.by_hour or (self.start.hour,)
        minutes = self.rule.by_minute or (self.start.minute,)
        seconds = self.rule.by_second or (self.start.second,)
        return [time(*parts) for parts in product(hours, minutes, seconds)]

    # Periods of an hour and less.

    def _short_periods(self, step: timedelta, begin: datetime, end: datetime) -> Iterator[datetime]:
        period = self.start + step * ((begin - self.start) // step)
        while period <= end and period.year <= _LAST_YEAR:
            self.effort.spend(2)
            if not self._fits(period.date()):
                tomorrow = datetime.combine(period.date() + _DAY, time())
                period += step * max(1, -((period - tomorrow) // step))
                continue
            if self._is_asked(period):
                yield from self._placed([period + later for later in self._inside(period)])
            period += step

    def _is_asked(self, period: datetime) -> bool:
        rule = self.rule
        return (
            (not rule.by_hour or period.hour in rule.by_hour)
            and (self._name == "HOURLY" or not rule.by_minute or period.minute in rule.by_minute)
            and (self._name != "SECONDLY" or not rule.by_second or period.second in rule.by_second)
        )

    def _inside(self, period: datetime) -> Iterator[timedelta]:
        """Yield how much later than a period of an hour or a minute its times are."""
        minutes = self.rule.by_minute if self._name == "HOURLY" else ()
        seconds = self.rule.by_second if self._name != "SECONDLY" else ()
        for minute, second in product(minutes or (period.minute,), seconds or (period.second,)):
            yield timedelta(minutes=minute - period.minute, seconds=second - period.second)

    # Which days fit: the table of RFC 5545 §3.3.10, with what the start adds where a rule says nothing of days.

    @cached_property
    def _says_nothing_of_days(self) -> bool:
        rule = self.rule
        return not (rule.by_day or rule.by_month_day or rule.by_year_day or rule.by_week)

    @cached_property
    def _months_of_year(self) -> tuple[int, ...]:
        if self.rule.by_month:
            return self.rule.by_month
        return (self.start.month,) if self._name == "YEARLY" and self._says_nothing_of_days else ()

    @cached_property
    def _month_days(self) -> tuple[int, ...]:
        if self._says_nothing_of_days and self._name in ("YEARLY", "MONTHLY"):
            return (self.start.day,)
        return self.rule.by_month_day

    @cached_property
    def _weekdays(self) -> tuple[tuple[int, int], ...]:
        is_open = self._says_nothing_of_days and self._name == "WEEKLY"
        if is_open or (self.rule.by_week and not (self.rule.by_day or self.rule.by_month_day or self.rule.by_year_day)):
            return ((self.start.weekday(), 0),)
        return self.rule.by_day

    def _fits(self, day: date) -> bool:
        rule = self.rule
        if self._months_of_year and day.month not in self._months_of_year:
            return False
        if self._month_days and not _is_in(self._month_days, day.day, len(_month(day.year, day.month))):
            return False
        if self._weekdays and not any(self._is_weekday(day, *asked) for asked in self._weekdays):
            return False
        if rule.by_year_day and not _is_in(rule.by_year_day, day.timetuple().tm_yday, _length(day.year)):
            return False
        return not rule.by_week or _is_in(rule.by_week, *_week(day, rule.week_start))

    def _is_weekday(self, day: date, weekday: int, place: int) -> bool:
        if day.weekday() != weekday:
            return False
        if not place or self._name not in ("YEARLY", "MONTHLY"):
            return True
        if self._name == "MONTHLY" or self.rule.by_month:
            number, size = day.day, len(_month(day.year, day.month))
        else:
            number, size = day.timetuple().tm_yday, _length(day.year)
        return place == (number - 1) // 7 + 1 if place > 0 else -place == (size - number) // 7 + 1


def _is_in(wanted: Sequence[int], number: int, size: int) -> bool:
    """Return whether a number is one of those wanted, of which negative ones count from the end."""
    return number in wanted or number - size - 1 in wanted


def _length(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


@lru_cache(maxsize=4096)
def _month(year: int, month: int) -> Sequence[date]:
    begin = date(year, month, 1)
    size = (date(year + month // 12, month % 12 + 1, 1) - begin).days
    return tuple(begin + _DAY * number for number in range(size))


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _week(day: date, week_start: int) -> tuple[int, int]:
    """Return the number of a day's week, and how many weeks its year has; most of a week lies in its year."""
    return _week_number(day, week_start), _week_number(date(_week_year(day, week_start), 12, 28), week_start)


def _middle(day: date, week_start: int) -> date:
    return day + _DAY * (3 - (day.weekday() - week_start) % 7)


def _week_year(day: date, week_start: int) -> int:
    return _middle(day, week_start).year


def _week_number(day: date, week_start: int) -> int:
    return (_middle(day, week_start).timetuple().tm_yday - 1) // 7 + 1

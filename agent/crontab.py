"""The instants that a cron text names, on the owner's clock: pure functions.

Its fields are `*` or numbers with Sunday as 0: `rules.file.cron` writes them so.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# A 29 February may be eight years off, over a century without one.
FURTHEST_DAYS = 366 * 8


def next_after(cron: str, at: datetime, zone: ZoneInfo, *, once_a_day: bool = False) -> datetime | None:
    """Return the first instant after `at` that a cron text names; None for a day that no year has.

    Args:
        cron: The cron text.
        at: The instant.
        zone: The owner's.
        once_a_day: A time that the clock shows twice in a night counts once, unless every hour is meant.
    """
    today = at.astimezone(zone).date()
    for ahead in range(FURTHEST_DAYS):
        instants = instants_of(cron, today + timedelta(days=ahead), zone, once_a_day=once_a_day)
        first = next((instant for instant in instants if instant > at), None)
        if first is not None:
            return first
    return None


@lru_cache(maxsize=1024)
def instants_of(cron: str, day: date, zone: ZoneInfo, *, once_a_day: bool = False) -> tuple[datetime, ...]:
    """Return every instant of a day that a cron text names, in order.

    A time that the clock leaves out (PEP 495 calls it a gap) comes as much later, one that the clock shows twice comes
    twice: no day is left out.
    """
    minutes, hours, days, months, weekdays = cron.split()
    if not (_has(days, day.day) and _has(months, day.month) and _has(weekdays, day.isoweekday() % 7)):
        return ()
    named = [
        (hour, minute) for hour in range(24) for minute in range(60) if _has(hours, hour) and _has(minutes, minute)
    ]
    shown = [datetime.combine(day, time(hour, minute), zone) for hour, minute in named]
    instants = {one.astimezone(UTC) for one in shown}
    again = {one.replace(fold=1).astimezone(UTC) for one in shown}
    repeated = {one for one in again if one.astimezone(zone).fold}
    return tuple(sorted(instants | repeated if not once_a_day or hours == "*" else instants))


def _has(field: str, number: int) -> bool:
    return field == "*" or str(number) in field.split(",")

"""What a fact was over a window of time that runs back from now.

Readings are kept when they change, so each counts for as long as it was really looked at, never as one of so many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from rules.condition import View
from rules.when.amounts import AMOUNTS, DECIMALS, Amount, number, with_number
from rules.when.canonical import duration
from watchers.api import Fact, Money

Read = Callable[[Mapping[str, Fact]], object]

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Weighed:
    """One value and for how long it was seen inside the window."""

    fact: Amount
    at: datetime
    seen: timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """The known values of a window, oldest first."""

    values: tuple[Weighed, ...]
    length: timedelta

    @property
    def known(self) -> timedelta:
        """For how much of the window the value is known."""
        return min(self.length, sum((value.seen for value in self.values), timedelta()))

    @property
    def is_half_known(self) -> bool:
        """Whether enough is known to speak of the whole window."""
        return bool(self.values) and self.known * 2 >= self.length

    @property
    def how_known(self) -> str:
        """Say how much is known: "known for 12 of 90 days"."""
        whole = timedelta(days=1)
        if self.length >= 2 * whole:
            return f"known for {self.known // whole} of {duration(self.length - self.length % whole)}"
        return f"known for {self.known // timedelta(minutes=1)} of {self.length // timedelta(minutes=1)} minutes"


def weigh(view: View, read: Read, length: timedelta, *, like: Fact) -> Window:
    """Return the known values of the window that ends now.

    Args:
        view: Its history is used, so this reading is not among them.
        read: Gives the fact out of a reading's facts, or something else where it is not known.
        length: How far the window runs back.
        like: The value of now; amounts in another currency, or in none, are not known beside it.
    """
    start = view.now - length
    values = []
    for reading in reversed(view.history):
        if reading.until < start:
            break
        fact = read(reading.facts)
        if reading.at <= view.now and isinstance(fact, AMOUNTS) and _is_like(fact, like):
            values.append(
                Weighed(fact, reading.at, _seen(reading.at, reading.until, reading.known_for, start, view.now))
            )
    return Window(tuple(reversed(values)), length)


def _is_like(fact: Fact, like: Fact) -> bool:
    if isinstance(fact, Money) and isinstance(like, Money):
        return fact.currency is not None and fact.currency == like.currency
    return type(fact) is type(like)


def _seen(at: datetime, until: datetime, known_for: timedelta, start: datetime, now: datetime) -> timedelta:
    """Return how much of a reading was looked at inside the window; what was looked at is spread evenly over it."""
    whole = until - at
    inside = min(until, now) - max(at, start)
    if whole <= timedelta() or inside >= whole:
        return max(known_for, timedelta())
    return max(known_for, timedelta()) * (max(inside, timedelta()) / whole)


def extreme(window: Window, *, lowest: bool) -> Amount:
    """Return the lowest or the highest known value."""
    pick = min if lowest else max
    return pick((value.fact for value in window.values), key=number)


def median(window: Window) -> Amount:
    """Return the value that half of the known time was at or below."""
    ordered = sorted(window.values, key=lambda value: number(value.fact))
    total = sum(_weight(value) for value in ordered)
    passed = 0
    for place, value in enumerate(ordered):
        passed += _weight(value)
        if passed * 2 == total and place + 1 < len(ordered):
            return _average([(value.fact, 1), (ordered[place + 1].fact, 1)])
        if passed * 2 >= total:
            return value.fact
    raise ValueError("a median needs a value")


def mean(window: Window) -> Amount:
    """Return the average over the known time."""
    return _average([(value.fact, _weight(value)) for value in window.values])


def _average(weighed: list[tuple[Amount, int]]) -> Amount:
    total = Decimal(0)
    for fact, weight in weighed:
        total = DECIMALS.fma(number(fact), weight, total)
    return with_number(weighed[0][0], DECIMALS.divide(total, sum(weight for _, weight in weighed)))


def _weight(value: Weighed) -> int:
    # A value that was seen at one poll only still was there for an instant; where all are such, they count alike.
    return value.seen // _INSTANT + 1

"""Reckoning with amounts: money, numbers with a unit, lengths of time. Nothing here raises on odd numbers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Context, Decimal

from watchers.api import Day, Fact, Moment, Money, Number, Span

# No traps: what overflows or divides by zero gives no finite number, which is then unknown.
DECIMALS = Context(prec=40, traps=[])

Amount = Money | Number | Span
# For isinstance: a tuple is tested several times faster than a union, and windows test thousands.
AMOUNTS = (Money, Number, Span)

# Dates outside this cannot be reckoned with in every zone, and no source means them.
_FIRST_YEAR, _LAST_YEAR = 2, 9997
_LARGEST_EXPONENT = 1000
_LONGEST = timedelta(days=1_000_000)
_INSTANT = timedelta(microseconds=1)


def number(fact: Amount) -> Decimal:
    """Return the number of an amount: of money, of its unit, of seconds."""
    if isinstance(fact, Money):
        return fact.amount
    if isinstance(fact, Number):
        return fact.value
    return DECIMALS.divide(Decimal(fact.length // _INSTANT), Decimal(1_000_000))


def with_number(like: Amount, value: Decimal) -> Amount:
    """Return an amount of the same sort with another, finite number; lengths of time end where the calendar does."""
    if isinstance(like, Money):
        return Money(value, like.currency)
    if isinstance(like, Number):
        return Number(value)
    if abs(value) >= Decimal(int(_LONGEST.total_seconds())):
        return Span(_LONGEST if value > 0 else -_LONGEST)
    return Span(int(DECIMALS.multiply(value, Decimal(1_000_000))) * _INSTANT)


def currencies_differ(left: Fact, right: Fact) -> str:
    """Return why two amounts of money cannot be compared; empty where they can, or are no money."""
    if not (isinstance(left, Money) and isinstance(right, Money)):
        return ""
    if not (left.currency and right.currency):
        return "an amount without a currency cannot be compared"
    if left.currency != right.currency:
        return f"{left.currency} cannot be compared with {right.currency}"
    return ""


def is_sane(fact: Fact) -> bool:
    """Return whether a value can be reckoned with: a finite number, a date of the calendar."""
    if isinstance(fact, Money):
        return fact.amount.is_finite() and abs(fact.amount.adjusted()) < _LARGEST_EXPONENT
    if isinstance(fact, Number):
        return fact.value.is_finite() and abs(fact.value.adjusted()) < _LARGEST_EXPONENT
    if isinstance(fact, Moment):
        return _FIRST_YEAR <= fact.at.year <= _LAST_YEAR
    if isinstance(fact, Day):
        return _FIRST_YEAR <= fact.year <= _LAST_YEAR and _is_day(fact.year, fact.month, fact.day)
    return True


def _is_day(year: int, month: int | None, day: int | None) -> bool:
    try:
        return bool(Day(year, month, day).first) and (month is not None or day is None)
    except ValueError:
        return False

"""Values and sentences in the one spelling that stands for all of theirs.

Two sentences that mean the same by other words (`<` and `below`, `$150` and `150 USD`, `30d` and `30 days`) have one
canonical form, and the form is itself a sentence of the language.
"""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from rules.durations import write_duration
from rules.spoken import unit_of
from rules.when.syntax import Operator
from watchers.api import Fact, Moment, Money, Number, Span, Text, Texts
from watchers.facts import plain

_LONGEST_SAID = 80
# Rounding needs the digits of the result to fit into Python's 28; no price comes near.
_READ_DIGITS = 20
_ORDER_WORDS: dict[Operator, str] = {
    "<": "below",
    "<=": "at most",
    ">": "above",
    ">=": "at least",
    "=": "is",
    "!=": "is not",
}
_TIME_WORDS: dict[Operator, str] = {**_ORDER_WORDS, "<": "before", ">": "after"}


def comparison(op: Operator, *, of_time: bool = False) -> str:
    """Return the word for a comparison; of dates one is `before`, not `below`."""
    return (_TIME_WORDS if of_time else _ORDER_WORDS)[op]


def quoted(text: str) -> str:
    r"""Return a text in quotes, so that it is read back as it was; a backslash is doubled only where it must be."""
    return '"' + re.sub(r'\\(?=[\\"]|$)', r"\\\\", text).replace('"', '\\"') + '"'


def duration(length: timedelta) -> str:
    """Return a length of time in words: `30 days`, `90 minutes`, `1d 2h`."""
    if length < timedelta():
        return f"-{duration(-length)}"
    if length % timedelta(seconds=1):
        return f"{plain(Decimal(str(length.total_seconds())))} seconds"
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        count, rest = divmod(int(length.total_seconds()), size)
        if count and not rest:
            return f"{count} {word}{'s' if count > 1 else ''}"
    return write_duration(length)


def literal(fact: Fact, unit: str = "") -> str:
    """Return a value as a sentence states it."""
    match fact:
        case Money() | Number():
            return _amount(fact, unit)
        case Text(value):
            return quoted(value)
        case Texts(values):
            return listed([quoted(value) for value in values])
        case Moment(at):
            return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"
        case Span(length):
            return duration(length)
        case _:
            return str(fact)


def listed(items: list[str]) -> str:
    """Return a list as a sentence states it."""
    return f"[{', '.join(items)}]"


def said(fact: Fact, unit: str, zone: ZoneInfo) -> str:
    """Return a value for a person: short, on one line, instants in the owner's zone."""
    if isinstance(fact, Moment):
        return f"{fact.at.astimezone(zone):%Y-%m-%d %H:%M}"
    if isinstance(fact, Text):
        return quoted(short(fact.value))
    if isinstance(fact, Money):
        return _amount(Money(_rounded(fact.amount), fact.currency), unit)
    if isinstance(fact, Number):
        return _amount(Number(_rounded(fact.value)), unit_of(fact, unit))
    return short(literal(fact, unit))


def short(text: str, longest: int = _LONGEST_SAID) -> str:
    """Return a text on one line, cut where it is long."""
    line = " ".join(text[: 4 * longest].split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def percent_words(share: Decimal) -> str:
    """Return a percentage as a sentence states it."""
    return f"{plain(share)}%"


def percent(share: Decimal) -> str:
    """Return a percentage for a person, with one decimal place where it has one."""
    return f"{plain(round(share, 1))}%" if abs(share.adjusted()) < _READ_DIGITS else f"{share:.1e}%"


def _rounded(amount: Decimal) -> Decimal:
    """Return a computed number without the decimals that nobody reads; four, or four that count."""
    if abs(amount.adjusted()) > _READ_DIGITS:
        return amount
    places = 4 if abs(amount) >= 1 else 3 - amount.adjusted()
    exponent = amount.as_tuple().exponent
    return round(amount, places) if amount and isinstance(exponent, int) and -exponent > places else amount


def _amount(fact: Money | Number, unit: str) -> str:
    amount = fact.amount if isinstance(fact, Money) else fact.value
    # No price has a hundred digits, but a source may claim one.
    digits = (
        f"{amount:.6e}" if abs(amount.adjusted()) > 40 else plain(amount, places=2 if isinstance(fact, Money) else 0)
    )
    if isinstance(fact, Money):
        return f"{digits} {fact.currency or '(no currency)'}"
    return f"{digits}%" if unit in ("%", "percent") else f"{digits} {unit}".rstrip()

"""The typed values that a poll can see.

A fact knows its type and comes back from the disk as what it was. Nothing here compares two facts: that is the
judge's work, and mostly a question of units.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency.

    Attributes:
        currency: ISO 4217 code, or None where the source names none: such an amount compares with nothing.
    """

    amount: Decimal
    currency: str | None

    def __str__(self) -> str:
        return f"{plain(self.amount, places=2)} {self.currency or '(no currency)'}"


@dataclass(frozen=True, slots=True)
class Number:
    """A number, in the unit that the kind declares for the fact."""

    value: Decimal

    def __str__(self) -> str:
        return plain(self.value)


@dataclass(frozen=True, slots=True)
class Text:
    """Words, as a person would read them: no markup, white space as it stands."""

    value: str

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Texts:
    """Several words or names of equal standing, such as the categories of an entry."""

    values: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join(self.values)


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    value: bool

    def __str__(self) -> str:
        return "yes" if self.value else "no"


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar date, as exact as the source states it: a year, a month of a year, or a day."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def first(self) -> date:
        """The earliest date that this may mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The latest date that this may mean."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        return "-".join(f"{part:02}" for part in (self.year, self.month, self.day) if part is not None)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant: an aware datetime in UTC."""

    at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", self.at.astimezone(UTC))

    def __str__(self) -> str:
        return self.at.strftime("%Y-%m-%d %H:%M UTC")


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time."""

    length: timedelta

    def __str__(self) -> str:
        return str(self.length)


@dataclass(frozen=True, slots=True)
class Version:
    """A version as its publisher writes it; ordered by SemVer or PEP 440, not as text."""

    value: str

    def __str__(self) -> str:
        return self.value


Fact = Money | Number | Text | Texts | Flag | Day | Moment | Span | Version


def plain(value: Decimal, *, places: int = 0) -> str:
    """Return a decimal without exponent, with at least so many decimal places and no other trailing zeros."""
    text = f"{value:f}"
    if "." in text:
        whole, fraction = text.split(".")
        fraction = fraction.rstrip("0")
    else:
        whole, fraction = text, ""
    fraction = fraction.ljust(places, "0")
    return f"{whole}.{fraction}" if fraction else whole


_ENCODE: dict[type, tuple[str, Callable[[Any], Any]]] = {
    Money: ("money", lambda fact: [str(fact.amount), fact.currency]),
    Number: ("number", lambda fact: str(fact.value)),
    Text: ("text", lambda fact: fact.value),
    Texts: ("texts", lambda fact: list(fact.values)),
    Flag: ("flag", lambda fact: fact.value),
    Day: ("day", lambda fact: [fact.year, fact.month, fact.day]),
    Moment: ("moment", lambda fact: fact.at.isoformat()),
    Span: ("span", lambda fact: fact.length.total_seconds()),
    Version: ("version", lambda fact: fact.value),
}
_DECODE: dict[str, Callable[[Any], Fact]] = {
    "money": lambda stored: Money(Decimal(stored[0]), stored[1]),
    "number": lambda stored: Number(Decimal(stored)),
    "text": Text,
    "texts": lambda stored: Texts(tuple(stored)),
    "flag": Flag,
    "day": lambda stored: Day(*stored),
    "moment": lambda stored: Moment(datetime.fromisoformat(stored)),
    "span": lambda stored: Span(timedelta(seconds=stored)),
    "version": Version,
}


def encode_facts(facts: Mapping[str, Fact]) -> dict[str, Any]:
    """Return facts as JSON values that name their own type; the inverse of `decode_facts`."""
    encoded = {}
    for name, fact in facts.items():
        tag, encode = _ENCODE[type(fact)]
        encoded[name] = {tag: encode(fact)}
    return encoded


def decode_facts(stored: Mapping[str, Any]) -> dict[str, Fact]:
    """Return the facts that `encode_facts` wrote."""
    facts = {}
    for name, tagged in stored.items():
        ((tag, value),) = tagged.items()
        facts[name] = _DECODE[tag](value)
    return facts

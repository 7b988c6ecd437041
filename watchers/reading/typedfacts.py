"""Facts that the owner declares: where each stands in an answer, of what type it is, and how it is read.

    facts: {price: {path: "offers[0].price", type: money, currency: EUR}}     the long form
    facts: {price: "money offers[0].price", level: "number data.value"}       the short one: type, then path
    facts: {state: data.state}                                                without a type it is text

The type has to be known before the first poll, since the sentence in `when` is checked against it; so it is never
guessed from a value. What a place holds that is not of its type is unknown, and the reason says what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from watchers.api import FactSpec
from watchers.facts import Day, Fact, Flag, Moment, Money, Number, Text, Texts, Version, plain
from watchers.reading.currencies import currency_code
from watchers.reading.dates import read_date
from watchers.reading.money import read_money
from watchers.reading.numerals import NoNumber, read_number
from watchers.reading.plain import plain_line, words_of

FactType = Literal["text", "texts", "number", "money", "flag", "day", "moment", "version"]

NAME: Final = re.compile(r"[^\W\d]\w*")
"""What the language of `when` takes for the name of a fact."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NO_NAMES: Final = _set(
    "and or not in is me topics previous first known unknown from to by of within past nothing rule mentions contains "
    "matches drops rises moves changes below under before above over after today now last lowest highest"
)
TYPES: Final[Mapping[str, type[Fact]]] = {
    "text": Text,
    "texts": Texts,
    "number": Number,
    "money": Money,
    "flag": Flag,
    "day": Day,
    "moment": Moment,
    "version": Version,
}
_EXAMPLES: Final[Mapping[str, str]] = {
    "text": "open",
    "texts": "open",
    "number": "10",
    "money": "150 USD",
    "flag": "",
    "day": "2026-05-01",
    "moment": "2026-05-01",
    "version": "3.12",
}
_SHORT: Final = re.compile(rf"({'|'.join(TYPES)})\s+(?=[\w\"@`'.#\[*])(.+)", re.DOTALL)
_PARTIAL: Final = re.compile(r"(\d{4})(?:-(\d\d))?")
_SPELLED: Final = re.compile(r"\s*-?\d{1,30}(?:\.\d{1,20})?(?:[eE][-+]?\d{1,2})?\s*", re.ASCII)
"""A number as programs write it."""
_THOUSANDTHS: Final = re.compile(r"(?:^|\D)[1-9]\d{0,2}\.\d{3}\s*$")
"""What a program means as a decimal, and a shop as a thousand."""
_CLOCK: Final = re.compile(r"\d:\d\d")
_MILLISECONDS: Final = 10**11
"""From here on a number of seconds would lie in the year 5138: it is one of milliseconds."""
_YES: Final = frozenset({"true", "yes", "on", "1"})
_NO: Final = frozenset({"false", "no", "off", "0"})
_LARGEST: Final = 10**30


class FactOption(BaseModel):
    """One fact that the owner declares."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    path: str = Field(min_length=1, description="Where it stands: a JMESPath expression, or a CSS selector.")
    type: FactType = Field(default="text", description="What it is: text, number, money, flag, day, moment …")
    currency: str = Field(default="", description="The ISO 4217 code of a money, where the source names none.")
    currency_path: str = Field(default="", description="Where the currency of a money stands.")
    unit: str = Field(default="", description="The unit of a number, such as km.")
    times: Decimal = Field(default=Decimal(1), description="What a number is multiplied with: 0.01 for cents.")
    decimal: Literal[".", ",", ""] = Field(
        default="", description="What parts the decimals of a number in a text, where that leaves it open."
    )
    attribute: str = Field(default="", description="An attribute of the selected element, instead of its text.")
    meaning: str = Field(default="", description="What it means, for messages and explanations.")

    @field_validator("currency")
    @classmethod
    def _is_a_currency(cls, currency: str) -> str:
        code = currency.upper()
        if code and currency_code(code) != code:
            raise ValueError(f"{currency!r} is no ISO 4217 code such as EUR")
        return code

    @field_validator("times")
    @classmethod
    def _is_finite(cls, times: Decimal) -> Decimal:
        if not times.is_finite() or not times:
            raise ValueError("it is no number to multiply with, such as 0.01")
        return times

    @model_validator(mode="after")
    def _fits_its_type(self) -> FactOption:
        if (self.currency or self.currency_path) and self.type != "money":
            raise ValueError("only a fact of the type money has a currency")
        if self.unit and self.type != "number":
            raise ValueError("only a fact of the type number has a unit")
        return self


def spec_of(name: str, option: FactOption) -> FactSpec:
    """Return the declaration of a fact, for a kind that its options complete."""
    meaning = option.meaning or f"What stands at {option.path}."
    return FactSpec(name, TYPES[option.type], meaning, unit=option.unit, example=_EXAMPLES[option.type])


def declared(written: Mapping[str, str | FactOption]) -> dict[str, FactOption]:
    """Return declared facts in the long form."""
    return {name: _long(option) for name, option in written.items()}


def _long(written: str | FactOption) -> FactOption:
    if isinstance(written, FactOption):
        return written
    short = _SHORT.fullmatch(written)
    return FactOption.model_validate({"type": short[1], "path": short[2]} if short else {"path": written})


def check_names(names: Iterable[str], taken: Iterable[str]) -> None:
    """Refuse names that a sentence could not speak of.

    Raises:
        ValueError: One is no name, a word of the language, or that of another fact.
    """
    for name in names:
        if not NAME.fullmatch(name) or name.lower() in _NO_NAMES:
            raise ValueError(f"{name!r} cannot be the name of a fact: letters, digits and _, and no word of `when`")
        if name in taken:
            raise ValueError(f"{name!r} is a fact that is there already: choose another name")


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a fact is not known; `is_absent`: nothing stands at its place."""

    reason: str
    is_absent: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What a value is to be read as.

    Attributes:
        zone: The owner's time zone, in which a day is reckoned.
        currency: What stands at the option's `currency_path`.
    """

    option: FactOption
    zone: ZoneInfo
    currency: str = ""


def read_fact(value: Any, asked: Asked) -> Fact | Missing:
    """Return a value of JSON, or the text of an element, as a fact of the declared type, or why it is none."""
    if value is None:
        return Missing(f"no value at {asked.option.path}", is_absent=True)
    try:
        return _READ[asked.option.type](value, asked)
    except (NoNumber, _Unreadable) as error:
        return Missing(f"{error} (at {asked.option.path})")


class _Unreadable(Exception):
    """The value is not of the declared type."""


def as_text(value: Any) -> str:
    """Return a value as the words of a person: markup gone, numbers plain; empty for what is no single value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        try:
            return plain(_decimal(value))
        except _Unreadable:
            return ""
    return words_of(value) if isinstance(value, str) else ""


def _text(value: Any, _: Asked) -> Fact:
    if isinstance(value, list):
        value = ", ".join(filter(None, map(as_text, value)))
    if text := as_text(value):
        return Text(text)
    raise _Unreadable("an empty text" if isinstance(value, str) else f"{_shown(value)} is no text")


def _texts(value: Any, _: Asked) -> Fact:
    values = value if isinstance(value, list) else [value]
    return Texts(tuple(filter(None, map(as_text, values))))


def _number(value: Any, asked: Asked) -> Fact:
    if isinstance(value, str) and _SPELLED.fullmatch(value):
        return Number(_scaled(Decimal(value.strip()), asked))
    return Number(_scaled(_amount(value, asked), asked))


def _amount(value: Any, asked: Asked) -> Decimal:
    if isinstance(value, str):
        return read_number(words_of(value), decimal=asked.option.decimal or None)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Unreadable(f"{_shown(value)} is no number")
    return _decimal(value)


def _decimal(value: float) -> Decimal:
    try:
        number = Decimal(repr(value))
    except (InvalidOperation, ValueError) as error:  # ValueError: Python writes no whole number of 4,300 digits
        raise _Unreadable("the number has more digits than a number has") from error
    if not number.is_finite() or abs(number) > _LARGEST:
        raise _Unreadable("the number is out of all bounds")
    return number


def _scaled(amount: Decimal, asked: Asked) -> Decimal:
    return amount if asked.option.times == 1 else amount * asked.option.times


def _money(value: Any, asked: Asked) -> Fact:
    option = asked.option
    code = currency_code(asked.currency.upper() if len(asked.currency) == 3 else asked.currency) or option.currency
    if not isinstance(value, str):
        return Money(_scaled(_amount(value, asked), asked), code or None)
    if _SPELLED.fullmatch(value) and (option.decimal == "." or not _THOUSANDTHS.search(value)):
        return Money(_scaled(Decimal(value.strip()), asked), code or None)
    reading = read_money(words_of(value), currency=code or None, decimal=option.decimal or None)
    if reading is None:
        raise _Unreadable(f"{_shown(value)} is no price")
    if reading.doubt or (reading.ambiguous and not option.decimal):
        why = reading.doubt or " or ".join(map(str, (reading.amount, *reading.ambiguous)))
        raise _Unreadable(f"{_shown(value)} is not sure: {why}")
    return Money(_scaled(reading.amount, asked), reading.currency or code or None)


def _flag(value: Any, _: Asked) -> Fact:
    word = str(value).strip().lower()
    if isinstance(value, bool) or word in _YES | _NO:
        return Flag(word in _YES)
    raise _Unreadable(f"{_shown(value)} is neither yes nor no")


def _moment(value: Any, _: Asked) -> Fact:
    return Moment(_instant(value))


def _instant(value: Any) -> datetime:
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if abs(value) >= _MILLISECONDS else value
        try:
            return datetime.fromtimestamp(seconds, UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise _Unreadable(f"{_shown(value)} is no instant") from error
    found = read_date(value) if isinstance(value, str) else None
    if found is None:
        raise _Unreadable(f"{_shown(value)} is no date that can be read in one way")
    return found


def _day(value: Any, asked: Asked) -> Fact:
    if isinstance(value, str) and (partial := _PARTIAL.fullmatch(value.strip())):
        year, month = int(partial[1]), int(partial[2]) if partial[2] else None
        if year and (month is None or 1 <= month <= 12):
            return Day(year, month)
    at = _instant(value)
    has_clock = not isinstance(value, str) or bool(_CLOCK.search(value))
    there = at.astimezone(asked.zone) if has_clock else at
    return Day(there.year, there.month, there.day)


def _version(value: Any, _: Asked) -> Fact:
    if text := as_text(value):
        return Version(text)
    raise _Unreadable(f"{_shown(value)} is no version")


_READ: Final[Mapping[str, Callable[[Any, Asked], Fact]]] = {
    "text": _text,
    "texts": _texts,
    "number": _number,
    "money": _money,
    "flag": _flag,
    "day": _day,
    "moment": _moment,
    "version": _version,
}


def _shown(value: Any) -> str:
    """Return a value for a reason: in quotation marks, and short."""
    if isinstance(value, dict):
        return f"an object with {keys_of(value)}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return f"“{plain_line(value if isinstance(value, str) else str(value)[:200], 60)}”"


def keys_of(value: Mapping[str, Any]) -> str:
    """Return the keys of an object for a reason, the first of them."""
    names = [plain_line(str(name), 40) for name in list(value)[:12]]
    return ", ".join(names) + (" …" if len(value) > 12 else "") or "nothing in it"

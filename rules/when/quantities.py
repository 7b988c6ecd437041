"""Quantities as a sentence states them: money, numbers with units, lengths of time, dates and versions.

Numbers are written one way, `1299.00`. What could be read in two ways is refused with both readings, since a price that
is wrong by a thousand is worse than a question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

from rules.currencies import ISO_4217
from rules.durations import UNITS as TIME_UNITS
from rules.durations import read_duration, unit_length
from rules.faults import nearest
from rules.when.currency_signs import is_shared, read_currency
from rules.when.syntax import Quantity
from watchers.api import Day, Fact, Flag, Moment, Money, Number, Span, Text, Texts, Version

# Longer than any price or distance, short enough to be printed.
MAX_DIGITS = 30

_SORTS: Mapping[type[Fact], str] = MappingProxyType(
    {
        Money: "money",
        Number: "a number",
        Text: "text",
        Texts: "several texts",
        Flag: "yes or no",
        Day: "a date",
        Moment: "an instant",
        Span: "a length of time",
        Version: "a version",
    }
)


@dataclass(frozen=True, slots=True)
class Sort:
    """What sort of value something is: its class, the unit of a number, the values that a text may take."""

    fact: type[Fact]
    unit: str = ""
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the end of the sentence "price is …"."""
        return f"a number of {self.unit}" if self.unit and self.fact is Number else _SORTS[self.fact]


class Misread(Exception):
    """A quantity cannot be read; the message says why, and the hint what to write."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def read_quantity(written: Quantity, wanted: Sort | None, own: str | None, zone: ZoneInfo) -> tuple[Fact, Sort]:
    """Return the value of a quantity and its sort, which need not be the wanted one.

    Args:
        written: The quantity as it stands in the sentence.
        wanted: The sort of the fact that it meets: settles whether `3.10` is a version and `5 m` a distance.
        own: The owner's currency.
        zone: The owner's time zone, in which a date with a time is meant unless it states an offset.

    Raises:
        Misread: It is no quantity, or could be read in two ways.
    """
    if wanted and wanted.fact is Version and not (written.before or written.after):
        _refuse_open_version(written.number)
        return Version(written.number), Sort(Version)
    timed = wanted is not None and wanted.fact in (Day, Moment)
    date = None if written.before or written.after else read_date(written.number, zone, bare_year=timed)
    if date:
        return date, Sort(type(date))
    if wanted is None or wanted.fact in (Day, Moment):
        refuse_hour(f"{written.number} {written.after}".strip(), written.before)
    if timed and re.fullmatch(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}", written.number):
        raise Misread(f"`{written.number}` is no date of this language", in_our_order(written.number))
    digits, letters = _SPLIT.fullmatch(written.number).groups()  # type: ignore[union-attr]  # both parts take anything
    if written.before:
        if letters or written.after:
            whole = _in_full(digits, letters)
            hint = f"write {whole} {read_currency(written.before, own) or 'USD'}" if whole else "write it as 150 USD"
            raise Misread(f"`{written.number}` is no amount", hint)
        return _money(digits, written.before, own), Sort(Money)
    return _measured(digits, f"{letters} {written.after}".strip(), wanted, own)


def _refuse_open_version(written: str) -> None:
    """Refuse `4.x`, which stands for many versions, and which no version is."""
    if (many := re.fullmatch(r"(\d+(?:\.\d+)*)(?:\.x)+", written, re.IGNORECASE)) is not None:
        raise Misread(f"`{written}` is no version, but stands for many", f"compare with one, as in at least {many[1]}")


_SPLIT = re.compile(r"([0-9](?:[0-9.,'’]*[0-9])?)(.*)", re.DOTALL)


def _length(digits: str, unit: str) -> timedelta | None:
    """Return a length of time, none of it included; None where the unit is another."""
    length = read_duration(f"{digits} {unit}")
    if length is None and unit_length(unit):
        if not read_number(digits):
            return timedelta()
        raise Misread(f"`{digits} {unit}` is no length of time between a moment and a hundred years", "write 30 days")
    return length


def _measured(digits: str, unit: str, wanted: Sort | None, own: str | None) -> tuple[Fact, Sort]:
    """Return a number by what stands behind it."""
    if not unit:
        # A bare number is meant in the unit of the fact that it meets.
        return Number(read_number(digits)), wanted if wanted and wanted.fact is Number else Sort(Number)
    if wanted and wanted.fact is Number and wanted.unit:
        scaled = converted(unit, wanted.unit)
        if scaled is not None:
            return Number(read_number(digits) * scaled), wanted
    if is_shared(unit) or read_currency(unit, own):
        return _money(digits, unit, own), Sort(Money)
    length = _length(digits, unit)
    if length is not None:
        return Span(length), Sort(Span)
    scales = _scales(unit)
    if "time" in scales:
        return Span(int(read_number(digits) * scales["time"] * 1_000_000) * timedelta(microseconds=1)), Sort(Span)
    if scales:
        return Number(read_number(digits)), Sort(Number, unit)
    if unit[0].isdigit():
        raise Misread("a number has no space inside", f"write {digits}{unit}")
    if wanted and wanted.fact in (Day, Moment):
        written = f"{digits} {unit}"
        raise Misread(f"`{written}` is no date of this language", in_our_order(written))
    letter, _, currency = unit.partition(" ")
    if (whole := _in_full(digits, letter)) and (code := read_currency(currency, own)):
        raise Misread(f"`{digits}{letter}` is no number of this language", f"write {whole} {code}")
    meant = (
        _SLANG.get(unit.casefold(), "")
        or nearest(unit, [own or "USD", "USD", "EUR", "GBP"])
        or nearest(unit, [*TIME_UNITS, *_UNITS, *sorted(ISO_4217)])
    )
    raise Misread(f"`{unit}` is no unit or currency", f"did you mean {digits} {meant}?" if meant else "")


_SLANG: Mapping[str, str] = MappingProxyType({"bucks": "USD", "buck": "USD", "quid": "GBP", "rs": "INR", "元": "CNY"})


def _in_full(digits: str, letter: str) -> str:
    """Return a number with a letter for thousands, such as `1.5k`, written in full; empty where it is none."""
    if letter not in ("k", "K") or not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,3})?", digits):
        return ""
    return f"{Decimal(digits) * 1000:f}".rstrip("0").removesuffix(".") if "." in digits else f"{digits}000"


def read_number(digits: str, *, unit: str = "", money: bool = False) -> Decimal:
    """Return a number written as `1299` or `1299.00`.

    Raises:
        Misread: It has another mark inside, or is an amount of money with exactly three digits after its point.
    """
    if len(digits) > MAX_DIGITS:
        raise Misread(f"a number has at most {MAX_DIGITS} digits")
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", digits):
        if not (money and re.search(r"\.\d{3}$", digits)):
            return Decimal(digits)
        readings = [digits.replace(".", ""), digits + "0"]
        what = "a point before exactly three digits can be read in two ways"
    else:
        readings = _readings(digits)
        what = f"`{digits}` is not written as numbers are here, with nothing inside but one point before the decimals"
    raise Misread(what, "write " + " or ".join(f"{reading} {unit}".strip() for reading in readings))


def _readings(digits: str) -> list[str]:
    """Return what a number with foreign marks may mean, the likelier reading first."""
    marks = re.sub(r"[0-9]", "", digits)
    whole = re.sub(r"[^0-9]", "", digits)
    before, after = digits[: digits.rindex(marks[-1])], digits[digits.rindex(marks[-1]) + 1 :]
    decimal = f"{re.sub(r'[^0-9]', '', before)}.{after}"
    if len(set(marks)) > 1:
        return [decimal]
    if len(marks) > 1 or marks in "'’":
        return [whole]
    return [whole, decimal + "0"] if len(after) == 3 else [decimal, whole]


def _money(digits: str, sign: str, own: str | None) -> Money:
    currency = read_currency(sign, own)
    if currency:
        return Money(read_number(digits, unit=currency, money=True), currency)
    if is_shared(sign):
        raise Misread(f"several currencies are written `{sign}`", f"write the code: {digits} SEK, {digits} NOK")
    meant = (
        _SLANG.get(sign.casefold(), "")
        or nearest(sign, [own or "USD", "USD", "EUR", "GBP"])
        or nearest(sign, sorted(ISO_4217))
    )
    raise Misread(f"`{sign}` is no currency", f"did you mean {digits} {meant}?" if meant else f"write {digits} USD")


_DATE = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?")


def read_date(text: str, zone: ZoneInfo, *, bare_year: bool = False) -> Day | Moment | None:
    """Return the date or instant that a text states, or None where it has not the form of one.

    Raises:
        Misread: It has the form, but there is no such day or time.
    """
    matched = _DATE.fullmatch(text)
    try:
        if matched:
            day = Day(*(int(part) for part in matched.groups() if part))
            return day if day.first else None
        if bare_year and re.fullmatch(r"[1-9]\d{3}", text):
            return Day(int(text))
        if re.fullmatch(r"\d{4}-\d\d-\d\d[ Tt]\d\d?:.+", text):
            at = datetime.fromisoformat(re.sub(r"[ Tt](\d):", r" 0\1:", text).upper())
            return Moment(at if at.tzinfo else at.replace(tzinfo=zone))
    except (ValueError, OverflowError) as error:
        raise Misread(f"there is no {text}", "write a date as 2026-12-24 or 2026-12-24 18:00") from error
    return None


_HOUR = re.compile(r"(?:(\d{4}-\d\d-\d\d)\s*,?\s*)?(?:at )?(\d{1,2})(?::(\d\d)(?::\d\d)?)? ?([ap]m)?", re.IGNORECASE)
_OF_DAYS = MappingProxyType({"today": ("today", 0), "tomorrow": ("today", 24)})


def refuse_hour(text: str, before: str = "") -> None:
    """Refuse a time of day as people write it, `18:00`, `friday 6 pm` or `2026-12-24 at 18:00`.

    Args:
        text: What is written.
        before: The word before it.

    Raises:
        Misread: It is one; the hint says how an instant is written.
    """
    found = _HOUR.fullmatch(text)
    if found is None or not (found[3] or found[4]):
        return
    day, minute, afternoon = found[1], int(found[3] or 0), (found[4] or "").lower()
    hour = int(found[2]) % 12 + 12 * (afternoon == "pm") if afternoon else int(found[2])
    if hour > 23 or minute > 59:
        return
    if day:
        raise Misread(f"`{text}` is no date of this language", f"write {day} {hour:02}:{minute:02}")
    if before:
        since, ahead = _OF_DAYS.get(before.lower(), (before, 0))
        hint = f"write {_since_midnight(since, hour + ahead, minute)}"
        raise Misread(f"`{before} {text}` is no date of this language", hint)
    hint = f"write the day too: 2026-12-24 {hour:02}:{minute:02}, or {_since_midnight('today', hour, minute)}"
    raise Misread(f"`{text}` is a time of day, which every day has", hint)


def _since_midnight(day: str, hour: int, minute: int) -> str:
    length = f"{hour * 60 + minute} minutes" if minute else f"{hour} hours"
    return f"{day} + {length}" if hour or minute else day


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def in_our_order(written: str) -> str:
    """Return the hint for a date with its parts in another order: `24.12.2026`, `12/24/2026`, `24 December 2026`."""
    words = [word[:3].lower() for word in re.findall(r"[A-Za-z]+", written)]
    numbers = [int(number) for number in re.findall(r"\d{1,4}", written)]
    months = [_MONTHS.index(word) + 1 for word in words if word in _MONTHS]
    year = next((number for number in numbers if number > 31), None)
    rest = [number for number in numbers if number != year]
    if year is None or len(rest) + len(months) != 2 or not all(rest):
        return "write the year first: 2026-12-24"
    if months:
        orders = [(months[0], rest[0])]
    elif "/" in written:
        orders = [(rest[0], rest[1]), (rest[1], rest[0])]
    else:
        orders = [(rest[1], rest[0])]
    dates = dict.fromkeys(f"{year:04}-{month:02}-{day:02}" for month, day in orders if month <= 12 and day <= 31)
    return f"write {' or '.join(dates)}" if dates else "write the year first: 2026-12-24"


# Factors to the first unit of each dimension (https://www.bipm.org/en/publications/si-brochure; the mile, foot, pound
# and ounce are the international ones, the KiB and its like those of IEC 80000-13). Temperatures are not here: their
# units do not differ by a factor.
_UNITS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "m": ("length", "1"), "mm": ("length", "0.001"), "cm": ("length", "0.01"), "km": ("length", "1000"),
        "mi": ("length", "1609.344"), "mile": ("length", "1609.344"), "miles": ("length", "1609.344"),
        "ft": ("length", "0.3048"), "g": ("mass", "1"), "kg": ("mass", "1000"), "lb": ("mass", "453.59237"),
        "oz": ("mass", "28.349523125"), "m/s": ("speed", "1"), "km/h": ("speed", "0.277777777777777777777777778"),
        "mph": ("speed", "0.44704"), "kb": ("data", "1e3"), "mb": ("data", "1e6"), "gb": ("data", "1e9"),
        "tb": ("data", "1e12"), "kib": ("data", "1024"), "mib": ("data", "1048576"), "gib": ("data", "1073741824"),
        "bytes": ("data", "1"), "ms": ("time", "0.001"), "%": ("share", "1"),
        "percent": ("share", "1"), "°c": ("celsius", "1"), "°f": ("fahrenheit", "1"), "hpa": ("pressure", "1"),
        "stars": ("stars", "1"), "points": ("points", "1"),
    }
)  # fmt: skip
# Their names; one of several is written with an s, and two have a plural of their own.
_SYMBOLS: Mapping[str, str] = MappingProxyType(
    {
        "millimeter": "mm", "millimetre": "mm", "centimeter": "cm", "centimetre": "cm", "meter": "m", "metre": "m",
        "kilometer": "km", "kilometre": "km", "foot": "ft", "feet": "ft", "gram": "g", "kilogram": "kg", "kilo": "kg",
        "ounce": "oz", "byte": "bytes", "kilobyte": "kb", "megabyte": "mb", "gigabyte": "gb", "terabyte": "tb",
        "kph": "km/h", "kmh": "km/h", "millisecond": "ms",
    }
)  # fmt: skip


def _scales(unit: str) -> dict[str, Decimal]:
    """Return the factor of a unit for each dimension that it may belong to: `m` is a metre or a minute."""
    folded = _SYMBOLS.get(unit.casefold().removesuffix("s"), unit.casefold())
    length = unit_length(folded)
    scales = {"time": Decimal(str(length.total_seconds()))} if length else {}
    if folded in _UNITS:
        dimension, factor = _UNITS[folded]
        scales[dimension] = Decimal(factor)
    return scales


def converted(unit: str, into: str) -> Decimal | None:
    """Return by what to multiply to get from one unit to another; None where they measure different things."""
    if unit.casefold().rstrip("s") == into.casefold().rstrip("s"):
        return Decimal(1)
    ours, theirs = _scales(unit), _scales(into)
    shared = next((dimension for dimension in theirs if dimension in ours), None)
    return ours[shared] / theirs[shared] if shared else None

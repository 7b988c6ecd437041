"""Numbers as shops write them: where they stand in a text, and what they can mean.

A point or a comma with exactly three digits behind it is a thousand in one country and a decimal in the next; so a
number is read into its likely value and the other values that the same signs can have.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

MAX_DIGITS: Final = 30
"""A longer number is no amount, and is not worth the arithmetic."""

_FIXED: Final = {
    **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a", " "),
    **dict.fromkeys("\u202f\u205f\u3000\t\n\r\f\v", " "),
    **dict.fromkeys("’‘ʼ´`′＇٬", "'"),
    **dict.fromkeys("٫．", "."),
    **dict.fromkeys("،，", ","),
    **dict.fromkeys("−‐‑‒–—―﹣－", "-"),
    "％": "%", "٪": "%",
}  # fmt: skip
_SUPERSCRIPTS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"

_RUN: Final = re.compile(
    r"""
    (?P<point>(?:(?<![^\W\d_])\.{1,2})?) (?<!\d\.)       # .75, and not the point of "Rs.75"
    (?P<digits>
        (?: \d{1,3} (?: [ ]\d{3}(?!\d) )+ | \d+ ) (?: [.,']\d+ )*      # 1 099,00  1,29,999  1'049.95
        (?: [.,][ ]\d\d (?![\d.,]) )?            # 119. 95
    )
    (?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]{2})?                 # 12⁹⁹
    (?P<myriads>[ ]?[万萬만](?:[ ]?(?P<ones>\d{1,4}|\d,\d{3})(?![\d.,]))?)?      # 1万2800  128.5万
    (?P<dash>[.,:=]?[ ]?-{1,2}(?![ ]?[$\d]) | [.,]=)?   # 12,-  1 299:-
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in a text.

    Attributes:
        value: The reading by convention.
        others: What else the same signs can mean.
        mark: The one separator that leaves it open whether three digits are thousandths, or empty.
        odd: The signs follow no way of writing numbers.
    """

    value: Decimal
    start: int
    end: int
    others: tuple[Decimal, ...] = ()
    mark: Literal["", ".", ","] = ""
    odd: bool = False


def plain(text: str) -> str:
    """Return the text with ASCII digits and one sign for each use, character for character."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_FIXED.get(sign) or _digit(sign) for sign in text)


def _digit(sign: str) -> str:
    return str(unicodedata.decimal(sign)) if sign > "\x7f" and sign.isdecimal() else sign


def amounts(text: str, decimal: str | None = None) -> Iterator[Amount]:
    """Yield the numbers of a text made `plain`, in its order; dates, versions and endless numbers are left out.

    Args:
        text: A text that went through `plain`.
        decimal: The decimal separator, where it is known.
    """
    for run in _RUN.finditer(text):
        if sum(map(str.isdigit, run["digits"])) > MAX_DIGITS:
            continue
        dash = (run["dash"] or "")[:1]  # "1.299,-": what stands before the dash parts the decimals
        amount = _amount(run["digits"], run["point"], dash if dash in (".", ",") else decimal)
        if amount is None:
            continue
        if run["raised"] and amount.value == amount.value.to_integral_value():
            cents = "".join(str(_SUPERSCRIPTS.index(sign)) for sign in run["raised"])
            amount = replace(amount, value=amount.value + Decimal(cents) / 100)
        if run["myriads"]:
            amount = _in_myriads(amount, run["ones"] or "")
        yield replace(amount, start=run.start(), end=run.end())


def _in_myriads(amount: Amount, ones: str) -> Amount:
    """Return a number that counts ten thousands, as in Japan, China and Korea, with the ones that follow."""
    value = amount.value * 10_000 + int(ones.replace(",", "") or 0)
    is_usual = value == value.to_integral_value() and not (ones and "." in str(amount.value))
    return Amount(value.quantize(Decimal(1)) if is_usual else value, 0, 0, odd=not is_usual)


def _amount(digits: str, point: str, decimal: str | None) -> Amount | None:
    digits = re.sub(r"([.,]) (\d\d)$", r"\1\2", digits)
    marks = re.sub(r"\d", "", digits)
    groups = re.split(r"[., ']", digits)
    if point and not re.search(r"[.,]\d{1,2}$", digits):
        return Amount(Decimal("0." + digits), 0, 0) if digits.isdigit() else None
    if not marks:
        return Amount(Decimal(digits), 0, 0)
    mark = marks[-1]
    last = groups[-1]
    if mark in ".," and marks.count(mark) == 1:
        whole, fraction = "".join(groups[:-1]), last
        as_decimal, as_thousands = Decimal(f"{whole}.{fraction}"), Decimal(whole + fraction)
        if not _grouped(groups[:-1], marks[:-1]):
            return Amount(as_decimal, 0, 0, others=(as_thousands,), odd=True)
        if len(last) != 3 or len(groups[0]) > 3 or groups[0] == "0":
            contradicts = decimal in (".", ",") and mark != decimal and len(marks) == 1
            return Amount(as_decimal, 0, 0, others=(as_thousands,) if contradicts else ())
        return _three_digits(as_decimal, as_thousands, mark, decimal, alone=len(marks) == 1)
    if _grouped(groups, marks):
        return Amount(Decimal("".join(groups)), 0, 0)
    if (
        mark in ".,"
        and len(last) <= 2
        and _grouped(groups[:-1], marks[:-1])
        and len(groups) > 2
        and len(groups[1]) == 3
    ):
        return Amount(Decimal(f"{''.join(groups[:-1])}.{last}"), 0, 0, odd=True)  # 1,299,00
    return None


def _three_digits(as_decimal: Decimal, as_thousands: Decimal, mark: str, decimal: str | None, *, alone: bool) -> Amount:
    if mark == decimal:
        return Amount(as_decimal, 0, 0)
    if not alone:  # 1,234.567: two marks cannot both part thousands
        return Amount(as_decimal, 0, 0, others=(as_thousands,))
    if decimal in (".", ","):
        return Amount(as_thousands, 0, 0)
    return Amount(as_thousands, 0, 0, others=(as_decimal,), mark="." if mark == "." else ",")


def _grouped(groups: list[str], marks: str) -> bool:
    """Say whether groups are parted as thousands are: by one sign, in threes, or in India's twos and a three."""
    if not marks:
        return True
    first, *middle, last = groups
    if len(set(marks)) > 1 or len(last) != 3 or not 1 <= len(first) <= 3:
        return False
    threes = all(len(group) == 3 for group in middle)
    return threes or (marks[0] == "," and len(first) <= 2 and all(len(group) == 2 for group in middle))

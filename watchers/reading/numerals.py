"""A text → the first number in it, as its writer means it, or the reason why that is not known."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from watchers.reading.amounts import amounts, plain

MAX_TEXT: Final = 2_000
_MINUS: Final = re.compile(r"(?:^|[\s(])-\s?$")


class NoNumber(Exception):
    """The text holds no number, or one that can be read in two ways; the message says which."""


def read_number(text: str, *, decimal: str | None = None) -> Decimal:
    """Return the first number of a text: "1,299.50 km" is 1299.50, "−3,5 °C" is -3.5.

    Args:
        text: As a reader sees it.
        decimal: What parts the decimals, "." or ",", where it is known.

    Raises:
        NoNumber: There is none, or "1.299" may be a thousand or a decimal.
    """
    signs = plain(text[:MAX_TEXT])
    first = next(amounts(signs, decimal), None)
    if first is None:
        raise NoNumber(f"“{_short(text)}” holds no number" if text.strip() else "there is no text to read it in")
    if first.odd or (first.others and decimal is None):
        either = " or ".join(str(value) for value in (first.value, *first.others))
        raise NoNumber(f"“{_short(text)}” may mean {either}: say which with `decimal`")
    return -first.value if _MINUS.search(signs[: first.start]) else first.value


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59].rstrip() + "…"

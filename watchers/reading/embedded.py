"""What a page keeps for its own scripts: supporting evidence for a price, never a price by itself.

Analytics layers, shop frameworks and widgets carry their product as `"price": 12.5` and `"currency": "EUR"` in many
shapes; reading each would be endless, so only these pairs are looked for, wherever they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

_AMOUNT = r"""["'\\\w-]{0,16}\s*[:=]\s*\\?["']?(\d{1,9}(?:\.\d{1,4})?)(?![\d.,])"""
_CODE = r"""["'\\\w]{0,12}\s*[:=]\s*(?:\{\s*["']?\w{2,12}["']?\s*:\s*)?\\?["']([A-Za-z]{3})\\?["']"""
# Patterns that begin with plain letters are searched many times faster than those that begin with a choice.
_PRICES = tuple(re.compile(name + _AMOUNT) for name in ("rice", "PRICE"))
_CURRENCIES = tuple(re.compile(name + _CODE) for name in ("urrency", "URRENCY"))
_MAX_PAIRS = 500
TELLING = 12
"""With more different amounts than this, that one of them stands among them tells nothing."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """The pairs that were found.

    Attributes:
        amounts: Every amount that something called a price has; empty where there are too many to tell anything.
        currencies: Every code that something called a currency has, in upper case.
    """

    amounts: frozenset[Decimal]
    currencies: frozenset[str]


def embedded(text: str) -> Embedded:
    """Return the price and currency pairs in the markup of a page."""
    amounts = {Decimal(found) for found in _found(_PRICES, text)}
    currencies = frozenset(found.upper() for found in _found(_CURRENCIES, text))
    return Embedded(frozenset(amounts) if len(amounts) <= TELLING else frozenset(), currencies)


def _found(patterns: Iterable[re.Pattern[str]], text: str) -> Iterator[str]:
    for pattern in patterns:
        yield from (match[1] for match in islice(pattern.finditer(text), _MAX_PAIRS))

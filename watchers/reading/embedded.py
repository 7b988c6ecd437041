"""What a page keeps for its own scripts: supporting evidence for a price, never a price by itself.

Analytics layers, shop frameworks and widgets carry their product as `"price": 12.5` and `"currency": "EUR"` in many
shapes; reading each would be endless, so only these pairs are looked for, wherever they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

_PRICE = re.compile(r"""(?:rice|PRICE)["'\\\w-]{0,16}\s*[:=]\s*\\?["']?(\d{1,9}(?:\.\d{1,4})?)(?![\d.,])""")
_CURRENCY = re.compile(r"""(?:urrency|URRENCY)["'\\\w]{0,12}\s*[:=]\s*\\?["']([A-Za-z]{3})\\?["']""")
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
    amounts = {Decimal(match[1]) for match in islice(_PRICE.finditer(text), _MAX_PAIRS)}
    currencies = frozenset(match[1].upper() for match in islice(_CURRENCY.finditer(text), _MAX_PAIRS))
    return Embedded(frozenset(amounts) if len(amounts) <= TELLING else frozenset(), currencies)

"""Prices by measure: "1 kg = 12,90 €", "$0.25/oz", and schema.org's UnitPriceSpecification.

    a price, a quantity, a unit ──▶ the price of one kilogram, litre, metre … : what can be compared between packs

Units are the words that labels have, and the UN/CEFACT codes that schema.org's `unitCode` takes
(https://schema.org/unitCode, https://unece.org/trade/uncefact/cl-recommendations, recommendation 20).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from watchers.reading.amounts import amounts, plain
from watchers.reading.item import Item
from watchers.reading.money import currency_code, read_money

LONGEST_LABEL: Final = 60
_CENT: Final = Decimal("0.01")

_UNITS: Final[Mapping[str, str]] = {
    "kg 1": "kg kilo kilogram kilogramm kgs kgm кг",
    "kg 0.001": "g gr gram grams gramm gramme grm г",
    "kg 0.000001": "mg mgm",
    "l 1": "l lt ltr litre liter litro litr liters litres л",
    "l 0.1": "dl dlt",
    "l 0.01": "cl clt",
    "l 0.001": "ml mlt мл",
    "m 1": "m mtr metre meter metro м",
    "m 0.01": "cm cmt",
    "m² 1": "m² m2 qm sqm mtk",
    "oz 1": "oz onz ounce ounces",
    "lb 1": "lb lbs lbr pound",
    "fl oz 1": "fl_oz fl._oz floz oza",
    "piece 1": "piece pieces pc pcs each ea st stk stk. stück unit units count ct c62 h87 szt ks шт ud vnt kpl wl",
}
_MEANS: Final = {
    word.replace("_", " "): (base, Decimal(factor))
    for of_unit, words in _UNITS.items()
    for base, _, factor in [of_unit.rpartition(" ")]
    for word in words.split()
}
UNITS: Final = tuple(dict.fromkeys(base for base, _ in _MEANS.values()))
_WORDS: Final = "|".join(sorted(map(re.escape, _MEANS), key=len, reverse=True))
_QUANTITY: Final = r"(?P<quantity>\d{1,4}(?:[.,]\d{1,3})?)?"
_EQUALS: Final = re.compile(rf"^\W*{_QUANTITY}\s?(?P<unit>{_WORDS})\s?=\s?(?P<money>.+?)[\s).*]*$", re.IGNORECASE)
_PER: Final = re.compile(
    r"^(?P<money>.*\d.*?)\s?(?:/|(?<!\w)(?:per|pro|je|par|por|al|au|le|za|na|за)(?!\w))\s?"
    rf"{_QUANTITY}\s?(?P<unit>{_WORDS})[\s).*]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ByMeasure:
    """What one unit costs.

    Attributes:
        amount: For one `unit`.
        currency: ISO code, None where the text leaves it open.
        place: Where it stood.
    """

    amount: Decimal
    unit: str
    currency: str | None
    place: str


def read_by_measure(text: str) -> ByMeasure | None:
    """Return what a label says that one unit costs; None where it is no such label, or leaves a doubt."""
    text = " ".join(plain(text).split())
    found = (_EQUALS.match(text) or _PER.match(text)) if len(text) <= LONGEST_LABEL else None
    if found is None:
        return None
    reading = read_money(found["money"].strip(" ([:"))
    if reading is None or not reading.sure or reading.currency_text is None:
        return None
    return _one(reading.amount, reading.currency, found["quantity"] or "1", found["unit"], f'"{text}"')


def claimed_by_measure(offer: Item) -> Iterator[ByMeasure]:
    """Yield what the price specifications of an offer say that one unit costs.

    A `referenceQuantity` is what the stated price is for; with a `valueReference`, the price is that of the pack, which
    holds so much (https://developers.google.com/search/docs/appearance/structured-data/merchant-listing).
    """
    for specification in offer.items("priceSpecification", "price"):
        stated = specification.text("price", "value")
        currency = specification.text("priceCurrency", "currency") or offer.text("priceCurrency", "currency")
        reading = read_money(stated, currency=currency or None, decimal=".") if stated else None
        for quantity in specification.items("referenceQuantity"):
            value, unit = quantity.text("value") or "1", quantity.text("unitCode", "unitText")
            if reading is None or reading.ambiguous or reading.doubt:
                continue
            code = currency_code(currency) if currency else None
            found = _one(reading.amount, code, value, unit, f"{specification.place}.referenceQuantity")
            if found is not None:
                yield found


def one_of(found: Iterable[ByMeasure]) -> ByMeasure | None:
    """Return the only thing that is said of a product; None where nothing is, or several."""
    each = {(one.amount, one.unit): one for one in found}
    return next(iter(each.values())) if len(each) == 1 else None


def _one(amount: Decimal, currency: str | None, quantity: str, unit: str, place: str) -> ByMeasure | None:
    means = _MEANS.get(unit.strip().lower())
    number = next(iter(amounts(plain(quantity), "." if "." in quantity else ",")), None)
    if means is None or number is None or number.value <= 0 or amount <= 0:
        return None
    base, factor = means
    each = (amount / (number.value * factor)).quantize(_CENT, ROUND_HALF_EVEN)
    # A hundredth of a cent says nothing, and rounds to a price of nothing.
    return ByMeasure(each, base, currency, place) if each > 0 else None

"""What it costs to have a product sent, where the page states one price for it.

Structured data: `shippingDetails` with a `shippingRate` (https://schema.org/OfferShippingDetails), and a
`DeliveryChargeSpecification`. In words only what stands as a surcharge: "+ $4.99 shipping", "zzgl. 4,95 € Versand".
What is free from some amount on, or for members, is no price.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from watchers.reading.amounts import plain
from watchers.reading.item import Item
from watchers.reading.money import currency_code, read_money

LONGEST_LABEL: Final = 60
_SURCHARGE: Final = re.compile(
    r"^\W*(?:\+|plus|zzgl\.?|zuzüglich|más|plus|piú|più|mais)\s?(?P<money>\D{0,4}\d[\d.,]*\s?\D{0,4}?)\s?"
    r"(?:standard\s)?(?:shipping|delivery|postage|p&p|versand(?:kosten)?|livraison|envío|spedizione|verzendkosten|frakt)"
    r"(?:\s(?:cost|fee|charge)s?)?\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What sending costs, and where that stood."""

    amount: Decimal
    currency: str | None
    place: str


def claimed_shipping(offer: Item) -> Iterator[Sent]:
    """Yield every price that the data of an offer states for sending it; a range of prices is none."""
    stated = offer.text("priceCurrency", "currency")
    for details in offer.items("shippingDetails"):
        if details.text("doesNotShip").lower() == "true":
            continue
        for rate in details.items("shippingRate"):
            amount, currency = rate.text("value", "price"), rate.text("currency", "priceCurrency")
            yield from _read(amount, currency, stated, rate.place)
    for charge in offer.items("priceSpecification"):
        if charge.is_a("DeliveryChargeSpecification"):
            yield from _read(charge.text("price", "value"), charge.text("priceCurrency"), stated, charge.place)


def said_shipping(text: str) -> Sent | None:
    """Return what a label says that sending adds to the price; None where it says anything else."""
    found = _SURCHARGE.match(plain(text)) if len(text) <= LONGEST_LABEL else None
    reading = read_money(found["money"]) if found else None
    if reading is None or not reading.sure or reading.currency_text is None:
        return None
    return Sent(reading.amount, reading.currency, f'the page says "{" ".join(text.split())}"')


def _read(text: str, currency: str, otherwise: str, place: str) -> Iterator[Sent]:
    written = currency or otherwise
    reading = read_money(text, currency=written or None, decimal=".") if text else None
    # Nothing is what it costs where a program says "0": only a number that may be another is in doubt.
    if reading is not None and not reading.ambiguous and reading.amount >= 0:
        yield Sent(reading.amount, currency_code(written) if written else None, place)

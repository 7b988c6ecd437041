"""What a product page says beside its price: shipping, the price by measure, and which variant costs what."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.accuracy.cases import context
from watchers.api import Flag, Money, Observation, Page, Text
from watchers.price import Price
from watchers.reading.measures import read_by_measure
from watchers.reading.shipping import said_shipping

URL = "https://shop.example/tea"


def seen(data: object, shown: str = "", **options: object) -> Observation:
    """Return what is read of a page with this structured data and these words under its heading."""
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>' if data else ""
    body = f"<!doctype html><html><head><title>Green Tea</title>{script}</head><body><h1>Green Tea</h1>{shown}</body>"
    page = Page(URL, f"{body}</html>".encode(), {"content-type": "text/html; charset=utf-8"})
    (observation,) = Price(url=URL, **options).read(page, context()).observations  # type: ignore[arg-type]
    return observation


def tea(**offer: object) -> dict[str, object]:
    stated = {"@type": "Offer", "price": "12.90", "priceCurrency": "EUR", **offer}
    return {"@context": "https://schema.org", "@type": "Product", "name": "Green Tea", "offers": stated}


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def rate(value: object, currency: str = "EUR") -> dict[str, object]:
    amount = {"@type": "MonetaryAmount", "value": value, "currency": currency}
    return {"@type": "OfferShippingDetails", "shippingRate": amount}


# Shipping.


def test_a_stated_shipping_rate_is_known_and_makes_the_total():
    facts = seen(tea(shippingDetails=rate("4.95"))).facts
    assert facts["shipping"] == eur("4.95")
    assert facts["total"] == eur("17.85")


def test_shipping_that_costs_nothing_is_known_to():
    facts = seen(tea(shippingDetails=rate(0))).facts
    assert facts["shipping"] == eur("0")
    assert facts["total"] == eur("12.90")


def test_rates_that_differ_by_country_leave_shipping_unknown():
    observation = seen(tea(shippingDetails=[rate("4.95"), rate("9.95")]))
    assert "shipping" not in observation.facts
    assert observation.unknown["total"] == "several prices for sending it: 4.95, 9.95"


def test_a_country_that_it_is_not_sent_to_says_nothing():
    details = [rate("4.95"), {**rate("99"), "doesNotShip": "true"}]
    assert seen(tea(shippingDetails=details)).facts["shipping"] == eur("4.95")


def test_shipping_in_another_currency_makes_no_total():
    observation = seen(tea(shippingDetails=rate("5", "USD")))
    assert observation.facts["shipping"] == Money(Decimal(5), "USD")
    assert observation.unknown["total"] == "the price is in EUR, shipping in USD"


def test_a_delivery_charge_is_shipping_and_no_price():
    charge = {"@type": "DeliveryChargeSpecification", "price": "3.50", "priceCurrency": "EUR"}
    facts = seen(tea(priceSpecification=charge)).facts
    assert (facts["price"], facts["shipping"]) == (eur("12.90"), eur("3.50"))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("+ $4.99 shipping", "4.99"),
        ("zzgl. 4,95 € Versand", "4.95"),
        ("+ 6,99 € Livraison", "6.99"),
        ("plus 5 EUR delivery", "5"),
        ("Free shipping over $50", None),
        ("+ Free shipping", None),
        ("+$50 shipping limit", None),
        ("Shipping from $4.99", None),
        ("Orders over $50", None),
        ("+ $4.99 shipping per month or whatever else there is to say about the way it comes", None),
    ],
)
def test_only_a_surcharge_in_words_is_shipping(text, amount):
    sent = said_shipping(text)
    assert (str(sent.amount) if sent else None) == amount


def test_a_page_without_a_word_of_shipping_leaves_it_unknown():
    observation = seen(tea())
    assert not {"shipping", "total"} & observation.facts.keys()


# By measure.


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("1 kg = 12,90 €", "12.90", "kg"),
        ("(1 l = 2,58 €)", "2.58", "l"),
        ("100 g = 1,29 €", "12.90", "kg"),
        ("12.90 €/kg", "12.90", "kg"),
        ("€1.29 per 100g", "12.90", "kg"),
        ("Grundpreis: 12,90 €/kg", "12.90", "kg"),
        ("(4,36 € / 100 ml)", "43.60", "l"),
        ("0,5 l = 1,00 €", "2.00", "l"),
        ("$0.50/oz", "0.50", "oz"),
        ("($0.25/Fl Oz)", "0.25", "fl oz"),
        ("32 zł /szt.", "32.00", "piece"),
        ("1 299,00 € / m²", "1299.00", "m²"),
        ("from $3/lb", None, None),
        ("$12.50 per month", None, None),
        ("10 € al mes", None, None),
        ("12,90 €", None, None),
        ("500 g", None, None),
        ("3/kg", None, None),
        ("0 g = 1,29 €", None, None),
        ("100 g = 0,00 €", None, None),
    ],
)
def test_a_label_says_what_one_unit_costs(text, amount, unit):
    found = read_by_measure(text)
    assert ((str(found.amount), found.unit) if found else (None, None)) == (amount, unit)


@given(st.text(max_size=80))
def test_any_text_is_a_price_by_measure_or_none(text):
    found = read_by_measure(text)
    assert found is None or found.amount > 0


def test_a_price_by_measure_beside_the_price_is_kept_beside_it():
    observation = seen(tea(), '<p class="price">12,90 €</p><p>1 kg = 25,80 €</p><button>In den Warenkorb</button>')
    assert observation.facts["price"] == eur("12.90")
    assert observation.facts["unit_price"] == eur("25.80")
    assert observation.facts["unit"] == Text("kg")


def test_a_reference_quantity_makes_a_price_by_measure():
    quantity = {"@type": "QuantitativeValue", "value": "100", "unitCode": "GRM"}
    price = {"@type": "UnitPriceSpecification", "price": 2.58, "priceCurrency": "EUR", "referenceQuantity": quantity}
    facts = seen(tea(priceSpecification=price)).facts
    assert (facts["price"], facts["unit_price"]) == (eur("12.90"), eur("25.80"))


def test_the_price_of_a_pack_with_its_content_makes_one_too():
    per = {"@type": "QuantitativeValue", "value": "100", "unitCode": "GRM"}
    quantity = {"@type": "QuantitativeValue", "value": "500", "unitCode": "GRM", "valueReference": per}
    price = {"@type": "UnitPriceSpecification", "price": 12.90, "priceCurrency": "EUR", "referenceQuantity": quantity}
    facts = seen(tea(priceSpecification=price)).facts
    assert (facts["price"], facts["unit_price"]) == (eur("12.90"), eur("25.80"))


def test_two_prices_by_measure_leave_it_unknown():
    observation = seen(tea(), "<p>12,90 €</p><p>1 kg = 25,80 €</p><p>1 kg = 19,80 €</p>")
    assert observation.unknown["unit_price"] == "several prices by measure: 25.80/kg, 19.80/kg"


# Variants.


def variant(name: str, price: str, sku: str, stock: str = "InStock", **options: str) -> dict[str, object]:
    offer = {"@type": "Offer", "price": price, "priceCurrency": "EUR", "availability": f"https://schema.org/{stock}"}
    return {"@type": "Product", "name": name, "sku": sku, **options, "offers": offer}


SHIRTS = {
    "@context": "https://schema.org",
    "@type": "ProductGroup",
    "name": "Green Tea",
    "variesBy": ["https://schema.org/size", "https://schema.org/color"],
    "hasVariant": [
        variant("Green Tea - Black / 41", "19.90", "GT-41-B"),
        variant("Green Tea - Black / 42", "24.90", "GT-42-B", "OutOfStock"),
        variant("Green Tea large", "29.90", "GT-42-W", size="42", color="White"),
    ],
}


@pytest.mark.parametrize(
    ("options", "price", "available"),
    [
        ({"variant": "Black / 41"}, "19.90", True),
        ({"variant": "black/42"}, "24.90", False),
        ({"variant": "42, Black"}, "24.90", False),
        ({"variant": "White / 42"}, "29.90", True),
        ({"variant": "Green Tea - Black / 42"}, "24.90", False),
        ({"sku": "gt-41-b"}, "19.90", True),
        ({"sku": "GT-42-B", "variant": "Black"}, "24.90", False),
    ],
)
def test_a_variant_is_picked_by_its_options_or_its_number(options, price, available):
    observation = seen(SHIRTS, "<p>19,90 €</p><button>In den Warenkorb</button>", **options)
    assert observation.facts["price"] == eur(price)
    assert observation.facts["available"] == Flag(available)


def test_a_variant_that_does_not_exist_is_unknown_with_those_that_do():
    observation = seen(SHIRTS, variant="Red / 40")
    assert "price" not in observation.facts
    assert observation.unknown["price"] == (
        "no variant Red / 40 is found: Black / 41 (19.90); Black / 42 (24.90); large (29.90)"
    )


def test_a_variant_that_leaves_a_choice_is_unknown():
    assert seen(SHIRTS, variant="Black").unknown["price"] == "Black leaves a choice of prices: 19.90, 24.90"


def test_without_a_variant_differing_prices_are_unknown_with_the_list():
    said = seen(SHIRTS).unknown["price"]
    assert said.endswith("say which by `variant` or `sku`: Black / 41 (19.90); Black / 42 (24.90); large (29.90)")


def test_offers_that_differ_by_their_number_alone_are_listed_by_it():
    offers = [{"@type": "Offer", "price": p, "priceCurrency": "EUR", "sku": s} for p, s in (("9", "A1"), ("19", "A2"))]
    product = {"@context": "https://schema.org", "@type": "Product", "name": "Green Tea", "offers": offers}
    assert seen(product).unknown["price"].endswith("say which by `variant` or `sku`: A1 (9); A2 (19)")
    assert seen(product, sku="A2").facts["price"] == eur("19")


def test_what_the_page_shows_of_another_variant_is_not_taken_for_the_one_that_is_asked():
    shown = "<p><del>99,00 €</del> 19,90 €</p><p>Ausverkauft</p><p>1 kg = 39,80 €</p>"
    observation = seen(SHIRTS, shown, variant="White / 42")
    assert observation.facts["price"] == eur("29.90")
    assert observation.facts["available"] == Flag(True)
    assert not {"list_price", "unit_price"} & observation.facts.keys()


def test_a_selector_and_a_variant_do_not_go_together():
    with pytest.raises(ValidationError, match="give one of them"):
        Price(url=URL, select=".price", variant="Black")


def test_the_shop_of_a_page_is_a_fact_without_the_password_of_its_address():
    page = Page(URL, b"<h1>Tea</h1>", {"content-type": "text/html"})
    (one,) = Price(url="https://me:secret@Shop.example/tea").read(page, context()).observations
    assert one.facts["shop"] == Text("shop.example")
    assert "secret" not in str(one.facts["url"])


def test_a_price_that_the_page_shows_for_a_month_says_so_in_its_evidence() -> None:
    data = {
        "@type": "Product",
        "name": "Green Tea",
        "offers": {"@type": "Offer", "price": "49", "priceCurrency": "USD"},
    }
    known = seen(data, "<div class='price'>$49 <span>/ month</span></div><button>Buy now</button>")
    assert known.facts["price"] == Money(Decimal(49), "USD")
    assert "month" in known.evidence["price"]

"""Whose dollar, crown or rupee a page means, as far as the page and its address tell."""

from __future__ import annotations

import pytest

from tests.unit.test_price import BUY, H1, described, ld
from watchers.api import Money, Page
from watchers.price import Price
from watchers.testing import CannedContext


def code(
    written: str, *, host: str = "shop.example", path: str = "/kettle", lang: str = "", head: str = ""
) -> str | None:
    """Return the currency of a page that shows one price."""
    body = f"{H1}<p class='price'>{written}</p>{BUY}"
    html = f"<html lang='{lang}'><head><title>Blue Kettle</title>{head}</head><body>{body}"
    url = f"https://{host}{path}"
    (seen,) = (
        Price(url=url).read(Page(url, html.encode(), {"content-type": "text/html"}), CannedContext(b"")).observations
    )
    price = seen.facts["price"]
    assert isinstance(price, Money)
    return price.currency


@pytest.mark.parametrize(
    ("written", "host", "currency"),
    [
        ("$49.90", "shop.com.mx", "MXN"),
        ("$24.990", "www.shop.cl", "CLP"),
        ("$49.900", "shop.com.co", "COP"),
        ("$ 49.990,00", "shop.com.ar", "ARS"),
        ("$49.90", "shop.ca", "CAD"),
        ("$49.90", "www.shop.com.au", "AUD"),
        ("$49.90", "shop.co.nz", "NZD"),
        ("$49.90", "shop.com.sg", "SGD"),
        ("$499", "shop.com.hk", "HKD"),
        ("$499", "shop.com.tw", "TWD"),
        ("$ 499", "shop.com.uy", "UYU"),
        ("499 kr", "shop.se", "SEK"),
        ("kr 499", "shop.no", "NOK"),
        ("499 kr.", "shop.dk", "DKK"),
        ("4.990 kr.", "shop.is", "ISK"),
        ("¥4,990", "shop.co.jp", "JPY"),
        ("¥499", "shop.cn", "CNY"),
        ("Rs. 4,990", "shop.in", "INR"),
        ("Rs 4,990", "shop.pk", "PKR"),
        ("Rs. 4,990", "shop.lk", "LKR"),
        ("£49.90", "shop.co.uk", "GBP"),
        ("£49.90", "shop.example", "GBP"),
        ("€49.90", "shop.com", "EUR"),
        ("1 299:-", "shop.se", "SEK"),
        ("15 990,-", "shop.cz", "CZK"),
        ("US$49.90", "shop.ca", "USD"),
        ("US $49.90", "shop.com.au", "USD"),
        ("C$49.90", "shop.example", "CAD"),
        ("R$ 49,90", "shop.com", "BRL"),
    ],
)
def test_the_country_of_the_address_tells_whose_it_is(written: str, host: str, currency: str) -> None:
    assert code(written, host=host) == currency


@pytest.mark.parametrize("host", ["shop.example", "shop.com", "shop.co", "shop.io", "shop.tv", "shop.me"])
def test_a_bare_dollar_is_nobodys_where_nothing_tells(host: str) -> None:
    assert code("$49.90", host=host) is None


@pytest.mark.parametrize(
    ("path", "host", "currency"),
    [
        ("/en-ca/kettle", "shop.example", "CAD"),
        ("/ca/en/kettle", "shop.example", "CAD"),
        ("/mx/es/kettle", "shop.example", "MXN"),
        ("/ar/en/kettle", "shop.example", "ARS"),
        ("/en_AU/kettle", "shop.example", "AUD"),
        ("/kettle", "ca.shop.example", "CAD"),
        ("/kettle", "en-au.shop.example", "AUD"),
    ],
)
def test_a_country_in_the_address_counts(path: str, host: str, currency: str) -> None:
    assert code("$49.90", path=path, host=host) == currency


@pytest.mark.parametrize(
    ("lang", "currency"),
    [("en-US", "USD"), ("en-CA", "CAD"), ("es-MX", "MXN"), ("es-cl", "CLP"), ("zh-Hant-TW", "TWD"), ("en", None)],
)
def test_the_country_of_the_language_counts_where_the_address_has_none(lang: str, currency: str | None) -> None:
    assert code("$49.90", host="shop.com", lang=lang) == currency


def test_the_address_counts_more_than_a_language_that_a_shop_program_was_delivered_with() -> None:
    assert code("$49.90", host="shop.com.au", lang="en-US") == "AUD"


def test_a_domain_that_all_countries_use_counts_only_in_the_language_of_its_own() -> None:
    assert code("$49.900", host="shop.co", lang="es") == "COP"
    assert code("$49.90", host="shop.co", lang="en-US") == "USD"


def test_what_the_scripts_of_a_page_are_set_to_counts() -> None:
    assert (
        code("$49.90", host="shop.com", head="<script>var currency = {'active': 'CAD', 'rate': '1.0'}</script>")
        == "CAD"
    )
    assert code("$49.90", host="shop.com", lang="en-US", head='<script>{"currency":"AUD"}</script>') == "AUD"


def test_scripts_and_address_that_differ_leave_it_open() -> None:
    assert code("$49.90", host="shop.com.au", head='<script>{"currency":"USD"}</script>') is None


def test_one_dollar_in_a_list_of_currencies_is_the_one_meant() -> None:
    listed = "<script>['EUR', 'GBP', 'USD']</script>"
    assert code("$49.90", host="shop.com", head=listed) == "USD"
    assert code("$49.90", host="shop.com", head="<script>['CAD', 'USD']</script>") is None


def test_what_the_markup_claims_counts_most() -> None:
    assert code("$49.90", host="shop.com.au", head=described("49.90", "USD")) == "USD"
    claim = ld({"@type": "Product", "name": "Blue Kettle", "offers": {"@type": "Offer", "price": "49.90"}})
    assert code("$49.90", host="shop.ca", head=claim) == "CAD"


def test_a_toman_is_no_rial() -> None:
    assert code("۴۹۰٬۰۰۰ تومان", host="shop.ir", lang="fa") is None
    assert code("۴۹۰٬۰۰۰ ریال", host="shop.ir", lang="fa") == "IRR"


def test_a_number_without_a_sign_takes_no_currency_that_the_page_speaks_against() -> None:
    other = "</p><p class='old-price'><s>59.90 €</s>"
    assert code(f"49.90{other}", host="shop.ch") in (None, "EUR")

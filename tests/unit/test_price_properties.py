"""Pages put together at random from honest parts: the price is the one that was put in, or unknown; never another."""

from __future__ import annotations

import json
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.api import Money, Observation, Page
from watchers.price import Price
from watchers.testing import CannedContext, check_facts

URL = "https://shop.example/p/blue-kettle"


def read(page: str) -> Observation:
    answer = Page(URL, page.encode(), {"content-type": "text/html; charset=utf-8"})
    (seen,) = Price(url=URL).read(answer, CannedContext(b"")).observations
    return seen


amounts = st.integers(min_value=500, max_value=99_999).map(lambda cents: Decimal(cents) / 100)
styles = st.sampled_from(
    [
        lambda amount: f"{amount:.2f} €".replace(".", ","),
        lambda amount: f"€{amount:.2f}",
        lambda amount: f"EUR {amount:.2f}",
        lambda amount: "{}<sup>{}</sup> €".format(*f"{amount:.2f}".split(".")),
        lambda amount: "<span>{}</span><span class='cents'>{}</span> <span>€</span>".format(
            *f"{amount:.2f}".split(".")
        ),
    ]
)
names = st.sampled_from(["price", "product-price", "ProductPrice__current", "preis", "precio-actual", "c4f"])
extras = st.lists(
    st.sampled_from(
        [
            "<p>Versand: {} €</p>",
            "<p class='x'>{} € / kg</p>",
            "<p class='price'>{} € per month</p>",
            "<p><s>{} €</s></p>",
            "<div class='related'><a href='/q'>Another kettle that whistles <b class='price'>{} €</b></a></div>",
            "<p>Save {} €</p>",
            "<p>Customers spent {} € on it, and are happy.</p>",
            "<footer>Free from {} €</footer>",
        ]
    ).flatmap(lambda shape: amounts.map(lambda amount: shape.format(f"{amount:.2f}".replace(".", ",")))),
    max_size=4,
)


@st.composite
def pages(draw: st.DrawFn) -> tuple[str, Decimal, Decimal | None]:
    """Return a page, the price that it shows, and the one that its markup states."""
    amount, style, name = draw(amounts), draw(styles), draw(names)
    shown = f"<div class='{name}'>{style(amount)}</div>"
    parts = draw(st.permutations([shown, *draw(extras)]))
    stated = draw(st.one_of(st.none(), st.just(amount), amounts))
    head = ""
    if stated is not None:
        offers = {"@type": "Offer", "price": f"{stated:.2f}", "priceCurrency": "EUR"}
        data = json.dumps({"@type": "Product", "name": "Blue Kettle", "offers": offers})
        head = f'<script type="application/ld+json">{data}</script>'
    body = f"<main><h1>Blue Kettle</h1>{''.join(parts)}<button>Add to cart</button></main>"
    page = f"<!doctype html><html lang='de'><head><title>Blue Kettle</title>{head}</head><body>{body}</body></html>"
    return page, amount, stated


@settings(max_examples=300, deadline=None)
@given(pages())
def test_a_price_is_the_shown_or_stated_one_or_unknown(made: tuple[str, Decimal, Decimal | None]) -> None:
    page, shown, stated = made
    price = read(page).facts.get("price")
    assert price is None or (isinstance(price, Money) and price.amount in (shown, stated) and price.currency == "EUR")


@settings(max_examples=200, deadline=None)
@given(pages())
def test_a_price_that_page_and_markup_agree_on_is_known_whatever_else_stands_there(
    made: tuple[str, Decimal, Decimal | None],
) -> None:
    page, shown, stated = made
    if shown == stated:
        assert read(page).facts.get("price") == Money(shown, "EUR")


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/= '\"abcdivspanh1prices€$12.,-%&;\n"), max_size=400))
def test_soup_is_read_as_declared(soup: str) -> None:
    # The heading is text, so this is never the blank page that is a trouble.
    check_facts(Price.kind, read(f"<html><h1>Blue Kettle</h1><p class=price>{soup}"))

"""What the kind `listing` sees of a list of offers, and what its owner is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError

from tests.story import Told, rule
from watchers.api import Moment, Money, Number, Observation, Page, Poll, SourceChanged, SourceRefused, Text, Texts
from watchers.listing import Listing
from watchers.testing import CannedContext, check_poll, poll_once

URL = "https://ads.example/search?q=bicycle"
HTML = {"content-type": "text/html; charset=utf-8"}


def html(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html lang=de><head><title>Ads</title>{head}</head><body>{body}</body></html>".encode()


def read(body: bytes, headers: dict[str, str] | None = None, **options) -> Poll:
    watch = Listing(url=URL, **options)
    poll = watch.read(Page(URL, body, headers or HTML), CannedContext(b""))
    check_poll(watch.sees, poll)
    return poll


def shown(card: str, **options) -> Observation:
    """Return the one offer that a card shows."""
    (seen,) = read(html(f"<main><div class=card>{card}</div></main>"), items=".card", **options).observations
    return seen


def structured(*things: object, kind: str = "ItemList") -> bytes:
    data = {"@context": "https://schema.org", "@type": kind, "itemListElement": list(things)}
    return html("<h1>Bicycles</h1>", f'<script type="application/ld+json">{json.dumps(data)}</script>')


def product(number: int, price: str = "900.00", **more: object) -> dict[str, object]:
    offers = {"@type": "Offer", "price": price, "priceCurrency": "EUR"}
    return {"@type": "Product", "name": f"Bicycle {number}", "url": f"/offers/{number}", "offers": offers, **more}


def keys(poll: Poll) -> list[str]:
    return [seen.key for seen in poll.observations]


# Elements


def test_a_card_is_an_offer_with_title_price_link_and_place():
    seen = shown(
        "<a href='/offers/7?utm_source=list&id=3'><h3>Brompton M6L</h3></a><span class=price>850 €</span>"
        "<span class=location>10115 Berlin</span><time datetime='2026-05-01T08:00:00Z'>today</time>"
    )
    assert seen.key == "//ads.example/offers/7?id=3"
    assert seen.link == "https://ads.example/offers/7?utm_source=list&id=3"
    assert seen.facts["title"] == Text("Brompton M6L")
    assert seen.facts["price"] == Money(Decimal(850), "EUR")
    assert seen.facts["location"] == Text("10115 Berlin")
    assert seen.facts["posted"] == Moment(datetime(2026, 5, 1, 8, tzinfo=UTC))


def test_the_old_price_beside_the_new_one_is_not_taken():
    seen = shown("<h3><a href=/1>Bicycle</a></h3><s>1.200,00 €</s> <b class=price>899,00 €</b>")
    assert seen.facts["price"] == Money(Decimal("899.00"), "EUR")


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ("<b>850 €</b><b>950 €</b>", "it shows 2 prices: name the right one with `price`"),
        ("<p>to give away</p>", "it shows no price"),
        ("<s>850 €</s>", "it shows a crossed-out price alone"),
    ],
)
def test_a_price_that_is_not_sure_is_unknown_and_says_why(card, reason):
    seen = shown(f"<h3><a href=/1>Bicycle</a></h3>{card}")
    assert "price" not in seen.facts
    assert seen.unknown["price"] == reason


def test_the_parts_of_a_card_can_be_named():
    seen = shown(
        "<a href=/shop>Shop</a><i>Bicycle</i><b>850</b><b class=p>700,00</b><a class=go href=/1>more</a><u>Bonn</u>",
        title="i",
        price=".p",
        link=".go",
        location="u",
        currency="chf",
    )
    assert (str(seen.facts["title"]), str(seen.facts["price"]), seen.link) == (
        "Bicycle",
        "700.00 CHF",
        "https://ads.example/1",
    )
    assert seen.facts["location"] == Text("Bonn")


def test_a_named_price_that_is_none_says_what_stands_there():
    assert (
        shown("<h3>Bicycle</h3><b>to agree</b>", price="b").unknown["price"]
        == 'the selected element says "to agree": no price'
    )
    assert shown("<h3>Bicycle</h3>", price="b").unknown["price"] == "it has no element for 'b'"


def test_properties_of_an_offer_are_details():
    seen = shown(
        "<h3>Bicycle</h3><dl><dt>Frame:</dt><dd>L</dd></dl><table><tr><td>Gears</td><td>6</td></tr></table>"
        "<ul><li>Color: red</li><li>like new</li></ul>"
    )
    assert seen.facts["details"] == Texts(("Frame: L", "Gears: 6", "Color: red"))


def test_more_facts_are_read_by_selector_and_type():
    seen = shown(
        "<h3>Bicycle</h3><p class=km>1,204 km</p><p class=year data-year=2019>old</p>",
        facts={
            "distance": {"path": ".km", "type": "number", "unit": "km", "decimal": "."},
            "gears": "number .km",
            "year": {"path": ".year", "type": "number", "attribute": "data-year"},
            "x": "em",
        },
    )
    assert (seen.facts["distance"], seen.facts["year"]) == (Number(Decimal(1204)), Number(Decimal(2019)))
    assert seen.unknown["gears"] == "“1,204 km” may mean 1204 or 1.204: say which with `decimal` (at .km)"
    assert seen.unknown["x"] == "no value at em"


def test_two_cards_with_one_link_are_told_apart_by_their_titles():
    cards = "".join(f"<div class=card><h3>{title}</h3><a href=/shop>shop</a></div>" for title in ("One", "Two", "Two"))
    assert len(set(keys(read(html(cards), items=".card")))) == 2


def test_a_list_without_its_elements_has_changed_unless_it_says_that_it_is_empty():
    with pytest.raises(SourceChanged, match="does not say that it is empty"):
        read(html("<h1>Bicycles</h1>"), items=".card")
    assert read(html("<h1>Bicycles</h1><p>Leider keine Treffer</p>"), items=".card").observations == ()
    assert read(html("<h1>Nul op het rekest</h1>"), items=".card", nothing="nul op het").observations == ()


def test_cards_without_words_have_changed():
    with pytest.raises(SourceChanged, match="holds a title or a link"):
        read(html("<div class=card></div><p>x</p>"), items=".card")


# Structured data and feeds


def test_structured_data_lists_offers():
    poll = read(structured(product(1), {"@type": "ListItem", "position": 2, "item": product(2, "850.00")}))
    assert keys(poll) == ["//ads.example/offers/1", "//ads.example/offers/2"]
    assert poll.observations[1].facts["price"] == Money(Decimal("850.00"), "EUR")


def test_what_structured_data_says_of_an_offer_is_kept():
    more = {
        "brand": {"@type": "Brand", "name": "Brompton"},
        "additionalProperty": [{"@type": "PropertyValue", "name": "gears", "value": "6"}],
    }
    thing = product(1, **more)
    thing["offers"] = {
        **thing["offers"],  # type: ignore[dict-item]
        "availability": "https://schema.org/InStock",
        "seller": {"@type": "Person", "name": "Jane"},
        "availableAtOrFrom": {"@type": "Place", "address": {"addressLocality": "Berlin"}},
    }
    seen = read(structured(thing, product(2))).observations[0]
    assert seen.facts["details"] == Texts(("brand: Brompton", "gears: 6"))
    assert (str(seen.facts["seller"]), str(seen.facts["location"]), str(seen.facts["availability"])) == (
        "Jane",
        "Berlin",
        "InStock",
    )


def test_products_that_stand_by_themselves_are_a_list_too():
    data = json.dumps([product(1), product(2)])
    poll = read(html("<h1>Shelf</h1>", f'<script type="application/ld+json">{data}</script>'))
    assert len(poll.observations) == 2


def test_the_page_of_one_product_is_no_list():
    data = json.dumps(product(1))
    with pytest.raises(SourceChanged, match="name its elements with `items`"):
        read(html("<h1>Bicycle</h1>", f'<script type="application/ld+json">{data}</script>'))


def test_a_range_of_prices_is_no_price():
    offers = {"@type": "AggregateOffer", "lowPrice": "90", "highPrice": "120", "priceCurrency": "EUR"}
    seen = read(structured(product(1, offers=offers), product(2))).observations[0]
    assert seen.unknown["price"] == "it has a range of prices"


def test_a_feed_of_offers_is_read_with_the_price_that_an_entry_names():
    items = "".join(
        f"<item><title>{title}</title><link>https://ads.example/{n}</link></item>"
        for n, title in enumerate(("Brompton M6L - 850 EUR", "Bicycle", "One 5 EUR, two 9 EUR"))
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Ads</title>{items}</channel></rss>'.encode()
    first, second, third = read(body, {"content-type": "application/rss+xml"}).observations
    assert first.facts["price"] == Money(Decimal(850), "EUR")
    assert second.unknown["price"] == "the entry names no price"
    assert third.unknown["price"] == "the entry names 2 prices"


# Pages


def test_further_pages_are_read_up_to_the_bound():
    def page(number: int) -> bytes:
        following = f"<a rel='next nofollow' href='/search?page={number + 1}'>next</a>"
        return html(f"<div class=card><h3><a href=/offers/{number}>Bicycle {number}</a></h3></div>{following}")

    context = CannedContext({URL: page(1)} | {f"https://ads.example/search?page={n}": page(n) for n in range(2, 9)})
    poll = poll_once(Listing(url=URL, items=".card", pages=3), context)
    assert keys(poll) == [f"//ads.example/offers/{n}" for n in (1, 2, 3)]
    assert len(context.asked) == 3


def test_a_next_page_on_another_host_is_not_followed():
    body = html("<div class=card><h3>Bicycle</h3></div><a rel=next href=https://else.example/>next</a>")
    with pytest.raises(SourceRefused, match=r"else\.example"):
        poll_once(Listing(url=URL, items=".card", pages=2), CannedContext(body))


# What is told


def cards(*prices: tuple[int, int]) -> bytes:
    return html(
        "".join(
            f"<div class=card><h3><a href=/offers/{n}>Brompton {n}</a></h3><b class=price>{price} €</b></div>"
            for n, price in prices
        )
    )


def test_the_offer_that_fits_is_told_when_it_comes_and_when_its_price_falls_under_the_limit():
    watch = Listing(url=URL, items=".card")
    told = Told(rule('title contains "Brompton" and price below 900 EUR', watch.sees))
    news = []
    for offers in (
        [(1, 950), (2, 800)],
        [(3, 850), (1, 950), (2, 800)],
        [(3, 850), (1, 890), (2, 790)],
        [(3, 850), (1, 890)],
        [(4, 1000), (2, 800), (1, 890)],
    ):
        poll = watch.read(Page(URL, cards(*offers), HTML), CannedContext(b""))
        news.append([(firing.observation[-1], firing.reason) for firing in told.see(*poll.observations)])
        told.wait()
    assert news == [[], [("3", "new")], [("1", "crossed")], [], []]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"items": "p["}, "no CSS selector"),
        ({"price": ".price"}, "looked for inside `items`"),
        ({"items": "li", "facts": {"price": ".x"}}, "is a fact that is there already"),
        ({"items": "li", "facts": {"x": "number p["}}, "no CSS selector"),
        ({"currency": "Euro"}, "no ISO 4217 code"),
        ({"pages": 99}, "less than or equal"),
    ],
)
def test_a_wrong_option_is_refused_when_it_is_read(options, said):
    with pytest.raises(ValidationError, match=said):
        Listing(**{"url": URL, **options})

"""The kind `listing` keeps what every kind promises, for elements, structured data and feeds."""

import json
from types import MappingProxyType

from watchers.listing import Listing
from watchers.testing import WatcherContract

CARDS = [
    f'<li class="card"><a href="/offers/{n}?utm_source=list"><h3>Bicycle {n}</h3></a><p class="price">{n}50 €</p>'
    f'<p class="location">Berlin</p><dl><dt>Gears</dt><dd>{n}</dd></dl></li>'
    for n in (1, 2, 3)
]
THINGS = [
    {
        "@type": "Product",
        "name": f"Bicycle {n}",
        "url": f"https://ads.example/offers/{n}",
        "offers": {"@type": "Offer", "price": f"{n}50.00", "priceCurrency": "EUR"},
    }
    for n in (1, 2, 3)
]


def page(body: str, head: str = "") -> bytes:
    return (
        f"<!doctype html><html lang='de'><head><title>Bicycles</title>{head}</head><body>{body}</body></html>".encode()
    )


def cards(found: list[str]) -> bytes:
    return page(f"<main><h1>Bicycles</h1><ul>{''.join(found)}</ul></main>")


def structured(things: list[dict[str, object]]) -> bytes:
    data = {"@context": "https://schema.org", "@type": "ItemList", "itemListElement": things}
    return page("<h1>Bicycles</h1>", f'<script type="application/ld+json">{json.dumps(data)}</script>')


class TestListingOfElements(WatcherContract):
    watcher = Listing(url="https://ads.example/bicycles", items=".card", price=".price", currency="EUR", pages=2)
    answers = cards(CARDS)
    reordered = cards(CARDS[::-1])
    headers = MappingProxyType({"content-type": "text/html; charset=utf-8"})


class TestListingOfStructuredData(WatcherContract):
    watcher = Listing(url="https://ads.example/bicycles")
    answers = structured(THINGS)
    reordered = structured(THINGS[::-1])


class TestListingOfAFeed(WatcherContract):
    watcher = Listing(url="https://ads.example/rss")
    answers = (
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>Ads</title>'
        b"<item><title>Bicycle, 250 EUR</title><link>https://ads.example/1</link></item></channel></rss>"
    )
    headers = MappingProxyType({"content-type": "application/rss+xml"})

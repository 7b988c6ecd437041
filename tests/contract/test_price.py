"""The kind `price` keeps what every kind promises."""

from types import MappingProxyType

from watchers.price import Price
from watchers.testing import WatcherContract

PAGE = """<!doctype html><html lang="en"><head><title>Blue Kettle | Example Shop</title>
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Product", "name": "Blue Kettle",
"offers": {"@type": "Offer", "price": "49.90", "priceCurrency": "EUR", "availability": "https://schema.org/InStock",
"seller": {"@type": "Organization", "name": "Example Shop"}}}</script></head>
<body><main><h1>Blue Kettle</h1><p><s>59,90 €</s> <span class="price">49,90 €</span></p><button>Add to cart</button>
</main></body></html>""".encode()


class TestPrice(WatcherContract):
    watcher = Price(url="https://shop.example/kettle")
    answers = PAGE
    headers = MappingProxyType({"content-type": "text/html; charset=utf-8"})


class TestPriceOfSeveralShops(WatcherContract):
    watcher = Price(urls=("https://one.example/kettle", "https://two.example/kettle"), currency="EUR", select=".price")
    answers = PAGE

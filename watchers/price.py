"""The kind `price`: what a product costs, whether it can be bought, and what the page says of it.

    product page ──▶ not in the way of a bot check ──▶ watchers.reading.product ──▶ one observation

Every fact is known with its evidence or unknown with its reason; a price is never guessed.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, field_validator, model_validator
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from watchers.api import (
    Context,
    FactSpec,
    Flag,
    Kind,
    Money,
    Observation,
    Page,
    Poll,
    Request,
    SourceChanged,
    Text,
    Watcher,
)
from watchers.door.address import read_address
from watchers.door.answers import what_stands_in_the_way
from watchers.options import CurrencyCode, WebAddress, WebAddressIfAny
from watchers.reading.blockedpages import in_its_place
from watchers.reading.html import open_document
from watchers.reading.measures import UNITS
from watchers.reading.product import SelectorMatchesNothing, read_product
from watchers.reading.stock_words import AVAILABILITIES
from watchers.reading.variants import Wanted
from watchers.rendered import RenderedWatcher

_ACCEPT = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"
_WEB_PAGES = frozenset({"", "text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain"})

_FACTS = (
    FactSpec("price", Money, "What the product costs now.", example="150 USD"),
    FactSpec("list_price", Money, "What it cost before, or is recommended to cost.", example="199 USD"),
    FactSpec("shipping", Money, "What it costs to have it sent, where the page states one price.", example="4.99 USD"),
    FactSpec("total", Money, "The price with shipping, where both are known.", example="155 USD"),
    FactSpec("unit_price", Money, "What one kilogram, litre, metre, ounce or piece costs.", example="12.90 EUR"),
    FactSpec("unit", Text, "What the unit price is for.", choices=UNITS, example="kg", told=False),
    FactSpec("currency", Text, "The ISO 4217 code of the price.", example="USD", told=False),
    FactSpec(
        "availability",
        Text,
        "How it can be bought, where the page says so.",
        choices=AVAILABILITIES,
        example="in_stock",
    ),
    FactSpec(
        "available",
        Flag,
        "Whether it can be bought now or ordered ahead; unknown where the page does not say.",
        told=False,
    ),
    FactSpec("sold_out", Flag, "Whether the page says that it is out of stock.", evidence=True),
    FactSpec("title", Text, "What the product is called.", example="Headphones"),
    FactSpec("seller", Text, "Who sells it, where the page names one seller.", example="Example Audio"),
    FactSpec(
        "shop",
        Text,
        "The host of the page: of several shops, that of the best offer.",
        example="shop.example",
        told=False,
    ),
    FactSpec("url", Text, "The address of the page.", example="https://shop.example/1", told=False),
)


class Price(RenderedWatcher):
    """Watch the price of a product on one page, or on the pages of several shops."""

    kind: ClassVar[Kind] = Kind(
        name="price",
        shape="gauge",
        summary="The price and availability of a product, read from the page of a shop.",
        main="price",
        facts=_FACTS,
        title="title",
        plot="price",
        doubted="price",
    )
    best_by: ClassVar[tuple[str, ...]] = ("price", "total")

    url: WebAddressIfAny = Field(default="", description="The address of a product page.")
    urls: tuple[WebAddress, ...] = Field(
        default=(),
        description="The addresses of one product in several shops, instead of `url`: the best offer is judged, and "
        "the prices of all shops are kept.",
    )
    any_stock: bool = Field(
        default=False, description="Of several shops, one that does not have it may also be the best."
    )
    select: str = Field(
        default="", description="A CSS selector of the element that shows the price, if it is not found."
    )
    variant: str = Field(
        default="",
        description="Which of several variants is meant, by its options as the page's data names them: Black / 42.",
        examples=["Black / 42"],
    )
    sku: str = Field(default="", description="Which of several variants is meant, by its article number.")
    currency: CurrencyCode = Field(
        default="", description="The ISO 4217 code of the price, where the page leaves it open."
    )

    @field_validator("select")
    @classmethod
    def _is_a_selector(cls, select: str) -> str:
        try:
            LexborHTMLParser("<p>").css(select or "p")
        except SelectolaxError as error:
            raise ValueError(f"{select!r} is no CSS selector") from error
        return select

    @model_validator(mode="after")
    def _names_one_price(self) -> Price:
        if self.select and self._wanted is not None:
            raise ValueError("`select` reads what the page shows, and `variant` or `sku` its data: give one of them")
        return self

    @model_validator(mode="after")
    def _names_a_page(self) -> Price:
        if bool(self.url) == bool(self.urls):
            raise ValueError("give either `url` or `urls`")
        return self

    @property
    def label(self) -> str:
        """The addresses, without passwords that they may carry."""
        return ", ".join(str(read_address(url)) for url in self._addresses)

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of all addresses."""
        return frozenset(read_address(url).host for url in self._addresses)

    @property
    def offered(self) -> str:
        """The flag that says "no" of an offer that does not compete with those of other shops."""
        return "" if self.any_stock else "available"

    @property
    def _wanted(self) -> Wanted | None:
        wanted = Wanted(self.variant, self.sku)
        return wanted if wanted.is_set else None

    @property
    def _addresses(self) -> tuple[str, ...]:
        return self.urls or (self.url,)

    def watches(self) -> tuple[Watcher, ...]:
        """Return one watch for each address."""
        return tuple(self.sharing(url=url, urls=()) for url in dict.fromkeys(self._addresses))

    def request(self) -> Request:
        """Ask for the page as a browser does."""
        return Request(self._addresses[0], headers={"Accept": _ACCEPT})

    def read(self, page: Page, context: Context) -> Poll:
        """Return what one product page says."""
        if page.content_type not in _WEB_PAGES:
            raise SourceChanged(f"the answer is {page.content_type}, no web page")
        if (gate := what_stands_in_the_way(page)) is not None:
            raise gate
        document, today = open_document(page.body, page.charset), context.now.astimezone(context.zone).date()
        try:
            product = read_product(
                document, page.url, today, select=self.select, currency=self.currency, wanted=self._wanted
            )
        except SelectorMatchesNothing as error:
            missing = SourceChanged(f"the page has no element for the selector {self.select!r}")
            raise in_its_place(document, page.url, self._addresses[0]) or missing from error
        if product.is_blank:
            hint = "" if self.browser else ", which `browser: true` runs"
            raise SourceChanged(f"the page holds no text: it may be made by scripts{hint}")
        if not product.is_described and (trouble := in_its_place(document, page.url, self._addresses[0])) is not None:
            raise trouble
        address = self._addresses[0]
        shop = {"shop": Text(read_address(address).host), "url": Text(str(read_address(address)))}
        facts = {**product.facts, **shop}
        return Poll((Observation("product", facts, product.unknown, product.evidence, link=page.url),))

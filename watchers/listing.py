"""The kind `listing`: a page or feed of offers, such as search results and classifieds; each of them one observation.

    page ──▶ nothing in its way ──▶ the elements of `items`, its structured data, or a feed ──▶ offers ──▶ next page …

An offer is known by its address without what trackers hang on it, so that it is news once, and a price of it that
falls later is a value that moved.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from pydantic import Field, field_validator, model_validator

from watchers.api import (
    UNCHANGED,
    Context,
    Fact,
    FactSpec,
    Kind,
    Moment,
    Money,
    Observation,
    Page,
    Poll,
    Request,
    SourceChanged,
    SourceRefused,
    Text,
    Texts,
    Unchanged,
)
from watchers.door.address import read_address
from watchers.options import CurrencyCode, WebAddress
from watchers.reading.blockedpages import ACCEPT, WEB_PAGES, open_page
from watchers.reading.dates import read_date
from watchers.reading.feed import read_feed
from watchers.reading.feeddocument import FeedEntry
from watchers.reading.html import Document, visible_text
from watchers.reading.links import bared, web_address
from watchers.reading.money import read_money
from watchers.reading.offerblocks import Parts, shown_offers, text_of
from watchers.reading.offerlists import Offer, structured_offers
from watchers.reading.plain import MAX_TEXT
from watchers.reading.selectors import MatchesNothing, checked_css
from watchers.reading.typedfacts import Asked, FactOption, Missing, check_names, declared, read_fact, spec_of
from watchers.reading.vocabulary import has_currency
from watchers.rendered import RenderedWatcher

MOST_PAGES: Final = 20
_MAX_KEY: Final = 200
_FEED: Final = re.compile(rb"\s*(?:\xef\xbb\xbf)?(?:<\?[^>]*>\s*|<!--.*?-->\s*)*<(?:rss|feed|rdf:RDF)\b", re.DOTALL)
_FEED_TYPES: Final = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
_NONE_FOUND: Final = re.compile(
    r"\b(?:no (?:search )?results\b|no (?:matches|matching|listings|ads|offers|products) (?:\w+ ){0,2}"
    r"(?:found|available)|0 (?:results|matches|listings|treffer)\b|nothing (?:was )?found"
    r"|keine (?:treffer|ergebnisse|anzeigen)"
    r"|aucune? (?:résultat|annonce)|sin resultados|nessun risultato|geen resultaten|inga träffar|ingen treff"
    r"|brak wyników)",
    re.IGNORECASE,
)
_PIECES: Final = re.compile(r"\s[|·•–—-]\s|[;()\[\]\n]|,\s")

_FACTS = (
    FactSpec("text", Text, "Everything that the list says of the offer.", example="Brompton", told=False),
    FactSpec("title", Text, "What is offered.", example="Brompton M6L"),
    FactSpec("price", Money, "What it costs, where one price is stated.", example="900 EUR"),
    FactSpec("location", Text, "Where it is.", example="Berlin"),
    FactSpec("seller", Text, "Who offers it, where that is named.", example="Jane Doe"),
    FactSpec("availability", Text, "Whether it can be had, as the list writes it.", example="InStock"),
    FactSpec("details", Texts, "Its properties, as name and value.", example="frame size: L"),
    FactSpec("posted", Moment, "When it was put there, where that is stated.", example="2026-05-01"),
    FactSpec("link", Text, "The address that it leads to.", example="https://one.example/offers/", told=False),
)
_OWN: Final = frozenset(spec.name for spec in _FACTS)


class Listing(RenderedWatcher):
    """Tell new offers of a list."""

    kind: ClassVar[Kind] = Kind(
        name="listing",
        shape="stream",
        summary="Offers on a page or in a feed: search results, classifieds, a shop's shelf; find the one that fits.",
        main="text",
        facts=_FACTS,
        plot="price",
    )

    url: WebAddress = Field(description="The address of the list.")
    items: str = Field(
        default="", description="A CSS selector of the element of each offer; without one, the page's structured data."
    )
    title: str = Field(default="", description="A CSS selector of the title inside it, if it is not found.")
    price: str = Field(default="", description="A CSS selector of the price inside it, if it is not found.")
    link: str = Field(default="", description="A CSS selector of the link inside it, if it is not found.")
    location: str = Field(default="", description="A CSS selector of the location inside it, if it is not found.")
    facts: dict[str, str | FactOption] = Field(
        default_factory=dict,
        description="More to read of each, by name: a CSS selector inside it with its type before it (`number .km`), "
        "text where none stands, or the long form.",
    )
    currency: CurrencyCode = Field(
        default="", description="The ISO 4217 code of the prices, where the page leaves it open."
    )
    next: str = Field(default="", description="A CSS selector of the link to the next page, if it does not say so.")
    pages: int = Field(default=1, ge=1, le=MOST_PAGES, description="How many pages to read at most.")
    nothing: str = Field(default="", description="Words that the page shows when the list is empty.")

    @field_validator("items", "title", "price", "link", "location", "next")
    @classmethod
    def _is_a_selector(cls, selector: str) -> str:
        return checked_css(selector)

    @field_validator("facts")
    @classmethod
    def _are_facts(cls, facts: dict[str, str | FactOption]) -> dict[str, str | FactOption]:
        check_names(facts, _OWN)
        for option in declared(facts).values():
            checked_css(option.path)
            checked_css(option.currency_path)
        return facts

    @model_validator(mode="after")
    def _selects_inside_something(self) -> Listing:
        if not self.items and (self.title or self.price or self.link or self.location or self.facts):
            raise ValueError("`title`, `price`, `link`, `location` and `facts` are looked for inside `items`: name it")
        return self

    @property
    def sees(self) -> Kind:
        """The kind with the facts that this watch declares."""
        specs = (spec_of(name, option) for name, option in declared(self.facts).items())
        return replace(self.kind, facts=(*self.kind.facts, *specs))

    @property
    def label(self) -> str:
        """The address, without a password that it may carry."""
        return str(read_address(self.url))

    @property
    def hosts(self) -> frozenset[str]:
        """The host of the address; a next page on another one is not followed."""
        return frozenset({read_address(self.url).host})

    def request(self, url: str = "") -> Request:
        """Ask for one page; of several pages each is needed once one of them has changed."""
        accept = f"{ACCEPT}, application/rss+xml;q=0.9, application/atom+xml;q=0.9"
        return Request(url or self.url, headers={"Accept": accept}, whole=self.pages > 1)

    async def poll(self, context: Context) -> Poll | Unchanged:
        """Read the list, and the pages that follow, as many as are wanted."""
        page = await context.fetch(self.request())
        if page.unchanged:
            return UNCHANGED
        sheet = await context.parse(self._sheet, page)
        offers, asked = list(sheet.offers), {self.url, page.url}
        for _ in range(1, self.pages):
            if not sheet.following or sheet.following in asked:
                break
            asked.add(sheet.following)
            page = await context.fetch(self.request(sheet.following))
            sheet = await context.parse(self._sheet, page)
            offers += sheet.offers
        return await context.parse(self._told, offers, context)

    def read(self, page: Page, context: Context) -> Poll:
        """Return the offers of one page."""
        return self._told(self._sheet(page).offers, context)

    def _sheet(self, page: Page) -> _Sheet:
        """Return what one page of the list holds.

        Raises:
            WatchError: It is no list, or something else stands in its place.
        """
        if page.content_type in _FEED_TYPES or (page.content_type in WEB_PAGES and _FEED.match(page.body)):
            feed = read_feed(page.body, page.headers, page.url)
            return _Sheet(tuple(_of_entry(entry, self.currency) for entry in feed.entries if entry.says_something))
        document = open_page(page, asked_for=self.url)
        return _Sheet(tuple(self._offers(document, page.url)), self._following(document, page.url))

    def _offers(self, document: Document, url: str) -> Sequence[Offer]:
        parts = Parts(self.items, self.title, self.price, self.link, self.location, self.currency)
        try:
            found = (
                shown_offers(document, url, parts) if self.items else structured_offers(document, url, self.currency)
            )
        except MatchesNothing as error:
            if self._is_empty(document):
                return ()
            said = f"the page has no element for {self.items!r}, and does not say that it is empty"
            raise SourceChanged(said) from error
        if found or self._is_empty(document):
            return found
        if self.items:
            raise SourceChanged(f"no element of {self.items!r} holds a title or a link")
        raise SourceChanged("the page describes no list for programs: name its elements with `items`")

    def _is_empty(self, document: Document) -> bool:
        """Say whether a page tells people that it has found nothing."""
        body = document.tree.body
        words = visible_text(body) if body is not None else ""
        return self.nothing.casefold() in words.casefold() if self.nothing else bool(_NONE_FOUND.search(words))

    def _following(self, document: Document, url: str) -> str:
        if self.pages == 1:
            return ""
        found = document.tree.css_first(self.next or "a[rel~=next], link[rel~=next]")
        href = (found.attributes.get("href") or "") if found is not None else ""
        base = web_address(url, document.base) if document.base else url
        address = web_address(base or url, href) if href else ""
        if address and read_address(address).host not in self.hosts:
            raise SourceRefused(f"the next page lies on another host: {read_address(address).host}")
        return address

    def _told(self, offers: Sequence[Offer], context: Context) -> Poll:
        seen: dict[str, Observation] = {}
        for key, offer in _keyed(offers):
            facts, unknown = self._facts(offer, context)
            if key not in seen:
                evidence = {"price": offer.place} if offer.price is not None and offer.place else {}
                seen[key] = Observation(key, facts, unknown, evidence, link=offer.link)
        return Poll(tuple(seen.values()))

    def _facts(self, offer: Offer, context: Context) -> tuple[dict[str, Fact], dict[str, str]]:
        facts = dict(_stated(offer))
        unknown = {} if offer.price is not None else {"price": offer.why_no_price}
        for name, option in declared(self.facts).items():
            found: Fact | Missing = Missing("it was read from no element")
            if offer.node is not None:
                currency = text_of(offer.node, option.currency_path) if option.currency_path else ""
                value = text_of(offer.node, option.path, option.attribute)
                found = read_fact(value, Asked(option, context.zone, currency or ""))
            if isinstance(found, Missing):
                unknown[name] = found.reason
            else:
                facts[name] = found
        return facts, unknown


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One page of a list, and the address of the next one."""

    offers: tuple[Offer, ...]
    following: str = ""


def _stated(offer: Offer) -> Iterator[tuple[str, Fact]]:
    """Yield the facts of an offer that are known."""
    price = str(offer.price) if offer.price is not None else ""
    everything = [offer.title, price, offer.location, offer.seller, *offer.details, offer.description]
    texts = {
        "text": " · ".join(dict.fromkeys(filter(None, everything)))[:MAX_TEXT].rstrip(),
        "title": offer.title,
        "location": offer.location,
        "seller": offer.seller,
        "availability": offer.availability,
        "link": offer.link,
    }
    yield from ((name, Text(text)) for name, text in texts.items() if text.strip())
    if offer.price is not None:
        yield "price", offer.price
    if offer.details:
        yield "details", Texts(offer.details)
    if (posted := read_date(offer.posted)) is not None:
        yield "posted", Moment(posted)


def _keyed(offers: Sequence[Offer]) -> Iterator[tuple[str, Offer]]:
    """Yield offers with the key of each: its address, or what it says where several things have that address."""
    titles: defaultdict[str, set[str]] = defaultdict(set)
    for offer in offers:
        titles[bared(offer.link)].add(offer.title)
    for offer in offers:
        address = bared(offer.link)
        is_own = offer.link and len(titles[address]) == 1 and len(address) <= _MAX_KEY and address.isprintable()
        yield (address if is_own else _digest(address, offer.title, offer.seller)), offer


def _digest(*parts: str) -> str:
    return "#" + hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _of_entry(entry: FeedEntry, currency: str) -> Offer:
    price, why = _price_in((entry.title, entry.summary, entry.content), currency)
    return Offer(
        title=entry.title,
        link=entry.link,
        price=price,
        why_no_price=why,
        seller=entry.author,
        description=entry.summary or entry.content,
        details=entry.categories,
        posted=entry.published.isoformat() if entry.published else "",
        place="feed",
    )


def _price_in(texts: Sequence[str], currency: str) -> tuple[Money | None, str]:
    """Return the one amount with a currency that the first of some texts with any states."""
    for text in texts:
        found: dict[Money, None] = {}
        for piece in _PIECES.split(text[:2_000]):
            reading = read_money(piece, currency=currency or None)
            if reading is not None and reading.sure and has_currency(piece):
                found[Money(reading.amount, reading.currency)] = None
        if len(found) == 1:
            return next(iter(found)), ""
        if found:
            return None, f"the entry names {len(found)} prices"
    return None, "the entry names no price"

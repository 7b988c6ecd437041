"""A page with many offers → what the page says of each.

    structured data ▶ ItemList, or several Products, Offers, Vehicles … ▶ one Offer for each address

https://schema.org/ItemList, https://developers.google.com/search/docs/appearance/structured-data/carousel. What stands
in the elements of a page is `watchers.reading.offerblocks`. No price beats a wrong one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborNode

from watchers.facts import Money
from watchers.reading.currencies import currency_code
from watchers.reading.html import Document
from watchers.reading.item import Item
from watchers.reading.links import web_address
from watchers.reading.markup import items
from watchers.reading.money import read_money
from watchers.reading.offers import described
from watchers.reading.plain import plain_line

MOST_OFFERS: Final = 1_000
_LISTS: Final = ("ItemList", "OfferCatalog", "SearchResultsPage")
FEWEST_LISTED: Final = 2
"""A page that describes one thing is that thing's own page, and no list."""
TITLE_CHARACTERS: Final = 300
_DETAILS: Final = 40


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_THINGS: Final = _set(
    "Product IndividualProduct ProductGroup ProductModel SomeProducts Offer Vehicle Car Motorcycle Book Accommodation "
    "Apartment House SingleFamilyResidence RealEstateListing Event JobPosting CreativeWork"
)


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer of a list.

    Attributes:
        price: None where `why_no_price` says why there is none.
        details: What it is said to be, "name: value" each.
        posted: A date as it is written there.
        node: The element that it was read from; None where it was none.
        place: Where it stood.
    """

    title: str
    link: str = ""
    price: Money | None = None
    why_no_price: str = ""
    location: str = ""
    seller: str = ""
    description: str = ""
    availability: str = ""
    posted: str = ""
    details: tuple[str, ...] = ()
    node: LexborNode | None = field(default=None, compare=False)
    place: str = ""


def structured_offers(document: Document, url: str, currency: str = "") -> list[Offer]:
    """Return the offers that the structured data of a page lists, one for each address."""
    found: dict[str, Offer] = {}
    for item in _listed(items(document)):
        offer = _of_item(item, url, currency)
        name = offer.link or offer.title
        known = found.get(name)
        if name and (known is None or (known.price is None and offer.price is not None)):
            found[name] = offer
    return list(found.values())[:MOST_OFFERS] if len(found) >= FEWEST_LISTED else []


def _listed(tops: Sequence[Item]) -> Iterator[Item]:
    """Yield the things of lists, or where there is no list, every product that stands by itself."""
    lists = [inner for top in tops for inner in top.walk() if inner.is_a(*_LISTS)]
    elements = [element for each in lists for element in each.items("itemListElement", "offers", "itemOffered")]
    if len(elements) < FEWEST_LISTED:
        elements = [inner for top in tops for inner in _outermost_things(top)]
    for element in elements:
        inner = element.items("item", "itemOffered")
        yield inner[0] if element.is_a("ListItem") and inner else element


def _outermost_things(top: Item) -> Iterator[Item]:
    waiting = [top]
    while waiting:
        item = waiting.pop()
        if item.syntax != "opengraph" and item.is_a(*_THINGS):
            yield item
        else:
            waiting.extend(reversed(item.items(*item.properties)))


def _of_item(item: Item, url: str, currency: str) -> Offer:
    offered = next(iter(item.items("itemOffered")), None)
    product = offered or item
    price, why = _claimed_price(item, currency)
    return Offer(
        title=plain_line(product.text("name", "title") or item.text("name"), TITLE_CHARACTERS),
        link=web_address(url, _address(item) or _address(product)),
        price=price,
        why_no_price=why,
        location=_place_of(item) or _place_of(product),
        seller=_name_of(item, "seller", "offeredBy", "hiringOrganization"),
        description=plain_line(product.text("description"), 2_000),
        availability=_availability(item),
        posted=item.text("datePosted", "datePublished", "dateCreated", "validFrom"),
        details=tuple(_properties(product)),
        place=item.place.partition(" #")[0],
    )


def _claimed_price(item: Item, currency: str) -> tuple[Money | None, str]:
    """Return the one price that is claimed of a thing, or why there is none."""
    prices: dict[Money, None] = {}
    ranges = 0
    for claim in (claim for each in described([item]) if not each.meta for claim in each.claims if not claim.old):
        code = currency_code(claim.currency) if claim.currency else currency or None
        reading = read_money(claim.text, currency=code)
        if claim.low or claim.high:
            ranges += 1
        elif reading is not None and reading.sure:
            prices[Money(reading.amount, code or reading.currency)] = None
    if len(prices) == 1:
        return next(iter(prices)), ""
    if prices:
        return None, f"it has {len(prices)} prices"
    return None, "it has a range of prices" if ranges else "its description states no price"


def _address(item: Item) -> str:
    stated = item.text("url") or next((offer.text("url") for offer in item.items("offers")), "")
    return stated or (item.id if item.id.startswith(("http://", "https://", "/")) else "")


def _name_of(item: Item, *names: str) -> str:
    holders = (item, *item.items("offers"))
    for holder in holders:
        for inner in holder.items(*names):
            if name := inner.text("name"):
                return name
        if name := holder.text(*names):
            return name
    return ""


def _place_of(item: Item) -> str:
    """Return where a thing is: the town of an address, or its name."""
    for holder in (item, *item.items("offers")):
        for inner in holder.items("location", "address", "availableAtOrFrom", "areaServed", "jobLocation"):
            address = next(iter(inner.items("address")), inner)
            words = (address.text("postalCode"), address.text("addressLocality"), address.text("addressRegion"))
            if place := " ".join(filter(None, words)) or inner.text("name", "address"):
                return place
        if place := holder.text("location", "address"):
            return place
    return ""


def _availability(item: Item) -> str:
    for each in described([item]):
        for stock in each.stock:
            return stock.text.rstrip("/").rpartition("/")[2]
    return ""


def _properties(item: Item) -> Iterator[str]:
    for name in ("brand", "model", "color", "size", "material", "itemCondition", "mileageFromOdometer", "sku"):
        value = item.text(name) or next((inner.text("name", "value") for inner in item.items(name)), "")
        if value:
            yield f"{name}: {plain_line(value.rpartition('/')[2] if name == 'itemCondition' else value, 120)}"
    for each in item.items("additionalProperty")[:_DETAILS]:
        if each.text("name") and each.text("value"):
            unit = each.text("unitText")
            yield plain_line(f"{each.text('name')}: {each.text('value')} {unit}", 160)

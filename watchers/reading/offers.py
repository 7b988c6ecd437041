"""What the structured data of a page says of its product: names, prices, stock, one claim for each offer.

    items ──▶ described(items): every product with its offers ──▶ the one that the page is about ──▶ Offers

Sources: schema.org (Product, Offer, AggregateOffer, PriceSpecification: https://schema.org/Offer), Google's notes on
list and sale prices (https://developers.google.com/search/docs/appearance/structured-data/merchant-listing) and the
Open Graph product tags (https://developers.facebook.com/docs/marketing-api/catalog/reference).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from watchers.reading.item import Item
from watchers.reading.measures import ByMeasure, claimed_by_measure
from watchers.reading.shipping import Sent, claimed_shipping
from watchers.reading.variants import options_of

_OFFERS = frozenset({"Offer", "AggregateOffer", "OfferForPurchase", "OfferForLease"})
_PRODUCTS = frozenset({"Product", "ProductGroup", "ProductModel", "IndividualProduct", "SomeProducts"})
_OTHER_THINGS = frozenset(
    {
        "isRelatedTo", "isSimilarTo", "isAccessoryOrSparePartFor", "isConsumableFor", "isVariantOf", "itemListElement",
        "itemOffered", "review", "reviews", "makesOffer", "hasOfferCatalog", "includesObject", "addOn", "predecessorOf",
        "successorOf", "related", "category", "brand", "manufacturer", "seller", "author", "publisher", "breadcrumb",
    }
)  # fmt: skip
_OWN_PARTS = frozenset({"offers", "hasVariant", "model", "priceSpecification"})
_LIST_PRICES = frozenset({"ListPrice", "SRP", "MSRP", "StrikethroughPrice", "RegularPrice", "MinimumAdvertisedPrice"})
_USED = frozenset({"UsedCondition", "RefurbishedCondition", "DamagedCondition"})
_MAX_OFFERS = 200


@dataclass(frozen=True, slots=True)
class Claim:
    """One price that the structured data states.

    Attributes:
        text: The amount as written there; a currency sign may stand with it.
        currency: As written beside it; empty where none is.
        low: It is the lowest of a range; `high` likewise the highest.
        old: It is a list or recommended price, not the one to pay.
        address: The page of that very offer; empty where none is stated.
        codes: The article numbers of that very offer or variant.
        options: What tells its variant from others, its label first; empty where it is of no variant.
        place: Where it stood: "JSON-LD #1 offers.price".
    """

    text: str
    currency: str
    place: str
    low: bool = False
    high: bool = False
    old: bool = False
    address: str = ""
    codes: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stock:
    """One statement about availability: the word as written and where it stood."""

    text: str
    place: str
    address: str = ""
    codes: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """A product as the structured data of the page describes it.

    Attributes:
        listed: It stands there as something else than the page's own product: as related, or one of a list.
        meta: It is what the meta tags say; they speak of the page as a whole.
        sent: What it costs to have it sent, and `measured` what one kilogram or litre of it costs.
    """

    name: str
    place: str
    order: int
    claims: tuple[Claim, ...]
    stock: tuple[Stock, ...]
    sellers: tuple[str, ...]
    address: str = ""
    codes: tuple[str, ...] = ()
    listed: bool = False
    meta: bool = False
    sent: tuple[Sent, ...] = ()
    measured: tuple[ByMeasure, ...] = ()


@dataclass(frozen=True, slots=True)
class _Of:
    """Which offer of a product something is said of."""

    address: str
    codes: tuple[str, ...]
    options: tuple[str, ...]

    def mark(self, claim: Claim) -> Claim:
        """Return a claim as one of this offer."""
        return replace(claim, address=self.address, codes=self.codes, options=self.options)


def described(items: Sequence[Item]) -> list[Described]:
    """Return every product of a page, in its order; variants of one product are one."""
    found = [_describe(item, listed) for item, listed in _products(items)]
    if all(product.listed for product in found):
        found += [_describe(item, listed=False) for item in items if item.is_a(*_OFFERS)]
    found.extend(_describe_tags(item) for item in items if item.syntax == "opengraph")
    return [each for each in found if each.claims or each.stock or each.name]


def _products(items: Iterable[Item]) -> Iterator[tuple[Item, bool]]:
    """Yield everything that is, or is offered like, a product, and whether it stands inside another's description."""
    for top in items:
        waiting = [(top, False)]
        while waiting:
            item, listed = waiting.pop()
            if item.is_a(*_PRODUCTS) or (item.properties.get("offers") and not item.is_a(*_OFFERS)):
                yield item, listed
            for name in reversed(tuple(item.properties)):
                if name not in _OWN_PARTS:
                    inside = listed or name in _OTHER_THINGS
                    waiting.extend((inner, inside) for inner in reversed(item.items(name)))


def _describe(item: Item, listed: bool) -> Described:
    claims: list[Claim] = []
    stock: list[Stock] = []
    sellers: list[str] = []
    sent: list[Sent] = []
    measured: list[ByMeasure] = []
    name = item.text("name", "title") or next((inner.text("name") for inner in item.items("itemOffered")), "")
    for variant in (item, *item.items("hasVariant", "model")):
        codes = _codes(variant)
        options = options_of(variant, "" if variant is item else name)
        for offer in _offers(variant):
            address = offer.text("url") or variant.text("url")
            of = _Of(address, codes + _codes(offer), options_of(offer, name) + options)
            claims.extend(_claims(offer, of))
            stock.extend(_stock(offer, of))
            sellers.extend(_names(offer, "seller", "offeredBy"))
            sent.extend(claimed_shipping(offer))
            measured.extend(claimed_by_measure(offer))
        if not variant.items("offers"):
            stock.extend(_stock(variant, _Of(variant.text("url"), codes, options)))
    return Described(
        name,
        item.place,
        item.order,
        tuple(dict.fromkeys(claims)),
        tuple(dict.fromkeys(stock)),
        tuple(dict.fromkeys(sellers)),
        item.text("url") or item.id,
        _codes(item),
        listed,
        sent=tuple(sent),
        measured=tuple(measured),
    )


def _describe_tags(item: Item) -> Described:
    """Read the meta tags of a page, whose names are flat: a sale price makes the other one the old one."""
    kinds = {name: _tag_texts(item, f"{name}:amount") for name in ("sale_price", "price", "original_price")}
    currency = next(iter(_tag_texts(item, "price:currency") or _tag_texts(item, "sale_price:currency")), "")
    claims = [
        Claim(text, currency, f"meta {kind}:amount", old=kind == "original_price" or (kind == "price" and on_sale))
        for on_sale in (bool(kinds["sale_price"]),)
        for kind, texts in kinds.items()
        for text in texts
    ]
    stock = [Stock(text, "meta availability") for text in _tag_texts(item, "availability")]
    name = next(iter(_tag_texts(item, "title")), "")
    address = next(iter(_tag_texts(item, "url")), "")
    return Described(name, "meta tags", item.order, tuple(dict.fromkeys(claims)), tuple(stock), (), address, meta=True)


def _tag_texts(item: Item, name: str) -> tuple[str, ...]:
    """Return the values of a meta tag, whichever of its prefixes it was written with."""
    return tuple(text for key in item.properties if key == name or key.endswith(f":{name}") for text in item.texts(key))


def _offers(item: Item) -> list[Item]:
    """Return the offers of a product, those inside an aggregate included; a bare Offer is its own."""
    waiting = list(item.items("offers", "offer"))
    if item.is_a(*_OFFERS) or item.texts("price"):
        waiting.append(item)
    found: list[Item] = []
    while waiting and len(found) < _MAX_OFFERS:
        offer = waiting.pop(0)
        if all(offer is not known for known in found):
            found.append(offer)
            waiting.extend(offer.items("offers"))
    return [offer for offer in found if not _is_second_hand(offer)] or found


def _is_second_hand(offer: Item) -> bool:
    """Say whether an offer is of a used thing, or to rent it: beside a new one it is not what the page sells."""
    condition = offer.text("itemCondition") or next((inner.id for inner in offer.items("itemCondition")), "")
    return condition.rpartition("/")[2] in _USED or offer.text("businessFunction").endswith("LeaseOut")


def _claims(offer: Item, of: _Of) -> Iterator[Claim]:
    currency = offer.text("priceCurrency", "currency")
    for name in ("price", "lowPrice", "highPrice"):
        for text in offer.texts(name):
            claim = Claim(text, currency, f"{offer.place}.{name}", low=name == "lowPrice", high=name == "highPrice")
            yield of.mark(claim)
    for specification in offer.items("priceSpecification", "price"):
        yield from (of.mark(claim) for claim in _specified(specification, currency))


def _specified(item: Item, currency: str) -> Iterator[Claim]:
    if item.is_a("DeliveryChargeSpecification", "PaymentChargeSpecification") or _is_unit_price(item) or _is_bulk(item):
        return
    kind = (item.text("priceType") or next((inner.text("name") for inner in item.items("priceType")), "")).rpartition(
        "/"
    )[2]
    members_only = bool(item.properties.get("validForMemberTier"))
    own = item.text("priceCurrency", "currency") or currency
    low, high = item.text("minPrice"), item.text("maxPrice")
    if item.text("price", "value"):
        old = kind in _LIST_PRICES or members_only
        yield Claim(item.text("price", "value"), own, f"{item.place}.price", old=old)
    elif low and low == high:
        yield Claim(low, own, f"{item.place}.minPrice")
    elif low:
        yield Claim(low, own, f"{item.place}.minPrice", low=True)


def _is_unit_price(item: Item) -> bool:
    """Say whether a specification is the price of a month, or of a reference quantity such as 100 ml.

    A quantity with a `valueReference` tells how much is in the pack, and the price stays that of the pack
    (https://developers.google.com/search/docs/appearance/structured-data/merchant-listing#unit-pricing-example).
    """
    if item.text("billingDuration", "billingIncrement"):
        return True
    quantities = item.items("referenceQuantity")
    return any(not quantity.properties.get("valueReference") for quantity in quantities)


def _is_bulk(item: Item) -> bool:
    """Say whether a specification holds only for several pieces."""
    least = (quantity.text("minValue", "value") for quantity in item.items("eligibleQuantity"))
    return any(text not in ("", "0", "1", "1.0") for text in least)


def _stock(item: Item, of: _Of) -> list[Stock]:
    inner = (each.id or each.text("name") for each in item.items("availability"))
    place = f"{item.place}.availability"
    texts = (*item.texts("availability"), *inner)
    return [Stock(text, place, of.address, of.codes, of.options) for text in texts if text]


def _names(item: Item, *names: str) -> tuple[str, ...]:
    values = [value for name in names for value in item.properties.get(name, ())]
    return tuple(name for value in values if (name := value if isinstance(value, str) else value.text("name")))


def _codes(item: Item) -> tuple[str, ...]:
    names = ("sku", "productID", "mpn", "gtin", "gtin13", "gtin12", "gtin8", "gtin14", "identifier", "serialNumber")
    return tuple(dict.fromkeys(text for name in names for text in item.texts(name)))

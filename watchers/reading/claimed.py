"""The product that a page is about, as its structured data describes it, and the prices claimed for it.

described products ──▶ those that fit the page's heading and address ──▶ Claimed(amounts, old ones, range, stock)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import parse_qsl, urljoin, urlsplit

from watchers.reading.currencies import NO_DECIMALS
from watchers.reading.likeness import likeness, sameness, words_of_address
from watchers.reading.measures import ByMeasure
from watchers.reading.money import currency_code, read_money
from watchers.reading.offers import Claim, Described, Stock
from watchers.reading.shipping import Sent
from watchers.reading.variants import Wanted

ALIKE = 0.5
SURELY_ALIKE = 0.8
CLEARLY = 0.1
_THOUSANDTHS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
SHORTEST_CODE = 4


@dataclass(frozen=True, slots=True)
class Stated:
    """One claimed price, read.

    Attributes:
        amount: By convention; `others` are further readings of the same digits.
        currency: ISO code, or None where none is stated or it is not known.
    """

    amount: Decimal
    others: tuple[Decimal, ...]
    currency: str | None
    claim: Claim


@dataclass(frozen=True, slots=True)
class Claimed:
    """What the structured data claims of the page's product.

    Attributes:
        name: Its name; empty where nothing is described.
        prices: The claimed current prices, one for each offer.
        old: The claimed list prices.
        low: The lowest and `high` the highest price of a range.
        currencies: Every currency that is claimed.
        is_product: The structured data says that this is a product.
        sent: What it costs to have it sent, and `measured` what one kilogram or litre of it costs.
    """

    name: str = ""
    prices: tuple[Stated, ...] = ()
    old: tuple[Stated, ...] = ()
    low: Stated | None = None
    high: Stated | None = None
    stock: tuple[Stock, ...] = ()
    sellers: tuple[str, ...] = ()
    currencies: frozenset[str] = frozenset()
    is_product: bool = False
    sent: tuple[Sent, ...] = ()
    measured: tuple[ByMeasure, ...] = ()

    @property
    def amounts(self) -> frozenset[Decimal]:
        """The claimed current amounts, each by convention."""
        return frozenset(stated.amount for stated in self.prices)

    @property
    def variants(self) -> tuple[str, ...]:
        """What the variants are called whose prices are claimed, with their amounts; empty where there is one."""
        each = {(one.claim.options[:1], one.claim.codes[-1:]): one.amount for one in self.prices}
        are_told_apart = len({label for label, _ in each}) == len(each)
        named = {(label if are_told_apart else code or label): amount for (label, code), amount in each.items()}
        return tuple(f"{name[0]} ({amount})" for name, amount in named.items() if name) if len(named) > 1 else ()


def claimed(
    products: Sequence[Described],
    url: str,
    names: Sequence[str],
    headings: Sequence[str] = (),
    wanted: Wanted | None = None,
) -> Claimed:
    """Return what is claimed of the product that a page is about.

    Args:
        products: Everything that the page describes.
        url: The address of the page.
        names: What the page calls its product: its heading and its title, the surest first.
        headings: All headings of the page that are not of other things.
        wanted: The variant that is meant; None: the one that the address names, or all of them.
    """
    own = [product for product in products if not product.meta and not product.listed]
    meta = [product for product in products if product.meta]
    main = _main(own, url, names)
    if main and not _is_named(main[0], url, (*names, *headings)):
        main = []  # the only thing that is described is something else than the page shows
    chosen = main + (meta if main or not own else [])
    if wanted is not None:
        chosen = own
    claims = [claim for product in chosen for claim in product.claims]
    stock = [stock for product in chosen for stock in product.stock]
    if wanted is not None:
        claims = [claim for claim in claims if wanted.fits(claim.codes, claim.options)]
        stock = [each for each in stock if wanted.fits(each.codes, each.options)]
    else:
        claims, stock = _of_this_page(claims, url), _stock_of_this_page(stock, url)
    stated = [each for claim in claims if (each := _read(claim)) is not None]
    low = [each for each in stated if each.claim.low]
    high = [each for each in stated if each.claim.high]
    return Claimed(
        next((product.name for product in chosen if product.name), ""),
        tuple(each for each in stated if not (each.claim.low or each.claim.high or each.claim.old)),
        tuple(each for each in stated if each.claim.old),
        min(low, key=lambda each: each.amount, default=None),
        max(high, key=lambda each: each.amount, default=None),
        tuple(stock),
        tuple(dict.fromkeys(seller for product in main for seller in product.sellers)),
        frozenset(each.currency for each in stated if each.currency),
        bool(main),
        tuple(sent for product in main for sent in product.sent),
        # What is said of the whole group need not hold for one variant of it.
        tuple(measured for product in main for measured in product.measured if wanted is None),
    )


def _main(products: Sequence[Described], url: str, names: Sequence[str]) -> list[Described]:
    """Return the descriptions of the page's own product: the best fitting one, and all others of that product.

    Where things of several names fit equally, the page is about none of them: it is a list.
    """
    ranked = sorted(products, key=lambda product: (-_fit(product, url, names), not product.claims, product.order))
    if not ranked:
        return []
    best = ranked[0]
    own: list[Described] = [best]
    rest: list[Described] = []
    for other in ranked[1:]:
        (own if _same(other, best) else rest).append(other)
    fit = _fit(best, url, names)
    if not rest:
        return own
    return [] if fit < ALIKE or any(_fit(other, url, names) > fit - CLEARLY for other in rest) else own


def _is_named(product: Described, url: str, texts: Sequence[str]) -> bool:
    """Say whether a page that has names at all calls itself by that of a product, or its address does."""
    if not any(texts) or not product.name or _is_here(product.address, product.codes, url):
        return True
    return any(likeness(product.name, text) >= ALIKE for text in (*texts, words_of_address(url)))


def _fit(product: Described, url: str, names: Sequence[str]) -> float:
    alike = max((likeness(product.name, name) + sameness(product.name, name) for name in names if name), default=0.0)
    return alike + _is_here(product.address, product.codes, url)


def _same(one: Described, other: Described) -> bool:
    """Say whether two descriptions are of one product: variants of it, or the same in another syntax."""
    if set(one.codes) & set(other.codes) or one.name.casefold() == other.name.casefold():
        return True
    syntax, another = one.place.split()[:1], other.place.split()[:1]
    return syntax != another and likeness(one.name, other.name) >= SURELY_ALIKE


def _is_here(address: str, codes: Sequence[str], url: str) -> float:
    """Return how surely an address or an article number is that of this very page, from 0 to 1."""
    here = urlsplit(url)
    if address:
        there = urlsplit(urljoin(url, address))
        if there.path.rstrip("/") == here.path.rstrip("/") and there.path.strip("/"):
            return 1.0 if there.query == here.query else 0.8
    parts = {*words_of_address(url).split(), *(value.casefold() for _, value in parse_qsl(here.query))}
    return 0.7 if any(len(code) >= SHORTEST_CODE and code.casefold() in parts for code in codes) else 0.0


def _of_this_page(claims: list[Claim], url: str) -> list[Claim]:
    """Return the claims of the variant that the address names, or all where it names none."""
    named: list[Claim] = []
    others: list[Claim] = []
    for claim in claims:
        (named if _names_variant(claim.address, claim.codes, url) else others).append(claim)
    if (
        named
        and any(not (claim.low or claim.high) for claim in named)
        and any(claim.codes or claim.address for claim in others)
    ):
        return named
    return claims


def _stock_of_this_page(stock: list[Stock], url: str) -> list[Stock]:
    named = [each for each in stock if _names_variant(each.address, each.codes, url)]
    return named if named else stock


def _names_variant(address: str, codes: Sequence[str], url: str) -> bool:
    here = urlsplit(url)
    if address:
        there = urlsplit(urljoin(url, address))
        if here.query and there.query and set(parse_qsl(there.query)) <= set(parse_qsl(here.query)):
            return there.path.rstrip("/") == here.path.rstrip("/")
    values = {value.casefold() for _, value in parse_qsl(here.query)}
    return any(len(code) >= SHORTEST_CODE and code.casefold() in values for code in codes)


def _read(claim: Claim) -> Stated | None:
    code = currency_code(claim.currency) if claim.currency else None
    reading = read_money(claim.text, currency=code)
    if reading is None or reading.doubt:
        return None
    # A program writes a decimal point, a shop's own text may mean thousands by it: only the page can tell.
    thousandths = _THOUSANDTHS.fullmatch(claim.text.strip()) and code not in NO_DECIMALS
    others = {*reading.ambiguous, Decimal(claim.text.strip())} if thousandths else set(reading.ambiguous)
    return Stated(reading.amount, tuple(sorted(others - {reading.amount})), code or reading.currency, claim)

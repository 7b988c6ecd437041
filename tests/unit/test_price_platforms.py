"""Pages of every usual make, each read as a careful person reads it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.shop_abroad import ABROAD
from tests.shop_markets import MARKETS
from tests.shop_oddities import ODDITIES
from tests.shop_pages import ShopPage, scrambled
from tests.shop_plain import PLAIN
from tests.shop_price_blocks import PRICE_BLOCKS
from tests.shop_retailers import RETAILERS
from tests.shop_software import SOFTWARE
from tests.shop_traps import TRAPS
from watchers.api import Money, Observation, Page
from watchers.price import Price
from watchers.testing import CannedContext

PAGES = (*ABROAD, *SOFTWARE, *MARKETS, *PRICE_BLOCKS, *RETAILERS, *ODDITIES, *PLAIN, *TRAPS)
EVERY = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)


def look(page: ShopPage) -> Observation:
    answer = Page(page.url, page.html.encode(), {"content-type": "text/html; charset=utf-8"})
    (seen,) = Price(url=page.url).read(answer, CannedContext(b"")).observations
    return seen


@EVERY
def test_the_price_is_the_one_that_a_careful_person_reads(page: ShopPage) -> None:
    seen = look(page)
    fact = seen.facts.get("price")
    said = (fact.amount, fact.currency) if isinstance(fact, Money) else None
    wanted = (Decimal(page.price), page.currency) if page.price else None
    assert said == wanted or (page.silent and said is None), seen.unknown.get("price") or seen.evidence["price"]


@EVERY
def test_stock_is_what_the_page_says_of_this_product(page: ShopPage) -> None:
    seen = look(page)
    fact = seen.facts.get("availability")
    assert (str(fact) if fact else None) == page.stock, seen.evidence.get("availability") or seen.unknown


@EVERY
def test_without_names_for_programs_a_price_is_right_or_unknown(page: ShopPage) -> None:
    fact = look(replace(page, html=scrambled(page.html))).facts.get("price")
    assert fact is None or (isinstance(fact, Money) and page.price and fact.amount == Decimal(page.price))


def test_most_prices_are_known_without_names_for_programs() -> None:
    priced = [page for page in PAGES if page.price]
    known = [page for page in priced if "price" in look(replace(page, html=scrambled(page.html))).facts]
    assert len(known) / len(priced) > 0.55

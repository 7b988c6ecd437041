"""A page of a shop → what it says of its product, each fact with its evidence or the reason why it is unknown.

document ─┬▶ markup.items ▶ offers ▶ claimed ─┐
          └▶ layout ▶ tags ▶ shown, stock ────┴▶ settle ▶ Product
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from watchers.facts import Fact, Flag, Money, Text
from watchers.reading.besideprice import BesidePrice, own_labels, read_beside
from watchers.reading.claimed import Claimed, claimed
from watchers.reading.currencies import COMMA_DECIMALS, POINT_DECIMALS, SMALL_UNITS
from watchers.reading.embedded import embedded
from watchers.reading.html import Document, price_text, visible_text
from watchers.reading.landmarks import Landmarks, landmarks, own_headings
from watchers.reading.layout import Layout
from watchers.reading.likeness import likeness, words_of_address
from watchers.reading.markup import items
from watchers.reading.money import read_money
from watchers.reading.offers import described
from watchers.reading.settle import Settled, list_price, settle, settle_variant
from watchers.reading.shown import shown_price
from watchers.reading.stock import Availability, availability, seen_availability
from watchers.reading.stock_words import FOR_SALE, IN_STOCK, OUT_OF_STOCK, PREORDER, said_of_stock
from watchers.reading.tags import PriceTag, price_tags
from watchers.reading.variants import Wanted
from watchers.reading.whereabouts import currency_here

_NAME_CHARACTERS = 300
BUTTON_RUNS = 60
_COMMA_BEFORE_THOUSANDS = frozenset({"en", "he", "hi", "ja", "ko", "th", "zh"})
"""Languages that part thousands by a comma."""


@dataclass(slots=True)
class Product:
    """What a page says of its product; the three dictionaries have the names of facts as keys.

    Attributes:
        is_blank: The page has neither a visible word nor structured data: it is no page for people.
    """

    is_blank: bool
    facts: dict[str, Fact] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, str] = field(default_factory=dict)

    @property
    def is_described(self) -> bool:
        """Whether the page says what it costs or whether it can be had, as that of a shop does."""
        return "price" in self.facts or "availability" in self.facts

    def know(self, name: str, fact: Fact, evidence: str) -> None:
        """Keep a fact with where it stood."""
        self.facts[name] = fact
        self.evidence[name] = evidence

    def miss(self, name: str, reason: str) -> None:
        """Keep why a fact is not known."""
        self.unknown[name] = reason


class SelectorMatchesNothing(Exception):
    """The owner's selector names no element of the page."""


def read_product(
    document: Document, url: str, today: date, *, select: str = "", currency: str = "", wanted: Wanted | None = None
) -> Product:
    """Read a product page.

    Args:
        document: The page.
        url: The address that answered, to tell the page's product and variant from others.
        today: The day of the look, from which on "available from 24 May" is that or no longer.
        select: CSS selector of the element that shows the price; empty to find it.
        currency: ISO code to use instead of what the page says.
        wanted: The variant that is meant; None: what the page sells as it arrives.

    Raises:
        SelectorMatchesNothing: The page has no such element.
    """
    layout = Layout(document, url)
    products = described(items(document))
    title = _title(document)
    names = [title, *(product.name for product in products if not product.listed)]
    marks = landmarks(layout, [*names[:6], words_of_address(url)])
    heading = marks.heading.text if marks.heading else ""
    named = [heading, title], own_headings(layout, marks)
    claims = claimed(products, url, *named)
    variants = claims.variants
    if wanted is not None:
        claims = claimed(products, url, *named, wanted)
    tags = price_tags(layout)
    data = embedded(document.text)
    shown = shown_price(layout, tags, marks, data.amounts)
    seen = seen_availability(layout, marks, shown.best.tag if shown.best and shown.certain else None, today)
    # The page shows its own choice of variant in words, and the data may speak of another.
    stock = availability(claims.stock, seen if wanted is None else Availability())
    is_gone = stock.denied or (stock.state is not None and stock.state not in FOR_SALE)
    if select:
        settled = _selected(document, select)
    elif wanted is not None:
        settled = settle_variant(claims, variants, wanted)
    else:
        settled = settle(claims, shown, sold_out=is_gone and not stock.later)

    product = Product(is_blank=not layout.runs and not products)
    _keep_name(product, claims, marks, title)
    label = settled.label or (settled.tag.currency_text if settled.tag else "") or ""
    beside = {tag.currency_text for tag in tags if tag.currency_text}
    code = (
        currency or settled.currency or currency_here(label, claims.currencies, data.currencies, beside, document, url)
    )
    settled = _of_currency(settled, code, document.language)
    _keep_price(product, settled, code)
    seen_prices = shown if wanted is None else replace(shown, old=frozenset())
    if settled.amount is not None and (old := list_price(claims, seen_prices, settled.amount)) is not None:
        product.know("list_price", Money(old[0], code), old[1])
    if settled.amount is not None:
        labels = own_labels(layout, marks, settled.tag) if wanted is None else []
        _keep_beside(product, read_beside(claims, labels, Money(settled.amount, code)))
    _keep_stock(product, stock if wanted is not None else _with_button(stock, tags, marks))
    if len(claims.sellers) == 1:
        product.know("seller", Text(claims.sellers[0][:_NAME_CHARACTERS]), "structured data")
    return product


def _title(document: Document) -> str:
    node = document.tree.css_first("title")
    return " ".join(node.text().split())[:_NAME_CHARACTERS] if node is not None else ""


def _selected(document: Document, select: str) -> Settled:
    node = document.tree.css_first(select)
    if node is None:
        raise SelectorMatchesNothing(select)
    text = " ".join((node.attributes.get("content") or price_text(node)).split())
    reading = read_money(text)
    if reading is None:
        return Settled(None, reason=f'the selected element says "{text[:60]}", which is no price')
    if not reading.sure:
        why = reading.doubt or " or ".join(map(str, (reading.amount, *reading.ambiguous)))
        return Settled(None, reason=f'the selected element says "{text[:60]}": {why}')
    return Settled(
        reading.amount, reading.currency, f'selected element: "{text[:60]}"', label=reading.currency_text or ""
    )


def _keep_name(product: Product, claims: Claimed, marks: Landmarks, title: str) -> None:
    heading = _heading_text(marks)
    if claims.name and max(likeness(claims.name, heading), likeness(claims.name, title)) >= 0.5:
        product.know("title", Text(claims.name[:_NAME_CHARACTERS]), "structured data, agrees with the page")
    elif heading:
        product.know("title", Text(heading[:_NAME_CHARACTERS]), "heading")
    elif claims.name or title:
        product.know(
            "title", Text((claims.name or title)[:_NAME_CHARACTERS]), "structured data" if claims.name else "title"
        )


def _heading_text(marks: Landmarks) -> str:
    """Return the whole heading, of which the landmark may be one part."""
    if marks.heading is None:
        return ""
    node = marks.heading.node.parent
    for _ in range(4):
        if node is None or node.tag in ("h1", "h2", "h3"):
            break
        node = node.parent
    whole = visible_text(node) if node is not None and node.tag in ("h1", "h2", "h3") else ""
    return whole if 0 < len(whole) <= _NAME_CHARACTERS else marks.heading.text


def _of_currency(settled: Settled, code: str | None, language: str) -> Settled:
    """Return the price, or why it is not known: "1,879 €" may be that of a litre, where a comma parts the decimals."""
    if settled.tag is None or not settled.others:
        return settled
    mark = "," if "," in settled.tag.text else "."
    if mark == "," and language[:2] in _COMMA_BEFORE_THOUSANDS:
        return settled
    if code is not None and (code in SMALL_UNITS or code not in (COMMA_DECIMALS if mark == "," else POINT_DECIMALS)):
        return settled
    several = " or ".join(map(str, (settled.amount, *settled.others)))
    return Settled(None, reason=f'the page shows "{settled.tag.text}", which may be {several}')


def _keep_price(product: Product, settled: Settled, code: str | None) -> None:
    if settled.amount is None:
        product.miss("price", settled.reason)
        return
    product.know("price", Money(settled.amount, code), settled.evidence)
    if code is not None:
        product.know("currency", Text(code), "as the price")
    else:
        product.miss("currency", "the page names no currency, or one that several countries share")


def _keep_beside(product: Product, beside: BesidePrice) -> None:
    for name, (fact, evidence) in beside.known.items():
        product.know(name, fact, evidence)
    for name, reason in beside.unknown.items():
        product.miss(name, reason)


def _with_button(stock: Availability, tags: Sequence[PriceTag], marks: Landmarks) -> Availability:
    """Take a button that sells the product, near a price of it, for stock where nothing else is said.

    Which of several prices it is, or a range, need not be sure for that.
    """
    if stock.state is not None or stock.reason:
        return stock
    own = (tag for tag in tags if not marks.is_aside(tag.around))
    priced = [tag.order for tag in own if not marks.is_in_other_section(tag.around, tag.order)]
    for button in marks.buttons:
        if any(abs(button.order - order) <= BUTTON_RUNS for order in priced):
            state = PREORDER if said_of_stock(button.text) == PREORDER else IN_STOCK
            return Availability(state, f'a button beside its price: "{button.text}"')
    return stock


def _keep_stock(product: Product, stock: Availability) -> None:
    sold_out = stock.state == OUT_OF_STOCK
    product.know("sold_out", Flag(sold_out), stock.evidence if sold_out else "nothing says that it is")
    if stock.state is None:
        for name in ("availability", "available"):
            product.miss(name, stock.reason or "the page says nothing of its stock")
        return
    product.know("availability", Text(stock.state), stock.evidence)
    product.know("available", Flag(stock.state in FOR_SALE), stock.evidence)

"""The elements of a list that the owner's selector names → the offer that each shows.

Prices are read by the rules of the kind `price`: of the tags inside an element the one that is a price and nothing
else counts, and where there are several, none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborNode

from watchers.facts import Money
from watchers.reading.embedded import embedded
from watchers.reading.html import Document, price_text, visible_text
from watchers.reading.layout import Layout
from watchers.reading.links import web_address
from watchers.reading.money import read_money
from watchers.reading.offerlists import MOST_OFFERS, TITLE_CHARACTERS, Offer
from watchers.reading.plain import plain_line
from watchers.reading.selectors import css_nodes
from watchers.reading.tags import PriceTag, price_tags
from watchers.reading.whereabouts import currency_here

_DETAILS: Final = 40
_HEADINGS: Final = "h1, h2, h3, h4, h5, h6, [itemprop=name], [role=heading]"
_WHERE: Final = re.compile(r"(?:^|[\s_-])(?:location|place|city|town|region|ort|lieu|address)(?:$|[\s_-])", re.I)
_PAIR: Final = re.compile(r"[^:]{2,40}:\s*\S.{0,120}")
_NO_ADDRESS: Final = ("#", "javascript:", "mailto:", "tel:")


@dataclass(frozen=True, slots=True)
class Parts:
    """CSS selectors inside an element of the list; what is empty is found without one.

    Attributes:
        currency: The ISO code of every price, where the page leaves it open.
    """

    items: str
    title: str = ""
    price: str = ""
    link: str = ""
    location: str = ""
    currency: str = ""


def shown_offers(document: Document, url: str, parts: Parts) -> list[Offer]:
    """Return the offers that stand in the elements of a selector.

    Raises:
        MatchesNothing: It names no element.
    """
    nodes = css_nodes(document, parts.items)[:MOST_OFFERS]
    tags = _tags_inside(document, url, nodes) if not parts.price else {}
    shown = {tag.currency_text for each in tags.values() for tag in each if tag.currency_text}
    scripted = embedded(document.text).currencies
    here = _Currency(document, url, parts.currency, scripted, frozenset(shown))
    offers = [_of_node(node, tags.get(node.mem_id, []), url, parts, here) for node in nodes]
    return [offer for offer in offers if offer.title or offer.link]


@dataclass(frozen=True, slots=True)
class _Currency:
    """What decides what a sign beside a price means on a page."""

    document: Document
    url: str
    given: str
    scripted: frozenset[str]
    shown: frozenset[str]

    def code(self, label: str) -> str | None:
        return self.given or currency_here(label, frozenset(), self.scripted, self.shown, self.document, self.url)


def _tags_inside(document: Document, url: str, nodes: Sequence[LexborNode]) -> dict[int, list[PriceTag]]:
    """Return the price tags of the page by the element of the list that they stand in."""
    wanted = {node.mem_id for node in nodes}
    found: dict[int, list[PriceTag]] = {}
    for tag in price_tags(Layout(document, url)):
        inside = next((step.identity for step in tag.around.outwards() if step.identity in wanted), None)
        if inside is not None and not (tag.around.hidden or tag.around.unseen):
            found.setdefault(inside, []).append(tag)
    return found


def _of_node(node: LexborNode, tags: Sequence[PriceTag], url: str, parts: Parts, here: _Currency) -> Offer:
    base = here.document.base
    link = _link(node, parts.link)
    title = _part(node, parts.title) if parts.title else _title(node)
    price, why = _selected_price(node, parts.price, here) if parts.price else _tagged_price(tags, here)
    return Offer(
        title=plain_line(title, TITLE_CHARACTERS),
        link=web_address(web_address(url, base) if base else url, link) if link else "",
        price=price,
        why_no_price=why,
        location=_part(node, parts.location) if parts.location else _location(node),
        description=plain_line(visible_text(node), 2_000),
        posted=_posted(node),
        details=tuple(_details(node)),
        node=node,
        place=f"element {parts.items}",
    )


def text_of(node: LexborNode, selector: str, attribute: str = "") -> str | None:
    """Return the text, or an attribute, of what a selector names inside an element; None where it names nothing."""
    found = node.css_first(selector) if selector not in ("", ".", ":scope") else node
    if found is None:
        return None
    return found.attributes.get(attribute) if attribute else price_text(found)


def _part(node: LexborNode, selector: str) -> str:
    return text_of(node, selector) or ""


def _title(node: LexborNode) -> str:
    heading = node.css_first(_HEADINGS)
    if heading is not None and (text := visible_text(heading)):
        return text
    anchors = sorted(map(visible_text, node.css("a[href]")), key=len)
    return anchors[-1] if anchors and anchors[-1] else visible_text(node)[:TITLE_CHARACTERS]


def _link(node: LexborNode, selector: str) -> str:
    """Return the address that an element leads to: that of its heading, of its first link, or of itself."""
    if selector:
        chosen = node.css_first(selector)
        return (chosen.attributes.get("href") or "") if chosen is not None else ""
    heading = node.css_first(_HEADINGS)
    inside = heading.css_first("a[href]") if heading is not None else None
    around = heading.parent if heading is not None else None
    while around is not None and around.mem_id != node.mem_id and around.tag != "a":
        around = around.parent
    for found in (inside, around, node.css_first("a[href]"), node):
        href = (found.attributes.get("href") or "").strip() if found is not None and found.tag == "a" else ""
        if href and not href.lower().startswith(_NO_ADDRESS):
            return href
    return ""


def _selected_price(node: LexborNode, selector: str, here: _Currency) -> tuple[Money | None, str]:
    found = node.css_first(selector)
    if found is None:
        return None, f"it has no element for {selector!r}"
    text = " ".join((found.attributes.get("content") or price_text(found)).split())
    reading = read_money(text, currency=here.given or None)
    if reading is None or not reading.sure:
        why = reading.doubt or "it can be read in two ways" if reading else "no price"
        return None, f'the selected element says "{text[:60]}": {why}'
    code = reading.currency or here.code(reading.currency_text or "")
    return Money(reading.amount, code), ""


def _tagged_price(tags: Sequence[PriceTag], here: _Currency) -> tuple[Money | None, str]:
    """Return the one amount that is a price and nothing else, or why there is none."""
    plain = [tag for tag in tags if not tag.roles and tag.upto is None and not tag.in_sentence]
    amounts = {tag.amount for tag in plain}
    if len(amounts) != 1:
        kinds = {role.value for tag in tags for role in tag.roles}
        if amounts:
            return None, f"it shows {len(amounts)} prices: name the right one with `price`"
        return None, f"it shows {' and '.join(sorted(kinds))} alone" if kinds else "it shows no price"
    label = next((tag.currency_text for tag in plain if tag.currency_text), "") or ""
    return Money(plain[0].amount, here.code(label)), ""


def _location(node: LexborNode) -> str:
    for each in node.css("[class], [itemprop], [data-testid]")[:200]:
        names = " ".join(filter(None, (each.attributes.get(key) for key in ("class", "itemprop", "data-testid"))))
        if _WHERE.search(names) and 0 < len(text := visible_text(each)) <= 120:
            return text
    return ""


def _posted(node: LexborNode) -> str:
    found = node.css_first("time[datetime]")
    return (found.attributes.get("datetime") or "") if found is not None else ""


def _details(node: LexborNode) -> Iterator[str]:
    """Yield what a list of properties says: terms with their descriptions, rows of two cells, "name: value"."""
    for term in node.css("dt")[:_DETAILS]:
        value = term.next
        while value is not None and not value.is_element_node:
            value = value.next
        if value is not None and value.tag == "dd":
            yield plain_line(f"{visible_text(term).rstrip(':')}: {visible_text(value)}", 160)
    for row in node.css("tr")[:_DETAILS]:
        cells = [visible_text(cell) for cell in row.css("th, td")]
        if len(cells) == 2 and all(cells):
            yield plain_line(f"{cells[0].rstrip(':')}: {cells[1]}", 160)
    for entry in node.css("li")[:_DETAILS]:
        if _PAIR.fullmatch(text := visible_text(entry)):
            yield plain_line(text, 160)

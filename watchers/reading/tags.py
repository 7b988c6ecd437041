"""The price tags of a page: every text that is an amount of money and nothing else, with what is said about it.

A sentence that mentions money is no price tag. A tag may be spread over several elements (`173<sup>34</sup> Lei`), so
the widest element around a number that still reads as one amount is taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from selectolax.lexbor import LexborNode

from watchers.reading.amounts import amounts, plain
from watchers.reading.currencies import labels
from watchers.reading.html import price_text
from watchers.reading.layout import Layout, Run, Surroundings
from watchers.reading.money import read_money
from watchers.reading.vocabulary import Role, read_label

MAX_TAG_CHARACTERS = 60
MAX_LABEL_CHARACTERS = 40
MAX_TAGS = 2000
MAX_LEVELS = 5
_PERCENT = re.compile(r"[-–−+]?\s?\(?[-–−+]?\s?\d+(?:[.,]\d+)?\s?%\)?")
_DIGITS = re.compile(r"\d")
_PLUS = re.compile(r"\s*\+\s*\D{0,4}\d")
_SUFFIX = re.compile(r"^\s*\(?\s*(?:/|per\b|pro\b|par\b|al mes\b|por mes\b|a month|each month|monthly|p\.?\s?m\.?\b|x\s*\d|×|mtl|mens|mies|měs|мес|в месяц|[&+]?\s*\w* ?(?:shipping|delivery|versand|livraison))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PriceTag:
    """One amount of money that stands by itself on a page.

    Attributes:
        amount: By convention; `others` are further readings of the same digits ("1.299").
        currency_text: The currency as it stands there; None where the digits stand alone.
        roles: What it is called or shown as, besides a price.
        order: The place of its first text among all texts of the page.
        around: What the smallest element around it is and stands in.
        outer: The same for the widest element that holds nothing else.
    """

    text: str
    amount: Decimal
    others: tuple[Decimal, ...]
    currency_text: str | None
    roles: frozenset[Role]
    order: int
    around: Surroundings
    outer: Surroundings


def price_tags(layout: Layout, *, decimal: str | None = None) -> list[PriceTag]:
    """Return the price tags of a page in its order.

    Args:
        decimal: The decimal separator, where it is known.
    """
    found: dict[int, PriceTag] = {}
    for run in layout.runs:
        if len(run.text) > MAX_TAG_CHARACTERS or not _DIGITS.search(run.text):
            continue
        if layout.around(run).unseen:
            continue
        spread = _spread(run)
        if spread is None or spread.widest.mem_id in found:
            continue
        tag = _read(layout, run, spread, decimal)
        if tag is not None:
            found[spread.widest.mem_id] = tag
            if len(found) == MAX_TAGS:
                break
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _Spread:
    """The smallest and the widest element that read as one amount, with the text of the widest."""

    smallest: LexborNode
    widest: LexborNode
    text: str


def _spread(run: Run) -> _Spread | None:
    node = run.node.parent
    assert node is not None, "a run has a parent"  # noqa: S101 - `Layout.runs` only keeps such
    spread = _Spread(node, node, run.text) if _is_tag(run.text) else None
    outer: LexborNode | None = node
    for _ in range(MAX_LEVELS):
        if outer is None or outer.tag in ("body", "html") or _is_long(outer):
            break
        text = _PERCENT.sub(" ", price_text(outer))
        if _is_tag(text):
            spread = _Spread(spread.smallest if spread else outer, outer, text)
        elif spread is not None:
            break
        outer = outer.parent
    return spread


def _is_long(node: LexborNode) -> bool:
    length = 0
    for inner in node.traverse(include_text=True):
        if inner.tag == "-text":
            length += len((inner.text_content or "").strip())
            if length > MAX_TAG_CHARACTERS:
                return True
    return False


def _is_tag(text: str) -> bool:
    """Say whether a text is one amount, perhaps repeated, among words that stand beside prices and nothing else."""
    signs = plain(text)
    found = list(amounts(signs))
    if len({amount.value for amount in found}) != 1:
        return False
    for amount in reversed(found):
        signs = f"{signs[: amount.start]} {signs[amount.end :]}"
    for label in reversed(list(labels(signs))):
        signs = f"{signs[: label.start]} {signs[label.end :]}"
    return not _DIGITS.search(signs) and read_label(signs).complete


def _read(layout: Layout, run: Run, spread: _Spread, decimal: str | None) -> PriceTag | None:
    reading = read_money(spread.text, decimal=decimal)
    if reading is None or reading.amount <= 0:
        return None
    around = layout.surroundings(spread.smallest)
    outer = layout.surroundings(spread.widest)
    names = list(around.outwards(max(3, around.depth - outer.depth + 2)))
    if reading.currency_text is None and (around.names.cents or not any(step.names.price for step in names)):
        return None
    roles = read_label(spread.text).roles.union(*(step.names.roles for step in names))
    if around.struck:
        roles |= {Role.STRUCK}
    if _PLUS.match(spread.text):
        roles |= {Role.OTHER}
    roles |= _label_before(layout, run, outer) | _label_after(layout, run, outer)
    return PriceTag(
        spread.text, reading.amount, reading.ambiguous, reading.currency_text, roles, run.order, around, outer
    )


def _label_after(layout: Layout, run: Run, outer: Surroundings) -> frozenset[Role]:
    for follower in layout.runs[run.order + 1 : run.order + 6]:
        beside = layout.around(follower)
        if _within(beside, outer, 0):
            continue
        if _SUFFIX.match(follower.text) and _within(beside, outer, 2):
            return read_label(follower.text).roles
        break
    return frozenset()


def _label_before(layout: Layout, run: Run, around: Surroundings) -> frozenset[Role]:
    if run.order == 0:
        return frozenset()
    before = layout.runs[run.order - 1]
    if len(before.text) > MAX_LABEL_CHARACTERS or _DIGITS.search(before.text):
        return frozenset()
    beside = layout.around(before)
    if beside.hidden and not around.hidden:
        return frozenset()
    label = read_label(before.text)
    return label.roles if label.complete and _within(beside, around, 3) else frozenset()


def _within(other: Surroundings, around: Surroundings, levels: int) -> bool:
    """Say whether another text stands inside the element so many levels around a tag."""
    outer = around
    for _ in range(levels):
        if outer.up is None:
            return False
        outer = outer.up
    return any(step.identity == outer.identity for step in other.outwards())

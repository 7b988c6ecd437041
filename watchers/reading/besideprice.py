"""What a page says beside the price: what sending costs, the total with it, and what one kilogram or litre costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from watchers.facts import Fact, Money, Text
from watchers.reading.claimed import Claimed
from watchers.reading.html import visible_text
from watchers.reading.landmarks import Landmarks
from watchers.reading.layout import Layout
from watchers.reading.measures import LONGEST_LABEL, ByMeasure, one_of, read_by_measure
from watchers.reading.shipping import Sent, said_shipping
from watchers.reading.tags import PriceTag

BEFORE_RUNS: Final = 15
BEHIND_RUNS: Final = 40
LEVELS: Final = 2


@dataclass(slots=True)
class BesidePrice:
    """What is known with its evidence, and why the rest is not, by the names of facts."""

    known: dict[str, tuple[Fact, str]] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)


def own_labels(layout: Layout, marks: Landmarks, tag: PriceTag | None) -> list[str]:
    """Return the short texts around the product's price, or its heading, each with those of the elements around it."""
    anchor = tag.order if tag is not None else marks.heading.order if marks.heading is not None else None
    if anchor is None:
        return []
    labels: dict[str, None] = {}
    for run in layout.runs[max(0, anchor - BEFORE_RUNS) : anchor + BEHIND_RUNS]:
        around = layout.around(run)
        if around.hidden or around.unseen or around.struck or marks.is_aside(around):
            continue
        if marks.is_in_other_section(around, run.order) or marks.is_beside_another(layout, around, run.order):
            continue
        labels[run.text] = None
        node = run.node.parent
        for _ in range(LEVELS):
            text = visible_text(node) if node is not None and len(run.text) <= LONGEST_LABEL else ""
            if node is None or not text or len(text) > LONGEST_LABEL:
                break
            labels[text] = None
            node = node.parent
    return list(labels)


def read_beside(claims: Claimed, labels: Sequence[str], price: Money) -> BesidePrice:
    """Return what is said beside a price.

    Args:
        claims: What the structured data says of the product.
        labels: The texts around the price.
        price: The price.
    """
    beside = BesidePrice()
    _keep_shipping(beside, claims.sent or [sent for text in labels if (sent := said_shipping(text))], price)
    said = [measured for text in labels if (measured := read_by_measure(text))]
    _keep_unit_price(beside, [*claims.measured, *said], price)
    return beside


def _keep_shipping(beside: BesidePrice, found: Sequence[Sent], price: Money) -> None:
    each = {sent.amount: sent for sent in found}
    if len(each) > 1:
        several = ", ".join(map(str, sorted(each)))
        beside.unknown |= dict.fromkeys(("shipping", "total"), f"several prices for sending it: {several}")
    if len(each) != 1:
        return
    (sent,) = each.values()
    currency = sent.currency or price.currency
    beside.known["shipping"] = (Money(sent.amount, currency), sent.place)
    if currency == price.currency:
        total = Money(price.amount + sent.amount, currency)
        beside.known["total"] = (total, "price and shipping")
    else:
        beside.unknown["total"] = f"the price is in {price.currency}, shipping in {currency}"


def _keep_unit_price(beside: BesidePrice, found: Sequence[ByMeasure], price: Money) -> None:
    one = one_of(found)
    if one is None:
        if found:
            several = ", ".join(dict.fromkeys(f"{each.amount}/{each.unit}" for each in found))
            beside.unknown["unit_price"] = f"several prices by measure: {several}"
        return
    currency = one.currency or price.currency
    beside.known["unit_price"] = (Money(one.amount, currency), one.place)
    beside.known["unit"] = (Text(one.unit), one.place)

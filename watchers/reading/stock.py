"""Whether a product can be bought now: what the structured data says, then what the page says in words.

Absence of "sold out" is no proof of stock: an answer needs words, a claim or a buy button that say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from watchers.reading.landmarks import Landmarks
from watchers.reading.laterstock import is_for_later
from watchers.reading.layout import Layout, Run
from watchers.reading.offers import Stock
from watchers.reading.shop_words import Role
from watchers.reading.stock_words import (
    BACKORDER,
    CLAIMED,
    DISCONTINUED,
    FOR_SALE,
    IN_STOCK,
    OUT_OF_STOCK,
    PREORDER,
    said_of_stock,
)
from watchers.reading.tags import PriceTag

_FIRST_COUNTS: Final = (IN_STOCK, PREORDER, BACKORDER, OUT_OF_STOCK, DISCONTINUED)
MAX_WORDS_CHARACTERS: Final = 90
SHORT_CHARACTERS: Final = 40
BESIDE_RUNS: Final = 25
NEAR_RUNS: Final = 60
FAR_RUNS: Final = 400
ENOUGH: Final = 2.5
SURE: Final = 4.0
"""Weight with which words for no stock stand against a button that sells."""
MARGIN: Final = 1.0
NO_BUTTON: Final = 0.5
"""Weight that words for no stock gain on a page where nothing sells."""
_DIGIT = re.compile(r"\d")
_NO_LETTER = re.compile(r"[^a-z]")
_PLACE = re.compile(r"avail|stock|inventor|disponib|verfueg|dostup|lager|delivery-?(?:message|status)", re.IGNORECASE)
_LABEL = re.compile(r"\b(?:avail|stock|disponib|verfügb|lager|voorraad|dostęp|dostup|raktár|налич|наявн)\w*\s*:", re.I)
_BADGE = re.compile(r"badge|sticker|ribbon", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a product can be bought now.

    Attributes:
        state: One of `AVAILABILITIES`, or None where it is not known.
        evidence: Where that stood.
        reason: Why it is not known, where there is more to say than that nothing does.
        weight: How surely words on the page are about the product.
        denied: The page says that there is none, whatever else speaks for it.
        later: The page names a day to come from which on it can be had.
    """

    state: str | None = None
    evidence: str = ""
    reason: str = ""
    weight: float = 0.0
    denied: bool = False
    later: bool = False


def availability(claims: Sequence[Stock], seen: Availability) -> Availability:
    """Weigh what is claimed against what the page says in words; one variant in stock makes the product so."""
    states = {state: each for each in reversed(claims) if (state := _claimed(each.text))}
    state = next((state for state in _FIRST_COUNTS if state in states), None)
    if state is None:
        return seen if seen.weight >= ENOUGH else replace(seen, state=None, evidence="")
    claim = f"{states[state].place}: {_short(states[state].text)}"
    if seen.later and seen.weight >= ENOUGH and state == IN_STOCK:
        return seen  # a shop's data calls in stock what can be ordered, and a day says more
    if seen.state is not None and seen.weight > ENOUGH and (seen.state in FOR_SALE) != (state in FOR_SALE):
        return Availability(reason=f"{claim}, but {seen.evidence}")
    return Availability(state, claim)


def _claimed(text: str) -> str | None:
    """Return what a claim means: one of the vocabularies' values, or words for people in their place."""
    return CLAIMED.get(_NO_LETTER.sub("", _short(text))) or said_of_stock(text)


def _short(text: str) -> str:
    return text.strip().rstrip("/").rpartition("/")[2].lower()


def seen_availability(layout: Layout, marks: Landmarks, tag: PriceTag | None, today: date) -> Availability:
    """Return what the words near the product say of its stock.

    Args:
        layout: The page.
        marks: Its fixed points.
        tag: The visible price of the product, where it is known.
        today: The day on which the page says so.
    """
    best: dict[bool, Availability] = {}
    for run, distance, state, later in _near(layout, marks, tag, today):
        if marks.buttons and (_is_spare_label(layout, run, marks) or _is_spare_badge(layout, run)):
            continue
        if marks.is_beside_another(layout, layout.around(run), run.order):
            continue
        weight = _weight(layout, run, distance) + (NO_BUTTON if state not in FOR_SALE and not marks.buttons else 0.0)
        found = Availability(state, f'the page says "{run.text}"', weight=weight, later=later)
        known = best.get(state in FOR_SALE)
        if found.weight > 0 and (known is None or found.weight > known.weight):
            best[state in FOR_SALE] = found
    ranked = sorted(best.values(), key=lambda each: -each.weight)
    if len(ranked) == 2 and ranked[0].weight >= ENOUGH and ranked[0].weight - ranked[1].weight < MARGIN:
        return Availability(reason=f"{ranked[0].evidence}, and {ranked[1].evidence}")
    if ranked and ranked[0].state not in FOR_SALE and ENOUGH <= ranked[0].weight < SURE and marks.buttons:
        return Availability(reason=f'{ranked[0].evidence}, but has "{marks.buttons[0].text}"', denied=True)
    return replace(ranked[0], denied=_denies(ranked[0])) if ranked else Availability()


def _denies(seen: Availability) -> bool:
    return seen.state not in FOR_SALE and seen.weight >= ENOUGH


def _near(layout: Layout, marks: Landmarks, tag: PriceTag | None, today: date) -> Iterator[tuple[Run, int, str, bool]]:
    """Yield the short visible texts around heading and price that speak of stock.

    With each comes how far off it is, what it says, and whether that is only for a day to come.
    """
    heading = marks.heading
    anchors = [
        *([heading.order] if heading else []),
        *([tag.order] if tag else []),
        *(button.order for button in marks.buttons[:1]),
    ]
    first, last = min(anchors, default=0) - FAR_RUNS, max(anchors, default=0) + FAR_RUNS
    for run in layout.runs[max(0, first) : last] if anchors else ():
        distance = min(abs(run.order - anchor) for anchor in anchors)
        if len(run.text) > MAX_WORDS_CHARACTERS or distance >= FAR_RUNS:
            continue
        state, later = said_of_stock(run.text), is_for_later(_with_day(layout, run), today)
        if later and state in (None, IN_STOCK):
            state = BACKORDER if marks.buttons else OUT_OF_STOCK
        if state is None:
            continue
        around = layout.around(run)
        seen = not (around.hidden or around.unseen or around.link or around.struck)
        if seen and not marks.is_aside(around) and not marks.is_in_other_section(around, run.order):
            yield run, distance, state, later


def _with_day(layout: Layout, run: Run) -> str:
    """Return a text with the one behind it, where that stands in the same part: "Available from <b>24 May</b>"."""
    if _DIGIT.search(run.text) or run.order + 1 >= len(layout.runs):
        return run.text
    behind = layout.runs[run.order + 1]
    is_one = len(behind.text) <= SHORT_CHARACTERS and layout.around(behind).is_within(layout.around(run), 1)
    return f"{run.text} {behind.text}" if is_one else run.text


def _is_spare_label(layout: Layout, run: Run, marks: Landmarks) -> bool:
    """Say whether a text shares its button with "add to cart": a script shows one of the two."""
    own = {step.identity for step in layout.around(run).outwards(3) if step.tag in ("a", "button")}
    return any(
        not own.isdisjoint(step.identity for step in layout.around(layout.runs[order]).outwards(3))
        for order in (button.order for button in marks.buttons)
        if abs(order - run.order) <= 4 and order < len(layout.runs)
    )


def _is_spare_badge(layout: Layout, run: Run) -> bool:
    """Say whether a text is a badge: many shops print them all, and let a style sheet show the one that is true."""
    return any(_BADGE.search(step.names.text) for step in layout.around(run).outwards(3))


def _weight(layout: Layout, run: Run, distance: int) -> float:
    steps = list(layout.around(run).outwards(4))
    weight = 1.0 if distance <= NEAR_RUNS else 0.0
    weight += 0.5 if distance <= BESIDE_RUNS else 0.0
    weight += 1.0 if len(run.text) <= SHORT_CHARACTERS else 0.0
    weight += 2.0 if _LABEL.search(run.text) or any(_PLACE.search(step.names.text) for step in steps) else 0.0
    weight += 0.5 if any(step.names.current or step.names.price for step in steps) else 0.0
    if any(Role.OTHER in step.names.roles or step.tag in ("th", "dt", "li") for step in steps[:3]):
        weight -= 2.0  # one size of several, or a row of a table
    return weight

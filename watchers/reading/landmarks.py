"""The fixed points of a product page: what names the product, what sells it, and where other things begin."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from watchers.reading.layout import Button, Layout, Run, Surroundings
from watchers.reading.likeness import likeness
from watchers.reading.tags import is_price
from watchers.reading.vocabulary import begins_buy_label, is_buy_label, read_label

LONG_NAME: Final = 12
LONGEST_BUTTON: Final = 40
BUTTON_RUNS: Final = 4
"""Texts that may make up the words of one button: "In den <b>Warenkorb</b>"."""
MAX_HEADINGS: Final = 500
"""A page with more has its product at its beginning, if it has one."""
HALF: Final = 0.5
_LEVELS: Final = {"h1": 1.0, "h2": 0.4, "h3": 0.2}
_CARD_RUNS: Final = 6
_CARD_LEVELS: Final = 4
_TITLE_PARTS: Final = re.compile(r"\s+[|\-–—:·»>/]+\s+|\s*\|\s*")
_PRESSED: Final = frozenset({"a", "button"})


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page that begins with a heading of its own.

    Attributes:
        inside: The identities of the elements around that heading that are not also around the product's.
    """

    order: int
    inside: frozenset[int]


@dataclass(frozen=True, slots=True)
class Landmarks:
    """The fixed points of a product page.

    Attributes:
        heading: The text that names the product; None where nothing on the page does.
        path: The identities of the elements around the heading, with their depth.
        buttons: Everything that puts the product into a basket, orders or buys it.
        sections: What begins behind the heading under a heading of its own, in the page's order.
    """

    heading: Run | None
    path: dict[int, int]
    buttons: tuple[Button, ...]
    sections: tuple[Section, ...] = ()

    def is_aside(self, around: Surroundings) -> bool:
        """Say whether something stands in a part that is not about the page's own product."""
        for step in around.outwards():
            if step.identity in self.path:
                return False
            if step.aside:
                return True
        return False

    def is_in_other_section(self, around: Surroundings, order: int) -> bool:
        """Say whether something stands under a heading that is not the product's: under "Often bought with it", say."""
        place = bisect_right(self.sections, order, key=lambda section: section.order)
        section = self.sections[place - 1] if place else None
        return section is not None and any(step.identity in section.inside for step in around.outwards())

    def shared_depth(self, around: Surroundings) -> int:
        """Return how deep the innermost element is that holds both something and the heading."""
        return next((self.path[step.identity] for step in around.outwards() if step.identity in self.path), 0)

    def is_beside_another(self, layout: Layout, outer: Surroundings, order: int) -> bool:
        """Say whether the small part around something links to another page by a name: it is then that page's."""
        card = [step.identity for step in outer.outwards(_CARD_LEVELS) if step.identity not in self.path]
        for run in layout.runs[max(0, order - _CARD_RUNS) : order + _CARD_RUNS]:
            if len(run.text) < LONG_NAME:
                continue
            around = layout.around(run)
            named = layout.leads_elsewhere(around) and len(run.text.split()) >= 3
            if named and any(step.identity in card for step in around.outwards(_CARD_LEVELS + 3)):
                return True
        return False


def landmarks(layout: Layout, names: Sequence[str]) -> Landmarks:
    """Find the fixed points of a page.

    Args:
        layout: The page.
        names: What the product is called elsewhere (the title, the markup), the surest first.
    """
    known = [name for name in names if name]
    heading = _heading(layout, known)
    path: dict[int, int] = {}
    if heading is not None:
        path = {step.identity: step.depth for step in layout.around(heading).outwards()}
    bare = Landmarks(heading, path, ())
    parted = replace(bare, sections=tuple(_sections(layout, bare, known)))
    return replace(parted, buttons=tuple(_own_buttons(layout, parted)))


def own_headings(layout: Layout, marks: Landmarks) -> list[str]:
    """Return the texts of the headings that are not those of other products or parts."""
    found = []
    for _, run in _headings(layout):
        around = layout.around(run)
        if not (around.unseen or marks.is_aside(around) or layout.leads_elsewhere(around)):
            found.append(run.text)
    return found


def _heading(layout: Layout, known: Sequence[str]) -> Run | None:
    """Return the heading that names the product: the likest one, else the only one of the first level."""
    best: tuple[float, Run] | None = None
    first: list[Run] = []
    for tag, run in _headings(layout):
        alike = max((likeness(run.text, name) for name in known), default=0.0)
        if tag != "h1" and alike < HALF:
            continue
        around = layout.around(run)
        if around.unseen or not any(step.tag == tag for step in around.outwards(4)):
            continue
        if tag == "h1":
            first.append(run)
        worth = alike * min(1.0, len(run.text) / LONG_NAME) + _LEVELS[tag] - (0.5 if around.hidden else 0.0)
        if alike >= HALF and (best is None or worth > best[0]):
            best = (worth, run)
    if best is not None:
        return best[1]
    return _named_exactly(layout, known) or (
        first[0] if len({layout.around(run).identity for run in first}) == 1 else None
    )


def _headings(layout: Layout) -> Iterator[tuple[str, Run]]:
    """Yield the texts that may be in a heading, each with the tag of that heading."""
    for tag, order in layout.headings[:MAX_HEADINGS]:
        if tag in _LEVELS:
            for run in layout.runs[order : order + 4]:
                yield tag, run


def _named_exactly(layout: Layout, known: Sequence[str]) -> Run | None:
    """Return the first text that is exactly a name of the product, or the longest part of one: "Lamp | Shop"."""
    parts = (max(_TITLE_PARTS.split(name), key=len) for name in known)
    exactly = {name.casefold() for name in (*known, *parts) if len(name) >= LONG_NAME}
    for run in layout.runs:
        if len(run.text) >= LONG_NAME and run.text.casefold() in exactly:
            around = layout.around(run)
            if not around.unseen and not any(step.aside for step in around.outwards()):
                return run
    return None


def _own_buttons(layout: Layout, marks: Landmarks) -> Iterator[Button]:
    """Yield what sells the page's product: not what sells the others on the page."""
    for button in _buy_buttons(layout):
        around = layout.surroundings(button.node)
        if around.unseen or around.hidden or layout.leaves_the_shop(around) or marks.is_aside(around):
            continue
        if not marks.is_beside_another(layout, around, button.order):
            yield button


def _buy_buttons(layout: Layout) -> Iterator[Button]:
    for run in layout.runs:
        parent = run.node.parent
        if parent is None or len(run.text) > LONGEST_BUTTON or run.text[-1] == ":" or not begins_buy_label(run.text):
            continue
        if is_buy_label(run.text):
            yield Button(parent, run.text, run.order)
            continue
        pressed = {step.identity for step in layout.around(run).outwards(BUTTON_RUNS) if step.tag in _PRESSED}
        words = run.text
        for other in layout.runs[run.order + 1 : run.order + BUTTON_RUNS] if pressed else ():
            if not any(step.identity in pressed for step in layout.around(other).outwards(BUTTON_RUNS)):
                break
            words = f"{words} {other.text}"
            if len(words) <= LONGEST_BUTTON and is_buy_label(words):
                yield Button(parent, words, run.order)
                break
    yield from (button for button in layout.inputs if is_buy_label(button.text))


def _sections(layout: Layout, marks: Landmarks, known: Sequence[str]) -> Iterator[Section]:
    if marks.heading is None:
        return
    for tag, order in layout.headings[:MAX_HEADINGS]:
        if order <= marks.heading.order or order >= len(layout.runs):
            continue
        run = layout.runs[order]
        steps = list(layout.around(run).outwards())
        own = next((place for place, step in enumerate(steps) if step.tag == tag), None)
        is_label = read_label(run.text).complete or is_price(run.text)
        if own is None or is_label or any(likeness(run.text, name) >= HALF for name in known):
            continue
        inside = frozenset(step.identity for step in steps[own + 1 :] if step.identity not in marks.path)
        yield Section(order, inside)

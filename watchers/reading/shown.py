"""The price that a page shows for its product, among all the price tags on it.

    layout ──▶ landmarks (heading, buy buttons) ──▶ tags, each with points and their reasons ──▶ Shown

Points are evidence, not proof: a tag is believed only if it gathers enough of them and no tag with another amount comes
near. What is struck out, a saving, an instalment, a unit price … is never a candidate, but is kept: it tells which of
two prices is the old one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from watchers.reading.layout import Layout, Run, Surroundings
from watchers.reading.likeness import likeness
from watchers.reading.shop_words import Role
from watchers.reading.tags import PriceTag
from watchers.reading.vocabulary import is_buy_label, read_label

ENOUGH = 6.0
MARGIN = 2.0
_NEVER_CURRENT = frozenset(
    {Role.STRUCK, Role.FORMER, Role.SAVING, Role.SHIPPING, Role.UNIT, Role.INSTALMENT, Role.FROM, Role.OTHER}
)
_OLD = frozenset({Role.STRUCK, Role.FORMER, Role.USUAL})
_LOUD = frozenset({"h1", "h2", "h3", "strong", "b", "ins", "big"})
NEAR_RUNS = 80
CARD_RUNS = 6
CARD_LEVELS = 4
BLOCK_LEVELS = 2
LONG_NAME = 12
HALF = 0.5
_LEVELS = {"h1": 1.0, "h2": 0.4, "h3": 0.2}


@dataclass(frozen=True, slots=True)
class Landmarks:
    """The fixed points of a product page.

    Attributes:
        heading: The text that names the product; None where nothing on the page does.
        path: The identities of the elements around the heading, with their depth.
        buttons: The order of every text that puts the product into a basket.
    """

    heading: Run | None
    path: dict[int, int]
    buttons: tuple[int, ...]


def landmarks(layout: Layout, names: Sequence[str]) -> Landmarks:
    """Find the heading and the buy buttons of a page.

    Args:
        layout: The page.
        names: What the product is called elsewhere (the title, the markup), the surest first.
    """
    heading = _heading(layout, names)
    path: dict[int, int] = {}
    if heading is not None:
        path = {step.identity: step.depth for step in layout.around(heading).outwards()}
    buttons = tuple(
        run.order
        for run in layout.runs
        if len(run.text) <= 40 and is_buy_label(run.text) and not layout.around(run).unseen
    )
    return Landmarks(heading, path, buttons)


def _heading(layout: Layout, names: Sequence[str]) -> Run | None:
    """Return the heading that names the product: the likest one, else the only one of the first level."""
    known = [name for name in names if name]
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
    exactly = {name.casefold() for name in known if len(name) >= LONG_NAME}
    for run in layout.runs:
        if len(run.text) >= LONG_NAME and run.text.casefold() in exactly:
            around = layout.around(run)
            if not around.unseen and not any(step.aside for step in around.outwards()):
                return run
    return first[0] if len({layout.around(run).identity for run in first}) == 1 else None


def _headings(layout: Layout) -> Iterator[tuple[str, Run]]:
    """Yield the texts that may be in a heading, each with the tag of that heading."""
    for tag, order in layout.headings:
        for run in layout.runs[order : order + 4]:
            yield tag, run


@dataclass(slots=True)
class Candidate:
    """A tag with the points that speak for it.

    Attributes:
        lower: A lower price right beside it that is as likely: this one may be the old price of a sale.
    """

    tag: PriceTag
    points: float = 0.0
    reasons: list[str] = field(default_factory=list)
    lower: PriceTag | None = None

    def add(self, points: float, reason: str) -> None:
        """Count a piece of evidence."""
        self.points += points
        self.reasons.append(reason)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows.

    Attributes:
        best: The tag of the current price with the points for it; None where none is a candidate.
        certain: It has enough points, and no other amount comes near.
        candidates: Every tag that might be the current price, with its points.
        rivals: Other amounts that might be the current price, the likeliest first.
        old: Amounts that the page shows as former, crossed-out or regular prices of this product.
        current: Every amount that the page shows as a candidate, however weak.
        amounts: Every amount that stands on the page by itself, in any role.
    """

    best: Candidate | None
    certain: bool
    candidates: tuple[Candidate, ...]
    rivals: tuple[Candidate, ...]
    old: frozenset[Decimal]
    current: frozenset[Decimal]
    amounts: frozenset[Decimal]


def shown_price(
    layout: Layout, tags: Sequence[PriceTag], marks: Landmarks, embedded: frozenset[Decimal] = frozenset()
) -> Shown:
    """Weigh the price tags of a page.

    Args:
        layout: The page.
        tags: Its price tags, in its order.
        marks: Its fixed points.
        embedded: Amounts that the page's own scripts call prices.
    """
    lists = _lists(tags)
    nearest = max((_shared_depth(tag.around, marks) for tag in tags if not is_aside(tag.around, marks)), default=0)
    candidates = [_weigh(tag, marks, nearest, lists) for tag in tags if not tag.roles & _NEVER_CURRENT]
    for candidate in candidates:
        if layout.leads_elsewhere(candidate.tag.around):
            candidate.add(-3, "links elsewhere")
        if _beside_another(layout, candidate.tag, marks):
            candidate.add(-4, "stands beside a link to something else")
        if candidate.tag.amount in embedded:
            candidate.add(1, "is a price in the page's own data")
    _mark_lower(layout, candidates)
    by_amount: defaultdict[tuple[Decimal, Decimal | None], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_amount[candidate.tag.amount, candidate.tag.upto].append(candidate)
    ranked = sorted((_strongest(group) for group in by_amount.values()), key=lambda each: -each.points)
    best = ranked[0] if ranked else None
    rivals = tuple(other for other in ranked[1:] if best is not None and other.points > best.points - MARGIN)
    return Shown(
        best,
        best is not None and best.points >= ENOUGH and best.tag.upto is None and not rivals,
        tuple(candidates),
        rivals,
        frozenset(tag.amount for tag in tags if tag.roles & _OLD and not is_aside(tag.around, marks)),
        frozenset(tag.amount for tag in (each.tag for each in candidates) if tag.upto is None),
        frozenset(tag.amount for tag in tags if tag.upto is None),
    )


def _mark_lower(layout: Layout, candidates: Sequence[Candidate]) -> None:
    for one, other in pairwise(candidates):
        between = layout.runs[one.tag.order + 1 : other.tag.order]
        if len(between) > CARD_RUNS or not all(read_label(run.text).complete for run in between):
            continue
        for higher, lower in ((one, other), (other, one)):
            if (
                lower.tag.amount < higher.tag.amount
                and lower.tag.upto is None
                and lower.points >= higher.points - MARGIN
                and lower.tag.around.is_within(higher.tag.outer, BLOCK_LEVELS)
            ):
                higher.lower = lower.tag


def _strongest(group: list[Candidate]) -> Candidate:
    group.sort(key=lambda each: -each.points)
    best = group[0]
    again = sum(1 for each in group[1:] if each.points > 0)
    if again:
        best.add(min(again, 2) * 0.5, f"stands there {again + 1} times")
    return best


def _weigh(tag: PriceTag, marks: Landmarks, nearest: int, lists: frozenset[int]) -> Candidate:
    candidate = Candidate(tag)
    around = tag.around
    if around.names.price:
        candidate.add(3, "is named a price")
    elif any(step.names.price for step in around.outwards(3)):
        candidate.add(2, "stands in something named a price")
    if any(step.names.current for step in around.outwards(3)):
        candidate.add(1, "is named the current one")
    if tag.currency_text is not None:
        candidate.add(1, "names its currency")
    if any(step.tag in _LOUD for step in around.outwards(2)):
        candidate.add(0.5, "is emphasised")
    _weigh_place(candidate, marks, nearest)
    if Role.USUAL in tag.roles:
        candidate.add(-2, "may be a regular price")
    if around.hidden:
        candidate.add(-2, "is hidden")
    if tag.outer.identity in lists:
        candidate.add(-4, "is one of a list")
    if is_aside(around, marks):
        candidate.add(-5, "stands aside from the product")
    return candidate


def _weigh_place(candidate: Candidate, marks: Landmarks, nearest: int) -> None:
    tag = candidate.tag
    if marks.heading is not None:
        if nearest and _shared_depth(tag.around, marks) == nearest:
            candidate.add(2, "shares the closest part with the heading")
        if 0 <= tag.order - marks.heading.order <= NEAR_RUNS:
            candidate.add(1.5, "follows the heading")
    if any(abs(button - tag.order) <= NEAR_RUNS // 2 for button in marks.buttons):
        candidate.add(1, "stands near a buy button")


def _beside_another(layout: Layout, tag: PriceTag, marks: Landmarks) -> bool:
    """Say whether the small part around a tag links to another page by a name: the price is then that page's."""
    card = [step.identity for step in tag.outer.outwards(CARD_LEVELS) if step.identity not in marks.path]
    for run in layout.runs[max(0, tag.order - CARD_RUNS) : tag.order + CARD_RUNS]:
        if len(run.text) < LONG_NAME:
            continue
        around = layout.around(run)
        named = layout.leads_elsewhere(around) and len(run.text.split()) >= 3
        if named and any(step.identity in card for step in around.outwards(CARD_LEVELS + 3)):
            return True
    return False


def _shared_depth(around: Surroundings, marks: Landmarks) -> int:
    return next((marks.path[step.identity] for step in around.outwards() if step.identity in marks.path), 0)


def is_aside(around: Surroundings, marks: Landmarks) -> bool:
    """Say whether something stands in a part that is not about the page's own product."""
    for step in around.outwards():
        if step.identity in marks.path:
            return False
        if step.aside:
            return True
    return False


def _lists(tags: Iterable[PriceTag]) -> frozenset[int]:
    """Return the tags that are members of a list: at least three look alike, four levels up, with different amounts."""
    alike: defaultdict[tuple[str, ...], list[PriceTag]] = defaultdict(list)
    for tag in tags:
        alike[tuple(f"{step.tag} {step.names.text}" for step in tag.around.outwards(4))].append(tag)
    return frozenset(
        tag.outer.identity
        for group in alike.values()
        if len(group) >= 3 and len(Counter(tag.amount for tag in group)) >= 2
        for tag in group
    )

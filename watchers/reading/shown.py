"""The price that a page shows for its product, among all the price tags on it.

    tags, near the landmarks of their page ──▶ each with points and their reasons ──▶ Shown

Points are evidence, not proof: a tag is believed only if it gathers enough of them and no tag with another amount comes
near. What is struck out, a saving, an instalment, a unit price … is never a candidate, but is kept: it tells which of
two prices is the old one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from watchers.reading.landmarks import Landmarks
from watchers.reading.layout import Layout
from watchers.reading.shop_words import Role
from watchers.reading.tags import PriceTag, has_dash, is_amount
from watchers.reading.taxes import is_tax
from watchers.reading.vocabulary import is_on_request, read_label

ENOUGH = 6.0
MARGIN = 2.0
UNRIVALLED = 4.0
_NEVER_CURRENT = frozenset(
    {Role.STRUCK, Role.FORMER, Role.SAVING, Role.SHIPPING, Role.UNIT, Role.INSTALMENT, Role.FROM, Role.OTHER, Role.BID}
)
_BESIDE_ONE = frozenset({Role.STRUCK, Role.FORMER, Role.SAVING, Role.SHIPPING, Role.UNIT, Role.INSTALMENT})
"""What stands beside the price of one thing, and makes no list of it."""
_LESS_LIKELY = {Role.USUAL: 2.0, Role.NET: 2.0, Role.TOTAL: 1.0}
_OLD = frozenset({Role.STRUCK, Role.FORMER, Role.USUAL})
_LOUD = frozenset({"h1", "h2", "h3", "strong", "b", "ins", "big"})
NEAR_RUNS = 80
BUTTON_RUNS = 40
CARD_RUNS = 6
CARD_CHARACTERS = 30
BLOCK_LEVELS = 2
NAMED_LEVELS = 5
MAX_CUT = 10
_AS_IT_IS = _NEVER_CURRENT | {Role.NET}
HIGHEST_TAX = Decimal("1.28")
_SHARE = re.compile(r"[(]?[-–−]?\s?(\d{1,2})\s?%[)]?(?:\s?off)?", re.IGNORECASE)
"""A badge that says by how much a price was cut, and nothing else."""


@dataclass(slots=True)
class Candidate:
    """A tag with the points that speak for it.

    Attributes:
        lower: A lower price right beside it that is as likely: this one may be the old price of a sale.
        doubted: Something speaks against it.
    """

    tag: PriceTag
    points: float = 0.0
    reasons: list[str] = field(default_factory=list)
    lower: PriceTag | None = None
    doubted: bool = False

    def add(self, points: float, reason: str) -> None:
        """Count a piece of evidence."""
        self.points += points
        self.doubted = self.doubted or points < 0
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
        amounts: Every amount that stands on the page by itself, in any role and every reading.
        bids: Amounts that somebody has offered in an auction.
        parts: What is shown as a part of a price, such as that of a month, with its text.
        on_request: What the page says in the place of a price that one has to ask for; empty where it shows no such
            words.
    """

    best: Candidate | None
    certain: bool
    candidates: tuple[Candidate, ...]
    rivals: tuple[Candidate, ...]
    old: frozenset[Decimal]
    current: frozenset[Decimal]
    amounts: frozenset[Decimal]
    bids: frozenset[Decimal] = frozenset()
    parts: Mapping[Decimal, str] = field(default_factory=dict)
    on_request: str = ""


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
    tags = _with_old(layout, _with_net(tags))
    lists = _lists(tags)
    nearest = max((marks.shared_depth(tag.around) for tag in tags if not marks.is_aside(tag.around)), default=0)
    candidates = [_weigh(tag, marks, nearest, lists) for tag in tags if not tag.roles & _NEVER_CURRENT]
    orders = [tag.order for tag in tags]
    for candidate in candidates:
        tag = candidate.tag
        if layout.leads_elsewhere(tag.around):
            candidate.add(-3, "links elsewhere")
        if marks.is_beside_another(layout, tag.outer, tag.order):
            candidate.add(-4, "stands beside a link to something else")
        if tag.amount in embedded:
            candidate.add(1, "is a price in the page's own data")
        first, last = bisect_left(orders, tag.order - CARD_RUNS), bisect_right(orders, tag.order + CARD_RUNS)
        if any(_is_cut_from(tag, other) for other in tags[first:last]):
            candidate.add(1, "stands beside a higher old price")
    _mark_lower(layout, candidates)
    by_amount: defaultdict[tuple[Decimal, Decimal | None], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_amount[candidate.tag.amount, candidate.tag.upto].append(candidate)
    ranked = sorted((_strongest(group) for group in by_amount.values()), key=lambda each: -each.points)
    best = ranked[0] if ranked else None
    others = [other for other in ranked[1:] if best is not None and not _is_without_tax(other.tag, best.tag)]
    if best is not None and marks.heading is not None and _stands_alone(best, others):
        best.add(1, "no other amount comes near")
    rivals = tuple(other for other in others if best is not None and other.points > best.points - MARGIN)
    return Shown(
        best,
        best is not None and best.points >= ENOUGH and best.tag.upto is None and not rivals,
        tuple(candidates),
        rivals,
        frozenset(tag.amount for tag in tags if tag.roles & _OLD and not marks.is_aside(tag.around)),
        frozenset(tag.amount for tag in (each.tag for each in candidates) if tag.upto is None),
        frozenset(amount for tag in tags if tag.upto is None for amount in (tag.amount, *tag.others)),
        frozenset(tag.amount for tag in tags if Role.BID in tag.roles),
        {tag.amount: _with_next(layout, tag) for tag in tags if Role.INSTALMENT in tag.roles},
        _on_request(layout, marks),
    )


def _with_next(layout: Layout, tag: PriceTag) -> str:
    """Return the text of a tag with what stands behind it and makes it a part of a price: "$49 / month"."""
    if read_label(tag.text).roles or tag.order + 1 >= len(layout.runs):
        return tag.text
    return f"{tag.text} {layout.runs[tag.order + 1].text[:CARD_CHARACTERS]}"


def _on_request(layout: Layout, marks: Landmarks) -> str:
    if marks.heading is None:
        return ""
    for run in layout.runs[marks.heading.order : marks.heading.order + NEAR_RUNS]:
        if is_on_request(run.text):
            around = layout.around(run)
            is_aside = around.hidden or around.unseen or marks.is_aside(around)
            if not is_aside and not marks.is_in_other_section(around, run.order):
                return run.text
    return ""


def _with_old(layout: Layout, tags: Sequence[PriceTag]) -> list[PriceTag]:
    """Return the tags, the higher of two neighbours as the old price where a badge says by how much it was cut.

    "₦ 12,999 ₦ 19,999 35%" leaves no doubt, whatever a style sheet strikes out; any further word in that part of the
    page does, as the lower price may be one for those who pay at once.
    """
    known = list(tags)
    for place, (one, other) in enumerate(pairwise(known)):
        low, high = sorted((one, other), key=lambda tag: tag.amount)
        are_bare = low.amount < high.amount and not (low.roles | high.roles or low.upto or high.upto)
        if are_bare and _is_share(_badge(layout, low, high), low.amount, high.amount):
            at = place if high is one else place + 1
            known[at] = replace(high, roles=high.roles | {Role.FORMER})
    return known


def _with_net(tags: Sequence[PriceTag]) -> list[PriceTag]:
    """Return the tags, with the lower of two neighbours as the one without tax where just the higher is called that.

    Words between two prices may belong to either of them: "£65.83 ex. VAT £79.00 inc. VAT". No price rises without tax.
    """
    known = list(tags)
    for place, (one, other) in enumerate(pairwise(known)):
        low, high = (one, other) if one.amount < other.amount else (other, one)
        is_crossed = Role.NET in high.roles and not low.roles & _AS_IT_IS and not (low.upto or high.upto)
        if is_crossed and is_tax(low.amount, high.amount) and other.outer.is_within(one.outer, BLOCK_LEVELS):
            lower, higher = replace(low, roles=low.roles | {Role.NET}), replace(high, roles=high.roles - {Role.NET})
            known[place : place + 2] = (lower, higher) if low is one else (higher, lower)
    return known


def _badge(layout: Layout, one: PriceTag, other: PriceTag) -> str:
    """Return the only percentage in the smallest part of the page around two tags, if nothing else is said there."""
    first, last = sorted((one.order, other.order))
    for levels in range(1, BLOCK_LEVELS + 1):
        near = layout.runs[max(0, first - CARD_RUNS) : last + CARD_RUNS]
        block = [run for run in near if layout.around(run).is_within(other.outer, levels)]
        shares = [found[1] for run in block if (found := _SHARE.fullmatch(run.text))]
        if shares and {first, last} <= {run.order for run in block}:
            silent = all(_SHARE.fullmatch(run.text) or is_amount(run.text) for run in block)
            return shares[0] if silent and len(shares) == 1 else ""
    return ""


def _is_share(percent: str, low: Decimal, high: Decimal) -> bool:
    return bool(percent) and abs(Decimal(percent) - (100 - 100 * low / high)) < 1


def _is_without_tax(tag: PriceTag, other: PriceTag) -> bool:
    """Say whether a price is another one less the tax: the page says so, and no tax is higher than that."""
    is_net = Role.NET in tag.roles and Role.NET not in other.roles
    return is_net and tag.amount < other.amount <= tag.amount * HIGHEST_TAX


def _stands_alone(best: Candidate, others: Sequence[Candidate]) -> bool:
    return not best.doubted and all(other.points <= best.points - UNRIVALLED for other in others)


def _is_cut_from(tag: PriceTag, other: PriceTag) -> bool:
    """Say whether a price may have been cut from another in the same small part of the page."""
    is_old = bool(other.roles & _OLD) and tag.amount < other.amount <= tag.amount * MAX_CUT
    return is_old and tag.outer.is_within(other.outer, BLOCK_LEVELS)


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
    around = tag.around
    is_price = around.names.price
    in_price = not is_price and any(step.names.price for step in around.outwards(NAMED_LEVELS))
    heading = marks.heading
    evidence = (
        (3, "is named a price", is_price),
        (2, "stands in something named a price", in_price),
        (1, "is named the current one", any(step.names.current for step in around.outwards(3))),
        (1, "names its currency", tag.currency_text is not None),
        (1, "has a dash for cents", tag.currency_text is None and has_dash(tag.text)),
        (0.5, "is emphasised", any(step.tag in _LOUD for step in around.outwards(2))),
        (2, "shares the closest part with the heading", 0 < nearest == marks.shared_depth(around)),
        (1.5, "follows the heading", heading is not None and 0 <= tag.order - heading.order <= NEAR_RUNS),
        (1, "stands near a buy button", any(abs(each.order - tag.order) <= BUTTON_RUNS for each in marks.buttons)),
        *((-points, f"may be {role.value}", role in tag.roles) for role, points in _LESS_LIKELY.items()),
        (-3, "stands in a sentence", tag.in_sentence),
        (-2, "belongs to a choice", _is_choice(tag)),
        (-3, "stands under a heading of its own", marks.is_in_other_section(around, tag.order)),
        (-2, "is hidden", around.hidden),
        (-4, "is one of a list", tag.outer.identity in lists),
        (-5, "stands aside from the product", marks.is_aside(around)),
    )
    candidate = Candidate(tag)
    for points, reason, holds in evidence:
        if holds:
            candidate.add(points, reason)
    return candidate


def _is_choice(tag: PriceTag) -> bool:
    """Say whether a tag belongs to a box to tick: a warranty, a size, a plan."""
    return any(step.tag == "label" and not step.names.price for step in tag.around.outwards(NAMED_LEVELS))


def _lists(tags: Iterable[PriceTag]) -> frozenset[int]:
    """Return the tags that are members of a list: at least three look alike, four levels up, with different amounts."""
    alike: defaultdict[tuple[str, ...], list[PriceTag]] = defaultdict(list)
    for tag in tags:
        if tag.roles & _BESIDE_ONE:
            continue
        alike[tuple(f"{step.tag} {step.names.text}" for step in tag.around.outwards(4))].append(tag)
    return frozenset(
        tag.outer.identity
        for group in alike.values()
        if len(group) >= 3 and len(Counter(tag.amount for tag in group)) >= 2
        for tag in group
    )

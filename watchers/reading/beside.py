"""What stands beside an amount of money: the words that say what it is, and its currency.

label before ─┐
amount        ├▶ roles: "Was", "per month", "/ m²", "with voucher" …
words behind ─┘
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from watchers.reading.layout import Layout, Run, Surroundings
from watchers.reading.shop_words import Role
from watchers.reading.vocabulary import has_currency, read_label

MAX_LABEL_CHARACTERS = 40
MAX_LEGAL_CHARACTERS = 90
"""Of a label in which no word stands but those beside prices: the law's own, of the lowest price of thirty days."""
LONGEST_CURRENCY = 8
_DIGITS = re.compile(r"\d")
_SMALL_NUMBER = re.compile(r"\D*\b\d{1,3}\b\D*")
"""A label may hold one, such as the days of "Lowest price of the last 30 days:"."""
_TIMES = re.compile(r"(?:^|\d)\s?[x×]\s?(?:de|of|à|a|von|di|po)?$", re.IGNORECASE)
"""What an instalment is multiplied by: "12 x", "10x de"."""
_SUFFIX = re.compile(
    r"""\s*\(?\s*(?:
        / | (?:per|pro|par|p\.?\s?m\.?)\b | (?:al|por)\ mes\b | (?:a|each)\ month | monthly | mtl | mens | mies | měs
        | мес | в\ месяц | x\s*\d | ×
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_CONDITION = re.compile(r"\(?(?:with|mit|avec|con|com|met|for|für|pour|с|при|z)\b", re.IGNORECASE)
_CONDITIONS = frozenset({Role.SAVING, Role.INSTALMENT, Role.OTHER})
"""What a price may be only "with": a voucher, a contract, a membership."""
_BEHIND = frozenset({Role.NET, Role.UNIT, Role.INSTALMENT})
"""What words say of the price before them rather than of the one behind: "ex VAT", "per month"."""
_CARRIAGE = re.compile(
    r"[&+]?\s*(?!free|gratis|gratuit|kostenlos)\w*\ ?(?:shipping|delivery|postage|versand|livraison)", re.IGNORECASE
)


def first_inside(layout: Layout, run: Run, outer: Surroundings) -> Run:
    """Return the first text of a tag: its sign may stand in an element of its own before the digits."""
    while run.order and layout.around(layout.runs[run.order - 1]).is_within(outer, 0):
        run = layout.runs[run.order - 1]
    return run


def is_in_sentence(layout: Layout, first: Run, widest: LexborNode) -> bool:
    """Say whether the text directly before a tag, in no element of its own, is more than a label."""
    if first.order == 0:
        return False
    before = layout.runs[first.order - 1]
    inside, holder = before.node.parent, widest.parent
    if inside is None or holder is None or inside.mem_id != holder.mem_id or before.text[-1] in ":：":
        return False
    return len(before.text.split()) >= 2 and not read_label(before.text).complete


def currency_beside(layout: Layout, run: Run, outer: Surroundings) -> str | None:
    """Return the currency that stands by itself next to an amount."""
    for order in (run.order + 1, run.order - 1, run.order + 2):
        if not 0 <= order < len(layout.runs):
            continue
        other = layout.runs[order]
        if order < run.order and order > 0 and layout.runs[order - 1].text[-1].isdigit():
            continue  # it stands behind another number, and is that one's
        if len(other.text) <= LONGEST_CURRENCY and not _DIGITS.search(other.text) and has_currency(other.text):
            return other.text if layout.around(other).is_within(outer, 1) else None
    return None


def label_before(layout: Layout, first: Run, outer: Surroundings) -> frozenset[Role]:
    """Return what the label before a tag says of it; `first` is the first text of the tag."""
    if first.order == 0:
        return frozenset()
    before = layout.runs[first.order - 1]
    beside = layout.around(before)
    if (beside.hidden and not outer.hidden) or not beside.is_within(outer, 3):
        return frozenset()
    if any(step.tag == "button" for step in beside.outwards(3)):
        return frozenset()  # its words say what it does: "Place bid"
    if _TIMES.search(before.text[-MAX_LABEL_CHARACTERS:]):
        return frozenset({Role.INSTALMENT})
    ends = before.text[-1] in ":："
    counts = _DIGITS.search(before.text) and not (ends and _SMALL_NUMBER.fullmatch(before.text))
    if len(before.text) > MAX_LEGAL_CHARACTERS or counts:
        return frozenset()
    label = read_label(before.text)
    if not (label.complete or (ends and len(before.text) <= MAX_LABEL_CHARACTERS)):
        return frozenset()
    is_closing = not ends and not label.roles.isdisjoint(_BEHIND) and _closes_another(layout, before, outer)
    return label.roles - _BEHIND if is_closing else label.roles


def _closes_another(layout: Layout, before: Run, outer: Surroundings) -> bool:
    """Say whether a label shares an element with the price before it and not with ours: "<p>10 € net</p><p>11.90 €"."""
    ours = {step.identity for step in outer.outwards()}
    earlier = layout.runs[max(0, before.order - 2) : before.order]
    own = next((step for step in layout.around(before).outwards(3) if step.identity in ours), None)
    said = " ".join(run.text for run in earlier if own is None or _is_below(layout, before, run, own))
    return bool(_DIGITS.search(said)) and has_currency(said)


def _is_below(layout: Layout, one: Run, other: Run, ceiling: Surroundings) -> bool:
    """Say whether two texts share an element that stands below another one."""
    around = {step.identity for step in layout.around(one).outwards() if step.depth > ceiling.depth}
    return any(step.identity in around for step in layout.around(other).outwards())


def label_after(layout: Layout, run: Run, outer: Surroundings) -> frozenset[Role]:
    """Return what the words behind a tag say of it: by which measure or time, or with what it is so cheap."""
    for follower in layout.runs[run.order + 1 : run.order + 6]:
        beside = layout.around(follower)
        if beside.is_within(outer, 0):
            continue
        label = read_label(follower.text)
        if not beside.is_within(outer, 2):
            break
        if _SUFFIX.match(follower.text):
            # Behind a stroke stands a measure, whatever its name: "/ m²".
            return label.roles if label.complete or follower.text[0] != "/" else label.roles | {Role.UNIT}
        if _CONDITION.match(follower.text):
            return label.roles & _CONDITIONS
        is_its_cost = label.complete or follower.text[0] in "&+"
        if _CARRIAGE.match(follower.text) and is_its_cost and not _DIGITS.search(follower.text):
            return label.roles
        break
    return frozenset()

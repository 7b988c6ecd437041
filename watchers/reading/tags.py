"""The price tags of a page: every text that is an amount of money and nothing else, with what is said about it.

A sentence that mentions money is no price tag. A tag may be spread over several elements (`173<sup>34</sup> Lei`), so
the widest element around a number that still reads as one amount is taken.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from selectolax.lexbor import LexborNode

from watchers.reading.amounts import Amount, amounts, plain
from watchers.reading.beside import (
    LONGEST_CURRENCY,
    currency_beside,
    first_inside,
    is_in_sentence,
    label_after,
    label_before,
)
from watchers.reading.currencies import currency_code, labels
from watchers.reading.html import price_text
from watchers.reading.layout import Layout, Run, Surroundings
from watchers.reading.money import MoneyReading, read_money
from watchers.reading.shop_words import Role
from watchers.reading.vocabulary import has_currency, is_buy_label, read_label

MAX_TAG_CHARACTERS = 60
MAX_TAGS = 2000
MAX_LEVELS = 5
NAMED_LEVELS = 4
_PERCENT = re.compile(r"[-–−+]?\s?\(?[-–−+]?\s?\d+(?:[.,]\d+)?\s?%\)?")
_RANGE = re.compile(r"[-–—~〜～]|\b(?:to|bis|à|a|al|do|до|tot|til)\b", re.IGNORECASE)
_WHOLE = re.compile(r"\D{0,4}\d[\d.,' ]*")
"""A number that cents may follow in the next element."""
_CENTS_APART = re.compile(r"\s+\d\d")
_DASHED = re.compile(r"[.,:]\s?-")
"""The dash of "999,-", which makes no range of the price that follows."""
_IN_BRACKETS = re.compile(r"\s*\([^()]*\d[^()]*/[^()]+\)\s*")
"""A price by some measure, whatever its name: "(0.05 / unit)"."""
_ONWARDS = re.compile(r"\d\s?[^\s\w+~-]?(?:\+|[~〜～])\s*$")
"""The sign behind a lowest price: "£12.00+"."""
_CENTS = re.compile(r"(?:[.,]|[^\w\s.,]{1,3})?\s?(\d\d)\s?\D{0,4}")
_SIGN_FIRST = re.compile(r"[^\w\s.,]{1,3}\s?\d\d")
"""Cents with the currency before them, as in 89<sup>€90</sup>."""
_FIRST_WORD = re.compile(r"[^\W\d_]+\.?")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_DIGITS = re.compile(r"\d")
_DASH = re.compile(r"\d\s?[.,:]\s?-{1,2}(?!\S)")
"""The dash in the place of cents, which only a price has: "499,-", "1 299:-"."""
_PLUS_TAX = re.compile(
    r"\d\D{0,4}\+\s*(?:vat|gst|tax|iva|tva|mwst|ust|moms|mva|btw|dph|pdv|alv|kdv|áfa|ндс)\b", re.IGNORECASE
)
"""What says that the tax comes on top: "£100.00 +VAT"."""
_PLUS = re.compile(r"\s*\+\s*\D{0,4}\d")
_OF_ONE = frozenset({Role.FORMER, Role.USUAL, Role.SAVING, Role.NET})
"""What a name says only of an element with one amount in it: "discount" may stand around both prices of a sale."""
_BESIDE_THE_PRICE = frozenset({Role.UNIT, Role.INSTALMENT, Role.SHIPPING})


@dataclass(frozen=True, slots=True)
class PriceTag:
    """One amount of money that stands by itself on a page.

    Attributes:
        upto: The highest amount, where the tag is a range.
        currency_text: The currency as it stands there; None where the digits stand alone.
        roles: What it is called or shown as, besides a price.
        order: The place of its first text among all texts of the page.
        around: What the smallest element around it is and stands in.
        outer: The same for the widest element that holds nothing else.
        in_sentence: Words that are no label run on into it.
        others: What else its digits can mean: "1,879 €" is 1879 in one country and 1.879 in the next.
    """

    text: str
    amount: Decimal
    upto: Decimal | None
    currency_text: str | None
    roles: frozenset[Role]
    order: int
    around: Surroundings
    outer: Surroundings
    in_sentence: bool = False
    others: tuple[Decimal, ...] = ()


def price_tags(layout: Layout) -> list[PriceTag]:
    """Return the price tags of a page in its order."""
    found: dict[int, tuple[PriceTag, list[Surroundings]]] = {}
    for run in layout.runs:
        if len(run.text) > MAX_TAG_CHARACTERS or not _DIGITS.search(run.text) or not _may_be_price(layout, run):
            continue
        spread = _spread(run)
        if spread is None or spread.widest.mem_id in found:
            continue
        tag = _read(layout, run, spread)
        if tag is not None:
            found[spread.widest.mem_id] = tag
            if len(found) == MAX_TAGS:
                break
    return _named(list(found.values()))


def _named(found: list[tuple[PriceTag, list[Surroundings]]]) -> list[PriceTag]:
    """Add what the names around each tag say of it."""
    held: defaultdict[int, set[Decimal]] = defaultdict(set)
    for tag, around in found:
        if not tag.roles & _BESIDE_THE_PRICE:
            for step in around:
                held[step.identity].add(tag.amount)
    named = []
    for tag, around in found:
        roles = (step.names.roles - _OF_ONE if len(held[step.identity]) > 1 else step.names.roles for step in around)
        named.append(replace(tag, roles=tag.roles.union(*roles)))
    return named


def _may_be_price(layout: Layout, run: Run) -> bool:
    """Say whether a text with digits is worth a closer look: it names a currency, or what is around it does."""
    around = layout.around(run)
    if around.unseen:
        return False
    if (has_currency(run.text) or has_dash(run.text)) and not _is_rest(layout, run, around):
        return True
    if (_CENTS.fullmatch(run.text) and _is_cents(around)) or _follows_digits(layout, run, around):
        return False
    if any(step.names.price for step in around.outwards(MAX_LEVELS)):
        return True
    beside = (*layout.runs[max(0, run.order - 1) : run.order], *layout.runs[run.order + 1 : run.order + 3])
    return any(len(other.text) <= LONGEST_CURRENCY and has_currency(other.text) for other in beside)


def _is_rest(layout: Layout, run: Run, around: Surroundings) -> bool:
    """Say whether a currency with two digits is the rest of the amount before it, and no price of its own."""
    return bool(_SIGN_FIRST.fullmatch(run.text)) and _is_cents(around) and _follows_digits(layout, run, around)


def _follows_digits(layout: Layout, run: Run, around: Surroundings) -> bool:
    """Say whether two digits stand directly behind other digits: they are cents, or nobody can tell what."""
    if run.order == 0 or not _CENTS.fullmatch(run.text):
        return False
    before = layout.runs[run.order - 1]
    return _WHOLE.fullmatch(before.text) is not None and layout.around(before).is_within(around, 2)


def _is_cents(around: Surroundings) -> bool:
    return any(step.tag == "sup" or step.names.cents for step in around.outwards(2))


@dataclass(frozen=True, slots=True)
class _Spread:
    """The smallest and the widest element that read as one amount.

    Attributes:
        text: The text of the widest, or the first text alone where the element around it has more to say.
        whole: It is the text of the widest.
    """

    smallest: LexborNode
    widest: LexborNode
    text: str
    whole: bool = True


def _spread(run: Run) -> _Spread | None:
    node = run.node.parent
    assert node is not None, "a run has a parent"  # noqa: S101 - `Layout.runs` only keeps such
    spread = _Spread(node, node, run.text, whole=False) if _shape(run.text) else None
    outer: LexborNode | None = node
    for _ in range(MAX_LEVELS):
        if outer is None or outer.tag in ("body", "html") or _is_long(outer):
            break
        text = _without_shares(price_text(outer))
        if spread is not None and _adds_measure(text, spread.text):
            break
        if _shape(text):
            spread = _Spread(spread.smallest if spread else outer, outer, text)
        elif spread is not None:
            break
        outer = outer.parent
    return spread


def is_price(text: str) -> bool:
    """Say whether a text is an amount of money among words that stand beside prices, or a range of two."""
    return bool(_shape(text)) and has_currency(text)


def is_amount(text: str) -> bool:
    """Say whether a text is a number, a currency, or both, without another word."""
    signs = plain(text)
    for label in reversed(list(labels(signs))):
        signs = f"{signs[: label.start]} {signs[label.end :]}"
    return not any(sign.isalpha() or sign == "%" for sign in signs)


def has_dash(text: str) -> bool:
    """Say whether a dash stands in the place of cents."""
    return _DASH.search(plain(text)) is not None


def _adds_measure(text: str, inner: str) -> bool:
    """Say whether a text repeats an amount as the price of a measure: "£15.99 £15.99/kg" of a pack of one kilogram."""
    more = sum(1 for _ in amounts(plain(text))) > sum(1 for _ in amounts(plain(inner)))
    return more and Role.UNIT in read_label(text).roles


def _without_shares(text: str) -> str:
    """Return a text without percentages, and without the word behind a price that says what one of them is."""
    while share := _PERCENT.search(text):
        before, behind = text[: share.start()].rstrip(" :("), text[share.end() :].lstrip(" )")
        if (word := _LAST_WORD.search(before)) and read_label(word[0]).roles == {Role.SAVING}:
            before = before[: word.start()] if _DIGITS.search(before) else before
        if (word := _FIRST_WORD.match(behind)) and read_label(word[0]).roles == {Role.SAVING}:
            behind = behind[word.end() :]
        text = f"{before} {behind}"
    return text


def _is_long(node: LexborNode) -> bool:
    length = 0
    for inner in node.traverse(include_text=True):
        if inner.tag == "-text":
            length += len((inner.text_content or "").strip())
            if length > MAX_TAG_CHARACTERS:
                return True
    return False


@lru_cache(maxsize=4096)
def _shape(text: str) -> Literal["", "amount", "range"]:
    """Say whether a text is one amount, perhaps repeated, or a range of two, among words that stand beside prices."""
    signs = plain(text)
    found = list(amounts(signs))
    if _is_parted_by_sign(signs, found):
        found = [replace(found[0], end=found[1].end)]
    different = len({amount.value for amount in found})
    is_range = different == 2 == len(found)
    rest = signs
    # Currencies are looked for beside their numbers: "kr" by itself may be a word.
    apart = [label for label in labels(signs) if all(label.end <= one.start or one.end <= label.start for one in found)]
    spans = [(one.start, one.end) for one in found] + [(label.start, label.end) for label in apart]
    for start, end in sorted(spans, reverse=True):
        rest = f"{rest[:start]} {rest[end:]}"
    if not found or not (different == 1 or is_range) or _DIGITS.search(rest):
        return ""
    ends = {label.end for label in apart}
    if any(signs[: one.start][-1:].isalpha() and one.start not in ends for one in found):
        return ""  # a label runs into it from the element before: "Special price79.90 zł"
    if any(_CENTS_APART.fullmatch(signs, one.end, two.end) for one, two in pairwise(found)):
        return ""  # "18 18" may be 18.18, and is no 18 that is said twice
    for label in reversed(list(labels(rest))):
        rest = f"{rest[: label.start]} {rest[label.end :]}"
    if not (read_label(rest).complete or is_buy_label(rest)):
        return ""
    if is_range:
        between = signs[found[0].end : found[1].start]
        return "range" if _RANGE.search(between) and not _DASHED.match(between) else ""
    return "amount"


def _is_parted_by_sign(signs: str, found: Sequence[Amount]) -> bool:
    """Say whether two numbers are one amount with the currency in place of its decimal sign: "89€90"."""
    if len(found) != 2 or found[1].end - found[1].start != 2 or has_currency(signs[found[1].end :]):
        return False
    between = signs[found[0].end : found[1].start]
    return " " not in between and has_currency(between)


def _read(layout: Layout, run: Run, spread: _Spread) -> tuple[PriceTag, list[Surroundings]] | None:
    """Return the tag of a text with what its words say of it, and the elements whose names may say more."""
    values = [amount.value for amount in amounts(plain(spread.text))]
    if _shape(spread.text) == "range":
        upto, reading = max(values), read_money(spread.text)
    else:
        upto, reading = None, read_money(_once(spread.text))
    if reading is None or reading.amount <= 0:
        return None
    amount = min(values) if upto else _with_cents(layout, run, spread, reading.amount)
    if amount is None:
        return None
    around = layout.surroundings(spread.smallest)
    outer = layout.surroundings(spread.widest)
    names = list(around.outwards(max(NAMED_LEVELS, around.depth - outer.depth + 2)))
    currency = _currency_said(reading) or currency_beside(layout, run, outer)
    if currency is None and not has_dash(spread.text) and not any(step.names.price for step in names):
        return None
    first = first_inside(layout, run, outer)
    roles = read_label(spread.text).roles
    if around.struck:
        roles |= {Role.STRUCK}
    if _PLUS_TAX.search(spread.text):
        roles |= {Role.NET}
    if _PLUS.match(spread.text):
        roles |= {Role.OTHER}
    if _ONWARDS.search(spread.text):
        roles |= {Role.FROM}
    if _IN_BRACKETS.fullmatch(spread.text):
        roles |= {Role.UNIT}
    roles |= label_before(layout, first, outer) | label_after(layout, run, outer)
    in_sentence = is_in_sentence(layout, first, spread.widest)
    others = reading.ambiguous if upto is None and amount == reading.amount else ()
    return PriceTag(spread.text, amount, upto, currency, roles, run.order, around, outer, in_sentence, others), names


def _currency_said(reading: MoneyReading) -> str | None:
    """Return the currency as it stands there, or its code where more than the sign says which it is: "US $45"."""
    sign = reading.currency_text
    return reading.currency if sign and reading.currency and currency_code(sign) is None else sign


def _once(text: str) -> str:
    """Return a text that repeats its amount up to where the second begins: "$9 $9" as "$9"."""
    signs = plain(text)
    found = list(amounts(signs))
    is_whole = len(found) < 2 or _is_parted_by_sign(signs, found) or has_currency(text[found[-1].end :])
    return text if is_whole else text[: found[0].end]


def _with_cents(layout: Layout, run: Run, spread: _Spread, amount: Decimal) -> Decimal | None:
    """Add the cents that follow a whole amount in an element of their own; None where nobody can tell what follows.

    "35€<sup>99</sup>" and "<b>35</b><i class=cents>99</i>" are 35.99; "<b>35</b> <b>99</b>" may be anything.
    """
    if amount != amount.to_integral_value() or len(layout.runs) <= run.order + 1:
        return amount
    widest = layout.surroundings(spread.widest)
    for follower in layout.runs[run.order + 1 : run.order + 4]:
        around = layout.around(follower)
        if spread.whole and around.is_within(widest, 0):
            continue
        cents = _CENTS.fullmatch(follower.text)
        if cents is not None and _is_cents(around) and around.is_within(widest, 2):
            return Decimal(f"{amount.to_integral_value()}.{cents[1]}")
        digits = follower.text.isdigit() and len(follower.text) <= 3
        return None if digits and spread.text[-1].isdigit() and around.is_within(widest, 1) else amount
    return amount

"""What words and names on a page say of the money beside them.

label, note, button ──▶ read_label ▶ roles, and whether it is a label at all       `shop_words`
class, id …         ──▶ read_names ▶ roles, price, current, aside, cents           `name_words`
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from watchers.reading import name_words, shop_words
from watchers.reading.amounts import plain
from watchers.reading.currencies import labels
from watchers.reading.shop_words import Role

_CAMEL: Final = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
_LETTERS: Final = re.compile(
    r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])*"
)
"""A word; the signs that Thai and Hindi write above and below their letters are a part of it."""
_SPACELESS: Final = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Thai, kana, Han and Hangul: scripts in which words run together."""
_LONGEST_PHRASE: Final = 6
_LONGEST_NAME: Final = 3
_SHORTEST_STEM: Final = 3
_LONGEST_NAMES: Final = 500


def entries(text: str) -> list[str]:
    """Return the entries of a word list."""
    return [entry for part in text.split(";") if (entry := " ".join(part.split()))]


@dataclass(frozen=True, slots=True)
class _Table:
    """Phrases with the roles that they give: whole ones, stems, and those of scripts that write no spaces."""

    whole: Mapping[str, frozenset[Role]]
    stems: Mapping[str, frozenset[Role]]
    spaceless: Mapping[str, frozenset[Role]]


def _table(roles: Mapping[Role, str], neutral: str = "") -> _Table:
    whole: dict[str, frozenset[Role]] = dict.fromkeys(entries(neutral.casefold()), frozenset())
    for role, text in roles.items():
        for phrase in entries(text.casefold()):
            whole[phrase] = whole.get(phrase, frozenset()) | {role}
    stems = {phrase[:-1]: given for phrase, given in whole.items() if phrase.endswith("*")}
    spaceless = {phrase: given for phrase, given in whole.items() if _SPACELESS.search(phrase)}
    longest_first = dict(sorted(spaceless.items(), key=lambda entry: -len(entry[0])))
    return _Table({phrase: given for phrase, given in whole.items() if phrase[-1] != "*"}, stems, longest_first)


_LABEL_TABLE: Final = _table(shop_words.LABELS, shop_words.NEUTRAL)
_NAME_TABLE: Final = _table(name_words.NAMES)
_ASIDE_NAMES: Final = frozenset(entries(name_words.ASIDE))
_CURRENT_NAMES: Final = frozenset(entries(name_words.CURRENT))
_PRICE_NAMES: Final = frozenset(entries(name_words.PRICE))
_NO_PRICE_NAMES: Final = frozenset(entries(name_words.NO_PRICE))
_CENTS: Final = frozenset(entries(name_words.CENTS))
_HIDDEN: Final = frozenset(entries(name_words.HIDDEN))
_LINKS: Final = frozenset(entries(name_words.LINKS))
_BUY: Final = frozenset(entry.casefold() for entry in entries(shop_words.BUY))
_ON_REQUEST: Final = frozenset(entry.casefold() for entry in entries(shop_words.ON_REQUEST))

_BUY_BEGINNINGS: Final = frozenset(label.split()[0] for label in _BUY)


@dataclass(frozen=True, slots=True)
class Label:
    """What words beside an amount say of it.

    Attributes:
        complete: They are nothing but words that stand beside prices: a label, and no sentence.
    """

    roles: frozenset[Role]
    complete: bool


@lru_cache(maxsize=4096)
def read_label(text: str) -> Label:
    """Read words for people; digits and signs in them do not matter."""
    words = _LETTERS.findall(text.casefold())
    roles: set[Role] = set()
    complete = True
    at = 0
    while at < len(words):
        length, given = _longest_phrase(words, at)
        complete = complete and length > 0
        roles |= given
        at += max(1, length)
    return Label(frozenset(roles), complete)


def _longest_phrase(words: list[str], at: int) -> tuple[int, frozenset[Role]]:
    for length in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
        phrase = " ".join(words[at : at + length])
        given = _LABEL_TABLE.whole.get(phrase)
        if given is None:
            given = _by_stem(phrase, len(phrase) - len(words[at + length - 1]))
        if given is not None:
            return length, given
    return _spaceless(words[at])


def _by_stem(phrase: str, last: int) -> frozenset[Role] | None:
    """Return what the stem of a phrase gives; only the last word, which begins at `last`, may have any ending."""
    ends = range(len(phrase), max(_SHORTEST_STEM, last + 1) - 1, -1)
    return next((_LABEL_TABLE.stems[phrase[:end]] for end in ends if phrase[:end] in _LABEL_TABLE.stems), None)


def _spaceless(word: str) -> tuple[int, frozenset[Role]]:
    if not _SPACELESS.search(word):
        return 0, frozenset()
    roles: set[Role] = set()
    for phrase, given in _LABEL_TABLE.spaceless.items():
        if phrase in word:
            roles |= given
            word = word.replace(phrase, "")
    return (0 if word else 1), frozenset(roles)


@lru_cache(maxsize=4096)
def has_currency(text: str) -> bool:
    """Say whether a currency stands in a text."""
    return any(labels(plain(text)))


@dataclass(frozen=True, slots=True)
class Names:
    """What the class, id and similar attributes of an element call it.

    Attributes:
        text: The names as written.
        price: They call it a price.
        current: They call it the one to pay now.
        aside: They are those of a part that is not about the page's own product.
        cents: They are those of the part of a price behind the decimal separator.
    """

    text: str = ""
    roles: frozenset[Role] = frozenset()
    price: bool = False
    current: bool = False
    aside: bool = False
    cents: bool = False


NAMELESS: Final = Names()


@lru_cache(maxsize=16384)
def read_names(names: str) -> Names:
    """Read names for programs: "oldPrice product_x" has the parts old, price, product and x."""
    parts = _LETTERS.findall(_CAMEL.sub(" ", names[:_LONGEST_NAMES]).lower().replace("_", " "))
    known = {
        " ".join(parts[start:end])
        for start in range(len(parts))
        if start == 0 or parts[start - 1] not in _LINKS
        for end in range(start + 1, min(start + _LONGEST_NAME, len(parts)) + 1)
    }
    roles = [_NAME_TABLE.whole[part] for part in known if part in _NAME_TABLE.whole]
    return Names(
        names,
        frozenset().union(*roles),
        price=_NO_PRICE_NAMES.isdisjoint(known)
        and (
            any(sign in part for part in parts for sign in name_words.PRICE_PARTS) or not _PRICE_NAMES.isdisjoint(parts)
        ),
        current=not _CURRENT_NAMES.isdisjoint(known),
        aside=not _ASIDE_NAMES.isdisjoint(known),
        cents=not _CENTS.isdisjoint(parts),
    )


def hides(classes: str) -> bool:
    """Say whether a class attribute hides its element at every screen size."""
    return not _HIDDEN.isdisjoint(classes.lower().split())


def begins_buy_label(text: str) -> bool:
    """Say whether the words of a text are those of such a button, or the first of them."""
    found = _LETTERS.findall(text.casefold())
    return bool(found) and found[0] in _BUY_BEGINNINGS


def is_buy_label(text: str) -> bool:
    """Say whether the words of a button put the product into a basket or buy it."""
    return " ".join(_LETTERS.findall(text.casefold())) in _BUY


def is_on_request(text: str) -> bool:
    """Say whether a text is what stands in the place of a price that one has to ask for."""
    return " ".join(_LETTERS.findall(text.casefold())) in _ON_REQUEST

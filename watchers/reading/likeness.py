"""How alike two names of a thing are, and what an address calls it."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

_WORD = re.compile(r"[^\W_]+")
SHORTEST_PART = 4
_ENDING = re.compile(r"\.[a-z]{2,5}$")


@lru_cache(maxsize=4096)
def words(text: str) -> frozenset[str]:
    """Return the words and numbers of a text, case folded."""
    return frozenset(_WORD.findall(text[:1000].casefold()))


def likeness(one: str, two: str) -> float:
    """Return how much of the shorter of two names stands in the longer one, from 0 to 1."""
    first, second = words(one), words(two)
    if not first or not second:
        return 0.0
    common = len(first & second) / min(len(first), len(second))
    return common if common or one.isascii() else float(_is_part(one.casefold(), two.casefold()))


def _is_part(one: str, two: str) -> bool:
    """Say whether one name stands inside the other: in scripts that write no spaces a name is no word of its own."""
    short, long = sorted((one[:1000], two[:1000]), key=len)
    return len(short) >= SHORTEST_PART and short in long


def sameness(one: str, two: str) -> float:
    """Return how much two names have in common of all that they say, from 0 to 1."""
    first, second = words(one), words(two)
    return len(first & second) / len(first | second) if first and second else 0.0


def words_of_address(url: str) -> str:
    """Return what the path of an address calls its page: "/p/blue-shoe-123.html" is "p blue shoe 123"."""
    return " ".join(_WORD.findall(_ENDING.sub("", unquote(urlsplit(url).path))))

"""Ids from names: `Headphones below $150` becomes `headphones-below-150`."""

from __future__ import annotations

import unicodedata

# Letters, marks and numbers of every script: a vowel sign of Hindi is a mark, and a word is not the same without it.
_KEPT = frozenset("LMN")


def slug(name: str) -> str:
    """Return a name in lower case with a dash for whatever is no letter, mark or digit; empty if nothing is left."""
    letters = (
        letter if unicodedata.category(letter)[0] in _KEPT else " " for letter in unicodedata.normalize("NFKC", name)
    )
    return unicodedata.normalize("NFC", "-".join("".join(letters).lower().split()))

"""Whether a text mentions a phrase: whole words, with case, accents and the marks between words folded.

Words are found in any script. In scripts that write no spaces (Han, Kana, Thai …) each character is a word of its own,
so that there a phrase is found anywhere. `Tool's` mentions Tool, and `fusion-energy` mentions "fusion energy".

Phrases lie in a tree of words: a text is walked once, and the work grows with the text, not with the phrases.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import regex

# Signs are words where they can be part of a name: C++, C#, AT&T, Disney+. A leading point belongs to .NET.
_SIGNS = r"[+#&%$€£@]+|(?<!\w)\.(?=\w)"
_ASCII_WORD = re.compile(rf"[A-Za-z0-9]+|{_SIGNS}")
_WORD = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー々]\p{M}*"
    r"|(?:(?![\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー々])[\p{L}\p{N}]\p{M}*)+"
    rf"|{_SIGNS}"
)
# Letters that Unicode does not take apart, as people type them who do not have them on their keyboard.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
_ACCENTS = re.compile("[\u0300-\u036f]")

Tree = dict[str | None, Any]


@lru_cache(maxsize=256)
def fold(text: str) -> str:
    """Return a text without the differences of case, accents and width: what `is`, `contains` and `mentions` compare.

    Only Latin, Greek and Cyrillic accents go; the vowel signs of Indic scripts and the dots of Kana make other words.
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = _ACCENTS.sub("", apart).casefold().translate(_PLAIN_LETTERS)
    return unicodedata.normalize("NFKC", bare)


def words(text: str) -> list[str]:
    """Return the words of a text as they stand, in order."""
    return _ASCII_WORD.findall(text) if text.isascii() else _WORD.findall(text)


class Phrases:
    """Phrases to look for, ready to be found in many texts."""

    def __init__(self, folded: Iterable[str], exact: Iterable[str] = ()) -> None:
        """Build the trees.

        Args:
            folded: Phrases whose case and accents do not matter.
            exact: Phrases that must stand as they are written.
        """
        self._folded = _tree((phrase, words(fold(phrase))) for phrase in folded)
        self._exact = _tree((phrase, words(unicodedata.normalize("NFKC", phrase))) for phrase in exact)

    def found_in(self, texts: Sequence[str], *, most: int = 3) -> list[str]:
        """Return up to so many phrases that one of the texts mentions, in the order in which they are met."""
        found: dict[str, None] = {}
        for text in texts:
            for tree, said in self._readings(text):
                for phrase in _met(tree, said):
                    found[phrase] = None
                    if len(found) == most:
                        return list(found)
        return list(found)

    def _readings(self, text: str) -> Iterator[tuple[Tree, list[str]]]:
        if self._folded:
            yield self._folded, words(fold(text))
        if self._exact:
            yield self._exact, words(unicodedata.normalize("NFKC", text))


def _tree(phrases: Iterable[tuple[str, list[str]]]) -> Tree:
    """Return a tree of words in which each path spells a phrase; the phrase hangs under None."""
    root: Tree = {}
    for phrase, said in phrases:
        node = root
        for word in said:
            node = node.setdefault(word, {})
        if said:
            node.setdefault(None, phrase)
    return root


def _met(tree: Tree, said: list[str]) -> Iterator[str]:
    """Yield the phrases that begin at each word of a text."""
    for start, word in enumerate(said):
        node = tree.get(word)
        place = start + 1
        while node is not None:
            if None in node:
                yield node[None]
            node = node.get(said[place]) if place < len(said) else None
            place += 1

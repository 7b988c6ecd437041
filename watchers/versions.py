"""Which of two versions is the newer: one order for what Python, SemVer, distributions and everybody else write.

A version becomes a key, so that the order is total and a list can be sorted. Where the conventions disagree, the one
is followed that most publishers of that spelling follow:

- numbers are compared part by part, missing parts are zero, a letter right after a number comes later (`1.0.2k`);
- `dev` < words such as alpha, beta, pre, rc (by their first letter) < the release < local builds (`+…`) < post releases
  and patch levels, as in PEP 440 (https://peps.python.org/pep-0440/) and SemVer 2.0 §11 (https://semver.org);
- unknown words count as early releases, and only first letters of words matter, as Repology's libversion has it
  (https://github.com/repology/libversion, doc/ALGORITHM.md);
- `1.0-2` is a post release (PEP 440, Debian), not SemVer's early release named `2`;
- builds (`1.0+a`, `1.0+b`) are ordered as in PEP 440; SemVer leaves them without order.
"""

from __future__ import annotations

import re
from functools import lru_cache

Key = tuple[object, ...]

_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
# `-2` at the end of numbers or of an early release, as PEP 440 spells an implicit post release.
_IMPLICIT_POST = re.compile(r"([0-9.]+(?:[-_.]?[a-z]+[-_.]?[0-9]+)?)-([0-9]+)(\.?dev[0-9]*)?")
_EPOCH = re.compile(r"([0-9]+)!")
# major.minor.patch-identifiers: only here a word after a word is one more identifier instead of a second early release.
_SEMVER = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+-[a-z][0-9a-z-]*(?:\.[0-9a-z-]+)*")
_POST_WORDS = ("patch", "post", "pl", "rev", "errata")
_FINAL_WORDS = ("final", "ga", "release")

_DEV, _EARLY, _END, _POST, _MORE, _WORD = range(6)


@lru_cache(maxsize=4096)
def version_key(text: str) -> Key:
    """Return what orders a version; equal keys mean the same version, as for `1.0` and `v1.0.0`."""
    folded = text.strip().casefold()
    folded = folded[1:] if re.match(r"v[0-9]", folded) else folded
    epoch = _EPOCH.match(folded)
    if epoch:
        folded = folded[epoch.end() :]
    public, _, local = folded.partition("+")
    implicit = _IMPLICIT_POST.fullmatch(public)
    if implicit:
        public = f"{implicit[1]}.post{implicit[2]}{implicit[3] or ''}"
    release, rest = _release(public)
    return (
        _number(epoch[1]) if epoch else _number("0"),
        release,
        _suffix(public[rest:], semver=bool(_SEMVER.fullmatch(public))),
        tuple((1, _number(part)) if part.isdecimal() else (0, part) for part in _TOKEN_OR_MIX.findall(local)),
    )


_TOKEN_OR_MIX = re.compile(r"[^\W_]+")


def compare_versions(left: str, right: str) -> int:
    """Return -1, 0 or 1: left is older, the same, or newer."""
    one, other = version_key(left), version_key(right)
    return (one > other) - (one < other)


def _number(digits: str) -> tuple[int, str]:
    """Return what orders a number of any length; Python refuses to convert more than 4300 digits."""
    bare = digits.lstrip("0")
    return len(bare), bare


_ZERO = _number("0")


def _release(text: str) -> tuple[Key, int]:
    """Return the leading numbers, with letters right behind them, and where the rest begins."""
    found: list[Key] = []
    rest = len(text)
    last_end = -1
    for token in _TOKEN.finditer(text):
        word = token[0]
        if "0" <= word[0] <= "9":
            found.append((0, _number(word)))
        elif len(word) == 1 and token.start() == last_end and not text[token.end() : token.end() + 1].isdecimal():
            found.append((1, word))
        else:
            rest = token.start()
            break
        last_end = token.end()
    while found and found[-1] == (0, _ZERO):
        found.pop()
    return tuple(found), rest


def _suffix(text: str, *, semver: bool) -> Key:
    """Return what follows the numbers, closed by a mark that stands above early releases and below later ones."""
    keys: list[Key] = []
    words = _TOKEN.findall(text)
    for place, word in enumerate(words):
        if "0" <= word[0] <= "9":
            keys.append((_MORE, _number(word)))
            continue
        if word in _FINAL_WORDS:
            continue
        if semver and keys:
            keys.append((_WORD, word))
            continue
        keys.append(_ranked(word))
        numbered = place + 1 < len(words) and ("0" <= words[place + 1][0] <= "9" or semver)
        if not numbered:
            keys.append((_MORE, _ZERO))
    return (*keys, (_END,))


def _ranked(word: str) -> Key:
    """Return the rank of a word: what is not known is an early release."""
    if word == "dev":
        return (_DEV, "d")
    if word == "r" or word.startswith(_POST_WORDS):
        return (_POST, "p")
    return (_EARLY, "r" if word == "c" else word[0])

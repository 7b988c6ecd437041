"""The name of a release → the version in it, and whether that is an early one.

    tag or title ─▶ the owner's pattern, or the first thing in it that looks like a version ─▶ version ─▶ prerelease?

Publishers write `v1.2.3`, `release-1.2.3`, `REL_16_3`, `name-1.2.3`, and in a repository of several packages
`name@1.2.3` or `name/v1.2.3`. Which words of a version mean what is the common part of SemVer 2.0 §9
(https://semver.org), PEP 440 and habit; a word that means something to its publisher alone (`-alpine`, `-jre`) settles
nothing.
"""

from __future__ import annotations

import re
from typing import Final

MAX_LENGTH: Final = 300

_BEGINNING: Final = r"(?:^|[^0-9A-Za-z.]|(?<=[A-Za-z])\.)"  # in "v.1.2" and "RELEASE.2026" a dot stands before it
_DOTTED: Final = re.compile(rf"{_BEGINNING}([A-Za-z]*)([0-9]+[._][0-9]\S*)")
_PLAIN: Final = re.compile(rf"{_BEGINNING}([A-Za-z]*)([0-9]\S*)")
_BUILD: Final = re.compile(r"b([0-9]{3,})")
"""A tag that only counts builds; nobody makes so many betas."""
_NUMBERS: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}[-:]?[0-9]{2}[-:]?[0-9]{2}[Zz]?|(?:[0-9]+!)?[0-9]+(?:[._][0-9]+)*"
)
_LETTER: Final = re.compile(r"[a-z](?![a-z0-9])")
_WORD: Final = re.compile(r"[a-z]+")

_EARLY: Final = (
    "alpha", "beta", "canary", "dev", "eap", "experimental", "insider", "milestone", "next", "nightly", "pre", "rc",
    "snapshot", "test", "unstable",
)  # fmt: skip
_EARLY_LETTERS: Final = frozenset({"a", "b", "c", "cr", "ea", "m"})
_LATE: Final = frozenset(
    {"final", "fix", "ga", "hotfix", "lts", "p", "patch", "pl", "post", "r", "rel", "release", "rev", "sp", "stable"}
    | {"u", "update"}
)
_EARLY_WORDS: Final = r"alpha|beta|rc|release candidate|pre-?release|preview|nightly|snapshot|canary"
_SAID_BEFORE: Final = re.compile(rf"(?:{_EARLY_WORDS})[-_ ./]v?[0-9]", re.IGNORECASE)
_SAID_BEHIND: Final = re.compile(
    rf"[0-9](?:\s+[-–]\s+|\s*[(\[]\s*|\s+)(?:{_EARLY_WORDS})(?:[-. #]?[0-9]+(?:\.[0-9]+)*)?\s*(?:$|[)\](:;,–]|-\s)",
    re.IGNORECASE,
)


def checked_pattern(pattern: str) -> str:
    """Return a pattern of tags as an option holds it.

    Raises:
        ValueError: It does not say where the version stands.
    """
    if pattern and pattern.count("*") != 1:
        raise ValueError("write one * where the version stands, such as “name@*” or “name/v*”")
    return pattern


def version_in(name: str, pattern: str = "") -> str | None:
    """Return the version that a tag or a title holds, without what stands before it; None where it holds none.

    Args:
        name: The tag or the title.
        pattern: The tag with a * in place of its version; empty where it is to be found.
    """
    if pattern:
        before, _, after = pattern.partition("*")
        fits = name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after)
        return name[len(before) : len(name) - len(after)] if fits else None
    name = re.split(r"[/@]", name[:MAX_LENGTH])[-1]
    if build := _BUILD.fullmatch(name):
        return build[1]
    for shape in (_DOTTED, _PLAIN):
        found = shape.search(name)
        if found is not None and not _is_early(found[1].lower()):
            version = found[2].rstrip(").,:;!]”\"'")
            return version if "." in version else version.replace("_", ".")
    return None


def is_prerelease(version: str) -> bool | None:
    """Return whether a version says of itself that it comes before the release; None where it has another word."""
    numbers = _NUMBERS.match(version)
    rest = (version[numbers.end() :] if numbers else version).lower().partition("+")[0]
    letter = _LETTER.match(rest)  # 1.0.2k, as some publishers number what comes after 1.0.2
    words = _WORD.findall(rest[letter.end() :] if letter else rest)
    if any(map(_is_early, words)):
        return True
    return False if all(word in _LATE for word in words) else None


def is_named_early(name: str) -> bool:
    """Say whether a tag or a title has a word for an early release beside its version: `beta-1.2`, `1.2 (RC 1)`.

    Before the version only where it is all that stands there: else it may belong to the name of a program.
    """
    name = name[:MAX_LENGTH]
    return _SAID_BEFORE.match(name) is not None or _SAID_BEHIND.search(name) is not None


def _is_early(word: str) -> bool:
    return word in _EARLY_LETTERS or word.startswith(_EARLY)

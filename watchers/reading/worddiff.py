"""Two versions of a text → what changed in it, as a person would say it in one line.

lines that went + lines that came ──▶ pairs that are alike ▶ words that differ ──▶ "open 9 to [17 → 18] on Sundays"
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import product
from typing import Final

LIMIT: Final = 280
"""As much as a message shows of a long text."""
_ALIKE: Final = 0.5
_MOST_PAIRED: Final = 40
_SHORT_LINE: Final = 80
_MOST_WORDS: Final = 100
_AROUND: Final = 3
"""Words that are shown beside those that changed, on either side."""
_SIGNS: Final = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef"
"""Of scripts that write no spaces: each counts as a word."""
_SIGN: Final = re.compile(rf"[{_SIGNS}]")
_PIECE: Final = re.compile(rf"\s*(?:[{_SIGNS}]|[^\s{_SIGNS}]+)")


def said_of_change(removed: Sequence[str], added: Sequence[str], limit: int = LIMIT) -> str:
    """Return what changed: `[old → new]` inside its line, `+` before what is new, `−` before what is gone.

    Args:
        removed: The lines that are gone, in their order.
        added: The lines that are new, in theirs.
        limit: The most characters; what does not fit is counted.
    """
    partners = _partners(removed, added)
    count = len(removed) + len(added) - len(partners)
    said = ""
    for number, change in enumerate(_changes(removed, added, partners)):
        rest = count - number - 1
        room = limit - len(said) - (len(f"; and {rest} more") if rest else 0) - (2 if said else 0)
        if len(change) > room and said:
            return f"{said}; and {count - number} more"
        said += f"{'; ' if said else ''}{_short(change, max(room, 20))}"
    return said


def _changes(removed: Sequence[str], added: Sequence[str], partners: Mapping[int, int]) -> Iterator[str]:
    """Yield each change: lines that were rewritten at the place of the new line, then what is only gone."""
    for number, text in enumerate(added):
        yield _words_between(removed[partners[number]], text) if number in partners else f"+ {text}"
    taken = set(partners.values())
    yield from (f"− {text}" for number, text in enumerate(removed) if number not in taken)


def _partners(removed: Sequence[str], added: Sequence[str]) -> dict[int, int]:
    """Return for each new line which old line it was made of, the most alike pairs first."""
    olds, news = ([Counter(_words(line)) for line in lines[:_MOST_PAIRED]] for lines in (removed, added))
    pairs = []
    for (old, before), (new, after) in product(enumerate(olds), enumerate(news)):
        alike = 2 * (before & after).total() / (before.total() + after.total() or 1)
        if alike >= _ALIKE:
            pairs.append((-alike, abs(old - new), old, new))
    partners: dict[int, int] = {}
    for _, _, old, new in sorted(pairs):
        if new not in partners and old not in partners.values():
            partners[new] = old
    if not partners and len(removed) == len(added) == 1 and max(len(removed[0]), len(added[0])) <= _SHORT_LINE:
        return {0: 0}  # one short line instead of another: a value that changed
    return partners


def _words_between(before: str, after: str) -> str:
    old, new = _words(before), _words(after)
    space = "" if _SIGN.search(after) else " "
    written: list[str] = []
    steps = _steps(old, new)
    for number, (step, i, j, k, m) in enumerate(steps):
        if step == "equal":
            written += _around(new[k:m], is_first=number == 0, is_last=number == len(steps) - 1)
        else:
            gone, come = (space.join(words).strip() for words in (old[i:j], new[k:m]))
            written.append(f"[{gone} → {come}]" if gone and come else f"[+ {come}]" if come else f"[− {gone}]")
    return space.join(written).strip()


def _words(line: str) -> list[str]:
    """Return the words of a line; where a script writes no spaces its signs, each with the space before it if any."""
    return _PIECE.findall(line) if _SIGN.search(line) else line.split()


def _steps(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Return how one row of words becomes another; where much of the middle differs, it was replaced as a whole.

    Comparing every word with every other takes time that grows with the square of their number.
    """
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    tail = next((n for n in range(shorter - head) if old[-1 - n] != new[-1 - n]), shorter - head)
    inner = (old[head : len(old) - tail], new[head : len(new) - tail])
    steps = [("equal", 0, head, 0, head)] if head else []
    if max(map(len, inner)) > _MOST_WORDS:
        steps.append(("replace", head, len(old) - tail, head, len(new) - tail))
    else:
        found = SequenceMatcher(None, *inner, autojunk=False).get_opcodes()
        steps += [(step, i + head, j + head, k + head, m + head) for step, i, j, k, m in found]
    return steps + ([("equal", len(old) - tail, len(old), len(new) - tail, len(new))] if tail else [])


def _around(words: Sequence[str], *, is_first: bool, is_last: bool) -> list[str]:
    """Return of the words that stayed those beside a change."""
    head = [] if is_first else list(words[:_AROUND])
    tail = [] if is_last else list(words[-_AROUND:])
    if len(words) <= (not is_first) * _AROUND + (not is_last) * _AROUND:
        return list(words)
    return [*head, "…", *tail]


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"

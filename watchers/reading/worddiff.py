"""Two versions of a text → what changed in it, as a person would say it in one line.

    lines that went + lines that came ──▶ pairs that are alike ▶ words that differ ──▶ "open 9 to [17 → 18] on Sundays"
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

LIMIT: Final = 280
"""As much as a message shows of a long text."""
_ALIKE: Final = 0.5
_MOST_PAIRED: Final = 40
_MOST_WORDS: Final = 400
_AROUND: Final = 3
"""Words that are shown beside those that changed, on either side."""


def said_of_change(removed: Sequence[str], added: Sequence[str], limit: int = LIMIT) -> str:
    """Return what changed: `[old → new]` inside its line, `+` before what is new, `−` before what is gone.

    Args:
        removed: The lines that are gone, in their order.
        added: The lines that are new, in theirs.
        limit: The most characters; what does not fit is counted.
    """
    changes = list(_changes(removed, added))
    said = ""
    for number, change in enumerate(changes):
        rest = len(changes) - number - 1
        room = limit - len(said) - (len(f"; and {rest} more") if rest else 0) - (2 if said else 0)
        if len(change) > room and said:
            return f"{said}; and {len(changes) - number} more"
        said += f"{'; ' if said else ''}{_short(change, max(room, 20))}"
    return said


def _changes(removed: Sequence[str], added: Sequence[str]) -> Iterator[str]:
    """Yield each change: lines that were rewritten at the place of the new line, then what is only gone."""
    partners = _partners(removed, added)
    for number, text in enumerate(added):
        yield _words_between(removed[partners[number]], text) if number in partners else f"+ {text}"
    taken = set(partners.values())
    yield from (f"− {text}" for number, text in enumerate(removed) if number not in taken)


def _partners(removed: Sequence[str], added: Sequence[str]) -> dict[int, int]:
    """Return for each new line which old line it was made of, the most alike pairs first."""
    pairs = []
    for old, before in enumerate(removed[:_MOST_PAIRED]):
        matcher = SequenceMatcher(None, b=before.split()[:_MOST_WORDS], autojunk=False)
        for new, after in enumerate(added[:_MOST_PAIRED]):
            matcher.set_seq1(after.split()[:_MOST_WORDS])
            if matcher.quick_ratio() >= _ALIKE and (ratio := matcher.ratio()) >= _ALIKE:
                pairs.append((-ratio, abs(old - new), old, new))
    partners: dict[int, int] = {}
    for _, _, old, new in sorted(pairs):
        if new not in partners and old not in partners.values():
            partners[new] = old
    if not partners and len(removed) == len(added) == 1 and max(len(removed[0]), len(added[0])) <= 2 * _MOST_PAIRED:
        return {0: 0}  # one short line instead of another: a value that changed
    return partners


def _words_between(before: str, after: str) -> str:
    old, new = before.split(), after.split()
    written: list[str] = []
    steps = SequenceMatcher(None, old[:_MOST_WORDS], new[:_MOST_WORDS], autojunk=False).get_opcodes()
    for number, (step, i, j, k, m) in enumerate(steps):
        if step == "equal":
            written += _around(new[k:m], is_first=number == 0, is_last=number == len(steps) - 1)
        else:
            gone, come = " ".join(old[i:j]), " ".join(new[k:m])
            written.append(f"[{gone} → {come}]" if gone and come else f"[+ {come}]" if come else f"[− {gone}]")
    return " ".join(written)


def _around(words: Sequence[str], *, is_first: bool, is_last: bool) -> list[str]:
    """Return of the words that stayed those beside a change."""
    head = [] if is_first else list(words[:_AROUND])
    tail = [] if is_last else list(words[-_AROUND:])
    if len(words) <= (not is_first) * _AROUND + (not is_last) * _AROUND:
        return list(words)
    return [*head, "…", *tail]


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"

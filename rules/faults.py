"""What is wrong with a rule file, said so that a person can mend it: where, what was expected, what to write."""

from __future__ import annotations

import difflib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from rules.rule import Place

# A longer line is shown in part: broken by a terminal of 80 columns, the caret would stand under nothing.
LONGEST_LINE = 70
# What is wrong in the same words in more places than these was written by a program, and is mended by one.
MOST_ALIKE = 10
MOST_FAULTS = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in a rule file.

    Attributes:
        message: What is wrong, as one sentence without a full stop.
        hint: What to write instead; empty where there is nothing sensible to offer.
        line: The text of the line that it stands on, without its line end.
        length: How many characters the caret line underlines.
    """

    place: Place
    message: str
    hint: str = ""
    line: str = ""
    length: int = 1

    def __str__(self) -> str:
        """Return the fault with a caret excerpt."""
        said = f"{self.place}: {self.message}"
        if self.line:
            number = str(self.place.line)
            shown, before, marked = self._excerpt()
            # Tabs are kept in the margin so that the caret stands under its character in any terminal.
            margin = "".join("\t" if letter == "\t" else " " * _columns(letter) for letter in before)
            carets = "^" * max(1, sum(map(_columns, marked)))
            said += f"\n  {number} | {shown}\n  {' ' * len(number)} | {margin}{carets}"
        return f"{said}\n  {self.hint}" if self.hint else said

    def _excerpt(self) -> tuple[str, str, str]:
        """Return what is shown of the line, what of that stands before the fault, and what is underlined."""
        at = self.place.column - 1
        if len(self.line) <= LONGEST_LINE:
            return self.line, self.line[:at], self.line[at : at + self.length]
        start = max(0, min(at - LONGEST_LINE // 3, len(self.line) - LONGEST_LINE))
        end = start + LONGEST_LINE
        opening, closing = "…" * (start > 0), "…" * (end < len(self.line))
        before = opening + self.line[start:at]
        return f"{opening}{self.line[start:end]}{closing}", before, self.line[at : min(at + self.length, end)]


def _columns(letter: str) -> int:
    """Return how many columns of a terminal a letter takes (UAX 11; marks and joiners take none)."""
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1


class RuleFaults(Exception):
    """A rule file is wrong; it carries every fault that was found, in the order of their places.

    Of many faults in the same words the first ones stand for all, and the last of these says how many follow.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        found = sorted(faults, key=lambda fault: (fault.place.file, fault.place.line, fault.place.column))
        kept = list(_first_of_each(found))
        if len(kept) > MOST_FAULTS:
            left = len(kept) - MOST_FAULTS
            kept = [*kept[: MOST_FAULTS - 1], _and_more(kept[MOST_FAULTS - 1], f"and {left:,} other faults below")]
        self.faults = tuple(kept)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def _first_of_each(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Yield the faults, of those in the same words only the first ones."""
    faults = list(faults)
    alike, met = Counter(fault.message for fault in faults), Counter[str]()
    for fault in faults:
        met[fault.message] += 1
        left = alike[fault.message] - MOST_ALIKE
        if met[fault.message] < MOST_ALIKE or (left <= 0 and met[fault.message] == MOST_ALIKE):
            yield fault
        elif met[fault.message] == MOST_ALIKE:
            yield _and_more(fault, f"and so in {left:,} further places")


def _and_more(fault: Fault, left: str) -> Fault:
    return replace(fault, message=f"{fault.message} ({left})")


@dataclass(frozen=True, slots=True)
class SentenceFault:
    """One mistake inside a sentence of the `when` language; `start` and `end` are offsets into its text."""

    start: int
    end: int
    message: str
    hint: str = ""


class SentenceFaults(Exception):
    """A sentence is wrong; it carries every fault that was found in it."""

    def __init__(self, faults: Iterable[SentenceFault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.start))
        super().__init__("; ".join(fault.message for fault in self.faults))


def nearest(word: str, words: Iterable[str]) -> str:
    """Return the one of `words` that was probably meant, or an empty text."""
    return _nearest(word, tuple(words))


@lru_cache(maxsize=1024)
def _nearest(word: str, words: tuple[str, ...]) -> str:
    """Return the nearest word; kept, since a file made by a program makes one mistake in every rule."""
    by_folded = {known.casefold(): known for known in words}
    close = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else ""

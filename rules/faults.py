"""What is wrong with a rule file, said so that a person can mend it: where, what was expected, what to write."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from rules.rule import Place


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
            # Tabs are kept in the margin so that the caret stands under its character in any terminal.
            margin = "".join("\t" if letter == "\t" else " " for letter in self.line[: self.place.column - 1])
            said += f"\n  {number} | {self.line}\n  {' ' * len(number)} | {margin}{'^' * max(1, self.length)}"
        return f"{said}\n  {self.hint}" if self.hint else said


class RuleFaults(Exception):
    """A rule file is wrong; it carries every fault that was found, in the order of their places."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.place.file, fault.place.line, fault.place.column)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


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
    by_folded = {known.casefold(): known for known in words}
    close = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else ""

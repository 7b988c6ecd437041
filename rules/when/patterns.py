"""Regular expressions of sentences: compiled, where that and the first search are sure to end soon.

A search is stopped by its time limit; making a pattern is not. What a repetition requires is written out while it is
compiled (`a{99999999}` takes all memory there is), and a long run of letters costs the square of its length before the
first text is looked at: 0.1 s for 500 of them, 9 s for 2000, measured with regex 2026.11 on one core.
"""

from __future__ import annotations

import re

import regex

MOST_CHARACTERS = 500
# Characters that a pattern requires once its repetitions are written out.
MOST_WRITTEN_OUT = 10_000

_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(?P<least>[0-9]+)(?:,[0-9]*)?\}|.", re.DOTALL)


class PatternFault(Exception):
    """A regular expression cannot be used: what is wrong with it, and what to write instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def compiled(pattern: str) -> regex.Pattern[str]:
    """Return a pattern that is ready to search.

    Raises:
        PatternFault: It cannot be read, or is too large.
    """
    if len(pattern) > MOST_CHARACTERS:
        said = f"the regular expression is longer than {MOST_CHARACTERS} characters"
        raise PatternFault(said, "for a list of phrases write a topic, and mentions topics.x")
    if _written_out(pattern) > MOST_WRITTEN_OUT:
        said = f"the regular expression repeats more than {MOST_WRITTEN_OUT} characters"
        raise PatternFault(said, "write + or *, or smaller numbers in the braces")
    try:
        return regex.compile(pattern)
    except (regex.error, RecursionError, OverflowError, ValueError) as error:
        said = f"the regular expression cannot be read: {error}"
        raise PatternFault(said, "try it on a text that it must match") from error


def _written_out(pattern: str) -> int:
    """Return how many characters or sets a pattern requires, with those in a group as often as it must come."""
    open_groups, last = [0], 0
    for piece in _PIECE.finditer(pattern):
        if piece["least"] is not None:
            more = last * (max(int(piece["least"]), 1) - 1)
            last += more
        elif piece[0] == "(":
            open_groups.append(0)
            continue
        elif piece[0] == ")" and len(open_groups) > 1:
            last = more = open_groups.pop()
        else:
            last = more = 1
        open_groups[-1] += more
    return sum(open_groups)

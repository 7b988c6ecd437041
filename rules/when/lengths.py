"""Lengths of time in their one spelling: in words for sentences (`90 minutes`), short for keys (`1h 30m`).

What a clock counts is written by its value: `60 min` is `1h`. Weeks, months and years stay what the owner said, as
nobody thinks of half a year as 180 days.
"""

from __future__ import annotations

import re
from datetime import timedelta

from rules.durations import UNITS, read_duration, unit_length, write_duration
from rules.when.canonical import duration

_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)")
_WEEK = UNITS["week"]
_SAID = (_WEEK, UNITS["month"], UNITS["year"])


def in_words(written: str, length: timedelta) -> str:
    """Return a length as a sentence states it; `written` is how the owner did."""
    said = _as_said(written)
    if said is not None:
        return " ".join(f"{count} {time_word(unit, count)}" for count, unit in said)
    spelled = duration(length)
    return spelled if read_duration(spelled) == length else written


def in_short(written: str) -> str:
    """Return a length as a key of the rule file states it; what is no length stays as it is."""
    length = read_duration(written)
    if length is None:
        return written
    said = _as_said(written)
    if said is not None:
        return " ".join(
            f"{count}w" if unit == _SAID[0] else f"{count} {time_word(unit, count)}" for count, unit in said
        )
    # A week that was said as seven days stays seven days.
    spelled = f"{length.days}d" if not length % UNITS["day"] else write_duration(length)
    return spelled if read_duration(spelled) == length else written


def time_word(unit: timedelta, count: str) -> str:
    """Return the whole word for a unit of time, `1 day` and `2 days`."""
    word = max((word for word, length in UNITS.items() if length == unit), key=len)
    return word if count == "1" else f"{word}s"


def _as_said(written: str) -> list[tuple[str, timedelta]] | None:
    """Return the counts of weeks, months and years that a length was stated in, or None where it was otherwise."""
    parts = [(count, unit_length(word)) for count, word in _PART.findall(written.casefold())]
    said = [(str(int(count)), unit) for count, unit in parts if unit in _SAID and count.isdecimal()]
    return said if said and len(said) == len(parts) else None

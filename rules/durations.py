"""Lengths of time as an owner writes them: `90s`, `30m`, `12h`, `7d`, `2w`, `30 days`, `6 months`, `1h 30m`."""

from __future__ import annotations

import re
from datetime import timedelta

# A month and a year are taken as 30 and 365 days: the lengths of windows and intervals, never of calendar steps.
UNITS: dict[str, timedelta] = {
    "s": timedelta(seconds=1),
    "sec": timedelta(seconds=1),
    "second": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "minute": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "hour": timedelta(hours=1),
    "d": timedelta(days=1),
    "day": timedelta(days=1),
    "w": timedelta(weeks=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}

LONGEST = timedelta(days=365 * 100)

_PART = r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)"
_PARTS = re.compile(_PART)
_WHOLE = re.compile(rf"{_PART}(?:\s*{_PART})*")


def unit_length(word: str) -> timedelta | None:
    """Return how long one of a unit is, or None where the word is no unit of time: "h", "hours", "Month"."""
    folded = word.casefold()
    if folded in UNITS:
        return UNITS[folded]
    # Only words have a plural: "mins" and "days", but neither "hs" nor "ds".
    singular = folded.removesuffix("s")
    return UNITS.get(singular) if len(singular) > 2 else None


def read_duration(text: str) -> timedelta | None:
    """Return the length of time that a text states, or None where it states none.

    Several parts add up (`1h 30m`); zero, and what is longer than a hundred years, is none.
    """
    folded = text.strip().casefold()
    if len(folded) > 40 or not folded.isascii() or not _WHOLE.fullmatch(folded):
        return None
    total = timedelta()
    for number, word in _PARTS.findall(folded):
        length = unit_length(word)
        if length is None or float(number) * length.total_seconds() > LONGEST.total_seconds():
            return None
        total += float(number) * length
    return total if timedelta() < total <= LONGEST else None


def write_duration(length: timedelta) -> str:
    """Return a length of time the short way, exact to the second: `1h 30m`, `7d`, `2w`."""
    seconds = int(length.total_seconds())
    parts = []
    for letter, size in (("w", 604800), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        if letter == "w" and seconds % size:
            continue
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{letter}")
    return " ".join(parts) or "0s"

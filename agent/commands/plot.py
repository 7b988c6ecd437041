"""A small plot of a number through time, in Braille patterns: each character holds two columns of four dots.

Each column of dots is an equal part of the time; its value is the last one that was known by its end. Where several
values fall into one column, all between the lowest and highest of them is drawn, so that a short fall is not lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from rules.plausible import magnitude
from rules.words import written_time
from watchers.api import Money, Number
from watchers.facts import plain

if TYPE_CHECKING:
    from agent.views.history import Seen

NARROWEST = 10
TOLD, TOLD_LABEL = "●", "told"
# The dots of a character, by row and column: The Unicode Standard, Braille Patterns (U+2800).
BRAILLE = 0x2800
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
DOWN, ACROSS = len(DOTS), len(DOTS[0])

Span = tuple[Decimal, Decimal]


def plot(
    readings: Sequence[Seen], name: str, told_at: Sequence[datetime], *, columns: int, rows: int, zone: str
) -> Iterator[str]:
    """Yield the lines of a plot, with the highest and lowest value at its left and what was told below.

    Args:
        readings: Oldest first; where the fact is unknown the plot has a gap.
        name: The fact to draw.
        told_at: When the owner was told.
        columns: How wide it may be, labels included.
        rows: How high.
        zone: Whose days the axis shows.
    """
    values = [_value(reading, name) for reading in readings]
    known = [value for value in values if value is not None]
    if not known:
        return
    lowest, highest = min(known), max(known)
    places = 2 if any(isinstance(reading.facts.get(name), Money) for reading in readings) else 0
    labels = {0: plain(highest, places=places), rows - 1: plain(lowest, places=places)}
    margin = max(len(label) for label in (*labels.values(), TOLD_LABEL))
    across = max(NARROWEST, columns - margin - 2)
    rows = rows if lowest != highest else 1
    bars = [_bar(span, rows * DOWN, lowest, highest) for span in _spans(readings, values, across * ACROSS)]
    for row in range(rows):
        line = "".join(_letter(bars[at : at + ACROSS], row) for at in range(0, len(bars), ACROSS))
        yield f"{labels.get(row, ''):>{margin}} ┤{line}".rstrip()
    marked = {_place(readings, at, across) for at in told_at}
    told = "".join(TOLD if column in marked else " " for column in range(across))
    yield f"{TOLD_LABEL:>{margin}} └{told}".rstrip() if told.strip() else f"{'':>{margin}} └"
    first, last = (written_time(at, zone) for at in (readings[0].at, readings[-1].until))
    yield f"{'':>{margin}}  {first}{last.rjust(max(len(last) + 2, across - len(first)))}"


def _value(reading: Seen, name: str) -> Decimal | None:
    fact = reading.facts.get(name)
    return magnitude(fact) if isinstance(fact, Money | Number) else None


def _spans(readings: Sequence[Seen], values: Sequence[Decimal | None], across: int) -> list[Span | None]:
    """Return the lowest and highest value of each column, None where nothing was known."""
    spans: list[Span | None] = [None] * across
    for number, (reading, value) in enumerate(zip(readings, values, strict=True)):
        if value is None:
            continue
        # A value stands until the next reading began, since in between nothing else was seen.
        end = readings[number + 1].at if number + 1 < len(readings) else reading.until
        for column in range(_place(readings, reading.at, across), _place(readings, end, across) + 1):
            low, high = spans[column] or (value, value)
            spans[column] = (min(low, value), max(high, value))
    return spans


def _place(readings: Sequence[Seen], at: datetime, across: int) -> int:
    begin, whole = readings[0].at, readings[-1].until - readings[0].at
    return max(0, min(across - 1, int((at - begin) / whole * across))) if whole else 0


def _bar(span: Span | None, height: int, lowest: Decimal, highest: Decimal) -> range:
    """Return which dots of a column are drawn, counted from the top."""
    if span is None:
        return range(0)
    if lowest == highest:
        return range(1, 2)
    scale = (height - 1) / (highest - lowest)
    top, bottom = (round((highest - value) * scale) for value in (span[1], span[0]))
    return range(top, bottom + 1)


def _letter(bars: Sequence[range], row: int) -> str:
    dots = (DOTS[down][at] for down in range(DOWN) for at, bar in enumerate(bars) if row * DOWN + down in bar)
    drawn = sum(dots)
    return chr(BRAILLE + drawn) if drawn else " "

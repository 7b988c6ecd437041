"""A small plot of a number through time, in Braille patterns: each character holds two columns of four dots.

Each column of dots is an equal part of the time; its value is the last one that was known by its end. Where several
values fall into one column, all between the lowest and highest of them is drawn, so that a short fall is not lost.
Below the axis stand what was told, and where nothing was known. A terminal that has no Braille gets two dots a
character, in ASCII.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rules.plausible import magnitude, same_unit
from rules.when.canonical import said
from rules.words import written_time
from watchers.api import Fact, Money, Number

if TYPE_CHECKING:
    from agent.views.history import Seen

NARROWEST = 10
TOLD_LABEL = "told"
# The dots of a character, by row and column: The Unicode Standard, Braille Patterns (U+2800).
BRAILLE = 0x2800
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
DOWN, ACROSS = len(DOTS), len(DOTS[0])

Span = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Letters:
    """What a plot is drawn with."""

    axis: str
    corner: str
    told: str
    unknown: str
    is_braille: bool


BRAILLE_LETTERS = Letters("┤", "└", "●", "·", is_braille=True)
ASCII_LETTERS = Letters("|", "+", "^", "?", is_braille=False)


def letters_of(encoding: str | None) -> Letters:
    """Return what a terminal of that encoding can show."""
    try:
        "┤└●·⣿".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII_LETTERS
    return BRAILLE_LETTERS


@dataclass(frozen=True, slots=True)
class Series:
    """What to draw.

    Attributes:
        readings: Where the fact is unknown, or in another currency than last, the plot has a gap.
        name: The fact to draw.
        unit: What its numbers count.
        told_at: When the owner was told.
        reach: How long a value stands after it was last seen; None: until the next one was.
    """

    readings: Sequence[Seen]
    name: str
    unit: str = ""
    told_at: Sequence[datetime] = ()
    reach: timedelta | None = None

    def known(self) -> list[tuple[Seen, Fact]]:
        """Return the readings in order of time that know the fact, and can be drawn on one axis."""
        in_order = sorted(self.readings, key=lambda reading: reading.at)
        numbers = [(one, one.facts[self.name]) for one in in_order if isinstance(one.facts.get(self.name), _NUMBERS)]
        return [(one, fact) for one, fact in numbers if same_unit(fact, numbers[-1][1])]


_NUMBERS = (Money, Number)
_NO_ZONE = ZoneInfo("UTC")


def plot(series: Series, *, columns: int, rows: int, zone: str, letters: Letters = BRAILLE_LETTERS) -> Iterator[str]:
    """Yield the lines of a plot, with the highest and lowest value at its left and what was told below.

    Args:
        series: What to draw.
        columns: How wide it may be, labels included.
        rows: How high.
        zone: Whose days the axis shows.
        letters: What to draw it with.
    """
    known = series.known()
    if not known:
        return
    values = sorted((magnitude(fact), fact) for _, fact in known)
    (lowest, low), (highest, high) = values[0], values[-1]
    rows = rows if lowest != highest else 1
    labels = {rows - 1: said(low, series.unit, _NO_ZONE), 0: said(high, series.unit, _NO_ZONE)}
    margin = max(len(label) for label in (*labels.values(), TOLD_LABEL))
    across = max(NARROWEST, columns - margin - 2)
    time = Time(min(one.at for one in series.readings), max(one.until for one in series.readings))
    spans = _spans(series, known, time, across * ACROSS)
    bars = [_bar(span, rows * DOWN, lowest, highest) for span in spans]
    for row in range(rows):
        line = "".join(_letter(bars[at : at + ACROSS], row, letters) for at in range(0, len(bars), ACROSS))
        yield f"{labels.get(row, ''):>{margin}} {letters.axis}{line}".rstrip()
    marks = _marks(series, spans, time, across, letters)
    label = TOLD_LABEL if letters.told in marks else ""
    yield f"{label:>{margin}} {letters.corner}{marks}".rstrip()
    first, last = _ends(time, zone, across)
    yield f"{'':>{margin}}  {first}{last.rjust(max(len(last) + 2, across - len(first)))}"
    if letters.unknown in marks:
        yield f"{'':>{margin}}  {letters.unknown} not known"


def _ends(time: Time, zone: str, across: int) -> tuple[str, str]:
    """Return when the axis begins and ends, as fully as there is room for beside each other."""
    begin, end = (at.astimezone(ZoneInfo(zone)) for at in (time.begin, time.end))
    said = [(written_time(time.begin, zone), written_time(time.end, zone))]
    said += [(f"{begin:{form}}", f"{end:{form}}") for form in ("%Y-%m-%d %H:%M", "%m-%d %H:%M")]
    return next((ends for ends in said if len("  ".join(ends)) <= across), said[-1])


@dataclass(frozen=True, slots=True)
class Time:
    """The time that a plot shows."""

    begin: datetime
    end: datetime

    def place(self, at: datetime, across: int) -> int:
        """Return the column of an instant."""
        whole = self.end - self.begin
        return max(0, min(across - 1, int((at - self.begin) / whole * across))) if whole else 0


def _spans(series: Series, known: Sequence[tuple[Seen, Fact]], time: Time, across: int) -> list[Span | None]:
    """Return the lowest and highest value of each column, None where nothing was known."""
    begun = sorted(reading.at for reading in series.readings)
    ends = dict(pairwise(begun))
    spans: list[Span | None] = [None] * across
    for reading, fact in known:
        value = magnitude(fact)
        # In between nothing else was seen; but what was not looked at for long is not known.
        end = ends.get(reading.at, reading.until)
        if series.reach is not None:
            end = min(end, reading.until + series.reach)
        for column in range(time.place(reading.at, across), time.place(end, across) + 1):
            low, high = spans[column] or (value, value)
            spans[column] = (min(low, value), max(high, value))
    return spans


def _marks(series: Series, spans: Sequence[Span | None], time: Time, across: int, letters: Letters) -> str:
    """Return what stands below the axis: what was told, and where nothing was known."""
    told = {time.place(at, across) for at in series.told_at}
    blind = {at // ACROSS for at in range(0, len(spans), ACROSS) if not any(spans[at : at + ACROSS])}
    letter = {**dict.fromkeys(blind, letters.unknown), **dict.fromkeys(told, letters.told)}
    return "".join(letter.get(column, " ") for column in range(across)).rstrip()


def _bar(span: Span | None, height: int, lowest: Decimal, highest: Decimal) -> range:
    """Return which dots of a column are drawn, counted from the top."""
    if span is None:
        return range(0)
    if lowest == highest:
        return range(1, 2)
    scale = (height - 1) / (highest - lowest)
    top, bottom = (round((highest - value) * scale) for value in (span[1], span[0]))
    return range(top, bottom + 1)


def _letter(bars: Sequence[range], row: int, letters: Letters) -> str:
    places = [(down, at) for down in range(DOWN) for at, bar in enumerate(bars) if row * DOWN + down in bar]
    if not letters.is_braille:
        halves = {down // (DOWN // 2) for down, _ in places}
        return {frozenset(): " ", frozenset({0}): "'", frozenset({1}): "."}.get(frozenset(halves), ":")
    drawn = sum(DOTS[down][at] for down, at in places)
    return chr(BRAILLE + drawn) if drawn else " "

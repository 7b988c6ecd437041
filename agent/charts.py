"""A picture of how a value moved, to go along with a message: drawn by Pillow, where it is installed (extra `charts`).

readings ▸ numbers of one unit ▸ steps, for a value stands until the next one is read ▸ PNG

The same readings give the same bytes, with one version of Pillow: nothing of the machine goes in, not its fonts either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from typing import Any, Final
from zoneinfo import ZoneInfo

from rules.enclosure import Attachment
from watchers.api import Fact, Money, Number

WIDTH: Final = 800
HEIGHT: Final = 400
LEAST_READINGS: Final = 3
"""A line through fewer says no more than the message does."""

_LEFT, _RIGHT, _TOP, _BOTTOM, _MARGIN = 100, 110, 62, 46, 16
_TITLE_SIZE, _TEXT_SIZE = 22, 18
_LABEL_HEIGHT = 22
# On a white ground, which a dark mail reader leaves as it is.
_GROUND, _INK, _FAINT, _LINE, _MARK = "#ffffff", "#202020", "#d8d8d8", "#1a73e8", "#c62828"
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def price_chart(
    points: Sequence[tuple[datetime, Decimal]],
    *,
    title: str,
    unit: str,
    zone: str,
    mark: Decimal | None = None,
) -> Attachment | None:
    """Return a chart of a value over time, or None where there is nothing to draw, or nothing to draw it with.

    There is nothing to draw in fewer than three readings, or where the value never moved.

    Args:
        points: Instants (UTC) with the values that stood from then on; the last one is the present.
        title: What it is about. Pillow's own font has the letters of ASCII: a title with others is left out, for the
            message names the thing already.
        unit: A currency or a unit, as behind each value: "USD", "km".
        zone: The owner's, in which the days of the axis begin.
        mark: The value that the rule speaks of.
    """
    in_order = sorted(dict(points).items())
    is_flat = len({value for _, value in in_order}) < 2
    if len(in_order) < LEAST_READINGS or is_flat or find_spec("PIL") is None:
        return None
    picture = _Picture(_Scale.of(in_order, mark), ZoneInfo(zone))
    picture.draw_time()
    picture.draw_mark(mark)
    picture.draw_values(in_order)
    picture.draw_labels([value for _, value in in_order], mark)
    picture.draw_title(title, unit)
    return Attachment("chart.png", "image/png", picture.png())


def number_of(fact: Fact | None, like: Fact) -> Decimal | None:
    """Return a fact as a number beside another; None where it is none, or of another currency."""
    if isinstance(fact, Money) and isinstance(like, Money) and fact.currency == like.currency:
        return fact.amount
    return fact.value if isinstance(fact, Number) and isinstance(like, Number) else None


@dataclass(frozen=True, slots=True)
class _Scale:
    """From instants and values to places in the picture."""

    since: datetime
    until: datetime
    least: Decimal
    most: Decimal

    @classmethod
    def of(cls, points: Sequence[tuple[datetime, Decimal]], mark: Decimal | None) -> _Scale:
        values = [value for _, value in points] + ([mark] if mark is not None else [])
        least, most = min(values), max(values)
        margin = (most - least) / 10 or abs(most) / 10 or Decimal(1)
        return cls(points[0][0], points[-1][0], least - margin, most + margin)

    def x(self, at: datetime) -> int:
        return _LEFT + round((at - self.since) / (self.until - self.since) * (WIDTH - _LEFT - _RIGHT))

    def y(self, value: Decimal) -> int:
        return HEIGHT - _BOTTOM - round((value - self.least) / (self.most - self.least) * (HEIGHT - _TOP - _BOTTOM))


class _Picture:
    """A chart while it is drawn."""

    def __init__(self, scale: _Scale, zone: ZoneInfo) -> None:
        # Imported here: it is an extra, and costs memory that an agent without charts has no use for.
        image, draw, fonts = (import_module(f"PIL.{name}") for name in ("Image", "ImageDraw", "ImageFont"))
        self._scale, self._zone = scale, zone
        self._image = image.new("RGB", (WIDTH, HEIGHT), _GROUND)
        self._draw = draw.Draw(self._image)
        self._font = fonts.load_default(_TEXT_SIZE)
        self._title_font = fonts.load_default(_TITLE_SIZE)

    def draw_time(self) -> None:
        """Draw the axis of time, with a line where each day (week, month …) begins in the owner's zone."""
        bottom = HEIGHT - _BOTTOM
        free_from = 0
        for at, said in _ticks(self._scale.since.astimezone(self._zone), self._scale.until.astimezone(self._zone)):
            x = self._scale.x(at)
            self._draw.line((x, _TOP, x, bottom), fill=_FAINT)
            half = self._width(said) // 2
            if x - half >= free_from and x + half <= WIDTH:
                self._draw.text((x, bottom + 8), said, fill=_INK, font=self._font, anchor="ma")
                free_from = x + half + _MARGIN
        self._draw.line((_LEFT, bottom, WIDTH - _RIGHT, bottom), fill=_INK)

    def draw_mark(self, mark: Decimal | None) -> None:
        """Draw the value that the rule speaks of, as a broken line."""
        if mark is None:
            return
        y = self._scale.y(mark)
        for x in range(_LEFT, WIDTH - _RIGHT, 12):
            self._draw.line((x, y, min(x + 6, WIDTH - _RIGHT), y), fill=_MARK, width=2)

    def draw_values(self, points: Sequence[tuple[datetime, Decimal]]) -> None:
        """Draw the steps: a value stands until the next one is read."""
        corners: list[tuple[int, int]] = []
        for at, value in points:
            x, y = self._scale.x(at), self._scale.y(value)
            if corners:
                corners.append((x, corners[-1][1]))
            corners.append((x, y))
        self._draw.line(corners, fill=_LINE, width=3)
        x, y = corners[-1]
        self._draw.ellipse((x - 6, y - 6, x + 6, y + 6), fill=_LINE)

    def draw_labels(self, values: Sequence[Decimal], mark: Decimal | None) -> None:
        """Write the highest and the lowest value and the mark at the left, the present value at the right."""
        places = max(_places(value) for value in values)
        free: list[int] = []
        for value, colour in ((max(values), _INK), (min(values), _INK), (mark, _MARK)):
            y = self._scale.y(value) if value is not None else 0
            # Of two that would lie on each other, the first stays.
            if value is not None and all(abs(y - other) >= _LABEL_HEIGHT for other in free):
                free.append(y)
                self._draw.text((_LEFT - 10, y), self._number(value, places), colour, self._font, anchor="rm")
        said, y = self._number(values[-1], places), self._scale.y(values[-1])
        self._draw.text((WIDTH - _RIGHT + 12, y), said, _LINE, self._font, anchor="lm")

    def draw_title(self, title: str, unit: str) -> None:
        """Write what the picture is about and the unit, as far as the font has their letters."""
        said = ", ".join(part for part in (title, unit) if part.isascii() and part.isprintable() and part)
        while self._title_font.getlength(said) > WIDTH - 2 * _MARGIN:
            said = f"{said[:-4]}..."
        self._draw.text((_MARGIN, 14), said, _INK, self._title_font)

    def png(self) -> bytes:
        """Return the picture as a file."""
        target = BytesIO()
        self._image.save(target, "PNG", optimize=True)
        return target.getvalue()

    def _number(self, value: Decimal, places: int) -> str:
        # A wide number is rounded: the message has it in full.
        written = f"{value:.{places}f}"
        return written if self._width(written) <= _LEFT - _MARGIN else f"{value:.3g}"

    def _width(self, text: str) -> int:
        width: Any = self._font.getlength(text)
        return int(width)


def _places(value: Decimal) -> int:
    """Return how many decimal places a value is written with."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _ticks(since: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
    """Yield where parts of a time begin and what is said of each, by the clock of the zone that both instants have."""
    span = until - since
    if span > timedelta(days=2):
        yield from _days(since, until, span)
        return
    hours = 1 if span <= timedelta(hours=8) else 3 if span <= timedelta(hours=20) else 6
    at = since.replace(minute=0, second=0, microsecond=0)
    while (at := at + timedelta(hours=1)) <= until:
        if at.hour % hours == 0:
            yield at, f"{at:%H:%M}" if at.hour else f"{_WEEKDAYS[at.weekday()]} {at.day}"


def _days(since: datetime, until: datetime, span: timedelta) -> Iterator[tuple[datetime, str]]:
    """Yield each day of up to ten, the Mondays of two months, the months of three years, or the years."""
    day = since.replace(hour=0, minute=0, second=0, microsecond=0)
    while (day := day + timedelta(days=1)) <= until:
        date = f"{_MONTHS[day.month - 1]} {day.day}"
        if span <= timedelta(days=10):
            yield day, f"{_WEEKDAYS[day.weekday()]} {day.day}"
        elif span <= timedelta(days=60):
            if day.weekday() == 0:
                yield day, date
        elif day.day == 1 and (span <= timedelta(days=3 * 366) or day.month == 1):
            yield day, str(day.year) if day.month == 1 else date

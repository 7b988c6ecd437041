"""The plot of `history` shows every value where it belongs, however little room there is."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.commands.plot import ASCII_LETTERS, BRAILLE_LETTERS, Series, letters_of, plot
from agent.views.history import Seen
from watchers.api import Money, Number, Text

START = datetime(2026, 7, 6, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def readings(*values):
    """Return one reading an hour; None is one whose number is unknown."""
    return [
        Seen(
            START + HOUR * place,
            START + HOUR * place,
            {"price": Number(Decimal(value))} if value is not None else {"title": Text("no number")},
        )
        for place, value in enumerate(values)
    ]


def drawn(*values, columns=24, rows=5, told=(), reach=None, letters=BRAILLE_LETTERS, unit=""):
    told_at = [START + HOUR * place for place in told]
    series = Series(readings(*values), "price", unit, told_at, reach)
    return list(plot(series, columns=columns, rows=rows, zone="UTC", letters=letters))


def dots(lines):
    """Return the drawn dots as rows of # and ., from the Braille patterns right of the axis."""
    cells = [line.partition("┤")[2] for line in lines if "┤" in line]
    across = max(map(len, cells))
    bits = [[ord(cell) - 0x2800 if cell != " " else 0 for cell in row.ljust(across)] for row in cells]
    by_row = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
    return ["".join("#" if cell & bit else "." for cell in row for bit in pair) for row in bits for pair in by_row]


def test_a_fall_is_drawn_as_a_fall():
    first, second = drawn(2, 2, 1, 1, columns=16, rows=2)[:2]
    assert (first[:6], second[:6]) == ("   2 ┤", "   1 ┤")
    top, *between, bottom = dots([first, second])
    assert top == "#" * 14 + "." * 6
    assert between == ["." * 13 + "#" + "." * 6] * 6
    assert bottom == "." * 13 + "#" * 7


def test_what_was_told_is_marked_below_its_time():
    axis, _times = drawn(3, 1, 3, 1, columns=23, told=(1, 3))[-2:]
    assert axis.count("●") == 2
    assert axis.endswith("●")


def test_an_unknown_value_leaves_a_gap():
    row = dots(drawn(1, 1, None, None, 1, 1, columns=33))[1]
    assert "#." in row
    assert row.startswith("#")
    assert row.endswith("#")


def test_a_value_that_never_moved_is_one_line():
    assert len(drawn(7, 7, 7)) == 3


def test_nothing_known_draws_nothing():
    assert drawn(None, None) == []


def test_money_is_labelled_with_its_cents():
    at = [Seen(START + HOUR * n, START + HOUR * n, {"price": Money(Decimal(v), "USD")}) for n, v in enumerate((9, 10))]
    assert next(plot(Series(at, "price"), columns=40, rows=3, zone="UTC")).startswith("10.00 USD ┤")


def test_a_number_is_labelled_with_its_unit():
    assert drawn(1, 2, unit="km")[0].startswith("2 km ┤")


def test_what_is_in_another_currency_than_last_is_not_drawn_on_the_same_axis():
    moneys = [Money(Decimal(900), "EUR"), Money(Decimal(9), "USD"), Money(Decimal(10), "USD")]
    at = [Seen(START + HOUR * n, START + HOUR * n, {"price": money}) for n, money in enumerate(moneys)]
    lines = list(plot(Series(at, "price"), columns=40, rows=3, zone="UTC"))
    assert lines[0].startswith("10.00 USD ┤")
    assert lines[-1].endswith("· not known")


def test_what_was_not_looked_at_for_longer_than_a_value_stands_is_marked_as_not_known():
    at = [Seen(START + HOUR * n, START + HOUR * n, {"price": Number(Decimal(7))}) for n in (0, 1, 20, 21)]
    lines = list(plot(Series(at, "price", reach=2 * HOUR), columns=40, rows=3, zone="UTC"))
    assert "·" * 20 in lines[1]
    assert lines[-1].endswith("· not known")
    assert not any("·" in line for line in plot(Series(at, "price"), columns=40, rows=3, zone="UTC"))


def test_a_clock_that_was_set_back_leaves_a_plot_in_order_of_time():
    at = [Seen(START + HOUR * n, START + HOUR * n, {"price": Number(Decimal(v))}) for n, v in ((4, 1), (5, 1), (0, 9))]
    lines = list(plot(Series(at, "price"), columns=24, rows=2, zone="UTC"))
    assert lines[0].startswith("   9 ┤⠉")
    assert lines[-1].split() == ["07-06", "12:00", "07-06", "17:00"]


def test_a_terminal_without_braille_gets_a_plot_in_ascii():
    assert letters_of("utf-8") is BRAILLE_LETTERS
    assert letters_of("ascii") is letters_of("latin-1") is letters_of(None) is letters_of("nonsense") is ASCII_LETTERS
    top, bottom, axis, *_ = lines = drawn(2, 2, 1, 1, None, columns=40, rows=2, told=(2,), letters=ASCII_LETTERS)
    assert all(line.isascii() for line in lines)
    assert top.startswith("   2 |'''")
    assert bottom.endswith("...")
    assert "^" in axis


@pytest.mark.parametrize(
    ("columns", "ends"),
    [
        (80, ["Mon 2026-07-06 12:00 UTC", "Mon 2026-07-06 13:00 UTC"]),
        (50, ["2026-07-06 12:00", "2026-07-06 13:00"]),
        (32, ["07-06 12:00", "07-06 13:00"]),
    ],
)
def test_the_times_below_the_axis_fit_into_the_line(columns, ends):
    times = drawn(3, 1, columns=columns)[-1]
    assert len(times) <= columns
    assert re.split(" {2,}", times.strip()) == ends


def test_a_short_fall_among_many_readings_is_not_lost():
    values = [100] * 500 + [1] + [100] * 500
    assert all("#" in row for row in dots(drawn(*values, columns=40)))


values = st.lists(
    st.one_of(st.none(), st.decimals(-(10**9), 10**9, allow_nan=False, places=2)), min_size=1, max_size=60
)


@given(values, st.integers(1, 120), st.integers(2, 12))
def test_any_series_fits_into_the_room_that_it_has(series, columns, rows):
    lines = drawn(*series, columns=columns, rows=rows)
    plotted = [line for line in lines if not re.search(r"\d:\d\d|not known", line)]
    assert len(lines) <= rows + 3
    margin = max((line.index("┤") for line in plotted if "┤" in line), default=0)
    assert all(len(line) <= max(columns, margin + 1 + 10) for line in plotted)


@given(values.filter(lambda series: any(value is not None for value in series)))
def test_the_highest_and_lowest_value_are_both_drawn(series):
    lines = drawn(*series, columns=60, rows=6)
    known = [value for value in series if value is not None]
    rows = [line.partition("┤")[2] for line in lines if "┤" in line]
    assert rows[0].strip()
    assert rows[-1].strip()
    assert len(rows) == (1 if min(known) == max(known) else 6)

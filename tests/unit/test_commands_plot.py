"""The plot of `history` shows every value where it belongs, however little room there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agent.commands.plot import plot
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


def drawn(*values, columns=24, rows=5, told=()):
    told_at = [START + HOUR * place for place in told]
    return list(plot(readings(*values), "price", told_at, columns=columns, rows=rows, zone="UTC"))


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
    *_, axis, _times = drawn(3, 1, 3, 1, columns=23, told=(1, 3))
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
    assert next(plot(at, "price", [], columns=40, rows=3, zone="UTC")).startswith("10.00 ┤")


def test_a_short_fall_among_many_readings_is_not_lost():
    values = [100] * 500 + [1] + [100] * 500
    assert all("#" in row for row in dots(drawn(*values, columns=40)))


values = st.lists(
    st.one_of(st.none(), st.decimals(-(10**9), 10**9, allow_nan=False, places=2)), min_size=1, max_size=60
)


@given(values, st.integers(1, 120), st.integers(2, 12))
def test_any_series_fits_into_the_room_that_it_has(series, columns, rows):
    lines = drawn(*series, columns=columns, rows=rows)
    *plotted, _times = lines or [""]
    assert len(lines) <= rows + 2
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

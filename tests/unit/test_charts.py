"""The picture of a value over time: drawn where there is something to see, small, the same for the same."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.charts import HEIGHT, LEAST_READINGS, WIDTH, number_of, price_chart
from watchers.api import Money, Number, Text

Image = pytest.importorskip("PIL.Image", reason="the extra `charts` is not installed")

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MOST_BYTES = 20_000
BLUE, RED = (0x1A, 0x73, 0xE8), (0xC6, 0x28, 0x28)


def readings(*values, every=DAY):
    return [(START + every * place, Decimal(str(value))) for place, value in enumerate(values)]


def chart(points, title="Headphones", unit="USD", zone="America/New_York", mark=None):
    return price_chart(points, title=title, unit=unit, zone=zone, mark=mark)


def picture(points, **how):
    return Image.open(BytesIO(chart(points, **how).content)).convert("RGB")


def places(shown, colour, within=None):
    left, top, right, bottom = within or (0, 0, *shown.size)
    return [(x, y) for y in range(top, bottom) for x in range(left, right) if shown.getpixel((x, y)) == colour]


def test_a_chart_is_a_small_picture_for_a_phone():
    attachment = chart(readings(162, 155, 139))
    assert (attachment.name, attachment.media_type) == ("chart.png", "image/png")
    assert picture(readings(162, 155, 139)).size == (WIDTH, HEIGHT)
    assert len(attachment.content) <= MOST_BYTES


def test_equal_readings_give_equal_bytes_in_whatever_order_they_come():
    points = readings(162, 155, 139, 150)
    assert chart(points).content == chart(points[::-1]).content
    assert chart(points).content != chart(readings(162, 155, 139, 151)).content


@pytest.mark.parametrize("points", [[], readings(1), readings(1, 2), readings(5, 5, 5), [readings(1)[0]] * 5])
def test_there_is_no_chart_of_what_shows_nothing(points):
    assert chart(points) is None


def test_three_readings_are_enough():
    assert LEAST_READINGS == 3
    assert chart(readings(150, 140, 150)) is not None


def test_there_is_no_chart_without_pillow(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert chart(readings(162, 155, 139)) is None


def test_the_line_falls_in_steps_from_left_to_right():
    line = places(picture(readings(200, 150, 100)), BLUE, within=(100, 60, 680, 350))
    middle = {x: [y for at, y in line if at == x] for x in (150, 390, 450, 650)}
    assert max(middle[150]) < min(middle[450])
    # A value stands until the next one is read, and then falls straight down.
    assert len(middle[150]) <= 4
    falling = [y for x, y in line if x == 395]
    assert max(falling) - min(falling) > 80


def test_the_mark_is_a_broken_line_across_the_picture():
    shown = picture(readings(200, 150, 100), mark=Decimal(120))
    marks = places(shown, RED, within=(100, 60, 690, 350))
    rows = {y for _, y in marks}
    assert 1 <= max(rows) - min(rows) + 1 <= 3
    assert 0.3 < len({x for x, _ in marks}) / 590 < 0.8
    assert not places(picture(readings(200, 150, 100)), RED)


def test_a_mark_out_of_reach_is_shown_all_the_same():
    assert places(picture(readings(20, 15, 10), mark=Decimal(500)), RED)


def test_days_begin_where_the_owners_do():
    points = readings(3, 2, 1, every=timedelta(hours=20))
    assert chart(points, zone="America/New_York").content != chart(points, zone="Asia/Tokyo").content


@pytest.mark.parametrize("every", [timedelta(minutes=20), timedelta(hours=3), DAY, 10 * DAY, 90 * DAY, 900 * DAY])
def test_the_axis_has_few_words_for_an_hour_and_for_ten_years(every):
    shown = picture(readings(*range(10, 20), every=every), title="")
    below = {x for x, _ in places(shown, (0x20, 0x20, 0x20), within=(0, 362, WIDTH, HEIGHT))}
    assert below, "no word stands below the axis"
    assert len(below) < WIDTH * 0.7


@pytest.mark.parametrize("title", ["", "x" * 500, "Käsebrett aus Eiche", "価格", "a\nb"])
def test_no_title_breaks_a_chart(title):
    assert len(chart(readings(3, 2, 1), title=title, unit="€").content) <= MOST_BYTES


def test_a_title_that_the_font_cannot_write_is_left_out():
    assert chart(readings(3, 2, 1), title="価格").content == chart(readings(3, 2, 1), title="").content


def test_a_long_wild_history_stays_small():
    wild = [Decimal(place * 7919 % 99991) / 100 for place in range(5000)]
    assert len(chart(readings(*wild, every=timedelta(minutes=7))).content) <= MOST_BYTES


INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
VALUES = st.decimals(-(10**30), 10**30, allow_nan=False, allow_infinity=False)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(INSTANTS, VALUES), max_size=20),
    st.none() | VALUES,
    st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"]),
)
def test_whatever_was_read_can_be_drawn(points, mark, zone):
    drawn = chart(points, mark=mark, zone=zone)
    assert drawn is None or len(drawn.content) <= MOST_BYTES


def test_only_what_has_an_order_and_the_same_unit_is_a_number():
    dollars, number = Money(Decimal(9), "USD"), Number(Decimal(9))
    assert number_of(Money(Decimal(1), "USD"), dollars) == 1
    assert number_of(Money(Decimal(1), "EUR"), dollars) is None
    assert number_of(number, dollars) is None
    assert number_of(Number(Decimal(3)), number) == 3
    assert number_of(Text("4"), Text("9")) is None
    assert number_of(None, number) is None

"""How far two places are apart, and when something is stated to be."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.api import Day
from watchers.reading.geography import Coordinates, kilometres, read_coordinates, read_pair
from watchers.reading.whenstated import When, read_day, read_when

BOSTON, LONDON, SYDNEY = Coordinates(42.3601, -71.0589), Coordinates(51.5074, -0.1278), Coordinates(-33.8688, 151.2093)
NEW_YORK = ZoneInfo("America/New_York")
PLACES = st.builds(Coordinates, st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("one", "other", "known"), [(BOSTON, LONDON, 5265), (LONDON, SYDNEY, 16994), (BOSTON, BOSTON, 0)]
)
def test_a_distance_is_right_within_half_a_per_cent(one, other, known):
    assert abs(kilometres(one, other) - known) <= Decimal(known) / 200


@given(PLACES, PLACES)
def test_a_distance_is_the_same_both_ways_and_never_more_than_half_around_the_globe(one, other):
    assert 0 <= kilometres(one, other) == kilometres(other, one) <= Decimal(20016)


@pytest.mark.parametrize("written", ["42.36,-71.06", " 42.36 , -71.06 ", "42.36;-71.06", "42.36 -71.06"])
def test_a_place_is_two_numbers(written):
    assert read_pair(written) == Coordinates(42.36, -71.06)


@pytest.mark.parametrize(
    "written", ["", "Boston", "42.36", "91,0", "0,181", "0,0", "nan,1", "1e3,2", "42,36,-71,06", "inf 3", "42.36,"]
)
def test_what_is_no_place_is_none(written):
    assert read_pair(written) is None


def test_zero_and_zero_is_what_programs_write_where_they_know_of_no_place():
    assert read_coordinates("0.0", "0") is None
    assert read_coordinates("0", "10.5") == Coordinates(0, 10.5)


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("2026-06-12", Day(2026, 6, 12), None),
        ("2026-06", Day(2026, 6), None),
        ("2026", Day(2026), None),
        ("20260612", Day(2026, 6, 12), None),
        ("2026-06-12T20:00:00-04:00", Day(2026, 6, 12), "2026-06-13T00:00"),
        ("2026-06-12T20:00:00-0400", Day(2026, 6, 12), "2026-06-13T00:00"),
        ("2026-06-12T20:00+02", Day(2026, 6, 12), "2026-06-12T18:00"),
        ("2026-06-12 20:00:00.000", Day(2026, 6, 12), "2026-06-13T00:00"),
        ("2026-06-12T20:00", Day(2026, 6, 12), "2026-06-13T00:00"),
        ("2026-06-13T00:00:00Z", Day(2026, 6, 12), "2026-06-13T00:00"),
        ("20260612T200000Z", Day(2026, 6, 12), "2026-06-12T20:00"),
        ("2026-06-12T25:00", Day(2026, 6, 12), None),
    ],
)
def test_a_stated_time_is_read_as_it_is_meant(text, day, at):
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC) if at else None
    assert read_when(text, NEW_YORK) == When(day, instant)


@pytest.mark.parametrize(
    "text", ["", "soon", "12/06/2026", "2026-13-01", "2026-02-30", "0000-01-01", "2026-06T20:00", "20:00", "2" * 4000]
)
def test_what_is_no_date_is_none(text):
    assert read_when(text, NEW_YORK) is None


def test_a_date_without_a_time_begins_at_its_midnight_and_a_month_does_not_begin_at_all():
    assert When(Day(2026, 6, 12)).begins(NEW_YORK) == datetime(2026, 6, 12, 4, tzinfo=UTC)
    assert When(Day(2026, 6)).begins(NEW_YORK) is None
    assert When(Day(1, 1, 1)).begins(ZoneInfo("Asia/Tokyo")) is None


@given(st.text(max_size=50))
def test_any_text_is_a_date_or_none(text):
    for zone in (UTC, NEW_YORK):
        when = read_when(text, zone)
        assert when is None or when.day.first
    assert read_day(text) is None or read_day(text).last


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.timezones()))
def test_what_is_written_with_its_offset_is_that_instant(at):
    offset = at.utcoffset()
    if offset is not None and offset.total_seconds() % 60 == 0 and offset.total_seconds():
        when = read_when(at.isoformat(timespec="seconds"), NEW_YORK)
        assert when == When(Day(at.year, at.month, at.day), at.replace(microsecond=0).astimezone(UTC))

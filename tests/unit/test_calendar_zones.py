"""Time zones of calendars: the names that programs give them, and clocks that a calendar defines itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.reading.icalendar import read_calendar
from watchers.reading.icalendarzones import Zones, named_zone
from watchers.reading.windowszones import WINDOWS_ZONES

NEW_YORK = ZoneInfo("America/New_York")
RULES = """BEGIN:VTIMEZONE
TZID:My office
BEGIN:DAYLIGHT
DTSTART:19870405T020000
RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19871025T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T060000Z
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
END:VTIMEZONE"""
FIXED = """BEGIN:VTIMEZONE
TZID:My office
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0530
TZOFFSETTO:+0530
END:STANDARD
END:VTIMEZONE"""


def zones(definition: str = "") -> Zones:
    return Zones(read_calendar(f"BEGIN:VCALENDAR\n{definition}\nEND:VCALENDAR".encode()).zones, UTC)


def offset(definition: str, name: str, at: datetime = datetime(2026, 7, 1)) -> timedelta:
    return at.replace(tzinfo=zones(definition).zone(name)).utcoffset()


DEFINED = zones(RULES).zone("My office")


@settings(deadline=None)
@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))
def test_a_clock_that_a_calendar_defines_runs_as_the_one_that_it_describes(local):
    """Also in the hours that are skipped and in those that come twice."""
    assert local.replace(tzinfo=DEFINED).astimezone(UTC) == local.replace(tzinfo=NEW_YORK).astimezone(UTC)


@settings(deadline=None)
@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_an_instant_and_back_is_the_same_instant_but_where_an_hour_comes_twice(at):
    there = at.astimezone(DEFINED)
    assert there.replace(tzinfo=None) - at.astimezone(NEW_YORK).replace(tzinfo=None) in (
        timedelta(),
        timedelta(hours=1),
        -timedelta(hours=1),
    )
    assert abs(there.replace(tzinfo=DEFINED).astimezone(UTC) - at) <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("/Europe/Berlin", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin"),
        ("/mozilla.org/20050126_1/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Eastern Standard Time", "America/New_York"),
        ("europe/berlin", "Europe/Berlin"),
        ("tzone://Microsoft/Utc", "UTC"),
    ],
)
def test_a_zone_is_known_by_its_names(name, zone):
    assert named_zone(name) == ZoneInfo(zone)


@pytest.mark.parametrize(
    "name", ["", "Nowhere", "../etc/passwd", "posixrules/..", "Europe", "/", "Europe/\x00", "a" * 999]
)
def test_a_name_that_means_nothing_is_no_zone(name):
    assert named_zone(name) is None


def test_every_name_of_windows_leads_to_a_zone():
    assert all(ZoneInfo(zone) for zone in WINDOWS_ZONES.values())


def test_what_a_calendar_defines_counts_where_its_name_means_nothing_elsewhere():
    assert offset(FIXED, "My office") == timedelta(hours=5, minutes=30)
    assert offset(FIXED.replace("My office", "Europe/Paris"), "Europe/Paris") == timedelta(hours=2)


def test_a_definition_that_cannot_be_read_hurts_no_other_part_of_it():
    broken = RULES.replace("DTSTART:19870405T020000", "DTSTART:long ago").replace(
        "TZOFFSETTO:-0500", "TZOFFSETTO:+9999", 1
    )
    assert offset(broken, "My office") == timedelta(hours=-4)
    assert offset(broken, "My office", datetime(2026, 1, 1)) == timedelta(hours=-5)


def test_a_definition_without_rules_may_say_what_it_stands_for():
    assert offset("BEGIN:VTIMEZONE\nTZID:x\nX-LIC-LOCATION:Asia/Tokyo\nEND:VTIMEZONE", "x") == timedelta(hours=9)


@pytest.mark.parametrize(
    ("name", "minutes"),
    [("UTC+11", 660), ("(UTC-03:30) St. John's", -210), ("GMT +0100 (Standard)", 60), ("GMT-5", -300)],
)
def test_an_offset_in_a_name_counts_where_nothing_else_does(name, minutes):
    assert offset("", name) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("(UTC-05:00) Eastern Time (US & Canada)", "America/New_York"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Amsterdam"),
        ("(GMT+01.00) Brussels, Copenhagen, Madrid, Paris", "Europe/Brussels"),
        ("(GMT) Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London", "Europe/Dublin"),
        ("(UTC-09:00) Alaska", "America/Anchorage"),
        ("(UTC-06:00) Guadalajara, Mexico City, Monterrey", "America/Mexico_City"),
        ("(UTC) Coordinated Universal Time", "UTC"),
    ],
)
def test_a_name_that_windows_shows_has_the_summer_time_of_its_places(name, zone):
    for at in (datetime(2026, 1, 15), datetime(2026, 7, 15)):
        assert offset("", name, at) == at.replace(tzinfo=ZoneInfo(zone)).utcoffset()


def test_a_place_that_has_another_offset_is_not_the_one_that_is_meant():
    assert offset("", "(UTC-03:00) Berlin") == timedelta(hours=-3)


def test_a_zone_that_nobody_knows_is_taken_as_the_owners_and_said():
    known = zones()
    assert known.zone("Middle-earth") is UTC
    assert known.unknown == {"Middle-earth"}


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("Amsterdam, Belgrade, Berlin, Brussels, Budapest, Madrid, Paris, Prague, Stockholm", 2),
        ("Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London", 1),
        ("Eastern Time (US & Canada)", -4),
        ("Coordinated Universal Time", 0),
        ("Eastern Time", -4),
        ("Eastern", -4),
        ("PST", -7),
        ("W. Europe", 2),
        ("Central European Time", 2),
        ("AEDT", 10),
    ],
)
def test_a_name_that_is_shown_to_people_is_known_without_its_offset(name, hours):
    assert offset("", name) == timedelta(hours=hours)


@pytest.mark.parametrize(
    "name",
    [
        "Paris",
        "Paris, Tokyo",
        "GMT +0100 (Standard) / GMT +0200 (Daylight)",
        "Custom",
        "CST",
        "IST",
        "US Mountain",
        "My Time",
    ],
)
def test_a_name_that_leaves_a_doubt_is_not_guessed(name):
    asked = zones()
    asked.zone(name)
    assert asked.unknown == {name}


def test_eastern_time_is_another_in_australia():
    known = Zones({}, ZoneInfo("Australia/Brisbane"))
    assert known.zone("Eastern") == ZoneInfo("Australia/Brisbane")
    assert known.unknown == {"Eastern"}


def test_an_abbreviation_means_what_the_calendar_says():
    """The database has "EST" as the same hour all year, and who defines it means the east of America."""
    assert offset(RULES.replace("My office", "EST"), "EST") == timedelta(hours=-4)
    assert offset("", "EST") == timedelta(hours=-5)


def test_a_zone_whose_rules_hold_since_the_first_year_is_known():
    since_ever = RULES.replace("20070311", "00010311").replace("20071104", "00011104")
    assert offset(since_ever, "My office") == timedelta(hours=-4)
    assert offset(since_ever, "My office", datetime(2026, 1, 1)) == timedelta(hours=-5)

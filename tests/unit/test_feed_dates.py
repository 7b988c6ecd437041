"""Dates of feeds, in the forms that feeds have."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.reading.dates import read_date


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("Mon, 04 May 2026 10:00:00 +0200", "2026-05-04 08:00:00"),
        ("Mon, 4 May 2026 10:00 GMT", "2026-05-04 10:00:00"),
        ("4 May 26 10:00:00 EST", "2026-05-04 15:00:00"),
        ("Mon,04 May 2026 10:00:00 -0000", "2026-05-04 10:00:00"),
        ("Mon, 04 May 2026 10:00:00 +0000 (UTC)", "2026-05-04 10:00:00"),
        ("Monday, May 4, 2026", "2026-05-04 00:00:00"),
        ("May 4, 2026 11:47 PM", "2026-05-04 23:47:00"),
        ("Mon May  4 10:00:00 PDT 2026", "2026-05-04 17:00:00"),
        ("2026-05-04T10:00:00Z", "2026-05-04 10:00:00"),
        ("2026-05-04T10:00:00.123456+02:00", "2026-05-04 08:00:00"),
        ("2026-05-04 10:00:00 -0800", "2026-05-04 18:00:00"),
        ("20260504T100000Z", "2026-05-04 10:00:00"),
        ("2026-05-04T24:00:00Z", "2026-05-05 00:00:00"),
        ("2026-05-04T23:59:60Z", "2026-05-05 00:00:00"),
        ("2026-05", "2026-05-01 00:00:00"),
        ("2026-124", "2026-05-04 00:00:00"),
        ("1777888800", "2026-05-04 10:00:00"),
        ("1777888800123", "2026-05-04 10:00:00"),
        ("4.5.2026 10:00", "2026-05-04 10:00:00"),
        ("Mo, 4. März 2019 10:00:00 +0100", "2019-03-04 09:00:00"),
        ("mer., 12 févr. 2020 10:00:00 GMT", "2020-02-12 10:00:00"),
        ("lun, 4 de mayo de 2026 10:00:00 -0300", "2026-05-04 13:00:00"),
        ("Пн, 04 мая 2026 10:00:00 +0300", "2026-05-04 07:00:00"),
        ("2026년 5월 4일 10:00:00", "2026-05-04 01:00:00"),
        ("2026年5月4日 10:00", "2026-05-04 10:00:00"),
        ("Пн, 04 май 2026 10:00:00 +0300", "2026-05-04 07:00:00"),
        ("Monday, May 4, 2026 - 10:00am", "2026-05-04 10:00:00"),
        ("May 4, 2026 at 10:00 AM", "2026-05-04 10:00:00"),
        ("May 2026", "2026-05-01 00:00:00"),
        ("2026-05-04 오후 01:02:03", "2026-05-04 04:02:03"),
        ("Thu, 01 Jan 2004 19:48:21 GMT-04:00", "2004-01-01 23:48:21"),
    ],
)
def test_a_stated_date_is_its_instant(text, utc):
    assert str(read_date(text)) == f"{utc}+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "yesterday",
        "04/05/2026 10:00",  # the fourth of May, or the fifth of April
        "Mon, 04 May 2026 10:00:00 XYZ",  # a zone that nobody knows
        "2026-02-30T10:00:00Z",
        "2026-05-04T10:61:00Z",
        "2026-05-04T24:00:01Z",
        "2026-05-04T10:00:00+00:99",
        "2026-366",
        "0001-01-01T00:00:00Z",  # how some programs write that they have no date
        "9999-12-31T23:59:59-23:59",
        "13:00 PM 4 May 2026",
        "4 May 2026 13:00 PM",
        "2026-05-04T10:00:00Z and more",
        "x" * 100_000,
    ],
)
def test_what_is_no_date_or_two_is_unknown(text):
    assert read_date(text) is None


instants = st.datetimes(datetime(1950, 1, 1), datetime(2049, 12, 31)).map(lambda at: at.replace(microsecond=0))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(instants, offsets)
def test_what_rfc_5322_and_rfc_3339_write_is_read_back(instant, offset):
    local = instant.replace(tzinfo=UTC).astimezone(offset)
    assert read_date(format_datetime(local)) == local
    assert read_date(local.isoformat()) == local


@given(st.text(max_size=60) | st.from_regex(r"[0-9TZ:+\-/. ,a-z]{0,40}"))
def test_any_text_is_an_instant_in_utc_or_nothing(text):
    read = read_date(text)
    assert read is None or read.utcoffset() == timedelta()

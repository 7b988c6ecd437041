"""Lengths of time, read and written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.durations import read_duration, write_duration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        ("30 min", timedelta(minutes=30)),
        ("12h", timedelta(hours=12)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(weeks=2)),
        ("30 days", timedelta(days=30)),
        ("1 Day", timedelta(days=1)),
        ("6 months", timedelta(days=180)),
        ("1 year", timedelta(days=365)),
        ("1.5h", timedelta(minutes=90)),
        ("1h 30m", timedelta(minutes=90)),
        ("1h30m", timedelta(minutes=90)),
        (" 2 weeks 1 day ", timedelta(days=15)),
    ],
)
def test_a_length_of_time_is_read(text: str, length: timedelta) -> None:
    assert read_duration(text) == length


@pytest.mark.parametrize(
    "text",
    ["", "5", "h", "hs", "5 hs", "3 polls", "0s", "-1h", "1,5h", "1e9d", "101 years", "٣h", "1h and 5m", "1h" * 50],
)
def test_what_is_none_is_none(text: str) -> None:
    assert read_duration(text) is None


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(minutes=90), "1h 30m"),
        (timedelta(days=7), "1w"),
        (timedelta(days=8), "8d"),
        (timedelta(days=1, seconds=1), "1d 1s"),
        (timedelta(), "0s"),
    ],
)
def test_a_length_of_time_is_written_the_short_way(length: timedelta, text: str) -> None:
    assert write_duration(length) == text

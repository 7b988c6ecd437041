"""Schedules by the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.file.cron import BadCron, daily_at, read_cron


@pytest.mark.parametrize(
    ("text", "fields", "gap"),
    [
        ("0 8 * * *", "0 8 * * *", timedelta(days=1)),
        ("* * * * *", "* * * * *", timedelta(minutes=1)),
        ("*/15 * * * *", "0,15,30,45 * * * *", timedelta(minutes=15)),
        ("5/15 9 * * *", "5,20,35,50 9 * * *", timedelta(hours=23, minutes=15)),
        ("0 8,20 * * *", "0 8,20 * * *", timedelta(hours=12)),
        ("0 8 * * 1-5", "0 8 * * 1,2,3,4,5", timedelta(days=3)),
        ("0 8 * * MON-fri", "0 8 * * 1,2,3,4,5", timedelta(days=3)),
        ("0 8 * * 5-7", "0 8 * * 0,5,6", timedelta(days=5)),
        ("0 8 * * 7,0,sun", "0 8 * * 0", timedelta(days=7)),
        ("0 0 1 jan,jul *", "0 0 1 1,7 *", timedelta(days=184)),
        ("0 0 29 2 *", "0 0 29 2 *", timedelta(days=1461)),
        ("  0  8\t* * *", "0 8 * * *", timedelta(days=1)),
    ],
)
def test_five_fields_state_a_schedule(text: str, fields: str, gap: timedelta) -> None:
    schedule = read_cron(text)
    assert (schedule.text, schedule.longest_gap) == (fields, gap)
    assert read_cron(schedule.text) == schedule


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "this one has 0"),
        ("0 8 * *", "this one has 4"),
        ("60 8 * * *", "60 is no minute: 0 to 59"),
        ("0 24 * * *", "24 is no hour: 0 to 23"),
        ("0 0 0 * *", "0 is no day of the month: 1 to 31"),
        ("0 0 * 13 *", "13 is no month: 1 to 12"),
        ("0 0 * * 8", "8 is no day of the week: 0 to 7"),
        ("0 0 * * mo", "mo is no day of the week: 0 to 7"),
        ("0 22-2 * * *", "22-2 runs backwards"),
        ("*/0 * * * *", "*/0 has a step of 0"),
        ("0, * * * *", "nothing is no minute: 0 to 59"),
        ("0 0 30 2 *", "never comes"),
        ("0 0 1 * 1", "not both"),
        ("@daily", "this one has 1"),
    ],
)
def test_what_is_no_schedule_says_which_part_of_it(text: str, said: str) -> None:
    with pytest.raises(BadCron, match=said.replace("*", r"\*")):
        read_cron(text)


def test_a_time_of_day_is_a_schedule() -> None:
    assert daily_at("8:05").text == "5 8 * * *"
    assert daily_at(" 23:59 ").text == "59 23 * * *"
    for wrong in ("24:00", "8", "8:5", "08:60", "8pm", ""):
        with pytest.raises(BadCron):
            daily_at(wrong)

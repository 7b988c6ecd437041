"""Recurrence rules: the days and times at which something comes again."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.reading.recurring import Effort, RuleUnreadable, TooMuchWork, instances, read_recurrence

FIRST = datetime(2026, 1, 1, 9)


def dates(rule: str, start: datetime = FIRST, days: int = 366) -> list[str]:
    found = instances(read_recurrence(rule), start, start, start + timedelta(days=days), None, Effort())
    return [f"{at:%m-%d}" for at in found]


def times(rule: str, start: datetime = FIRST, days: int = 1) -> list[str]:
    found = instances(read_recurrence(rule), start, start, start + timedelta(days=days), None, Effort())
    return [f"{at:%d %H:%M:%S}" for at in found]


def test_a_weekly_event_stays_on_its_weekday():
    assert dates("FREQ=WEEKLY", days=30) == ["01-01", "01-08", "01-15", "01-22", "01-29"]


def test_what_comes_on_the_last_friday_of_a_month_finds_it():
    assert dates("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3") == ["01-30", "02-27", "03-27"]


def test_a_place_and_every_one_may_stand_side_by_side():
    assert dates("FREQ=MONTHLY;BYDAY=1MO,TH;COUNT=6") == ["01-01", "01-05", "01-08", "01-15", "01-22", "01-29"]


def test_the_thirty_first_is_left_out_where_a_month_has_none():
    assert dates("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3") == ["01-31", "03-31", "05-31"]


def test_a_leap_day_comes_in_leap_years_only():
    found = instances(
        read_recurrence("FREQ=YEARLY"), datetime(2020, 2, 29), FIRST, datetime(2033, 1, 1), None, Effort()
    )
    assert [at.year for at in found] == [2028, 2032]


def test_the_last_working_day_of_a_month_is_found_by_its_position():
    assert dates("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2") == ["01-30", "02-27"]


def test_the_first_day_of_the_week_matters_every_other_week():
    start = datetime(1997, 8, 5, 9)
    assert dates("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", start) == ["08-05", "08-10", "08-19", "08-24"]
    assert dates("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", start) == ["08-05", "08-17", "08-19", "08-31"]


def test_a_week_of_the_year_keeps_the_weekday_of_the_start():
    assert dates("FREQ=YEARLY;BYWEEKNO=20") == ["05-14"]


def test_a_rule_that_names_its_property_once_more_is_read():
    assert dates("RRULE:FREQ=MONTHLY;COUNT=2") == ["01-01", "02-01"]


@pytest.mark.parametrize("until", ["", "99991231", "99991231T235959Z", "9999-12-31T23:59:59"])
def test_an_end_that_is_none_ends_nothing(until):
    assert dates(f"FREQ=MONTHLY;UNTIL={until};COUNT=;INTERVAL = 6") == ["01-01", "07-01", "01-01"]


def test_days_of_the_year_count_from_both_ends():
    assert dates("FREQ=YEARLY;BYYEARDAY=1,100,-1") == ["01-01", "04-10", "12-31", "01-01"]


def test_every_hour_and_a_half():
    assert times("FREQ=MINUTELY;INTERVAL=90;COUNT=3") == ["01 09:00:00", "01 10:30:00", "01 12:00:00"]


def test_hours_that_do_not_fit_are_passed_over():
    assert times("FREQ=HOURLY;BYHOUR=11,13;BYMINUTE=0,30", days=1) == [
        "01 11:00:00", "01 11:30:00", "01 13:00:00", "01 13:30:00",
    ]  # fmt: skip


def test_a_count_is_counted_from_the_beginning_however_late_one_looks():
    rule = read_recurrence("FREQ=DAILY;COUNT=10")
    assert list(instances(rule, FIRST, FIRST + timedelta(days=9), datetime(2030, 1, 1), None, Effort())) == [
        FIRST + timedelta(days=9)
    ]
    assert not list(instances(rule, FIRST, FIRST + timedelta(days=10), datetime(2030, 1, 1), None, Effort()))


@pytest.mark.parametrize(
    "rule",
    [
        "", "FREQ=", "FREQ=SOMETIMES", "INTERVAL=2", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=x",
        "FREQ=DAILY;BYMONTH=", "FREQ=DAILY;BYMONTH=13", "FREQ=MONTHLY;BYDAY=XX", "FREQ=DAILY;UNTIL=soon",
        "FREQ=YEARLY;RSCALE=CHINESE", "FREQ=MONTHLY;BYMONTHDAY=0",
    ],
)  # fmt: skip
def test_what_is_no_rule_says_so(rule):
    with pytest.raises(RuleUnreadable):
        read_recurrence(rule)


def test_a_rule_that_never_comes_true_ends():
    assert dates("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30") == []


def test_a_rule_that_comes_true_every_second_is_given_up():
    endless = instances(read_recurrence("FREQ=SECONDLY"), FIRST, FIRST, datetime(2030, 1, 1), None, Effort(1000))
    with pytest.raises(TooMuchWork):
        list(endless)


@st.composite
def rules(draw):
    parts = {"FREQ": draw(st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"]))}
    numbers = {
        "BYMONTH": (1, 12),
        "BYMONTHDAY": (-31, 31),
        "BYHOUR": (0, 23),
        "BYSETPOS": (-3, 3),
        "BYWEEKNO": (-53, 53),
    }
    for name, (low, high) in numbers.items():
        if draw(st.booleans()):
            parts[name] = str(draw(st.integers(low, high).filter(lambda n, name=name: n or name == "BYHOUR")))
    if draw(st.booleans()):
        parts["BYDAY"] = draw(st.sampled_from(["MO", "SA,SU", "1TU", "-1FR", "MO,TU,WE,TH,FR"]))
    parts["INTERVAL"] = str(draw(st.integers(1, 9)))
    return ";".join(f"{name}={value}" for name, value in parts.items())


moments = st.datetimes(datetime(1950, 1, 1), datetime(2050, 1, 1)).map(lambda at: at.replace(microsecond=0))


@settings(deadline=None)
@given(rules(), moments, st.integers(0, 5000), st.integers(0, 400))
def test_a_later_look_sees_what_an_earlier_one_saw(rule, start, skipped, length):
    """What a rule gives in a span does not hang on where one begins to look, is in order, and lies in the span."""
    read = read_recurrence(rule)
    first, last = start + timedelta(days=skipped), start + timedelta(days=skipped + length)
    whole = [at for at in instances(read, start, start, last, None, Effort()) if at >= first]
    found = list(instances(read, start, first, last, None, Effort()))
    assert found == whole
    assert found == sorted(set(found))
    assert all(first <= at <= last for at in found)


@settings(deadline=None)
@given(rules(), moments, st.integers(1, 20))
def test_a_count_gives_the_first_ones(rule, start, count):
    last = start + timedelta(days=800)
    endless = list(instances(read_recurrence(rule), start, start, last, None, Effort()))
    counted = list(instances(read_recurrence(f"{rule};COUNT={count}"), start, start, last, None, Effort()))
    assert counted == endless[:count]


@given(st.text(alphabet="FREQ=DAILYWKMONTH;BC,0123-UNT", max_size=80))
def test_any_text_is_a_rule_or_says_that_it_is_none(text):
    with contextlib.suppress(RuleUnreadable):
        rule = read_recurrence(f"FREQ=WEEKLY;{text}")
        assert all(at.date() >= date(2026, 1, 1) for at in instances(rule, FIRST, FIRST, FIRST, None, Effort()))

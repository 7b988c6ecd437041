"""When a rule is polled next: at its own place, never in the past, by the owner's clock where it asks for that."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.schedule import EPOCH, LONGEST_WAIT, MOST_BACK_OFF, after_trouble, interval, next_poll_at, poll_still_at
from rules.file.cron import read_cron
from rules.rule import Rule
from tests.story import HOUR, START, UTC_ZONE, rule

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)

instants = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))
lengths = st.timedeltas(timedelta(seconds=1), 60 * DAY)
PROMISE = settings(deadline=None)
names = st.text(min_size=1, max_size=20)


def every(length: timedelta, name: str = "rule") -> Rule:
    return rule("price below $150", id=name, every=length)


def by_clock(cron: str) -> Rule:
    text = read_cron(cron)
    return rule("price below $150", cron=text.text, every=text.longest_gap)


def local(cron: str, since: datetime, count: int, zone: ZoneInfo = BERLIN) -> list[str]:
    """Return the next polls of a cron text on the owner's clock."""
    at, seen = since, []
    for _ in range(count):
        at = next_poll_at(by_clock(cron), "watch", at, zone)
        seen.append(at.astimezone(zone).strftime("%a %d %H:%M %Z"))
    return seen


# At its own place in the grid of its interval.


@PROMISE
@given(lengths, names, instants)
def test_the_next_poll_is_from_half_an_interval_to_one_and_a_half_away(length, name, now):
    wait = next_poll_at(every(length, name), "watch", now, UTC_ZONE) - now
    assert length / 2 < wait <= 1.5 * length


@PROMISE
@given(lengths, names, instants, st.floats(0, 0.49))
def test_a_poll_that_comes_late_does_not_shift_the_ones_after_it(length, name, now, lateness):
    one = every(length, name)
    due = next_poll_at(one, "watch", now, UTC_ZONE)
    assert next_poll_at(one, "watch", due + lateness * length, UTC_ZONE) == due + length


def test_watches_that_are_loaded_together_spread_over_their_interval():
    places = [(next_poll_at(every(HOUR), f"watch {n}", START, UTC_ZONE) - EPOCH) % HOUR for n in range(1000)]
    tenths = Counter(place // (HOUR / 10) for place in places)
    assert len(tenths) == 10
    assert all(60 <= count <= 140 for count in tenths.values())


@PROMISE
@given(st.timedeltas(timedelta(seconds=1), DAY), st.integers(1, 24), instants)
def test_rules_on_one_watch_are_served_by_one_poll_where_one_interval_divides_the_other(length, times, now):
    slow = next_poll_at(every(times * length, "slow"), "watch", now, UTC_ZONE)
    assert next_poll_at(every(length, "quick"), "watch", slow - 0.6 * length, UTC_ZONE) == slow


# After a trouble.


@PROMISE
@given(lengths, names, instants, st.integers(1, 10**6))
def test_a_failing_source_is_left_alone_longer_and_longer_and_never_for_ever(length, name, now, failures):
    one = every(length, name)
    wait = after_trouble(one, "watch", now, UTC_ZONE, failures) - now
    assert timedelta() < wait <= 1.5 * max(length, MOST_BACK_OFF)
    later = after_trouble(one, "watch", now, UTC_ZONE, failures + 20) - now
    assert later >= min(wait, max(length, MOST_BACK_OFF)) or failures == 1


def test_each_failure_doubles_the_wait_up_to_six_hours():
    waits = [after_trouble(every(HOUR), "watch", START, UTC_ZONE, failures) - START for failures in range(1, 8)]
    assert waits[0] == next_poll_at(every(HOUR), "watch", START, UTC_ZONE) - START
    assert [wait // HOUR for wait in waits[1:]] == [2, 4, 6, 6, 6, 6]


def test_what_is_polled_by_the_clock_keeps_to_it_through_troubles():
    daily = by_clock("0 8 * * *")
    assert after_trouble(daily, "watch", START, BERLIN, 9) == next_poll_at(daily, "watch", START, BERLIN)


# When the rules are read again.


@PROMISE
@given(lengths, instants, st.floats(0, 1.5), st.integers(0, 5))
def test_reading_the_rules_again_moves_no_poll(length, now, share, failures):
    planned = now + share * length
    still = poll_still_at(every(length), "watch", now, UTC_ZONE, planned=planned, failures=failures)
    assert still == planned


@PROMISE
@given(lengths, instants, st.timedeltas(-400 * DAY, 400 * DAY), st.integers(0, 5))
def test_no_poll_stays_further_off_than_it_ever_should_be(length, now, off, failures):
    at = poll_still_at(every(length), "watch", now, UTC_ZONE, planned=now + off, failures=failures)
    assert at <= now + (max(LONGEST_WAIT, 2 * length) if failures else 1.5 * length)
    assert at == now + off or at > now


def test_a_source_that_is_left_alone_is_so_after_the_rules_are_read_again():
    backing_off = START + 5 * HOUR
    assert poll_still_at(every(HOUR), "w", START, UTC_ZONE, planned=backing_off, failures=3) == backing_off


def test_another_hour_of_the_day_counts_at_once():
    at_eight = by_clock("0 8 * * *")
    tonight = datetime(2026, 3, 2, 18, tzinfo=UTC)
    assert poll_still_at(at_eight, "w", START, UTC_ZONE, planned=tonight, failures=0).hour == 8


# By the clock.


@pytest.mark.parametrize("sunday", ["0 8 * * 0", "0 8 * * 7", "0 8 * * sun"])
def test_sunday_has_two_numbers_and_a_name(sunday):
    assert local(sunday, START, 2) == ["Sun 08 08:00 CET", "Sun 15 08:00 CET"]


@pytest.mark.parametrize(
    ("weekdays", "days"),
    [
        ("1-5", "Mon Tue Wed Thu Fri"),
        ("mon,wed,fri", "Mon Wed Fri"),
        ("6,7", "Sat Sun"),
        ("0,6", "Sat Sun"),
        ("5-7", "Fri Sat Sun"),
        ("*/2", "Tue Thu Sat Sun"),
        ("*", "Mon Tue Wed Thu Fri Sat Sun"),
    ],
)
def test_weekdays_are_those_of_cron(weekdays, days):
    count = len(days.split())
    assert (
        " ".join(one[:3] for one in local(f"0 8 * * {weekdays}", datetime(2026, 3, 1, 23, tzinfo=UTC), count)) == days
    )


def test_an_hour_that_does_not_exist_is_polled_in_the_next():
    assert local("30 2 * * *", datetime(2026, 3, 28, 12, tzinfo=UTC), 2) == ["Sun 29 03:30 CEST", "Mon 30 02:30 CEST"]


def test_an_hour_that_comes_twice_skips_no_day():
    polls = local("30 2 * * *", datetime(2026, 10, 24, 12, tzinfo=UTC), 4)
    assert list(dict.fromkeys(one[:6] for one in polls))[:3] == ["Sun 25", "Mon 26", "Tue 27"]


@PROMISE
@given(
    st.sampled_from(("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Santiago")),
    st.sampled_from(("0 0 * * *", "30 2 * * *", "59 23 * * *", "*/20 1-3 * * *")),
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),
)
def test_no_day_is_left_out_in_any_zone(zone, cron, since):
    at = [since]
    one = by_clock(cron)
    for _ in range(20):
        at.append(next_poll_at(one, "watch", at[-1], ZoneInfo(zone)))
    assert all(timedelta() < later - sooner <= DAY + 2 * HOUR for sooner, later in pairwise(at))


def test_each_minute_is_polled_once_where_an_hour_comes_twice():
    at = [datetime(2026, 10, 24, 23, 20, tzinfo=UTC)]
    for _ in range(9):
        at.append(next_poll_at(by_clock("*/30 * * * *"), "watch", at[-1], BERLIN))
    assert {later - sooner for sooner, later in pairwise(at[1:])} == {timedelta(minutes=30)}


def test_a_leap_day_is_waited_for():
    assert local("0 8 29 2 *", START, 1, BERLIN) == ["Tue 29 08:00 CET"]
    never = rule("price below $150", cron="0 8 30 2 *", every=DAY)
    assert next_poll_at(never, "watch", START, BERLIN) == START + DAY
    assert interval(never, START, BERLIN) == DAY


def test_the_interval_of_a_schedule_is_that_around_now():
    assert interval(by_clock("0 8 * * 1"), START, BERLIN) == 7 * DAY
    assert interval(by_clock("0 8,20 * * *"), START, BERLIN) == 12 * HOUR
    assert interval(every(HOUR), START, BERLIN) == HOUR

"""A channel that fails is tried for ever, politely; what waited is told once, together, and the owner hears of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.mailbox import ChannelState
from agent.outbox import DOUBT_WAIT, LONGEST_WAIT, after_failure, next_try_at, others_to_tell
from agent.unsent import Unsent

NOW = datetime(2026, 7, 6, 18, 3, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAILED = Unsent("the connection was refused")

instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
lengths = st.timedeltas(timedelta(seconds=1), timedelta(days=400))


# When to try again.


def test_the_first_wait_is_half_a_minute_at_most_and_the_last_six_hours():
    waits = [next_try_at(attempts, NOW, retry_after=None, seed="mail") - NOW for attempts in range(1, 30)]
    assert timedelta(seconds=22) < waits[0] <= timedelta(seconds=30)
    assert timedelta(hours=4.5) <= waits[-1] <= LONGEST_WAIT
    assert waits[1] == 2 * waits[0]


@given(st.integers(-3, 10**9), instants, st.none() | lengths, st.text())
def test_a_wait_is_never_in_the_past_never_over_six_hours_and_never_shorter_than_the_one_before(
    attempts, now, retry_after, seed
):
    at = next_try_at(attempts, now, retry_after=retry_after, seed=seed)
    assert now < at <= now + LONGEST_WAIT
    assert at <= next_try_at(attempts + 1, now, retry_after=retry_after, seed=seed)
    assert at == next_try_at(attempts, now, retry_after=retry_after, seed=seed)


@given(st.integers(1, 40), lengths)
def test_what_the_service_asks_for_is_honoured_within_six_hours(attempts, retry_after):
    at = next_try_at(attempts, NOW, retry_after=retry_after, seed="mail")
    assert at - NOW >= min(retry_after, LONGEST_WAIT)


def test_channels_of_one_outage_are_not_tried_in_the_same_second():
    instants = {next_try_at(5, NOW, retry_after=None, seed=f"channel {number}") for number in range(20)}
    assert len(instants) == 20


# How a channel is doing.


def test_a_failure_is_counted_with_its_reason_and_its_beginning():
    first = after_failure(ChannelState("mail"), FAILED, NOW)
    second = after_failure(first, Unsent("no answer"), NOW + HOUR)
    assert (first.failures, first.failing_since, first.error) == (1, NOW, "the connection was refused")
    assert (second.failures, second.failing_since, second.error) == (2, NOW, "no answer")
    assert second.next_try_at > NOW + HOUR
    assert second.asked_until is None


def test_only_what_the_service_itself_asked_for_holds_against_an_impatient_owner():
    asked = after_failure(ChannelState("mail"), Unsent("429", retry_after=timedelta(minutes=1)), NOW)
    assert asked.asked_until == asked.next_try_at == NOW + timedelta(minutes=1)
    assert after_failure(asked, FAILED, NOW).asked_until is None
    greedy = after_failure(ChannelState("mail"), Unsent("429", retry_after=30 * DAY), NOW)
    assert greedy.asked_until == NOW + LONGEST_WAIT


def test_what_may_have_been_taken_is_not_repeated_at_once():
    state = after_failure(ChannelState("mail"), Unsent("no answer", doubtful=True), NOW)
    assert state.next_try_at == NOW + DOUBT_WAIT


def test_a_clock_that_was_set_back_does_not_put_the_beginning_into_the_future():
    state = after_failure(ChannelState("mail", failing_since=NOW + DAY), FAILED, NOW)
    assert state.failing_since == NOW


@given(st.integers(0, 100), instants, st.booleans(), st.none() | lengths)
def test_no_failure_ends_the_trying(failures, now, doubtful, retry_after):
    outcome = Unsent("no", permanent=True, doubtful=doubtful, retry_after=retry_after)
    state = after_failure(ChannelState("mail", failures=failures), outcome, now)
    assert now < state.next_try_at <= now + LONGEST_WAIT


def test_a_channel_that_refuses_is_tried_rarely_for_it_waits_for_a_person():
    state = after_failure(ChannelState("mail"), Unsent("it answers 401", permanent=True), NOW)
    assert timedelta(hours=4.5) <= state.next_try_at - NOW <= LONGEST_WAIT


# When the owner is told another way.


def test_a_refusal_is_said_at_once_and_then_once_a_day():
    refusing = ChannelState("mail", failing_since=NOW)
    assert others_to_tell(refusing, NOW, refused=True)
    told = ChannelState("mail", failing_since=NOW, others_told_at=NOW)
    assert not others_to_tell(told, NOW + 6 * HOUR, refused=True)
    assert others_to_tell(told, NOW + DAY, refused=True)
    earlier = ChannelState("mail", failing_since=NOW, others_told_at=NOW - HOUR)
    assert others_to_tell(earlier, NOW, refused=True)


def test_that_it_refuses_one_message_is_said_once_a_day_however_often_others_pass_meanwhile():
    again = ChannelState("mail", failing_since=NOW, others_told_at=NOW - HOUR, of_message=True)
    assert not others_to_tell(again, NOW, refused=True)
    assert others_to_tell(again, NOW + 23 * HOUR, refused=True)
    assert after_failure(ChannelState("mail"), Unsent("413", permanent=True, status=413), NOW).of_message
    assert not after_failure(again, Unsent("401", permanent=True, status=401), NOW).of_message


def test_others_are_told_after_an_hour_and_then_once_a_day():
    failing = ChannelState("mail", failing_since=NOW)
    assert not others_to_tell(ChannelState("mail"), NOW)
    assert not others_to_tell(failing, NOW + HOUR - timedelta(seconds=1))
    assert others_to_tell(failing, NOW + HOUR)
    told = ChannelState("mail", failing_since=NOW, others_told_at=NOW + HOUR)
    assert not others_to_tell(told, NOW + DAY)
    assert others_to_tell(told, NOW + HOUR + DAY)


def test_a_mark_in_the_future_does_not_keep_the_owner_in_the_dark():
    assert others_to_tell(ChannelState("mail", failing_since=NOW - DAY, others_told_at=NOW + 900 * DAY), NOW)


@given(st.none() | instants, st.none() | instants, instants, lengths)
def test_a_channel_that_goes_on_failing_is_said_in_the_end(since, told, now, later):
    state = ChannelState("mail", failing_since=since, others_told_at=told)
    if since is not None:
        assert others_to_tell(state, max(since, told or since, now) + DAY + later)

"""What goes as one message, and when: quiet hours, digests and limits, and what may have been taken."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from agent.gathering import A_FEW, Gathering, Gone, Owed
from agent.moments import Lateness, Terms, last_closed_until, opens_at, quiet_until, room
from rules.delivery import Limit, Quiet

NOW = datetime(2026, 7, 6, 18, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NIGHT = Quiet(time(22), time(7))
BERLIN, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe")


def owed(number, batch="poll", age=timedelta(), *, urgent=False, delivery_id=None):
    return Owed(number, f"k{number}", batch, urgent, NOW - age, delivery_id=delivery_id)


def plan(messages, *gone, now=NOW, **terms):
    """Return the form and the ids of what goes now, and when something more may."""
    found = Gathering(Terms(**terms), gone, now).plan(messages)
    return [(one.form, [message.id for message in one.messages]) for one in found.ready], found.next_at


def sent(number, age, form="single", *, urgent=False, digest_at=None):
    return Gone(f"d{number}", form, NOW - age, urgent, digest_at)


def test_all_of_one_poll_is_one_message_and_another_poll_is_another():
    messages = [owed(1, "a"), owed(2, "b"), owed(3, "a")]
    assert plan(messages) == ([("batch", [1, 3]), ("single", [2])], None)


def test_what_waited_for_over_a_day_is_one_summary_and_goes_first():
    messages = [owed(1, "a"), owed(2, "b", DAY + HOUR), owed(3, "c", 9 * DAY), owed(4, "d", DAY)]
    assert plan(messages) == ([("late", [2, 3]), ("single", [1]), ("single", [4])], None)


def test_a_backlog_of_many_is_one_summary_and_one_of_a_few_is_told_one_by_one():
    waited = [owed(number, f"poll {number}", 2 * HOUR) for number in range(A_FEW + 1)]
    fresh = owed(99, "now")
    assert plan([*waited, fresh]) == ([("late", [one.id for one in waited]), ("single", [99])], None)
    assert [form for form, _ in plan(waited[1:])[0]] == ["single"] * A_FEW
    assert len(plan([owed(number, f"poll {number}", HOUR) for number in range(50)])[0]) == 50


def test_nothing_owed_is_nothing_to_send():
    assert plan([]) == ([], None)


def test_what_may_have_been_taken_goes_again_alone_and_first():
    messages = [owed(1, "a", delivery_id="d1"), owed(2, "a"), owed(3, "b", delivery_id="d1")]
    ready, _ = plan(messages)
    assert ready == [("batch", [1, 3]), ("single", [2])]


def test_what_may_have_been_taken_and_was_then_refused_lets_the_others_go_first():
    aside = owed(1, "a", -HOUR, delivery_id="d1")
    assert plan([aside, owed(2, "b")]) == ([("single", [2])], NOW + HOUR)
    assert plan([aside, owed(2, "b")], now=NOW + HOUR) == ([("batch", [1]), ("single", [2])], None)


# Quiet hours.


def test_quiet_hours_hold_what_is_not_urgent_and_bring_it_together_when_they_end():
    at_night = datetime(2026, 7, 6, 23, tzinfo=UTC)
    morning = datetime(2026, 7, 7, 7, tzinfo=UTC)
    messages = [
        Owed(1, "k1", "a", urgent=False, since=at_night),
        Owed(2, "k2", "b", urgent=True, since=at_night),
        Owed(3, "k3", "c", urgent=False, since=at_night),
    ]
    assert plan(messages, now=at_night, quiet=NIGHT) == ([("single", [2])], morning)
    left = [messages[0], messages[2]]
    assert plan(left, now=morning, quiet=NIGHT) == ([("quiet", [1, 3])], None)


def test_a_message_that_failed_in_the_evening_is_not_tried_at_night():
    at_night = datetime(2026, 7, 6, 23, tzinfo=UTC)
    for delivery_id in (None, "d1"):
        message = Owed(1, "k1", "a", urgent=False, since=at_night - 2 * HOUR, delivery_id=delivery_id)
        assert plan([message], now=at_night, quiet=NIGHT) == ([], datetime(2026, 7, 7, 7, tzinfo=UTC))


def test_a_repeat_that_holds_something_urgent_goes_whole_also_at_night():
    at_night = datetime(2026, 7, 6, 23, tzinfo=UTC)
    messages = [Owed(n, f"k{n}", "a", urgent=n == 2, since=at_night, delivery_id="d1") for n in (1, 2)]
    assert plan(messages, now=at_night, quiet=NIGHT) == ([("batch", [1, 2])], None)


def test_the_night_on_which_the_clock_is_set_lasts_from_the_first_beginning_to_the_last_end():
    repeated = Quiet(time(2, 30), time(2, 45))
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert quiet_until(repeated, first, BERLIN) == datetime(2026, 10, 25, 1, 45, tzinfo=UTC)
    assert quiet_until(repeated, first - MINUTE, BERLIN) is None
    left_out = Quiet(time(1), time(2, 15))
    jump = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert quiet_until(left_out, jump - MINUTE, BERLIN) == jump
    assert quiet_until(left_out, jump, BERLIN) is None


def test_a_zone_that_sets_its_clock_by_half_an_hour_has_its_quiet_hours_too():
    end = quiet_until(NIGHT, datetime(2026, 10, 3, 15, tzinfo=UTC), LORD_HOWE)
    assert end is not None
    assert end.astimezone(LORD_HOWE).time() == time(7)


@given(
    st.times(timezones=st.none()).map(lambda at: at.replace(second=0, microsecond=0)),
    st.times(timezones=st.none()).map(lambda at: at.replace(second=0, microsecond=0)),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    st.sampled_from([BERLIN, LORD_HOWE, ZoneInfo("America/New_York")]),
)
def test_no_instant_at_which_the_clock_shows_a_quiet_hour_is_loud(begin, end, at, zone):
    if begin == end:
        return
    quiet, shown = Quiet(begin, end), at.astimezone(zone).time()
    until = quiet_until(quiet, at, zone)
    if begin <= shown < end if begin < end else (shown >= begin or shown < end):
        assert until is not None
    if until is not None:
        assert at < until <= at + 26 * HOUR


# Digests.


def test_a_digest_takes_what_was_there_before_its_instant_and_what_is_urgent_goes_at_once():
    messages = [owed(1, "a", 2 * HOUR), owed(2, "b", MINUTE), owed(3, "c", urgent=True)]
    ready, next_at = plan(messages, digest="30 17 * * *")
    assert ready == [("digest", [1]), ("single", [3])]
    assert next_at == NOW + DAY - 30 * MINUTE


def test_a_digest_that_was_missed_is_sent_once_and_a_straggler_is_in_the_next():
    gathered = Gathering(Terms(digest="30 17 * * *"), [], NOW).plan([owed(1, "a", 3 * DAY), owed(2, "b", HOUR)])
    (one,) = gathered.ready
    assert one.digest_at == NOW - 30 * MINUTE
    done = sent(1, MINUTE, "digest", digest_at=one.digest_at)
    assert plan([owed(3, "c", HOUR)], done, digest="30 17 * * *") == ([], NOW + DAY - 30 * MINUTE)


def test_a_digest_that_falls_into_quiet_hours_is_sent_when_they_end():
    early = Owed(1, "k1", "a", urgent=False, since=NOW)
    ready, next_at = plan([early], digest="0 3 * * *", quiet=NIGHT)
    assert (ready, next_at) == ([], datetime(2026, 7, 7, 7, tzinfo=UTC))


# Limits.


def test_a_limit_lets_so_many_through_and_the_rest_waits_for_the_first_to_leave_its_hour():
    messages = [owed(number, f"poll {number}") for number in range(5)]
    ready, next_at = plan(messages, sent(1, 20 * MINUTE), limit=Limit(3, HOUR))
    assert ready == [("single", [0]), ("single", [1])]
    assert next_at == NOW + 40 * MINUTE


def test_what_a_limit_held_back_is_one_message_that_lists_what_had_used_it_up():
    gone = [sent(1, HOUR, "single"), sent(2, HOUR - MINUTE, "single")]
    messages = [owed(number, f"poll {number}", HOUR - 2 * MINUTE) for number in range(4)]
    (one,) = Gathering(Terms(limit=Limit(2, HOUR)), gone, NOW).plan(messages).ready
    assert (one.form, len(one.messages), one.besides) == ("folded", 4, ("d1", "d2"))


def test_what_is_urgent_counts_and_is_held_only_by_what_is_urgent():
    limit = Limit(2, HOUR)
    ordinary = [sent(1, 5 * MINUTE), sent(2, 5 * MINUTE)]
    alarm = owed(1, "a", urgent=True)
    assert plan([alarm], *ordinary, limit=limit)[0] == [("single", [1])]
    urgent = [sent(n, 5 * MINUTE, urgent=True) for n in (1, 2)]
    assert plan([alarm], *urgent, limit=limit) == ([], NOW + 55 * MINUTE)
    assert plan([owed(2)], *urgent, limit=limit) == ([], NOW + 55 * MINUTE)


def test_what_urgent_messages_took_every_turn_of_goes_along_with_one_of_them():
    alarm, limit = owed(3, "alarm", urgent=True), Limit(1, HOUR)
    taken = sent(1, 30 * MINUTE)
    assert plan([owed(1, "a", 59 * MINUTE), alarm], taken, limit=limit)[0] == [("single", [3])]
    assert plan([owed(1, "a", HOUR), owed(2, "b"), alarm], taken, limit=limit)[0] == [("folded", [1, 2, 3])]
    assert plan([owed(1, "a", HOUR), alarm], taken, limit=limit) == ([("folded", [1, 3])], None)
    assert plan([owed(1, "a", HOUR), alarm], limit=Limit(2, HOUR))[0] == [("single", [3]), ("single", [1])]


def test_what_quiet_hours_held_is_not_held_by_the_next_ones_for_want_of_a_turn():
    messages = [owed(1, "a", 23.5 * HOUR), owed(2, "b", 20 * HOUR), owed(3, "c", 19 * HOUR)]
    a_busy_day = {"limit": Limit(1, HOUR), "quiet": Quiet(time(19), time(18))}
    used_up = sent(1, timedelta(hours=23, minutes=40))
    assert plan(messages, used_up, **a_busy_day) == ([("folded", [1, 2, 3])], None)
    # Where the limit opens before the next ones begin, each has its turn.
    a_long_evening = a_busy_day | {"quiet": Quiet(time(20), time(18))}
    (first, *others), opens = plan(messages, used_up, **a_long_evening)
    assert (first, others, opens) == (("single", [1]), [], NOW + HOUR)


def test_what_its_owner_made_wait_is_not_late():
    terms = Terms(limit=Limit(1, HOUR), lateness={"rule": Lateness("drop", HOUR)})
    held = Gathering(terms, [sent(1, 61 * MINUTE)], NOW)
    assert held.late_by(owed(1, "a", 60 * MINUTE)) == MINUTE
    assert Gathering(Terms(), [], NOW).late_by(owed(1, "a", 60 * MINUTE)) == HOUR


@given(st.integers(1, 4), st.lists(st.integers(-200, 400)))
def test_a_limit_always_opens_again(most, minutes):
    limit, instants = Limit(most, HOUR), [NOW - age * MINUTE for age in minutes]
    at = opens_at(limit, instants, NOW)
    assert NOW <= at <= NOW + 2 * HOUR
    assert (at == NOW) == (room(limit, instants, NOW) > 0)
    closed = last_closed_until(limit, [one for one in instants if one <= NOW])
    if room(limit, [one for one in instants if one <= NOW], NOW) == 0:
        assert closed is not None
        assert closed > NOW


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(-60, 4000), st.booleans(), st.booleans())))
def test_every_message_that_may_go_is_in_exactly_one_of_them(shapes):
    messages = [
        owed(number, batch, minutes * MINUTE, urgent=urgent, delivery_id="d" if handed else None)
        for number, (batch, minutes, urgent, handed) in enumerate(shapes)
    ]
    ready, _ = plan(messages)
    going = sorted(number for _, numbers in ready for number in numbers)
    # What was handed over together goes again together.
    since = max((message.since for message in messages if message.delivery_id), default=NOW)
    goes = [message.id for message in messages if (since if message.delivery_id else message.since) <= NOW]
    assert going == goes

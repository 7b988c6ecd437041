"""A rule lived through again on what was kept tells what it told, and what it would have told by other words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.backtest import Arrival, Record, Series, Stage, unknowns
from rules.condition import Reading
from rules.replay import Replay
from rules.rule import Again, For, Joint, Rule, WatchSpec
from tests.story import (
    GAUGE,
    HOUR,
    START,
    STREAM,
    TROUBLE,
    UNKNOWN,
    UTC_ZONE,
    Shop,
    condition,
    entry,
    product,
    rule,
    usd,
)
from watchers.api import FactSpec, Kind, Money, Text

DAY = timedelta(days=1)
VALUES = st.sampled_from([140, 149, 150, 151, 160, UNKNOWN])


def beat(_: str, at):
    return at + HOUR


def lived(one: Rule, values):
    """Let the real rule live through polls an hour apart; return what it told, and what it keeps of them."""
    replay = Replay(one, UTC_ZONE)
    told = []
    for number, value in enumerate(values):
        at = START + number * HOUR
        for _, verdict in replay.pass_time(at - timedelta(microseconds=1)):
            told += verdict.firings
        verdict = replay.poll("watch", None if value == TROUBLE else [product(value)], at)
        told += verdict.firings if verdict else ()
    series = tuple(Series("watch", key, tuple(readings)) for key, readings in replay.history("watch").items())
    return said(told), Record(series)


def stage(record: Record, hours: float, *, since=START, rhythm=beat) -> Stage:
    return Stage(record, UTC_ZONE, since, START + hours * HOUR, rhythm)


def said(firings):
    return [(firing.seen_at, firing.reason, firing.because) for firing in firings]


def again(one: Rule, record: Record, values) -> list:
    return said(stage(record, len(values) - 1).told(one))


RULES = [
    rule("price below 150 USD"),
    rule("price below 150 USD", until="price above 155 USD"),
    rule("price below 150 USD", hold=For(polls=2)),
    rule("price below 150 USD", hold=For(polls=3)),
    rule("price below 150 USD", hold=For(length=2 * HOUR)),
    rule("price below 150 USD", again=Again("lower")),
    rule("price below 150 USD", again=Again("every", 5 * HOUR)),
    rule("price below 150 USD", again=Again("never")),
    rule("price below 150 USD", first="baseline"),
    rule("price changes"),
    rule("price drops by 5 USD from highest in 6 hours"),
    rule("price < 99% of median in 6 hours"),
    rule("price is unknown"),
    rule("nothing for 4 hours"),
]


@pytest.mark.parametrize("one", RULES, ids=lambda one: f"{one.condition.text} {one.hold} {one.again.when}")
@settings(deadline=None)  # how long an example takes depends on the machine
@given(values=st.lists(VALUES, min_size=1, max_size=30))
def test_what_was_seen_without_a_gap_tells_again_what_was_told(one, values):
    _, record = lived(rule("price changes"), values)
    told, _ = lived(one, values)
    assert again(one, record, values) == told


@pytest.mark.parametrize("one", [RULES[0], RULES[1], RULES[5], RULES[7], RULES[9]], ids=lambda one: one.condition.text)
@settings(deadline=None)  # how long an example takes depends on the machine
@given(values=st.lists(st.one_of(VALUES, st.just(TROUBLE)), min_size=1, max_size=30))
def test_troubles_in_between_change_nothing_of_what_is_told(one, values):
    told, record = lived(one, values)
    assert again(one, record, values) == told


@settings(deadline=None)  # how long an example takes depends on the machine
@given(values=st.lists(st.one_of(VALUES, st.just(TROUBLE)), min_size=1, max_size=30), polls=st.integers(2, 9))
def test_what_was_not_looked_at_does_not_count_towards_for(values, polls):
    _, record = lived(RULES[0], values)
    seen = sum(value != TROUBLE for value in values)
    # A gap of up to twice the interval counts as looked at, so one poll may be added for each stretch.
    stretches = sum(before != TROUBLE and value == TROUBLE for before, value in pairwise(values))
    one = rule("price below 200 USD", hold=For(polls=polls))
    assert len(again(one, record, values)) <= (1 if seen + stretches >= polls else 0)


def test_a_blind_stretch_inside_a_reading_is_one_gap():
    values = [149] * 3 + [TROUBLE] * 20 + [149] * 3
    _, record = lived(RULES[0], values)
    (reading,) = record.readings
    assert (reading.until - reading.at, reading.known_for) == (25 * HOUR, 6 * HOUR)
    # Six polls stood behind it: as many are lived through, and the gap counts as twice the interval.
    for polls, count in ((6, 1), (7, 0)):
        assert len(again(rule("price below 150 USD", hold=For(polls=polls)), record, values)) == count
    for hours, count in ((6, 1), (7, 0)):
        assert len(again(rule("price below 150 USD", hold=For(length=hours * HOUR)), record, values)) == count


def test_a_pending_rule_looks_when_for_would_be_full_as_it_did():
    record = Record((Series("watch", "product", (Reading(START, START + 3 * HOUR, {"price": usd(149)}, 3 * HOUR),)),))
    one = rule("price below 150 USD", hold=For(length=timedelta(minutes=90)))
    (firing,) = stage(record, 3).told(one)
    assert firing.seen_at == START + timedelta(minutes=90)


def test_what_time_may_change_waits_for_a_poll_at_that_very_instant():
    readings = (
        Reading(START, START + HOUR, {"price": usd(160)}, 2 * HOUR),
        Reading(START + 2 * HOUR, START + 3 * HOUR, {"price": usd(150)}, HOUR),
    )
    record = Record((Series("watch", "product", readings),))
    assert stage(record, 3).told(rule("nothing for 2 hours")) == ()
    assert len(stage(record, 4).told(rule("nothing for 2 hours"))) == 1


def test_blindness_is_no_silence():
    one = rule("nothing for 4 hours")
    for values in ([149, 149, 149, *[TROUBLE] * 20, 155], [149, 149, *[TROUBLE] * 20, 149, 155]):
        told, record = lived(one, values)
        assert (again(one, record, values), told) == ([], [])


def test_what_lay_before_is_remembered_and_not_counted():
    values = [149] * 5 + [160] * 5 + [149] * 5
    _, record = lived(RULES[0], values)
    since = START + 3 * HOUR
    (one,) = stage(record, 14, since=since).told(RULES[0])
    assert (one.reason, one.seen_at) == ("crossed", START + 10 * HOUR)
    # A window reaches back beyond that.
    drop = rule("price drops by 10 USD from highest in 12 hours")
    assert [firing.seen_at for firing in stage(record, 14, since=START + 10 * HOUR).told(drop)] == [START + 10 * HOUR]


def test_what_was_kept_was_believed():
    doubted = replace(GAUGE, doubted="price")
    _, record = lived(RULES[0], [149, 149])
    one = rule("price below 150 USD", doubted)
    assert [firing.seen_at for firing in stage(record, 1).told(one)] == [START]


def test_a_rule_that_looks_every_minute_for_months_is_lived_through_at_fewer_instants():
    minute = timedelta(minutes=1)
    readings = (
        Reading(START, START + 30 * DAY, {"price": usd(160)}, 30 * DAY + minute),
        Reading(START + 30 * DAY + minute, START + 60 * DAY, {"price": usd(150)}, 30 * DAY),
    )
    record = Record((Series("watch", "product", readings),))
    one = rule("price < 99% of median in 30 days", every=minute)
    asked = []

    def each_minute(_, at):
        asked.append(at)
        return at + minute

    whole = Stage(record, UTC_ZONE, START, START + 60 * DAY, each_minute)
    (firing,) = whole.told(one)
    assert firing.seen_at == readings[1].at
    assert asked == []
    # Nobody skips a poll where `for` counts them.
    assert len(whole.told(rule("price below 155 USD", every=minute, hold=For(polls=5)))) == 1


def test_several_sources_each_have_their_own_memory():
    one = rule("price below 150 USD")
    other = WatchSpec("other", GAUGE, "other.example", Shop())
    one = replace(one, watches=(*one.watches, other))
    _, first = lived(RULES[0], [160, 149, 149])
    series = (*first.series, replace(first.series[0], watch_id="other"), replace(first.series[0], watch_id="gone"))
    told = stage(Record(series), 2).told(one)
    assert [(firing.watch_id, firing.seen_at) for firing in told] == [
        ("watch", START + HOUR),
        ("other", START + HOUR),
    ]


def test_several_things_of_one_source_are_seen_by_the_same_polls():
    readings = tuple(Reading(START + n * HOUR, START + n * HOUR, {"price": usd(140 + n)}, HOUR) for n in range(6))
    steady = (Reading(START, START + 5 * HOUR, {"price": usd(145)}, 5 * HOUR),)
    record = Record((Series("watch", "moves", readings), Series("watch", "stands", steady)))
    for polls, keys in ((6, {"moves", "stands"}), (7, set())):
        told = stage(record, 5).told(rule("price below 150 USD", hold=For(polls=polls)))
        assert {firing.observation for firing in told} == keys


def test_sources_that_are_judged_together_are_lived_through_together():
    kind = Kind("joint", "gauge", "Two.", "", (FactSpec("a.price", Money, "A."), FactSpec("b.price", Money, "B.")))
    spec = WatchSpec("both", kind, "a · b", Shop())
    one = replace(rule("price below 1 USD"), kind=kind, condition=condition("a.price < b.price", kind))
    one = replace(one, joint=Joint(spec, (("a", "watch"),)))
    readings = (
        Reading(START, START, {"a.price": usd(10), "b.price": usd(9)}, HOUR),
        Reading(START + HOUR, START + HOUR, {"a.price": usd(8), "b.price": usd(9)}),
    )
    (firing,) = stage(Record((Series("both", "together", readings),)), 1).told(one)
    assert firing.seen_at == START + HOUR


# Streams.


def arrivals(*titles: str, **settings) -> Record:
    made = [Arrival("watch", entry(title, title), START + n * HOUR, **settings) for n, title in enumerate(titles)]
    return Record(arrivals=tuple(made))


def told_rule() -> Rule:
    return rule("text mentions tokamak", STREAM)


def test_things_of_a_stream_are_told_when_they_came():
    record = arrivals("old tokamak", "a tokamak", "nothing", "tokamak again")
    record = replace(record, arrivals=(replace(record.arrivals[0], was_there=True), *record.arrivals[1:]))
    told = stage(record, 9).told(rule("text mentions tokamak", STREAM))
    assert [(firing.observation, firing.reason) for firing in told] == [("a tokamak", "new"), ("tokamak again", "new")]
    assert [firing.seen_at for firing in told] == [START + HOUR, START + 3 * HOUR]
    assert len(stage(record, 9, since=START + 2 * HOUR).told(told_rule())) == 1
    # What another source brought, which the rule no longer reads, is none of its business.
    gone = replace(record.arrivals[1], watch_id="gone")
    assert len(stage(replace(record, arrivals=(*record.arrivals, gone)), 9).told(told_rule())) == 2


def test_for_counts_only_what_is_there_still():
    one = rule("text mentions tokamak", STREAM, hold=For(polls=3))
    (firing,) = stage(arrivals("old", "a tokamak"), 9).told(one)
    assert firing.seen_at == START + 3 * HOUR
    assert stage(arrivals("old", "a tokamak", is_there=False), 9).told(one) == ()


def test_what_was_told_was_there_until_then():
    one = rule("text mentions tokamak", STREAM, hold=For(length=90 * timedelta(minutes=1)))
    told_at = START + 150 * timedelta(minutes=1)
    (firing,) = stage(arrivals("old", "a tokamak", is_there=False, told_at=told_at), 9).told(one)
    assert firing.seen_at == told_at
    longer = replace(one, hold=For(length=2 * HOUR))
    assert stage(arrivals("old", "a tokamak", is_there=False, told_at=told_at), 9).told(longer) == ()


def test_time_passes_for_what_is_there_still():
    one = rule("text mentions tokamak", STREAM, again=Again("every", 3 * HOUR))
    there = stage(arrivals("old", "a tokamak"), 9).told(one)
    assert [firing.reason for firing in there] == ["new", "again: still true", "again: still true"]
    assert len(stage(arrivals("old", "a tokamak", is_there=False), 9).told(one)) == 1


def test_what_looks_back_at_a_stream_has_readings_and_other_sentences_have_not():
    readings = tuple(Reading(START + n * HOUR, START + n * HOUR, {"price": usd(50 - n)}, HOUR) for n in range(3))
    record = replace(arrivals("old", "a tokamak"), series=(Series("watch", "old", readings),))
    moving = stage(record, 9).told(rule("price drops from previous", STREAM))
    assert [firing.observation for firing in moving] == ["old", "old"]
    assert [firing.observation for firing in stage(record, 9).told(rule("text mentions tokamak", STREAM))] == [
        "a tokamak"
    ]


# What cannot be known.


def test_what_cannot_be_known_is_said():
    def unknown(one, record, **settings):
        told = {"is_altered": False, "thinned_before": START, **settings}
        return " | ".join(unknowns(one, record, **told))

    _, record = lived(RULES[0], [149, 149])
    assert unknown(RULES[0], record) == ""
    assert "nothing was kept yet" in unknown(RULES[0], Record())
    assert "no reading knows available" in unknown(rule("price below 1 USD and available"), record)
    # A flag that is only ever evidence is no where nothing is said of it.
    assert unknown(rule("price below 1 USD", until="sold_out"), record) == ""
    assert "before 2026-03-02 only" in unknown(RULES[0], record, thinned_before=START + DAY)
    assert "what other saw" in unknown(RULES[0], replace(record, lent_by=("other",)))
    there = replace(arrivals("a", "b"), arrivals=tuple(replace(a, was_there=True) for a in arrivals("a", "b").arrivals))
    assert "2 things were there" in unknown(rule("text mentions a", STREAM), there)
    assert "what left" in unknown(rule("text mentions a", STREAM), arrivals("a"), is_altered=True)
    assert "nothing new came" in unknown(rule("nothing for 7 days", STREAM), arrivals("a"))
    assert "rules album" in unknown(rule('rule "album"'), record)


def test_history_begins_with_the_first_that_is_known():
    _, record = lived(RULES[0], [149])
    assert (record.begins, Record().begins, arrivals("a", "b").begins) == (START, None, START)
    assert Text("x") not in record.readings[0].facts.values()


def test_what_changed_while_it_was_there_is_said_to_be_unknown():
    def said_of(record):
        return list(unknowns(told_rule(), record, is_altered=False, thinned_before=START))

    assert said_of(arrivals("a", "b")) == []
    assert said_of(arrivals("a", is_moving=True)) == [
        "1 thing changed after coming: what was seen in between is not kept"
    ]
    assert said_of(arrivals("a", "b", is_moving=True))[0].startswith("2 things changed")

"""The judgement, as stories."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.rule import Again, For
from tests.story import (
    DOUBTED,
    GAUGE,
    HOUR,
    START,
    STREAM,
    TROUBLE,
    UNKNOWN,
    Told,
    entry,
    product,
    rule,
    story,
    stream_story,
    usd,
)
from watchers.api import Text

BELOW = "price below $150"


@pytest.mark.parametrize(
    ("series", "told"),
    [
        ([160, 149, 170, 149], [None, "crossed", None, "crossed"]),
        ([160, 149, 149], [None, "crossed", None]),
        ([160, 149, 149, 149], [None, "crossed", None, None]),
        ([160, 149, TROUBLE, 149], [None, "crossed", None, None]),
        ([160, 149, UNKNOWN, 149], [None, "crossed", None, None]),
        ([149, 149], ["already true when first seen", None]),
        ([UNKNOWN, 149], [None, "already true when first seen"]),
        ([160, UNKNOWN, TROUBLE, 149], [None, None, None, "crossed"]),
        ([160, 150, 149.99], [None, None, "crossed"]),
    ],
)
def test_a_price_rule_tells_each_crossing_once(series, told):
    assert story(BELOW, series) == told


def test_a_rule_that_takes_its_first_look_as_baseline_waits_for_a_crossing():
    assert story(BELOW, [149, 149, 160, 149], first="baseline") == [None, None, None, "crossed"]


def test_a_change_is_told_each_time_and_a_return_to_the_same_price_is_a_change():
    assert story("price changes", [1, 2, 2, 3, 1]) == [None, "changed", None, "changed", "changed"]


def test_a_change_is_not_lost_while_the_page_cannot_be_read():
    assert story("price changes", [10, UNKNOWN, TROUBLE, 11]) == [None, None, None, "changed"]


def test_hysteresis_keeps_a_rule_met_until_its_own_end():
    series = [160, 149, 155, 149, 161, 149]
    assert story(BELOW, series, until="price above $160") == [None, "crossed", None, None, None, "crossed"]


def test_for_so_many_polls_is_unbroken_by_what_could_not_be_seen():
    series = [160, 149, TROUBLE, 149, UNKNOWN, 149, 149]
    assert story(BELOW, series, hold=For(polls=3)) == [None, None, None, None, None, "crossed", None]


def test_for_so_many_polls_begins_again_after_a_false_one():
    assert story(BELOW, [160, 149, 149, 160, 149, 149, 149], hold=For(polls=3))[-1] == "crossed"


def test_for_a_length_adds_up_gaps_and_asks_for_the_poll_at_which_it_is_full():
    told = Told(rule(BELOW, hold=For(length=timedelta(minutes=90))))
    told.see(product(160))
    told.wait()
    told.see(product(149))
    assert told.verdict.poll_again_at == told.now + timedelta(minutes=90)
    told.wait()
    assert told.see(product(149)) == []
    assert told.verdict.poll_again_at == told.now + timedelta(minutes=30)
    told.wait(timedelta(minutes=30))
    assert [firing.reason for firing in told.see(product(149))] == ["crossed"]


def test_for_a_length_counts_a_laptops_sleep_as_two_intervals_at_most():
    told = Told(rule(BELOW, hold=For(length=timedelta(hours=3))))
    told.see(product(149))
    told.wait(timedelta(days=2))
    assert told.see(product(149)) == []
    assert told.of().true_for == 2 * HOUR


def test_a_reminder_comes_when_it_gets_cheaper_still():
    series = [160, 149, 148, 148, 149, 147]
    told = [None, "crossed", "again: lower", None, None, "again: lower"]
    assert story(BELOW, series, again=Again("lower")) == told


def test_a_reminder_comes_each_day_while_it_is_true():
    told = Told(rule(BELOW, again=Again("every", timedelta(days=1))))
    told.see(product(160))
    told.wait()
    told.see(product(149))
    assert told.verdict.judge_again_at == told.now + timedelta(days=1)
    told.wait(timedelta(hours=23))
    assert told.see(product(149)) == []
    told.wait()
    assert [firing.reason for firing in told.see(product(149))] == ["again: still true"]


def test_a_rule_that_tells_once_for_ever_does():
    assert story(BELOW, [160, 149, 160, 149], again=Again("never")) == [None, "crossed", None, None]


def test_an_edited_rule_says_what_is_already_true_and_an_unchanged_one_says_nothing():
    told = Told(rule(BELOW))
    told.see(product(155))
    told.edit(name="Another name", every=2 * HOUR)
    assert told.see(product(155)) == []
    told.edit(condition=rule("price below $160").condition, meaning="another")
    assert [firing.reason for firing in told.see(product(155))] == ["already true when first seen"]


class TestImplausibleReadings:
    def test_a_glitch_is_held_and_never_told(self):
        assert story(BELOW, [160, 0.01, 160], kind=DOUBTED) == [None, None, None]

    def test_a_steep_fall_is_told_once_it_was_seen_twice(self):
        told = Told(rule(BELOW, DOUBTED))
        told.see(product(1600))
        told.wait()
        assert told.see(product(149)) == []
        assert told.verdict.poll_again_at == told.now + timedelta(minutes=5)
        told.wait(timedelta(minutes=5))
        assert [firing.reason for firing in told.see(product(149))] == ["crossed"]

    def test_it_is_not_confirmed_before_its_time(self):
        told = Told(rule(BELOW, DOUBTED))
        told.see(product(1600))
        told.wait()
        told.see(product(149))
        told.wait(timedelta(minutes=1))
        assert told.see(product(149)) == []

    def test_a_first_reading_that_would_be_told_is_looked_at_twice(self):
        told = Told(rule(BELOW, DOUBTED))
        assert told.see(product(149)) == []
        assert told.of().held is not None
        told.wait(timedelta(minutes=5))
        assert [firing.reason for firing in told.see(product(149))] == ["already true when first seen"]

    def test_a_first_reading_that_would_not_be_told_counts_at_once(self):
        told = Told(rule(BELOW, DOUBTED))
        told.see(product(160))
        assert told.of().held is None

    def test_a_held_reading_enters_no_window(self):
        told = Told(rule("price is lowest in 4 hours", DOUBTED))
        for value in (160, 160, 0, 160, 155):
            told.see(product(value))
            told.wait()
        assert [firing.facts["price"] for firing in told.firings] == [usd(155)]

    def test_a_clock_that_is_set_back_holds_it_anew(self):
        told = Told(rule(BELOW, DOUBTED))
        told.see(product(1600))
        told.wait()
        told.see(product(149))
        told.wait(-timedelta(days=1))
        assert told.see(product(149)) == []
        told.wait(timedelta(minutes=5))
        assert told.see(product(149)) != []


class TestStreams:
    def test_what_it_holds_at_first_is_seen_and_not_told(self):
        assert stream_story("mentions ITER", [[entry("1", "ITER"), entry("2")], [entry("1", "ITER")]]) == [[], []]

    def test_what_appears_is_told_once_however_often_it_comes_back(self):
        new = entry("2", "ITER again")
        polls = [[entry("1")], [entry("1"), new], [entry("1")], [new], [new]]
        assert stream_story("mentions ITER", polls) == [[], ["2"], [], [], []]

    def test_an_edited_title_is_no_new_entry(self):
        polls = [[], [entry("1", "ITER")], [entry("1", "ITER is late")]]
        assert stream_story("mentions ITER", polls) == [[], ["1"], []]

    def test_an_entry_that_changes_its_key_is_known_by_another(self):
        before = replace(entry("guid-1", "ITER"), also=("https://one.example/iter",))
        after = replace(entry("guid-2", "ITER"), also=("https://one.example/iter",))
        assert stream_story("mentions ITER", [[], [before], [after], [before]]) == [[], ["guid-1"], [], []]

    def test_a_new_topic_phrase_makes_no_old_entry_fire(self):
        told = Told(rule("mentions ITER", STREAM))
        old, gone = entry("old", "tokamak"), entry("gone", "tokamak")
        told.see(old, gone)
        told.wait()
        told.see(old)
        told.edit(condition=rule("mentions [ITER, tokamak]", STREAM).condition, meaning="another")
        told.wait()
        assert told.see(old) == []
        told.wait()
        assert told.see(old, gone) == []
        told.wait()
        assert [firing.observation for firing in told.see(old, gone, entry("new", "tokamak"))] == ["new"]

    def test_an_offer_that_gets_cheap_enough_is_told_though_it_was_there_from_the_start(self):
        polls = [[entry("1", price=usd(120))], [entry("1", price=usd(90))]]
        assert stream_story("price below $100", polls) == [[], ["1"]]

    def test_what_could_not_be_known_at_first_is_not_told_when_it_is(self):
        polls = [[entry("1")], [entry("1", price=usd(90))]]
        assert stream_story("price below $100", polls) == [[], []]

    def test_what_appears_incomplete_is_told_when_it_is_known(self):
        polls = [[], [entry("1")], [entry("1", price=usd(90))]]
        assert stream_story("price below $100", polls) == [[], [], ["1"]]

    def test_a_rule_may_ask_to_be_told_of_all_that_is_there(self):
        polls = [[entry("1", "ITER"), entry("2")], [entry("1", "ITER")]]
        assert stream_story("mentions ITER", polls, first="tell") == [["1"], []]


class TestSilence:
    def test_nothing_for_a_time_is_told_once_and_again_after_something_came(self):
        told = Told(rule("nothing for 3 hours", STREAM))
        reasons = []
        for poll in range(12):
            seen = [entry("1")] if poll < 6 else [entry("1"), entry("2")]
            reasons.append(len(told.see(*seen)))
            told.wait()
        assert reasons == [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0]

    def test_blindness_is_not_silence(self):
        told = Told(rule("nothing for 3 hours", STREAM))
        told.see(entry("1"))
        told.wait(timedelta(days=2))
        assert told.see(entry("1")) == []


def test_the_same_firing_has_the_same_key_and_no_two_share_one():
    told, twin = Told(rule(BELOW, GAUGE)), Told(rule(BELOW, GAUGE))
    for value in (160, 149, 160, 149):
        told.see(product(value))
        twin.see(product(value))
        told.wait()
        twin.wait()
    assert [firing.key for firing in told.firings] == [firing.key for firing in twin.firings]
    assert len({firing.key for firing in told.firings}) == 2


def test_a_firing_says_what_the_value_was_before():
    told = Told(rule(BELOW))
    for value in (160, 160, 149):
        told.see(product(value))
        told.wait()
    (firing,) = told.firings
    assert firing.before["price"] == usd(160)
    assert firing.title == "Headphones"
    assert firing.because


class TestHowMuchOfThePastIsLookedAt:
    def test_who_remembers_more_comes_to_nothing_else(self):
        """The store hands over the last readings; a replay knows them all. Neither tells what the other does not."""
        for kept in (9, 100):
            told = Told(rule("price below $200", DOUBTED, first="baseline"))
            for value in (155, *[UNKNOWN] * 12, 1600, 1600):
                told.history = {key: readings[-kept:] for key, readings in told.history.items()}
                told.see(product(value, name=Text(f"Headphones, seen {told.now:%H:%M}")))
                told.wait()
                held = told.of().held
                assert (held is not None) == (value == 1600 and told.now == START + 14 * HOUR)

    def test_a_text_among_many_readings_is_a_repeat_for_both(self):
        firings = []
        for kept in (9, 100):
            told = Told(rule("name changes"))
            for number in range(30):
                told.history = {key: readings[-kept:] for key, readings in told.history.items()}
                name = "Sony" if number in (0, 29) else "Bose"
                told.see(product(100 + number, name=Text(name)))
                told.wait()
            firings.append([(firing.key, firing.before) for firing in told.firings])
        assert firings[0] == firings[1]

    def test_a_window_is_looked_at_whole(self):
        told = Told(rule("price is lowest in 3 days", known_any=True))
        for number in range(40):
            told.see(product(100 if number == 0 else 120 + number % 2))
            told.wait()
        assert told.see(product(110)) == []


class TestWhatNothingForKeeps:
    def test_the_readings_of_what_it_watches_are_kept_so_that_it_can_be_lived_through_again(self):
        told = Told(rule("nothing for 3 hours"))
        for value in (160, 160, 155):
            told.see(product(value))
            told.wait()
        assert [(reading.facts["price"], reading.until) for reading in told.history["product"]] == [
            (usd(160), START + HOUR),
            (usd(155), START + 2 * HOUR),
        ]

    def test_of_a_list_nothing_is_kept(self):
        told = Told(rule("nothing for 3 hours", STREAM))
        told.see(entry("1"))
        assert told.history == {}

"""What the reference of the `when` language promises, line by line, where no other test says it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.rule import Again, For
from rules.when import compile_condition
from tests.rule_files import faults_of, rule_of, rule_text
from tests.sentences import NAMES, finding, truth
from tests.sentences import usd as money
from tests.small_world import BUSY, MINUTE, Life, Source, rule
from tests.story import DOUBTED, GAUGE, HOUR, START, STREAM, TROUBLE, UNKNOWN, Told, entry, product, story, stream_story
from tests.story import rule as a_rule
from watchers.api import FactSpec, Flag, Moment, Text

EVENTS = replace(STREAM, facts=(*STREAM.facts, FactSpec("starts", Moment, "When it begins.")))


def at(minutes: float) -> Moment:
    return Moment(START + minutes * MINUTE)


# Truth.


@pytest.mark.parametrize("facts", [{}, {"price": money(1)}], ids=["unknown", "known"])
def test_whether_something_is_known_is_never_unknown(facts):
    assert truth("price is known", facts) is bool(facts)
    assert truth("price is unknown", facts) is not bool(facts)
    assert truth("80% of price + 1 USD is known", facts) is bool(facts)


def test_a_fact_that_was_not_given_is_neither_zero_nor_empty_nor_no():
    for sentence in ("price below $1", "rating = 0", 'title is ""', "not available", "days_left <= 0", "price = $0"):
        assert truth(sentence, {}) is None


def test_a_page_that_states_no_availability_can_still_be_cheap():
    assert truth("price below $150 and not sold_out", {"price": money(140)}) is True
    assert truth("price below $150 and not sold_out", {"price": money(140), "sold_out": Flag(True)}) is False


def test_a_comparison_with_the_reading_before_passes_over_what_could_not_be_seen():
    assert story("price < previous", [100, UNKNOWN, TROUBLE, 90, 95]) == [None, None, None, "changed", None]


def test_the_first_reading_is_the_first_ever():
    told = story("price < 80% of first", [100, 120, 90, 79, 85, 79])
    assert told == [None, None, None, "crossed", None, "crossed"]


def test_what_was_last_told_is_the_first_reading_before_anything_was_told():
    told = story("price drops by 20 USD from last told", [100, 90, 80, 75, 60, 59])
    assert told == [None, None, "crossed", None, "crossed", None]


def test_each_further_step_from_what_was_last_told_is_told():
    """Nothing between two steps would show that the sentence was over: what was told is what it is compared with."""
    assert story("price drops by 20 USD from last told", [160, 140, 120, 119, 100, 60]) == [
        None, "crossed", "crossed", None, "crossed", "crossed",
    ]  # fmt: skip
    assert story("price moves by 5% from last told", [100, 90, 100, 101, 90]) == [
        None, "crossed", "crossed", None, "crossed",
    ]  # fmt: skip


def test_what_is_true_whatever_was_last_told_is_told_once():
    sentence = "price drops by 20 USD from last told or price below $150"
    assert story(sentence, [160, 140, 120, 100]) == [None, "crossed", None, None]
    assert story("price drops from last told and price below $150", [160, 149, 148, 148, 147]) == [
        None, "crossed", "crossed", None, "crossed",
    ]  # fmt: skip


def test_a_further_step_waits_as_long_as_for_asks_and_until_until():
    sentence = "price drops by 20 USD from last told"
    steps = [160, 140, 140, 120, 120, 120]
    assert story(sentence, steps, hold=For(polls=2)) == [None, None, "crossed", None, "crossed", None]
    assert story(sentence, [160, 140, 120, 170, 140, 110], until="price above $160") == [
        None, "crossed", None, None, None, "crossed",
    ]  # fmt: skip
    assert story(sentence, [160, 140, 120, 100], again=Again("never")) == [None, "crossed", None, None]


def test_a_window_runs_back_from_the_reading_and_does_not_count_it():
    told = story("price < lowest in 3 hours", [100, 100, 100, 99, 99, 99, 99, 98])
    assert told == [None, None, None, "crossed", None, None, None, "crossed"]


def test_two_currencies_are_never_compared_and_that_is_said():
    said = finding("price below $150", {"price": replace(money(1), currency="EUR")})
    assert said.holds is None
    assert "EUR cannot be compared with USD" in said.because


def test_a_page_that_returns_to_one_of_its_last_versions_is_no_news():
    def pages(text: str, **settings: object) -> list[str | None]:
        told = Told(a_rule("name changes", GAUGE, **settings))
        heard = []
        for version in text:
            fired = told.see(product(1, name=Text(version)))
            heard.append(fired[0].reason if fired else None)
            told.wait()
        return heard

    assert pages("ABACA") == [None, "changed", None, "changed", None]
    assert pages("ABCDEFGA") == [None, *["changed"] * 7]
    assert pages("ABA", ignore_repeats=0) == [None, "changed", "changed"]


# Beside `when`.


def test_what_ends_a_met_rule_has_to_be_known():
    series = [149, 155, UNKNOWN, TROUBLE, 149, 161, 149]
    told = story("price below $150", series, until="price above $160")
    assert told == ["already true when first seen", *[None] * 5, "crossed"]


def test_unknown_neither_counts_nor_resets_what_has_to_last():
    told = story("price below $150", [160, 149, UNKNOWN, 149, TROUBLE, 149, 149], hold=For(polls=3))
    assert told == [None, None, None, None, None, "crossed", None]


def test_a_rule_that_tells_once_for_ever_does_so_also_when_it_was_edited():
    told = Told(a_rule("price below $150", again=Again("never")))
    for when in ("price below $150", "price below $151"):
        told.edit(condition=a_rule(when).condition, meaning=when)
        for price in (149, 160, 149):
            told.see(product(price))
            told.wait()
    assert [firing.reason for firing in told.firings] == ["already true when first seen"]


@pytest.mark.parametrize(
    ("again", "prices", "reasons"),
    [
        ("lower", [140, 145, 139, 139, 138], {2: "again: lower", 4: "again: lower"}),
        ("higher", [140, 139, 141, UNKNOWN, 142], {2: "again: higher", 4: "again: higher"}),
    ],
)
def test_a_reminder_compares_with_what_was_last_told(again, prices, reasons):
    told = story("price below $150", prices, again=Again(again))
    assert dict(enumerate(told)) == dict.fromkeys(range(5)) | {0: "already true when first seen"} | reasons


@pytest.mark.parametrize(
    ("lines", "every"),
    [
        ((), timedelta(hours=1)),
        (("every: auto",), timedelta(hours=1)),
        (("every: auto", "between: [2h, 1d]"), timedelta(hours=2)),
    ],
)
def test_a_rule_that_says_nothing_else_looks_each_hour(lines, every):
    found = rule_of("watch: shelf", "url: https://a.example/", "when: price below $3", *lines)
    assert (found.every, found.urgency, found.first) == (every, "normal", "tell")


@pytest.mark.parametrize("beside", ["for: 1h", "until: price above $3", "again: when lower", "again: never"])
@pytest.mark.parametrize("when", ["changes", "price drops from previous", "price changes and title contains x"])
def test_what_is_true_of_one_reading_only_takes_nothing_that_lasts(when, beside):
    faults = faults_of(rule_text("watch: shelf", "url: https://a.example/", f"when: {when}", beside))
    assert ["true of one reading only" in fault.message for fault in faults] == [True]


# Memory.


def test_the_first_poll_without_trouble_is_the_baseline_however_late_it_comes(database):
    life = Life(database, {"watch": Source(((0, TROUBLE), (200, (entry("1", "ITER"),)), (800, (entry("2", "ITER"),))))})
    life.live(until=1000, script=((0, (rule("mentions ITER", STREAM),)),))
    assert [one.observation for one in life.told("rule")] == ["2"]


def test_what_has_left_its_source_is_not_told_when_its_time_comes(database):
    """`crossed` is possible only for what the latest poll showed."""
    gone, stays = entry("1", starts=at(600)), entry("2", starts=at(600))
    life = Life(database, {"watch": Source(((0, (gone, stays)), (200, (stays,))))})
    life.live(until=900, script=((0, (rule("starts within 2 hours", EVENTS, every=45 * MINUTE),)),))
    assert [(one.observation, one.minute) for one in life.told("rule")] == [("2", 480.0)]


def test_a_date_is_told_at_its_instant_whether_or_not_the_source_answers(database):
    life = Life(database, {"watch": Source(((0, (entry("1", starts=at(600)),)), (100, TROUBLE)))})
    life.live(until=900, script=((0, (rule("starts within 2 hours", EVENTS),)),))
    assert [one.minute for one in life.told("rule")] == [480.0]


def test_a_rule_switched_off_while_nothing_changes_in_its_source_still_tells_of_a_date(database):
    life = Life(database, {"watch": Source(((0, (entry("1", starts=at(600)),)),))})
    rules = (rule("starts within 2 hours", EVENTS),)
    life.live(until=900, script=((0, rules), (200, ()), (300, rules)))
    assert [one.minute for one in life.told("rule")] == [480.0]


def test_silence_that_was_counted_is_not_lost_while_a_rule_is_switched_off(database):
    """It is not counted meanwhile either: nobody looked."""
    life = Life(database, {"watch": Source(((0, 100),))})
    rules = (rule("nothing for 5 hours", every=20 * MINUTE),)
    life.live(until=2000, script=((0, rules), (200, ()), (1000, rules)))
    (told,) = life.told("rule")
    assert 1080 <= told.minute <= 1160


@pytest.mark.parametrize("hours", [24, 24 * 29])
def test_a_rule_that_comes_back_within_a_month_knows_what_it_told(database, hours):
    life = Life(database, {"watch": Source(((0, 149),))})
    life.live(until=10, script=((0, (rule("price below $150"),)),))
    life.keep()
    life.now += hours * HOUR
    life.live(until=hours * 60 + 600, script=((0, (rule("price below $150"),)),))
    assert [one.reason for one in life.told("rule")] == ["already true when first seen"]


HELD = [
    ("the same again", ((0, 100), (125, 1)), ["crossed"]),
    ("another", ((0, 100), (125, 1), (129, 100)), []),
    ("nothing", ((0, 100), (125, 1), (129, TROUBLE)), []),
    ("nothing, then the same", ((0, 100), (125, 1), (129, TROUBLE), (500, 1)), ["crossed"]),
    ("asks for patience", ((0, 100), (125, 1), (129, BUSY)), []),
    ("zero", ((0, 100), (125, 0), (129, 100)), []),
    ("no price at all", ((0, 100), (125, 1), (129, UNKNOWN)), []),
]


@pytest.mark.parametrize(("then", "sights", "told"), HELD, ids=[case[0] for case in HELD])
def test_a_number_that_can_hardly_be_right_waits_for_a_second_look(database, then, sights, told):
    life = Life(database, {"watch": Source(sights)})
    life.live(until=900, script=((0, (rule("price below $50", DOUBTED, confirm_after=2 * MINUTE),)),))
    assert [one.reason for one in life.told("rule")] == told


def test_a_number_that_waits_for_a_second_look_is_no_baseline_and_in_no_window():
    told = Told(a_rule("price < 50% of lowest in 10 hours or price > 150% of previous", DOUBTED))
    for price in (100, 100, 100, 100, 100, 100, 1, 100, 101):
        told.see(product(price))
        told.wait()
    assert told.firings == []
    assert [reading.facts["price"] for reading in told.history["product"] if "price" in reading.facts][-1] == money(101)


def test_things_are_told_in_one_order_whatever_order_they_are_seen_in():
    entries = [entry(str(n), "ITER") for n in range(5)]
    one, other = (stream_story("mentions ITER", [[], order]) for order in (entries, entries[::-1]))
    assert sorted(one[1]) == sorted(other[1]) == [str(n) for n in range(5)]


def test_the_longest_sentence_is_read_and_a_longer_one_is_not():
    parts = " or ".join(f"price below ${n}" for n in range(1, 300))
    assert len(parts) > 4000
    assert compile_condition(parts[:3990].rpartition(" or ")[0], GAUGE, NAMES)
    faults = faults_of(rule_text("watch: shelf", "url: https://a.example/", f"when: {parts}"))
    assert ["longer than 4000" in fault.message for fault in faults] == [True]

"""Which readings are looked at twice before they count, and what a rule keeps to look back at."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from rules import plausible
from rules.condition import Always, Reading
from rules.history import differing, first_known, keeps_readings, remembered, returns
from rules.rule import Again, For
from tests.story import GAUGE, HOUR, START, STREAM, Told, rule, usd
from watchers.api import Fact, FactSpec, Flag, Money, Number, Observation, Text


def read(*facts: Fact, name: str = "price") -> list[Reading]:
    return [Reading(START + place * HOUR, START + place * HOUR, {name: fact}) for place, fact in enumerate(facts)]


def number(value: object) -> Number:
    return Number(Decimal(str(value)))


@pytest.mark.parametrize(
    ("fact", "history"),
    [
        (usd(160), []),
        (usd(160), read(usd(17), usd(1599))),
        (usd(0), read(usd(160), usd(0))),
        (usd(1), read(Money(Decimal(160), "EUR"))),
        (usd(1), read(Money(Decimal(160), None))),
        (usd(1), read(number(160))),
        (number(1), read(usd(160))),
        (usd(1), [Reading(START, START, {"name": Text("Headphones")})]),
        (Flag(value=True), read(usd(160))),
        (Text("160"), []),
        (number(-5), read(number(-20))),
    ],
)
def test_what_is_believed_at_first_sight(fact, history):
    assert plausible.doubt(fact, "price", history) == ""


@pytest.mark.parametrize(
    ("fact", "history", "why"),
    [
        (usd(0), [], "is zero"),
        (number(0), read(number(7)), "is zero"),
        (usd(16), read(usd(160)), "far from its usual 160"),
        (usd(1600), read(usd(160)), "far from its usual 160"),
        (number(3), read(number(160), number(150), number(140)), "far from its usual 150"),
        (usd(16), read(usd(1), *[usd(160)] * 9), "far from its usual 160"),
    ],
)
def test_what_is_looked_at_twice(fact, history, why):
    assert why in plausible.doubt(fact, "price", history)


def test_a_step_is_between_two_numbers_of_one_kind():
    assert plausible.step(usd(160), usd(149)) == -11
    assert plausible.step(number(3), number(5)) == 2
    assert plausible.step(usd(160), Money(Decimal(149), "EUR")) is None
    assert plausible.step(None, usd(149)) is None
    assert plausible.step(Text("a"), Text("b")) is None
    with pytest.raises(TypeError, match="Text has no magnitude"):
        plausible.magnitude(Text("160"))


# What is kept.


def test_of_a_stream_only_what_a_sentence_looks_back_at_is_kept():
    facts = {"title": Text("a"), "text": Text("b"), "price": usd(1)}
    plain = rule("mentions ITER", STREAM)
    lower = rule("price below $150", STREAM, again=Again("lower"))
    drops = rule("price drops from first and mentions ITER", STREAM)
    assert remembered(plain, facts) == {}
    assert remembered(lower, facts) == {"price": usd(1)}
    assert remembered(drops, facts) == {"price": usd(1), "text": Text("b")}
    assert [keeps_readings(one) for one in (plain, lower, drops, rule("price changes"))] == [False, False, True, True]


def test_a_stream_that_reminds_of_what_got_cheaper_keeps_no_row_for_each_poll():
    told = Told(rule("price below $150", STREAM, again=Again("lower"), first="tell"))
    for price in (149, 149, 148, 148):
        told.see(Observation("1", {"price": usd(price), "text": Text("a")}))
        told.wait()
    assert [firing.reason for firing in told.firings] == ["already true when first seen", "again: lower"]
    assert told.history == {}


def test_the_first_value_of_each_fact_is_its_first_known_one():
    one, other = Reading(START, START, {"name": Text("a")}), Reading(START, START, {"name": Text("b"), "price": usd(1)})
    assert first_known(None, one) == one
    assert first_known(one, None) == one
    assert first_known(one, one) is one
    assert first_known(one, other).facts == {"name": Text("a"), "price": usd(1)}


def test_what_it_was_before_is_the_last_other_value():
    history = read(usd(170), usd(160), usd(149))
    assert differing(history, "price", {"price": usd(149)}) == history[1]
    assert differing(history[2:], "price", {"price": usd(149)}) is None
    assert differing([], "price", {}) is None


TEXT = replace(GAUGE, main="name", facts=(*GAUGE.facts, FactSpec("stars", Number, "How good it is.")))


def test_a_text_that_returns_to_one_of_its_last_versions_is_no_news():
    told = Told(rule("name changes", TEXT, ignore_repeats=2))
    heard = []
    for name in ("a", "b", "a", "c", "d", "a", "b"):
        heard += [str(firing.facts["name"]) for firing in told.see(Observation("page", {"name": Text(name)}))]
        told.wait()
    assert heard == ["b", "c", "d", "a", "b"]


def test_a_number_that_returns_is_news():
    one = rule("stars changes", TEXT)
    assert not returns(one, {"stars": number(1)}, read(number(2), name="stars")[0], read(number(1), name="stars"))


def test_a_rule_without_a_sentence_tells_everything_that_appears():
    told = Told(rule("mentions ITER", STREAM, condition=Always("text"), meaning="always"))
    told.see()
    told.wait()
    (firing,) = told.see(Observation("1", {"text": Text("anything")}))
    assert firing.because == "everything new is told"
    assert firing.key.startswith(firing.id)
    assert len(firing.id) == 6


# Time alone.


def test_an_edited_rule_is_not_judged_before_it_was_looked_at_anew():
    told = Told(rule("price below $150"))
    told.see(Observation("product", {"price": usd(160)}))
    told.edit(condition=rule("price below $170").condition, meaning="another")
    told.wait(timedelta(minutes=1))
    assert told.see(Observation("product", {"price": usd(160)}), is_new=False) == []
    assert told.verdict.memory.seen == {}
    assert told.see(Observation("product", {"price": usd(160)})) != []


def test_for_counts_looks_and_no_time_alone():
    told = Told(rule("price below $150", hold=For(polls=2)))
    seen = Observation("product", {"price": usd(149)})
    told.see(seen)
    for _ in range(3):
        told.wait()
        assert told.see(seen, is_new=False) == []
    told.wait()
    assert len(told.see(seen)) == 1

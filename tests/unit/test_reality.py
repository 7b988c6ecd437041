"""What a rule meets in reality is said with the value, and is never more than a suggestion."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.backtest import Arrival, Record, Series
from rules.condition import Always, Reading
from rules.reality import Question, Sight, often, suggestions
from rules.rule import For, Names, Topic
from rules.when import compile_condition
from tests.story import GAUGE, HOUR, ME, START, STREAM, UTC_ZONE, entry, product, rule, usd
from watchers.api import FactSpec, Flag, Kind, Money, Number, Observation, Text

DAY = timedelta(days=1)
NAMES = Names(ME, {"fusion": Topic(("fusion energy", "tokamak")), "exact": Topic(("ITER",), exact=True)})
NOW = START + 60 * DAY
ENTRIES = [entry(str(number), title) for number, title in enumerate(["One", "Fusion power", "Two", "Three", "Four"])]


def asked(one, *seen: Observation, names: Names = NAMES, is_known: bool = False, **settings) -> list[tuple[str, str]]:
    question = Question.of(one, names, NOW, UTC_ZONE, is_known=is_known, kept_for=730 * DAY)
    sights = (Sight("watch", "shop.example", seen),) if seen else ()
    return [(each.about, each.sentence) for each in suggestions(replace(question, sights=sights, **settings))]


def instead(one, *seen: Observation, **settings) -> list[str]:
    question = Question.of(one, NAMES, NOW, UTC_ZONE, is_known=True, kept_for=730 * DAY)
    question = replace(question, sights=(Sight("watch", "shop.example", seen),), **settings)
    return [each.instead for each in suggestions(question)]


def history(*values: object, days: int = 60, key: str = "product") -> Record:
    """Return a record in which each value stood for the same time, up to now."""
    step = days * DAY / len(values)
    begin = NOW - days * DAY
    facts = [{"price": value if isinstance(value, Money) else usd(value)} for value in values]
    readings = [Reading(begin + n * step, begin + (n + 1) * step - HOUR, fact, step) for n, fact in enumerate(facts)]
    return Record((Series("watch", key, tuple(readings)),))


# Already true.


def test_what_is_true_now_would_be_told_at_once_and_says_the_value():
    assert asked(rule("price below 150 USD"), product(139)) == [
        ("already true", "would tell at once: already 139.00 USD")
    ]
    assert asked(rule("price below 150 USD", hold=For(polls=3)), product(139)) == [
        ("already true", "would tell after 3 polls: already 139.00 USD")
    ]
    assert asked(rule("price below 150 USD", hold=For(length=HOUR)), product(139)) == [
        ("already true", "would tell after 1h: already 139.00 USD")
    ]
    assert asked(rule("name is Headphones"), product(139)) == [
        ("already true", 'would tell at once: already name is "Headphones"')
    ]


def test_of_many_that_are_true_some_are_named_and_the_rest_is_counted():
    seen = [replace(product(100 + number, name=Text(f"Model {number}")), key=str(number)) for number in range(5)]
    said = [sentence for _, sentence in asked(rule("price below 150 USD", replace(GAUGE, title="name")), *seen)]
    assert said[0] == "would tell at once: already 100.00 USD (Model 0)"
    assert said[-1] == "would tell at once of 2 more"
    assert len(said) == 4


@pytest.mark.parametrize(
    "one",
    [
        rule("price below 130 USD"),
        rule("price changes"),
        rule("nothing for 7 days"),
        rule("price below 150 USD", first="baseline"),
    ],
    ids=lambda one: one.written,
)
def test_what_would_not_be_told_at_once_is_not_said_to_be(one):
    assert asked(one, product(139)) == []


def test_a_rule_that_has_told_it_already_would_not_tell_it_again():
    assert asked(rule("price below 150 USD"), product(139), is_known=True) == []


def test_what_came_before_counts_where_the_sentence_looks_back():
    one = rule("price drops by 20 USD from highest in 30 days")
    assert [about for about, _ in asked(one, product(139))] == []
    assert [about for about, _ in asked(one, product(139), record=history(171))] == ["already true"]


# Out of reach.


def test_a_threshold_below_all_that_was_seen_is_said_with_one_that_would_have_told():
    told = {"price below 180 USD": 2}
    (found,) = asked(
        rule("price below 150 USD"), product(190), record=history(190, 171, 190, 175, 190), would_tell=told.__getitem__
    )
    assert found == (
        "out of reach",
        "lowest price seen in 60 days: 171 USD on Fri 2026-03-13; 180 USD would have told twice",
    )
    assert instead(
        rule("price below 150 USD"), product(190), record=history(190, 171), would_tell=told.__getitem__
    ) == ["when: price below 180 USD"]


def test_a_threshold_above_all_that_was_seen_is_said_too():
    (found,) = asked(rule("price above 200 USD"), product(160), record=history(160, 171.5), would_tell=lambda _: 1)
    assert found[1].startswith("highest price seen in 60 days: 171.50 USD on ")
    assert found[1].endswith("; 165 USD would have told once")


def test_where_nothing_can_be_tried_the_value_alone_is_said():
    (found,) = asked(rule("price below 150 USD"), product(190), record=history(190, 171))
    assert found[1].endswith("171 USD on Tue 2026-03-31")
    assert instead(rule("price below 150 USD"), product(190), record=history(190, 171)) == [""]


@pytest.mark.parametrize(
    ("seen", "record"),
    [
        (190, history(190, 149)),
        (190, history(190, 150)),
        (190, history(190, 171, days=6)),
        (190, history(Money(usd(190).amount, "EUR"))),
        (190, Record()),
    ],
    ids=["reached", "touched", "too short", "another currency", "nothing"],
)
def test_a_threshold_is_not_called_out_of_reach_too_soon(seen, record):
    assert asked(rule("price below 150 USD"), product(seen), record=record) == []


def test_what_is_reached_only_now_is_not_out_of_reach():
    found = asked(rule("price below 150 USD"), product(139), record=history(190, 171))
    assert [about for about, _ in found] == ["already true"]


# Never given.


def test_a_fact_that_the_page_never_gave_is_named_with_those_that_it_gives():
    assert asked(rule("price below 100 USD and available"), product(139)) == [
        ("never given", "the sentence speaks of available, which shop.example has never given; it gives name, price")
    ]
    unsure = replace(product(139), unknown={"available": "the page names no stock"})
    ((_, sentence),) = asked(rule("price below 100 USD", until="available"), unsure)
    assert "available, which shop.example has never given (the page names no stock)" in sentence


@pytest.mark.parametrize(
    ("one", "seen", "record"),
    [
        (rule("price below 100 USD and available"), product(139, available=Flag(True)), Record()),
        (rule("price below 100 USD and available"), product(139), None),
        (rule("price below 100 USD and not sold_out"), product(139), Record()),
        (rule("available is known"), product(139), Record()),
        (rule("price below 100 USD and available is unknown"), product(139), Record()),
    ],
    ids=["given", "given before", "evidence", "asked whether known", "asked whether unknown"],
)
def test_a_fact_that_need_not_be_given_is_not_missed(one, seen, record):
    if record is None:
        reading = Reading(START, START, {"available": Flag(True)})
        record = Record((Series("watch", "product", (reading,)),))
    assert [about for about, _ in asked(one, seen, record=record, is_known=True)] == []


def test_what_a_stream_gave_before_counts():
    priced = Arrival("watch", entry("old", price=usd(9)), START)
    one = rule("price below 10 USD", STREAM)
    assert asked(one, ENTRIES[0], record=Record(arrivals=(priced,))) == []
    assert [about for about, _ in asked(one, ENTRIES[0])] == ["never given"]


def test_a_source_that_shows_nothing_lacks_nothing():
    assert asked(rule("available"), record=Record()) == []
    question = Question.of(rule("available"), NAMES, NOW, UTC_ZONE, is_known=False, kept_for=DAY)
    assert suggestions(replace(question, sights=(Sight("watch", "shop.example", ()),))) == ()


# Another currency.


def test_another_currency_is_said_with_the_sentence_that_would_compare():
    euros = product(Money(usd(139).amount, "EUR"))
    one = rule("price below 150 USD")
    assert asked(one, euros) == [
        (
            "another currency",
            "shop.example says 139.00 EUR, the rule says 150 USD: two currencies are never compared",
        )
    ]
    assert instead(one, euros) == ["when: price below 150 EUR"]


def test_a_plain_number_has_no_currency():
    kind = Kind("far", "gauge", "Far.", "distance", (FactSpec("distance", Number, "How far.", unit="km"),))
    one = rule("price below 1 USD")
    one = replace(one, kind=kind, condition=compile_condition("distance < 50 km", kind, NAMES))
    assert asked(one, Observation("here", {"distance": Number(usd(60).amount)})) == []


def test_an_amount_without_a_currency_asks_for_one():
    bare = product(Money(usd(139).amount, None))
    ((about, sentence),) = asked(rule("price below 150 USD"), bare)
    assert about == "another currency"
    assert "without a currency nothing is compared" in sentence
    assert instead(rule("price below 150 USD"), bare) == ["currency: USD"]


# Topics.


def test_a_topic_that_matches_nothing_names_how_many_were_looked_at_and_the_nearest_phrase():
    ((about, sentence),) = asked(rule_of("mentions topics.fusion"), *ENTRIES)
    nowhere, _, nearest = sentence.partition("; ")
    assert (about, nowhere) == ("no match", "topics.fusion is in none of the 5 entries that are there now")
    assert nearest == 'nearest is "fusion energy": "fusion" stands in "Fusion power"'


def test_a_phrase_that_is_spelled_another_way_is_nearest_where_no_word_is_met():
    ((_, sentence),) = asked(rule_of("mentions tokomak"), *ENTRIES[:4], entry("5", "A tokamak burns"))
    assert 'nearest is "tokomak": "tokamak" stands in "A tokamak burns"' in sentence
    ((_, sentence),) = asked(rule_of("mentions [zzz, yyy]"), *ENTRIES)
    assert sentence.endswith("entries that are there now")


def test_a_phrase_that_is_everywhere_sorts_nothing_out():
    everywhere = [entry(str(number), f"the {number}") for number in range(6)]
    assert asked(rule_of('mentions [the, "1"]'), *everywhere) == [
        ("all match", '"the" is in every one of the 6 entries that are there now: it sorts nothing out')
    ]
    assert [about for about, _ in asked(rule_of("title mentions One and not mentions the"), *everywhere)] == [
        "no match",
        "all match",
    ]


def test_phrases_of_the_profile_and_of_topics_with_exact_case_are_looked_for_too():
    names = Names(replace(ME, values={"artists": ["Tool", "Fusion"], "city": "Boston"}), NAMES.topics)
    for sentence in ("mentions me.artists", "mentions [me.city, Two]"):
        assert asked(rule_of(sentence, names), *ENTRIES, names=names) == []
    ((about, _),) = asked(rule_of("mentions topics.exact"), *ENTRIES[1:], entry("5", "the iter"))
    assert about == "no match"


def test_a_number_can_be_a_phrase():
    years = [entry(str(number), f"2026 {number}") for number in range(5)]
    ((about, sentence),) = asked(rule_of("mentions 2026"), *years)
    assert (about, sentence.partition(" is")[0]) == ("all match", '"2026"')


def test_a_few_entries_say_nothing_about_a_phrase():
    assert asked(rule_of("mentions topics.fusion"), *ENTRIES[:4]) == []
    assert asked(replace(rule_of("mentions x"), condition=Always("text")), *ENTRIES) == []
    assert asked(rule_of("title contains zzz"), *ENTRIES) == []
    untold = [Observation(str(number), {}) for number in range(5)]
    assert asked(rule_of("text mentions One"), ENTRIES[0], *untold) == []


def rule_of(sentence: str, names: Names = NAMES):
    return replace(rule("text mentions x", STREAM), condition=compile_condition(sentence, STREAM, names))


# Windows.


def test_a_window_that_is_longer_than_readings_are_kept_says_so():
    one = rule("price is lowest in 3 years", keep=365 * DAY)
    assert asked(one) == [("window", "looks back 1095 days, and readings are kept for 365 days")]
    assert instead(one) == ["keep: 1095 days"]
    assert asked(rule("price is lowest in 1 year")) == []
    assert [about for about, _ in asked(rule("price below 1 USD", until="price is highest in 3 years"))] == ["window"]


def test_how_often_is_said_as_a_person_says_it():
    assert [often(count) for count in (1, 2, 3)] == ["once", "twice", "3 times"]

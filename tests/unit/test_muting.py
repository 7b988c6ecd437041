"""What the owner turned down is not told, is never lost, and is told again when they say so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.answers.answering import Subject, acknowledge, narrowest, offers, subject, subjects, unacknowledge
from agent.answers.aspects import asked_for, mentioned, sources, thing
from agent.answers.muting import MUTED, STILL_TRUE, Mute, end, in_force, mute, named, why_untold
from agent.answers.tickets import tidy_answers
from agent.database import upsert
from agent.tables import MemoryRow, MuteRow
from rules.condition import Always
from rules.rule import Names, WatchSpec
from tests.answered import DAY, FUSION, NAMES, NOON, keep, states, told
from tests.story import GAUGE, ME, STREAM, Shop
from tests.story import rule as a_rule
from watchers.api import Text


def why(database, firing, now=NOON + DAY):
    with database.reading() as connection:
        return why_untold(connection, [firing], now, NAMES).get(firing.key, "")


def put(database, what, value="", until=None, *, rule_id="news"):
    with database.writing() as connection:
        return mute(connection, Mute(rule_id, what, value, NOON, until), NOON, NAMES)


# What a firing is about.


def test_a_phrase_is_met_by_its_topic_its_words_or_the_profile():
    assert mentioned(told("A Tokamak burns"), NAMES)[0].words == ("tokamak", "fusion")
    both = told("Tokamak for fusion energy", sentence='text mentions [topics.fusion, "burning plasma"]')
    assert [one.phrase for one in mentioned(both, NAMES)] == ["tokamak", "fusion energy"]
    assert [one.phrase for one in mentioned(told("New: Tool", sentence="mentions me.artists"), NAMES)] == ["Tool"]
    assert [one.phrase for one in mentioned(told("Artemis, not artemis", sentence="mentions topics.space"), NAMES)] == [
        "Artemis"
    ]
    assert mentioned(told("artemis", sentence="mentions topics.space"), NAMES) == ()


def test_a_phrase_that_was_asked_not_to_be_there_is_no_topic():
    firing = told("A tokamak", sentence='mentions topics.fusion and not title mentions "tokamak"')
    assert [one.topic for one in mentioned(firing, NAMES)] == ["fusion"]
    assert asked_for(firing.sentence, NAMES) == ("fusion", "fusion energy", "tokamak")


def test_only_the_text_counts_that_the_sentence_speaks_of():
    firing = told("A tokamak", sentence="title mentions topics.fusion")
    assert mentioned(firing, NAMES)
    assert not mentioned(replace(firing, facts={**firing.facts, "title": Text("Nothing")}), NAMES)


@pytest.mark.parametrize("sentence", ["", "price below $150", "this is no sentence of ours"])
def test_a_sentence_without_phrases_has_no_topics(sentence):
    assert mentioned(told("A tokamak", sentence=sentence), NAMES) == ()


def test_a_topic_that_the_file_has_no_more_counts_as_one(database):
    firing = told("A tokamak", sentence="mentions topics.gone")
    assert [one.words for one in mentioned(firing, NAMES)] == [("gone", "gone")]
    put(database, "topic", "gone")
    assert why(database, firing)


def test_a_source_has_the_names_that_a_person_gives_it():
    assert sources(told("x")) == ("One Daily", "https://one.example/rss", "one.example")
    assert sources(told("x", feed="", source="sensor 7")) == ("sensor 7",)


# Mutes.


def test_a_muted_rule_tells_nothing_and_says_since_when(database):
    put(database, "rule")
    assert why(database, told("A tokamak")) == "you muted this rule on Mon 2026-07-06 12:00 UTC"
    assert why(database, told("A tokamak", rule_id="other")) == ""


@pytest.mark.parametrize("value", ["tokamak", "TOKAMAK", "fusion", "Fusion"])
def test_a_topic_is_turned_down_by_its_name_or_one_of_its_phrases(database, value):
    put(database, "topic", value)
    assert f"the topic {value} for this rule" in why(database, told("A tokamak burns"))


def test_what_mentions_something_else_besides_is_told(database):
    put(database, "topic", "tokamak")
    assert why(database, told("A tokamak burns"))
    assert not why(database, told("A tokamak for fusion energy"))
    put(database, "topic", "fusion energy")
    assert why(database, told("A tokamak for fusion energy"))


def test_a_firing_without_topics_is_not_hidden_by_one(database):
    put(database, "topic", "tokamak")
    assert not why(database, told("A tokamak burns", sentence=""))


@pytest.mark.parametrize("value", ["One Daily", "one daily", "one.example", "https://one.example/rss"])
def test_a_source_is_turned_down_by_any_of_its_names(database, value):
    put(database, "source", value)
    assert why(database, told("A tokamak"))
    assert not why(database, told("A tokamak", feed="Two Atom", source="https://two.example/atom"))


def test_one_thing_is_muted_and_the_others_are_told(database):
    put(database, "observation", thing(told("A tokamak")))
    assert why(database, told("A tokamak")).startswith("you muted it on")
    assert not why(database, told("Another tokamak"))
    assert not why(database, told("A tokamak", source="https://two.example/rss"))


def test_a_mute_ends_by_itself(database):
    put(database, "rule", until=NOON + 30 * DAY)
    assert "until Wed 2026-08-05" in why(database, told("x"), NOON + 29 * DAY)
    assert not why(database, told("x"), NOON + 30 * DAY)


def test_what_is_on_the_way_is_hidden_at_once_and_what_is_sent_stays(database):
    tokamak, other, gone = told("A tokamak"), told("fusion energy"), told("A tokamak, earlier")
    keep(database, tokamak, other)
    keep(database, gone, state="sent")
    assert put(database, "topic", "tokamak") == 1
    assert states(database) == {tokamak.key: MUTED, other.key: "waiting", gone.key: "sent"}


def test_what_a_mute_hid_is_counted_when_it_ends(database):
    keep(database, told("A tokamak"), told("A tokamak again"), told("fusion energy"))
    put(database, "topic", "tokamak")
    with database.writing() as connection:
        (ended,) = end(connection, in_force(connection, NOON, "news"), NAMES)
    assert (str(ended.mute), ended.hidden) == ("the topic tokamak", 2)
    assert not why(database, told("A tokamak"))


def test_a_thing_is_listed_by_its_title(database):
    keep(database, told("A tokamak"))
    put(database, "observation", thing(told("A tokamak")))
    with database.reading() as connection:
        assert [str(one) for one in named(connection, in_force(connection, NOON), NAMES)] == ["A tokamak"]


def test_a_mute_goes_with_its_rule(database):
    keep(database, told("A tokamak"))
    put(database, "rule")
    put(database, "rule", rule_id="forgotten")
    put(database, "source", "One Daily", NOON + DAY)
    with database.writing() as connection:
        tidy_answers(connection, NOON + 90 * DAY)
        assert [one.rule_id for one in in_force(connection, NOON)] == ["news"]


# Acknowledged.


def met_since(database, firing, since):
    row = {"rule_id": firing.rule_id, "watch_id": firing.watch_id, "key": firing.observation}
    with database.writing() as connection:
        upsert(connection, MemoryRow, [{**row, "state": "met", "since": since, "meaning": "", "same_as": ""}])


def test_an_acknowledged_thing_is_not_reminded_of_until_it_clears(database):
    first = told("The door is open", reason="crossed", sentence="")
    again = replace(first, key="ab" * 32, reason=STILL_TRUE)
    keep(database, first)
    met_since(database, first, NOON)
    assert not why(database, again)
    with database.writing() as connection:
        given = acknowledge(connection, subject(connection, first.key), now=NOON + DAY, by="a test")
    assert given.undo == f"trusted-agent ack {first.id} --off"
    assert why(database, again) == "you acknowledged it on Tue 2026-07-07 12:00 UTC"
    assert not why(database, replace(again, reason="again: lower"))
    assert not why(database, replace(again, observation="id:another door"))
    # It was over in the meantime, and came true anew.
    met_since(database, first, NOON + 2 * DAY)
    assert not why(database, again)


def test_an_acknowledgement_is_taken_back(database):
    first = told("The door is open", reason="crossed")
    keep(database, first)
    met_since(database, first, NOON)
    with database.writing() as connection:
        about = subject(connection, first.key)
        acknowledge(connection, about, now=NOON, by="a test")
        assert unacknowledge(connection, about)
        assert not unacknowledge(connection, about)
    assert not why(database, replace(first, reason=STILL_TRUE))


# What "not this" may mean.


def test_a_no_offers_the_narrowest_first():
    about = Subject(told("A tokamak"), "news")
    assert [(each.what, each.value) for each in offers(about, NAMES)] == [
        ("topic", "tokamak"),
        ("topic", "fusion"),
        ("source", "One Daily"),
        ("rule", ""),
    ]


@pytest.mark.parametrize(
    ("text", "watches", "kind", "what"),
    [
        ("A tokamak", 1, STREAM, "topic"),
        ("A tokamak for fusion energy", 2, STREAM, "source"),
        ("A tokamak for fusion energy", 1, STREAM, "rule"),
        ("A tokamak", 1, GAUGE, "observation"),
    ],
)
def test_mute_means_what_a_message_is_narrowest_about(text, watches, kind, what):
    specs = tuple(WatchSpec(str(number), kind, f"{number}.example", Shop()) for number in range(watches))
    rule = replace(a_rule("price below $150"), kind=kind, watches=specs, condition=Always("text"))
    assert narrowest(Subject(told(text), "news"), rule, NAMES).what == what


def test_mute_means_the_rule_where_it_is_not_known_any_more():
    assert narrowest(Subject(told("A tokamak"), "news"), None, NAMES).what == "rule"


def test_a_message_is_found_by_the_beginning_of_its_id(database):
    one = told("A tokamak")
    keep(database, one)
    with database.reading() as connection:
        assert [each.firing for each in subjects(connection, f" {one.id.upper()} ")] == [one]
        assert subjects(connection, one.key[:2]) == ()
        assert subjects(connection, "xyz") == ()
        assert subject(connection, "0" * 32) is None


def test_names_are_not_needed_where_the_sentence_says_the_phrase(database):
    with database.writing() as connection:
        upsert(connection, MuteRow, [{"rule_id": "news", "what": "topic", "value": "Tokamak", "at": NOON}])
        assert why_untold(connection, [told("A tokamak", sentence="mentions tokamak")], NOON)
        assert not why_untold(connection, [told("A tokamak", sentence=FUSION)], NOON, Names(ME))

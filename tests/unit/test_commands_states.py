"""Where each rule stands, in the words of the state machine: alone, joined, asked of others, renamed, in trouble."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import get_args

import pytest

from agent.clock import wall
from agent.commands.shell import PLAIN_MARKS, spelt
from agent.commands.states import BESIDE_MEANINGS, EVENT_MEANINGS, STATE_MEANINGS
from agent.commands.status import MOST_LISTED
from agent.store import Polled, Store
from agent.views.rules import STATES, UNSEEN
from rules.judge import judge
from rules.states import MOVES, Event, State
from tests.lived import RULES, Lived, ask, entries, product
from watchers.api import Poll, SourceUnavailable, WatchError

HOME, ABROAD = "https://shop.example/lamp", "https://abroad.example/lamp"
JOINED = f"""
me: {{timezone: America/New_York, currency: USD}}
channels: {{phone: "json://127.0.0.1:1/phone"}}
defaults: {{every: 1h, confirm_after: 1s}}
rules:
  - name: Cheaper abroad
    watch: price
    sources: {{home: {{url: "{HOME}"}}, abroad: {{url: "{ABROAD}"}}}}
    when: abroad.price < 80% of home.price
  - {{name: Cheap lamp, watch: price, url: "{HOME}", when: price below $150}}
  - {{name: Both, when: rule "cheaper-abroad" and rule "cheap-lamp"}}
"""


@dataclass
class Shopping(Lived):
    """An owner who watches several shops: what each address shows is said by it."""

    def __post_init__(self) -> None:
        self.write(JOINED)

    def look(self, after: timedelta, shown: dict[str, Poll | WatchError]) -> None:
        """Let time pass, every due watch be polled, and what that wakes be judged."""
        self.now += after
        book = self.book()
        labels = {spec.id: spec.label for rule in book.rules for spec in rule.watches}
        with self.open() as database:
            store = Store(database)
            store.keep_rules(book, self.now)
            while claims := store.claim_watches("here/boot/1/1", self.now, 10):
                polls = [Polled(claim, self.now, shown[labels[claim.watch_id]], {}) for claim in claims]
                store.record_polls(polls, book, judge)
                self.now += timedelta(seconds=2)
                store.judge_due(book, judge, self.now)


@pytest.fixture
def recent(tmp_path):
    """An owner whose agent polled a moment ago."""
    return Lived(tmp_path, wall() - timedelta(hours=2, minutes=1))


@pytest.fixture
def shopping(tmp_path):
    owner = Shopping(tmp_path, wall() - timedelta(hours=1, minutes=40))
    owner.look(timedelta(), {HOME: product("140", "Lamp"), ABROAD: product("100", "Lamp")})
    return owner


def standings(owner):
    found = owner.ask("status", "--json").json
    return {one["rule_id"]: (one["states"], one["beside"]) for one in found["standings"]}


# Rules that judge several sources, or other rules.


def test_rules_on_several_sources_and_on_other_rules_are_at_work_like_any(shopping):
    assert shopping.ask("status", "--json").json["waiting_rules"] == []
    assert standings(shopping) == {name: ({"met": 1}, {}) for name in ("cheaper-abroad", "cheap-lamp", "both")}
    assert "not yet taken in" not in shopping.ask("rules").text


def test_each_source_of_a_joined_rule_is_named_and_the_state_is_that_of_all_of_them(shopping):
    joined, _, others = shopping.ask("rules", "--json").json["rules"]
    assert [(each["name"], each["label"]) for each in joined["sources"][:2]] == [("home", HOME), ("abroad", ABROAD)]
    assert (joined["states"], joined["is_known"], others["states"]) == ({"met": 1}, True, {"met": 1})
    assert [each["seen"][0]["value"]["amount"] for each in joined["sources"][:2]] == ["140", "100"]
    text = shopping.ask("rules").text
    assert f"home: {HOME}\n    Lamp 140.00 USD\n" in text
    assert "and again when one of the others changes" in text


def test_a_source_in_trouble_lies_beside_the_state_of_every_rule_that_reads_it(shopping):
    blind = SourceUnavailable("shop.example does not answer")
    # No poll lies further off than one and a half intervals.
    shopping.look(timedelta(hours=1, minutes=35), {HOME: blind, ABROAD: product("100", "Lamp")})
    assert standings(shopping) == {
        "cheaper-abroad": ({"met": 1}, {"troubled": 1}),
        "cheap-lamp": ({"met": 1}, {"troubled": 1}),
        "both": ({"met": 1}, {}),
    }
    assert "ago, troubled" in shopping.ask("status").text


def test_a_value_that_is_held_in_a_joined_rule_lies_beside_its_state(tmp_path):
    owner = Shopping(tmp_path, wall() - timedelta(minutes=1))
    owner.write(JOINED.replace("confirm_after: 1s", "confirm_after: 5m"))
    owner.look(timedelta(), {HOME: product("140", "Lamp"), ABROAD: product("100", "Lamp")})
    assert standings(owner)["cheaper-abroad"] == ({UNSEEN: 1}, {"held": 2})
    assert "140.00 USD is held until it is confirmed" in owner.ask("rules").text


# status


def test_status_says_of_each_rule_in_which_state_it_is_and_since_when(recent):
    recent.see(timedelta(), shop=product("160"), feed=entries("An old story"))
    recent.see(shop=product("149"), feed=entries("An old story", "A tokamak burns"))
    text = recent.ask("status").text
    assert "  Headphones below $150  met since " in text
    assert "  Fusion news            clear 1, met 1\n" in text


def test_status_says_pending_and_unseen_by_their_names(recent):
    recent.write(RULES.replace("when: price below $150", "when: price below $150\n    for: 3 polls"))
    recent.see(shop=product("149"), feed=SourceUnavailable("one.example does not answer"))
    text = recent.ask("status").text
    assert "  Headphones below $150  pending since " in text
    assert "  Fusion news            troubled\n" in text


def test_among_many_rules_those_that_are_clear_are_counted(recent):
    many = "".join(
        f"  - {{name: More {number}, watch: price, url: 'https://shop.example/headphones', when: price below $100}}\n"
        for number in range(MOST_LISTED)
    )
    recent.write(RULES + many)
    recent.see(shop=product("160"), feed=entries("A tokamak burns"))
    text = recent.ask("status").text
    assert "  Fusion news  met since " in text
    assert f"  {MOST_LISTED + 1} rules more, all clear\n" in text
    assert len(recent.ask("status", "--json").json["standings"]) == MOST_LISTED + 2


def test_the_state_machine_is_printed_as_it_is_declared_and_needs_no_store():
    declared = {(before or UNSEEN, event): (move.to, move.tells) for (before, event), move in MOVES.items()}
    printed = ask("status", "--states", "--json").json["moves"]
    assert {(one["from"], one["event"]): (one["to"], one["tells"]) for one in printed} == {
        (before, event): (to or before, tells) for (before, event), (to, tells) in declared.items()
    }
    text = ask("status", "--states").text
    assert all(f"  {word} " in text for word in (*STATE_MEANINGS, *BESIDE_MEANINGS))
    assert text.count("you are told") == sum(tells for _, tells in declared.values())


def test_every_state_and_event_that_is_declared_has_words():
    assert tuple(STATE_MEANINGS) == STATES == (UNSEEN, *get_args(State))
    assert set(EVENT_MEANINGS) == set(get_args(Event))


# A rule that was renamed.


def test_a_message_from_before_a_rename_is_explained_by_the_rule_as_it_is_called_now(recent):
    recent.see(timedelta(), shop=product("160"))
    recent.see(shop=product("149"))
    (told,) = recent.ask("firings", "--json").lines
    recent.write(RULES.replace("Headphones below $150", "Cheap at last"))
    recent.start()
    text = recent.ask("why", told["id"]).text
    assert "it is called Cheap at last (cheap-at-last)" in text
    assert "What would silence it   in " in text
    assert "nothing: no other finding was true or held back" in text
    explained = recent.ask("why", told["id"], "--json").json
    assert (explained["rule_id"], explained["rule_now"]) == ("headphones-below-150", "cheap-at-last")


# Where marks cannot be shown.


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "koi8-r"])
def test_marks_are_told_apart_in_any_encoding_and_names_stay_as_they_are(encoding):
    shown = [spelt(mark, encoding).encode(encoding) for mark in PLAIN_MARKS]
    assert len(set(shown)) == len(PLAIN_MARKS)
    assert b"?" not in shown
    assert spelt("Ärger 日本", encoding) == "Ärger 日本"
    assert spelt("✓ ✗", "utf-8") == "✓ ✗"


def test_the_history_of_a_rule_that_finds_its_rhythm_has_no_gaps_where_it_looked(recent):
    recent.now -= timedelta(days=5)
    recent.write(RULES.replace("when: price below $150", "when: price below $150\n    every: auto"))
    for amount in ("160", "170", "180", "190"):
        recent.see(timedelta(hours=23), shop=product(amount))
    assert "not known" not in recent.ask("history", "headphones-below-150").text

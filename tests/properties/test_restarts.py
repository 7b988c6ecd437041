"""Whatever ends the program between two steps, it goes on as if nothing had been: nothing lost, nothing told twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.database import Database
from rules.rule import Again, For, Rule
from tests.small_world import BUSY, MINUTE, Life, Source, Told, emptied, rule
from tests.story import DOUBTED, STREAM, TROUBLE, UNKNOWN, entry

QUICK = settings(max_examples=6, deadline=None)
A_WHILE = 9 * 60.0
EVERY = {"every": 40 * MINUTE}

RULES = (
    rule("price below $150", **EVERY),
    rule("price below $150", DOUBTED, **EVERY),
    rule("price below $150", until="price above $160", again=Again("lower"), **EVERY),
    rule("price below $150", hold=For(polls=3), **EVERY),
    rule("price below $150", hold=For(length=timedelta(minutes=100)), **EVERY),
    rule("price below $150", again=Again("every", timedelta(minutes=130)), **EVERY),
    rule("price changes", **EVERY),
    rule("price drops by 5% from highest in 6 hours", **EVERY),
    rule("price is lowest in 3 hours", **EVERY),
    rule("nothing for 3 hours", **EVERY),
)
prices = st.sampled_from((160, 155, 149, 149, 148, 120, 0.01, UNKNOWN, TROUBLE, BUSY))
steps = st.sampled_from((11.0, 40.0, 90.0, 200.0))


@st.composite
def sources(draw: st.DrawFn, sights: st.SearchStrategy[object]) -> Source:
    shown, minute = [], 0.0
    while minute < A_WHILE:
        shown.append((minute, draw(sights)))
        minute += draw(steps)
    return Source(tuple(shown))


def nothing(_: Life) -> None:
    """The program just runs on."""


def a_restart(life: Life) -> None:
    place = life.database.engine.url.database
    assert place is not None
    life.database.close()
    life.database = Database.open(Path(place))
    life.store.release_lost_claims()
    life.store.keep_rules(life.book, life.now)


def a_reload(life: Life) -> None:
    life.store.keep_rules(life.book, life.now)


def a_rename_and_back(life: Life) -> None:
    rules = life.book.rules
    life.keep(*(replace(one, id=f"{one.id}-again", name="Another name") for one in rules))
    life.keep(*rules)


def a_lost_claim(life: Life) -> None:
    life.lose_claims()


EVENTS = (a_restart, a_reload, a_rename_and_back, a_lost_claim)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database.open(tmp_path_factory.mktemp("store") / "store.sqlite")
    yield opened
    opened.close()


def told(database: Database, source: Source, one: Rule, between: Callable[[Life], None]) -> list[Told]:
    life = Life(emptied(database), {"watch": source}, between)
    life.live(until=A_WHILE, script=((0, (one,)),))
    return life.told(one.id)


@pytest.mark.parametrize("between", EVENTS)
@QUICK
@given(source=sources(prices), one=st.sampled_from(RULES))
def test_a_rule_tells_the_same_whatever_happens_between_any_two_steps(database, between, source, one):
    assert told(database, source, one, between) == told(database, source, one, nothing)


articles = st.lists(st.sampled_from("abcd"), max_size=3, unique=True).map(
    lambda keys: tuple(entry(key, "ITER" if key in "ac" else "bread") for key in keys)
)


@pytest.mark.parametrize("between", EVENTS)
@QUICK
@given(source=sources(articles | st.just(TROUBLE)), hold=st.sampled_from((For(), For(polls=2))))
def test_what_appears_is_told_the_same_whatever_happens_between_any_two_steps(database, between, source, hold):
    one = rule("mentions ITER", STREAM, hold=hold, **EVERY)
    assert told(database, source, one, between) == told(database, source, one, nothing)


SLEEPS = st.lists(st.sampled_from((0.0, 60.0, 60.0, 3000.0)), min_size=3, max_size=8)


@QUICK
@given(SLEEPS, st.booleans())
def test_for_adds_up_across_restarts_and_counts_a_sleep_as_two_intervals_at_most(database, sleeps, restarts):
    """The laptop wakes after each sleep; what it looked at before it slept, and no more, counts towards `for`."""
    every, length = 60 * MINUTE, 200 * MINUTE
    life = Life(emptied(database), {"watch": Source(((0, 149),))})
    life.keep(rule("price below $150", every=every, hold=For(length=length)))
    life.step()
    looked_at, last = timedelta(), life.now
    for sleep in sleeps:
        life.now += sleep * MINUTE
        life.now = max(life.now, life.store.next_due_at())
        if restarts:
            a_restart(life)
        life.step()
        looked_at, last = looked_at + min(life.now - last, 2 * every), life.now
        assert bool(life.told("rule")) == (looked_at >= length)


def test_a_rule_that_was_gone_for_a_while_does_not_speak_of_what_it_saw_before(database):
    """What time may have changed meanwhile is for the next poll to say."""
    life = Life(emptied(database), {"watch": Source(((0, 149), (100, 160)))})
    one = rule("price below $150", again=Again("every", timedelta(hours=2)))
    life.live(until=2000, script=((0, (one,)), (60, ()), (1000, (one,))))
    assert [said.reason for said in life.told("rule")] == ["already true when first seen"]


def test_a_laptop_that_wakes_polls_once_and_tells_what_it_sees_then(database):
    life = Life(emptied(database), {"watch": Source(((0, 149), (100, 160)))})
    life.keep(rule("price below $150", again=Again("every", timedelta(hours=2))))
    life.step()
    life.now += timedelta(days=3)
    life.step()
    life.step()
    assert [said.reason for said in life.told("rule")] == ["already true when first seen"]
    assert len(life.polls) == 2

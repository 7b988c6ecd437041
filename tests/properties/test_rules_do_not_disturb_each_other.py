"""Adding, editing, renaming, disabling or removing any rule never changes what the others tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.database import Database
from rules.rule import Again, For, Rule
from tests.small_world import BUSY, MINUTE, Life, Script, Source, emptied, rule
from tests.story import DOUBTED, GAUGE, START, STREAM, TROUBLE, UNKNOWN, entry, usd
from watchers.api import FactSpec, Moment, Observation

A_WHILE = 10 * 60.0
PROMISE = settings(max_examples=6, deadline=None)

EVENTS = replace(STREAM, facts=(*STREAM.facts, FactSpec("starts", Moment, "When it begins.")))

# What a rule may ask for: each leads the judgement, or the schedule, another way.
OF_A_GAUGE = (
    {"when": "price below $150"},
    {"when": "price below $150", "kind": DOUBTED},
    {"when": "price below $150", "first": "baseline"},
    {"when": "price below $150", "until": "price above $160"},
    {"when": "price below $150", "hold": For(polls=3)},
    {"when": "price below $150", "hold": For(length=timedelta(minutes=100))},
    {"when": "price below $150", "again": Again("lower")},
    {"when": "price below $150", "again": Again("every", timedelta(minutes=130))},
    {"when": "price changes"},
    {"when": "price drops by 5% from highest in 6 hours"},
    {"when": "price is lowest in 3 hours"},
    {"when": "price < 95% of median in 4 hours"},
    {"when": "nothing for 3 hours"},
)
OF_A_STREAM = (
    {"when": "mentions ITER"},
    {"when": "mentions ITER", "first": "tell"},
    {"when": "mentions ITER", "hold": For(polls=2)},
    {"when": "mentions ITER", "again": Again("every", timedelta(minutes=130))},
    {"when": "price below $150"},
    {"when": "price below $150", "again": Again("lower")},
    {"when": "price drops by 5% from highest in 6 hours"},
    {"when": "price < 95% of median in 4 hours"},
    {"when": "starts within 200 minutes"},
    {"when": "nothing for 3 hours"},
)
RHYTHMS = ({"every": 20 * MINUTE}, {"every": 45 * MINUTE}, {"every": 200 * MINUTE}, {"cron": "0,30 * * * *"})

prices = st.sampled_from((160, 155, 149, 149, 148, 120, 0.01, UNKNOWN, TROUBLE, BUSY))
entries = st.builds(
    lambda number, text, price, starts: entry(
        str(number), text, **({"price": usd(price)} if price else {}), starts=Moment(START + starts * MINUTE)
    ),
    st.integers(1, 4),
    st.sampled_from(("ITER", "something else")),
    st.sampled_from((None, 160, 149, 120)),
    st.integers(100, 900),
)


def once_each(seen: list[Observation]) -> tuple[Observation, ...]:
    return tuple({observation.key: observation for observation in seen}.values())


holdings = st.lists(entries, max_size=3).map(once_each) | st.sampled_from((TROUBLE, BUSY))


@st.composite
def sources(draw: st.DrawFn, sights: st.SearchStrategy[object]) -> Source:
    """Draw what a source shows, from flickers of minutes to hours of rest."""
    shown, minute = [], 0.0
    while minute < A_WHILE:
        shown.append((minute, draw(sights)))
        minute += draw(st.sampled_from((3.0, 11.0, 40.0, 90.0, 300.0)))
    return Source(tuple(shown))


@st.composite
def scripts(draw: st.DrawFn, asked: tuple[dict[str, object], ...], of_gauge: bool) -> Script:
    """Draw what is done to other rules, and when: each step names the rules that there are from then on."""
    kind = GAUGE if of_gauge else EVENTS

    def other(name: str, ask: dict[str, object], rhythm: dict[str, object], watch: str) -> Rule:
        return rule(**{"kind": kind, **ask, **rhythm, "name": name, "watch": watch})

    others = st.builds(
        other,
        st.sampled_from(("a", "b", "y", "z")),
        st.sampled_from(asked),
        st.sampled_from(RHYTHMS),
        st.sampled_from(("watch", "watch", "elsewhere")),
    )
    several = st.lists(others, max_size=3, unique_by=lambda one: one.id).map(tuple)
    minutes = draw(st.lists(st.integers(0, int(A_WHILE)).map(float), min_size=1, max_size=4, unique=True))
    return tuple((minute, draw(several)) for minute in sorted(minutes))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database.open(tmp_path_factory.mktemp("store") / "store.sqlite")
    yield opened
    opened.close()


def lives(database: Database, world: dict[str, Source], script: Script) -> tuple[list[object], list[float]]:
    """Return what the rule `m` told, and when it was judged by polls."""
    life = Life(emptied(database), world)
    life.live(until=A_WHILE, script=script)
    return life.told("m"), life.due_minutes("m")


def undisturbed(database: Database, world: dict[str, Source], ours: Rule, script: Script) -> None:
    alone = lives(database, world, ((0, (ours,)),))
    among = lives(database, world, ((0, (ours,)), *((minute, (*others, ours)) for minute, others in script)))
    assert among == alone


@PROMISE
@given(data=st.data())
def test_a_rule_on_a_value_tells_the_same_whatever_is_done_to_others(database, data):
    world = {"watch": data.draw(sources(prices)), "elsewhere": data.draw(sources(prices))}
    ask, rhythm = data.draw(st.sampled_from(OF_A_GAUGE)), data.draw(st.sampled_from(RHYTHMS))
    undisturbed(database, world, rule(**ask, **rhythm, name="m"), data.draw(scripts(OF_A_GAUGE, of_gauge=True)))


@PROMISE
@given(data=st.data())
def test_a_rule_on_what_appears_tells_the_same_whatever_is_done_to_others(database, data):
    world = {"watch": data.draw(sources(holdings)), "elsewhere": data.draw(sources(holdings))}
    ask, rhythm = data.draw(st.sampled_from(OF_A_STREAM)), data.draw(st.sampled_from(RHYTHMS))
    ours = rule(**{"kind": EVENTS, **ask, **rhythm, "name": "m"})
    undisturbed(database, world, ours, data.draw(scripts(OF_A_STREAM, of_gauge=False)))


JUDGED_BY_TIME = (
    {"when": "mentions ITER", "first": "tell", "again": Again("every", timedelta(minutes=130))},
    {"when": "starts within 200 minutes", "first": "tell"},
    {"when": "starts within 200 minutes and mentions ITER"},
    {"when": "nothing for 100 minutes"},
)


@PROMISE
@given(data=st.data())
def test_what_a_slow_rule_judges_by_the_time_is_what_it_saw_itself_and_not_what_a_quick_one_saw_since(database, data):
    world = {"watch": data.draw(sources(holdings))}
    ours = rule(**{"kind": EVENTS, **data.draw(st.sampled_from(JUDGED_BY_TIME)), "every": 200 * MINUTE, "name": "m"})
    quick = rule("mentions ITER", EVENTS, name="q", every=20 * MINUTE)
    undisturbed(database, world, ours, ((0.0, (quick,)),))


def test_a_reminder_is_of_what_the_rule_saw_itself(database):
    """Another rule sees the price rise; this one, which asks once in eight hours, reminds of what it knows."""
    world = {"watch": Source(((0, 149), (60, 160), (90, 170)))}
    ours = rule("price below $150", name="m", every=8 * 60 * MINUTE, again=Again("every", timedelta(hours=2)))
    quick = rule("price below $150", name="q", every=20 * MINUTE)
    undisturbed(database, world, ours, ((0.0, (quick,)),))


def test_a_source_that_a_quick_rule_finds_down_makes_no_slow_rule_wait_longer(database):
    world = {"watch": Source(((0, 160), (30, TROUBLE), (200, 149)))}
    ours, quick = rule("price below $150", name="m"), rule("price below $150", name="q", every=5 * MINUTE)
    undisturbed(database, world, ours, ((0.0, (quick,)),))


def test_an_edit_of_one_rule_does_not_cut_short_the_patience_that_a_source_asked_another_for(database):
    world = {"watch": Source(((0, BUSY), (200, 149)))}
    edits = [(minute, (rule("price changes", name=f"q{minute}", watch="elsewhere"),)) for minute in (10.0, 40.0, 70.0)]
    undisturbed(database, {**world, "elsewhere": world["watch"]}, rule("price below $150", name="m"), edits)


def test_what_two_rules_of_one_meaning_saw_is_each_ones_own(database):
    life = Life(emptied(database), {"watch": Source(((0, 160), (100, 149)))})
    twins = rule("price below $150", name="one"), rule("price below $150", name="two")
    life.live(until=400, script=((0, twins), (300, twins[:1])))
    assert [told.reason for told in life.told("one")] == [told.reason for told in life.told("two")] == ["crossed"]


def test_an_offer_that_stood_unchanged_is_known_for_as_long_as_it_was_looked_at(database):
    """What a sentence looks back at is counted at every poll, also where nothing in the list has changed."""
    offers = tuple((at, (entry("1", price=usd(price)),)) for at, price in ((0, 160), (420, 120)))
    life = Life(emptied(database), {"watch": Source(offers)})
    life.live(until=600, script=((0, (rule("price < 95% of median in 8 hours", STREAM, every=45 * MINUTE),)),))
    assert [told.reason for told in life.told("rule")] == ["crossed"]

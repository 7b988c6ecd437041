"""What the store writes comes back as what it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from agent import records
from rules.condition import Reading
from rules.firing import Firing
from rules.memory import Memory
from watchers.api import Day, Fact, Flag, Moment, Money, Number, Observation, Span, Text, Texts, Version

instants = st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))
lengths = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000)).map(
    lambda length: timedelta(seconds=length.total_seconds())
)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=4)
facts: st.SearchStrategy[Fact] = st.one_of(
    st.builds(Money, decimals, st.one_of(st.none(), st.sampled_from(["USD", "EUR"]))),
    st.builds(Number, decimals),
    st.builds(Text, st.text()),
    st.builds(Texts, st.lists(st.text()).map(tuple)),
    st.builds(Flag, st.booleans()),
    st.dates().map(lambda day: Day(day.year, day.month, day.day)),
    st.builds(Moment, instants),
    st.builds(Span, lengths),
    st.builds(Version, st.text()),
)
names = st.text(min_size=1, max_size=10)
some_facts = st.dictionaries(names, facts, max_size=4)
readings = st.builds(Reading, instants, instants, some_facts, lengths)
maybe = st.one_of(st.none(), readings)
observations = st.builds(
    Observation,
    key=names,
    facts=some_facts,
    unknown=st.dictionaries(names, st.text()),
    evidence=st.dictionaries(names, st.text()),
    link=st.text(),
    also=st.lists(names).map(tuple),
)
memories = st.builds(
    Memory,
    state=st.sampled_from([None, "clear", "pending", "met"]),
    meaning=st.text(),
    since=st.one_of(st.none(), instants),
    reason=st.text(),
    true_polls=st.integers(0, 100),
    true_for=lengths,
    true_at=st.one_of(st.none(), instants),
    told=maybe,
    told_at=st.one_of(st.none(), instants),
    first=maybe,
    previous=maybe,
    held=maybe,
    same_as=st.text(),
)


@given(observations)
def test_an_observation_comes_back_as_it_was(observation):
    assert records.read_observation(observation.key, records.observation_record(observation)) == observation


@given(memories)
def test_a_memory_comes_back_as_it_was(memory):
    row = SimpleNamespace(**records.memory_row("rule", "watch", "key", memory))
    assert records.read_memory(row) == memory


@given(some_facts, some_facts, instants, st.one_of(st.none(), instants))
def test_a_firing_comes_back_as_it_was(facts, before, seen_at, before_at):
    firing = Firing(
        key="0123456789",
        rule_id="rule",
        rule_name="Rule",
        kind="price",
        watch_id="watch",
        source="shop.example",
        observation="product",
        title="Headphones",
        reason="crossed",
        sentence="price below $150",
        because="price 149.00 USD is below 150.00 USD",
        subject="price",
        facts=facts,
        seen_at=seen_at,
        before=before,
        before_at=before_at,
    )
    assert records.read_firing(records.firing_record(firing)) == firing


def test_a_streams_memory_costs_no_more_than_its_row():
    assert records.memory_row("rule", "watch", "key", Memory(state="met", meaning="m"))["record"] is None


def test_money_keeps_the_digits_it_was_given():
    price = Money(Decimal("149.90"), "USD")
    kept = records.observation_record(Observation("key", {"price": price}))
    assert str(records.read_observation("key", kept).facts["price"]) == "149.90 USD"

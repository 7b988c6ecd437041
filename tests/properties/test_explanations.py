"""An explanation never disagrees with a replay of the record: what is said of a poll is what the judge found then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent import polls
from agent.database import Database
from agent.schedule import next_poll_at
from agent.views.backtest import past_of
from agent.views.why_not import why_not
from rules.backtest import Stage
from rules.explaining import JUDGED, NOTHING_NEW, Account, Judged, account
from rules.firing import Firing
from rules.replay import Replay
from rules.rule import Again, For, Rule
from tests.small_world import BUSY, MINUTE, Life, Source, emptied, rule
from tests.story import DOUBTED, START, STREAM, TROUBLE, UNKNOWN, UTC_ZONE, entry, usd
from watchers.api import Flag, Money, Number, Observation, Text

A_WHILE = 9 * 60.0
EVERY = {"every": 40 * MINUTE}
PROMISE = settings(max_examples=6, deadline=None)
INSTANT = timedelta(microseconds=1)

ON_A_VALUE = (
    rule("price below $150", **EVERY),
    rule("price below $150", DOUBTED, **EVERY),
    rule("price below $150 and not sold_out", first="baseline", **EVERY),
    rule("price below $150", until="price above $160", again=Again("lower"), **EVERY),
    rule("price below $150", hold=For(polls=3), **EVERY),
    rule("price below $150", hold=For(length=timedelta(minutes=100)), **EVERY),
    rule("price below $150", again=Again("every", timedelta(minutes=130)), **EVERY),
    rule("price below $150", again=Again("never"), **EVERY),
    rule("price changes", **EVERY),
    rule("price drops by 5% from highest in 6 hours", **EVERY),
    rule("price is lowest in 3 hours", **EVERY),
    rule("price drops by 5 USD from last told", **EVERY),
    rule("price moves by 3% from first", DOUBTED, hold=For(polls=2), **EVERY),
    rule("price < 95% of median in 4 hours or price below $130", **EVERY),
)
QUIET = rule("nothing for 2 hours", **EVERY)
ON_WHAT_APPEARS = (
    rule("mentions ITER", STREAM, **EVERY),
    rule("mentions ITER and not title mentions bread", STREAM, first="tell", **EVERY),
    rule("mentions ITER", STREAM, hold=For(polls=2), **EVERY),
)

prices = st.sampled_from((160, 155, 149, 149, 148, 120, 0.01, UNKNOWN, TROUBLE, BUSY))
articles = st.lists(st.sampled_from("abcd"), max_size=4, unique=True).map(
    lambda keys: tuple(entry(key, {"a": "ITER", "c": "ITER and bread"}.get(key, "bread")) for key in keys)
)


@st.composite
def sources(draw: st.DrawFn, sights: st.SearchStrategy[object]) -> Source:
    shown, minute = [], 0.0
    while minute < A_WHILE:
        shown.append((minute, draw(sights)))
        minute += draw(st.sampled_from((11.0, 40.0, 90.0, 200.0)))
    return Source(tuple(shown))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database.open(tmp_path_factory.mktemp("store") / "store.sqlite")
    yield opened
    opened.close()


def lived(database: Database, source: Source, one: Rule) -> Life:
    life = Life(emptied(database), {"watch": source})
    life.live(until=A_WHILE, script=((0, (one,)),))
    return life


def record_of(life: Life, one: Rule) -> list[Account]:
    """Return what the record says of each poll, and of each judgement by time alone."""
    with life.database.reading() as connection:
        return list(polls.recent(connection, one.id, "watch"))


def by_polls(record: Iterable[Account]) -> list[Account]:
    return [told for told in record if told.is_poll]


def replayed(one: Rule, record: list[Account]) -> tuple[list[Firing], list[Account]]:
    """Live through the polls of the record again; return what is told, and what there is to say of each judgement."""
    replay = Replay(one, UTC_ZONE)
    fired: list[Firing] = []
    said = []
    seen: list[Observation] = []

    def pass_time(until: datetime) -> None:
        for at, verdict in replay.pass_time(until):
            fired.extend(verdict.firings)
            said.append(account(one, seen, at, replay.memory("watch"), verdict, is_poll=False))

    for told in by_polls(record):
        pass_time(told.at - INSTANT)
        if told.outcome != JUDGED:
            said.append(told)
            if told.outcome != NOTHING_NEW:
                replay.poll("watch", None, told.at)
            continue
        assert told.is_whole
        seen = [Observation(judged.key, judged.facts, judged.unknown) for judged in told.judged]
        past = replay.memory("watch")
        verdict = replay.poll("watch", seen, told.at)
        assert verdict is not None
        fired += verdict.firings
        said.append(account(one, seen, told.at, past, verdict))
    pass_time(START + A_WHILE * MINUTE)
    return fired, said


def agrees(life: Life, one: Rule) -> None:
    record = record_of(life, one)
    fired, said = replayed(one, record)
    assert by_polls(said) == by_polls(record)
    assert [told for told in record if not told.is_poll] == [told for told in said if not told.is_poll]
    assert {each.key: each for each in fired} == {each.key: each for each in life.firings()}


@PROMISE
@given(source=sources(prices), one=st.sampled_from(ON_A_VALUE))
def test_the_record_of_a_value_lived_through_again_tells_and_explains_the_same(database, source, one):
    agrees(lived(database, source, one), one)


@PROMISE
@given(source=sources(articles | st.just(TROUBLE)), one=st.sampled_from(ON_WHAT_APPEARS))
def test_the_record_of_what_appears_lived_through_again_tells_and_explains_the_same(database, source, one):
    agrees(lived(database, source, one), one)


@PROMISE
@given(source=sources(prices), one=st.sampled_from(ON_A_VALUE))
def test_why_not_ends_with_what_a_replay_ends_with(database, source, one):
    life = lived(database, source, one)
    _, said = replayed(one, record_of(life, one))
    (last,) = [told for told in said if told.outcome == JUDGED][-1:] or [Account(START, NOTHING_NEW)]
    (explained,) = why_not(database, life.book, one, last=50, now=life.now).sources
    assert list(explained.polls) == said
    assert [(silence.holds, silence.because) for silence in explained.silent] == [
        (judged.holds, judged.because) for judged in last.judged
    ]
    assert all(silence.missing for silence in explained.silent)


@PROMISE
@given(
    source=sources(st.sampled_from((160, 155, 149, 149, 148, 120, UNKNOWN))),
    one=st.sampled_from([one for one in (*ON_A_VALUE, QUIET) if not one.kind.doubted]),
)
def test_a_backtest_of_a_source_that_always_answered_tells_what_was_told(database, source, one):
    life = lived(database, source, one)
    assert retold(database, one) == told(life.firings())


def test_a_backtest_shows_a_thing_of_a_list_as_it_was_told(database):
    priced = [(minute, (entry("a", price=usd(amount)),)) for minute, amount in ((60, 140), (200, 149))]
    one = rule("price below 150 USD", STREAM, hold=For(polls=2), **EVERY)
    life = lived(database, Source(((0, ()), *priced, (400, ()))), one)
    assert [because for _, _, because in told(life.firings())] == ["price 140.00 USD is below 150.00 USD"]
    assert retold(database, one) == told(life.firings())


def retold(database: Database, one: Rule) -> list[tuple[datetime, str, str]]:
    """Return what a rule would have told on what it has stored."""
    end = START + A_WHILE * MINUTE
    stage = Stage(
        past_of(database, one).record, UTC_ZONE, START, end, lambda watch, at: next_poll_at(one, watch, at, UTC_ZONE)
    )
    return told(stage.told(one))


def told(firings: Iterable[Firing]) -> list[tuple[datetime, str, str]]:
    return [(one.seen_at, one.reason, one.because) for one in firings]


@PROMISE
@given(source=sources(prices), one=st.sampled_from(ON_A_VALUE))
def test_what_was_told_by_a_poll_is_marked_at_that_poll_with_its_reason(database, source, one):
    life = lived(database, source, one)
    record = record_of(life, one)
    told_at = {told.at for told in record}
    marked = {(told.at, judged.reason, judged.because) for told in record for judged in told.judged if judged.reason}
    by_poll = {(f.seen_at, f.reason, f.because) for f in life.firings() if f.seen_at in told_at}
    assert marked <= by_poll
    assert {one for one in by_poll if not one[1].startswith("again: still")} <= marked


facts = st.dictionaries(
    st.sampled_from(("price", "name", "sold_out", "length")),
    st.one_of(
        st.decimals(0, 10**6, places=2).map(lambda amount: Money(amount, "USD")),
        st.integers(-5, 5).map(lambda value: Number(Decimal(value))),
        st.text(max_size=5).map(Text),
        st.booleans().map(Flag),
    ),
    max_size=2,
)
instants = st.integers(0, 10**6).map(lambda seconds: START + timedelta(seconds=seconds))
lengths = st.integers(0, 10**9).map(lambda micros: timedelta(microseconds=micros))
findings = st.builds(
    Judged,
    key=st.text(max_size=3),
    title=st.text(max_size=3),
    facts=facts,
    holds=st.sampled_from((True, False, None)),
    because=st.text(max_size=5),
    unknown=st.dictionaries(st.just("price"), st.just("it is not stated"), max_size=1),
    changes_at=st.none() | instants,
    state=st.sampled_from((None, "clear", "pending", "met")),
    true_polls=st.integers(0, 5),
    true_for=lengths,
    held=st.none() | st.just(Money(Decimal("0.01"), "USD")),
    reason=st.sampled_from(("", "crossed")),
)
accounts = st.one_of(
    st.builds(Account, at=instants, outcome=st.just("SourceGone"), text=st.sampled_from(("gone", "moved"))),
    st.builds(Account, at=instants, outcome=st.just(NOTHING_NEW)),
    st.builds(
        Account,
        at=instants,
        outcome=st.just(JUDGED),
        is_poll=st.booleans(),
        looked_at=st.integers(0, 3),
        true=st.integers(0, 3),
        judged=st.lists(findings, max_size=2).map(tuple),
        is_whole=st.booleans(),
    ),
)


@settings(max_examples=6, deadline=None)
@given(noted=st.lists(st.sampled_from(range(4)), max_size=30), drawn=st.lists(accounts, min_size=4, max_size=4))
def test_the_newest_accounts_come_back_as_they_were_whatever_was_forgotten_before_them(database, noted, drawn):
    """Many are equal to the one before, and take no room; what they rest on is kept as long as they are."""
    kept = 3
    with pytest.MonkeyPatch.context() as patch, emptied(database).writing() as connection:
        patch.setattr(polls, "KEPT", kept)
        for place in noted:
            polls.note(connection, "rule", "watch", drawn[place])
        found = polls.recent(connection, "rule", "watch")
    whole = tuple(drawn[place] for place in noted)
    assert found == whole[len(whole) - len(found) :]
    assert min(len(noted), kept) <= len(found) <= 2 * kept

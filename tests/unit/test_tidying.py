"""Forgetting in time changes nothing of what is told: what a rule may still look back at is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select, update

from agent.database import Database, table_of
from agent.tables import (
    ContactRow,
    ExchangeRow,
    FiringRow,
    MemoryRow,
    ObservationRow,
    ReadingRow,
    RuleRow,
    SettingRow,
    SubscriptionRow,
    WatchRow,
)
from agent.tidying import (
    KEEP_CONTACTS,
    KEEP_EVERY_READING,
    KEEP_EXCHANGES,
    KEEP_LEFT,
    KEEP_READINGS,
    SLEEP,
    THINNED,
    tidy,
)
from tests.small_world import MINUTE, Life, Source, book, emptied, rule
from tests.story import START, STREAM, entry, usd
from watchers.facts import Text, encode_facts

DAY = timedelta(days=1)
LONG_AGO = START - KEEP_EVERY_READING - 3 * DAY


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return Database.open(tmp_path_factory.mktemp("store") / "store.sqlite")


def put(database: Database, prices: Sequence[int], since: datetime, step: timedelta) -> None:
    """Keep one reading for each price, one after another."""
    rows = [
        {
            "rule_id": "rule",
            "watch_id": "watch",
            "key": "product",
            "at": since + place * step,
            "until": since + place * step + step / 2,
            "known_seconds": step.total_seconds(),
            "facts": encode_facts({"price": usd(price), "name": Text("Headphones")}),
        }
        for place, price in enumerate(prices)
    ]
    with database.writing() as connection:
        connection.execute(insert(table_of(ReadingRow)), rows)


def kept(database: Database) -> list[tuple[datetime, float, float]]:
    """Return when each reading that is left was, its price, and for how long it was looked at."""
    table = table_of(ReadingRow)
    with database.reading() as connection:
        rows = connection.execute(select(table).order_by(table.c.id)).all()
    return [(row.at, float(row.facts["price"]["money"][0]), row.known_seconds) for row in rows]


def count(database: Database, model: type) -> int:
    with database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table_of(model))) or 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 50), min_size=1, max_size=30), st.sampled_from((1, 3, 10)))
def test_of_a_day_long_past_the_ends_and_the_extremes_are_left_and_all_time_stays_known(store, prices, hours):
    step = timedelta(hours=hours)
    put(emptied(store), prices, LONG_AGO - 30 * step, step)
    with store.writing() as connection:
        connection.execute(delete(table_of(SettingRow)).where(table_of(SettingRow).c.name == THINNED))
    before = kept(store)
    tidy(store, book(), START)
    after = kept(store)
    by_day: dict[object, list[tuple[datetime, float, float]]] = {}
    for one in before:
        by_day.setdefault(one[0].date(), []).append(one)
    for day, readings in by_day.items():
        there = [one for one in after if one[0].date() == day]
        assert {there[0][:2], there[-1][:2]} == {readings[0][:2], readings[-1][:2]}
        assert len(there) <= 4
        for extreme in (min, max):
            assert extreme(one[1] for one in there) == extreme(one[1] for one in readings)
        assert sum(one[2] for one in there) == sum(one[2] for one in readings)
    tidy(store, book(), START)
    assert kept(store) == after


def test_a_day_that_was_thinned_is_not_read_again(database):
    """What is read again every few hours for ever would be all that was ever seen."""
    hour = timedelta(hours=1)
    put(database, [1, 9, 5], LONG_AGO, hour)
    tidy(database, book(), START)
    table = table_of(ReadingRow)
    with database.writing() as connection:
        # As it is now, a second look would drop it.
        cheaper = {"facts": encode_facts({"price": usd(3)})}
        connection.execute(update(table).where(table.c.at == LONG_AGO + hour).values(cheaper))
    tidy(database, book(), START)
    assert [price for _, price, _ in kept(database)] == [1, 3, 5]


def test_each_day_is_thinned_when_all_of_it_is_old_enough(database):
    put(database, [*range(48)], START - KEEP_EVERY_READING, timedelta(hours=1))
    counts = []
    for days in range(4):
        tidy(database, book(), START + days * DAY)
        counts.append(len(kept(database)))
    assert counts[0] == 48
    assert counts == sorted(counts, reverse=True)
    assert len({one[0].date() for one in kept(database)}) * 2 >= counts[-1] == len(kept(database))


def test_readings_that_are_counted_anew_are_thinned_too(database):
    """SQLite gives a number again once the rows with all higher ones are gone."""
    put(database, [1] * 10, LONG_AGO, timedelta(hours=1))
    tidy(database, book(), START)
    with database.writing() as connection:
        connection.execute(delete(table_of(ReadingRow)))
    put(database, [1] * 5, LONG_AGO, timedelta(hours=1))
    tidy(database, book(), START)
    assert len(kept(database)) == 2


def test_of_the_last_ninety_days_every_change_is_kept(database):
    put(database, range(20), START - KEEP_EVERY_READING + DAY, timedelta(hours=1))
    tidy(database, book(), START)
    assert len(kept(database)) == 20


def test_a_reading_is_kept_for_two_years_unless_its_rule_says_otherwise(database):
    put(database, [1], START - KEEP_READINGS - DAY, DAY / 4)
    put(database, [2], START - 40 * DAY, DAY / 4)
    tidy(database, book(), START)
    assert [price for _, price, _ in kept(database)] == [2]
    tidy(database, book(rule("price changes", keep=30 * DAY)), START)
    assert kept(database) == []


class TestWhatNobodyAsksForAnyMore:
    def live(self, database: Database) -> Life:
        life = Life(database, {"watch": Source(((0, 160), (60, 149))), "other": Source(((0, 160),))})
        both = rule("price below $150"), rule("price changes", name="b", watch="other")
        life.live(until=300, script=((0, both),))
        return life

    def test_a_rule_that_left_is_forgotten_after_thirty_days_and_what_it_told_is_not(self, database):
        life = self.live(database)
        life.keep()
        tidy(database, life.book, life.now + SLEEP)
        assert count(database, MemoryRow) == 2
        tidy(database, life.book, life.now + SLEEP + MINUTE)
        for model in (RuleRow, SubscriptionRow, MemoryRow, ReadingRow, WatchRow, ObservationRow):
            assert count(database, model) == 0, model
        assert count(database, FiringRow) == 1

    def test_a_rule_that_is_switched_off_keeps_its_memory_for_as_long_as_it_is_written(self, database):
        life = self.live(database)
        life.keep(disabled=("rule", "b"))
        tidy(database, life.book, life.now + 400 * DAY)
        assert count(database, MemoryRow) == 2

    def test_a_watch_that_a_rule_no_longer_names_is_forgotten_as_late(self, database):
        life = self.live(database)
        life.keep(rule("price below $150"), rule("price changes", name="b"))
        tidy(database, life.book, life.now + SLEEP / 2)
        assert count(database, WatchRow) == 2
        tidy(database, life.book, life.now + SLEEP + DAY)
        assert count(database, WatchRow) == 1

    def test_what_is_still_asked_for_is_left_as_it_is(self, database):
        life = self.live(database)
        counts = [count(database, model) for model in (RuleRow, SubscriptionRow, MemoryRow, ReadingRow, WatchRow)]
        tidy(database, life.book, life.now + SLEEP + DAY)
        assert counts == [
            count(database, model) for model in (RuleRow, SubscriptionRow, MemoryRow, ReadingRow, WatchRow)
        ]


class TestWhatLeftItsSource:
    STAYS, LEAVES = entry("stays"), replace(entry("leaves"), also=("other", "third"))

    def lived(self, database: Database, *sights: tuple[float, object], when: str = "mentions ITER") -> Life:
        life = Life(database, {"watch": Source(((0, (self.STAYS, self.LEAVES)), *sights))})
        life.live(until=600, script=((0, (rule(when, STREAM),)),))
        return life

    def keys(self, life: Life, after: timedelta) -> set[str]:
        tidy(life.database, life.book, life.now + after)
        table = table_of(MemoryRow)
        with life.database.reading() as connection:
            return set(connection.scalars(select(table.c.key)))

    def test_it_is_known_for_over_a_year_and_then_forgotten_under_all_of_its_keys(self, database):
        life = self.lived(database, (120, (self.STAYS,)))
        assert self.keys(life, KEEP_LEFT - DAY) == {"stays", "leaves", "other", "third"}
        assert self.keys(life, KEEP_LEFT + DAY) == {"stays"}

    def test_it_is_known_for_ever_while_it_is_there_also_where_nothing_changes(self, database):
        life = self.lived(database)
        assert "leaves" in self.keys(life, 10 * KEEP_LEFT)

    def test_what_came_back_is_known_from_then_on_also_under_another_key(self, database):
        life = self.lived(database, (120, (self.STAYS,)), (240, (self.STAYS, replace(entry("new"), also=("leaves",)))))
        assert {"new", "leaves"} <= self.keys(life, 10 * KEEP_LEFT)

    def test_what_was_told_is_not_forgotten(self, database):
        told = entry("told", "ITER")
        life = self.lived(database, (120, (self.STAYS, told)), (240, (self.STAYS,)))
        assert life.told("rule")
        assert "told" in self.keys(life, 10 * KEEP_LEFT)


def test_the_ledger_is_kept_for_a_year_and_the_memory_of_the_door_for_a_quarter(database):
    with database.writing() as connection:
        for at in (START, START - KEEP_CONTACTS - DAY):
            row = {"at": at, "purpose": "poll", "host": "shop.example", "record": {}}
            connection.execute(insert(table_of(ContactRow)).values(**row))
        for key, at in (("new", START), ("old", START - KEEP_EXCHANGES - DAY)):
            connection.execute(insert(table_of(ExchangeRow)).values(key=key, at=at, record={}))
    tidy(database, book(), START)
    assert (count(database, ContactRow), count(database, ExchangeRow)) == (1, 1)

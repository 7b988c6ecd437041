"""The store, on SQLite and on PostgreSQL: nothing is lost, nothing is told twice, no rule touches another."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from agent import process
from agent.database import Database, StoreError, table_of
from agent.mailbox import Mailbox
from agent.store import OUR_FAULT, Claim, Polled, Store
from agent.tables import FiringRow, MemoryRow, MessageRow, ObservationRow, ReadingRow, SubscriptionRow, WatchRow
from rules.judge import judge
from rules.rule import Network, Rule, RuleBook, WatchSpec
from tests.story import GAUGE, HOUR, ME, START, STREAM, Shop, entry, product, rule
from watchers.api import Poll, SourceUnavailable, Unchanged

BELOW = "price below $150"


def book(*rules: Rule, **settings: object) -> RuleBook:
    return RuleBook(rules=rules, channels={}, me=ME, network=Network(), **settings)  # type: ignore[arg-type]


class World:
    """A store with a rule book and a clock, polled by hand."""

    def __init__(self, database: Database, *rules: Rule) -> None:
        self.store = Store(database)
        self.database = database
        self.now = START
        self.use(*rules)

    def use(self, *rules: Rule, **settings: object) -> list[str]:
        self.book = book(*rules, **settings)
        return self.store.keep_rules(self.book, self.now)

    def claim(self, limit: int = 10) -> list[Claim]:
        return self.store.claim_watches("host/boot/1/1", self.now, limit)

    def poll(self, *seen: object) -> list[str]:
        """Sleep until a watch is due, poll it with this result, and return the rules that fired."""
        self.now = max(self.now, self.store.next_due_at() or self.now)
        (result,) = seen if len(seen) == 1 and not hasattr(seen[0], "facts") else (Poll(seen),)
        before = self.fired()
        polls = [Polled(claim, self.now, result, {"page": "hash"}) for claim in self.claim()]
        assert polls, "nothing was due"
        self.store.record_polls(polls, self.book, judge)
        return self.fired()[len(before) :]

    def fired(self) -> list[str]:
        firings = table_of(FiringRow)
        with self.database.reading() as connection:
            return list(connection.scalars(select(firings.c.rule_id).order_by(firings.c.at, firings.c.rule_id)))

    def count(self, model: type, **where: object) -> int:
        table = table_of(model)
        asked = select(func.count()).where(*(table.c[name] == value for name, value in where.items()))
        with self.database.reading() as connection:
            return connection.scalar(asked.select_from(table)) or 0


def test_a_series_tells_each_crossing_once(database):
    world = World(database, rule(BELOW))
    assert [world.poll(product(price)) for price in (160, 149, 170, 149, 149)] == [[], ["rule"], [], ["rule"], []]


def test_every_reading_is_kept_when_it_changes(database):
    world = World(database, rule(BELOW))
    for price in (160, 160, 160, 149):
        world.poll(product(price))
    assert world.count(ReadingRow) == 2


def test_a_message_is_written_with_the_poll_that_calls_for_it(database):
    world = World(database, rule(BELOW, notify=("phone", "mail")))
    world.poll(product(160))
    world.poll(product(149))
    assert world.count(MessageRow, channel="phone", state="waiting") == 1
    assert world.count(MessageRow, channel="mail", state="waiting") == 1


def test_an_unchanged_answer_is_judged_on_what_was_seen_last(database):
    world = World(database, rule(BELOW))
    world.poll(product(149))
    assert world.poll(Unchanged.UNCHANGED) == []
    assert world.count(ReadingRow) == 1


def test_a_trouble_changes_no_memory_and_backs_off(database):
    world = World(database, rule(BELOW))
    world.poll(product(160))
    world.poll(product(149))
    for _ in range(3):
        world.poll(SourceUnavailable("it does not answer"))
    assert world.poll(product(149)) == []
    assert world.count(WatchRow, trouble=None, failures=0) == 1


def test_a_source_that_asks_for_patience_gets_it(database):
    world = World(database, rule(BELOW))
    world.poll(SourceUnavailable("slow down", retry_after=timedelta(hours=5)))
    world.now += timedelta(hours=4, minutes=59)
    assert world.claim() == []
    world.now += timedelta(minutes=1)
    assert len(world.claim()) == 1


def test_our_own_mistake_harms_one_watch_alone(database, caplog):
    other = WatchSpec("other", GAUGE, "other.example", Shop())
    broken, sound = rule(BELOW, id="broken"), rule(BELOW, id="sound", watches=(other,))
    world = World(database, broken, sound)

    def judge_badly(one, memory, sight, history):
        if one.id == "broken":
            raise ZeroDivisionError
        return judge(one, memory, sight, history)

    world.now += HOUR
    polls = [Polled(claim, world.now, Poll((product(149),)), {}) for claim in world.claim()]
    world.store.record_polls(polls, world.book, judge_badly)
    assert world.fired() == ["sound"]
    assert world.count(WatchRow, id="watch", trouble=OUR_FAULT) == 1
    assert "ZeroDivisionError" in caplog.text


def test_a_poll_whose_claim_was_taken_over_is_not_recorded(database):
    world = World(database, rule(BELOW))
    (claim,) = world.claim()
    late = Polled(replace(claim, token="host/boot/2/2"), world.now, Poll((product(149),)), {})
    world.store.record_polls([late], world.book, judge)
    assert world.fired() == []


def test_a_watch_is_polled_by_one_agent_at_a_time(database):
    world = World(database, rule(BELOW))
    assert len(world.claim()) == 1
    assert world.claim() == []


def test_the_claims_of_a_process_that_died_are_free_at_once(database):
    world = World(database, rule(BELOW))
    host = process.token().split("/", maxsplit=1)[0]
    world.store.claim_watches(f"{host}/{process.boot()}/1/0", world.now, 10)
    world.store.release_lost_claims()
    assert len(world.claim()) == 1


def test_the_claims_of_a_process_that_lives_are_respected(database):
    world = World(database, rule(BELOW))
    world.store.claim_watches(process.token(), world.now, 10)
    world.store.release_lost_claims()
    assert world.claim() == []


def test_a_claim_from_a_clock_that_ran_ahead_does_not_last(database):
    world = World(database, rule(BELOW))
    world.now += timedelta(days=365)
    world.claim()
    world.now = START
    assert len(world.claim()) == 1


def test_no_next_poll_lies_beyond_an_interval_after_the_clock_was_set_back(database):
    world = World(database, rule(BELOW))
    world.now += timedelta(days=365)
    world.poll(product(160))
    world.now = START
    world.store.keep_rules(world.book, world.now)
    world.now += 1.5 * HOUR
    assert len(world.claim()) == 1


class TestTwoRulesOnOneWatch:
    def test_one_poll_serves_both(self, database):
        world = World(database, rule(BELOW, id="a"), rule("price below $155", id="b"))
        world.now += HOUR
        (claim,) = world.claim()
        assert claim.rule_ids == ("a", "b")

    def test_a_rule_judges_at_its_own_rhythm(self, database):
        slow = rule(BELOW, id="slow", every=timedelta(days=1))
        fast = rule("price below $1", id="fast")
        world = World(database, slow, fast)
        world.poll(product(160))
        polls = 0
        while world.fired() == []:
            world.poll(product(149))
            polls += 1
        assert polls >= 11
        assert timedelta(hours=11) < world.now - START < timedelta(hours=37)

    def test_a_new_rule_knows_what_another_saw_there(self, database):
        old = rule("mentions ITER", STREAM, id="old")
        world = World(database, old)
        gone, here = entry("gone", "tokamak"), entry("here", "tokamak")
        world.poll(gone, here)
        world.poll(here)
        world.use(old, rule("mentions tokamak", STREAM, id="new"))
        assert world.poll(here) == []
        assert world.poll(gone, here) == []
        assert world.poll(gone, here, entry("fresh", "tokamak")) == ["new"]


class TestRuleFileChanges:
    def test_a_renamed_rule_keeps_its_memory(self, database):
        world = World(database, rule(BELOW, id="old"))
        world.poll(product(149))
        (sentence,) = world.use(rule(BELOW, id="new"))
        assert "old" in sentence
        assert "new" in sentence
        assert world.poll(product(149)) == []
        assert world.count(MemoryRow, rule_id="new") == 1

    def test_two_candidates_are_no_rename(self, database):
        world = World(database, rule(BELOW, id="old"))
        world.poll(product(149))
        assert world.use(rule(BELOW, id="one"), rule(BELOW, id="two")) == []

    def test_a_rule_that_comes_back_knows_what_it_told(self, database):
        world = World(database, rule(BELOW))
        world.poll(product(149))
        world.use()
        world.now += timedelta(days=20)
        assert world.claim() == []
        world.use(rule(BELOW))
        assert world.poll(product(149)) == []

    def test_a_disabled_rule_is_not_polled_and_is_no_rename(self, database):
        world = World(database, rule(BELOW))
        world.poll(product(149))
        assert world.use(rule(BELOW, id="other"), disabled=("rule",)) == []
        world.now += 2 * HOUR
        assert [claim.rule_ids for claim in world.claim()] == [("other",)]

    def test_a_shorter_interval_counts_at_once(self, database):
        world = World(database, rule(BELOW, every=timedelta(days=7)))
        world.poll(product(160))
        world.use(rule(BELOW, every=timedelta(minutes=10)))
        world.now += timedelta(minutes=16)
        assert len(world.claim()) == 1


def test_what_left_a_source_leaves_the_watch_and_not_the_memory(database):
    world = World(database, rule("mentions ITER", STREAM))
    world.poll(entry("1"))
    world.poll(entry("1"), entry("2", "ITER"))
    world.poll(entry("3"))
    assert world.count(ObservationRow) == 1
    assert world.count(MemoryRow) == 3
    assert world.poll(entry("2", "ITER")) == []


def test_time_alone_is_judged_whether_or_not_the_source_answers(database):
    world = World(database, rule("nothing for 3 hours", STREAM))
    world.poll(entry("1"))
    began = world.now
    while not world.fired():
        world.now = world.store.next_due_at()
        polls = [Polled(claim, world.now, Unchanged.UNCHANGED, {}) for claim in world.claim()]
        world.store.record_polls(polls, world.book, judge)
        world.store.judge_due(world.book, judge, world.now)
    assert world.now - began == timedelta(hours=3)


def test_an_heir_is_looked_at_anew(database):
    world = World(database, rule("mentions record", STREAM))
    world.poll(entry("1", "old record"))
    heirs = (entry("2", "record of the heir"), entry("3", "another record"))
    assert world.poll(Poll(heirs, is_baseline=True)) == []
    assert world.poll(*heirs, entry("4", "new record")) == ["rule"]


def test_what_comes_after_an_heir_is_news_also_to_a_rule_that_looks_seldom(database):
    world = World(
        database, rule("mentions record", STREAM), rule("mentions record", STREAM, id="seldom", every=3 * HOUR)
    )
    world.poll(entry("1", "old record"))
    heir = entry("2", "record of the heir")
    world.poll(Poll((heir,), is_baseline=True))
    assert world.fired() == []
    for _ in range(7):
        world.poll(heir, entry("4", "new record"))
    assert sorted(world.fired()) == ["rule", "seldom"]


def test_a_full_outbox_survives_a_closed_store(tmp_path):
    file = tmp_path / "store.sqlite"
    world = World(Database.open(file), rule(BELOW))
    world.poll(product(149))
    world.database.close()
    again = Database.open(file)
    (message,) = Mailbox(again).claim("phone", "host/boot/1/1", world.now)
    assert message.what.because == "price 149.00 USD is below 150.00 USD"
    again.close()


def test_the_file_belongs_to_its_owner_alone(tmp_path):
    Database.open(tmp_path / "state" / "store.sqlite").close()
    assert (tmp_path / "state" / "store.sqlite").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700


def test_a_store_of_a_newer_program_is_refused(tmp_path):
    file = tmp_path / "store.sqlite"
    opened = Database.open(file)
    with opened.writing() as connection:
        connection.exec_driver_sql("UPDATE settings SET value = '99' WHERE name = 'version'")
    opened.close()
    with pytest.raises(StoreError, match="newer"):
        Database.open(file)


def test_a_file_that_is_no_store_is_refused_with_a_reason(tmp_path):
    (tmp_path / "store.sqlite").write_text("this is no database at all, only some text that is long enough")
    with pytest.raises(StoreError, match="cannot be opened"):
        Database.open(tmp_path / "store.sqlite")


def test_no_rule_leaves_a_subscription_without_a_place_in_time(database):
    world = World(database, rule(BELOW))
    assert world.count(SubscriptionRow, is_awake=True) == 1
    assert world.store.next_due_at() == START

"""The engine: it looks at what is due, has it judged, and one bad source, or one bad line of ours, stays alone."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from agent.clock import Clock
from agent.database import Database, StoreError, table_of
from agent.engine import POLLS_AT_ONCE, Engine
from agent.ledger import Ledger
from agent.mailbox import Mailbox
from agent.store import CLAIM, Polled, Store
from agent.tables import FiringRow, MemoryRow, ObservationRow, WatchRow
from rules.memory import Verdict
from rules.rule import Again, Rule, WatchSpec
from tests.small_world import MINUTE, book, rule
from tests.story import HOUR, START, Shop, product
from watchers.api import Context, NotAsked, Poll, SourceRefused, Unchanged

BELOW = "price below $150"
Answer = Callable[[], Awaitable[Poll | Unchanged]]


@dataclass
class Sources:
    """What each watch answers, and how often it was asked."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def answer(self, name: str) -> Poll | Unchanged:
        self.asked.append(name)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await self.answers[name]()
        finally:
            self.at_once -= 1


class Fake(Shop):
    """A watch whose answers the test gives."""

    name: str
    sources: Any

    async def poll(self, context: Context) -> Poll | Unchanged:
        return await self.sources.answer(self.name)


@dataclass
class SetClock(Clock):
    """A clock that the test sets."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at


class Nobody:
    """A door that nobody goes through, and channels of which there are none."""

    async def close(self) -> None:
        """Close nothing."""


class Scene:
    """An engine at work on rules whose sources are the test's."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock, self.sources = database, SetClock(), Sources()
        self.store = Store(database)
        self.engine = Engine(self.store, Mailbox(database), Ledger(database), self.clock)

    def use(self, *rules: Rule) -> None:
        mine = tuple(replace(one, watches=tuple(self._watch(spec) for spec in one.watches)) for one in rules)
        kept = book(*mine)
        self.engine.equip(kept, Nobody(), Nobody())  # type: ignore[arg-type]
        self.store.keep_rules(kept, self.clock.at)

    def _watch(self, spec: WatchSpec) -> WatchSpec:
        return replace(spec, watcher=Fake(name=spec.id, sources=self.sources))

    async def look(self, after: timedelta = timedelta()) -> None:
        """Let time pass, poll all that is due, and wait until it is recorded."""
        self.clock.at += after
        while await self.engine.poll_due():
            await self.engine.settled()

    def told(self) -> list[str]:
        rows = table_of(FiringRow)
        with self.database.reading() as connection:
            return list(connection.scalars(select(rows.c.rule_id).order_by(rows.c.at, rows.c.rule_id)))

    def trouble(self, watch: str = "watch") -> tuple[str | None, str | None]:
        rows = table_of(WatchRow)
        with self.database.reading() as connection:
            row = connection.execute(select(rows).where(rows.c.id == watch)).one()
        return row.trouble, row.trouble_text


def shows(*prices: object) -> Answer:
    """Return an answer that shows one price after another, and then the last for ever."""
    left = list(prices)

    async def answer() -> Poll:
        return Poll((product(left.pop(0) if len(left) > 1 else left[0]),))

    return answer


def fails(error: Exception) -> Answer:
    async def answer() -> Poll:
        raise error

    return answer


@pytest.fixture
def run(database):
    """Run a story with an engine, and close the engine whatever comes of it."""

    def told(story: Callable[[Scene], Awaitable[None]]) -> Scene:
        async def whole() -> Scene:
            scene = Scene(database)
            try:
                await story(scene)
            finally:
                await scene.engine.close(5)
            return scene

        return asyncio.run(whole())

    return told


def test_a_crossing_is_told(run):
    async def story(scene: Scene) -> None:
        scene.sources.answers["watch"] = shows(160, 149)
        scene.use(rule(BELOW))
        await scene.look()
        await scene.look(2 * HOUR)

    assert run(story).told() == ["rule"]


def test_two_rules_on_one_address_make_one_look(run):
    async def story(scene: Scene) -> None:
        scene.sources.answers["watch"] = shows(160)
        scene.use(rule(BELOW, name="a"), rule("price changes", name="b"))
        await scene.look()

    assert run(story).sources.asked == ["watch"]


def test_a_named_trouble_is_kept_in_its_own_words(run):
    async def story(scene: Scene) -> None:
        scene.sources.answers["watch"] = fails(SourceRefused("it wants a person"))
        scene.use(rule(BELOW))
        await scene.look()

    assert run(story).trouble() == ("SourceRefused", "it wants a person")


def test_a_source_that_was_not_asked_for_anothers_sake_did_not_fail_and_is_asked_when_it_may_be(run):
    async def story(scene: Scene) -> None:
        scene.sources.answers["watch"] = fails(NotAsked("its host is left alone", retry_after=MINUTE))
        scene.use(rule(BELOW))
        await scene.look()
        assert await scene.engine.next_poll_at() == START + MINUTE

    assert run(story).trouble()[0] == "SourceUnavailable"


def test_a_mistake_of_ours_in_one_watcher_harms_no_other(run, caplog):
    async def story(scene: Scene) -> None:
        scene.sources.answers |= {"watch": fails(ZeroDivisionError("ours")), "other": shows(149)}
        scene.use(rule(BELOW), rule(BELOW, name="other", watch="other"))
        await scene.look()

    scene = run(story)
    assert scene.told() == ["other"]
    assert scene.trouble()[0] == "OurFault"
    assert "ZeroDivisionError: ours" in caplog.text


def test_no_more_is_begun_at_once_than_there_is_room_for_and_all_of_it_is_done(run):
    async def story(scene: Scene) -> None:
        names = [f"watch {number}" for number in range(POLLS_AT_ONCE + 7)]
        scene.sources.answers |= {name: shows(160) for name in names}
        scene.use(*(rule(BELOW, name=name, watch=name) for name in names))
        await scene.look()

    scene = run(story)
    assert len(scene.sources.asked) == POLLS_AT_ONCE + 7
    assert scene.sources.most_at_once <= POLLS_AT_ONCE


def test_while_there_is_no_room_nothing_is_due(run):
    """Or the poll pass would spin for as long as slow sources take."""

    async def story(scene: Scene) -> None:
        go_on = asyncio.Event()

        async def slow() -> Poll:
            await go_on.wait()
            return Poll((product(160),))

        names = [f"watch {number}" for number in range(POLLS_AT_ONCE + 1)]
        scene.sources.answers |= dict.fromkeys(names, slow)
        scene.use(*(rule(BELOW, name=name, watch=name) for name in names))
        assert await scene.engine.poll_due() == POLLS_AT_ONCE
        assert await scene.engine.poll_due() == 0
        assert await scene.engine.next_poll_at() is None
        go_on.set()
        await scene.engine.settled()
        assert await scene.engine.next_poll_at() == START

    run(story)


def test_whoever_waits_for_polls_hears_when_one_is_over(run):
    async def story(scene: Scene) -> None:
        over = asyncio.Event()
        scene.engine.recorded = over.set
        scene.sources.answers["watch"] = shows(160)
        scene.use(rule(BELOW))
        await scene.engine.poll_due()
        async with asyncio.timeout(10):
            await over.wait()
            await scene.engine.settled()

    run(story)


def test_a_poll_that_is_cut_off_at_the_end_never_happened(database):
    async def story() -> Scene:
        scene = Scene(database)

        async def never() -> Poll:
            await asyncio.Event().wait()
            raise AssertionError

        scene.sources.answers["watch"] = never
        scene.use(rule(BELOW))
        await scene.engine.poll_due()
        await scene.engine.close(0.01)
        return scene

    scene = asyncio.run(story())
    assert scene.trouble() == (None, None)
    assert len(scene.store.claim_watches("host/boot/1/1", START + CLAIM, 10)) == 1


def test_what_time_alone_makes_true_is_told_without_a_look(run):
    async def story(scene: Scene) -> None:
        scene.sources.answers["watch"] = shows(149)
        scene.use(rule(BELOW, every=24 * HOUR, again=Again("every", HOUR)))
        await scene.look()
        scene.clock.at += HOUR
        assert await scene.engine.judge_due() == 1

    scene = run(story)
    assert scene.told() == ["rule", "rule"]
    assert scene.sources.asked == ["watch"]


def test_a_rule_that_is_just_leaving_the_file_is_no_longer_judged_by_the_time(run):
    async def story(scene: Scene) -> None:
        scene.sources.answers["watch"] = shows(149)
        scene.use(rule(BELOW, every=24 * HOUR, again=Again("every", HOUR)))
        await scene.look()
        scene.engine.equip(book(), Nobody(), Nobody())  # type: ignore[arg-type]
        scene.clock.at += HOUR
        assert await scene.engine.judge_due() == 0

    assert run(story).told() == ["rule"]


def test_a_rule_that_no_longer_reads_a_watch_is_not_judged_on_what_was_looked_at_before_its_edit(run, caplog):
    """Between the reading of the rules and their keeping, a poll for the old ones may end: that is no mistake."""

    async def story(scene: Scene) -> None:
        go_on = asyncio.Event()

        async def slow() -> Poll:
            await go_on.wait()
            return Poll((product(149),))

        scene.sources.answers |= {"watch": slow, "other": shows(160)}
        scene.use(rule(BELOW))
        await scene.engine.poll_due()
        elsewhere = book(rule(BELOW, watch="other"))
        scene.engine.equip(elsewhere, Nobody(), Nobody())  # type: ignore[arg-type]
        go_on.set()
        await scene.engine.settled()

    scene = run(story)
    assert scene.told() == []
    assert scene.trouble() == (None, None)
    assert "failed" not in caplog.text


def test_a_spoilt_memory_of_one_rule_harms_that_rule_alone(run, caplog):
    async def story(scene: Scene) -> None:
        scene.sources.answers["watch"] = shows(160, 149)
        scene.use(rule(BELOW, name="spoilt"), rule(BELOW, name="sound"))
        await scene.look()
        with scene.database.writing() as connection:
            spoil_memories(connection, "spoilt")
        await scene.look(2 * HOUR)

    scene = run(story)
    assert scene.told() == ["sound"]
    assert scene.trouble()[0] == "OurFault"
    assert "judging rule spoilt" in caplog.text


@pytest.mark.parametrize("spoilt", ["memory", "sight"])
def test_what_is_spoilt_of_one_rule_keeps_no_other_from_being_judged_by_the_time(run, spoilt):
    async def story(scene: Scene) -> None:
        scene.sources.answers |= {"watch": shows(149), "other": shows(149)}
        hourly = {"every": 24 * HOUR, "again": Again("every", HOUR)}
        scene.use(rule(BELOW, name="a", **hourly), rule(BELOW, name="b", watch="other", **hourly))
        await scene.look()
        with scene.database.writing() as connection:
            if spoilt == "memory":
                spoil_memories(connection, "a")
            else:
                rows = table_of(ObservationRow)
                connection.execute(update(rows).where(rows.c.watch_id == "watch").values(record={}))
        scene.clock.at += HOUR + MINUTE
        assert await scene.engine.judge_due() == 1
        assert await scene.engine.judge_due() == 0

    assert run(story).told() == ["a", "b", "b"]


def spoil_memories(connection: Any, rule_id: str) -> None:
    rows = table_of(MemoryRow)
    connection.execute(update(rows).where(rows.c.rule_id == rule_id).values(record={"true_at": "no instant"}))


def test_what_is_kept_of_a_watch_is_read_anew_where_it_is_spoilt(run, caplog):
    async def story(scene: Scene) -> None:
        scene.sources.answers["watch"] = shows(160)
        scene.use(rule(BELOW))
        await scene.look()
        with scene.database.writing() as connection:
            connection.execute(update(table_of(ObservationRow)).values(record={}))
            connection.execute(update(table_of(WatchRow)).values(digests={"page": "hash"}))
        scene.sources.answers["watch"] = unchanged
        await scene.look(2 * HOUR)
        assert scene.trouble()[0] == "OurFault"
        (claim,) = scene.store.claim_watches("host/boot/1/1", scene.clock.at + 8 * HOUR, 1)
        assert claim.digests == {}

    async def unchanged() -> Unchanged:
        return Unchanged.UNCHANGED

    run(story)
    assert "KeyError" in caplog.text


def test_polls_that_a_full_disk_kept_from_being_recorded_are_recorded_when_there_is_room(run, monkeypatch):
    async def story(scene: Scene) -> None:
        scene.sources.answers["watch"] = shows(149)
        scene.use(rule(BELOW))
        record = scene.store.record_polls

        def full(*_: object) -> int:
            raise StoreError("the disk is full")

        monkeypatch.setattr(scene.store, "record_polls", full)
        await scene.engine.poll_due()
        await scene.engine.settled()
        with pytest.raises(StoreError):
            await scene.engine.poll_due()
        monkeypatch.setattr(scene.store, "record_polls", record)
        await scene.look()

    scene = run(story)
    assert scene.sources.asked == ["watch"]
    assert scene.told() == ["rule"]


@pytest.mark.parametrize("by_time", [False, True])
def test_a_disk_that_is_full_in_the_middle_of_a_judgement_keeps_nothing_of_it(run, by_time):
    """It is no mistake of the rule that was judged just then: all of it is done again."""

    def full(*_: object) -> Verdict:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    async def story(scene: Scene) -> None:
        scene.sources.answers["watch"] = shows(149)
        scene.use(rule(BELOW, every=24 * HOUR, again=Again("every", HOUR)))
        if by_time:
            await scene.look()
            with pytest.raises(StoreError, match="disk is full"):
                scene.store.judge_due(scene.engine.book, full, scene.clock.at + HOUR)
            return
        (claim,) = scene.store.claim_watches("host/boot/1/1", START, 1)
        with pytest.raises(StoreError, match="disk is full"):
            scene.store.record_polls([Polled(claim, START, Poll((product(149),)), {})], scene.engine.book, full)
        assert scene.trouble() == (None, None)

    assert run(story).told() == ["rule"] * by_time

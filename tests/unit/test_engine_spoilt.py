"""The engine on a store of which something is spoilt, or whose disk is full: what is sound goes on."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from agent.database import StoreError, table_of
from agent.store import Polled
from agent.tables import MemoryRow, ObservationRow, WatchRow
from rules.memory import Verdict
from rules.rule import Again
from tests.engine_scene import BELOW, Scene, lives, shows
from tests.small_world import MINUTE, rule
from tests.story import HOUR, START, product
from watchers.api import Poll, Unchanged


@pytest.fixture
def run(database):
    return partial(lives, database)


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

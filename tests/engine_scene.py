"""An engine at work on sources that a test gives, whose clock it sets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from agent.clock import Clock
from agent.database import Database, table_of
from agent.engine import Engine
from agent.ledger import Ledger
from agent.mailbox import Mailbox
from agent.store import Store
from agent.tables import FiringRow, WatchRow
from rules.rule import Rule, WatchSpec
from tests.small_world import book
from tests.story import START, Shop, product
from watchers.api import Context, Poll, Unchanged

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


def lives(database: Database, story: Callable[[Scene], Awaitable[None]]) -> Scene:
    """Run a story with an engine, and close the engine whatever comes of it."""

    async def whole() -> Scene:
        scene = Scene(database)
        try:
            await story(scene)
        finally:
            await scene.engine.close(5)
        return scene

    return asyncio.run(whole())

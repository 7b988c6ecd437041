"""A disk that is full while polls are recorded: what was seen is kept until there is room, and nothing waits longer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select

from agent.channels import Channels
from agent.clock import Clock
from agent.database import Database, StoreError, table_of
from agent.engine import Engine
from agent.ledger import Ledger
from agent.mailbox import Mailbox
from agent.redaction import Redactor
from agent.store import Store
from agent.tables import ContactRow, FiringRow, WatchRow
from rules.rule import Network, RuleBook, WatchSpec
from tests.story import GAUGE, ME, Shop, product, rule
from watchers.api import Context, Poll, Text
from watchers.door.exchange import Contact
from watchers.fetch import Fetcher


class Disk:
    """The disk below a store, which can be full: SQLite then says so itself."""

    def __init__(self, database: Database) -> None:
        self.is_full = False

        @event.listens_for(database.engine, "begin")
        def limit(connection: Connection) -> None:
            # Fewer pages than there are means: not one more.
            connection.exec_driver_sql(f"PRAGMA max_page_count={1 if self.is_full else 1_000_000}")


class FillingShop(Shop):
    """A shop that does something while it is looked at, and shows more than fits into a page of the store."""

    meanwhile: Callable[[], None]

    async def poll(self, context: Context) -> Poll:
        self.meanwhile()
        return Poll((product(139, title=Text("Headphones " * 20_000)),))


@pytest.fixture
def database(tmp_path: Path) -> Any:
    opened = Database.open(tmp_path / "store.sqlite")
    yield opened
    opened.close()


def contact() -> Contact:
    return Contact(datetime.now(UTC), "GET", "a.example", "http://a.example/", "192.0.2.1", 200, 1, 1, "", ())


def count(database: Database, model: type) -> int:
    with database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table_of(model))) or 0


def test_what_was_polled_while_the_disk_was_full_is_recorded_as_soon_as_there_is_room(database: Database) -> None:
    disk = Disk(database)
    shop = FillingShop(meanwhile=lambda: setattr(disk, "is_full", True))
    book = RuleBook((rule("price below $150", watches=(WatchSpec("w", GAUGE, "a.example", shop),)),), {}, ME, Network())

    async def story() -> None:
        clock, ledger = Clock(), Ledger(database)
        engine = Engine(Store(database), Mailbox(database), ledger, clock)

        async def recall(_: str) -> None:
            return None

        fetcher = Fetcher(now=clock.now, recall=recall, keep=ledger.keep, ledger=ledger.note)
        engine.equip(book, fetcher, Channels({}, Redactor(()), ledger=ledger.note, now=clock.now))
        await engine.in_store(engine.store.keep_rules, book, clock.now())
        due = await engine.next_poll_at()
        assert await engine.poll_due(due) == 1
        await engine.settled()
        with pytest.raises(StoreError, match="full"):
            await engine.poll_due()
        assert count(database, FiringRow) == 0
        disk.is_full = False
        await engine.poll_due()
        assert count(database, FiringRow) == 1
        with database.reading() as connection:
            assert connection.scalar(select(table_of(WatchRow).c.claimed_by)) is None
        await engine.close(5)

    asyncio.run(story())


def test_no_contact_is_missing_in_the_ledger_after_the_disk_was_full(database: Database) -> None:
    disk, ledger = Disk(database), Ledger(database)
    for _ in range(500):
        ledger.note(contact())
    disk.is_full = True
    with pytest.raises(StoreError, match="full"):
        ledger.write()
    disk.is_full = False
    ledger.write()
    assert count(database, ContactRow) == 500

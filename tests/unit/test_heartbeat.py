"""Another watchdog hears of the agent while all is well, and of nothing else."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import insert, select, update

from agent import process
from agent.database import Database, StoreError, table_of
from agent.heartbeat import LATE_SECONDS, Heartbeat
from agent.ledger import Ledger
from agent.redaction import Redactor
from agent.sign_of_life import Mark, last_mark, mark, unmark
from agent.tables import ChannelRow, ContactRow
from rules.delivery import Upkeep
from rules.rule import Channel, Network, Place, RuleBook
from tests.http_sink import HttpSink, http_sink
from tests.story import ME

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PLACE = Place("rules.yaml", 1, 1)


@dataclass
class Vital:
    """A pass that came round at an instant of the monotonic clock."""

    name: str = "poll"
    done_at: float | None = None


class Beating:
    """A heartbeat on a real store, at an address of this machine."""

    def __init__(self, database: Database, url: str | None, *, every: timedelta = timedelta(minutes=5)) -> None:
        self.database = database
        self.pass_ = Vital(done_at=time.monotonic())
        self.heartbeat = Heartbeat(database, self._in_store, Ledger(database), lambda: NOW, [self.pass_])
        secret = SecretStr(url) if url is not None else None
        named = {name: Channel(name, SecretStr("json://127.0.0.1"), PLACE) for name in ("phone", "mail")}
        book = RuleBook((), named, ME, Network(), upkeep=Upkeep(heartbeat=secret, every=every))
        self.heartbeat.use(book, Redactor([url] if url else []))

    async def _in_store(self, work, *args):
        return work(*args)

    def beat(self, times: int = 1) -> None:
        async def beat() -> None:
            for _ in range(times):
                await self.heartbeat.beat()

        asyncio.run(beat())

    def fails(self, channel: str, since: datetime) -> None:
        with self.database.writing() as connection:
            connection.execute(insert(table_of(ChannelRow)).values(name=channel, failures=3, failing_since=since))

    def contacts(self) -> list[tuple[str, str]]:
        contacts = table_of(ContactRow).c
        with self.database.reading() as connection:
            rows = connection.execute(select(contacts.purpose, contacts.record))
            return [(row.purpose, row.record["address"]) for row in rows]


def url_of(sink: HttpSink) -> str:
    return f"http://{sink.host}/ping/a-secret-token"


def test_while_all_is_well_the_address_is_called_once_in_its_time(database):
    with http_sink() as sink:
        beating = Beating(database, url_of(sink))
        beating.beat(times=3)
        assert [request.path for request in sink.asked] == ["/ping/a-secret-token"]


def test_it_is_called_again_when_its_time_has_come(database):
    with http_sink() as sink:
        Beating(database, url_of(sink), every=timedelta()).beat(times=3)
        assert len(sink.asked) == 3


def test_the_ledger_says_what_it_was_for_without_the_secret_in_the_address(database):
    with http_sink() as sink:
        beating = Beating(database, url_of(sink))
        beating.beat()
    ((purpose, address),) = beating.contacts()
    assert purpose == "heartbeat"
    assert "a-secret-token" not in address


def test_nobody_is_called_while_a_pass_does_not_come_round(database, caplog):
    with http_sink() as sink:
        beating = Beating(database, url_of(sink))
        beating.pass_.done_at = time.monotonic() - LATE_SECONDS - 1
        beating.beat(times=2)
        assert sink.asked == []
    assert last_mark(database) is None
    assert [record.message for record in caplog.records if record.levelno == logging.WARNING] == [
        "no heartbeat: poll does not come round"
    ]


def test_nobody_is_called_before_the_passes_have_come_round_for_the_first_time(database):
    with http_sink() as sink:
        beating = Beating(database, url_of(sink))
        beating.pass_.done_at = None
        beating.beat()
        assert sink.asked == []
        assert asyncio.run(beating.heartbeat.next_at()) < NOW + timedelta(minutes=1)


def test_nobody_is_called_while_no_channel_works(database, caplog):
    with http_sink() as sink:
        beating = Beating(database, url_of(sink), every=timedelta())
        beating.fails("phone", NOW - timedelta(hours=1))
        beating.beat()
        beating.fails("mail", NOW - timedelta(minutes=59))
        beating.beat()
        assert len(sink.asked) == 2
        with database.writing() as connection:
            connection.execute(update(table_of(ChannelRow)).values(failing_since=NOW - timedelta(days=1)))
        beating.beat(times=2)
        assert len(sink.asked) == 2
        with database.writing() as connection:
            connection.execute(update(table_of(ChannelRow)).values(failures=0, failing_since=None))
        beating.beat()
        assert len(sink.asked) == 3
    said = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert said == ["no heartbeat: no channel works"]


def test_nobody_is_called_while_the_store_cannot_be_written(database):
    with http_sink() as sink:
        beating = Beating(database, url_of(sink))

        async def refuses(work, *args):
            raise StoreError("the disk is full")

        beating.heartbeat._in_store = refuses
        with pytest.raises(StoreError):
            beating.beat()
        assert sink.asked == []


def test_a_call_that_fails_is_logged_once_and_made_again(database, caplog):
    caplog.set_level(logging.INFO)
    with http_sink() as sink:
        beating = Beating(database, url_of(sink), every=timedelta())
        sink.status = 503
        beating.beat(times=3)
        sink.status = 200
        beating.beat()
        assert len(sink.asked) == 4
    said = [record.message for record in caplog.records if record.name == "agent.heartbeat"]
    assert len(said) == 2
    assert said[0].startswith("the heartbeat could not be sent: ")
    assert "a-secret-token" not in said[0]
    assert said[1] == "the heartbeat is sent again"


def test_an_answer_without_a_page_has_heard_it(database, caplog):
    with http_sink() as sink:
        sink.status = 204
        Beating(database, url_of(sink)).beat()
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_without_an_address_nobody_is_called_and_the_mark_is_written(database):
    beating = Beating(database, None)
    beating.beat()
    assert beating.contacts() == []
    found = last_mark(database)
    assert found is not None
    assert found.runs(NOW)
    assert asyncio.run(beating.heartbeat.next_at()) == NOW + timedelta(minutes=1)


def test_an_agent_that_ended_runs_no_more(database):
    mark(database, NOW)
    found = last_mark(database)
    assert found is not None
    assert found.runs(NOW + timedelta(minutes=9))
    assert not found.runs(NOW + timedelta(minutes=10))
    host, boot, _, _ = process.token().rsplit("/", 3)
    assert not Mark(NOW, f"{host}/{boot}/1/0").runs(NOW)
    assert Mark(NOW, "another-machine/boot/1/0").runs(NOW)


def test_where_a_timer_begins_the_agent_none_is_missed(database):
    mark(database, NOW)
    unmark(database)
    assert last_mark(database) is None

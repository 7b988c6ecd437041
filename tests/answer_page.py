"""An agent's own answer page, served for a test, with a store and one told message that may be answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from re import findall, search
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from agent.answers.desk import Desk
from agent.answers.page import AnswerPage
from agent.answers.tickets import LIFE, buttons, question_buttons
from agent.database import Database, table_of
from agent.doing.answering import Reply
from agent.tables import AnswerRow, MessageRow, MuteRow, SnoozeRow, TicketRow
from rules.delivery import Answers
from rules.rule import Network, RuleBook
from tests.answered import ANSWERS, NAMES, NOON, keep, told
from tests.story import ME, STREAM
from tests.story import rule as a_rule

pytest.importorskip("uvicorn", reason="the answer page needs the extra web")
pytest.importorskip("starlette", reason="the answer page needs the extra web")

FIRING = told("A <b>tokamak</b> burns")


async def until(come: Callable[[], bool]) -> None:
    """Wait for something that nobody announces."""
    while not come():  # noqa: ASYNC110 - the page is looked at from outside, as an owner would
        await asyncio.sleep(0.01)


@dataclass
class Home:
    """An agent's answer page, with a store of its own."""

    database: Database
    now: Any = NOON
    decided: list[tuple[str, str, str]] = field(default_factory=list)
    answered: int = 0

    def __post_init__(self) -> None:
        keep(self.database, FIRING)
        rule = a_rule("price below $150", STREAM, id="news", name="Fusion news")
        book = RuleBook((rule,), {}, ME, Network())
        self.desk = Desk(self.database, lambda: book, lambda: NAMES, self.decide)
        self.writing = asyncio.Lock()

    def decide(self, connection, key, answer, now, by):
        self.decided.append((key, answer, by))
        taken = len({said for _, said, _ in self.decided}) == 1
        return Reply(taken, "Done: it is ordered." if taken else "it is settled already: ordered")

    async def in_store(self, work, *args):
        async with self.writing:
            return await asyncio.to_thread(work, *args)

    def note(self):
        self.answered += 1

    @asynccontextmanager
    async def served(self, answers: Answers = ANSWERS):
        page = AnswerPage(self.desk, self.in_store, lambda: self.now, self.note)
        page.use(answers)
        running = asyncio.create_task(page.run())
        await until(lambda: running.done() or (page.port is not None and page._server.started))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{page.port}", trust_env=False) as client:
            try:
                yield client
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)

    def links(self) -> dict[str, str]:
        key = self.desk.key()
        made = [*buttons(FIRING, ANSWERS, key, NOON), *question_buttons(FIRING.key, ANSWERS, key, NOON + LIFE)]
        return {each.label: each.address.removeprefix(ANSWERS.address) for each in made}

    def rows(self, model):
        with self.database.reading() as connection:
            return connection.execute(select(table_of(model))).all()

    def everything(self):
        return [self.rows(model) for model in (AnswerRow, MessageRow, MuteRow, SnoozeRow, TicketRow)]


@contextmanager
def at_home(folder: Path) -> Iterator[Home]:
    database = Database.open(folder / "store.sqlite")
    yield Home(database)
    database.close()


async def as_sent(port: int, method: str, path: str) -> tuple[int, dict[str, str], bytes]:
    """Ask for a path as it is spelled here: clients clean theirs up before they send them."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return int(status.split()[1]), {name.lower(): headers[name] for name in headers}, body


def text(response) -> str:
    return unescape(" ".join(findall(r">([^<>]+)<", search(r"<main>.*", response.text)[0])))

"""The rounds to the channels: each has its own time, and none waits for another."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from agent import passes
from agent.channels import Channels
from agent.clock import Clock
from agent.database import Database
from agent.engine import Engine
from agent.ledger import Ledger
from agent.mailbox import Mailbox, Notice
from agent.redaction import Redactor
from agent.rounds import Rounds
from agent.store import Store
from rules.rule import Channel, Network, Place, RuleBook
from rules.words import Words
from tests.http_sink import HttpSink, http_sink
from tests.story import ME

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

PATIENCE_SECONDS = 60


class Post:
    """An engine that makes rounds to real services on this machine."""

    def __init__(self, database: Database) -> None:
        self.mailbox = Mailbox(database)
        self.engine = Engine(Store(database), self.mailbox, Ledger(database), Clock())
        self.rounds = Rounds(self.engine.serve, self.engine.next_delivery_at, self.engine.clock.now)
        self.engine.told = self.rounds.wake
        self.channels = Channels({}, Redactor())

    def use(self, **sinks: HttpSink) -> None:
        place = Place("rules.yaml", 1, 1)
        named = {name: Channel(name, SecretStr(f"json://{sink.host}/"), place) for name, sink in sinks.items()}
        book = RuleBook((), named, ME, Network())
        self.channels.use(named, Redactor())
        self.engine.equip(book, Nobody(), self.channels)  # type: ignore[arg-type]
        self.rounds.use(named)

    async def tell(self, key: str, *names: str) -> None:
        notice = Notice(key, Words(key, "Body"), datetime.now(UTC))
        await self.engine.in_store(self.mailbox.tell, notice, names)
        self.rounds.wake()

    def waiting(self, name: str) -> int:
        return self.mailbox.states()[name].waiting


class Nobody:
    """A door that nobody goes through."""

    async def close(self) -> None:
        """Close nothing."""


@asynccontextmanager
async def making_rounds(post: Post, seconds: float = PATIENCE_SECONDS) -> AsyncIterator[asyncio.Task[None]]:
    """Make rounds, and end as the program does: stop, then finish what was begun."""
    task = asyncio.create_task(post.rounds.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await post.engine.close(seconds)


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not happened():  # noqa: ASYNC110 - a server in another thread cannot set an event
            await asyncio.sleep(0.01)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Run a story with a post and two services; what still hangs at its end is answered."""
    with ExitStack() as stack:
        sinks = [stack.enter_context(http_sink()) for _ in range(2)]

        def told(story: Callable[..., Awaitable[None]]) -> None:
            async def whole() -> None:
                post = Post(Database.open(tmp_path / "store.sqlite"))
                try:
                    await story(post, *sinks)
                finally:
                    post.mailbox.database.close()
                assert asyncio.all_tasks() == {asyncio.current_task()}

            asyncio.run(whole())

        yield told


def titles(sink: HttpSink) -> list[str]:
    return [asked.json["title"] for asked in list(sink.asked)]


def test_a_channel_that_hangs_keeps_no_other_from_its_next_message(run):
    async def story(post: Post, hangs: HttpSink, works: HttpSink) -> None:
        hangs.gate.clear()
        post.use(hangs=hangs, works=works)
        async with making_rounds(post):
            await post.tell("first", "hangs", "works")
            await until(lambda: hangs.asked and post.waiting("works") == 0)
            await post.tell("second", "hangs", "works")
            await until(lambda: post.waiting("works") == 0)
            assert titles(works) == ["first", "second"]
            assert titles(hangs) == ["first"]
            hangs.gate.set()
            await until(lambda: post.waiting("hangs") == 0)
        assert titles(hangs) == ["first", "second"]

    run(story)


def test_a_program_that_ends_finishes_the_message_that_is_under_way_and_writes_it_down(run):
    """Or it would come a second time after the next start."""

    async def story(post: Post, slow: HttpSink, _: HttpSink) -> None:
        slow.gate.clear()
        post.use(slow=slow)
        async with making_rounds(post) as rounds:
            await post.tell("first", "slow")
            await until(lambda: slow.asked)
            rounds.cancel()
            await asyncio.gather(rounds, return_exceptions=True)
            threading.Timer(0.1, slow.gate.set).start()
        assert post.waiting("slow") == 0
        assert titles(slow) == ["first"]

    run(story)


def test_a_program_that_ends_does_not_wait_for_ever_for_a_service(run):
    async def story(post: Post, hangs: HttpSink, _: HttpSink) -> None:
        hangs.gate.clear()
        post.use(hangs=hangs)
        async with making_rounds(post, seconds=0.1):
            await post.tell("first", "hangs")
            await until(lambda: hangs.asked)
        assert post.waiting("hangs") == 1
        hangs.gate.set()

    run(story)


def test_a_channel_that_comes_with_a_reload_is_served_and_one_that_goes_is_left_alone(run):
    async def story(post: Post, old: HttpSink, new: HttpSink) -> None:
        post.use(old=old)
        async with making_rounds(post):
            await post.tell("first", "old")
            await until(lambda: post.waiting("old") == 0)
            post.use(new=new)
            await post.tell("second", "old", "new")
            await until(lambda: post.waiting("new") == 0)
            assert titles(old) == ["first"]
            post.use(old=old, new=new)
            await until(lambda: post.waiting("old") == 0)
        assert titles(old) == ["first", "second"]
        assert titles(new) == ["second"]

    run(story)


def test_a_fault_of_ours_at_one_channel_ends_no_round(monkeypatch, caplog):
    monkeypatch.setattr(passes, "AFTER_FAILURE_SECONDS", 0.001)
    served: list[str] = []

    async def serve(name: str) -> None:
        served.append(name)
        if name == "broken" and served.count(name) < 3:
            raise ZeroDivisionError("ours")

    async def never(_: str) -> None:
        return None

    async def story() -> None:
        rounds = Rounds(serve, never, lambda: datetime.now(UTC))
        rounds.use(("broken", "works"))
        task = asyncio.create_task(rounds.run())
        await until(lambda: served.count("broken") == 3)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(story())
    assert "works" in served
    assert caplog.text.count("the pass deliver to broken failed") == 2


def test_each_fault_in_a_row_is_waited_for_longer_up_to_a_minute():
    waits = [passes._after_faults(number) for number in range(20)]
    assert waits[:3] == [5, 10, 20]
    assert waits == sorted(waits)
    assert waits[-1] == 60

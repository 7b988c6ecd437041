"""A watch that polls a little web on 127.0.0.1 through a real door, as the engine has it do: once, or a whole story."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.context import Errand, PollContext
from rules.rule import WatchSpec
from tests.local_web import NOON, Asked, Door, LocalWeb, door
from watchers.api import Poll, Unchanged, Watcher, WatchError
from watchers.fetch import Contact
from watchers.testing import check_poll

Answerer = Callable[[Asked], "bytes | Awaitable[bytes]"]


class Polled:
    """A watch with what it remembers from one poll to the next."""

    def __init__(self, watcher: Watcher, door: Door, zone: str = "UTC", cursor: str | None = None) -> None:
        self._spec = WatchSpec("watch", watcher.sees, watcher.label, watcher, private=True)
        self._door = door
        self._zone = ZoneInfo(zone)
        self.errand = Errand(cursor, rule_ids=("rule",))

    async def poll(self, at: datetime = NOON) -> Poll | Unchanged:
        """Poll a second later than the last time, so that nothing is shared by accident."""
        self._door.clock.forward(seconds=1)
        context = PollContext(self._door.fetcher, self._spec, self.errand, at, self._zone)
        seen = await self._spec.watcher.poll(context)
        cursor = self.errand.cursor
        if isinstance(seen, Poll):
            check_poll(self._spec.kind, seen)
            cursor = seen.cursor
        self.errand = Errand(cursor, dict(context.digests), ("rule",))
        return seen


async def facts(watcher: Watcher, door: Door, at: datetime = NOON) -> dict[str, object]:
    """Return the facts of a watch that sees one thing, as their values."""
    poll = await Polled(watcher, door).poll(at)
    assert isinstance(poll, Poll)
    (seen,) = poll.observations
    return {name: next(getattr(fact, field) for field in type(fact).__slots__) for name, fact in seen.facts.items()}


@dataclass(frozen=True)
class Story:
    """What became of each poll, and what was asked for.

    Attributes:
        results: A poll, "unchanged", or the trouble.
        log: What was asked for, in order.
        contacts: What the ledger holds.
    """

    results: tuple[Poll | Unchanged | WatchError, ...]
    log: tuple[Asked, ...]
    contacts: tuple[Contact, ...]

    @property
    def targets(self) -> list[str]:
        return [asked.target for asked in self.log]

    @property
    def poll(self) -> Poll:
        """The last result, which is a poll."""
        last = self.results[-1]
        assert isinstance(last, Poll), last
        return last


def polled(
    watch_at: Callable[[str], Watcher],
    answers: Sequence[Answerer | bytes],
    *,
    cursor: str | None = None,
    **settings: object,
) -> Story:
    """Poll as often as there are answers, six hours apart, each poll in front of its own.

    Args:
        watch_at: Makes the watch for the address of the web.
        answers: What the web says at each poll.
        cursor: What an earlier poll left behind.
        settings: Those of the door.
    """

    async def live() -> Story:
        shown: list[Answerer | bytes] = []

        def answer(asked: Asked) -> bytes | Awaitable[bytes]:
            return shown[-1] if isinstance(shown[-1], bytes) else shown[-1](asked)

        async with LocalWeb(answer) as web, door(**settings) as open_door:
            watch = Polled(watch_at(web.url().rstrip("/")), open_door, cursor=cursor)
            results: list[Poll | Unchanged | WatchError] = []
            for given in answers:
                shown.append(given)
                open_door.clock.forward(hours=6)
                try:
                    results.append(await watch.poll(open_door.clock.at))
                except WatchError as trouble:
                    results.append(trouble)
            return Story(tuple(results), tuple(web.log), tuple(open_door.contacts))

    return asyncio.run(live())

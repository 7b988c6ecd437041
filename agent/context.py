"""What the agent lends to a watcher for one poll: the door, bound to that watch, and a thread to read in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ParamSpec, Protocol, TypeVar
from zoneinfo import ZoneInfo

from agent import VERSION
from rules.rule import WatchSpec
from watchers.api import HttpOptions, HttpWatcher, Page, Request, SourceChanged
from watchers.rendered import RenderedWatcher

PARSE_SECONDS = 20

P = ParamSpec("P")
T = TypeVar("T")


class Door(Protocol):
    """What a context needs of `watchers.fetch.Fetcher`."""

    async def fetch(
        self,
        request: Request,
        options: HttpOptions,
        *,
        private: bool,
        asked_by: tuple[str, ...],
        sends: tuple[str, ...],
        last_read: str | None,
        host_every: timedelta | None,
    ) -> Page:
        """Ask a source once."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a poll brings along: what its watch left behind the last time, and who asks.

    Attributes:
        cursor: What the watch gave back at its last good poll.
        digests: By request, the hash of the answer that it last read.
        rule_ids: The rules that are due.
        rule_files: Every file that the rules were read from, the main one first.
    """

    cursor: str | None = None
    digests: Mapping[str, str] = field(default_factory=dict)
    rule_ids: tuple[str, ...] = ()
    rule_files: tuple[str, ...] = ()


class PollContext:
    """The context of one poll; see `watchers.api.Context` for what it promises.

    Attributes:
        digests: By request, the hash of each answer of this poll.
    """

    def __init__(self, door: Door, spec: WatchSpec, errand: Errand, now: datetime, zone: ZoneInfo) -> None:
        self.now = now
        self.zone = zone
        self.cursor = errand.cursor
        self.rule_files = errand.rule_files
        self.digests: dict[str, str] = {}
        self._door = door
        self._spec = spec
        self._errand = errand

    async def fetch(self, request: Request | str) -> Page:
        """Ask a source through the door."""
        asked = Request(request) if isinstance(request, str) else request
        watcher = self._spec.watcher
        if isinstance(watcher, RenderedWatcher):
            asked = watcher.asking(asked)
        name = _name(asked)
        page = await self._door.fetch(
            asked,
            watcher.http if isinstance(watcher, HttpWatcher) else HttpOptions(),
            private=self._spec.private,
            asked_by=self._errand.rule_ids,
            sends=self._spec.sends,
            last_read=None if asked.whole else self._errand.digests.get(name),
            host_every=watcher.host_every,
        )
        self.digests[name] = page.digest
        return page

    async def parse(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a parser in a thread, for so long at most.

        A thread cannot be stopped: one that runs over is left behind, and its watch backs off. What is handed to a
        parser is bounded in size, so it does end.
        """
        try:
            async with asyncio.timeout(PARSE_SECONDS):
                return await asyncio.to_thread(work, *args, **kwargs)
        except TimeoutError as error:
            raise SourceChanged(f"reading the answer took longer than {PARSE_SECONDS} s") from error


def _name(request: Request) -> str:
    """Return what stands for a request among the digests of a watch.

    Another version of the program may read more in the same answer, so it reads every answer once anew.
    """
    said = f"{VERSION} {request.method} {request.url} ".encode() + (request.body or b"")
    return sha256(said).hexdigest()[:16]

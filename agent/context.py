"""What the agent lends to a watcher for one poll: the door, bound to that watch, and a thread to read in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import ParamSpec, Protocol, TypeVar
from zoneinfo import ZoneInfo

from watchers.api import HttpOptions, Page, Request, SourceChanged

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
        last_read: str | None,
    ) -> Page:
        """Ask a source once."""


class PollContext:
    """The context of one poll; see `watchers.api.Context` for what it promises."""

    def __init__(
        self,
        door: Door,
        options: HttpOptions,
        *,
        now: datetime,
        zone: ZoneInfo,
        cursor: str | None,
        digests: Mapping[str, str],
        private: bool,
        asked_by: tuple[str, ...],
    ) -> None:
        self.now = now
        self.zone = zone
        self.cursor = cursor
        self._door = door
        self._options = options
        self._last_read = digests
        self._private = private
        self._asked_by = asked_by
        self.digests: dict[str, str] = {}

    async def fetch(self, request: Request | str) -> Page:
        """Ask a source through the door."""
        asked = Request(request) if isinstance(request, str) else request
        name = sha256(f"{asked.method} {asked.url}".encode() + (asked.body or b"")).hexdigest()[:16]
        page = await self._door.fetch(
            asked,
            self._options,
            private=self._private,
            asked_by=self._asked_by,
            last_read=None if asked.whole else self._last_read.get(name),
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

"""What is kept open for a while after its use, in case it is wanted again soon: connections.

    take(key) ▶ use ▶ give_back(key, thing)          or, after a fault: close it and give nothing back

What was taken is out of here, so nothing is used twice at once and nothing in use is ever closed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import Final, Generic, Protocol, TypeVar

IDLE_SECONDS: Final = 10.0
MANY: Final = 32


class Closable(Protocol):
    """Something that is closed on the event loop."""

    async def aclose(self) -> None:
        """Close it; closing twice does no harm."""


T = TypeVar("T", bound=Closable)


class KeptOpen(Generic[T]):
    """Idle things by key: each is closed after `IDLE_SECONDS`, the oldest at once where there are too many."""

    def __init__(self) -> None:
        self._idle: dict[Hashable, tuple[T, asyncio.TimerHandle]] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._idle)

    def take(self, key: Hashable) -> T | None:
        """Return what is open under a key and no longer keep it, or None."""
        found = self._idle.pop(key, None)
        if found is None:
            return None
        found[1].cancel()
        return found[0]

    def give_back(self, key: Hashable, thing: T) -> None:
        """Keep something open; what lay under the same key is closed."""
        self._drop(key)
        timer = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._drop, key)
        self._idle[key] = (thing, timer)
        if len(self._idle) > MANY:
            self._drop(next(iter(self._idle)))

    async def close(self) -> None:
        """Close everything, and wait for what is being closed."""
        for key in list(self._idle):
            self._drop(key)
        await asyncio.gather(*self._closing)

    def _drop(self, key: Hashable) -> None:
        thing = self.take(key)
        if thing is not None:
            task = asyncio.get_running_loop().create_task(thing.aclose())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

"""The rounds to the channels: a pass for each, so that one that hangs keeps no other waiting.

Rounds.run ──▶ a task for each channel of the rule file: serve ▸ sleep until its own next message may be tried
▲
use: the channels of a rule file that was read again; those that stayed go on as they were
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import partial

from agent.passes import Pass


class Rounds:
    """The passes of all channels; a channel's pass lives for as long as the rule file has the channel."""

    def __init__(
        self,
        serve: Callable[[str], Awaitable[object]],
        next_at: Callable[[str], Awaitable[datetime | None]],
        now: Callable[[], datetime],
    ) -> None:
        """Make rounds to no channel yet.

        Args:
            serve: Tries what may be tried now for one channel.
            next_at: Says when a message for one channel may be tried next.
            now: The clock.
        """
        self._serve = serve
        self._next_at = next_at
        self._now = now
        self._passes: dict[str, Pass] = {}
        self._changed = asyncio.Event()

    def use(self, names: Iterable[str]) -> None:
        """Make rounds to these channels from now on."""
        self._passes = {name: self._passes.get(name) or self._new(name) for name in names}
        self._changed.set()

    def wake(self) -> None:
        """Let each look again at once."""
        for one in self._passes.values():
            one.wake()

    async def run(self) -> None:
        """Serve all channels; ends only by being cancelled, and then every task of it has ended."""
        tasks: dict[Pass, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as group:
            while True:
                self._changed.clear()
                wanted = set(self._passes.values())
                for gone in tasks.keys() - wanted:
                    tasks.pop(gone).cancel()
                for new in wanted - tasks.keys():
                    tasks[new] = group.create_task(new.run(), name=new.name)
                await self._changed.wait()

    def _new(self, name: str) -> Pass:
        return Pass(f"deliver to {name}", partial(self._serve, name), partial(self._next_at, name), self._now)

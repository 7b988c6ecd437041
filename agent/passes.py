"""The passes: a few fixed loops that sleep until there is something to do.

A pass works, asks the store when it is next needed, and sleeps until then, at most a minute. It sleeps by the monotonic
clock and looks at the wall clock anew when it wakes, so a clock that jumps can neither stop it nor make it spin.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from agent.database import StoreError

MOST_SLEEP_SECONDS = 60.0
# A store that cannot be written (a full disk, a database that restarts) is asked again at this pace.
AFTER_FAILURE_SECONDS = 5.0

log = logging.getLogger(__name__)


class Pass:
    """One loop: `work` returns when it has done what is due, `next_at` says when it is needed again."""

    def __init__(
        self,
        name: str,
        work: Callable[[], Awaitable[object]],
        next_at: Callable[[], Awaitable[datetime | None]],
        now: Callable[[], datetime],
    ) -> None:
        self.name = name
        self._work = work
        self._next_at = next_at
        self._now = now
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Let it look again at once."""
        self._wake.set()

    async def run(self) -> None:
        """Work for ever; ends only by being cancelled."""
        while True:
            self._wake.clear()
            try:
                await self._work()
                seconds = self._seconds_until(await self._next_at())
            except StoreError as error:
                log.error("%s: %s", self.name, error)  # noqa: TRY400 - no fault of ours
                seconds = AFTER_FAILURE_SECONDS
            except Exception:
                # A fault of ours in one pass must not end the others: it is logged whole, and the pass goes on.
                log.exception("the pass %s failed", self.name)
                seconds = MOST_SLEEP_SECONDS
            try:
                async with asyncio.timeout(seconds):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _seconds_until(self, at: datetime | None) -> float:
        if at is None:
            return MOST_SLEEP_SECONDS
        return min(MOST_SLEEP_SECONDS, max(0.0, (at - self._now()).total_seconds()))

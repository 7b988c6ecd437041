"""The passes: a few fixed loops that sleep until there is something to do.

A pass works, asks the store when it is next needed, and sleeps until then, at most a minute. It sleeps by the monotonic
clock and looks at the wall clock anew when it wakes, so a clock that jumps can neither stop it nor make it spin.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime

from agent.database import StoreError

MOST_SLEEP_SECONDS = 60.0
# A store that cannot be written (a full disk, a database that restarts) is asked again at this pace.
AFTER_FAILURE_SECONDS = 5.0
# So is a pass in which a mistake of ours came up, at first: each more in a row doubles the wait.
MOST_DOUBLINGS = 10

log = logging.getLogger(__name__)


class Pass:
    """One loop: `work` returns when it has done what is due, `next_at` says when it is needed again.

    Attributes:
        done_at: When it last did all that was due, by the monotonic clock; None: not yet.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], Awaitable[object]],
        next_at: Callable[[], Awaitable[datetime | None]],
        now: Callable[[], datetime],
    ) -> None:
        self.name = name
        self.done_at: float | None = None
        self._work = work
        self._next_at = next_at
        self._now = now
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Let it look again at once."""
        self._wake.set()

    async def run(self) -> None:
        """Work for ever; ends only by being cancelled."""
        faults = 0
        while True:
            self._wake.clear()
            try:
                await self._work()
                seconds = self._seconds_until(await self._next_at())
            except StoreError as error:
                log.error("%s: %s", self.name, error)  # noqa: TRY400 - no fault of ours
                await asyncio.sleep(AFTER_FAILURE_SECONDS)
            except Exception:
                # A fault of ours in one pass must not end the others: it is logged whole, and the pass goes on. Being
                # woken does not shorten the wait, or every poll would bring the same fault up again.
                log.exception("the pass %s failed", self.name)
                await asyncio.sleep(_after_faults(faults))
                faults += 1
            else:
                faults = 0
                self.done_at = time.monotonic()
                await self._woken(seconds)

    async def _woken(self, seconds: float) -> None:
        """Wait until somebody wakes it, for so long at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    def _seconds_until(self, at: datetime | None) -> float:
        if at is None:
            return MOST_SLEEP_SECONDS
        return min(MOST_SLEEP_SECONDS, max(0.0, (at - self._now()).total_seconds()))


def _after_faults(earlier: int) -> float:
    return min(MOST_SLEEP_SECONDS, AFTER_FAILURE_SECONDS * 2.0 ** min(earlier, MOST_DOUBLINGS))

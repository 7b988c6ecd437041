"""What the hops of one errand share, from the first question to the last redirect."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from watchers.door.attempt import Attempt


@dataclass(slots=True)
class Trip:
    """What the hops of one errand share.

    Attributes:
        seconds: What is left of the deadline; waiting for turns does not count.
        asked_by: Grows while others join the errand.
        answered: This hop's host began to answer.
        attempts: Every request that left.
        host: Whom this hop asks.
    """

    seconds: float
    every: timedelta
    last_read: str | None
    asked_by: dict[str, None]
    sends: dict[str, None]
    answered: bool = False
    attempts: list[Attempt] = field(default_factory=list)
    host: str = ""

    @asynccontextmanager
    async def spending(self) -> AsyncIterator[None]:
        """Do something within what is left of the deadline.

        Raises:
            TimeoutError: It took longer.
        """
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            async with asyncio.timeout(self.seconds):
                yield
        finally:
            self.seconds = max(0.0, self.seconds - (clock() - began))

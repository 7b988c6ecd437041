"""A day in minutes: the wall clock and the event loop of a process run faster than the machine's.

Everything in the program that waits does so by these two, so each wait keeps its length in the time that the program
sees: backing off for half a minute takes half a second at a speed of 60. What the disk and the network take is not
shortened, so at that speed they seem slow: a crash meets more of what is under way.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from agent import clock, mailbox


@dataclass(frozen=True)
class Hurry:
    """How time runs.

    Attributes:
        began: When it began to run faster, in seconds since 1970.
        speed: How many seconds pass in one.
        ahead: By how many seconds it is ahead besides: those in which the machine was off.
    """

    began: float
    speed: float
    ahead: float = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.began + (time.time() - self.began) * self.speed + self.ahead, UTC)

    def since_boot(self) -> timedelta:
        return timedelta(seconds=time.monotonic() * self.speed)

    def begin(self) -> None:
        """Let this process live by it."""
        for place in (clock, mailbox):
            vars(place)["wall"] = self.now
        vars(clock)["since_boot"] = self.since_boot
        asyncio.set_event_loop_policy(_Policy(self.speed))


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, speed: float) -> None:
        self._speed = speed
        super().__init__(_Selector(speed))

    def time(self) -> float:
        return super().time() * self._speed


class _Selector(selectors.DefaultSelector):
    def __init__(self, speed: float) -> None:
        self._speed = speed
        super().__init__()

    def select(self, timeout: float | None = None) -> Any:
        return super().select(timeout / self._speed if timeout is not None and timeout > 0 else timeout)


class _Policy(asyncio.DefaultEventLoopPolicy):
    def __init__(self, speed: float) -> None:
        super().__init__()
        self._speed = speed

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return _Loop(self._speed)

"""Being a good guest: how often and how many at once a host is asked.

    async with hosts.turn(address, every):  one exchange        waits in line, then until the host had its pause

One exchange at a time per host, in the order of asking, with a pause after each, and silence for as long as the host
asks for it. Waiting sleeps until a known instant; nothing looks at a clock again and again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from watchers.api import NotAsked, SourceUnavailable
from watchers.door.address import Address

PATIENCE: Final = timedelta(seconds=5)
"""A silence that is over within this is waited out; a longer one is said at once, so that no poll hangs for minutes."""

MANY_HOSTS: Final = 256


@dataclass(slots=True)
class _Host:
    """What is known of one host.

    Attributes:
        visitors: How many hold or wait for the turn.
        free_at: When the last exchange ended, by the event loop's clock; `pause` is the longest that anyone kept after.
        asked_quiet: How long it asked for; `quiet_until` is when that ends by the wall clock.
        silences: Per port, how many exchanges got no answer, and what was said of the last one.
    """

    line: asyncio.Lock = field(default_factory=asyncio.Lock)
    visitors: int = 0
    free_at: float = float("-inf")
    pause: float = 0.0
    quiet_until: datetime | None = None
    asked_quiet: timedelta = timedelta()
    silences: dict[int, tuple[int, str]] = field(default_factory=dict)


class Hosts:
    """The hosts that were asked lately; those with nothing left to remember are forgotten."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._hosts: dict[str, _Host] = {}
        self._sweep_at = MANY_HOSTS

    def __len__(self) -> int:
        return len(self._hosts)

    @asynccontextmanager
    async def turn(self, address: Address, every: timedelta) -> AsyncIterator[None]:
        """Hold the one turn of an address's host, once it is due.

        Args:
            address: What is to be asked: the turn is that of its host, whatever the port.
            every: The pause since the end of the exchange before.

        Raises:
            SourceUnavailable: It asked to be left alone for longer than anyone waits here, or its port gave no answer
                to whoever was before us in line: asking a dead server once for each of fifty rules takes an hour.
        """
        host = self._known(address.host)
        silence = host.silences.get(address.port)
        host.visitors += 1
        try:
            self._refuse_if_quiet(address.host, host)
            async with host.line:
                now_silent = host.silences.get(address.port)
                if now_silent is not None and now_silent != silence:
                    raise SourceUnavailable(now_silent[1])
                await self._wait(address.host, host, every.total_seconds())
                try:
                    yield
                finally:
                    host.free_at = asyncio.get_running_loop().time()
                    host.pause = max(host.pause, every.total_seconds())
        finally:
            host.visitors -= 1

    def keep_quiet(self, address: Address, length: timedelta) -> None:
        """Leave a host alone for a while."""
        host = self._known(address.host)
        host.asked_quiet = length
        host.quiet_until = self._now() + length

    def note_silence(self, address: Address, reason: str) -> None:
        """Note that a port gave no answer; those who wait in line for it now are told the same."""
        host = self._known(address.host)
        host.silences[address.port] = (host.silences.get(address.port, (0, ""))[0] + 1, reason)

    async def _wait(self, name: str, host: _Host, pause: float) -> None:
        self._refuse_if_quiet(name, host)
        left = host.free_at + pause - asyncio.get_running_loop().time()
        longest = max(left, self._quiet_left(host).total_seconds())
        if longest > 0:
            await asyncio.sleep(longest)

    def _refuse_if_quiet(self, name: str, host: _Host) -> None:
        left = self._quiet_left(host)
        if left > PATIENCE:
            seconds = round(left.total_seconds())
            raise NotAsked(f"{name} asked to be left alone for another {seconds} s", retry_after=left)

    def _quiet_left(self, host: _Host) -> timedelta:
        if host.quiet_until is None:
            return timedelta()
        # A wall clock that was set back must not make a silence longer than was asked for.
        left = min(host.quiet_until - self._now(), host.asked_quiet)
        if left <= timedelta():
            host.quiet_until = None
        return max(left, timedelta())

    def _known(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            if len(self._hosts) >= self._sweep_at:
                self._forget_the_idle()
                self._sweep_at = max(MANY_HOSTS, 2 * len(self._hosts))
            host = self._hosts[name] = _Host()
        return host

    def _forget_the_idle(self) -> None:
        clock = asyncio.get_running_loop().time()
        for name, host in list(self._hosts.items()):
            if not host.visitors and host.free_at + host.pause < clock and not self._quiet_left(host):
                del self._hosts[name]

"""Whether other hosts answer: what tells a host that is down from a machine that is offline.

    any answer ▶ note        none of one host ▶ answers ▶ one came meanwhile | knock at a host that answered before

Only hosts that answered a poll before are knocked at, so nobody is contacted whom no rule names. A knock is a
connection that is closed again, with TLS where that host was asked with it: what stands in every way, a hotel's
sign-in page say, takes any connection, but has no certificate for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from watchers.door.address import Address
from watchers.door.exchange import Ask
from watchers.door.guard import plain_address, special_range
from watchers.door.tls import tls_context

MANY: Final = 16
KNOCKS: Final = 2
KNOCK_SECONDS: Final = 5.0
JUST_BEFORE_SECONDS: Final = 5.0
"""An answer that came so shortly before a silence began is taken for one that came meanwhile."""


@dataclass(frozen=True, slots=True)
class Known:
    """A host that answered: where, and when by the event loop's clock."""

    address: Address
    ip: str
    ca: str | None
    at: float


class Elsewhere:
    """The hosts that answered lately, the last one last."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}

    def note(self, ask: Ask, ip: str) -> None:
        """Note that a host began to answer."""
        self._known.pop(ask.address.host, None)
        self._known[ask.address.host] = Known(ask.address, ip, ask.ca, asyncio.get_running_loop().time())
        if len(self._known) > MANY:
            del self._known[next(iter(self._known))]

    async def answers(
        self, besides: str, ip: str | None, since: float, note: Callable[[Known, str], None]
    ) -> bool | None:
        """Return whether another host answers; None where there is none that could say so.

        Args:
            besides: The host that gave no answer.
            ip: Its address; None where it has not been found. Who is as far away or further can speak for the way to
                it: a program on this very machine says nothing of the internet.
            since: When it was asked, by the event loop's clock.
            note: Is told of every knock and its outcome.
        """
        distance = 2 if ip is None else _distance(ip)
        others = [
            known
            for host, known in reversed(self._known.items())
            if host != besides and _distance(known.ip) >= distance
        ]
        if any(known.at >= since - JUST_BEFORE_SECONDS for known in others):
            return True
        for known in others[:KNOCKS]:
            is_there = await _knock(known)
            note(known, "took a connection" if is_there else "took no connection")
            if is_there:
                return True
        return False if others else None


def _distance(ip: str) -> int:
    """Return 0 for this machine, 1 for its own networks, 2 for the internet."""
    address = plain_address(ip_address(ip))
    if address.is_loopback:
        return 0
    return 2 if special_range(address) is None else 1


async def _knock(known: Known) -> bool:
    """Return whether a host takes a connection, and with https shows a certificate that is accepted."""
    context = tls_context(known.ca) if known.address.scheme == "https" else None
    name = known.address.host if context is not None else None
    try:
        async with asyncio.timeout(KNOCK_SECONDS):
            _, writer = await asyncio.open_connection(known.ip, known.address.port, ssl=context, server_hostname=name)
    except OSError:  # which TimeoutError and every error of TLS are too
        return False
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()
    return True

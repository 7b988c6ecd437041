"""Where a question may go: a host's name is looked up once, and every address that it has is judged.

Ask ▶ look up ▶ guard ▶ the addresses to connect to, best first          or a refusal that says how to allow it
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address

from watchers.api import SourceRefused, SourceUnavailable
from watchers.door.address import IPAddress
from watchers.door.exchange import Ask
from watchers.door.guard import IPNetwork, refusal

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


async def resolve_name(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host in the order in which the system would try them (RFC 6724)."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Admission:
    """Judges where questions may go, by what the owner allowed."""

    def __init__(self, allow: Sequence[IPNetwork], resolve: Resolve) -> None:
        self._allow = allow
        self._resolve = resolve

    async def addresses(self, ask: Ask) -> list[str]:
        """Return the addresses of a host that may be contacted.

        Raises:
            SourceUnavailable: The name cannot be looked up.
            SourceRefused: It leads to no address that may be contacted.
        """
        host = ask.address.host
        try:
            found = [str(ask.address.ip)] if ask.address.ip else await self._resolve(host, ask.address.port)
        except socket.gaierror as error:
            if error.errno == socket.EAI_NONAME:
                raise SourceUnavailable(f"no host is called {host}: is the name right?") from error
            raise SourceUnavailable(f"{host} cannot be looked up: is this machine online?") from error
        except UnicodeError:
            raise SourceRefused("the address names a host that no host can be called") from None
        refusals = {ip: self._refusal(ip_address(ip), ask) for ip in found}
        admitted = [ip for ip, why in refusals.items() if why is None]
        if not admitted:
            why = next(iter(refusals.values()), None) or "it has no address"
            raise SourceRefused(f"{host} is not contacted: {why}")
        return admitted

    def judge_for_proxy(self, ask: Ask) -> None:
        """Judge what can be judged where a proxy looks names up: a host that is spelt out as an address.

        Raises:
            SourceRefused: It may not be contacted.
        """
        host = ask.address.host
        # RFC 6761: these names mean the machine that looks them up, here the proxy's.
        is_localhost = host.rstrip(".") == "localhost" or host.rstrip(".").endswith(".localhost")
        spelt = ip_address("127.0.0.1") if is_localhost else ask.address.ip
        why = self._refusal(spelt, ask) if spelt is not None else None
        if why is not None:
            raise SourceRefused(f"{host} is not contacted: {why}")

    def _refusal(self, address: IPAddress, ask: Ask) -> str | None:
        return refusal(address, allow=self._allow, private=ask.private, is_led=ask.is_led)

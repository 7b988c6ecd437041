"""The one way out for a browser: a proxy on this machine that connects only where the guard lets it.

    Chromium ─▶ CONNECT host:443 | GET http://host/… ─▶ admission: look up once, judge ─▶ the address that was judged

Chromium looks up no name and opens no connection of its own. So a page cannot have a name mean a public address while
it is judged and a private one when it is asked (DNS rebinding), whatever scripts, frames or redirects do.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from watchers.api import SourceRefused, SourceUnavailable, WatchError
from watchers.door.address import Address, NotAnAddress, read_address
from watchers.door.admission import Admission
from watchers.door.exchange import Ask

HEAD_BYTES: Final = 64_000
CHUNK_BYTES: Final = 65_536
CONNECT_SECONDS: Final = 10.0
MAX_ADDRESSES: Final = 4
MAX_HOSTS: Final = 200
"""A page that asks more hosts than these is no page that anybody reads."""

_LENGTH: Final = re.compile(rb"^content-length:[ \t]*(\d{1,12})[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
_HOP_BY_HOP: Final = re.compile(
    rb"^(?:proxy-[\w-]+|connection|keep-alive|upgrade):.*\r\n", re.IGNORECASE | re.MULTILINE
)
_SOCKETS: Final = Path("/proc/net/tcp")


@dataclass(slots=True)
class Visit:
    """What a browser had to do with one port of a host.

    Attributes:
        trouble: Why it was not let there.
        sent, received: Bytes, TLS included.
    """

    address: Address
    ip: str | None = None
    trouble: WatchError | None = None
    sent: int = 0
    received: int = 0


@dataclass(slots=True)
class Gateway:
    """A proxy for one page, open while it is entered.

    Attributes:
        wanted: Says of an address whether the page asks for it: what a browser asks on its own account goes nowhere.
        private: Says of an address whether it may be a private one.
        most_bytes: How much may come in altogether.
        visits: By host and port, in the order of asking.
        port: Where it listens, on 127.0.0.1.
    """

    admission: Admission
    wanted: Callable[[Address], bool]
    private: Callable[[Address], bool]
    most_bytes: int
    visits: dict[tuple[str, int], Visit] = field(default_factory=dict)
    port: int = 0
    _received: int = 0
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", 0, limit=HEAD_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def trouble_at(self, address: Address) -> WatchError | None:
        """Return why the browser was not let to an address."""
        visit = self.visits.get((address.host, address.port))
        return visit.trouble if visit else None

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one question: a browser asks the next one on another connection."""
        try:
            # The connection is lost, or what comes is no HTTP: either way nothing is owed to anybody.
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                if _is_ours(writer.get_extra_info("peername")[1]):
                    await self._answer(await reader.readuntil(b"\r\n\r\n"), reader, writer)
        finally:
            writer.close()

    async def _answer(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method, target = _question(head)
        try:
            address = read_address(f"https://{target}" if method == "CONNECT" else target)
        except NotAnAddress:
            writer.write(_reply(400, "Bad Request"))
            return
        if not self.wanted(address):
            writer.write(_reply(403, "Not Wanted"))
            return
        visit = self._visit(address)
        try:
            there, onward = await self._connect(visit)
        except WatchError as trouble:
            visit.trouble = visit.trouble or trouble
            writer.write(_reply(403 if isinstance(trouble, SourceRefused) else 502, "Not Connected"))
            return
        try:
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
                await self._join(visit, (reader, writer), (there, onward))
            else:
                await self._forward(visit, _onward(head, method, address), (reader, writer), (there, onward))
        finally:
            onward.close()

    def _visit(self, address: Address) -> Visit:
        place = (address.host, address.port)
        known = self.visits.get(place)
        if known is None:
            known = self.visits[place] = Visit(address)
            if len(self.visits) > MAX_HOSTS:
                known.trouble = SourceRefused(f"the page asks more than {MAX_HOSTS} hosts")
        return known

    async def _connect(self, visit: Visit) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to an address of a host that is admitted, which is looked up for this connection alone.

        Raises:
            WatchError: It may not be contacted, or does not answer.
        """
        if visit.trouble is not None:
            raise visit.trouble
        address = visit.address
        ask = Ask("GET", address, private=self.private(address), user_agent="")
        for ip in (await self.admission.addresses(ask))[:MAX_ADDRESSES]:
            visit.ip = ip
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(CONNECT_SECONDS):
                    return await asyncio.open_connection(ip, address.port, limit=HEAD_BYTES)
        raise SourceUnavailable(f"{address.host} takes no connection")

    async def _join(
        self,
        visit: Visit,
        here: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        there: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        """Carry bytes both ways until one side has no more, and a moment longer for the other."""
        out = asyncio.ensure_future(self._carry_out(visit, here[0], there[1]))
        back = asyncio.ensure_future(self._carry_back(visit, there[0], here[1]))
        try:
            await asyncio.wait((out, back), return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait((out, back), timeout=1)
        finally:
            for each in (out, back):
                each.cancel()
            await asyncio.gather(out, back, return_exceptions=True)

    async def _forward(
        self,
        visit: Visit,
        head: bytes,
        here: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        there: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        """Put one question over an open line, with as much of a body as it announces, and carry the answer back."""
        there[1].write(head)
        visit.sent += len(head)
        length = _LENGTH.search(head)
        left = int(length[1]) if length else 0
        while left and (data := await here[0].read(min(left, CHUNK_BYTES))):
            left -= len(data)
            visit.sent += len(data)
            there[1].write(data)
            await there[1].drain()
        status = b"1"
        while status.startswith(b"1"):  # interim answers: RFC 9110 §15.2
            answer = await there[0].readuntil(b"\r\n\r\n")
            visit.received += len(answer)
            line, _, fields = answer.partition(b"\r\n")
            status = line.partition(b" ")[2]
            # Said to the browser whatever the server says, or it would put its next question on this line.
            here[1].write(line + b"\r\nConnection: close\r\n" + _HOP_BY_HOP.sub(b"", fields))
        await self._join(visit, here, there)

    async def _carry_out(self, visit: Visit, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK_BYTES):
            visit.sent += len(data)
            writer.write(data)
            await writer.drain()

    async def _carry_back(self, visit: Visit, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK_BYTES):
            visit.received += len(data)
            self._received += len(data)
            if self._received > self.most_bytes:
                visit.trouble = SourceUnavailable(f"the page fetches more than {self.most_bytes // 1_000_000} MB")
                return
            writer.write(data)
            await writer.drain()


def _is_ours(port: int) -> bool:
    """Return whether the program at the other end of a connection on 127.0.0.1 is run by this user.

    A proxy on a port serves whoever finds it, and this one may lead into its owner's home. Whose a socket is stands in
    proc(5) under /proc/net/tcp: its local address in hexadecimal second, its user eighth.
    """
    wanted, user = f"0100007F:{port:04X}", str(os.getuid())
    with _SOCKETS.open(encoding="ascii") as sockets:
        return any(fields[1] == wanted and fields[7] == user for fields in map(str.split, sockets))


def _question(head: bytes) -> tuple[str, str]:
    """Return method and target of a head; empty ones of what is no HTTP."""
    words = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
    return (words[0], words[1]) if len(words) == 3 else ("", "")


def _onward(head: bytes, method: str, address: Address) -> bytes:
    """Return a head as a server wants it that is asked directly, and is to end the connection: RFC 9112 §3.2.1."""
    _, _, fields = head.partition(b"\r\n")
    return b"".join(
        [
            f"{method} {address.target} HTTP/1.1\r\n".encode("latin-1"),
            b"Connection: close\r\n",
            _HOP_BY_HOP.sub(b"", fields),
        ]
    )


def _reply(status: int, words: str) -> bytes:
    return f"HTTP/1.1 {status} {words}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()

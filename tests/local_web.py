"""A little web on 127.0.0.1 that says exactly the bytes it is told to say, and a door to it with a clock of its own."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any

from pydantic import SecretStr

from watchers.api import Auth, HttpOptions, Page, Request
from watchers.fetch import Contact, Exchange, Fetcher

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
# Everything that an owner may not want to be seen by others.
SECRETS = HttpOptions(
    auth=Auth(bearer=SecretStr("hush")),
    headers={"X-Api-Key": SecretStr("hush")},
    cookies={"session": SecretStr("hush")},
)


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    connection: int
    at: float

    @property
    def host(self) -> str:
        return self.headers["host"].partition(":")[0]


def reply(body: bytes = b"", status: int = 200, **headers: str) -> bytes:
    """An honest answer that leaves the connection open; header names are written with underscores."""
    head = {"content-length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    if status == 304:
        del head["content-length"]
        body = b""
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"HTTP/1.1 {status} Whatever\r\n{lines}\r\n".encode("latin-1") + body


def moved(place: str, status: int = 302, **headers: str) -> bytes:
    """An answer that leads elsewhere."""
    return reply(status=status, location=place, **headers)


Answerer = Callable[[Asked], "bytes | Awaitable[bytes]"]


class LocalWeb:
    """Serves on 127.0.0.1 and keeps a log of what was asked, in order."""

    def __init__(self, answer: Answerer | bytes, *, tls: ssl.SSLContext | None = None, hang_up: bool = False) -> None:
        self._answer = answer
        self._tls = tls
        self._hang_up = hang_up
        self.log: list[Asked] = []
        self.connections = 0
        self.open = 0
        self.closed = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> LocalWeb:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: Any, traceback: TracebackType | None) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def url(self, target: str = "/", host: str = "127.0.0.1") -> str:
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{target}"

    @property
    def targets(self) -> list[str]:
        return [asked.target for asked in self.log]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self.open += 1
        number = self.connections
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._one(reader, writer, number):
                    pass
        finally:
            writer.close()
            self.open -= 1
            self.closed.set()
            self._tasks.discard(task)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        asked = Asked(method, target, headers, body, number, asyncio.get_running_loop().time())
        self.log.append(asked)
        answer = self._answer if isinstance(self._answer, bytes) else self._answer(asked)
        writer.write(answer if isinstance(answer, bytes) else await answer)
        await writer.drain()
        return not self._hang_up


class Clock:
    """A wall clock that stands still until it is told."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **length: float) -> None:
        self.at += timedelta(**length)


@dataclass
class Door:
    """A fetcher with a memory, a ledger, a clock, and names that all lead to 127.0.0.1."""

    memory: dict[str, Exchange] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)
    asked_names: list[str] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)

    async def __aenter__(self) -> Door:
        settings = {
            "host_every": timedelta(),
            "resolve": self._resolve,
            "deadline": timedelta(seconds=20),
            **self.settings,
        }
        self.fetcher = Fetcher(
            now=self.clock, recall=self._recall, keep=self._keep, ledger=self.contacts.append, **settings
        )
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: Any, traceback: TracebackType | None) -> None:
        await self.fetcher.close()

    async def get(self, request: Request | str, options: HttpOptions | None = None, **more: Any) -> Page:
        """Fetch at a later instant than the last time, so that nothing is shared by accident."""
        self.clock.forward(seconds=1)
        return await self.ask(request, options, **more)

    async def ask(self, request: Request | str, options: HttpOptions | None = None, **more: Any) -> Page:
        """Fetch at this very instant."""
        asked = Request(request) if isinstance(request, str) else request
        return await self.fetcher.fetch(asked, options or HttpOptions(), **{"private": True, **more})

    async def _resolve(self, host: str, port: int) -> list[str]:
        self.asked_names.append(host)
        return ["127.0.0.1"]

    async def _recall(self, key: str) -> Exchange | None:
        return self.memory.get(key)

    def _keep(self, exchange: Exchange) -> None:
        self.memory[exchange.key] = exchange


def door(**settings: Any) -> Door:
    return Door(settings=settings)


def free_port() -> int:
    """A port that nobody serves."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port

"""The server of the little world: its pages, and a phone that takes messages; everything on 127.0.0.1.

It speaks as much of HTTP/1.1 (RFC 9112) as two honest clients on the same machine need: one request a connection.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

PHONE = "/phone"
LARGEST_MESSAGE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a visitor gets."""

    body: str = ""
    content_type: str = "text/plain; charset=utf-8"
    status: HTTPStatus = HTTPStatus.OK


NOT_HERE = Answer("There is no such page.", status=HTTPStatus.NOT_FOUND)
OVERLOADED = Answer("Please come back later.", status=HTTPStatus.SERVICE_UNAVAILABLE)

Page = Callable[[Mapping[str, str]], Answer]
"""A page is asked with the parameters of its address."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it reached the phone."""

    title: str
    body: str


class World:
    """A web and a phone, for as long as it is entered; used from one event loop.

    Attributes:
        visits: How often each path was asked for.
        messages: What the phone received, in order.
        rings: Called with every message that comes in.
    """

    def __init__(self) -> None:
        self.visits: Counter[str] = Counter()
        self.messages: list[Message] = []
        self.rings: Callable[[Message], None] = lambda _: None
        self._pages: dict[str, Page] = {}
        self._queued: defaultdict[str, deque[Answer]] = defaultdict(deque)
        self._moved = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.close()
        await self._server.wait_closed()

    @property
    def address(self) -> str:
        """Its host and port."""
        return f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def show(self, path: str, page: Answer | Page) -> None:
        """Put a page up, in place of what was there."""
        self._pages[path] = page if callable(page) else lambda _: page

    def show_next(self, path: str, *answers: Answer) -> None:
        """Give the next visitors of a page one of these answers each; those after them see the page again."""
        self._queued[path].extend(answers)

    async def until(self, is_so: Callable[[], bool], seconds: float) -> bool:
        """Wait until something is so, for so long at most; return whether it is."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._moved:
                await self._moved.wait_for(is_so)
        return is_so()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A client that hangs up, or says nothing that can be read, harms its own connection only.
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            answer = await self._answer(reader)
            body = answer.body.encode()
            head = (
                f"HTTP/1.1 {answer.status.value} {answer.status.phrase}\r\nContent-Type: {answer.content_type}\r\n"
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            )
            writer.write(head.encode() + body)
            await writer.drain()
        writer.close()
        async with self._moved:
            self._moved.notify_all()

    async def _answer(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        request, *lines = head.rstrip().split("\r\n")
        method, target, _ = request.split(" ")
        parts = urlsplit(target)
        if (method, parts.path) == ("POST", PHONE):
            length = next((line for line in lines if line.lower().startswith("content-length:")), ":0").partition(":")
            return self._ring(await reader.readexactly(min(int(length[2]), LARGEST_MESSAGE_BYTES)))
        self.visits[parts.path] += 1
        if self._queued[parts.path]:
            return self._queued[parts.path].popleft()
        page = self._pages.get(parts.path)
        return page(dict(parse_qsl(parts.query))) if page else NOT_HERE

    def _ring(self, body: bytes) -> Answer:
        """Take a message in the shape of Apprise's json:// service: https://appriseit.com/services/json/."""
        said = json.loads(body)
        message = Message(str(said.get("title", "")), str(said.get("message", "")))
        self.messages.append(message)
        self.rings(message)
        return Answer("thank you")

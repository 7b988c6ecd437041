"""Serving the answer page over HTTP. Imports the extra `web`, so it is imported where a page is served, and late.

The server is uvicorn's, held to less: it takes no signals, does not tick while nobody asks, and cuts a connection off
after so many seconds whatever it does, so that neither a slow client nor many of them hold anything for long.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from typing import Any, NamedTuple

import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from agent.answers import html
from agent.answers.desk import Asked, Taken
from agent.answers.tickets import MOST_TOKEN_LETTERS, PATH
from agent.database import StoreError

CONNECTION_SECONDS = 20
MOST_CONNECTIONS = 64
MOST_HEADER_BYTES = 8_192
# A form without fields sends nothing; a service may send a few words.
MOST_BODY_BYTES = 2_048
STOP_SECONDS = 2

log = logging.getLogger(__name__)


class Answering(NamedTuple):
    """What the server calls: both take the last part of a link."""

    look: Callable[[str], Awaitable[Asked | None]]
    give: Callable[[str], Awaitable[Taken | Asked | None]]


class Page:
    """The one page there is, as an ASGI application.

    Args:
        answering: What is behind it.
        prefix: The path of its public address, which a proxy may leave on or take off.
    """

    def __init__(self, answering: Answering, prefix: str) -> None:
        self._answering = answering
        self._places = (PATH, prefix + PATH)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        except StoreError as error:
            log.warning("answer page: %s", error)
            response = _response(html.trouble("Not now", "Nothing was done: try again in a minute."), 503)
        # The form of the request and its outcome; what it asked for is in the desk's own line, and no link in either.
        client = request.client.host if request.client else "?"
        log.info("answer page: %s from %s: %d", request.method, client, response.status_code)
        response.headers["Date"] = formatdate(usegmt=True)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        token = self._token(request)
        if not token or request.method not in ("GET", "HEAD", "POST"):
            return _not_found()
        if request.method != "POST":
            asked = await self._answering.look(token)
            return _not_found() if asked is None else _asking(asked)
        if not await _is_small(request):
            return _response(html.trouble("Too much was sent"), 413, close=True)
        given = await self._answering.give(token)
        if given is None:
            return _not_found()
        response = _taken(given) if isinstance(given, Taken) else _asking(given)
        # A button in the web app of ntfy is pressed from that app's own origin: could it not read what came of it, it
        # would show a failure. Whoever sent a signed link may know that.
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    def _token(self, request: Request) -> str:
        """Return the link's last part, from the path as it was sent: nothing is decoded, joined or cleaned up."""
        path = request.scope["raw_path"].decode("ascii", "replace")
        place = next((place for place in self._places if path.startswith(place)), None)
        token = path.removeprefix(place) if place is not None else ""
        return token if token.replace("-", "a").replace("_", "a").isalnum() and len(token) <= MOST_TOKEN_LETTERS else ""


async def _is_small(request: Request) -> bool:
    """Read what a POST brings along, and throw it away; return False as soon as it is too much."""
    stated = request.headers.get("content-length", "0")
    if not stated.isdecimal() or int(stated) > MOST_BODY_BYTES:
        return False
    seen = 0
    async for part in request.stream():
        seen += len(part)
        if seen > MOST_BODY_BYTES:
            return False
    return True


def _asking(asked: Asked) -> Response:
    return _response(html.asking(asked), 200 if asked.state == "open" else 410)


def _taken(answer: Taken) -> Response:
    # A button that is pressed outside a browser shows the status and nothing else: a No after the Yes must not seem
    # to have counted.
    return _response(html.taken(answer), 200 if answer.counts else 409)


def _not_found() -> Response:
    return _response(html.trouble(html.NOT_FOUND), 404)


def _response(page: str, status: int, *, close: bool = False) -> Response:
    headers = dict(html.HEADERS)
    if close:
        headers["Connection"] = "close"
    return HTMLResponse(page, status, headers)


class _Brief(H11Protocol):
    """A connection that ends: uvicorn itself waits without end for a request that never becomes whole."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin, if there is room."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
            return
        self._deadline = self.loop.call_later(CONNECTION_SECONDS, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)


class Server(uvicorn.Server):
    """A server inside a program that has signals and a loop of its own."""

    def __init__(self, page: Page) -> None:
        config = uvicorn.Config(
            page,
            http=_Brief,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=STOP_SECONDS,
            h11_max_incomplete_event_size=MOST_HEADER_BYTES,
        )
        super().__init__(config)
        self._stop = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the program."""
        yield

    async def main_loop(self) -> None:
        """Wait until it is stopped, without looking ten times a second whether it is."""
        await self._stop.wait()

    def stop(self) -> None:
        """Let `serve` end."""
        self._stop.set()


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        OSError: It cannot listen there.
    """
    family, *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    return socket.create_server((host, port), family=family, backlog=MOST_CONNECTIONS)

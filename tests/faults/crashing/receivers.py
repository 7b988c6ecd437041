"""Where messages arrive: an HTTP server for webhooks and ntfy, and a mail server; some slow, some shaky, one often out.

The same HTTP server shows the world. Every connection belongs to one life of the program: the one that was on when it
was taken in. `Receivers.next_life` draws the line behind whatever the life before had begun.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.faults.crashing.world import EVENT, NO_EVENT, OF_ACTION, World

HEADER = "X-Trusted-Agent-Message"
MAIL = "mail"
SLOW_SECONDS = 0.25
# Longer than the agent waits for an answer, in the time that it sees.
TOO_SLOW_SECONDS = 1.4

Answer = Literal["well", "broken off", "too late", "refused"]


@dataclass(frozen=True)
class Arrival:
    """One message as a receiver took it.

    Attributes:
        id: What is the same at each attempt.
        events: What it tells of; `false` what it should not tell of.
        life: Who sent it, and when, by the machine's monotonic clock in nanoseconds.
        answer: What the sender heard.
        of_actions: What it says of an action, such as "Not done", and for which event.
        is_folded: It lists what the channel's limit held back, and beside that what was told and had used it up.
    """

    channel: str
    id: str
    events: frozenset[str]
    false: frozenset[str]
    life: int
    at: int
    answer: Answer
    of_actions: frozenset[tuple[str, str]] = frozenset()
    is_folded: bool = False
    is_cut: bool = False


@dataclass
class Receivers:
    """All of them, and what they took.

    Attributes:
        life: Which life of the program is on.
        seen: The last life that was heard of.
        is_kind: Nothing is slow or fails any more.
    """

    world: World
    dice: random.Random
    life: int = 0
    seen: int = -1
    port: int = 0
    mail_port: int = 0
    is_kind: bool = False
    is_out: bool = False
    arrivals: list[Arrival] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)

    def next_life(self) -> None:
        """Begin a life: all that the one before had sent is in, for connections are taken in one by one."""
        asking = HTTPConnection("127.0.0.1", self.port, timeout=30)
        asking.request("GET", "/line")
        asking.getresponse().read()
        asking.close()
        with socket.create_connection(("127.0.0.1", self.mail_port), timeout=30) as mail:
            mail.recv(100)
        self.life += 1

    def mood(self, channel: str) -> Answer:
        """Return how a channel takes what comes next."""
        if channel != "shaky" or self.is_kind:
            return "well"
        if self.is_out:
            return "refused"
        return self.dice.choices(("well", "broken off", "too late", "refused"), (76, 10, 2, 12))[0]

    def take(self, channel: str, message_id: str, title: str, body: str, life: int, answer: Answer) -> None:
        text = f"{title}\n{body}"
        self.arrivals.append(
            Arrival(
                channel,
                message_id,
                frozenset(EVENT.findall(OF_ACTION.sub("", text))),
                frozenset(NO_EVENT.findall(text)),
                life,
                time.monotonic_ns(),
                answer,
                frozenset(OF_ACTION.findall(text)),
                is_folded="per hour:" in title,
                is_cut="cut here" in body,
            )
        )

    async def handle_DATA(self, server: _Smtp, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        body = message.get_body(("plain", "html"))
        assert body is not None
        self.take(MAIL, message[HEADER], message["subject"], body.get_content(), server.life, "well")
        return "250 taken"


class _Smtp(SMTP):
    """One connection of the mail server.

    Attributes:
        life: The life of the program that was on when it came about.
    """

    life = -1


class _MailServer(Controller):
    def factory(self) -> SMTP:
        made = _Smtp(self.handler, **self.SMTP_kwargs)
        made.life = self.handler.life
        return made

    def _trigger_server(self) -> None:
        # It proves that it is up by connecting to the port that it was given; for port 0 that is another one.
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _WebServer
    # Headers and body go in one piece: or the body waits for the acknowledgement of the headers.
    wbufsize = -1
    disable_nagle_algorithm = True

    def setup(self) -> None:
        self.life = self.server.lives.pop(self.client_address)
        super().setup()

    def do_GET(self) -> None:
        if self.path == "/line":
            self._reply(200, "text/plain", "")
        else:
            self.server.receivers.seen = self.life
            self._reply(*self.server.receivers.world.answer(self.path, self.life))

    def do_POST(self) -> None:
        receivers = self.server.receivers
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            return  # its sender was killed before all of it was on its way
        address = urlsplit(self.path)
        # ntfy's topic stands in the body, unless that is a picture; the id is one of its tags.
        query = dict(parse_qsl(address.query))
        said = query if "filename" in query else json.loads(body)
        channel = said.get("topic") or address.path.strip("/")
        tags = [tag.removeprefix("id-") for tag in self.headers.get("X-Tags", "").split(",")]
        answer = receivers.mood(channel)
        # Without a title it is a picture that follows a message, and tells of nothing by itself.
        if answer != "refused" and said.get("title"):
            message_id = self.headers.get(HEADER) or tags[0]
            receivers.take(channel, message_id, said["title"], said["message"], self.life, answer)
        if answer == "broken off":
            self.close_connection = True
            return
        if not receivers.is_kind:
            time.sleep({"too late": TOO_SLOW_SECONDS}.get(answer, SLOW_SECONDS if channel == "slow" else 0))
        self._reply(500 if answer == "refused" else 200, "application/json", "{}")

    def _reply(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""


class _WebServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100

    def __init__(self, receivers: Receivers) -> None:
        self.receivers = receivers
        self.lives: dict[Any, int] = {}
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.lives[client_address] = self.receivers.life
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exception()
        if not isinstance(error, ConnectionError):  # whoever asked was killed
            self.receivers.mistakes.append(repr(error)[:200])


@contextmanager
def receivers(world: World, dice: random.Random) -> Iterator[Receivers]:
    """Serve on free ports of 127.0.0.1 until the end of the block."""
    found = Receivers(world, dice)
    web, mail = _WebServer(found), _MailServer(found, hostname="127.0.0.1", port=0)
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    mail.start()
    found.port, found.mail_port = web.server_port, mail.port
    try:
        yield found
    finally:
        web.shutdown()
        mail.stop()
        thread.join()
        web.server_close()

"""A web server on this machine that takes what a service takes, refuses what it refuses, and fails on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.receivers.daemons import Authority


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.target).query).items()}


@dataclass(frozen=True)
class Answer:
    """What the server says: a status, and JSON."""

    status: int = 200
    said: Any = None


@dataclass
class WebServer:
    """One service.

    Attributes:
        takes: What the service answers to a request.
        fault: The answer to every request in place of that.
        gate: Answers wait until it is set: clear it to be slow.
        asked: Every request, also those that were refused.
    """

    takes: Callable[[Asked], Answer]
    port: int = 0
    fault: Answer | None = None
    gate: threading.Event = field(default_factory=threading.Event)
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def web_server(takes: Callable[[Asked], Answer], authority: Authority | None = None) -> Iterator[WebServer]:
    """Serve on a free port until the end of the block; with an authority, over TLS as `localhost`."""
    served = WebServer(takes)
    served.gate.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, self.path, dict(self.headers), body)
            served.asked.append(asked)
            answer = served.fault or served.takes(asked)
            served.gate.wait()
            self.close_connection = True
            told = json.dumps(answer.said).encode()
            try:
                self.send_response(answer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)
            except ConnectionError:
                pass  # whoever asked did not wait

        do_GET = do_PUT = do_POST  # noqa: N815 - the names that http.server asks for

        def log_message(self, *_: Any) -> None:
            """Stay quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = False

        def finish_request(self, request: Any, client_address: Any) -> None:
            if authority is None:
                super().finish_request(request, client_address)
                return
            try:
                shown = authority.shown().wrap_socket(request, server_side=True)
            except OSError:  # whoever asked did not trust it, or spoke no TLS
                return
            with shown:
                super().finish_request(shown, client_address)

    server = Server(("127.0.0.1", 0), Handler)
    served.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield served
    finally:
        served.gate.set()
        server.shutdown()
        thread.join()
        server.server_close()

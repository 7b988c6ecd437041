"""A whole life in miniature: the real program in its own process, a real web, a real mail server, a clock of its own.

The clock is libfaketime's: each step runs at an instant of the test's choice, so that hours pass without waiting.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.mail_server import MailServer, mail_server

REPOSITORY = Path(__file__).resolve().parents[2]
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
NOON = datetime(2026, 7, 6, 12, tzinfo=UTC)


@dataclass
class Web:
    """Pages on 127.0.0.1 that the test changes; `asked` is the log of paths."""

    port: int = 0
    pages: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def show(self, path: str, body: str, kind: str = "text/html; charset=utf-8", status: int = 200) -> None:
        self.pages[path] = (status, kind, body.encode())

    def sell(self, path: str, price: object, name: str = "Studio Headphones") -> None:
        """Show a product page as a shop would."""
        self.show(
            path,
            f"""<!doctype html><html lang="en"><head><title>{name}</title>
            <script type="application/ld+json">{{"@context": "https://schema.org", "@type": "Product", "name": "{name}",
            "offers": {{"@type": "Offer", "price": "{price}", "priceCurrency": "USD",
            "availability": "https://schema.org/InStock"}}}}</script></head>
            <body><h1>{name}</h1><p class="price">${price}</p><button>Add to cart</button></body></html>""",
        )

    def publish(self, path: str, *titles: str) -> None:
        """Show a feed with these entries."""
        entries = "".join(
            f"<item><title>{title}</title><guid isPermaLink='false'>id-{title}</guid>"
            f"<link>{self.url('/' + title.replace(' ', '-'))}</link></item>"
            for title in titles
        )
        feed = f"<rss version='2.0'><channel><title>News</title><link>{self.url('/')}</link>{entries}</channel></rss>"
        self.show(path, feed, "application/rss+xml")


@contextmanager
def little_web() -> Iterator[Web]:
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            web.asked.append(self.path)
            status, kind, body = web.pages.get(self.path, (404, "text/plain", b"not here"))
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keep the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    web.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Scene:
    """One owner with rules, a state folder and a mailbox; `now` is what the program's clock shows."""

    folder: Path
    web: Web
    mail: MailServer
    now: datetime = NOON

    @property
    def rules(self) -> Path:
        return self.folder / "rules.yaml"

    def write(self, rules: str, *, every: str = "1h", more: str = "") -> None:
        """Write a rule file whose one channel is the mail server."""
        self.rules.write_text(
            f"""
me: {{timezone: Europe/Berlin, currency: USD}}
network: {{allow: [127.0.0.1/32], every: 0.1s}}
channels:
  mail: {{url: "{self.mail.url()}"}}
defaults: {{every: {every}}}
{more}
rules:
{rules}
"""
        )

    def command(self, *words: str) -> list[str]:
        place = ["--rules", str(self.rules), "--state", str(self.folder / "state")]
        return [str(Path(sys.executable).with_name("trusted-agent")), words[0], *place, *words[1:]]

    def environment(self) -> dict[str, str]:
        if FAKETIME is None:
            pytest.skip("libfaketime is not installed: apt-get install faketime")
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LD_PRELOAD": str(FAKETIME),
            # A frozen monotonic clock would let timers hang.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME": self.now.strftime("@%Y-%m-%d %H:%M:%S"),
            "TZ": "UTC",
        }

    def once(self, *, after: timedelta = timedelta(hours=2), dying_at: str = "") -> str:
        """Let time pass, run `run --once` in a process of its own, and return its log.

        Args:
            after: How much later than the step before.
            dying_at: A step of the line at which the process kills itself, such as "Store.record_polls after".
        """
        self.now += after
        command = self.command("run", "--once")
        if dying_at:
            command = [sys.executable, "-m", "tests.end_to_end.mortal", dying_at, *command[1:]]
        done = subprocess.run(
            command, env=self.environment(), cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False
        )
        expected = -9 if dying_at else 0
        assert done.returncode == expected, done.stderr
        return done.stderr

    @property
    def told(self) -> list[EmailMessage]:
        return self.mail.taken

    @property
    def subjects(self) -> list[str]:
        return [str(message["subject"]) for message in self.told]


@contextmanager
def scene(folder: Path) -> Iterator[Scene]:
    with little_web() as web, mail_server() as mail:
        yield Scene(folder, web, mail)

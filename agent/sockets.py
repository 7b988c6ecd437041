"""Whom a library really contacts, seen from below it.

Apprise says neither where it sends nor what it fetches besides, and an address such as `tgram://token/chat` names no
host at all. Python's audit events do: every name looked up and every connection opened passes by here.
https://docs.python.org/3/library/audit_events.html
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock
from typing import Any


@dataclass(frozen=True, slots=True)
class Connection:
    """One attempt to reach a host.

    Attributes:
        host: The name that was looked up, or the address where none was; the path of a local socket.
        ip: The address that was tried; None where the name was not found, or for a local socket.
    """

    host: str
    ip: str | None = None
    port: int = 0


_seen: ContextVar[list[Connection] | None] = ContextVar("seen", default=None)
_installing = Lock()
_installed = False


@contextmanager
def watching_sockets(seen: list[Connection]) -> Iterator[None]:
    """Note in `seen` whom this thread contacts; other threads, also those that it starts, are not watched."""
    _install()
    before = _seen.set(seen)
    try:
        yield
    finally:
        _seen.reset(before)


def _install() -> None:
    """Install the hook, once: the interpreter offers no way to take one out again."""
    global _installed  # noqa: PLW0603 - the hook belongs to the interpreter, so the mark that it is there does too
    with _installing:
        if not _installed:
            sys.addaudithook(_note)
            _installed = True


def _note(event: str, details: tuple[Any, ...]) -> None:
    if event not in ("socket.getaddrinfo", "socket.connect"):
        return
    seen = _seen.get()
    if seen is None:
        return
    if event == "socket.getaddrinfo":
        host, port = details[0], details[1]
        seen.append(Connection(_text(host), None, port if isinstance(port, int) else 0))
    else:
        _connected(seen, details[1])


def _connected(seen: list[Connection], address: Any) -> None:
    """Complete the look-up that led to this connection, or add one that needed no look-up."""
    if not isinstance(address, tuple):
        seen.append(Connection(_text(address)))
        return
    ip, port = str(address[0]), int(address[1])
    last = seen[-1] if seen else None
    if last is not None and last.ip is None and last.port in (port, 0):
        seen[-1] = Connection(last.host, ip, port)
    elif last is None or (last.ip, last.port) != (ip, port):
        # The next address of the same name, or an address without a name.
        seen.append(Connection(last.host if last is not None and last.port == port else ip, ip, port))


def _text(name: Any) -> str:
    return name.decode(errors="replace") if isinstance(name, bytes) else str(name or "")

"""What an XMPP server did with a message: Apprise calls every end of the connection a success.

    slixmpp ──▶ its log: what went to the server, what came back ──▶ taken | Unsent

A server closes the stream only after it dealt with all that came before on it (RFC 6120, 4.4), and what it cannot
deliver it sends back (8.3): so a message is taken where the stream was closed after it and it did not come back.
"""

from __future__ import annotations

import html
import logging
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

from agent.services import XMPP
from agent.unsent import REASON_LIMIT, Unsent, caused_by

STARTTLS_PORT, DIRECT_TLS_PORT = 5222, 5223

# RFC 6120, 4.9.3, 6.5 and 8.3.3: what does not pass by itself. `service-unavailable` is none of them: a server says it
# of an address that does not exist and of somebody who is away where it keeps nothing for them.
_FOR_A_PERSON = frozenset(
    {
        *("account-disabled", "credentials-expired", "encryption-required", "invalid-authzid", "invalid-mechanism"),
        *("mechanism-too-weak", "not-authorized", "host-gone", "host-unknown", "unsupported-version"),
        *("forbidden", "gone", "item-not-found", "jid-malformed", "not-acceptable", "not-allowed"),
        *("policy-violation", "registration-required", "subscription-required"),
    }
)
_REFUSED = (
    ("the server refused the sign-in", re.compile(r"RECV: <failure\b(?P<what>.*)", re.DOTALL)),
    ("the server sent it back", re.compile(r"RECV: <message\b[^>]*\btype=[\"']error[\"'](?P<what>.*)", re.DOTALL)),
    ("the server closed the connection", re.compile(r"RECV: <(?:stream:)*error\b(?P<what>.*)", re.DOTALL)),
)
_CONDITION = re.compile(
    r"<(?P<name>[a-z-]+) xmlns=[\"']urn:ietf:params:xml:ns:xmpp-(?:stanzas|streams)|<(?P<bare>[a-z-]+) ?/>"
)
_TEXT = re.compile(r"<text\b[^>]*>(?P<said>[^<]*)<")
_TROUBLE = re.compile(r"(?:Connection failed|connection_lost): (?P<said>.*)", re.DOTALL)
_HANDED_OVER, _CLOSED = "SEND: <message", "End of stream received"

# slixmpp talks in a thread of Apprise's own, so that its lines cannot be told from those of another send.
_one_at_a_time = Lock()


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def unreachable(plugin: Any) -> Unsent | None:
    """Return why no connection to the server comes about, or None where one does.

    Where nobody listens, Apprise waits as long as for an answer; and it connects in a thread whose contacts nobody
    sees, so that this one stands in the ledger for it.
    """
    # IANA's ports for STARTTLS and for TLS at once: RFC 6120, 14.7, and XEP-0368.
    port = plugin.port or (DIRECT_TLS_PORT if plugin.secure_mode == "tls" else STARTTLS_PORT)
    try:
        socket.create_connection((plugin.xmpp_host or plugin.host, port), plugin.socket_connect_timeout).close()
    except TimeoutError:
        return Unsent("no connection came about in time")
    except OSError as error:
        return Unsent(caused_by(str(error)).reason)
    return None


@contextmanager
def hearing_the_server(schema: str) -> Iterator[list[str]]:
    """Yield what slixmpp logs meanwhile, where the service is XMPP. It tells passwords: it goes nowhere else."""
    if schema not in XMPP:
        yield []
        return
    with _one_at_a_time:
        logger, handler = logging.getLogger("slixmpp"), _Lines()
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        # Alone: Apprise adds handlers of its own logger for good, and those would hear passwords.
        logger.handlers[:] = [handler]
        try:
            yield handler.lines
        finally:
            logger.handlers[:] = []
            logger.setLevel(logging.CRITICAL)


def not_taken(lines: Sequence[str]) -> Unsent | None:
    """Return why the server did not take the message that was sent, by slixmpp's lines; None where it took it."""
    for line in lines:
        for meaning, pattern in _REFUSED:
            if found := pattern.match(line):
                return _refused(meaning, found["what"])
    handed_over = max((number for number, line in enumerate(lines) if line.startswith(_HANDED_OVER)), default=None)
    if handed_over is not None:
        if any(line.startswith(_CLOSED) for line in lines[handed_over:]):
            return None
        return Unsent("the server did not confirm it before the connection ended", doubtful=True)
    said = [found["said"] for line in lines if (found := _TROUBLE.match(line))]
    known = [cause for each in said if each != "(None,)" and (cause := caused_by(each))]
    if known:
        return Unsent(known[-1].reason)
    return Unsent("the connection ended before the sign-in" if said else "the server did not let it in in time")


def _refused(meaning: str, what: str) -> Unsent:
    conditions = [found["name"] or found["bare"] for found in _CONDITION.finditer(what)]
    condition = next((each for each in conditions if each != "text"), "")
    text = _TEXT.search(what)
    said = ": ".join(part for part in (meaning, condition, text["said"] if text else "") if part)
    return Unsent(html.unescape(said)[:REASON_LIMIT], permanent=condition in _FOR_A_PERSON)

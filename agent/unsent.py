"""Why a message was not sent: read from what Apprise logs, and said so that its owner can act on it.

Apprise answers yes or no; the cause stands in its log alone, in the words of whichever library failed. What is read
here was measured with apprise 2.2: HTTP statuses as `error=429`, SMTP replies as `(535, b'…')`, the rest as text.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any

# A service that says "too many" without saying for how long is left alone for this long.
TOO_MANY_WAIT = timedelta(minutes=1)
REASON_LIMIT = 300

Logged = tuple[str, str]  # level and message, in the order in which they were logged


@dataclass(frozen=True, slots=True)
class Unsent:
    """A message that was not sent, as far as is known.

    Attributes:
        reason: Why, without secrets.
        permanent: It will not get better by itself: a person has to mend the channel.
        retry_after: How long the service asks to be left alone.
        doubtful: The service may have taken it: the answer was lost, not the request.
        status: The HTTP status or SMTP reply, where there was one.
    """

    reason: str
    permanent: bool = False
    retry_after: timedelta | None = None
    doubtful: bool = False
    status: int | None = None


# What libraries write, what it means to the owner, and whether the message may have arrived all the same.
_CAUSES: tuple[tuple[str, str, bool], ...] = (
    (r"ConnectTimeout|connect timeout=", "no connection came about in time", False),
    (r"Connection refused", "the connection was refused: nothing listens there", False),
    (r"Name or service not known|name resolution|No address associated|getaddrinfo", "its host was not found", False),
    (r"Network is unreachable|No route to host", "there is no way to its host: is this machine online?", False),
    (r"WRONG_VERSION_NUMBER|record layer failure", "no TLS is spoken on that port", False),
    (r"certificate verify failed: (?P<more>[^'\"(]+)", "its certificate is not trusted", False),
    (r"certificate|SSLError|TLSV1_ALERT|SSL: ", "TLS failed", False),
    (r"Read timed out|read operation timed out|closed: timed out", "the answer did not come in time", True),
    (r"Remote end closed|Connection aborted|Connection reset|Broken pipe", "the connection broke off", True),
    (r"unexpectedly closed|Server not connected", "the connection broke off", True),
    (r"could not be delivered", "the answer did not come in time", True),
    (r"timed out", "the answer did not come in time", True),
)
_PASSES = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
_GATEWAY = (HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)

_HTTP_STATUS = re.compile(r"error=(\d{3})\d{0,2}\b")
_SMTP_REPLY = re.compile(r"\((\d{3}), b(['\"])(.*?)\2")
_MAIL_HANDED_OVER = "Sending email to"
_EXCEPTION = re.compile(r"(?:Socket|I/O|Notification|[A-Z]+) [Ee]xception: (.*)", re.DOTALL)
_BODY = re.compile(r"Response Details:\s*(b['\"].*)", re.DOTALL)


def unsent_because(logged: Sequence[Logged]) -> Unsent:
    """Return the failure that a send's log tells of; its reason may still hold secrets."""
    warned = [message for level, message in logged if level in ("WARNING", "ERROR", "CRITICAL")]
    everything = "\n".join(message for _, message in logged)
    if status := _HTTP_STATUS.search("\n".join(warned)):
        return _answered(int(status[1]), _body(logged))
    if reply := _SMTP_REPLY.search(everything):
        return _replied(int(reply[1]), reply[3])
    exceptions = [found[1] for _, message in logged if (found := _EXCEPTION.match(message))]
    said = exceptions[-1] if exceptions else warned[-1] if warned else ""
    failure = _caused_by(said)
    if "Connection error while submitting email" in everything and _MAIL_HANDED_OVER not in everything:
        # The mail server never came as far as being given the message.
        failure = replace(failure, doubtful=False)
    return failure


def _answered(status: int, body: Any) -> Unsent:
    """Return what an HTTP answer means; a service that refuses what it was sent will refuse it again."""
    try:
        phrase = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = str(status)
    detail = _first_text(body, ("error", "message", "description", "errorDescription", "detail"))
    wait = _seconds(body)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = max(TOO_MANY_WAIT, wait or TOO_MANY_WAIT)
    return Unsent(
        reason=f"the service answered {phrase}{f': {detail}' if detail else ''}"[:REASON_LIMIT],
        permanent=300 <= status < 500 and status not in _PASSES,
        retry_after=wait,
        doubtful=status in _GATEWAY,
        status=status,
    )


def _replied(code: int, text: str) -> Unsent:
    what = "refused the sign-in" if code in (530, 534, 535) else "refused the message"
    reason = f"the mail server {what}: {code} {text}"[:REASON_LIMIT]
    return Unsent(reason, permanent=code >= 500, status=code)


def _caused_by(said: str) -> Unsent:
    for pattern, meaning, doubtful in _CAUSES:
        if found := re.search(pattern, said, re.IGNORECASE):
            more = (found.groupdict().get("more") or "").strip()
            return Unsent(f"{meaning}: {more}" if more else meaning, doubtful=doubtful)
    return Unsent(" ".join(said.split())[:REASON_LIMIT] or "the service failed and does not say why")


def _body(logged: Sequence[Logged]) -> Any:
    """Return the JSON of the service's answer, or None; Apprise logs it as the repr of at most 2,000 bytes."""
    for _, message in reversed(logged):
        if found := _BODY.match(message):
            try:
                return json.loads(ast.literal_eval(found[1]))
            except (ValueError, SyntaxError):  # no JSON, or cut off in its middle
                return None
    return None


def _first_text(body: Any, names: Sequence[str]) -> str:
    if not isinstance(body, dict):
        return ""
    return next((" ".join(body[name].split()) for name in names if isinstance(body.get(name), str)), "")


def _seconds(body: Any) -> timedelta | None:
    """Return how long the service asks to wait: Discord says `retry_after`, Telegram `parameters.retry_after`."""
    if not isinstance(body, dict):
        return None
    parameters = body.get("parameters")
    asked = body.get("retry_after", parameters.get("retry_after") if isinstance(parameters, dict) else None)
    if (
        isinstance(asked, bool)
        or not isinstance(asked, int | float)
        or not 0 < asked <= timedelta(days=1).total_seconds()
    ):
        return None
    return timedelta(seconds=asked)

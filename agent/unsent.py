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
# A service that asks for longer is asked again after a day; nobody means more than a year.
LONGEST_ASKED, NONSENSE = timedelta(days=1), timedelta(days=366)
REASON_LIMIT = 300
# How a broker answers, which Apprise itself does not log: whoever sends listens for it.
MQTT_REFUSED = "MQTT refused: "
MQTT_ADMITTED = "MQTT admitted"
# What makes no difference to a message without its pictures: who asks, and where.
_WITH_OR_WITHOUT_PICTURES = (401, 403, 404, 407, 530, 534, 535)
# Malformed, too large or not to be processed (RFC 9110, 15.5), and too large for a mailbox (RFC 5321, 4.2.3).
_OF_THE_MESSAGE = (400, 413, 422, 552)

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

    @property
    def is_of_message(self) -> bool:
        """Whether the service seems to refuse this message, and not whoever sends: another may well be taken."""
        return self.status in _OF_THE_MESSAGE


@dataclass(frozen=True, slots=True)
class _Cause:
    """What libraries write, and what it means to the owner.

    Attributes:
        doubtful, permanent: As in `Unsent`.
    """

    pattern: str
    meaning: str
    doubtful: bool = False
    permanent: bool = False


_CAUSES = (
    _Cause(r"ConnectTimeout|connect timeout=", "no connection came about in time"),
    _Cause(r"Connection refused|Errno 111", "the connection was refused: nothing listens there"),
    _Cause(r"Name or service not known|name resolution|No address associated|getaddrinfo", "its host was not found"),
    _Cause(r"Network is unreachable|No route to host", "there is no way to its host: is this machine online?"),
    _Cause(r"WRONG_VERSION_NUMBER|record layer failure", "no TLS is spoken on that port"),
    _Cause(r"certificate verify failed: (?P<more>[^'\"(]+)", "its certificate is not trusted"),
    _Cause(r"certificate|SSLError|TLSV1_ALERT|SSL: ", "TLS failed"),
    _Cause(rf"{MQTT_REFUSED}(?P<more>.+)", "the broker refused the sign-in", permanent=True),
    _Cause(r"(?P<more>Password incorrect.*|Banned from server.*)", "the server refused the sign-in", permanent=True),
    _Cause(
        r"IRC read: ERROR :(?P<more>.*(?:denied|password|banned).*)", "the server refused the sign-in", permanent=True
    ),
    _Cause(r"IRC read: ERROR :(?P<more>.*)", "the server closed the connection"),
    _Cause(r"registration timeout", "the server did not let it in in time"),
    _Cause(
        r"Removing expired Vapid", "this browser or phone has ended its subscription: make a new one", permanent=True
    ),
    _Cause(
        r"Dropped Vapid user|could not load subscriptions",
        "the subscription file does not name it (one that ended is taken out)",
        permanent=True,
    ),
    _Cause(r"subscriptions file could not be loaded", "the subscription file cannot be read", permanent=True),
    _Cause(r"Private Key file could", "the key file cannot be read", permanent=True),
    _Cause(
        r"Read timed out|read operation timed out|closed: timed out", "the answer did not come in time", doubtful=True
    ),
    _Cause(
        r"Remote end closed|Connection aborted|Connection reset|Broken pipe", "the connection broke off", doubtful=True
    ),
    _Cause(r"unexpectedly closed|Server not connected", "the connection broke off", doubtful=True),
    _Cause(r"could not be delivered", "the answer did not come in time", doubtful=True),
    _Cause(r"timed out", "the answer did not come in time", doubtful=True),
)
_PASSES = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
_WAITS = {"retryafter": timedelta(seconds=1), "retryafterms": timedelta(milliseconds=1)}
_GATEWAY = (HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)

_HTTP_STATUS = re.compile(r"error=(\d{3})\d{0,2}\b")
_SMTP_REPLY = re.compile(r"\((\d{3}), b(['\"])(.*?)\2")
_MAIL_HANDED_OVER = "Sending email to"
_EXCEPTION = re.compile(r"(?:Socket|I/O|Notification|[A-Z]+) [Ee]xception: (.*)", re.DOTALL)
# RFC 1459, 4.6.4: what a server says before it closes the connection.
_IRC_ERROR = "IRC read: ERROR :"
# Said at the level INFO, before a summary that says nothing.
_WEB_PUSH_ENDS = ("Removing expired Vapid", "Dropped Vapid user")
_BODY = re.compile(r"Response Details:\s*(b['\"].*)", re.DOTALL)


def unsent_because(logged: Sequence[Logged]) -> Unsent:
    """Return the failure that a send's log tells of; its reason may still hold secrets."""
    warned = [message for level, message in logged if level in ("WARNING", "ERROR", "CRITICAL")]
    everything = "\n".join(message for _, message in logged)
    if status := _HTTP_STATUS.search("\n".join(warned)):
        return _answered(int(status[1]), _body(logged))
    if reply := _SMTP_REPLY.search(everything):
        return _replied(int(reply[1]), reply[3])
    if refused := next((message for _, message in logged if message.startswith((MQTT_REFUSED, _IRC_ERROR))), None):
        return caused_by(refused)
    if ended := next((message for _, message in logged if message.startswith(_WEB_PUSH_ENDS)), None):
        return caused_by(ended)
    exceptions = [found[1] for _, message in logged if (found := _EXCEPTION.match(message))]
    said = exceptions[-1] if exceptions else warned[-1] if warned else ""
    failure = caused_by(said)
    if "MQTT message could not be delivered" in said and MQTT_ADMITTED not in everything:
        return Unsent("the broker did not let it in in time")
    if "Connection error while submitting email" in everything and _MAIL_HANDED_OVER not in everything:
        # The mail server never came as far as being given the message.
        failure = replace(failure, doubtful=False)
    return failure


def pictures_matter(unsent: Unsent) -> bool:
    """Return whether the same message without its pictures may be taken: the service refused it, and not its sender."""
    if unsent.doubtful or unsent.status is None or unsent.status in _WITH_OR_WITHOUT_PICTURES:
        return False
    # A webhook that stumbles over a picture says 500 for ever; one that is down is asked once too often.
    return unsent.permanent or unsent.status in (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.INSUFFICIENT_STORAGE)


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


def caused_by(said: str) -> Unsent:
    """Return the failure that a library words so; its reason may still hold secrets."""
    for cause in _CAUSES:
        if found := re.search(cause.pattern, said, re.IGNORECASE):
            more = (found.groupdict().get("more") or "").strip()
            reason = f"{cause.meaning}: {more}" if more else cause.meaning
            return Unsent(reason[:REASON_LIMIT], permanent=cause.permanent, doubtful=cause.doubtful)
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
    """Return how long the service asks to wait.

    Discord says `retry_after`, Telegram the same in `parameters`, Matrix `retry_after_ms`, others `Retry-After`.
    """
    if not isinstance(body, dict):
        return None
    inner = body.get("parameters")
    for name, value in [*body.items(), *(inner.items() if isinstance(inner, dict) else ())]:
        if unit := _WAITS.get(re.sub("[^a-z]", "", str(name).lower())):
            return _lasting(value, unit)
    return None


def _lasting(value: Any, unit: timedelta) -> timedelta | None:
    """Return a number of units, also one written as text, a day at most; None for what is no number or no wait."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        asked = float(value)
    except ValueError:  # a date, which is a matter of whose clock
        return None
    return unit * min(asked, LONGEST_ASKED / unit) if 0 < asked <= NONSENSE / unit else None

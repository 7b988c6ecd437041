"""What is known of Apprise's services, so that a channel does what its owner means by it.

Apprise's own defaults lose messages: four seconds for an answer, success without an acknowledgement, redirects that
turn a message into a visit of a login page. Everything is said through the parameters of the channel's address, which
are Apprise's documented interface; what the owner wrote there stands, except where it would make a failure look well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from agent.urgencies import MAIL_HEADERS, loudness
from rules.enclosure import Button
from rules.rule import Urgency
from rules.words import Words

# Long enough for a mail server that greets slowly or checks for spam before it answers, below the send's own deadline.
ANSWER_SECONDS = 40
# ntfy 2.27 answers 500 to a longer one that comes as JSON; older ones make a file of it.
NTFY_LIMIT = 3900
# RFC 8291, 4: a record of 4096 bytes holds so much beside what encrypting it adds.
WEB_PUSH_LIMIT = 3993
# https://spec.matrix.org/latest/client-server-api/#size-limits: 65,536 bytes with both forms of the words, in which a
# letter may be escaped as six bytes; Apprise would cut between the tags of HTML, and inside a link.
MATRIX_LIMIT = 10_000
MESSAGE_HEADER = "X-Trusted-Agent-Message"

_DEFAULTS = {
    "rto": str(ANSWER_SECONDS),
    "cto": str(ANSWER_SECONDS),
    # A redirect becomes a GET, and the 200 of a login page looks like success.
    "redirect": "no",
    # A message that is too long for a service comes in parts; cutting it would lose what its end says.
    "overflow": "split",
    # The icon is an address at github.com, which the receiver's phone would fetch.
    "image": "no",
}
# Repeating is the outbox's work: here it would block, and `optional` would call a failure success.
_FORCED = {"retry": "0", "optional": "no"}

_MAIL = frozenset({"mailto", "mailtos"})
_NTFY = frozenset({"ntfy", "ntfys"})
MQTT = frozenset({"mqtt", "mqtts"})
XMPP = frozenset({"xmpp", "xmpps"})
MATRIX = frozenset({"matrix", "matrixs"})
WEB_PUSH = frozenset({"vapid"})
_IRC = frozenset({"irc", "ircs"})
# What this program's own extras bring along, by service.
EXTRAS: Mapping[str, str] = {**dict.fromkeys(MQTT, "mqtt"), **dict.fromkeys(XMPP, "xmpp")}
# Apprise takes the addresses of these without anybody to tell, and then every send fails.
NEEDS: Mapping[str, frozenset[str]] = {"topics": _NTFY | MQTT, "targets": _MAIL}
# Apprise prefers plain text there, yet they show HTML: a room and its links.
_SHOWS_HTML = MATRIX
# How many pictures go in one request with the words, so that both are taken or neither is. Other services get the
# words first: a picture that fails after them must not make the message look unsent.
_TOGETHER: Mapping[str, int] = {
    **dict.fromkeys(("mailto", "mailtos", "json", "jsons", "form", "forms", "xml", "xmls"), 10),
    **dict.fromkeys(("ntfy", "ntfys"), 1),
}
# With a picture ntfy is given the words in the address of the request, of which front servers take 8 KiB by default.
NTFY_ADDRESS_LIMIT = 6000
# https://docs.ntfy.sh/publish/#action-buttons: more are an error.
NTFY_BUTTONS = 3


@dataclass(frozen=True, slots=True)
class Service:
    """What Apprise declares of one service.

    Attributes:
        schema: How its addresses begin, in lower case.
        arguments: The parameters that its addresses take.
        formats: What it takes, in its own order of preference: "text", "html", "markdown".
        takes_headers: A parameter `+name` becomes a header of the message or request.
        takes_pictures: It carries files.
    """

    schema: str
    arguments: frozenset[str]
    formats: tuple[str, ...]
    takes_headers: bool
    takes_pictures: bool = False

    def takes_html(self, url: str) -> bool:
        """Return whether it is given HTML, which Apprise turns into Markdown where the service wants that.

        A service that also takes plain text gets that: links stay whole, and no mark-up of a page can come alive.
        """
        wanted = parameters(url).get("format", "").lower()
        if wanted:
            return wanted != "text"
        is_first = bool(self.formats) and self.formats[0] == "html"
        return "text" not in self.formats or is_first or self.schema in _SHOWS_HTML

    def body_limit(self, title: str) -> int | None:
        """Return the most bytes of a body, where Apprise does not keep to the service's limit by itself."""
        if self.schema in WEB_PUSH:
            # It counts letters there, and the title is a part of the body.
            return WEB_PUSH_LIMIT - len(f"{title}\r\n".encode())
        if self.schema in MATRIX:
            return MATRIX_LIMIT
        return NTFY_LIMIT if self.schema in _NTFY else None

    def pictures_with(self, words: Words) -> int:
        """Return how many pictures go together with these words; the others follow in a message of their own."""
        count = _TOGETHER.get(self.schema, 0) if self.takes_pictures else 0
        return 0 if self.schema in _NTFY and len(quote(words.title + words.body)) > NTFY_ADDRESS_LIMIT else count


def parameters(url: str) -> dict[str, str]:
    """Return the parameters of an Apprise address by their names in lower case; the last of equal names counts."""
    _, _, query = url.partition("?")
    pairs = (part.partition("=") for part in query.split("&") if part)
    return {unquote(name).strip().lower(): unquote(value) for name, _, value in pairs}


def tuned(url: str, service: Service, urgency: Urgency, message_id: str, buttons: Sequence[Button] = ()) -> str:
    """Return the address with what makes the service honest and patient, and with what its message carries.

    That is the urgency, the buttons, and the message's id: where there is a place for it that no reader minds.
    """
    written = parameters(url)
    forced = dict(_FORCED)
    if "qos" in service.arguments and written.get("qos", "0") not in ("1", "2"):
        forced["qos"] = "1"
    if "keepalive" in service.arguments:
        # XMPP: each message has a connection of its own, and one that is kept comes to nothing with slixmpp 1.17.
        forced["keepalive"] = "no"
    mark = _plain(message_id)
    if service.schema in _NTFY and mark:
        # Of ntfy's headers that Apprise passes on, tags are the place for it; what the owner tags stays.
        own = written.get("xtags") or written.get("tags")
        forced["xtags"] = f"{own + ',' if own else ''}id-{mark}"
    defaults = {name: value for name, value in _DEFAULTS.items() if name in service.arguments}
    defaults |= {name: value for name, value in loudness(service.schema, urgency).items() if name in service.arguments}
    if service.schema in _NTFY and buttons:
        # Apprise decodes this one twice.
        defaults["actions"] = quote(ntfy_actions(buttons), safe="")
    if service.takes_headers and mark:
        defaults[f"+{MESSAGE_HEADER}"] = mark
    if service.schema in _MAIL:
        # RFC 3834: so that no vacation responder answers.
        defaults |= {"+Auto-Submitted": "auto-generated"}
        defaults |= {f"+{name}": value for name, value in MAIL_HEADERS[urgency].items()}
    added = forced | {name: value for name, value in defaults.items() if name.lower() not in written}
    return _with(url, added, without=forced)


def ntfy_actions(buttons: Sequence[Button]) -> str:
    """Return ntfy's action buttons, as JSON: https://docs.ntfy.sh/publish/#action-buttons.

    Each gives its answer by a POST from the phone itself, and the notification goes away once that was taken: one tap,
    and no page to open. What only looks at a link (a scanner, a preview) makes a GET, and that changes nothing.
    """
    return json.dumps(
        [
            {"action": "http", "label": button.label, "url": button.address, "method": "POST", "clear": True}
            for button in buttons[:NTFY_BUTTONS]
        ]
    )


def signed(body: str, service: Service, message_id: str) -> str:
    """Return the body, ending with the message's id where programs read it and nothing else carries it."""
    return f"{body}\n\nMessage: {_plain(message_id)}" if service.schema in MQTT and message_id else body


def doubts(url: str, service: Service, targets: int) -> list[str]:
    """Return what the owner should know about a channel that can be loaded, a sentence each."""
    written = parameters(url)
    said = []
    if service.schema == "rsyslog":
        said.append("rsyslog:// goes by UDP: it reports success although nobody listens, so nothing proves a delivery")
    if service.schema in _IRC:
        said.append(
            "irc:// reports success whoever is there: nothing proves that somebody read it, and IRC keeps nothing"
        )
    if "qos" in service.arguments and written.get("qos", "0") not in ("1", "2"):
        said.append("qos=0 reports success without an answer: qos=1 is used")
    if "optional" in written or "retry" in written:
        said.append("optional= and retry= are ignored: what fails is sent again by the agent until it arrives")
    if written.get("redirect", "no").lower() in ("yes", "true", "on", "1"):
        said.append("redirect=yes lets a login page look like success")
    if targets > 1:
        said.append(
            f"it names {targets} targets: where one of them fails, all are told again; make each its own channel"
        )
    return said


def fitted(body: str, limit: int | None) -> str:
    """Return the body in at most `limit` bytes of UTF-8, cut between lines, saying that it was cut."""
    if limit is None or len(body.encode()) <= limit:
        return body
    ending = "\n\n… cut here: trusted-agent firings shows the rest"
    kept = body.encode()[: limit - len(ending.encode())].decode(errors="ignore")
    at_line = kept.rpartition("\n")[0]
    return (at_line if len(at_line) * 2 > len(kept) else kept).rstrip() + ending


def _plain(message_id: str) -> str:
    """Return the id as a header and a tag may hold it."""
    return re.sub(r"[^\w.:-]+", "-", message_id, flags=re.ASCII)


def _with(url: str, added: Mapping[str, str], without: Iterable[str]) -> str:
    address, _, query = url.partition("?")
    kept = [
        part for part in query.split("&") if part and unquote(part.partition("=")[0]).strip().lower() not in without
    ]
    # The plus of a header parameter is read as it stands; encoded, Apprise would not see it.
    more = [f"{name}={quote(value, safe='')}" for name, value in added.items()]
    return f"{address}?{'&'.join(kept + more)}"

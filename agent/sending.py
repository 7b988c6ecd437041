"""One message through one address: what runs in a sending thread.

    words ──▶ what suits the service: format, length, pictures, buttons ──▶ Apprise ──▶ Sent | Unsent
                                        ├── refused with pictures ──▶ once more without them
                                        └── refused as too large ──▶ once more in brief

Whatever is said here may hold secrets: `agent.channels` takes them out before anything is kept.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from html import escape
from importlib import import_module
from mimetypes import guess_extension
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from agent import services
from agent.plugins import apprise_for
from agent.restraint import restrain
from agent.services import Service
from agent.unsent import MQTT_ADMITTED, MQTT_REFUSED, Logged, Unsent, pictures_matter, unsent_because
from agent.xmpp import hearing_the_server, not_taken, unreachable
from rules.enclosure import Attachment
from rules.faults import nearest
from rules.rule import Urgency
from rules.words import Words

__all__ = ["Sent", "deliver", "deliver_pictures", "loaded", "missing"]

# Apprise takes 32 KiB for the limit of whatever states none, and would make nine mails of one long digest. These take a
# message whole, however long it is.
_MAIL = ("mailto", "mailtos")
_MAILING = (
    "azure",
    "brevo",
    "mailersend",
    "mailgun",
    "o365",
    "postmark",
    "resend",
    "sendgrid",
    "sendpulse",
    "ses",
    "smtp2go",
    "sparkpost",
)
_HOOKS = ("json", "jsons", "form", "forms", "xml", "xmls", "apprise", "apprises")
_WHOLE = frozenset((*_MAIL, *_MAILING, *_HOOKS))
# Elsewhere a message that is too long for the service comes in so many parts, or in one where that holds a long read:
# a digest of thousands is not to be hundreds of messages on a phone.
MOST_PARTS = 5
LONG_READ = 8000
# RFC 9110, 15.5.14, and RFC 5321, 4.2.3: too large; what is sent then.
_TOO_LARGE = (413, 552)
BRIEF = 20_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the service took.

    Attributes:
        took: How long the send lasted.
        to_follow: Pictures that this service takes in a message of their own, still to be sent.
    """

    took: timedelta
    to_follow: tuple[Attachment, ...] = ()


def deliver(url: str, words: Words, urgency: Urgency, message_id: str, clean: Callable[[str], str]) -> Sent | Unsent:
    """Send one message, and as many of its pictures as this service takes in one piece with it.

    Args:
        url: The channel's address.
        words: What to say.
        urgency: How loudly.
        message_id: The same for every attempt of one message.
        clean: Takes secrets out of a text: why pictures were left out stands in the message.
    """
    found = loaded(url)
    if isinstance(found, Unsent):
        return found
    _, service = found
    count = service.pictures_with(words)
    together = words.attachments[:count]
    outcome = _send(url, service, words, together, urgency, message_id)
    if isinstance(outcome, Unsent) and together and pictures_matter(outcome):
        alone = _without(words, f"{_names(together)} left out: {clean(outcome.reason)}")
        outcome = _send(url, service, alone, (), urgency, message_id)
    if isinstance(outcome, Unsent) and outcome.status in _TOO_LARGE and len(words.body.encode()) > BRIEF:
        brief = replace(words, body=services.fitted(words.body, BRIEF), html=None, attachments=())
        outcome = _send(url, service, brief, (), urgency, message_id)
    if isinstance(outcome, Sent) and service.takes_pictures:
        return replace(outcome, to_follow=words.attachments[count:])
    return outcome


def deliver_pictures(url: str, pictures: Sequence[Attachment], message_id: str) -> Sent | Unsent:
    """Send pictures by themselves, quietly: their message was heard already."""
    found = loaded(url)
    if isinstance(found, Unsent):
        return found
    return _send(url, found[1], Words("", ""), pictures, "low", message_id)


def _send(
    url: str, service: Service, words: Words, pictures: Sequence[Attachment], urgency: Urgency, message_id: str
) -> Sent | Unsent:
    apprise = apprise_for(service.schema)
    started = monotonic()
    with _hearing() as heard, _as_files(pictures, apprise) as enclosed:
        # A fresh object each time: one that is kept sleeps up to 5.5 s between two sends. Without a timeout of its own
        # Apprise sends in this thread, not in the six that all channels would share.
        asset = apprise.AppriseAsset(async_mode=False, service_timeout=0, app_id="trusted-agent", app_desc="")
        sender = apprise.Apprise(asset=asset)
        address = services.tuned(_whole(url, service), service, urgency, message_id, words.buttons)
        plugin = apprise.Apprise.instantiate(address, asset=asset)
        # Where a service has no titles, the title is a part of the body.
        body, body_format = _formatted(words, url, service, message_id, plugin.body_maxlen - len(words.title) - 2)
        if service.schema in services.XMPP and (unsent := unreachable(plugin)) is not None:
            return unsent
        restrain(plugin, service, url, pictures_alone=bool(pictures) and not words.body)
        sender.add(plugin)
        kind = apprise.NotifyType.WARNING if urgency in ("high", "urgent") else apprise.NotifyType.INFO
        with _hearing_the_broker(plugin, service, heard), hearing_the_server(service.schema) as server_lines:
            result = sender.notify(
                title=words.title, body=body, body_format=body_format, notify_type=kind, attach=enclosed
            )
    if service.schema in services.XMPP:
        unsent = not_taken(server_lines)
        return unsent if unsent is not None else Sent(timedelta(seconds=monotonic() - started))
    if result:
        return Sent(timedelta(seconds=monotonic() - started))
    return unsent_because(heard)


def _formatted(words: Words, url: str, service: Service, message_id: str, part: int) -> tuple[str, str]:
    """Return the body that suits the service, and its format; `part` is the longest that goes in one piece."""
    limit = service.body_limit(words.title) or (None if service.schema in _WHOLE else _room(part))
    # In parts, HTML would be cut between its tags.
    longest = limit if limit is None else min(limit, part)
    if words.html is not None and service.takes_html(url) and (longest is None or len(words.html.encode()) <= longest):
        return words.html, "html"
    return services.signed(services.fitted(words.body, limit), service, message_id), "text"


def _room(part: int) -> int:
    """Return how long a message may be that is sent in parts of such a length."""
    return max(part, min(MOST_PARTS * part, LONG_READ))


def _whole(url: str, service: Service) -> str:
    """Return the address so that what takes a message whole gets it whole, unless its owner says otherwise."""
    if service.schema not in _WHOLE or "overflow" in services.parameters(url):
        return url
    return f"{url}{'&' if '?' in url else '?'}overflow=upstream"


def _without(words: Words, why: str) -> Words:
    """Return the words with a line on what they come without."""
    html = None if words.html is None else f"{words.html}\n<p>{escape(why)}</p>"
    return replace(words, body=f"{words.body}\n\n{why}", html=html, attachments=())


def _names(pictures: Sequence[Attachment]) -> str:
    return ", ".join(picture.name for picture in pictures)


@contextmanager
def _as_files(pictures: Sequence[Attachment], apprise: Any) -> Iterator[Any]:
    """Yield the pictures as Apprise takes them, or None where there are none.

    Some services open a picture by its path, so it has to be a file: mode 0600 in a folder of its own, for as long as
    the send lasts. Apprise gets an object, never an address: a text that reads like one would be fetched.
    """
    if not pictures:
        yield None
        return
    enclosed = apprise.AppriseAttachment()
    with TemporaryDirectory(prefix="trusted-agent-") as folder:
        for number, picture in enumerate(pictures):
            path = Path(folder) / f"{number}{guess_extension(picture.media_type) or ''}"
            path.touch(mode=0o600)
            path.write_bytes(picture.content)
            name = picture.name.replace("\\", "/").rpartition("/")[2].strip(". ") or path.name
            enclosed.add(_attach_file()(path=str(path), name=name, mimetype=picture.media_type))
        yield enclosed


@contextmanager
def _hearing_the_broker(plugin: Any, service: Service, heard: list[Logged]) -> Iterator[None]:
    """Hear how an MQTT broker answers: Apprise waits for a connection that never comes, and does not say why."""
    if service.schema not in services.MQTT:
        yield
        return

    def answered(_client: Any, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
        if not code.is_failure:
            heard.append(("DEBUG", MQTT_ADMITTED))
        else:
            heard.append(("WARNING", f"{MQTT_REFUSED}{code}"))
            plugin.socket_read_timeout = 0  # an answer has come: nothing is left to wait for

    plugin.client.on_connect = answered
    try:
        yield
    finally:
        # The plugin hangs up when nobody holds it any more; through this it would hold itself.
        plugin.client.on_connect = None


def loaded(url: str) -> tuple[Any, Service] | Unsent:
    """Return Apprise's plugin for an address and what it declares, or why there is none."""
    schema, colon, _ = url.partition("://")
    apprise = apprise_for(schema.lower())
    known = apprise.manager_plugins.NotificationManager()
    # A few web addresses are the services' own webhooks; everything else names its service.
    if not colon or (schema.lower() not in known and schema.lower() not in ("http", "https")):
        meant = nearest(schema.lower(), known.schemas())
        hint = f"; did you mean {meant}://?" if meant else ""
        return Unsent(
            f"no service is called {schema[:32]}://{hint}" if colon else "it has no service://", permanent=True
        )
    with _hearing() as heard:
        plugin = apprise.Apprise.instantiate(url)
    if plugin is not None:
        return plugin, _described(plugin, schema.lower())
    if schema.lower() in known and not known[schema.lower()].enabled:
        needed = known[schema.lower()].requirements.get("packages_required") or "what this machine does not have"
        extra = services.EXTRAS.get(schema.lower())
        how = f"; pip install '.[{extra}]' in a copy of the repository" if extra else ""
        named = needed if isinstance(needed, str) else ", ".join(needed)
        return Unsent(f"{schema}:// needs {named}{how}", permanent=True)
    why = next((message for level, message in heard if level in ("WARNING", "ERROR")), "a part of it is missing")
    return Unsent(f"the address is not one for {schema}://: {why}", permanent=True)


def _described(plugin: Any, written: str) -> Service:
    arguments = plugin.template_args
    formats = plugin.notify_format if isinstance(plugin.notify_format, tuple) else (plugin.notify_format,)
    return Service(
        schema=_schema(plugin, written),
        arguments=frozenset(arguments),
        formats=tuple(str(each.value) for each in formats),
        takes_headers=plugin.template_kwargs.get("headers", {}).get("prefix") == "+",
        takes_pictures=bool(plugin.attachment_support),
    )


def _schema(plugin: Any, written: str) -> str:
    """Return how the addresses of a service begin; a service's own web address stands for its first one.

    The object's own `schema` is no help: some keep the "https" there by which they talk to their server.
    """
    named = (plugin.secure_protocol, plugin.protocol)
    its = [one for names in named if names for one in ((names,) if isinstance(names, str) else names)]
    return written if written in its else str(its[0])


def missing(plugin: Any, service: Service) -> list[str]:
    """Return what an address lacks although Apprise takes it: whom to tell, and the files of a web push."""
    if service.schema in services.WEB_PUSH:
        files = (("subfile", plugin.subfile), ("keyfile", plugin.keyfile))
        lacks = [named for named, path in files if not path or ("://" not in path and not Path(path).is_file())]
        return [f"its {named} cannot be read, so every message would fail" for named in lacks]
    if service.schema in services.MATRIX and plugin.mode == "off" and not (plugin.rooms or plugin.users):
        return ["it names no room: everybody in every room that this account has joined is told"]
    for named, what in (("topics", "topic"), ("targets", "recipient")):
        if service.schema in services.NEEDS[named] and not getattr(plugin, named, None):
            return [f"it names no {what}, so every message would fail"]
    return []


class _Heard(logging.Handler):
    """Keeps what one thread logs."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.lines: list[Logged] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.lines.append((record.levelname, record.getMessage()))


@contextmanager
def _hearing() -> Iterator[list[Logged]]:
    """Yield what Apprise logs in this thread meanwhile. It tells tokens: it goes nowhere else."""
    handler, logger = _Heard(), logging.getLogger("apprise")
    logger.addHandler(handler)
    try:
        yield handler.lines
    finally:
        logger.removeHandler(handler)


def _attach_file() -> Any:
    return import_module("apprise.attachment.file").AttachFile

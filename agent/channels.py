"""Telling the owner: the only module that sends.

    send ──▶ a turn in the channel's lane ──▶ a thread of its own: Apprise, one object, one address ──▶ Sent | Unsent

A send runs in its own daemon thread, for Apprise blocks and its six shared threads starve everybody when services hang.
A channel sends one message at a time, so there are as many threads as channels. One that hangs past its deadline is
left behind and reported as doubtful; where its message is sent again, it is asked first what became of the first try.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import import_module
from time import monotonic
from typing import Any

from agent import services
from agent.redaction import Redactor, secrets_of
from agent.services import Service
from agent.sockets import Connection, watching_sockets
from agent.unsent import Logged, Unsent, unsent_because
from rules.faults import nearest
from rules.rule import Channel, Urgency
from rules.words import Words
from watchers.door.exchange import Contact

__all__ = ["DEADLINE", "Channels", "Sent", "Unsent"]

# Over the longest wait for one answer, so that the service's own failure is heard where there is one.
DEADLINE = timedelta(seconds=60)
# How many sends of one channel may hang behind: their threads end only when their connections do.
MOST_LEFT_BEHIND = 4

Ledger = Callable[[Contact], None]


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the service took.

    Attributes:
        took: How long the send lasted.
    """

    took: timedelta


@dataclass(slots=True)
class _Attempt:
    """One send under way: its outcome to be, whom it contacted so far, and how many of those are in the ledger."""

    outcome: Future[Sent | Unsent] = field(default_factory=Future)
    connections: list[Connection] = field(default_factory=list)
    recorded: int = 0


class Channels:
    """The owner's channels; used from one event loop."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        redactor: Redactor,
        ledger: Ledger | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        deadline: timedelta = DEADLINE,
    ) -> None:
        """Take the channels into use; nothing is loaded or contacted before the first send.

        Args:
            channels: By their names.
            redactor: What may not appear in a reason; each channel's own secrets are added to it.
            ledger: Called on the event loop with every contact that a send made. It must not raise.
            now: The wall clock, for the ledger.
            deadline: How long one send is waited for.
        """
        self._channels, self._redactor = channels, redactor
        self._ledger, self._now, self._deadline = ledger, now, deadline.total_seconds()
        self._lanes: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._under_way: dict[tuple[str, str], _Attempt] = {}

    def use(self, channels: Mapping[str, Channel], redactor: Redactor) -> None:
        """Take other channels into use, after a reload; what is under way goes on."""
        self._channels, self._redactor = channels, redactor

    async def send(
        self,
        name: str,
        words: Words,
        urgency: Urgency = "normal",
        *,
        message_id: str,
        asked_by: tuple[str, ...] = (),
    ) -> Sent | Unsent:
        """Tell the owner through one channel.

        Returns within two deadlines: one to wait for its turn, one to send.

        Args:
            name: The channel's.
            words: What to say.
            urgency: How loudly, where the service has a word for it.
            message_id: The same for every attempt of one message; receivers that take headers see it.
            asked_by: The ids of the rules that tell, for the ledger.
        """
        channel = self._channels.get(name)
        if channel is None:
            return Unsent(f"there is no channel {name}", permanent=True)
        lane = self._lanes[name]
        try:
            async with asyncio.timeout(self._deadline):
                await lane.acquire()
        except TimeoutError:
            return Unsent("the channel is still busy with an earlier message")
        try:
            return await self._in_turn(channel, words, urgency, message_id, asked_by)
        finally:
            lane.release()

    def check(self, name: str) -> list[str]:
        """Return what is wrong or doubtful about a channel, a sentence each; nothing is sent.

        Raises:
            KeyError: There is no such channel.
        """
        channel = self._channels[name]
        url, redactor = self._private(channel)
        found = _loaded(url)
        if isinstance(found, Unsent):
            return [redactor.clean(found.reason)]
        plugin, service = found
        return [*_missing(plugin, service), *services.doubts(url, service, len(plugin) // (plugin.retry + 1))]

    async def _in_turn(
        self, channel: Channel, words: Words, urgency: Urgency, message_id: str, asked_by: tuple[str, ...]
    ) -> Sent | Unsent:
        key = (channel.name, message_id)
        attempt = self._under_way.get(key)
        if attempt is None or _failed(attempt):
            self._forget_failed(channel.name)
            if self._left_behind(channel.name) >= MOST_LEFT_BEHIND:
                return Unsent(f"{MOST_LEFT_BEHIND} earlier messages hang in this channel without an answer")
            attempt = self._start(channel, words, urgency, message_id)
            self._under_way[key] = attempt
        try:
            async with asyncio.timeout(self._deadline):
                outcome = await asyncio.wrap_future(attempt.outcome)
        except TimeoutError:
            outcome = Unsent(f"no end of it within {self._deadline:g} s", doubtful=True)
        else:
            del self._under_way[key]
        self._record(channel, words, attempt, outcome, asked_by)
        return outcome

    def _start(self, channel: Channel, words: Words, urgency: Urgency, message_id: str) -> _Attempt:
        url, redactor = self._private(channel)
        attempt = _Attempt()
        # Running from now on, so that a caller who stops waiting cannot cancel what is on its way.
        attempt.outcome.set_running_or_notify_cancel()

        def run() -> None:
            try:
                with watching_sockets(attempt.connections):
                    outcome = _deliver(url, words, urgency, message_id)
            except BaseException as error:  # noqa: BLE001 - a bug of ours: whoever waits for the outcome raises it
                attempt.outcome.set_exception(error)
            else:
                if isinstance(outcome, Unsent):
                    outcome = replace(outcome, reason=redactor.clean(outcome.reason))
                attempt.outcome.set_result(outcome)

        threading.Thread(target=run, name=f"send-{channel.name}", daemon=True).start()
        return attempt

    def _forget_failed(self, channel: str) -> None:
        """Forget the sends that failed after nobody waited for them any more; a late success is asked for again."""
        for key in [key for key, attempt in self._under_way.items() if key[0] == channel and _failed(attempt)]:
            del self._under_way[key]

    def _left_behind(self, channel: str) -> int:
        return sum(name == channel and not attempt.outcome.done() for (name, _), attempt in self._under_way.items())

    def _private(self, channel: Channel) -> tuple[str, Redactor]:
        url = channel.url.get_secret_value().strip()
        return url, self._redactor.knowing(secrets_of(url))

    def _record(
        self, channel: Channel, words: Words, attempt: _Attempt, outcome: Sent | Unsent, asked_by: tuple[str, ...]
    ) -> None:
        """Write down every host that the send contacted."""
        if self._ledger is None:
            return
        schema = channel.url.get_secret_value().partition(":")[0].strip().lower()
        said = f"sent in {outcome.took.total_seconds():.1f} s" if isinstance(outcome, Sent) else outcome.reason
        # Its thread may still be adding to the list, so nothing is taken out of it.
        fresh = attempt.connections[attempt.recorded :]
        attempt.recorded += len(fresh)
        for connection in dict.fromkeys(fresh):
            port = f":{connection.port}" if connection.port else ""
            self._ledger(
                Contact(
                    at=self._now(),
                    method=schema,
                    host=connection.host,
                    address=f"{schema}://{connection.host}{port}",
                    ip=connection.ip,
                    status=outcome.status if isinstance(outcome, Unsent) else None,
                    # Of the message itself: what Apprise wraps around it is not seen from here.
                    bytes_sent=len((words.title + words.body).encode()) if connection.ip else 0,
                    bytes_received=0,
                    outcome=said,
                    asked_by=asked_by,
                    purpose="send",
                )
            )


def _failed(attempt: _Attempt) -> bool:
    """Return whether an attempt ended without success, so that the message is still to be sent."""
    done = attempt.outcome
    return done.done() and (done.exception() is not None or isinstance(done.result(), Unsent))


# In the sending thread.


def _deliver(url: str, words: Words, urgency: Urgency, message_id: str) -> Sent | Unsent:
    """Send one message; the reason of a failure may hold secrets."""
    apprise = _apprise()
    found = _loaded(url)
    if isinstance(found, Unsent):
        return found
    _, service = found
    if not services.vouched_for(url, service):
        return Unsent(services.unvouched(service), permanent=True)
    body, body_format = _formatted(words, url, service)
    started = monotonic()
    with _hearing() as heard:
        # A fresh object each time: one that is kept sleeps up to 5.5 s between two sends. Without a timeout of its own
        # Apprise sends in this thread, not in the six that all channels would share.
        asset = apprise.AppriseAsset(async_mode=False, service_timeout=0, app_id="trusted-agent", app_desc="")
        sender = apprise.Apprise(asset=asset)
        sender.add(apprise.Apprise.instantiate(services.tuned(url, service, urgency, message_id), asset=asset))
        kind = apprise.NotifyType.WARNING if urgency in ("high", "urgent") else apprise.NotifyType.INFO
        result = sender.notify(title=words.title, body=body, body_format=body_format, notify_type=kind)
    if result:
        return Sent(timedelta(seconds=monotonic() - started))
    return unsent_because(heard)


def _formatted(words: Words, url: str, service: Service) -> tuple[str, str]:
    """Return the body that suits the service, and its format."""
    limit = service.body_limit
    if words.html is not None and service.takes_html(url) and (limit is None or len(words.html.encode()) <= limit):
        return words.html, "html"
    return services.fitted(words.body, limit), "text"


def _loaded(url: str) -> tuple[Any, Service] | Unsent:
    """Return Apprise's plugin for an address and what it declares, or why there is none."""
    apprise = _apprise()
    schema, colon, _ = url.partition("://")
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
        return plugin, _described(plugin)
    if schema.lower() in known and not known[schema.lower()].enabled:
        needed = known[schema.lower()].requirements.get("packages_required") or "what this machine does not have"
        return Unsent(f"{schema}:// needs {needed if isinstance(needed, str) else ', '.join(needed)}", permanent=True)
    why = next((message for level, message in heard if level in ("WARNING", "ERROR")), "a part of it is missing")
    return Unsent(f"the address is not one for {schema}://: {why}", permanent=True)


def _described(plugin: Any) -> Service:
    arguments = plugin.template_args
    formats = plugin.notify_format if isinstance(plugin.notify_format, tuple) else (plugin.notify_format,)
    return Service(
        schema=plugin.schema,
        arguments=frozenset(arguments),
        choices={name: _choices(spec.get("values")) for name, spec in arguments.items() if spec.get("values")},
        formats=tuple(str(each.value) for each in formats),
        takes_headers=any(spec.get("prefix") == "+" for spec in plugin.template_kwargs.values()),
    )


def _choices(values: Any) -> tuple[str, ...]:
    """Return the words of a parameter with a fixed set, which Apprise declares as a list or as number: word."""
    return tuple(str(word).lower() for word in (values.values() if isinstance(values, Mapping) else values))


def _missing(plugin: Any, service: Service) -> list[str]:
    """Return what an address lacks although Apprise takes it: whom to tell."""
    for named, what in (("topics", "topic"), ("targets", "recipient")):
        if service.schema in services.NEEDS[named] and not getattr(plugin, named, None):
            return [f"it names no {what}, so every message would fail"]
    return []


class _Heard(logging.Handler):
    """Keeps what one thread logs."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
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


_loading = threading.Lock()


def _apprise() -> Any:
    """Return Apprise, loaded at first use: it costs a third of a second and 14 MB."""
    with _loading:
        return _load_apprise()


@cache
def _load_apprise() -> Any:
    apprise = import_module("apprise")
    import_module("apprise.manager_plugins")
    logger = logging.getLogger("apprise")
    # Why a send failed is only in its DEBUG lines, and those hold secrets: they are heard here and passed to nobody.
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    apprise.manager_plugins.NotificationManager().load_modules()
    return apprise

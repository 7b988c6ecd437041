"""Publishing to an MQTT broker of the owner's: quality of service 1, not retained, and the broker's word awaited.

    connect ─▶ CONNACK ─▶ PUBLISH ─▶ PUBACK          by MQTT 5, or by 3.1.1 where the broker knows no more

MQTT 5 first, since there a broker that does not allow a topic says so; by 3.1.1 it acknowledges what it throws away
(https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html, 3.4.2.1; v3.1.1, 3.3.5).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from time import monotonic
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from agent.doing.deed import Deed, Outcome, host_of, topic_of
from agent.sockets import Connection, watching_sockets
from rules.delivery import Action
from rules.rule import Network
from watchers.api import HttpOptions, SourceRefused
from watchers.door.exchange import Contact
from watchers.door.tls import tls_context

PURPOSE: Final = "act"
PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
NEEDS: Final = "publishing needs the extra: pip install '.[mqtt]' in a copy of the repository"
TURN_SECONDS: Final = 0.2
# A broker that says this may take it a moment later.
_LATER: Final = ("Server unavailable", "Server busy", "Quota exceeded", "Connection rate exceeded")
_UNKNOWN_PROTOCOL: Final = "Unsupported protocol version"


@dataclass(slots=True)
class _Talk:
    """What a broker said so far, and until when it is listened to."""

    ends_at: float
    connected: Any = None
    published: Any = None

    @property
    def left(self) -> float:
        return max(0.0, self.ends_at - monotonic())


@dataclass(frozen=True, slots=True)
class _Errand:
    """What to publish where."""

    scheme: str
    host: str
    port: int
    topic: str
    payload: bytes
    user: str | None = field(repr=False)
    password: str | None = field(repr=False)
    ca: str | None = None


async def publish(
    action: Action,
    deed: Deed,
    body: bytes,
    network: Network,
    ledger: Callable[[Contact], None],
    now: Callable[[], datetime],
) -> Outcome:
    """Publish a body once.

    It runs in a thread of its own, which ends by itself: nothing is published after its time, whoever waits for it.
    """
    errand = _errand(action, body, network)
    connections: list[Connection] = []
    outcome: Future[Outcome] = Future()
    outcome.set_running_or_notify_cancel()

    def talk() -> None:
        try:
            with watching_sockets(connections):
                outcome.set_result(_published(errand, deed.timeout.total_seconds()))
        except BaseException as error:  # noqa: BLE001 - a bug of ours: whoever waits for the outcome raises it
            outcome.set_exception(error)

    threading.Thread(target=talk, name=f"publish-{deed.id}", daemon=True).start()
    try:
        return await asyncio.wrap_future(outcome)
    finally:
        # The library wakes itself by a connection to this machine, through a port of its own.
        for connection in dict.fromkeys(one for one in connections if one.port in (errand.port, 0)):
            ledger(_contact(errand, connection, deed, outcome, now()))


def _errand(action: Action, body: bytes, network: Network) -> _Errand:
    parts = urlsplit(action.publish.get_secret_value() if action.publish is not None else "")
    options = {name.lower(): each for name, each in network.hosts.items()}.get(host_of(action), HttpOptions())
    return _Errand(
        scheme=parts.scheme,
        host=host_of(action),
        port=parts.port or PORTS[parts.scheme],
        topic=topic_of(action),
        payload=body,
        user=unquote(parts.username) if parts.username is not None else None,
        password=unquote(parts.password) if parts.password is not None else None,
        ca=options.ca,
    )


def _contact(errand: _Errand, connection: Connection, deed: Deed, outcome: Future[Outcome], at: datetime) -> Contact:
    is_over = outcome.done() and outcome.exception() is None
    return Contact(
        at=at,
        method=errand.scheme,
        host=errand.host,
        address=f"{errand.scheme}://{errand.host}:{errand.port}",
        ip=connection.ip,
        status=None,
        bytes_sent=len(errand.payload) if connection.ip is not None else 0,
        bytes_received=0,
        outcome=outcome.result().said if is_over else "given up",
        asked_by=(deed.rule_id,),
        purpose=PURPOSE,
    )


# In a thread of its own.


def _published(errand: _Errand, seconds: float) -> Outcome:
    try:
        paho = import_module("paho.mqtt.client")
    except ModuleNotFoundError:
        return Outcome("failed", NEEDS, began=False)
    ends_at = monotonic() + seconds
    # Before a broker has taken the connection nothing was published: asking in an older way is no repetition.
    for protocol in (paho.MQTTv5, paho.MQTTv311):
        outcome = _over(paho, protocol, errand, _Talk(ends_at))
        if outcome is not None:
            return outcome
    return Outcome("failed", f"the broker at {errand.host} speaks another MQTT", began=False)


def _over(paho: Any, protocol: Any, errand: _Errand, talk: _Talk) -> Outcome | None:
    """Publish over one connection; None where the broker may only know an older protocol."""
    try:
        client = _client(paho, protocol, errand, talk)
        client.connect(errand.host, errand.port, keepalive=max(10, int(talk.left)))
    except SourceRefused as refused:
        return Outcome("failed", refused.reason, began=False)
    except (OSError, ValueError) as error:  # ssl's errors and those of looking a name up are among the first
        return Outcome("failed", _unreached(errand, error), began=False, again=isinstance(error, OSError))
    try:
        return _said(paho, client, protocol, errand, talk)
    finally:
        client.disconnect()


def _client(paho: Any, protocol: Any, errand: _Errand, talk: _Talk) -> Any:
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=protocol, reconnect_on_failure=False)
    client.connect_timeout = max(0.1, talk.left)
    if errand.user is not None:
        client.username_pw_set(errand.user, errand.password)
    if errand.scheme == "mqtts":
        client.tls_set_context(tls_context(errand.ca))

    def connected(_client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        talk.connected = reason

    def published(_client: Any, _data: Any, _mid: Any, reason: Any, _properties: Any) -> None:
        talk.published = reason

    client.on_connect, client.on_publish = connected, published
    return client


def _said(paho: Any, client: Any, protocol: Any, errand: _Errand, talk: _Talk) -> Outcome | None:
    broker = f"the broker at {errand.host}"
    is_open = _listen(client, talk, lambda: talk.connected is not None)
    is_newest = protocol == paho.MQTTv5
    if talk.connected is None:
        if not is_open and is_newest:
            return None
        said = "did not answer in time" if is_open else "broke off the connection"
        return Outcome("failed", f"{broker} {said}", began=False, again=True)
    if talk.connected.is_failure:
        reason = str(talk.connected)
        if is_newest and reason == _UNKNOWN_PROTOCOL:
            return None
        return Outcome("failed", f"{broker} refuses: {reason}", began=False, again=reason in _LATER)
    if not talk.left:
        return Outcome("failed", f"{broker} did not answer in time", began=False, again=True)
    try:
        client.publish(errand.topic, errand.payload, qos=1, retain=False)
    except ValueError as error:
        return Outcome("failed", f"nothing can be published to {errand.topic}: {error}", began=False)
    is_open = _listen(client, talk, lambda: talk.published is not None)
    if talk.published is None:
        said = "did not acknowledge it in time" if is_open else "broke off the connection before it acknowledged it"
        return Outcome("unclear", f"{broker} {said}: it may have arrived")
    if talk.published.is_failure:
        return Outcome("failed", f"{broker} did not take it: {talk.published}", began=False)
    return Outcome("done", f"{broker} took it")


def _listen(client: Any, talk: _Talk, is_over: Callable[[], bool]) -> bool:
    """Listen until the broker has said what is awaited, or the time is over; return whether the connection stands."""
    while not is_over() and talk.left:
        if client.loop(min(TURN_SECONDS, talk.left)) != 0 and not is_over():
            return False
    return True


def _unreached(errand: _Errand, error: OSError | ValueError) -> str:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"the broker at {errand.host}:{errand.port} cannot be reached: {said}"

"""Telling the owner: the only module that sends.

    send ──▶ a turn in the channel's lane ──▶ a thread of its own: agent.sending.deliver ──▶ Sent | Unsent
                                                                                           └──▶ pictures that follow

A send runs in its own daemon thread, for Apprise blocks and its six shared threads starve everybody when services hang.
A channel sends one message at a time, so there are as many threads as channels. One that hangs past its deadline is
left behind and reported as doubtful; where its message is sent again, it is asked first what became of the first try.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from agent import sending, services
from agent.redaction import Redactor, secrets_of
from agent.sending import Sent
from agent.sockets import Connection, watching_sockets
from agent.unsent import Unsent
from rules.rule import Channel, Urgency
from rules.words import Words
from watchers.door.exchange import Contact

__all__ = ["DEADLINE", "Channels", "Sent", "Unsent"]

# Over the longest wait for one answer, so that the service's own failure is heard where there is one.
DEADLINE = timedelta(seconds=60)
# How many sends of one channel may hang behind: their threads end only when their connections do.
MOST_LEFT_BEHIND = 4

Ledger = Callable[[Contact], None]

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Attempt:
    """One send under way.

    Attributes:
        size: In bytes of what is told; what Apprise wraps around it is not seen from here.
        connections: Whom it contacted so far.
        recorded: How many of those are in the ledger.
    """

    size: int
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
        self._following: set[asyncio.Task[None]] = set()

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

        Returns within two deadlines: one to wait for its turn, one to send. Pictures never make a message fail: a
        service that refuses them gets the words alone, with a line that says so.

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

    async def settled(self, seconds: float | None = None) -> None:
        """Wait until the pictures that follow a message have arrived or failed, for so long at most."""
        if self._following:
            done, _ = await asyncio.wait(self._following, timeout=seconds)
            for task in done:
                task.result()

    def check(self, name: str) -> list[str]:
        """Return what is wrong or doubtful about a channel, a sentence each; nothing is sent.

        Raises:
            KeyError: There is no such channel.
        """
        channel = self._channels[name]
        url, redactor = self._private(channel)
        found = sending.loaded(url)
        if isinstance(found, Unsent):
            return [redactor.clean(found.reason)]
        plugin, service = found
        return [*sending.missing(plugin, service), *services.doubts(url, service, len(plugin) // (plugin.retry + 1))]

    async def _in_turn(
        self, channel: Channel, words: Words, urgency: Urgency, message_id: str, asked_by: tuple[str, ...]
    ) -> Sent | Unsent:
        key = (channel.name, message_id)
        attempt = self._under_way.get(key)
        if attempt is None or _failed(attempt):
            self._forget_failed(channel.name)
            if self._left_behind(channel.name) >= MOST_LEFT_BEHIND:
                return Unsent(f"{MOST_LEFT_BEHIND} earlier messages hang in this channel without an answer")
            clean = self._private(channel)[1].clean
            send = partial(sending.deliver, words=words, urgency=urgency, message_id=message_id, clean=clean)
            attempt = self._start(channel, send, size=len((words.title + words.body).encode()))
            self._under_way[key] = attempt
        outcome = await self._end_of(attempt)
        if outcome is None:
            outcome = self._endless()
        else:
            del self._under_way[key]
        self._record(channel, attempt, outcome, asked_by)
        if isinstance(outcome, Sent) and outcome.to_follow:
            # Whoever sent it is not kept from writing down that it was sent.
            task = asyncio.create_task(self._follow(channel, outcome, message_id, asked_by))
            self._following.add(task)
            task.add_done_callback(self._following.discard)
        return outcome

    async def _end_of(self, attempt: _Attempt) -> Sent | Unsent | None:
        """Return what came of an attempt, or None where it does not end in time."""
        try:
            async with asyncio.timeout(self._deadline):
                return await asyncio.wrap_future(attempt.outcome)
        except TimeoutError:
            return None

    def _endless(self) -> Unsent:
        return Unsent(f"no end of it within {self._deadline:g} s", doubtful=True)

    async def _follow(self, channel: Channel, sent: Sent, message_id: str, asked_by: tuple[str, ...]) -> None:
        """Send the pictures of a message that has arrived; they are tried once."""
        pictures = sent.to_follow
        send = partial(sending.deliver_pictures, pictures=pictures, message_id=message_id)
        attempt = self._start(channel, send, size=sum(len(picture.content) for picture in pictures))
        outcome = await self._end_of(attempt) or self._endless()
        if isinstance(outcome, Unsent):
            log.warning("channel %s: the pictures of %s did not follow: %s", channel.name, message_id, outcome.reason)
        self._record(channel, attempt, outcome, asked_by)

    def _start(self, channel: Channel, send: Callable[[str], Sent | Unsent], size: int) -> _Attempt:
        url, redactor = self._private(channel)
        attempt = _Attempt(size)
        # Running from now on, so that a caller who stops waiting cannot cancel what is on its way.
        attempt.outcome.set_running_or_notify_cancel()

        def run() -> None:
            try:
                with watching_sockets(attempt.connections):
                    outcome = send(url)
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

    def _record(self, channel: Channel, attempt: _Attempt, outcome: Sent | Unsent, asked_by: tuple[str, ...]) -> None:
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
                    bytes_sent=attempt.size if connection.ip else 0,
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

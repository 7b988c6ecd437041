"""Delivering: from what waits in the outbox to the channel's word that it took it.

mailbox.claim ▸ group ▸ words ▸ channels.send ▸ record_sent
└──▸ record_unsent: the channel backs off, and never gives up;
after an hour of that the owner is told another way

Channels are served one by one (`agent.rounds`): each has its own time, and none waits for another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any

from agent.channels import DEADLINE, Channels, Sent, Unsent
from agent.mailbox import CLAIM, ChannelState, Mailbox, Notice, Waiting
from agent.outbox import after_failure, group, others_to_tell
from rules import words
from rules.firing import Firing
from rules.notices import channel_notice
from rules.rule import RuleBook, Urgency
from rules.words import Words

InStore = Callable[..., Awaitable[Any]]

# The last send of a round ends within the claim: it may wait for its turn, and then for its answer.
LONGEST_ROUND = CLAIM - 2 * DEADLINE

_LOUDNESS: tuple[Urgency, ...] = ("low", "normal", "high", "urgent")

log = logging.getLogger(__name__)


class Courier:
    """Takes messages from the outbox to the channels of the rule book in force.

    Attributes:
        told: Called when there is something to say through other channels than the one at hand.
    """

    def __init__(self, mailbox: Mailbox, token: str, in_store: InStore) -> None:
        self.told: Callable[[], None] = lambda: None
        self._mailbox = mailbox
        self._token = token
        self._in_store = in_store
        self._under_way: set[asyncio.Task[bool]] = set()

    def use(self, book: RuleBook, channels: Channels) -> None:
        """Take a rule book and its channels into use; what is under way goes on."""
        self._book = book
        self._channels = channels

    async def deliver(self, now: Callable[[], datetime], *, at_once: bool = False) -> int:
        """Serve every channel once, all at the same time; return how many messages were sent."""
        serving = (self.serve(name, now, at_once=at_once) for name in self._book.channels)
        return sum(await asyncio.gather(*serving))

    async def serve(self, name: str, now: Callable[[], datetime], *, at_once: bool = False) -> int:
        """Send what may be tried now on one channel, in order, until it fails; return how many messages were sent.

        Args:
            name: The channel.
            now: The clock.
            at_once: Do not wait for it to have backed off; what its service asked for is honoured still.
        """
        sent, goes_on = 0, True
        while goes_on and (waiting := await self._claim(name, now(), at_once)):
            claimed_at = now()
            for batch in group(waiting, claimed_at):
                if goes_on and now() - claimed_at < LONGEST_ROUND:
                    goes_on = await self._to_its_end(self._send(name, batch, now()))
                    sent += len(batch) if goes_on else 0
                else:
                    await self._in_store(self._mailbox.release, batch)
        return sent

    async def close(self, seconds: float) -> None:
        """Finish the sends that were begun, for so long at most; what is cut off is sent again at the next start."""
        if self._under_way:
            _, left = await asyncio.wait(self._under_way, timeout=seconds)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _to_its_end(self, send: Coroutine[Any, Any, bool]) -> bool:
        """Send and write down what came of it, also where whoever waits is stopped: or it would be told twice."""
        task = asyncio.create_task(send)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def _claim(self, name: str, now: datetime, at_once: bool) -> list[Waiting]:
        claimed: list[Waiting] = await self._in_store(self._mailbox.claim, name, self._token, now, at_once=at_once)
        return claimed

    async def _send(self, name: str, batch: Sequence[Waiting], now: datetime) -> bool:
        """Send one message that stands for a batch, and keep what came of it."""
        firings = [message.what for message in batch if isinstance(message.what, Firing)]
        outcome = await self._channels.send(
            name,
            compose(batch, self._book.me.zone.key, now),
            max((firing.urgency for firing in firings), key=_LOUDNESS.index, default="normal"),
            message_id=message_id(batch),
            asked_by=tuple(sorted({firing.rule_id for firing in firings})),
        )
        if isinstance(outcome, Sent):
            await self._in_store(self._mailbox.record_sent, batch, now)
            log.info("told %s: %s", name, ", ".join(message.what.id for message in batch))
            return True
        await self._keep_failure(name, batch, outcome, now)
        return False

    async def _keep_failure(self, name: str, batch: Sequence[Waiting], outcome: Unsent, now: datetime) -> None:
        states: dict[str, ChannelState] = await self._in_store(self._mailbox.states)
        state = after_failure(states[name], outcome, now)
        wait = state.next_try_at - now if state.next_try_at else timedelta()
        log.warning("channel %s: %s; tried again in %d s", name, outcome.reason, wait.total_seconds())
        await self._in_store(self._mailbox.record_unsent, batch, state, now)
        if others_to_tell(state, now):
            await self._tell_others(state, now)

    async def _tell_others(self, state: ChannelState, now: datetime) -> None:
        """Say through the other channels, if there are any, that this one fails."""
        others = [name for name in self._book.channels if name != state.name]
        since = state.failing_since or now
        said = channel_notice(state.name, state.error or "", state.waiting, since, self._book.me.zone.key)
        notice = Notice(f"channel {state.name} {now.isoformat()}", said, now)
        await self._in_store(self._mailbox.tell, notice, others)
        await self._in_store(self._mailbox.record_others_told, state.name, now)
        self.told()


def compose(batch: Sequence[Waiting], zone: str, sent_at: datetime) -> Words:
    """Return the words of what is sent as one message; a function of the record and of when it was sent."""
    firings = [message.what for message in batch if isinstance(message.what, Firing)]
    said = [message.what for message in batch if isinstance(message.what, Notice)]
    if len(said) == 1 and not firings:
        return said[0].words
    notices = [words.Waiting(notice.words, notice.at, zone) for notice in said]
    return words.compose_many(firings, notices=notices, sent_at=sent_at)


def message_id(batch: Sequence[Waiting]) -> str:
    """Return what names a message at every attempt, so that a receiver can recognise a second copy."""
    return "-".join(message.what.id for message in batch[:8])

"""Delivering: from what waits in the outbox to the channel's word that it took it.

    mailbox.claim ▸ a delivery and its words ▸ channels.send ▸ record_sent
                                                    └──▸ record_unsent: the channel backs off, and never gives up;
                                                         who stands in for it is told instead, and the owner hears why

Channels are served one by one (`agent.rounds`): each has its own time, and none waits for another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from agent.channels import DEADLINE, Channels, Sent, Unsent
from agent.composing import compose, loudest
from agent.deliveries import Learned
from agent.mailbox import CLAIM, ChannelState, Mailbox, Notice, Waiting
from agent.outbox import after_failure, aside_until, by_delivery, others_to_tell
from rules.enclosure import Attachment
from rules.firing import Firing
from rules.notices import channel_notice
from rules.rule import RuleBook
from rules.words import Words

InStore = Callable[..., Awaitable[Any]]
Enclose = Callable[[Firing], tuple[Attachment, ...]]

# The last send of a round ends within the claim: it may wait for its turn, and then for its answer.
LONGEST_ROUND = CLAIM - 2 * DEADLINE

log = logging.getLogger(__name__)


class Courier:
    """Takes messages from the outbox to the channels of the rule book in force.

    Attributes:
        told: Called when there is something to say through other channels than the one at hand.
        learned: What the owner's answers are asked for; None: nothing was ever answered.
        enclose: Returns the pictures that go along with a firing told alone; called in the store's thread. None: none.
    """

    def __init__(self, mailbox: Mailbox, token: str, in_store: InStore) -> None:
        self.told: Callable[[], None] = lambda: None
        self.learned: Learned | None = None
        self.enclose: Enclose | None = None
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
        while goes_on and (claimed := await self._claim(name, now(), at_once)):
            claimed_at = now()
            for batch in by_delivery(claimed):
                if goes_on and now() - claimed_at < LONGEST_ROUND:
                    goes_on = await self._to_its_end(self._send(name, batch, now))
                    sent += len(batch) if goes_on else 0
                else:
                    await self._in_store(self._mailbox.release, batch)
        await self._have_others_stand_in(name, now())
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
        claimed: list[Waiting] = await self._in_store(
            self._mailbox.claim, name, self._token, now, self._book, at_once=at_once, learned=self.learned
        )
        return claimed

    async def _send(self, name: str, batch: Sequence[Waiting], now: Callable[[], datetime]) -> bool:
        """Send one delivery, and keep what came of it."""
        outcome = await self._channels.send(
            name,
            await self._words(batch, now()),
            loudest(batch),
            message_id=batch[0].delivery_id or "",
            asked_by=tuple(sorted({one.what.rule_id for one in batch if isinstance(one.what, Firing)})),
        )
        if isinstance(outcome, Sent):
            await self._in_store(self._mailbox.record_sent, batch, now())
            log.info("told %s: %s", name, ", ".join(message.what.id for message in batch))
            return True
        await self._keep_failure(name, batch, outcome, now())
        return False

    async def _words(self, batch: Sequence[Waiting], now: datetime) -> Words:
        """Return what is said; at each attempt the same, but for what goes along."""
        delivery, zone = batch[0].delivery, self._book.me.zone.key
        at = delivery.at if delivery is not None else now
        only = batch[0].what
        said = compose(batch, zone, at, delivery)
        if self.enclose is None or len(batch) > 1 or not isinstance(only, Firing):
            return said
        return replace(said, attachments=await self._in_store(self.enclose, only))

    async def _keep_failure(self, name: str, batch: Sequence[Waiting], outcome: Unsent, now: datetime) -> None:
        states: dict[str, ChannelState] = await self._in_store(self._mailbox.states)
        state = after_failure(states[name], outcome, now)
        wait = state.next_try_at - now if state.next_try_at else timedelta()
        log.warning("channel %s: %s; tried again in %d s", name, outcome.reason, wait.total_seconds())
        aside = aside_until(batch[0].attempts + 1, outcome, now, batch[0].what.key)
        await self._in_store(
            self._mailbox.record_unsent, batch, state, now, doubtful=outcome.doubtful, aside_until=aside
        )
        if others_to_tell(state, now, refused=outcome.permanent):
            await self._tell_others(state, now)

    async def _tell_others(self, state: ChannelState, now: datetime) -> None:
        """Say through the other channels, if there are any, that this one fails."""
        others = [name for name in self._book.channels if name != state.name]
        if not others:
            return  # a channel that the file gets later is still to be told
        since = state.failing_since or now
        zone, refuses_one = self._book.me.zone.key, state.of_message
        said = channel_notice(state.name, state.error or "", state.waiting, since, zone, of_message=refuses_one)
        notice = Notice(f"channel {state.name} {now.isoformat()}", said, now)
        await self._in_store(self._mailbox.tell, notice, others)
        await self._in_store(self._mailbox.record_others_told, state.name, now)
        self.told()

    async def _have_others_stand_in(self, name: str, now: datetime) -> None:
        channel = self._book.channels.get(name)
        if (
            channel is not None
            and channel.fallback
            and await self._in_store(self._mailbox.stand_in, name, now, self._book)
        ):
            self.told()

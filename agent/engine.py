"""The engine: it polls what is due, has it judged, and delivers what came of it.

    poll_due     claim ▸ watcher.poll ▸ record_polls: the judgement and its messages, in one transaction
    judge_due    the same judgement where time alone has come
    serve        claim ▸ channel.send ▸ record_sent or record_unsent, for one channel

Nothing here decides what to tell (`rules.judge`) or when to try again (`agent.schedule`, `agent.outbox`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import ParamSpec, TypeVar

from agent import process
from agent.asking import ask_what_was_given
from agent.blindness import tell_blindness
from agent.calm import tell_wavering
from agent.channels import Channels
from agent.clock import Clock
from agent.context import Errand, PollContext
from agent.courier import Courier
from agent.database import StoreError
from agent.ledger import Ledger
from agent.lost_channels import tell_of_lost_channels
from agent.mailbox import Mailbox
from agent.store import Claim, Polled, Store
from agent.summary import sum_up
from rules.judge import judge
from rules.rule import RuleBook, WatchSpec
from watchers.api import Poll, Unchanged, WatchError
from watchers.fetch import Fetcher

# Most of them wait for their turn at a host; a slow host with many watches must leave room for the others.
POLLS_AT_ONCE = 200

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)


class Engine:
    """One agent at work on one rule book.

    Attributes:
        recorded: Called when a poll is over: there is room for another.
        told: Called when there are messages to deliver.
        courier: Takes them to the channels.
    """

    def __init__(self, store: Store, mailbox: Mailbox, ledger: Ledger, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.recorded: Callable[[], None] = lambda: None
        self.told: Callable[[], None] = lambda: None
        self._mailbox = mailbox
        self._ledger = ledger
        self._token = process.token()
        # One thread for the store: SQLite has one writer, and a transaction must not be interleaved with another.
        self._store_thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._under_way: set[asyncio.Task[None]] = set()
        self._polled: set[str] = set()
        self._done: list[Polled] = []
        self._recording = asyncio.Lock()
        self._fetcher: Fetcher | None = None
        self._retiring: set[asyncio.Task[None]] = set()
        self.courier = Courier(mailbox, self._token, self.in_store)
        self.courier.told = self._tell

    def equip(self, book: RuleBook, fetcher: Fetcher, channels: Channels) -> None:
        """Give it a rule book, a door and channels, at first and at each reload."""
        if self._fetcher is not None:
            retiring = asyncio.create_task(self._retire(self._fetcher, set(self._under_way)))
            self._retiring.add(retiring)
            retiring.add_done_callback(self._retiring.discard)
        self.book = book
        self._fetcher = fetcher
        self._specs = _specs(book)
        self.courier.use(book, channels)

    async def in_store(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a transaction in the store's own thread."""
        return await asyncio.get_running_loop().run_in_executor(self._store_thread, partial(work, *args, **kwargs))

    async def poll_due(self, due_by: datetime | None = None) -> int:
        """Begin to poll every watch that is due, or was at an earlier instant, as far as there is room.

        Raises:
            StoreError: The store cannot be read or written; what was polled before is still to be recorded.
        """
        await self._record()
        room = POLLS_AT_ONCE - len(self._under_way)
        if room <= 0:
            return 0
        now = self.clock.now()
        claims = await self.in_store(self.store.claim_watches, self._token, now, room, due_by=due_by)
        # What waits for its turn longer than a claim lasts is claimed anew, and polled once.
        new = [claim for claim in claims if claim.watch_id not in self._polled]
        for claim in new:
            self._polled.add(claim.watch_id)
            task = asyncio.create_task(self._poll(claim))
            self._under_way.add(task)
            task.add_done_callback(self._end)
        return len(new)

    async def judge_due(self) -> int:
        """Judge again what time alone may have changed; return how many fired."""
        fired: int = await self.in_store(self.store.judge_due, self.book, judge, self.clock.now())
        self._tell(fired)
        return fired

    async def report(self) -> None:
        """Put into the outbox what the agent itself has to say: what is blind, what wavers, which channel is gone."""
        now = self.clock.now()
        said = await self.in_store(tell_blindness, self.store.database, self.book, now)
        said += await self.in_store(tell_wavering, self.store.database, self.book, now)
        said += await self.in_store(tell_of_lost_channels, self.store.database, self.book, now)
        said += await self.in_store(ask_what_was_given, self.store.database, self.book, now)
        said += await self.in_store(sum_up, self.store.database, self.book, now)
        self._tell(said)

    async def serve(self, channel: str) -> int:
        """Try every message that may be tried now on one channel; return how many were sent."""
        sent = await self.courier.serve(channel, self.clock.now)
        await self.in_store(self._ledger.write)
        return sent

    async def deliver_due(self, *, at_once: bool = False) -> int:
        """Report, and serve every channel once; return how many messages were sent."""
        await self.report()
        sent = await self.courier.deliver(self.clock.now, at_once=at_once)
        await self.in_store(self._ledger.write)
        return sent

    async def next_poll_at(self) -> datetime | None:
        """Return when a watch has to be polled or judged next.

        Without room for another poll, what is due waits for one to end: then `recorded` is called.
        """
        has_room = len(self._under_way) < POLLS_AT_ONCE
        return await self.in_store(self.store.next_due_at, self.clock.now(), with_polls=has_room)

    async def next_delivery_at(self, channel: str) -> datetime | None:
        """Return when a message can be tried next on a channel."""
        return await self.in_store(self._mailbox.next_due_at, [channel], self.clock.now(), self.book)

    async def settled(self) -> None:
        """Wait until every poll that was begun is over: recorded, or left for `poll_due` to record."""
        while self._under_way:
            await asyncio.gather(*self._under_way)

    async def close(self, seconds: float) -> None:
        """Finish what was begun, for so long at most; a poll that is cut off never happened."""
        await asyncio.gather(self._finish_polls(seconds), self.courier.close(seconds))
        await self.in_store(self._ledger.write)
        await asyncio.gather(*self._retiring)
        if self._fetcher is not None:
            await self._fetcher.close()
        self._store_thread.shutdown(wait=True)

    async def _finish_polls(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._all_over()
        except TimeoutError:
            for task in self._under_way:
                task.cancel()
            await self._all_over()

    async def _all_over(self) -> None:
        while self._under_way:
            await asyncio.wait(self._under_way)

    def _tell(self, said: int = 1) -> None:
        if said:
            self.told()

    async def _poll(self, claim: Claim) -> None:
        """Poll one watch and see that it is recorded, together with others that end meanwhile."""
        spec = self._specs.get(claim.watch_id)
        try:
            if spec is None:
                # Of a rule that is just leaving the file: the claim ends by itself, and nothing was seen or failed.
                return
            result, digests = await self._look(spec, claim)
            self._done.append(Polled(claim, self.clock.now(), result, digests))
            # A store that cannot be written keeps nobody from looking: the poll pass records what is left, or says why.
            with suppress(StoreError):
                await self._record()
        finally:
            self._polled.discard(claim.watch_id)

    async def _record(self) -> None:
        """Record every poll that is over."""
        async with self._recording:
            # Whoever comes first records all that is ready: one transaction for many polls, and no timer.
            polls, self._done = self._done, []
            if not polls:
                return
            try:
                fired = await self.in_store(self.store.record_polls, polls, self.book, judge)
            except StoreError:
                self._done = [*polls, *self._done]
                raise
            self._tell(fired)
            await self.in_store(self._ledger.write)
            self.recorded()

    def _end(self, task: asyncio.Task[None]) -> None:
        """Make room for another poll; one that a mistake of ours kept from being recorded was never made."""
        self._under_way.discard(task)
        self.recorded()
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("polls are lost, and made again when their claims end: %s", error, exc_info=error)

    @staticmethod
    async def _retire(fetcher: Fetcher, polls: set[asyncio.Task[None]]) -> None:
        """Close the door of before a reload once the polls that went through it are over."""
        await asyncio.gather(*polls, return_exceptions=True)
        await fetcher.close()

    async def _look(self, spec: WatchSpec, claim: Claim) -> tuple[Poll | Unchanged | Exception, dict[str, str]]:
        errand = Errand(claim.cursor, claim.digests, claim.rule_ids, self.book.files)
        if self._fetcher is None:
            raise RuntimeError("polls begin after equip")
        context = PollContext(self._fetcher, spec, errand, self.clock.now(), self.book.me.zone)
        try:
            seen = await spec.watcher.poll(context)
        except WatchError as error:
            log.warning("watch %s (%s): %s: %s", spec.id[:8], spec.label, type(error).__name__, error)
            return error, dict(claim.digests)
        except Exception as error:
            # Anything else is our own mistake: say where, let this watch alone back off, and go on.
            log.exception("watch %s (%s) failed", spec.id[:8], spec.label)
            return error, dict(claim.digests)
        count = "nothing new" if isinstance(seen, Unchanged) else f"{len(seen.observations)} seen"
        log.info("watch %s (%s): %s", spec.id[:8], spec.label, count)
        return seen, context.digests


def _specs(book: RuleBook) -> dict[str, WatchSpec]:
    """Return every watch of a book by its id."""
    return {spec.id: spec for rule in book.rules for spec in rule.watches}

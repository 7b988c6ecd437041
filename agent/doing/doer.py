"""The doer: it takes what is due, records that it does it, does it, and records what came of it.

    work      settle what can no longer be done ▸ for each deed that is due: claim, and begin
    a deed    is it still what its owner allowed ▸ run | call | publish ▸ record
    next_at   when there is something to do again

`agent.app` runs it as a pass of its own, and wakes it where a rule fired or an owner answered.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from agent import process
from agent.database import Database, StoreError
from agent.doing import deeds
from agent.doing.calling import Webhooks
from agent.doing.deed import Deed, Outcome
from agent.doing.publishing import publish
from agent.doing.running import environment, refusal, run
from agent.ledger import Ledger
from agent.redaction import Redactor
from rules.rule import Rule, RuleBook

# A command may take minutes: others are not to wait for it. Of one rule there is one deed at a time.
AT_ONCE = 8

T = TypeVar("T")

log = logging.getLogger(__name__)


class InStore(Protocol):
    """Runs a transaction in the store's own thread."""

    def __call__(self, work: Callable[..., T], /, *args: object) -> Awaitable[T]:
        """Run `work` with these arguments."""


@dataclass(frozen=True, slots=True)
class _Ended:
    """What came of a deed, on its way to the store."""

    deed: Deed
    outcome: Outcome
    at: datetime


class Doer:
    """Acts for one agent.

    Attributes:
        woken: Called when a deed is over: there is room for another.
        told: Called when there is something to tell the owner.
    """

    def __init__(self, database: Database, ledger: Ledger, in_store: InStore, now: Callable[[], datetime]) -> None:
        self.woken: Callable[[], None] = lambda: None
        self.told: Callable[[], None] = lambda: None
        self._database, self._ledger, self._in_store, self._now = database, ledger, in_store, now
        self._token = process.token()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._doing: dict[str, Deed] = {}
        self._ended: deque[_Ended] = deque()
        self._recording = asyncio.Lock()

    def use(self, book: RuleBook, redactor: Redactor) -> None:
        """Take a rule book into use, at first and at each reload; what is under way goes on."""
        self._book, self._redactor = book, redactor
        self._folder = str(Path(book.files[0]).absolute().parent) if book.files else "/"
        self._webhooks = Webhooks(book.network, self._ledger.note, self._now)

    async def work(self) -> None:
        """Begin everything that is due, as far as there is room.

        Raises:
            StoreError: The store cannot be read or written; what was done before is still to be recorded.
        """
        await self._record()
        settled = (self._database, self._book, self._token, tuple(self._doing), self._now())
        if await self._in_store(deeds.settle, *settled):
            self.told()
        for deed in await self._in_store(deeds.due, self._database, self._now()):
            rule = self._book.rule(deed.rule_id)
            if rule is None or not self._has_room(deed):
                continue
            claimed = await self._in_store(deeds.claim, self._database, self._book, deed, self._token, self._now())
            if claimed is None:
                self.told()
            else:
                self._begin(claimed, rule)

    async def next_at(self) -> datetime | None:
        """Return when there is something to do; the end of what is under way wakes it besides."""
        instants = [self._next_at(deed) for deed in await self._in_store(deeds.waiting, self._database)]
        return min((instant for instant in instants if instant is not None), default=None)

    async def settled(self) -> None:
        """Wait until everything that was begun is over."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def close(self, seconds: float) -> None:
        """Let what is under way end, for so long at most; what is ended then is recorded as unclear.

        Called before the store's thread ends.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.settled()
        for task in self._tasks.values():
            task.cancel()
        await self.settled()
        with suppress(StoreError):
            await self._record()

    def _has_room(self, deed: Deed) -> bool:
        is_busy = any(other.rule_id == deed.rule_id for other in self._doing.values())
        return len(self._doing) < AT_ONCE and not is_busy

    def _next_at(self, deed: Deed) -> datetime | None:
        if deed.state == "asked":
            return deed.answer_by
        if deed.state == "running":
            is_ours = deed.claimed_by == self._token
            return None if is_ours or deed.began_at is None else deed.began_at + deed.timeout + deeds.TO_RECORD
        if self._book.rule(deed.rule_id) is None:
            return deed.until
        return (deed.retry_at or deed.at) if self._has_room(deed) else None

    def _begin(self, deed: Deed, rule: Rule) -> None:
        self._doing[deed.key] = deed
        task = asyncio.create_task(self._do(deed, rule), name=f"deed {deed.id}")
        self._tasks[deed.key] = task
        task.add_done_callback(lambda _: self._tasks.pop(deed.key, None))

    async def _do(self, deed: Deed, rule: Rule) -> None:
        """Do one deed, and see that what came of it is recorded."""
        log.info("rule %s: %s", deed.rule_id, deed.aim)
        try:
            outcome = await self._outcome(deed, rule)
        except asyncio.CancelledError:
            outcome = Outcome("unclear", "the agent was stopped while it was under way")
        except Exception as error:
            log.exception("rule %s: %s failed", deed.rule_id, deed.aim)
            outcome = Outcome("unclear", f"a fault of the agent itself: {type(error).__name__}")
        clean = self._redactor.clean
        outcome = replace(outcome, said=clean(outcome.said), output=clean(outcome.output))
        log.log(
            logging.INFO if outcome.state == "done" else logging.WARNING,
            "rule %s: %s: %s",
            deed.rule_id,
            deed.aim,
            outcome.said,
        )
        self._ended.append(_Ended(deed, outcome, self._now()))
        # A store that cannot be written: the next pass records what is left, or says why it cannot.
        with suppress(StoreError):
            await self._record()
        self.woken()

    async def _outcome(self, deed: Deed, rule: Rule) -> Outcome:
        """Do it, if it is still what its owner allowed."""
        action = rule.action
        if action is None or rule.settings != deed.settings:
            return Outcome("failed", "the rule was changed since it came true", began=False)
        body = json.dumps(deed.details, ensure_ascii=False).encode("utf-8", "backslashreplace")
        if action.webhook is not None:
            return await self._webhooks.call(action, deed, body)
        if action.publish is not None:
            return await publish(action, deed, body, self._book.network, self._ledger.note, self._now)
        why = await asyncio.to_thread(refusal, self._book)
        if why is not None:
            return Outcome("failed", why, began=False)
        variables = environment(deed.variables)
        return await run(action.run, body, self._folder, variables, deed.timeout.total_seconds())

    async def _record(self) -> None:
        """Record everything that is over, one after the other."""
        async with self._recording:
            while self._ended:
                one = self._ended[0]
                told = await self._in_store(deeds.record, self._database, self._book, one.deed, one.outcome, one.at)
                self._ended.popleft()
                del self._doing[one.deed.key]
                if told:
                    self.told()
            await self._in_store(self._ledger.write)

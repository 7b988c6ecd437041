"""The heartbeat: a mark in the store that this agent runs, and a call to another watchdog while all is well.

    every minute     the passes have done their work lately ▸ a mark is written, so the store can be ▸ `status` reads it
    every `every`    … and the address of `health: {heartbeat: …}` is called, by GET, with nothing in it

There is no call that says "not well": whoever waits for the next one notices by itself, also where the machine is gone.
Nor is all well while no channel has worked for an hour: then that other watchdog alone can tell the owner.
A call that fails is logged, and made again at its next time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import func, select

from agent.database import Database, table_of
from agent.doors import door_of
from agent.ledger import Ledger
from agent.redaction import Redactor
from agent.sign_of_life import mark
from agent.tables import ChannelRow
from rules.delivery import Upkeep
from rules.rule import Network, RuleBook
from watchers.api import HttpOptions, Request, WatchError
from watchers.fetch import Contact

MARK_EVERY = timedelta(minutes=1)
# A pass comes round each minute; a store that is busy, or a slow disk, may keep it for a while.
LATE_SECONDS = 300.0
# At the start the passes have yet to come round.
SOON = timedelta(seconds=5)
SPEECHLESS_AFTER = timedelta(hours=1)
PURPOSE = "heartbeat"

channels = table_of(ChannelRow)

log = logging.getLogger(__name__)


def is_speechless(database: Database, names: frozenset[str], now: datetime) -> bool:
    """Return whether all of these channels have failed for an hour, each time that they were tried."""
    failing = (channels.c.name.in_(names), channels.c.failures > 0, channels.c.failing_since <= now - SPEECHLESS_AFTER)
    with database.reading() as connection:
        return bool(names) and connection.scalar(select(func.count()).where(*failing)) == len(names)


class Vital(Protocol):
    """A pass, as far as its health goes."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def done_at(self) -> float | None:
        """When it last did all that was due, by the monotonic clock; None: not yet."""


class Heartbeat:
    """Made once by the agent, whose pass "heartbeat" it is: `Pass("heartbeat", beat, next_at, now)`."""

    def __init__(
        self,
        database: Database,
        in_store: Callable[..., Any],
        ledger: Ledger,
        now: Callable[[], datetime],
        vital: Sequence[Vital],
    ) -> None:
        """Make a heartbeat that calls nobody yet.

        Args:
            database: The store, in which the mark is written.
            in_store: Runs a transaction in the store's own thread.
            ledger: Notes each call.
            now: The wall clock, in UTC.
            vital: The passes that have to come round for all to be well.
        """
        self._database = database
        self._in_store = in_store
        self._ledger = ledger
        self._now = now
        self._vital = vital
        self._upkeep = Upkeep()
        self._channels: frozenset[str] = frozenset()
        self._network = Network()
        self._redactor = Redactor()
        self._began_at = time.monotonic()
        self._called_at: float | None = None
        self._status: int | None = None
        self._trouble = ""

    def use(self, book: RuleBook, redactor: Redactor) -> None:
        """Take a rule book into use: its address, how often it is called, and how it may be reached."""
        self._upkeep, self._network, self._redactor = book.upkeep, book.network, redactor
        self._channels = frozenset(book.channels)

    async def beat(self) -> None:
        """Write the mark, and call the address if that is due and all is well.

        Raises:
            StoreError: The store cannot be written: then all is not well, and nobody is called.
        """
        late = self.late()
        if late and not self._is_beginning():
            self._say(f"no heartbeat: {', '.join(late)} does not come round")
        if late:
            return
        await self._in_store(mark, self._database, self._now())
        if self._left() <= timedelta():
            await self.call()

    async def call(self) -> None:
        """Call the address, if there is one and anybody can be told, once; `run --once` ends with it."""
        if self._upkeep.heartbeat is None:
            return
        self._called_at = time.monotonic()
        if await self._in_store(is_speechless, self._database, self._channels, self._now()):
            self._say("no heartbeat: no channel works")
            return
        request = Request(self._upkeep.heartbeat.get_secret_value(), whole=True)
        # Each call has a door of its own: there are minutes between them, and rules may be read again during one.
        door = door_of(self._network, self._redactor, now=self._now, ledger=self._note)
        trouble = ""
        try:
            # Writing an address admits its host, private or not, as with channels.
            await door.fetch(request, HttpOptions(), private=True)
        except WatchError as error:
            # An answer without a page, such as 204, is a trouble to a watch; whoever counts heartbeats has heard it.
            was_heard = self._status is not None and 200 <= self._status < 300
            trouble = "" if was_heard else f"the heartbeat could not be sent: {error.reason}"
        finally:
            await door.close()
        await self._in_store(self._ledger.write)
        self._say(trouble)

    async def next_at(self) -> datetime:
        """Return when it beats next."""
        if self.late():
            return self._now() + SOON
        return self._now() + min(max(self._left(), timedelta()), MARK_EVERY)

    def late(self) -> tuple[str, ...]:
        """Return the names of the passes that have not come round lately."""
        now = time.monotonic()
        return tuple(one.name for one in self._vital if one.done_at is None or now - one.done_at > LATE_SECONDS)

    def _is_beginning(self) -> bool:
        """Return whether the passes have yet to come round for the first time, and have the time for it."""
        is_new = any(one.done_at is None for one in self._vital)
        return is_new and time.monotonic() - self._began_at <= LATE_SECONDS

    def _left(self) -> timedelta:
        """Return how long it is until the next call; where nobody is to be called, until the next mark."""
        if self._upkeep.heartbeat is None:
            return MARK_EVERY
        if self._called_at is None:
            return timedelta()
        return self._upkeep.every - timedelta(seconds=time.monotonic() - self._called_at)

    def _note(self, contact: Contact) -> None:
        self._status = contact.status
        self._ledger.note(replace(contact, purpose=PURPOSE))

    def _say(self, trouble: str) -> None:
        """Log what has changed: one that fails for a week is no news every five minutes."""
        if trouble and trouble != self._trouble:
            log.warning(trouble)
        elif self._trouble and not trouble:
            log.info("the heartbeat is sent again")
        self._trouble = trouble

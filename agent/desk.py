"""What one channel is owed at one instant, read from the store inside the caller's transaction."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from agent.afterwards import afterwards
from agent.database import table_of
from agent.deliveries import gone
from agent.gathering import Gathering, Owed, Plan
from agent.messages import OWED, messages_where, numbers
from agent.moments import Lateness, Terms
from agent.standing_in import enough_at, has_failed_enough, under_way_elsewhere, wanting
from agent.tables import ChannelRow, FiringRow, MessageRow
from rules.firing import Firing
from rules.rule import RuleBook

messages = table_of(MessageRow)
channels = table_of(ChannelRow)
firings = table_of(FiringRow)

log = logging.getLogger(__name__)


class Desk:
    """What a channel is owed.

    Attributes:
        owed: What nobody is sending at the moment.
        is_failing: Its last try failed.
    """

    def __init__(self, connection: Connection, name: str, terms: Terms, now: datetime, claim: timedelta) -> None:
        """Look at what a channel is owed.

        Args:
            connection: The transaction.
            name: The channel.
            terms: What the rule book in force says of it.
            now: The present instant.
            claim: How long a claim lasts; one that ends later is from a clock that ran ahead.
        """
        self._connection, self._name, self._terms, self._now = connection, name, terms, now
        self._states = {row.name: row for row in connection.execute(select(channels))}
        self._state = self._states.get(name)
        rows = _rows(connection, name)
        elsewhere = under_way_elsewhere(connection, name, rows, now, claim)
        busy = {row.id: row.claimed_until for row in rows if _is_claimed(row, now, claim)}
        busy |= {row.id: elsewhere[row.key] for row in rows if row.key in elsewhere and row.id not in busy}
        busy |= _whole(rows, busy)
        self._busy_until = list(busy.values())
        self.owed = [_owed(row, now) for row in rows if row.id not in busy]
        self.is_failing = self._state is not None and self._state.failures > 0

    def rests_until(self, *, at_once: bool = False) -> datetime | None:
        """Return until when the channel is left alone; None where it may be tried.

        Args:
            at_once: Only as long as its service itself asked for.
        """
        state = self._state
        until = None if state is None else state.asked_until if at_once else state.next_try_at
        return until if until is not None and until > self._now else None

    def plan(self, now: datetime | None = None) -> Plan:
        """Return what may be sent now, or at another instant, and when something more may."""
        return self._gathering(now or self._now).plan(self.owed)

    def next_at(self) -> datetime | None:
        """Return when there is something to do: to send, or to hand to whoever stands in."""
        rested = self.rests_until() or self._now
        plan = self.plan(rested)
        instants = [rested] if plan.ready else [plan.next_at] if plan.next_at is not None else []
        instants += self._busy_until
        if self.is_failing and self._terms.fallback and rested > self._now:
            wanted = wanting(
                self._connection, self._name, self.plan().ready_messages, self._terms.fallback, self._fails
            )
            instants += [max(self._now, enough_at(self._state, message, self._now)) for message, _ in wanted]
        return min(instants, default=None)

    def wants_copies(self) -> list[tuple[Owed, str]]:
        """Return what is to be told by another channel now, and by which."""
        ready = self.plan().ready_messages
        return self._wanting([one for one in ready if enough_at(self._state, one, self._now) <= self._now])

    def give_up_late(self, book: RuleBook | None) -> None:
        """Let what comes too late by its rule's own words expire: `drop`, and `check` for what is no longer true."""
        gathering = self._gathering(self._now)
        over: dict[str, list[int]] = {"drop": [], "check": []}
        for message in self.owed:
            lateness = self._terms.lateness.get(message.rule_id, Lateness())
            is_new = message.delivery_id is None and lateness.if_late != "tell"
            if is_new and gathering.due_at(message) <= self._now and gathering.late_by(message) > lateness.after:
                over[lateness.if_late].append(message.id)
        self._expire(over["drop"], "it came later than its rule allows")
        self._expire(self._no_longer_true(over["check"], book), "it came late, and was no longer true")

    def _no_longer_true(self, ids: Sequence[int], book: RuleBook | None) -> list[int]:
        rules = {rule.id: rule for rule in book.rules} if book is not None else {}
        late = [one for part in numbers(ids) for one in messages_where(self._connection, messages.c.id.in_(part))]
        return [
            one.id
            for one in late
            if isinstance(one.what, Firing)
            and afterwards(self._connection, one.what, rules.get(one.rule_id)).is_true is False
        ]

    def _expire(self, ids: Sequence[int], why: str) -> None:
        for part in numbers(ids):
            values = {"state": "expired", "error": why}
            self._connection.execute(update(messages).where(messages.c.id.in_(part)).values(values))
            log.info("channel %s: %d messages expired: %s", self._name, len(part), why)
        expired = set(ids)
        self.owed = [message for message in self.owed if message.id not in expired]

    def _gathering(self, now: datetime) -> Gathering:
        return Gathering(self._terms, gone(self._connection, self._name, self._terms, self.owed, self._now), now)

    def _wanting(self, ready: Sequence[Owed]) -> list[tuple[Owed, str]]:
        return wanting(self._connection, self._name, ready, self._terms.fallback, self._fails)

    def _fails(self, name: str, urgent: bool) -> bool:
        return has_failed_enough(self._states.get(name), self._now, urgent=urgent)


def _rows(connection: Connection, name: str) -> Sequence[Any]:
    """Return the rows of what a channel is owed, without what they say."""
    key = func.coalesce(messages.c.firing_key, messages.c.notice_key).label("key")
    of_message = (
        messages.c.id,
        messages.c.batch,
        messages.c.urgency,
        messages.c.state,
        messages.c.created_at,
        messages.c.held_until,
        messages.c.delivery_id,
        messages.c.stands_in_for,
        messages.c.claimed_until,
    )
    chosen = (
        select(*of_message, key, firings.c.rule_id)
        .join(firings, firings.c.key == messages.c.firing_key, isouter=True)
        .where(messages.c.channel == name, messages.c.state.in_(OWED))
        .order_by(messages.c.id)
    )
    return connection.execute(chosen).all()


def _is_claimed(row: Any, now: datetime, claim: timedelta) -> bool:
    return row.claimed_until is not None and now < row.claimed_until <= now + claim


def _whole(rows: Sequence[Any], busy: Mapping[int, datetime]) -> dict[int, datetime]:
    """Return until when the rest of each delivery waits of which a part is busy: it goes again whole, or not yet."""
    until = {row.delivery_id: busy[row.id] for row in rows if row.id in busy and _is_handed(row)}
    waiting = (row for row in rows if row.id not in busy and _is_handed(row))
    return {row.id: until[row.delivery_id] for row in waiting if row.delivery_id in until}


def _is_handed(row: Any) -> bool:
    """Return whether nobody knows what came of handing a message over."""
    return row.state in ("sending", "doubtful") and row.delivery_id is not None


def _owed(row: Any, now: datetime) -> Owed:
    # What was seen by a clock that ran ahead is there now.
    since = min(row.created_at, now)
    return Owed(
        id=row.id,
        key=row.key,
        batch=row.batch,
        urgent=row.urgency == "urgent",
        since=max(since, row.held_until or since),
        rule_id=row.rule_id or "",
        delivery_id=row.delivery_id if _is_handed(row) else None,
    )

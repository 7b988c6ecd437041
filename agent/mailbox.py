"""The outbox: messages on their way to the owner's channels. Each public method is one transaction.

    waiting ──claim──▶ sending ──▶ sent, or folded as a part of what told it
       ▲ ▲                │
       │ └─── failed ◀────┤ surely not taken: gathered anew
       │                  └──▶ doubtful: exactly the same goes again, and so does what a process left that died
       └ snoozed, quiet hours, a digest, a limit: when it may go is asked of the rule book in force (`agent.gathering`)

Backing off belongs to the channel: while it is down, one attempt speaks for all that waits there. Nothing is given up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, text, update

from agent import deliveries
from agent.clock import wall
from agent.database import Database, table_of, upsert
from agent.deliveries import Learned
from agent.desk import Desk
from agent.gathering import Bundle
from agent.messages import OWED, Notice, Waiting, messages_where, numbers, put_notice
from agent.moments import Terms
from agent.standing_in import fold_others, put_copies, wanting_of_refused
from agent.tables import ChannelRow, DeliveryRow, MessageRow
from rules.rule import RuleBook

__all__ = ["CLAIM", "ChannelState", "Mailbox", "Notice", "Waiting", "messages_where", "put_notice"]

# Longer than any service may take to answer; see `agent.channels`.
CLAIM = timedelta(minutes=5)
AT_ONCE = 500
# Beyond any back-off: a channel that waits longer was told to by a clock that ran ahead.
LONGEST_WAIT = timedelta(hours=8)
# Told as a part of something greater; all of one poll is no more than itself.
_FOLDING = ("digest", "folded", "quiet", "late")
# Any number will do, as long as every agent that shares a PostgreSQL takes the same.
_LOCK = 7_205_759

messages = table_of(MessageRow)
channels = table_of(ChannelRow)
deliveries_table = table_of(DeliveryRow)


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How a channel has been doing.

    Attributes:
        asked_until: The service itself asked to be left alone until then.
        others_told_at: When the owner was last told through other channels that this one fails.
        waiting: How many messages wait for it.
        of_message: Its last failure was its refusal of one message; another may pass.
    """

    name: str
    failures: int = 0
    failing_since: datetime | None = None
    next_try_at: datetime | None = None
    asked_until: datetime | None = None
    error: str | None = None
    sent_at: datetime | None = None
    others_told_at: datetime | None = None
    waiting: int = 0
    oldest_at: datetime | None = None
    of_message: bool = False


class Mailbox:
    """Messages, from the firing to the channel's word that it took them."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def states(self) -> dict[str, ChannelState]:
        """Return how each channel is doing that ever had a message."""
        count = select(
            messages.c.channel, func.count().label("waiting"), func.min(messages.c.created_at).label("oldest")
        )
        owed = count.where(messages.c.state.in_(OWED)).group_by(messages.c.channel)
        with self.database.reading() as connection:
            rows = {row.name: row for row in connection.execute(select(channels))}
            waiting = {row.channel: row for row in connection.execute(owed)}
        states = {}
        for name in sorted(rows.keys() | waiting.keys()):
            known = dict(rows[name]._mapping) if name in rows else {"name": name}
            left = waiting.get(name)
            states[name] = ChannelState(
                **known, waiting=left.waiting if left else 0, oldest_at=left.oldest if left else None
            )
        return states

    def next_due_at(
        self, names: Sequence[str], now: datetime | None = None, book: RuleBook | None = None
    ) -> datetime | None:
        """Return when a message can next be tried; None while none waits for these channels.

        One that is being sent, by this process or another, can be when that claim ends.

        Args:
            names: The channels.
            now: The present instant; the wall clock's where none is given.
            book: The rule book in force, as for `claim`.
        """
        now = now or wall()
        with self.database.reading() as connection:
            desks = [Desk(connection, name, Terms.of(book, name), now, CLAIM) for name in names]
            instants = [at for desk in desks if (at := desk.next_at()) is not None]
        return min(instants, default=None)

    def claim(
        self,
        name: str,
        token: str,
        now: datetime,
        book: RuleBook | None = None,
        *,
        at_once: bool = False,
        learned: Learned | None = None,
    ) -> list[Waiting]:
        """Take what may go to a channel now; what goes as one message has one delivery, and stands together.

        Args:
            name: The channel.
            token: Names the process that sends.
            now: The present instant.
            book: The rule book in force, which says when something may go; without one, it may at once.
            at_once: Do not wait for the channel to have backed off; what its service asked for is honoured still.
            learned: What the owner's answers say of what is told.
        """
        terms = Terms.of(book, name)
        with self._changing() as connection:
            _date_back(connection, name, now)
            desk = Desk(connection, name, terms, now, CLAIM)
            if desk.rests_until(at_once=at_once) is not None:
                return []
            desk.give_up_late(book)
            claimed: list[Waiting] = []
            for bundle in desk.plan().ready:
                if claimed and len(claimed) + len(bundle.messages) > AT_ONCE:
                    break
                claimed += _hand_over(connection, bundle, token, now, book, learned)
            return claimed

    def stand_in(self, name: str, now: datetime, book: RuleBook) -> bool:
        """Hand what a failing channel cannot be told to those that stand in for it; return whether there was any."""
        with self._changing() as connection:
            terms = Terms.of(book, name)
            desk = Desk(connection, name, terms, now, CLAIM)
            wanted = wanting_of_refused(connection, name, desk.owed, terms.fallback, now)
            if desk.is_failing:
                desk.give_up_late(book)
                wanted += desk.wants_copies()
            put_copies(connection, name, wanted, now)
        return bool(wanted)

    def record_sent(self, sent: Sequence[Waiting], now: datetime) -> None:
        """Keep that the channel took messages, which were one delivery."""
        delivery = sent[0].delivery
        state = "folded" if delivery is not None and delivery.form in _FOLDING else "sent"
        done = {"state": state, "sent_at": now, "tried_at": now, "error": None}
        healthy = {"failures": 0, "failing_since": None, "next_try_at": None, "asked_until": None, "error": None}
        with self._changing() as connection:
            _settle(connection, sent, done, tried=True)
            upsert(connection, ChannelRow, [{"name": sent[0].channel, "sent_at": now, **healthy}])
            if delivery is not None:
                is_it = deliveries_table.c.id == delivery.id
                connection.execute(update(deliveries_table).where(is_it).values(sent_at=now))
            fold_others(connection, sent, delivery.id if delivery else None, now)

    def record_unsent(
        self,
        tried: Sequence[Waiting],
        state: ChannelState,
        now: datetime,
        *,
        doubtful: bool = False,
        aside_until: datetime | None = None,
    ) -> None:
        """Keep that a channel did not take messages, and until when it is left alone.

        Args:
            tried: What was one delivery.
            state: How the channel is doing after that.
            now: The present instant.
            doubtful: It may have taken them all the same; a later failure does not settle what was in doubt before.
            aside_until: It was the messages that it refused: until then they let others go first.
        """
        in_doubt = doubtful or any(message.delivery is not None and message.delivery.is_repeat for message in tried)
        failed = {"tried_at": now, "error": state.error}
        if aside_until is not None:
            failed["held_until"] = aside_until
        row = {
            "name": state.name,
            "failures": state.failures,
            "failing_since": state.failing_since,
            "next_try_at": state.next_try_at,
            "asked_until": state.asked_until,
            "error": state.error,
        }
        with self._changing() as connection:
            if in_doubt:
                _settle(connection, tried, {**failed, "state": "doubtful"}, tried=True)
            else:
                _settle(connection, tried, {**failed, "state": "failed", "delivery_id": None}, tried=True)
                deliveries.dissolve(connection, _ids(tried))
            upsert(connection, ChannelRow, [row])

    def release(self, waiting: Sequence[Waiting]) -> None:
        """Give back messages that were claimed and not tried."""
        repeats = [message for message in waiting if message.delivery is not None and message.delivery.is_repeat]
        others = [message for message in waiting if message.delivery is None or not message.delivery.is_repeat]
        with self._changing() as connection:
            _settle(connection, repeats, {"state": "doubtful"})
            for state, is_one in (("waiting", False), ("failed", True)):
                of_state = [message for message in others if bool(message.attempts) is is_one]
                _settle(connection, of_state, {"state": state, "delivery_id": None})
            deliveries.dissolve(connection, _ids(others))

    def tell(self, notice: Notice, names: Sequence[str]) -> None:
        """Put what the agent has to say into the outbox of these channels, once for its key."""
        with self.database.writing() as connection:
            put_notice(connection, notice, names, batch=notice.key)

    def record_others_told(self, name: str, now: datetime) -> None:
        """Keep that other channels were told that this one fails."""
        with self.database.writing() as connection:
            connection.execute(update(channels).where(channels.c.name == name).values(others_told_at=now))

    def record_mended(self, names: Sequence[str]) -> None:
        """Keep that these channels were changed by their owner: what waits for them is tried at once."""
        with self.database.writing() as connection:
            is_one = channels.c.name.in_(list(names))
            connection.execute(update(channels).where(is_one).values(next_try_at=None, asked_until=None))

    def clear_step(self, now: datetime) -> None:
        """After the clock was set back: let no channel wait longer than it ever should, and nothing lie ahead."""
        with self._changing() as connection:
            _hurry(connection, now)
            for column in (deliveries_table.c.at, deliveries_table.c.sent_at):
                connection.execute(update(deliveries_table).where(column > now).values({column: now}))

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        """Open a transaction beside which no other agent takes or settles a message; SQLite has one writer anyway."""
        with self.database.writing() as connection:
            if self.database.is_postgresql:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection


def _hand_over(
    connection: Connection, bundle: Bundle, token: str, now: datetime, book: RuleBook | None, learned: Learned | None
) -> list[Waiting]:
    """Take what goes as one message, and keep what it is before it is sent."""
    ids = [message.id for message in bundle.messages]
    found = [one for part in numbers(ids) for one in messages_where(connection, messages.c.id.in_(part))]
    # What cannot be read any more is told to nobody; the log says why, and the record that there was something.
    spoilt = set(ids) - {message.id for message in found}
    _set(connection, spoilt, {"state": "spoilt", "error": "its record cannot be read"})
    if not found:
        return []
    delivery = deliveries.begin(connection, bundle, found, book, now, learned)
    taken = {"state": "sending", "delivery_id": delivery.id, "claimed_by": token, "claimed_until": now + CLAIM}
    _set(connection, (message.id for message in found), taken)
    return [replace(message, delivery=delivery, delivery_id=delivery.id) for message in found]


def _date_back(connection: Connection, name: str, now: datetime) -> None:
    """Let what a clock wrote that ran ahead be there since now: or it would wait for its digest for ever.

    So does a channel that it left alone: a step that no agent lived through is noticed by nobody else.
    """
    ahead = (messages.c.channel == name, messages.c.state.in_(OWED), messages.c.created_at > now)
    connection.execute(update(messages).where(*ahead).values(created_at=now))
    _hurry(connection, now)


def _hurry(connection: Connection, now: datetime) -> None:
    """Let no channel rest for longer than it ever should: its wait was written by a clock that ran ahead."""
    ahead = channels.c.next_try_at > now + LONGEST_WAIT
    connection.execute(update(channels).where(ahead).values(next_try_at=now, asked_until=None))


def _settle(connection: Connection, claimed: Sequence[Waiting], values: dict[str, Any], *, tried: bool = False) -> None:
    """End the claim on messages, and keep what came of it."""
    counted = {"attempts": messages.c.attempts + 1} if tried else {}
    free = {"claimed_by": None, "claimed_until": None}
    _set(connection, (message.id for message in claimed), {**values, **free, **counted})


def _set(connection: Connection, ids: Iterable[int], values: dict[str, Any]) -> None:
    for part in numbers(ids):
        connection.execute(update(messages).where(messages.c.id.in_(part)).values(values))


def _ids(claimed: Sequence[Waiting]) -> list[str]:
    return list({message.delivery_id for message in claimed if message.delivery_id is not None})

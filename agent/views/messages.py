"""What the owner was told: every firing and notice, what became of each message, and its words as they were sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from agent.composing import compose
from agent.database import Database, table_of
from agent.messages import Notice, messages_where, read_delivery
from agent.messages import Waiting as Message
from agent.records import read_firing
from agent.tables import DeliveryRow, FiringRow, MessageRow, NoticeRow
from rules.firing import Firing
from rules.words import Words

firings = table_of(FiringRow)
messages = table_of(MessageRow)
handed = table_of(DeliveryRow)
notices = table_of(NoticeRow)

SHORTEST_PREFIX = 3

# What became of a message, in words; what is not here is its own word.
STATES = {
    "sending": "being sent",
    "doubtful": "handed over without an answer, and sent again under the same id",
    "failed": "waiting",
    "sent": "taken",
    "folded": "told as a part of a greater message",
    "expired": "not told",
    "undeliverable": "given up",
    "spoilt": "lost",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on its way to one channel, or there.

    Attributes:
        state: As in `MessageRow`.
        attempts: How often it was tried.
        tried_at: The last time.
        error: Why the last try failed, or why it is not told; empty where neither is so.
        delivery_id: What it was handed over as a part of: the id that every attempt carries; empty before that.
        told_by: The channel that told it instead; empty where none did.
        stands_in_for: The channel that failed, where this one was told instead.
    """

    channel: str
    state: str
    attempts: int
    created_at: datetime
    tried_at: datetime | None
    sent_at: datetime | None
    error: str
    delivery_id: str = ""
    told_by: str = ""
    stands_in_for: str = ""

    @property
    def said(self) -> str:
        """Its state in words."""
        return f"told by {self.told_by}" if self.told_by else STATES.get(self.state, self.state)

    @property
    def is_over(self) -> bool:
        """Whether nobody tries to send it any more."""
        return self.state not in ("waiting", "sending", "doubtful", "failed")


@dataclass(frozen=True, slots=True)
class Told:
    """A firing, or a notice of the agent's own, with what became of its messages."""

    what: Firing | Notice
    deliveries: tuple[Delivery, ...]

    @property
    def id(self) -> str:
        """The short id to ask about."""
        return self.what.id


@dataclass(frozen=True, slots=True)
class Sent:
    """One message as it went to channels, or as it would go now; it may tell of several things at once.

    Attributes:
        sent_to: The channels that took it, the first at `sent_at`.
        waiting_for: Those that have not taken it yet.
        with_others: How many other firings and notices it tells of.
        delivery_id: The id that every attempt of it carried.
    """

    words: Words
    sent_to: tuple[str, ...]
    waiting_for: tuple[str, ...]
    sent_at: datetime | None
    with_others: int
    delivery_id: str = ""


def told(database: Database, *, rule_id: str | None = None, limit: int) -> tuple[Told, ...]:
    """Return the last firings, newest first."""
    chosen = select(firings).order_by(firings.c.at.desc(), firings.c.key).limit(limit)
    if rule_id is not None:
        chosen = chosen.where(firings.c.rule_id == rule_id)
    with database.reading() as connection:
        rows = connection.execute(chosen).all()
        deliveries = _deliveries(connection, messages.c.firing_key, [row.key for row in rows])
    return tuple(Told(read_firing(row.record), deliveries.get(row.key, ())) for row in rows)


def find(database: Database, asked: str) -> tuple[Told, ...]:
    """Return every firing and notice whose id begins like this, newest first; ids are hexadecimal."""
    prefix = asked.strip().lower()
    if len(prefix) < SHORTEST_PREFIX or not set(prefix) <= set("0123456789abcdef"):
        return ()
    with database.reading() as connection:
        rows = connection.execute(
            select(firings).where(firings.c.key.startswith(prefix)).order_by(firings.c.at.desc())
        ).all()
        known = [_notice(row.key, row) for row in connection.execute(select(notices))]
        # A notice's id is made of its key, and there are few of them.
        meant = sorted((one for one in known if one.id.startswith(prefix)), key=lambda one: one.at, reverse=True)
        of_firings = _deliveries(connection, messages.c.firing_key, [row.key for row in rows])
        of_notices = _deliveries(connection, messages.c.notice_key, [one.key for one in meant])
    return (
        *(Told(read_firing(row.record), of_firings.get(row.key, ())) for row in rows),
        *(Told(one, of_notices.get(one.key, ())) for one in meant),
    )


def as_sent(database: Database, one: Told, zone: str, now: datetime) -> tuple[Sent, ...]:
    """Return the words of each message that told of a firing or notice, equal ones once.

    Args:
        database: The store.
        one: The firing or notice.
        zone: The owner's time zone, in which notices of a summary are dated.
        now: The present instant.
    """
    with database.reading() as connection:
        ids = dict.fromkeys(each.delivery_id for each in one.deliveries if each.sent_at is not None)
        found = [sent for each in ids if (sent := _as_sent(connection, each, zone)) is not None]
    waiting = tuple(delivery.channel for delivery in one.deliveries if not delivery.is_over)
    if waiting or not found:
        alone = Message(0, "", one.what, "", _began(one.what), 0)
        found.append(Sent(compose([alone], zone, now), (), waiting, None, 0))
    return tuple(_merged(found))


def _as_sent(connection: Connection, delivery_id: str, zone: str) -> Sent | None:
    row = connection.execute(select(handed).where(handed.c.id == delivery_id)).one_or_none()
    if row is None:
        return None
    is_part = (messages.c.delivery_id == delivery_id, messages.c.channel == row.channel)
    batch, delivery = messages_where(connection, *is_part), read_delivery(connection, row)
    words = compose(batch, zone, delivery.at, delivery)
    others = len(batch) + len(delivery.besides) - 1
    return Sent(words, (row.channel,), (), row.sent_at, others, delivery.id)


def _merged(found: Iterable[Sent]) -> Iterable[Sent]:
    """Return each wording once, with all its channels."""
    merged: dict[Words, Sent] = {}
    for sent in found:
        same = merged.get(sent.words)
        if same is not None:
            sent_to, waiting_for = (*same.sent_to, *sent.sent_to), (*same.waiting_for, *sent.waiting_for)
            merged[sent.words] = replace(same, sent_to=sent_to, waiting_for=waiting_for)
        else:
            merged[sent.words] = sent
    return merged.values()


def _notice(key: str, row: Any) -> Notice:
    return Notice(key, Words(row.title, row.body, row.html), row.at)


def _began(what: Firing | Notice) -> datetime:
    return what.seen_at if isinstance(what, Firing) else what.at


def _deliveries(connection: Connection, column: Any, keys: Sequence[str]) -> dict[str, tuple[Delivery, ...]]:
    found: dict[str, tuple[Delivery, ...]] = {}
    chosen = select(messages, column.label("of"), handed.c.channel.label("told_on"))
    joined = chosen.join(handed, handed.c.id == messages.c.delivery_id, isouter=True)
    for row in connection.execute(joined.where(column.in_(keys)).order_by(messages.c.id)):
        delivery = Delivery(
            channel=row.channel,
            state=row.state,
            attempts=row.attempts,
            created_at=row.created_at,
            tried_at=row.tried_at,
            sent_at=row.sent_at,
            error=row.error or "",
            delivery_id=row.delivery_id or "",
            told_by=row.told_on if row.told_on not in (None, row.channel) else "",
            stands_in_for=row.stands_in_for or "",
        )
        found[row.of] = (*found.get(row.of, ()), delivery)
    return found

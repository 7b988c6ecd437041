"""Messages and deliveries as values, read from their rows inside the caller's transaction.

    notices, firings ──< messages >── deliveries

A message is a firing or a notice for one channel; a delivery is what the channel is handed as one message.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select

from agent.database import VALUES_AT_ONCE, insert_new, parts, table_of
from agent.records import read_firing
from agent.tables import DeliveryRow, FiringRow, MessageRow, NoticeRow
from rules.enclosure import Button
from rules.firing import Firing
from rules.rule import Urgency
from rules.words import Afterwards, Words

# What a channel has not surely taken; `sending` among it, for its process may die.
OWED = ("waiting", "sending", "doubtful", "failed")

log = logging.getLogger(__name__)

messages = table_of(MessageRow)
deliveries = table_of(DeliveryRow)
firings = table_of(FiringRow)
notices = table_of(NoticeRow)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the agent itself has to say; one key is told once."""

    key: str
    words: Words
    at: datetime

    @property
    def id(self) -> str:
        """The short id to ask about."""
        return sha256(self.key.encode()).hexdigest()[:6]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a channel is handed as one message. Its words are a function of this and of its messages.

    Attributes:
        id: The same at every attempt.
        form: As in `DeliveryRow`.
        at: When it was first handed over.
        is_repeat: It was handed over before, and may have been taken.
        digest_at: Which digest it is.
        limit: The channel's limit as it was then, in words.
        besides: What it lists as well, though it was told.
        order: By the key of a firing, how much it matters to the owner.
        afterwards: By the key of a firing, what was known of it by then.
        buttons: Answers by one tap, where it tells of one thing alone.
    """

    id: str
    form: str
    at: datetime
    is_repeat: bool = False
    digest_at: datetime | None = None
    limit: str = ""
    besides: tuple[Firing | Notice, ...] = ()
    order: Mapping[str, float] = field(default_factory=dict)
    afterwards: Mapping[str, Afterwards] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claimed message: a firing or a notice for one channel, and what it is handed over as a part of."""

    id: int
    channel: str
    what: Firing | Notice
    batch: str
    created_at: datetime
    attempts: int
    urgency: Urgency = "normal"
    rule_id: str = ""
    stands_in_for: str | None = None
    delivery_id: str | None = None
    delivery: Delivery | None = None


def put_notice(
    connection: Connection, notice: Notice, names: Sequence[str], *, batch: str, urgency: Urgency = "normal"
) -> None:
    """Put what the agent has to say into the outbox of these channels; equal batches go as one message."""
    said = {"title": notice.words.title, "body": notice.words.body, "html": notice.words.html}
    insert_new(connection, NoticeRow, [{"key": notice.key, "at": notice.at, **said}])
    message = {"notice_key": notice.key, "batch": batch, "urgency": urgency, "state": "waiting", "attempts": 0}
    insert_new(connection, MessageRow, [{**message, "created_at": notice.at, "channel": name} for name in names])


def messages_where(connection: Connection, *conditions: Any) -> list[Waiting]:
    """Return messages with what they say, in the order in which they came; one that cannot be read is logged alone."""
    of_firing = (firings.c.record, firings.c.rule_id)
    joined = (
        select(messages, *of_firing, notices.c.title, notices.c.body, notices.c.html, notices.c.at)
        .join(firings, firings.c.key == messages.c.firing_key, isouter=True)
        .join(notices, notices.c.key == messages.c.notice_key, isouter=True)
        .where(*conditions)
        .order_by(messages.c.id)
    )
    found = []
    for row in connection.execute(joined):
        try:
            what = _what(row)
        except Exception:
            log.exception("message %d cannot be read", row.id)
        else:
            found.append(_waiting(row, what))
    return found


def told_by(connection: Connection, delivery_ids: Iterable[str]) -> tuple[Firing | Notice, ...]:
    """Return what deliveries told, in the order in which it came."""
    return tuple(message.what for part in parts(list(delivery_ids)) for message in _of_deliveries(connection, part))


def numbers(ids: Iterable[int]) -> Iterator[list[int]]:
    """Yield the ids of messages in parts that one statement can take."""
    every = list(ids)
    return (every[start : start + VALUES_AT_ONCE] for start in range(0, len(every), VALUES_AT_ONCE))


def read_delivery(connection: Connection, row: Any, *, is_repeat: bool = False) -> Delivery:
    """Return the delivery that stands in a row."""
    record: Mapping[str, Any] = row.record
    digest_at = record.get("digest_at")
    return Delivery(
        id=row.id,
        form=row.form,
        at=row.at,
        is_repeat=is_repeat,
        digest_at=datetime.fromisoformat(digest_at) if digest_at else None,
        limit=record.get("limit", ""),
        besides=told_by(connection, record.get("besides", ())),
        order=record.get("order", {}),
        afterwards={key: Afterwards(*known) for key, known in record.get("afterwards", {}).items()},
        buttons=tuple(Button(*button) for button in record.get("buttons", ())),
    )


def _of_deliveries(connection: Connection, ids: Sequence[str]) -> list[Waiting]:
    return messages_where(connection, messages.c.delivery_id.in_(ids))


def _what(row: Any) -> Firing | Notice:
    if row.notice_key is not None:
        return Notice(row.notice_key, Words(row.title, row.body, row.html), row.at)
    record: Mapping[str, Any] = row.record
    return read_firing(record)


def _waiting(row: Any, what: Firing | Notice) -> Waiting:
    return Waiting(
        id=row.id,
        channel=row.channel,
        what=what,
        batch=row.batch,
        created_at=row.created_at,
        attempts=row.attempts,
        urgency=row.urgency,
        rule_id=row.rule_id or "",
        stands_in_for=row.stands_in_for,
        delivery_id=row.delivery_id,
    )

"""The outbox: messages on their way to the owner's channels. Each public method is one transaction.

    waiting ──claim──▶ sent                    a claim that its process cannot finish falls back to waiting
       ▲        │
       └────────┘ unsent: the channel backs off, and is never given up

Backing off belongs to the channel: while it is down, one attempt speaks for all that waits there.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update

from agent.database import Database, insert_new, table_of, upsert
from agent.records import read_firing
from agent.tables import ChannelRow, FiringRow, MessageRow, NoticeRow
from rules.firing import Firing
from rules.words import Words

# Longer than any service may take to answer; see `agent.channels`.
CLAIM = timedelta(minutes=5)
AT_ONCE = 500
# Beyond any back-off: a channel that waits longer was told to by a clock that ran ahead.
LONGEST_WAIT = timedelta(hours=8)

log = logging.getLogger(__name__)

messages = table_of(MessageRow)
channels = table_of(ChannelRow)
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
class Waiting:
    """A claimed message: a firing or a notice for one channel."""

    id: int
    channel: str
    what: Firing | Notice
    batch: str
    created_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How a channel has been doing.

    Attributes:
        asked_until: The service itself asked to be left alone until then.
        others_told_at: When the owner was last told through other channels that this one fails.
        waiting: How many messages wait for it.
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


class Mailbox:
    """Messages, from the firing to the channel's word that it took them."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def states(self) -> dict[str, ChannelState]:
        """Return how each channel is doing that ever had a message."""
        is_waiting = messages.c.state == "waiting"
        count = select(
            messages.c.channel, func.count().label("waiting"), func.min(messages.c.created_at).label("oldest")
        )
        with self.database.reading() as connection:
            rows = {row.name: row for row in connection.execute(select(channels))}
            waiting = {
                row.channel: row for row in connection.execute(count.where(is_waiting).group_by(messages.c.channel))
            }
        states = {}
        for name in sorted(rows.keys() | waiting.keys()):
            known = dict(rows[name]._mapping) if name in rows else {"name": name}
            left = waiting.get(name)
            states[name] = ChannelState(
                **known, waiting=left.waiting if left else 0, oldest_at=left.oldest if left else None
            )
        return states

    def next_due_at(self, names: Sequence[str]) -> datetime | None:
        """Return when a message can next be tried; None while none waits for these channels.

        One that is claimed is being sent, by this process or another, until its claim ends.
        """
        free_at = func.min(func.coalesce(messages.c.claimed_until, messages.c.held_until, messages.c.created_at))
        waiting = (messages.c.state == "waiting", messages.c.channel.in_(list(names)))
        first = select(messages.c.channel, free_at.label("free_at")).where(*waiting).group_by(messages.c.channel)
        with self.database.reading() as connection:
            rests = {row.name: row.next_try_at for row in connection.execute(select(channels))}
            instants = [max(row.free_at, rests.get(row.channel) or row.free_at) for row in connection.execute(first)]
        return min(instants, default=None)

    def claim(self, name: str, token: str, now: datetime, *, at_once: bool = False) -> list[Waiting]:
        """Take what waits for a channel, if it may be tried now.

        Args:
            name: The channel.
            token: Names the process that sends.
            now: The present instant.
            at_once: Do not wait for the channel to have backed off; what its service asked for is honoured still.
        """
        is_free = or_(
            messages.c.claimed_until.is_(None),
            messages.c.claimed_until <= now,
            messages.c.claimed_until > now + CLAIM,
        )
        is_let_go = or_(messages.c.held_until.is_(None), messages.c.held_until <= now)
        due = and_(messages.c.channel == name, messages.c.state == "waiting", is_free, is_let_go)
        chosen = select(messages.c.id).where(due).order_by(messages.c.id).limit(AT_ONCE)
        if self.database.is_postgresql:
            chosen = chosen.with_for_update(skip_locked=True)
        with self.database.writing() as connection:
            row = connection.execute(select(channels).where(channels.c.name == name)).one_or_none()
            not_before = None if row is None else row.asked_until if at_once else row.next_try_at
            if not_before is not None and not_before > now:
                return []
            claimed = {"claimed_by": token, "claimed_until": now + CLAIM}
            taken = update(messages).where(messages.c.id.in_(chosen)).values(claimed).returning(messages.c.id)
            ids = set(connection.scalars(taken))
            found = messages_where(connection, messages.c.id.in_(ids))
            # What cannot be read any more is told to nobody; the log says why, and the record that there was something.
            spoilt = ids - {message.id for message in found}
            if spoilt:
                values = {"state": "spoilt", "error": "its record cannot be read"}
                connection.execute(update(messages).where(messages.c.id.in_(spoilt)).values(values))
            return found

    def record_sent(self, sent: Sequence[Waiting], now: datetime) -> None:
        """Keep that the channel took messages."""
        done = {
            "state": "sent",
            "sent_at": now,
            "tried_at": now,
            "claimed_by": None,
            "claimed_until": None,
            "error": None,
        }
        is_one = messages.c.id.in_([message.id for message in sent])
        healthy = {"failures": 0, "failing_since": None, "next_try_at": None, "asked_until": None, "error": None}
        with self.database.writing() as connection:
            connection.execute(update(messages).where(is_one).values(done | {"attempts": messages.c.attempts + 1}))
            row = {"name": sent[0].channel, "sent_at": now, **healthy}
            upsert(connection, ChannelRow, [row])

    def record_unsent(self, tried: Sequence[Waiting], state: ChannelState, now: datetime) -> None:
        """Keep that a channel did not take messages, and until when it is left alone (`state`)."""
        is_one = messages.c.id.in_([message.id for message in tried])
        failed = {"tried_at": now, "claimed_by": None, "claimed_until": None, "error": state.error}
        row = {
            "name": state.name,
            "failures": state.failures,
            "failing_since": state.failing_since,
            "next_try_at": state.next_try_at,
            "asked_until": state.asked_until,
            "error": state.error,
        }
        with self.database.writing() as connection:
            connection.execute(update(messages).where(is_one).values(failed | {"attempts": messages.c.attempts + 1}))
            upsert(connection, ChannelRow, [row])

    def release(self, waiting: Sequence[Waiting]) -> None:
        """Give back messages that were claimed and not tried."""
        is_one = messages.c.id.in_([message.id for message in waiting])
        with self.database.writing() as connection:
            connection.execute(update(messages).where(is_one).values(claimed_by=None, claimed_until=None))

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
        """After the clock was set back: let no channel wait longer than it ever should."""
        ahead = channels.c.next_try_at > now + LONGEST_WAIT
        with self.database.writing() as connection:
            connection.execute(update(channels).where(ahead).values(next_try_at=now, asked_until=None))


def put_notice(connection: Connection, notice: Notice, names: Sequence[str], *, batch: str) -> None:
    """Put what the agent has to say into the outbox of these channels; equal batches go as one message."""
    said = {"title": notice.words.title, "body": notice.words.body, "html": notice.words.html}
    insert_new(connection, NoticeRow, [{"key": notice.key, "at": notice.at, **said}])
    message = {"notice_key": notice.key, "batch": batch, "state": "waiting", "created_at": notice.at, "attempts": 0}
    insert_new(connection, MessageRow, [{**message, "channel": name} for name in names])


def messages_where(connection: Connection, *conditions: Any) -> list[Waiting]:
    """Return messages with what they say, in the order in which they came; one that cannot be read is logged alone."""
    joined = (
        select(messages, firings.c.record, notices.c.title, notices.c.body, notices.c.html, notices.c.at)
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
            found.append(Waiting(row.id, row.channel, what, row.batch, row.created_at, row.attempts))
    return found


def _what(row: Any) -> Firing | Notice:
    if row.notice_key is not None:
        return Notice(row.notice_key, Words(row.title, row.body, row.html), row.at)
    record: Mapping[str, Any] = row.record
    return read_firing(record)

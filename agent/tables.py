"""The tables of the store. Rows stay here and in the store: nothing else of the program sees one.

rules ──< subscriptions >── watches ──< observations         a rule reads watches; a watch holds what it last saw
  │            │
  ├──< memories, readings                                     all that a rule knows is its own
  └──< firings ──< messages >── channels                      one firing per key, one message per firing and channel
notices ──< messages                                          what the agent itself has to say
exchanges, contacts                                           the door's memory, and its ledger
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Dialect, Index, Text, TypeDecorator, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept and given back in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an instant into what the database keeps."""
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn what the database kept into an instant."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def instant(*, nullable: bool = True, index: bool = False) -> Any:
    """Return a column that holds an instant."""
    return Field(default=None, sa_column=Column(Instant, nullable=nullable, index=index))


def json(default: Any) -> Any:
    """Return a column that holds JSON."""
    return Field(default_factory=default, sa_column=Column(JSON, nullable=default is None or default() is None))


def nothing() -> None:
    """Return the default of a JSON column that may be empty."""


class RuleRow(SQLModel, table=True):
    """A rule that the file holds, or held within the last 30 days."""

    __tablename__ = "rules"

    id: str = Field(primary_key=True)
    name: str
    settings: str
    sleeping_since: datetime | None = instant()


class WatchRow(SQLModel, table=True):
    """One address or query of one kind; `due_at` is null while no rule reads it."""

    __tablename__ = "watches"

    id: str = Field(primary_key=True)
    kind: str
    label: str
    due_at: datetime | None = instant(index=True)
    claimed_by: str | None = None
    claimed_until: datetime | None = instant()
    cursor: str | None = Field(default=None, sa_column=Column(Text))
    digests: dict[str, str] = json(dict)
    polled_at: datetime | None = instant()
    good_at: datetime | None = instant()
    changed_at: datetime | None = instant()
    notice: str | None = Field(default=None, sa_column=Column(Text))
    trouble: str | None = None
    trouble_text: str | None = Field(default=None, sa_column=Column(Text))
    trouble_since: datetime | None = instant()
    failures: int = 0
    blind_since: datetime | None = instant()
    blind_told_at: datetime | None = instant()


class SubscriptionRow(SQLModel, table=True):
    """What one rule has with one watch: its place in time, and its baseline. It sleeps while the file lacks it.

    `seen` is what the watch showed at the rule's last poll, where another rule's poll has replaced that and this rule
    may yet have to judge it by the time, or where the rule judges several sources together. One row more stands for
    these; it has no next poll.
    """

    __tablename__ = "subscriptions"

    rule_id: str = Field(primary_key=True)
    watch_id: str = Field(primary_key=True, index=True)
    is_awake: bool = True
    next_poll_at: datetime | None = instant()
    judge_at: datetime | None = instant(index=True)
    meaning: str = ""
    baseline_at: datetime | None = instant()
    judged_at: datetime | None = instant()
    seen: list[dict[str, Any]] | None = json(nothing)
    quiet_seconds: float = 0.0
    pace_seconds: float | None = None
    failures: int = 0


class ObservationRow(SQLModel, table=True):
    """One thing that a watch saw at its last good poll."""

    __tablename__ = "observations"

    watch_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    position: int
    record: dict[str, Any] = json(dict)


class MemoryRow(SQLModel, table=True):
    """What one rule remembers of one observation; `record` holds its readings, and is null for a stream's.

    `last_seen_at` is when the watch showed it no more, and null while it is there.
    """

    __tablename__ = "memories"
    __table_args__ = (
        Index(
            "memories_of_what_left",
            "last_seen_at",
            sqlite_where=text("last_seen_at IS NOT NULL"),
            postgresql_where=text("last_seen_at IS NOT NULL"),
        ),
    )

    rule_id: str = Field(primary_key=True)
    watch_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    state: str | None = None
    meaning: str = ""
    since: datetime | None = instant()
    told_at: datetime | None = instant()
    same_as: str = ""
    last_seen_at: datetime | None = instant()
    record: dict[str, Any] | None = json(nothing)


class ReadingRow(SQLModel, table=True):
    """What one rule saw of one observation, unchanged from `at` to `until`; `id` gives the order."""

    __tablename__ = "readings"
    __table_args__ = (Index("readings_by_observation", "rule_id", "watch_id", "key", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    rule_id: str
    watch_id: str
    key: str
    at: datetime = instant(nullable=False)
    until: datetime = instant(nullable=False)
    known_seconds: float = 0.0
    facts: dict[str, Any] = json(dict)


class SnoozeRow(SQLModel, table=True):
    """A rule that its owner wants to hear nothing of until then; it judges on."""

    __tablename__ = "snoozes"

    rule_id: str = Field(primary_key=True)
    until: datetime = instant(nullable=False)


class FiringRow(SQLModel, table=True):
    """A rule that came true, once for ever."""

    __tablename__ = "firings"

    key: str = Field(primary_key=True)
    rule_id: str = Field(index=True)
    at: datetime = instant(nullable=False, index=True)
    record: dict[str, Any] = json(dict)


class NoticeRow(SQLModel, table=True):
    """Something that the agent itself has to say: a source that it cannot see, a faulty file, a broken channel."""

    __tablename__ = "notices"

    key: str = Field(primary_key=True)
    at: datetime = instant(nullable=False)
    title: str
    body: str = Field(sa_column=Column(Text))
    html: str | None = Field(default=None, sa_column=Column(Text))


class MessageRow(SQLModel, table=True):
    """A firing or a notice on its way to one channel. `batch` names the poll that it came from."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("firing_key", "channel"),
        UniqueConstraint("notice_key", "channel"),
        Index("messages_by_state", "state", "channel"),
    )

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    firing_key: str | None = None
    notice_key: str | None = None
    batch: str
    state: str = "waiting"
    created_at: datetime = instant(nullable=False)
    held_until: datetime | None = instant()
    attempts: int = 0
    tried_at: datetime | None = instant()
    sent_at: datetime | None = instant()
    error: str | None = Field(default=None, sa_column=Column(Text))
    claimed_by: str | None = None
    claimed_until: datetime | None = instant()


class ChannelRow(SQLModel, table=True):
    """How a channel has been doing; `asked_until` is set where the service itself asked to be left alone."""

    __tablename__ = "channels"

    name: str = Field(primary_key=True)
    failures: int = 0
    failing_since: datetime | None = instant()
    next_try_at: datetime | None = instant()
    asked_until: datetime | None = instant()
    error: str | None = Field(default=None, sa_column=Column(Text))
    sent_at: datetime | None = instant()
    others_told_at: datetime | None = instant()


class ExchangeRow(SQLModel, table=True):
    """What the door remembers of one request: its validators, and a hash of the answer."""

    __tablename__ = "exchanges"

    key: str = Field(primary_key=True)
    at: datetime = instant(nullable=False)
    record: dict[str, Any] = json(dict)


class ContactRow(SQLModel, table=True):
    """One contact with the outside: the ledger."""

    __tablename__ = "contacts"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = instant(nullable=False, index=True)
    purpose: str
    host: str
    record: dict[str, Any] = json(dict)


class SettingRow(SQLModel, table=True):
    """A fact about the store itself, such as its version."""

    __tablename__ = "settings"

    name: str = Field(primary_key=True)
    value: str


class PollRow(SQLModel, table=True):
    """What one recent poll of a watch came to for one rule; `number` counts them.

    `record` holds the findings, and is null where they are those of the row before.
    """

    __tablename__ = "polls"

    rule_id: str = Field(primary_key=True)
    watch_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    at: datetime = instant(nullable=False)
    record: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))

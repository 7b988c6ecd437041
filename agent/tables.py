"""The tables of the store. Rows stay here and in the store: nothing else of the program sees one.

rules ──< subscriptions >── watches ──< observations         a rule reads watches; a watch holds what it last saw
  │            │
  ├──< memories, readings                                     all that a rule knows is its own
  └──< firings ──< messages >── channels                      one firing per key, one message per firing and channel
notices ──< messages >── deliveries                           what the agent has to say; what went as one message
firings ──< answers, deeds, pictures                          what the owner said of it, what was done, what goes along
rules ──< snoozes, mutes, calm, blind                          what holds a rule's voice back, and what it cannot see
exchanges, contacts                                           the door's memory, and its ledger
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, JSON, Column, Index, Text, UniqueConstraint, event
from sqlmodel import Field, SQLModel

from agent.columns import instant, json, nothing


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


# An `Index(..., postgresql_where=...)` says the same, but loads PostgreSQL's dialect at every start, on SQLite too.
event.listen(
    SQLModel.metadata.tables[MemoryRow.__tablename__],
    "after_create",
    DDL(  # type: ignore[no-untyped-call]  # SQLAlchemy gives it no annotations
        "CREATE INDEX memories_of_what_left ON memories (last_seen_at) WHERE last_seen_at IS NOT NULL"
    ),
)


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
    """A rule that came true for an observation of a watch, once for ever."""

    __tablename__ = "firings"
    __table_args__ = (Index("firings_by_observation", "rule_id", "watch_id", "observation", "at"),)

    key: str = Field(primary_key=True)
    rule_id: str
    watch_id: str
    observation: str
    reason: str
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
    """A firing, a notice or a question on its way to one channel. `batch` names the poll that it came from.

    `state`: waiting (never handed over, or held), sending (claimed), doubtful (handed over, no answer), failed (surely
    not taken, tried again), sent, folded (told as a part of `delivery_id`, a digest or the like), expired (too late, by
    the rule's `if_late`), undeliverable (its channel is gone), spoilt (its record cannot be read), muted (its owner
    wants to hear nothing of it, and `error` says since when).
    `stands_in_for` is the channel that fails, where this is the copy for its fallback.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("firing_key", "channel"),
        UniqueConstraint("notice_key", "channel"),
        Index("messages_by_state", "state", "channel"),
        Index("messages_by_delivery", "delivery_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    firing_key: str | None = None
    notice_key: str | None = None
    batch: str
    urgency: str = "normal"
    state: str = "waiting"
    created_at: datetime = instant(nullable=False)
    held_until: datetime | None = instant()
    delivery_id: str | None = None
    stands_in_for: str | None = None
    attempts: int = 0
    tried_at: datetime | None = instant()
    sent_at: datetime | None = instant()
    error: str | None = Field(default=None, sa_column=Column(Text))
    claimed_by: str | None = None
    claimed_until: datetime | None = instant()


class DeliveryRow(SQLModel, table=True):
    """What is handed to a channel as one message: its id is the same at every attempt, and so is what it holds.

    `form`: single, batch (of one poll), quiet (held by quiet hours), digest, folded (over the channel's limit), late.
    `record` holds what its words depend on besides its messages: when it was composed, what was known by then.
    """

    __tablename__ = "deliveries"
    __table_args__ = (Index("deliveries_by_channel", "channel", "at"),)

    id: str = Field(primary_key=True)
    channel: str
    form: str
    at: datetime = instant(nullable=False)
    sent_at: datetime | None = instant()
    record: dict[str, Any] = json(dict)


class PictureRow(SQLModel, table=True):
    """The picture, a JPEG, that goes along with a firing; forgotten after a while."""

    __tablename__ = "pictures"

    firing_key: str = Field(primary_key=True)
    content: bytes


class GlimpseRow(SQLModel, table=True):
    """The picture of something as a watch saw it last, a JPEG; what fires takes a copy along."""

    __tablename__ = "glimpses"

    watch_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    content: bytes


class MuteRow(SQLModel, table=True):
    """What its owner wants to hear nothing of any more: a rule, a topic or a source of it; judging goes on.

    `what` is "rule", "topic", "source" or "observation"; `until` is null for ever.
    """

    __tablename__ = "mutes"

    rule_id: str = Field(primary_key=True)
    what: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    at: datetime = instant(nullable=False)
    until: datetime | None = instant()


class AnswerRow(SQLModel, table=True):
    """What the owner said of a firing: "useful", "not useful", "seen" (acknowledged), "yes" or "no" to a question."""

    __tablename__ = "answers"

    firing_key: str = Field(primary_key=True)
    answer: str = Field(primary_key=True)
    rule_id: str = Field(index=True)
    at: datetime = instant(nullable=False)
    by: str = ""


class TicketRow(SQLModel, table=True):
    """A signed link of a message that was used: it works once."""

    __tablename__ = "tickets"

    id: str = Field(primary_key=True)
    used_at: datetime = instant(nullable=False)
    expires_at: datetime = instant(nullable=False, index=True)


class DeedRow(SQLModel, table=True):
    """What a rule is to do, does or did for one firing: exactly one row, and one run at most.

    `state`: asked (waits for the owner's yes), due, running (an intent, recorded before it is run), done, failed,
    refused (the owner said no), lapsed (no yes in time), over (its limit), unclear (it may have run: never repeated).
    """

    __tablename__ = "deeds"
    __table_args__ = (Index("deeds_by_state", "state"), Index("deeds_by_rule", "rule_id", "at"))

    firing_key: str = Field(primary_key=True)
    rule_id: str
    state: str
    at: datetime = instant(nullable=False)
    answer_by: datetime | None = instant()
    began_at: datetime | None = instant()
    ended_at: datetime | None = instant()
    claimed_by: str | None = None
    record: dict[str, Any] = json(dict)


class CalmRow(SQLModel, table=True):
    """An observation of a rule that came true too often and is told once a day until it rests."""

    __tablename__ = "calm"

    rule_id: str = Field(primary_key=True)
    watch_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    since: datetime = instant(nullable=False)
    told_at: datetime = instant(nullable=False)
    fired_at: datetime = instant(nullable=False)


class BlindRow(SQLModel, table=True):
    """A rule that cannot be judged by one of its watches: since when, by what, and when its owner was told.

    `asleep_seconds` is how much of that nobody looked, as the machine slept or the agent was off; `over_at` is when the
    rule could be judged again, where its owner has yet to hear of it.
    """

    __tablename__ = "blind"

    rule_id: str = Field(primary_key=True)
    watch_id: str = Field(primary_key=True)
    since: datetime = instant(nullable=False)
    polls: int = 0
    cause: str = ""
    text: str = Field(default="", sa_column=Column(Text))
    told_at: datetime | None = instant()
    asleep_seconds: float = 0.0
    over_at: datetime | None = instant()


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

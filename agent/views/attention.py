"""What of the agent's work is not done: polls that nobody makes, rules left unjudged, messages that stay behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from agent.blindness import spells
from agent.calm import flapping
from agent.database import table_of
from agent.moments import Terms
from agent.schedule import paced
from agent.tables import MessageRow, SubscriptionRow
from rules.health_notices import NEXT, UNKNOWN
from rules.rule import Rule, RuleBook

messages = table_of(MessageRow)
subscriptions = table_of(SubscriptionRow)

# A poll may wait for its host and take a minute; one that is later than this is made by nobody.
LATE = timedelta(minutes=10)
A_MINUTE = timedelta(minutes=1)
# What is held by no wish of the owner's and has not gone within this is behind.
BEHIND = timedelta(hours=1)
ON_THE_WAY = ("waiting", "sending", "doubtful", "failed")
MOST_LOOKED_AT = 2000


@dataclass(frozen=True, slots=True)
class Overdue:
    """A source that should have been polled; `due_at` is when."""

    watch_id: str
    label: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A rule that cannot tell yes from no by what a source shows, though that answers.

    Attributes:
        polls: How many in a row left it unknown.
        is_long: It has lasted for longer than the rule's `blind_after`.
        remedy: What its owner can do.
    """

    rule_id: str
    rule: str
    source: str
    because: str
    since: datetime
    polls: int
    is_long: bool
    told_at: datetime | None
    remedy: str = NEXT[UNKNOWN]


@dataclass(frozen=True, slots=True)
class Behind:
    """Messages of one channel that should have gone, and that no quiet hours, digest, snooze or limit holds."""

    channel: str
    count: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True)
class Wavering:
    """Something that comes true too often to be told each time: it is told once a day until it rests."""

    rule_id: str
    rule: str
    key: str
    since: datetime
    fired_at: datetime
    told_at: datetime


def overdue(connection: Connection, rows: Sequence[Any], book: RuleBook | None, now: datetime) -> tuple[Overdue, ...]:
    """Return the watches that were not polled for two of their intervals and a minute, or that are due for so long.

    Args:
        connection: A reading transaction.
        rows: The watches that are awake.
        book: The rule file as it is now; None where it is faulty.
        now: The present instant.
    """
    shortest = _intervals(connection, book)
    late = (row for row in rows if row.due_at is not None and (row.claimed_until is None or row.claimed_until < now))
    found = (row for row in late if now - row.due_at > min(shortest.get(row.id, LATE) + A_MINUTE, LATE))
    return tuple(Overdue(row.id, row.label, row.due_at) for row in sorted(found, key=lambda row: row.due_at))


def _intervals(connection: Connection, book: RuleBook | None) -> Mapping[str, timedelta]:
    """Return the shortest interval at which a rule has each watch polled."""
    rules: dict[str, Rule] = {rule.id: rule for rule in book.rules} if book is not None else {}
    shortest: dict[str, timedelta] = {}
    for row in connection.execute(select(subscriptions).where(subscriptions.c.is_awake)):
        if row.rule_id in rules:
            every = paced(rules[row.rule_id], row.pace_seconds).every
            shortest[row.watch_id] = min(every, shortest.get(row.watch_id, every))
    return shortest


def unjudged(connection: Connection, book: RuleBook, now: datetime) -> tuple[Unjudged, ...]:
    """Return every rule that what a source shows leaves unknown."""
    return tuple(
        Unjudged(
            rule_id=spell.rule_id,
            rule=spell.rule,
            source=spell.source,
            because=spell.text,
            since=spell.since,
            polls=spell.polls,
            is_long=spell.is_long(now),
            told_at=spell.told_at,
        )
        for spell in spells(connection, book, now)
        if spell.cause == UNKNOWN and not spell.is_over
    )


def behind(connection: Connection, book: RuleBook, now: datetime) -> tuple[Behind, ...]:
    """Return, by channel of the file, the messages that are not held on purpose and have not gone within an hour."""
    is_old = (messages.c.state.in_(ON_THE_WAY), messages.c.created_at <= now - BEHIND)
    in_file = messages.c.channel.in_(list(book.channels))
    rows = connection.execute(
        select(messages).where(*is_old, in_file).order_by(messages.c.created_at).limit(MOST_LOOKED_AT)
    ).all()
    terms = {name: Terms.of(book, name) for name in book.channels}
    found: dict[str, list[datetime]] = {}
    for row in rows:
        if _is_behind(row, terms[row.channel], now):
            found.setdefault(row.channel, []).append(row.created_at)
    return tuple(Behind(name, len(found[name]), min(found[name])) for name in sorted(found))


def _is_behind(row: Any, terms: Terms, now: datetime) -> bool:
    # What a channel refused was set aside by us, and not held by its owner.
    held_until = None if row.state == "failed" else row.held_until
    since = max(row.created_at, held_until or row.created_at)
    if since > now:
        return False
    due_at = terms.due_at(since, urgent=row.urgency == "urgent")
    # A limit that was used up lets the rest through as one message when it has passed.
    patience = BEHIND + (terms.limit.per if terms.limit is not None else timedelta())
    return now - due_at > patience


def wavering(connection: Connection, names: Mapping[str, str], now: datetime) -> tuple[Wavering, ...]:
    """Return what comes true too often and does not rest yet; `names` are those of the rules, by id."""
    return tuple(
        Wavering(one.rule_id, names.get(one.rule_id, one.rule_id), one.key, one.since, one.fired_at, one.told_at)
        for one in flapping(connection, now)
    )


def next_step(troubles: Iterable[str]) -> Iterator[str]:
    """Yield what the owner can do about troubles, by their names, each once."""
    yield from dict.fromkeys(NEXT[name] for name in troubles if name in NEXT)

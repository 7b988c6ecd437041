"""Forgetting in time: what nobody asks for any more, and what is too old to matter.

Called only while the clock has agreed with itself for a day: a small computer without a battery clock boots years off.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from agent.database import Database, table_of
from agent.tables import (
    ContactRow,
    ExchangeRow,
    MemoryRow,
    ObservationRow,
    ReadingRow,
    RuleRow,
    SubscriptionRow,
    WatchRow,
)
from rules.rule import RuleBook

SLEEP = timedelta(days=30)
KEEP_READINGS = timedelta(days=730)
KEEP_CONTACTS = timedelta(days=365)
KEEP_EXCHANGES = timedelta(days=90)
# Within this, every change is kept; before it, of each day the first reading, the extremes and the last.
KEEP_EVERY_READING = timedelta(days=90)

rules = table_of(RuleRow)
readings = table_of(ReadingRow)
subscriptions = table_of(SubscriptionRow)
watches = table_of(WatchRow)


def tidy(database: Database, book: RuleBook, now: datetime) -> None:
    """Forget what is due to be forgotten; one transaction."""
    with database.writing() as connection:
        _forget_sleepers(connection, now)
        _forget_left_watches(connection, book, now)
        _forget_idle_watches(connection)
        _forget_old_readings(connection, book, now)
        _thin_readings(connection, now)
        for table, keep in ((table_of(ContactRow), KEEP_CONTACTS), (table_of(ExchangeRow), KEEP_EXCHANGES)):
            connection.execute(delete(table).where(table.c.at < now - keep))


def _forget_sleepers(connection: Connection, now: datetime) -> None:
    """A rule that left the file sleeps with its state for 30 days; what it told stays in the record."""
    gone = list(connection.scalars(select(rules.c.id).where(rules.c.sleeping_since < now - SLEEP)))
    for model in (SubscriptionRow, MemoryRow, ReadingRow):
        table = table_of(model)
        connection.execute(delete(table).where(table.c.rule_id.in_(gone)))
    connection.execute(delete(rules).where(rules.c.id.in_(gone)))


def _forget_left_watches(connection: Connection, book: RuleBook, now: datetime) -> None:
    """A watch that a rule no longer names sleeps as long: an address that is put back is known again."""
    ours = subscriptions.c.rule_id.in_([rule.id for rule in book.rules])
    left = (ours, subscriptions.c.is_awake.is_(False), subscriptions.c.next_poll_at < now - SLEEP)
    rows = connection.execute(select(subscriptions.c.rule_id, subscriptions.c.watch_id).where(*left)).all()
    for row in rows:
        for model in (SubscriptionRow, MemoryRow, ReadingRow):
            table = table_of(model)
            is_one = (table.c.rule_id == row.rule_id, table.c.watch_id == row.watch_id)
            connection.execute(delete(table).where(*is_one))


def _forget_idle_watches(connection: Connection) -> None:
    idle = watches.c.id.not_in(select(subscriptions.c.watch_id))
    observations = table_of(ObservationRow)
    connection.execute(delete(observations).where(observations.c.watch_id.in_(select(watches.c.id).where(idle))))
    connection.execute(delete(watches).where(idle))


def _forget_old_readings(connection: Connection, book: RuleBook, now: datetime) -> None:
    keeps = {rule.id: rule.keep for rule in book.rules if rule.keep is not None}
    of_others = readings.c.rule_id.not_in(list(keeps))
    connection.execute(delete(readings).where(of_others, readings.c.until < now - KEEP_READINGS))
    for rule_id, keep in keeps.items():
        connection.execute(delete(readings).where(readings.c.rule_id == rule_id, readings.c.until < now - keep))


def _thin_readings(connection: Connection, now: datetime) -> None:
    """Of each day long past keep its first and last reading and its extremes: no lowest or highest is lost."""
    is_old = readings.c.until < now - KEEP_EVERY_READING
    place = (readings.c.rule_id, readings.c.watch_id, readings.c.key)
    old = select(readings).where(is_old).order_by(*place, readings.c.id)
    surplus: list[int] = []
    grown: dict[int, float] = {}
    for _, day in groupby(connection.execute(old), key=_day_of):
        rows = list(day)
        kept = _kept(rows)
        heir = rows[0].id
        for row in rows:
            if row.id in kept:
                heir = row.id
            else:
                surplus.append(row.id)
                grown[heir] = grown.get(heir, 0.0) + row.known_seconds
    for start in range(0, len(surplus), 1000):
        connection.execute(delete(readings).where(readings.c.id.in_(surplus[start : start + 1000])))
    # The time that was looked at stays known: or a window over it would be too little known to judge.
    more = [{"heir": heir, "seconds": seconds} for heir, seconds in grown.items()]
    if more:
        longer = {"known_seconds": readings.c.known_seconds + bindparam("seconds")}
        connection.execute(update(readings).where(readings.c.id == bindparam("heir")).values(longer), more)


def _day_of(row: Any) -> tuple[object, ...]:
    return (row.rule_id, row.watch_id, row.key, row.at.date())


def _kept(rows: Sequence[Any]) -> set[int]:
    kept = {rows[0].id, rows[-1].id}
    by_fact: dict[str, list[tuple[float, int]]] = {}
    for row in rows:
        for name, fact in row.facts.items():
            value = _number(fact)
            if value is not None:
                by_fact.setdefault(name, []).append((value, row.id))
    for values in by_fact.values():
        kept |= {min(values)[1], max(values)[1]}
    return kept


def _number(fact: dict[str, Any]) -> float | None:
    """Return how a stored number compares; None for what is none."""
    if "money" in fact:
        return float(fact["money"][0])
    return float(fact["number"]) if "number" in fact else None

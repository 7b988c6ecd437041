"""Forgetting in time: what nobody asks for any more, and what is too old to matter.

Called only while the clock has agreed with itself for a day: a small computer without a battery clock boots years off.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, select, update

from agent.answers.tickets import tidy_answers
from agent.calm import forget_rested
from agent.database import Database, table_of, upsert
from agent.enrolment import tables_of_rules
from agent.lost_channels import give_up
from agent.pictures import forget_pictures
from agent.tables import (
    ContactRow,
    ExchangeRow,
    FiringRow,
    MemoryRow,
    ObservationRow,
    ReadingRow,
    RuleRow,
    SettingRow,
    SubscriptionRow,
    WatchRow,
)
from rules.rule import RuleBook

SLEEP = timedelta(days=30)
KEEP_READINGS = timedelta(days=730)
KEEP_CONTACTS = timedelta(days=365)
KEEP_EXCHANGES = timedelta(days=90)
# An entry that left its source may come back: it is known for at least a year.
KEEP_LEFT = timedelta(days=400)
# Within this, every change is kept; before it, of each day the first reading, the extremes and the last.
KEEP_EVERY_READING = timedelta(days=90)
# The setting that holds up to which reading they were thinned.
THINNED = "thinned up to reading"

memories = table_of(MemoryRow)
rules = table_of(RuleRow)
readings = table_of(ReadingRow)
subscriptions = table_of(SubscriptionRow)
watches = table_of(WatchRow)


def tidy(database: Database, book: RuleBook, now: datetime) -> None:
    """Forget what is due to be forgotten; one transaction."""
    with database.writing() as connection:
        _forget_sleepers(connection, book, now)
        _forget_left_watches(connection, book, now)
        _forget_idle_watches(connection)
        _forget_old_readings(connection, book, now)
        _thin_readings(connection, now)
        _forget_what_left(connection, now)
        forget_pictures(connection, now)
        tidy_answers(connection, now)
        forget_rested(connection, now)
        give_up(connection, book, now)
        for table, keep in ((table_of(ContactRow), KEEP_CONTACTS), (table_of(ExchangeRow), KEEP_EXCHANGES)):
            connection.execute(delete(table).where(table.c.at < now - keep))


def _forget_sleepers(connection: Connection, book: RuleBook, now: datetime) -> None:
    """A rule that left the file sleeps with its state for 30 days; what it told stays in the record.

    It sleeps on while the file has a rule switched off that was never seen awake: that may be the same under a new
    name, which only its waking shows.
    """
    known = set(connection.scalars(select(rules.c.id)))
    if not known.issuperset(book.disabled):
        return
    gone = list(connection.scalars(select(rules.c.id).where(rules.c.sleeping_since < now - SLEEP)))
    for table in _forgettable():
        connection.execute(delete(table).where(table.c.rule_id.in_(gone)))
    connection.execute(delete(rules).where(rules.c.id.in_(gone)))


def _forget_left_watches(connection: Connection, book: RuleBook, now: datetime) -> None:
    """A watch that a rule no longer names sleeps as long: an address that is put back is known again."""
    ours = subscriptions.c.rule_id.in_([rule.id for rule in book.rules])
    # What several sources are together is never polled, and goes by when it was judged.
    last = func.coalesce(subscriptions.c.next_poll_at, subscriptions.c.judged_at)
    left = (ours, subscriptions.c.is_awake.is_(False), last < now - SLEEP)
    rows = connection.execute(select(subscriptions.c.rule_id, subscriptions.c.watch_id).where(*left)).all()
    for row in rows:
        for table in _forgettable():
            is_one = (table.c.rule_id == row.rule_id, table.c.watch_id == row.watch_id)
            connection.execute(delete(table).where(*is_one))


def _forgettable() -> list[Table]:
    """Return every table in which a rule remembers something of a watch: not what it told."""
    told = table_of(FiringRow)
    return [table for table in tables_of_rules() if "watch_id" in table.c and table is not told]


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


def _forget_what_left(connection: Connection, now: datetime) -> None:
    """What left its source for longer than that is known no more, unless it was told: that is never told again."""
    left = (memories.c.last_seen_at < now - KEEP_LEFT, memories.c.same_as == "", memories.c.told_at.is_(None))
    place = (memories.c.rule_id, memories.c.watch_id)
    for (rule_id, watch_id), rows in groupby(
        connection.execute(select(*place, memories.c.key).where(*left).order_by(*place)).all(), key=lambda row: row[:2]
    ):
        is_here = (memories.c.rule_id == rule_id, memories.c.watch_id == watch_id)
        keys = {row.key for row in rows}
        while keys:
            # Then its other keys, which lead to it, and those that lead to them.
            some = list(keys)[:1000]
            connection.execute(delete(memories).where(*is_here, memories.c.key.in_(some)))
            leading = connection.scalars(select(memories.c.key).where(*is_here, memories.c.same_as.in_(some)))
            keys = keys.difference(some) | set(leading)


def _thin_readings(connection: Connection, now: datetime) -> None:
    """Of each day long past keep its first and last reading and its extremes: no lowest or highest is lost.

    Readings come in the order of their ids, and a day is looked at once, when all of it is old enough.
    """
    began, ended = _next_to_thin(connection, now)
    if ended <= began:
        return
    place = (readings.c.rule_id, readings.c.watch_id, readings.c.key)
    is_next = (readings.c.id > began, readings.c.id <= ended)
    old = select(readings).where(*is_next).order_by(*place, readings.c.id)
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
    upsert(connection, SettingRow, [{"name": THINNED, "value": str(ended)}])


def _next_to_thin(connection: Connection, now: datetime) -> tuple[int, int]:
    """Return after which reading and up to which all are old enough and were not looked at yet."""
    settings = table_of(SettingRow)
    last = connection.scalar(select(func.max(readings.c.id))) or 0
    began = int(connection.scalar(select(settings.c.value).where(settings.c.name == THINNED)) or 0)
    if began > last:
        # So many readings were forgotten that SQLite counts from a lower number again.
        began = 0
    whole_days = (now - KEEP_EVERY_READING).replace(hour=0, minute=0, second=0, microsecond=0)
    first_left = select(func.min(readings.c.id)).where(readings.c.id > began, readings.c.at >= whole_days)
    return began, (connection.scalar(first_left) or last + 1) - 1


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

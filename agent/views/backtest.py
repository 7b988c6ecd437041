"""What the store holds of a rule's past, as `rules.backtest` lives through it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, select

from agent.database import Database, table_of
from agent.records import read_firing, read_memory, read_observation
from agent.tables import FiringRow, MemoryRow, ObservationRow, ReadingRow, SubscriptionRow
from rules.backtest import Arrival, Record, Series
from rules.condition import Reading
from rules.firing import CHANGED, CROSSED, FIRST_SEEN, REMINDED, Firing
from rules.memory import Memory
from rules.rule import Rule
from watchers.api import Observation
from watchers.facts import decode_facts

firings = table_of(FiringRow)
memories = table_of(MemoryRow)
observations = table_of(ObservationRow)
readings = table_of(ReadingRow)
subscriptions = table_of(SubscriptionRow)

# Why a thing of a stream is told that was there before.
_OF_WHAT_BECAME = frozenset({CROSSED, CHANGED, f"{REMINDED}: lower", f"{REMINDED}: higher"})


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a rule's past.

    Attributes:
        record: What it can be lived through on.
        told: What it really told, oldest first.
        is_known: It was judged as it stands: what is true was told.
    """

    record: Record
    told: tuple[Firing, ...]
    is_known: bool

    def of_watch(self, watch_id: str) -> Past:
        """Return what of it concerns one watch."""
        series = tuple(one for one in self.record.series if one.watch_id == watch_id)
        arrivals = tuple(one for one in self.record.arrivals if one.watch_id == watch_id)
        told = tuple(one for one in self.told if one.watch_id == watch_id)
        return Past(replace(self.record, series=series, arrivals=arrivals), told, self.is_known)


def past_of(database: Database, rule: Rule) -> Past:
    """Return a rule's past; where it has not looked yet, that of another rule which looks at the same."""
    with database.reading() as connection:
        told = tuple(_told(connection, rule.id))
        series: list[Series] = []
        lent_by: dict[str, None] = {}
        for watch_id in _judged(rule):
            found = tuple(_series(connection, rule.id, watch_id))
            lender = None if found or rule.kind.shape == "stream" else _lender(connection, watch_id)
            if lender is not None and lender != rule.id:
                found = tuple(_series(connection, lender, watch_id))
                lent_by[lender] = None
            series += found
        subscribed = _subscribed(connection, rule)
        arrivals = [] if rule.kind.shape == "gauge" else list(_arrivals(connection, rule, subscribed, told))
        is_known = any(row.meaning == rule.meaning for row in subscribed.values())
    return Past(Record(tuple(series), tuple(arrivals), tuple(lent_by)), told, is_known)


def _judged(rule: Rule) -> tuple[str, ...]:
    """Return the ids under which what a rule judges is kept: its watches, or all of them as one."""
    return tuple(spec.id for spec in rule.watches) if rule.joint is None else (rule.joint.spec.id,)


def _told(connection: Connection, rule_id: str) -> Iterator[Firing]:
    for row in connection.execute(select(firings).where(firings.c.rule_id == rule_id).order_by(firings.c.at)):
        yield read_firing(row.record)


def _series(connection: Connection, rule_id: str, watch_id: str) -> Iterator[Series]:
    of_rule = (readings.c.rule_id == rule_id, readings.c.watch_id == watch_id)
    rows = connection.execute(select(readings).where(*of_rule).order_by(readings.c.key, readings.c.id))
    for key, of_key in groupby(rows, key=lambda row: row.key):
        yield Series(watch_id, key, tuple(_reading(row) for row in of_key))


def _reading(row: Any) -> Reading:
    return Reading(row.at, row.until, decode_facts(row.facts), timedelta(seconds=row.known_seconds))


def _lender(connection: Connection, watch_id: str) -> str | None:
    """Return the rule that kept most of what a watch showed."""
    count = func.count().label("count")
    counted = select(readings.c.rule_id, count).where(readings.c.watch_id == watch_id).group_by(readings.c.rule_id)
    row = connection.execute(counted.order_by(count.desc(), readings.c.rule_id)).first()
    return None if row is None else str(row.rule_id)


def _subscribed(connection: Connection, rule: Rule) -> dict[str, Any]:
    rows = connection.execute(select(subscriptions).where(subscriptions.c.rule_id == rule.id))
    return {row.watch_id: row for row in rows}


# Streams: what is there, and what was told.


def _arrivals(
    connection: Connection, rule: Rule, subscribed: Mapping[str, Any], told: Sequence[Firing]
) -> Iterator[Arrival]:
    first_told: dict[tuple[str, str], Firing] = {}
    moving: set[tuple[str, str]] = set()
    for firing in told:
        place = (firing.watch_id, firing.observation)
        first_told.setdefault(place, firing)
        moving |= {place} if firing.reason in _OF_WHAT_BECAME else set()
    for spec in rule.watches:
        baseline = subscribed[spec.id].baseline_at if spec.id in subscribed else None
        for observation, since in _held(connection, rule, spec.id):
            place = (spec.id, observation.key)
            told_of, at = first_told.pop(place, None), since or baseline
            if told_of is not None:
                yield replace(_as_told(rule, told_of), is_there=True, is_moving=place in moving)
            elif at is not None:
                yield Arrival(spec.id, observation, at, baseline is None or at <= baseline)
    for place, firing in first_told.items():
        yield replace(_as_told(rule, firing), is_moving=place in moving)


def _as_told(rule: Rule, firing: Firing) -> Arrival:
    """Return a thing as its owner was told of it: what it shows today is not what it showed then.

    By a rule that stands as it did, it had been there for as long as `for` asks.
    """
    is_as_it_was = firing.written == rule.written and rule.cron is None
    waited = max(rule.hold.length, (rule.hold.polls - 1) * rule.every, timedelta()) if is_as_it_was else timedelta()
    return Arrival(
        watch_id=firing.watch_id,
        observation=Observation(firing.observation, firing.facts, evidence=firing.evidence, link=firing.link),
        at=firing.seen_at - waited,
        was_there=firing.reason == FIRST_SEEN,
        is_there=False,
        told_at=firing.seen_at,
    )


def _held(connection: Connection, rule: Rule, watch_id: str) -> Iterator[tuple[Observation, datetime | None]]:
    """Yield what a watch holds and the rule has seen, with when it first did as far as its memory tells."""
    where = (memories.c.rule_id == rule.id, memories.c.watch_id == watch_id)
    remembered = {row.key: read_memory(row) for row in connection.execute(select(memories).where(*where))}
    shown = select(observations).where(observations.c.watch_id == watch_id).order_by(observations.c.position)
    for row in connection.execute(shown):
        memory = _memory(remembered, row.key)
        if memory is not None:
            yield read_observation(row.key, row.record), memory.since


def _memory(remembered: Mapping[str, Memory], key: str) -> Memory | None:
    memory = remembered.get(key)
    return remembered.get(memory.same_as) if memory is not None and memory.same_as else memory

"""Loading and keeping what a rule remembers, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update

from agent.database import parts, table_of, upsert
from agent.records import memory_row, read_memory
from agent.tables import MemoryRow, ReadingRow, SubscriptionRow
from rules.condition import Reading
from rules.history import fewest, keeps_readings, window
from rules.memory import Memory, RuleMemory, Shown, Told, Verdict, done_with, told_elsewhere
from rules.rule import Rule
from rules.stories import STORY, bounds
from watchers.api import Observation
from watchers.facts import decode_facts, encode_facts

memories = table_of(MemoryRow)
readings = table_of(ReadingRow)

# Made once: each judgement asks them, and to make a statement takes longer than to run it.
_SEEN = select(memories).where(
    memories.c.rule_id == bindparam("of_rule"),
    memories.c.watch_id == bindparam("of_watch"),
    memories.c.key.in_(bindparam("keys", expanding=True)),
)
_PLACE = func.row_number().over(partition_by=readings.c.key, order_by=readings.c.id.desc()).label("place")
_NUMBERED = (
    select(readings, _PLACE)
    .where(
        readings.c.rule_id == bindparam("of_rule"),
        readings.c.watch_id == bindparam("of_watch"),
        readings.c.key.in_(bindparam("keys", expanding=True)),
    )
    .subquery()
    .c
)
_NEEDED = (
    select(*_NUMBERED)
    .where(or_(_NUMBERED.place <= bindparam("least"), _NUMBERED.until >= bindparam("since")))
    .order_by(_NUMBERED.id)
)
_GROW = update(readings).where(readings.c.id == bindparam("grown"))
_ADD = insert(readings)


@dataclass(frozen=True, slots=True)
class Recollection:
    """What a rule knew of a watch before a judgement.

    Attributes:
        last: The row of each key's last reading.
        elsewhere: By story key of what this watch shows for the first time: the same story as another watch has it.
    """

    memory: RuleMemory
    history: Mapping[str, Sequence[Reading]]
    last: Mapping[str, int]
    elsewhere: Mapping[str, Told]


def recollect(
    connection: Connection, rule: Rule, subscription: Any, observations: Sequence[Observation], now: datetime
) -> Recollection:
    """Return what a rule remembers of a watch, as far as these observations are concerned."""
    keys = {key for observation in observations for key in (observation.key, *observation.also)} | {""}
    seen: dict[str, Memory] = {}
    asked: set[str] = set()
    while keys:
        # A key may point to another, and that to the next: a thing that changed its keys more than once.
        found = _load(connection, subscription, keys)
        seen |= found
        asked |= keys
        keys = {memory.same_as for memory in found.values() if memory.same_as} - asked
    unseen = [one for one in observations if RuleMemory(seen=seen).of(one) is None]
    elsewhere = _elsewhere(connection, rule, subscription, unseen, now)
    memory = RuleMemory(
        meaning=subscription.meaning,
        baseline_at=subscription.baseline_at,
        judged_at=subscription.judged_at,
        quiet_for=timedelta(seconds=subscription.quiet_seconds),
        seen=seen,
        elsewhere={key: told.memory for key, told in elsewhere.items()},
    )
    history, last = _history(connection, rule, subscription.watch_id, observations, now)
    return Recollection(memory, history, last, elsewhere)


def _elsewhere(
    connection: Connection, rule: Rule, subscription: Any, unseen: Sequence[Observation], now: datetime
) -> dict[str, Told]:
    """Return the stories of these observations that another watch of the rule has shown and that are done with."""
    span = bounds(key for observation in unseen for key in observation.also if key.startswith(STORY))
    if len(rule.watches) < 2 or span is None:
        return {}
    alias, known = table_of(MemoryRow), table_of(MemoryRow).alias()
    is_known = and_(
        known.c.rule_id == alias.c.rule_id, known.c.watch_id == alias.c.watch_id, known.c.key == alias.c.same_as
    )
    columns = (alias.c.watch_id.label("carrier"), alias.c.key.label("story"), known.c.key, known.c.state)
    about = select(*columns, known.c.meaning, known.c.since, known.c.told_at).join(known, is_known)
    subscriptions = table_of(SubscriptionRow)
    begun = select(subscriptions.c.watch_id, subscriptions.c.baseline_at).where(subscriptions.c.rule_id == rule.id)
    baselines = {row.watch_id: row.baseline_at for row in connection.execute(begun)}
    found: dict[str, Told] = {}
    for other in (spec.id for spec in rule.watches if spec.id != subscription.watch_id):
        where = (alias.c.rule_id == rule.id, alias.c.watch_id == other, alias.c.key.between(*span))
        seen: dict[str, Memory] = {}
        for row in connection.execute(about.where(*where)):
            seen[row.story] = Memory(same_as=row.key)
            seen[row.key] = Memory(state=row.state, meaning=row.meaning, since=row.since, told_at=row.told_at)
        shown = Shown(other, seen, baselines.get(other), subscription.baseline_at)
        found |= done_with(shown, rule.meaning, now)
    return told_elsewhere(unseen, found)


def _load(connection: Connection, subscription: Any, keys: Iterable[str]) -> dict[str, Memory]:
    place = {"of_rule": subscription.rule_id, "of_watch": subscription.watch_id}
    seen = {}
    for part in parts(sorted(keys)):
        rows = connection.execute(_SEEN, {**place, "keys": part})
        seen.update({row.key: read_memory(row) for row in rows})
    return seen


def _history(
    connection: Connection, rule: Rule, watch_id: str, observations: Sequence[Observation], now: datetime
) -> tuple[dict[str, list[Reading]], dict[str, int]]:
    """Return what `rules.history.needed` looks at, by key, oldest first, and the row number of the last of each."""
    if not keeps_readings(rule):
        return {}, {}
    wanted = {"of_rule": rule.id, "of_watch": watch_id, "least": fewest(rule), "since": now - window(rule)}
    history: dict[str, list[Reading]] = {}
    last: dict[str, int] = {}
    for part in parts([observation.key for observation in observations]):
        for row in connection.execute(_NEEDED, {**wanted, "keys": part}):
            known_for = timedelta(seconds=row.known_seconds)
            history.setdefault(row.key, []).append(Reading(row.at, row.until, decode_facts(row.facts), known_for))
            last[row.key] = row.id
    return history, last


def keep(connection: Connection, rule_id: str, watch_id: str, verdict: Verdict, known: Recollection) -> None:
    """Keep what a verdict changed: memories, the last reading grown, and readings that are new."""
    seen = verdict.memory.seen.items()
    upsert(connection, MemoryRow, [memory_row(rule_id, watch_id, key, memory) for key, memory in seen])
    new, longer, completed = [], [], []
    for key, read in verdict.readings.items():
        for reading in read:
            known_seconds = reading.known_for.total_seconds()
            if key in known.last and reading.at == known.history[key][-1].at:
                grown = {"grown": known.last[key], "until": reading.until, "known_seconds": known_seconds}
                # Of several sources that were polled at one instant, the last one completes what all of them showed.
                if reading.facts != known.history[key][-1].facts:
                    completed.append({**grown, "facts": encode_facts(reading.facts)})
                else:
                    longer.append(grown)
                continue
            new.append(
                {
                    "rule_id": rule_id,
                    "watch_id": watch_id,
                    "key": key,
                    "at": reading.at,
                    "until": reading.until,
                    "known_seconds": known_seconds,
                    "facts": encode_facts(reading.facts),
                }
            )
    for statement, rows in ((_GROW, longer), (_GROW, completed), (_ADD, new)):
        if rows:
            connection.execute(statement, rows)

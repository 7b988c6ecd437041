"""What each watch shows, inside the caller's transaction: kept as it was last seen, by whichever rule's poll."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, select, update

from agent.database import parts, table_of, upsert
from agent.pictures import keep_glimpses
from agent.records import observation_record, read_observation
from agent.tables import MemoryRow, ObservationRow, SubscriptionRow
from watchers.api import Observation

MOST_HELD: Final = 500
"""How many things a watch that reads only what came still shows: a rule that looks seldom is to see them all."""

observations = table_of(ObservationRow)
subscriptions = table_of(SubscriptionRow)

# Made once: every poll asks it.
_HELD = select(observations).where(observations.c.watch_id == bindparam("of_watch")).order_by(observations.c.position)


def seen_by(connection: Connection, subscription: Any) -> tuple[Observation, ...]:
    """Return what a rule saw of a watch at its own last poll; another rule's may have seen something newer."""
    if subscription.seen is None:
        return held(connection, subscription.watch_id)
    return tuple(read_observation(**one) for one in subscription.seen)


def held(connection: Connection, watch_id: str) -> tuple[Observation, ...]:
    """Return what a watch held at its last good poll."""
    rows = connection.execute(_HELD, {"of_watch": watch_id})
    return tuple(read_observation(row.key, row.record) for row in rows)


def replace(
    connection: Connection, watch_id: str, due: Sequence[str], seen: Sequence[Observation], at: datetime
) -> bool:
    """Keep what a watch holds now; return whether that differs from what it held.

    Args:
        connection: The transaction.
        watch_id: The watch.
        due: The rules for which it was polled.
        seen: What it holds.
        at: The instant of the poll.
    """
    of_watch = observations.c.watch_id == watch_id
    rows = connection.execute(_HELD, {"of_watch": watch_id}).all()
    stored = {row.key: (row.position, row.record) for row in rows}
    now = {item.key: (position, observation_record(item)) for position, item in enumerate(seen)}
    gone = stored.keys() - now.keys()
    if gone:
        connection.execute(delete(observations).where(of_watch, observations.c.key.in_(gone)))
        _note_last_seen(connection, watch_id, gone, at)
    come = {key for item in seen if item.key not in stored for key in (item.key, *item.also)}
    _note_last_seen(connection, watch_id, come, None)
    changed = [key for key, value in now.items() if stored.get(key) != value]
    rows_now = [{"watch_id": watch_id, "key": key, "position": now[key][0], "record": now[key][1]} for key in changed]
    upsert(connection, ObservationRow, rows_now)
    keep_glimpses(connection, watch_id, seen)
    if gone or changed:
        _keep_for_others(connection, watch_id, due, [{"key": row.key, "record": row.record} for row in rows])
    return bool(gone or changed)


def add(connection: Connection, watch_id: str, due: Sequence[str], seen: Sequence[Observation], at: datetime) -> bool:
    """Keep what came to a watch beside what it held, of which the oldest go; return whether anything came."""
    if not seen:
        return False
    came = {item.key for item in seen}
    kept = [one for one in held(connection, watch_id) if one.key not in came]
    return replace(connection, watch_id, due, [*kept, *seen][-max(MOST_HELD, len(seen)) :], at)


def _note_last_seen(connection: Connection, watch_id: str, keys: Iterable[str], at: datetime | None) -> None:
    """Keep when a watch showed something no more, for every rule that remembers it; None: it is there."""
    table = table_of(MemoryRow).c
    readers = select(subscriptions.c.rule_id).where(subscriptions.c.watch_id == watch_id)
    for part in parts(sorted(keys)):
        known = (table.rule_id.in_(readers), table.watch_id == watch_id, table.key.in_(part))
        connection.execute(update(MemoryRow).where(*known).values(last_seen_at=at))


def _keep_for_others(connection: Connection, watch_id: str, due: Sequence[str], shown: list[dict[str, Any]]) -> None:
    """Keep what a watch held for the rules that may have to judge it by the time and for which it was not polled now.

    Another rule's poll must not change what they see before their own.
    """
    table = subscriptions.c
    others = (table.watch_id == watch_id, table.is_awake, table.judge_at.is_not(None), table.rule_id.not_in(due))
    for row in connection.execute(select(subscriptions).where(*others)).all():
        if row.seen is None:
            is_this = (table.rule_id == row.rule_id, table.watch_id == watch_id)
            connection.execute(update(subscriptions).where(*is_this).values(seen=shown))

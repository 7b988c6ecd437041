"""Which rules read which watches: the rule file brought into the store, with nothing lost.

State hangs on a rule's id. Editing a rule keeps it, renaming carries it along, and a rule that leaves the file sleeps
with it for 30 days. All functions work inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, literal, select, update
from sqlmodel import SQLModel

from agent.database import insert_new, parts, table_of, upsert
from agent.schedule import paced, poll_still_at
from agent.tables import FiringRow, MemoryRow, ReadingRow, RuleRow, SubscriptionRow, WatchRow
from rules.rule import Rule, RuleBook
from watchers.api import Observation

rules = table_of(RuleRow).c
watches = table_of(WatchRow).c
subscriptions = table_of(SubscriptionRow).c

_FIRST_POLL = (
    select(func.min(subscriptions.next_poll_at))
    .where(subscriptions.watch_id == watches.id, subscriptions.is_awake)
    .scalar_subquery()
)
_SET_DUE = update(WatchRow).values(due_at=_FIRST_POLL)
_SET_DUE_OF = _SET_DUE.where(watches.id.in_(bindparam("ids", expanding=True)))

# What a rule saw before it slept says nothing now, by itself or with other sources, nor of how the rule stands: all of
# that is for its next poll to say, which is judged also where the source shows what it showed then.
_AWAKENED: Mapping[str, Any] = {"is_awake": True, "judged_at": None, "judge_at": None}


def enrol(connection: Connection, book: RuleBook, now: datetime) -> list[str]:
    """Bring a rule book into the store; return one sentence for each rule whose state was carried to a new name."""
    stored = {row.id: row for row in connection.execute(select(table_of(RuleRow)))}
    present = {rule.id for rule in book.rules} | set(book.disabled)
    carried = _carry_renamed(connection, book, stored, present)
    rows = [
        {"id": rule.id, "name": rule.name, "settings": rule.settings, "sleeping_since": None} for rule in book.rules
    ]
    upsert(connection, RuleRow, rows)
    gone = [rule_id for rule_id, row in stored.items() if rule_id not in present and row.sleeping_since is None]
    for rule_id in gone:
        connection.execute(update(RuleRow).where(rules.id == rule_id).values(sleeping_since=now))
    _subscribe(connection, book, now)
    set_due(connection)
    return carried


def _carry_renamed(connection: Connection, book: RuleBook, stored: Mapping[str, Any], present: set[str]) -> list[str]:
    """One rule gone and one new with the same settings is a rename: carry its state.

    It may have gone long ago: one that is renamed while it is switched off is recognised when it is switched on.
    """
    gone = [row for rule_id, row in stored.items() if rule_id not in present]
    carried = []
    for rule in book.rules:
        same = [row for row in gone if row.settings == rule.settings]
        # What left just now comes before what left earlier.
        same = [row for row in same if row.sleeping_since is None] or same
        others = [other for other in book.rules if other.settings == rule.settings and other.id not in stored]
        if rule.id in stored or len(same) != 1 or len(others) != 1:
            continue
        old = same[0].id
        for table in tables_of_rules():
            connection.execute(update(table).where(table.c.rule_id == old).values(rule_id=rule.id))
        connection.execute(delete(RuleRow).where(rules.id == old))
        _carry_own_watches(connection, rule)
        carried.append(f"rule {old} is now called {rule.id}: its memory goes with it")
    return carried


def _carry_own_watches(connection: Connection, rule: Rule) -> None:
    """Carry the watches that a renamed rule shares with no other: their ids are made of its own."""
    table = table_of(SubscriptionRow)
    read = select(table_of(WatchRow)).join(table, table.c.watch_id == watches.id).where(table.c.rule_id == rule.id)
    stored = {row.id: row for row in connection.execute(read)}
    present = {spec.id for spec in rule.watches}
    for spec in rule.watches:
        if spec.id in stored or not (spec.watcher.is_told or spec.watcher.is_own):
            continue
        same = [row.id for row in stored.values() if (row.kind, row.label) == (spec.kind.name, spec.label)]
        gone = [watch_id for watch_id in same if watch_id not in present]
        is_free = connection.scalar(select(watches.id).where(watches.id == spec.id)) is None
        if len(gone) == 1 and is_free:
            _rename_watch(connection, gone[0], spec.id)


def _rename_watch(connection: Connection, old: str, new: str) -> None:
    connection.execute(update(WatchRow).where(watches.id == old).values(id=new))
    for table in SQLModel.metadata.sorted_tables:
        if "watch_id" in table.c:
            connection.execute(update(table).where(table.c.watch_id == old).values(watch_id=new))


def tables_of_rules() -> list[Table]:
    """Return every table in which something belongs to one rule."""
    return [table for table in SQLModel.metadata.sorted_tables if "rule_id" in table.c]


def _subscribe(connection: Connection, book: RuleBook, now: datetime) -> None:
    """Give every rule its watches, and put to sleep what the file no longer asks for."""
    wanted = {(rule.id, spec.id): (rule, spec) for rule in book.rules for spec in rule.watches}
    specs = {spec.id: spec for _, spec in wanted.values()}
    known = set(connection.scalars(select(watches.id)))
    new_watches = [
        {"id": spec.id, "kind": spec.kind.name, "label": spec.label, "digests": {}} for spec in specs.values()
    ]
    insert_new(connection, WatchRow, [row for row in new_watches if row["id"] not in known])
    stored = {(row.rule_id, row.watch_id): row for row in connection.execute(select(table_of(SubscriptionRow)))}
    joined = _join(connection, book, stored, now)
    for key, row in stored.items():
        if key in joined:
            continue
        if key not in wanted and row.is_awake:
            _change(connection, key, is_awake=False)
        elif key in wanted:
            rule = paced(wanted[key][0], row.pace_seconds)
            next_at = poll_still_at(
                rule, row.watch_id, now, book.me.zone, planned=row.next_poll_at, failures=row.failures
            )
            if next_at != row.next_poll_at:
                _change(connection, key, next_poll_at=next_at)
            if not row.is_awake:
                _change(connection, key, **_AWAKENED)
    # After a clock that ran ahead: no poll was judged in the future, or the time since would not count; and what the
    # time has changed is judged anew, as it may be long until a poll brings something to judge.
    connection.execute(update(SubscriptionRow).where(subscriptions.judged_at > now).values(judged_at=now, judge_at=now))
    _tell_nothing_ahead(connection, now)
    for key in sorted(wanted.keys() - stored.keys()):
        connection.execute(insert(SubscriptionRow).values(rule_id=key[0], watch_id=key[1], next_poll_at=now))
        _adopt(connection, *key)


def _join(
    connection: Connection, book: RuleBook, stored: Mapping[tuple[str, str], Any], now: datetime
) -> set[tuple[str, str]]:
    """Give each rule that judges several sources together a place for that, which is never polled; return them."""
    joined = set()
    for rule in book.rules:
        if rule.joint is None:
            continue
        key = (rule.id, rule.joint.spec.id)
        joined.add(key)
        if key not in stored:
            place = {"rule_id": key[0], "watch_id": key[1], "next_poll_at": None}
            connection.execute(insert(SubscriptionRow).values(**place))
        elif not stored[key].is_awake:
            _change(connection, key, **_AWAKENED)
        if not rule.watches and not _is_judged(stored.get(key), rule, now):
            # Nothing is polled for a rule about other rules alone: how those stand is looked at right away.
            _change(connection, key, judge_at=now)
    return joined


def _is_judged(subscription: Any, rule: Rule, now: datetime) -> bool:
    """Return whether a rule was judged by the same sentence in this very instant."""
    return subscription is not None and subscription.judged_at == now and subscription.meaning == rule.meaning


def _tell_nothing_ahead(connection: Connection, now: datetime) -> None:
    """After a clock that ran ahead: nothing was told in the future, or the next reminder would wait for it to come.

    Whatever was told left a firing of that instant; those are found by their time, the memories of a year are not.
    """
    firings, memories = table_of(FiringRow), table_of(MemoryRow)
    ahead = list(connection.scalars(select(firings.c.rule_id).where(firings.c.at > now).distinct()))
    if ahead:
        of_them = (memories.c.rule_id.in_(ahead), memories.c.told_at > now)
        connection.execute(update(memories).where(*of_them).values(told_at=now))


def _change(connection: Connection, key: tuple[str, str], **values: object) -> None:
    rule_id, watch_id = key
    where = (subscriptions.rule_id == rule_id, subscriptions.watch_id == watch_id)
    connection.execute(update(SubscriptionRow).where(*where).values(**values))


def _adopt(connection: Connection, rule_id: str, watch_id: str) -> None:
    """Let a rule that is new to a watch know what another rule saw there, so that nothing old looks new to it."""
    others = (subscriptions.watch_id == watch_id, subscriptions.baseline_at.is_not(None))
    donor = connection.scalar(
        select(subscriptions.rule_id).where(*others).order_by(subscriptions.baseline_at, subscriptions.rule_id)
    )
    if donor is None:
        return
    memories, readings = table_of(MemoryRow), table_of(ReadingRow)
    seen = select(literal(rule_id), memories.c.watch_id, memories.c.key, literal(""), memories.c.same_as)
    of_donor = (memories.c.rule_id == donor, memories.c.watch_id == watch_id)
    columns = ["rule_id", "watch_id", "key", "meaning", "same_as"]
    connection.execute(insert(memories).from_select(columns, seen.where(*of_donor), include_defaults=False))
    copied = ["watch_id", "key", "at", "until", "known_seconds", "facts"]
    earlier = select(literal(rule_id), *(readings.c[name] for name in copied)).order_by(readings.c.id)
    of_donor = (readings.c.rule_id == donor, readings.c.watch_id == watch_id)
    connection.execute(insert(readings).from_select(["rule_id", *copied], earlier.where(*of_donor)))


def take_as_seen(connection: Connection, watch_id: str, shown: Sequence[Observation]) -> None:
    """Let every rule of a watch that now looks at something else know what is there, so that none of it looks new.

    What a rule knows stays as it is; and what comes until a rule that was not due looks itself is news to it.
    """
    memories = table_of(MemoryRow)
    every_key = sorted({key for one in shown for key in (one.key, *one.also)})
    readers = connection.scalars(select(subscriptions.rule_id).where(subscriptions.watch_id == watch_id)).all()
    for rule_id in readers:
        known: set[str] = set()
        for part in parts(every_key):
            of_rule = (memories.c.rule_id == rule_id, memories.c.watch_id == watch_id, memories.c.key.in_(part))
            known.update(connection.scalars(select(memories.c.key).where(*of_rule)))
        unknown = [one.key for one in shown if known.isdisjoint((one.key, *one.also))]
        seen = {"rule_id": rule_id, "watch_id": watch_id, "meaning": "", "same_as": ""}
        insert_new(connection, MemoryRow, [{**seen, "key": key} for key in unknown])


def set_due(connection: Connection, watch_ids: Iterable[str] | None = None) -> None:
    """Set when each watch is next due: when the first of its waking rules is."""
    if watch_ids is None:
        connection.execute(_SET_DUE)
    else:
        connection.execute(_SET_DUE_OF, {"ids": list(watch_ids)})

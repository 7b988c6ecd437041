"""Calm: what comes true again and again is told once as wavering, then once a day until it rests.

    a firing ──▶ admit ──▶ told as usual
                       ├─▶ the fourth within 24 hours: a notice in its place, with the lines that would calm it
                       └─▶ one more: kept, and calmed
    the report pass ──▶ tell_wavering ──▶ a day after the last notice: how often it came true since, if it did

So each time is told by itself or counted in a notice. It rests when it has not come true for 24 hours. Nothing says so
but `status`: silence needs no message. A reminder that its owner asked for (`again`) is no wavering, nor is what an
edit of the rule makes true anew, and each entry of a stream is a thing of its own. What is urgent is told as usual, and
the notice beside it: its owner chose to be woken, and not to sleep through the fifth time.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from agent.answers.muting import is_muted
from agent.database import Database, table_of
from agent.messages import Notice, put_notice
from agent.records import read_firing
from agent.snoozing import hold_notice
from agent.tables import CalmRow, FiringRow, ReadingRow, SubscriptionRow
from rules.calming import advice
from rules.condition import Reading
from rules.firing import FIRST_SEEN, NEW, REMINDED, Firing
from rules.health_notices import flapping_notice
from rules.history import keeps_readings
from rules.rule import Rule, RuleBook
from watchers.facts import decode_facts

DAY = timedelta(days=1)
# So often within a day is no wavering yet.
OFTEN = 3
# Of a thing that wavers every minute, so many readings show how far.
MOST_READINGS = 500

calm = table_of(CalmRow)
firings = table_of(FiringRow)
readings = table_of(ReadingRow)
subscriptions = table_of(SubscriptionRow)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Calmed:
    """What becomes of the messages of a firing.

    Attributes:
        state: "waiting" where they go out as usual, "calmed" where they are kept and go nowhere.
        because: Why, for `why` and `firings`; None where they go out.
    """

    state: str
    because: str | None = None


CALMED = "calmed"
AS_USUAL = Calmed("waiting")


@dataclass(frozen=True, slots=True)
class Flapping:
    """An observation that comes true too often to be told each time.

    Attributes:
        since: The first of the firings by which that was noticed.
        fired_at: The last one.
    """

    rule_id: str
    watch_id: str
    key: str
    since: datetime
    told_at: datetime
    fired_at: datetime


def admit(connection: Connection, firing: Firing, rule: Rule, now: datetime) -> Calmed:
    """Return what becomes of a firing's messages, and put the notice that stands in for them into the outbox.

    Called by `agent.telling.tell` in the transaction of the judgement, once for each new firing, after the firing's own
    row is kept and unless the owner has muted it.
    """
    if firing.reason in (NEW, FIRST_SEEN) or firing.reason.startswith(REMINDED):
        return AS_USUAL
    known = _known(connection, firing, rule, now)
    if known is not None:
        connection.execute(update(calm).where(*_is_of(known)).values(fired_at=now))
        if _is_due(known, now):
            _tell_again(connection, known, firing, rule, now)
    else:
        came_true = [*_came_true(connection, firing, now - DAY), now]
        if len(came_true) <= OFTEN:
            return AS_USUAL
        state = {"since": came_true[0], "told_at": now, "fired_at": now}
        connection.execute(insert(calm).values(rule_id=rule.id, **_place(firing), **state))
        _tell(connection, firing, rule, came_true[0], now, times=len(came_true))
    if firing.urgency == "urgent":
        return AS_USUAL
    return Calmed(CALMED, "it came true more than 3 times in 24 hours: told once a day until it rests")


def tell_wavering(database: Database, book: RuleBook, now: datetime) -> int:
    """Put into the outbox what came true again since its owner was last told, a day ago, that it wavers.

    Called by the report pass. One transaction, and keys that hang on what was told before, so that nothing is told
    twice. Returns how many notices there are.
    """
    is_untold = calm.c.fired_at > calm.c.told_at
    is_due = (is_untold, or_(calm.c.told_at <= now - DAY, calm.c.told_at > now))
    with database.reading() as connection:
        if connection.execute(select(calm.c.rule_id).where(*is_due).limit(1)).first() is None:
            return 0
    rules = {rule.id: rule for rule in book.rules}
    told = 0
    with database.writing() as connection:
        for row in connection.execute(select(calm).where(*is_due).order_by(calm.c.rule_id, calm.c.key)).all():
            firing = _last(connection, row)
            if firing is None or row.rule_id not in rules or _is_of_before(connection, row):
                connection.execute(delete(calm).where(*_is_of(row)))
            elif is_muted(connection, firing, now, book.names):
                connection.execute(update(calm).where(*_is_of(row)).values(told_at=now))
            else:
                _tell_again(connection, row, firing, rules[row.rule_id], now)
                told += 1
    return told


def flapping(connection: Connection, now: datetime) -> tuple[Flapping, ...]:
    """Return what wavers and does not rest yet."""
    rows = connection.execute(select(calm).where(calm.c.fired_at > now - DAY).order_by(calm.c.rule_id, calm.c.key))
    return tuple(Flapping(**row._mapping) for row in rows)


def forget_rested(connection: Connection, now: datetime) -> None:
    """Forget what has come to rest and is told; `agent.tidying.tidy` calls this."""
    connection.execute(delete(calm).where(calm.c.fired_at <= now - DAY, calm.c.fired_at <= calm.c.told_at))


def _place(firing: Firing) -> dict[str, str]:
    return {"watch_id": firing.watch_id, "key": firing.observation}


def _is_of(row: Any) -> tuple[Any, ...]:
    return (calm.c.rule_id == row.rule_id, calm.c.watch_id == row.watch_id, calm.c.key == row.key)


def _known(connection: Connection, firing: Firing, rule: Rule, now: datetime) -> Any:
    """Return the row of what wavers; what has rested meanwhile, or was edited, is forgotten and begins anew.

    What rested while nobody reported, as the machine slept, is told before it is forgotten.
    """
    is_one = (calm.c.rule_id == firing.rule_id, *(calm.c[name] == value for name, value in _place(firing).items()))
    row = connection.execute(select(calm).where(*is_one)).one_or_none()
    if row is None:
        return None
    is_past = _is_of_before(connection, row)
    if not is_past and now - row.fired_at < DAY:
        return row
    last = _last(connection, row) if not is_past and row.fired_at > row.told_at else None
    if last is not None:
        _tell_again(connection, row, last, rule, now)
    connection.execute(delete(calm).where(*is_one))
    return None


def _is_of_before(connection: Connection, row: Any) -> bool:
    """Return whether something wavered by what the rule meant before it was edited."""
    began = _began_at(connection, row.rule_id, row.watch_id)
    return began is not None and row.told_at < began


def _began_at(connection: Connection, rule_id: str, watch_id: str) -> datetime | None:
    """Return since when a rule has meant what it means now, to a watch."""
    of_rule = (subscriptions.c.rule_id == rule_id, subscriptions.c.watch_id == watch_id)
    at: datetime | None = connection.scalar(select(subscriptions.c.baseline_at).where(*of_rule))
    return at


def _last(connection: Connection, row: Any) -> Firing | None:
    """Return the last time that what wavers came true; None where that cannot be found any more."""
    of_it = (firings.c.rule_id == row.rule_id, firings.c.watch_id == row.watch_id, firings.c.observation == row.key)
    at_last = select(firings.c.record).where(*of_it, firings.c.at == row.fired_at, _is_no_reminder())
    record = connection.scalar(at_last)
    return read_firing(record) if record is not None else None


def _is_due(row: Any, now: datetime) -> bool:
    # A clock that ran ahead told "in the future": that must not silence it until then.
    return not timedelta() <= now - row.told_at < DAY


def _is_no_reminder() -> Any:
    return firings.c.reason.not_like(f"{REMINDED}%")


def _came_true(connection: Connection, firing: Firing, after: datetime) -> list[datetime]:
    """Return when it came true after an instant and before this firing, oldest first; reminders do not count.

    Nor does what came true by what the rule meant before it was edited.
    """
    began = _began_at(connection, firing.rule_id, firing.watch_id)
    of_it = (
        firings.c.rule_id == firing.rule_id,
        firings.c.watch_id == firing.watch_id,
        firings.c.observation == firing.observation,
        firings.c.at > after,
        firings.c.at < firing.seen_at,
        _is_no_reminder(),
        *((firings.c.at >= began,) if began is not None else ()),
    )
    return list(connection.scalars(select(firings.c.at).where(*of_it).order_by(firings.c.at)))


def _tell_again(connection: Connection, row: Any, firing: Firing, rule: Rule, now: datetime) -> None:
    """Tell that it wavers still: how often it came true since its owner was last told, this firing the last of them."""
    # A clock that ran ahead told "in the future": then it is counted from where it began.
    since = row.told_at if row.told_at < firing.seen_at else row.since
    times = len(_came_true(connection, firing, since)) + 1
    connection.execute(update(calm).where(*_is_of(row)).values(told_at=now))
    _tell(connection, firing, rule, since, now, times=times, told_at=row.told_at)


def _tell(
    connection: Connection,
    firing: Firing,
    rule: Rule,
    since: datetime,
    now: datetime,
    *,
    times: int,
    told_at: datetime | None = None,
) -> None:
    lines = advice(rule, _readings(connection, firing, rule, since))
    words = flapping_notice(firing, lines, times, since, again=told_at is not None)
    key = f"flapping {rule.id} {firing.watch_id} {firing.observation} {(told_at or since).isoformat()}"
    # Each time of what is urgent is told besides; this alone need not wake anybody.
    urgency = "normal" if firing.urgency == "urgent" else firing.urgency
    put_notice(connection, Notice(key, words, now), rule.notify, batch=key, urgency=urgency)
    hold_notice(connection, rule.id, key, now)
    log.info("rule %s wavers (%s): %d times within a day", rule.id, firing.observation, times)


def _readings(connection: Connection, firing: Firing, rule: Rule, since: datetime) -> Sequence[Reading]:
    if not keeps_readings(rule):
        return ()
    of_it = (
        readings.c.rule_id == rule.id,
        readings.c.watch_id == firing.watch_id,
        readings.c.key == firing.observation,
        readings.c.until >= since,
    )
    rows = connection.execute(select(readings).where(*of_it).order_by(readings.c.id.desc()).limit(MOST_READINGS)).all()
    return [Reading(row.at, row.until, decode_facts(row.facts)) for row in reversed(rows)]

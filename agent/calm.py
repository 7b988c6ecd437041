"""Calm: what comes true again and again is told once as wavering, then once a day until it rests.

    a firing ──▶ admit ──▶ told as usual
                       ├─▶ the fourth within 24 hours: a notice in its place, with the lines that would calm it
                       └─▶ one more: kept, and calmed; a day after the last notice: the notice again

It rests when it has not come true for 24 hours. Nothing says so but `status`: silence needs no message. A reminder
that its owner asked for (`again`) is no wavering, and each entry of a stream is a thing of its own. What is urgent is
told as usual, and the notice beside it: its owner chose to be woken, and not to sleep through the fifth time.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from agent.database import table_of
from agent.messages import Notice, put_notice
from agent.snoozing import snoozed_until
from agent.tables import CalmRow, FiringRow, MessageRow, ReadingRow
from rules.calming import advice
from rules.condition import Reading
from rules.firing import NEW, REMINDED, Firing
from rules.health_notices import flapping_notice
from rules.history import keeps_readings
from rules.rule import Rule
from watchers.facts import decode_facts

DAY = timedelta(days=1)
# So often within a day is no wavering yet.
OFTEN = 3
# Of a thing that wavers every minute, so many readings show how far.
MOST_READINGS = 500

calm = table_of(CalmRow)
firings = table_of(FiringRow)
messages = table_of(MessageRow)
readings = table_of(ReadingRow)

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
    if firing.reason == NEW or firing.reason.startswith(REMINDED):
        return AS_USUAL
    known = _known(connection, firing, now)
    earlier = [] if known is not None else _earlier(connection, firing, now)
    if known is None and len(earlier) < OFTEN:
        return AS_USUAL
    if known is None:
        since = earlier[0]
        state = {"since": since, "told_at": now, "fired_at": now}
        connection.execute(insert(calm).values(rule_id=rule.id, **_place(firing), **state))
        _tell(connection, firing, rule, since, now, times=len(earlier) + 1)
    elif _is_due(known, now):
        connection.execute(update(calm).where(*_is_of(firing)).values(fired_at=now, told_at=now))
        _tell(connection, firing, rule, known.since, now, times=len(_earlier(connection, firing, now)) + 1)
    else:
        connection.execute(update(calm).where(*_is_of(firing)).values(fired_at=now))
    if firing.urgency == "urgent":
        return AS_USUAL
    return Calmed("calmed", "it came true more than 3 times in 24 hours: told once a day until it rests")


def flapping(connection: Connection, now: datetime) -> tuple[Flapping, ...]:
    """Return what wavers and does not rest yet."""
    rows = connection.execute(select(calm).where(calm.c.fired_at > now - DAY).order_by(calm.c.rule_id, calm.c.key))
    return tuple(Flapping(**row._mapping) for row in rows)


def forget_rested(connection: Connection, now: datetime) -> None:
    """Forget what has come to rest; `agent.tidying.tidy` calls this."""
    connection.execute(delete(calm).where(calm.c.fired_at <= now - DAY))


def _place(firing: Firing) -> dict[str, str]:
    return {"watch_id": firing.watch_id, "key": firing.observation}


def _is_of(firing: Firing) -> tuple[Any, ...]:
    here = {"rule_id": firing.rule_id, **_place(firing)}
    return tuple(calm.c[name] == value for name, value in here.items())


def _known(connection: Connection, firing: Firing, now: datetime) -> Any:
    """Return the row of what wavers; what has rested meanwhile is forgotten, and begins anew."""
    row = connection.execute(select(calm).where(*_is_of(firing))).one_or_none()
    if row is not None and now - row.fired_at >= DAY:
        connection.execute(delete(calm).where(*_is_of(firing)))
        return None
    return row


def _is_due(row: Any, now: datetime) -> bool:
    # A clock that ran ahead told "in the future": that must not silence it until then.
    return not timedelta() <= now - row.told_at < DAY


def _earlier(connection: Connection, firing: Firing, now: datetime) -> list[datetime]:
    """Return when it came true within the last day before this instant, oldest first; reminders do not count."""
    of_it = (
        firings.c.rule_id == firing.rule_id,
        firings.c.watch_id == firing.watch_id,
        firings.c.observation == firing.observation,
        firings.c.at > now - DAY,
        firings.c.at < firing.seen_at,
        firings.c.reason.not_like(f"{REMINDED}%"),
    )
    return list(connection.scalars(select(firings.c.at).where(*of_it).order_by(firings.c.at)))


def _tell(connection: Connection, firing: Firing, rule: Rule, since: datetime, now: datetime, *, times: int) -> None:
    lines = advice(rule, _readings(connection, firing, rule, since))
    words = flapping_notice(firing, lines, times, since)
    key = f"flapping {rule.id} {firing.watch_id} {firing.observation} {now.isoformat()}"
    put_notice(connection, Notice(key, words, now), rule.notify, batch=key)
    until = snoozed_until(connection, rule.id, now)
    if until is not None:
        connection.execute(update(messages).where(messages.c.notice_key == key).values(held_until=until))
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

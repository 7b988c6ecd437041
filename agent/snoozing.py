"""Snoozing a rule: it judges on and forgets nothing, and what it would tell waits until the owner wants to hear it.

Snoozed lies beside a rule's states and never changes one. `snooze` and `wake` are one transaction each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, literal, or_, select, update

from agent.database import Database, parts, table_of, upsert
from agent.doing.saying import KEYS_BY_FIRING
from agent.tables import DeedRow, FiringRow, MessageRow, SnoozeRow

snoozes = table_of(SnoozeRow)
messages = table_of(MessageRow)
firings = table_of(FiringRow)
deeds = table_of(DeedRow)


def snooze(database: Database, rule_id: str, until: datetime) -> int:
    """Let nothing of a rule be sent before an instant; return how many messages that were waiting wait for it now."""
    with database.writing() as connection:
        return put_to_sleep(connection, rule_id, until)


def put_to_sleep(connection: Connection, rule_id: str, until: datetime) -> int:
    """Do what `snooze` does, inside the caller's transaction."""
    upsert(connection, SnoozeRow, [{"rule_id": rule_id, "until": until}])
    return _hold(connection, rule_id, until)


def wake(database: Database, rule_id: str) -> int | None:
    """Let a rule be heard again; return how many messages go out for it now, or None where it was not snoozed."""
    with database.writing() as connection:
        gone = connection.execute(delete(snoozes).where(snoozes.c.rule_id == rule_id))
        return _hold(connection, rule_id, None) if gone.rowcount else None


def snoozed_until(connection: Connection, rule_id: str, now: datetime) -> datetime | None:
    """Return until when a rule is snoozed; None where it is not."""
    is_one = (snoozes.c.rule_id == rule_id, snoozes.c.until > now)
    return connection.scalar(select(snoozes.c.until).where(*is_one))


def all_snoozed(connection: Connection, now: datetime) -> Mapping[str, datetime]:
    """Return every snoozed rule with until when."""
    rows = connection.execute(select(snoozes).where(snoozes.c.until > now)).all()
    return {row.rule_id: row.until for row in rows}


def hold_notices(connection: Connection, rule_id: str, keys: Sequence[str], now: datetime) -> None:
    """Let notices about a rule wait as the rule's messages do; called where they were just put into the outbox."""
    until = snoozed_until(connection, rule_id, now) if keys else None
    if until is not None:
        for part in parts(keys):
            are_these = (messages.c.notice_key.in_(part), messages.c.state == "waiting")
            connection.execute(update(messages).where(*are_these).values(held_until=until))


def _hold(connection: Connection, rule_id: str, until: datetime | None) -> int:
    """Let what waits of a rule wait until then: its firings, what it asks and could not do, and that it wavers."""
    of_rule = select(firings.c.key).where(firings.c.rule_id == rule_id)
    acting = [select(literal(key_of("")).concat(deeds.c.firing_key)) for key_of in KEYS_BY_FIRING]
    is_told = or_(
        messages.c.firing_key.in_(of_rule),
        messages.c.notice_key.startswith(f"flapping {rule_id} ", autoescape=True),
        *(messages.c.notice_key.in_(keys.where(deeds.c.rule_id == rule_id)) for keys in acting),
    )
    # What may have been taken already goes again as it was.
    waiting = (messages.c.state.in_(("waiting", "failed")), is_told)
    held = connection.execute(update(messages).where(*waiting).values(held_until=until).returning(messages.c.id))
    return len(held.all())

"""Saying what cannot be seen: a watch that has been blind too long is told, once a week, and so is its recovery.

What tries again by itself (a site that is down) is given a day; what only a person can mend (blocked, gone, no longer
understood) is told after a few polls. All that comes due together is one message, so an outage is not fifty.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select, update

from agent.database import Database, table_of
from agent.mailbox import Notice, put_notice
from agent.tables import WatchRow
from rules.notices import sight_notice, trouble_notice
from rules.rule import Rule, RuleBook

# By trouble: how many polls in a row, and for how long, before its owner hears of it.
PATIENCE = {"SourceUnavailable": (3, timedelta(days=1))}
WITH_A_PERSON = (3, timedelta(hours=1))
AGAIN = timedelta(days=7)

watches = table_of(WatchRow)


def tell_blindness(database: Database, book: RuleBook, now: datetime) -> int:
    """Put into the outbox what the owner should know of blind watches, and of those that see again; return how many.

    One transaction, so that nothing is told twice.
    """
    is_told = watches.c.blind_told_at.is_not(None)
    is_due = or_(watches.c.blind_told_at.is_(None), watches.c.blind_told_at <= now - AGAIN)
    blind = select(watches).where(watches.c.trouble.is_not(None), is_due).order_by(watches.c.id)
    seeing = select(watches).where(watches.c.trouble.is_(None), is_told).order_by(watches.c.id)
    with database.reading() as connection:
        if all(connection.execute(either.limit(1)).first() is None for either in (blind, seeing)):
            return 0
    readers = _readers(book)
    with database.writing() as connection:
        troubled = [row for row in connection.execute(blind).all() if _is_too_long(row, now)]
        recovered = connection.execute(seeing).all()
        told = [_tell(connection, row, readers.get(row.id, []), book, now, is_blind=True) for row in troubled]
        told += [_tell(connection, row, readers.get(row.id, []), book, now, is_blind=False) for row in recovered]
    return sum(told)


def _is_too_long(row: Any, now: datetime) -> bool:
    polls, length = PATIENCE.get(row.trouble, WITH_A_PERSON)
    return bool(row.failures >= polls and now - row.trouble_since >= length)


def _readers(book: RuleBook) -> dict[str, list[Rule]]:
    readers: dict[str, list[Rule]] = {}
    for rule in book.rules:
        for spec in rule.watches:
            readers.setdefault(spec.id, []).append(rule)
    return readers


def _tell(
    connection: Connection, row: Any, readers: Sequence[Rule], book: RuleBook, now: datetime, *, is_blind: bool
) -> int:
    names = [rule.name for rule in readers]
    if is_blind:
        # Before its first good poll, a watch has been blind since it was first tried.
        since = row.good_at or row.trouble_since
        words = trouble_notice(row.label, row.trouble_text or "", names, since, book.me.zone.key)
        marks = {"blind_told_at": now, "blind_since": since}
    else:
        words = sight_notice(row.label, names, row.blind_since, row.good_at, book.me.zone.key)
        marks = {"blind_told_at": None, "blind_since": None}
    connection.execute(update(watches).where(watches.c.id == row.id).values(**marks))
    channels = sorted({name for rule in readers for name in rule.notify})
    notice = Notice(f"{'blind' if is_blind else 'seeing'} {row.id} {now.isoformat()}", words, now)
    put_notice(connection, notice, channels, batch=f"blindness {now.isoformat()}")
    return 1 if channels else 0

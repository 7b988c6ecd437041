"""Messages for a channel that the rule file has no more: said once through the others, and kept until it is back.

    waiting ──▶ told once that nobody can deliver them ──30 days──▶ undeliverable; in the record for ever
       └────────── a channel of that name comes back: delivered

As long as there is no other channel to say it through, nothing is given up.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from agent.database import Database, table_of
from agent.messages import OWED, Notice, put_notice
from agent.tables import MessageRow, NoticeRow
from rules.notices import notice
from rules.rule import RuleBook
from rules.words import written_time

KEEP = timedelta(days=30)

messages = table_of(MessageRow)
notices = table_of(NoticeRow)

log = logging.getLogger(__name__)


def tell_of_lost_channels(database: Database, book: RuleBook, now: datetime) -> int:
    """Say through the file's channels for which others messages wait in vain; return how many were newly said.

    One transaction, so that nothing is told twice.
    """
    if not book.channels:
        return 0
    with database.reading() as connection:
        if not _untold(connection, book):
            return 0
    with database.writing() as connection:
        untold = _untold(connection, book)
        for row in untold:
            log.warning("the rule file has no channel %s, and %d messages wait for it", row.channel, row.waiting)
            put_notice(connection, _notice(row, book, now), list(book.channels), batch=f"lost {now.isoformat()}")
    return len(untold)


def give_up(connection: Connection, book: RuleBook, now: datetime) -> None:
    """Let nobody wait any longer for a channel that has been gone for so long, after its owner was told."""
    for row in _lost(connection, book):
        told_at = connection.scalar(select(notices.c.at).where(notices.c.key == _key(row)))
        if told_at is not None and told_at < now - KEEP:
            log.warning("%d messages are given up: their channel %s is gone", row.waiting, row.channel)
            waiting = (messages.c.channel == row.channel, messages.c.state.in_(OWED), messages.c.id <= row.newest)
            values = {"state": "undeliverable", "error": f"the rule file has had no channel {row.channel} for 30 days"}
            connection.execute(update(messages).where(*waiting).values(values))


def _untold(connection: Connection, book: RuleBook) -> list[Any]:
    lost = {_key(row): row for row in _lost(connection, book)}
    told = set(connection.scalars(select(notices.c.key).where(notices.c.key.in_(list(lost)))))
    return [row for key, row in lost.items() if key not in told]


def _lost(connection: Connection, book: RuleBook) -> Sequence[Any]:
    """Return each channel that the file lacks and for which messages wait: how many, from when, up to which."""
    waiting = (messages.c.state.in_(OWED), messages.c.channel.not_in(list(book.channels)))
    found = select(
        messages.c.channel,
        func.count().label("waiting"),
        func.min(messages.c.created_at).label("oldest"),
        func.max(messages.c.id).label("newest"),
    )
    return connection.execute(found.where(*waiting).group_by(messages.c.channel).order_by(messages.c.channel)).all()


def _key(row: Any) -> str:
    """Return what names one loss: the last message that came in is the same for as long as it lasts."""
    return f"lost {row.channel} {row.newest}"


def _notice(row: Any, book: RuleBook, now: datetime) -> Notice:
    waiting, kept = ("1 message waits", "It is") if row.waiting == 1 else (f"{row.waiting} messages wait", "They are")
    words = notice(
        f"The channel {row.channel} is gone from the rule file",
        f"{waiting} for it, the oldest since {written_time(row.oldest, book.me.zone.key)}.",
        f"{kept} kept for {KEEP.days} days and delivered as soon as the file has a channel of that name again; "
        "trusted-agent firings shows what was to be told.",
    )
    return Notice(_key(row), words, now)

"""The summary that comes at the owner's own hour: what was watched, what was told, what could not be seen.

    the report pass ──▶ sum_up ──▶ the last instant of `summary:` that no summary stands for yet ──▶ one notice

However long the agent slept, one summary stands for all of it, and none for the time before it was first run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select, update

from agent.blindness import blinded, spells
from agent.calm import flapping
from agent.crontab import instants_of
from agent.database import Database, table_of, upsert
from agent.doing.deeds import open_questions
from agent.messages import Notice, put_notice
from agent.tables import (
    ChannelRow,
    ContactRow,
    FiringRow,
    MemoryRow,
    MessageRow,
    NoticeRow,
    SettingRow,
    SubscriptionRow,
)
from rules.rule import RuleBook
from rules.spoken import written_time
from rules.summing_up import KEPT_BACK, Summary, summary_notice

# The setting that says up to when everything was summed up.
SUMMED_UP = "summed up until"
ON_THE_WAY = ("waiting", "sending", "doubtful", "failed")
TOLD = ("sent", "folded")

channels = table_of(ChannelRow).c
contacts = table_of(ContactRow).c
firings = table_of(FiringRow).c
memories = table_of(MemoryRow).c
messages = table_of(MessageRow).c
notices = table_of(NoticeRow).c
settings = table_of(SettingRow).c
subscriptions = table_of(SubscriptionRow).c


def sum_up(database: Database, book: RuleBook, now: datetime) -> int:
    """Put the summary into the outbox whose hour has come; return 1 where there is one.

    Called by the report pass. One transaction, and a key made of the hour, so that each is told once.
    """
    if book.upkeep.summary is None:
        return 0
    with database.reading() as connection:
        until = _summed_up_until(connection)
        due = _due(book.upkeep.summary, until, now, book.me.zone)
    if until is not None and until <= now and due is None:
        return 0
    with database.writing() as connection:
        until = _summed_up_until(connection)
        if until is None or until > now:
            # Before its first hour nothing was watched; after a clock that ran ahead it begins anew.
            upsert(connection, SettingRow, [{"name": SUMMED_UP, "value": now.isoformat()}])
            return 0
        due = _due(book.upkeep.summary, until, now, book.me.zone)
        if due is None:
            return 0
        upsert(connection, SettingRow, [{"name": SUMMED_UP, "value": due.isoformat()}])
        words = summary_notice(summary_of(connection, book, until, due, now), book.me.zone.key)
        key = f"summary {due.isoformat()}"
        put_notice(connection, Notice(key, words, now), book.upkeep.notify, batch=key)
        connection.execute(update(table_of(MessageRow)).where(messages.notice_key == key).values(urgency="low"))
    return 1 if book.upkeep.notify else 0


def summary_of(connection: Connection, book: RuleBook, since: datetime, until: datetime, now: datetime) -> Summary:
    """Return what happened in a time, as the store has it, and how things stand `now`."""
    lately = (contacts.at > since, contacts.at <= until, contacts.purpose == "poll")
    asked = connection.execute(select(func.count(), func.count(contacts.host.distinct())).where(*lately)).one()
    told, kept_back = _messages(connection, book, since, until)
    zone = book.me.zone.key
    names = {rule.id: rule.name for rule in book.rules}
    held = select(func.count()).where(memories.rule_id.in_(names), memories.record["held"].as_string().is_not(None))
    return Summary(
        since=since,
        until=until,
        rules=len(book.rules),
        sources=len({spec.id for rule in book.rules for spec in rule.watches}),
        asleep=len(book.disabled),
        requests=asked[0],
        hosts=asked[1],
        told=told,
        kept_back=kept_back,
        seen_again=_said(connection, "seeing ", since, until),
        blind=_blind(connection, book, now),
        wavering=_once(names.get(one.rule_id, one.rule_id) for one in flapping(connection, now)),
        held=connection.scalar(held) or 0,
        failing=_failing(connection, since, until, zone),
        questions=open_questions(connection, now),
        waiting=_waiting(connection),
    )


def _summed_up_until(connection: Connection) -> datetime | None:
    value = connection.scalar(select(settings.value).where(settings.name == SUMMED_UP))
    return datetime.fromisoformat(value) if value else None


def _due(cron: str, until: datetime | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the last instant of a cron text up to now for which no summary stands yet."""
    if until is None:
        return None
    day, first = now.astimezone(zone).date(), until.astimezone(zone).date()
    while day >= first:
        named = [at for at in instants_of(cron, day, zone, once_a_day=True) if until < at <= now]
        if named:
            return named[-1]
        day -= timedelta(days=1)
    return None


def _messages(
    connection: Connection, book: RuleBook, since: datetime, until: datetime
) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Return how often each rule was told, and by state how many firings were not: each firing counts once.

    What came true before and was told only now, as by a digest, was told now; what was told by one channel then and by
    another now, then.
    """
    names = {rule.id: rule.name for rule in book.rules}
    joined = select(firings.rule_id, firings.key).join(table_of(MessageRow), messages.firing_key == firings.key)
    first_told = func.min(messages.sent_at)
    told_now = joined.where(messages.state.in_(TOLD)).group_by(firings.rule_id, firings.key)
    rows = connection.execute(told_now.having(first_told > since, first_told <= until))
    told = Counter(names.get(row.rule_id, row.rule_id) for row in rows)
    states: dict[str, set[str]] = {}
    for row in connection.execute(joined.add_columns(messages.state).where(firings.at > since, firings.at <= until)):
        states.setdefault(row.key, set()).add(row.state)
    kept_back = Counter(
        next(state for state in KEPT_BACK if state in found)
        for found in states.values()
        if found & KEPT_BACK.keys() and not found & {*TOLD, *ON_THE_WAY}
    )
    return told, kept_back


def _said(connection: Connection, prefix: str, since: datetime, until: datetime) -> tuple[str, ...]:
    """Return the titles of what the agent itself said in a time."""
    lately = (notices.at > since, notices.at <= until, notices.key.startswith(prefix))
    return _once(connection.scalars(select(notices.title).where(*lately).order_by(notices.at, notices.key)))


def _blind(connection: Connection, book: RuleBook, now: datetime) -> tuple[str, ...]:
    """Return what cannot be judged now and has lasted, by place."""
    lasting = [one for one in spells(connection, book, now) if not one.is_over and (one.told_at or one.is_long(now))]
    found = []
    for place in dict.fromkeys(one.place for one in lasting):
        members = [one for one in lasting if one.place == place]
        known = blinded(members[0].cause, members)
        since = written_time(known.since, book.me.zone.key)
        found.append(f"{place} since {since}: {known.reasons[0] or known.cause} ({', '.join(known.rules)})")
    return tuple(found)


def _failing(connection: Connection, since: datetime, until: datetime, zone: str) -> tuple[str, ...]:
    now = connection.execute(
        select(channels.name, channels.failing_since).where(channels.failures > 0).order_by(channels.name)
    ).all()
    failing = [
        f"{row.name} fails" + (f" since {written_time(row.failing_since, zone)}" if row.failing_since else "")
        for row in now
    ]
    return (*failing, *_said(connection, "channel ", since, until))


def _waiting(connection: Connection) -> Mapping[str, int]:
    of_file = messages.state.in_(ON_THE_WAY)
    waiting = select(messages.channel, func.count().label("waiting")).where(of_file).group_by(messages.channel)
    return {row.channel: row.waiting for row in connection.execute(waiting.order_by(messages.channel))}


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))

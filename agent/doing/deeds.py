"""The deeds in the store: each public function is one transaction.

    settle ─▶ due ─▶ claim: "it is done now" ─▶ (the doer acts) ─▶ record: what came of it

Between `claim` and `record` it may have been done or not. Whoever finds it there, and nobody at work on it, keeps it as
unclear and says so: it is never claimed again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from agent import process
from agent.database import Database, table_of
from agent.doing import saying
from agent.doing.deed import Deed, Outcome, deed_row, read_deed
from agent.doing.planning import acted_on
from agent.mailbox import Notice, put_notice
from agent.snoozing import hold_notices
from agent.tables import DeedRow, MessageRow, RuleRow
from rules.rule import RuleBook

deeds = table_of(DeedRow)
messages = table_of(MessageRow)
rules = table_of(RuleRow)

AT_ONCE = 200
# A deed ends by itself at its timeout; whoever does it has so long to record that.
TO_RECORD = timedelta(minutes=5)
# What surely had no effect is tried again after so long; the wait doubles.
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=10)


def settle(database: Database, book: RuleBook, token: str, under_way: Collection[str], now: datetime) -> int:
    """End what can no longer be done; return how many notices its owner gets of it.

    What was asked and not answered lapses, what could not be begun fails, and what nobody is at work on any more is
    unclear.

    Args:
        database: The store.
        book: The rules at work.
        token: Names this process.
        under_way: What this process is at work on, by key.
        now: The present instant.
    """
    told = 0
    with database.writing() as connection:
        for deed in _where(connection, deeds.c.state == "asked", deeds.c.answer_by <= now):
            if _move(connection, replace(deed, state="lapsed", ended_at=now), "asked") and withdraw(connection, deed):
                missed = saying.missed(deed, now)
                told += _tell(connection, book, deed, missed)
                hold_notices(connection, deed.rule_id, [missed.key], now)
        for deed in _due(connection):
            if deed.until is not None and deed.until <= now:
                told += _end(connection, book, deed, _not_begun(deed, book), now)
        for deed in _where(connection, deeds.c.state == "running"):
            if _is_lost(deed, token, under_way, now):
                lost = Outcome("unclear", "the agent ended while it was under way")
                told += _end(connection, book, deed, lost, now)
    return told


def due(database: Database, now: datetime) -> list[Deed]:
    """Return what may be done now, what waits longest first."""
    with database.reading() as connection:
        return [deed for deed in _due(connection) if deed.retry_at is None or deed.retry_at <= now]


def waiting(database: Database) -> list[Deed]:
    """Return what the doer has to come back to: what is due, what is under way, and the question that ends first."""
    with database.reading() as connection:
        first = select(func.min(deeds.c.answer_by)).where(deeds.c.state == "asked").scalar_subquery()
        asked = _where(connection, deeds.c.state == "asked", deeds.c.answer_by == first)[:1]
        return [*asked, *_due(connection), *_where(connection, deeds.c.state == "running")]


def open_questions(connection: Connection, now: datetime) -> int:
    """Return how many questions the owner may still answer; one whose time is over has yet to be settled."""
    count = select(func.count()).select_from(deeds).where(deeds.c.state == "asked", deeds.c.answer_by > now)
    return connection.scalar(count) or 0


def claim(database: Database, book: RuleBook, deed: Deed, token: str, now: datetime) -> Deed | None:
    """Record that a deed is done now, before it is; None where another agent does it, or its limit is reached."""
    rule = book.rule(deed.rule_id)
    limit = rule.action.limit if rule is not None and rule.action is not None else None
    with database.writing() as connection:
        # Two deeds of one rule are claimed one after the other, or both would find room under its limit.
        connection.execute(select(rules.c.id).where(rules.c.id == deed.rule_id).with_for_update())
        if limit is not None:
            counted = acted_on(connection, deed.rule_id, limit, now, but=deed.key, begun=True)
            if len(counted) >= limit.most:
                if _move(connection, replace(deed, state="over", ended_at=now), "due"):
                    # Who said yes hears what came of it, whatever was told of the limit before.
                    shared = saying.over(deed, limit, counted[-1], now)
                    _tell(connection, book, deed, saying.over_after_yes(deed, limit, now) if deed.asks else shared)
                return None
        taken = replace(deed, state="running", began_at=now, claimed_by=token)
        return taken if _move(connection, taken, "due") else None


def record(database: Database, book: RuleBook, deed: Deed, outcome: Outcome, now: datetime) -> int:
    """Keep what came of a deed that this process claimed; return how many notices its owner gets of it."""
    with database.writing() as connection:
        if outcome.again and deed.until is not None and now < deed.until:
            wait = min(FIRST_WAIT * (1 << min(deed.attempts, 10)), LONGEST_WAIT)
            tried = replace(deed, outcome=outcome, attempts=deed.attempts + 1, retry_at=min(now + wait, deed.until))
            again = replace(tried, state="due", began_at=None, claimed_by=None, ended_at=now)
            _move(connection, again, "running", deed.claimed_by)
            return 0
        return _end(connection, book, deed, outcome, now)


def withdraw(connection: Connection, deed: Deed) -> bool:
    """Take back a question that is on its way; return whether it had reached no channel at all."""
    of_question = messages.c.notice_key == saying.question_key(deed.key)
    expired = update(messages).where(of_question, messages.c.state.in_(("waiting", "failed"))).values(state="expired")
    connection.execute(expired)
    states = connection.scalars(select(messages.c.state).where(of_question)).all()
    return all(state == "expired" for state in states)


def listed(database: Database, *, rule_id: str | None = None, key: str = "", limit: int) -> Sequence[Deed]:
    """Return deeds, newest first: of one rule, or whose key begins so, where these are named."""
    chosen = select(deeds).where(deeds.c.firing_key.startswith(key, autoescape=True))
    if rule_id is not None:
        chosen = chosen.where(deeds.c.rule_id == rule_id)
    with database.reading() as connection:
        rows = connection.execute(chosen.order_by(deeds.c.at.desc(), deeds.c.firing_key).limit(limit))
        return [read_deed(row) for row in rows]


def _where(connection: Connection, *conditions: Any) -> list[Deed]:
    return [read_deed(row) for row in connection.execute(select(deeds).where(*conditions).order_by(deeds.c.at))]


def _due(connection: Connection) -> list[Deed]:
    # What was tried in vain stands behind what was not.
    order = (func.coalesce(deeds.c.ended_at, deeds.c.at), deeds.c.firing_key)
    rows = connection.execute(select(deeds).where(deeds.c.state == "due").order_by(*order).limit(AT_ONCE))
    return [read_deed(row) for row in rows]


def _is_lost(deed: Deed, token: str, under_way: Collection[str], now: datetime) -> bool:
    """Return whether nobody can be at work on a deed any more."""
    if deed.claimed_by == token:
        return deed.key not in under_way
    if deed.claimed_by is None or process.is_gone(deed.claimed_by):
        return True
    return deed.began_at is not None and deed.began_at + deed.timeout + TO_RECORD <= now


def _not_begun(deed: Deed, book: RuleBook) -> Outcome:
    if deed.outcome is not None:
        return replace(deed.outcome, again=False)
    is_there = book.rule(deed.rule_id) is not None
    said = "it could not be begun in time" if is_there else "its rule is not at work any more"
    return Outcome("failed", said, began=False)


def _end(connection: Connection, book: RuleBook, deed: Deed, outcome: Outcome, now: datetime) -> int:
    """Keep how a deed ended, unless somebody else has."""
    began_at = deed.began_at if outcome.began else None
    ended = replace(deed, state=outcome.state, outcome=outcome, ended_at=now, began_at=began_at, retry_at=None)
    awaited = deed.asks
    if not _move(connection, ended, deed.state, deed.claimed_by):
        # Another agent took this one for lost: what it said is set right by who knows better.
        if not _move(connection, ended, "unclear", deed.claimed_by):
            return 0
        awaited = True
    notice = saying.result(ended, outcome, now, awaited=awaited)
    return _tell(connection, book, deed, notice) if notice is not None else 0


def _move(connection: Connection, deed: Deed, before: str, claimed_by: str | None = None) -> bool:
    """Keep a deed as it is now, if it stands as it was before; return whether it did."""
    stood = [deeds.c.firing_key == deed.key, deeds.c.state == before]
    if claimed_by is not None:
        stood.append(deeds.c.claimed_by == claimed_by)
    # A rename may have carried the row to its rule's new id meanwhile.
    values = {name: value for name, value in deed_row(deed).items() if name not in ("firing_key", "rule_id")}
    changed = update(deeds).where(*stood).values(values).returning(deeds.c.firing_key)
    return connection.execute(changed).one_or_none() is not None


def _tell(connection: Connection, book: RuleBook, deed: Deed, notice: Notice) -> int:
    rule = book.rule(deed.rule_id)
    put_notice(connection, notice, rule.notify if rule is not None else deed.notify, batch=notice.key)
    return 1

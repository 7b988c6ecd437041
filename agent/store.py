"""What the agent remembers of the world: each public method is one transaction.

    keep_rules ─▶ claim_watches ─▶ (the engine polls) ─▶ record_polls ─▶ messages that wait for their channel

A poll, its judgement and its messages are kept together or not at all: killed before `record_polls` commits, the poll
never happened; killed after it, the message is in the outbox (`agent.mailbox` takes it from there).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select, update

from agent import blindness, enrolment, polls, process, sights
from agent.database import Database, table_of
from agent.judging import OUR_FAULT, Judge, Turn, change, judge_alone, next_turn, our_fault, raise_if_refused, reads
from agent.schedule import after_trouble, paced
from agent.tables import MessageRow, RuleRow, SubscriptionRow, WatchRow
from rules.history import keeps_readings
from rules.rule import Rule, RuleBook
from watchers.api import NotAsked, Poll, SourceUnavailable, Unchanged, WatchError

# Longer than any poll can take: its deadline, and the time that it may wait politely for its host.
CLAIM = timedelta(minutes=10)

watches = table_of(WatchRow)
subscriptions = table_of(SubscriptionRow)

# Made once: every poll runs them, and to make a statement takes longer than to run it.
_CLAIMED = select(watches).where(watches.c.id == bindparam("of_watch"), watches.c.claimed_by == bindparam("token"))
_KEEP = update(watches).where(watches.c.id == bindparam("of_watch"))
_DUE = (
    select(subscriptions)
    .where(
        subscriptions.c.watch_id == bindparam("of_watch"),
        subscriptions.c.is_awake,
        subscriptions.c.rule_id.in_(bindparam("of_rules", expanding=True)),
    )
    .order_by(subscriptions.c.rule_id)
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to poll one watch once.

    Attributes:
        token: Names the agent; a record is refused where another has taken over.
        rule_ids: The rules that are due, for whose judgement the poll is made.
        cursor: What the watch gave back at its last good poll.
        digests: By request, the hash of the answer that this watch last read.
    """

    watch_id: str
    token: str
    rule_ids: tuple[str, ...]
    cursor: str | None
    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Polled:
    """What a claim came to. An exception that is no WatchError is a fault of ours."""

    claim: Claim
    at: datetime
    result: Poll | Unchanged | Exception
    digests: Mapping[str, str]


class Store:
    """The schedule, the memory of every rule, and what came of it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def keep_rules(self, book: RuleBook, now: datetime) -> list[str]:
        """Bring the rule book in; return what was carried along, as sentences."""
        with self.database.writing() as connection:
            return enrolment.enrol(connection, book, now)

    def release_lost_claims(self) -> None:
        """Free what a process of this machine had claimed and can no longer finish."""
        with self.database.writing() as connection:
            for table in (watches, table_of(MessageRow)):
                held = table.c.claimed_by.is_not(None)
                for token in connection.scalars(select(table.c.claimed_by).where(held).distinct()).all():
                    if process.is_gone(token):
                        free = {"claimed_by": None, "claimed_until": None}
                        connection.execute(update(table).where(table.c.claimed_by == token).values(free))

    def next_due_at(self, now: datetime | None = None, *, with_polls: bool = True) -> datetime | None:
        """Return when the next watch has to be polled (`with_polls`), or judged again without a poll by `now`."""
        unclaimed = (watches.c.due_at.is_not(None), watches.c.claimed_by.is_(None))
        with self.database.reading() as connection:
            polled = connection.scalar(select(func.min(watches.c.due_at)).where(*unclaimed)) if with_polls else None
            table = subscriptions.c
            waiting = select(func.min(table.judge_at)).where(table.is_awake)
            if now is not None:
                waiting = waiting.where(or_(table.next_poll_at > now, table.next_poll_at.is_(None)))
            judged = connection.scalar(waiting)
        return min((instant for instant in (polled, judged) if instant is not None), default=None)

    def claim_watches(self, token: str, now: datetime, limit: int, *, due_by: datetime | None = None) -> list[Claim]:
        """Take watches that are due now, or were at an earlier instant, and that nobody else is polling."""
        until = watches.c.claimed_until
        # A claim further off than any can be was made by a clock that ran ahead.
        is_free = or_(until.is_(None), until <= now, until > now + CLAIM)
        due = (
            select(watches.c.id)
            .where(watches.c.due_at <= (due_by or now), is_free)
            .order_by(watches.c.due_at)
            .limit(limit)
        )
        if self.database.is_postgresql:
            due = due.with_for_update(skip_locked=True)
        claimed = {"claimed_by": token, "claimed_until": now + CLAIM}
        with self.database.writing() as connection:
            taken = update(watches).where(watches.c.id.in_(due)).values(claimed).returning(watches)
            rows = sorted(connection.execute(taken), key=lambda row: (row.due_at, row.id))
            due_rules = _due_rules(connection, [row.id for row in rows], now)
        return [Claim(row.id, token, due_rules.get(row.id, ()), row.cursor, row.digests) for row in rows]

    def record_polls(self, polls: Sequence[Polled], book: RuleBook, judge: Judge) -> int:
        """Keep what polls saw, judge it, and put what the owner is told into the outbox; return how many fired.

        For each poll, in a savepoint of its own: its claim still stands ▸ what the watch now holds ▸ each rule that is
        due is judged on it ▸ memories, readings, firings and messages ▸ when it is polled next.
        """
        rules = {rule.id: rule for rule in book.rules}
        fired = 0
        with self.database.writing() as connection:
            if self.database.is_postgresql:
                named = {rule_id for poll in polls for rule_id in poll.claim.rule_ids}
                rows = table_of(RuleRow)
                connection.execute(select(rows.c.id).where(rows.c.id.in_(named)).order_by(rows.c.id).with_for_update())
            for poll in polls:
                try:
                    with connection.begin_nested():
                        fired += _record(connection, poll, rules, book, judge)
                except Exception as error:
                    raise_if_refused(error)
                    # Our own mistake in judging one watch: it alone backs off, and the others go on.
                    log.exception("judging watch %s failed", poll.claim.watch_id)
                    with connection.begin_nested():
                        ours = Polled(poll.claim, poll.at, error, poll.claim.digests)
                        _record(connection, ours, rules, book, judge)
        return fired

    def judge_due(self, book: RuleBook, judge: Judge, now: datetime) -> int:
        """Judge again what time may have changed; what is due to be polled waits for that. Return how many fired."""
        with self.database.writing() as connection:
            return self._judge_due(connection, book, judge, now)

    def _judge_due(self, connection: Connection, book: RuleBook, judge: Judge, now: datetime) -> int:
        judge = polls.noting_time(connection, judge)
        rules = {rule.id: rule for rule in book.rules}
        table = subscriptions.c
        is_polled_later = or_(table.next_poll_at > now, table.next_poll_at.is_(None))
        due = select(subscriptions).where(table.judge_at <= now, is_polled_later, table.is_awake)
        if self.database.is_postgresql:
            due = due.order_by(table.rule_id, table.watch_id).with_for_update()
        fired = 0
        # A verdict may wake rules that name its rule, and theirs others: no ring of names is loaded, so this ends.
        while rows := connection.execute(due).all():
            for row in rows:
                change(connection, row, {"judge_at": None})
                rule = rules.get(row.rule_id)
                if rule is not None and reads(rule, row.watch_id):
                    turn = Turn(paced(rule, row.pace_seconds), row, None, now, book, f"time {now.isoformat()}")
                    fired += judge_alone(connection, turn, judge)
        return fired


def _due_rules(connection: Connection, watch_ids: list[str], now: datetime) -> dict[str, tuple[str, ...]]:
    table = subscriptions.c
    where = (table.watch_id.in_(watch_ids), table.is_awake, table.next_poll_at <= now)
    due: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(select(table.watch_id, table.rule_id).where(*where).order_by(table.rule_id)):
        due[row.watch_id] = (*due.get(row.watch_id, ()), row.rule_id)
    return due


def _record(connection: Connection, poll: Polled, rules: Mapping[str, Rule], book: RuleBook, judge: Judge) -> int:
    claim = poll.claim
    watch = connection.execute(_CLAIMED, {"of_watch": claim.watch_id, "token": claim.token}).one_or_none()
    if watch is None:
        return 0
    judge = polls.noting(connection, poll, rules, judge)
    fired = 0
    if isinstance(poll.result, Exception):
        failed = 0 if isinstance(poll.result, NotAsked) else 1
        _record_trouble(connection, watch, poll, poll.result, failed)
        for rule, row in _due(connection, claim, rules):
            # Who was not asked saw nothing either: or where a host blocks, none of many rules would ever be long blind.
            blindness.note(connection, rule, watch.id, *_named(poll.result), poll.at)
            # Each rule backs off by its own failures: how often another asks must not slow it down.
            next_at = _after(poll, poll.result, rule, book, row.failures + failed)
            change(connection, row, {"next_poll_at": next_at, "failures": row.failures + failed})
    else:
        is_changed = _record_sight(connection, watch, poll, poll.result)
        due = _due(connection, claim, rules)
        seen = sights.held(connection, watch.id) if due else ()
        for rule, row in due:
            if is_changed or _has_to_be_judged(rule, row, watch):
                turn = Turn(rule, row, seen, poll.at, book, _batch(poll))
                fired += judge_alone(connection, turn, judge)
            else:
                blindness.unchanged(connection, rule, watch.id, poll.at)
                change(connection, row, next_turn(rule, row, poll.at, book, is_news=False) | {"failures": 0})
    enrolment.set_due(connection, [watch.id])
    return fired


def _due(connection: Connection, claim: Claim, rules: Mapping[str, Rule]) -> list[tuple[Rule, Any]]:
    """Return the rules for which a poll was made, with what each has with the watch, in one order for all agents."""
    rows = connection.execute(_DUE, {"of_watch": claim.watch_id, "of_rules": claim.rule_ids})
    known = [(paced(rules[row.rule_id], row.pace_seconds), row) for row in rows.all() if row.rule_id in rules]
    # While rules are being read again, one may have come that no longer reads this watch.
    return [(rule, row) for rule, row in known if reads(rule, claim.watch_id)]


def _record_trouble(connection: Connection, watch: Any, poll: Polled, error: Exception, failed: int) -> None:
    """Keep why a poll gave nothing. What the watch held, and every memory, stays as it was.

    Who was not asked did not fail (`failed` is 0): it comes before those whose question was refused.
    """
    name, text = _named(error)
    values = {
        "claimed_by": None,
        "claimed_until": None,
        "polled_at": poll.at,
        "trouble": name,
        "trouble_text": text,
        "trouble_since": watch.trouble_since or poll.at,
        "failures": watch.failures + failed,
    }
    if name == OUR_FAULT:
        # What is kept of it may be spoilt: the next answer is read whole, also where it is the same.
        values["digests"] = {}
    connection.execute(_KEEP, {"of_watch": watch.id, **values})


def _named(error: Exception) -> tuple[str, str]:
    """Return a trouble by the name that says what to do next, and in words; what has none is a fault of ours."""
    if not isinstance(error, WatchError):
        return OUR_FAULT, our_fault(error)
    name = SourceUnavailable.__name__ if isinstance(error, SourceUnavailable) else type(error).__name__
    return name, str(error)


def _record_sight(connection: Connection, watch: Any, poll: Polled, result: Poll | Unchanged) -> bool:
    """Keep what a watch now holds; return whether that differs from what it held."""
    values: dict[str, Any] = {
        "claimed_by": None,
        "claimed_until": None,
        "polled_at": poll.at,
        "good_at": poll.at,
        "trouble": None,
        "trouble_text": None,
        "trouble_since": None,
        "failures": 0,
    }
    is_changed = False
    if isinstance(result, Poll):
        keep = sights.add if result.is_addition else sights.replace
        is_changed = keep(connection, watch.id, poll.claim.rule_ids, result.observations, poll.at)
        values |= {"cursor": result.cursor, "digests": dict(poll.digests), "notice": "\n".join(result.notices) or None}
        if is_changed:
            values["changed_at"] = poll.at
        if result.is_baseline:
            enrolment.take_as_seen(connection, watch.id, result.observations)
    connection.execute(_KEEP, {"of_watch": watch.id, **values})
    return is_changed


def _has_to_be_judged(rule: Rule, subscription: Any, watch: Any) -> bool:
    """Return whether a poll that brought nothing new still counts: it does for values, for time, and for a new rule."""
    if keeps_readings(rule) or rule.hold.is_set or rule.condition.is_absence:
        return True
    is_new_to_rule = (
        watch.changed_at is None or subscription.judged_at is None or subscription.judged_at < watch.changed_at
    )
    return is_new_to_rule or subscription.meaning != rule.meaning


def _after(poll: Polled, error: Exception, rule: Rule, book: RuleBook, failures: int) -> datetime:
    asked = error.retry_after if isinstance(error, WatchError) else None
    if isinstance(error, NotAsked) and asked is not None:
        return poll.at + asked
    regular = after_trouble(rule, poll.claim.watch_id, poll.at, book.me.zone, failures)
    return max(regular, poll.at + asked) if asked else regular


def _batch(poll: Polled) -> str:
    return f"{poll.claim.watch_id} {poll.at.isoformat()}"

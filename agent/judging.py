"""One rule's turn to judge what it sees, inside the caller's transaction.

    a poll, or the time ──▶ Turn ──▶ what the rule remembers ▶ judge ▶ memory, readings, firings, messages
                                     ├─ a watch of its own: judged alone
                                     └─ one of several sources: seen alone, then all of them are judged together

Where the verdict changes how the rule stands, the rules that name it are judged again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update
from sqlalchemy.exc import DBAPIError

from agent import blindness, carrying, polls, sights
from agent.database import OUR_MISTAKES, table_of
from agent.enclosing import with_enclosed
from agent.enrolment import set_due
from agent.memories import keep, recollect
from agent.records import observation_record
from agent.schedule import after_trouble, interval, next_pace, next_poll_at
from agent.standings import Standings, asking_of, seen_every
from agent.tables import RuleRow, SubscriptionRow, WatchRow
from agent.telling import tell
from rules.condition import Reading
from rules.joint import Part, alone, is_blind, together
from rules.memory import RuleMemory, Sight, Verdict
from rules.rule import Joint, Rule, RuleBook, WatchSpec
from watchers.api import Observation

Judge = Callable[[Rule, RuleMemory, Sight, Mapping[str, Sequence[Reading]]], Verdict]

OUR_FAULT = "OurFault"
# A rule that names others may be woken at any time, to judge what it saw itself: `agent.sights` keeps that for rules
# whose time may come, so theirs always may.
LOOK_AGAIN = timedelta(days=1)
# So long a judgement waits for that of another agent.
A_MOMENT = timedelta(seconds=1)

watches = table_of(WatchRow)
subscriptions = table_of(SubscriptionRow)

# Made once: every poll runs it for each of its rules.
_CHANGE = update(subscriptions).where(
    subscriptions.c.rule_id == bindparam("of_rule"), subscriptions.c.watch_id == bindparam("of_watch")
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """One rule's turn to judge what one watch shows.

    Attributes:
        seen: What it shows; None where time alone has come, and the rule judges again what it saw last.
        batch: Names what brought the turn about: its messages go out together.
    """

    rule: Rule
    subscription: Any
    seen: tuple[Observation, ...] | None
    now: datetime
    book: RuleBook
    batch: str

    @property
    def is_new(self) -> bool:
        """Whether a poll stands behind it."""
        return self.seen is not None


def judge_alone(connection: Connection, turn: Turn, judge: Judge) -> int:
    """Judge in a savepoint: a mistake of ours, or a spoilt row, harms that rule alone. It backs off, and is logged."""
    rule, row, now = turn.rule, turn.subscription, turn.now
    try:
        with connection.begin_nested():
            return _take_and_wake(connection, turn, judge)
    except Exception as error:
        raise_if_refused(error)
        log.exception("judging rule %s failed", rule.id)
        values: dict[str, Any] = {"judge_at": None}
        if turn.is_new:
            next_at = after_trouble(rule, row.watch_id, now, turn.book.me.zone, row.failures + 1)
            values |= {"next_poll_at": next_at, "failures": row.failures + 1}
        change(connection, row, values)
        trouble = {
            "trouble": OUR_FAULT,
            "trouble_text": f"judging {rule.id}: {our_fault(error)}",
            "trouble_since": now,
        }
        connection.execute(update(watches).where(watches.c.id == row.watch_id).values(trouble))
        polls.note_fault(connection, rule.id, row.watch_id, error, now)
        blindness.note(connection, rule, row.watch_id, OUR_FAULT, our_fault(error), now)
        return 0


def reads(rule: Rule, watch_id: str) -> bool:
    """Return whether a rule has to do with a watch; while rules are read again, one may have come that has not."""
    joint = rule.joint is not None and rule.joint.spec.id == watch_id
    return joint or any(spec.id == watch_id for spec in rule.watches)


def change(connection: Connection, subscription: Any, values: Mapping[str, Any]) -> None:
    """Change what a rule has with a watch."""
    connection.execute(_CHANGE, {"of_rule": subscription.rule_id, "of_watch": subscription.watch_id, **values})


def raise_if_refused(error: Exception) -> None:
    """Raise what the database could not do; what is left is a mistake of ours."""
    if isinstance(error, DBAPIError) and not isinstance(error, OUR_MISTAKES):
        raise error


def our_fault(error: Exception) -> str:
    """Return what the owner reads of a mistake of ours."""
    return f"a fault of the agent itself: {type(error).__name__}"


def _take_and_wake(connection: Connection, turn: Turn, judge: Judge) -> int:
    """Judge, and where that changes how the rule stands let the rules be judged that name it."""
    asking = asking_of(turn.book, turn.rule.id)
    if not asking:
        return _take(connection, turn, judge)
    awaited = turn.subscription.judge_at
    before = Standings(connection, turn.book, turn.now).of(turn.rule.id)
    fired = _take(connection, turn, judge)
    was_awaited = awaited is not None and awaited <= turn.now
    if fired or was_awaited or Standings(connection, turn.book, turn.now).of(turn.rule.id) != before:
        _wake(connection, asking, turn.now)
    return fired


def _take(connection: Connection, turn: Turn, judge: Judge) -> int:
    rule, row = turn.rule, turn.subscription
    if rule.joint is None:
        spec = _spec(rule, row.watch_id)
        seen = sights.seen_by(connection, row) if turn.seen is None else turn.seen
        verdict = _judge(connection, turn, rule, spec, seen, judge)
        _keep_place(connection, turn, verdict, seen=None)
        return len(verdict.firings)
    if row.watch_id != rule.joint.spec.id:
        spec = _spec(rule, row.watch_id)
        verdict = _judge(connection, turn, alone(rule, spec), spec, turn.seen or (), judge)
        believed = [{"key": one.key, "record": observation_record(one)} for one in verdict.believed]
        _keep_place(connection, turn, verdict, seen=believed)
        turn = replace(turn, subscription=_row(connection, rule.id, rule.joint.spec.id))
    return _judge_together(connection, turn, rule.joint, judge)


def _spec(rule: Rule, watch_id: str) -> WatchSpec:
    return next(spec for spec in rule.watches if spec.id == watch_id)


def _row(connection: Connection, rule_id: str, watch_id: str) -> Any:
    where = (subscriptions.c.rule_id == rule_id, subscriptions.c.watch_id == watch_id)
    return connection.execute(select(subscriptions).where(*where)).one()


def _judge_together(connection: Connection, turn: Turn, joint: Joint, judge: Judge) -> int:
    """Judge all sources of a rule as one thing, each as the rule last saw it."""
    rule, now = turn.rule, turn.now
    if not turn.is_new and not _is_ours(connection, rule.id):
        change(connection, turn.subscription, {"judge_at": now + A_MOMENT})
        return 0
    parts = _parts(connection, turn)
    # A rule about other rules alone has no polls: what wakes it is news to it.
    turn = turn if joint.sources or turn.seen is not None else replace(turn, seen=())
    every = interval(rule, now, turn.book.me.zone)
    seen = together(joint, parts, now, every, rule.condition.subject)
    blind = is_blind(joint, parts, now, every)
    verdict = _judge(connection, turn, rule, joint.spec, (seen,), judge, blind=blind)
    change(connection, turn.subscription, _place(turn, verdict))
    if verdict.poll_again_at is not None:
        _poll_all_at(connection, rule, verdict.poll_again_at)
    return len(verdict.firings)


def _is_ours(connection: Connection, rule_id: str) -> bool:
    """Return whether no other agent is judging a poll of the rule's sources just now; SQLite has one writer anyway."""
    rules = table_of(RuleRow)
    free = select(rules.c.id).where(rules.c.id == rule_id).with_for_update(skip_locked=True)
    return connection.execute(free).one_or_none() is not None


def _parts(connection: Connection, turn: Turn) -> dict[str, Part]:
    """Return what the rule last saw of each of its sources, at its own polls."""
    rows = connection.execute(select(subscriptions).where(subscriptions.c.rule_id == turn.rule.id)).all()
    return {
        row.watch_id: Part(
            believed=None if row.seen is None else sights.seen_by(connection, row),
            at=row.judged_at,
            is_failing=row.failures > 0,
            every=seen_every(turn.rule, row, turn.now, turn.book),
        )
        for row in rows
    }


def _poll_all_at(connection: Connection, rule: Rule, soon: datetime) -> None:
    """Let every source be polled by then, but for those that fail: they back off, and may have asked for that."""
    table = subscriptions.c
    later = (table.rule_id == rule.id, table.failures == 0, table.next_poll_at > soon)
    connection.execute(update(subscriptions).where(*later).values(next_poll_at=soon))
    set_due(connection, [spec.id for spec in rule.watches])


def _judge(
    connection: Connection,
    turn: Turn,
    rule: Rule,
    spec: WatchSpec,
    seen: tuple[Observation, ...],
    judge: Judge,
    *,
    blind: bool = False,
) -> Verdict:
    """Judge and keep the verdict: memories, readings, firings and their messages."""
    row, now, zone = turn.subscription, turn.now, turn.book.me.zone
    known = recollect(connection, rule, row, seen, now)
    sight = Sight(
        watch=spec,
        observations=seen,
        now=now,
        zone=zone,
        interval=interval(rule, now, zone),
        is_new=turn.is_new,
        blind=blind or (not turn.is_new and row.failures > 0),
        others=Standings(connection, turn.book, now).named_by(rule),
    )
    verdict = judge(rule, known.memory, sight, known.history)
    if known.elsewhere:
        verdict = carrying.noted(connection, rule.id, seen, verdict, known.elsewhere, now)
    keep(connection, rule.id, spec.id, verdict, known)
    if turn.is_new:
        blindness.judged(connection, rule, spec.id, verdict, known.memory, now)
    fired = verdict.firings
    if spec.watcher.people_as:
        fired = tuple(with_enclosed(connection, firing, turn.book) for firing in fired)
    tell(connection, fired, rule, turn.batch, turn.book.names)
    return verdict


def _place(turn: Turn, verdict: Verdict) -> dict[str, Any]:
    is_asking = turn.rule.others and turn.rule.joint is None
    return {
        "meaning": verdict.memory.meaning,
        "baseline_at": verdict.memory.baseline_at,
        "judged_at": verdict.memory.judged_at,
        "quiet_seconds": verdict.memory.quiet_for.total_seconds(),
        "judge_at": verdict.judge_again_at or (turn.now + LOOK_AGAIN if is_asking else None),
    }


def _keep_place(
    connection: Connection, turn: Turn, verdict: Verdict, *, seen: Sequence[Mapping[str, Any]] | None
) -> None:
    """Keep the rule's place in time with a watch; `seen` is what it has to know of it until its next poll."""
    values = _place(turn, verdict)
    if turn.is_new:
        is_news = turn.subscription.judged_at is not None and not verdict.memory.quiet_for
        values |= next_turn(turn.rule, turn.subscription, turn.now, turn.book, is_news=is_news)
        again = min(values["next_poll_at"], verdict.poll_again_at or values["next_poll_at"])
        values |= {"next_poll_at": again, "failures": 0, "seen": seen}
    change(connection, turn.subscription, values)


def next_turn(rule: Rule, subscription: Any, now: datetime, book: RuleBook, *, is_news: bool) -> dict[str, Any]:
    """Return when a rule polls a watch next after a good poll, and at which pace from then on."""
    pace: dict[str, Any] = {}
    if rule.pace is not None:
        if subscription.judged_at is not None:
            rule = replace(rule, every=next_pace(rule, is_news=is_news))
        pace = {"pace_seconds": rule.every.total_seconds()}
    # What holds the same as before was judged then, and stands from now.
    return {"next_poll_at": next_poll_at(rule, subscription.watch_id, now, book.me.zone), "judged_at": now, **pace}


def _wake(connection: Connection, asking: Sequence[Rule], now: datetime) -> None:
    """Let rules be judged again; what is due to be polled waits for that."""
    for rule in asking:
        watch_ids = [rule.joint.spec.id] if rule.joint is not None else [spec.id for spec in rule.watches]
        woken = (subscriptions.c.rule_id == rule.id, subscriptions.c.watch_id.in_(watch_ids))
        sooner = or_(subscriptions.c.judge_at.is_(None), subscriptions.c.judge_at > now)
        connection.execute(update(subscriptions).where(*woken, sooner).values(judge_at=now))

"""What each recent poll came to for each rule, inside the caller's transaction: what `why` and `why-not` go by.

A rule's newest polls of a watch are kept, at least `KEPT` of them; where nothing changed from one to the next, the
second row is little more than its time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select

from agent.database import table_of
from agent.tables import PollRow
from rules.condition import Unasked
from rules.explaining import JUDGED, NOTHING_NEW, Account, Judged, account
from rules.history import keeps_readings
from rules.memory import RuleMemory, Sight, Verdict
from rules.rule import Rule
from watchers.api import SourceUnavailable, WatchError
from watchers.facts import decode_facts, encode_facts

if TYPE_CHECKING:
    from agent.judging import Judge
    from agent.store import Polled

KEPT = 50

polls = table_of(PollRow)

# Made once: a poll is noted for every rule, and to make a statement takes longer than to run it.
_OF_RULE = (polls.c.rule_id == bindparam("of_rule"), polls.c.watch_id == bindparam("of_watch"))
_NEWEST = select(func.max(polls.c.number)).where(*_OF_RULE).scalar_subquery().label("newest")
_LAST = (
    select(polls.c.number, polls.c.record, _NEWEST)
    .where(*_OF_RULE, polls.c.record.is_not(None))
    .order_by(polls.c.number.desc())
    .limit(1)
)
_LAST_BELOW = _LAST.where(polls.c.number < bindparam("below"))
_FORGET = delete(polls).where(*_OF_RULE, polls.c.number < bindparam("below"), polls.c.number > bindparam("above"))
_KEEP = insert(polls)


def noting(connection: Connection, poll: Polled, rules: Mapping[str, Rule], judge: Judge) -> Judge:
    """Note what a poll comes to for each rule that it was made for; return the judge, whose verdicts are noted.

    Inside the savepoint in which a rule is judged: where that fails, nothing is noted of it.
    """
    due = [rules[rule_id] for rule_id in poll.claim.rule_ids if rule_id in rules]
    watch_id = poll.claim.watch_id
    if isinstance(poll.result, Exception):
        for rule in due:
            note(connection, rule.id, watch_id, _trouble(poll.result, poll.at))
        return judge
    # What holds the same as before is not judged again by every rule.
    idle = [rule for rule in due if not (keeps_readings(rule) or rule.hold.is_set or rule.condition.is_absence)]
    numbers = {rule.id: note(connection, rule.id, watch_id, Account(poll.at, NOTHING_NEW)) for rule in idle}
    return _noted(connection, judge, numbers)


def noting_time(connection: Connection, judge: Judge) -> Judge:
    """Return the judge, whose verdicts on what time alone may have changed are noted."""
    return _noted(connection, judge, {})


def note_fault(connection: Connection, rule_id: str, watch_id: str, error: Exception, at: datetime) -> None:
    """Note that a rule could not be judged, by a mistake of ours."""
    note(connection, rule_id, watch_id, _trouble(error, at))


def _noted(connection: Connection, judge: Judge, numbers: Mapping[str, int]) -> Judge:
    def noted(rule: Rule, memory: RuleMemory, sight: Sight, *rest: Any, **named: Any) -> Verdict:
        verdict = judge(rule, memory, sight, *rest, **named)
        if isinstance(rule.condition, Unasked):
            return verdict
        told = account(rule, sight.observations, sight.now, memory, verdict, is_poll=sight.is_new)
        note(connection, rule.id, sight.watch.id, told, number=numbers.get(rule.id))
        return verdict

    return noted


def note(connection: Connection, rule_id: str, watch_id: str, told: Account, *, number: int | None = None) -> int:
    """Keep what a poll came to, and forget the oldest; return its number, under which it can be put right."""
    place = {"of_rule": rule_id, "of_watch": watch_id}
    if number is None:
        last = connection.execute(_LAST, place).one_or_none()
        number = last.newest + 1 if last is not None else 0
    else:
        last = connection.execute(_LAST_BELOW, {**place, "below": number}).one_or_none()
        connection.execute(_FORGET, {**place, "below": number + 1, "above": number - 1})
    # Each block of rows begins with a whole one, so that what is before a block can go.
    block = number - number % KEPT
    record: dict[str, Any] | None = _record(told)
    if last is not None and last.number >= block and last.record == record:
        record = None
    row = {"rule_id": rule_id, "watch_id": watch_id, "number": number, "at": told.at, "record": record}
    connection.execute(_KEEP, row)
    if number == block:
        connection.execute(_FORGET, {**place, "below": block - KEPT, "above": -1})
    return number


def recent(connection: Connection, rule_id: str, watch_id: str) -> tuple[Account, ...]:
    """Return what a rule's recent polls of a watch came to, oldest first."""
    of_rule = (polls.c.rule_id == rule_id, polls.c.watch_id == watch_id)
    return tuple(_read_all(connection.execute(select(polls).where(*of_rule).order_by(polls.c.number)).all()))


def was_known(connection: Connection, rule_id: str, watch_id: str) -> bool:
    """Return whether the last judgement that was noted came to true or false of everything."""
    last = connection.execute(_LAST, {"of_rule": rule_id, "of_watch": watch_id}).one_or_none()
    return last is not None and last.record["outcome"] == JUDGED and not last.record["counts"][-1]


def _read_all(rows: Sequence[Row[Any]]) -> Iterator[Account]:
    record: Mapping[str, Any] = {}
    for row in rows:
        record = row.record if row.record is not None else record
        yield _read(row.at, record)


def _trouble(error: Exception, at: datetime) -> Account:
    """Return a trouble by the name that says what to do next; what has none is a fault of ours."""
    if not isinstance(error, WatchError):
        return Account(at, "OurFault", f"a fault of the agent itself: {type(error).__name__}")
    name = SourceUnavailable.__name__ if isinstance(error, SourceUnavailable) else type(error).__name__
    return Account(at, name, str(error))


def _record(told: Account) -> dict[str, Any]:
    """Return an account as JSON, without its time."""
    record: dict[str, Any] = {"outcome": told.outcome, "text": told.text, "poll": told.is_poll}
    if told.outcome == JUDGED:
        counts = [told.looked_at, told.true, told.false, told.unknown]
        record |= {"counts": counts, "whole": told.is_whole, "judged": [_judged_record(one) for one in told.judged]}
    return record


def _judged_record(one: Judged) -> dict[str, Any]:
    record = {
        "key": one.key,
        "title": one.title,
        "facts": encode_facts(one.facts),
        "holds": one.holds,
        "because": one.because,
        "unknown": dict(one.unknown),
        "changes_at": one.changes_at.isoformat() if one.changes_at else None,
        "state": one.state,
        "polls": one.true_polls,
        "seconds": one.true_for.total_seconds(),
        "held": encode_facts({"held": one.held}) if one.held is not None else None,
        "reason": one.reason,
    }
    # What says nothing takes no room; False says something.
    return {name: value for name, value in record.items() if value or value is False}


def _read(at: datetime, record: Mapping[str, Any]) -> Account:
    looked_at, true, false, unknown = record.get("counts", (0, 0, 0, 0))
    return Account(
        at=at,
        outcome=record["outcome"],
        text=record["text"],
        is_poll=record["poll"],
        looked_at=looked_at,
        true=true,
        false=false,
        unknown=unknown,
        judged=tuple(_read_judged(one) for one in record.get("judged", ())),
        is_whole=record.get("whole", False),
    )


def _read_judged(record: Mapping[str, Any]) -> Judged:
    changes_at, held = record.get("changes_at"), record.get("held")
    return Judged(
        key=record.get("key", ""),
        title=record.get("title", ""),
        facts=decode_facts(record.get("facts", {})),
        holds=record.get("holds"),
        because=record.get("because", ""),
        unknown=record.get("unknown", {}),
        changes_at=datetime.fromisoformat(changes_at) if changes_at else None,
        state=record.get("state"),
        true_polls=record.get("polls", 0),
        true_for=timedelta(seconds=record.get("seconds", 0)),
        held=decode_facts(held)["held"] if held else None,
        reason=record.get("reason", ""),
    )

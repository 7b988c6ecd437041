"""From what a judgement comes to, to the next state: the one user of the table in `rules.states`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from rules import plausible
from rules.case import Case, Seen
from rules.firing import CHANGED, CROSSED, REMINDED
from rules.memory import Memory
from rules.rule import Rule
from rules.states import MOVES, STAY, Event, State
from rules.when.evaluate_terms import bound_of

ROUND = 0.9
"""As much of the interval as surely lies between two polls of one source, though one of them comes a little late."""


def step(case: Case, seen: Seen) -> tuple[Memory, str | None]:
    """Return the observation's next memory, and the reason where it fires."""
    if seen.is_anew:
        case = replace(case, past=replace(case.memory, state="clear"))
    pending = _count(case) if _counts(case, seen) else None
    event = _event(case, seen, pending)
    move = MOVES[case.state, event]
    if event == "still":
        return _enter(case, "met"), _reminder(case, seen) if seen.finding.holds else None
    if move is STAY or move.to is None:
        return _stay(case), None
    if move.to == "pending" and pending is not None:
        return pending, None
    return _enter(case, move.to), _unless_told_for_ever(case, _reason(case)) if move.tells else None


def _event(case: Case, seen: Seen, pending: Memory | None) -> Event:
    """Return what a judgement comes to for the state; `pending` is the memory of one more true poll."""
    holds, state = seen.finding.holds, case.state
    if case.rule.condition.is_moment:
        return _moment(case, seen)
    if state == "met":
        return "false" if _is_over(seen) else "still"
    is_untold = state is None and case.entry is None
    if holds is None:
        # What a stream held at its baseline is seen, whatever is found out about it later, but for how it moves.
        is_seen = case.rule.kind.shape == "stream" and not case.rule.condition.looks_back
        return "taken" if is_untold and is_seen else "unknown"
    if not holds:
        return "false"
    if is_untold:
        return "taken"
    hold = case.rule.hold
    if not hold.is_set:
        return "full"
    if pending is None:
        # `for` counts what polls see; time alone fills nothing.
        return "unknown"
    return "true" if pending.true_polls < hold.polls or pending.true_for < hold.length else "full"


def _moment(case: Case, seen: Seen) -> Event:
    """What rests on a change is true of one reading only: each fires, and memory returns to clear."""
    if not case.sight.is_new or seen.finding.holds is None:
        return "unknown"
    is_news = seen.finding.holds and not seen.is_repeat and (case.state is not None or case.entry is not None)
    return "moment" if is_news else "false"


def _is_over(seen: Seen) -> bool:
    if seen.until is not None:
        return seen.until.holds is True and seen.finding.holds is not True
    return seen.finding.holds is False


def _counts(case: Case, seen: Seen) -> bool:
    return case.rule.hold.is_set and case.sight.is_new and seen.finding.holds is True and case.state != "met"


def _reason(case: Case) -> str:
    if case.rule.condition.is_moment:
        return CHANGED
    if case.state == "pending":
        return case.memory.reason
    return CROSSED if case.state == "clear" else case.entry or CROSSED


def _stay(case: Case) -> Memory:
    return case.memory if case.state is not None else replace(case.memory, state=None, same_as="")


def _enter(case: Case, state: State) -> Memory:
    memory = case.memory
    since = memory.since if case.state == state else case.sight.now
    return replace(
        memory, state=state, since=since, reason="", true_polls=0, true_for=timedelta(), true_at=None, same_as=""
    )


def _count(case: Case) -> Memory:
    """Return the memory of one more true poll. Gaps add up, each at most twice the interval."""
    memory, now = case.memory, case.sight.now
    if case.state != "pending" or memory.true_at is None:
        return replace(_enter(case, "pending"), reason=_reason(case), true_polls=1, true_at=now)
    if case.rule.hold.polls and _is_same_round(case, memory.true_at):
        return memory
    true_for = memory.true_for + case.sight.gap(memory.true_at)
    return replace(memory, true_polls=memory.true_polls + 1, true_for=true_for, true_at=now)


def _is_same_round(case: Case, counted_at: datetime) -> bool:
    """Return whether a poll of one of several sources belongs to the round of polls that was counted last.

    Each source is polled by itself, and each of its polls is judged: together they look once in an interval.
    """
    several = case.rule.joint is not None and len(case.rule.joint.sources) > 1
    return several and case.sight.now - counted_at < ROUND * case.rule.every


def _unless_told_for_ever(case: Case, reason: str) -> str | None:
    return None if case.rule.again.when == "never" and case.memory.told_at is not None else reason


def _reminder(case: Case, seen: Seen) -> str | None:
    """Return the reason to remind the owner of what is still true, or None."""
    again, memory, subject = case.rule.again, case.memory, case.rule.condition.subject
    if again.when == "every":
        is_due = memory.told_at is not None and case.sight.now - memory.told_at >= again.every
        return f"{REMINDED}: still true" if is_due else None
    told = memory.told or memory.first
    told_at_most = told.facts.get(subject, told.facts.get(bound_of(subject))) if told else None
    step = plausible.step(told_at_most, seen.facts.get(subject)) if told else None
    if step is None or (again.when, step < 0, step > 0) not in (("lower", True, False), ("higher", False, True)):
        return None
    return f"{REMINDED}: {again.when}"


def remind_at(rule: Rule, memory: Memory) -> datetime | None:
    """Return when the next reminder is due."""
    if rule.again.when != "every" or memory.state != "met" or memory.told_at is None:
        return None
    return memory.told_at + rule.again.every

"""The judgement: from what a poll saw, and what the rule remembers, to what the owner is told.

    judge ──▶ for each observation:  doubt ▶ evaluate ▶ step ▶ remember ──▶ Memory, readings, perhaps a Firing

Pure: everything that matters is an argument, so a firing can be replayed from the record. The states are drawn in
`rules.memory`; what each word means is the `when` language's reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from rules import plausible
from rules.condition import Finding, Reading, Unasked, View
from rules.firing import Firing
from rules.history import differing, first_known, remembered, remembering, returns
from rules.memory import Memory, RuleMemory, Sight, State, Verdict
from rules.rule import Rule
from watchers.api import Fact, Observation

FIRST_SEEN = "already true when first seen"
NEW = "new"
CROSSED = "crossed"
CHANGED = "changed"
REMINDED = "again"


def judge(rule: Rule, memory: RuleMemory, sight: Sight, history: Mapping[str, Sequence[Reading]]) -> Verdict:
    """Judge one rule on what one of its watches shows.

    Args:
        rule: The rule.
        memory: What it remembers of this watch; `seen` covers the keys of `sight`.
        sight: What the watch shows.
        history: By key, the rule's earlier readings, oldest first: at least the last nine, and all of its window.
    """
    is_baseline = memory.meaning != rule.meaning
    if is_baseline and not sight.is_new:
        return Verdict(replace(memory, seen={}))
    quiet_for = _quiet_for(rule, memory, sight)
    cases = [
        Case(rule, sight, observation, memory.of(observation), history.get(observation.key, ()), is_baseline, quiet_for)
        for observation in _judged(rule, sight)
    ]
    outcomes = [_judge_one(case) for case in cases]
    return Verdict(
        memory=RuleMemory(
            meaning=rule.meaning,
            baseline_at=sight.now if is_baseline else memory.baseline_at,
            judged_at=sight.now if sight.is_new else memory.judged_at,
            quiet_for=quiet_for if sight.is_new else memory.quiet_for,
            seen=_changed(rule, memory, sight, outcomes),
        ),
        firings=tuple(outcome.firing for outcome in outcomes if outcome.firing is not None),
        findings={outcome.key: outcome.finding for outcome in outcomes},
        believed=tuple(outcome.believed for outcome in outcomes),
        readings={outcome.key: outcome.readings for outcome in outcomes if outcome.readings},
        judge_again_at=_earliest(sight.now, *(outcome.judge_again_at for outcome in outcomes)),
        poll_again_at=_earliest(sight.now, *(outcome.poll_again_at for outcome in outcomes)),
    )


@dataclass(frozen=True, slots=True)
class Case:
    """One observation before its judge, with all that bears on it."""

    rule: Rule
    sight: Sight
    observation: Observation
    past: Memory | None
    history: Sequence[Reading]
    is_baseline: bool
    quiet_for: timedelta

    @property
    def memory(self) -> Memory:
        """What is remembered of it, or an empty memory."""
        return self.past or Memory()

    @property
    def state(self) -> State | None:
        """Its state under the rule's present meaning; None where no finding was known yet."""
        return self.memory.state if self.memory.meaning == self.rule.meaning else None

    @property
    def entry(self) -> str | None:
        """Why a first known truth would be told; None where it is only taken note of.

        What a stream holds at its baseline is seen, not told; and so is what comes back to it from before an edit of
        the rule. A gauge that is already true says so once. What looks back compares with what came before: after the
        baseline, its first truth is a move that was seen.
        """
        is_move = self.rule.condition.looks_back and not self.is_baseline
        if self.rule.kind.shape == "gauge":
            return CROSSED if is_move else FIRST_SEEN if self.rule.first == "tell" else None
        if self.is_baseline:
            is_untold = self.past is None or self.past.told_at is None
            return FIRST_SEEN if self.rule.first == "tell" and is_untold else None
        if self.past is None:
            return NEW
        return None if self.past.meaning != self.rule.meaning else CROSSED if is_move else NEW

    def view(self, why_held: str) -> View:
        """Return what a condition may see; a held value is not seen."""
        facts, unknown = dict(self.observation.facts), dict(self.observation.unknown)
        if why_held:
            facts.pop(self.rule.kind.doubted)
            unknown[self.rule.kind.doubted] = f"held: {why_held}"
        return View(
            facts=facts,
            unknown=unknown,
            now=self.sight.now,
            zone=self.sight.zone,
            previous=self.memory.previous,
            first=self.memory.first,
            last_told=self.memory.told or self.memory.first,
            history=self.history,
            others=self.sight.others,
            since_news=None if self.sight.blind else self.sight.now - self.quiet_for,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one observation came to."""

    key: str
    believed: Observation
    memory: Memory
    finding: Finding
    firing: Firing | None
    readings: tuple[Reading, ...]
    poll_again_at: datetime | None
    judge_again_at: datetime | None


def _judge_one(case: Case) -> Outcome:
    rule, sight, memory = case.rule, case.sight, case.memory
    held, why_held = _doubt(case)
    seen = _evaluate(case, why_held)
    if held is None and _would_fire_at_first_sight(case, seen.finding):
        held = Reading(sight.now, sight.now, dict(case.observation.facts))
        seen = _evaluate(case, "a first reading is looked at twice before it is told")
    moved, reason = _step(case, seen)
    readings, previous = remembering(rule, memory, sight, seen.facts, case.history)
    first = first_known(memory.first, previous)
    moved = replace(moved, meaning=rule.meaning, first=first, previous=previous, held=held)
    if reason:
        told = Reading(sight.now, sight.now, remembered(rule, seen.facts))
        moved = replace(moved, told=told, told_at=sight.now)
    return Outcome(
        key=case.observation.key,
        believed=replace(case.observation, facts=seen.facts, unknown=seen.unknown),
        memory=moved,
        finding=seen.finding,
        firing=_fire(case, seen, reason) if reason else None,
        readings=readings,
        poll_again_at=_poll_again_at(rule, moved, sight),
        judge_again_at=_earliest(sight.now, seen.finding.changes_at, _remind_at(rule, moved)),
    )


def _judged(rule: Rule, sight: Sight) -> tuple[Observation, ...]:
    """Return what the sentence speaks of: each observation, or for `nothing for …` the watch itself."""
    return (Observation(key="", facts={}),) if rule.condition.is_absence else sight.observations


def _changed(rule: Rule, memory: RuleMemory, sight: Sight, outcomes: Sequence[Outcome]) -> dict[str, Memory]:
    """Return the memories that have to be written, under every key of their observations."""
    noted = _noted(rule, memory, sight) if rule.condition.is_absence else {}
    now = {outcome.key: outcome.memory for outcome in outcomes} | noted | memory.aliases(sight.observations)
    return {key: one for key, one in now.items() if one != memory.seen.get(key)}


def _noted(rule: Rule, memory: RuleMemory, sight: Sight) -> dict[str, Memory]:
    """Return what `nothing for …`, which judges the watch as a whole, has to know of each thing to recognise news."""
    noted = {}
    for observation in sight.observations if sight.is_new else ():
        past = memory.of(observation) or Memory(meaning=rule.meaning)
        _, previous = remembering(rule, past, sight, observation.facts, ())
        noted[observation.key] = replace(past, previous=previous)
    return noted


def _quiet_for(rule: Rule, memory: RuleMemory, sight: Sight) -> timedelta:
    """Return how long nothing new came: nothing that was never seen, and of a gauge no other value than the last known.

    Each gap between polls counts at most twice the interval: blindness is not silence, nor is a laptop that slept.
    """
    if memory.judged_at is None or memory.meaning != rule.meaning:
        return timedelta()

    def is_news(observation: Observation) -> bool:
        past = memory.of(observation)
        if past is None or rule.kind.shape == "stream":
            return past is None
        last = past.previous.facts if past.previous else {}
        return any(last.get(name) != fact for name, fact in observation.facts.items())

    if sight.is_new and any(is_news(observation) for observation in sight.observations):
        return timedelta()
    return memory.quiet_for + sight.gap(memory.judged_at)


# Doubt: what is seen, and not yet believed.


def _doubt(case: Case) -> tuple[Reading | None, str]:
    """Return the reading that is held apart, with the reason; (None, "") where this one counts."""
    name, held, sight = case.rule.kind.doubted, case.memory.held, case.sight
    fact = case.observation.facts.get(name) if name else None
    if fact is None:
        return held, ""
    if held is not None and held.at <= sight.now and held.facts.get(name) == fact:
        if sight.is_new and sight.now - held.at >= case.rule.confirm_after:
            return None, ""
        return held, f"{name} {fact} waits to be confirmed"
    why = plausible.doubt(fact, name, case.history)
    return (Reading(sight.now, sight.now, dict(case.observation.facts)), why) if why else (None, "")


def _would_fire_at_first_sight(case: Case, finding: Finding) -> bool:
    """Return whether this is the first reading that counts and would be told at once: then it is looked at twice."""
    name, held = case.rule.kind.doubted, case.memory.held
    fact = case.observation.facts.get(name) if name else None
    if fact is None or case.rule.hold.is_set or any(name in reading.facts for reading in case.history):
        return False
    if case.state is not None or case.entry is None:
        return False
    # Of a source that is judged together with others, nobody knows yet whether all of them would fire.
    if finding.holds is not True and not isinstance(case.rule.condition, Unasked):
        return False
    # A price that never stands still is believed at its second look, where the first was of its like.
    was_looked_at = held is not None and case.sight.now - held.at >= case.rule.confirm_after
    return not was_looked_at or bool(plausible.doubt(fact, name, [held] if held else []))


# Evaluate: the sentence, on what is believed.


@dataclass(frozen=True, slots=True)
class _Seen:
    finding: Finding
    until: Finding | None
    facts: Mapping[str, Fact]
    unknown: Mapping[str, str]
    is_repeat: bool


def _evaluate(case: Case, why_held: str) -> _Seen:
    view = case.view(why_held)
    until = case.rule.until.evaluate(view) if case.rule.until and case.state == "met" else None
    is_repeat = returns(case.rule, view.facts, case.memory.previous, case.history)
    return _Seen(case.rule.condition.evaluate(view), until, view.facts, view.unknown, is_repeat)


# Step: the state machine.


def _step(case: Case, seen: _Seen) -> tuple[Memory, str | None]:
    """Return the observation's next state, and the reason where it fires."""
    holds, state = seen.finding.holds, case.state
    if case.rule.condition.is_moment:
        return _moment(case, seen)
    if state == "met":
        return _stay_or_clear(case, seen)
    if holds is None:
        # What a stream held at its baseline is seen, whatever is found out about it later, but for how it moves.
        is_seen = case.rule.kind.shape == "stream" and not case.rule.condition.looks_back
        is_absorbed = state is None and case.entry is None and is_seen
        return _stay(case) if not is_absorbed else _enter(case, "met"), None
    if not holds:
        return _enter(case, "clear"), None
    if state is None and case.entry is None:
        return _enter(case, "met"), None
    return _become_true(case)


def _become_true(case: Case) -> tuple[Memory, str | None]:
    """Fire, or count towards `for`."""
    hold, memory = case.rule.hold, case.memory
    reason = memory.reason if case.state == "pending" else CROSSED if case.state == "clear" else case.entry or CROSSED
    if hold.is_set:
        if not case.sight.is_new:
            return _stay(case), None
        pending = _count(case, reason)
        if pending.true_polls < hold.polls or pending.true_for < hold.length:
            return pending, None
    return _enter(case, "met"), _unless_told_for_ever(case, reason)


def _moment(case: Case, seen: _Seen) -> tuple[Memory, str | None]:
    """What rests on a change is true of one reading only: each fires, and memory returns to clear."""
    if not case.sight.is_new or seen.finding.holds is None:
        return _stay(case), None
    is_news = seen.finding.holds and not seen.is_repeat and (case.state is not None or case.entry is not None)
    return _enter(case, "clear"), _unless_told_for_ever(case, CHANGED) if is_news else None


def _stay_or_clear(case: Case, seen: _Seen) -> tuple[Memory, str | None]:
    if seen.until is not None:
        is_over = seen.until.holds is True and seen.finding.holds is not True
    else:
        is_over = seen.finding.holds is False
    if is_over:
        return _enter(case, "clear"), None
    return _enter(case, "met"), _reminder(case, seen) if seen.finding.holds else None


def _stay(case: Case) -> Memory:
    return case.memory if case.state is not None else replace(case.memory, state=None, same_as="")


def _enter(case: Case, state: State) -> Memory:
    memory = case.memory
    since = memory.since if case.state == state else case.sight.now
    return replace(
        memory, state=state, since=since, reason="", true_polls=0, true_for=timedelta(), true_at=None, same_as=""
    )


def _count(case: Case, reason: str) -> Memory:
    """Return the memory of one more true poll. Gaps add up, each at most twice the interval."""
    memory, now = case.memory, case.sight.now
    if case.state != "pending" or memory.true_at is None:
        return replace(_enter(case, "pending"), reason=reason, true_polls=1, true_at=now)
    true_for = memory.true_for + case.sight.gap(memory.true_at)
    return replace(memory, true_polls=memory.true_polls + 1, true_for=true_for, true_at=now)


def _unless_told_for_ever(case: Case, reason: str) -> str | None:
    return None if case.rule.again.when == "never" and case.memory.told_at is not None else reason


def _reminder(case: Case, seen: _Seen) -> str | None:
    """Return the reason to remind the owner of what is still true, or None."""
    again, memory, subject = case.rule.again, case.memory, case.rule.condition.subject
    if again.when == "every":
        is_due = memory.told_at is not None and case.sight.now - memory.told_at >= again.every
        return f"{REMINDED}: still true" if is_due else None
    told = memory.told or memory.first
    step = plausible.step(told.facts.get(subject), seen.facts.get(subject)) if told else None
    if step is None or (again.when, step < 0, step > 0) not in (("lower", True, False), ("higher", False, True)):
        return None
    return f"{REMINDED}: {again.when}"


def _remind_at(rule: Rule, memory: Memory) -> datetime | None:
    if rule.again.when != "every" or memory.state != "met" or memory.told_at is None:
        return None
    return memory.told_at + rule.again.every


def _poll_again_at(rule: Rule, memory: Memory, sight: Sight) -> datetime | None:
    """Return when a held reading can be confirmed, or `for` would be full."""
    wanted = []
    if memory.held is not None:
        wanted.append(memory.held.at + rule.confirm_after)
    if memory.state == "pending" and rule.hold.length and memory.true_at is not None:
        wanted.append(memory.true_at + rule.hold.length - memory.true_for)
    return _earliest(sight.now, *wanted)


def _earliest(now: datetime, *instants: datetime | None) -> datetime | None:
    """Return the first of the instants that is still to come."""
    return min((instant for instant in instants if instant is not None and instant > now), default=None)


# Fire: everything that explains it for ever.


def _fire(case: Case, seen: _Seen, reason: str) -> Firing:
    rule, sight, observation = case.rule, case.sight, case.observation
    subject = rule.condition.subject
    spec = rule.kind.fact(subject)
    before = differing(case.history, subject, seen.facts)
    # With when it was last told, no two firings share a key even where the clock stands still or repeats an hour.
    told_before = case.memory.told_at.isoformat() if case.memory.told_at else ""
    parts = (rule.id, sight.watch.id, observation.key, reason, sight.now.isoformat(), told_before)
    return Firing(
        key=sha256("\x1f".join(parts).encode()).hexdigest(),
        rule_id=rule.id,
        rule_name=rule.name,
        kind=rule.kind.name,
        watch_id=sight.watch.id,
        source=sight.watch.label,
        observation=observation.key,
        title=str(seen.facts.get(rule.kind.title, "")),
        reason=reason,
        sentence=rule.condition.text,
        because=seen.finding.because,
        subject=subject,
        facts=seen.facts,
        seen_at=sight.now,
        unit=spec.unit if spec else "",
        before=before.facts if before else {},
        before_at=before.until if before else None,
        evidence=observation.evidence,
        link=observation.link,
        urgency=rule.urgency,
        message=rule.message,
        zone=sight.zone.key,
        written=rule.written,
        untold=tuple(spec.name for spec in rule.kind.facts if not spec.told),
    )

"""The judgement: from what a poll saw, and what the rule remembers, to what the owner is told.

    judge ──▶ for each observation:  doubt ▶ evaluate ▶ step ▶ remember ──▶ Memory, readings, perhaps a Firing

Pure: everything that matters is an argument, so a firing can be replayed from the record. The states are declared
in `rules.states`; what each word means is the `when` language's reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from rules.case import Case, Seen, doubt, evaluate, would_fire_at_first_sight
from rules.condition import Finding, Reading
from rules.firing import Firing
from rules.history import differing, first_known, needed, remembered, remembering
from rules.memory import Memory, RuleMemory, Sight, Verdict
from rules.rule import Rule
from rules.stepping import remind_at, step
from rules.stories import STORY, is_recent
from watchers.api import Moment, Observation


def judge(rule: Rule, memory: RuleMemory, sight: Sight, history: Mapping[str, Sequence[Reading]]) -> Verdict:
    """Judge one rule on what one of its watches shows.

    Args:
        rule: The rule.
        memory: What it remembers of this watch; `seen` covers the keys of `sight`.
        sight: What the watch shows.
        history: By key, the rule's earlier readings, oldest first: at least those that `rules.history.needed` picks.
    """
    is_baseline = memory.meaning != rule.meaning
    if is_baseline and not sight.is_new:
        return Verdict(replace(memory, seen={}))
    quiet_for = _quiet_for(rule, memory, sight)
    cases = [
        Case.of(
            rule,
            sight,
            observation,
            memory.of(observation),
            needed(rule, history.get(observation.key, ()), sight.now),
            is_baseline=is_baseline,
            quiet_for=quiet_for,
        )
        for observation in _judged(rule, sight)
    ]
    outcomes = [_judge_one(case) for case in cases]
    noted, kept = _noted(rule, memory, sight, history) if rule.condition.is_absence else ({}, {})
    return Verdict(
        memory=RuleMemory(
            meaning=rule.meaning,
            baseline_at=sight.now if is_baseline else memory.baseline_at,
            judged_at=sight.now if sight.is_new else memory.judged_at,
            quiet_for=quiet_for if sight.is_new else memory.quiet_for,
            seen=_changed(rule, memory, sight, outcomes, noted),
        ),
        firings=tuple(outcome.firing for outcome in outcomes if outcome.firing is not None),
        findings={outcome.key: outcome.finding for outcome in outcomes},
        believed=tuple(outcome.believed for outcome in outcomes),
        readings={outcome.key: outcome.readings for outcome in outcomes if outcome.readings} | kept,
        judge_again_at=_earliest(sight.now, *(outcome.judge_again_at for outcome in outcomes)),
        poll_again_at=_earliest(sight.now, *(outcome.poll_again_at for outcome in outcomes)),
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
    held, why_held = doubt(case)
    seen = evaluate(case, why_held)
    if held is None and would_fire_at_first_sight(case, seen.finding):
        held = Reading(sight.now, sight.now, dict(case.observation.facts))
        seen = evaluate(case, "a first reading is looked at twice before it is told")
    moved, reason = step(case, seen)
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
        judge_again_at=_earliest(sight.now, seen.finding.changes_at, remind_at(rule, moved)),
    )


def _judged(rule: Rule, sight: Sight) -> tuple[Observation, ...]:
    """Return what the sentence speaks of: each observation, or for `nothing for …` the watch itself."""
    return (Observation(key="", facts={}),) if rule.condition.is_absence else sight.observations


def _changed(
    rule: Rule, memory: RuleMemory, sight: Sight, outcomes: Sequence[Outcome], noted: Mapping[str, Memory]
) -> dict[str, Memory]:
    """Return the memories that have to be written, under every key of their observations."""
    now = {outcome.key: outcome.memory for outcome in outcomes} | {**noted} | _aliases(rule, memory, sight)
    return {key: one for key, one in now.items() if one != memory.seen.get(key)}


def _aliases(rule: Rule, memory: RuleMemory, sight: Sight) -> dict[str, Memory]:
    """Return the other keys of each observation; those of stories only where another watch may yet show them too."""

    def is_wanted(key: str) -> bool:
        return not key.startswith(STORY) or (len(rule.watches) > 1 and is_recent(key, sight.now))

    return {key: alias for key, alias in memory.aliases(sight.observations).items() if is_wanted(key)}


def _noted(
    rule: Rule, memory: RuleMemory, sight: Sight, history: Mapping[str, Sequence[Reading]]
) -> tuple[dict[str, Memory], dict[str, tuple[Reading, ...]]]:
    """Return what `nothing for …`, which judges the watch as a whole, has to know of each thing, and the readings.

    By the first it recognises news; by the second its owner sees what it saw, and it can be lived through again.
    """
    noted: dict[str, Memory] = {}
    kept: dict[str, tuple[Reading, ...]] = {}
    for observation in sight.observations if sight.is_new else ():
        key, past = observation.key, memory.of(observation) or Memory(meaning=rule.meaning)
        readings, previous = remembering(rule, past, sight, observation.facts, history.get(key, ()))
        noted[key] = replace(past, previous=previous)
        kept |= {key: readings} if readings else {}
    return noted, kept


def _quiet_for(rule: Rule, memory: RuleMemory, sight: Sight) -> timedelta:
    """Return how long nothing new came: nothing that was never seen, and of a gauge no other value than the last known.

    Each gap between polls counts at most twice the interval: blindness is not silence, nor is a laptop that slept, nor
    a rule that was switched off and has yet to look again. It is where the source says itself when something last came.
    """
    since = _last_news_at(rule, memory, sight) if rule.kind.news_at else None
    if since is not None:
        return max(timedelta(), sight.now - since)
    if memory.meaning != rule.meaning:
        return timedelta()

    def is_news(observation: Observation) -> bool:
        past = memory.of(observation)
        if past is None or rule.kind.shape == "stream":
            return past is None
        last = past.previous.facts if past.previous else {}
        return any(last.get(name) != fact for name, fact in observation.facts.items())

    if sight.is_new and any(is_news(observation) for observation in sight.observations):
        return timedelta()
    if memory.judged_at is None or sight.blind:
        return memory.quiet_for
    return memory.quiet_for + sight.gap(memory.judged_at)


def _last_news_at(rule: Rule, memory: RuleMemory, sight: Sight) -> datetime | None:
    """Return when something last came, as the source says; None where it does not say.

    Until anything comes, that is when the rule began to wait for it.
    """
    if not sight.observations:
        return memory.baseline_at if memory.meaning == rule.meaning else sight.now
    said = [observation.facts.get(rule.kind.news_at) for observation in sight.observations]
    return max((fact.at for fact in said if isinstance(fact, Moment)), default=None)


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


def _fire(case: Case, seen: Seen, reason: str) -> Firing:
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
        change=rule.kind.change,
        untold=tuple(spec.name for spec in rule.kind.facts if not spec.told),
    )

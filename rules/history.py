"""What a rule keeps of what it saw, for later judgements to look back at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rules.condition import Condition, Reading
from rules.memory import Memory, Sight
from rules.plausible import COMPARED_READINGS
from rules.rule import Rule
from watchers.api import Fact, Text


def remembering(
    rule: Rule, memory: Memory, sight: Sight, facts: Mapping[str, Fact], history: Sequence[Reading]
) -> tuple[tuple[Reading, ...], Reading | None]:
    """Return what history gains, and the last known value of each fact.

    History gains a reading where the facts are new to it; its last reading grows by the time until this one.
    """
    kept = remembered(rule, facts)
    if not sight.is_new or not kept:
        return (), memory.previous
    merged = {**(memory.previous.facts if memory.previous else {}), **kept}
    is_same = memory.previous is not None and dict(memory.previous.facts) == merged
    previous = memory.previous if is_same else Reading(sight.now, sight.now, merged)
    if not keeps_readings(rule):
        return (), previous
    if not history:
        return (Reading(sight.now, sight.now, kept),), previous
    last = history[-1]
    # A value holds until another is seen, so the gap belongs to the earlier reading.
    grown = replace(last, known_for=last.known_for + sight.gap(last.until))
    if dict(last.facts) == kept:
        return (replace(grown, until=sight.now),), previous
    return (grown, Reading(sight.now, sight.now, kept)), previous


def first_known(first: Reading | None, previous: Reading | None) -> Reading | None:
    """Return the first known value of each fact, for a fact may be known later than others."""
    if first is None or previous is None:
        return first or previous
    facts = {**previous.facts, **first.facts}
    return first if len(facts) == len(first.facts) else replace(first, facts=facts)


def keeps_readings(rule: Rule) -> bool:
    """Return whether a history is kept: of every gauge, and of a stream where a sentence looks back."""
    return rule.kind.shape == "gauge" or any(condition.looks_back for condition in _conditions(rule))


def remembered(rule: Rule, facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return the facts worth keeping: all of a gauge, and of a stream only what its sentence looks back at."""
    if rule.kind.shape == "gauge":
        return dict(facts)
    conditions = _conditions(rule)
    if rule.again.when not in ("lower", "higher") and not keeps_readings(rule):
        return {}
    names = {rule.condition.subject}.union(*(condition.facts for condition in conditions))
    return {name: fact for name, fact in facts.items() if name in names}


def window(rule: Rule) -> timedelta:
    """Return how far back the sentences of a rule look."""
    return max(condition.window for condition in _conditions(rule))


def fewest(rule: Rule) -> int:
    """Return how many of the last readings a judgement looks at, however old they are."""
    return max(COMPARED_READINGS, rule.ignore_repeats + 1)


def needed(rule: Rule, history: Sequence[Reading], now: datetime) -> Sequence[Reading]:
    """Return the readings that a judgement looks at: who knows more of the past comes to nothing else."""
    back, last = window(rule), len(history) - fewest(rule)
    if last <= 0:
        return history
    if not back:
        return history[last:]
    return [reading for place, reading in enumerate(history) if place >= last or reading.until >= now - back]


def differing(history: Sequence[Reading], subject: str, facts: Mapping[str, Fact]) -> Reading | None:
    """Return the latest reading that knows another value of the subject: what it was before."""
    value = facts.get(subject)
    return next((reading for reading in reversed(history) if reading.facts.get(subject, value) != value), None)


def returns(rule: Rule, facts: Mapping[str, Fact], previous: Reading | None, history: Sequence[Reading]) -> bool:
    """Return whether a text came back to one of its last versions, which is no news."""
    subject = rule.condition.subject
    value = facts.get(subject)
    if not isinstance(value, Text) or previous is None or previous.facts.get(subject) == value:
        return False
    versions = dict.fromkeys(reading.facts[subject] for reading in reversed(history) if subject in reading.facts)
    return value in list(versions)[: rule.ignore_repeats]


def _conditions(rule: Rule) -> list[Condition]:
    return [condition for condition in (rule.condition, rule.until) if condition is not None]

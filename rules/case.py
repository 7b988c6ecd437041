"""One observation before its judge: what bears on it, whether it is believed, and what the sentence says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from rules import plausible
from rules.condition import Finding, Reading, Unasked, View
from rules.firing import CROSSED, FIRST_SEEN, NEW
from rules.history import returns
from rules.memory import Memory, Sight
from rules.rule import Rule
from rules.states import State
from watchers.api import Fact, Observation


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

    @classmethod
    def of(
        cls,
        rule: Rule,
        sight: Sight,
        observation: Observation,
        past: Memory | None,
        history: Sequence[Reading],
        *,
        is_baseline: bool,
        quiet_for: timedelta,
    ) -> Case:
        """Return the case of an observation, as this rule sees it."""
        return cls(
            rule, sight, _since_last_look(rule, sight, observation, history), past, history, is_baseline, quiet_for
        )

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
            return NEW if self.observation.is_news else None
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


def _since_last_look(rule: Rule, sight: Sight, observation: Observation, history: Sequence[Reading]) -> Observation:
    """Return an observation with what happened since this rule looked last, where a kind has facts that say so."""
    derive = rule.kind.derive
    if derive is None:
        return observation
    if sight.is_new or not history:
        return derive(observation, [reading.facts for reading in history])
    # Time alone brings nothing: what had happened at the last look is in the reading that it left.
    return replace(observation, facts=history[-1].facts)


# Doubt: what is seen, and not yet believed.


def doubt(case: Case) -> tuple[Reading | None, str]:
    """Return the reading that is held apart, with the reason; (None, "") where this one counts."""
    name, held, sight = case.rule.kind.doubted, case.memory.held, case.sight
    fact = case.observation.facts.get(name) if name else None
    if fact is None:
        return held, ""
    if held is not None and held.at <= sight.now and held.facts.get(name) == fact:
        if sight.is_new and sight.now - held.at >= case.rule.confirm_after:
            return None, ""
        return held, f"{name} {fact} waits to be confirmed"
    why = plausible.doubt(fact, name, _compared(case, name))
    return (Reading(sight.now, sight.now, dict(case.observation.facts)), why) if why else (None, "")


def _compared(case: Case, name: str) -> Sequence[Reading]:
    """Return the readings that say what is usual; where none of the last ones knows the fact, that which last did."""
    previous = case.memory.previous
    if previous is None or any(name in reading.facts for reading in case.history):
        return case.history
    return [previous]


def would_fire_at_first_sight(case: Case, finding: Finding) -> bool:
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
class Seen:
    """What the sentence says of what is believed.

    Attributes:
        is_repeat: A text came back to one of its last versions.
        is_anew: It rests on `last told`, so that it was over once it was told, and came true again since.
    """

    finding: Finding
    until: Finding | None
    facts: Mapping[str, Fact]
    unknown: Mapping[str, str]
    is_repeat: bool
    is_anew: bool = False


def evaluate(case: Case, why_held: str) -> Seen:
    """Return what the sentence says, and `until` where the rule is met; a held value is unknown to both."""
    view = case.view(why_held)
    until = case.rule.until.evaluate(view) if case.rule.until and case.state == "met" else None
    is_repeat = returns(case.rule, view.facts, case.memory.previous, case.history)
    finding = case.rule.condition.evaluate(view)
    return Seen(finding, until, view.facts, view.unknown, is_repeat, _is_anew(case, view, finding))


def _is_anew(case: Case, view: View, finding: Finding) -> bool:
    """Return whether a met sentence holds only because something moved since it was last told.

    `drops by 20 USD from last told` of 160 140 120 is true of each step down. Nothing between them would ever show that
    it was over, since the reading that was told is what it is compared with. With `until`, that says when it is over.
    """
    rule = case.rule
    if case.state != "met" or rule.until or not rule.condition.looks_back or finding.holds is not True:
        return False
    told_now = replace(view, last_told=Reading(view.now, view.now, view.facts))
    return case.memory.told is not None and rule.condition.evaluate(told_now).holds is False

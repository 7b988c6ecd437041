"""A rule lived through again, in memory: what it would have told of a series of polls.

    Replay(rule, zone) ─▶ poll(watch, observations, at) ─▶ Verdict          and between polls: pass_time(until)

It keeps what the store keeps and judges with the same judge, so a rule test, a backtest and the running agent cannot
disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from rules.condition import Reading, Standing
from rules.joint import Part, alone, is_blind, together
from rules.judge import judge
from rules.memory import Memory, RuleMemory, Shown, Sight, Told, Verdict, done_with, told_elsewhere
from rules.rule import Joint, Rule, WatchSpec
from watchers.api import Observation


@dataclass(slots=True)
class _Seen:
    """What the rule has of one watch."""

    spec: WatchSpec
    memory: RuleMemory = field(default_factory=RuleMemory)
    history: dict[str, list[Reading]] = field(default_factory=dict)
    observations: tuple[Observation, ...] | None = None
    at: datetime | None = None
    judge_at: datetime | None = None
    is_blind: bool = False


class Replay:
    """One rule, judged on one poll after another. Time must not go back from one call to the next.

    Attributes:
        others: How the rules stand that this one names; to be set by whoever knows.
    """

    def __init__(self, rule: Rule, zone: ZoneInfo) -> None:
        self.rule = rule
        self.zone = zone
        self.others: Mapping[str, Standing] = {}
        joint = [rule.joint.spec] if rule.joint is not None else []
        self._seen = {spec.id: _Seen(spec) for spec in (*rule.watches, *joint)}

    def poll(
        self,
        watch_id: str,
        observations: Sequence[Observation] | None,
        at: datetime,
        *,
        is_baseline: bool = False,
    ) -> Verdict | None:
        """Judge what a poll of one of the rule's watches showed; None stands for trouble, which judges nothing.

        With `is_baseline`, the watch looks at something else than before: what is new to the rule there is seen, and no
        news. See `watchers.api.Poll`.
        """
        seen = self._seen[watch_id]
        seen.is_blind = observations is None
        if observations is None:
            return None
        if is_baseline:
            known = {one.key: Memory() for one in observations if seen.memory.of(one) is None}
            seen.memory = replace(seen.memory, seen={**seen.memory.seen, **known})
        if self.rule.joint is None:
            return self._judge(self.rule, seen, tuple(observations), at)
        verdict = self._judge(alone(self.rule, seen.spec), seen, tuple(observations), at)
        seen.observations, seen.at = verdict.believed, at
        whole = self._judge_together(self.rule.joint, at, is_new=True)
        soonest = [instant for instant in (verdict.poll_again_at, whole.poll_again_at) if instant is not None]
        return replace(whole, poll_again_at=min(soonest, default=None))

    def pass_time(self, until: datetime) -> Iterator[tuple[datetime, Verdict]]:
        """Judge at each instant up to `until` at which time alone may change a finding, as the running agent does."""
        while due := [seen for seen in self._seen.values() if seen.judge_at is not None and seen.judge_at <= until]:
            first = min(due, key=lambda seen: (seen.judge_at, seen.spec.id))
            at = first.judge_at
            if at is None:
                return
            yield at, self.judge_again(at, first.spec.id)

    def judge_again(self, now: datetime, watch_id: str | None = None) -> Verdict:
        """Judge what was seen last once more: time has passed, or another rule that this one names stands anew.

        Args:
            now: The instant.
            watch_id: Which of several watches that are judged alone; the first where none is named.
        """
        if self.rule.joint is not None:
            return self._judge_together(self.rule.joint, now, is_new=not self.rule.joint.sources)
        seen = self._seen[watch_id or self.rule.watches[0].id]
        return self._judge(self.rule, seen, seen.observations or (), now, is_new=False, blind=seen.is_blind)

    def memory(self, watch_id: str) -> RuleMemory:
        """Return what the rule now remembers of a watch."""
        return self._seen[watch_id].memory

    def history(self, watch_id: str) -> Mapping[str, Sequence[Reading]]:
        """Return what the rule saw of a watch, by observation, oldest first."""
        return self._seen[watch_id].history

    def _elsewhere(self, seen: _Seen, shown: tuple[Observation, ...], now: datetime) -> dict[str, Memory]:
        known: dict[str, Told] = {}
        for other in self._seen.values():
            if other is not seen:
                shown_there = Shown(other.spec.id, other.memory.seen, other.memory.baseline_at, seen.memory.baseline_at)
                known |= done_with(shown_there, self.rule.meaning, now)
        unseen = [one for one in shown if seen.memory.of(one) is None] if known else []
        return {key: told.memory for key, told in told_elsewhere(unseen, known).items()}

    def _judge_together(self, joint: Joint, now: datetime, *, is_new: bool) -> Verdict:
        parts = {
            spec_id: Part(seen.observations, seen.at, seen.is_blind)
            for spec_id, seen in self._seen.items()
            if seen.spec is not joint.spec
        }
        shown = together(joint, parts, now, self.rule.every, self.rule.condition.subject)
        blind = is_blind(joint, parts, now, self.rule.every)
        return self._judge(self.rule, self._seen[joint.spec.id], (shown,), now, is_new=is_new, blind=blind)

    def _judge(
        self,
        rule: Rule,
        seen: _Seen,
        shown: tuple[Observation, ...],
        now: datetime,
        *,
        is_new: bool = True,
        blind: bool = False,
    ) -> Verdict:
        sight = Sight(seen.spec, shown, now, self.zone, rule.every, is_new=is_new, blind=blind, others=self.others)
        verdict = judge(rule, replace(seen.memory, elsewhere=self._elsewhere(seen, shown, now)), sight, seen.history)
        seen.observations = shown
        seen.memory = replace(verdict.memory, seen={**seen.memory.seen, **verdict.memory.seen})
        seen.judge_at = verdict.judge_again_at
        for key, readings in verdict.readings.items():
            kept = seen.history.setdefault(key, [])
            for reading in readings:
                # The last reading comes again where it grew.
                if kept and kept[-1].at == reading.at:
                    kept[-1] = reading
                else:
                    kept.append(reading)
        return verdict

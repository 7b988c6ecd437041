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

from rules.condition import Reading
from rules.judge import judge
from rules.memory import RuleMemory, Sight, Verdict
from rules.rule import Rule, WatchSpec
from watchers.api import Observation


@dataclass(slots=True)
class _Seen:
    """What the rule has of one watch."""

    spec: WatchSpec
    memory: RuleMemory = field(default_factory=RuleMemory)
    history: dict[str, list[Reading]] = field(default_factory=dict)
    observations: tuple[Observation, ...] | None = None
    judge_at: datetime | None = None
    is_blind: bool = False


class Replay:
    """One rule, judged on one poll after another.

    Time must not go back from one call to the next.
    """

    def __init__(self, rule: Rule, zone: ZoneInfo) -> None:
        self.rule = rule
        self.zone = zone
        self._seen = {spec.id: _Seen(spec) for spec in rule.watches}

    def poll(self, watch_id: str, observations: Sequence[Observation] | None, at: datetime) -> Verdict | None:
        """Judge what a poll of one of the rule's watches showed; None stands for trouble, which judges nothing."""
        seen = self._seen[watch_id]
        seen.is_blind = observations is None
        if observations is None:
            return None
        seen.observations = tuple(observations)
        return self._judge(seen, at, is_new=True)

    def pass_time(self, until: datetime) -> Iterator[tuple[datetime, Verdict]]:
        """Judge at each instant up to `until` at which time alone may change a finding, as the running agent does."""
        while due := [seen for seen in self._seen.values() if seen.judge_at is not None and seen.judge_at <= until]:
            first = min(due, key=lambda seen: (seen.judge_at, seen.spec.id))
            at = first.judge_at
            if at is None:
                return
            yield at, self._judge(first, at, is_new=False)

    def memory(self, watch_id: str) -> RuleMemory:
        """Return what the rule now remembers of a watch."""
        return self._seen[watch_id].memory

    def history(self, watch_id: str) -> Mapping[str, Sequence[Reading]]:
        """Return what the rule saw of a watch, by observation, oldest first."""
        return self._seen[watch_id].history

    def _judge(self, seen: _Seen, now: datetime, *, is_new: bool) -> Verdict:
        shown = seen.observations or ()
        sight = Sight(seen.spec, shown, now, self.zone, self.rule.every, is_new=is_new, blind=seen.is_blind)
        verdict = judge(self.rule, seen.memory, sight, seen.history)
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

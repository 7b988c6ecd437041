"""What a rule remembers. All of it belongs to one rule, so no rule can change what another tells.

The states and what leads from one to another are declared in `rules.states`. Unknown moves nothing. Snoozed, troubled
and held lie beside this and never change it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rules.condition import Finding, Reading, Standing
from rules.firing import Firing
from rules.rule import WatchSpec
from rules.states import State
from rules.stories import STORY, WINDOW, matches, read_sketch
from watchers.api import Observation


@dataclass(frozen=True, slots=True)
class Memory:
    """What a rule remembers of one observation.

    Attributes:
        state: None until a finding was known under the rule's present meaning.
        meaning: The rule's meaning under which `state` was reached.
        since: When it entered its state.
        reason: Why it would fire, while pending.
        true_polls, true_for: How often, and how long, it was seen true in a row; `true_at` is the last such poll.
        told: The reading when the rule last told of it, at `told_at`.
        first: The first known value of each fact.
        previous: The last known value of each fact, before the next poll.
        held: An implausible reading that waits to be confirmed, since `held.at`.
        same_as: This is another key of the observation under that key; nothing else is set then.
    """

    state: State | None = None
    meaning: str = ""
    since: datetime | None = None
    reason: str = ""
    true_polls: int = 0
    true_for: timedelta = timedelta()
    true_at: datetime | None = None
    told: Reading | None = None
    told_at: datetime | None = None
    first: Reading | None = None
    previous: Reading | None = None
    held: Reading | None = None
    same_as: str = ""

    def is_met_under(self, meaning: str) -> bool:
        """Return whether the condition is met, in the sense that the rule has now."""
        return self.state == "met" and self.meaning == meaning


@dataclass(frozen=True, slots=True)
class RuleMemory:
    """What a rule remembers of one of its watches.

    Attributes:
        meaning: The rule's meaning at its baseline here; empty before the first good poll.
        baseline_at: When that was.
        judged_at: The last poll that was judged, or showed what had been judged; None while the rule has yet to look:
            at first, and after it was switched off.
        quiet_for: How long nothing new came while polls succeeded.
        seen: By key: every observation of the poll at hand that was seen before.
        elsewhere: By story key of an observation at hand: what is known of that story, which another watch of the rule
            showed and which is done with.
    """

    meaning: str = ""
    baseline_at: datetime | None = None
    judged_at: datetime | None = None
    quiet_for: timedelta = timedelta()
    seen: Mapping[str, Memory] = field(default_factory=dict)
    elsewhere: Mapping[str, Memory] = field(default_factory=dict)

    def of(self, observation: Observation) -> Memory | None:
        """Return what is remembered of an observation under any of its keys; None if it was never seen."""
        key = self._known_as(observation)
        if key is not None:
            return self.seen[key]
        return next((self.elsewhere[key] for key in observation.also if key in self.elsewhere), None)

    def aliases(self, observations: Sequence[Observation]) -> dict[str, Memory]:
        """Return the other keys of each observation, pointing to its own: also that under which it was known until now.

        A key that is another observation's own points nowhere, and of two that share one the first by name has it: what
        is remembered must not hang on the order of a poll.
        """
        own = {observation.key for observation in observations}
        aliases: dict[str, Memory] = {}
        for observation in sorted(observations, key=lambda observation: observation.key):
            known_as = self._known_as(observation)
            for other in (*observation.also, *([known_as] if known_as is not None else [])):
                if other not in own:
                    aliases.setdefault(other, Memory(same_as=observation.key))
        return aliases

    def _known_as(self, observation: Observation) -> str | None:
        # Two things of one watch are two, however alike their stories.
        own = (key for key in observation.also if not key.startswith(STORY))
        ends = (self._end(key) for key in (observation.key, *own))
        return next((end for end in ends if end is not None), None)

    def _end(self, key: str) -> str | None:
        """Return where a key leads to: itself, or what it points to; None where nothing is there."""
        passed = set()
        while key in self.seen and key not in passed:
            if not self.seen[key].same_as:
                return key
            passed.add(key)
            key = self.seen[key].same_as
        return None


@dataclass(frozen=True, slots=True)
class Told:
    """A story as another watch of the rule has it: told there, or found there when the rule began to look.

    Attributes:
        watch_id, key: The thing that was first told of, or seen, and `story` its story key.
    """

    watch_id: str
    key: str
    story: str
    memory: Memory


@dataclass(frozen=True, slots=True)
class Shown:
    """What another watch of a rule has shown to it.

    Attributes:
        seen: By key, as in `RuleMemory`.
        baseline_at: When the rule began to look there, and `ours` when it began to look here.
    """

    watch_id: str
    seen: Mapping[str, Memory]
    baseline_at: datetime | None
    ours: datetime | None

    def is_untold(self, key: str, memory: Memory) -> bool:
        """Return whether a story was found there when the rule began to look, though it came after it began here.

        Nobody was told of it. Of one that was printed in the very hour in which the rule began here that is not known,
        and it counts as untold: rather told than missed.
        """
        if self.ours is None or self.baseline_at is None or self.baseline_at <= self.ours:
            return False
        if memory.told_at is not None or memory.since != self.baseline_at:
            return False
        sketch = read_sketch(key)
        return sketch is not None and sketch.hour >= self.ours.timestamp() // 3600


def done_with(shown: Shown, meaning: str, now: datetime) -> dict[str, Told]:
    """Return the stories that another watch has shown and that the rule is done with, by story key.

    One that did not fit as that watch has it may fit as another has it, and is judged there. What is told is not told
    again, nor are there reminders of it from both. What is long past is another story, however alike; and as what is
    met again counts from when it was first met, no chain of likenesses is longer than that.
    """
    return {
        key: Told(shown.watch_id, alias.same_as, key, Memory(state="met", meaning=meaning, since=known.since))
        for key, alias in shown.seen.items()
        if key.startswith(STORY)
        and (known := shown.seen.get(alias.same_as))
        and known.is_met_under(meaning)
        and (known.since is None or abs(now - known.since) <= WINDOW)
        and not shown.is_untold(key, known)
    }


def told_elsewhere(observations: Sequence[Observation], known: Mapping[str, Told]) -> dict[str, Told]:
    """Return by story key of these observations the story that another watch of the rule has shown."""
    keys = [key for observation in observations for key in observation.also if key.startswith(STORY)]
    return {key: known[other] for key, other in matches(keys, known).items()}


@dataclass(frozen=True, slots=True)
class Sight:
    """What one watch shows to one rule at one instant.

    Attributes:
        observations: All that the source holds.
        now: The instant of judging.
        zone: The owner's time zone.
        interval: The time between two polls that this rule asks for.
        is_new: A poll stands behind it; otherwise time alone has come, and the last good poll is judged again.
        blind: The last poll was a trouble, or one of several sources is not seen.
        others: How the rules stand that this one names.
    """

    watch: WatchSpec
    observations: tuple[Observation, ...]
    now: datetime
    zone: ZoneInfo
    interval: timedelta
    is_new: bool = True
    blind: bool = False
    others: Mapping[str, Standing] = field(default_factory=dict)

    def gap(self, earlier: datetime) -> timedelta:
        """Return the time since an earlier poll as it counts: at most twice the interval, never negative."""
        return max(timedelta(), min(self.now - earlier, 2 * self.interval))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What judging came to.

    Attributes:
        memory: To be kept; `seen` holds only what changed.
        believed: What was seen, without what is held.
        readings: By key: what history gains, and its last reading where that grew; `at` tells which is which.
        judge_again_at: The next instant at which time alone may change a finding.
        poll_again_at: When the rule wants its next poll, if sooner than its interval.
    """

    memory: RuleMemory
    firings: tuple[Firing, ...] = ()
    findings: Mapping[str, Finding] = field(default_factory=dict)
    believed: tuple[Observation, ...] = ()
    readings: Mapping[str, tuple[Reading, ...]] = field(default_factory=dict)
    judge_again_at: datetime | None = None
    poll_again_at: datetime | None = None

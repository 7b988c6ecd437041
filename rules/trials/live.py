"""Living a case through: each poll judged by the real judge, time passing truly between them.

Between two polls a source goes on showing what it showed last. So what the agent looks at twice before it believes it,
and what has to hold `for` a while, is looked at again when the running agent would look again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rules.condition import Finding, Standing
from rules.firing import Firing
from rules.memory import Memory, Verdict
from rules.replay import Replay
from rules.states import State
from rules.trials.case import BLIND, Answer, Case, Shown, Turn, World
from rules.words import compose
from watchers.api import Observation, Unchanged, WatchError

# What is due to be polled is not judged by the time just before.
_JUST = timedelta(microseconds=1)
# No rule asks for another look so often between two polls: a case that does not end would be a fault of ours.
_MOST_LOOKS = 1_000


@dataclass(frozen=True, slots=True)
class Told:
    """One firing, as the owner would have been told of it.

    Attributes:
        poll: The number of the poll at or after which it was told, from 1.
        message: Title, an empty line, and the rest but for its last line, which asks by the firing's own id.
    """

    poll: int
    at: datetime
    firing: Firing
    message: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the sentence said of one thing at one poll, and how the rule stood after it."""

    key: str
    finding: Finding
    state: State | None
    told_at: datetime | None


@dataclass(slots=True)
class Lived:
    """What a case came to.

    Attributes:
        found: By number of the poll, from 1: what it found in the end.
        troubles: By number of the poll: why it gave nothing.
    """

    told: list[Told] = field(default_factory=list)
    found: dict[int, dict[str, Found]] = field(default_factory=dict)
    troubles: dict[int, str] = field(default_factory=dict)


def live(case: Case, world: World) -> Lived:
    """Return what a rule tells of a case."""
    life = _Life(case, world)
    for number, turn in enumerate(case.turns, 1):
        life.take(number, turn)
    life.pass_time(case.turns[-1].at + case.rule.every)
    return life.lived


@dataclass(slots=True)
class _Life:
    case: Case
    world: World
    lived: Lived = field(default_factory=Lived)
    number: int = 0
    replay: Replay = field(init=False)
    cursors: dict[str, str | None] = field(default_factory=dict)
    showing: dict[str, tuple[Observation, ...]] = field(default_factory=dict)
    memories: dict[str, Memory] = field(default_factory=dict)
    looks_again: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.replay = Replay(self.case.rule, self.case.zone)

    def take(self, number: int, turn: Turn) -> None:
        """Let time pass until a turn, then poll what it polls."""
        self.pass_time(turn.at)
        self.number = number
        self.looks_again.clear()
        stood = dict(self.replay.others)
        self.replay.others = {
            **stood,
            **{name: self._standing(name, is_met, turn.at) for name, is_met in turn.others.items()},
        }
        for watch_id, shown in turn.shown.items():
            self._poll(watch_id, self._seen(watch_id, shown, turn.at), turn.at, again=turn.stays)
        if self.replay.others != stood:
            self._judge_again([spec.id for spec in self.case.rule.watches if spec.id not in turn.shown], turn)

    def pass_time(self, until: datetime) -> None:
        """Judge by the time alone, and look again where the rule asks for it, up to but not at an instant."""
        for _ in range(_MOST_LOOKS):
            watch_id, at = min(self.looks_again.items(), key=lambda item: (item[1], item[0]), default=("", until))
            at = min(at, until)
            for instant, verdict in self.replay.pass_time(at - _JUST):
                self._note(verdict, instant)
            if at >= until:
                return
            del self.looks_again[watch_id]
            self._poll(watch_id, self.showing[watch_id], at, again=True)
        raise RuntimeError(f"{self.case.rule.id} asked for more than {_MOST_LOOKS} looks before {until}")

    def _standing(self, name: str, is_met: bool | None, at: datetime) -> Standing:
        before = self.replay.others.get(name, Standing(False))
        has_come_true = bool(is_met) and not before.is_met
        return Standing(is_met, at if has_come_true else before.told_at, "" if is_met is not None else "as written")

    def _judge_again(self, unpolled: Sequence[str], turn: Turn) -> None:
        """Judge anew what is not polled at this turn, as the agent does where another rule stands anew."""
        if self.case.rule.joint is not None:
            unpolled = () if turn.shown else ("",)
        for watch_id in unpolled:
            if not watch_id or watch_id in self.showing:
                self._note(self.replay.judge_again(turn.at, watch_id or None), turn.at)

    def _seen(self, watch_id: str, shown: Shown, at: datetime) -> tuple[Observation, ...] | None:
        if shown is BLIND:
            self.lived.troubles.setdefault(self.number, "this poll is a trouble, as written")
            return None
        answers = tuple(each for each in shown if isinstance(each, Answer))
        if not answers:
            return tuple(each for each in shown if isinstance(each, Observation))
        spec = next(spec for spec in self.case.rule.watches if spec.id == watch_id)
        try:
            poll = self.world.look(spec, answers, at, self.case.zone, self.cursors.get(watch_id))
        except WatchError as trouble:
            self.lived.troubles[self.number] = f"{type(trouble).__name__}: {trouble.reason}"
            return None
        if isinstance(poll, Unchanged):
            return self.showing.get(watch_id, ())
        self.cursors[watch_id] = poll.cursor
        return poll.observations

    def _poll(self, watch_id: str, seen: tuple[Observation, ...] | None, at: datetime, *, again: bool) -> None:
        verdict = self.replay.poll(watch_id, seen, at)
        if seen is None or verdict is None:
            return
        self.showing[watch_id] = seen
        self._note(verdict, at)
        if again and verdict.poll_again_at is not None:
            self.looks_again[watch_id] = verdict.poll_again_at

    def _note(self, verdict: Verdict, at: datetime) -> None:
        found = self.lived.found.setdefault(self.number, {})
        # A verdict brings only the memories that have changed.
        self.memories |= verdict.memory.seen
        for key, finding in verdict.findings.items():
            memory = self.memories.get(key, Memory())
            found[key] = Found(key, finding, memory.state, memory.told_at)
        self.lived.told += [Told(self.number, at, firing, _message(firing)) for firing in verdict.firings]


def _message(firing: Firing) -> str:
    words = compose(firing)
    lines = [line.rstrip() for line in f"{words.title}\n\n{words.body}".splitlines()]
    # The id hangs on the address and the clock: nobody can write it down beforehand.
    if lines and lines[-1].startswith("Ask: "):
        lines.pop()
    return "\n".join(lines).strip("\n")

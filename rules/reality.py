"""What a rule meets in reality: a sentence held against what its sources show now and what is kept of before.

    Question ──▶ suggestions: already true · out of reach · never given · another currency · no such topic · …

Nothing here is a fault. A sentence that was never true may be just what its owner waits for, so each suggestion says
the value and leaves it there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Literal
from zoneinfo import ZoneInfo

from rules.alternatives import extreme, is_reached, reachable
from rules.backtest import Record
from rules.condition import Condition, Reading, View
from rules.durations import write_duration
from rules.rule import For, Names, Rule
from rules.threshold import Threshold, thresholds
from rules.topics import phrase_suggestions
from rules.when import compile_condition, syntax
from rules.when.canonical import duration
from rules.when.parse import parse
from rules.words import written_time
from watchers.api import Kind, Money, Observation

About = Literal["already true", "out of reach", "never given", "another currency", "no match", "all match", "window"]

# A price that was looked at for two days says nothing of how low it may fall.
LEAST_KNOWN = timedelta(days=7)
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that the owner may want to know of a rule, before it is trusted.

    Attributes:
        about: What sort of thing it is, for programs.
        instead: What to write; empty where there is nothing sensible to offer.
    """

    about: About
    sentence: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """What one watch shows now."""

    watch_id: str
    source: str
    observations: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence that is to be held against reality, with all that bears on it.

    Attributes:
        until: The second sentence of the rule.
        tells_at_once: What is already true would be told when it is first seen.
        hold: For how long it has to be true.
        known_any: A window may be judged however little of it is known.
        kept_for: How long readings are kept.
        sights: What was seen just now; a watch that shows nothing, or could not be seen, is left out.
        record: What was seen before.
        would_tell: How often the rule would have told with another sentence; None where that cannot be tried.
    """

    kind: Kind
    condition: Condition
    names: Names
    now: datetime
    zone: ZoneInfo
    sights: tuple[Sight, ...] = ()
    record: Record = field(default_factory=Record)
    until: Condition | None = None
    tells_at_once: bool = True
    hold: For = field(default_factory=For)
    known_any: bool = False
    kept_for: timedelta | None = None
    would_tell: Callable[[str], int] | None = None

    @classmethod
    def of(
        cls, rule: Rule, names: Names, now: datetime, zone: ZoneInfo, *, is_known: bool, kept_for: timedelta
    ) -> Question:
        """Return what to ask of a rule.

        Args:
            rule: The rule.
            names: What its sentence may name.
            now: The instant of asking.
            zone: The owner's time zone.
            is_known: The agent looks by it already: what is true was told.
            kept_for: How long readings are kept where the rule does not say.
        """
        return cls(
            kind=rule.kind,
            condition=rule.condition,
            names=names,
            now=now,
            zone=zone,
            until=rule.until,
            tells_at_once=rule.first == "tell" and not is_known,
            hold=rule.hold,
            known_any=rule.known_any,
            kept_for=rule.keep or kept_for,
        )

    def compiled(self, text: str) -> Condition:
        """Return a sentence about the same kind, checked."""
        return compile_condition(text, self.kind, self.names, known_any=self.known_any)

    @property
    def observations(self) -> list[Observation]:
        """Everything that is seen now."""
        return [each for sight in self.sights for each in sight.observations]


def suggestions(question: Question) -> tuple[Suggestion, ...]:
    """Return what the owner may want to know, the most pressing first."""
    checks = (_already_true, _another_currency, _never_given, _out_of_reach, _of_phrases, _window)
    return tuple(found for check in checks for found in check(question))


# What is true now.


def _already_true(question: Question) -> Iterator[Suggestion]:
    condition = question.condition
    if not question.tells_at_once or condition.is_absence or condition.is_moment or not condition.text:
        return
    true = [
        (observation, finding.because)
        for sight in question.sights
        for observation in sight.observations
        if (finding := condition.evaluate(_view(question, sight.watch_id, observation))).holds
    ]
    when = f"after {_spelled(question.hold)}" if question.hold.is_set else "at once"
    for observation, because in true[:MOST_NAMED]:
        value = observation.facts.get(condition.subject)
        shown = f"already {value}" if isinstance(value, Money) else f"already {because}"
        title = observation.facts.get(question.kind.title)
        of_what = f" ({title})" if title is not None and len(true) > 1 else ""
        yield Suggestion(
            "already true", f"would tell {when}: {shown}{of_what}", "first: baseline waits until it comes true anew"
        )
    if len(true) > MOST_NAMED:
        yield Suggestion("already true", f"would tell {when} of {len(true) - MOST_NAMED} more")


def _view(question: Question, watch_id: str, observation: Observation) -> View:
    readings: Sequence[Reading] = next(
        (one.readings for one in question.record.series if (one.watch_id, one.key) == (watch_id, observation.key)), ()
    )
    return View(
        facts=observation.facts,
        unknown=observation.unknown,
        now=question.now,
        zone=question.zone,
        previous=readings[-1] if readings else None,
        first=readings[0] if readings else None,
        last_told=readings[0] if readings else None,
        history=readings,
    )


def _spelled(hold: For) -> str:
    return f"{hold.polls} polls" if hold.polls else write_duration(hold.length)


# What the numbers are.


def _another_currency(question: Question) -> Iterator[Suggestion]:
    for threshold in thresholds(question.condition, question.compiled):
        if not isinstance(threshold.value, Money):
            continue
        for sight in question.sights:
            shown = [each.facts.get(threshold.fact) for each in sight.observations]
            other = next((fact for fact in shown if _is_other(fact, threshold.value)), None)
            if not isinstance(other, Money):
                continue
            said = f"{sight.source} says {other}, the rule says {threshold.spelled(threshold.value)}"
            if other.currency is None:
                hint = f"currency: {threshold.value.currency}" if threshold.value.currency else ""
                yield Suggestion("another currency", f"{said}: without a currency nothing is compared", hint)
            else:
                hint = f"when: {threshold.moved(Money(threshold.value.amount, other.currency))}"
                yield Suggestion("another currency", f"{said}: two currencies are never compared", hint)


def _is_other(fact: object, value: Money) -> bool:
    return isinstance(fact, Money) and fact.currency != value.currency


def _out_of_reach(question: Question) -> Iterator[Suggestion]:
    begins = question.record.begins
    if begins is None or question.now - begins < LEAST_KNOWN:
        return
    for threshold in thresholds(question.condition, question.compiled):
        best = extreme(threshold, question.record)
        if best is None or is_reached(threshold, best) or _is_met_now(question, threshold):
            continue
        days = (question.now - begins).days
        which = "lowest" if threshold.is_below else "highest"
        day = written_time(best.at, question.zone.key).rpartition(" ")[0].rpartition(" ")[0]
        said = f"{which} {threshold.fact} seen in {days} days: {threshold.spelled(best.value)} on {day}"
        chosen = threshold.moved(reachable(threshold, best))
        count = question.would_tell(chosen) if question.would_tell else 0
        told = f"; {threshold.spelled(reachable(threshold, best))} would have told {often(count)}" if count else ""
        yield Suggestion("out of reach", said + told, f"when: {chosen}" if count else "")


def _is_met_now(question: Question, threshold: Threshold) -> bool:
    part = question.compiled(f"{threshold.fact} {'at most' if threshold.is_below else 'at least'} {_value(threshold)}")
    return any(
        part.evaluate(_view(question, sight.watch_id, observation)).holds
        for sight in question.sights
        for observation in sight.observations
    )


def _value(threshold: Threshold) -> str:
    return threshold.sentence[threshold.start : threshold.end]


def often(count: int) -> str:
    """Return how often in words: "once", "twice", "5 times"."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


# What is never given.


def _never_given(question: Question) -> Iterator[Suggestion]:
    asked = _asked_for(question)
    for sight in question.sights:
        if not sight.observations:
            continue
        given = {name for each in sight.observations for name in each.facts} | _given_before(question, sight.watch_id)
        for name in sorted(asked - given):
            reason = next((each.unknown[name] for each in sight.observations if name in each.unknown), "")
            why = f" ({reason})" if reason else ""
            said = f"the sentence speaks of {name}, which {sight.source} has never given{why}"
            yield Suggestion("never given", f"{said}; it gives {', '.join(sorted(given)) or 'nothing'}")


def _asked_for(question: Question) -> set[str]:
    """Return the facts that have to be known; a flag that is only ever evidence is no where its page is silent."""
    sentences = [sentence for sentence in (question.condition, question.until) if sentence is not None]
    asked = {name for sentence in sentences for name in sentence.facts}
    settled = {spec.name for spec in question.kind.facts if spec.evidence}
    return (
        asked - settled - {name for sentence in sentences if sentence.text for name in _asked_whether_known(sentence)}
    )


def _asked_whether_known(sentence: Condition) -> Iterator[str]:
    for node in syntax.walk(parse(sentence.text)):
        if isinstance(node, syntax.Test) and isinstance(node.predicate, syntax.Known):
            yield from (word.text for word in syntax.walk(node) if isinstance(word, syntax.Word))


def _given_before(question: Question, watch_id: str) -> set[str]:
    series = [one for one in question.record.series if one.watch_id == watch_id]
    arrivals = [one.observation for one in question.record.arrivals if one.watch_id == watch_id]
    given = {name for one in series for reading in one.readings for name in reading.facts}
    return given | {name for each in arrivals for name in each.facts}


# What is mentioned.


def _of_phrases(question: Question) -> Iterator[Suggestion]:
    view = partial(_view, question, "")
    for about, sentence, instead in phrase_suggestions(
        question.condition, question.names, question.compiled, question.observations, view
    ):
        yield Suggestion(about, sentence, instead)


# How far it looks back.


def _window(question: Question) -> Iterator[Suggestion]:
    windows = [sentence.window for sentence in (question.condition, question.until) if sentence is not None]
    longest = max(windows)
    if question.kept_for is not None and longest > question.kept_for:
        said = f"looks back {duration(longest)}, and readings are kept for {duration(question.kept_for)}"
        yield Suggestion("window", said, f"keep: {duration(longest)}")

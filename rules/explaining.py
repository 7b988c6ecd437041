"""What to say of a rule's silence: what each poll came to, what is missing, how near it was, what would silence it.

    judge ──▶ Verdict ──▶ account ──▶ Account ──▶ missing · nearest          and of a rule alone: silencers

Pure. An account is made of the verdict itself, when it is given: what is said later of a past poll is what the judge
found then, and a replay of the record makes the same accounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from rules.condition import Condition, Finding, View
from rules.durations import write_duration
from rules.memory import Memory, RuleMemory, Verdict
from rules.plausible import magnitude, same_unit
from rules.rule import Rule
from rules.states import State
from rules.when import Sentence
from rules.when.canonical import said
from rules.when.evaluate import All, Either, Negation, Ordered, Test, holds
from rules.when.evaluate_terms import Constant, Unknown
from rules.when.syntax import Operator
from rules.words import written_time
from watchers.api import Fact, Money, Number, Observation, Text

JUDGED = "judged"
NOTHING_NEW = "nothing new"
# Of a stream's poll so many findings are kept, the telling ones first; all of them are counted.
MOST_KEPT = 10
# A text longer than this is on the page, and in the readings of a rule that looks back at it.
LONGEST_TEXT = 500
NEAREST = 3
# So far beyond its threshold a number that wavers is surely over it.
MARGIN = Decimal("0.05")

_OPPOSITE: Mapping[Operator, Operator] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}
_MIRRORED: Mapping[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Judged:
    """What one poll came to for one observation.

    Attributes:
        facts: What was seen of it, as far as it is kept; also a value that is held.
        unknown: Why a fact is not known, where the source says more than nothing.
        holds, because, changes_at: The judge's finding.
        state: The state that it left the rule in, with how often and how long it was seen true while pending.
        held: A value that waits to be looked at twice.
        reason: Why it told; empty where it did not.
    """

    key: str
    title: str
    facts: Mapping[str, Fact]
    holds: bool | None
    because: str
    unknown: Mapping[str, str] = field(default_factory=dict)
    changes_at: datetime | None = None
    state: State | None = None
    true_polls: int = 0
    true_for: timedelta = timedelta()
    held: Fact | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """What one poll came to for one rule.

    Attributes:
        outcome: `judged`, `nothing new` where the source held what had been judged before, or the name of a trouble.
        text: The trouble in words.
        is_poll: A poll stands behind it; otherwise time alone had come.
        looked_at: How many observations were judged, and how many of the findings were true, false and unknown.
        judged: The findings that are kept.
        is_whole: All that was seen is in it: it can be judged again.
    """

    at: datetime
    outcome: str
    text: str = ""
    is_poll: bool = True
    looked_at: int = 0
    true: int = 0
    false: int = 0
    unknown: int = 0
    judged: tuple[Judged, ...] = ()
    is_whole: bool = False


def account(
    rule: Rule,
    seen: Sequence[Observation],
    at: datetime,
    past: RuleMemory,
    verdict: Verdict,
    *,
    is_poll: bool = True,
) -> Account:
    """Return what a judgement came to.

    Args:
        rule: The rule.
        seen: What was judged.
        at: When.
        past: What the rule remembered before.
        verdict: What the judge said.
        is_poll: A poll stood behind it.
    """
    shown = {observation.key: observation for observation in seen}
    fired = {firing.observation: firing.reason for firing in verdict.firings}
    entries = [
        _judged(rule, shown.get(key) or Observation(key, {}), past, verdict, fired.get(key, ""))
        for key in verdict.findings
    ]
    known = {key for key in shown if key in past.seen}
    kept = sorted(entries, key=lambda one: _rank(one, is_new=one.key not in known))[:MOST_KEPT]
    results = [finding.holds for finding in verdict.findings.values()]
    return Account(
        at=at,
        outcome=JUDGED,
        is_poll=is_poll,
        looked_at=len(results),
        true=results.count(True),
        false=results.count(False),
        unknown=results.count(None),
        judged=tuple(kept),
        is_whole=len(kept) == len(shown) and all(_is_whole(one, shown.get(one.key)) for one in kept),
    )


def _judged(rule: Rule, observation: Observation, past: RuleMemory, verdict: Verdict, reason: str) -> Judged:
    finding = verdict.findings[observation.key]
    memory = verdict.memory.seen.get(observation.key) or past.of(observation) or Memory()
    return Judged(
        key=observation.key,
        title=str(observation.facts.get(rule.kind.title, "")),
        facts=_kept_facts(rule, observation.facts),
        holds=finding.holds,
        because=finding.because,
        unknown=dict(observation.unknown),
        changes_at=finding.changes_at,
        state=memory.state if memory.meaning == rule.meaning else None,
        true_polls=memory.true_polls,
        true_for=memory.true_for,
        held=memory.held.facts.get(rule.kind.doubted) if memory.held is not None else None,
        reason=reason,
    )


def _kept_facts(rule: Rule, facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return the facts to keep: of a gauge all, of a stream what the sentence speaks of; no long text."""
    named = {*rule.condition.facts, rule.condition.subject, rule.kind.title}
    is_gauge = rule.kind.shape == "gauge"
    return {
        name: fact
        for name, fact in facts.items()
        if (is_gauge or name in named) and not (isinstance(fact, Text) and len(fact.value) > LONGEST_TEXT)
    }


def _rank(one: Judged, *, is_new: bool) -> int:
    """Return how telling a finding is: the least first."""
    if one.reason:
        return 0
    if one.held is not None or one.state == "pending":
        return 1
    return 2 if is_new else 3 if one.holds is None else 4


def _is_whole(one: Judged, observation: Observation | None) -> bool:
    return observation is not None and not observation.also and len(one.facts) == len(observation.facts)


# What is missing.


def missing(rule: Rule, judged: Judged, memory: Memory | None, zone: ZoneInfo, at: datetime) -> str:
    """Return what is missing for a rule to tell of an observation, as one sentence.

    Args:
        rule: The rule.
        judged: What its last judgement found.
        memory: What it remembers since.
        zone: The owner's time zone.
        at: When it was judged.
    """
    memory = memory or Memory()
    if judged.held is not None:
        since = f" since {written_time(memory.held.at, zone.key)}" if memory.held is not None else ""
        return f"{rule.kind.doubted} {judged.held} is looked at twice before it counts, and waits for that{since}"
    if judged.holds is None:
        return f"it is unknown: {judged.because}"
    if not judged.holds:
        far = shortfall(rule.condition, judged.facts, at, zone)
        still_met = f"; and `until: {rule.until.text}` is not true yet" if judged.state == "met" and rule.until else ""
        return f"{judged.because}{f': {far}' if far else ''}{still_met}"
    if judged.state == "pending":
        return _progress(rule, judged)
    if judged.state == "met":
        return _once_met(rule, memory, zone)
    if rule.condition.is_moment:
        return "that is true of one reading only, and waits for the next change"
    return judged.because


def _progress(rule: Rule, judged: Judged) -> str:
    if rule.hold.polls:
        wanted, so_far = f"{rule.hold.polls} polls", str(judged.true_polls)
    else:
        wanted, so_far = write_duration(rule.hold.length), write_duration(judged.true_for)
    return f"{judged.because}, but not for long enough yet: `for: {wanted}`, {so_far} so far"


def _once_met(rule: Rule, memory: Memory, zone: ZoneInfo) -> str:
    """Return what has to happen before what is true, and known to be, is told again."""
    if memory.told_at is not None:
        already = f"already told {written_time(memory.told_at, zone.key)}"
    else:
        already = "it was so already when it was first looked at"
    again, told = rule.again, memory.told.facts.get(rule.condition.subject) if memory.told else None
    if again.when == "never" and memory.told_at is not None:
        return f"{already}, and `again: never` tells of a thing once"
    back = f"`until: {rule.until.text}` is true" if rule.until is not None else "it is false in between"
    if again.when == "every" and memory.told_at is not None:
        return f"{already}; the next reminder is due {written_time(memory.told_at + again.every, zone.key)}"
    if again.when in ("lower", "higher") and told is not None:
        return f"{already}; told again when {again.when} than {told}, or once {back}"
    return f"{already}; told again once {back}"


def shortfall(condition: Condition, facts: Mapping[str, Fact], now: datetime, zone: ZoneInfo) -> str:
    """Return how far numbers are from where a sentence would be true: "1.20 USD too high"; empty where none decides."""
    if not isinstance(condition, Sentence):
        return ""
    return " and ".join(_short(condition.test, View(facts, now, zone)))


def _short(test: Test, view: View) -> Iterator[str]:
    if isinstance(test, All):
        for part in test.parts:
            yield from _short(part, view)
    elif isinstance(test, Either):
        ways = [" and ".join(found) for part in test.parts if (found := list(_short(part, view)))]
        if ways and test.judge(view).holds is False:
            yield " or ".join(ways)
    elif isinstance(test, Negation) and isinstance(test.part, Ordered):
        yield from _apart(Ordered(_OPPOSITE[test.part.op], test.part.left, test.part.right), view)
    elif isinstance(test, Ordered):
        yield from _apart(test, view)


def _apart(test: Ordered, view: View) -> Iterator[str]:
    """Yield how far two numbers are apart, where both are known of this reading alone and the test does not hold."""
    is_mirrored = isinstance(test.left, Constant)
    left, right = (test.right, test.left) if is_mirrored else (test.left, test.right)
    op = _MIRRORED[test.op] if is_mirrored else test.op
    value, wanted = left.value(view), right.value(view)
    if isinstance(value, Unknown) or isinstance(wanted, Unknown) or not same_unit(value, wanted):
        return
    distance = magnitude(value) - magnitude(wanted)
    if holds(op, (distance > 0) - (distance < 0)) or op == "!=":
        return
    if not distance:
        yield "exactly at it"
        return
    size = Money(abs(distance), value.currency) if isinstance(value, Money) else Number(abs(distance))
    yield f"{said(size, left.sort.unit, view.zone)} too {'high' if distance > 0 else 'low'}"


# How near it was.


@dataclass(frozen=True, slots=True)
class Near:
    """Something for which part of a sentence holds.

    Attributes:
        holding: What is true of it, in words.
        lacking: What is false or unknown of it.
    """

    key: str
    title: str
    link: str
    holding: tuple[str, ...]
    lacking: tuple[str, ...]


def nearest(rule: Rule, seen: Iterable[Observation], now: datetime, zone: ZoneInfo) -> tuple[Near, ...]:
    """Return the things for which the most parts of an `and` hold, but not all.

    That something is not there holds of nearly everything: alone it makes nothing near. A sentence that looks at what
    was before cannot be told from what is there now: it has none.
    """
    condition = rule.condition
    if not isinstance(condition, Sentence) or not isinstance(condition.test, All):
        return ()
    if condition.looks_back or condition.is_moment or condition.others:
        return ()
    parts = condition.test.parts
    found = []
    for observation in seen:
        view = View(observation.facts, now, zone)
        findings = [part.judge(view) for part in parts]
        weight = sum(
            bool(one.holds) and not isinstance(part, Negation) for part, one in zip(parts, findings, strict=True)
        )
        if weight and not all(one.holds for one in findings):
            found.append((weight, _near(rule, observation, findings)))
    return tuple(near for _, near in sorted(found, key=lambda one: -one[0])[:NEAREST])


def _near(rule: Rule, observation: Observation, findings: Sequence[Finding]) -> Near:
    return Near(
        observation.key,
        str(observation.facts.get(rule.kind.title, "")),
        observation.link,
        tuple(finding.because for finding in findings if finding.holds),
        tuple(finding.because for finding in findings if not finding.holds),
    )


# What would silence it.


@dataclass(frozen=True, slots=True)
class Silencer:
    """A line for the rule file, and what it does."""

    line: str
    effect: str


def silencers(rule: Rule) -> tuple[Silencer, ...]:
    """Return what its owner can write into a rule to hear less of it: lines that this rule can take."""
    return tuple(_silencers(rule))


def _silencers(rule: Rule) -> Iterator[Silencer]:
    condition = rule.condition
    lasts = not condition.is_moment and not condition.is_absence
    if lasts and rule.kind.shape == "gauge":
        if rule.until is None and (back := _back_over(condition)):
            yield Silencer(f"until: {back}", "once told, it has to go so far back before it is told again")
        if not rule.hold.is_set:
            yield Silencer("for: 2 polls", "what one look alone sees is not told")
    if rule.kind.shape == "stream" and lasts and isinstance(condition, Sentence) and rule.kind.main == "text":
        sentence = f"({condition.text})" if isinstance(condition.test, Either) else condition.text
        yield Silencer(f'when: {sentence} and not mentions "…"', "what mentions that is left out")
    if lasts and rule.again.when != "never":
        yield Silencer("again: never", "each thing is told of once, for ever")
    yield Silencer("enabled: no", "the rule sleeps, and keeps all that it remembers")


def _back_over(condition: Condition) -> str:
    """Return a sentence that is true well beyond a sentence's threshold; empty where it has none."""
    test = condition.test if isinstance(condition, Sentence) else None
    first = next((part for part in test.parts if isinstance(part, Ordered)), None) if isinstance(test, All) else test
    if not isinstance(first, Ordered) or not isinstance(first.right, Constant) or first.op in ("=", "!="):
        return ""
    limit = first.right.fact
    if not isinstance(limit, Money | Number) or magnitude(limit) <= 0:
        return ""
    is_below = first.op in ("<", "<=")
    beyond = magnitude(limit) * (1 + MARGIN if is_below else 1 - MARGIN)
    fact = Money(beyond, limit.currency) if isinstance(limit, Money) else Number(beyond)
    unit = first.right.sort.unit
    return f"{first.left.words} {'above' if is_below else 'below'} {said(fact, unit, ZoneInfo('UTC'))}"

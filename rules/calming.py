"""What would calm a rule that comes true too often: lines for the rule file, made from the readings that it wavers by.

    price below 150 USD, seen at 149, 151.50, 149.20, 151  ──▶  until: price above 152 USD

Pure. A wide swing is no wavering about a threshold: no distance would calm it, only patience does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from rules.condition import Condition, Reading
from rules.durations import write_duration
from rules.explaining import Silencer
from rules.plausible import magnitude, same_unit
from rules.rule import Rule
from rules.threshold import Amount, Threshold
from rules.when import Sentence
from rules.when.evaluate import All, Ordered
from rules.when.evaluate_terms import Constant, FactTerm
from watchers.api import Fact, Money, Number

# Of the threshold: what swings further is another state, not a wavering one.
WIDEST_SWING = Decimal("0.2")
# Of the swing: so much further than ever seen has it to go back.
MARGIN = Decimal("0.25")
SEEN_AGAIN = 3
ONCE_A_DAY = timedelta(days=1)

_STEPS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))


def advice(rule: Rule, seen: Sequence[Reading]) -> tuple[Silencer, ...]:
    """Return what its owner can write to hear less of one observation that wavers, the best line first.

    Args:
        rule: The rule.
        seen: What the observation showed since the first time that it came true; nothing where that is not kept.
    """
    return tuple(_advice(rule, [reading.facts for reading in seen]))


def _advice(rule: Rule, seen: Sequence[Mapping[str, Fact]]) -> Iterator[Silencer]:
    if rule.condition.is_moment:
        if rule.every < ONCE_A_DAY:
            yield Silencer("every: 1d", "it is looked at once a day, and what changed since is told as one")
        yield Silencer('digest: "daily at 18:00"', "for a channel of its own: all of a day comes as one message")
        return
    if back := until(rule.condition, seen):
        yield Silencer(f"until: {back}", "it has to go back further than it does now before it is told again")
    if rule.joint is None or rule.joint.sources:
        # What speaks of other rules alone is not polled: `for` would have nothing to count.
        yield _patience(rule)
    if rule.again.when != "never":
        yield Silencer("again: never", "it is told once, for ever")


def _patience(rule: Rule) -> Silencer:
    if not rule.hold.is_set:
        return Silencer(f"for: {SEEN_AGAIN} polls", "what the next looks take back is not told")
    twice = f"{2 * rule.hold.polls} polls" if rule.hold.polls else write_duration(2 * rule.hold.length)
    return Silencer(f"for: {twice}", "it has to last twice as long as now")


def until(condition: Condition, seen: Sequence[Mapping[str, Fact]]) -> str:
    """Return a sentence that nothing of what was seen makes true, beyond the threshold at which a condition wavers.

    Empty where no number of it crossed a threshold, or so far that it is no wavering.
    """
    for test in _comparisons(condition):
        threshold = _threshold(test, condition)
        values = (facts.get(threshold.fact) for facts in seen)
        shown = [value for value in values if isinstance(value, Money | Number) and same_unit(value, threshold.value)]
        limit, sizes = magnitude(threshold.value), [magnitude(value) for value in shown]
        furthest = max(sizes, default=limit) if threshold.is_below else min(sizes, default=limit)
        swing = furthest - limit if threshold.is_below else limit - furthest
        if swing > 0 and (not limit or swing <= abs(limit) * WIDEST_SWING):
            beyond = _beyond(furthest, swing, threshold)
            return f"{threshold.fact} {'above' if threshold.is_below else 'below'} {threshold.spelled(beyond)}"
    return ""


def _comparisons(condition: Condition) -> Iterator[Ordered]:
    """Yield each comparison of a fact with a fixed number that must hold for a sentence to hold."""
    test = condition.test if isinstance(condition, Sentence) else None
    for part in test.parts if isinstance(test, All) else (test,):
        if (
            isinstance(part, Ordered)
            and part.op in ("<", "<=", ">", ">=")
            and isinstance(part.left, FactTerm)
            and isinstance(part.right, Constant)
            and isinstance(part.right.fact, Money | Number)
        ):
            yield part


def _threshold(test: Ordered, condition: Condition) -> Threshold:
    value: Amount = test.right.fact  # type: ignore[attr-defined]  # `_comparisons` yields constants alone
    return Threshold(
        fact=test.left.words,
        unit=test.left.sort.unit,
        is_below=test.op in ("<", "<="),
        value=value,
        sentence=condition.text,
        start=0,
        end=len(condition.text),
    )


def _beyond(furthest: Decimal, swing: Decimal, threshold: Threshold) -> Amount:
    """Return a number a little further than the furthest, as a person would write it."""
    margin = swing * MARGIN
    step = _step(margin, cents=isinstance(threshold.value, Money))
    aim = furthest + margin if threshold.is_below else furthest - margin
    rounding = ROUND_CEILING if threshold.is_below else ROUND_FLOOR
    number = (aim / step).to_integral_value(rounding) * step
    return Money(number, threshold.value.currency) if isinstance(threshold.value, Money) else Number(number)


def _step(margin: Decimal, *, cents: bool) -> Decimal:
    decade = Decimal(1).scaleb(margin.adjusted())
    step = next(decade * each for each in _STEPS if decade * each >= margin)
    return max(step, Decimal("0.01")) if cents else step

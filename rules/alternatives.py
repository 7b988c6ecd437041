"""What else a rule could say, and how often it would then have told: each is lived through, none is guessed.

too often:  `until` beyond the band in which the value wavered · `for` so many polls · no reminders
never:      the threshold a twentieth beyond the best value that was seen
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from rules.backtest import Record
from rules.condition import Condition
from rules.firing import REMINDED, Firing
from rules.plausible import magnitude, same_unit
from rules.rule import Again, For, Rule
from rules.threshold import Amount, Compile, Threshold, at_or_above, at_or_below, near, thresholds, times
from watchers.api import Money, Number

Told = Callable[[Rule], Sequence[Firing]]
"""Lives through the record by a rule, and returns what it would have told."""

# A move back over the threshold by less than this is wavering, not a change of mind.
WAVERING = Decimal("0.10")
BEYOND = Decimal("0.05")
_POLLS = (2, 3, 5)
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class Alternative:
    """One other way to write a rule.

    Attributes:
        key: The key of the rule that would change, and `value` what it would say: empty where it would be left out.
        told: How often the rule would have told.
    """

    key: str
    value: str
    told: int


@dataclass(frozen=True, slots=True)
class Extreme:
    """The lowest or highest value that was ever seen, and when first."""

    value: Amount
    at: datetime


def alternatives(
    rule: Rule, firings: Sequence[Firing], record: Record, told: Told, compiled: Compile
) -> tuple[Alternative, ...]:
    """Return what would make a rule tell less often where it told several times, or at all where it never did.

    Args:
        rule: The rule.
        firings: What it would have told.
        record: What it was lived through on.
        told: Lives through that by another rule.
        compiled: Checks a sentence against the facts of its kind.
    """
    if rule.condition.is_absence or not record.begins:
        return ()
    if not firings:
        return tuple(_reachable(rule, record, told, compiled))
    if len(firings) < _SEVERAL:
        return ()
    found: dict[str, Alternative] = {}
    for (key, value), other in (*_steadier(rule, firings, record, compiled), *_longer(rule), *_silent(rule, firings)):
        # Of several lengths of `for` the shortest that helps.
        if key not in found and 0 < (count := len(told(other))) < len(firings):
            found[key] = Alternative(key, value, count)
    return tuple(found.values())


Change = tuple[tuple[str, str], Rule]


def _steadier(rule: Rule, firings: Sequence[Firing], record: Record, compiled: Compile) -> Iterator[Change]:
    """Yield the rule with an `until` beyond all values between two firings that lie near its threshold."""
    if rule.condition.is_moment or rule.until is not None:
        return
    for threshold in thresholds(rule.condition, compiled):
        peaks = [peak for peak in _peaks(threshold, firings, record) if _is_near(peak, threshold)]
        if not peaks:
            continue
        if threshold.is_below:
            limit, word = at_or_above(max(peaks, key=magnitude)), "above"
        else:
            limit, word = at_or_below(min(peaks, key=magnitude)), "below"
        until = f"{threshold.fact} {word} {threshold.spelled(limit)}"
        yield ("until", until), replace(rule, until=compiled(until))


def _peaks(threshold: Threshold, firings: Sequence[Firing], record: Record) -> Iterator[Amount]:
    """Yield how far the value went back over the threshold between each two firings of one observation."""
    before: dict[tuple[str, str], datetime] = {}
    readings = {(one.watch_id, one.key): one.readings for one in record.series}
    for firing in firings:
        place = (firing.watch_id, firing.observation)
        since = before.get(place)
        before[place] = firing.seen_at
        values = [
            value
            for reading in readings.get(place, ())
            if since is not None and reading.at < firing.seen_at and reading.until > since
            if (value := _amount(reading.facts.get(threshold.fact), threshold)) is not None
        ]
        if values:
            yield (max if threshold.is_below else min)(values, key=magnitude)


def _is_near(peak: Amount, threshold: Threshold) -> bool:
    beyond = magnitude(peak) - magnitude(threshold.value)
    beyond = beyond if threshold.is_below else -beyond
    return 0 <= beyond <= abs(magnitude(threshold.value)) * WAVERING


def _longer(rule: Rule) -> Iterator[Change]:
    # How long a thing of a stream was there is not kept, nor does it waver.
    if rule.condition.is_moment or rule.hold.is_set or rule.kind.shape == "stream":
        return
    for polls in _POLLS:
        yield ("for", f"{polls} polls"), replace(rule, hold=For(polls=polls))


def _silent(rule: Rule, firings: Sequence[Firing]) -> Iterator[Change]:
    if any(firing.reason.startswith(REMINDED) for firing in firings):
        yield ("again", ""), replace(rule, again=Again())


# Where it never told.


def _reachable(rule: Rule, record: Record, told: Told, compiled: Compile) -> Iterator[Alternative]:
    for threshold in thresholds(rule.condition, compiled):
        best = extreme(threshold, record)
        if best is None or is_reached(threshold, best):
            continue
        sentence = threshold.moved(reachable(threshold, best))
        count = len(told(replace(rule, condition=compiled(sentence))))
        if count:
            yield Alternative("when", sentence, count)


def extreme(threshold: Threshold, record: Record) -> Extreme | None:
    """Return the value that came nearest to a threshold, or went furthest beyond it; None where none compares."""
    seen = [
        Extreme(value, reading.at)
        for reading in record.readings
        if (value := _amount(reading.facts.get(threshold.fact), threshold)) is not None
    ]
    sign = 1 if threshold.is_below else -1
    return min(seen, key=lambda one: (sign * magnitude(one.value), one.at), default=None)


def is_reached(threshold: Threshold, best: Extreme) -> bool:
    """Return whether the best value lies beyond the threshold; one that equals it may do so another time."""
    value, limit = magnitude(best.value), magnitude(threshold.value)
    return value <= limit if threshold.is_below else value >= limit


def reachable(threshold: Threshold, best: Extreme) -> Amount:
    """Return the threshold that a person would choose who wants to be told of what is nearly the best value."""
    if threshold.is_below:
        chosen = near(times(best.value, 1 + BEYOND))
        return chosen if magnitude(chosen) > magnitude(best.value) else at_or_above(times(best.value, 1 + BEYOND))
    chosen = near(times(best.value, 1 - BEYOND))
    return chosen if magnitude(chosen) < magnitude(best.value) else at_or_below(times(best.value, 1 - BEYOND))


def _amount(fact: object, threshold: Threshold) -> Amount | None:
    if isinstance(fact, Money | Number) and same_unit(fact, threshold.value):
        return fact
    return None


def altered(
    rule: Rule, *, when: Condition | None, until: Condition | None, hold: For | None, again: Again | None
) -> Rule:
    """Return a rule with other words in it, where some are given."""
    return replace(
        rule,
        condition=when or rule.condition,
        until=until or rule.until,
        hold=hold or rule.hold,
        again=again or rule.again,
    )

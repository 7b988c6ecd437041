"""Which readings are looked at twice before they count.

A gauge's number that is 0, or ten times more or less than its last readings, is more often a shop's mistake than a
bargain; and so is a first reading that would fire at once, with nothing to compare it with.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from statistics import median

from rules.condition import Reading
from watchers.api import Fact, Money, Number

FACTOR = 10
COMPARED_READINGS = 9


def doubt(fact: Fact, name: str, history: Sequence[Reading]) -> str:
    """Return why a value is not believed at first sight; empty where it is."""
    if not isinstance(fact, Money | Number):
        return ""
    known = [reading.facts[name] for reading in history if name in reading.facts][-COMPARED_READINGS:]
    if known and known[-1] == fact:
        # It was believed before: what was confirmed once is not doubted again at each poll.
        return ""
    value = magnitude(fact)
    if value == 0:
        return f"{name} {fact} is zero"
    comparable = [magnitude(earlier) for earlier in known if same_unit(earlier, fact)]
    if not comparable:
        return ""
    usual = median(comparable)
    if usual and not (abs(usual) / FACTOR < abs(value) < abs(usual) * FACTOR):
        return f"{name} {fact} is far from its usual {usual:f}"
    return ""


def step(before: Fact | None, now: Fact | None) -> Decimal | None:
    """Return by how much a number moved; None where two values cannot be compared."""
    if before is None or now is None or not same_unit(before, now):
        return None
    return magnitude(now) - magnitude(before)


def magnitude(fact: Fact) -> Decimal:
    """Return the bare number of a Money or Number."""
    if isinstance(fact, Money):
        return fact.amount
    if isinstance(fact, Number):
        return fact.value
    raise TypeError(f"{type(fact).__name__} has no magnitude")


def same_unit(one: Fact, other: Fact) -> bool:
    """Return whether two facts are numbers that may be compared."""
    if isinstance(one, Money) and isinstance(other, Money):
        return one.currency == other.currency
    return isinstance(one, Number) and isinstance(other, Number)

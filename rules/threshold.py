"""The number at which a sentence turns, where it stands, and numbers as a person would choose them.

"price below $150 and not sold_out"  ──▶  price, below, 150.00 USD, at 12 to 16
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from rules.condition import Condition
from rules.plausible import magnitude
from rules.when import Sentence, syntax
from rules.when.evaluate import Ordered
from rules.when.evaluate_terms import Constant, FactTerm
from rules.when.parse import parse
from watchers.api import Money, Number
from watchers.facts import plain

Amount = Money | Number
Compile = Callable[[str], Condition]
"""Checks a sentence against the facts of a rule's kind."""

# Two prices that lie closer together are the same to a person.
_FINENESS = Decimal("0.025")
_STEPS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Threshold:
    """One comparison of a fact with a fixed number.

    Attributes:
        fact: The fact that is compared, and `unit` its unit.
        is_below: The sentence asks for less than the number, not for more.
        sentence: The whole sentence, in which the number stands from `start` to before `end`.
    """

    fact: str
    unit: str
    is_below: bool
    value: Amount
    sentence: str
    start: int
    end: int

    def moved(self, value: Amount) -> str:
        """Return the sentence with another number in its place."""
        return f"{self.sentence[: self.start]}{self.spelled(value)}{self.sentence[self.end :]}"

    def spelled(self, value: Amount) -> str:
        """Return a number as an owner writes it: `155 USD`, `9.50 EUR`, `20 km`."""
        number = magnitude(value)
        places = 0 if number == number.to_integral_value() or isinstance(value, Number) else 2
        unit = (value.currency or "") if isinstance(value, Money) else self.unit
        return f"{plain(number, places=places)}{'%' if unit in ('%', 'percent') else f' {unit}'}".rstrip()


def thresholds(condition: Condition, compiled: Compile) -> Iterator[Threshold]:
    """Yield every comparison with a fixed number that must hold for a sentence to hold, in the order of the text."""
    if not condition.text:
        return
    for node in _joined(parse(condition.text)):
        if not (isinstance(node, syntax.Test) and isinstance(node.predicate, syntax.Compared)):
            continue
        piece = compiled(condition.text[node.start : node.end])
        test = piece.test if isinstance(piece, Sentence) else None
        if (
            isinstance(test, Ordered)
            and test.op in ("<", "<=", ">", ">=")
            and isinstance(test.left, FactTerm)
            and isinstance(test.right, Constant)
            and isinstance(test.right.fact, Money | Number)
        ):
            right = node.predicate.right
            yield Threshold(
                fact=test.left.words,
                unit=test.left.sort.unit,
                is_below=test.op in ("<", "<="),
                value=test.right.fact,
                sentence=condition.text,
                start=right.start,
                end=right.end,
            )


def _joined(tree: syntax.Node) -> Iterator[syntax.Node]:
    """Yield the parts that a sentence joins with `and`."""
    if isinstance(tree, syntax.All):
        for part in tree.parts:
            yield from _joined(part)
    else:
        yield tree


def at_or_above(value: Amount) -> Amount:
    """Return the next number from here upwards that a person would write."""
    return _on_grid(value, ROUND_CEILING)


def at_or_below(value: Amount) -> Amount:
    """Return the next number from here downwards that a person would write."""
    return _on_grid(value, ROUND_FLOOR)


def near(value: Amount) -> Amount:
    """Return the nearest number that a person would write."""
    return _on_grid(value, ROUND_HALF_EVEN)


def times(value: Amount, factor: Decimal) -> Amount:
    """Return so much of an amount."""
    return _with(value, magnitude(value) * factor)


def _on_grid(value: Amount, rounding: str) -> Amount:
    step = _step(value)
    return _with(value, (magnitude(value) / step).to_integral_value(rounding) * step)


def _step(value: Amount) -> Decimal:
    """Return the step in which numbers of this size are chosen: 5 around 150, 0.5 around 12."""
    rough = abs(magnitude(value)) * _FINENESS
    decade = Decimal(1).scaleb(rough.adjusted()) if rough else Decimal(1)
    step = next(decade * each for each in _STEPS if decade * each >= rough)
    return max(step, _CENT) if isinstance(value, Money) else step


def _with(like: Amount, number: Decimal) -> Amount:
    return Money(number, like.currency) if isinstance(like, Money) else Number(number)

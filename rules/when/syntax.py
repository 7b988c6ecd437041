"""The tree of a sentence: its nodes, each with its place in the text.

Nothing here knows a kind or a fact: what a word means is for `rules.when.check`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal

Sign = Literal["+", "-", "*", "/"]
Operator = Literal["<", "<=", ">", ">=", "=", "!="]
Direction = Literal["drops", "rises", "moves"]
Which = Literal["previous", "first", "last told", "lowest", "highest", "median", "mean"]
How = Literal["contains", "starts with", "ends with", "matches"]


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a sentence, from offset `start` to before `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quantity(Node):
    """A number with what stands before or after it: `$150`, `150 USD`, `30 days`, `2026-12-24`, `3.12`, `1h 30m`."""

    before: str
    number: str
    after: str


@dataclass(frozen=True, slots=True)
class Percent(Node):
    """`15%`, or `80% of` something."""

    number: str
    of: Node | None


@dataclass(frozen=True, slots=True)
class Word(Node):
    """A fact, a bare word, `today`, `me.x` or `topics.x`: the checker decides."""

    text: str


@dataclass(frozen=True, slots=True)
class Quoted(Node):
    """Text in quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Baseline(Node):
    """`previous`, `last told`, `highest in 30 days` …: what a fact was."""

    which: Which
    length: Node | None


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """Two values joined by `+`, `-`, `*` or `/`."""

    op: Sign
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """A value with a minus before it."""

    part: Node


@dataclass(frozen=True, slots=True)
class Listed(Node):
    """`[a, b, c]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either(Node):
    """Conditions joined by `or`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class All(Node):
    """Conditions joined by `and`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """The opposite of a condition."""

    part: Node


@dataclass(frozen=True, slots=True)
class Nothing(Node):
    """`nothing for 7 days`."""

    length: Node


@dataclass(frozen=True, slots=True)
class Other(Node):
    """`rule "album-out" within 30 days`: how another rule stands."""

    name: str
    within: Node | None


@dataclass(frozen=True, slots=True)
class Test(Node):
    """A subject and what is asked of it; no subject: the main fact of the kind."""

    subject: Node | None
    predicate: Predicate


@dataclass(frozen=True, slots=True)
class Compared(Node):
    """`below 150 USD`; `word` is the comparison as written."""

    op: Operator
    right: Node
    word: str


@dataclass(frozen=True, slots=True)
class Member(Node):
    """`in [a, b]`."""

    among: Node
    negated: bool


@dataclass(frozen=True, slots=True)
class Known(Node):
    """`is known` or `is unknown`."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class Mentioned(Node):
    """`mentions "fusion energy"`."""

    phrases: Node


@dataclass(frozen=True, slots=True)
class Like(Node):
    """`contains`, `starts with`, `ends with` or `matches` a text."""

    how: How
    text: Node


@dataclass(frozen=True, slots=True)
class Drift(Node):
    """`drops by 15% from highest in 30 days`."""

    direction: Direction
    amount: Node | None
    baseline: Baseline


@dataclass(frozen=True, slots=True)
class Changed(Node):
    """`changes from a to b`."""

    before: Node | None
    after: Node | None


@dataclass(frozen=True, slots=True)
class Within(Node):
    """`within 14 days`, `within past 14 days`."""

    length: Node
    past: bool
    negated: bool


Predicate = Compared | Member | Known | Mentioned | Like | Drift | Changed | Within


def parts(node: Node) -> Iterator[Node]:
    """Yield the nodes directly under one."""
    for place in fields(node):
        value = getattr(node, place.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from value


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything under it, in the order of the text."""
    yield node
    for part in parts(node):
        yield from walk(part)

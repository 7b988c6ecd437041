"""Series in shorthand: `160 149 _ x 149x3 160..140/5` is what eleven polls or more showed.

| written      | is                                                              |
| `160`        | a value; in quotes where it has spaces, or looks like a mark      |
| `_`          | no poll at that time                                            |
| `x`          | a poll that gave nothing: trouble                               |
| `?`          | a good poll that did not give this fact                         |
| `149x3`      | the same three times                                            |
| `160..140/5` | 160, 155, 150, 145, 140                                         |
| `1!`         | a value that is gone again when it is looked at a second time   |
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from rules.file.nodes import Node, ScalarNode, SequenceNode, Spot
from rules.file.origins import origins
from rules.trials.settings import NO_POLL, TROUBLE, UNKNOWN

MOST_POLLS = 2_000

_TOKEN = re.compile(
    r"""(?P<value>"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"']\S*?)(?P<gone>!)?(?:x(?P<times>[0-9]{1,6}))?(?=\s|$)""", re.DOTALL
)
_STEPS = re.compile(r"([^\d.]*)(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)(?:/(\d+(?:\.\d+)?))?([^\d.]*)")


@dataclass(frozen=True, slots=True)
class Slot:
    """What a series says of one poll.

    Attributes:
        text: The value without its quotes, or a mark.
        is_quoted: It is a value, whatever it looks like.
        is_gone: It is gone again when it is looked at a second time.
        spot: Where it is written.
    """

    text: str
    spot: Spot
    is_quoted: bool = False
    is_gone: bool = False

    @property
    def is_no_poll(self) -> bool:
        """Nothing looks at that time."""
        return not self.is_quoted and self.text == NO_POLL

    @property
    def is_trouble(self) -> bool:
        """The poll gives nothing."""
        return not self.is_quoted and self.text == TROUBLE

    @property
    def is_unknown(self) -> bool:
        """The poll is good, and does not give this fact."""
        return not self.is_quoted and self.text == UNKNOWN

    @property
    def is_mark(self) -> bool:
        """It says something of the whole poll."""
        return self.is_no_poll or self.is_trouble

    @property
    def written(self) -> str:
        """The slot as a cell of a table."""
        return f"{self.text}{'!' if self.is_gone else ''}"


class BadSeries(Exception):
    """A series cannot be read; the fault says where in its text."""

    def __init__(self, spot: Spot, message: str, hint: str) -> None:
        super().__init__(message)
        self.spot, self.message, self.hint = spot, message, hint


def read_series(node: Node) -> tuple[Slot, ...]:
    """Return a series, from a text in shorthand or from a list with one value for each poll.

    Raises:
        BadSeries: It is none.
    """
    slots = tuple(_of_list(node) if isinstance(node, SequenceNode) else _of_text(node))
    if not slots:
        raise BadSeries(node, "this series is empty", "write a value for each poll: 160 149 _ x 151")
    if len(slots) > MOST_POLLS:
        raise BadSeries(node, f"this series has more than {MOST_POLLS:,} polls", "make several tests of it")
    return slots


def _of_list(node: SequenceNode) -> Iterator[Slot]:
    for item in node.items:
        if not isinstance(item, ScalarNode):
            raise BadSeries(item, "a series is a list of single values", "[160, 149, _, x, 151]")
        yield Slot(item.text, item, is_quoted=item.style != "plain")


def _of_text(node: Node) -> Iterator[Slot]:
    if not isinstance(node, ScalarNode):
        raise BadSeries(node, "a series is a text or a list", "160 149 _ x 151")
    places, at = origins(node), 0
    for token in re.finditer(r"\S.*?(?=\s|$)", node.text):
        if token.start() < at:
            continue  # inside a quoted value with spaces
        found = _TOKEN.match(node.text, token.start())
        at = found.end() if found else token.end()
        spot = Spot(node.source, places[token.start()], max(places[at], places[token.start()] + 1))
        if found is None:
            raise BadSeries(spot, "this quoted value does not end, or something is joined to it", 'write "a b" "c d"')
        yield from _repeated(found, spot)


def _repeated(found: re.Match[str], spot: Spot) -> Iterator[Slot]:
    text, times = found["value"], int(found["times"] or 1)
    if not 1 <= times <= MOST_POLLS:
        raise BadSeries(spot, f"a value is repeated 1 to {MOST_POLLS:,} times", "149x3")
    is_quoted = text[0] in "\"'"
    value = re.sub(r"\\(.)", r"\1", text[1:-1]) if text[0] == '"' else text[1:-1] if is_quoted else text
    slot = Slot(value, spot, is_quoted, bool(found["gone"]))
    for step in _steps(slot):
        yield from [step] * times


def _steps(slot: Slot) -> Iterator[Slot]:
    found = None if slot.is_quoted else _STEPS.fullmatch(slot.text)
    if found is None:
        yield slot
        return
    before, first, last, by, after = found.groups()
    start, end, step = Decimal(first), Decimal(last), Decimal(by or 1)
    count = int(abs(end - start) / step) + 1 if step else 0
    if not 0 < count <= MOST_POLLS:
        raise BadSeries(slot.spot, f"these are no steps, or more than {MOST_POLLS:,}", "160..140/5")
    for number in range(count):
        value = start + (step if end >= start else -step) * number
        yield replace(slot, text=f"{before}{value}{after}")

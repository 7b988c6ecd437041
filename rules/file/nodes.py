"""What a YAML file holds: values, lists and mappings, each with the place where it was written.

Single values have the types of YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#103-core-schema) and no others:
`NO`, `on`, `22:00`, `1_000` and `2026-01-01` are text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rules.faults import Fault
from rules.rule import Place

# What an excerpt takes of a line at most, before its fault and from there on.
LONGEST_BEFORE = 2000
LONGEST_BEHIND = 500
# Longer ones stay text: nobody means them, and Python refuses to read very long ones.
LONGEST_NUMBER = 100

# c-printable of the YAML grammar, without the three that PyYAML takes for line ends and YAML 1.2 does not.
NOT_ALLOWED = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_END = re.compile(r"\r\n|\r|\n")

Style = Literal["plain", "single", "double", "literal", "folded"]

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o([0-7]+)")
_HEXADECIMAL = re.compile(r"0x([0-9a-fA-F]+)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


@dataclass(frozen=True)
class Source:
    """One file's name and text."""

    name: str
    text: str

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(end.end() for end in _LINE_END.finditer(self.text))]

    def place(self, offset: int) -> Place:
        """Return the place of a character, counted as editors count."""
        line = bisect_right(self._line_starts, offset)
        return Place(self.name, line, offset - self._line_starts[line - 1] + 1)

    def line(self, offset: int) -> str:
        """Return the line on which a character stands, without its end; empty where that is too long to show."""
        start = self._line_starts[bisect_right(self._line_starts, offset) - 1]
        if offset - start > LONGEST_BEFORE:
            return ""
        line = self.text[start : min(self.line_end(start), offset + LONGEST_BEHIND)]
        return NOT_ALLOWED.sub("\ufffd", line)

    def line_end(self, offset: int) -> int:
        """Return where the line of a character ends, before its line end."""
        end = _LINE_END.search(self.text, offset)
        return end.start() if end else len(self.text)

    def fault(self, start: int, end: int, message: str, hint: str = "") -> Fault:
        """Return a fault that underlines a stretch of the text, as far as it lies on its first line."""
        place, line = self.place(start), self.line(start)
        return Fault(place, message, hint, line, max(1, min(end - start, len(line) - place.column + 1)))


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """A stretch of a file."""

    source: Source
    start: int
    end: int

    @property
    def place(self) -> Place:
        """Where it begins."""
        return self.source.place(self.start)

    @property
    def as_written(self) -> str:
        """The text of the stretch."""
        return self.source.text[self.start : self.end]

    def fault(self, message: str, hint: str = "") -> Fault:
        """Return a fault that underlines it."""
        return self.source.fault(self.start, self.end, message, hint)


@dataclass(frozen=True, slots=True, eq=False)
class ScalarNode(Spot):
    """One value: its characters after quotes, escapes and folding, and how it was written."""

    text: str
    style: Style = "plain"

    @property
    def value(self) -> str | int | float | bool | None:
        """What it means under the core schema."""
        return core_schema(self.text) if self.style == "plain" else self.text


@dataclass(frozen=True, slots=True, eq=False)
class SequenceNode(Spot):
    """A list."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping with its value."""

    key: ScalarNode
    value: Node


@dataclass(frozen=True, slots=True, eq=False)
class MappingNode(Spot):
    """Keys with values, in the order of the file; a key is its characters, whatever type it looks like."""

    entries: dict[str, Entry]

    def get(self, key: str) -> Node | None:
        """Return the value of a key, or None where it is not there."""
        entry = self.entries.get(key)
        return entry.value if entry else None


Node = ScalarNode | SequenceNode | MappingNode


def core_schema(text: str) -> str | int | float | bool | None:
    """Return what an unquoted value means under YAML 1.2's core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "-+.0123456789" or len(text) > LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if octal := _OCTAL.fullmatch(text):
        return int(octal[1], 8)
    if hexadecimal := _HEXADECIMAL.fullmatch(text):
        return int(hexadecimal[1], 16)
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


def scalars(node: Node) -> Iterator[ScalarNode]:
    """Yield every value inside a node, in the order of the file."""
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, SequenceNode):
        for item in node.items:
            yield from scalars(item)
    else:
        for entry in node.entries.values():
            yield from scalars(entry.value)


def value_of(scalar: ScalarNode) -> object:
    """Return a scalar's value: how `written` reads single values unless told otherwise."""
    return scalar.value


def written(node: Node, scalar: Callable[[ScalarNode], object] = value_of) -> object:
    """Return a node as plain values: texts, numbers, lists and dictionaries.

    `scalar` gives what stands for a single value, such as the text behind a reference.
    """
    if isinstance(node, ScalarNode):
        return scalar(node)
    if isinstance(node, SequenceNode):
        return [written(item, scalar) for item in node.items]
    return {key: written(entry.value, scalar) for key, entry in node.entries.items()}

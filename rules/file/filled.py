"""A rule that a recipe made, as a text of its own: what is wrong in it is shown where the owner can mend it.

keys of the template, with the blanks filled in ─┐
keys that the owner wrote beside `use` ──────────┴─▶ one YAML text ──▶ nodes, whose places lie in the owner's file
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from rules.faults import Fault
from rules.file.collected import inline_secrets
from rules.file.nodes import NOT_ALLOWED, MappingNode, Node, ScalarNode, SequenceNode, Source, Spot
from rules.file.origins import origins
from rules.file.yaml import read_yaml
from rules.rule import Place

NAMED: Final = re.compile(r"(?<!\$)\{([a-z][a-z0-9_]*)\}")
"""A name in braces; behind a $ it is a secret's."""

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
# What stands in an address as it is: a reference, and an entry of `for each`, which are filled in later.
_LATER = re.compile(r"\$\{[^}]*\}|\{each\}")
_SAFE_IN_ADDRESS = "/:,"
_PLAIN_KEY = re.compile(r"[^\W\d]\w*(?: \w+)*")
# What YAML takes for text, or for the number that it is, on one line of a block: no sign in front, no `: `, no ` #`.
_PLAIN = re.compile(r"[\w$/(.](?:[^:#\r\n\t]|:(?=\S)|(?<=\S)#)*(?<![\s:])")
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Given:
    """What fills one blank.

    Attributes:
        node: The owner's value, or the default that the recipe states.
        is_own: The owner wrote it.
    """

    blank: str
    node: Node
    is_own: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the owner wrote: which recipe, and where.

    Attributes:
        use: The name of the recipe, as it stands in the rule.
        node: The whole of it.
    """

    recipe: str
    use: ScalarNode
    node: MappingNode


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of the text, and where each character of it comes from.

    Attributes:
        source: The owner's file; None where it is the recipe's own text.
        places: By character, and for the end, its offset in that file.
        blank: The blank that it fills.
    """

    start: int
    end: int
    source: Source | None
    places: tuple[int, ...]
    blank: str = ""


@dataclass(frozen=True)
class FilledIn(Source):
    """The text of one rule that a recipe made; its places are those of what the owner wrote."""

    asked: Asked
    stretches: tuple[_Stretch, ...] = field(repr=False)

    def place(self, offset: int) -> Place:
        """Return where the owner wrote a character, or the use of the recipe where it is the recipe's."""
        return self._spot(offset, offset + 1)[0].place

    def fault(self, start: int, end: int, message: str, hint: str = "") -> Fault:
        """Return a fault at what the owner wrote, which says what part the recipe has in it."""
        spot, stretch = self._spot(start, end)
        blank = stretch.blank if stretch else self._blank_beside(start, end)
        if stretch is None or blank:
            about = f", blank `{blank}`" if blank else ""
            message = f"{message} (recipe {self.asked.recipe}{about})"
        fault = spot.fault(message, hint)
        # The owner's line, in which secrets stand that were registered for the owner's file alone.
        line = fault.line
        for secret in inline_secrets(self.asked.node):
            line = line.replace(secret.as_written, "*" * len(secret.as_written))
        return Fault(fault.place, fault.message, fault.hint, line, fault.length)

    def _spot(self, start: int, end: int) -> tuple[Spot, _Stretch | None]:
        whole = self.asked.node
        if start <= whole.place.column - 1:  # the first key stands for the rule as a whole
            head = next(iter(whole.entries.values())).key
            return Spot(whole.source, whole.start, head.end), None
        for stretch in self.stretches:
            if stretch.source is not None and stretch.start < max(end, start + 1) and stretch.end > start:
                first = max(start, stretch.start) - stretch.start
                last = max(first, min(end, stretch.end) - stretch.start)
                return Spot(stretch.source, stretch.places[first], stretch.places[last]), stretch
        return self.asked.use, None

    def _blank_beside(self, start: int, end: int) -> str:
        """Return the blank whose default stands there."""
        near = (each for each in self.stretches if each.start < max(end, start + 1) and each.end > start)
        return next((stretch.blank for stretch in near), "")


def filled_in(
    template: MappingNode, given: Mapping[str, Given], own: MappingNode, asked: Asked
) -> tuple[MappingNode, tuple[Fault, ...]]:
    """Return a rule of a recipe with its blanks filled in, and what YAML has against it.

    Args:
        template: The rule as the recipe has it.
        given: What fills each blank.
        own: The keys that the owner wrote, which take the place of the template's.
        asked: What the owner wrote as a whole.
    """
    # As deep as in the owner's file, so that it can be shown as a rule of it.
    writer = _Writer(given, asked.node.place.column - 1)
    for name, entry in template.entries.items():
        if name in own.entries:
            writer.write_own(name, own.entries[name].key, own.entries[name].value)
        elif not writer.is_left_out(entry.value):
            writer.write(name, entry.value)
    for name, entry in own.entries.items():
        if name not in template.entries:
            writer.write_own(name, entry.key, entry.value)
    source = FilledIn(asked.use.source.name, "".join(writer.parts), asked, tuple(writer.stretches))
    root, faults = read_yaml(source)
    if not isinstance(root, MappingNode):
        root = MappingNode(source, 0, 0, {})
    return root, faults


@dataclass(slots=True)
class _Letter:
    """One letter of a value, with where it comes from."""

    text: str
    at: int = -1
    source: Source | None = None
    blank: str = ""


class _Writer:
    """Writes the text of a rule, and notes where the owner's letters went."""

    def __init__(self, given: Mapping[str, Given], margin: int) -> None:
        self.parts: list[str] = []
        self.stretches: list[_Stretch] = []
        self._given = given
        self._margin = " " * margin
        self._at = 0
        self._is_own = False

    def write(self, name: str, value: Node, *, depth: int = 0) -> None:
        """Write one key of the template with its value."""
        self._put(f"{self._margin}{_INDENT * depth}{_key(name)}:")
        self._value(value, depth)

    def write_own(self, name: str, key: ScalarNode, value: Node) -> None:
        """Write one key that is the owner's."""
        self._put(self._margin)
        start = self._at
        self._put(_key(name))
        places = [key.start, *([key.end] * (self._at - start))]
        self.stretches.append(_Stretch(start, self._at, key.source, tuple(places)))
        self._put(":")
        self._is_own = True
        self._value(value, 0)
        self._is_own = False

    def is_left_out(self, value: Node) -> bool:
        """Return whether a value is nothing but a blank that holds nothing."""
        given = self._alone(value)
        return given is not None and isinstance(given.node, ScalarNode) and not given.node.text

    def _alone(self, value: Node) -> Given | None:
        """Return what fills a value that is nothing but a blank."""
        named = NAMED.fullmatch(value.text) if isinstance(value, ScalarNode) and not self._is_own else None
        return self._given.get(named[1]) if named else None

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self._at += len(text)

    def _value(self, value: Node, depth: int) -> None:
        """Write what stands behind a colon, or behind a dash."""
        given = self._alone(value)
        if given is not None and not isinstance(given.node, ScalarNode):
            self._filling(given, depth)
        elif isinstance(value, ScalarNode):
            style = given.node.style if given is not None and isinstance(given.node, ScalarNode) else value.style
            self._put(" ")
            self._scalar(self._letters(value), is_plain=style == "plain")
            self._put("\n")
        elif isinstance(value, SequenceNode):
            self._put("\n" if value.items else " []\n")
            for item in value.items:
                self._put(f"{self._margin}{_INDENT * (depth + 1)}-")
                self._value(item, depth + 1)
        else:
            self._mapping(value, depth)

    def _mapping(self, value: MappingNode, depth: int) -> None:
        self._put("\n" if value.entries else " {}\n")
        for name, entry in value.entries.items():
            if not self.is_left_out(entry.value):
                self.write(name, entry.value, depth=depth + 1)

    def _filling(self, given: Given, depth: int) -> None:
        """Write a list that fills a blank."""
        before, self._is_own = self._is_own, True
        first = self._at
        self._value(given.node, depth)
        self._is_own = before
        if given.is_own:
            self.stretches = [_of_blank(each, given.blank) if each.start >= first else each for each in self.stretches]

    def _letters(self, value: ScalarNode) -> list[_Letter]:
        """Return the letters of a value with the blanks in it filled in."""
        if self._is_own:
            return _letters_of(value)
        letters: list[_Letter] = []
        at = 0
        in_address = bool(_ADDRESS.match(value.text))
        for named in NAMED.finditer(value.text):
            given = self._given.get(named[1])
            if given is None or not isinstance(given.node, ScalarNode):
                continue
            letters += map(_Letter, value.text[at : named.start()])
            filling = _letters_of(given.node)
            for letter in _quoted(filling) if in_address else filling:
                letter.blank = given.blank
                letter.source = letter.source if given.is_own else None
                letters.append(letter)
            at = named.end()
        return [*letters, *map(_Letter, value.text[at:])]

    def _scalar(self, letters: Sequence[_Letter], *, is_plain: bool) -> None:
        """Write one value as YAML reads it back, and note where its letters come from."""
        text = "".join(letter.text for letter in letters)
        if is_plain and _PLAIN.fullmatch(text) and not NOT_ALLOWED.search(text):
            written = [letter.text for letter in letters]
        else:
            written = ['"', *(_escaped(letter.text) for letter in letters), '"']
            letters = [_Letter(""), *letters, _Letter("")]
        run: list[tuple[_Letter, int]] = []
        start = self._at
        for letter, as_written in zip(letters, written, strict=True):
            if run and (letter.source, letter.blank) != (run[0][0].source, run[0][0].blank):
                self._note(run, start)
                run, start = [], self._at
            run.append((letter, len(as_written)))
            self._put(as_written)
        self._note(run, start)

    def _note(self, run: Sequence[tuple[_Letter, int]], start: int) -> None:
        if not run or (run[0][0].source is None and not run[0][0].blank):
            return
        places = [letter.at for letter, width in run for _ in range(width)]
        if places:
            self.stretches.append(
                _Stretch(start, self._at, run[0][0].source, (*places, run[-1][0].at + 1), run[0][0].blank)
            )


def _of_blank(stretch: _Stretch, blank: str) -> _Stretch:
    return _Stretch(stretch.start, stretch.end, stretch.source, stretch.places, blank)


def _letters_of(value: ScalarNode) -> list[_Letter]:
    return [_Letter(letter, at, value.source) for letter, at in zip(value.text, origins(value), strict=False)]


def _quoted(letters: Sequence[_Letter]) -> list[_Letter]:
    """Return letters as they stand inside an address: RFC 3986 §2.1."""
    text = "".join(letter.text for letter in letters)
    later = {at for mark in _LATER.finditer(text) for at in range(*mark.span())}
    for at, letter in enumerate(letters):
        if at not in later:
            letter.text = quote(letter.text, safe=_SAFE_IN_ADDRESS)
    return list(letters)


def _key(name: str) -> str:
    return name if _PLAIN_KEY.fullmatch(name) else "".join(['"', *map(_escaped, name), '"'])


def _escaped(letter: str) -> str:
    """Return a text as it stands between double quotes."""
    written = json.dumps(letter, ensure_ascii=False)[1:-1]
    return NOT_ALLOWED.sub(lambda found: f"\\U{ord(found[0]):08x}", written)

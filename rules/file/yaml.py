"""Reading YAML with the meaning of version 1.2; what trips people up is refused with a hint.

    text ──▶ every character allowed? ──▶ PyYAML's events ──▶ nodes

Nodes are built from events, not by PyYAML's composer: so depth and size are limits that hold before anything is
built, an alias costs as much as what it repeats, and duplicate keys keep their places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from rules.faults import Fault
from rules.file.nodes import NOT_ALLOWED, Entry, MappingNode, Node, ScalarNode, SequenceNode, Source, Style
from rules.file.salvage import salvage
from rules.file.traps import Stretch, explain_syntax, other_format

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 40
MAX_NODES = 100_000

# libyaml is ten times quicker; its events and places are those of the pure Python parser.
QUICKEST_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_STYLES: dict[str | None, Style] = {"'": "single", '"': "double", "|": "literal", ">": "folded"}
_ANCHOR = re.compile(r"&([^\s,\[\]{}]+)\s*")
_NOT = re.compile(r"![a-z]\w*")
_SENTENCE_KEY = re.compile(r"\b(?:when|until): *\Z")
_SECRET = re.compile(r"!(?:secret|env|env_var|file|include)\s+([\w-]+)")
_SWALLOWED_DASH = re.compile(r"[\r\n][ ]*-(?=[ \t])")
_TAG = re.compile(r"![^\s,\[\]{}]*")


def read_yaml(source: Source, loader: type = QUICKEST_LOADER) -> tuple[Node | None, tuple[Fault, ...]]:
    """Return the root of a file, None where it holds nothing, and every fault that was found.

    A syntax error inside a rule costs that rule; anywhere else it ends the reading, and then the root is None too.
    Other faults (duplicate keys, tags, aliases of nothing) are gathered, and the root is what is left without them.
    """
    if len(source.text) > MAX_CHARACTERS:
        hint = "split it: include: [rules.d/*.yaml]"
        return None, (source.fault(0, 1, f"the file is longer than {MAX_CHARACTERS:,} characters", hint),)
    if bad := NOT_ALLOWED.search(source.text):
        return None, (_unprintable(source, bad.start()),)
    if kind := other_format(source.text):
        hint = "a rule file is YAML: trusted-agent init writes one to start with"
        return None, (source.fault(0, 1, f"this is {kind}, not a rule file", hint),)
    root, faults, stumbled = _read(source, source.text, loader)
    if stumbled and (left := salvage(source.text, loader)):
        root, faults, stumbled = _read(source, left.text, loader)
        faults = [*(source.fault(*stretch) for stretch in left.found), *faults]
    if stumbled:
        faults = [*faults, source.fault(*stumbled)]
    return root, tuple(faults)


def _read(source: Source, text: str, loader: type) -> tuple[Node | None, list[Fault], Stretch | None]:
    """Return the root of a text that stands for a source's, the faults in it, and where the parser stumbled."""
    builder = _Builder(source)
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        return None, builder.faults, explain_syntax(text, error)
    except _Stop:
        return None, builder.faults, None
    return builder.root, builder.faults, None


def _offset(mark: Any) -> int:
    return int(mark.index)


def _unprintable(source: Source, at: int) -> Fault:
    letter = source.text[at]
    if letter == "\0":
        return source.fault(at, at + 1, "a NUL character stands here: this is no text file", "save it as UTF-8 text")
    if letter in "\x85\u2028\u2029":
        hint = f'delete it, or write it as an escape between double quotes: "\\u{ord(letter):04x}"'
        return source.fault(at, at + 1, f"an invisible line separator stands here, U+{ord(letter):04X}", hint)
    return source.fault(at, at + 1, f"a control character stands here, U+{ord(letter):04X}", "delete it")


class _Stop(Exception):
    """Reading any further makes no sense or costs too much; the faults say why."""


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end is not yet reached.

    Attributes:
        counted: How many nodes there were before it.
        items: Of a list; None for a mapping.
        key: The key whose value comes next; None for one that was refused.
    """

    start: int
    anchor: str | None
    flow: bool
    counted: int
    items: list[Node] | None
    entries: dict[str, Entry] = field(default_factory=dict)
    key: ScalarNode | None = None
    key_is_next: bool = True


class _Builder:
    """Builds nodes from events, without recursion."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.faults: list[Fault] = []
        self.root: Node | None = None
        self.documents = 0
        self.open: list[_Open] = []
        self.count = 0
        self.anchors: dict[str, tuple[Node, int]] = {}  # with how many nodes each stands for

    def take(self, event: yaml.Event) -> None:
        """Take the next event in."""
        start, end = _offset(event.start_mark), _offset(event.end_mark)
        if isinstance(event, yaml.ScalarEvent):
            self._count(start)
            self._refuse_tag(event.tag, start, end)
            node = self._scalar(event, start, end)
            if event.tag and not node.text:
                # All there is of a value may have been taken for a tag: `when: !sold_out`.
                node = ScalarNode(self.source, start, end, self.source.text[start:end], "single")
            self._add(node, event.anchor, 1)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._begin(event, start, end)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._finish(end)
        elif isinstance(event, yaml.AliasEvent):
            self._repeat(str(event.anchor), start, end)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                hint = "a rule file is one document: delete this line"
                self._stop(start, end, "a second YAML document begins here", hint)

    def _scalar(self, event: yaml.ScalarEvent, start: int, end: int) -> ScalarNode:
        style = _STYLES.get(event.style, "plain")
        if event.anchor and (anchor := _ANCHOR.match(self.source.text, start, end)):
            if anchor[1] != event.anchor:
                # YAML 1.2 lets a name hold a colon, PyYAML ends it there: the value would be a wrong one.
                said = "a name after & is made of letters and digits"
                hint = "put quotes around a value that begins with &"
                self.faults.append(self.source.fault(start, anchor.end(1), said, hint))
            start = anchor.end()
        if event.value == "-" and style == "plain":
            self.faults.append(
                self.source.fault(start, end, "a dash with nothing behind it", "- value, or quotes: '-'")
            )
        if style == "plain" and (swallowed := _SWALLOWED_DASH.search(self.source.text, start, end)):
            said = "this dash is indented deeper than the list, so that YAML takes it for more of the text above"
            self.faults.append(
                self.source.fault(swallowed.end() - 1, swallowed.end(), said, "indent it like the items above")
            )
        if style in {"literal", "folded"}:
            end = start + len(self.source.text[start:end].rstrip(" \t\r\n"))
        return ScalarNode(self.source, start, end, event.value, style)

    def _begin(self, event: yaml.CollectionStartEvent, start: int, end: int) -> None:
        self._count(start)
        if len(self.open) >= MAX_DEPTH:
            self._stop(start, end, f"lists and mappings lie in each other more than {MAX_DEPTH} levels deep")
        self._refuse_tag(event.tag, start, end)
        items: list[Node] | None = [] if isinstance(event, yaml.SequenceStartEvent) else None
        self.open.append(_Open(start, event.anchor, bool(event.flow_style), self.count - 1, items))

    def _finish(self, end: int) -> None:
        done = self.open.pop()
        children = [entry.value for entry in done.entries.values()] if done.items is None else done.items
        if not done.flow:
            # A block ends where its last value does; PyYAML's mark lies behind the comments and blank lines after it.
            end = max((child.end for child in children), default=done.start + 1)
        node: Node
        if done.items is None:
            node = MappingNode(self.source, done.start, end, done.entries)
        else:
            node = SequenceNode(self.source, done.start, end, tuple(done.items))
        self._add(node, done.anchor, self.count - done.counted)

    def _repeat(self, anchor: str, start: int, end: int) -> None:
        if any(opened.anchor == anchor for opened in self.open):
            self._stop(start, end, f"*{anchor} stands inside the very thing that it repeats")
        if anchor not in self.anchors:
            hint = f"put quotes around the value if it is meant to begin with *: '*{anchor}'"
            self.faults.append(self.source.fault(start, end, f"nothing above is named &{anchor}", hint))
            self._add(ScalarNode(self.source, start, end, self.source.text[start:end], "single"), None, 1)
            return
        node, weight = self.anchors[anchor]
        self._count(start, weight)
        self._add(node, None, weight)

    def _count(self, start: int, weight: int = 1) -> None:
        self.count += weight
        if self.count > MAX_NODES:
            self._stop(start, start + 1, f"the file has more than {MAX_NODES:,} values, counting what aliases repeat")

    def _add(self, node: Node, anchor: str | None, weight: int) -> None:
        if anchor:
            self.anchors[anchor] = (node, weight)
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if parent.items is not None:
            parent.items.append(node)
        elif parent.key_is_next:
            parent.key, parent.key_is_next = self._key(node), False
        else:
            self._enter(parent, node)
            parent.key_is_next = True

    def _key(self, node: Node) -> ScalarNode | None:
        said = hint = ""
        if not isinstance(node, ScalarNode):
            said, hint = "a list or mapping stands where a key should", "put quotes around it if it is meant as text"
        elif node.style == "plain" and node.text == "<<":
            said = "YAML 1.2 has no merge key <<"
            hint = "write the keys out, or put what all rules share under defaults:"
        elif node.style == "plain" and node.text != node.text.strip():
            said, hint = "a space that is no ordinary one belongs to this key", "type the spaces around it anew"
        elif not node.text.strip():
            said, hint = "a key is missing before the colon", "key: value"
        if said:
            self.faults.append(node.fault(said, hint))
            return None
        return node if isinstance(node, ScalarNode) else None

    def _enter(self, parent: _Open, value: Node) -> None:
        key = parent.key
        if key is None:
            return
        if first := parent.entries.get(key.text):
            said = f"the key `{key.text}` stands twice here, first in line {first.key.place.line}"
            self.faults.append(key.fault(said, "keep one of the two"))
            return
        parent.entries[key.text] = Entry(key, value)

    def _refuse_tag(self, tag: str | None, start: int, end: int) -> None:
        if tag is None:
            return
        found = _TAG.search(self.source.text, start, end)
        start, end = found.span() if found else (start, end)
        word = self.source.text[start:end]
        line = self.source.text[start : self.source.line_end(start)].rstrip()
        hint = _instead_of_tag(
            word, line, is_sentence=bool(_SENTENCE_KEY.search(self.source.text, max(0, start - 40), start))
        )
        self.faults.append(
            self.source.fault(start, end, f"YAML reads {word} as a tag, and a rule file knows none", hint)
        )

    def _stop(self, start: int, end: int, message: str, hint: str = "") -> None:
        self.faults.append(self.source.fault(start, end, message, hint))
        raise _Stop


def _instead_of_tag(word: str, line: str, *, is_sentence: bool) -> str:
    """Return what to write instead of a tag, by what stands from it to the end of its line."""
    if is_sentence and _NOT.fullmatch(word):
        return f"for the opposite write: not {line[1:]}"
    if word.startswith("!include"):
        return "name the file in a section of its own: include: [rules.d/*.yaml]"
    if secret := _SECRET.match(line):
        return f"for a secret write a reference: ${{env:{secret[1]}}}, ${{file:{secret[1]}}} or ${{cred:{secret[1]}}}"
    quoted = line.replace("'", "''")
    return f"if the value is meant to begin with it, put quotes around all of it: '{quoted}'"

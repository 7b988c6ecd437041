"""The entries of a stream as a rule test writes them: `{title: A tokamak burns}`, new ones poll by poll."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rules.faults import nearest
from rules.file.collected import Faults
from rules.file.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from rules.file.validation import did_you_mean
from rules.rule import Rule, WatchSpec
from rules.trials.sources import source_named
from rules.when.quantities import Misread
from watchers.api import Fact, FactSpec, Flag, Kind, Observation, Text, Texts

KEY, SOURCE, LINK = "key", "source", "link"


@dataclass(slots=True)
class Entries:
    """What a stream holds, growing from poll to poll.

    Attributes:
        source: The watch that brings an entry, unless it names another.
        value: Reads a value of a fact.
    """

    rule: Rule
    source: WatchSpec
    value: Callable[[str, FactSpec], Fact]
    faults: Faults
    _held: dict[str, dict[str, Observation]] = field(default_factory=dict)
    _count: int = 0

    def shown(self) -> Mapping[str, tuple[Observation, ...]]:
        """Return what each watch shows now: what it ever held, an entry with a key of before in its last form."""
        return {spec.id: tuple(self._held.get(spec.id, {}).values()) for spec in self.rule.watches}

    def add(self, node: Node) -> int | None:
        """Add the new entries of one poll and return how many; None where one is wrong, which is noted."""
        if not isinstance(node, SequenceNode) or not all(isinstance(item, MappingNode) for item in node.items):
            return None  # noted by the model
        added = [self._add(item) for item in node.items if isinstance(item, MappingNode)]
        return len(added) if all(added) else None

    def _add(self, node: MappingNode) -> bool:
        source = self._source_of(node)
        if source is None:
            return False
        facts: dict[str, Fact] = {spec.name: Flag(False) for spec in source.kind.facts if spec.evidence}
        is_right = True
        for name, entry in node.entries.items():
            spec = source.kind.fact(name)
            if spec is None and name in (KEY, SOURCE, LINK):
                continue
            fact = self._fact(name, entry, spec, source.kind)
            is_right = is_right and fact is not None
            if fact is not None:
                facts[name] = fact
        self._count += 1
        key = _text(node, KEY) or _own_name(facts, source.kind) or f"entry {self._count}"
        link = _text(node, LINK)
        _say_it_whole(facts, source.kind)
        self._held.setdefault(source.id, {})[key] = Observation(key, facts, link=link)
        return is_right

    def _source_of(self, node: MappingNode) -> WatchSpec | None:
        # A kind's own fact of that name is what its owner means by it.
        named = None if self.source.kind.fact(SOURCE) else node.get(SOURCE)
        return source_named(named, self.rule, self.source, self.faults)

    def _fact(self, name: str, entry: Entry, spec: FactSpec | None, kind: Kind) -> Fact | None:
        if spec is None:
            names = [fact.name for fact in kind.facts]
            hint = did_you_mean(nearest(name, [*names, KEY, SOURCE, LINK]), names)
            self.faults.add(entry.key, f"`{name}` is no fact of the kind {kind.name}", hint)
            return None
        if spec.type is Texts and isinstance(entry.value, SequenceNode):
            return Texts(tuple(item.text for item in entry.value.items if isinstance(item, ScalarNode)))
        if not isinstance(entry.value, ScalarNode):
            self.faults.add(entry.value, f"`{name}` takes one value", f"{name}: {spec.example or '…'}")
            return None
        try:
            return self.value(entry.value.text, spec)
        except Misread as misread:
            self.faults.add(entry.value, misread.message, misread.hint)
            return None


def _text(node: MappingNode, name: str) -> str:
    found = node.get(name)
    return found.text if isinstance(found, ScalarNode) else ""


def _own_name(facts: Mapping[str, Fact], kind: Kind) -> str:
    """Return by what an entry without a key is known again: its title, or else what it mainly says."""
    named = facts.get(kind.title) or facts.get(kind.main)
    return str(named) if named is not None else ""


def _say_it_whole(facts: dict[str, Fact], kind: Kind) -> None:
    """Give an entry its main text where only parts of it are written: as a kind does, all its other texts together.

    A headline is enough to test `mentions`, which asks the whole text.
    """
    main = kind.fact(kind.main)
    if main is None or main.type is not Text or kind.main in facts:
        return
    told = [spec.name for spec in kind.facts if spec.type is Text and spec.told and not spec.choices]
    parts = list(dict.fromkeys(str(facts[name]) for name in told if name in facts))
    if parts:
        facts[kind.main] = Text(" · ".join(parts))

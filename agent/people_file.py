"""Writing about people into the rule file: only what is new is added, and only where the file still means the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from agent.files import DiskFiles
from agent.places import Place
from agent.rulebook import read_rules
from agent.writing import replace_file
from rules.faults import RuleFaults
from rules.file.collected import Faults
from rules.file.inserting import Value, with_item, with_listed, with_section
from rules.file.nodes import MappingNode, SequenceNode, Source
from rules.file.people import name_of
from rules.file.sections import gather
from rules.file.yaml import read_yaml
from rules.load import load
from rules.rule import RuleBook
from watchers.registry import kinds

BOM = "\ufeff"
SECTION = "people"


class NotWritten(Exception):
    """The file was left as it is; the message says why."""


class NotWritable(NotWritten):
    """The file itself cannot be written."""


def add_person(place: Place, item: Mapping[str, Value]) -> None:
    """Write somebody into the rule file, or into the file of it that holds the people.

    Raises:
        NotWritten: The file would be wrong with it, or cannot be written.
    """
    for name, text in _texts(place):
        section = _section(name, text)
        if section is not None:
            _write(place, name, text, with_item(text, section, item))
            return
    name, text = next(iter(_texts(place)))
    _write(place, name, text, with_section(text, SECTION, item))


def add_gift(place: Place, person: str, item: Mapping[str, Value]) -> None:
    """Write down what somebody was given, where that person stands.

    Raises:
        NotWritten: The file would be wrong with it, or cannot be written; or nobody of that name stands there.
    """
    for name, text in _texts(place):
        section = _section(name, text)
        for node in section.items if section is not None else ():
            if isinstance(node, MappingNode) and name_of(node) == person:
                _write(place, name, text, with_listed(text, node, "gifts", item))
                return
    raise NotWritten(f"nobody called {person} stands in the rule file")


def _texts(place: Place) -> Sequence[tuple[str, str]]:
    """Return the files that make up the rule file with their texts, the main one first."""
    files = DiskFiles(place.rules.parent)
    return [(name, files.text(name).removeprefix(BOM)) for name in gather(str(place.rules), files, Faults()).files]


def _section(name: str, text: str) -> SequenceNode | None:
    root, _ = read_yaml(Source(name, text))
    section = root.get(SECTION) if isinstance(root, MappingNode) else None
    return section if isinstance(section, SequenceNode) and section.items else None


def _write(place: Place, name: str, before: str, after: str) -> None:
    """Write a file, once it is seen that the rules mean what they meant."""
    was = read_rules(place)
    try:
        now = load(str(place.rules), _Changed(place, name, after), kinds(), zone=place.zone)
    except RuleFaults as faulty:
        first = faulty.faults[0]
        said = ": ".join(filter(None, (first.message, first.hint)))
        raise NotWritten(f"the rule file would be wrong with it: {said}") from faulty
    if _meaning(was) != _meaning(now) or len(after) <= len(before):
        raise NotWritten(f"{name} is written in a way that this cannot add to: add it by hand")
    path = Path(name)
    try:
        mark = BOM if path.read_bytes().startswith(BOM.encode()) else ""
        replace_file(path, (mark + after).encode())
    except OSError as error:
        raise NotWritable(f"{name} cannot be written: {error.strerror}") from error


def _meaning(book: RuleBook) -> list[object]:
    """Return what must not change: every rule but for the days of people, which may be more."""
    return [(rule.id, rule.meaning, rule.notify, rule.every) for rule in book.rules]


class _Changed(DiskFiles):
    """The files as they would be."""

    def __init__(self, place: Place, name: str, text: str) -> None:
        super().__init__(place.rules.parent)
        self._name, self._text = name, text

    def text(self, name: str) -> str:
        """Return the text of a file, or what it is to be."""
        return self._text if name == self._name else super().text(name)

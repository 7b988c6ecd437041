"""The parts of a rule file, with those of the files that it includes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from rules.faults import Fault
from rules.file.collected import Faults, addresses, inline_secrets
from rules.file.files import Files, FileTrouble
from rules.file.nodes import NOT_ALLOWED, Entry, MappingNode, Node, ScalarNode, SequenceNode, Source, scalars, written
from rules.file.validation import unknown_key
from rules.file.yaml import read_yaml
from rules.rule import Place

NAMED = ("me", "topics", "channels")
"""Sections whose keys are names: an included file may add to them."""

SECTIONS = (
    "me",
    "topics",
    "channels",
    "defaults",
    "network",
    "answers",
    "health",
    "include",
    "rules",
    "people",
    "tests",
)
SHORTEST_FILE = "begin with rules: and a rule: - {name: …, watch: …}"


@dataclass(slots=True)
class Sections:
    """Everything that was written, by section.

    Attributes:
        named: The entries of `me`, `topics` and `channels`.
        once: The sections that only the main file has.
        files: Every file that was read, the main one first.
        patterns: What was included, as paths: another file may come to match.
    """

    named: dict[str, dict[str, Entry]] = field(default_factory=lambda: {section: {} for section in NAMED})
    once: dict[str, Node] = field(default_factory=dict)
    rules: list[MappingNode] = field(default_factory=list)
    people: list[MappingNode] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def gather(name: str, files: Files, faults: Faults) -> Sections:
    """Return the sections of a rule file and of every file that it includes; what is wrong with either is noted."""
    sections = Sections()
    root = _read(name, files, faults, sections, None)
    if root is None:
        return sections
    if not root.entries:
        faults.add(root, "this file holds no rules", SHORTEST_FILE)
    _take(root, sections, faults, SECTIONS)
    if include := sections.once.get("include"):
        _include(name, include, files, faults, sections)
    return sections


def _read(name: str, files: Files, faults: Faults, sections: Sections, by: ScalarNode | None) -> MappingNode | None:
    """Return the root of a file; `by` is where it is included."""
    try:
        text = files.text(name)
    except FileTrouble as trouble:
        if by is not None and not trouble.line:
            faults.add(by, trouble.reason, trouble.hint)
        else:
            place = Place(name, max(1, trouble.line), max(1, trouble.column))
            faults.add_raw([Fault(place, trouble.reason, trouble.hint)])
        return None
    sections.files.append(name)
    source = Source(name, text.removeprefix("\ufeff"))
    root, found = read_yaml(source)
    faults.add_raw(found)
    if root is None or (isinstance(root, ScalarNode) and root.value is None):
        if not found and by is None:
            faults.add_at(source, 0, 1, "this file holds no rules", SHORTEST_FILE)
        return None
    if not isinstance(root, MappingNode):
        said, hint = "a rule file is made of sections such as channels: and rules:", SHORTEST_FILE
        if isinstance(root, SequenceNode):
            hint = "put rules: above the list, and indent it"
        faults.add(root, said, hint)
        return None
    for scalar in scalars(root):
        if scalar.style == "double" and NOT_ALLOWED.search(scalar.text):
            faults.add(scalar, "an escape in this text stands for a control character or for none", "delete the escape")
    return root


def _take(root: MappingNode, sections: Sections, faults: Faults, allowed: Sequence[str]) -> None:
    """Add what a file says to the sections."""
    for section, entry in root.entries.items():
        if section not in allowed:
            if section in SECTIONS:
                faults.add(entry.key, f"`{section}` belongs into the main file", "move it there")
            else:
                unknown_key(entry.key, faults, allowed, root.entries)
            continue
        faults.blank([*inline_secrets(entry.value), *(addresses(entry.value) if section == "channels" else [])])
        if isinstance(entry.value, ScalarNode) and entry.value.value is None:
            continue  # `channels:` with nothing under it: the owner has yet to fill it in.
        if section == "rules":
            sections.rules += _listed(entry.value, section, "a rule", "name: …, and on the next lines watch: …", faults)
        elif section == "people":
            sections.people += _listed(
                entry.value, section, "a person", "name: …, and on the next lines birthday: …", faults
            )
        elif section in NAMED:
            _take_named(section, entry.value, sections, faults)
        else:
            sections.once[section] = entry.value


def _take_named(section: str, node: Node, sections: Sections, faults: Faults) -> None:
    if not isinstance(node, MappingNode):
        faults.add(node, f"`{section}` takes names with values", f"{section}: {{name: value}}, or a line for each")
        return
    known = sections.named[section]
    for name, entry in node.entries.items():
        if name in known:
            faults.add(
                entry.key, f"`{name}` stands twice under {section}, first at {known[name].key.place}", "keep one"
            )
        else:
            known[name] = entry


def _listed(node: Node, section: str, one: str, example: str, faults: Faults) -> Iterator[MappingNode]:
    """Yield the entries of a section that is a list."""
    if not isinstance(node, SequenceNode):
        faults.add(
            node,
            f"`{section}` takes a list of {section}",
            f"begin each {one.rsplit(maxsplit=1)[-1]} with a dash: `- name: …`",
        )
        return
    for item in node.items:
        if isinstance(item, MappingNode):
            yield item
        else:
            faults.add(item, f"{one} is made of keys with values", f"- {example} and so on")


def _include(name: str, node: Node, files: Files, faults: Faults, sections: Sections) -> None:
    items = node.items if isinstance(node, SequenceNode) else (node,)
    for item in items:
        pattern = written(item)
        if not isinstance(item, ScalarNode) or not isinstance(pattern, str):
            faults.add(item, "`include` takes names of files", "include: [people.yaml, rules.d/*.yaml]")
            continue
        try:
            sections.patterns.append(str(PurePath(name).parent / pattern))
            found = files.glob(name, pattern)
        except FileTrouble as trouble:
            faults.add(item, trouble.reason, trouble.hint)
            continue
        if not found:
            sections.notices.append(f"{item.place}: no file matches {pattern}")
        for included in found:
            if included not in sections.files and (root := _read(included, files, faults, sections, item)):
                _take(root, sections, faults, (*NAMED, "rules", "people"))

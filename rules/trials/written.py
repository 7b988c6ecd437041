"""Where rule tests are written: the section `tests` of the rule file, and files beside it or in `tests/` beside it."""

from __future__ import annotations

from collections.abc import Iterator

from rules.faults import Fault
from rules.file.collected import Faults
from rules.file.files import Files, FileTrouble
from rules.file.nodes import MappingNode, Node, ScalarNode, SequenceNode, Source
from rules.file.sections import gather
from rules.file.validation import unknown_key
from rules.file.yaml import read_yaml
from rules.rule import Place

SECTION = "tests"
PATTERNS = ("*.test.yaml", "tests/*.test.yaml")


def written_tests(rule_file: str, files: Files, faults: Faults) -> tuple[MappingNode, ...]:
    """Return every test that is written; what is none is noted.

    What is wrong with the rest of the rule file is not noted here: that is `rules.load`'s to say.
    """
    sections = gather(rule_file, files, Faults())
    found = list(_in(sections.once.get(SECTION), faults))
    for name in dict.fromkeys(_test_files(rule_file, files, faults)):
        found += _of_file(name, files, faults)
    return tuple(found)


def _test_files(rule_file: str, files: Files, faults: Faults) -> Iterator[str]:
    for pattern in PATTERNS:
        try:
            yield from files.glob(rule_file, pattern)
        except FileTrouble as trouble:
            faults.add_raw([Fault(Place(rule_file, 1, 1), trouble.reason, trouble.hint)])


def _of_file(name: str, files: Files, faults: Faults) -> Iterator[MappingNode]:
    try:
        source = Source(name, files.text(name).removeprefix("\ufeff"))
    except FileTrouble as trouble:
        place = Place(name, max(1, trouble.line), max(1, trouble.column))
        faults.add_raw([Fault(place, trouble.reason, trouble.hint)])
        return
    root, unread = read_yaml(source)
    faults.add_raw(unread)
    if root is None:
        return
    if not isinstance(root, MappingNode):
        faults.add(root, "a file of rule tests has one section, `tests`", "write tests: above the list, and indent it")
        return
    for section, entry in root.entries.items():
        if section == SECTION:
            yield from _in(entry.value, faults)
        else:
            unknown_key(entry.key, faults, (SECTION,), root.entries)


def _in(node: Node | None, faults: Faults) -> Iterator[MappingNode]:
    if node is None or (isinstance(node, ScalarNode) and node.value is None):
        return
    if not isinstance(node, SequenceNode):
        faults.add(node, "`tests` takes a list of tests", "begin each test with a dash: `- rule: …`")
        return
    for item in node.items:
        if isinstance(item, MappingNode):
            yield item
        else:
            faults.add(item, "a test is made of keys with values", "- rule: …, and on the next lines price: 160 149")

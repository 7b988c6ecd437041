"""The sentences of a rule, `when` and `until`, read at their places in the file.

node ─▶ rules.when ─▶ Condition, or every fault at its column       without a kind: its grammar alone is checked
"""

from __future__ import annotations

import re
from dataclasses import replace

from rules.condition import Always, Condition
from rules.faults import SentenceFault, SentenceFaults
from rules.file.nodes import MappingNode, Node, ScalarNode
from rules.file.origins import origins
from rules.file.surroundings import Surroundings
from rules.when import compile_condition
from rules.when.parse import parse
from rules.when.syntax import Test, Word, walk
from watchers.api import Kind, Text, Watcher

SENTENCES = ("when", "until")
# The option by which the owner declares facts, where a kind has it.
_FACTS = "facts"
_SORTS = {
    "number": r"-?\d+(?:\.\d+)?",
    "money": r"[$€£¥]\s*\d.*|\d[\d.]*\s*(?:[$€£¥]|[A-Z]{3})",
    "day": r"\d{4}-\d\d-\d\d",
}


def read_sentence(
    node: MappingNode,
    key: str,
    kind: Kind,
    around: Surroundings,
    *,
    watcher: type[Watcher] | None = None,
    known_any: bool = False,
) -> Condition | None:
    """Return a sentence of a rule; None where there is none, or something is wrong with it, which is noted."""
    value = _sentence(node.get(key), around)
    if value is None:
        return None
    try:
        return compile_condition(value.text, kind, around.names, known_any=known_any)
    except SentenceFaults as wrong:
        declares = watcher is not None and _FACTS in watcher.options()
        for fault in wrong.faults:
            _note(value, _declared(fault, value.text, kind, watcher, node) if declares and watcher else fault, around)
        return None


def always_or(kind: Kind, around: Surroundings, about: Node) -> Condition | None:
    """Return what a rule without a `when` asks: nothing of a stream, and of a gauge that is a fault."""
    if kind.shape == "stream":
        return Always(kind.main)
    said = f"this rule has no `when`, and {kind.name} always has a value: what should it tell?"
    around.faults.add(about, said, "add `when: changes`, or a condition that names a value")
    return None


def check_grammar(node: MappingNode, around: Surroundings) -> None:
    """Note what cannot be read in the sentences of a rule of which nobody knows the kind, and so the facts."""
    for value in (_sentence(node.get(key), around) for key in SENTENCES):
        if value is None:
            continue
        try:
            parse(value.text)
        except SentenceFaults as unread:
            for fault in unread.faults:
                _note(value, fault, around)


def _sentence(value: Node | None, around: Surroundings) -> ScalarNode | None:
    if isinstance(value, ScalarNode) and value.text.strip() and not around.faults.is_closed(value):
        return value
    return None


def _note(value: ScalarNode, fault: SentenceFault, around: Surroundings) -> None:
    places = origins(value)
    start, end = places[min(fault.start, len(value.text))], places[min(fault.end, len(value.text))]
    around.faults.add_at(value.source, start, max(end, start + 1), fault.message, fault.hint)


# Facts that the owner declares.


def declares_facts(watcher: type[Watcher] | None, options: MappingNode) -> bool:
    """Return whether a rule declares facts, so that what its sentence may speak of hangs on its options."""
    return watcher is not None and _FACTS in watcher.options() and _FACTS in options.entries


def _declared(fault: SentenceFault, text: str, kind: Kind, watcher: type[Watcher], node: MappingNode) -> SentenceFault:
    """Return a fault with how the fact in question is declared, where that is what is amiss."""
    said = text[fault.start : fault.end]
    if "is no fact of" in fault.message and fault.hint.startswith("it has "):
        meaning = str(watcher.options()[_FACTS].description).rstrip(".")
        return replace(fault, hint=f"{fault.hint}; more are declared by `{_FACTS}`: {meaning[:1].lower()}{meaning[1:]}")
    name = _subject(text, fault.start, kind)
    spec = kind.fact(name)
    sort = next((sort for sort, form in _SORTS.items() if re.fullmatch(form, said)), "")
    if not sort or spec is None or spec.type is not Text or watcher.kind.fact(name) is not None:
        return fault
    written = node.get(_FACTS)
    option = written.get(name) if isinstance(written, MappingNode) else None
    path = option.text.removeprefix("text").strip() if isinstance(option, ScalarNode) else ""
    instead = f"{name}: {sort} {path}".rstrip() if isinstance(option, ScalarNode) else f"type: {sort}"
    return replace(fault, hint=f"{fault.hint}; if `{name}` is {_ARTICLES[sort]}, declare it so: {instead}")


_ARTICLES = {"number": "a number", "money": "money", "day": "a date"}


def _subject(text: str, at: int, kind: Kind) -> str:
    """Return the fact of which the test speaks that stands at a place."""
    for part in walk(parse(text)):
        if isinstance(part, Test) and part.start <= at < part.end:
            return part.subject.text if isinstance(part.subject, Word) else kind.main
    return ""

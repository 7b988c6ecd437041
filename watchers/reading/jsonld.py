"""JSON-LD in the scripts of a page → drafts (JSON-LD 1.1, https://www.w3.org/TR/json-ld11/).

What shops write of it: `@graph`, nodes that refer to each other by `@id`, types and properties with and without
their vocabulary, `@value`, `@list` and `@set`. Contexts are read for their vocabulary only; none is ever fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from watchers.reading.drafts import MAX_DEPTH, Draft, cleaned
from watchers.reading.html import Document
from watchers.reading.lenientjson import Json, read_values

MAX_SCRIPTS: Final = 200
_OF_REFERENCES: Final = frozenset({"@id", "@type", "@context"})


def json_ld(document: Document) -> list[Draft]:
    """Return the things that the JSON-LD of a page describes, references between them followed."""
    nodes = _Nodes()
    drafts = []
    for number, text in enumerate(_scripts(document), 1):
        for value in read_values(text):
            for node, path in _top_nodes(value):
                draft = nodes.draft(node, "")
                if not draft.is_reference:
                    draft.place = f"JSON-LD #{number} {path}".strip()
                    drafts.append(draft)
    nodes.resolve()
    return drafts


def _scripts(document: Document) -> Iterator[str]:
    count = 0
    for script in document.tree.css("script[type]"):
        kind = (script.attributes.get("type") or "").partition(";")[0].strip().lower()
        if kind == "application/ld+json" and count < MAX_SCRIPTS:
            count += 1
            yield script.text()


def _top_nodes(value: Json, path: str = "") -> Iterator[tuple[dict[str, Json], str]]:
    """Yield the nodes that are no values of others: of lists and graphs, too."""
    waiting = [(value, path)]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, list):
            waiting.extend((inner, f"{path}[{place}]") for place, inner in reversed(list(enumerate(value))))
        elif isinstance(value, dict):
            graph = value.get("@graph")
            if graph is None:
                yield value, path
                continue
            rest = {key: inner for key, inner in value.items() if key != "@graph"}
            if not rest.keys() <= _OF_REFERENCES:
                yield rest, path
            context = value.get("@context")
            inner_nodes = graph if isinstance(graph, list) else [graph]
            for place, inner in reversed(list(enumerate(inner_nodes))):
                if isinstance(inner, dict) and context is not None:
                    inner = {"@context": context, **inner}  # noqa: PLW2901 - the context of the graph holds inside
                waiting.append((inner, f"{path} @graph[{place}]".strip()))


class _Nodes:
    """All nodes of a page, and what they are called."""

    def __init__(self) -> None:
        self._all: list[Draft] = []
        self._named: dict[str, Draft] = {}

    def draft(self, node: dict[str, Json], vocabulary: str, depth: int = 0) -> Draft:
        vocabulary = _vocabulary(node.get("@context")) or vocabulary
        draft = Draft(
            types=tuple(_texts(node.get("@type"))),
            id=next(iter(_texts(node.get("@id"))), ""),
            vocabulary=vocabulary,
            is_reference="@id" in node and node.keys() <= _OF_REFERENCES,
        )
        self._all.append(draft)
        if draft.id and not draft.is_reference:
            self._named.setdefault(draft.id, draft)
        for name, value in node.items():
            if name and not name.startswith("@"):
                for part in self._values(value, vocabulary, depth + 1):
                    draft.add(cleaned(name), part)
        return draft

    def _values(self, value: Json, vocabulary: str, depth: int) -> Iterator[str | Draft]:
        if depth > MAX_DEPTH or value is None:
            return
        if isinstance(value, list):
            for inner in value:
                yield from self._values(inner, vocabulary, depth + 1)
        elif isinstance(value, dict):
            wrapped = next((key for key in ("@value", "@list", "@set") if key in value), None)
            if wrapped:
                yield from self._values(value[wrapped], vocabulary, depth + 1)
            else:
                yield self.draft(value, vocabulary, depth)
        else:
            yield _text(value)

    def resolve(self) -> None:
        """Put in the place of each reference what it refers to: the thing, else its name."""
        for draft in self._all:
            for values in draft.properties.values():
                for place, value in enumerate(values):
                    if isinstance(value, Draft) and value.is_reference:
                        values[place] = self._named.get(value.id) or (value if value.types else value.id)


def _vocabulary(context: Json) -> str:
    for part in context if isinstance(context, list) else [context]:
        vocabulary = part.get("@vocab") if isinstance(part, dict) else part
        if isinstance(vocabulary, str) and vocabulary:
            return vocabulary if vocabulary[-1] in "/#" else f"{vocabulary}/"
    return ""


def _texts(value: Json) -> list[str]:
    return [_text(part) for part in (value if isinstance(value, list) else [value]) if isinstance(part, str)]


def _text(value: str | bool) -> str:
    return cleaned(value) if isinstance(value, str) else str(value).lower()

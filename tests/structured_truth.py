"""Compares the items of a page with what other readers of structured data say of it.

    judge(case, files) ──▶ one verdict for each syntax that the case states and the program reads

The truths come in the shapes of three projects: JSON-LD itself, extruct's microdata and expanded RDFa, and schema.org's
examples, which say one thing in three syntaxes. All are brought to one form: types and properties by their short
names, texts with their white space collapsed, numbers as numbers, values in any order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import urljoin

from watchers.reading.drafts import cleaned, split_name
from watchers.reading.html import open_document
from watchers.reading.item import Item
from watchers.reading.markup import items

Verdict = Literal["right", "unknown", "wrong"]

EXTRUCT_BASE = "http://www.example.com/index.html"
"""The address at which extruct's samples were read; its truths carry addresses in full."""
SCHEMA_ORG_FILES = {"microdata.html": "microdata", "rdfa.html": "rdfa", "json.html": "json-ld"}


def judge(case: Mapping[str, Any], files: Mapping[str, bytes]) -> list[tuple[str, Verdict]]:
    """Return what to think of each reading; nothing for syntaxes that are not read, such as microformats."""
    verdicts: list[tuple[str, Verdict]] = []
    for name, body in files.items():
        found = items(open_document(body, None))
        for syntax, wanted in _wanted(case, name).items():
            got = [item for item in found if item.syntax == syntax]
            if syntax == "rdfa":
                right = _triples_of_items(got) == _triples_of_nodes(wanted)
            elif syntax == "opengraph":
                right = all(_og(item) == wanted for item in got[:1])
            else:
                top = {item.id for item in got if item.id}
                right = _same([_form(item, top) for item in got], wanted)
            verdicts.append((syntax, "right" if right else "wrong" if got else "unknown"))
    return verdicts


def leaves_in_common(case: Mapping[str, Any], files: Mapping[str, bytes]) -> dict[str, tuple[int, int, int]]:
    """Return for schema.org's microdata and RDFa: single values in common with the JSON-LD, read, and stated there.

    The three versions of an example are written by hand and differ: no verdict can be had from them, but a measure.
    """
    counts = {}
    wanted = Counter(leaf for form in _forms_of_json(case["expect"]) for leaf in _leaves(form))
    for name, body in files.items():
        syntax = SCHEMA_ORG_FILES[name]
        found = [item for item in items(open_document(body, None)) if item.syntax == syntax]
        if syntax != "json-ld" and found:
            read = Counter(leaf for item in found for leaf in _leaves(_form(item, set())))
            counts[syntax] = ((wanted & read).total(), read.total(), wanted.total())
    return counts


def _wanted(case: Mapping[str, Any], name: str) -> dict[str, Any]:
    expect, syntax = case["expect"], case["syntax"]
    if case["source"] == "schemaorg/schemaorg":
        return {"json-ld": _forms_of_json(expect)} if SCHEMA_ORG_FILES.get(name) == "json-ld" else {}
    if syntax == "json-ld":
        return {"json-ld": _forms_of_json(expect.get("items", expect) if isinstance(expect, dict) else expect)}
    if syntax == "microdata" or (isinstance(expect, list) and "properties" in expect[0] and "microdata" in case["id"]):
        return {"microdata": [_form_of_microdata(thing) for thing in expect]}
    if syntax == "rdfa":
        return {"rdfa": expect}
    if isinstance(expect, dict) and "json-ld" in expect:
        tags: dict[str, list[str]] = {}
        for key, value in (pair for thing in expect.get("opengraph", []) for pair in thing["properties"]):
            if key.startswith("og:"):
                tags.setdefault(key, []).append(_text(value))
        return {
            "json-ld": _forms_of_json(expect["json-ld"]),
            "microdata": [_form_of_microdata(thing) for thing in expect["microdata"]],
            "opengraph": tags,
        }
    return {}


def _og(item: Item) -> dict[str, list[str]]:
    return {name: [_text(text) for text in item.texts(name)] for name in item.properties if name.startswith("og:")}


def _text(value: object) -> str:
    return re.sub(r"\s+", " ", cleaned(str(value).lower() if isinstance(value, bool) else str(value)))


def _plain(value: object) -> str:
    """Return a value's text; numbers and addresses in a form in which equal ones are equal."""
    text = _text(value)
    if re.fullmatch(r"-?\d+(\.\d+)?([eE]\d+)?", text):
        return str(Decimal(text).normalize())
    return text


def _thing(types: list[str], properties: Mapping[str, list[Any]]) -> tuple[Any, ...]:
    """The common form: sorted types, sorted properties; what is empty says nothing."""
    named: dict[str, list[Any]] = {}
    for name, values in properties.items():
        if not name.endswith("-input"):  # schema.org's notes on the fields of a search form, for robots that fill it
            named.setdefault(split_name(name)[1], []).extend(value for value in values if value != "")
    return (
        tuple(sorted(split_name(type_)[1] for type_ in types)),
        tuple(sorted((name, tuple(sorted(values, key=repr))) for name, values in named.items() if values)),
    )


def _list(value: Any) -> list[Any]:
    """Return the values as one flat list; null is none."""
    if isinstance(value, list):
        return [part for inner in value for part in _list(inner)]
    return [] if value is None else [value]


def _forms_of_json(value: Any) -> list[Any]:
    return [_form_of_json(node) for node in _list(value.get("@graph", value) if isinstance(value, dict) else value)]


def _form_of_json(value: Any) -> Any:
    if not isinstance(value, dict):
        return _plain(value)
    if "@value" in value:
        return _plain(value["@value"])
    if set(value) == {"@id"}:
        return _plain(value["@id"])
    properties = {key: [_form_of_json(part) for part in _list(inner)] for key, inner in value.items() if key[0] != "@"}
    return _thing(_list(value.get("@type", [])), properties)


def _form_of_microdata(value: Any) -> Any:
    if not isinstance(value, dict):
        return _plain(value)
    properties = {
        key: [_form_of_microdata(part) for part in _list(v)] for key, v in value.get("properties", {}).items()
    }
    return _thing(_list(value.get("type", [])), properties)


def _form(value: str | Item, top: set[str], *, inner: bool = False) -> Any:
    """Return the form of an item; where it stands for a reference to another top item, that one's name."""
    if isinstance(value, str):
        return _plain(value)
    if inner and value.id in top:
        return _plain(value.id)
    properties = {name: [_form(part, top, inner=True) for part in parts] for name, parts in value.properties.items()}
    return _thing(list(value.types), properties)


def _same(got: Any, wanted: Any) -> bool:
    """Say whether two forms are equal, where an address may be relative in what was read."""
    if isinstance(got, str) or isinstance(wanted, str):
        return bool(got == wanted or ("://" in str(wanted) and urljoin(str(wanted), str(got)) == wanted))
    if len(got) != len(wanted):
        return False
    rest = list(wanted)
    for one in got:
        match = next((other for other in rest if _same(one, other)), None)
        if match is None:
            return False
        rest.remove(match)
    return True


def _leaves(form: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(form, str):
        yield (*path, form)
        return
    types, properties = form
    yield from ((*path, "@type", type_) for type_ in types)
    for name, values in properties:
        for value in values:
            yield from _leaves(value, (*path, name))


def _triples_of_nodes(nodes: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    triples = set()
    for node in nodes:
        subject = "" if node["@id"].startswith("_:") else node["@id"]
        triples |= {(subject, "@type", split_name(type_)[1]) for type_ in node.get("@type", [])}
        for name, values in node.items():
            if name[0] != "@" and not name.endswith("#usesVocabulary"):
                triples |= {
                    (subject, split_name(name)[1], _text(value.get("@value", value.get("@id")))) for value in values
                }
    return triples


def _triples_of_items(found: list[Item]) -> set[tuple[str, str, str]]:
    triples = set()
    for item in (inner for outer in found for inner in outer.walk()):
        subject = urljoin(EXTRUCT_BASE, item.id) if item.id or not item.types else ""
        triples |= {(subject, "@type", type_) for type_ in item.types}
        for name, values in item.properties.items():
            triples |= {(subject, name, value.id if isinstance(value, Item) else _text(value)) for value in values}
    return triples

"""The JSON schema of the rule file for the kinds that are installed: an editor completes, explains and checks with it.

It accepts what the loader accepts, and refuses what it can see without reading sentences. Written to draft 2020-12
(https://json-schema.org/draft/2020-12/schema) with no keyword that older editors do not know.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from rules.file.settings import (
    ChannelSettings,
    DefaultSettings,
    NetworkSettings,
    ProfileSettings,
    RuleSettings,
    TopicSettings,
)
from watchers.api import Kind, Watcher

Schema = dict[str, Any]

_YES_OR_NO = [True, False, "yes", "no", "on", "off"]
_REFERENCE = {"type": "string", "pattern": r"\$\{(env|file|cred):", "description": "By reference, such as ${env:X}."}
_WORD = r"^[^\W\d]\w*$"
_DROPPED = (("default", None), ("format", "password"))
_FORMS = ("pattern", "format")
_SCALARS = ("string", "integer", "number")


def schema(kinds: Mapping[str, type[Watcher]]) -> Schema:
    """Return the schema of a rule file; equal for equal kinds, so that it can be kept beside the file."""
    definitions: Schema = {}
    ours = _shape(RuleSettings, definitions)
    phrase = {"type": ["string", "number", "boolean"]}
    topic = _shape(TopicSettings, definitions)
    properties = {
        "me": _shape(ProfileSettings, definitions),
        "topics": {
            "description": "Phrases under names, for sentences such as `mentions topics.fusion`.",
            **_named({"anyOf": [phrase, {"type": "array", "items": phrase, "minItems": 1}, topic]}),
        },
        "channels": {
            "description": "Ways to reach you, by name.",
            **_named({"anyOf": [{"type": "string"}, _shape(ChannelSettings, definitions)]}, r"^[\w-]+$"),
        },
        "defaults": _shape(DefaultSettings, definitions),
        "network": _shape(NetworkSettings, definitions),
        "include": {
            "description": "More files with rules, channels, topics and me, relative to this one.",
            "type": ["string", "array", "null"],
            "items": {"type": "string"},
            "examples": [["people.yaml", "rules.d/*.yaml"]],
        },
        "rules": {"description": "What to watch for.", "type": ["array", "null"], "items": _rule(kinds)},
    }
    for name, kind in kinds.items():
        definitions[f"{name}-rule"] = _rule_of(kind, ours, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rules of a trusted agent",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _or_empty(section) for name, section in properties.items()},
        "$defs": definitions,
    }


def _named(value: Schema, names: str = _WORD) -> Schema:
    return {"type": "object", "propertyNames": {"pattern": names}, "additionalProperties": value}


def _or_empty(section: Schema) -> Schema:
    """Return a section that may also be left empty: `channels:` and nothing under it."""
    return {**section, "type": ["object", "null"]} if section.get("type") == "object" else section


def _rule(kinds: Mapping[str, type[Watcher]]) -> Schema:
    """Return the schema that chooses a rule's own by its kind, so that an editor shows the faults of that one alone."""
    summaries = "\n".join(f"{name}: {kind.kind.summary}" for name, kind in kinds.items())
    return {
        "type": "object",
        "required": ["name", "watch"],
        "properties": {
            "watch": {"enum": list(kinds), "description": f"The kind of source to look at.\n{summaries}"},
            "name": {"description": "What the rule is called in messages."},
        },
        "allOf": [
            {
                "if": {"properties": {"watch": {"const": name}}, "required": ["watch"]},
                "then": {"$ref": f"#/$defs/{name}-rule"},
            }
            for name in kinds
        ],
    }


def _rule_of(kind: type[Watcher], ours: Schema, definitions: Schema) -> Schema:
    """Return the schema of the rules of one kind: the keys of every rule, and its options."""
    options = _shape(kind, definitions, prefix=f"{kind.kind.name}-", by_reference=True)
    keys = copy.deepcopy(ours["properties"])
    keys["watch"] = {"const": kind.kind.name, "description": kind.kind.summary}
    keys["when"]["description"] += f"\n{_facts(kind.kind)}"
    required = ["name", "watch", *(["when"] if kind.kind.shape == "gauge" else []), *options.get("required", ())]
    return {
        "type": "object",
        "description": kind.kind.summary,
        "additionalProperties": False,
        "required": required,
        "properties": {**options["properties"], **keys},
    }


def _facts(kind: Kind) -> str:
    lines = []
    for fact in kind.facts:
        choices = f" One of {', '.join(fact.choices)}." if fact.choices else ""
        example = f" Example: {fact.example}" if fact.example else ""
        lines.append(f"{fact.name}: {fact.meaning}{choices}{example}")
    return "\n".join(["What it may speak of:", *lines])


def _shape(model: type[BaseModel], definitions: Schema, *, prefix: str = "", by_reference: bool = False) -> Schema:
    """Return a model's schema in the loader's terms; the models inside it go to the definitions.

    A kind's are prefixed with its name, since two packages may call theirs the same.
    """
    shape = model.model_json_schema(by_alias=True, ref_template=f"#/$defs/{prefix}{{model}}")
    for name, inner in shape.pop("$defs", {}).items():
        definitions[f"{prefix}{name}"] = _loosened(inner, by_reference=by_reference)
    loosened: Schema = _loosened(shape, by_reference=by_reference)
    return loosened


def _loosened(node: Any, *, by_reference: bool) -> Any:
    """Return a schema of values as one of the YAML that the loader takes for them.

    Numbers stand where text is meant, `yes` stands for true, references for anything, and what is optional is left
    out, not null. Titles that only repeat a field's name are dropped.
    """
    if isinstance(node, list):
        return [_loosened(each, by_reference=by_reference) for each in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: _inside(key, value, by_reference=by_reference)
        for key, value in node.items()
        if (key, value) not in _DROPPED and key not in {"title", "writeOnly"}
    }
    kept = _without_null(kept)
    kind = kept.get("type")
    if kind == "boolean":
        return {**{key: value for key, value in kept.items() if key != "type"}, "enum": list(_YES_OR_NO)}
    if kind not in _SCALARS or "enum" in kept or "const" in kept:
        return kept
    if kind == "string" and not any(form in kept for form in _FORMS):
        return {**kept, "type": ["string", "number", "boolean"]}
    if by_reference:
        said = {key: kept.pop(key) for key in ("description", "examples", "default") if key in kept}
        return {**said, "anyOf": [kept, _REFERENCE]}
    return kept


def _inside(key: str, value: Any, *, by_reference: bool) -> Any:
    if key in {"examples", "default", "enum", "const", "required"}:
        return value
    if key == "properties":
        return {name: _loosened(each, by_reference=by_reference) for name, each in value.items()}
    return _loosened(value, by_reference=by_reference)


def _without_null(node: Schema) -> Schema:
    branches = node.get("anyOf")
    if not branches or {"type": "null"} not in branches:
        return node
    left = [branch for branch in branches if branch != {"type": "null"}]
    rest = {key: value for key, value in node.items() if key != "anyOf"}
    return {**left[0], **rest} if len(left) == 1 else {**rest, "anyOf": left}

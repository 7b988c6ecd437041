"""The JSON schema of the rule file for the kinds that are installed: an editor completes, explains and checks with it.

It accepts what the loader accepts, and refuses what it can see without reading sentences. Written to draft 2020-12
(https://json-schema.org/draft/2020-12/schema) with no keyword that older editors do not know.

    a rule ─▶ it says `watch: price` ─▶ price-rule: the keys of every rule, and the options of price
           ├▶ it says `use: steam-price` ─▶ the keys of every rule; what else it takes, its recipe says
       ├▶ it names `sources` alone ─▶ each says its own `watch`
           └▶ neither ─▶ it asks how other rules stand
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rules.file.people import PersonSettings
from rules.file.recipes import shipped
from rules.file.settings import (
    AnswerPageSettings,
    ChannelSettings,
    DefaultSettings,
    HealthSettings,
    NetworkSettings,
    ProfileSettings,
    RuleSettings,
    TopicSettings,
)
from rules.file.shapes import Schema, shape
from rules.trials.settings import AnswerSettings, TellSettings, TrialSettings
from watchers.api import (
    Day,
    FactSpec,
    Flag,
    HttpOptions,
    Kind,
    Moment,
    Money,
    Number,
    Span,
    Text,
    Texts,
    Version,
    Watcher,
)

# Letters of any script: ASCII's other signs are named, as \w means ASCII's letters alone in JavaScript's expressions.
_NAME = r"^[^\x00-\x40\x5b-\x5e\x60\x7b-\x7f][^\x00-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]*$"
_CHANNEL_NAME = r"^[^\x00-\x2c\x2e\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]+$"
_PHRASE: Schema = {"type": ["string", "number", "boolean"]}
_SENTENCES = ("when", "until")
_COMPARED = {Money: "below", Number: "below", Span: "above", Day: "after", Moment: "after", Version: "above"}


def schema(kinds: Mapping[str, type[Watcher]]) -> Schema:
    """Return the schema of a rule file; equal for equal kinds, so that it can be kept beside the file."""
    definitions: Schema = {}
    topic = shape(TopicSettings, definitions)
    properties = {
        "me": {**shape(ProfileSettings, definitions), "propertyNames": {"pattern": _NAME}},
        "topics": {
            "description": "Phrases under names, for sentences such as `mentions topics.fusion`.",
            **_named({"anyOf": [_PHRASE, {"type": "array", "items": _PHRASE, "minItems": 1}, topic]}, _NAME),
        },
        "channels": {
            "description": "Ways to reach you, by name.",
            **_named({"anyOf": [{"type": "string"}, shape(ChannelSettings, definitions)]}, _CHANNEL_NAME),
        },
        "defaults": shape(DefaultSettings, definitions),
        "network": shape(NetworkSettings, definitions, by_reference=True),
        "answers": shape(AnswerPageSettings, definitions),
        "health": shape(HealthSettings, definitions),
        "include": {
            "description": "More files with rules, channels, topics and me, relative to this one.",
            "type": ["string", "array", "null"],
            "items": {"type": "string"},
            "examples": [["people.yaml", "rules.d/*.yaml"]],
        },
        "rules": {"description": "What to watch for.", "type": ["array", "null"], "items": _rule(kinds, definitions)},
        "people": {
            "description": "Who matters to you: their days, what they like, what they were given.",
            "type": ["array", "null"],
            "items": shape(PersonSettings, definitions),
        },
        "tests": {
            "description": "Rule tests, which `trusted-agent test` runs: what a rule sees, and what it is to tell.",
            "type": ["array", "null"],
            "items": _test(definitions),
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rules of a trusted agent",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _or_empty(section) for name, section in properties.items()},
        "$defs": definitions,
    }


def sentence_about(spec: FactSpec) -> str:
    """Return a sentence about a fact, made of the example that its kind declares; empty where it declares none."""
    if spec.type is Flag:
        return spec.name
    if not spec.example:
        return ""
    if spec.choices:
        return f"{spec.name} is {spec.example}"
    if spec.type is Text and ":" in spec.example:
        return f'{spec.name} contains "{spec.example}"'
    if spec.type in (Text, Texts):
        return f'{spec.name} mentions "{spec.example}"'
    return f"{spec.name} {_COMPARED[spec.type]} {spec.example}"


def _named(value: Schema, names: str) -> Schema:
    return {"type": "object", "propertyNames": {"pattern": names}, "additionalProperties": value}


def _or_empty(section: Schema) -> Schema:
    """Return a section that may also be left empty: `channels:` and nothing under it."""
    return {**section, "type": ["object", "null"]} if section.get("type") == "object" else section


def _test(definitions: Schema) -> Schema:
    """Return the schema of a rule test; a message stands for its time alone, an answer for its file."""
    made = shape(TrialSettings, definitions)
    for model, alone in ((TellSettings, ["string", "integer"]), (AnswerSettings, ["string"])):
        definitions[model.__name__] = {"anyOf": [{"type": alone}, definitions[model.__name__]]}
    return made


# Rules


def _rule(kinds: Mapping[str, type[Watcher]], definitions: Schema) -> Schema:
    """Return the schema that chooses a rule's own by its kind, so that an editor shows the faults of that one alone."""
    ours = shape(RuleSettings, definitions)["properties"]
    ours["watch"] = {"enum": list(kinds), "description": f"{ours['watch']['description']}\n{_summaries(kinds)}"}
    for name, kind in kinds.items():
        definitions[f"{name}-rule"] = _rule_of(kind, ours, definitions)
        if kind.kind.shape == "gauge":
            definitions[f"{name}-source"] = _source_of(kind)
    gauges = {name: kind for name, kind in kinds.items() if kind.kind.shape == "gauge"}
    definitions["source"] = {
        "title": "keys with values",
        "type": "object",
        "required": ["watch"],
        "properties": {"watch": {"enum": list(gauges), "description": f"The kind of source.\n{_summaries(gauges)}"}},
        "allOf": _by_kind(gauges, "source"),
    }
    definitions["rule"] = _rule_without_watch(ours)
    definitions["use"] = _use_of_recipe(ours)
    return {
        "title": "rule",
        "type": "object",
        "properties": {"name": ours["name"], "watch": ours["watch"], "use": definitions["use"]["properties"]["use"]},
        "if": _has("use"),
        "then": {"$ref": "#/$defs/use"},
        "else": {
            "required": ["name"],
            "if": _has("watch"),
            "then": {"allOf": _by_kind(kinds, "rule")},
            "else": {"$ref": "#/$defs/rule"},
        },
    }


def _use_of_recipe(ours: Schema) -> Schema:
    """Return the schema of a rule that a recipe makes: its blanks may stand in it as keys, and so may its options."""
    keys = {name: {"$ref": f"#/$defs/rule/properties/{name.replace(' ', '%20')}"} for name in ours if name != "watch"}
    return {
        "title": "use of a recipe",
        "type": "object",
        "required": ["use"],
        "properties": {
            "use": {
                "type": "string",
                "description": "A recipe: rules with blanks, that came along or lie in recipes/ beside this file.",
                "examples": list(shipped()),
            },
            "with": {"type": ["object", "null"], "description": "What fills its blanks, by name."},
            **keys,
            "watch": False,
        },
    }


def _by_kind(kinds: Iterable[str], what: str) -> list[Schema]:
    """Return a choice of definitions by `watch`."""
    return [
        {
            "if": {**_has("watch"), "properties": {"watch": {"const": name}}},
            "then": {"$ref": f"#/$defs/{name}-{what}"},
        }
        for name in kinds
    ]


def _has(key: str) -> Schema:
    """Return what is true of keys with values among which is this one; what is no mapping has no keys."""
    return {"type": "object", "required": [key]}


def _rule_of(kind: type[Watcher], ours: Schema, definitions: Schema) -> Schema:
    """Return the schema of the rules of one kind: the keys of every rule, and its options."""
    declared = kind.kind
    options = shape(kind, definitions, prefix=f"{declared.name}-", by_reference=True)
    keys: Schema = {name: {"$ref": f"#/$defs/rule/properties/{name.replace(' ', '%20')}"} for name in ours}
    keys["watch"] = {"const": declared.name, "description": declared.summary}
    for name in _SENTENCES:
        keys[name] = {
            **ours[name],
            "description": f"{ours[name]['description']}\n{_facts(declared)}",
            "examples": _sentences(declared),
        }
    # A source says its own `watch` where it is of another kind, and has to where this one's cannot be compared.
    own = f"#/$defs/{declared.name}-source" if declared.shape == "gauge" else "#/$defs/source"
    source = {"if": _has("watch"), "then": {"$ref": "#/$defs/source"}, "else": {"$ref": own}}
    keys["sources"] = {**ours["sources"], "additionalProperties": source}
    made: Schema = {
        "title": f"{declared.name} rule",
        "type": "object",
        "description": declared.summary,
        "additionalProperties": False,
        "required": ["name", "watch", *(["when"] if declared.shape == "gauge" and kind.sees is Watcher.sees else [])],
        "properties": {**options["properties"], **_shared(kind), **keys},
    }
    if options.get("required"):
        made |= {"if": {"not": _has("sources")}, "then": {"required": options["required"]}}
    return made


def _shared(kind: type[Watcher]) -> Schema:
    """Return the options that a kind takes as `network: {hosts: …}` does, which are described there."""
    fields, ours = kind.model_fields, HttpOptions.model_fields
    return {
        name: {"$ref": f"#/$defs/HttpOptions/properties/{name}"}
        for name in ours
        if name in fields and repr(fields[name]) == repr(ours[name])
    }


def _source_of(kind: type[Watcher]) -> Schema:
    """Return the schema of a source of one kind: its options, of which any may stand beside `sources` for all."""
    name = kind.kind.name
    options = {option: {"$ref": f"#/$defs/{name}-rule/properties/{option}"} for option in kind.options()}
    watch = {"const": name, "description": kind.kind.summary}
    return {
        "title": "keys with values",
        "type": "object",
        "additionalProperties": False,
        "properties": {"watch": watch, **options},
    }


def _rule_without_watch(ours: Schema) -> Schema:
    """Return the schema of a rule that names no kind: its sources do, or it only asks how other rules stand."""
    sources = {**ours["sources"], "additionalProperties": {"$ref": "#/$defs/source"}}
    asks = {"type": "string", "pattern": "[Rr][Uu][Ll][Ee]\\s*[\"'“]"}
    return {
        "title": "rule",
        "type": "object",
        "properties": {**ours, "sources": sources},
        "if": {"anyOf": [_has("sources"), {**_has("when"), "properties": {"when": asks}}]},
        "then": {"required": ["when"]},
        "else": {"required": ["watch"]},
    }


def _summaries(kinds: Mapping[str, type[Watcher]]) -> str:
    return "\n".join(f"{name}: {kind.kind.summary}" for name, kind in kinds.items())


def _facts(kind: Kind) -> str:
    """Return what a sentence may speak of, a line for each fact."""
    lines = []
    for fact in kind.facts:
        choices = f" One of {', '.join(fact.choices)}." if fact.choices else ""
        unit = f" In {fact.unit}." if fact.unit else ""
        lines.append(f"{fact.name}: {fact.meaning}{unit}{choices}")
    return "\n".join(["What it may speak of:", *lines])


def _sentences(kind: Kind) -> list[str]:
    """Return sentences to begin with: about the main fact first, then about the others that are told."""
    facts = sorted(kind.facts, key=lambda fact: fact.name != kind.main)
    found = [sentence_about(fact) for fact in facts if fact.told or fact.name == kind.main]
    return [*filter(None, found), *(["changes"] if kind.shape == "gauge" else [])]

"""The JSON schema says what the loader says, as far as it can be said without reading sentences."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft202012Validator

from rules.file.nodes import Source, written
from rules.file.schema import schema
from rules.file.settings import RuleSettings
from rules.file.yaml import read_yaml
from rules.rule import Names, Profile
from rules.when import compile_condition
from tests.editor import Editor
from tests.rule_files import CHANNEL, KINDS, faults_of, rule_text
from watchers.registry import kinds

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "rules" / "examples").glob("*.yaml"))
SHELF = ("watch: shelf", "url: https://shop.example/1", "when: price below $5")


def values(text: str) -> Any:
    root, faults = read_yaml(Source("r.yaml", text))
    assert faults == ()
    return written(root) if root else None


def objections(text: str) -> list[str]:
    return [error.message for error in Draft202012Validator(schema(KINDS)).iter_errors(values(text))]


def test_it_is_a_schema_and_the_same_each_time() -> None:
    Draft202012Validator.check_schema(schema(KINDS))
    assert schema(KINDS) == schema(KINDS)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_are_valid_for_the_installed_kinds(example: Path) -> None:
    errors = Draft202012Validator(schema(kinds())).iter_errors(values(example.read_text(encoding="utf-8")))
    assert [error.message for error in errors] == []


ACCEPTED = [
    rule_text(*SHELF),
    rule_text(*SHELF, "enabled: no", "private: yes", "whole: off", "depth: ${env:DEPTH}"),
    rule_text(*SHELF, "for: 3 polls", "until: price > $6", "again: every 1d", "first: tell", "known: any", "note: 5"),
    rule_text(*SHELF, "every: 1h 30m", "urgency: low", "notify: [phone]", "keep: 1 year", "confirm_after: 2s"),
    rule_text(*SHELF, "at: 08:00", "auth: {user: me, password: 5}", "headers: {x: 1}"),
    rule_text(*SHELF, 'cron: "0 8 * * 1-5"', "id: x", "message: 7", "ignore_repeats: 0"),
    rule_text("watch: player", "artist: 311"),
    "me: {timezone: Europe/Berlin, currency: eur, floors: 3, likes: [a, 5], garden: yes}\n" + rule_text(*SHELF),
    "topics: {a: x, b: [x, 5], c: {phrases: [IT], exact: yes}}\n" + rule_text(*SHELF),
    "network: {allow: [10.0.0.0/8], every: 2s, hosts: {a.example: {ca: home.pem}}}\n" + rule_text(*SHELF),
    "me:\ntopics:\nnetwork:\ndefaults:\ninclude:\n" + CHANNEL + "rules:\n",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_the_loader_takes_is_valid(text: str) -> None:
    assert faults_of(text, {"env:DEPTH": "3"}) == ()
    assert objections(text) == []


REFUSED = [
    ("rulez: []\n", "'rulez' was unexpected"),
    (rule_text(*SHELF, "evry: 1h"), "'evry' was unexpected"),
    (rule_text("watch: prise"), "'prise' is not one of"),
    (rule_text("watch: shelf", "url: https://a.example"), "'when' is a required property"),
    (rule_text("watch: wire"), "'feeds' is a required property"),
    (CHANNEL + "rules: [{watch: player, artist: x}]\n", "'name' is a required property"),
    (rule_text(*SHELF, "every: 1"), "1 is not of type 'string'"),
    (rule_text(*SHELF, "every: soon"), "does not match"),
    (rule_text(*SHELF, "urgency: hihg"), "'hihg' is not one of"),
    (rule_text(*SHELF, "enabled: perhaps"), "'perhaps' does not match"),
    (rule_text(*SHELF, "for: 3"), "3 is not of type 'string'"),
    (rule_text(*SHELF, "again: sometimes"), "does not match"),
    (rule_text(*SHELF, "auth: {pasword: x}"), "'pasword' was unexpected"),
    (rule_text(*SHELF, "depth: deep"), "'deep' does not match"),
    (rule_text(*SHELF, "ignore_repeats: -1"), "less than the minimum"),
    (rule_text("watch: player", "artist: x", "feeds: [a]"), "'feeds' was unexpected"),
    ("topics: {a b: [x]}\n", "does not match"),
    ("channels: {phone: {quite: x}}\n", "is not valid under any"),
    ("defaults: {evry: 1h}\n", "'evry' was unexpected"),
    ("rules: {}\n", "is not of type 'array', 'null'"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_what_the_loader_refuses_is_not_valid(text: str, said: str) -> None:
    assert faults_of(text) != ()
    assert any(said in objection for objection in objections(text)), objections(text)


def test_every_key_explains_itself() -> None:
    editor = Editor(schema(KINDS))
    for name, section in editor.schema["properties"].items():
        assert section.get("description"), name
    for kind in KINDS:
        said = editor.keys({"rules": [{"watch": kind}]}, ["rules", 0])
        assert [name for name, meaning in said.items() if not meaning] == []


@pytest.mark.parametrize("name", KINDS)
def test_a_rule_is_offered_the_options_of_its_kind_and_of_no_other(name: str) -> None:
    offered = set(Editor(schema(KINDS)).keys({"rules": [{"watch": name}]}, ["rules", 0]))
    others = {option for other in KINDS.values() for option in other.options()} - set(KINDS[name].options())
    assert set(KINDS[name].options()) <= offered
    assert not others & offered
    assert {field.alias or key for key, field in RuleSettings.model_fields.items()} - {"watch"} <= offered


def test_a_rule_that_names_no_kind_yet_is_offered_what_every_rule_has() -> None:
    for begun in ({"rules": [None]}, {"rules": [{"name": "x"}]}):
        offered = set(Editor(schema(KINDS)).keys(begun, ["rules", 0]))
        assert {"watch", "when", "sources", "every"} <= offered
        assert not {"url", "feeds", "artist"} & offered


def test_a_kind_is_chosen_among_those_that_are_installed() -> None:
    editor = Editor(schema(KINDS))
    assert editor.words({"rules": [{"watch": None}]}, ["rules", 0, "watch"]) == list(KINDS)
    said = editor.hover({"rules": [{"watch": None}]}, ["rules", 0, "watch"])
    assert all(f"{name}: {kind.kind.summary}" in said for name, kind in KINDS.items())


def test_a_source_is_offered_the_options_of_its_own_kind_or_else_of_the_rules() -> None:
    editor = Editor(schema(KINDS))
    rule = {"watch": "shelf", "sources": {"a": {}, "b": {"watch": "shelf"}}}
    for name in ("a", "b"):
        offered = set(editor.keys({"rules": [rule]}, ["rules", 0, "sources", name]))
        assert {*KINDS["shelf"].options(), "watch"} - set(rule["sources"][name]) == offered
    alone = {"rules": [{"sources": {"a": {}}}]}
    assert set(editor.keys(alone, ["rules", 0, "sources", "a"])) == {"watch"}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (["urgency"], ["low", "normal", "high", "urgent"]),
        (["enabled"], ["yes", "no"]),
        (["again"], ["when lower", "when higher", "every 1d", "never"]),
        (["whole"], ["yes", "no"]),
        (["corner", "side"], ["left", "right"]),
        (["patience"], ["30m", "12h", "7d"]),
        (["when"], ["price below $150", "count below 3", "sold_out", "changes"]),
    ],
)
def test_words_are_proposed_where_there_are_some(path: list[str], words: list[str]) -> None:
    value: Any = None
    for step in reversed(path):
        value = {step: value}
    assert Editor(schema(KINDS)).words({"rules": [{"watch": "shelf", **value}]}, ["rules", 0, *path]) == words


@pytest.mark.parametrize("name", KINDS)
def test_the_sentences_that_are_proposed_are_sentences(name: str) -> None:
    for sentence in Editor(schema(KINDS)).words({"rules": [{"watch": name}]}, ["rules", 0, "when"]):
        compile_condition(sentence, KINDS[name].kind, Names(Profile(ZoneInfo("UTC"), None)))


def test_a_condition_explains_what_it_may_speak_of() -> None:
    said = Editor(schema(KINDS)).hover({"rules": [{"watch": "wire"}]}, ["rules", 0, "when"])
    assert "type: What it is. One of album, ep." in said


KEYS = [
    ({"rules": [{"name": "x", "watch": "shelf", "url": "https://a.example", "when": "changes"}]}, ["rules", 0]),
    ({"rules": [{"name": "x", "watch": "wire", "feeds": ["https://a.example"]}]}, ["rules", 0]),
    ({"rules": [{"name": "x", "watch": "player", "artist": "x"}]}, ["rules", 0]),
    ({"defaults": {}}, ["defaults"]),
    ({"network": {}}, ["network"]),
    ({"network": {"hosts": {"a.example": {}}}}, ["network", "hosts", "a.example"]),
    ({"network": {"hosts": {"a.example": {"auth": {}}}}}, ["network", "hosts", "a.example", "auth"]),
    ({"channels": {"a": {"url": "ntfys://ntfy.sh/a-topic"}}}, ["channels", "a"]),
    ({"topics": {"a": {"phrases": ["x"]}}}, ["topics", "a"]),
]


@pytest.mark.parametrize(("values", "path"), KEYS, ids=[".".join(map(str, path)) for _, path in KEYS])
def test_a_slip_in_any_key_is_marked_and_is_a_fault(values: dict[str, Any], path: list[str | int]) -> None:
    editor = Editor(schema(KINDS))
    assert editor.objections(values) == []
    for key in editor.keys(values, path):
        slipped = copy.deepcopy(values)
        place: Any = slipped
        for step in path:
            place = place[step]
        place[f"{key}q"] = "x"
        assert editor.objections(slipped), key
        assert any(f"`{key}q` is no key" in fault.message for fault in faults_of(json.dumps(slipped))), key


@pytest.mark.parametrize(("values", "path"), KEYS, ids=[".".join(map(str, path)) for _, path in KEYS])
@pytest.mark.parametrize("wrong", [[[["q"]]], {"q": {"q": ["q"]}}], ids=["lists in lists", "keys in keys"])
def test_a_value_of_a_wrong_shape_is_marked_for_any_key_and_is_a_fault(
    values: dict[str, Any], path: list[str | int], wrong: Any
) -> None:
    editor = Editor(schema(KINDS))
    for key in editor.keys(values, path):
        slipped = copy.deepcopy(values)
        place: Any = slipped
        for step in path:
            place = place[step]
        place[key] = wrong
        assert editor.objections(slipped), key
        assert faults_of(json.dumps(slipped)), key

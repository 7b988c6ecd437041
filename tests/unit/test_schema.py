"""The JSON schema says what the loader says, as far as it can be said without reading sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rules.file.nodes import Source, written
from rules.file.schema import schema
from rules.file.yaml import read_yaml
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
    (rule_text(*SHELF, "enabled: perhaps"), "'perhaps' is not one of"),
    (rule_text(*SHELF, "for: 3"), "3 is not of type 'string'"),
    (rule_text(*SHELF, "again: sometimes"), "does not match"),
    (rule_text(*SHELF, "auth: {pasword: x}"), "'pasword' was unexpected"),
    (rule_text(*SHELF, "depth: deep"), "is not valid under any"),
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
    made = schema(KINDS)
    for name, section in made["properties"].items():
        assert section.get("description"), name
    for kind in KINDS:
        for name, key in made["$defs"][f"{kind}-rule"]["properties"].items():
            assert key.get("description"), (kind, name)


def test_a_condition_explains_what_it_may_speak_of() -> None:
    said = schema(KINDS)["$defs"]["wire-rule"]["properties"]["when"]["description"]
    assert "type: What it is. One of album, ep. Example: album" in said

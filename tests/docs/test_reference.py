"""Everything that can be written is in the reference."""

from __future__ import annotations

import re

import pytest

from agent.commands.shell import MEANINGS, Exit
from rules.file.settings import (
    ChannelSettings,
    DefaultSettings,
    NetworkSettings,
    ProfileSettings,
    RuleSettings,
    TopicSettings,
)
from rules.when import compile_condition
from tests.docs.commands import all_commands
from tests.docs.examples import NAMES
from tests.docs.grammar import words_of_terminals
from tests.docs.pages import DOCS, REPOSITORY, anchors
from tests.docs.reference import example_of
from watchers.api import Auth, HttpOptions
from watchers.registry import kinds

REFERENCE = DOCS / "reference"


def text(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", kinds())
def test_every_kind_has_its_options_and_facts_in_the_reference(name: str) -> None:
    kind = kinds()[name]
    section = text("kinds.md").partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert kind.kind.summary in section
    own = set(kind.options()) - (set(HttpOptions.model_fields) if issubclass(kind, HttpOptions) else set())
    assert {f"`{word}`" for word in (*own, *(spec.name for spec in kind.kind.facts))} <= set(
        re.findall(r"^\| (`\w+`) \|", section, re.MULTILINE)
    )
    for spec in kind.kind.facts:
        assert spec.meaning in section
        assert all(f"`{choice}`" in section for choice in spec.choices)


@pytest.mark.parametrize("name", kinds())
def test_the_example_beside_each_fact_is_a_sentence(name: str) -> None:
    for spec in kinds()[name].kind.facts:
        assert spec.name in compile_condition(example_of(spec), kinds()[name].kind, NAMES).facts


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        ("me", ProfileSettings),
        ("topics", TopicSettings),
        ("channels", ChannelSettings),
        ("defaults", DefaultSettings),
        ("network", NetworkSettings),
        ("rules", RuleSettings),
    ],
)
def test_every_key_of_the_rule_file_is_in_the_reference(heading: str, model: type) -> None:
    section = text("rule-file.md").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    for name, field in model.model_fields.items():
        assert f"| `{field.alias or name}` | {field.description}" in section


@pytest.mark.parametrize("model", [HttpOptions, Auth])
def test_every_request_option_is_in_the_reference(model: type) -> None:
    for name, field in model.model_fields.items():
        assert f"| `{name}` | {field.description}" in text("network.md")


def test_every_exit_code_has_a_meaning_in_the_reference() -> None:
    for code in Exit:
        assert f"| {code.value} | {MEANINGS[code]} |" in text("command-line.md")


def test_every_command_and_option_is_in_the_reference() -> None:
    headings = anchors(REFERENCE / "command-line.md")
    for command in all_commands():
        if hasattr(command.made, "commands"):
            continue
        assert "-".join(command.words) in headings
        section = text("command-line.md").partition(f"\n## {' '.join(command.words)}\n")[2].partition("\n## ")[0]
        for option in command.options - {"--help", "-h"}:
            assert f"`{option}" in section, f"{option} of {' '.join(command.words)}"


def test_every_word_of_the_language_is_on_its_page() -> None:
    page = text("when.md")
    for name, words in words_of_terminals().items():
        assert all(f"`{word}`" in page for word in words), name
        assert re.search(rf"\b{name}\b", page.partition("## The grammar")[2]), f"{name} is nowhere in the grammar"


def test_every_variable_of_the_environment_is_in_the_reference() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in (REPOSITORY / "agent").rglob("*.py"))
    variables = set(re.findall(r"\"(TRUSTED_AGENT_[A-Z_]+)\"", source))
    assert variables
    assert all(f"`{variable}`" in text("command-line.md") for variable in variables)

"""Everything that can be written is in the reference."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import pytest

from agent.commands.shell import MEANINGS, Exit
from rules.file.settings import (
    ActionSettings,
    AnswerPageSettings,
    ChannelSettings,
    DefaultSettings,
    HealthSettings,
    NetworkSettings,
    ProfileSettings,
    RuleSettings,
    TopicSettings,
)
from rules.trials.settings import TrialSettings
from rules.when import compile_condition, syntax
from rules.when.parse import parse
from tests.docs.commands import all_commands
from tests.docs.examples import NAMES
from tests.docs.grammar import words_of_terminals
from tests.docs.pages import DOCS, REPOSITORY, anchors
from tests.docs.reference import example_of
from tests.docs.tables import cells
from watchers.api import Auth, HttpOptions
from watchers.registry import kinds

REFERENCE = DOCS / "reference"
GENERATED = re.compile(r"<!-- generated: examples of [^\n]+ -->\n(.*?)<!-- end", re.DOTALL)


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
        ("answers", AnswerPageSettings),
        ("health", HealthSettings),
        ("do", ActionSettings),
        ("rules", RuleSettings),
        ("tests", TrialSettings),
    ],
)
def test_every_key_of_the_rule_file_is_in_the_reference(heading: str, model: type) -> None:
    section = text("rule-file.md").partition(f"# {heading}\n")[2].partition("\n## ")[0]
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


def asked() -> list[str]:
    """Return every sentence of the page that stands beside what was seen and the answer."""
    rows = (row for part in GENERATED.findall(text("when.md")) for row in cells(part))
    return [row[0].strip("`") for row in rows]


def test_every_form_of_a_sentence_has_an_example_with_its_answer() -> None:
    used = {type(node) for sentence in asked() for node in nodes(parse(sentence))}
    forms = {each for each in vars(syntax).values() if isinstance(each, type) and issubclass(each, syntax.Node)}
    assert forms - used == {syntax.Node}


def nodes(tree: object) -> Iterator[object]:
    """Yield everything that a parsed sentence is made of."""
    if isinstance(tree, tuple):
        for each in tree:
            yield from nodes(each)
    elif dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        yield tree
        for field in dataclasses.fields(tree):
            yield from nodes(getattr(tree, field.name))


def test_every_word_of_the_language_has_an_example_with_its_answer() -> None:
    sentences = asked()
    for name, words in words_of_terminals().items():
        assert any(f" {word} " in f" {sentence} ".replace("(", "( ") for sentence in sentences for word in words), name


@pytest.mark.parametrize("baseline", ["previous", "first", "last told", "lowest", "highest", "median", "mean"])
def test_every_baseline_has_an_example_with_its_answer(baseline: str) -> None:
    found = {node.which for sentence in asked() for node in nodes(parse(sentence)) if isinstance(node, syntax.Baseline)}
    assert baseline in found


def test_the_examples_of_each_part_show_more_than_one_answer() -> None:
    for part in GENERATED.findall(text("when.md")):
        assert len({row[2].partition(":")[0] for row in cells(part)}) > 1, part


def test_the_keys_that_change_when_a_rule_tells_have_a_story() -> None:
    (told,) = re.findall(r"<!-- generated: stories of price -->\n(.*?)<!-- end", text("when.md"), re.DOTALL)
    shown = {key for row in cells(told) for key in re.findall(r"(\w+):", row[0])}
    assert {"when", "for", "until", "again", "first", "known"} <= shown
    assert "nothing" not in {row[2] for row in cells(told)}


def test_every_variable_of_the_environment_is_in_the_reference() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in (REPOSITORY / "agent").rglob("*.py"))
    variables = set(re.findall(r"\"(TRUSTED_AGENT_[A-Z_]+)\"", source))
    assert variables
    assert all(f"`{variable}`" in text("command-line.md") for variable in variables)

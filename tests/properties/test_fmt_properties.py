"""What is true of the one spelling: it means the same, it is its own, and it touches nothing but what it spells."""

from __future__ import annotations

import json
from typing import ClassVar

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rules.condition import View
from rules.durations import read_duration
from rules.faults import RuleFaults
from rules.file.formatting import formatting
from rules.file.nodes import MappingNode, Node, ScalarNode, SequenceNode, Source
from rules.file.yaml import read_yaml
from rules.when.lengths import in_short
from rules.when.spelling import spelling
from tests.properties.test_when_properties import LENGTHS, SENTENCES, THOROUGH, accepted, views
from tests.rule_files import Files
from tests.sentences import GAUGE, NAMES, compiled
from watchers.api import Kind, Watcher

HEAD = """# Everything here stays.
me: {timezone: America/New_York, currency: USD, city: Boston, artists: [Tool, Björk], budget: 150 USD, far: 50}
topics:
  fusion: [fusion energy, ITER, tokamak]   # also this
  it: {phrases: [IT], exact: yes}


channels: {phone: "ntfys://ntfy.sh/a-long-secret-topic"}
rules:
"""
TAIL = "      # the end\n\n  # and after it\n"


class Thing(Watcher):
    """A kind with a fact of every type."""

    kind: ClassVar[Kind] = GAUGE

    @property
    def label(self) -> str:
        return "a thing"


def _block(sentence: str, header: str) -> str:
    # Broken where a person would: between words that no quotes hold together.
    lines = [sentence] if any(quote in sentence for quote in "\"'") else sentence.split(" ")
    return header + "".join(f"\n      {line}" for line in lines)


# How a sentence may stand in a file: as a value in a block, and inside braces.
STYLES = {
    "plain": str,
    "single": lambda sentence: "'" + sentence.replace("'", "''") + "'",
    "double": lambda sentence: json.dumps(sentence, ensure_ascii=False),
    "folded": lambda sentence: _block(sentence, ">"),
    "commented": lambda sentence: _block(sentence, ">-  # why"),
    "literal": lambda sentence: _block(sentence, "|+"),
}
FLOWS = ("plain", "single", "double")


@st.composite
def placed(draw: st.DrawFn) -> tuple[str, str, str]:
    """Return what stands before a sentence in a file, the sentence as YAML has it, and what stands behind it."""
    sentence = draw(SENTENCES)
    flow = draw(st.booleans())
    style = draw(st.sampled_from(FLOWS if flow else sorted(STYLES)))
    written_one = STYLES[style](sentence)
    before, after = ("  - {name: A, watch: thing, when: ", "}   # in braces\n") if flow else (
        "  - name: A\n    watch: thing  # a kind\n    when: ",
        "\n" if style in ("folded", "commented", "literal") else "   # why\n",
    )  # fmt: skip
    more = (
        draw(
            st.sampled_from(
                ["", "    every:   1h\n", "    keep: 6 months\n    again: every 1d\n", "    note: '  kept  '\n\n"]
            )
        )
        if not flow
        else ""
    )
    parts = (HEAD + before, written_one, after + more + TAIL)
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    mark = draw(st.sampled_from(["", "\ufeff"]))
    return mark + parts[0].replace("\n", newline), parts[1].replace("\n", newline), parts[2].replace("\n", newline)


def formatted(text: str) -> str:
    try:
        done = formatting("rules.yaml", Files({"rules.yaml": text}), {"thing": Thing})
    except RuleFaults:
        assume(False)
        raise
    return done.files[0].after


def _values(text: str) -> list[object]:
    """Return everything that a file says, aside from the sentence of its rule."""
    root, faults = read_yaml(Source("", text.removeprefix("\ufeff")))
    assert not faults
    assert isinstance(root, MappingNode)
    values: list[object] = []

    def gather(node: Node) -> None:
        if isinstance(node, ScalarNode):
            values.append(node.value)
        elif isinstance(node, SequenceNode):
            for item in node.items:
                gather(item)
        else:
            for key, entry in node.entries.items():
                values.append(key)
                if key != "when":
                    gather(entry.value)

    gather(root)
    return values


@given(SENTENCES, views(), st.booleans())
@settings(THOROUGH, max_examples=150)
def test_a_spelling_is_a_sentence_that_says_the_same_of_everything(sentence: str, view: View, known_any: bool) -> None:
    before = accepted(sentence, known_any=known_any)
    after = compiled(spelling(sentence, GAUGE, NAMES), known_any=known_any)
    assert after.meaning == before.meaning
    assert (after.is_moment, after.is_absence, after.looks_back) == (
        before.is_moment,
        before.is_absence,
        before.looks_back,
    )
    assert (after.window, after.subject, after.facts) == (before.window, before.subject, before.facts)
    assert after.evaluate(view).holds is before.evaluate(view).holds


@given(SENTENCES)
@settings(THOROUGH, max_examples=150)
def test_the_spelling_of_a_spelling_is_itself(sentence: str) -> None:
    accepted(sentence)
    once = spelling(sentence, GAUGE, NAMES)
    assert spelling(once, GAUGE, NAMES) == once


@given(placed())
@settings(THOROUGH, max_examples=150)
def test_a_formatted_file_is_the_file_but_for_its_sentence(parts: tuple[str, str, str]) -> None:
    before, sentence, after = parts
    done = formatted(before + sentence + after)
    assert done.startswith(before)
    assert done.endswith(after)
    assert formatted(done) == done
    assert _values(done) == _values(before + sentence + after)


@given(st.one_of(LENGTHS, st.text(), st.from_regex(r"\d{1,3}(\.\d)? ?(s|m|min|h|d|w|months?|years?)", fullmatch=True)))
def test_a_length_keeps_its_length(length: str) -> None:
    once = in_short(length)
    assert read_duration(once) == read_duration(length)
    assert in_short(once) == once

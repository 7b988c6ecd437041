"""From a character of a value to the character of the file that it came from."""

from __future__ import annotations

import pytest

from rules.file.nodes import MappingNode, ScalarNode, Source
from rules.file.origins import origins
from rules.file.yaml import read_yaml


def where(text: str, word: str) -> str:
    """Return what stands in the file where a word of the value `k` does."""
    root, faults = read_yaml(Source("r.yaml", text))
    assert faults == ()
    assert isinstance(root, MappingNode)
    scalar = root.entries["k"].value
    assert isinstance(scalar, ScalarNode)
    places = origins(scalar)
    start = scalar.text.index(word)
    return text[places[start] : places[start + len(word)]]


@pytest.mark.parametrize(
    "text",
    [
        "k: one two here",
        "k: 'one two here'",
        'k: "one two here"',
        "k: 'it''s all ''here'' here'",
        'k: "a\\tb \\x41\\u00e9\\U0001F600 \\" here"',
        "k: one\n  two\n\n  here and",
        "k: 'one\n  two\n\n  here'",
        'k: "one\n  two \\\n  \\\n  here"',
        'k: "one\\\r\n  here"',
        "k: |\n  one\n   two\n\n  here",
        "k: >-\n  one\n  two\n\n  here",
        "k: &a here",
        "x: &a one here\nk: *a",
    ],
)
def test_a_word_is_found_where_it_stands(text: str) -> None:
    assert where(text, "here") == "here"


def test_what_an_escape_stands_for_is_found_at_the_escape() -> None:
    assert where('k: "a\\u0041b"', "A") == "\\u0041"
    assert where('k: "a\\nb"', "\n") == "\\n"
    assert where("k: 'it''s'", "'") == "''"


def test_a_value_whose_source_is_shorter_than_itself_lies_at_its_end() -> None:
    source = Source("r.yaml", "k: ab")
    assert origins(ScalarNode(source, 3, 5, "abcd")) == [3, 4, 5, 5, 5]
    assert origins(ScalarNode(source, 5, 5, "")) == [5]
    assert origins(ScalarNode(Source("r.yaml", "|"), 0, 1, "x", "literal")) == [1, 1]


def test_a_space_that_does_not_break_belongs_to_its_block() -> None:
    source = "k: |\n  ab\u00a0\n"
    root, faults = read_yaml(Source("r.yaml", source))
    assert not faults
    scalar = root.entries["k"].value
    assert [source[place] for place in origins(scalar)[:3]] == ["a", "b", "\u00a0"]

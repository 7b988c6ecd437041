"""Whatever a rule file holds, it becomes a book or faults with places; what YAML writes is what is read."""

from __future__ import annotations

import json
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.file.nodes import NOT_ALLOWED, MappingNode, ScalarNode, Source, written
from rules.file.origins import origins
from rules.file.yaml import read_yaml
from rules.slug import slug
from tests.rule_files import book_of, faults_of, rule_text

ALLOWED = st.text().filter(lambda text: not NOT_ALLOWED.search(text))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | ALLOWED,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ALLOWED.filter(str.strip), inner, max_size=4),
    max_leaves=12,
)

# Pieces that rule files are made of, put together without sense.
PIECES = st.sampled_from(
    [
        "rules:", "channels:", "me:", "topics:", "name", "watch", "shelf", "wire", "player", "when", "price below $5",
        "url", "https://a.example", "feeds", "artist", "notify", "phone", "every", "1h", "for", "3 polls", "enabled",
        "no", "${env:KEY}", "${", "$${", "at", "08:00", "include", "x.yaml", "headers", "token", "defaults:",
        ": ", "- ", "\n", "\n  ", "\n    ", "\n  - ", "[", "]", "{", "}", ", ", "'", '"', "#", " #", "&a ", "*a", "!x ",
        "|", ">", "\t", "~", "5", "é", "\r\n", "<<: ", "? ", "%", "@", "\\", "---\n",
    ]
)  # fmt: skip


@given(VALUES)
@settings(deadline=None)
def test_json_is_read_as_what_it_means(value: Any) -> None:
    root, faults = read_yaml(Source("r.yaml", json.dumps({"it": value}, ensure_ascii=False)))
    assert faults == ()
    assert root is not None
    assert written(root) == {"it": value}


TEXTS = st.recursive(ALLOWED, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ALLOWED, inner, max_size=4))


@given(TEXTS, st.sampled_from(["'", '"', "|", ">"]))
@settings(deadline=None)
def test_what_another_writer_quotes_or_folds_is_read_as_it_was(value: Any, style: str) -> None:
    text = yaml.safe_dump({"it": value}, allow_unicode=True, default_style=style)
    # Aside from what this writer writes and no rule file takes: tags, anchors, and keys that are blank or lists.
    root, faults = read_yaml(Source("r.yaml", text))
    if not faults:
        assert root is not None
        assert written(root) == {"it": value}


@given(st.lists(PIECES, max_size=60).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_file_becomes_a_book_or_faults_with_their_places(text: str) -> None:
    faults = faults_of(text, {"env:KEY": "a-secret-that-nobody-sees"}, x_yaml=text)
    for fault in faults:
        assert 1 <= fault.place.line <= text.count("\n") + text.count("\r") + 1
        assert fault.place.column >= 1
        assert fault.message
        assert "a-secret-that-nobody-sees" not in str(fault)


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes_that_are_text_become_a_book_or_faults(content: bytes) -> None:
    faults_of(content.decode("utf-8", "replace"))


@given(ALLOWED, st.sampled_from(["plain", "single", "double", "literal"]))
@settings(deadline=None)
def test_a_character_of_a_value_is_found_where_it_stands(text: str, style: str) -> None:
    if style == "single":
        source = "k: '" + text.replace("'", "''").replace("\n", "").replace("\r", "") + "'"
    elif style == "double":
        source = "k: " + json.dumps(text, ensure_ascii=False)
    elif style == "literal":
        source = "k: |\n" + "".join(f"  {line}\n" for line in text.split("\n"))
    else:
        source = f"k: {text}"
    root, faults = read_yaml(Source("r.yaml", source))
    if faults or not isinstance(root, MappingNode) or "k" not in root.entries:
        return
    scalar = root.entries["k"].value
    if not isinstance(scalar, ScalarNode):
        return
    places = origins(scalar)
    assert len(places) == len(scalar.text) + 1
    assert places == sorted(places)
    assert all(scalar.start <= place <= scalar.end for place in places)
    for letter, place in zip(scalar.text, places, strict=False):
        assert letter in " \t\r\n" or source[place] in {letter, "\\"}


@given(st.text(max_size=60))
@settings(deadline=None)
def test_the_id_of_an_id_is_itself_and_holds_nothing_odd(name: str) -> None:
    made = slug(name)
    assert slug(made) == made
    assert made == made.strip("-")
    assert "--" not in made
    assert not any(letter.isspace() for letter in made)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=40))
@settings(deadline=None)
def test_a_quoted_name_is_the_name(name: str) -> None:
    text = rule_text("watch: player", "artist: " + json.dumps(name, ensure_ascii=False))
    if name.strip() and "${" not in name and not NOT_ALLOWED.search(name):
        assert book_of(text).rules[0].watches[0].label == name.strip()


@given(st.permutations(["watch: shelf", "url: https://a.example", "when: price below $5", "depth: 2", "every: 5m"]))
@settings(deadline=None)
def test_the_order_of_keys_changes_nothing(lines: list[str]) -> None:
    one, other = book_of(rule_text(*sorted(lines))).rules[0], book_of(rule_text(*lines)).rules[0]
    assert (one.meaning, one.settings, one.watches[0].id) == (other.meaning, other.settings, other.watches[0].id)

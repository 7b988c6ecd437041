"""Names as people type them, and as searches ask for them."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watchers.reading.names import folded, fuzzy_terms, phrase

NAMES = st.text(st.characters(exclude_categories=["Cs"])) | st.text('"\\+-&|!(){}[]^~*?:/ ANDORNOTb')


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("BJORK", "Björk"),
        ("Guns N' Roses", "Guns N’ Roses"),
        ("blink-182", "blink‐182"),
        ("Strasse", "Straße"),
        ("ＡＢＣ", "abc"),
        ("  a\tb ", "a b"),
    ],
)
def test_folding_leaves_out_what_people_do_not_type(written, printed):
    assert folded(written) == folded(printed)


@pytest.mark.parametrize(("one", "other"), [("か", "が"), ("Tool", "Tools"), ("!!!", "!!"), ("A-ha", "Aha")])
def test_folding_keeps_what_makes_another_name(one, other):
    assert folded(one) != folded(other)


@given(NAMES)
@example('"')
@example("\\")
def test_a_phrase_is_one_phrase_and_means_the_name(name):
    quoted = phrase(name)
    assert re.fullmatch(r'"(?:\\.|[^"\\])*"', quoted, re.DOTALL), "it ends where it should and nowhere else"
    assert re.sub(r"\\(.)", r"\1", quoted[1:-1], flags=re.DOTALL) == name


@given(NAMES)
def test_fuzzy_terms_are_the_words_with_nothing_special_left(name):
    words = [word.removesuffix("~") for word in fuzzy_terms(name).split()]
    assert [re.sub(r"\\(.)", r"\1", word) for word in words] == folded(name).split()
    assert not {"AND", "OR", "NOT"} & set(words)
    assert not re.search(r'[-+&|!(){}\[\]^"~*?:/]', re.sub(r"\\.", "", " ".join(words)))


@given(NAMES)
def test_folding_twice_is_folding_once(name):
    assert folded(folded(name)) == folded(name)

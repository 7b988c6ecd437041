"""What holds of every name, date and answer."""

from __future__ import annotations

import json
import re

from hypothesis import example, given
from hypothesis import strategies as st

from watchers.api import WatchError
from watchers.reading.musicbrainz import day, folded, fuzzy_terms, phrase, read_answer

NAMES = st.text(st.characters(exclude_categories=["Cs"])) | st.text('"\\+-&|!(){}[]^~*?:/ ANDORNOTb')
MBIDS = st.uuids().map(str)
MEMBERS = re.findall(
    r"\S+",
    "id title name error artist artists releases release-groups release-group release-group-count count primary-type "
    "secondary-types artist-credit joinphrase life-span begin aliases sort-name gender status date",
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | MBIDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=6),
    max_leaves=30,
)


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


@given(st.dates())
def test_a_day_comes_back_as_it_was_stated(date):
    for stated in (date.isoformat(), date.isoformat()[:7], date.isoformat()[:4]):
        assert str(day(stated)) == stated.lstrip("0") or date.year < 1000


@given(st.text())
def test_any_text_is_a_date_or_none(text):
    assert day(text) is None or re.match("[0-9]{4}", text)


def read_or_refuse(body: bytes) -> None:
    try:
        answer = read_answer(body)
    except WatchError as error:
        reason = error.reason
    else:
        assert all(release.id and release.title for release in answer.releases)
        return
    assert reason


@given(VALUES)
def test_any_json_is_read_or_has_a_named_trouble(value):
    read_or_refuse(json.dumps(value).encode())


@given(st.binary() | st.binary().map(lambda tail: b"<metadata xmlns='http://musicbrainz.org/ns/mmd-2.0#'>" + tail))
def test_any_bytes_are_read_or_have_a_named_trouble(body):
    read_or_refuse(body)

"""What holds of every date and answer."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from watchers.api import WatchError
from watchers.reading.musicbrainz import day, read_answer

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

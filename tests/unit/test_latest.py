"""Which release is the latest, where the source does not say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.reading.latest import is_early, latest_version
from watchers.reading.releasenames import version_in
from watchers.reading.releases import Release


def releases(*tags: str) -> list[Release]:
    return [Release(key=tag, tag=tag, version=version_in(tag) or "") for tag in tags]


@pytest.mark.parametrize(
    ("tags", "latest"),
    [
        (["v1.9", "v1.10", "v1.2"], "1.10"),
        (["v2.0.0-rc.1", "v1.9"], "1.9"),
        (["2.0.1", "3.1.0", "2.0.2"], "3.1.0"),
        (["release-1.0", "v1.1", "1.2", "agent-1.3"], "1.3"),
        (["REL_16_3", "REL_17_1"], "17.1"),
        (["nightly", "1.0"], "1.0"),
        (["1.0-alpine", "1.1"], "1.1"),
        (["beta-2.0", "1.9"], "1.9"),
        (["RELEASE.2026-01-13T07-53-03Z", "RELEASE.2025-12-20T18-00-00Z"], "2026-01-13T07-53-03Z"),
        (["b4200", "b999"], "4200"),
    ],
)
def test_the_latest_is_the_highest_that_is_finished(tags: list[str], latest: str) -> None:
    assert latest_version(releases(*tags), "one/agent") == (latest, "")


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        (["core@1.0", "web@3.0"], "several things are released here"),
        (["1.1-alpine", "1.0"], "“1.1-alpine” is a finished release is not known"),
        (["2.0-rc1"], "none of what is listed"),
        (["nightly"], "none of what is listed"),
        ([], "none of what is listed"),
    ],
)
def test_where_it_cannot_be_told_it_is_unknown_and_says_why(tags: list[str], why: str) -> None:
    latest, said = latest_version(releases(*tags), "one/agent")
    assert latest == ""
    assert why in said


def test_what_was_withdrawn_is_not_the_latest_and_a_mark_of_the_source_counts_first() -> None:
    each = [
        Release(key="3", tag="3.0", version="3.0", is_yanked=True),
        Release(key="2", tag="2.0", version="2.0", is_prerelease=True),
        Release(key="1", tag="1.0-jre", version="1.0-jre", is_prerelease=False),
    ]
    assert latest_version(each, "agent") == ("1.0-jre", "")


def test_a_title_says_that_a_release_is_an_early_one_where_its_tag_does_not() -> None:
    each = [
        Release(key="2", tag="v2.0", version="2.0", name="2.0 (Beta 3)"),
        Release(key="1", tag="v1.9", version="1.9", name="1.9, the fast one"),
    ]
    assert [is_early(one) for one in each] == [True, False]
    assert latest_version(each, "agent") == ("1.9", "")


@given(st.permutations(["1.0", "1.1-rc1", "2.0", "0.9", "2.0.1", "10.0b1"]))
def test_the_order_of_the_list_does_not_matter(tags: list[str]) -> None:
    assert latest_version(releases(*tags), "") == ("2.0.1", "")


@given(st.lists(st.text(max_size=20), max_size=6), st.text(max_size=10))
def test_any_tags_have_a_latest_or_a_reason_for_none(tags: list[str], project: str) -> None:
    latest, why = latest_version(releases(*tags), project)
    assert bool(latest) is not bool(why)

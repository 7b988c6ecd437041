"""The releases in one answer, whoever lists them and however."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.api import Page, SourceChanged, SourceRefused, WatchError
from watchers.reading.forges import project_at
from watchers.reading.releases import Releases, read_releases


def read(document: Any, pattern: str = "") -> Releases:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read_releases(Page("https://one.example/list", body), pattern)


def tags(document: Any, pattern: str = "") -> list[str]:
    return [release.tag for release in read(document, pattern).items]


# Forges


def test_a_release_of_a_forge_with_everything() -> None:
    (one,) = read(
        [
            {
                "id": 5,
                "tag_name": "v2.0.0-rc.1",
                "name": "The second",
                "body": "## Notes\r\n\r\n- <b>Faster</b>",
                "draft": False,
                "prerelease": True,
                "created_at": "2026-04-30T08:00:00Z",
                "published_at": "2026-05-01T10:00:00+02:00",
                "html_url": "https://one.example/releases/tag/v2.0.0-rc.1",
            }
        ]
    ).items
    assert (one.tag, one.version, one.name) == ("v2.0.0-rc.1", "2.0.0-rc.1", "The second")
    assert one.text == "## Notes - Faster"
    assert one.released == datetime(2026, 5, 1, 8, tzinfo=UTC)
    assert one.is_prerelease is True
    assert one.link == "https://one.example/releases/tag/v2.0.0-rc.1"


def test_drafts_and_what_is_only_announced_are_left_out() -> None:
    listed = [{"tag_name": "v3", "draft": True}, {"tag_name": "v2", "upcoming_release": True}, {"tag_name": "v1"}]
    assert tags(listed) == ["v1"]


def test_a_release_made_anew_or_whose_tag_was_moved_is_the_same() -> None:
    (before,) = read([{"id": 5, "tag_name": "v1", "target_commitish": "aaa"}]).items
    (moved,) = read([{"id": 5, "tag_name": "v1", "target_commitish": "bbb"}]).items
    (anew,) = read([{"id": 9, "tag_name": "v1"}]).items
    (renamed,) = read([{"id": 5, "tag_name": "v1.0"}]).items
    assert before.key == moved.key == anew.key
    assert before.key != renamed.key
    assert before.also == renamed.also


def test_the_feed_and_the_interface_of_a_forge_name_a_release_alike() -> None:
    feed = (
        b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Releases</title><entry>'
        b"<id>tag:github.com,2008:Repository/7/pkg/v1.0%2B2</id><title>One</title><updated>2026-05-01T08:00:00Z</updated>"
        b'<link href="https://github.com/one/agent/releases/tag/pkg%2Fv1.0%2B2"/></entry></feed>'
    )
    (one,) = read(feed).items
    (other,) = read([{"tag_name": "pkg/v1.0+2"}]).items
    assert (one.key, one.tag, one.version) == (other.key, other.tag, other.version) == ("pkg/v1.0+2",) * 2 + ("1.0+2",)
    assert one.released == datetime(2026, 5, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "entry",
    [
        {"name": "v1.0", "commit": {"sha": "aa", "created": "2026-05-01T08:00:00Z"}, "zipball_url": "https://x"},
        {"name": "v1.0", "message": "", "target": "aa", "commit": {"created_at": "2026-05-01T08:00:00.000+00:00"}},
    ],
)
def test_tags_of_a_forge(entry: dict[str, Any]) -> None:
    (one,) = read([entry]).items
    assert (one.tag, one.name, one.released) == ("v1.0", "", datetime(2026, 5, 1, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    ("title", "project"),
    [("Release notes from agent", "agent"), ("Tags from agent", "agent"), ("News of Agent", "News of Agent")],
)
def test_a_feed_of_releases_is_called_by_what_is_released(title: str, project: str) -> None:
    feed = f"<rss version='2.0'><channel><title>{title}</title><item><title>1.0</title></item></channel></rss>"
    assert read(feed.encode()).project == project


def test_a_feed_without_tags_takes_the_version_from_the_title() -> None:
    feed = (
        b"<rss version='2.0'><channel><title>News of Agent</title>"
        b"<item><title>Agent 2.1 is out</title><link>https://one.example/news/5</link><guid>n5</guid></item>"
        b"<item><title>We moved</title><link>https://one.example/news/4</link><guid>n4</guid></item></channel></rss>"
    )
    assert [(one.version, one.tag) for one in read(feed).items] == [("2.1", ""), ("", "")]


# Registries


def test_a_package_index_with_files_of_each_version() -> None:
    found = read(
        {
            "info": {"name": "agent", "version": "1.1", "package_url": "https://index.example/project/agent/"},
            "releases": {
                "1.0": [
                    {"upload_time_iso_8601": "2026-05-01T09:00:00.000000Z", "yanked": True},
                    {"upload_time_iso_8601": "2026-05-01T08:00:00.000000Z", "yanked": True},
                ],
                "1.1": [{"upload_time_iso_8601": "2026-05-02T08:00:00Z", "yanked": False}, {"yanked": True}],
                "1.2.dev1": [],
            },
        }
    )
    assert [(one.tag, one.is_yanked, one.released) for one in found.items] == [
        ("1.0", True, datetime(2026, 5, 1, 8, tzinfo=UTC)),
        ("1.1", False, datetime(2026, 5, 2, 8, tzinfo=UTC)),
        ("1.2.dev1", False, None),
    ]
    assert (found.latest, found.project) == ("1.1", "agent")
    assert found.items[0].link == "https://index.example/project/agent/1.0/"


def test_a_package_index_with_times_apart() -> None:
    found = read(
        {
            "name": "left",
            "dist-tags": {"latest": "1.0.0", "next": "2.0.0-next.1"},
            "versions": {"1.0.0": {"deprecated": "use right"}, "2.0.0-next.1": {"name": "left"}},
            "time": {"created": "2020-01-01T00:00:00Z", "1.0.0": "2026-05-01T08:00:00.000Z"},
        }
    )
    assert [(one.tag, one.is_yanked) for one in found.items] == [("1.0.0", True), ("2.0.0-next.1", False)]
    assert found.items[0].released == datetime(2026, 5, 1, 8, tzinfo=UTC)
    assert found.latest == "1.0.0"


@pytest.mark.parametrize(
    ("document", "listed"),
    [
        ({"crate": {"max_version": "2"}, "versions": [{"num": "2.0.0", "yanked": False}]}, ["2.0.0"]),
        ({"releases": [{"version": "1.8.0-rc.0"}], "latest_version": "1.8.0"}, ["1.8.0-rc.0"]),
        ([{"number": "7.1.0", "created_at": "2026-05-01", "prerelease": False}], ["7.1.0"]),
        ({"packages": {"one/agent": [{"version": "v1.0", "time": "2026-05-01T08:00:00+00:00"}]}}, ["v1.0"]),
        ({"name": "one/agent", "tags": ["1.0-alpine", "latest"]}, ["1.0-alpine", "latest"]),
        ({"results": [{"name": "1.0", "images": [], "last_updated": "2026-05-01T08:00:00Z"}]}, ["1.0"]),
        ({"releases-index": [{"latest-release": "9.0.0-rc.1", "latest-release-date": "2026-05-01"}]}, ["9.0.0-rc.1"]),
        ({"versions": ["1.0.0", "1.1.0"]}, ["1.0.0", "1.1.0"]),
        ({"1.0.0": 1, "1.0.1": 2}, ["1.0.0", "1.0.1"]),
        (b"v1.0.0\nv1.1.0-beta\n", ["v1.0.0", "v1.1.0-beta"]),
        (
            (
                b"<?xml version='1.0'?>\n<metadata><groupId>one</groupId><versioning><release>1.1</release><versions>"
                b"<version>1.0</version>\n<version>1.1</version></versions></versioning></metadata>"
            ),
            ["1.0", "1.1"],
        ),
        ({"releases-index": []}, []),
        ([], []),
    ],
)
def test_lists_of_many_kinds(document: Any, listed: list[str]) -> None:
    assert tags(document) == listed


@pytest.mark.parametrize(
    ("document", "latest"),
    [
        ({"name": "wget", "versions": {"stable": "1.21.4", "head": "HEAD", "bottle": True}}, "1.21.4"),
        ({"name": "agent", "version": "1.4.2", "dist": {"shasum": "0"}}, "1.4.2"),
        ({"Version": "v1.9.1", "Time": "2026-01-01T00:00:00Z"}, "v1.9.1"),
        ({"latest_stable": {"version": "6.6.8"}, "releases": [{"version": "6.7-rc7"}]}, "6.6.8"),
    ],
)
def test_an_answer_may_say_no_more_than_what_is_the_latest(document: Any, latest: str) -> None:
    assert read(document).latest == latest


@pytest.mark.parametrize(
    "document", [{"version": "1.0", "error": "too many requests"}, {"versions": {"stable": None, "head": "HEAD"}}]
)
def test_a_version_of_something_else_is_no_release(document: Any) -> None:
    with pytest.raises(SourceChanged, match="lists no releases"):
        read(document)


def test_a_forges_answer_about_one_release_is_that_release() -> None:
    assert tags({"id": 5, "tag_name": "v2.0", "name": "Two", "prerelease": False, "draft": False}) == ["v2.0"]


def test_more_lists_of_tags_and_versions() -> None:
    assert tags(["1.85.1", "1.85.0"]) == ["1.85.1", "1.85.0"]
    assert tags({"values": [{"name": "v1.0", "target": {"date": "2026-01-01T00:00:00+00:00"}}]}) == ["v1.0"]
    (one,) = read(
        {"tags": [{"name": "v2", "manifest_digest": "0", "last_modified": "Fri, 08 May 2026 00:00:00 -0000"}]}
    ).items
    assert (one.tag, one.released) == ("v2", datetime(2026, 5, 8, tzinfo=UTC))


def test_a_number_beside_the_name_of_a_package_is_called_by_both() -> None:
    listed = {"packages": {"one/agent": [{"name": "one/agent", "version": "v1.2.3"}, {"version": "v1.2.2"}]}}
    assert [release.name for release in read(listed).items] == ["one/agent v1.2.3", ""]
    (tagged,) = read([{"tag_name": "v1", "name": "The first"}]).items
    assert tagged.name == "The first"


def test_a_day_stands_for_its_beginning() -> None:
    (one,) = read([{"number": "7.1.0", "created_at": "2026-05-01"}]).items
    assert one.released == datetime(2026, 5, 1, tzinfo=UTC)


def test_what_was_retracted_is_withdrawn() -> None:
    (one,) = read({"versions": [{"version": "1.0", "retracted": True}]}).items
    assert one.is_yanked


def test_withdrawn_releases_are_named_apart_by_some() -> None:
    found = read({"releases": [{"version": "1.0"}, {"version": "1.1"}], "retirements": {"1.0": {"reason": "invalid"}}})
    assert [one.is_yanked for one in found.items] == [True, False]


# One repository of several packages


def test_a_pattern_picks_one_package_of_several() -> None:
    listed = [{"tag_name": tag} for tag in ("a@2.0.0", "b@1.0.0", "v18.3.1", "a@1.9.0")]
    found = read(listed, "a@*")
    assert [(one.tag, one.version) for one in found.items] == [("a@2.0.0", "2.0.0"), ("a@1.9.0", "1.9.0")]


# No list


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"errors": [{"detail": "Not Found"}]},
        {"message": "Not Found", "documentation_url": "https://docs.one.example"},
        [{"name": ".gitignore", "path": ".gitignore", "type": "file", "size": 154}],
        [{"number": 12, "title": "An issue", "state": "open"}],
        ["a", "b"],
        {"items": ["a", "b"]},
        [1, 2, None],
        b'{"releases": [{"ver',
        b"[" * 100_000,
    ],
)
def test_what_is_no_list_of_releases_is_a_clear_error(document: Any) -> None:
    with pytest.raises(SourceChanged, match=r"JSON|nested"):
        read(document)


def test_a_page_for_people_is_a_clear_error() -> None:
    with pytest.raises(SourceChanged, match="web page"):
        read(b"<!doctype html><title>Landing</title><p>Hello")
    with pytest.raises(SourceRefused):
        read(b"<!doctype html><title>Sign in to One</title><form>")


def test_entries_that_cannot_be_read_hide_no_others() -> None:
    found = read({"versions": [{"num": "1.0"}, {"number": None}]})
    assert ([one.tag for one in found.items], found.unread) == (["1.0"], 1)


def test_a_key_is_that_of_one_release_alone() -> None:
    listed = [{"id": 1, "tag_name": "v1"}, {"id": 1, "tag_name": "v2"}, {"id": 3, "tag_name": "v1"}]
    assert [(one.key, one.also) for one in read(listed).items] == [("v1", ()), ("v2", ())]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["releases", "versions", "tags", "tag_name", "name", "commit", "time", "info", "1.0", "id"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_json_is_a_list_or_a_named_trouble(document: Any) -> None:
    try:
        found = read(json.dumps(document).encode())
    except WatchError:
        return
    assert all(one.key for one in found.items)


# Where a repository's releases are listed


@pytest.mark.parametrize(
    ("repo", "forge", "releases", "tags"),
    [
        ("one/agent", "", "https://github.com/one/agent/releases.atom", "https://github.com/one/agent/tags.atom"),
        ("https://github.com/one/agent.git", "", "https://github.com/one/agent/releases.atom", None),
        ("https://www.github.com/one/agent/tree/main/docs", "", "https://github.com/one/agent/releases.atom", None),
        (
            "https://gitlab.com/group/sub/agent/-/releases",
            "",
            "https://gitlab.com/api/v4/projects/group%2Fsub%2Fagent/releases?per_page=100",
            "https://gitlab.com/api/v4/projects/group%2Fsub%2Fagent/repository/tags?per_page=100",
        ),
        (
            "https://codeberg.org/one/agent",
            "",
            "https://codeberg.org/api/v1/repos/one/agent/releases?limit=50",
            "https://codeberg.org/api/v1/repos/one/agent/tags?limit=50",
        ),
        (
            "http://git.home:3000/one/agent",
            "gitea",
            "http://git.home:3000/api/v1/repos/one/agent/releases?limit=50",
            None,
        ),
        (
            "https://gitlab.one.example/g/a",
            "",
            "https://gitlab.one.example/api/v4/projects/g%2Fa/releases?per_page=100",
            None,
        ),
        ("https://index.example/project/agent/1.0/", "", "https://index.example/pypi/agent/json", None),
        ("https://index.example/agent", "python", "https://index.example/pypi/agent/json", None),
    ],
)
def test_the_address_of_a_list(repo: str, forge: Any, releases: str, tags: str | None) -> None:
    project = project_at(repo, forge)
    assert project.releases(tags=False, api=False) == releases
    assert tags is None or project.releases(tags=True, api=False) == tags
    assert project.name == "agent" or project.path == "g/a"


@pytest.mark.parametrize(
    ("repo", "address"),
    [
        ("one/agent", "https://api.github.com/repos/one/agent/releases?per_page=100"),
        (
            "https://github.one.example/one/agent",
            "https://github.one.example/api/v3/repos/one/agent/releases?per_page=100",
        ),
    ],
)
def test_the_interface_for_programs(repo: str, address: str) -> None:
    assert project_at(repo).releases(tags=False, api=True) == address


@pytest.mark.parametrize(
    ("repo", "forge", "words"),
    [
        ("agent", "", "owner/name"),
        ("one/agent/more", "", "owner/name"),
        ("one/agent", "gitlab", "owner/name"),
        ("https://git.one.example/one/agent", "", "forge:"),
        ("https://github.com/one", "", "owner/name"),
        ("https://github.com/", "", "owner/name"),
        ("https://gitlab.com/one/../two", "", "owner/name"),
        ("https://index.example/project/", "python", "project/name"),
        ("ssh://git@github.com/one/agent", "", "http"),
    ],
)
def test_what_names_no_project_says_what_to_write(repo: str, forge: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        project_at(repo, forge)

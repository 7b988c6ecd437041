"""New releases, and how long a version is supported, from real servers that speak as forges do."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from tests.local_web import Asked, LocalWeb, door, reply
from tests.polled import Polled
from watchers.api import (
    UNCHANGED,
    Auth,
    Day,
    NotAsked,
    Number,
    Page,
    Poll,
    SourceChanged,
    SourceGone,
    SourceRefused,
    SourceUnavailable,
    Version,
    Watcher,
    WatchError,
)
from watchers.software import Eol, Software
from watchers.testing import CannedContext, poll_once

RELEASES = [
    {"id": 2, "tag_name": "v2.0.0-rc.1", "name": "", "prerelease": False, "body": ""},
    {"id": 1, "tag_name": "v1.9", "name": "Agent 1.9", "prerelease": False, "body": "Mends CVE-2026-1."},
]
JSON = {"content_type": "application/json"}


def look(watcher: Watcher, document: Any, cursor: str | None = None, at: datetime | None = None) -> Poll:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    context = CannedContext(body, cursor=cursor) if at is None else CannedContext(body, cursor=cursor, now=at)
    poll = poll_once(watcher, context)
    assert isinstance(poll, Poll)
    return poll


def fact(poll: Poll, name: str) -> list[str | None]:
    return [str(seen.facts[name]) if name in seen.facts else None for seen in poll.observations]


def serve(answer: bytes | Callable[[Asked], bytes], watcher: Callable[[str], Watcher]) -> tuple[Any, list[Asked]]:
    """Return what a watch of a real server sees, and what the server was asked."""

    async def story() -> tuple[Any, list[Asked]]:
        async with LocalWeb(answer) as web, door(deadline=timedelta(seconds=5)) as d:
            return await Polled(watcher(web.url("/one/agent")), d).poll(), web.log

    return asyncio.run(story())


def gitea(address: str, **options: Any) -> Software:
    return Software(repo=address, forge="gitea", **options)


# Releases


def test_releases_of_a_server_of_one_s_own() -> None:
    poll, (asked,) = serve(reply(json.dumps(RELEASES).encode(), **JSON), gitea)
    assert asked.target == "/api/v1/repos/one/agent/releases?limit=50"
    assert fact(poll, "title") == ["agent v2.0.0-rc.1", "Agent 1.9"]
    assert fact(poll, "version") == ["2.0.0-rc.1", "1.9"]
    assert fact(poll, "text") == ["agent v2.0.0-rc.1", "Agent 1.9 · Mends CVE-2026-1."]


def test_a_mark_of_the_source_is_believed_and_without_one_the_version_is() -> None:
    marked = look(Software(repo="one/agent", api=True), RELEASES)
    assert fact(marked, "prerelease") == ["no", "no"]
    bare = [{"tag_name": tag} for tag in ("v2.0.0-rc.1", "v1.9", "v1.9-jre")]
    unmarked = look(Software(repo="one/agent", api=True), bare)
    assert fact(unmarked, "prerelease") == ["yes", "no", None]
    assert "`match`" in unmarked.observations[2].unknown["prerelease"]
    assert fact(look(Software(repo="one/agent", api=True, match="v*-jre"), bare), "prerelease") == ["no"]


def test_a_tag_without_a_version_is_told_and_its_version_unknown() -> None:
    (seen,) = look(Software(repo="one/agent", api=True), [{"tag_name": "nightly"}]).observations
    assert "version" not in seen.facts
    assert seen.unknown["version"] == "“nightly” holds no version"


def test_the_latest_is_what_the_source_calls_so() -> None:
    index = {"info": {"name": "agent", "version": "1.1"}, "releases": {"1.0": [], "1.1": [], "2.0a1": []}}
    watch = Software(repo="https://index.example/project/agent")
    assert fact(look(watch, index), "latest") == ["no", "yes", "no"]


def test_where_the_source_names_no_latest_it_is_the_highest_version_that_is_finished() -> None:
    assert fact(look(Software(repo="one/agent", api=True), RELEASES), "latest") == ["no", "yes"]
    mixed = [{"tag_name": "core@1.0.0"}, {"tag_name": "web@3.0.0"}]
    poll = look(Software(repo="one/agent", api=True), mixed)
    assert fact(poll, "latest") == [None, None]
    assert {seen.unknown["latest"] for seen in poll.observations} == {
        "several things are released here: `match` names one of them"
    }
    assert fact(look(Software(repo="one/agent", api=True, match="web@*"), mixed), "latest") == ["yes"]


def test_a_source_that_names_its_latest_alone_is_read_too() -> None:
    watch = Software(repo="https://index.example/project/agent")
    poll = look(watch, {"info": {"name": "agent", "version": "2.1.0"}, "urls": []})
    assert (fact(poll, "version"), fact(poll, "latest")) == (["2.1.0"], ["yes"])


def test_no_releases_at_all_are_no_trouble_and_say_what_helps() -> None:
    assert look(Software(repo="one/agent", api=True), []).notices == (
        "there are no releases: `tags: yes` lists its tags",
    )
    watch = Software(repo="one/agent", api=True, match="b@*")
    assert look(watch, RELEASES).notices == ("there are no releases that `match` fits",)


def test_a_token_asks_the_interface_for_programs() -> None:
    context = CannedContext(json.dumps(RELEASES).encode())
    watch = Software(repo="one/agent", auth=Auth(bearer=SecretStr("hush")))
    poll_once(watch, context)
    assert [request.url for request in context.asked] == [
        "https://api.github.com/repos/one/agent/releases?per_page=100"
    ]
    assert watch.hosts == {"api.github.com"}
    assert Software(repo="one/agent").hosts == {"github.com"}


def github_of(web: str, **options: Any) -> Software:
    return Software(repo=f"{web}", forge="github", tags=True, auth=Auth(bearer=SecretStr("hush")), **options)


def in_order_of_names(versions: list[str], size: int) -> Callable[[Asked], bytes]:
    """Answer as GitHub's interface does: tags by name, the last name first, and the next page in a header."""
    names = sorted(versions, reverse=True)

    def answer(asked: Asked) -> bytes:
        number = int(asked.target.partition("&page=")[2] or 1)
        tags = [{"name": name, "commit": {"sha": "0"}} for name in names[(number - 1) * size : number * size]]
        address = f"http://{asked.headers['host']}{asked.target.partition('&')[0]}&page="
        links = f'<{address}{number - 1}>; rel="prev", <{address}{number + 1}>; rel="next", <{address}1>; rel="first"'
        is_last = number * size >= len(names)
        return reply(json.dumps(tags).encode(), **JSON, **({} if is_last else {"link": links}))

    return answer


def test_a_list_of_tags_in_the_order_of_their_names_is_read_to_its_end() -> None:
    versions = [f"v{major}.{minor}" for major in (8, 9) for minor in range(3)] + ["v10.0"]
    poll, log = serve(in_order_of_names(versions, 3), github_of)
    assert "10.0" in fact(poll, "version")
    assert len(poll.observations) == len(versions)
    assert [str(seen.facts["version"]) for seen in poll.observations if seen.facts["latest"].value] == ["10.0"]
    assert [asked.target.partition("?")[2] for asked in log] == [
        "per_page=100",
        "per_page=100&page=2",
        "per_page=100&page=3",
    ]
    assert all(asked.headers["authorization"] == "Bearer hush" for asked in log)


def test_a_long_list_of_tags_is_read_whole_again_and_one_page_on_condition() -> None:
    page = Page("https://api.github.com/repos/one/agent/tags", b'[{"name": "v1.0", "commit": {}}]')
    for pages, is_whole in ((None, True), ("3", True), ("1", False)):
        context = CannedContext(page, cursor=pages)
        poll_once(Software(repo="one/agent", api=True, tags=True), context)
        assert [asked.whole for asked in context.asked] == [is_whole]
    unchanged = CannedContext(replace(page, body=b"", unchanged=True), cursor="1")
    assert poll_once(Software(repo="one/agent", api=True, tags=True), unchanged) is UNCHANGED


def test_a_registry_of_containers_names_the_next_page_of_its_tags_without_a_host() -> None:
    address = "https://registry.example/v2/one/agent/tags/list"
    first = Page(
        address, b'{"name": "one/agent", "tags": ["1.0", "1.10"]}', {"link": '</v2/next?last=1.10>; rel="next"'}
    )
    answers = {address: first, "https://registry.example/v2/next?last=1.10": b'{"name": "one/agent", "tags": ["1.9"]}'}
    poll = poll_once(Software(url=address), CannedContext(answers))
    assert fact(poll, "version") == ["1.0", "1.10", "1.9"]


def test_a_next_page_on_another_host_gets_no_token() -> None:
    page = Page(
        "https://api.github.com/repos/one/agent/tags",
        b'[{"name": "v1.0", "commit": {}}]',
        {"link": '<https://else.example/2>; rel="next"'},
    )
    with pytest.raises(SourceRefused, match=r"another host: else\.example"):
        poll_once(Software(repo="one/agent", api=True, tags=True), CannedContext(page))


def test_a_list_that_begins_with_what_is_new_is_not_read_further() -> None:
    page = Page("", json.dumps(RELEASES).encode(), {"link": '<https://api.github.com/2>; rel="next"'})
    context = CannedContext(page)
    poll_once(Software(repo="one/agent", api=True), context)
    assert len(context.asked) == 1


def test_an_answer_that_did_not_change_is_asked_for_on_condition() -> None:
    async def story() -> None:
        def answer(asked: Asked) -> bytes:
            if asked.headers.get("if-none-match") == '"1"':
                return reply(status=304)
            return reply(json.dumps(RELEASES).encode(), etag='"1"', **JSON)

        async with LocalWeb(answer) as web, door() as d:
            watch = Polled(gitea(web.url("/one/agent")), d)
            assert isinstance(await watch.poll(), Poll)
            assert await watch.poll() is UNCHANGED

    asyncio.run(story())


# What goes wrong


def forge(address: str) -> Software:
    return gitea(address)


def cycles(address: str) -> Eol:
    return Eol(product="python", server=address)


@pytest.mark.parametrize("watcher", [forge, cycles])
@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (reply(b"", 401), SourceRefused),
        (reply(b"", 403), SourceRefused),
        (reply(b"", 404), SourceGone),
        (reply(b"", 410), SourceGone),
        (reply(b"", 429, retry_after="60"), SourceUnavailable),
        (reply(b"", 500), SourceUnavailable),
        (reply(b""), SourceUnavailable),
        (reply(b"", 302, location="/one/agent"), WatchError),
        (reply(b'[{"tag_name": "v1'), SourceChanged),
        (reply(b"<!doctype html><title>Just a moment...</title><script>_cf_chl_opt</script>"), WatchError),
        (reply('{"version": "é'.encode("latin-1")), SourceChanged),
        (reply(gzip.compress(b"[" * 60_000_000), content_encoding="gzip"), SourceChanged),
    ],
    ids=["401", "403", "404", "410", "429", "500", "empty", "loop", "cut", "bot check", "wrong charset", "bomb"],
)
def test_a_trouble_has_a_name(watcher: Callable[[str], Watcher], answer: bytes, trouble: type[WatchError]) -> None:
    with pytest.raises(trouble) as caught:
        serve(answer, watcher)
    assert caught.value.reason


def test_a_host_that_wants_to_be_left_alone_is_left_alone() -> None:
    async def story() -> None:
        async with LocalWeb(reply(b"", 429, retry_after="600")) as web, door() as d:
            watch = Polled(gitea(web.url("/one/agent")), d)
            with pytest.raises(SourceUnavailable):
                await watch.poll()
            with pytest.raises(NotAsked):
                await watch.poll()
            assert len(web.log) == 1

    asyncio.run(story())


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"repo": "one/agent", "url": "https://one.example/feed"},
        {"repo": "agent"},
        {"url": "one.example"},
        {"repo": "one/agent", "match": "v"},
        {"repo": "https://git.one.example/one/agent"},
    ],
)
def test_options_that_name_no_source_are_a_fault(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Software(**options)


def test_watches_are_told_apart_by_what_they_look_at() -> None:
    assert Software(repo="one/agent", match="a@*").label == "releases of one/agent (a@*)"
    assert Software(url="https://one.example/feed").label == "releases of https://one.example/feed"


# End of life

V1 = {
    "schema_version": "1.2.0",
    "result": {
        "name": "python",
        "label": "Python",
        "releases": [
            {
                "name": "3.13",
                "releaseDate": "2024-10-07",
                "isLts": False,
                "eoasFrom": "2026-10-01",
                "isEol": False,
                "eolFrom": "2029-10-31",
                "latest": {"name": "3.13.4", "date": "2026-05-03"},
            },
            {"name": "3.10", "isEol": False, "eolFrom": "2026-10-31"},
            {"name": "3.9", "isEol": True, "eolFrom": "2026-05-20"},
            {"name": "3.8", "isEol": True, "eolFrom": "2024-10-07"},
            {"name": "2.7", "isEol": True, "eolFrom": None},
            {"name": "next", "isEol": False, "eolFrom": None},
        ],
    },
}
V0 = [
    {"cycle": "22", "eol": "2027-04-30", "support": "2025-10-21", "lts": True, "latest": "22.20.0"},
    {"cycle": "0", "eol": True},
    {"cycle": "99", "eol": False, "latest": "99.1"},
]
JUNE = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_a_version_is_told_with_the_days_that_it_has_left() -> None:
    (seen,) = look(Eol(product="python", cycle="3.13"), V1).observations
    assert seen.facts["title"].value == "Python 3.13"  # type: ignore[union-attr]
    assert seen.facts["eol"] == Day(2029, 10, 31)
    assert seen.facts["days_left"] == Number(Decimal(1248))
    assert seen.facts["latest"] == Version("3.13.4")
    assert seen.facts["active_until"] == Day(2026, 10, 1)
    assert (str(seen.facts["supported"]), str(seen.facts["lts"])) == ("yes", "no")
    assert seen.link == "https://endoflife.date/python"


def test_versions_that_are_long_over_are_left_out_unless_they_are_named() -> None:
    assert fact(look(Eol(product="python"), V1), "cycle") == ["3.13", "3.10", "3.9", "next"]
    assert fact(look(Eol(product="python", cycle="3.8"), V1), "supported") == ["no"]
    assert fact(look(Eol(product="node"), V0), "cycle") == ["22", "99"]


def test_a_version_that_is_over_counts_below_zero() -> None:
    assert fact(look(Eol(product="python", cycle="3.9"), V1), "days_left") == ["-12"]


def test_an_end_that_nobody_names_is_unknown() -> None:
    (coming,) = look(Eol(product="python", cycle="next"), V1).observations
    assert coming.unknown["days_left"] == "no end is announced"
    (over,) = look(Eol(product="node", cycle="0"), V0).observations
    assert "over" in over.unknown["eol"]
    assert str(over.facts["supported"]) == "no"


def test_a_version_that_is_not_listed_names_those_that_are() -> None:
    with pytest.raises(SourceChanged, match=r"3\.13, 3\.10"):
        look(Eol(product="python", cycle="3.99"), V1)


def test_a_product_that_is_not_known_is_named() -> None:
    with pytest.raises(SourceGone, match="no product “pyton”"):
        poll_once(Eol(product="pyton"), CannedContext({}))


def test_the_same_answer_is_read_anew_on_another_day_in_the_owner_s_zone() -> None:
    async def story() -> None:
        async with LocalWeb(reply(json.dumps(V1).encode(), etag='"1"', **JSON)) as web, door() as d:
            watch = Polled(Eol(product="python", cycle="3.10", server=web.url("")), d, "Pacific/Auckland")
            first = await watch.poll(JUNE - timedelta(hours=1))
            assert await watch.poll(JUNE - timedelta(minutes=30)) is UNCHANGED
            second = await watch.poll(JUNE)  # midnight in Auckland
            assert isinstance(first, Poll)
            assert isinstance(second, Poll)
            assert (fact(first, "days_left"), fact(second, "days_left")) == (["152"], ["151"])

    asyncio.run(story())


def test_a_day_that_is_none_is_unknown() -> None:
    (seen,) = look(Eol(product="node"), [{"cycle": "22", "eol": "someday", "releaseDate": "2026-02-30"}]).observations
    assert set(seen.facts) == {"title", "cycle"}


@pytest.mark.parametrize("document", [{}, {"result": {}}, [], [{"name": "3.13"}], {"result": {"releases": [1]}}, b"no"])
def test_what_lists_no_versions_is_a_clear_error(document: Any) -> None:
    with pytest.raises(SourceChanged, match="JSON"):
        look(Eol(product="python"), document)


@pytest.mark.parametrize("product", ["", "a/b", "../x", "a b"])
def test_a_product_is_written_as_in_its_address(product: str) -> None:
    with pytest.raises(ValidationError):
        Eol(product=product)

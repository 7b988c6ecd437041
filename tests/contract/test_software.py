"""The kinds `software` and `eol` keep what every kind promises, on each of the forms that releases come in."""

import json
from types import MappingProxyType
from typing import Any, ClassVar

from watchers.software import Eol, Software
from watchers.testing import WatcherContract

JSON = MappingProxyType({"content-type": "application/json; charset=utf-8"})
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def atom(*tags: str) -> bytes:
    entries = "".join(
        f"<entry><id>tag:github.com,2008:Repository/7/{tag}</id><updated>2026-05-0{number}T08:00:00Z</updated>"
        f'<link rel="alternate" type="text/html" href="https://github.com/one/agent/releases/tag/{tag}"/>'
        f'<title>Agent {tag}</title><content type="html">&lt;p&gt;Notes of {tag}&lt;/p&gt;</content></entry>'
        for tag, number in sorted(zip(tags, range(1, 9), strict=False))
    )
    return f'{HEAD}<feed xmlns="http://www.w3.org/2005/Atom"><title>Releases</title>{entries}</feed>'.encode()


def release(tag: str, number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "tag_name": tag, "name": f"Agent {tag}", "body": "Notes", "draft": False, **more}


RELEASES = [
    release("v2.0.0", 3, prerelease=False, published_at="2026-05-03T08:00:00Z", html_url="https://one.example/3"),
    release("v2.0.0-rc.1", 2, prerelease=True, published_at="2026-05-02T08:00:00Z"),
    release("nightly", 1),
]
PACKAGE = {
    "info": {"name": "agent", "version": "1.1", "package_url": "https://index.example/project/agent/"},
    "releases": {
        "1.0": [{"upload_time_iso_8601": "2026-05-01T08:00:00.000000Z", "yanked": True}],
        "1.1": [{"upload_time_iso_8601": "2026-05-02T08:00:00.000000Z", "yanked": False}],
    },
}
CYCLES = [
    {"name": "3.13", "isEol": False, "eolFrom": "2029-10-31", "latest": {"name": "3.13.4", "date": "2026-05-01"}},
    {"name": "3.10", "isEol": False, "eolFrom": "2026-10-31", "isLts": True, "releaseDate": "2021-10-04"},
    {"name": "3.14", "isEol": False, "eolFrom": None, "eoasFrom": "2027-10-01"},
]


def cycles(*listed: dict[str, Any]) -> bytes:
    return json.dumps({"schema_version": "1.2.0", "result": {"label": "Python", "releases": listed}}).encode()


class TestReleasesOfAFeed(WatcherContract):
    watcher = Software(repo="one/agent")
    answers = atom("v1.0", "v1.1", "v2.0-beta")


class TestReleasesOfAForge(WatcherContract):
    watcher = Software(repo="https://gitea.one.example/one/agent", match="v*")
    answers = json.dumps(RELEASES).encode()
    reordered = json.dumps(RELEASES[::-1]).encode()
    headers: ClassVar = JSON


class TestReleasesOfAnIndex(WatcherContract):
    watcher = Software(repo="https://index.example/project/agent/")
    answers = json.dumps(PACKAGE).encode()
    headers: ClassVar = JSON


class TestReleasesOfAList(WatcherContract):
    watcher = Software(url="https://one.example/versions")
    answers = b"v1.0.0\nv1.1.0\n"
    reordered = b"v1.1.0\nv1.0.0\n"


class TestEol(WatcherContract):
    watcher = Eol(product="python")
    answers = cycles(*CYCLES)
    reordered = cycles(*CYCLES[::-1])
    headers: ClassVar = JSON


class TestEolOfOneVersion(WatcherContract):
    watcher = Eol(product="python", cycle="3.10")
    answers = cycles(*CYCLES)
    cursor = "2026-06-01 UTC"

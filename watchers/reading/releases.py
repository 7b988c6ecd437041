"""One answer of a forge or a registry → the releases that it lists.

    bytes ─▶ JSON ─▶ the list in it ─▶ entries ─┐
          ├▶ lines, or XML that is no feed ─────┼─▶ Release(tag, version, name, text, released, …)
          └▶ feed ─▶ entries ───────────────────┘

Forges and registries name the same things differently; the names are gathered here, each with those who use it:
GitHub (https://docs.github.com/en/rest/releases/releases), GitLab (https://docs.gitlab.com/api/releases/), Gitea and
Forgejo (`/api/swagger` of each server), the JSON of package indexes for Python, JavaScript, Rust, Elixir, Ruby and PHP,
registries of containers (https://distribution.github.io/distribution/spec/api/#listing-image-tags) and .NET's index;
the lines of Go's (https://go.dev/ref/mod#goproxy-protocol), and Maven's XML
(https://maven.apache.org/ref/current/maven-repository-metadata/repository-metadata.html).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final
from urllib.parse import unquote

from watchers.api import Page, SourceChanged
from watchers.reading.dates import read_date
from watchers.reading.entrykeys import KnownEntry, known_entries
from watchers.reading.feed import read_feed
from watchers.reading.feedencoding import decode_document
from watchers.reading.links import web_address
from watchers.reading.plain import plain_line, words_of
from watchers.reading.releasenames import MAX_LENGTH, version_in

MAX_RELEASES: Final = 5_000

_LISTS: Final = ("releases", "versions", "results", "releases-index", "tags", "data", "items", "values")
_LISTS_OF_TEXTS: Final = frozenset({"tags", "versions", "releases"})
_TAGS: Final = ("tag_name", "num", "number", "version", "tag", "latest-release")
_NUMBERS: Final = frozenset({"num", "number", "version"})
"""Beside one of these, `name` is that of what is released."""
_TAG_IS_ITS_NAME: Final = frozenset({"commit", "zipball_url", "images", "digest", "manifest_digest", "target"})
"""With one of these beside it, `name` is the tag: lists of tags of forges and of containers."""
_DATES: Final = (
    "published_at", "released_at", "inserted_at", "upload_time_iso_8601", "created_at", "published", "release_date",
    "date", "time", "latest-release-date", "tag_last_pushed", "last_updated", "last_modified",
)  # fmt: skip
_TEXTS: Final = ("body", "description", "message")
_LINKS: Final = ("html_url", "web_url")
_LATEST: Final = ("max_stable_version", "latest_stable_version", "max_version", "latest_version", "latest")
_LINE: Final = re.compile(r"v?[0-9]+(?:\.[0-9]+)+[0-9A-Za-z.+!_-]*")
_METADATA: Final = re.compile(r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*<metadata[\s>]", re.DOTALL)
_ELEMENT: Final = re.compile(r"<(version|release|latest)>\s*([^<\s]{1,300})\s*</\1>")
_IN_LINK: Final = re.compile(r"/(?:releases/tag|-/releases|-/tags|src/tag)/(?P<tag>[^?#]+?)/?$")
_OF_A_PROJECT: Final = re.compile(
    r"^(?:release notes|releases|tags|(?:\w+ )?recent updates) (?:from|for|of) ", re.IGNORECASE
)
_IN_ID: Final = re.compile(r"tag:[^/]*:Repository/[0-9]+/(?P<tag>.+)")


@dataclass(frozen=True, slots=True)
class Release:
    """One release; an empty text is one that the source does not state.

    Attributes:
        key: Stays the same for the same release: a tag that is moved, and a release that is made anew, are the same.
        also: Other keys of it.
        version: The version in the tag or title, without what stands before it; empty where none is there.
        name: What it is called besides.
        text: The notes, as plain text.
        is_prerelease: As the source marks it; None where it has no such mark.
    """

    key: str
    tag: str = ""
    version: str = ""
    name: str = ""
    text: str = ""
    released: datetime | None = None
    is_prerelease: bool | None = None
    is_yanked: bool = False
    link: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Releases:
    """What an answer lists.

    Attributes:
        latest: The version that the source calls its latest; empty where it calls none so.
        project: What the source calls what is released.
        unread: How many entries are no releases that can be read.
    """

    items: tuple[Release, ...]
    latest: str = ""
    project: str = ""
    unread: int = 0


def read_releases(page: Page, pattern: str = "") -> Releases:
    """Return the releases of one answer, drafts and what is only announced left out.

    Args:
        page: The answer of an API, or a feed.
        pattern: A tag with a * in place of its version: other tags are left out.

    Raises:
        WatchError: It holds no list of releases.
    """
    text = decode_document(page.body, page.charset)
    found = _of_lines(text) or _of_metadata(text) or _of_json(text) or _of_feed(page)
    if pattern:
        found = replace(found, items=_fitting(found.items, pattern))
    return replace(found, items=_once(found.items)[:MAX_RELEASES])


def together(pages: Iterable[Releases]) -> Releases:
    """Return what the pages of one list hold; a release that moved to the next one meanwhile stands there once."""
    first, *others = pages
    return Releases(
        items=_once(release for page in (first, *others) for release in page.items),
        latest=first.latest,
        project=first.project,
        unread=sum(page.unread for page in (first, *others)),
    )


def _fitting(releases: Iterable[Release], pattern: str) -> tuple[Release, ...]:
    named = ((release, version_in(release.tag or release.name, pattern)) for release in releases)
    return tuple(replace(release, version=version) for release, version in named if version is not None)


def _once(releases: Iterable[Release]) -> tuple[Release, ...]:
    """Return each release once; a key that two share is a key of neither."""
    each: dict[str, Release] = {}
    for release in releases:
        each.setdefault(release.key, release)
    others: dict[str, int] = {}
    for release in each.values():
        for key in release.also:
            others[key] = others.get(key, 0) + 1
    return tuple(
        replace(release, also=tuple(key for key in release.also if others[key] == 1 and key not in each))
        for release in each.values()
    )


# Lines, XML and feeds.


def _of_lines(text: str) -> Releases | None:
    lines = text[: MAX_RELEASES * MAX_LENGTH].split()
    return Releases(tuple(map(_bare, lines))) if lines and all(map(_LINE.fullmatch, lines)) else None


def _of_metadata(text: str) -> Releases | None:
    if not _METADATA.match(text.lstrip("\ufeff")):
        return None
    found = _ELEMENT.findall(text)
    latest = {name: version for name, version in found if name != "version"}
    versions = [version for name, version in found if name == "version"]
    return Releases(tuple(map(_bare, versions)), latest=latest.get("release") or latest.get("latest", ""))


def _bare(version: str) -> Release:
    tag = plain_line(version, MAX_LENGTH)
    return Release(key=tag, tag=tag, version=version_in(tag) or "")


def _of_feed(page: Page) -> Releases:
    document = read_feed(page.body, page.headers, page.url)
    entries = known_entries(document, page.url)
    project = _OF_A_PROJECT.sub("", plain_line(document.title, MAX_LENGTH), count=1)
    return Releases(tuple(map(_of_entry, entries)), project=project)


def _of_entry(known: KnownEntry) -> Release:
    entry = known.entry
    named = _IN_LINK.search(entry.link) or _IN_ID.fullmatch(entry.id)
    tag = plain_line(unquote(named["tag"]), MAX_LENGTH) if named else ""
    return Release(
        key=tag or known.key,
        tag=tag,
        version=version_in(tag or entry.title) or "",
        name=entry.title,
        text=entry.content or entry.summary,
        released=entry.published or entry.updated,
        link=entry.link,
        # Under the keys of its entry it may be seen where the feed once names its tag and once does not.
        also=() if tag else known.also,
    )


# JSON.


def _of_json(text: str) -> Releases | None:
    """Return the releases of a JSON answer; None where the text is none, or a JSON Feed.

    Raises:
        SourceChanged: It has none, nor a list that could hold some.
    """
    document = _parsed(text.lstrip("\ufeff \t\r\n"))
    if document is None or "jsonfeed" in _text(document, "version"):
        return None
    entries = _entries(document)
    latest = _latest(document)
    if entries is None and not latest:
        raise SourceChanged("the answer is JSON, but lists no releases")
    listed = [entry for entry in islice(entries or (), 2 * MAX_RELEASES) if not _is_unpublished(entry)]
    items = tuple(filter(None, map(_of_object, listed)))
    if listed and not items:
        raise SourceChanged("the answer is JSON and has a list, but none of its entries is a release")
    retired = _object(document, "retirements")
    return Releases(
        items=tuple(replace(one, is_yanked=True) if one.tag in retired else one for one in items),
        latest=latest,
        project=plain_line(_text(document, "name") or _text(_object(document, "info"), "name"), MAX_LENGTH),
        unread=len(listed) - len(items),
    )


def _parsed(text: str) -> Any:
    if not text.startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        raise SourceChanged("the answer is no JSON, or breaks off") from error
    except RecursionError as error:
        raise SourceChanged("the answer is nested deeper than any list of releases") from error


def _entries(document: Any) -> Iterator[Mapping[str, Any]] | None:
    """Return the list of an answer as objects; None where there is no list."""
    if isinstance(document, list):
        return _objects(
            document, are_texts=all(isinstance(value, str) and _LINE.fullmatch(value) for value in document)
        )
    if not isinstance(document, dict):
        return None
    if _text(document, "tag_name"):
        return iter((document,))  # a forge's answer about its latest release
    for name, value in ((name, document.get(name)) for name in _LISTS):
        if isinstance(value, list):
            return _objects(value, are_texts=name in _LISTS_OF_TEXTS)
        if isinstance(value, dict) and any(map(version_in, value)):
            return _by_version(value, document)
    if document and all(map(_LINE.fullmatch, document)):
        return _by_version(document, {})
    packages = _object(document, "packages")
    several = [
        entry for value in packages.values() if isinstance(value, list) for entry in _objects(value, are_texts=False)
    ]
    return iter(several) if several else None


def _objects(values: Iterable[Any], *, are_texts: bool) -> Iterator[Mapping[str, Any]]:
    for value in values:
        yield value if isinstance(value, dict) else {"tag": value} if are_texts else {}


def _by_version(versions: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield an object for each version of an answer that has them by name, their times apart or in a list of files."""
    times, info = _object(document, "time"), _object(document, "info")
    home = _text(info, "package_url")
    for version, value in versions.items():
        if isinstance(value, list):
            files = [file for file in value if isinstance(file, dict)]
            dates = sorted(filter(None, (_text(file, "upload_time_iso_8601") for file in files)))
            yanked = bool(files) and all(file.get("yanked") is True for file in files)
            link = f"{home.rstrip('/')}/{version}/" if home else ""
            yield {"tag": version, "date": dates[0] if dates else None, "yanked": yanked, "html_url": link}
        else:
            stated = value if isinstance(value, dict) else {}
            is_withdrawn = bool(stated.get("deprecated"))
            yield {"tag": version, "date": times.get(version) or _stated(stated, _DATES), "yanked": is_withdrawn}


def _is_unpublished(entry: Mapping[str, Any]) -> bool:
    """Whether it is a draft, or announced for later (GitLab): once it is out it is new."""
    return entry.get("draft") is True or entry.get("upcoming_release") is True


def _of_object(entry: Mapping[str, Any]) -> Release | None:
    # Texts only: whatever is listed may have a number, such as the issues of a repository.
    named = (value for value in (entry.get(name) for name in _TAGS) if isinstance(value, str))
    tag = next(filter(None, named), "")
    is_named = bool(tag)
    is_numbered = tag in (entry.get(name) for name in _NUMBERS)
    if not tag and entry.keys() & _TAG_IS_ITS_NAME:
        tag = _text(entry, "name")
    tag = plain_line(tag, MAX_LENGTH)
    if not tag:
        return None
    prerelease = entry.get("prerelease")
    name = _text(entry, "name") or _text(entry, "title")
    if name and is_numbered and tag not in name:
        name = f"{name} {tag}"
    number = _text(entry, "id")
    return Release(
        key=tag,
        tag=tag,
        version=version_in(tag) or "",
        name=plain_line(name, MAX_LENGTH) if is_named else "",
        text=words_of(_stated(entry, _TEXTS)),
        released=_date(
            _stated(entry, _DATES)
            or _stated(_object(entry, "commit"), ("created_at", "created"))
            or _text(_object(entry, "target"), "date")
        ),
        is_prerelease=prerelease if isinstance(prerelease, bool) else None,
        is_yanked=entry.get("yanked") is True or entry.get("retracted") is True or bool(entry.get("deprecated")),
        link=_link(entry),
        also=(f"id {plain_line(number, MAX_LENGTH)}",) if number and "tag_name" in entry else (),
    )


def _link(entry: Mapping[str, Any]) -> str:
    return web_address("", _stated(entry, _LINKS) or _text(_object(entry, "_links"), "self"))


def _latest(document: Any) -> str:
    """Return the version that an answer calls its latest."""
    tagged = _text(_object(document, "dist-tags"), "latest") or _text(_object(document, "info"), "version")
    named = tagged or _stated(_object(document, "crate"), _LATEST) or _stated(document, _LATEST)
    within = (_text(_object(document, name), "version") for name in ("latest", "latest_stable"))
    by_channel = _text(_object(document, "versions"), "stable")
    found = next(filter(None, (named, *within, by_channel, _of_itself(document))), "")
    return plain_line(found, MAX_LENGTH)


def _of_itself(document: Any) -> str:
    """Return the version of an answer about one release alone, which has the name of what is released beside it.

    The proxies of Go modules name none, but have keys of their own: https://go.dev/ref/mod#goproxy-protocol.
    """
    alone = _text(document, "version") if isinstance(document, dict) and "name" in document else ""
    return next(filter(_LINE.fullmatch, (alone, _text(document, "Version"))), "")


def _date(text: str) -> datetime | None:
    """Return an instant; a day stands for its beginning."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return read_date(text)


def _stated(of: Any, names: Iterable[str]) -> str:
    return next(filter(None, (_text(of, name) for name in names)), "")


def _text(of: Any, name: str) -> str:
    value = of.get(name) if isinstance(of, dict) else None
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18 else ""


def _object(of: Any, name: str) -> Mapping[str, Any]:
    value = of.get(name) if isinstance(of, dict) else None
    return value if isinstance(value, dict) else {}

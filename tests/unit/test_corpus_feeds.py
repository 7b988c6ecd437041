"""Feeds that were saved by others, with what they say, and one feed followed through many fetches."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from watchers.api import Page, WatchError
from watchers.feed import Feed
from watchers.reading.dates import read_date
from watchers.reading.feed import FeedDocument, FeedEntry, read_feed
from watchers.reading.plain import words_of
from watchers.testing import CannedContext, check_poll, sealed

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"there is no {CORPUS}: the saved feeds live beside the checkout"
)

URL = "http://127.0.0.1:8097/feeds/one.xml"


def cases(kind: str) -> Iterator[tuple[dict[str, Any], bytes]]:
    for line in (CORPUS / kind / "cases.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        for text in case["text"].values() if isinstance(case.get("text"), dict) else ():
            yield case, text.encode()
        for encoded in case.get("base64", {}).values():
            yield case, base64.b64decode(encoded)
        for path in case.get("files", {}).values():
            raw = (CORPUS / kind / path).read_bytes()
            yield case, gzip.decompress(raw) if path.endswith(".gz") else raw


def one_line(text: str) -> str:
    return " ".join(text.split())


def stated_by(entry: FeedEntry, names: list[str]) -> dict[str, object]:
    every = {
        "title": one_line(entry.title_as_written),
        "link": entry.link,
        "id": entry.id,
        "published": entry.published,
    }
    return {name: every[name] for name in names}


def expected_of(entry: dict[str, str], found: FeedEntry) -> dict[str, object]:
    expected: dict[str, object] = {**entry}
    if "title" in entry:
        expected["title"] = one_line(entry["title"])
    if "published" in entry:
        at = datetime.fromisoformat(entry["published"])
        near = found.published is not None and abs(found.published - at) <= timedelta(seconds=2)
        expected["published"] = found.published if near else at
    return expected


def test_every_saved_feed_says_what_it_said():
    for case, body in cases("feeds"):
        document, expect = read_feed(body, {}, URL), case["expect"]
        if "entry_count" in expect:
            assert len(document.entries) == expect["entry_count"], case["id"]
        if "title" in expect:
            assert one_line(document.title_as_written) == one_line(expect["title"]), case["id"]
        if "link" in expect:
            assert document.link == expect["link"], case["id"]
        for found, entry in zip(document.entries, expect.get("entries", document.entries), strict=True):
            if isinstance(entry, dict):
                assert stated_by(found, list(entry)) == expected_of(entry, found), case["id"]


def test_every_saved_feed_is_observed_as_declared():
    watch = Feed(url=URL)
    for case, body in cases("feeds"):
        poll = watch.read(Page(URL, body), CannedContext(b""))
        check_poll(Feed.kind, poll)
        assert poll.observations or "empty" in case["id"] or "fields" in case["id"], case["id"]


def test_through_many_fetches_each_entry_is_news_once():
    """An entry is news if none of its keys was ever seen; what the first fetch holds is none."""
    judged = 0
    for case, steps in cases("feed_series"):
        watch, seen = Feed(url=case["url"]), set()
        for number, line in enumerate(steps.decode().splitlines()):
            step = json.loads(line)
            poll = watch.read(Page(case["url"], step["document"].encode()), CannedContext(b""))
            assert len(poll.observations) == len(step["ids"])
            news = [str(one.facts["id"]) for one in poll.observations if not {one.key, *one.also} & seen]
            seen.update(key for one in poll.observations for key in (one.key, *one.also))
            if number:
                assert sorted(news) == sorted(step["new_ids"]), f"{case['id']} at {step['at']}"
                judged += len(news)
    assert judged >= 100


def test_dates_of_feeds_are_instants_or_refused():
    judged = 0
    for line in (CORPUS / "dates" / "cases.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if "utc" in case:
            judged += 1
            assert read_date(case["text"]) == (datetime.fromisoformat(case["utc"]) if case["utc"] else None), case["id"]
    assert judged >= 30


FIELDS = {"title": "title", "link": "link", "description": "summary", "summary": "summary", "author": "author"}


def said(document: FeedDocument, path: list[Any]) -> str | None:
    """Return what the document says at a path of feedparser's result, or None where it keeps no such thing."""
    match path:
        case ["feed", "title" | "link" as field]:
            return str(getattr(document, field))
        case ["entries", int(number), str(field)] if field in FIELDS:
            entry = document.entries[number]
            return getattr(entry, FIELDS[field]) or entry.content
        case ["entries", int(number), "title_detail", "value"]:
            return document.entries[number].title
        case ["entries", int(number), "content", 0, "value"]:
            return document.entries[number].content
    return None


def test_small_feeds_made_to_be_difficult_say_what_they_said():
    """Markup is compared by its words. Two cases differ on purpose: a body of unnamed bytes, and a header's address."""
    on_purpose = {"atom10/entry_content_base64_2.xml", "http/headers_content_location-unsafe.xml"}
    judged = 0
    for case, body in cases("feeds_micro"):
        headers = {name.lower(): value for name, value in case.get("headers", {}).items()}
        pairs = [(pair["path"], pair["value"]) for pair in case.get("expect_pairs", [])]
        try:
            document = read_feed(body, headers, headers.get("content-location") or URL)
        except WatchError:  # it broke off before anything was said, or says nothing at all
            assert not [path for path, _ in pairs if path[0] in ("feed", "entries")], case["id"]
            continue
        for path, value in pairs:
            found = said(document, path)
            if found is not None and not case["id"].endswith(tuple(on_purpose)):
                judged += 1
                assert found in (value, words_of(value), words_of(words_of(value)), one_line(value)), case["id"]
    assert judged >= 550


def test_xml_that_is_made_to_do_harm_opens_nothing():
    for case, body in cases("hostile/xml"):
        with sealed(Feed) as used, pytest.raises(WatchError):
            read_feed(body, {}, URL)
        assert not used, case["id"]

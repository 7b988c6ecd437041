"""Answers of music services that were saved by others, with what they hold."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from watchers.api import Page, Poll, SourceChanged, SourceGone
from watchers.music import Music
from watchers.testing import CannedContext, check_poll

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "music"

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"there is no {CORPUS}: the saved answers live beside the checkout"
)

FACTS = {"title": "title", "date": "released", "type": "type", "artist": "artist"}


def cases(*, ours: bool) -> Iterator[tuple[dict[str, Any], bytes]]:
    for line in (CORPUS / "cases.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case["api"].startswith("musicbrainz") is ours:
            for path in case["files"].values():
                raw = (CORPUS / path).read_bytes()
                yield case, gzip.decompress(raw) if path.endswith(".gz") else raw


def read(body: bytes) -> Poll:
    poll = Music(artist="Anybody").read(Page("https://musicbrainz.org/ws/2/", body), CannedContext(b""))
    check_poll(Music.kind, poll)
    return poll


def first_of_each(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One MBID is one thing, however often an answer lists it."""
    return list({item["id"]: item for item in reversed(items)}.values())[::-1]


def test_every_answer_of_musicbrainz_gives_what_it_states():
    judged = 0
    for case, body in cases(ours=True):
        seen = {observation.key: observation.facts for observation in read(body).observations}
        items = first_of_each(case["items"])
        assert list(seen) == [item["id"] for item in items], case["id"]
        for item in items:
            facts = {name: str(seen[item["id"]][fact]) for name, fact in FACTS.items() if fact in seen[item["id"]]}
            stated = {name: item[name] for name in FACTS if item[name]}
            said = {name: facts.get(name, "").casefold() for name in stated}
            assert said == {name: text.casefold() for name, text in stated.items()}, case["id"]
            judged += len(stated)
    assert judged >= 50


def test_an_answer_of_another_service_is_refused_by_name():
    refused = 0
    for case, body in cases(ours=False):
        with pytest.raises((SourceChanged, SourceGone)):
            read(body)
        refused += 1
        assert case["api"].split()[0] in ("deezer", "spotify")
    assert refused

"""Answers of forges and registries that were saved by others, with the releases in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.accuracy.cases import load
from tests.accuracy.releases import releases
from watchers.api import Page, WatchError
from watchers.software import Software
from watchers.testing import CannedContext, check_poll

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "software"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"there is no {FOLDER}: it lives beside the checkout")


def test_every_release_is_read_as_its_source_states_it() -> None:
    judged = [releases(case) for case in load(FOLDER, "software")]
    assert len(judged) > 30
    assert [(one.case.id, one.said) for one in judged if one.verdict != "right"] == []


def test_every_answer_is_seen_as_the_kind_declares_it() -> None:
    for case in load(FOLDER, "software"):
        watch = Software(url="https://one.example/list")
        try:
            poll = watch.read(Page(watch.url, case.body), CannedContext(b""))
        except WatchError:
            assert case.truth["items"] is None
        else:
            check_poll(Software.kind, poll)

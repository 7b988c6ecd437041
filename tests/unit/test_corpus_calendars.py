"""Calendars, recurrence rules and address books that others wrote, with what they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.accuracy.calendars import KINDS
from tests.accuracy.cases import Judged, load

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"there is no {CORPUS}: the saved calendars live beside the checkout"
)


@pytest.mark.parametrize("kind", KINDS)
def test_what_others_wrote_is_read_rightly(kind):
    judged: list[Judged] = [KINDS[kind](case) for case in load(CORPUS / kind, kind)]
    assert judged
    sure = [one for one in judged if not one.case.is_disputed and one.verdict != "not judged"]
    wrong = [f"{one.case.id}: {one.said}" for one in sure if one.verdict == "wrong"]
    assert not wrong, "\n".join(wrong)
    assert not [one.case.id for one in sure if one.verdict == "unknown"]

"""Real pages and APIs visited again and again: no change is missed, none is made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.accuracy.cases import load
from tests.accuracy.pages import KINDS

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_told_of_real_pages_is_what_changed(kind):
    folder = CORPUS / kind
    if not folder.is_dir():
        pytest.skip(f"the corpus of {kind} is not here")
    judged = [KINDS[kind](case) for case in load(folder, kind)]
    assert [(one.case.id, one.said) for one in judged if one.verdict in ("wrong", "unknown")] == []
    assert any(one.verdict == "right" for one in judged)

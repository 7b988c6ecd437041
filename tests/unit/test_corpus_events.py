"""Answers about concerts and films that were saved by others, with what they hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.accuracy.cases import Case, Verdict, load
from tests.accuracy.events import KINDS

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"there is no {CORPUS}: the saved answers live beside the checkout"
)


def cases(kind: str) -> Iterator[Case]:
    return (case for case in load(CORPUS / kind, kind) if not case.is_disputed)


@pytest.mark.parametrize("kind", KINDS)
def test_what_others_saved_is_read_as_they_say(kind: str) -> None:
    verdicts: list[Verdict] = []
    for case in cases(kind):
        judged = KINDS[kind](case)
        assert judged.verdict != "wrong", f"{case.id}: {judged.said}"
        verdicts.append(judged.verdict)
    assert verdicts.count("right") >= 0.9 * len(verdicts) > 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_truth_is_told_from_a_right_one(kind: str) -> None:
    """The measure itself can fail: against what belongs to another case, hardly any answer is right."""
    each = [case for case in cases(kind) if case.truth["items"]]
    others = [*each[1:], each[0]]
    swapped = (Case(kind, {**other.truth, "files": {}}, case.files) for case, other in zip(each, others, strict=True))
    assert sum(KINDS[kind](case).verdict == "right" for case in swapped) < len(each) / 2

"""News pages: the text of the article, word by word."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from tests.accuracy.cases import Case, Judged
from watchers.reading.article import read_article
from watchers.reading.html import open_document

RIGHT: Final = 0.9
_WORD: Final = re.compile(r"\w+")


def article(case: Case) -> Judged:
    """A page of an article: right where nine tenths of its words are found, and of what is found are its words."""
    text = " ".join(read_article(open_document(case.body, None)).lines)
    if "body" not in case.truth:
        return Judged(case, text, "not judged")
    precision, recall, score = scores(text, case.truth["body"])
    verdict = "unknown" if not text else "right" if score >= RIGHT else "wrong"
    found, stated = words(text), words(case.truth["body"])
    said = f"precision {precision:.3f}, recall {recall:.3f}, F1 {score:.3f}: {text[:80]}"
    counts = {"found": found.total(), "stated": stated.total(), "right": (found & stated).total()}
    return Judged(case, text, verdict, said, **counts)


def scores(text: str, truth: str) -> tuple[float, float, float]:
    """Return precision, recall and F1 of the words of a text, each counted as often as it stands there."""
    found, stated = words(text), words(truth)
    common = (found & stated).total()
    if not common:
        return 0.0, 0.0, 0.0
    precision, recall = common / found.total(), common / stated.total()
    return precision, recall, 2 * precision * recall / (precision + recall)


def words(text: str) -> Counter[str]:
    """Return the words of a text, case folded."""
    return Counter(_WORD.findall(text.casefold()))


KINDS: Final = {"articles": article}

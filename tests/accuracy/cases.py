"""Cases: one line of `cases.jsonl` each, with what was saved of the source."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from watchers.testing import CannedContext

Verdict = Literal["right", "unknown", "wrong", "not judged"]
LATER = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """What was saved, and the truth about it."""

    kind: str
    truth: dict[str, Any]
    files: dict[str, bytes] = field(repr=False)

    @property
    def id(self) -> str:
        return str(self.truth["id"])

    @property
    def source(self) -> str:
        return str(self.truth.get("source", ""))

    @property
    def body(self) -> bytes:
        """The one saved answer of a case that has one; empty where it has none."""
        return next(iter(self.files.values()), b"")

    @property
    def is_disputed(self) -> bool:
        """Whether the truth itself is open: such a case is reported apart."""
        return any(self.truth.get(mark) for mark in ("debatable", "disputed", "undecided", "known_hard"))


@dataclass(frozen=True)
class Judged:
    """What the readers answered to a case, and what that is worth.

    Attributes:
        verdict: An answer that says "I do not know" is unknown where there was something to know.
        said: For a wrong or unknown one: what was answered, and what would have been right.
        found, stated, right: Of values inside the case, where it has several: how many were answered, are true, agree.
    """

    case: Case
    answer: Any
    verdict: Verdict
    said: str = ""
    found: int = 0
    stated: int = 0
    right: int = 0


def load(folder: Path, kind: str) -> Iterator[Case]:
    """Yield the cases of a folder."""
    # Not splitlines(): a case may hold characters that end a line elsewhere than in JSON lines.
    for line in (folder / "cases.jsonl").read_text(encoding="utf-8").split("\n"):
        if line.strip():
            truth = json.loads(line)
            yield Case(kind, truth, _files(folder, truth))


def _files(folder: Path, truth: dict[str, Any]) -> dict[str, bytes]:
    texts = truth.get("text")
    saved = texts if isinstance(texts, dict) else {"text": texts} if isinstance(texts, str) else {}
    files = {name: text.encode("utf-8", "surrogatepass") for name, text in saved.items()}
    encoded = truth.get("base64")
    files |= {name: base64.b64decode(text) for name, text in encoded.items()} if isinstance(encoded, dict) else {}
    for name, path in truth.get("files", {}).items():
        raw = (folder / path).read_bytes()
        files[name] = gzip.decompress(raw) if path.endswith(".gz") else raw
    return files


def context() -> CannedContext:
    """Return what a reader may see besides its page."""
    return CannedContext(b"", now=LATER)

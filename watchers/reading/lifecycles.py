"""One answer of endoflife.date → the cycles of a product, and when the support of each ends.

Version 1 of the interface (https://endoflife.date/docs/api/v1/) and the one before it, which mirrors still speak: a
list in which one member is a day or a yes or no.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from watchers.api import SourceChanged
from watchers.reading.feedencoding import decode_document
from watchers.reading.plain import plain_line

MAX_CYCLES: Final = 1_000
MAX_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle of a product; what is None is not stated.

    Attributes:
        active_until: Until when it is more than kept secure.
    """

    name: str
    released: date | None = None
    eol: date | None = None
    is_supported: bool | None = None
    active_until: date | None = None
    is_lts: bool | None = None
    latest: str = ""
    latest_released: date | None = None


def read_cycles(body: bytes) -> tuple[str, tuple[Cycle, ...]]:
    """Return what a product is called, or an empty text, and its cycles, each once.

    Raises:
        SourceChanged: The answer says neither.
    """
    try:
        document = json.loads(decode_document(body, None))
    except (ValueError, RecursionError) as error:
        raise SourceChanged("the answer is no JSON, or breaks off") from error
    result = document.get("result") if isinstance(document, dict) else None
    listed = result.get("releases") if isinstance(result, dict) else document
    if not isinstance(listed, list):
        raise SourceChanged("the answer is JSON, but lists no cycles of a product")
    read = _of_v1 if isinstance(result, dict) else _of_v0
    cycles = [read(entry) for entry in listed[:MAX_CYCLES] if isinstance(entry, dict)]
    named = {cycle.name: cycle for cycle in reversed(cycles) if cycle.name}
    if not named:
        raise SourceChanged("the answer is JSON, but lists no cycles of a product")
    product = _text(result, "label") if isinstance(result, dict) else ""
    return product, tuple(reversed(named.values()))


def _of_v1(entry: Mapping[str, Any]) -> Cycle:
    latest = entry.get("latest")
    latest = latest if isinstance(latest, dict) else {}
    is_over = entry.get("isEol")
    return Cycle(
        name=_text(entry, "name"),
        released=_day(entry.get("releaseDate")),
        eol=_day(entry.get("eolFrom")),
        is_supported=not is_over if isinstance(is_over, bool) else None,
        active_until=_day(entry.get("eoasFrom")),
        is_lts=_flag(entry.get("isLts")),
        latest=_text(latest, "name"),
        latest_released=_day(latest.get("date")),
    )


def _of_v0(entry: Mapping[str, Any]) -> Cycle:
    is_over = entry.get("eol")
    return Cycle(
        name=_text(entry, "cycle"),
        released=_day(entry.get("releaseDate")),
        eol=_day(is_over),
        is_supported=not is_over if isinstance(is_over, bool) else None,
        active_until=_day(entry.get("support")),
        is_lts=_flag(entry.get("lts")),
        latest=_text(entry, "latest"),
        latest_released=_day(entry.get("latestReleaseDate")),
    )


def _text(of: Mapping[str, Any], name: str) -> str:
    value = of.get(name)
    return plain_line(value, MAX_NAME) if isinstance(value, str) else ""


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None

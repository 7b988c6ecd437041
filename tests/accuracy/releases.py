"""Saved answers of forges and registries: the releases in them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.accuracy.cases import Case, Judged
from watchers.api import Page, WatchError
from watchers.reading.releases import Release, Releases, read_releases


def releases(case: Case) -> Judged:
    """A saved answer of a forge or a registry: every release, and the latest where the source names it."""
    if "items" not in case.truth:
        return Judged(case, None, "not judged")
    wanted = case.truth["items"]
    try:
        found = read_releases(Page(case.truth.get("url", ""), case.body))
    except WatchError as error:
        return Judged(case, None, "right" if wanted is None else "unknown", str(error))
    answer = {"latest": found.latest or None, "items": [_answer(one) for one in found.items]}
    faults = ["an answer to what is no list of releases"] if wanted is None else list(_faults(case.truth, found))
    return Judged(case, answer, "wrong" if faults else "right", "; ".join(faults))


def _answer(one: Release) -> dict[str, Any]:
    at = one.released.astimezone(UTC).isoformat().replace("+00:00", "Z") if one.released else None
    return {
        "tag": one.tag,
        "title": one.name,
        "date": at,
        "prerelease": one.is_prerelease,
        "yanked": one.is_yanked,
        "url": one.link,
    }


def _faults(truth: dict[str, Any], found: Releases) -> list[str]:
    wanted = [item for item in truth["items"] if not item.get("draft")]
    faults = [f"{len(found.items)} releases, not {len(wanted)}"] if len(found.items) != len(wanted) else []
    if truth.get("latest") and truth["latest"] != found.latest:
        faults.append(f"latest {found.latest!r}, not {truth['latest']!r}")
    by_tag = {one.tag: one for one in found.items}
    for item in wanted:
        one = by_tag.get(str(item["tag"]))
        if one is None:
            faults.append(f"no {item['tag']}")
            continue
        answer = _answer(one)
        faults += [
            f"{one.tag}: {name} {answer[name]!r}, not {item[name]!r}"
            for name in ("title", "prerelease", "yanked", "url")
            if item.get(name) is not None and item[name] != answer[name]
        ]
        if item.get("date") and not _same(item["date"], one.released):
            faults.append(f"{one.tag}: date {answer['date']}, not {item['date']}")
    return faults


def _same(stated: str, found: datetime | None) -> bool:
    if found is None:
        return False
    if len(stated) == len("2024-09-10"):
        return stated == found.date().isoformat()
    at = datetime.fromisoformat(stated)
    return abs((at if at.tzinfo else at.replace(tzinfo=UTC)) - found).total_seconds() <= 2

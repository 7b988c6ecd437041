"""Answers about concerts and films: what each lists, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.accuracy.cases import Case, Judged, context
from watchers.api import Moment, Observation, Page, Texts, WatchError
from watchers.concerts import Concerts
from watchers.films import Films

_STATUSES = {"onsale": "scheduled", "offsale": "scheduled", "canceled": "cancelled"}


def concerts(case: Case) -> Judged:
    """A saved answer of a ticket service, or a page with events: each with title, time, place and performers."""
    return _judged(case, Concerts.model_construct(), _concert, _concert_faults)


def films(case: Case) -> Judged:
    """A saved answer of a film database: each work with its number, title and first date."""
    return _judged(case, Films.model_construct(), _film, _film_faults)


def _judged(case: Case, watcher: Any, shown: Any, faults_of: Any) -> Judged:
    wanted = case.truth.get("items")
    try:
        poll = watcher.read(Page(case.truth.get("url", "https://saved.example/"), case.body), context())
    except WatchError as error:
        verdict = "not judged" if "items" not in case.truth else "unknown" if wanted else "right"
        return Judged(case, None, verdict, str(error))
    answer = [shown(one) for one in poll.observations]
    if "items" not in case.truth:
        return Judged(case, answer, "not judged")
    faults = [f"{len(answer)} of {len(wanted or ())}"] if len(answer) != len(wanted or ()) else []
    faults += _compared(answer, wanted or [], faults_of)
    return Judged(case, answer, "wrong" if faults else "right", "; ".join(faults))


def _compared(answer: list[dict[str, Any]], wanted: list[dict[str, Any]], faults_of: Any) -> list[str]:
    """Return what is wrong, each thing set beside the answer that it resembles most; the order does not count."""
    left, faults = list(answer), []
    for item in wanted:
        if not left:
            break
        nearest = min(left, key=lambda one: len(faults_of(one, item)))
        left.remove(nearest)
        faults += faults_of(nearest, item)
    return faults


def _concert(one: Observation) -> dict[str, Any]:
    names = ("title", "date", "venue", "city", "country", "status", "url")
    performers, starts = one.facts.get("performers"), one.facts.get("starts")
    return {name: str(one.facts[name]) if name in one.facts else None for name in names} | {
        "artists": list(performers.values) if isinstance(performers, Texts) else [],
        "starts": starts.at.isoformat() if isinstance(starts, Moment) else None,
    }


def _concert_faults(found: dict[str, Any], item: dict[str, Any]) -> list[str]:
    faults = [
        f"{name} {found[name]!r}, not {item[name]!r}"
        for name in ("title", "venue", "city", "country", "url")
        if name in item and _one_line(found[name]) != _one_line(item[name])
    ]
    if "artists" in item and set(map(_one_line, item["artists"])) != set(map(_one_line, found["artists"])):
        faults.append(f"artists {found['artists']}, not {item['artists']}")
    if item.get("status") and found["status"] != _STATUSES.get(item["status"], item["status"]):
        faults.append(f"status {found['status']!r}, not {item['status']!r}")
    return faults + _time_faults(found, item)


def _time_faults(found: dict[str, Any], item: dict[str, Any]) -> list[str]:
    """Compare the date as it is written there, and the instant where one is stated."""
    date, instant = item.get("date"), item.get("at")
    faults = (
        [] if (found["date"] or None) == (str(date)[:10] if date else None) else [f"date {found['date']}, not {date}"]
    )
    if instant is None and date and "T" in str(date):
        instant = date
    if instant is None or datetime.fromisoformat(str(instant)).tzinfo is None:
        return faults
    same = found["starts"] and datetime.fromisoformat(found["starts"]) == datetime.fromisoformat(str(instant))
    return faults if same else [*faults, f"starts {found['starts']}, not {instant}"]


def _film(one: Observation) -> dict[str, Any]:
    return {
        "id": int(one.key.rpartition(" ")[2]),
        "title": str(one.facts["title"]),
        "date": str(one.facts["released"]) if "released" in one.facts else None,
    }


def _film_faults(found: dict[str, Any], item: dict[str, Any]) -> list[str]:
    return [
        f"{item['id']}: {name} {found[name]!r}, not {item[name]!r}"
        for name in ("id", "title", "date")
        if _one_line(found[name]) != _one_line(item.get(name))
    ]


def _one_line(text: Any) -> str:
    return " ".join(str(text if text is not None else "").split())


KINDS: dict[str, Callable[[Case], Judged]] = {"concerts": concerts, "films": films}

"""Pages that changed between two visits, and APIs through many polls: what is told, and whether that is right."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.accuracy.cases import Case, Judged, context
from tests.story import Told, rule
from watchers.api import Page, SourceChanged, Text, WatchError
from watchers.json_api import Json
from watchers.page import WebPage

HTML = {"content-type": "text/html"}


def page_change(case: Case) -> Judged:
    """Two visits of a page: whether the words of the selected part changed."""
    watch = WebPage(url=case.truth["url"], css=", ".join(case.truth["select"]))
    before, after = (Page(case.truth["url"], case.files[f"{when}.html"], HTML) for when in ("before", "after"))
    try:
        (then,), (now,) = _visits(watch, before, after)
    except WatchError as error:
        answer: Any = "nothing selected" if isinstance(error, SourceChanged) else "trouble"
        reason = str(error)
    else:
        answer = now.facts.get("text") != then.facts.get("text")
        reason = str(now.facts.get("diff", ""))
    if "changed" not in case.truth:
        return Judged(case, answer, "not judged", reason)
    if case.truth.get("selector_matches_nothing"):
        return Judged(case, answer, "right" if answer == "nothing selected" else "wrong", reason)
    if case.truth.get("links_or_marks_only"):
        return Judged(case, answer, "not judged", "its words are equal")
    verdict = "right" if answer is case.truth["changed"] else "wrong" if isinstance(answer, bool) else "unknown"
    return Judged(case, answer, verdict, f"{answer}, not {case.truth['changed']}: {reason}")


def _visits(watch: WebPage, before: Page, after: Page) -> tuple[Any, Any]:
    first = watch.read(before, context())
    later = context()
    later.cursor = first.cursor
    return first.observations, watch.read(after, later).observations


def json_series(case: Case) -> Judged:
    """One API through many polls, judged by a rule that wants everything: what is told at each."""
    steps = [json.loads(line) for line in case.body.decode().split("\n") if line.strip()]
    key, items = case.truth["key"], case.truth.get("path") or "@"
    watch = Json(url="https://api.example/", items=items, facts={"known_as": key, "says": "description"})
    told, news, ids = Told(rule("text is known", watch.sees)), [], set()
    seen = context()
    for step in steps:
        try:
            poll = watch.read(Page("https://api.example/", step["document"].encode()), seen)
        except WatchError:
            news.append(set())
            continue
        seen.cursor = poll.cursor
        news.append({_id(firing.facts["known_as"]) for firing in told.see(*poll.observations)})
        ids |= {_id(one.facts["known_as"]) for one in poll.observations}
        told.wait()
    if not all("new_ids" in step for step in steps):
        return Judged(case, {"news": [sorted(each) for each in news]}, "not judged")
    wanted = [{_id(Text(one)) for one in step["new_ids"]} if number else set() for number, step in enumerate(steps)]
    wrong = [number for number, each in enumerate(news) if each != wanted[number]]
    said = "; ".join(f"step {number}: told {news[number]}, not {wanted[number]}" for number in wrong)
    return Judged(case, {"told": sum(map(len, news)), "things": len(ids)}, "wrong" if wrong else "right", said)


def _id(fact: Any) -> str:
    return " ".join(str(fact).split())


KINDS: dict[str, Callable[[Case], Judged]] = {"page_changes": page_change, "json_series": json_series}

"""Small feeds, each about one thing: whether words, addresses and dates in them come out as they were meant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.accuracy.cases import Case, Judged
from watchers.api import WatchError
from watchers.reading.feed import FeedDocument, FeedEntry, read_feed
from watchers.reading.plain import words_of

_TEXTS = ("title", "summary", "description", "content")


def small_feed(case: Case) -> Judged:
    """A feed of one entry at most; what this program has no use for (languages, ratings, licences) is not judged."""
    pairs = [(tuple(pair["path"]), pair["value"]) for pair in case.truth.get("expect_pairs", ())]
    wanted = [(path, value) for path, value in pairs if _is_read(path, value)]
    if not wanted:
        return Judged(case, None, "not judged", "nothing in it is read")
    try:
        feed = read_feed(case.body, {key.lower(): value for key, value in case.truth.get("headers", {}).items()}, "")
    except WatchError as error:
        return Judged(case, None, "unknown", str(error))
    for path, value in wanted:
        said = _said(feed, path)
        if not any(_same(one, value) for one in said):
            is_silent = not any(said)
            verdict = "unknown" if is_silent else "wrong"
            return Judged(case, [str(one)[:80] for one in said], verdict, f"{path}: {said!r:.120}, not {value!r:.120}")
    return Judged(case, "as meant", "right")


def _is_read(path: tuple[Any, ...], value: object) -> bool:
    name = next((part for part in reversed(path) if isinstance(part, str) and part not in ("value", "term")), "")
    place = path[:1] == ("feed",) or path[:2] == ("entries", 0)
    known = {"title", "link", "id", "guid", "published_parsed", "updated_parsed", *_TEXTS}
    if not place or name.removesuffix("_detail") not in known or path[-1] in ("base", "language", "type", "rel"):
        return False
    if path[0] == "feed" and (
        name.removesuffix("_detail") not in ("title", "link") or path[1] in ("image", "textinput")
    ):
        return False
    return bool(value) and (len(path) <= 3 or path[-1] == "value")


def _said(feed: FeedDocument, path: tuple[Any, ...]) -> list[Any]:
    """Return what was read that may be what a path of feedparser's result means."""
    name = next(part for part in reversed(path) if isinstance(part, str) and part != "value").removesuffix("_detail")
    if path[0] == "feed":
        return [feed.title if name == "title" else feed.link]
    entry = feed.entries[0] if feed.entries else FeedEntry()
    if name == "title":
        return [entry.title, entry.title_as_written]
    if name in _TEXTS:
        return [entry.summary, entry.content]
    if name.endswith("_parsed"):
        return [entry.published, entry.updated]
    return [entry.link if name == "link" else entry.id]


def _same(said: object, value: object) -> bool:
    if isinstance(said, datetime):
        is_moment = isinstance(value, list | tuple) and len(value) >= 6
        return is_moment and said == datetime(*value[:6], tzinfo=UTC)  # type: ignore[misc]
    if not isinstance(said, str) or not isinstance(value, str):
        return False
    # Of markup inside markup only the words are kept.
    once = " ".join(words_of(value).split())
    return " ".join(said.split()) in (value, once, " ".join(words_of(once).split()))

"""Answers of The Movie Database, version 3 of its API, as the films, series, seasons and episodes in them.

    bytes ▶ read_tmdb ▶ Answer(works, people, pages) | WatchError

Described at https://developer.themoviedb.org/reference: each list, search, details and credits answer holds works of
the same shapes, alone, in `results`, or inside others (the next episode inside its series). Types of release dates are
https://developer.themoviedb.org/reference/movie-release-dates, where to watch comes from JustWatch.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from watchers.api import Day, SourceChanged, SourceGone, SourceRefused, SourceUnavailable
from watchers.reading.plain import plain_line
from watchers.reading.screenworks import ScreenWork
from watchers.reading.whenstated import read_day

SITE: Final = "https://www.themoviedb.org"
MAX_NAME: Final = 500
MAX_DEPTH: Final = 12
MOST_WORKS: Final = 5_000
MOST_PEOPLE: Final = 30

WAYS: Final = {"flatrate": "stream", "free": "free", "ads": "ads", "rent": "rent", "buy": "buy"}
"""The service's words for how a film can be seen at home, and ours."""

_IN_CINEMAS: Final = (2, 3)  # limited, and everywhere; 1 is a premiere for guests
_DIGITAL: Final = 4
_CREWS: Final = frozenset({"Director", "Writer", "Screenplay", "Creator"})
# Codes of https://developer.themoviedb.org/docs/errors.
_GONE: Final = frozenset({6, 34})
_REFUSED: Final = frozenset({3, 7, 10, 14, 16, 17, 31, 35, 36, 39, 45})
_BUSY: Final = frozenset({9, 11, 15, 24, 25, 43, 46})
_NO_SERIES: Final[Mapping[str, Any]] = {}
# What answers have that speak of no work.
_OF_THE_SERVICE: Final = frozenset({"results", "cast", "crew", "parts", "items", "genres", "iso_3166_1"})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as a search shows them; `known_for` are titles."""

    id: int
    name: str
    department: str = ""
    known_for: tuple[str, ...] = ()

    def __str__(self) -> str:
        about = "; ".join(filter(None, (self.department, ", ".join(self.known_for[:3]))))
        return f"{self.name} ({about}) {SITE}/person/{self.id}" if about else f"{self.name} {SITE}/person/{self.id}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer holds.

    Attributes:
        pages: How many there are of it.
        name: Whom or what a lookup was of.
    """

    works: tuple[ScreenWork, ...]
    people: tuple[Person, ...] = ()
    pages: int = 1
    name: str = ""


def read_tmdb(body: bytes, region: str = "") -> Answer:
    """Return the works that an answer speaks of, each once, in its order.

    Args:
        body: The answer.
        region: The country, by its code, whose cinemas and offers count; without one they stay open.

    Raises:
        SourceChanged: It is no answer of this service.
        SourceRefused, SourceGone, SourceUnavailable: The service names a trouble itself.
    """
    try:
        root = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise SourceChanged("the answer is no JSON of The Movie Database") from error
    _raise_stated(_members(root))
    found: dict[str, ScreenWork] = {}
    for entry, series in _entries(root):
        work = _work(entry, series, region)
        if work is not None and len(found) < MOST_WORKS:
            found[work.key] = _joined(found.get(work.key), work)
    listed = _members(root).get("results")
    people = tuple(person for entry in _list(listed) if (person := _person(_members(entry))))
    if not found and not isinstance(root, list) and not _members(root).keys() & _OF_THE_SERVICE:
        raise SourceChanged("the answer is not one of The Movie Database: it speaks of no film and no series")
    pages = _members(root).get("total_pages")
    return Answer(tuple(found.values()), people, pages if isinstance(pages, int) else 1, _text(root))


def _raise_stated(root: Mapping[str, Any]) -> None:
    """Raise the trouble that the service names itself."""
    code = root.get("status_code")
    if not isinstance(code, int) or root.get("success") is True:
        return
    said = f"The Movie Database says: {_text(root.get('status_message'))[:200] or code}"
    if code in _GONE:
        raise SourceGone(said)
    if code in _REFUSED:
        raise SourceRefused(f"{said}; is the key: right, and active?")
    raise (SourceUnavailable if code in _BUSY else SourceChanged)(said)


def _entries(
    value: Any, series: Mapping[str, Any] = _NO_SERIES, depth: int = 0
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Yield everything that may be a work, outermost first, with the series around it."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield value, series
        inside = value if _is_series(value) else series
        for part in value.values():
            yield from _entries(part, inside, depth + 1)
    elif isinstance(value, list):
        for part in value:
            yield from _entries(part, series, depth + 1)


def _is_series(entry: Mapping[str, Any]) -> bool:
    return "first_air_date" in entry or entry.get("media_type") == "tv"


def _type(entry: Mapping[str, Any]) -> str:
    """Return what an entry is; empty where it is no work: a person, a company, a translation."""
    if "episode_number" in entry and "season_number" in entry:
        return "episode"
    if "season_number" in entry and entry.keys() & {"air_date", "episode_count"}:
        return "season"
    if _is_series(entry):
        return "series"
    is_film = "title" in entry and entry.keys() & {"release_date", "original_title"}
    return "film" if is_film or entry.get("media_type") == "movie" else ""


def _work(entry: Mapping[str, Any], around: Mapping[str, Any], region: str) -> ScreenWork | None:
    """Return the work that an entry is; None where it is none, or has no id or title."""
    type_, id_, title = _type(entry), entry.get("id"), _text(entry)
    if not (type_ and title and isinstance(id_, int)) or isinstance(id_, bool):
        return None
    series = title if type_ == "series" else _text(around)
    stated = _stated_date(entry)
    released = read_day(stated)
    show = entry.get("show_id") or around.get("id")  # a season in its series' answer does not repeat whose it is
    ways, providers = _offers(entry, region)
    return ScreenWork(
        key=f"tmdb {type_} {id_}",
        type=type_,
        title=title,
        original_title=_text(entry.get("original_title")) or _text(entry.get("original_name")),
        series=series if type_ != "film" else "",
        season=_number(entry.get("season_number")),
        episode=_number(entry.get("episode_number")),
        released=released,
        opens=_release(entry, region, _IN_CINEMAS),
        digital=_release(entry, region, (_DIGITAL,)),
        ways=ways,
        providers=providers,
        people=_people(entry),
        genres=tuple(filter(None, map(_text, _list(entry.get("genres"))))),
        rating=_rating(entry),
        about=plain_line(entry["overview"]) if isinstance(entry.get("overview"), str) else "",
        url=_address(type_, id_, show if isinstance(show, int) else None, entry),
        unread=(("released", f"“{stated[:60]}” is no date"),) if stated and not released else (),
        evidence="release_date" if type_ == "film" else "air_date",
    )


def _stated_date(entry: Mapping[str, Any]) -> str:
    return next(filter(None, (_text(entry.get(name)) for name in ("release_date", "first_air_date", "air_date"))), "")


def _joined(one: ScreenWork | None, other: ScreenWork) -> ScreenWork:
    """Return one work that stands in an answer twice, as in the credits of who wrote and played in it."""
    return other if one is None else replace(one, people=tuple(dict.fromkeys((*one.people, *other.people))))


def _address(type_: str, id_: int, show: int | None, entry: Mapping[str, Any]) -> str:
    if type_ in ("film", "series"):
        return f"{SITE}/{'movie' if type_ == 'film' else 'tv'}/{id_}"
    season, episode = _number(entry.get("season_number")), _number(entry.get("episode_number"))
    if show is None or season is None:
        return ""
    return f"{SITE}/tv/{show}/season/{season}" + (f"/episode/{episode}" if episode is not None else "")


def _release(entry: Mapping[str, Any], region: str, types: tuple[int, ...]) -> Day | None:
    """Return the first release of some types in the region."""
    stated = _members(entry.get("release_dates"))
    days = [
        day
        for country in map(_members, _list(stated.get("results")))
        if region and _text(country.get("iso_3166_1")).upper() == region
        for release in map(_members, _list(country.get("release_dates")))
        if release.get("type") in types and (day := read_day(_text(release.get("release_date"))[:10]))
    ]
    return min(days, key=lambda day: day.first, default=None)


def _offers(entry: Mapping[str, Any], region: str) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """Return how the work can be seen at home in the region, and who offers that; None where nothing says so."""
    offered = entry.get("watch/providers")
    if not region or not isinstance(offered, dict) or not isinstance(offered.get("results"), dict):
        return None, ()
    here = _members(offered["results"].get(region))
    ways = tuple(ours for theirs, ours in WAYS.items() if _list(here.get(theirs)))
    named = (_text(_members(each).get("provider_name")) for way in WAYS for each in _list(here.get(way)))
    return ways, tuple(dict.fromkeys(filter(None, named)))


def _people(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Return who made it and who plays in it, as far as the answer says so."""
    credits_ = _members(entry.get("credits"))
    crew = [each for each in map(_members, _list(credits_.get("crew"))) if each.get("job") in _CREWS]
    named = [*_list(entry.get("created_by")), *crew, *_list(credits_.get("cast")), *_list(entry.get("guest_stars"))]
    return tuple(dict.fromkeys(filter(None, map(_text, named))))[:MOST_PEOPLE]


def _rating(entry: Mapping[str, Any]) -> Decimal | None:
    """Return the mean of the votes; without a vote it is written as zero, which says nothing."""
    mean, votes = entry.get("vote_average"), entry.get("vote_count")
    if isinstance(mean, bool) or not isinstance(mean, int | Decimal) or votes == 0:
        return None
    rating = Decimal(mean)
    return rating if 0 < rating <= 10 else None


def _person(entry: Mapping[str, Any]) -> Person | None:
    """Return a person of a search; None for anything else."""
    id_, name = entry.get("id"), _text(entry)
    if not isinstance(id_, int) or not name or not entry.keys() & {"known_for_department", "known_for"}:
        return None
    titles = tuple(filter(None, (_text(each) for each in _list(entry.get("known_for")))))
    return Person(id_, name, _text(entry.get("known_for_department")), titles)


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**6 else None


def _text(value: Any) -> str:
    """Return a text, or the title or name of what has one; empty where there is neither."""
    if isinstance(value, dict):
        value = next(filter(None, (value.get(name) for name in ("title", "name"))), None)
    return plain_line(value, MAX_NAME) if isinstance(value, str) else ""


def _members(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

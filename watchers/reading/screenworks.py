"""What is known of a film, a series, a season or an episode, whoever states it; and those that a page describes.

items ▶ films, episodes and screenings ▶ ScreenWork, one for each film: its many screenings are no news of it

schema.org: Movie, TVSeries, TVSeason, TVEpisode, ScreeningEvent and BroadcastEvent, each under https://schema.org/<name>.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Final

from watchers.api import Day
from watchers.reading.describedevents import one_line
from watchers.reading.item import Item
from watchers.reading.links import web_address
from watchers.reading.names import folded
from watchers.reading.plain import words_of
from watchers.reading.whenstated import When, read_when

TYPES: Final = ("film", "series", "season", "episode")
MOST_PEOPLE: Final = 100
MAX_KEY: Final = 300

_TYPES: Final = {
    "Movie": "film",
    "TVSeries": "series",
    "MovieSeries": "series",
    "TVSeason": "season",
    "TVEpisode": "episode",
}
_NOT_SHOWN: Final = frozenset(
    {"partOfSeason", "partOfSeries", "partOfTVSeries", "isPartOf", "isBasedOn", "isSimilarTo", "review", "trailer"}
)
"""What a description names besides the thing itself."""
_NOT_TAKING_PLACE: Final = frozenset({"eventcancelled", "eventcanceled", "eventpostponed"})
"""https://schema.org/EventStatusType: a postponed event keeps the date on which it will not be."""
_FILLED: Final = ("original_title", "released", "in_cinemas", "venue", "people", "genres", "about", "url")
_PEOPLE: Final = ("director", "directors", "creator", "author", "actor", "actors")


@dataclass(frozen=True, slots=True)
class ScreenWork:
    """One film, series, season or episode; an empty text is one that the source does not state.

    Attributes:
        key: Names it for ever.
        series: The name of the series that it is, or belongs to.
        released: When it came or comes out first; of an episode the day on which it is first shown.
        opens: When it opens in the cinemas of the region.
        digital: When it can be bought or rented in the region.
        in_cinemas: It is shown in cinemas now; None where the source does not say.
        showtime: The next screening that is listed.
        ways: How it can be seen at home in the region; None where the source does not say.
        providers: Who offers that.
        rating: Of 10.
        unread: By fact, why something that is stated could not be read.
    """

    key: str
    type: str
    title: str
    original_title: str = ""
    series: str = ""
    season: int | None = None
    episode: int | None = None
    released: Day | None = None
    opens: Day | None = None
    digital: Day | None = None
    in_cinemas: bool | None = None
    showtime: datetime | None = None
    venue: str = ""
    ways: tuple[str, ...] | None = None
    providers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    rating: Decimal | None = None
    about: str = ""
    url: str = ""
    unread: tuple[tuple[str, str], ...] = ()
    evidence: str = field(default="", compare=False)


def described_works(items: Sequence[Item], url: str, zone: tzinfo, now: datetime) -> tuple[ScreenWork, ...]:
    """Return the works of a page in its order, each once.

    Args:
        items: What the page describes.
        url: Its address, for links that are relative.
        zone: Where a time without a zone is meant.
        now: A screening that began before it is none to go to.
    """
    found: dict[str, ScreenWork] = {}
    for item, around in _works(items):
        work = _work(item, around, url)
        if work is not None:
            found[work.key] = _joined(found.get(work.key), work)
    for item, house in _screenings(items):
        work = _screened(item, house, url, zone, now)
        if work is not None:
            # The page may describe the film itself elsewhere, without the cinema.
            key = next((key for key in (work.key, _key("film", work.title)) if key in found), work.key)
            found[key] = replace(_joined(found.get(key), work), key=key)
    return tuple(found.values())


def _works(items: Iterable[Item]) -> Iterator[tuple[Item, tuple[Item, ...]]]:
    """Yield every work, and the season and series around it."""
    waiting: list[tuple[Item, tuple[Item, ...]]] = [(item, ()) for item in reversed(tuple(items))]
    while waiting:
        item, around = waiting.pop()
        is_work = item.is_a(*_TYPES)
        if is_work:
            yield item, around
        if item.is_a("ScreeningEvent"):
            continue  # its film is read with it
        for name in reversed(tuple(item.properties)):
            if name not in _NOT_SHOWN:
                waiting.extend((inner, (item, *around) if is_work else around) for inner in reversed(item.items(name)))


def _screenings(items: Iterable[Item]) -> Iterator[tuple[Item, str]]:
    """Yield every screening, and the name of the cinema that lists it as its own."""
    for item in items:
        theatres = [inner for inner in item.walk() if inner.is_a("MovieTheater")]
        houses = {id(show): one.text("name") for one in theatres for show in one.items("event", "events")}
        yield from ((inner, houses.get(id(inner), "")) for inner in item.walk() if inner.is_a("ScreeningEvent"))


def _work(item: Item, around: tuple[Item, ...], url: str) -> ScreenWork | None:
    """Return a work that is described by itself; None where it has no name."""
    type_ = next(_TYPES[each] for each in item.types if each in _TYPES)
    title = one_line(item.text("name", "headline"))
    number, season = _number(item, "episodeNumber"), _season(item, around)
    series = title if type_ == "series" else _series(item, around)
    if not title and not (series and number is not None):
        return None
    title = title or f"{series} {season or ''}x{number}"
    stated = item.text("datePublished", "dateCreated", "startDate") or _first_shown(item)
    released = read_when(stated, UTC) if stated else None
    number = number if type_ == "episode" else None
    return ScreenWork(
        key=_key(type_, series, title, str(season), str(number)) if type_ != "film" else _key("film", title),
        type=type_,
        title=title,
        original_title=one_line(item.text("alternateName", "alternativeHeadline")),
        series=series,
        season=season,
        episode=number,
        released=released.day if released else None,
        people=_people(item),
        genres=tuple(dict.fromkeys(map(one_line, item.texts("genre")))),
        about=words_of(item.text("description")),
        url=_link(item, url),
        unread=(("released", f"“{one_line(stated)[:60]}” is no date"),) if stated and not released else (),
        evidence=f"{item.syntax} datePublished",
    )


def _screened(item: Item, house: str, url: str, zone: tzinfo, now: datetime) -> ScreenWork | None:
    """Return the film of a screening, in that cinema; None where it has no name, is over or does not take place."""
    film = next(iter(item.items("workPresented", "workPerformed", "workFeatured")), None)
    title = one_line((film.text("name") if film else "") or item.text("name"))
    when = read_when(item.text("startDate"), zone)
    statuses = {status.rpartition("/")[2].strip().lower() for status in item.texts("eventStatus")}
    if not title or _is_over(when, zone, now) or statuses & _NOT_TAKING_PLACE:
        return None
    place = next(iter(item.items("location")), None)
    venue = one_line((place.text("name") if place else item.text("location")) or house)
    return ScreenWork(
        key=_key("film", title, venue) if venue else _key("film", title),
        type="film",
        title=title,
        in_cinemas=True,
        showtime=when.begins(zone) if when else None,
        venue=venue,
        people=_people(film) if film else (),
        about=words_of((film.text("description") if film else "") or item.text("description")),
        url=_link(film, url) if film and film.texts("url") else _link(item, url),
        evidence=f"{item.syntax} datePublished",
    )


def _is_over(when: When | None, zone: tzinfo, now: datetime) -> bool:
    """Say whether a screening is past: one without a time is so only after its day."""
    if when is None:
        return False
    return when.at < now if when.at else when.day.last < now.astimezone(zone).date()


def _joined(one: ScreenWork | None, other: ScreenWork) -> ScreenWork:
    """Return one work of two that are described as the same: what the first leaves open, the second says."""
    if one is None:
        return other
    showtimes = [at for at in (one.showtime, other.showtime) if at]
    filled = {name: getattr(other, name) for name in _FILLED if getattr(one, name) in (None, "", ())}
    return replace(one, **filled, showtime=min(showtimes, default=None))


def _key(type_: str, *names: str) -> str:
    return " ".join(filter(None, (type_, *map(folded, names))))[:MAX_KEY]


def _series(item: Item, around: tuple[Item, ...]) -> str:
    """Return the name of the series that a season or an episode belongs to."""
    named = (*item.items("partOfSeries", "partOfTVSeries"), *around)
    names = (one_line(each.text("name")) for each in named if not each.is_a("TVSeason", "CreativeWorkSeason"))
    return next(filter(None, names), one_line(item.text("partOfSeries")))


def _season(item: Item, around: tuple[Item, ...]) -> int | None:
    own = _number(item, "seasonNumber")
    seasons = (*item.items("partOfSeason"), *around)
    return (
        own
        if own is not None
        else next((n for each in seasons if (n := _number(each, "seasonNumber")) is not None), None)
    )


def _number(item: Item, name: str) -> int | None:
    text = item.text(name)
    return int(text) if text.isdecimal() and len(text) < 7 else None


def _first_shown(item: Item) -> str:
    """Return when an episode is shown, where only its broadcast says so."""
    shown = item.items("publication", "releasedEvent")
    return next(filter(None, (event.text("startDate") for event in shown)), "")


def _people(item: Item) -> tuple[str, ...]:
    stated = (value for name in _PEOPLE for value in item.properties.get(name, ()))
    named = (one_line(value if isinstance(value, str) else value.text("name")) for value in stated)
    return tuple(dict.fromkeys(name for name in named if name and "://" not in name))[:MOST_PEOPLE]


def _link(item: Item, url: str) -> str:
    return next(filter(None, (web_address(url, text) for text in (*item.texts("url"), *item.texts("sameAs")))), "")

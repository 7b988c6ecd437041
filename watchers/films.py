"""The kind `films`: films and series, by title, person or list, from The Movie Database; or of a page or a feed.

    title or person ─▶ search ─▶ id ─▶ its details, or everything that the person has a part in ─┐
    list ─▶ every page of it ──────────────────────────────────────────────────────────────────── ├─▶ one observation
    address ─▶ page with schema.org films, episodes and screenings, or feed ──────────────────────┘   for each work

The service is described at https://developer.themoviedb.org/reference. A list is fetched whole and picked from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar, Final, Literal, Self
from urllib.parse import urlencode

from pydantic import Field, SecretStr, field_validator, model_validator

from watchers.api import (
    UNCHANGED,
    Context,
    Day,
    Fact,
    FactSpec,
    Flag,
    Kind,
    Moment,
    Number,
    Observation,
    Page,
    Poll,
    Request,
    SourceGone,
    SourceRefused,
    Text,
    Texts,
    Unchanged,
    known,
)
from watchers.door.address import read_address
from watchers.door.services import ask_service, checked_server
from watchers.options import WebAddressIfAny
from watchers.reading.answerform import described_on, form_of, nothing_described
from watchers.reading.entrykeys import KnownEntry, known_entries
from watchers.reading.feed import read_feed
from watchers.reading.links import web_address
from watchers.reading.names import folded
from watchers.reading.plain import MAX_TEXT
from watchers.reading.screenworks import TYPES, ScreenWork, described_works
from watchers.reading.tmdb import Answer, Person, read_tmdb
from watchers.service import ServiceWatcher

MOST_PAGES: Final = 100
"""Of a list, which the service sorts by how much it is asked for: two thousand works."""

MOST_NAMED: Final = 8
"""How many works or people an error lists."""

LISTS: Final = {
    "now_playing": "movie/now_playing",
    "upcoming": "movie/upcoming",
    "on_the_air": "tv/on_the_air",
    "airing_today": "tv/airing_today",
}
_LIST = Literal["now_playing", "upcoming", "on_the_air", "airing_today"]
_OF_A_FILM: Final = frozenset({"in_cinemas", "opens", "digital"})
_REGION = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")
_PLACE = re.compile(r"(?:https?://(?:www\.)?themoviedb\.org/)?(?P<what>movie|tv|person)/(?P<id>\d{1,9})(?:[-/?#]\S*)?")
_CURSOR = re.compile(r"(movie|tv|person)/(\d{1,9})|(\d+) pages")
# A key of the older sort goes into the address; an access token, which is longer, into a header, where it is safer.
_OLD_KEY = re.compile(r"[0-9a-f]{32}")
_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for about one work or person; `what` is the service's word for it."""

    what: str
    id: str

    @property
    def path(self) -> str:
        """The path of everything about it, below /3."""
        return f"{self.what}/{self.id}" + ("/combined_credits" if self.what == "person" else "")

    @property
    def parts(self) -> str:
        """What is asked for along with it."""
        return {"movie": "credits,release_dates,watch/providers", "tv": "credits,watch/providers"}.get(self.what, "")


class Films(ServiceWatcher):
    """Watch for films and series."""

    kind: ClassVar[Kind] = Kind(
        name="films",
        shape="stream",
        summary="Films and series by title, person or list, from The Movie Database; or of a page or a feed.",
        main="text",
        facts=(
            FactSpec("text", Text, "Titles, series, people and description together.", example="dune", told=False),
            FactSpec("title", Text, "What it is called, in the language asked for.", example="Dune: Part Three"),
            FactSpec("original_title", Text, "What it is called where it was made.", example="Le Sens de la fête"),
            FactSpec("type", Text, "What it is.", choices=TYPES, example="film"),
            FactSpec("series", Text, "The series that it is, or belongs to.", example="Severance"),
            FactSpec("season", Number, "The number of the season.", example="3"),
            FactSpec("episode", Number, "The number of the episode in its season.", example="1"),
            FactSpec("released", Day, "When it came or comes out first, anywhere.", example="2026-12-18"),
            FactSpec("opens", Day, "When it opens in the cinemas of your region.", example="2026-12-18"),
            FactSpec("in_cinemas", Flag, "Whether it is shown in cinemas now, where the source says so."),
            FactSpec("showtime", Moment, "The next screening that the page lists.", example="2026-12-18"),
            FactSpec("venue", Text, "The cinema that shows it.", example="Town cinema"),
            FactSpec("digital", Day, "From when on it can be rented or bought in your region.", example="2027-02-01"),
            FactSpec(
                "available_to",
                Texts,
                "How it can be seen at home in your region: rent, buy, stream, free, ads.",
                example="rent",
            ),
            FactSpec("providers", Texts, "Who offers that, as JustWatch knows it.", example="Netflix"),
            FactSpec("airs", Day, "When the episode is shown first.", example="2026-12-18"),
            FactSpec("people", Texts, "Who made it and who plays in it.", example="Denis Villeneuve"),
            FactSpec("genres", Texts, "What sort of film it is.", example="Drama"),
            FactSpec("rating", Number, "What others gave it on the mean, of 10.", example="7.5"),
            FactSpec("url", Text, "A page about it.", example="https://www.themoviedb.org/movie/550", told=False),
        ),
    )

    title: str = Field(
        default="",
        description="A film or series by its title, also the original one; or its page at The Movie Database. Where "
        "several have that title, the error lists them.",
    )
    person: str = Field(
        default="", description="Somebody by name, or by page, for everything that they have a part in."
    )
    list: _LIST | None = Field(default=None, description="Everything that is in cinemas or on television now or soon.")
    key: SecretStr | None = Field(
        default=None, description="Your API key or read access token of The Movie Database: ${env:TMDB_TOKEN}."
    )
    url: WebAddressIfAny = Field(default="", description="The address of a page or feed instead, such as a cinema's.")
    region: str = Field(default="", description="The country whose cinemas and offers count, by its code such as US.")
    language: str = Field(default="en-US", description="The language of titles and descriptions, such as fr-FR.")
    server: str = Field(default="https://api.themoviedb.org", description="The address of the service, without /3.")

    @field_validator("region")
    @classmethod
    def _is_a_region(cls, region: str) -> str:
        if region and not _REGION.fullmatch(region.upper()):
            raise ValueError("a region is the code of a country, such as US")
        return region.upper()

    @field_validator("language")
    @classmethod
    def _is_a_language(cls, language: str) -> str:
        if not _LANGUAGE.fullmatch(language):
            raise ValueError("a language is written as en or en-US")
        return language

    @field_validator("server")
    @classmethod
    def _is_a_server(cls, server: str) -> str:
        return checked_server(server, "https://api.themoviedb.org", "/3")

    @model_validator(mode="after")
    def _names_one_thing(self) -> Self:
        named = [name for name in ("title", "person", "list", "url") if getattr(self, name)]
        if len(named) != 1:
            raise ValueError("write title:, person: or list:, or url: with the address of a page or feed")
        if self.url and self.key:
            raise ValueError("key: is for The Movie Database alone; for a page give headers: or auth:")
        if not self.url and self.key is None:
            raise ValueError(
                "The Movie Database asks for a key, free of charge at themoviedb.org: key: ${env:TMDB_TOKEN}"
            )
        stated = _PLACE.fullmatch(self.title or self.person)
        if stated and (stated["what"] == "person") is not bool(self.person):
            raise ValueError("a person's page belongs under person:, a film's or a series' under title:")
        return self

    @property
    def label(self) -> str:
        """The address, or what is asked for of the service."""
        return str(read_address(self.url)) if self.url else f"{self.title or self.person or self.list} ({self._host})"

    @property
    def hosts(self) -> frozenset[str]:
        """The host of the address, or of the service."""
        return frozenset({read_address(self.url).host if self.url else self._host})

    async def poll(self, context: Context) -> Poll | Unchanged:
        """Read the address, the list, or the one work or person."""
        if self.url:
            return await super().poll(context)
        return await (self._listed(context) if self.list else self._about(context))

    def request(self) -> Request:
        """Ask for the page or feed."""
        return Request(self.url, headers={"Accept": _ACCEPT})

    def read(self, page: Page, context: Context) -> Poll:
        """Return the works of one answer: of the service, a page or a feed."""
        form = form_of(page)
        if form == "json" and not self.url:
            return self._poll(read_tmdb(page.body, self.region).works)
        if form in ("json", "feed"):
            entries = known_entries(read_feed(page.body, page.headers, page.url), page.url)
            return Poll(tuple(_announced(entry) for entry in entries if entry.entry.title), cursor=page.url)
        document, described = described_on(page)
        works = described_works(described, page.url, context.zone, context.now)
        if not works and not (context.cursor and described):
            raise nothing_described(document, page.url, "films")
        return replace(self._poll(works), cursor=page.url)

    @property
    def _why(self) -> dict[str, str]:
        """Why facts are unknown that a rule may well ask for."""
        if self.url:
            return {}
        if not self.region:
            return dict.fromkeys(("opens", "digital", "available_to"), "the rule gives no region: to look at")
        return {"in_cinemas": "only list: now_playing says what is shown now; a film by itself says when it opens"}

    async def _listed(self, context: Context) -> Poll | Unchanged:
        """Read every page of the list.

        The cursor says how many there were: of a single one an unchanged answer says that nothing changed.
        """
        last = _CURSOR.fullmatch(context.cursor or "")
        works: dict[str, ScreenWork] = {}
        read, pages = 0, 1
        while read < min(pages, MOST_PAGES):
            query = {"region": self.region, "page": str(read + 1)}
            page = await self._ask(LISTS[self.list or ""], context, query, whole=read > 0 or not last or last[3] != "1")
            if page.unchanged:
                return UNCHANGED
            answer = await context.parse(read_tmdb, page.body, self.region)
            works |= {work.key: self._of_the_list(work) for work in answer.works}
            read, pages = read + 1, answer.pages
        notices = (f"the list has {pages} pages, of which {read} are read",) if pages > read else ()
        return replace(self._poll(works.values()), cursor=f"{read} pages", notices=notices)

    def _of_the_list(self, work: ScreenWork) -> ScreenWork:
        """Return a work with what its list says: with a region, a film's date there is that of its cinemas."""
        if self.list not in ("now_playing", "upcoming"):
            return work
        opens = work.released if self.region else None
        return replace(work, opens=work.opens or opens, in_cinemas=True if self.list == "now_playing" else None)

    async def _about(self, context: Context) -> Poll | Unchanged:
        """Read everything about one work or person, which the cursor knows, the options name, or a search finds."""
        last = _CURSOR.fullmatch(context.cursor or "")
        asked, notices = (Asked(last[1], last[2]), ()) if last and last[1] else await self._identity(context)
        query = {"append_to_response": asked.parts}
        try:
            page = await self._ask(asked.path, context, query, whole=last is None)
        except SourceGone as gone:
            raise SourceGone(f"{self._host} has no {asked.what} {asked.id}: deleted, or a wrong number") from gone
        if page.unchanged:
            return UNCHANGED
        answer = await context.parse(read_tmdb, page.body, self.region)
        return replace(self._poll(answer.works), cursor=f"{asked.what}/{asked.id}", notices=notices)

    async def _identity(self, context: Context) -> tuple[Asked, tuple[str, ...]]:
        """Return which work or person the options mean, with a notice where a search found it."""
        name = self.title or self.person
        stated = _PLACE.fullmatch(name)
        if stated:
            return Asked(stated["what"], stated["id"]), ()
        page = await self._ask(f"search/{'multi' if self.title else 'person'}", context, {"query": name}, whole=True)
        answer = await context.parse(read_tmdb, page.body, self.region)
        found: Sequence[ScreenWork | Person] = _works_of(answer) if self.title else answer.people
        fitting = [one for one in found if folded(name) in _called(one)]
        option, what = ("title:", "film or series") if self.title else ("person:", "person")
        if not fitting:
            near = f"; the nearest: {_listed(found)}" if found else ""
            raise SourceRefused(f"{self._host} has no {what} called “{name}”{near}")
        if len(fitting) > 1:
            raise SourceRefused(
                f"“{name}” may be any of {len(fitting)}: {_listed(fitting)}. Write {option} with the address of one"
            )
        return _asked(fitting[0]), (f"“{name}” is taken to be {_listed(fitting)}",)

    async def _ask(self, path: str, context: Context, query: dict[str, str], *, whole: bool) -> Page:
        key = self.key.get_secret_value() if self.key else ""
        is_old = _OLD_KEY.fullmatch(key) is not None
        given = {**query, "language": self.language, **({"api_key": key} if is_old else {})}
        address = f"{self.server}/3/{path}?{urlencode({name: value for name, value in given.items() if value})}"
        headers = {} if is_old else {"Authorization": f"Bearer {key}"}
        request = Request(address, headers={"Accept": "application/json", **headers}, whole=whole)
        return await ask_service(context, request, has_key=True)

    def _poll(self, works: Iterable[ScreenWork]) -> Poll:
        return Poll(tuple(_observation(work, self._why) for work in works))


def _works_of(answer: Answer) -> tuple[ScreenWork, ...]:
    """Return the films and series that a search found."""
    return tuple(work for work in answer.works if work.type in ("film", "series"))


def _called(one: ScreenWork | Person) -> set[str]:
    return {folded(one.name)} if isinstance(one, Person) else {folded(one.title), folded(one.original_title)}


def _asked(one: ScreenWork | Person) -> Asked:
    if isinstance(one, Person):
        return Asked("person", str(one.id))
    return Asked("movie" if one.type == "film" else "tv", one.key.rpartition(" ")[2])


def _listed(found: Sequence[ScreenWork | Person]) -> str:
    """Return works or people for an error or a notice, with what tells them apart."""
    each = [
        str(one) if isinstance(one, Person) else f"{one.title} ({one.type}, {_year(one)}) {one.url}" for one in found
    ]
    more = f"; and {len(each) - MOST_NAMED} more" if len(each) > MOST_NAMED else ""
    return "; ".join(each[:MOST_NAMED]) + more


def _year(work: ScreenWork) -> str:
    return str(work.released.year) if work.released else "no date"


def _announced(found: KnownEntry) -> Observation:
    """Return an entry of a feed, which tells of a film in its words alone."""
    entry = found.entry
    about = entry.content if len(entry.content) > len(entry.summary) else entry.summary
    link = entry.link or web_address("", entry.id)
    texts = {"text": f"{entry.title} · {about}"[:MAX_TEXT] if about else entry.title, "title": entry.title, "url": link}
    facts = known(
        {name: Text(text) if text else None for name, text in texts.items()}
        | {"genres": Texts(entry.categories) if entry.categories else None}
    )
    why = "a feed says it in its text alone"
    unknown = dict.fromkeys(("type", "released", "opens", "in_cinemas", "airs", "people"), why)
    return Observation(found.key, facts, unknown, link=link, also=found.also)


def _observation(work: ScreenWork, why: Mapping[str, str]) -> Observation:
    names = (work.title, work.original_title, work.series, ", ".join(work.people), work.about)
    texts = {
        "text": " · ".join(dict.fromkeys(filter(None, names)))[:MAX_TEXT].rstrip(),
        "title": work.title,
        "original_title": work.original_title,
        "type": work.type,
        "series": work.series,
        "venue": work.venue,
        "url": work.url,
    }
    facts: dict[str, Fact | None] = {name: Text(text) if text else None for name, text in texts.items()}
    numbers = {"season": work.season, "episode": work.episode, "rating": work.rating}
    facts |= {name: Number(Decimal(value)) if value is not None else None for name, value in numbers.items()}
    several = {"providers": work.providers, "people": work.people, "genres": work.genres}
    facts |= {name: Texts(values) if values else None for name, values in several.items()}
    facts |= {
        "released": work.released,
        "opens": work.opens,
        "digital": work.digital,
        "airs": work.released if work.type == "episode" else None,
        "in_cinemas": Flag(work.in_cinemas) if work.in_cinemas is not None else None,
        "showtime": Moment(work.showtime) if work.showtime else None,
        # Offers that name none in the region say that there is none.
        "available_to": Texts(work.ways) if work.ways is not None else None,
    }
    asked = {name: said for name, said in why.items() if work.type == "film" or name not in _OF_A_FILM}
    unknown = {name: said for name, said in {**asked, **dict(work.unread)}.items() if facts[name] is None}
    evidence = {"released": work.evidence} if work.released else {}
    return Observation(work.key, known(facts), unknown, evidence, link=work.url)

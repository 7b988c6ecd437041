"""The kind `concerts`: events of halls, festivals and bands, from what they publish themselves and from Ticketmaster.

    address or path ─▶ calendar, page with schema.org events, or feed ─┐
                                                                       ├─▶ events ─▶ one observation for each
    key + city, venue … ─▶ every page of the search ───────────────────┘

The whole programme is fetched; what matters is picked here, and so is how far away it is. What an answer says is
`watchers.reading.programme`, which event is which `watchers.reading.events`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from typing import ClassVar, Final, Self
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
    Money,
    Number,
    Observation,
    Page,
    Poll,
    Request,
    SourceChanged,
    Text,
    Texts,
    Unchanged,
    known,
)
from watchers.door.localfiles import LocalFile
from watchers.door.services import ask_service, checked_server
from watchers.reading.events import STATUSES, Event, KnownEvent, known_events
from watchers.reading.geography import Coordinates, kilometres, read_pair
from watchers.reading.occurrences import Span
from watchers.reading.plain import MAX_TEXT
from watchers.reading.programme import read_programme, unread_notice
from watchers.reading.ticketmaster import Answer, read_ticketmaster
from watchers.reading.whenstated import When
from watchers.rendered import RenderedWatcher
from watchers.service import ServiceWatcher
from watchers.subscription import Subscription, each_read, last_read_on

PAGE_SIZE: Final = 200
MOST_PAGES: Final = 5
"""Of one search: the service gives no more than its first thousand events."""

MOST_SEARCHES: Final = 10
"""A longer list is asked for again from its last date on: at most so often, which is ten thousand events."""

MOST_EVENTS: Final = 10_000

_CODE = re.compile(r"[A-Z]{2}")
_IDS = re.compile(r"[A-Za-z0-9_-]{5,30}(?:,[A-Za-z0-9_-]{5,30})*")
_HORIZON = timedelta(days=2 * 366)
_OF_A_SEARCH = ("city", "country", "venue", "attraction", "keyword", "classification")


class Concerts(Subscription, RenderedWatcher, ServiceWatcher):
    """Watch for events."""

    kind: ClassVar[Kind] = Kind(
        name="concerts",
        shape="stream",
        summary="Concerts and other events: of a calendar, a page or a feed that announces them, or of Ticketmaster.",
        main="text",
        facts=(
            FactSpec("text", Text, "Title, performers, place and description together.", example="tool", told=False),
            FactSpec("title", Text, "What the event is called.", example="Tool: Fear Inoculum Tour"),
            FactSpec(
                "performers",
                Texts,
                "Who plays, where the source lists them; calendars and feeds name them in the text alone.",
                example="Tool",
            ),
            FactSpec(
                "starts",
                Moment,
                "When it begins: a time without a zone is taken as yours, a date without a time as its midnight.",
                example="2026-05-13",
            ),
            FactSpec("date", Day, "The date where it takes place.", example="2026-05-13"),
            FactSpec("ends", Moment, "When it is over.", example="2026-05-14", told=False),
            FactSpec("doors", Moment, "When the doors open.", example="2026-05-13", told=False),
            FactSpec("venue", Text, "Where it takes place.", example="Town hall"),
            FactSpec("city", Text, "The city, where the source names it by itself.", example="Boston"),
            FactSpec("country", Text, "The country as the source states it: its code or its name.", example="US"),
            FactSpec(
                "distance",
                Number,
                "How far it is from `near:` as the crow flies, where the source states coordinates.",
                unit="km",
                example="50",
            ),
            FactSpec("status", Text, "How it stands, where the source says so.", choices=STATUSES, example="scheduled"),
            FactSpec("cancelled", Flag, "Whether the source says that it is called off.", evidence=True),
            FactSpec("sold_out", Flag, "Whether the source says that no ticket is left.", evidence=True),
            FactSpec("on_sale", Moment, "From when on tickets are sold.", example="2026-05-01"),
            FactSpec("presale", Moment, "From when on some people may buy tickets.", example="2026-04-28"),
            FactSpec("price", Money, "The lowest price of a ticket.", example="60 USD"),
            FactSpec("genres", Texts, "What sort of event it is, in the source's words.", example="music"),
            FactSpec("announced", Moment, "When a feed announced it.", example="2026-05-01"),
            FactSpec("url", Text, "The event's own address.", example="https://hall.example/7", told=False),
        ),
    )
    kept_here: ClassVar[frozenset[str]] = frozenset({"near"})
    accept: ClassVar[str] = "text/calendar, text/html;q=0.9, application/xhtml+xml;q=0.9, */*;q=0.5"
    endings: ClassVar[tuple[str, ...]] = (".ics", ".ical", ".html", ".xml", ".rss", ".json")

    near: str = Field(
        default="",
        description="Your place, for `distance`: its latitude and longitude, as in 42.36,-71.06. It is never sent.",
    )
    key: SecretStr | None = Field(
        default=None, description="Your key of the Ticketmaster Discovery API, by reference: ${env:TICKETMASTER_KEY}."
    )
    city: str = Field(default="", description="With `key`: events of this city.")
    country: str = Field(default="", description="With `key`: events of this country, by its code such as US.")
    venue: str = Field(default="", description="With `key`: events of this venue, by its id such as KovZpZA7AAEA.")
    attraction: str = Field(default="", description="With `key`: events of this performer, by the id.")
    keyword: str = Field(default="", description="With `key`: events that this word is found for.")
    classification: str = Field(
        default="", description="With `key`: events of this sort alone, such as music, or rock; all where not given."
    )
    server: str = Field(
        default="https://app.ticketmaster.com", description="The address of the Discovery API, without /discovery/v2."
    )

    @field_validator("near")
    @classmethod
    def _is_a_place(cls, near: str) -> str:
        if near and read_pair(near) is None:
            raise ValueError("a place is its latitude and longitude in degrees, as in 42.36,-71.06")
        return near

    @field_validator("country")
    @classmethod
    def _is_a_country(cls, country: str) -> str:
        if country and not _CODE.fullmatch(country.upper()):
            raise ValueError("a country is its code of two letters, such as US")
        return country.upper()

    @field_validator("venue", "attraction")
    @classmethod
    def _is_an_id(cls, ids: str) -> str:
        ids = ids.replace(" ", "")
        if ids and not _IDS.fullmatch(ids):
            raise ValueError("write the id that Ticketmaster has for it, such as KovZpZA7AAEA")
        return ids

    @field_validator("server")
    @classmethod
    def _is_a_server(cls, server: str) -> str:
        return checked_server(server, "https://app.ticketmaster.com", "/discovery/v2")

    @model_validator(mode="after")
    def _names_one_source(self) -> Self:
        asked = [name for name in _OF_A_SEARCH if getattr(self, name)]
        if [bool(self.url), bool(self.file), self.key is not None].count(True) != 1:
            raise ValueError("write url: with an address, file: with a path, or key: with what to search for")
        if self.key is None and asked:
            raise ValueError(f"{asked[0]}: is for a search with key:; what a page holds is picked by when:")
        if self.key is not None and asked in ([], ["classification"]):
            raise ValueError("say what to search for: city, country, venue, attraction or keyword")
        return self

    @property
    def label(self) -> str:
        """The address, the path, or what is searched for."""
        if self.key is None:
            return super().label
        return f"{self._host}: {', '.join(value for name in _OF_A_SEARCH if (value := getattr(self, name)))}"

    @property
    def hosts(self) -> frozenset[str]:
        """The host of the address, or of the service."""
        return frozenset({self._host}) if self.key is not None else super().hosts

    @property
    def host_every(self) -> timedelta | None:
        """Ticketmaster allows five requests a second."""
        return timedelta(milliseconds=250) if self.key is not None else None

    async def poll(self, context: Context) -> Poll | Unchanged:
        """Read the address or path, or every page of the search."""
        return await (super().poll(context) if self.key is None else self._search(context))

    def read(self, page: Page, context: Context) -> Poll:
        """Return the events of one answer."""
        programme = read_programme(page, _span(context), was_read=context.cursor is not None)
        return self._poll(programme.events, programme.notices, context)

    def read_files(self, files: tuple[LocalFile, ...], context: Context) -> Poll:
        """Return the events of saved calendars, pages and feeds."""
        span, was_read = _span(context), context.cursor is not None
        read, left_out = each_read(files, lambda body: read_programme(Page("", body), span, was_read=was_read))
        events = {one.key: one for programme in read for one in programme.events}
        notices = (*left_out, *(notice for programme in read for notice in programme.notices))
        return self._poll(tuple(events.values()), notices, context)

    async def _search(self, context: Context) -> Poll | Unchanged:
        """Read all pages; the service gives a thousand events at most, so a longer list is asked for in parts.

        The cursor says how many pages there were: of a single one an unchanged answer says that nothing changed.
        """
        answers: list[Answer] = []
        since: datetime | None = None
        for _ in range(MOST_SEARCHES):
            part = await self._part(context, since, whole=context.cursor != "1")
            if part is None:
                return UNCHANGED
            answers += part
            last = max((at for answer in part for at in map(_instant, answer.events) if at), default=None)
            is_whole = part[0].total <= MOST_PAGES * PAGE_SIZE
            if is_whole or last is None or last == since:
                break
            since = last
        found = {event.id: event for answer in answers for event in answer.events}
        notices = unread_notice(sum(answer.unreadable for answer in answers))
        if not is_whole:
            notices += (f"the search has more events than the service gives: {len(found)} are looked at; narrow it",)
        events = await context.parse(known_events, tuple(found.values()), self.server)
        return replace(self._poll(events, notices, context), cursor=str(len(answers)))

    async def _part(self, context: Context, since: datetime | None, *, whole: bool) -> list[Answer] | None:
        """Return the pages of one search; None where they are those of the last poll."""
        answers: list[Answer] = []
        while not answers or (len(answers) < MOST_PAGES and len(answers) * PAGE_SIZE < answers[0].total):
            page = await self._ask(context, len(answers), since, whole=whole or bool(answers or since))
            if page.unchanged:
                return None
            answers.append(await context.parse(read_ticketmaster, page.body, context.zone))
        return answers

    async def _ask(self, context: Context, number: int, since: datetime | None, *, whole: bool) -> Page:
        key = self.key.get_secret_value() if self.key else ""
        query = {
            "apikey": key,
            "size": str(PAGE_SIZE),
            "page": str(number),
            "sort": "date,asc",
            "locale": "*",
            "includeTBA": "yes",
            "includeTBD": "yes",
            "city": self.city,
            "countryCode": self.country,
            "venueId": self.venue,
            "attractionId": self.attraction,
            "keyword": self.keyword,
            "classificationName": self.classification,
            "startDateTime": since.strftime("%Y-%m-%dT%H:%M:%SZ") if since else "",
        }
        given = urlencode({name: value for name, value in query.items() if value})
        request = Request(f"{self.server}/discovery/v2/events.json?{given}", whole=whole)
        return await ask_service(context, request, has_key=True)

    def _poll(self, events: tuple[KnownEvent, ...], notices: tuple[str, ...], context: Context) -> Poll:
        if len(events) > MOST_EVENTS:
            raise SourceChanged(f"{len(events)} events in one answer are more than any programme has")
        near = read_pair(self.near)
        last = last_read_on(context.cursor) if self.key is None else None
        seen_before = last + _HORIZON if last else None
        return Poll(tuple(_observation(one, near, context.zone, seen_before) for one in events), notices=notices)


def _span(context: Context) -> Span:
    today = context.now.astimezone(context.zone).date()
    return Span(today, today + _HORIZON, context.zone)


def _observation(
    one: KnownEvent, near: Coordinates | None, zone: tzinfo, seen_before: date | None = None
) -> Observation:
    """Return what is known of an event; `seen_before` is the day up to which the last poll could see."""
    event = one.event
    parts = (event.title, ", ".join(event.performers), event.venue, event.city, event.about)
    texts = {
        "text": " · ".join(dict.fromkeys(filter(None, parts)))[:MAX_TEXT].rstrip(),
        "title": event.title,
        "venue": event.venue,
        "city": event.city,
        "country": event.country,
        "status": event.status,
        "url": event.url,
    }
    facts: dict[str, Fact | None] = {name: Text(text) if text else None for name, text in texts.items()}
    facts |= {
        "starts": _moment(event.when, zone),
        # The date of an end is over at its midnight, of which nothing is said.
        "ends": Moment(event.ends.at) if event.ends and event.ends.at else None,
        "doors": Moment(event.doors.at) if event.doors and event.doors.at else None,
        "on_sale": _moment(event.on_sale, zone),
        "presale": _moment(event.presale, zone),
        "date": event.when.day if event.when else None,
        "announced": Moment(event.published) if event.published else None,
        "performers": Texts(event.performers) if event.performers else None,
        "genres": Texts(event.genres) if event.genres else None,
        "distance": Number(kilometres(near, event.place)) if near and event.place else None,
        "price": event.price,
        "cancelled": Flag(event.status == "cancelled"),
        "sold_out": Flag(event.is_sold_out),
    }
    unknown = {name: why for name, why in _unknown(event, near).items() if facts[name] is None}
    evidence = {"starts": event.evidence} if event.evidence and facts["starts"] else {}
    # A date of a series that the horizon has only now reached was meant all along.
    is_news = one.of_series is None or seen_before is None or one.of_series < seen_before
    return Observation(one.key, known(facts), unknown, evidence, event.url, one.also, is_news)


def _unknown(event: Event, near: Coordinates | None) -> dict[str, str]:
    """Return why facts are unknown that a rule may well ask for."""
    why = {"distance": "the source states no coordinates" if near else "the rule gives no near: to measure from"}
    if event.when:
        why["starts"] = f"only {event.when.day} is stated"
    return why | dict(event.unread)


def _instant(event: Event) -> datetime | None:
    return event.when.at if event.when else None


def _moment(when: When | None, zone: tzinfo) -> Moment | None:
    begins = when.begins(zone) if when else None
    return Moment(begins) if begins else None

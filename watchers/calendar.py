"""The kind `calendar`: what is coming in a calendar.

    address or path ──▶ events ──▶ when they take place ──▶ one observation for each time

What a file says is `watchers.reading.icalendar`, when that is `watchers.reading.occurrences`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar, Final, Self

from pydantic import Field, field_validator, model_validator

from watchers.api import (
    Context,
    Day,
    Fact,
    FactSpec,
    Flag,
    Kind,
    Moment,
    Number,
    Observation,
    Poll,
    Text,
    Texts,
    known,
)
from watchers.door.localfiles import LocalFile
from watchers.reading.icalendar import CalendarFile, Event, understood_calendar
from watchers.reading.links import web_address
from watchers.reading.occurrences import Occurrence, Span, occurrences
from watchers.reading.plain import MAX_TEXT, plain_line, words_of
from watchers.subscription import Subscription, each_read, last_read_on

MOST_EVENTS: Final = 5_000
MAX_NAME: Final = 500

_HORIZON = re.compile(r"(\d{1,4})\s*(day|week|month|year)s?", re.IGNORECASE)
_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}
_LONGEST = 10 * 366


class Calendar(Subscription):
    """Watch for what is coming in a calendar."""

    kind: ClassVar[Kind] = Kind(
        name="calendar",
        shape="stream",
        summary="Coming events of an iCalendar file or address, each time that they take place.",
        main="text",
        facts=(
            FactSpec("text", Text, "Title, place and description together.", example="dentist", told=False),
            FactSpec("title", Text, "What the event is called.", example="Dentist"),
            FactSpec(
                "starts",
                Moment,
                "When it begins; what lasts all day begins at midnight in your time zone.",
                example="2026-05-13",
            ),
            FactSpec("ends", Moment, "When it is over.", example="2026-05-13", told=False),
            FactSpec("date", Day, "The day on which it begins in your time zone.", example="2026-05-13"),
            FactSpec(
                "days_until",
                Number,
                "How many days off that day is: 0 is today, less is what goes on since then.",
                unit="days",
                example="7",
            ),
            FactSpec("all_day", Flag, "Whether it lasts all day."),
            FactSpec("location", Text, "Where it takes place.", example="Town hall"),
            FactSpec("description", Text, "What the calendar says about it.", example="bring your passport"),
            FactSpec("organizer", Text, "Who invites to it.", example="Jane Doe"),
            FactSpec("categories", Texts, "The categories that the calendar gives it.", example="music"),
            FactSpec("recurring", Flag, "Whether it takes place more than once.", told=False),
            FactSpec("cancelled", Flag, "Whether the calendar says that it is called off.", evidence=True),
            FactSpec("tentative", Flag, "Whether the calendar says that it is not certain yet.", evidence=True),
            FactSpec("busy", Flag, "Whether it takes up time, as far as the calendar says.", told=False),
            FactSpec("url", Text, "An address that belongs to it.", example="https://hall.example/7", told=False),
            FactSpec("calendar", Text, "What the calendar calls itself.", example="Family"),
            FactSpec("id", Text, "The identifier that the calendar gives it.", example="7@hall.example", told=False),
        ),
    )
    accept: ClassVar[str] = "text/calendar, */*;q=0.5"
    endings: ClassVar[tuple[str, ...]] = (".ics", ".ical", ".icalendar")

    within: str = Field(
        default="1 year", description="How far ahead to look: 30 days, 8 weeks, 6 months, 2 years; at most 10 years."
    )

    @field_validator("within")
    @classmethod
    def _is_a_horizon(cls, within: str) -> str:
        if not 0 < days_ahead(within) <= _LONGEST:
            raise ValueError("a time to look ahead is 30 days, 8 weeks, 6 months or 1 year; at most 10 years")
        return within

    @model_validator(mode="after")
    def _names_one_source(self) -> Self:
        if bool(self.url) is bool(self.file):
            raise ValueError("write url: with an address, or file: with a path, and not both")
        return self

    def read_files(self, files: tuple[LocalFile, ...], context: Context) -> Poll:
        """Return what is coming by all files."""
        calendars, left_out = each_read(files, understood_calendar)
        today = context.now.astimezone(context.zone).date()
        seen_until = self._seen_until(context.cursor)
        span = Span(today, today + timedelta(days=days_ahead(self.within) + 1), context.zone)
        found: dict[str, Observation] = {}
        notices = list(left_out)
        for calendar in calendars:
            coming, said = occurrences(calendar, span)
            notices += said
            for one in coming:
                # A date of a series that the horizon has only now reached was meant all along.
                is_news = not one.first_meant or seen_until is None or one.day <= seen_until
                found.setdefault(one.key, replace(observation(one, calendar, today), is_news=is_news))
        if len(found) > MOST_EVENTS:
            notices.append(
                f"{len(found)} events are coming: the next {MOST_EVENTS} are looked at; write a shorter within:"
            )
        return Poll(_apart(sorted(found.values(), key=_order)[:MOST_EVENTS]), notices=tuple(dict.fromkeys(notices)))

    def _seen_until(self, cursor: str | None) -> date | None:
        """Return the last day that the poll before this one could see; None at the first."""
        read_on = last_read_on(cursor)
        return read_on + timedelta(days=days_ahead(self.within)) if read_on else None


def days_ahead(within: str) -> int:
    """Return how many days a horizon reaches, or 0 where it is none; a month and a year are taken at their longest."""
    match = _HORIZON.fullmatch(within)
    return int(match[1]) * _DAYS[match[2].lower()] if match else 0


def observation(one: Occurrence, calendar: CalendarFile, today: date) -> Observation:
    """Return what is known of an event at one time."""
    event = one.event
    title = plain_line(event.written("SUMMARY"), MAX_NAME)
    location = plain_line(event.written("LOCATION"), MAX_NAME)
    description = _words(event.written("DESCRIPTION"))
    is_cancelled = event.is_cancelled or calendar.method == "CANCEL"
    link = web_address("", plain_line(event.written("URL"), MAX_TEXT))
    texts = {
        "text": " · ".join(filter(None, (title, location, description)))[:MAX_TEXT].rstrip(),
        "title": title,
        "location": location,
        "description": description,
        "organizer": _organizer(event),
        "url": link,
        "calendar": plain_line(calendar.name, MAX_NAME),
        "id": plain_line(event.uid, MAX_NAME),
    }
    facts: dict[str, Fact | None] = {name: Text(text) if text else None for name, text in texts.items()}
    facts |= {
        "starts": Moment(one.starts),
        "ends": Moment(one.ends),
        "date": Day(one.day.year, one.day.month, one.day.day),
        "days_until": Number(Decimal((one.day - today).days)),
        "all_day": Flag(one.lasts_all_day),
        "categories": _categories(event),
        "recurring": Flag(bool(one.first_meant)),
        "cancelled": Flag(is_cancelled),
        "tentative": Flag(event.written("STATUS").strip().upper() == "TENTATIVE"),
        # RFC 5545 §3.8.2.7: what says nothing takes up time.
        "busy": Flag(event.written("TRANSP").strip().upper() != "TRANSPARENT" and not is_cancelled),
    }
    return Observation(one.key, known(facts), link=link, also=one.also)


def _words(text: str) -> str:
    """Return a description as words; many calendars write it as HTML."""
    return words_of(text) if "<" in text else plain_line(text)


def _organizer(event: Event) -> str:
    line = event.line("ORGANIZER")
    if line is None:
        return ""
    return plain_line(line.parameter("CN") or line.value.strip().removeprefix("mailto:"), MAX_NAME)


def _categories(event: Event) -> Texts | None:
    names = tuple(dict.fromkeys(filter(None, (plain_line(name, MAX_NAME) for name in event.listed("CATEGORIES")))))
    return Texts(names) if names else None


def _order(seen: Observation) -> tuple[str, str]:
    starts = seen.facts["starts"]
    return starts.at.isoformat() if isinstance(starts, Moment) else "", seen.key


def _apart(observations: Iterable[Observation]) -> tuple[Observation, ...]:
    """Return observations none of which has another's key as an earlier one of its own."""
    kept = tuple(observations)
    taken = {one.key for one in kept}
    apart = []
    for one in kept:
        apart.append(replace(one, also=tuple(key for key in one.also if key not in taken)))
        taken |= set(one.also)
    return tuple(apart)

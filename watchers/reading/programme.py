"""What a hall, a festival or a band announces, whatever its answer is written in.

page ▶ calendar | service's JSON | feed | structured data ▶ events with their keys
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from watchers.api import Page
from watchers.reading.answerform import described_on, form_of, nothing_described
from watchers.reading.describedevents import described_events
from watchers.reading.entrykeys import known_entries
from watchers.reading.events import Event, KnownEvent, known_events
from watchers.reading.feed import read_feed
from watchers.reading.geography import read_pair
from watchers.reading.icalendar import CalendarFile, understood_calendar
from watchers.reading.links import web_address
from watchers.reading.occurrences import Occurrence, Span, occurrences
from watchers.reading.plain import MAX_TEXT, plain_line, words_of
from watchers.reading.ticketmaster import is_ticketmaster, read_ticketmaster
from watchers.reading.whenstated import When, day_of

MAX_NAME = 500
_STATUSES = {"CONFIRMED": "scheduled", "CANCELLED": "cancelled"}


@dataclass(frozen=True, slots=True)
class Programme:
    """The events of one answer, and sentences about what could not be read."""

    events: tuple[KnownEvent, ...]
    notices: tuple[str, ...] = ()


def read_programme(page: Page, span: Span, *, was_read: bool) -> Programme:
    """Return the events that an answer announces.

    Args:
        page: The answer.
        span: The days that are looked at of events that come again; its zone is where floating times are meant.
        was_read: There were events here before: a page that describes other things alone has none now.

    Raises:
        WatchError: It cannot be understood, or is no answer to us.
    """
    form = form_of(page)
    if form == "calendar":
        return _of_calendar(understood_calendar(page.body), span)
    if form == "json" and is_ticketmaster(page.body):
        answer = read_ticketmaster(page.body, span.zone)
        return Programme(known_events(answer.events, page.url), unread_notice(answer.unreadable))
    if form in ("json", "feed"):
        return _of_feed(page)
    document, described = described_on(page)
    events = described_events(described, page.url, span.zone)
    if not events and not (was_read and described):
        raise nothing_described(document, page.url, "events")
    return Programme(known_events(events, page.url))


def unread_notice(count: int) -> tuple[str, ...]:
    """Return what is to be said of entries that could not be read."""
    return (f"{count} entries of the answer have no id or no name",) if count else ()


def _of_feed(page: Page) -> Programme:
    """Return the entries of a feed: what is announced, since a feed says nothing of when it takes place."""
    document = read_feed(page.body, page.headers, page.url)
    why = "a feed names it in its text alone"
    unread = tuple((fact, why) for fact in ("starts", "performers", "venue", "city"))
    events = []
    for known in known_entries(document, page.url):
        entry = known.entry
        if not entry.title:
            continue
        about = entry.content if len(entry.content) > len(entry.summary) else entry.summary
        link = entry.link or web_address("", entry.id)
        event = Event(entry.title, about=about, url=link, genres=entry.categories, published=entry.published)
        events.append(KnownEvent(replace(event, unread=unread), known.key, known.also))
    return Programme(tuple(events), tuple(filter(None, (document.left_out,))))


def _of_calendar(calendar: CalendarFile, span: Span) -> Programme:
    coming, notices = occurrences(calendar, span)
    events = [
        KnownEvent(event, one.key, one.also, one.day if one.first_meant else None)
        for one in coming
        if (event := _event(one, calendar))
    ]
    return Programme(tuple(_apart(events)), notices)


def _event(one: Occurrence, calendar: CalendarFile) -> Event | None:
    """Return an event of a calendar as others state theirs; None where it has no title."""
    written = one.event.written
    title = _name(written("SUMMARY"))
    if not title:
        return None
    about = written("DESCRIPTION")
    geo = one.event.line("GEO") or one.event.line("X-APPLE-STRUCTURED-LOCATION")
    day = day_of(one.day)
    status = _STATUSES.get(written("STATUS").strip().upper(), "")
    # Without an end it is over as it begins, by RFC 5545 §3.6.1: of a concert that says nothing.
    ends = When(day_of(one.ends.date()), one.ends) if one.ends > one.starts else None
    why = "a calendar names them in its title alone"
    return Event(
        title=title,
        when=When(day, None if one.lasts_all_day else one.starts),
        ends=ends,
        venue=_name(written("LOCATION")),
        place=read_pair(geo.value.strip().removeprefix("geo:")) if geo else None,
        status="cancelled" if calendar.method == "CANCEL" else status,
        genres=tuple(dict.fromkeys(filter(None, map(_name, one.event.listed("CATEGORIES"))))),
        about=words_of(about) if "<" in about else plain_line(about, MAX_TEXT),
        url=web_address("", plain_line(written("URL"), MAX_TEXT)),
        unread=(("performers", why), ("city", "a calendar names it in the place alone")),
    )


def _name(text: str) -> str:
    return plain_line(text, MAX_NAME)


def _apart(events: Iterable[KnownEvent]) -> Iterable[KnownEvent]:
    """Yield events none of which has another's key as an earlier one of its own."""
    each = tuple(events)
    holders = Counter(key for one in each for key in {one.key, *one.also})
    return (replace(one, also=tuple(key for key in one.also if holders[key] == 1)) for one in each)

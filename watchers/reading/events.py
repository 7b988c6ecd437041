"""What is known of an event, whoever states it, and which event is which from one answer to the next.

    events of one answer ▶ each once ▶ possible names of each ▶ those that only one of them has: its key and others

An event that is moved or called off stays the same event: its own id names it, else its address, and only where it has
neither its performers, venue and date.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

from watchers.api import Money
from watchers.reading.geography import Coordinates
from watchers.reading.links import bared
from watchers.reading.names import folded
from watchers.reading.whenstated import When

STATUSES: Final = ("scheduled", "cancelled", "postponed", "rescheduled", "moved_online")


NO_SALE_BEFORE: Final = 1990
"""The year before which no ticket was sold in the web: 1, 1900 and 1970 are what programs write for no date at all."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as a source states it; an empty text is one that it does not state.

    Attributes:
        id: The source's own identifier, the same for ever.
        before: When it was to be before it was moved.
        country: As stated: a code or a name.
        status: One of STATUSES, or empty.
        on_sale, presale: From when on tickets are sold, and to some people before that.
        price: The lowest of the prices.
        about: What is said of it, as plain text.
        published: When it was announced.
        unread: By fact, why something that is stated could not be read.
        evidence: Where its time stood.
    """

    title: str
    id: str = ""
    performers: tuple[str, ...] = ()
    when: When | None = None
    ends: When | None = None
    doors: When | None = None
    before: When | None = None
    venue: str = ""
    city: str = ""
    country: str = ""
    place: Coordinates | None = None
    status: str = ""
    is_sold_out: bool = False
    on_sale: When | None = None
    presale: When | None = None
    price: Money | None = None
    genres: tuple[str, ...] = ()
    about: str = ""
    url: str = ""
    published: datetime | None = None
    unread: tuple[tuple[str, str], ...] = ()
    evidence: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An event with its keys.

    Attributes:
        key: The one to keep.
        also: Others under which it may have been seen before.
        of_series: The day on which it takes place of a series that comes again; None for what is there once.
    """

    event: Event
    key: str
    also: tuple[str, ...] = ()
    of_series: date | None = None


def begun_sale(when: When | None) -> When | None:
    """Return the beginning of a sale as it is stated; None where a program filled in a date that says nothing."""
    return when if when is not None and when.day.year >= NO_SALE_BEFORE else None


def known_events(events: Sequence[Event], address: str) -> tuple[KnownEvent, ...]:
    """Return every event of an answer once, with keys that no other event of it has.

    Args:
        events: Those of the answer.
        address: Where it came from: an event's address that is this one names the page, not the event.
    """
    each = tuple(dict.fromkeys(events))
    possible = [tuple(dict.fromkeys(_names(event, bared(address)))) for event in each]
    holders = Counter(name for names in possible for name in names)
    known: dict[str, KnownEvent] = {}
    for event, names in zip(each, possible, strict=True):
        own = [name for name in names if holders[name] == 1] or [_name("all", *_everything(event))]
        known.setdefault(own[0], KnownEvent(event, own[0], tuple(own[1:])))
    return tuple(known.values())


def _names(event: Event, address: str) -> Iterator[str]:
    """Yield what may name an event, the surest first."""
    if event.id:
        yield _name("id", event.id)
    days = tuple(str(when.day) for when in (event.when, event.before) if when)
    link = bared(event.url)
    if link and link != address and _leads_somewhere(event.url):
        yield _name("url", link)
        yield from (_name("url on", link, day) for day in days)
    who = " + ".join(sorted(map(folded, event.performers))) or folded(event.title)
    yield from (_name("there on", who, folded(event.venue), day) for day in days)


def _leads_somewhere(url: str) -> bool:
    """Say whether an address is more than the front page of a site, which any event may name."""
    parts = urlsplit(url)
    return bool(parts.path.strip("/") or parts.query)


def _everything(event: Event) -> Iterable[str]:
    return event.title, event.venue, event.url, event.about, str(event.when), str(event.ends)


def _name(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode(errors="surrogatepass")).hexdigest()[:24]

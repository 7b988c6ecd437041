"""Answers of the Ticketmaster Discovery API, version 2, as the events in them.

    bytes ▶ read_ticketmaster ▶ Answer(events, total) | WatchError

Described at https://developer.ticketmaster.com/products-and-docs/apis/discovery-api/v2/ (search, details, errors).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from watchers.api import Money, SourceChanged, SourceGone, SourceRefused, SourceUnavailable
from watchers.reading.currencies import currency_code
from watchers.reading.events import Event, begun_sale
from watchers.reading.geography import Coordinates, read_coordinates
from watchers.reading.icalendarzones import named_zone
from watchers.reading.links import web_address
from watchers.reading.plain import plain_line
from watchers.reading.whenstated import When, read_when

MAX_NAME: Final = 500

_STATUSES: Final = {
    # Whether tickets are sold says nothing against its taking place.
    "onsale": "scheduled",
    "offsale": "scheduled",
    "canceled": "cancelled",
    "cancelled": "cancelled",
    "postponed": "postponed",
    "rescheduled": "rescheduled",
}
_NO_GENRE: Final = frozenset({"", "undefined", "miscellaneous", "other"})


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of a search, or one event.

    Attributes:
        total: How many events the search has on all its pages.
        unreadable: How many have no id or no name.
    """

    events: tuple[Event, ...]
    total: int
    unreadable: int = 0


def is_ticketmaster(body: bytes) -> bool:
    """Say whether a JSON answer is one of this service."""
    root = _root(body)
    return bool(root.keys() & {"_embedded", "page", "fault", "errors"}) or root.get("type") == "event"


def read_ticketmaster(body: bytes, zone: tzinfo) -> Answer:
    """Return the events of an answer.

    Args:
        body: The answer.
        zone: Where the time of an event is meant that names no zone.

    Raises:
        SourceChanged: It is no answer of this service.
        SourceRefused: It says that the key is not good, or used up.
        SourceGone: It says that what was asked for is not there.
    """
    root = _root(body)
    _raise_stated(root)
    if root.get("type") == "event":
        listed: list[Any] = [root]
    else:
        listed = _list(_members(root.get("_embedded")).get("events"))
    page = _members(root.get("page"))
    if not listed and "totalElements" not in page:
        raise SourceChanged("the answer is not one of the Ticketmaster Discovery API: it holds no events and no count")
    events = tuple(event for entry in listed if (event := _event(_members(entry), zone)))
    if listed and not events:
        raise SourceChanged("nothing that the answer lists has an id and a name")
    total = page.get("totalElements")
    return Answer(events, total if isinstance(total, int) else len(listed), len(listed) - len(events))


def _root(body: bytes) -> Mapping[str, Any]:
    try:
        return _members(json.loads(body))
    except (ValueError, RecursionError):
        return {}


def _raise_stated(root: Mapping[str, Any]) -> None:
    """Raise the trouble that the service names itself."""
    fault = _text(_members(root.get("fault")).get("faultstring"))
    if fault:
        wait = "quota" in fault.casefold() or "limit" in fault.casefold()
        raise (SourceUnavailable if wait else SourceRefused)(f"Ticketmaster says: {fault[:200]}")
    for error in map(_members, _list(root.get("errors"))):
        said = _text(error.get("detail")) or _text(error.get("code")) or "no reason is given"
        is_gone = _text(error.get("status")) == "404" or error.get("status") == 404
        raise (SourceGone if is_gone else SourceChanged)(f"Ticketmaster says: {said[:200]}")


def _event(entry: Mapping[str, Any], zone: tzinfo) -> Event | None:
    name, id_ = _text(entry.get("name")), _text(entry.get("id"))
    if not (name and id_):
        return None
    inside = _members(entry.get("_embedded"))
    venue = _members(next(iter(_list(inside.get("venues"))), None))
    dates = _members(entry.get("dates"))
    here = named_zone(_text(dates.get("timezone")) or _text(venue.get("timezone"))) or zone
    sales = _members(entry.get("sales"))
    public = _members(sales.get("public"))
    presales = [_sale(_members(each), here) for each in _list(sales.get("presales"))]
    return Event(
        title=name,
        id=f"ticketmaster {id_}",
        performers=_names(inside.get("attractions")),
        when=_start(_members(dates.get("start")), here),
        ends=_start(_members(dates.get("end")), here),
        doors=_start(_members(entry.get("doorsTimes")), here),
        venue=_text(venue),
        city=_text(venue.get("city")),
        country=_text(_members(venue.get("country")).get("countryCode")) or _text(venue.get("country")),
        place=_place(_members(venue.get("location"))),
        status=_STATUSES.get(_text(_members(dates.get("status")).get("code")).casefold(), ""),
        on_sale=None if any(public.get(open_) is True for open_ in ("startTBD", "startTBA")) else _sale(public, here),
        presale=min((when for when in presales if when), key=lambda when: str(when.at), default=None),
        price=_price(_list(entry.get("priceRanges"))),
        genres=_genres(_list(entry.get("classifications"))),
        about=" ".join(filter(None, (_text(entry.get(part)) for part in ("info", "description", "pleaseNote")))),
        url=web_address("", _text(entry.get("url"))),
        evidence="dates.start",
    )


def _start(stated: Mapping[str, Any], zone: tzinfo) -> When | None:
    """Return when an event is: its local date, and its instant where that is settled."""
    if any(stated.get(open_) is True for open_ in ("dateTBD", "dateTBA")):
        return None
    local, time = _text(stated.get("localDate")), _text(stated.get("localTime"))
    is_open = any(stated.get(open_) is True for open_ in ("timeTBA", "noSpecificTime"))
    exact = None if is_open else read_when(_text(stated.get("dateTime")), UTC)
    if not local:
        # An instant in UTC is on another date where the hall is.
        return read_when(_text(stated.get("dateTime")), zone)
    written = read_when(local if is_open or not time else f"{local}T{time}", zone)
    return When(written.day, exact.at) if written and exact and exact.at else written


def _sale(stated: Mapping[str, Any], zone: tzinfo) -> When | None:
    """Return when a sale begins; where the service does not know it, it writes the year 1900."""
    return begun_sale(read_when(_text(stated.get("startDateTime")), zone))


def _place(location: Mapping[str, Any]) -> Coordinates | None:
    return read_coordinates(_text(location.get("latitude")), _text(location.get("longitude")))


def _price(ranges: list[Any]) -> Money | None:
    """Return the lowest price; that of resale or of packages is none of the tickets'."""
    stated = [entry for entry in map(_members, ranges) if _text(entry.get("type")).casefold() in ("", "standard")]
    prices = [Money(amount, currency_code(_text(each.get("currency")))) for each in stated if (amount := _amount(each))]
    is_one = len({price.currency for price in prices}) == 1
    return min(prices, key=lambda price: price.amount) if is_one else None


def _amount(stated: Mapping[str, Any]) -> Decimal | None:
    """Return the lower end of a range; a zero is what the service writes where it knows none."""
    lowest = stated.get("min")
    if isinstance(lowest, bool) or not isinstance(lowest, int | float | str):
        return None
    try:
        amount = Decimal(str(lowest))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount > 0 else None


def _genres(classifications: list[Any]) -> tuple[str, ...]:
    parts = (
        _text(_members(classification).get(part))
        for classification in classifications
        for part in ("segment", "genre", "subGenre")
    )
    return tuple(dict.fromkeys(name for name in parts if name.casefold() not in _NO_GENRE))


def _names(value: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(_text, _list(value)))))


def _text(value: Any) -> str:
    """Return a text, or the name of what has one; empty where there is neither."""
    if isinstance(value, dict):
        value = value.get("name")
    return plain_line(value, MAX_NAME) if isinstance(value, str) else ""


def _members(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

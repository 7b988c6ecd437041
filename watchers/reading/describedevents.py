"""The events that the structured data of a page describes.

    items ▶ every Event, with what stands around it ▶ Event

schema.org: Event, Place, Offer and EventStatusType, each under https://schema.org/<name>; what a page should state is
https://developers.google.com/search/docs/appearance/structured-data/event: there `validFrom` of an offer is when its
sale begins.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Final

from watchers.api import Money
from watchers.reading.currencies import currency_code
from watchers.reading.events import Event, begun_sale
from watchers.reading.geography import Coordinates, read_coordinates
from watchers.reading.item import Item
from watchers.reading.links import bared, web_address
from watchers.reading.money import read_money
from watchers.reading.plain import MAX_TEXT, plain_line, words_of
from watchers.reading.whenstated import When, read_when

MAX_NAME: Final = 500
MOST_PERFORMERS: Final = 300

GENRES: Final = {
    "MusicEvent": "music",
    "Festival": "festival",
    "TheaterEvent": "theater",
    "ComedyEvent": "comedy",
    "DanceEvent": "dance",
    "SportsEvent": "sports",
    "ScreeningEvent": "film",
    "LiteraryEvent": "literature",
    "VisualArtsEvent": "art",
    "ExhibitionEvent": "exhibition",
    "ChildrensEvent": "children",
    "FoodEvent": "food",
    "EducationEvent": "education",
    "BusinessEvent": "business",
    "SocialEvent": "social",
    "SaleEvent": "sale",
    "Hackathon": "hackathon",
    "CourseInstance": "course",
}
"""What an event is by its type; what is broadcast or delivered has a type of its own and is none to go to."""

_TYPES: Final = frozenset({"Event", *GENRES})
_STATUSES: Final = {
    "eventscheduled": "scheduled",
    "eventcancelled": "cancelled",
    "eventcanceled": "cancelled",
    "eventpostponed": "postponed",
    "eventrescheduled": "rescheduled",
    "eventmovedonline": "moved_online",
}
_SOLD_OUT: Final = frozenset({"soldout", "outofstock"})
_PERFORMERS: Final = ("performer", "performers", "actor", "actors")
_WHO_PERFORMS: Final = ("MusicGroup", "PerformingGroup", "DanceGroup", "TheaterGroup", "Person")
_OWN_EVENTS: Final = frozenset({"event", "events", "performerIn"})
_NOT_LISTED: Final = frozenset({"superEvent", "previousEvent"})
_AMOUNT: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,4})?")
_LETTERS: Final = re.compile(r"[^a-z]")


def described_events(items: Sequence[Item], url: str, zone: tzinfo) -> tuple[Event, ...]:
    """Return the events of a page in its order, each once.

    Args:
        items: What the page describes.
        url: Its address, for links that are relative.
        zone: Where a time without a zone is meant.
    """
    found: dict[tuple[str, ...], list[tuple[Event, str]]] = {}
    for item, around in _events(items):
        event = _Reader(item, around, url, zone).event()
        if event is None:
            continue
        same = found.setdefault((event.title.casefold(), str(event.when)), [])
        if not any(_is_again(event, item.syntax, other, syntax) for other, syntax in same):
            same.append((event, item.syntax))
    return tuple(event for same in found.values() for event, _ in same)


def _is_again(event: Event, syntax: str, other: Event, other_syntax: str) -> bool:
    """Say whether an event is one that another syntax, or another part of the page, described already."""
    if syntax == other_syntax:
        return event == other
    links = {bared(event.url), bared(other.url)} - {""}
    return len(links) < 2


def _events(items: Iterable[Item]) -> Iterator[tuple[Item, Item | None]]:
    """Yield every event, and whose event it is said to be, outermost first."""
    waiting: list[tuple[Item, Item | None]] = [(item, None) for item in reversed(tuple(items))]
    while waiting:
        item, around = waiting.pop()
        if item.is_a(*_TYPES):
            yield item, around
        for name in reversed(tuple(item.properties)):
            if name not in _NOT_LISTED:
                owner = item if name in _OWN_EVENTS else None
                waiting.extend((inner, owner) for inner in reversed(item.items(name)))


class _Reader:
    """Reads one event."""

    def __init__(self, item: Item, around: Item | None, url: str, zone: tzinfo) -> None:
        self._item = item
        self._around = around
        self._url = url
        self._zone = zone
        self._unread: dict[str, str] = {}

    def event(self) -> Event | None:
        """Return the event; None where it has neither a name nor performers."""
        item, performers = self._item, self._performers()
        title = one_line(item.text("name", "headline")) or ", ".join(performers[:5])
        if not title:
            return None
        place = self._places()
        venue, address, spot = _venue(place), _address(place), _spot(place)
        offers = tuple(_offers(item))
        when = self._when("starts", item.text("startDate"))
        return Event(
            title=title,
            id=self._id(),
            performers=performers,
            when=when,
            ends=self._when("ends", item.text("endDate")),
            doors=self._when("doors", item.text("doorTime")),
            before=self._when("", item.text("previousStartDate")),
            venue=venue,
            city=one_line(address.text("addressLocality")) if address else "",
            country=_country(address) if address else "",
            place=spot,
            status=_status(item),
            is_sold_out=_is_sold_out(offers),
            on_sale=self._earliest(offers),
            price=self._price(offers),
            genres=_genres(item),
            about=_words(item.text("description")),
            url=self._link(),
            unread=tuple(self._unread.items()),
            # Without its number on the page, which changes with every event before it.
            evidence=f"{item.syntax} startDate",
        )

    def _id(self) -> str:
        """Return its own identifier; a mere mark inside the page is none."""
        stated = self._item.id
        return stated if bared(stated.partition("#")[0]) not in ("", bared(self._url)) else ""

    def _link(self) -> str:
        stated = (*self._item.texts("url"), *self._item.texts("mainEntityOfPage"), self._item.id)
        offered = (text for offer in _offers(self._item) for text in offer.texts("url"))
        addresses = (web_address(self._url, text) for text in (*stated, *offered) if not text.startswith(("#", "_:")))
        return next(filter(None, addresses), "")

    def _performers(self) -> tuple[str, ...]:
        stated = [name for name in _PERFORMERS if name in self._item.properties]
        named = [one_line(text) for name in stated for text in _named(self._item, name)]
        if not named and self._around is not None and self._around.is_a(*_WHO_PERFORMS):
            named = [one_line(self._around.text("name"))]
        return tuple(dict.fromkeys(filter(None, named)))[:MOST_PERFORMERS]

    def _places(self) -> tuple[Item | str, ...]:
        stated = self._item.properties.get("location", ())
        if not stated and self._around is not None and self._around.properties.keys() & {"address", "geo"}:
            return (self._around,)
        return tuple(value for value in stated if isinstance(value, str) or not value.is_a("VirtualLocation"))

    def _when(self, fact: str, text: str) -> When | None:
        when = read_when(text, self._zone) if text else None
        if text and when is None and fact:
            self._unread[fact] = f"“{plain_line(text, 60)}” is no date"
        return when

    def _earliest(self, offers: Iterable[Item]) -> When | None:
        stated = (offer.text("validFrom", "availabilityStarts") for offer in offers)
        read = [when for text in stated if text and (when := begun_sale(read_when(text, self._zone)))]
        return min(read, key=lambda when: _order(when, self._zone), default=None)

    def _price(self, offers: Sequence[Item]) -> Money | None:
        """Return the lowest price of what can still be had, if all are of one currency."""
        open_ones = [offer for offer in offers if not _says_sold_out(offer)] or offers
        stated = [price for offer in open_ones if (price := _lowest(offer))]
        if len({price.currency for price in stated}) > 1:
            self._unread["price"] = "the page states prices in several currencies"
            return None
        return min(stated, key=lambda price: price.amount, default=None)


def one_line(text: str) -> str:
    """Return a stated name as one line."""
    return plain_line(html.unescape(text) if "&" in text else text, MAX_NAME)


def _words(text: str) -> str:
    return words_of(text, MAX_TEXT)


def _named(item: Item, name: str) -> Iterator[str]:
    """Yield the texts, or names, of a property's values."""
    for value in item.properties[name]:
        text = value if isinstance(value, str) else value.text("name")
        if text and not text.startswith(("http://", "https://")):
            yield text


def _venue(places: Iterable[Item | str]) -> str:
    named = (place if isinstance(place, str) else place.text("name") for place in places)
    return next(filter(None, (one_line(text) for text in named if not text.startswith(("http:", "https:")))), "")


def _address(places: Iterable[Item | str]) -> Item | None:
    for place in places:
        if isinstance(place, Item):
            if place.is_a("PostalAddress"):
                return place
            if found := place.items("address"):
                return found[0]
    return None


def _country(address: Item) -> str:
    named = next(iter(address.items("addressCountry")), None)
    return one_line(named.text("name", "identifier") if named else address.text("addressCountry"))


def _spot(places: Iterable[Item | str]) -> Coordinates | None:
    for place in places:
        if isinstance(place, Item):
            for holder in (*place.items("geo"), place):
                spot = read_coordinates(holder.text("latitude"), holder.text("longitude"))
                if spot:
                    return spot
    return None


def _status(item: Item) -> str:
    """Return how it stands; where several are stated (rescheduled and moved online), the first that is no plain one."""
    stated = [*item.texts("eventStatus"), *(inner.id for inner in item.items("eventStatus"))]
    known = [_STATUSES[word] for text in stated if (word := _word(text)) in _STATUSES]
    return next((status for status in known if status != "scheduled"), known[0] if known else "")


def _genres(item: Item) -> tuple[str, ...]:
    kinds = [GENRES[type_] for type_ in item.types if type_ in GENRES]
    return tuple(dict.fromkeys([*kinds, *filter(None, map(one_line, item.texts("genre")))]))


def _offers(item: Item) -> Iterator[Item]:
    """Yield the offers of an event, and those inside them."""
    for offer in item.items("offers"):
        yield offer
        yield from offer.items("offers")


def _word(text: str) -> str:
    return _LETTERS.sub("", text.strip().rstrip("/").rpartition("/")[2].lower())


def _says_sold_out(offer: Item) -> bool:
    return any(_word(text) in _SOLD_OUT for text in offer.texts("availability"))


def _is_sold_out(offers: Sequence[Item]) -> bool:
    stated = [offer for offer in offers if offer.texts("availability")]
    return bool(stated) and all(map(_says_sold_out, stated))


def _lowest(offer: Item) -> Money | None:
    """Return the lowest price that an offer states; a text that leaves a doubt states none."""
    holders = (offer, *offer.items("priceSpecification"))
    for holder in holders:
        text = holder.text("lowPrice", "price", "minPrice")
        if not text:
            continue
        named = holder.text("priceCurrency") or offer.text("priceCurrency")
        code = currency_code(named) if named else None
        if _AMOUNT.fullmatch(text):
            return Money(Decimal(text), code)
        reading = read_money(text, currency=code)
        if reading is not None and reading.sure:
            return Money(reading.amount, code or reading.currency)
    return None


def _order(when: When, zone: tzinfo) -> tuple[bool, str, datetime | None]:
    begins = when.begins(zone)
    return begins is None, str(when.day), begins

"""The kind `concerts` keeps what every kind promises, for each form in which events are announced."""

import json
from types import MappingProxyType
from typing import Any

from watchers.concerts import Concerts
from watchers.testing import WatcherContract

DESCRIBED = [
    {
        "@type": "MusicEvent",
        "name": "Tool: Fear Inoculum Tour",
        "url": "/events/1",
        "startDate": "2026-09-01T20:00:00-04:00",
        "doorTime": "2026-09-01T19:00:00-04:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "performer": [{"@type": "MusicGroup", "name": "Tool"}, {"@type": "MusicGroup", "name": "Brass &amp; Co"}],
        "location": {
            "@type": "Place",
            "name": "Town Hall",
            "address": {"@type": "PostalAddress", "addressLocality": "Boston", "addressCountry": "US"},
            "geo": {"@type": "GeoCoordinates", "latitude": 42.35, "longitude": -71.06},
        },
        "offers": [
            {"@type": "Offer", "price": "60.00", "priceCurrency": "USD", "validFrom": "2026-06-05T10:00:00-04:00"},
            {"@type": "Offer", "price": "95.00", "priceCurrency": "USD"},
        ],
    },
    {
        "@type": "Festival",
        "name": "Harbour Days",
        "startDate": "2026-07-03",
        "endDate": "2026-07-05",
        "eventStatus": ["https://schema.org/EventRescheduled", "https://schema.org/EventMovedOnline"],
        "previousStartDate": "2026-06-26",
        "location": "Old harbour",
        "offers": {"@type": "Offer", "availability": "https://schema.org/SoldOut", "price": "free"},
    },
    {"@type": "TheaterEvent", "name": "Hamlet", "startDate": "soon", "location": {"@type": "VirtualLocation"}},
]


def page(events: list[dict[str, Any]]) -> bytes:
    graph = json.dumps({"@context": "https://schema.org", "@graph": events})
    return f'<!doctype html><title>Programme</title><script type="application/ld+json">{graph}</script>'.encode()


CALENDAR = [
    (
        "BEGIN:VEVENT\r\nUID:7@hall.example\r\nDTSTART:20260901T180000Z\r\nDURATION:PT3H\r\nSUMMARY:Tool\\, live\r\n"
        "LOCATION:Town Hall\\, Boston\r\nGEO:42.35;-71.06\r\nSTATUS:CANCELLED\r\nURL:https://hall.example/7\r\nEND:VEVENT\r\n"
    ),
    (
        "BEGIN:VEVENT\r\nUID:jazz@hall.example\r\nDTSTART;VALUE=DATE:20260603\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"
        "SUMMARY:Jazz night\r\nDESCRIPTION:<p>Free</p>\r\nCATEGORIES:jazz\r\nEND:VEVENT\r\n"
    ),
]
ITEMS = [
    "<item><title>Tool play in May</title><link>https://hall.example/a</link><guid>a</guid></item>",
    (
        "<item><title>Jazz night</title><link>https://hall.example/b</link><guid>b</guid><category>jazz</category>"
        "<pubDate>Mon, 04 May 2026 10:00:00 +0200</pubDate><description>Each Monday</description></item>"
    ),
]
FOUND = [
    {
        "type": "event",
        "id": f"Z{number}",
        "name": f"Night {number}",
        "url": f"https://tickets.example/{number}",
        "dates": {"start": {"localDate": f"2026-09-0{number}", "localTime": "20:00:00"}, "status": {"code": "onsale"}},
        "priceRanges": [{"type": "standard", "currency": "USD", "min": 40.5, "max": 90}],
        "_embedded": {"venues": [{"name": "Town Hall", "city": {"name": "Boston"}, "timezone": "America/New_York"}]},
    }
    for number in (1, 2, 3)
]


def calendar(events: list[str]) -> bytes:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


def feed(items: list[str]) -> bytes:
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Hall</title>{"".join(items)}</channel></rss>'.encode()
    )


def search(events: list[dict[str, Any]]) -> bytes:
    return json.dumps({"_embedded": {"events": events}, "page": {"totalElements": len(events)}}).encode()


class TestPage(WatcherContract):
    watcher = Concerts(url="https://hall.example/events", near="42.36,-71.06")
    answers = page(DESCRIBED)
    reordered = page(DESCRIBED[::-1])
    headers = MappingProxyType({"content-type": "text/html; charset=utf-8"})


class TestCalendar(WatcherContract):
    watcher = Concerts(url="webcal://hall.example/events.ics", near="42.36,-71.06")
    answers = calendar(CALENDAR)
    reordered = calendar(CALENDAR[::-1])
    cursor = "2026-06-01 UTC"


class TestFeed(WatcherContract):
    watcher = Concerts(url="https://hall.example/rss")
    answers = feed(ITEMS)
    reordered = feed(ITEMS[::-1])


class TestSearch(WatcherContract):
    watcher = Concerts(key="a-key-of-mine", city="Boston", country="us", classification="music")
    answers = search(FOUND)
    reordered = search(FOUND[::-1])
    cursor = "1"

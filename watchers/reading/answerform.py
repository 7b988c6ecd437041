"""What an answer is written in, for kinds that take a calendar, a feed, a service's JSON or a page alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from watchers.api import Page, SourceChanged, SourceUnavailable
from watchers.door.answers import what_stands_in_the_way
from watchers.reading.feedencoding import decode_document
from watchers.reading.html import Document, open_document
from watchers.reading.item import Item
from watchers.reading.links import web_address
from watchers.reading.markup import items
from watchers.reading.xmlfeed import outline

Form = Literal["calendar", "json", "feed", "page"]

_HEAD: Final = 4_000
_OFFERED: Final = (
    "link[rel~=alternate][type='text/calendar']",
    "a[href^='webcal']",
    "a[href$='.ics']",
    "link[rel~=alternate][type$='+xml']",
    "link[rel~=alternate][type='application/feed+json']",
)
_CALENDAR: Final = re.compile(r"\s*BEGIN\s*:\s*V(?:CALENDAR|EVENT)\b", re.IGNORECASE)


def form_of(page: Page) -> Form:
    """Return what an answer is written in, whatever its content type says; what is nothing else is a page."""
    text = decode_document(page.body, page.charset).lstrip("\ufeff \t\r\n")
    if _CALENDAR.match(text[:_HEAD]):
        return "calendar"
    if text[:1] in ("{", "["):
        return "json"
    return "feed" if outline(text).is_feed else "page"


def described_on(page: Page) -> tuple[Document, list[Item]]:
    """Return a page with the things that its structured data describes.

    Raises:
        SourceRefused: Something else stands before the page: a bot check, a sign-in, a question about cookies.
        SourceUnavailable: The page is empty.
    """
    gate = what_stands_in_the_way(page)
    if gate is not None:
        raise gate
    if not page.body.strip():
        raise SourceUnavailable("the answer is empty")
    document = open_document(page.body, page.charset)
    return document, items(document)


def nothing_described(document: Document, url: str, wanted: str) -> SourceChanged:
    """Return the trouble of a page that describes nothing of what is wanted, with what it offers instead.

    Args:
        document: The page.
        url: Its address.
        wanted: Such as "events".
    """
    offered = next(_offered(document, url), "")
    instead = f"; it offers {offered}: give the rule that address" if offered else ": give its calendar or feed instead"
    return SourceChanged(f"the page describes no {wanted} in a form for programs (schema.org){instead}")


def _offered(document: Document, url: str) -> Iterator[str]:
    """Yield the addresses of the calendars, then of the feeds, that a page names."""
    for selector in _OFFERED:
        for link in document.tree.css(selector):
            # The scheme only tells a browser which program is to subscribe.
            href = re.sub(r"^webcals?:", "https:", link.attributes.get("href") or "", flags=re.IGNORECASE)
            if address := web_address(url, href):
                yield address

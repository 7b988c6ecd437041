"""How the pages of the little world are written: a shop's product, a feed, a library of records."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from agent.demo.world import NOT_HERE, Answer


def product(name: str, price: str) -> Answer:
    """Return a product page as shops write them: for eyes, and as schema.org's JSON-LD (https://schema.org/Product)."""
    offer = {
        "@type": "Offer",
        "price": price,
        "priceCurrency": "USD",
        "availability": "https://schema.org/InStock",
    }
    stated = json.dumps({"@context": "https://schema.org", "@type": "Product", "name": name, "offers": offer})
    html = f"""<!doctype html>
<html lang="en">
  <head><title>{escape(name)}</title><script type="application/ld+json">{stated}</script></head>
  <body><h1>{escape(name)}</h1><p class="price">${price}</p><button>Add to cart</button></body>
</html>"""
    return Answer(html, "text/html; charset=utf-8")


def feed(title: str, *entries: str) -> Answer:
    """Return a feed with these headlines (RSS 2.0: https://www.rssboard.org/rss-specification), the newest first."""
    items = "".join(
        f"<item><title>{escape(entry)}</title><guid isPermaLink='false'>{_identity(entry)}</guid></item>"
        for entry in reversed(entries)
    )
    head = (
        f"<title>{escape(title)}</title><link>http://127.0.0.1/</link><description>News of a little world</description>"
    )
    return Answer(f"<rss version='2.0'><channel>{head}{items}</channel></rss>", "application/rss+xml; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the one artist there is."""

    title: str
    type: str
    date: str


class Library:
    """A look-alike of MusicBrainz with one artist: it finds the artist by name, and lists the records.

    The requests and answers are those of https://musicbrainz.org/doc/MusicBrainz_API, as far as a watch of one artist
    with a few records asks.
    """

    SEARCH = "/ws/2/artist"
    BROWSE = "/ws/2/release-group"

    def __init__(self, artist: str, records: Sequence[Record]) -> None:
        self.records = list(records)
        self._artist = {"id": _identity(artist), "name": artist, "sort-name": artist}

    def search(self, query: Mapping[str, str]) -> Answer:
        """Answer a search for artists."""
        found = [self._artist] if f'artist:"{self._artist["name"]}"' in query.get("query", "") else []
        return _json({"count": len(found), "offset": 0, "artists": found})

    def browse(self, query: Mapping[str, str]) -> Answer:
        """Answer with a page of an artist's records."""
        if query.get("artist") != self._artist["id"]:
            return NOT_HERE
        offset, limit = int(query.get("offset", "0")), int(query.get("limit", "25"))
        page = [self._shown(record) for record in self.records[offset : offset + limit]]
        counts = {"release-group-count": len(self.records), "release-group-offset": offset}
        return _json({**counts, "release-groups": page})

    def _shown(self, record: Record) -> dict[str, Any]:
        return {
            "id": _identity(record.title),
            "title": record.title,
            "primary-type": record.type,
            "secondary-types": [],
            "first-release-date": record.date,
            "disambiguation": "",
            "artist-credit": [{"name": self._artist["name"], "joinphrase": "", "artist": self._artist}],
        }


def _json(value: object) -> Answer:
    return Answer(json.dumps(value), "application/json; charset=utf-8")


def _identity(name: str) -> str:
    """Return an id that is always the same for the same name, in the form that MusicBrainz uses."""
    return str(uuid5(NAMESPACE_URL, f"demo:{name}"))

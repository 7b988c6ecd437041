"""A small MusicBrainz: a real HTTP server on 127.0.0.1 that speaks the part of ws/2 which the `music` kind uses.

    with MusicBrainz(tool, records) as server:
        Music(artist="Tool", server=server.url) …

It searches, looks up and browses; sorts, pages, merges and limits like the real one, as its documentation describes
(https://musicbrainz.org/doc/MusicBrainz_API) and as its public source shows: within a page entries come in the order of
their MBIDs, a browse by the MBID of a merged artist silently answers for the artist that it was merged into, a lookup
of it redirects.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, quote, urlsplit

AGENT = re.compile(r"[^/\s]+/[^/\s]+ \( ?\S+ ?\)")
PHRASE = re.compile(r'(artist|alias|sortname):"((?:\\.|[^"\\])*)"')
FUZZY = re.compile(r"artist:\(((?:\\.|[^)\\])*)\)")


def mbid(name: str) -> str:
    """Return an MBID that is always the same for the same name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


@dataclass
class Artist:
    """An artist of the little world."""

    name: str
    id: str = ""
    aliases: tuple[str, ...] = ()
    disambiguation: str = ""
    country: str | None = None
    begin: str | None = None
    end: str | None = None

    def __post_init__(self) -> None:
        self.id = self.id or mbid(f"artist {self.name} {self.disambiguation}")

    def shown(self) -> dict[str, Any]:
        """Return the artist as a lookup and a search show it."""
        return {
            "id": self.id,
            "name": self.name,
            "sort-name": self.name,
            "disambiguation": self.disambiguation,
            "country": self.country,
            "gender": None,
            "begin-area": None,
            "life-span": {"begin": self.begin, "end": self.end, "ended": self.end is not None},
            "aliases": [{"name": alias, "sort-name": alias} for alias in self.aliases],
        }


@dataclass
class Group:
    """A release group of the little world."""

    title: str
    artists: tuple[Artist, ...]
    type: str | None = "Album"
    secondary_types: tuple[str, ...] = ()
    date: str = ""
    disambiguation: str = ""
    is_official: bool = True
    id: str = ""

    def __post_init__(self) -> None:
        self.id = self.id or mbid(f"group {self.title} {self.date} {self.disambiguation}")

    def shown(self) -> dict[str, Any]:
        """Return the group as a browse with artist credits shows it."""
        last = len(self.artists) - 1
        return {
            "id": self.id,
            "title": self.title,
            "primary-type": self.type,
            "secondary-types": list(self.secondary_types),
            "first-release-date": self.date,
            "disambiguation": self.disambiguation,
            "artist-credit": [
                {
                    "name": artist.name,
                    "joinphrase": "" if place == last else " & ",
                    "artist": {"id": artist.id, "name": artist.name, "sort-name": artist.name},
                }
                for place, artist in enumerate(self.artists)
            ],
        }


class Answered(Exception):
    """Another answer than 200."""

    def __init__(self, status: int, error: str, **headers: str) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error, "help": "For usage, please see: https://musicbrainz.org/development/mmd"}
        self.headers = headers


@dataclass
class MusicBrainz:
    """The server with its world; it may be changed while it runs.

    Attributes:
        merged: Former MBIDs of artists, with the present ones.
        asked: The path and query of every request, in order.
        before: Called with each path before it is answered, to let the world move meanwhile.
        busy: How many more requests are refused with 503.
        largest_page: How many entries a page has at most, whatever is asked for.
    """

    artists: list[Artist] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    merged: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    before: Callable[[str], None] = lambda path: None
    busy: int = 0
    largest_page: int = 100

    def __enter__(self) -> Self:
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The address to write as `server:`."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def answer(self, target: str, headers: Message) -> dict[str, Any]:
        """Return the answer to one request."""
        self.asked.append(target)
        self.before(target)
        if not AGENT.fullmatch(headers.get("user-agent", "")):
            raise Answered(403, "Your User-Agent names no program with a version and a contact")
        if self.busy:
            self.busy -= 1
            raise Answered(503, "Your requests are exceeding the allowable rate limit.", Retry_After="7")
        path, query = (
            urlsplit(target).path,
            {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()},
        )
        match path.removeprefix("/ws/2/").split("/"):
            case ["artist"] if "query" in query:
                return self.search(query)
            case ["artist", wanted]:
                return self.lookup(wanted, target)
            case ["release-group"] if "artist" in query:
                return self.browse(query)
        raise Answered(404, "Not Found")

    def search(self, query: dict[str, str]) -> dict[str, Any]:
        """Search artists by phrases (every word, without regard to case) or by words spelt nearly so."""
        phrases = [
            " ".join(re.sub(r"\\(.)", r"\1", text).casefold().split()) for _, text in PHRASE.findall(query["query"])
        ]
        fuzzy = FUZZY.search(query["query"])
        if not phrases and not fuzzy:
            raise Answered(400, f"cannot parse {query['query']}")
        words = [re.sub(r"\\(.)", r"\1", word.rstrip("~"))[:3] for word in fuzzy[1].split()] if fuzzy else []

        def fits(artist: Artist) -> bool:
            names = [name.casefold() for name in (artist.name, *artist.aliases)]
            return any(said in name for said in phrases for name in names) or any(
                word in name for word in words for name in names
            )

        found = [artist.shown() for artist in self.artists if fits(artist)]
        return {"created": "2026-06-01T12:00:00.000Z", "count": len(found), "offset": 0, "artists": found}

    def lookup(self, wanted: str, target: str) -> dict[str, Any]:
        """Look an artist up; a former MBID redirects."""
        if wanted in self.merged:
            there = target.replace(wanted, self.merged[wanted])
            raise Answered(301, "Moved", Location=f"{self.url}{quote(there, safe='/?&=%+')}")
        return self.known(wanted).shown()

    def browse(self, query: dict[str, str]) -> dict[str, Any]:
        """List the release groups of an artist, a page at a time."""
        artist = self.known(self.merged.get(query["artist"], query["artist"]))
        types = query.get("type", "").split("|") if "type" in query else []
        groups = [
            group
            for group in self.groups
            if artist.id in [credited.id for credited in group.artists]
            and (group.is_official or query.get("release-group-status", "all") == "all")
            and (not types or (group.type or "").lower() in types)
        ]
        groups.sort(key=lambda group: (group.type or "~", group.secondary_types, group.date or "~", group.title))
        offset, limit = int(query.get("offset", 0)), min(int(query.get("limit", 25)), self.largest_page)
        page = sorted(groups[offset : offset + limit], key=lambda group: group.id)
        return {
            "release-group-count": len(groups),
            "release-group-offset": offset,
            "release-groups": [group.shown() for group in page],
        }

    def known(self, wanted: str) -> Artist:
        """Return an artist by its MBID."""
        for artist in self.artists:
            if artist.id == wanted:
                return artist
        raise Answered(404, "Not Found")


def _handler(world: MusicBrainz) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                status, content, headers = 200, world.answer(self.path, self.headers), {}
            except Answered as other:
                status, content, headers = other.status, other.body, other.headers
            body = json.dumps(content).encode()
            etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
            if status == 200 and self.headers.get("if-none-match") == etag:
                status, body = 304, b""
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("ETag", etag)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing: `asked` has it."""

    return Handler

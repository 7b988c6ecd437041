"""A world of one band for the tests of the `music` kind, and a way to look at it."""

from __future__ import annotations

import urllib.error
import urllib.request
from datetime import timedelta

from tests.musicbrainz_server import Artist, Group, MusicBrainz
from watchers.api import Page, Poll, Request, SourceGone, SourceUnavailable
from watchers.music import Music
from watchers.testing import Answer, CannedContext, check_poll, poll_once

TOOL = Artist("Tool", disambiguation="US progressive metal band", country="US", begin="1990-01")
UNDERTOW = Group("Undertow", (TOOL,), date="1993-04-06")
OPIATE = Group("Opiate", (TOOL,), "EP", date="1992-03-10")


class Wire:
    """Asks over a real connection; remembers the last answer of each address, as the agent does."""

    def __init__(self) -> None:
        self.etags: dict[str, str] = {}

    def __call__(self, request: Request) -> Answer:
        headers = {"User-Agent": "trusted-agent/0.1 ( owner@home.example )", **request.headers}
        if not request.whole and request.url in self.etags:
            headers["If-None-Match"] = self.etags[request.url]
        try:
            with urllib.request.urlopen(urllib.request.Request(request.url, headers=headers), timeout=10) as reply:
                self.etags[request.url] = reply.headers["ETag"]
                return Page(reply.url, reply.read(), {"content-type": reply.headers["Content-Type"]})
        except urllib.error.HTTPError as error:
            with error:
                return self.trouble(request, error)

    def trouble(self, request: Request, error: urllib.error.HTTPError) -> Answer:
        if error.code == 304:
            return Page(request.url, b"", unchanged=True)
        if error.code == 404:
            return SourceGone("HTTP 404")
        wait = timedelta(seconds=int(error.headers.get("Retry-After", 0)))
        return SourceUnavailable(f"HTTP {error.code}", retry_after=wait)


def look(watch: Music, context: CannedContext) -> Poll:
    """Poll once and keep the cursor, as the agent does."""
    poll = poll_once(watch, context)
    assert isinstance(poll, Poll)
    check_poll(Music.kind, poll)
    context.cursor = poll.cursor
    return poll


def titles(poll: Poll) -> list[str]:
    return sorted(str(seen.facts["title"]) for seen in poll.observations)


def records(count: int, artist: Artist = TOOL, **options: str) -> list[Group]:
    return [Group(f"Record {number:04}", (artist,), **options) for number in range(count)]


def asked(server: MusicBrainz, path: str) -> int:
    return sum(target.startswith(f"/ws/2/{path}") for target in server.asked)

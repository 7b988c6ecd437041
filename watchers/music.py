"""New releases of an artist, as MusicBrainz lists them.

    artist's name ─▶ search ─▶ MBID ─▶ every page of its release groups ─▶ one observation for each
                               └ kept in the cursor, so that later polls begin here

The web service is described at https://musicbrainz.org/doc/MusicBrainz_API. It asks for at most one request a second
and for a User-Agent that names the program and a contact: https://musicbrainz.org/doc/MusicBrainz_API/Rate_Limiting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, Self
from urllib.parse import urlencode

from pydantic import Field, field_validator, model_validator

from watchers.api import (
    UNCHANGED,
    Context,
    Day,
    Fact,
    FactSpec,
    Kind,
    Observation,
    Page,
    Poll,
    Request,
    SourceChanged,
    SourceGone,
    SourceRefused,
    SourceUnavailable,
    Text,
    Texts,
    Unchanged,
    known,
)
from watchers.door.services import checked_server
from watchers.reading.musicbrainz import (
    MBID,
    PRIMARY_TYPES,
    Answer,
    Artist,
    Release,
    day,
    read_answer,
)
from watchers.reading.names import folded, fuzzy_terms, phrase
from watchers.service import ServiceWatcher

VARIOUS_ARTISTS: Final = "89ad4ac3-39f7-470e-963a-56509c546377"
"""The artist to whom every compilation is credited: https://musicbrainz.org/doc/Style/Unknown_and_untitled/Special_purpose_artist."""

PAGE_SIZES: Final = (100, 90)
"""The entries of a page, at most 100, at the first reading and at a second one.

The server sorts by type, date and title and leaves equal ones in any order, so that two of them at the seam of two
pages may come twice and not at all. Pages of another size have their seams elsewhere.
"""

MOST_RELEASES: Final = 3000
"""What a poll reads at most: 30 requests, half a minute at the pace that is allowed."""

MOST_PAGES: Final = MOST_RELEASES // 25
"""A mirror may give smaller pages than it is asked for; no smaller ones than the 25 entries that are the default."""

MOST_NAMED: Final = 8
"""How many artists an error lists."""

_ADDRESS = re.compile(rf"(?:https?://\S+/artist/)?({MBID.pattern})(?:[/?#]\S*)?", re.IGNORECASE)
_CURSOR = re.compile(rf"({MBID.pattern}) (\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listing:
    """Every release group of an artist, as one reading of all pages found them.

    Attributes:
        is_whole: Every page named the same count, and that many different ones were seen: nothing moved meanwhile.
    """

    releases: tuple[Release, ...]
    pages: int
    unreadable: int
    is_whole: bool


class Music(ServiceWatcher):
    """Watch for new releases of an artist."""

    public_host: ClassVar[str] = "musicbrainz.org"
    kind: ClassVar[Kind] = Kind(
        name="music",
        shape="stream",
        summary="New releases of an artist, from MusicBrainz.",
        main="text",
        facts=(
            FactSpec("text", Text, "Title, artists and note together.", example="acoustic", told=False),
            FactSpec("title", Text, "The name of the release.", example="Fear Inoculum"),
            FactSpec("artist", Text, "The artists as they are printed on it.", example="Tool"),
            FactSpec("type", Text, "What it is first of all.", choices=PRIMARY_TYPES, example="album"),
            FactSpec(
                "secondary_types",
                Texts,
                "What it is besides: live, compilation, remix, soundtrack, demo …; empty for a plain studio record.",
                example="live",
            ),
            FactSpec(
                "released",
                Day,
                "When it came or comes out first, as exact as it is known: a day, a month or a year.",
                example="2026-05-13",
            ),
            FactSpec(
                "disambiguation",
                Text,
                "A note that tells it from others of the same name.",
                example="2007 re-recording",
            ),
        ),
    )

    artist: str = Field(
        default="",
        description="The artist's name, without regard to case and accents, also an alias; or the MBID or the "
        "MusicBrainz page. Where several artists have the name, the error lists them.",
    )
    mbid: str = Field(
        default="",
        description="The artist's MBID or MusicBrainz page, where the name is not enough; `artist` is then a label.",
    )
    server: str = Field(
        default="https://musicbrainz.org", description="The address of a mirror of MusicBrainz, without /ws/2."
    )
    types: tuple[Literal["album", "single", "ep", "broadcast", "other"], ...] = Field(
        default=(),
        description="Ask the server for these types alone: fewer requests for an artist with thousands of releases.",
    )
    unofficial: bool = Field(
        default=False, description="Also what exists only as bootleg, promotion or pseudo-release."
    )

    @field_validator("mbid")
    @classmethod
    def _is_mbid(cls, value: str) -> str:
        match = _ADDRESS.fullmatch(value)
        if value and not match:
            raise ValueError("an MBID looks like 66fc5bf8-daa4-4241-b378-9bc9077939d2; paste the artist's page instead")
        return match[1].lower() if match else ""

    @field_validator("server")
    @classmethod
    def _is_a_server(cls, server: str) -> str:
        return checked_server(server, "https://musicbrainz.org", "/ws/2")

    @model_validator(mode="after")
    def _names_one_artist(self) -> Self:
        if not (self.artist or self.mbid):
            raise ValueError("write artist: with a name, or mbid: with the artist's MBID")
        if self._stated == VARIOUS_ARTISTS or (not self._stated and folded(self.artist) == "various artists"):
            raise ValueError(_VARIOUS)
        return self

    @property
    def label(self) -> str:
        """The artist as written, and the server."""
        return f"music: {self.artist or self.mbid} ({self._host})"

    async def poll(self, context: Context) -> Poll | Unchanged:
        """Read the artist's whole list, or nothing.

        1. Find the artist: the cursor knows it, or the options name it, or a search does.
        2. Read every page; a list that fitted one page is asked for on condition that it changed.
        3. Where the server credits somebody else throughout, learn into whom the artist was merged.
        """
        last = _CURSOR.fullmatch(context.cursor or "")
        mbid, notices = (last[1], ()) if last else await self._identity(context)
        try:
            listing = await self._listing(context, mbid, was_long=bool(last and int(last[2]) > 1))
        except SourceGone as gone:
            raise SourceGone(f"{self._host} has no artist {mbid}: deleted, or a wrong MBID or server") from gone
        if listing is None:
            return UNCHANGED
        mbid, merged = await self._followed(context, mbid, listing.releases)
        return Poll(
            tuple(map(self._observation, listing.releases)),
            cursor=f"{mbid} {listing.pages}",
            notices=(*notices, *merged, *_unread(listing.unreadable)),
            # What the heir of a merged artist made before is nothing new.
            is_baseline=bool(merged),
        )

    def read(self, page: Page, context: Context) -> Poll:
        """Return the release groups (or releases) of one saved answer, in JSON or XML."""
        answer = read_answer(page.body)
        notices = _unread(answer.unreadable)
        if answer.artists:
            notices = (*notices, f"the answer names artists, no releases: {_listed(answer.artists)}")
        return Poll(tuple(map(self._observation, _once(answer.releases))), notices=notices)

    @property
    def _stated(self) -> str:
        """The MBID that the options name, if they do."""
        match = _ADDRESS.fullmatch(self.artist)
        return self.mbid or (match[1].lower() if match else "")

    async def _identity(self, context: Context) -> tuple[str, tuple[str, ...]]:
        """Return the MBID of the artist that the options mean, with a notice where a search found it."""
        if self._stated:
            return self._stated, ()
        name = phrase(self.artist)
        found = (await self._search(context, f"artist:{name} OR alias:{name} OR sortname:{name}")).artists
        fitting = fitting_artists(self.artist, found)
        if not fitting:
            near = (await self._search(context, f"artist:({fuzzy_terms(self.artist)})")).artists
            known_as = f"; the nearest: {_listed((*found, *near))}" if found or near else ""
            raise SourceRefused(f"{self._host} has no artist named “{self.artist}”{known_as}")
        if len(fitting) > 1:
            raise SourceRefused(
                f"{len(fitting)} artists are named “{self.artist}”: {_listed(fitting)}. "
                "Write mbid: with that of the one you mean"
            )
        self._refuse_various(fitting[0].id)
        return fitting[0].id, (f"“{self.artist}” is taken to be {fitting[0]}",)

    async def _search(self, context: Context, query: str) -> Answer:
        return await self._ask(context, "artist", query=query, limit="100")

    async def _ask(self, context: Context, path: str, **query: str) -> Answer:
        page = await context.fetch(self._request(path, is_whole=True, **query))
        return await context.parse(read_answer, page.body)

    def _request(self, path: str, *, is_whole: bool, **query: str) -> Request:
        """Return a request to the web service; `is_whole` where its answer is needed even if it is an old one."""
        return Request(f"{self.server}/ws/2/{path}?{urlencode({**query, 'fmt': 'json'})}", whole=is_whole)

    async def _listing(self, context: Context, mbid: str, *, was_long: bool) -> Listing | None:
        """Return all release groups of an artist, or None where they are those of the last poll.

        A list that was long (more than a page) at the last poll is read whole: one unchanged page says nothing of it.
        """
        for size in PAGE_SIZES:
            listing = await self._reading(context, mbid, size, is_whole=was_long or size != PAGE_SIZES[0])
            if listing is None or listing.is_whole:
                return listing
        raise SourceUnavailable("the list of releases changed while it was read, and again at a second reading")

    async def _reading(self, context: Context, mbid: str, size: int, *, is_whole: bool) -> Listing | None:
        """Read all pages once."""
        answers: list[Answer] = []
        offset = 0
        while not answers or (answers[-1].listed and offset < (answers[-1].count or 0) and len(answers) < MOST_PAGES):
            page = await context.fetch(self._browse(mbid, size, offset, is_whole=is_whole or offset > 0))
            if page.unchanged and not (is_whole or offset):
                return None
            answers.append(await context.parse(read_answer, page.body))
            offset += answers[-1].listed
            self._refuse_many(answers[-1].count)
        releases = _once(release for answer in answers for release in answer.releases)
        unreadable = sum(answer.unreadable for answer in answers)
        is_complete = {answer.count for answer in answers} == {len(releases) + unreadable}
        return Listing(releases, len(answers), unreadable, is_complete)

    def _browse(self, mbid: str, size: int, offset: int, *, is_whole: bool) -> Request:
        query = {"artist": mbid, "inc": "artist-credits", "limit": str(size), "offset": str(offset)}
        if self.types:
            query["type"] = "|".join(self.types)
        if not self.unofficial:
            query["release-group-status"] = "website-default"
        return self._request("release-group", is_whole=is_whole, **query)

    def _refuse_many(self, count: int | None) -> None:
        if count is None:
            raise SourceChanged("the server does not say how many releases it lists")
        if count > MOST_RELEASES:
            narrower = "name fewer types:" if self.types else "name the types: that matter, such as [album]"
            raise SourceRefused(f"{count} releases are too many to watch (at most {MOST_RELEASES}): {narrower}")

    def _refuse_various(self, mbid: str) -> None:
        if mbid == VARIOUS_ARTISTS:
            raise SourceRefused(_VARIOUS)

    async def _followed(
        self, context: Context, mbid: str, releases: tuple[Release, ...]
    ) -> tuple[str, tuple[str, ...]]:
        """Return the artist's present MBID, with a notice if it is another.

        A list asked for by the MBID of a merged artist is silently that of the artist it was merged into, whom its
        entries then credit; a lookup says who that is.
        """
        credited = frozenset[str]().union(*(release.artists for release in releases))
        if not credited or mbid in credited:
            return mbid, ()
        artists = (await self._ask(context, f"artist/{mbid}")).artists
        if not artists:
            raise SourceChanged("the server's answer to a lookup names no artist")
        if artists[0].id == mbid:
            return mbid, ()
        self._refuse_various(artists[0].id)
        return artists[0].id, (f"{self.artist or mbid} was merged into {artists[0]}, who is watched from now on",)

    def _observation(self, release: Release) -> Observation:
        released = day(release.date)
        note = f" ({release.disambiguation})" if release.disambiguation else ""
        credit = f" – {release.credit}" if release.credit else ""
        facts: dict[str, Fact | None] = {
            "text": Text(f"{release.title}{credit}{note}"),
            "title": Text(release.title),
            "artist": Text(release.credit) if release.credit else None,
            "type": Text(release.type) if release.type in PRIMARY_TYPES else None,
            "secondary_types": Texts(release.secondary_types) if release.secondary_types is not None else None,
            "released": released,
            "disambiguation": Text(release.disambiguation) if release.disambiguation else None,
        }
        unknown = {}
        if release.type and not facts["type"]:
            unknown["type"] = f"the type “{release.type}” is not one of {', '.join(PRIMARY_TYPES)}"
        if release.date and not released:
            unknown["released"] = f"“{release.date}” is no date"
        return Observation(
            key=release.id,
            facts=known(facts),
            unknown=unknown,
            evidence={"released": "first-release-date" if release.is_group else "date"} if released else {},
            link=f"{self.server}/{'release-group' if release.is_group else 'release'}/{release.id}",
        )


_VARIOUS = "Various Artists stands for every compilation there is: too many to watch; name an artist"


def fitting_artists(name: str, artists: Iterable[Artist]) -> tuple[Artist, ...]:
    """Return the artists that have this name; only where none has, those for whom it is another name.

    An alias is often a misspelling or a legal name, so it never makes an artist's own name ambiguous.
    """
    wanted, each = folded(name), {artist.id: artist for artist in artists}.values()
    named = tuple(artist for artist in each if folded(artist.name) == wanted)
    return named or tuple(artist for artist in each if wanted in map(folded, artist.other_names))


def _once(releases: Iterable[Release]) -> tuple[Release, ...]:
    """Return each release once, as it was seen first."""
    each: dict[str, Release] = {}
    for release in releases:
        each.setdefault(release.id, release)
    return tuple(each.values())


def _listed(artists: Iterable[Artist]) -> str:
    """Return artists for an error: each once, with what tells them apart."""
    each = tuple(dict.fromkeys(map(str, artists)))
    more = f"; and {len(each) - MOST_NAMED} more" if len(each) > MOST_NAMED else ""
    return "; ".join(each[:MOST_NAMED]) + more


def _unread(count: int) -> tuple[str, ...]:
    return (f"{count} entries of the answer have no MBID or no title",) if count else ()

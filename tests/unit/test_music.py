"""How the `music` kind finds an artist and what it sees, against a real server that speaks the protocol."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import ValidationError

from tests.music_world import OPIATE, TOOL, UNDERTOW, Wire, asked, look, titles
from tests.musicbrainz_server import Artist, Group, MusicBrainz
from watchers.api import Day, SourceRefused, Text, Texts
from watchers.music import VARIOUS_ARTISTS, Music
from watchers.testing import CannedContext, poll_once


@pytest.fixture
def server() -> Iterator[MusicBrainz]:
    with MusicBrainz([TOOL], [UNDERTOW, OPIATE]) as running:
        yield running


@pytest.fixture
def context() -> CannedContext:
    return CannedContext(Wire())


# Finding the artist


def test_a_name_finds_its_artist_and_says_whom_it_took(server, context):
    poll = look(Music(artist="Tool", server=server.url), context)
    assert titles(poll) == ["Opiate", "Undertow"]
    assert poll.notices == (f"“Tool” is taken to be Tool (US progressive metal band; US; since 1990) {TOOL.id}",)


def test_a_name_is_searched_once(server, context):
    watch = Music(artist="Tool", server=server.url)
    look(watch, context)
    server.groups.append(Group("Fear Inoculum", (TOOL,), date="2019-08-30"))
    assert look(watch, context).notices == ()
    assert asked(server, "artist") == 1


def test_a_running_watch_does_not_mind_that_its_name_becomes_ambiguous(server, context):
    watch = Music(artist="Tool", server=server.url)
    look(watch, context)
    server.artists.append(Artist("Tool", disambiguation="UK techno producer"))
    server.groups.append(Group("Lateralus", (TOOL,), date="2001-05-15"))
    assert "Lateralus" in titles(look(watch, context))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("TOOL", "Tool"),
        ("sigur ros", "Sigur Rós"),
        ("Guns N' Roses", "Guns N’ Roses"),
        ("  the   the ", "The The"),
        ("AC/DC", "AC/DC"),
        ("!!!", "!!!"),
        ("+/-", "+/-"),
        ("(((O)))", "(((O)))"),
        ("AND", "And"),
        ('"Weird Al" Yankovic', "“Weird Al” Yankovic"),
        ("back\\slash", "back\\slash"),
        ("Test: the band?*~", "Test: the band?*~"),
        ("サカナクション", "サカナクション"),
        ("فيروز", "فيروز"),
        ("Кино", "Кино"),
    ],
)
def test_an_artist_is_found_however_the_name_is_written(written, name, context):
    artist = Artist(name)
    # The real search leaves out case, accents and printer's marks as well; here an alias stands in for that.
    artist.aliases = (" ".join(written.split()),)
    with MusicBrainz([artist, Artist(f"{name} tribute")], [Group("A record", (artist,))]) as server:
        assert titles(look(Music(artist=written, server=server.url), context)) == ["A record"]


def test_an_alias_finds_the_artist_where_nobody_has_that_name(server, context):
    kino = Artist("Кино", aliases=("Kino",))
    server.artists.append(kino)
    server.groups.append(Group("Группа крови", (kino,)))
    assert titles(look(Music(artist="Kino", server=server.url), context)) == ["Группа крови"]


def test_the_alias_of_another_does_not_make_a_name_ambiguous(server, context):
    server.artists.append(Artist("Toolbox", aliases=("Tool",)))
    assert titles(look(Music(artist="Tool", server=server.url), context)) == ["Opiate", "Undertow"]


def test_an_ambiguous_name_is_an_error_that_lists_the_candidates(server, context):
    other = Artist("Tool", disambiguation="UK techno producer", country="GB", begin="2001", end="2009-03")
    server.artists += [other, Artist("Tool Box")]
    with pytest.raises(SourceRefused) as caught:
        poll_once(Music(artist="tool", server=server.url), context)
    assert caught.value.reason == (
        f"2 artists are named “tool”: Tool (US progressive metal band; US; since 1990) {TOOL.id}; "
        f"Tool (UK techno producer; GB; 2001–2009) {other.id}. Write mbid: with that of the one you mean"
    )


def test_an_error_does_not_list_candidates_without_end(context):
    with MusicBrainz([Artist("Nirvana", disambiguation=f"number {number}") for number in range(30)]) as server:
        with pytest.raises(SourceRefused, match="and 22 more") as caught:
            poll_once(Music(artist="Nirvana", server=server.url), context)
        assert caught.value.reason.startswith("30 artists are named")
        assert caught.value.reason.count("number") == 8


def test_a_name_that_nobody_has_is_an_error_with_the_nearest(server, context):
    metallica = Artist("Metallica")
    server.artists.append(metallica)
    with pytest.raises(SourceRefused, match=f"no artist named “Metalica”; the nearest: Metallica {metallica.id}"):
        poll_once(Music(artist="Metalica", server=server.url), context)


def test_a_name_without_neighbours_is_an_error_too(server, context):
    with pytest.raises(SourceRefused, match=r"no artist named “Qwxyz”$"):
        poll_once(Music(artist="Qwxyz", server=server.url), context)


@pytest.mark.parametrize(
    "written",
    [
        {"mbid": TOOL.id},
        {"mbid": TOOL.id.upper()},
        {"artist": TOOL.id},
        {"artist": f"https://musicbrainz.org/artist/{TOOL.id}/releases?page=2"},
        {"artist": "Tool", "mbid": f"https://musicbrainz.org/artist/{TOOL.id}"},
    ],
)
def test_an_mbid_needs_no_search(written, server, context):
    poll = look(Music(**written, server=server.url), context)
    assert titles(poll) == ["Opiate", "Undertow"]
    assert (poll.notices, asked(server, "artist")) == ((), 0)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({}, "write artist: with a name"),
        ({"artist": "  "}, "write artist: with a name"),
        ({"mbid": "Tool"}, "an MBID looks like"),
        ({"artist": "various artists"}, "too many to watch"),
        ({"mbid": VARIOUS_ARTISTS}, "too many to watch"),
        ({"artist": f"https://musicbrainz.org/artist/{VARIOUS_ARTISTS}"}, "too many to watch"),
        ({"artist": "Tool", "server": "musicbrainz.org"}, "a server looks like"),
        ({"artist": "Tool", "server": "https://me:secret@mirror.example"}, "under auth:"),
        ({"artist": "Tool", "server": "https://mirror.example/?a=b"}, "no \\? and no #"),
        ({"artist": "Tool", "types": ["albun"]}, "'album', 'single', 'ep'"),
    ],
)
def test_options_that_name_nothing_to_watch_are_refused(written, said):
    with pytest.raises(ValidationError, match=said):
        Music(**written)


def test_an_alias_of_various_artists_is_refused_too(server, context):
    server.artists.append(Artist("Various Artists", VARIOUS_ARTISTS, aliases=("VA",)))
    with pytest.raises(SourceRefused, match="too many to watch"):
        poll_once(Music(artist="VA", server=server.url), context)


# What is seen


def test_a_release_is_seen_with_all_that_is_stated_of_it(server, context):
    king = Artist("King Crimson")
    server.artists.append(king)
    server.groups[:] = [
        Group("Live in the Dark", (TOOL, king), "Single", ("Live", "Remix"), "2026-05", "benefit concert")
    ]
    (seen,) = look(Music(artist="Tool", server=server.url), context).observations
    assert seen.key == server.groups[0].id
    assert seen.link == f"{server.url}/release-group/{seen.key}"
    assert seen.facts == {
        "text": Text("Live in the Dark – Tool & King Crimson (benefit concert)"),
        "title": Text("Live in the Dark"),
        "artist": Text("Tool & King Crimson"),
        "type": Text("single"),
        "secondary_types": Texts(("live", "remix")),
        "released": Day(2026, 5),
        "disambiguation": Text("benefit concert"),
    }


def test_what_is_not_stated_is_unknown(server, context):
    server.groups[:] = [Group("Untitled", (TOOL,), None)]
    (seen,) = look(Music(artist="Tool", server=server.url), context).observations
    assert set(seen.facts) == {"text", "title", "artist", "secondary_types"}
    assert seen.facts["secondary_types"] == Texts(()), "the server says that there are none"
    assert not seen.unknown


def test_an_artist_without_releases_is_no_trouble(server, context):
    server.groups.clear()
    assert look(Music(artist="Tool", server=server.url), context).observations == ()


def test_bootlegs_are_left_out_unless_asked_for(server, context):
    server.groups.append(Group("Soundboard 1991", (TOOL,), is_official=False))
    assert "Soundboard 1991" not in titles(look(Music(mbid=TOOL.id, server=server.url), context))
    assert "Soundboard 1991" in titles(look(Music(mbid=TOOL.id, server=server.url, unofficial=True), context))


def test_only_the_named_types_are_asked_for(server, context):
    server.groups.append(Group("Prison Sex", (TOOL,), "Single"))
    assert titles(look(Music(mbid=TOOL.id, server=server.url, types=["ep", "single"]), context)) == [
        "Opiate",
        "Prison Sex",
    ]


# Whom it asks


def test_it_asks_nobody_but_its_server():
    assert Music(artist="Tool").hosts == {"musicbrainz.org"}
    assert Music(artist="Tool", server="https://Mirror.Example:5000/mb/").hosts == {"mirror.example"}


def test_a_mirror_may_lie_anywhere():
    watch = Music(mbid=TOOL.id, server="https://mirror.example/music/ws/2/")
    context = CannedContext(b'{"release-groups": [], "release-group-count": 0}')
    poll_once(watch, context)
    assert context.asked[0].url.startswith("https://mirror.example/music/ws/2/release-group?artist=")


def test_the_public_server_is_asked_once_a_second_and_a_mirror_as_its_owner_likes():
    assert Music(artist="Tool").host_every == timedelta(seconds=1)
    assert Music(artist="Tool", server="https://beta.musicbrainz.org").host_every == timedelta(seconds=1)
    assert Music(artist="Tool", server="https://notmusicbrainz.org").host_every is None


def test_a_label_names_the_artist_and_the_server_and_no_secret():
    watch = Music(artist="Tool", mbid=TOOL.id, auth={"user": "me", "password": "hush"})
    assert watch.label == "music: Tool (musicbrainz.org)"
    assert Music(mbid=TOOL.id).label == f"music: {TOOL.id} (musicbrainz.org)"

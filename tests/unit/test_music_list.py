"""How the `music` kind reads a list of many pages, and what may befall its artist meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.music_world import OPIATE, TOOL, UNDERTOW, Wire, look, records, titles
from tests.musicbrainz_server import Artist, Group, MusicBrainz
from watchers.api import UNCHANGED, SourceChanged, SourceGone, SourceRefused, SourceUnavailable
from watchers.music import MOST_PAGES, MOST_RELEASES, VARIOUS_ARTISTS, Music
from watchers.testing import CannedContext, poll_once


@pytest.fixture
def server() -> Iterator[MusicBrainz]:
    with MusicBrainz([TOOL], [UNDERTOW, OPIATE]) as running:
        yield running


@pytest.fixture
def context() -> CannedContext:
    return CannedContext(Wire())


def test_all_pages_are_read(server, context):
    server.groups[:] = records(250)
    poll = look(Music(mbid=TOOL.id, server=server.url), context)
    assert titles(poll) == [group.title for group in server.groups]
    assert len(server.asked) == 3


def test_a_list_that_is_as_it_was_is_unchanged(server, context):
    watch = Music(mbid=TOOL.id, server=server.url)
    look(watch, context)
    assert poll_once(watch, context) is UNCHANGED


@pytest.mark.parametrize("place", ["Record 0000a", "Record 0150a", "Record 0249a"])
def test_a_new_release_on_any_page_of_a_long_list_is_seen_among_all_others(place, server, context):
    server.groups[:] = records(250)
    watch = Music(mbid=TOOL.id, server=server.url)
    before = titles(look(watch, context))
    server.groups.append(Group(place, (TOOL,)))
    assert titles(look(watch, context)) == sorted([*before, place])


def test_a_list_that_outgrows_its_page_is_read_whole(server, context):
    server.groups[:] = records(100)
    watch = Music(mbid=TOOL.id, server=server.url)
    look(watch, context)
    server.groups.append(Group("Record 9999", (TOOL,)))
    assert len(look(watch, context).observations) == 101
    server.groups.append(Group("Record 9998", (TOOL,)))
    assert len(look(watch, context).observations) == 102


def test_smaller_pages_than_asked_for_are_read_to_the_end(server, context):
    server.groups[:] = records(250)
    server.largest_page = 40
    assert len(look(Music(mbid=TOOL.id, server=server.url), context).observations) == 250


def test_a_server_that_gives_one_entry_at_a_time_is_not_asked_for_ever(server, context):
    server.groups[:] = records(300)
    server.largest_page = 1
    with pytest.raises(SourceUnavailable):
        poll_once(Music(mbid=TOOL.id, server=server.url), context)
    assert len(server.asked) == 2 * MOST_PAGES


def test_a_release_that_shifts_the_pages_while_they_are_read_is_neither_lost_nor_doubled(server, context):
    """One comes in on a page that was read already, another leaves from the next: the count stays the same."""
    server.groups[:] = records(150)

    def move(target: str) -> None:
        if "offset=100" in target and len(server.asked) == 2:
            server.groups.append(Group("Record 0050a", (TOOL,)))
            del server.groups[120]

    server.before = move
    poll = look(Music(mbid=TOOL.id, server=server.url), context)
    assert titles(poll) == sorted(group.title for group in server.groups)
    assert len(server.asked) == 4, "it was read a second time"


def test_a_list_that_never_stands_still_gives_no_poll(server, context):
    server.groups[:] = records(150)
    server.before = lambda target: server.groups.insert(0, Group(f"Early {len(server.asked)}", (TOOL,)))
    with pytest.raises(SourceUnavailable, match="changed while it was read"):
        poll_once(Music(mbid=TOOL.id, server=server.url), context)


def test_releases_that_sort_alike_are_all_seen_though_their_order_is_a_matter_of_chance(server, context):
    """The server sorts by type, date and title; what is equal comes in another order each time it is asked."""
    twins = [Group("Record 0099", (TOOL,), disambiguation=which) for which in ("first", "second")]
    server.groups[:] = [*records(99), *twins, *records(150)[101:]]
    server.before = lambda target: server.groups.reverse()
    poll = look(Music(mbid=TOOL.id, server=server.url), context)
    assert {twin.id for twin in twins} <= {seen.key for seen in poll.observations}
    assert len(poll.observations) == 150


def test_a_page_that_is_missing_makes_no_poll_of_the_others(server, context):
    server.groups[:] = records(250)

    def fail(target: str) -> None:
        server.busy = "offset=200" in target

    server.before = fail
    with pytest.raises(SourceUnavailable) as caught:
        poll_once(Music(mbid=TOOL.id, server=server.url), context)
    assert caught.value.retry_after == timedelta(seconds=7)


def test_more_releases_than_anyone_can_watch_are_refused(server, context):
    server.groups[:] = [*records(MOST_RELEASES + 1), Group("A single", (TOOL,), "Single")]
    with pytest.raises(SourceRefused, match=r"3002 releases are too many .* name the types: that matter"):
        poll_once(Music(mbid=TOOL.id, server=server.url), context)
    with pytest.raises(SourceRefused, match=r"3001 releases are too many .* name fewer types:"):
        poll_once(Music(mbid=TOOL.id, server=server.url, types=["album"]), context)
    assert len(server.asked) == 2, "the first page says so already"
    assert titles(look(Music(mbid=TOOL.id, server=server.url, types=["single"]), context)) == ["A single"]


# What befalls an artist


def test_a_merged_artist_is_followed(server, context):
    watch = Music(artist="Tool", server=server.url)
    look(watch, context)
    heir = Artist("TOOL", disambiguation="the same")
    server.artists[:] = [heir]
    server.merged[TOOL.id] = heir.id
    server.groups[:] = [Group(group.title, (heir,), id=group.id) for group in server.groups]
    poll = look(watch, context)
    assert poll.notices == (f"Tool was merged into TOOL (the same) {heir.id}, who is watched from now on",)
    assert poll.cursor == f"{heir.id} 1"
    server.merged.clear()
    server.groups.append(Group("Salival", (heir,)))
    poll = look(watch, context)
    assert (titles(poll), poll.notices) == (["Opiate", "Salival", "Undertow"], ())


def test_an_artist_whose_releases_credit_others_alone_stays_the_same_where_a_lookup_says_so():
    stranger = Group("Tribute", (Artist("Somebody"),)).shown()
    strange = json.dumps({"release-group-count": 1, "release-groups": [stranger]}).encode()
    found = json.dumps(TOOL.shown()).encode()
    context = CannedContext(lambda request: strange if "/release-group?" in request.url else found)
    poll = look(Music(mbid=TOOL.id), context)
    assert (poll.cursor, poll.notices) == (f"{TOOL.id} 1", ())


def test_a_lookup_that_names_nobody_is_not_understood():
    stranger = Group("Tribute", (Artist("Somebody"),)).shown()
    strange = json.dumps({"release-group-count": 1, "release-groups": [stranger]}).encode()
    with pytest.raises(SourceChanged, match="names no artist"):
        poll_once(Music(mbid=TOOL.id), CannedContext(strange))


def test_an_artist_merged_into_various_artists_is_no_longer_watched(server, context):
    everybody = Artist("Various Artists", VARIOUS_ARTISTS)
    server.artists[:] = [everybody]
    server.merged[TOOL.id] = everybody.id
    server.groups[:] = [Group("Now 12", (everybody,))]
    with pytest.raises(SourceRefused, match="too many to watch"):
        poll_once(Music(mbid=TOOL.id, server=server.url), context)


def test_a_deleted_artist_is_gone(server, context):
    watch = Music(artist="Tool", server=server.url)
    look(watch, context)
    server.artists.clear()
    with pytest.raises(SourceGone, match=f"127.0.0.1 has no artist {TOOL.id}: deleted"):
        poll_once(watch, context)


def test_a_busy_server_is_left_alone_as_long_as_it_asks(server, context):
    server.busy = 1
    with pytest.raises(SourceUnavailable) as caught:
        poll_once(Music(artist="Tool", server=server.url), context)
    assert caught.value.retry_after == timedelta(seconds=7)
    assert len(server.asked) == 1


def test_a_cursor_that_nobody_understands_is_no_trouble(server, context):
    context.cursor = "something else"
    assert titles(look(Music(artist="Tool", server=server.url), context)) == ["Opiate", "Undertow"]


def test_a_server_that_does_not_count_is_not_understood():
    context = CannedContext(b'{"release-groups": []}')
    with pytest.raises(SourceChanged, match="does not say how many"):
        poll_once(Music(mbid=TOOL.id), context)

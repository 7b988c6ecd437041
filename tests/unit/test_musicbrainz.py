"""Answers of MusicBrainz, read without a network."""

from __future__ import annotations

import json
from typing import Any

import pytest

from watchers.api import Day, Page, SourceChanged, SourceGone, SourceUnavailable, WatchError
from watchers.music import Music
from watchers.reading.musicbrainz import Artist, Release, day, read_answer
from watchers.testing import CannedContext, check_poll

ID = "0f8a8f5e-3b0e-4a6b-9a3b-0d3b7d1f2a11"
OTHER = "1d9c2b3a-7e54-4f0f-8b1c-6a5e4d3c2b10"
XML = '<?xml version="1.0" encoding="UTF-8"?><metadata xmlns="http://musicbrainz.org/ns/mmd-2.0#">{}</metadata>'


def xml(inner: str) -> bytes:
    return XML.format(inner).encode()


def groups(*entries: Any, **more: Any) -> bytes:
    return json.dumps({"release-group-count": len(entries), "release-groups": entries, **more}).encode()


GROUP = Release(
    id=ID,
    title="Live at Home",
    is_group=True,
    credit="Ann feat. Bo",
    artists=frozenset({OTHER}),
    type="album",
    secondary_types=("live",),
    date="2026-05",
    disambiguation="2026 tour",
)


def test_a_browse_is_read_alike_in_json_and_xml():
    as_json = groups(
        {
            "id": ID,
            "title": "Live at Home",
            "primary-type": "Album",
            "secondary-types": ["Live"],
            "first-release-date": "2026-05",
            "disambiguation": "2026 tour",
            "artist-credit": [
                {"name": "Ann", "joinphrase": " feat. ", "artist": {"id": OTHER.upper(), "name": "Anna"}},
                {"name": "Bo", "joinphrase": ""},
            ],
        }
    )
    as_xml = xml(
        f"""<release-group-list count="1" offset="0"><release-group id="{ID}" type="Live" type-id="x">
        <title>Live at Home</title><disambiguation>2026 tour</disambiguation>
        <first-release-date>2026-05</first-release-date><primary-type id="y">Album</primary-type>
        <secondary-type-list><secondary-type id="z">Live</secondary-type></secondary-type-list>
        <artist-credit><name-credit joinphrase=" feat. "><name>Ann</name><artist id="{OTHER}"><name>Anna</name></artist>
        </name-credit><name-credit><artist><name>Bo</name></artist></name-credit></artist-credit>
        </release-group></release-group-list>"""
    )
    for body in (as_json, as_xml):
        answer = read_answer(body)
        assert (answer.releases, answer.count, answer.listed) == ((GROUP,), 1, 1)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"id": ID, "title": "One", "primary-type": None, "first-release-date": "1999"}).encode(),
        json.dumps({"id": ID, "title": "One", "primary-type": "", "releases": [{"id": OTHER, "title": "CD"}]}).encode(),
        xml(f'<release-group id="{ID}"><title>One</title></release-group>'),
    ],
)
def test_a_lookup_of_a_release_group_is_one_release_group(body):
    (release,) = read_answer(body).releases
    assert (release.id, release.is_group, release.type) == (ID, True, "")


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"id": ID, "title": "One", "status": None, "date": "1999", "release-group": {"primary-type": "EP"}}),
        json.dumps({"releases": [{"id": ID, "title": "One", "date": "1999", "release-group": {"primary-type": "EP"}}]}),
        XML.format(f'<release id="{ID}"><title>One</title><date>1999</date><release-group type="EP"/></release>'),
        XML.format(
            f'<release-list count="9"><release id="{ID}"><title>One</title><date>1999</date>'
            "<release-group><primary-type>EP</primary-type></release-group></release></release-list>"
        ),
    ],
)
def test_a_release_has_its_own_date_and_the_type_of_its_group(body):
    (release,) = read_answer(body.encode()).releases
    assert release == Release(ID, "One", is_group=False, type="ep", date="1999")


def test_a_former_type_that_is_now_secondary_is_no_primary_one():
    body = xml(f'<release-group id="{ID}" type="Compilation"><title>Best of</title></release-group>')
    assert read_answer(body).releases[0].type == ""


def test_an_artist_with_its_release_groups_gives_these():
    body = json.dumps({"id": OTHER, "name": "Ann", "sort-name": "Ann", "release-groups": [{"id": ID, "title": "One"}]})
    group = f'<release-group id="{ID}"><title>One</title></release-group>'
    artist = f'<artist id="{OTHER}"><name>Ann</name><release-group-list>{group}</release-group-list></artist>'
    assert read_answer(body.encode()).releases[0].title == "One"
    assert read_answer(xml(artist)).releases[0].title == "One"


ANN = Artist(OTHER, "Ann", ("Ann, the", "Anna"), "a singer", "NO", "1990–2001")


def test_a_search_for_artists_is_read_alike_in_json_and_xml():
    as_json = {
        "id": OTHER,
        "name": "Ann",
        "sort-name": "Ann, the",
        "disambiguation": "a singer",
        "country": "NO",
        "life-span": {"begin": "1990-02-01", "end": "2001", "ended": True},
        "aliases": [{"name": "Anna", "locale": None}],
    }
    as_xml = f"""<artist-list count="1" offset="0"><artist id="{OTHER}" type="Person" ext:score="100"
        xmlns:ext="http://musicbrainz.org/ns/ext#-2.0"><name>Ann</name><sort-name>Ann, the</sort-name>
        <country>NO</country><disambiguation>a singer</disambiguation>
        <life-span><begin>1990-02-01</begin><end>2001</end><ended>true</ended></life-span>
        <alias-list><alias sort-name="Anna">Anna</alias></alias-list></artist></artist-list>"""
    assert read_answer(json.dumps({"count": 1, "offset": 0, "artists": [as_json]}).encode()).artists == (ANN,)
    assert read_answer(json.dumps({**as_json, "gender": None}).encode()).artists == (ANN,)
    assert read_answer(xml(as_xml)).artists == (ANN,)
    assert str(ANN) == f"Ann (a singer; NO; 1990–2001) {OTHER}"


def test_an_entry_without_identity_or_title_is_counted_and_left_out():
    unreadable = [{"id": OTHER}, {"title": "No id"}, {"id": 7, "title": "x"}, "text"]
    answer = read_answer(groups({"id": ID, "title": "One"}, *unreadable))
    assert [release.title for release in answer.releases] == ["One"]
    assert (answer.unreadable, answer.listed) == (4, 5)


def test_a_saved_answer_gives_each_release_once_and_says_what_it_left_out():
    body = groups({"id": ID, "title": "One"}, {"id": ID, "title": "One again"}, {"id": OTHER})
    poll = Music(artist="Ann").read(Page("https://saved.example", body), CannedContext(b""))
    check_poll(Music.kind, poll)
    assert [str(seen.facts["title"]) for seen in poll.observations] == ["One"]
    assert poll.notices == ("1 entries of the answer have no MBID or no title",)


def test_a_saved_search_says_whom_it_names():
    body = json.dumps({"artists": [{"id": OTHER, "name": "Ann"}], "count": 1}).encode()
    poll = Music(artist="Ann").read(Page("https://saved.example", body), CannedContext(b""))
    assert poll.notices == (f"the answer names artists, no releases: Ann {OTHER}",)


def test_a_type_or_date_that_nobody_knows_is_unknown_with_its_reason():
    body = groups({"id": ID, "title": "One", "primary-type": "Hologram", "first-release-date": "2026-02-30"})
    (seen,) = Music(artist="Ann").read(Page("https://saved.example", body), CannedContext(b"")).observations
    assert not {"type", "released"} & set(seen.facts)
    assert seen.unknown == {
        "type": "the type “hologram” is not one of album, single, ep, broadcast, other",
        "released": "“2026-02-30” is no date",
    }


def test_a_text_is_cleaned_of_what_cannot_be_stored_or_shown():
    answer = read_answer(groups({"id": ID, "title": " a\x00b\ud800\n\tc\u200d "}))
    assert answer.releases[0].title == "a b c\u200d"


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE metadata [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<metadata xmlns="http://musicbrainz.org/ns/mmd-2.0#"><release id="x"><title>&b;</title></release></metadata>'
)


@pytest.mark.parametrize(
    ("body", "trouble", "said"),
    [
        (b"", SourceChanged, "neither JSON nor XML"),
        (b"<html><body>Service", SourceChanged, "neither JSON nor XML"),
        (b"<rss><channel/></rss>", SourceChanged, "neither JSON nor XML"),
        (b'{"release-groups": [', SourceChanged, "neither JSON nor XML"),
        (BOMB.encode(), SourceChanged, "document type"),
        (BOMB.encode("utf-16"), SourceChanged, "document type"),
        (b"[]", SourceChanged, "a list or a single value"),
        (b"{}", SourceChanged, "no release groups, releases or artists"),
        (xml(""), SourceChanged, "no release groups, releases or artists"),
        (xml(f'<recording id="{ID}"><title>x</title></recording>'), SourceChanged, "no release groups"),
        (
            b'{"data": [{"id": 302127, "title": "A record", "record_type": "album"}]}',
            SourceChanged,
            "no release groups",
        ),
        (b'{"albums": {"items": [{"id": "4MnT", "name": "A record"}]}}', SourceChanged, "no release groups"),
        (b'{"artists": [{"id": "4MnT", "name": "Ann"}], "name": "A record"}', SourceChanged, "an MBID and a name"),
        (b'{"release-groups": [{"id": 1, "title": "x"}]}', SourceChanged, "an MBID and a name"),
        (b'{"error": "Not Found", "help": "For usage, see"}', SourceGone, "not there"),
        (b'{"error": "Invalid mbid."}', SourceChanged, "an error: Invalid mbid$"),
        (b'{"error": {"message": "?"}}', SourceChanged, "no reason is given"),
        (b'{"error": "Your requests are exceeding the allowable rate limit."}', SourceUnavailable, "rate limit"),
        (b"<error xmlns='http://musicbrainz.org/ns/mmd-2.0#'><text>Not Found</text></error>", SourceGone, "not there"),
    ],
)
def test_what_is_no_answer_of_musicbrainz_has_a_name(body, trouble, said):
    with pytest.raises(WatchError, match=said) as caught:
        read_answer(body)
    assert type(caught.value) is trouble


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("2026", Day(2026)),
        ("2026-05", Day(2026, 5)),
        ("2026-05-13", Day(2026, 5, 13)),
        ("2024-02-29", Day(2024, 2, 29)),
        ("2026-??-13", Day(2026)),
        ("????-05-13", None),
        ("", None),
        ("0000", None),
        ("2026-13", None),
        ("2026-00-00", None),
        ("2025-02-29", None),
        ("13 May 2026", None),
        ("٢٠٢٦", None),
    ],
)
def test_a_date_is_as_exact_as_it_is_stated(text, exact):
    assert day(text) == exact

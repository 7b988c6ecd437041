"""How the `films` kind finds a work or person and what it sees, against a server that speaks the service's protocol.

The live service was not reachable: the answers have the shapes that its documentation shows.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.contract.test_films import DUNE, SEVERANCE
from tests.local_web import Asked, reply
from tests.polled import Story, polled
from watchers.api import (
    UNCHANGED,
    Day,
    Flag,
    Moment,
    Number,
    Observation,
    Page,
    Poll,
    SourceChanged,
    SourceGone,
    SourceRefused,
    SourceUnavailable,
    Texts,
    WatchError,
)
from watchers.films import Films
from watchers.reading.tmdb import read_tmdb
from watchers.testing import CannedContext, check_poll

TOKEN = "eyJhbGciOiJIUzI1NiJ9.a-read-access-token-of-mine"
OLD_KEY = "0123456789abcdef0123456789abcdef"
ANOTHER_DUNE = {
    "id": 841,
    "title": "Dune",
    "original_title": "Dune",
    "release_date": "1984-12-14",
    "media_type": "movie",
}
NEW_DUNE = {
    "id": 438631,
    "title": "Dune",
    "original_title": "Dune",
    "release_date": "2021-09-15",
    "media_type": "movie",
}
ZENDAYA = {
    "id": 505710,
    "name": "Zendaya",
    "known_for_department": "Acting",
    "known_for": [{"id": 1, "title": "Euphoria"}],
}


class MovieDatabase:
    """The parts of the service that are asked for: lists, searches, details, credits."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def __call__(self, asked: Asked) -> bytes:
        parts = urlsplit(asked.target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        is_known = asked.headers.get("authorization") == f"Bearer {TOKEN}" or query.get("api_key") == OLD_KEY
        if not is_known:
            return reply(b'{"status_code": 7, "status_message": "Invalid API key", "success": false}', 401)
        assert query["language"] == "en-US"
        path = parts.path.removeprefix("/3/")
        if path.startswith("search/"):
            wanted = query["query"].casefold()
            found = [
                each
                for each in self.answers["search"]
                if wanted[:4] in str(each.get("title", each.get("name"))).casefold()
            ]
            return page(*found)
        if path not in self.answers:
            return reply(b'{"success": false, "status_code": 34, "status_message": "not found"}', 404)
        answer = self.answers[path]
        if isinstance(answer, list):
            number = int(query["page"])
            assert number <= 500
            return page(*answer[20 * (number - 1) : 20 * number], pages=max(1, -(-len(answer) // 20)))
        return reply(json.dumps(answer).encode(), content_type="application/json;charset=utf-8")


def page(*results: Any, pages: int = 1) -> bytes:
    return reply(json.dumps({"page": 1, "results": results, "total_pages": pages}).encode())


def look(*answers: Any, key: str = TOKEN, **options: Any) -> Story:
    return polled(lambda url: Films(server=url, key=key, region="US", **options), answers)


def by_title(poll: Poll) -> dict[str, Observation]:
    return {str(seen.facts["title"]): seen for seen in poll.observations}


# Finding what is meant


def test_a_title_finds_its_film_once_and_says_which_it_took():
    service = MovieDatabase(search=[DUNE | {"media_type": "movie"}, ANOTHER_DUNE, ZENDAYA], **{"movie/1170608": DUNE})
    result = look(service, service, title="dune: part three")
    assert result.results[0].notices == (
        "“dune: part three” is taken to be Dune: Part Three (film, 2026) https://www.themoviedb.org/movie/1170608",
    )
    assert result.results[1] is UNCHANGED
    assert sum("/search/" in target for target in result.targets) == 1


def test_an_original_title_finds_its_film_too():
    film = {"id": 5, "title": "C'est la vie!", "original_title": "Le Sens de la fête", "release_date": "2017-10-04"}
    service = MovieDatabase(search=[film | {"title": "Le Sens de la fete"}], **{"movie/5": film})
    assert "C'est la vie!" in by_title(look(service, title="le sens de la fete").poll)


def test_a_title_of_several_is_an_error_that_lists_them():
    (error,) = look(MovieDatabase(search=[ANOTHER_DUNE, NEW_DUNE]), title="Dune").results
    assert isinstance(error, SourceRefused)
    assert error.reason == (
        "“Dune” may be any of 2: Dune (film, 1984) https://www.themoviedb.org/movie/841; "
        "Dune (film, 2021) https://www.themoviedb.org/movie/438631. Write title: with the address of one"
    )


def test_a_title_that_nothing_has_is_an_error_with_the_nearest():
    (error,) = look(MovieDatabase(search=[ANOTHER_DUNE]), title="Dune 7").results
    assert isinstance(error, SourceRefused)
    assert "has no film or series called “Dune 7”; the nearest: Dune (film, 1984)" in error.reason


@pytest.mark.parametrize("written", ["https://www.themoviedb.org/movie/1170608-dune-part-three", "movie/1170608"])
def test_a_page_names_its_film_without_a_search(written):
    result = look(MovieDatabase(**{"movie/1170608": DUNE}), title=written)
    assert list(by_title(result.poll)) == ["Dune: Part Three"]
    assert len(result.targets) == 1


def test_a_person_is_found_by_name_and_followed_through_everything():
    credits_ = {"id": 505710, "cast": [NEW_DUNE, SEVERANCE], "crew": [{**NEW_DUNE, "job": "Producer"}]}
    service = MovieDatabase(search=[ZENDAYA], **{"person/505710/combined_credits": credits_})
    result = look(service, service, person="zendaya")
    assert {"Dune", "Severance"} <= by_title(result.results[0]).keys()
    assert "Zendaya (Acting; Euphoria) https://www.themoviedb.org/person/505710" in result.results[0].notices[0]
    assert result.results[1] is UNCHANGED


def test_what_was_deleted_is_gone():
    (error,) = look(MovieDatabase(), title="movie/7").results
    assert isinstance(error, SourceGone)
    assert "has no movie 7: deleted, or a wrong number" in error.reason


# What is seen


def test_a_film_says_when_it_opens_here_and_how_it_can_be_seen_at_home():
    facts = by_title(look(MovieDatabase(**{"movie/1170608": DUNE}), title="movie/1170608").poll)[
        "Dune: Part Three"
    ].facts
    assert facts["opens"] == Day(2026, 12, 18)
    assert facts["available_to"] == Texts(("rent", "buy"))
    assert facts["people"] == Texts(("Denis Villeneuve", "Zendaya"))
    assert "rating" not in facts, "nobody has voted"


def test_offers_in_other_countries_are_none_here():
    film = DUNE | {"watch/providers": {"results": {"FR": {"flatrate": [{"provider_name": "Télé"}]}}}}
    assert by_title(look(MovieDatabase(**{"movie/7": film}), title="movie/7").poll)["Dune: Part Three"].facts[
        "available_to"
    ] == Texts(())


def test_a_series_says_when_its_next_episode_airs():
    seen = by_title(look(MovieDatabase(**{"tv/95396": SEVERANCE}), title="tv/95396").poll)["Back to work"]
    assert str(seen.facts["series"]) == "Severance"
    assert seen.facts["airs"] == Day(2026, 6, 5)
    assert (seen.facts["season"], seen.facts["episode"]) == (Number(3), Number(1))
    assert seen.link == "https://www.themoviedb.org/tv/95396/season/3/episode/1"


def test_a_season_leads_to_its_page_though_only_the_series_around_it_says_whose_it_is():
    season = {"id": 78, "name": "Season 3", "season_number": 3, "episode_count": 0, "air_date": "2026-06-05"}
    answers = MovieDatabase(**{"tv/95396": {**SEVERANCE, "seasons": [season]}})
    seen = by_title(look(answers, title="tv/95396").poll)["Season 3"]
    assert str(seen.facts["series"]) == "Severance"
    assert seen.link == "https://www.themoviedb.org/tv/95396/season/3"


def test_the_next_episode_stays_the_same_when_it_has_become_the_last():
    aired = {**SEVERANCE, "last_episode_to_air": SEVERANCE["next_episode_to_air"], "next_episode_to_air": None}
    result = look(MovieDatabase(**{"tv/95396": SEVERANCE}), MovieDatabase(**{"tv/95396": aired}), title="tv/95396")
    first, second = (by_title(poll)["Back to work"].key for poll in result.results)
    assert first == second


def test_every_page_of_a_list_is_read_and_what_it_lists_is_shown_now():
    films = [{"id": number, "title": f"Film {number}", "release_date": "2026-05-01"} for number in range(1, 51)]
    result = look(MovieDatabase(**{"movie/now_playing": films}), list="now_playing")
    seen = result.poll.observations
    assert len(seen) == 50
    assert seen[0].facts["in_cinemas"] == Flag(True)
    assert seen[0].facts["opens"] == Day(2026, 5, 1)
    assert len(result.targets) == 3
    assert all(parse_qs(urlsplit(target).query)["region"] == ["US"] for target in result.targets)


def test_what_is_to_come_is_not_said_to_be_shown():
    film = {"id": 1, "title": "Later", "release_date": "2026-12-01"}
    assert (
        "in_cinemas"
        not in look(MovieDatabase(**{"movie/upcoming": [film]}), list="upcoming").poll.observations[0].facts
    )


def test_a_list_of_one_page_is_asked_for_on_condition_that_it_changed():
    short = MovieDatabase(**{"tv/on_the_air": [SEVERANCE]})
    assert look(short, short, list="on_the_air").results[1] is UNCHANGED


def test_an_endless_list_is_read_so_far_and_says_so():
    films = [{"id": number, "title": f"Film {number}", "release_date": ""} for number in range(1, 2042)]
    result = look(MovieDatabase(**{"movie/upcoming": films}), list="upcoming")
    assert result.poll.notices == ("the list has 103 pages, of which 100 are read",)
    assert len(result.poll.observations) == 2000


# The key


def test_an_access_token_travels_in_a_header_and_an_old_key_in_the_address():
    service = MovieDatabase(**{"tv/airing_today": [SEVERANCE]})
    new, old = look(service, list="airing_today"), look(service, key=OLD_KEY, list="airing_today")
    assert TOKEN not in str(new.targets)
    assert "authorization" not in old.log[0].headers
    assert isinstance(old.results[0], Poll)
    assert OLD_KEY not in repr(old.poll)


def test_a_wrong_key_is_told_as_one():
    (error,) = look(MovieDatabase(), key="wrong-key-of-mine", list="upcoming").results
    assert isinstance(error, SourceRefused)
    assert error.reason.endswith("; is the key: right, and active?")


@pytest.mark.parametrize(
    ("raw", "trouble", "wait"),
    [
        (reply(b"", 403), SourceRefused, None),
        (reply(b"", 404), SourceGone, None),
        (reply(b"", 410), SourceGone, None),
        (reply(b'{"status_code": 25}', 429, retry_after="90"), SourceUnavailable, 90),
        (reply(b"", 500), SourceUnavailable, None),
        (reply(b""), SourceUnavailable, None),
        (reply(b"<html><title>Just a moment...</title>"), SourceRefused, None),
        (reply(b"<html><title>Something else</title>"), SourceChanged, None),
        (reply(b'{"status_code": 7, "status_message": "Invalid API key"}'), SourceRefused, None),
        (reply(b'{"status_code": 34, "status_message": "not found"}'), SourceGone, None),
        (reply(b'{"status_code": 9, "status_message": "offline"}'), SourceUnavailable, None),
        (reply(b'{"status_code": 22, "status_message": "Invalid page"}'), SourceChanged, None),
        (reply(b'{"name": "something else"}'), SourceChanged, None),
        (reply(b"", 302, location="/3/movie/7"), WatchError, None),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", SourceUnavailable, None),
    ],
)
def test_a_bad_answer_has_a_name(raw, trouble, wait):
    result = polled(lambda url: Films(server=url, key=TOKEN, title="movie/7"), [raw], deadline=timedelta(seconds=1))
    (error,) = result.results
    assert isinstance(error, trouble)
    if wait:
        assert error.retry_after == timedelta(seconds=wait)


# Pages and feeds


def read(*things: Any, cursor: str | None = None) -> Poll:
    body = f'<!doctype html><script type="application/ld+json">{json.dumps(things)}</script>'.encode()
    watch = Films(url="https://cinema.example/programme")
    poll = watch.read(Page("https://cinema.example/programme", body), CannedContext(b"", cursor=cursor))
    check_poll(Films.kind, poll)
    return poll


def screening(at: str, **more: Any) -> dict[str, Any]:
    cinema = {"@type": "MovieTheater", "name": "Town cinema"}
    film = {"@type": "Movie", "name": "Dune: Part Three", "url": "/dune"}
    return {"@type": "ScreeningEvent", "startDate": at, "workPresented": film, "location": cinema, **more}


def test_all_screenings_of_a_film_are_one_thing_whose_next_one_is_told():
    past, next_, later = (screening(at) for at in ("2026-05-31T20:00Z", "2026-06-03T20:00Z", "2026-06-02T20:00Z"))
    (seen,) = read(past, next_, later).observations
    assert seen.facts["showtime"] == Moment(datetime(2026, 6, 2, 20, tzinfo=UTC))
    assert seen.facts["in_cinemas"] == Flag(True)
    assert (str(seen.facts["venue"]), seen.link) == ("Town cinema", "https://cinema.example/dune")


@pytest.mark.parametrize("status", ["https://schema.org/EventCancelled", "EventPostponed"])
def test_a_screening_that_does_not_take_place_is_none(status: str):
    off, later = screening("2026-06-02T20:00Z", eventStatus=status), screening("2026-06-03T20:00Z")
    (seen,) = read(off, later).observations
    assert seen.facts["showtime"] == Moment(datetime(2026, 6, 3, 20, tzinfo=UTC))
    film = {"@type": "Movie", "name": "Dune: Part Three"}
    (seen,) = read(film, off).observations
    assert "in_cinemas" not in seen.facts


def test_a_cinema_that_lists_its_screenings_is_their_venue():
    show = {"@type": "ScreeningEvent", "name": "Nosferatu", "startDate": "2026-06-03T20:00Z"}
    (seen,) = read({"@type": "MovieTheater", "name": "Town cinema", "event": [show]}).observations
    assert str(seen.facts["venue"]) == "Town cinema"


def test_a_film_is_the_same_thing_through_all_its_screenings():
    first, second = read(screening("2026-06-02T20:00Z")), read(screening("2026-06-09T20:00Z"))
    assert [seen.key for seen in first.observations] == [seen.key for seen in second.observations]


def test_a_film_that_is_described_and_shown_is_one():
    film = {"@type": "Movie", "name": "Dune: Part Three", "datePublished": "2026-12-18", "genre": "Drama"}
    (seen,) = read(film, screening("2026-06-02T20:00Z")).observations
    assert seen.facts["released"] == Day(2026, 12, 18)
    assert seen.facts["in_cinemas"] == Flag(True)


def test_an_episode_is_placed_in_its_series():
    episode = {
        "@type": "TVEpisode",
        "name": "Back to work",
        "episodeNumber": "1",
        "partOfSeason": {"@type": "TVSeason", "seasonNumber": 3},
        "partOfSeries": {"@type": "TVSeries", "name": "Severance"},
        "datePublished": "2026-06-05",
    }
    (seen,) = read(episode).observations
    assert (str(seen.facts["series"]), seen.facts["season"], seen.facts["airs"]) == (
        "Severance",
        Number(3),
        Day(2026, 6, 5),
    )


def test_a_series_with_its_seasons_and_episodes_gives_each_of_them():
    season = {
        "@type": "TVSeason",
        "name": "Season 3",
        "seasonNumber": 3,
        "episode": [{"@type": "TVEpisode", "episodeNumber": 2}],
    }
    poll = read({"@type": "TVSeries", "name": "Severance", "containsSeason": season})
    assert sorted(by_title(poll)) == ["Season 3", "Severance", "Severance 3x2"]
    assert all(str(seen.facts["series"]) == "Severance" for seen in poll.observations)


def test_a_page_that_describes_no_film_says_so():
    with pytest.raises(SourceChanged, match="the page describes no films"):
        read({"@type": "MovieTheater", "name": "Town cinema"})
    assert read({"@type": "MovieTheater", "name": "Town cinema"}, cursor="before").observations == ()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "write title:, person: or list:"),
        ({"title": "Dune", "list": "upcoming", "key": TOKEN}, "write title:, person: or list:"),
        ({"title": "Dune"}, "asks for a key"),
        ({"url": "https://cinema.example/", "key": TOKEN}, "key: is for The Movie Database alone"),
        ({"title": "person/7", "key": TOKEN}, "a person's page belongs under person:"),
        ({"person": "movie/7", "key": TOKEN}, "a person's page belongs under person:"),
        ({"title": "Dune", "key": TOKEN, "region": "USA"}, "a region is the code of a country"),
        ({"title": "Dune", "key": TOKEN, "language": "English"}, "a language is written as en or en-US"),
        ({"title": "Dune", "key": TOKEN, "server": "tmdb"}, "a server looks like"),
    ],
)
def test_options_that_do_not_fit_say_what_would(options, said):
    with pytest.raises(ValidationError, match=said):
        Films(**options)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2000) | st.floats() | st.sampled_from(["", "2026-06-05", "Dune", "US"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*DUNE, *SEVERANCE, "results", "season_number", "US", "type", "air_date"]), inner
        )
    ),
    max_leaves=25,
)


@given(VALUES)
def test_any_json_ends_in_works_or_a_named_trouble(value):
    with suppress(WatchError):
        answer = read_tmdb(json.dumps(value).encode(), "US")
        assert len({work.key for work in answer.works}) == len(answer.works)
        assert all(work.title for work in answer.works)

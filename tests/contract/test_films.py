"""The kind `films` keeps what every kind promises, for the service's answers and for pages and feeds."""

import json
from types import MappingProxyType

from watchers.films import Films
from watchers.testing import WatcherContract

DUNE = {
    "id": 1170608,
    "title": "Dune: Part Three",
    "original_title": "Dune: Part Three",
    "release_date": "2026-12-18",
    "overview": "The end of the story.",
    "vote_average": 0.0,
    "vote_count": 0,
    "credits": {
        "cast": [{"id": 1, "name": "Zendaya"}],
        "crew": [{"id": 2, "name": "Denis Villeneuve", "job": "Director"}],
    },
    "release_dates": {
        "results": [{"iso_3166_1": "US", "release_dates": [{"type": 3, "release_date": "2026-12-18T00:00:00.000Z"}]}]
    },
    "watch/providers": {
        "results": {"US": {"rent": [{"provider_name": "Town video"}], "buy": [{"provider_name": "Town video"}]}}
    },
}
SEVERANCE = {
    "id": 95396,
    "name": "Severance",
    "original_name": "Severance",
    "first_air_date": "2022-02-17",
    "vote_average": 8.4,
    "vote_count": 2000,
    "last_episode_to_air": None,
    "next_episode_to_air": {
        "id": 7,
        "name": "Back to work",
        "air_date": "2026-06-05",
        "season_number": 3,
        "episode_number": 1,
        "show_id": 95396,
    },
    "seasons": [{"id": 8, "name": "Season 3", "air_date": "2026-06-05", "season_number": 3, "episode_count": 10}],
}
PLAIN = {"id": 5, "title": "Le Sens de la fête", "release_date": "", "media_type": "movie"}

ON_A_PAGE = [
    {
        "@type": "ScreeningEvent",
        "name": "Dune: Part Three",
        "startDate": "2026-12-18T20:15:00-05:00",
        "workPresented": {
            "@type": "Movie",
            "name": "Dune: Part Three",
            "director": {"@type": "Person", "name": "D. V."},
        },
        "location": {"@type": "MovieTheater", "name": "Town cinema"},
    },
    {
        "@type": "ScreeningEvent",
        "name": "Dune: Part Three",
        "startDate": "2026-12-18T17:00:00-05:00",
        "location": {"@type": "MovieTheater", "name": "Town cinema"},
    },
    {"@type": "Movie", "name": "Amélie", "datePublished": "2001-04-25", "url": "/amelie"},
    {
        "@type": "TVEpisode",
        "name": "Back to work",
        "episodeNumber": 1,
        "partOfSeason": {"@type": "TVSeason", "seasonNumber": 3, "name": "Season 3"},
        "partOfSeries": {"@type": "TVSeries", "name": "Severance"},
        "publication": {"@type": "BroadcastEvent", "startDate": "2026-06-05T21:00:00-04:00"},
    },
]


def results(*works: object) -> bytes:
    return json.dumps({"page": 1, "total_pages": 1, "results": works}).encode()


def page(*things: object) -> bytes:
    return f'<!doctype html><script type="application/ld+json">{json.dumps(things)}</script>'.encode()


class TestList(WatcherContract):
    watcher = Films(list="now_playing", key="k" * 40, region="us")
    answers = results(DUNE, PLAIN)
    reordered = results(PLAIN, DUNE)
    cursor = "1 pages"


class TestTitle(WatcherContract):
    watcher = Films(title="Severance", key="0123456789abcdef0123456789abcdef", region="US")
    answers = json.dumps(SEVERANCE).encode()
    cursor = "tv/95396"


class TestPerson(WatcherContract):
    watcher = Films(person="https://www.themoviedb.org/person/137427-denis-villeneuve", key="k" * 40)
    answers = json.dumps({"id": 137427, "cast": [PLAIN], "crew": [DUNE, {**PLAIN, "job": "Writer"}]}).encode()
    cursor = "person/137427"


class TestPage(WatcherContract):
    watcher = Films(url="https://cinema.example/programme")
    answers = page(*ON_A_PAGE)
    reordered = page(*ON_A_PAGE[::-1])
    headers = MappingProxyType({"content-type": "text/html; charset=utf-8"})


class TestFeed(WatcherContract):
    watcher = Films(url="https://cinema.example/rss")
    answers = (
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>Cinema</title>'
        b"<item><title>Dune opens</title><link>https://cinema.example/1</link><description>At last</description></item>"
        b"</channel></rss>"
    )

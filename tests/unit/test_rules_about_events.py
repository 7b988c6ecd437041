"""Rules about concerts, films and books as their owner writes them, from the rule file to what is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rules.faults import RuleFaults
from rules.load import load
from rules.rule import Rule
from tests.rule_files import Files
from tests.story import Told
from watchers.api import Page, Poll
from watchers.concerts import Concerts
from watchers.registry import kinds
from watchers.testing import CannedContext

HEAD = """
channels: {phone: "ntfys://ntfy.sh/a-long-secret-topic"}
defaults: {every: 6h, notify: phone}
me: {city: Boston, home: "42.36,-71.06", artists: [Tool, Sigur Ros], films: ["Dune: Part Three"], series: [Severance]}
rules:
"""
SECRETS = {"env:TICKETS": "a-key-of-mine", "env:TMDB": "k" * 40}


def rule(text: str) -> Rule:
    book = load("rules.yaml", Files({"rules.yaml": HEAD + text}, SECRETS), kinds())
    return book.rules[0]


def faults(text: str) -> str:
    with pytest.raises(RuleFaults) as caught:
        rule(text)
    return "\n".join(map(str, caught.value.faults))


CONCERTS = """
  - name: Concerts
    watch: concerts
    url: https://hall.example/events
    near: "{me.home}"
    when: performers in me.artists and distance < 50 km and not cancelled
"""


def programme(*events: dict[str, Any]) -> Poll:
    hall = {
        "@type": "Place",
        "name": "Town Hall",
        "address": {"@type": "PostalAddress", "addressLocality": "Boston"},
        "geo": {"@type": "GeoCoordinates", "latitude": 42.35, "longitude": -71.06},
    }
    listed = [{"@type": "MusicEvent", "startDate": "2026-09-01T20:00", "location": hall, **event} for event in events]
    body = f'<!doctype html><script type="application/ld+json">{json.dumps(listed)}</script>'.encode()
    watch = Concerts(url="https://hall.example/events", near="42.36,-71.06")
    return watch.read(Page("https://hall.example/events", body), CannedContext(b"", cursor="2026-05-31 UTC"))


def event(number: int, who: str, **more: Any) -> dict[str, Any]:
    return {"name": f"{who} live", "url": f"/{number}", "performer": {"@type": "MusicGroup", "name": who}, **more}


def told(rule: Rule, *polls: Poll) -> list[list[str]]:
    """Return, for each poll, the titles that the owner is told."""
    owner, heard = Told(rule), []
    for poll in polls:
        heard.append([str(firing.facts["title"]) for firing in owner.see(*poll.observations)])
        owner.wait()
    return heard


def test_a_concert_of_a_liked_artist_is_told_once_when_it_is_announced():
    old, new = event(1, "Opeth"), event(2, "sigur rós")
    moved = event(2, "sigur rós", startDate="2026-10-01T20:00", eventStatus="EventRescheduled")
    heard = told(rule(CONCERTS), programme(old), programme(old, new), programme(old, moved), programme(moved, old))
    assert heard == [[], ["sigur rós live"], [], []]


def test_a_concert_far_away_or_called_off_is_not_told():
    far = event(
        3, "Tool", location={"@type": "Place", "geo": {"@type": "GeoCoordinates", "latitude": 51, "longitude": 0}}
    )
    off = event(4, "Tool", eventStatus="https://schema.org/EventCancelled")
    assert told(rule(CONCERTS), programme(event(1, "Opeth")), programme(far, off)) == [[], []]


@pytest.mark.parametrize(
    "when",
    [
        "starts within 60 days and city is me.city",
        "mentions me.artists",
        "performers mentions me.artists and price below 80 USD",
        "on_sale within 3 days or presale within 3 days",
        'status is "cancelled" or sold_out',
    ],
)
def test_what_one_would_ask_of_concerts_can_be_written(when):
    text = f"\n  - {{name: x, watch: concerts, url: https://hall.example/events, when: '{when}'}}\n"
    assert rule(text).watches[0].label == "https://hall.example/events"


SEARCH = """
  - name: Boston
    watch: concerts
    key: ${env:TICKETS}
    city: "{me.city}"
    near: "{me.home}"
    when: performers in me.artists
"""


def test_what_a_search_sends_of_the_profile_has_to_be_allowed_and_the_owners_place_is_not_sent():
    said = faults(SEARCH)
    assert "this would send your me.city" in said
    assert "me.home" not in said
    (watch,) = rule(f"{SEARCH}    send: [city]\n").watches
    assert watch.sends == ("city",)
    assert watch.label == "app.ticketmaster.com: Boston"


@pytest.mark.parametrize(
    ("options", "when"),
    [
        ("list: now_playing, region: US", "title in me.films and in_cinemas"),
        ("list: upcoming, region: US", "title in me.films and opens within 14 days"),
        ('title: "Dune: Part Three", region: US', "available_to in [rent, buy]"),
        ("title: Severance", "airs within 1 day"),
        ("title: Severance", 'type is "season"'),
        ("person: Denis Villeneuve", "type is film and released after 2026-01-01"),
    ],
)
def test_what_one_would_ask_of_films_can_be_written(options, when):
    text = "\n  - {name: x, watch: films, key: '${env:TMDB}', " + f"{options}, when: '{when}'}}\n"
    assert rule(text).watches


def test_each_series_of_a_list_is_watched_by_itself():
    text = """
  - name: Next episodes
    watch: films
    key: ${env:TMDB}
    for each: me.series
    title: "{each}"
    send: [series]
    when: airs within 1 day
"""
    (watch,) = rule(text).watches
    assert watch.sends == ("series",)


def test_a_new_book_can_be_asked_for_by_its_language():
    when = "published after 2026-01-01 and languages is eng"
    text = f"\n  - {{name: x, watch: books, author: J.R.R. Tolkien, when: '{when}'}}\n"
    assert rule(text).watches[0].label == "books: J.R.R. Tolkien (openlibrary.org)"

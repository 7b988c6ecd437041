"""Each recipe that comes along: it loads, reads an answer in its service's documented shape, and tells what it should.

The answers are in the folder of the recipe's name, in the order of its polls. They were written by hand after each
service's documentation: the services themselves are not asked by any test.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from rules.file.collected import Faults
from rules.file.recipes import Recipe, Recipes, shipped
from rules.load import load
from rules.memory import Verdict
from rules.replay import Replay
from rules.rule import Rule
from tests.rule_files import CHANNEL, Files
from watchers.api import Page, Poll
from watchers.registry import kinds
from watchers.testing import NOON, CannedContext

HERE = Path(__file__).parent
TYPES = {".json": "application/json", ".xml": "application/xml", ".html": "text/html; charset=utf-8"}
# By recipe and rule: the answers, and what the owner is told, by the title or the value that was seen.
STORIES = [
    ("steam-price", "steam-game-400", "[0-9]*", ["1.99 EUR"]),
    ("exchange-rate", "eur-in-usd", "[0-9]*", ["1.1512"]),
    ("weather-warnings-us", "weather-warnings-for-suffolk-ma", "[0-9]*", ["High Wind Warning issued June 1"]),
    ("weather-warnings-europe", "weather-warnings-for-wien", "[0-9]*", ["Orange Thunderstorm Warning"]),
    ("earthquakes", "earthquakes-near-48-2-16-4", "[0-9]*", ["M 4.1 - 9 km E of Neunkirchen, Austria"]),
    ("podcast", "the-long-wave-new-episode", "[0-9]*", ["Swell"]),
    ("site-news", "news-of-https-site-example", "[0-9]*", ["Second post"]),
    ("youtube-channel", "videos-of-ucabcdefghijklmnopqrstuv", "[0-9]*", ["How bridges fall"]),
    ("software-release", "new-release-of-owner-project", "[0-9]*", ["project v2.0.0"]),
    ("status-page", "example-cloud-is-not-all-right", "[0-9]*", ["major"]),
    ("status-page", "incidents-of-example-cloud", "incidents-*", ["Slow answers"]),
    ("parcel", "parcel-lamp-from-lumen", "[0-9]*", ["Out for delivery"]),
]


def recipe(name: str) -> Recipe:
    faults = Faults()
    found = Recipes("rules.yaml", Files({}), faults).named(name)
    assert found is not None, "\n".join(map(str, faults.found))
    return found


def rules_of(name: str, **blanks: str) -> dict[str, Rule]:
    """Return the rules that a recipe makes of its own examples, but for some blanks, as the loader reads them."""
    filled = "".join(f"      {b.name}: {blanks.get(b.name, b.example)}\n" for b in recipe(name).blanks.values())
    text = f"{CHANNEL}rules:\n  - use: {name}\n    with:\n{filled}"
    book = load("rules.yaml", Files({"rules.yaml": text}), kinds())
    return {rule.id: rule for rule in book.rules}


def polls(rule: Rule, answers: Sequence[tuple[bytes, str]]) -> list[Verdict]:
    """Let the real kind look at one answer after another, and the rule judge what it saw."""
    replay, cursor, verdicts = Replay(rule, ZoneInfo("UTC")), None, []
    for number, (body, type_) in enumerate(answers):
        at = NOON + number * rule.every
        page = Page("", body, {"content-type": type_}, digest=str(number))
        context = CannedContext(lambda request, page=page: Page(request.url, page.body, page.headers), now=at)
        context.cursor = cursor
        poll = asyncio.run(rule.watches[0].watcher.poll(context))
        assert isinstance(poll, Poll)
        cursor = poll.cursor
        verdict = replay.poll(rule.watches[0].id, poll.observations, at, is_baseline=poll.is_baseline)
        assert verdict is not None
        verdicts.append(verdict)
    return verdicts


@pytest.mark.parametrize(("name", "rule_id", "pattern", "told"), STORIES, ids=[story[1] for story in STORIES])
def test_what_its_service_says_is_told_once_and_nothing_else(name, rule_id, pattern, told):
    answers = sorted((HERE / name).glob(pattern))
    assert answers, "the recipe has no recorded answer"
    verdicts = polls(rules_of(name)[rule_id], [(answer.read_bytes(), TYPES[answer.suffix]) for answer in answers])
    firings = [firing for verdict in verdicts for firing in verdict.firings]
    assert len(firings) == len(told)
    for firing, words in zip(firings, told, strict=True):
        assert any(words in str(fact) for fact in firing.facts.values()), firing.facts
    assert all(verdict.firings == () for verdict in verdicts[:-1]), "something was told before it happened"


@pytest.mark.parametrize(
    ("here", "there", "is_near"),
    [
        ("179.5", -178.2, True),
        ("-178.2", 179.5, True),
        ("-178.2", -179.9, True),
        ("179.5", -170, False),
        ("16.4", -16.4, False),
        ("-72.1", -73.0, True),
    ],
)
def test_an_earthquake_is_as_near_on_the_other_side_of_the_date_line(here, there, is_near):
    (rule,) = rules_of("earthquakes", longitude=here).values()
    place = {"type": "Point", "coordinates": [there, 48.2, 10]}
    quake = {"id": "us9", "properties": {"mag": 5, "title": "M 5.0", "ids": ",us9,"}, "geometry": place}
    answers = [json.dumps({"features": found}).encode() for found in ([], [quake])]
    verdicts = polls(rule, [(answer, "application/json") for answer in answers])
    assert bool(verdicts[-1].firings) is is_near


def test_every_recipe_has_a_recorded_answer_for_each_of_its_rules():
    assert {(name, rule_id) for name in shipped() for rule_id in rules_of(name)} == {
        (name, rule_id) for name, rule_id, *_ in STORIES
    }


@pytest.mark.parametrize("name", shipped())
def test_a_recipe_explains_every_blank_and_looks_no_more_often_than_a_service_likes(name):
    assert recipe(name).about.endswith(".")
    for blank in recipe(name).blanks.values():
        assert blank.settings.meaning.endswith("."), blank.name
    assert all(rule.every >= timedelta(minutes=5) for rule in rules_of(name).values())


@pytest.mark.parametrize("name", shipped())
def test_a_changed_wish_keeps_the_rule_with_its_memory(name):
    """What an owner tunes later (a price, a rate) is no part of the name, on which the memory hangs."""
    tuned = {"price", "rate", "magnitude", "degrees", "part", "feed"}
    named = "".join(str(rule.get("name").text) for rule in recipe(name).rules)
    assert not [blank for blank in recipe(name).blanks if blank in tuned and f"{{{blank}}}" in named]

"""One story that several feeds of a rule carry is told once; two things of one feed are two, however alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.memory import STORY as STORY_OF_RULES
from rules.replay import Replay
from rules.rule import Rule, WatchSpec
from tests.accuracy.cases import context
from tests.small_world import Life, Source, rule
from tests.story import START, STREAM, Shop, entry
from watchers.api import Observation, Page
from watchers.feed import Feed
from watchers.reading.entrykeys import KnownEntry
from watchers.reading.feeddocument import FeedEntry
from watchers.reading.stories import STORY, story_keys

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEADLINE = "Tokamak holds its plasma for twenty minutes"
OLD = entry("old", "an old thing")


def two_feeds(when: str = "text mentions tokamak", **settings: object) -> Rule:
    """Return a rule that reads the watches `one` and `two`."""
    made = rule(when, STREAM, watch="one", **settings)
    return replace(made, watches=(*made.watches, WatchSpec("two", STREAM, "two.example", Shop())))


def story(key: str, title: str = HEADLINE, name: str = "tokamak") -> Observation:
    return replace(entry(key, title), also=(f"{STORY}{name}",))


def life_of(database, made: Rule, one: tuple, two: tuple) -> Life:
    life = Life(database, {"one": Source(one), "two": Source(two)})
    life.keep(made)
    return life


def heard(life: Life) -> list[tuple[str, str]]:
    return [(firing.observation, firing.reason) for firing in life.firings()]


# Judging.


def test_the_agent_and_the_feeds_call_a_story_by_one_name():
    assert STORY == STORY_OF_RULES


def test_a_story_of_two_feeds_is_told_once(database):
    life = life_of(
        database, two_feeds(), ((0, (OLD,)), (90, (OLD, story("a")))), ((0, (OLD,)), (150, (OLD, story("b"))))
    )
    life.live(until=900, script=())
    assert heard(life) == [("a", "new")]


def test_a_story_that_comes_to_both_at_once_is_told_once(database):
    life = life_of(
        database, two_feeds(), ((0, (OLD,)), (90, (OLD, story("a")))), ((0, (OLD,)), (90, (OLD, story("b"))))
    )
    life.live(until=900, script=())
    assert len(heard(life)) == 1


def test_two_things_of_one_feed_are_two_however_alike(database):
    shown = (OLD, story("a"), story("b"))
    life = life_of(database, two_feeds(), ((0, (OLD,)), (90, shown)), ((0, (OLD,)),))
    life.live(until=900, script=())
    assert heard(life) == [("a", "new"), ("b", "new")]


def test_a_story_that_did_not_fit_in_one_feed_is_told_by_the_other_where_it_does(database):
    short = story("a", "A record for a machine in the south")
    life = life_of(database, two_feeds(), ((0, (OLD,)), (90, (OLD, short))), ((0, (OLD,)), (150, (OLD, story("b")))))
    life.live(until=900, script=())
    assert heard(life) == [("b", "new")]


def test_a_story_that_was_there_before_the_rule_is_no_news_in_another_feed(database):
    life = life_of(database, two_feeds(), ((0, (OLD, story("a"))),), ((0, (OLD,)), (90, (OLD, story("b")))))
    life.live(until=900, script=())
    assert heard(life) == []


def test_another_story_is_told_besides(database):
    other = story("b", "Another tokamak burns for an hour", "burns")
    life = life_of(database, two_feeds(), ((0, (OLD,)), (90, (OLD, story("a")))), ((0, (OLD,)), (150, (OLD, other))))
    life.live(until=900, script=())
    assert heard(life) == [("a", "new"), ("b", "new")]


def test_rules_do_not_know_each_other_s_stories(database):
    alone = rule("text mentions tokamak", STREAM, watch="two", name="alone")
    sights = {
        "one": Source(((0, (OLD,)), (90, (OLD, story("a"))))),
        "two": Source(((0, (OLD,)), (150, (OLD, story("b"))))),
    }
    life = Life(database, sights)
    life.keep(two_feeds(), alone)
    life.live(until=900, script=())
    assert [told.observation for told in life.told("alone")] == ["b"]
    assert [told.observation for told in life.told("rule")] == ["a"]


def test_a_replay_tells_of_a_story_as_the_agent_does():
    replay = Replay(two_feeds(), ZoneInfo("UTC"))
    told = []
    for minute, watch_id, shown in (
        (0, "one", [OLD]),
        (0, "two", [OLD]),
        (60, "one", [OLD, story("a")]),
        (61, "two", [OLD, story("b")]),
        (120, "two", [OLD, story("b")]),
    ):
        verdict = replay.poll(watch_id, shown, START + timedelta(minutes=minute))
        assert verdict is not None
        told += [firing.observation for firing in verdict.firings]
    assert told == ["a"]


# The keys of a story.


def known(key: str, title: str = "", link: str = "", at: datetime | None = NOON) -> KnownEntry:
    return KnownEntry(FeedEntry(id=key, title=title, link=link, published=at), key, ())


def is_one_story(one: KnownEntry, other: KnownEntry) -> bool:
    ((first,), (second,)) = story_keys([one]), story_keys([other])
    return bool(set(first) & set(second))


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        (known("a", HEADLINE), known("b", HEADLINE.upper()), True),
        (known("a", HEADLINE), known("b", f"“{HEADLINE}!”"), True),
        (known("a", HEADLINE), known("b", HEADLINE, at=NOON + timedelta(days=1)), True),
        (known("a", HEADLINE), known("b", HEADLINE, at=NOON - timedelta(days=1)), True),
        (known("a", HEADLINE), known("b", HEADLINE, at=NOON + timedelta(days=3)), False),
        (known("a", HEADLINE), known("b", f"{HEADLINE} more"), False),
        (known("a", HEADLINE), known("b", HEADLINE, at=None), False),
        (known("a", "Weekly update"), known("b", "Weekly update"), False),
        (
            known("a", "One", "https://www.paper.example/news/a-long-slug-of-it?utm_source=x"),
            known("b", "Two", "http://paper.example/news/a-long-slug-of-it"),
            True,
        ),
        (
            known("a", "1", "https://x.example/story/20260301"),
            known("b", "2", "https://x.example/story/20260301"),
            True,
        ),
        (known("a", "1", "https://x.example/status"), known("b", "2", "https://x.example/status"), False),
        (known("a", "1", "https://x.example/"), known("b", "2", "https://x.example/"), False),
        (known("a", "1", ""), known("b", "2", ""), False),
    ],
)
def test_two_entries_are_one_story_by_a_long_headline_or_the_page_of_an_article(one, other, is_one):
    assert is_one_story(one, other) is is_one


def test_what_two_entries_of_a_feed_share_is_the_key_of_neither():
    assert story_keys([known("a", HEADLINE), known("b", HEADLINE)]) == [(), ()]


@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60)), max_size=6))
def test_no_two_entries_of_a_feed_have_a_story_in_common(entries):
    keys = story_keys([known(str(number), title, link) for number, (title, link) in enumerate(entries)])
    whole = [key for each in keys for key in each]
    assert len(keys) == len(entries)
    assert len(whole) == len(set(whole))


def test_a_feed_gives_its_entries_the_keys_of_their_stories():
    item = f"<item><title>{HEADLINE}</title><guid>1</guid><pubDate>Sun, 01 Mar 2026 12:00:00 GMT</pubDate></item>"
    page = Page(
        "https://one.example/", f"<rss version='2.0'><channel><title>One</title>{item}</channel></rss>".encode()
    )
    (seen,) = Feed(url="https://one.example/").read(page, context()).observations
    assert [key for key in seen.also if key.startswith(STORY)] == list(story_keys([known("1", HEADLINE)])[0])

"""One story that several feeds of a rule carry is told once; two things of one feed are two, however alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.replay import Replay
from rules.rule import Rule, WatchSpec
from rules.stories import STORY as STORY_OF_RULES
from rules.stories import bounds, is_recent, matches, read_sketch
from tests.accuracy.cases import context
from tests.small_world import Life, Source, rule
from tests.story import START, STREAM, TROUBLE, Shop, entry
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


def story(key: str, title: str = HEADLINE, *, headline: str = HEADLINE, hours: float = 0) -> Observation:
    """Return an entry that shows the story of a headline under its own title."""
    ((name,),) = story_keys([known(key, headline, at=START + timedelta(hours=hours))])
    return replace(entry(key, title), also=(name,))


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


@pytest.mark.parametrize(("published", "expected"), [(1, [("a", "new")]), (-1, [])])
def test_what_nobody_was_told_of_as_a_feed_was_read_later_is_told_by_the_other(database, published, expected):
    first, second = (story(key, hours=published) for key in ("a", "b"))
    life = life_of(database, two_feeds(), ((0, (OLD,)), (180, (OLD, first))), ((0, TROUBLE), (120, (OLD, second))))
    life.live(until=900, script=())
    assert heard(life) == expected


def test_a_feed_that_is_read_later_repeats_nothing_that_was_told(database):
    shown = story("a", hours=1)
    third = replace(two_feeds(), watches=(*two_feeds().watches, WatchSpec("three", STREAM, "three.example", Shop())))
    sights = {
        "one": Source(((0, (OLD,)), (90, (OLD, shown)))),
        "two": Source(((0, TROUBLE), (150, (OLD, story("b", hours=1))))),
        "three": Source(((0, (OLD,)), (210, (OLD, story("c", hours=1))))),
    }
    life = Life(database, sights)
    life.keep(third)
    life.live(until=900, script=())
    assert heard(life) == [("a", "new")]


def test_another_story_is_told_besides(database):
    other = story("b", "Another tokamak burns for an hour", headline="Another tokamak burns for an hour")
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


def test_a_replay_tells_of_what_another_feed_held_when_it_was_first_read():
    replay = Replay(two_feeds(), ZoneInfo("UTC"))
    told = []
    for minute, watch_id, shown in (
        (0, "one", [OLD]),
        (120, "two", [OLD, story("b", hours=1)]),
        (180, "one", [OLD, story("a", hours=1)]),
        (181, "two", [OLD, story("b", hours=1)]),
    ):
        verdict = replay.poll(watch_id, shown, START + timedelta(minutes=minute))
        assert verdict is not None
        told += [firing.observation for firing in verdict.firings]
    assert told == ["a"]


# The keys of a story.


def known(key: str, title: str = "", link: str = "", at: datetime | None = NOON, text: str = "") -> KnownEntry:
    return KnownEntry(FeedEntry(id=key, title=title, link=link, published=at, summary=text), key, ())


def is_one_story(one: KnownEntry, other: KnownEntry) -> bool:
    (first,), (second,) = story_keys([one], "One Daily"), story_keys([other], "Two Times")
    return bool(matches(first, second))


AGENCY = (
    "A strong earthquake shook the coast off Valparaiso on Tuesday morning, damaging houses and a bridge, the civil "
    "protection agency said, but there were no reports of victims and the harbour went on working as usual."
)
FORM = (
    "An earthquake struck south of {} at shallow depth, the survey said after its first analysis of seismic waves that "
    "were recorded by stations of the national network across the whole region during the night."
)
LONG = "Researchers in the south say their tokamak held a burning plasma steady for twenty minutes"

ONE_STORY = {
    "case": (known("a", HEADLINE), known("b", HEADLINE.upper())),
    "quotes": (known("a", HEADLINE), known("b", f"“{HEADLINE}!”")),
    "the next day": (known("a", HEADLINE), known("b", HEADLINE, at=NOON + timedelta(days=1))),
    "six hours before": (known("a", HEADLINE), known("b", HEADLINE, at=NOON - timedelta(hours=6))),
    "the paper's name": (known("a", HEADLINE), known("b", f"{HEADLINE} - One Daily")),
    "another paper's name": (known("a", f"{HEADLINE} | The Evening Post"), known("b", f"{HEADLINE} - One Daily")),
    "a label": (known("a", HEADLINE), known("b", f"BREAKING: {HEADLINE}")),
    "an ending": (known("a", HEADLINE), known("b", HEADLINE.replace("holds", "holding"))),
    "small words": (known("a", HEADLINE), known("b", HEADLINE.replace("its plasma", "the plasma"))),
    "a few words more": (known("a", LONG), known("b", LONG.replace("burning", "hot burning"))),
    "grouped digits": (
        known("a", "Maker of pumps cuts 1,200 jobs in the north"),
        known("b", "Maker of pumps cuts 1200 jobs in the north"),
    ),
    "an agency's text": (
        known("a", "Earthquake shakes coast of Chile", text=f"SANTIAGO (agency) - {AGENCY}"),
        known("b", "Strong earthquake off Valparaiso coast", text=AGENCY),
    ),
    "an agency's text, cut off": (
        known("a", "Earthquake shakes coast of Chile", text=AGENCY),
        known("b", "Strong earthquake off Valparaiso coast", text=f"{AGENCY[:150]}… Read more"),
    ),
    "a script without spaces": (
        known("a", "東京で大規模な停電が発生し電車が止まった"),
        known("b", "東京で大規模な停電が発生し電車が止まった - 一日新聞"),
    ),
    "the article's page": (
        known("a", "One", "https://www.paper.example/news/a-long-slug-of-it?utm_source=x"),
        known("b", "Two", "http://paper.example/news/a-long-slug-of-it"),
    ),
    "the article's number": (
        known("a", "1", "https://x.example/story/20260301"),
        known("b", "2", "https://x.example/story/20260301"),
    ),
}

TWO_STORIES = {
    "another version": (
        known("a", "Version 2.1 of the great compiler is out", text=AGENCY),
        known("b", "Version 2.2 of the great compiler is out", text=AGENCY),
    ),
    "a number in words": (
        known("a", "Three climbers rescued from the north face"),
        known("b", "Four climbers rescued from the north face"),
    ),
    "denied": (
        known("a", "Minister of energy will resign over the reactor affair"),
        known("b", "Minister of energy will not resign over the reactor affair"),
    ),
    "denied elsewhere": (
        known("a", "Ministerin tritt wegen der Affäre um den Reaktor zurück"),
        known("b", "Ministerin tritt wegen der Affäre um den Reaktor nicht zurück"),
    ),
    "again": (known("a", LONG), known("b", f"{LONG} again")),
    "the other way round": (
        known("a", "Northern Rovers beat Southern United after extra time"),
        known("b", "Southern United beat Northern Rovers after extra time"),
    ),
    "up and down": (
        known("a", "Stock markets close higher after the decision of the central bank"),
        known("b", "Stock markets close lower after the decision of the central bank"),
    ),
    "another place": (
        known("a", "Strong earthquake shakes villages near Sendai in Japan"),
        known("b", "Strong earthquake shakes villages near Kobe in Japan"),
    ),
    "two earthquakes of one form": (
        known("a", "Earthquake near Sendai in Japan", text=FORM.format("Sendai")),
        known("b", "Earthquake near Kobe in Japan", text=FORM.format("Kobe")),
    ),
    "one form, with a number": (
        known("a", "M 5.1 earthquake in Japan", text=FORM.format("Sendai")),
        known("b", "M 4.9 earthquake in Japan", text=FORM.format("Sendai")),
    ),
    "the same words of another thing": (
        known("a", "Podcast on fusion", text=AGENCY),
        known("b", "Letters from readers", text=AGENCY),
    ),
    "an answer to it": (
        known("a", "The forum on fusion machines: how to cool the magnets quickly"),
        known("b", "Re: The forum on fusion machines: how to cool the magnets quickly"),
    ),
    "three days later": (known("a", HEADLINE), known("b", HEADLINE, at=NOON + timedelta(days=3))),
    "a word more in a short one": (known("a", HEADLINE), known("b", f"{HEADLINE} more")),
    "no date": (known("a", HEADLINE), known("b", HEADLINE, at=None)),
    "a name of a series": (known("a", "Weekly update"), known("b", "Weekly update")),
    "a page that is no article's": (
        known("a", "1", "https://x.example/status"),
        known("b", "2", "https://x.example/status"),
    ),
    "a front page": (known("a", "1", "https://x.example/"), known("b", "2", "https://x.example/")),
    "nothing": (known("a", "1"), known("b", "2")),
}


@pytest.mark.parametrize("pair", ONE_STORY.values(), ids=ONE_STORY)
def test_two_entries_are_one_story(pair):
    assert is_one_story(*pair)
    assert is_one_story(*reversed(pair))


@pytest.mark.parametrize("pair", TWO_STORIES.values(), ids=TWO_STORIES)
def test_two_entries_are_two_stories(pair):
    assert not is_one_story(*pair)
    assert not is_one_story(*reversed(pair))


def test_what_two_entries_of_a_feed_share_is_the_key_of_neither():
    assert story_keys([known("a", HEADLINE), known("b", HEADLINE)]) == [(), ()]


def test_a_text_that_a_feed_puts_below_everything_tells_no_story():
    entries = [
        known(str(number), f"Chapter {number} of a book about {number} magnets", text=AGENCY) for number in "123"
    ]
    sketches = [read_sketch(key) for keys in story_keys(entries) for key in keys]
    assert [sketch.beginning for sketch in sketches if sketch is not None] == [()] * len(sketches)


@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60)), max_size=6))
def test_no_two_entries_of_a_feed_have_a_story_in_common(entries):
    keys = story_keys([known(str(number), title, link) for number, (title, link) in enumerate(entries)])
    whole = [key for each in keys for key in each]
    assert len(keys) == len(entries)
    assert len(whole) == len(set(whole))


@given(st.text(max_size=200), st.text(max_size=400), st.text(max_size=60))
def test_whatever_an_entry_says_its_key_can_be_read_and_is_its_own_story(title, text, link):
    (keys,) = story_keys([known("a", title, link, text=text)])
    assert all(read_sketch(key) is not None and key.isprintable() for key in keys)
    assert matches(keys, keys) == {key: key for key in keys}


@given(st.text(max_size=60))
def test_any_other_key_tells_no_story(text):
    assert read_sketch(f"id:{text}") is None
    assert matches([f"id:{text}"], [f"id:{text}"]) == {}
    assert bounds([f"id:{text}"]) is None


def test_what_may_be_one_story_lies_between_its_bounds():
    (key,) = story_keys([known("a", HEADLINE)])[0]
    low, high = bounds([key])
    for hours in range(-48, 49):
        (other,) = story_keys([known("b", HEADLINE, at=NOON + timedelta(hours=hours))])[0]
        assert low <= other < high
    assert is_recent(key, NOON + timedelta(days=2))
    assert not is_recent(key, NOON + timedelta(days=5))


def test_a_thousand_headlines_that_share_a_phrase_are_compared_with_few():
    entries = [
        known(str(n), f"Live from the great hall tonight: item {n} by speaker {n * n + 7} on stage {n}")
        for n in range(900)
    ]
    keys = [key for entry in entries for key in story_keys([entry])[0]]
    assert len(keys) == len(entries)
    assert matches(keys[:450], keys[450:]) == {}
    assert matches(keys[:1], keys) == {keys[0]: keys[0]}


def test_a_feed_gives_its_entries_the_keys_of_their_stories():
    item = f"<item><title>{HEADLINE}</title><guid>1</guid><pubDate>Sun, 01 Mar 2026 12:00:00 GMT</pubDate></item>"
    page = Page(
        "https://one.example/", f"<rss version='2.0'><channel><title>One</title>{item}</channel></rss>".encode()
    )
    (seen,) = Feed(url="https://one.example/").read(page, context()).observations
    assert [key for key in seen.also if key.startswith(STORY)] == list(story_keys([known("1", HEADLINE)])[0])

"""Which entries of a feed are news: each once, whatever the feed does to its ids, links, titles and dates."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.feed import Feed
from watchers.reading.feed import read_feed
from watchers.reading.links import bared
from watchers.testing import CannedContext, poll_once

SITE = "https://one.example/"
NOON = datetime(2026, 5, 1, 12, 34, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    title: str = ""
    link: str = ""
    guid: str = ""
    at: datetime | None = None
    text: str = ""

    def __str__(self) -> str:
        date = format_datetime(self.at) if self.at else ""
        fields = {"title": self.title, "link": self.link, "guid": self.guid, "pubDate": date, "description": self.text}
        return f"<item>{''.join(f'<{n}>{escape(v)}</{n}>' for n, v in fields.items() if v)}</item>"


def feed(*items: Item) -> bytes:
    inside = "".join(map(str, items))
    return f"<rss version='2.0'><channel><title>One</title><link>{SITE}</link>{inside}</channel></rss>".encode()


def told(*fetches: list[Item]) -> list[list[str]]:
    """Return the titles that are news at each fetch after the first, as a memory of keys decides it."""
    seen: set[str] = set()
    news = []
    cursor = f"{SITE}feed"
    for items in fetches:
        poll = poll_once(Feed(url=f"{SITE}feed"), CannedContext(feed(*items), cursor=cursor))
        cursor = poll.cursor
        keys = [({one.key, *one.also}, str(one.facts.get("title", ""))) for one in poll.observations]
        news.append([title for names, title in keys if not names & seen])
        seen |= {key for names, _ in keys for key in names}
    return news[1:]


def posts(*numbers: int, **changed: str) -> list[Item]:
    """Return ordinary blog posts: a title, a link, an id and a date of their own."""
    ordinary = (Item(f"Post {n}", f"{SITE}posts/{n}", f"id-{n}", NOON + timedelta(days=n)) for n in numbers)
    return [replace(item, **changed) for item in ordinary]


def test_an_entry_is_news_once():
    assert told(posts(2, 1), posts(3, 2, 1), posts(4, 3, 2), posts(4, 3, 2)) == [["Post 3"], ["Post 4"], []]


def test_an_entry_that_leaves_and_comes_back_is_no_news():
    assert told(posts(2, 1), posts(2), posts(2, 1), [], posts(1, 2)) == [[], [], [], []]


def test_an_edited_title_is_no_news():
    edited = [replace(item, title=f"{item.title}, corrected") for item in posts(2, 1)]
    assert told(posts(2, 1), edited) == [[]]
    without_ids = [replace(item, guid="") for item in posts(2, 1)]
    assert told(without_ids, [replace(item, title="Corrected") for item in without_ids[:1]] + without_ids[1:]) == [[]]


def test_a_changed_date_is_no_news():
    bumped = [replace(item, at=NOON + timedelta(days=99)) for item in posts(2, 1)]
    assert told(posts(2, 1), bumped) == [[]]


def test_where_ids_are_missing_the_link_tells_entries_apart():
    assert told(posts(2, 1, guid=""), posts(3, 2, 1, guid=""), posts(1, 2, guid="")) == [["Post 3"], []]


def test_entries_that_all_carry_one_link_are_told_apart_by_their_ids():
    assert told(posts(2, 1, link=SITE), posts(3, 2, link=SITE), posts(1, 3, link=SITE)) == [["Post 3"], []]


def test_entries_that_all_carry_one_link_and_no_id_are_told_apart_by_title_and_date():
    bare = {"link": f"{SITE}live", "guid": ""}
    assert told(posts(2, 1, **bare), posts(3, 2, **bare), posts(3, 1, **bare)) == [["Post 3"], []]


def test_a_title_that_comes_back_under_a_new_id_is_news():
    weekly = posts(1, 2, 3, title="Weekly update", link=SITE)
    assert told(weekly[:1], weekly[:2], weekly[1:]) == [["Weekly update"], ["Weekly update"]]


def test_the_same_title_and_link_under_a_new_id_are_news_even_without_dates():
    delays = [Item("Line 5: delay", f"{SITE}traffic", guid) for guid in "abc"]
    assert told([delays[0]], [delays[1]], [delays[2], delays[0]]) == [["Line 5: delay"], ["Line 5: delay"]]


def test_a_feed_of_one_entry_with_one_link_for_ever_tells_each():
    latest = [Item(f"Version {n}", f"{SITE}download", f"v{n}", NOON + timedelta(days=n)) for n in (1, 2, 3)]
    assert told(*([item] for item in latest)) == [["Version 2"], ["Version 3"]]
    assert told(*([replace(item, guid="")] for item in latest)) == [["Version 2"], ["Version 3"]]
    assert told(*([replace(item, guid=SITE)] for item in latest)) == [["Version 2"], ["Version 3"]]


def test_a_feed_of_one_entry_without_an_id_may_correct_its_title_or_its_date():
    first = Item("Sea level 3 m", f"{SITE}now", "", NOON)
    corrected = replace(first, title="Sea level 4 m")
    assert told([first], [corrected], [replace(corrected, at=NOON + timedelta(hours=1))]) == [[], []]


def test_a_site_that_moves_to_https_and_drops_its_trackers_has_no_news():
    old = [replace(item, guid=f"http://www.one.example/?p={n}&utm_source=rss") for n, item in enumerate(posts(3, 2, 1))]
    new = [replace(item, guid=f"https://one.example/?p={n}") for n, item in enumerate(posts(3, 2, 1))]
    assert told(old, new) == [[]]


def test_a_site_with_new_software_and_new_ids_has_no_news():
    moved = [
        replace(item, guid=f"urn:uuid:{n}", link=f"https://blog.example/{n}") for n, item in enumerate(posts(3, 2))
    ]
    assert told(posts(3, 2), moved + posts(4, guid="urn:9")) == [["Post 4"]]


LATER = NOON + timedelta(days=400)


def stories(*numbers: int, new: bool = False, **changed: object) -> list[Item]:
    """Return posts with a text of their own, as the old software of a site gives them, or the new."""
    old = [replace(item, text=f"The whole of story {item.title} in a few words.") for item in posts(*numbers)]
    moved = [replace(item, guid=f"urn:{n}", link=f"https://new.example/{n}") for n, item in enumerate(old)]
    return [replace(item, **changed) for item in (moved if new else old)]


def test_a_site_with_new_software_that_dates_everything_anew_has_no_news():
    moved = [Item("Post 9", f"{SITE}9", "urn:9", LATER), *stories(3, 2, 1, new=True, at=LATER)]
    assert told(stories(3, 2, 1), moved, stories(3, 2, 1, new=True)) == [["Post 9"], []]


def test_a_site_that_gives_mere_days_or_no_dates_may_change_all_ids_as_well():
    day = NOON.replace(hour=0, minute=0)
    assert told(posts(3, 2, 1, at=day), stories(3, 2, 1, new=True, at=day)) == [[]]
    assert told(stories(3, 2, 1, at=None), stories(3, 2, 1, new=True, at=None)) == [[]]


def test_what_moved_is_known_by_its_old_id_for_as_long_as_the_feed_shows_it():
    """A rule that looks less often than others has seen nothing of what came between."""
    url, cursor = f"{SITE}feed", f"{SITE}feed"
    moved = stories(3, 2, 1, new=True, at=LATER)
    for items in (stories(3, 2, 1), moved, [], [*posts(7), *moved], moved):
        poll = poll_once(Feed(url=url), CannedContext(feed(*items), cursor=cursor))
        cursor = poll.cursor
    assert [one.also[-1] for one in poll.observations] == ["id:id-3", "id:id-2", "id:id-1"]


def test_a_forecast_that_comes_anew_under_new_ids_is_news_each_time():
    def forecast(issue: int) -> list[Item]:
        at = NOON + timedelta(hours=issue)
        days = ("today", "tomorrow", "Sunday", "Monday")
        return [Item(f"Weather {day}", SITE + day, f"{day}-{issue}", at, f"Storm {issue} near {day}") for day in days]

    first, second = [f"Weather {day}" for day in ("today", "tomorrow", "Sunday", "Monday")], []
    assert told(forecast(1), forecast(2), forecast(3), forecast(3)) == [first, first, second]


def test_a_feed_that_is_quicker_than_its_reader_hides_nothing():
    """Between two looks all of its entries were replaced, and some say what earlier ones said."""
    repeated = [Item("Traffic is back", "", f"t{n}", NOON + timedelta(days=n), "All clear again.") for n in (1, 2)]
    first, second = [*stories(1, 2, 3), repeated[0]], [*stories(4, 5, 6), repeated[1]]
    assert told(first, second) == [["Post 4", "Post 5", "Post 6", "Traffic is back"]]


def test_ids_that_change_at_every_fetch_are_no_news():
    def fetch(number: int, *numbers: int) -> list[Item]:
        return [replace(item, guid=f"{item.link}?t={number * 1000}") for item in posts(*numbers)]

    assert told(fetch(1, 3, 2, 1), fetch(2, 3, 2, 1), fetch(3, 4, 3, 2)) == [[], ["Post 4"]]
    edited = [replace(item, title="Corrected") for item in fetch(2, 3, 2, 1)[:1]] + fetch(2, 2, 1)
    assert told(fetch(1, 3, 2, 1), edited) == [[]]


def test_ids_and_dates_that_change_at_every_fetch_are_no_news_even_without_a_text():
    def fetch(number: int, *numbers: int) -> list[Item]:
        return [
            Item(f"Post {n}", f"{SITE}news/the-words-of-post-{n}", f"{number}-{n}", NOON + timedelta(hours=number))
            for n in numbers
        ]

    assert told(fetch(1, 4, 3, 2, 1), fetch(2, 5, 4, 3, 2), fetch(3, 6, 5, 4, 3)) == [["Post 5"], ["Post 6"]]


def test_reports_without_a_text_that_come_anew_under_new_ids_are_news_where_their_link_is_a_place():
    def fetch(number: int) -> list[Item]:
        return [
            Item(f"Line {n}: delays", f"{SITE}lines/{n}", f"{number}-{n}", NOON + timedelta(hours=number))
            for n in range(4)
        ]

    assert [len(news) for news in told(fetch(1), fetch(2))] == [4]


def test_ids_that_only_count_the_places_of_a_feed_hide_nothing():
    def counted(*numbers: int) -> list[Item]:
        return [replace(item, guid=str(place)) for place, item in enumerate(posts(*numbers), 1)]

    assert told(counted(3, 2, 1), counted(4, 3, 2), counted(5, 4, 3)) == [["Post 4"], ["Post 5"]]


@pytest.mark.parametrize("shape", ["{}", "item-{}", f"{SITE}#{{}}"])
@pytest.mark.parametrize("changed", [{}, {"at": None}, {"at": None, "link": SITE}, {"at": None, "link": ""}])
@pytest.mark.parametrize("first", [0, 1])
def test_ids_that_count_places_in_any_shape_hide_nothing_even_without_dates(shape, changed, first):
    """Without dates the feed shows it only by moving its entries on by a place."""

    def counted(*numbers: int) -> list[Item]:
        items = stories(*numbers, **changed)
        return [replace(item, guid=shape.format(place)) for place, item in enumerate(items, first)]

    fetches = [
        (5, 4, 3, 2, 1),
        (5, 4, 3, 2, 1),
        (6, 5, 4, 3, 2),
        (6, 5, 4, 3, 2),
        (8, 7, 6, 5, 4),
        (15, 14, 13, 12, 11),
    ]
    later = [[f"Post {n}" for n in numbers] for numbers in ((), (6,), (), (8, 7), (15, 14, 13, 12, 11))]
    assert told(*(counted(*numbers) for numbers in fetches)) == later


def test_ids_of_a_database_that_lists_its_oldest_first_are_no_places():
    def listed(last: int, **changed: object) -> list[Item]:
        return [replace(stories(n, at=None)[0], guid=f"item-{n}", **changed) for n in range(1, last + 1)]

    corrected = [replace(item, title=f"{item.title} (corrected)", link=f"{SITE}other") for item in listed(6)]
    assert told(listed(5), listed(6), corrected, listed(7)) == [["Post 6"], [], ["Post 7"]]


def test_one_id_for_all_entries_hides_nothing():
    assert told(posts(2, 1, guid="news"), posts(3, 2, 1, guid="news"), posts(3, 2, guid="news")) == [["Post 3"], []]


def test_an_id_given_twice_by_mistake_changes_nothing_for_the_others():
    slip = Item("A slip", f"{SITE}slip", "id-1", NOON + timedelta(days=9))
    assert told(posts(4, 3, 2, 1), [slip, *posts(4, 3, 2, 1)], [slip, *posts(4, 3)]) == [["A slip"], []]


def test_two_versions_of_an_entry_in_one_document_are_one_entry():
    corrected = replace(posts(3)[0], title="Post 3, corrected", at=NOON + timedelta(days=4))
    assert told(posts(2, 1), [*posts(3), corrected, *posts(2, 1)]) == [["Post 3, corrected"]]


def test_entries_with_nothing_but_a_title_are_told_once():
    assert told([Item("One"), Item("Two")], [Item("Three"), Item("Two"), Item("One")]) == [["Three"]]


def test_what_is_alike_to_the_last_letter_is_one_entry():
    assert told(posts(1), [*posts(2), *posts(2), *posts(1)]) == [["Post 2"]]


def test_an_emptied_feed_forgets_nothing():
    assert told(posts(2, 1), [], posts(3, 2, 1)) == [[], ["Post 3"]]


numbers = st.lists(st.integers(0, 30), unique=True, max_size=8)


@settings(deadline=None)
@given(st.lists(numbers, min_size=2, max_size=8), st.data())
def test_with_sound_ids_each_is_news_exactly_once(fetches, data):
    """Titles and links repeat, entries come, go and come back in any order: the id alone decides."""
    titles = data.draw(st.lists(st.sampled_from(["Update", "Delay", "Post"]), min_size=31, max_size=31))
    links = data.draw(st.lists(st.sampled_from([SITE, f"{SITE}live", f"{SITE}a"]), min_size=31, max_size=31))
    items = [Item(titles[n], links[n], f"guid-{n}", NOON + timedelta(minutes=n)) for n in range(31)]
    expected, seen = [], set(fetches[0])
    for fetch in fetches[1:]:
        expected.append([titles[n] for n in fetch if n not in seen])
        seen |= set(fetch)
    assert told(*([items[n] for n in fetch] for fetch in fetches)) == expected


@settings(deadline=None)
@given(numbers, st.randoms(use_true_random=False))
def test_the_order_of_the_entries_changes_no_key(fetch, chance):
    shuffled = chance.sample(fetch, len(fetch))
    first, second = (
        poll_once(Feed(url=SITE), CannedContext(feed(*posts(*order)))).observations for order in (fetch, shuffled)
    )
    assert {one.key: one for one in first} == {one.key: one for one in second}


@given(st.text(max_size=80))
def test_a_bared_address_is_bare(text):
    assert bared(bared(text)) == bared(text)


def test_a_relative_link_is_told_whole():
    document = read_feed(feed(Item("One", "/posts/1")), {}, "https://one.example/feeds/rss")
    assert document.entries[0].link == "https://one.example/posts/1"


def test_a_relative_link_of_a_feed_on_another_host_leads_to_its_site():
    document = read_feed(feed(Item("One", "/posts/1")), {}, "https://feeds.example/one")
    assert document.link == SITE
    assert document.entries[0].link == "https://one.example/posts/1"

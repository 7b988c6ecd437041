"""Who carried a story that was told once: listed in its message until it is sent, and in `why` for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agent.carrying import MOST_LISTED
from agent.store import Polled, Store
from rules.judge import judge
from tests.accuracy.cases import context
from tests.lived import Lived
from watchers.api import Page, Poll
from watchers.feed import Feed

NAMES = ("one", "two", "three")
RULES = """
channels:
  phone: json://127.0.0.1:1/phone
defaults: {{every: 1h, notify: phone}}
rules:
  - name: Fusion news
    watch: news
    feeds: [{feeds}]
    when: mentions tokamak
"""
HEADLINE = "Tokamak holds its plasma for twenty minutes"


class Newsroom(Lived):
    """One rule that reads several feeds, each of which shows what it is given."""

    names = NAMES

    def __post_init__(self) -> None:
        feeds = ", ".join(f"https://{name}.example/rss" for name in self.names)
        self.write(RULES.format(feeds=feeds))
        self.shown: dict[str, list[str]] = {name: [] for name in self.names}

    def print(self, name: str, title: str = HEADLINE) -> None:
        """Let a feed print a headline now."""
        at = (self.now + timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        link = f"https://{name}.example/{len(self.shown[name])}"
        self.shown[name].append(
            f"<item><title>{title}</title><guid>{link}</guid><link>{link}</link><pubDate>{at}</pubDate></item>"
        )

    def polls(self, after: timedelta = timedelta(hours=2)) -> None:
        """Let time pass and every feed be polled in one batch."""
        self.now += after
        book = self.book()
        labels = {spec.id: spec.label for rule in book.rules for spec in rule.watches}
        with self.open() as database:
            store = Store(database)
            store.keep_rules(book, self.now)
            claims = store.claim_watches("here/boot/1/1", self.now, 50)
            claims.sort(key=lambda claim: self.names.index(labels[claim.watch_id].split("//")[1].split(".")[0]))
            polled = [Polled(claim, self.now, self._poll(labels[claim.watch_id]), {}) for claim in claims]
            store.record_polls(polled, book, judge)

    def _poll(self, address: str) -> Poll:
        name = address.split("//")[1].split(".", maxsplit=1)[0]
        text = f"<rss version='2.0'><channel><title>{name.title()} Daily</title>{''.join(self.shown[name])}"
        page = Page(address, f"{text}</channel></rss>".encode())
        return Feed.model_construct(url=address).read(page, context())

    def told(self) -> list[dict]:
        return self.ask("firings", "--json").lines


@pytest.fixture
def newsroom(tmp_path):
    room = Newsroom(tmp_path, datetime(2026, 7, 6, 12, tzinfo=UTC))
    room.polls()
    return room


def test_a_story_of_one_poll_is_told_once_and_lists_its_other_source(newsroom):
    newsroom.print("one")
    newsroom.print("two", f"{HEADLINE} - Two Daily")
    newsroom.polls()
    (told,) = newsroom.told()
    message = newsroom.ask("why", told["id"], "--message").text
    assert "Also in Two Daily: https://two.example/0" in message
    assert message.startswith(HEADLINE)


def test_who_carries_it_before_the_message_is_sent_is_listed_and_who_comes_later_only_in_why(newsroom):
    newsroom.print("one")
    newsroom.polls()
    newsroom.print("two")
    newsroom.polls()
    (told,) = newsroom.told()
    newsroom.deliver(phone=None)
    sent = newsroom.ask("why", told["id"], "--message").text
    newsroom.print("three", f"BREAKING: {HEADLINE}")
    newsroom.polls()
    (told,) = newsroom.told()
    assert "Two Daily" in sent
    assert newsroom.ask("why", told["id"], "--message").text == sent
    carriers = newsroom.ask("why", told["id"], "--json").json["carriers"]
    assert [(one["source"], one["link"]) for one in carriers] == [
        ("Two Daily", "https://two.example/0"),
        ("Three Daily", "https://three.example/0"),
    ]
    text = newsroom.ask("why", told["id"]).text
    assert "3 sources, first seen" in text
    assert "in One Daily" in text
    assert "they have the same headline" in text
    assert "BREAKING" in text


def test_a_message_that_somebody_tried_to_send_stays_as_it_is(newsroom):
    newsroom.print("one")
    newsroom.polls()
    newsroom.deliver(phone="it says 503")
    (told,) = newsroom.told()
    newsroom.print("two")
    newsroom.polls()
    said = newsroom.ask("why", told["id"], "--message").text
    assert "One Daily" in said
    assert "Two Daily" not in said
    assert len(newsroom.ask("why", told["id"], "--json").json["carriers"]) == 1


def test_a_source_of_a_source_belongs_to_the_same_story(newsroom):
    newsroom.print("one")
    newsroom.polls()
    newsroom.shown["one"].clear()
    newsroom.print("two")
    newsroom.polls(timedelta(hours=20))
    newsroom.print("three")
    newsroom.polls(timedelta(hours=20))
    (told,) = newsroom.told()
    assert len(newsroom.ask("why", told["id"], "--json").json["carriers"]) == 2


def test_what_comes_three_days_later_is_another_story(newsroom):
    newsroom.print("one")
    newsroom.polls()
    newsroom.polls(timedelta(days=3))
    newsroom.print("two")
    newsroom.polls()
    assert len(newsroom.told()) == 2


def test_a_story_that_is_met_again_and_again_does_not_go_on_for_ever(newsroom):
    newsroom.print("one")
    newsroom.polls()
    newsroom.print("two")
    newsroom.polls(timedelta(hours=40))
    newsroom.print("three")
    newsroom.polls(timedelta(hours=40))
    assert len(newsroom.told()) == 2


def test_a_story_that_was_there_before_the_rule_has_no_message_to_be_listed_in(tmp_path):
    room = Newsroom(tmp_path, datetime(2026, 7, 6, 12, tzinfo=UTC))
    room.print("one")
    room.polls()
    room.print("two")
    room.polls()
    assert room.told() == []


def test_a_message_of_one_source_says_nothing_of_others(newsroom):
    newsroom.print("one")
    newsroom.polls()
    (told,) = newsroom.told()
    assert "Also in" not in newsroom.ask("why", told["id"], "--message").text
    assert "Who carried it" not in newsroom.ask("why", told["id"]).text


def test_a_story_of_very_many_feeds_lists_some_and_counts_on_why(tmp_path, monkeypatch):
    names = tuple(f"paper{number}" for number in range(MOST_LISTED + 4))
    monkeypatch.setattr(Newsroom, "names", names)
    room = Newsroom(tmp_path, datetime(2026, 7, 6, 12, tzinfo=UTC))
    room.polls()
    for name in names:
        room.print(name)
    room.polls()
    (told,) = room.told()
    message = room.ask("why", told["id"], "--message").text
    assert message.count("Also in Paper") == MOST_LISTED
    assert "Also in more feeds" in message
    assert len(room.ask("why", told["id"], "--json").json["carriers"]) == len(names) - 1

"""From a rules file to a told owner, with the real process, a real web, a real store and a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.end_to_end.mortal import STEPS
from tests.end_to_end.scene import Scene, scene

SHOP = """
  - name: Headphones
    watch: price
    url: {url}
    when: price below $150
"""
ERROR = "error"
EXCUSE = "excuse"


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as one:
        yield one


def show(life: Scene, value: object) -> None:
    """Let the shop show a price, fail, or excuse itself with status 200."""
    if value == ERROR:
        life.web.show("/shop", "out of order", status=500)
    elif value == EXCUSE:
        life.web.show("/shop", "<html><title>Sorry</title><p>We have a temporary issue. Please try again later.</p>")
    else:
        life.web.sell("/shop", value)


def watch_prices(life: Scene, when: str = "price below $150", **more: str) -> None:
    extra = "".join(f"    {name}: {value}\n" for name, value in more.items())
    life.write(SHOP.format(url=life.web.url("/shop")).replace("price below $150", when) + extra)


SERIES = [
    ("price below $150", [160, 149, 170, 149], 2),
    ("price below $150", [160, 149, 149], 1),
    ("price below $150", [160, 149, ERROR, 149], 1),
    ("price below $150", [160, 149, EXCUSE, 149], 1),
    ("price changes", [160, 149, 155], 2),
]


@pytest.mark.parametrize(("when", "series", "times"), SERIES)
def test_a_series_tells_as_often_as_it_should(life, when, series, times):
    watch_prices(life, when)
    for value in series:
        show(life, value)
        life.once()
    assert len(life.told) == times
    assert all("Headphones" in subject for subject in life.subjects)


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_loses_nothing_and_tells_nothing_twice(life, step):
    """Killed between sending and recording it, a message may come twice, and then both copies carry the same id."""
    watch_prices(life)
    show(life, 160)
    life.once()
    show(life, 149)
    life.once(dying_at=step)
    life.once()
    life.once()
    bodies = [message.get_body(("plain",)).get_content() for message in life.told]
    may_come_twice = step in {"Channels.send after", "Mailbox.record_sent before"}
    assert len(bodies) == (2 if may_come_twice else 1)
    assert len({body.rpartition("trusted-agent why")[2] for body in bodies}) == 1


def test_a_clock_that_is_set_back_between_any_two_steps_changes_nothing(life):
    for place in range(1, 4):
        life.mail.taken.clear()
        watch_prices(life, note=str(place), id=f"headphones-{place}")
        for step, value in enumerate([160, 149, 170, 149]):
            show(life, value)
            life.once(after=-timedelta(days=3) if step == place else timedelta(hours=2))
            if step == place:
                life.once()
        assert len(life.told) == 2, place


def test_two_rules_on_one_address_make_one_request(life):
    rules = SHOP.format(url=life.web.url("/shop"))
    life.write(rules + rules.replace("Headphones", "Cheap headphones").replace("150", "100"))
    show(life, 160)
    life.once()
    assert life.web.asked == ["/shop"]


def test_many_firings_of_one_poll_are_one_message(life):
    rules = SHOP.format(url=life.web.url("/shop"))
    life.write(rules + rules.replace("Headphones", "Good headphones").replace("150", "155"))
    for value in (160, 149):
        show(life, value)
        life.once()
    (message,) = life.told
    text = message.get_body(("plain",)).get_content()
    assert "Headphones" in text
    assert "Good headphones" in text


class TestFeeds:
    def write(self, life: Scene, when: str = "mentions ITER", feeds: str = "/feed") -> None:
        addresses = ", ".join(life.web.url(feed) for feed in feeds.split())
        life.write(f"  - name: Fusion\n    watch: news\n    feeds: [{addresses}]\n    when: {when}\n")

    def test_a_new_entry_that_mentions_a_topic_is_told_once(self, life):
        self.write(life)
        life.web.publish("/feed", "ITER begins", "Something else")
        life.once()
        assert life.told == []
        life.web.publish("/feed", "ITER goes on", "ITER begins", "Something else")
        life.once()
        life.once()
        assert life.subjects == ["ITER goes on"]

    def test_an_entry_that_comes_back_is_no_news(self, life):
        self.write(life)
        life.web.publish("/feed", "Something else")
        life.once()
        for titles in (["ITER goes on"], ["Something else"], ["ITER goes on"]):
            life.web.publish("/feed", *titles)
            life.once()
        assert life.subjects == ["ITER goes on"]

    def test_a_topic_phrase_or_a_feed_that_is_added_makes_nothing_old_fire(self, life):
        life.web.publish("/feed", "ITER begins", "A tokamak")
        life.web.publish("/other", "A tokamak elsewhere")
        self.write(life)
        life.once()
        self.write(life, "mentions [ITER, tokamak]")
        life.once()
        self.write(life, "mentions [ITER, tokamak]", "/feed /other")
        life.once()
        assert life.told == []
        life.web.publish("/other", "A tokamak elsewhere", "A tokamak again")
        life.once()
        assert life.subjects == ["A tokamak again"]


@pytest.mark.timeout(600)  # two dozen processes, one after the other
def test_a_channel_that_is_down_for_twenty_attempts_tells_once_in_the_end(life):
    watch_prices(life)
    show(life, 160)
    life.once()
    show(life, 149)
    life.mail.on_data = "451 4.3.0 try again later"
    for _ in range(20):
        life.once(after=timedelta(hours=7))
    assert life.told == []
    life.mail.on_data = ""
    life.once(after=timedelta(hours=7))
    life.once(after=timedelta(hours=7))
    told, summary = [message["subject"] for message in life.told]
    assert told == "149.00 USD: Studio Headphones"
    assert summary.endswith("a channel failed")  # the week's, which owns up to it


def test_a_first_look_that_would_be_told_is_confirmed_before(life):
    watch_prices(life)
    show(life, 149)
    life.once()
    assert life.told == []
    life.once(after=timedelta(minutes=6))
    assert len(life.told) == 1
    assert "already true when this was first looked at" in life.told[0].get_body(("plain",)).get_content()


def test_a_glitch_is_never_told(life):
    watch_prices(life)
    for value in (160, "0.01", 160, 160):
        show(life, value)
        life.once()
    assert life.told == []


def test_a_message_says_everything_that_it_should(life):
    watch_prices(life)
    for value in (160, 149):
        show(life, value)
        life.once()
    (message,) = life.told
    text = message.get_body(("plain",)).get_content()
    assert message["subject"] == "149.00 USD: Studio Headphones"
    for said in ("was 160.00 USD", "price 149.00 USD is below 150.00 USD", life.web.url("/shop"), "CEST", "why "):
        assert said in text

"""What other tools of this kind get wrong, each with the story that shows it right here.

Each was found in the source or in the issue tracker of a well-known tool; the numbers are those of the design.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from agent.database import Database
from agent.mailbox import ChannelState, Mailbox
from rules.rule import For
from tests.small_world import MINUTE, Life, Source, rule
from tests.story import DOUBTED, HOUR, START, TROUBLE, UNKNOWN, story
from watchers.api import Money, Page, SourceRefused, SourceUnavailable, WatchError
from watchers.door.address import read_address
from watchers.door.answers import trouble_in, what_stands_in_the_way
from watchers.door.exchange import Answer
from watchers.price import Price
from watchers.testing import CannedContext

BELOW = "price below $150"
URL = "https://shop.example/kettle"
CONSENT = (
    "<title>Before you continue</title><p>We use cookies.</p>"
    "<form action='https://consent.shop.example/save'><button>Accept all</button></form>"
)


def shop(database: Database, *sights: tuple[float, object]) -> Life:
    return Life(database, {"watch": Source(sights)})


def look(body: str) -> object:
    """Return the price that a page shows, or the trouble that it is."""
    page = Page(URL, f"<html lang='en'>{body}</html>".encode(), {"content-type": "text/html; charset=utf-8"})
    try:
        (seen,) = Price(url=URL).read(page, CannedContext(b"")).observations
    except WatchError as trouble:
        return trouble
    return seen.facts.get("price")


def selling(label: str) -> str:
    shown = f"<p class='price'>{label}</p>" if label else ""
    return f"<title>Blue Kettle</title><main><h1>Blue Kettle</h1>{shown}<button>Add to cart</button></main>"


def test_1_a_send_that_fails_loses_no_message(database):
    """New state is saved, the message is sent once, and a failed send is lost for ever."""
    life = shop(database, (0, 160), (60, 149))
    life.live(until=300, script=((0, (rule(BELOW),)),))
    mailbox = Mailbox(database)
    now = life.now
    for failures in range(1, 30):
        (message,) = mailbox.claim("phone", "host/boot/1/1", now)
        mailbox.record_unsent([message], ChannelState("phone", failures, START, now + 6 * HOUR, None, "down"), now)
        now += 6 * HOUR
    (message,) = mailbox.claim("phone", "host/boot/1/1", now)
    mailbox.record_sent([message], now)
    assert mailbox.next_due_at(["phone"]) is None


def test_2_the_same_value_below_the_limit_is_told_again_after_it_was_above():
    """What was seen while a rule was blocked is not kept, so that below, above, the same below is silent."""
    assert story(BELOW, [160, 149, 170, 149]) == [None, "crossed", None, "crossed"]
    assert story(BELOW, [149, 170, 149], hold=For(polls=1)) == ["already true when first seen", None, "crossed"]


@pytest.mark.parametrize("blip", [TROUBLE, UNKNOWN])
def test_3_a_blip_of_unavailable_does_not_arm_a_rule_again(blip):
    assert story(BELOW, [160, 149, blip, 149, blip, blip, 149]) == [None, "crossed", *[None] * 5]


def test_4_a_timer_goes_on_after_a_restart(tmp_path):
    """`for` begins anew whenever the program does."""
    life = shop(Database.open(tmp_path / "store.sqlite"), (0, 160), (30, 149))
    slow = rule(BELOW, every=40 * MINUTE, hold=For(length=timedelta(hours=2)))
    for minute in range(0, 400, 20):
        life.live(until=minute, script=((minute, (slow,)),))
        life.database.close()
        life.database = Database.open(tmp_path / "store.sqlite")
    assert [told.reason for told in life.told("rule")] == ["crossed"]
    life.database.close()


def test_5_a_slow_slide_is_a_drop_and_a_rise_is_none():
    """Only the previous reading is compared with, so that 3 % a day never comes to 15 %; and abs() fires on rises."""
    slide = [round(200 * 0.97**day, 2) for day in range(12)]
    assert "crossed" in story("price drops by 15% from highest in 30 days", slide)
    assert not any(story("price drops by 15% from highest in 30 days", sorted(slide)))
    assert not any(story("price drops from previous", sorted(slide)))


@pytest.mark.parametrize("label", ["", "call us", "see in cart", "Free shipping"])
def test_6_a_price_that_cannot_be_read_is_unknown_and_never_nought(label):
    assert look(selling(label)) is None
    assert story(BELOW, [160, UNKNOWN, 160]) == [None, None, None]


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("159,99 €", "159.99 EUR"),
        ("1.299,00 €", "1299.00 EUR"),
        ("US$1,299", "1299.00 USD"),
        ("1 099,00 €", "1099.00 EUR"),
        ("₹1,29,999", "129999.00 INR"),
    ],
)
def test_7_a_price_is_read_as_the_shop_writes_it(label, said):
    seen = look(selling(label))
    assert isinstance(seen, Money)
    assert str(seen) == said


def test_8_too_many_requests_and_a_consent_page_are_troubles_and_no_content():
    """They are read as "content removed", or as "in stock"."""
    busy = Answer(read_address(URL), 429, {}, selling("1 €").encode(), "digest")
    assert isinstance(trouble_in(busy, START), SourceUnavailable)
    page = Page(URL, f"<html>{CONSENT}</html>".encode(), {"content-type": "text/html"})
    assert isinstance(what_stands_in_the_way(page), SourceRefused)
    assert isinstance(look(CONSENT), SourceRefused)


@pytest.mark.parametrize("glitch", [0, 0.01, 1.49, 16_000])
def test_9_a_glitch_is_looked_at_twice_before_it_counts(glitch):
    when = "price below $150 or price above $1000"
    assert story(when, [160, glitch, 160, 155], kind=DOUBTED) == [None] * 4
    assert story(when, [160, glitch, glitch], kind=DOUBTED) == [None, None, "crossed"]


def test_12_two_rules_on_one_address_look_once(database):
    life = shop(database, (0, 160))
    life.live(until=1, script=((0, (rule(BELOW, name="a"), rule("price changes", name="b"))),))
    assert [(watch, rule_ids) for watch, _, rule_ids in life.polls] == [("watch", ("a", "b"))]


def test_13_a_rule_that_is_renamed_keeps_its_history(database):
    """The price was lower before the rename: under its new name the rule knows it, and knows how long it has looked."""
    life = shop(database, (0, 150), (100, 160), (400, 155), (550, 149))
    lowest = {"when": "price is lowest in 12 hours", "every": 40 * MINUTE}
    life.live(until=700, script=((0, (rule(**lowest),)), (300, (rule(**lowest, name="new"),))))
    (told,) = life.told("new")
    assert (told.reason, life.told("rule")) == ("crossed", [])
    assert told.minute >= 550

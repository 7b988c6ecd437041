"""A watch that cannot see is told in time, once, and so is that it sees again."""

from __future__ import annotations

from datetime import timedelta

from agent.blindness import tell_blindness
from agent.mailbox import Mailbox
from rules.rule import WatchSpec
from tests.story import GAUGE, Shop, product, rule
from tests.unit.test_store import World
from watchers.api import SourceRefused, SourceUnavailable

TOKEN = "host/boot/1/1"


def said(world: World) -> list[str]:
    """Return the titles of what the owner is told now."""
    tell_blindness(world.database, world.book, world.now)
    mailbox = Mailbox(world.database)
    waiting = mailbox.claim("phone", TOKEN, world.now)
    if waiting:
        mailbox.record_sent(waiting, world.now)
    return [message.what.words.title for message in waiting]


def blind_world(database, error, *, polls: int) -> World:
    world = World(database, rule("price below $150"))
    world.poll(product(160))
    for _ in range(polls):
        world.poll(error)
    return world


def test_a_site_that_is_down_for_an_afternoon_is_not_told(database):
    assert said(blind_world(database, SourceUnavailable("it is down"), polls=4)) == []


def test_a_site_that_is_down_for_more_than_a_day_is_told_once_a_week(database):
    world = blind_world(database, SourceUnavailable("it is down"), polls=9)
    assert said(world) == ["Cannot see shop.example"]
    assert said(world) == []
    world.now += timedelta(days=7)
    assert said(world) == ["Cannot see shop.example"]


def test_what_only_a_person_can_mend_is_told_after_a_few_polls(database):
    world = blind_world(database, SourceRefused("it asks for a captcha"), polls=3)
    assert said(world) == ["Cannot see shop.example"]


def test_that_it_sees_again_is_told_to_whom_it_was_told_that_it_did_not(database):
    world = blind_world(database, SourceRefused("it asks for a captcha"), polls=3)
    said(world)
    world.poll(product(160))
    assert said(world) == ["Can see shop.example again"]
    assert said(world) == []


def test_a_recovery_nobody_was_worried_about_is_not_told(database):
    world = blind_world(database, SourceUnavailable("it is down"), polls=2)
    world.poll(product(160))
    assert said(world) == []


def test_one_outage_is_one_message_however_many_rules_it_blinds(database):
    watches = [WatchSpec(f"watch-{number}", GAUGE, f"shop.example/{number}", Shop()) for number in range(20)]
    world = World(database, *(rule("price below $150", id=spec.id, watches=(spec,)) for spec in watches))
    for _ in range(12):
        world.now += timedelta(hours=7)
        world.poll(SourceRefused("it asks for a captcha"))
    tell_blindness(world.database, world.book, world.now)
    waiting = Mailbox(world.database).claim("phone", TOKEN, world.now)
    assert len(waiting) == 20
    assert len({message.batch for message in waiting}) == 1

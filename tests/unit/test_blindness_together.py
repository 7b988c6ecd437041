"""What blinds many rules at once, a host or the owner's own line, is told as the one outage that it is."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from agent.database import Database, table_of
from agent.ledger import Ledger
from agent.mailbox import Mailbox
from agent.store import Polled
from agent.tables import BlindRow, MessageRow
from rules.judge import judge
from rules.rule import Rule
from tests.story import product
from tests.unit.test_blindness import CAPTCHA, DOWN, HOURS, at, blind_world, bodies, said
from tests.unit.test_store import World
from watchers.api import Poll
from watchers.door.exchange import Contact


def blind_book(database: Database, error: object, *rules: Rule) -> World:
    world = World(database, *rules)
    for _ in rules:
        world.poll(product(160))
    for _ in range(7 * len(rules)):
        world.poll(error)
    return world


def test_one_host_that_is_down_is_one_message_and_one_recovery_however_many_rules_it_blinds(database):
    world = World(database, *(at("shop.example", page) for page in range(20)))
    titles = []
    for turn in range(24):
        world.now += HOURS
        for claim_turn in range(20):
            if not world.store.next_due_at() or world.store.next_due_at() > world.now:
                break
            world.poll(product(160) if turn == 0 and claim_turn == 0 else DOWN)
        titles += said(world)
    assert titles == ["Cannot see shop.example"]
    assert world.count(MessageRow) == 1
    body = bodies(world)
    assert "and 10 more" in body
    world.now += 7 * HOURS
    world.poll(product(160))
    (title,) = said(world)
    assert title.startswith("Can see shop.example again")
    assert world.count(MessageRow) == 2


def test_two_hosts_that_are_blind_for_reasons_of_their_own_are_two_notices_of_one_batch(database):
    world = blind_book(database, CAPTCHA, at("one.example"), at("two.example"))
    assert said(world) == ["Cannot see one.example", "Cannot see two.example"]
    messages = table_of(MessageRow).c
    with database.reading() as connection:
        assert len(set(connection.scalars(select(messages.batch)))) == 1


def test_where_no_host_answers_it_is_the_owners_own_line_and_one_message(database):
    world = blind_book(database, DOWN, at("one.example"), at("two.example"), at("three.example"))
    assert said(world) == ["No source can be reached"]
    assert "Is this machine online?" in bodies(world)
    world.poll(DOWN)
    assert said(world) == []


def test_one_answer_says_that_the_line_is_there_again(database):
    world = blind_book(database, DOWN, at("one.example"), at("two.example"), at("three.example"))
    said(world)
    world.now = world.store.next_due_at() or world.now
    claim = world.claim(1)
    world.store.record_polls([Polled(claim[0], world.now, Poll((product(160),)), {})], world.book, judge)
    (title,) = said(world)
    assert title.startswith("Sources can be reached again, after ")
    assert world.count(BlindRow) == 0


def test_a_host_that_is_down_while_others_answer_is_not_the_line(database):
    one, two, up = at("one.example"), at("two.example"), at("up.example")
    world = World(database, one, two, up)
    for _ in range(12):
        world.now += 7 * HOURS
        polls = [
            Polled(claim, world.now, Poll((product(160),)) if "up" in claim.watch_id else DOWN, {})
            for claim in world.claim()
        ]
        world.store.record_polls(polls, world.book, judge)
    assert said(world) == ["Cannot see one.example", "Cannot see two.example"]


def test_hosts_that_answer_that_they_are_overloaded_are_not_the_line(database):
    world = blind_book(database, DOWN, at("one.example"), at("two.example"))
    ledger = Ledger(database)
    ledger.note(Contact(world.now, "GET", "one.example", "https://one.example/", None, 503, 1, 1, "503", ("rule",)))
    ledger.write()
    assert said(world) == ["Cannot see one.example", "Cannot see two.example"]


def test_a_knock_without_an_answer_says_nothing_of_the_line(database):
    world = blind_book(database, DOWN, at("one.example"), at("two.example"))
    ledger = Ledger(database)
    ledger.note(Contact(world.now, "GET", "one.example", "https://one.example/", None, None, 1, 1, "down", ("rule",)))
    ledger.write()
    assert said(world) == ["No source can be reached"]


def test_what_is_at_home_says_nothing_of_the_line(database):
    home = at("nas.home")
    home = replace(home, watches=(replace(home.watches[0], private=True),))
    world = blind_book(database, DOWN, at("one.example"), home)
    assert said(world) == ["Cannot see nas.home", "Cannot see one.example"]


def test_a_message_of_an_outage_reaches_the_channels_of_its_rules(database):
    world = blind_world(database, CAPTCHA, polls=4, notify=("phone", "mail"))
    said(world)
    states = Mailbox(database).states()
    assert {name: state.waiting for name, state in states.items()} == {"phone": 1, "mail": 1}

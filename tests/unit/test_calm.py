"""What comes true again and again is told once as wavering, and then once a day until it rests."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from agent.calm import flapping, forget_rested
from agent.database import Database, table_of
from agent.snoozing import snooze
from agent.tables import CalmRow, FiringRow, MessageRow, NoticeRow
from rules.rule import Again, WatchSpec
from tests.story import HOUR, STREAM, Shop, entry, product, rule
from tests.unit.test_store import World

BELOW = "price below $150"


def wavering(database: Database, times: int, **settings: object) -> World:
    """Return a world in which a price fell below its threshold so many times, every two hours."""
    world = World(database, rule(BELOW, name="Headphones", **settings))
    for _ in range(times):
        world.poll(product("151.50"))
        world.poll(product(149))
    return world


def states(world: World) -> list[str]:
    """Return what became of the messages of firings, in their order."""
    messages = table_of(MessageRow).c
    with world.database.reading() as connection:
        asked = select(messages.state).where(messages.firing_key.is_not(None)).order_by(messages.id)
        return list(connection.scalars(asked))


def notices(world: World) -> list[tuple[str, str]]:
    table = table_of(NoticeRow).c
    with world.database.reading() as connection:
        return [(row.title, row.body) for row in connection.execute(select(table.title, table.body).order_by(table.at))]


def test_three_times_a_day_are_told_as_they_come(database):
    world = wavering(database, 3)
    assert states(world) == ["waiting"] * 3
    assert notices(world) == []


def test_the_fourth_is_told_as_wavering_with_the_line_that_would_calm_it(database):
    world = wavering(database, 4)
    assert states(world) == ["waiting"] * 3 + ["calmed"]
    ((title, body),) = notices(world)
    assert title == "Headphones wavers: 4 times within a day"
    assert "until: price above 152 USD" in body
    assert "trusted-agent firings --rule rule" in body


def test_the_notice_takes_the_place_of_the_message_on_every_channel(database):
    world = wavering(database, 4, notify=("phone", "mail"))
    messages = table_of(MessageRow).c
    with database.reading() as connection:
        asked = select(messages.channel).where(messages.notice_key.is_not(None), messages.state == "waiting")
        assert sorted(connection.scalars(asked)) == ["mail", "phone"]
    assert states(world)[-2:] == ["calmed", "calmed"]


def test_every_firing_is_kept_with_why_it_was_not_told(database):
    world = wavering(database, 6)
    assert world.count(FiringRow) == 6
    messages = table_of(MessageRow).c
    with database.reading() as connection:
        reasons = set(connection.scalars(select(messages.error).where(messages.state == "calmed")))
    assert reasons == {"it came true more than 3 times in 24 hours: told once a day until it rests"}


def test_it_is_told_once_a_day_while_it_goes_on(database):
    world = wavering(database, 4 * 12)
    assert len(notices(world)) == 4
    assert states(world).count("waiting") == 3


def test_what_rested_for_a_day_is_told_as_at_first(database):
    world = wavering(database, 5)
    world.poll(product(160))
    world.now += timedelta(hours=25)
    world.poll(product(160))
    world.poll(product(149))
    assert states(world)[-1] == "waiting"
    assert len(notices(world)) == 1
    assert world.count(CalmRow) == 0


def test_status_knows_what_wavers_until_it_rests(database):
    world = wavering(database, 4)
    with database.writing() as connection:
        (one,) = flapping(connection, world.now)
        assert (one.rule_id, one.key, one.fired_at) == ("rule", "product", world.now)
        assert flapping(connection, world.now + timedelta(hours=24)) == ()
        forget_rested(connection, world.now + timedelta(hours=23))
        assert world.count(CalmRow) == 1
        forget_rested(connection, world.now + timedelta(hours=24))
    assert world.count(CalmRow) == 0


def test_reminders_that_were_asked_for_are_no_wavering(database):
    world = World(database, rule(BELOW, again=Again("every", HOUR)))
    world.poll(product(160))
    for _ in range(10):
        world.poll(product(149))
    assert len(states(world)) >= 9
    assert set(states(world)) == {"waiting"}


def test_each_new_low_that_was_asked_for_is_told(database):
    world = World(database, rule(BELOW, again=Again("lower")))
    for price in (160, 149, 148, 147, 146, 145, 144):
        world.poll(product(price))
    assert states(world) == ["waiting"] * 6


def test_many_entries_of_a_stream_are_many_things(database):
    spec = WatchSpec("feed", STREAM, "one.example", Shop())
    world = World(database, rule("mentions tokamak", STREAM, watches=(spec,)))
    world.poll(entry("old"))
    for number in range(8):
        world.poll(entry("old"), *(entry(f"{each}", "a tokamak") for each in range(number + 1)))
    assert states(world) == ["waiting"] * 8


def test_one_observation_that_wavers_silences_no_other(database):
    world = wavering(database, 5)
    world.poll(product(160), entry("other", price=product(160).facts["price"]))
    world.poll(product(160), entry("other", price=product(149).facts["price"]))
    assert states(world)[-1] == "waiting"


def test_what_is_urgent_is_told_each_time_and_the_notice_beside_it(database):
    world = wavering(database, 6, urgency="urgent")
    assert states(world) == ["waiting"] * 6
    ((_, body),) = notices(world)
    assert "told each time all the same" in body


def test_the_notice_of_a_snoozed_rule_waits_with_its_messages(database):
    world = wavering(database, 3)
    until = world.now + timedelta(days=3)
    snooze(database, "rule", until)
    world.poll(product(160))
    world.poll(product(149))
    messages = table_of(MessageRow).c
    with database.reading() as connection:
        asked = select(messages.held_until).where(messages.notice_key.is_not(None))
        assert list(connection.scalars(asked)) == [until]


@pytest.mark.parametrize("ahead", [timedelta(days=400)])
def test_a_clock_that_ran_ahead_silences_nothing_for_long(database, ahead):
    world = wavering(database, 4)
    calm = table_of(CalmRow)
    with database.writing() as connection:
        connection.execute(calm.update().values(told_at=world.now + ahead))
    world.poll(product(160))
    world.poll(product(149))
    assert len(notices(world)) == 2

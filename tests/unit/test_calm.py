"""What comes true again and again is told once as wavering, and then once a day until it rests."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from agent.answers.muting import Mute, mute
from agent.calm import flapping, forget_rested, tell_wavering
from agent.database import Database, table_of
from agent.doing.saying import question_key
from agent.snoozing import snooze, wake
from agent.tables import CalmRow, DeedRow, FiringRow, MessageRow, NoticeRow
from rules.delivery import Action
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
    world = wavering(database, 4)
    world.poll(product(160))
    world.now += timedelta(hours=25)
    assert tell_wavering(database, world.book, world.now) == 0
    world.poll(product(160))
    world.poll(product(149))
    assert states(world)[-1] == "waiting"
    assert len(notices(world)) == 1
    assert world.count(CalmRow) == 0


def a_day_later(world: World) -> int:
    world.now += timedelta(hours=24)
    return tell_wavering(world.database, world.book, world.now)


def test_what_came_true_once_more_and_then_rests_is_told_after_a_day(database):
    world = wavering(database, 5)
    assert a_day_later(world) == 1
    (_, _), (title, body) = notices(world)
    assert title == "Headphones still wavers: once more"
    assert "Last: price 149.00 USD is below 150.00 USD" in body
    assert a_day_later(world) == 0
    assert len(notices(world)) == 2


def test_each_time_is_told_by_itself_or_counted_once(database):
    world = wavering(database, 4)
    for _ in range(40):
        world.poll(product("151.50"))
        tell_wavering(database, world.book, world.now)
        world.poll(product(149))
    a_day_later(world)
    counts = [int(re.search(r"came true (\d+) times", body)[1]) for _, body in notices(world)]
    assert len(counts) > 3
    assert sum(counts) == world.count(FiringRow) == 44
    assert states(world).count("waiting") == 3


def test_what_rested_while_the_machine_slept_is_told_before_it_begins_anew(database):
    world = wavering(database, 6)
    world.poll(product(160))
    world.now += timedelta(days=3)
    world.poll(product(160))
    world.poll(product(149))
    assert states(world)[-1] == "waiting"
    assert [title for title, _ in notices(world)][1:] == ["Headphones still wavers: 2 times more"]
    assert world.count(CalmRow) == 0


def test_what_is_tidied_away_was_told(database):
    world = wavering(database, 5)
    world.now += timedelta(days=2)
    with database.writing() as connection:
        forget_rested(connection, world.now)
    assert tell_wavering(database, world.book, world.now) == 1
    with database.writing() as connection:
        forget_rested(connection, world.now)
    assert world.count(CalmRow) == 0


def test_an_owner_who_tries_thresholds_is_told_of_each(database):
    world = World(database, rule(BELOW))
    world.poll(product(100))
    for limit in (140, 130, 120, 110):
        world.use(rule(f"price below ${limit}"))
        world.poll(product(100))
    assert states(world) == ["waiting"] * 5
    assert notices(world) == []


def test_what_wavered_before_the_rule_was_edited_begins_anew(database):
    world = wavering(database, 5)
    world.use(rule("price below $140", name="Headphones"))
    world.poll(product(149))
    for _ in range(3):
        world.poll(product(139))
        world.poll(product(149))
    assert states(world)[-3:] == ["waiting"] * 3
    assert a_day_later(world) == 0
    world.poll(product(139))
    assert len(notices(world)) == 1


def test_what_wavered_by_a_rule_that_was_edited_is_not_told_again(database):
    world = wavering(database, 5)
    world.use(rule("price below $100", name="Headphones"))
    world.poll(product(149))
    assert a_day_later(world) == 0
    assert world.count(CalmRow) == 0


def test_of_a_rule_that_left_the_file_nothing_more_is_told(database):
    world = wavering(database, 5)
    world.use(rule(BELOW, id="other", settings="others"))
    assert a_day_later(world) == 0
    assert world.count(CalmRow) == 0


def test_what_its_owner_has_muted_is_not_told_again(database):
    world = wavering(database, 5)
    with database.writing() as connection:
        mute(connection, Mute("rule", "rule", "", world.now), world.now)
    assert a_day_later(world) == 0
    assert len(notices(world)) == 1


@pytest.mark.parametrize(("urgency", "expected"), [("low", "low"), ("high", "high"), ("urgent", "normal")])
def test_the_notice_is_as_urgent_as_what_it_stands_for_but_wakes_nobody(database, urgency, expected):
    wavering(database, 4, urgency=urgency)
    messages = table_of(MessageRow).c
    with database.reading() as connection:
        asked = select(messages.urgency).where(messages.notice_key.is_not(None))
        assert list(connection.scalars(asked)) == [expected]


def test_two_agents_on_one_store_tell_it_once(database):
    world = wavering(database, 5)
    with database.reading() as connection:
        (before,) = connection.execute(select(table_of(CalmRow))).all()
    assert a_day_later(world) == 1
    with database.writing() as connection:
        connection.execute(table_of(CalmRow).update().values(told_at=before.told_at))
    tell_wavering(database, world.book, world.now)
    assert len(notices(world)) == 2


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


def test_that_a_snoozed_rule_wavers_is_told_when_its_owner_wants_to_hear_it_again(database):
    world = wavering(database, 3)
    snooze(database, "rule", world.now + timedelta(days=3))
    world.poll(product("151.50"))
    world.poll(product(149))
    messages = table_of(MessageRow)
    waits = select(messages.c.held_until).where(messages.c.notice_key.is_not(None))
    with database.reading() as connection:
        assert connection.scalars(waits).one() is not None
    assert wake(database, "rule") == 4
    with database.reading() as connection:
        assert connection.scalars(waits).one() is None


def questions(world: World) -> list[datetime | None]:
    """Return until when each question whether to act is held."""
    messages = table_of(MessageRow)
    is_one = messages.c.notice_key.startswith(question_key(""))
    with world.database.reading() as connection:
        return list(connection.scalars(select(messages.c.held_until).where(is_one).order_by(messages.c.id)))


def test_of_what_wavers_nobody_is_asked_more_often_than_they_are_told(database):
    world = wavering(database, 6, action=Action(run=("./order",), ask=True))
    assert states(world) == ["waiting"] * 3 + ["calmed"] * 3
    assert len(questions(world)) == 3


def test_a_rule_that_needs_no_yes_acts_each_time_that_it_wavers(database):
    world = wavering(database, 5, action=Action(run=("./order",)))
    assert world.count(DeedRow, state="due") == 5


def test_a_snoozed_rule_asks_nothing_until_its_owner_wants_to_hear_it_again(database):
    world = wavering(database, 0, action=Action(run=("./order",), ask=True))
    until = world.now + timedelta(days=3)
    snooze(database, "rule", until)
    world.poll(product("151.50"))
    world.poll(product(149))
    assert questions(world) == [until]
    wake(database, "rule")
    assert questions(world) == [None]

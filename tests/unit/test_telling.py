"""What one poll makes true of many things at once is kept and told thing by thing, as if each had come alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import event, select

from agent.answers.aspects import thing
from agent.answers.muting import Mute, mute
from agent.database import Database, table_of
from agent.snoozing import snooze
from agent.tables import CalmRow, FiringRow, MessageRow, NoticeRow
from tests.small_world import Life, Source, rule
from tests.story import START, product
from watchers.api import Observation

BELOW = "price below $150"


def shown(**prices: float) -> tuple[Observation, ...]:
    """Return what a shop with several things shows."""
    return tuple(replace(product(price), key=key) for key, price in prices.items())


def lived(database: Database, *sights: tuple[Observation, ...]) -> Life:
    """Return a life of one rule that saw these, one each hour."""
    life = Life(database, {"watch": Source(tuple((60 * hour, sight) for hour, sight in enumerate(sights)))})
    life.keep(rule(BELOW))
    return life


def step(life: Life, hour: int) -> None:
    life.now = START + timedelta(hours=hour, minutes=5)
    life.step()


def states(life: Life) -> list[tuple[str, str]]:
    """Return of which thing the messages of firings are and what became of them, in their order."""
    messages, firings = table_of(MessageRow).c, table_of(FiringRow)
    asked = select(firings.c.observation, messages.state).join(firings, firings.c.key == messages.firing_key)
    with life.database.reading() as connection:
        return [(row.observation, row.state) for row in connection.execute(asked.order_by(messages.id))]


def test_of_things_that_come_true_at_once_only_those_that_waver_are_calmed(database):
    up, down = shown(often=160, once=160), shown(often=140, once=160)
    life = lived(database, *(up, down) * 3, up, shown(often=140, once=140))
    for hour in range(8):
        step(life, hour)
    assert states(life) == [("often", "waiting")] * 3 + [("often", "calmed"), ("once", "waiting")]
    with database.reading() as connection:
        assert list(connection.scalars(select(table_of(CalmRow).c.key))) == ["often"]
        (title,) = connection.scalars(select(table_of(NoticeRow).c.title))
    assert "wavers: 4 times within a day" in title


def test_of_things_that_come_true_at_once_each_that_wavers_is_told_with_its_own_count(database):
    up, both, one = shown(a=160, b=160), shown(a=140, b=140), shown(a=140, b=160)
    life = lived(database, up, one, *(up, both) * 4)
    for hour in range(10):
        step(life, hour)
    assert [state for key, state in states(life) if key == "a"] == ["waiting"] * 3 + ["calmed"] * 2
    assert [state for key, state in states(life) if key == "b"] == ["waiting"] * 3 + ["calmed"]
    with database.reading() as connection:
        rows = connection.execute(select(table_of(CalmRow)).order_by(table_of(CalmRow).c.key)).all()
    seen = [START + timedelta(hours=hour, minutes=5) for hour in range(10)]
    assert [(row.key, row.since, row.told_at, row.fired_at) for row in rows] == [
        ("a", seen[1], seen[7], seen[9]),
        ("b", seen[3], seen[9], seen[9]),
    ]


def test_of_things_that_come_true_at_once_the_muted_one_alone_is_hidden(database):
    life = lived(database, shown(a=160, b=160), shown(a=140, b=140), shown(a=160, b=160), shown(a=140, b=140))
    step(life, 0)
    step(life, 1)
    first = next(firing for firing in life.firings() if firing.observation == "a")
    with database.writing() as connection:
        mute(connection, Mute("rule", "observation", thing(first), life.now), life.now)
    step(life, 2)
    step(life, 3)
    assert states(life) == [("a", "muted"), ("b", "waiting")] * 2


def test_of_things_that_come_true_at_once_all_wait_while_their_rule_is_snoozed(database):
    life = lived(database, shown(a=160, b=160), shown(a=140, b=140))
    step(life, 0)
    until = START + timedelta(days=3)
    snooze(database, "rule", until)
    step(life, 1)
    with database.reading() as connection:
        assert list(connection.scalars(select(table_of(MessageRow).c.held_until))) == [until, until]


def test_a_poll_that_makes_a_hundred_things_true_asks_the_store_no_more_often_than_one_of_two(database):
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *details: asked.append(details[2]))
    counts = []
    for most in (2, 100):
        life = lived(database, *(shown(**{f"{most} {n}": price for n in range(most)}) for price in (160, 140)))
        step(life, 0)
        asked.clear()
        step(life, 1)
        counts.append(len(asked))
        assert len(states(life)) == (2 if most == 2 else 102)
    assert counts[1] <= counts[0]

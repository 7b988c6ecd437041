"""A rule that asks whether it may act, and whose owner wants to hear nothing of it now, or no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from agent.answers.muting import Mute, mute
from agent.database import table_of
from agent.snoozing import snooze, wake
from agent.tables import MessageRow
from rules.delivery import Action
from tests.acting import Acting, firing
from tests.answered import keep

DAY = timedelta(days=1)
messages = table_of(MessageRow)


@pytest.fixture
def acting(database, tmp_path):
    return Acting(database, tmp_path)


def may_ask(acting, **more):
    acting.rule(Action(run=("./order",), ask=True, **more))


def held(acting):
    """Return until when each waiting message is held."""
    with acting.database.reading() as connection:
        return list(connection.scalars(select(messages.c.held_until).where(messages.c.state == "waiting")))


def test_a_question_waits_while_its_rule_is_snoozed(acting):
    may_ask(acting)
    acting.fire()
    until = acting.now + 3 * DAY
    assert snooze(acting.database, "rule", until) == 1
    assert held(acting) == [until]
    assert wake(acting.database, "rule") == 1
    assert held(acting) == [None]


def test_that_a_question_lapsed_while_its_rule_is_snoozed_waits_too(acting):
    may_ask(acting, within=timedelta(hours=2))
    acting.fire()
    until = acting.now + 3 * DAY
    snooze(acting.database, "rule", until)
    acting.wait(hours=3)
    acting.act()
    assert acting.titles()[-1].startswith("Not done: ")
    assert held(acting) == [until]
    assert wake(acting.database, "rule") == 1
    assert held(acting) == [None]


def test_the_questions_of_another_rule_do_not_wait(acting):
    may_ask(acting)
    acting.fire()
    snooze(acting.database, "other", acting.now + DAY)
    assert held(acting) == [None]


def test_a_question_on_its_way_goes_with_the_firing_that_was_muted(acting):
    may_ask(acting, within=timedelta(hours=2))
    keep(acting.database, firing())
    acting.fire()
    with acting.database.writing() as connection:
        assert mute(connection, Mute("rule", "rule", "", acting.now), acting.now) == 1
    assert acting.messages() == ["muted"]
    acting.wait(hours=3)
    acting.act()
    assert acting.states() == {"lapsed": 1}
    assert len(acting.told()) == 1

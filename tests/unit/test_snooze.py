"""A snoozed rule judges on, tells nothing until its owner wants to hear it again, and then forgets nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from agent.clock import wall
from agent.mailbox import Mailbox
from agent.reports import bell_of
from agent.snoozing import snooze, wake
from rules.rule import Rule
from tests.lived import Lived, product
from tests.small_world import Life, Source, rule

HOUR = timedelta(hours=1)


def priced(*prices: tuple[int, int]) -> dict[str, Source]:
    return {"watch": Source(prices)}


def at_home(**more: object) -> tuple[Rule, ...]:
    return (rule("price below $150", **more),)


def due(life: Life, after: timedelta = timedelta()) -> int:
    """Return how many messages may be sent so much later, and give them back."""
    mailbox = Mailbox(life.database)
    claimed = mailbox.claim("phone", "token", life.now + after)
    mailbox.release(claimed)
    return len(claimed)


@pytest.fixture
def life(database):
    """A rule that will be met an hour from now, and once more two hours later."""
    life = Life(database, priced((0, 160), (60, 140), (180, 160), (300, 130)))
    life.live(until=10, script=((0, at_home()),))
    return life


def test_what_a_snoozed_rule_tells_waits_until_the_time_is_over(life):
    snooze(life.database, "rule", life.now + 24 * HOUR)
    life.live(until=600, script=())
    assert [told.reason for told in life.told("rule")] == ["crossed", "crossed"]
    assert (due(life), due(life, 25 * HOUR)) == (0, 2)
    assert Mailbox(life.database).next_due_at(["phone"]) > life.now


def test_a_message_on_its_way_waits_too_and_goes_out_when_the_rule_is_woken(life):
    life.live(until=200, script=())
    assert due(life) == 1
    assert snooze(life.database, "rule", life.now + 24 * HOUR) == 1
    assert due(life) == 0
    assert wake(life.database, "rule") == 1
    assert due(life) == 1
    assert wake(life.database, "rule") is None


def test_other_rules_are_heard(life):
    other = rule("price below $145", name="other")
    snooze(life.database, "rule", life.now + 24 * HOUR)
    life.live(until=400, script=((20, (*at_home(), other)),))
    assert {one.rule_id for one in life.firings()} == {"rule", "other"}
    assert due(life) == len(life.told("other"))


def test_a_renamed_rule_stays_snoozed(life):
    snooze(life.database, "rule", life.now + 24 * HOUR)
    (one,) = life.book.rules
    renamed = rule("price below $150", name="renamed", settings=one.settings)
    life.live(until=600, script=((11, (renamed,)),))
    assert len(life.told("renamed")) == 2
    assert due(life) == 0


@pytest.fixture
def owner(tmp_path):
    lived = Lived(tmp_path, wall() - 5 * HOUR)
    for amount in (160, 149):
        # Polls of every hour come up to half of one later, so that not all come at once.
        lived.see(timedelta(hours=2), shop=product(str(amount)))
    return lived


def test_the_owner_says_for_how_long_and_sees_that_it_is_so(owner):
    said = owner.ask("snooze", "headphones-below-150", "3d")
    assert said.code == 0
    assert "is snoozed until" in said.text
    assert "2 messages on the way wait too" in said.text
    assert "snoozed" in owner.ask("status").text
    assert "it is snoozed until" in owner.ask("why-not", "headphones-below-150").text
    assert "is heard again; 2 messages waited" in owner.ask("snooze", "Headphones below $150", "--off").text
    assert "was not snoozed" in owner.ask("snooze", "Headphones below $150", "--off").text
    assert "snoozed" not in owner.ask("status").text


def test_the_agent_that_runs_is_woken_when_there_is_something_to_hear_again(owner):
    bell = Path(bell_of(str(owner.store)))
    owner.ask("snooze", "headphones-below-150", "3d")
    assert not bell.exists()
    owner.ask("snooze", "headphones-below-150", "--off")
    assert bell.exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("snooze", "headphones-below-150"), 2, "for how long"),
        (("snooze", "headphones-below-150", "soon"), 2, "no length of time"),
        (("snooze", "headphones-below-150", "3d", "--off"), 2, "for how long"),
        (("snooze", "headphone-below-150", "3d"), 5, "did you mean headphones-below-150"),
    ],
)
def test_a_mistake_is_said(owner, words, code, said):
    asked = owner.ask(*words)
    assert said in asked.error
    assert asked.code == code

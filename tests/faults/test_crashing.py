"""kill -9 at any moment and at each step of the line, with messages flowing: none is lost, and none comes twice but for
the two stated windows. `./run faults` does the same a thousand times.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from agent.database import Database
from tests.faults.crashing.count import (
    CUT,
    DOUBTFUL,
    ELSEWHERE,
    FALSE,
    FINE,
    KILLED,
    LOST,
    ONCE,
    OTHER_ID,
    RECORDED,
    REDONE,
    TWICE,
    UNDONE,
    Count,
    table,
)
from tests.faults.crashing.hurry import Hurry
from tests.faults.crashing.receivers import Arrival, Receivers
from tests.faults.crashing.trial import Result, try_it
from tests.faults.crashing.world import World

MOMENTS = 20

pytestmark = pytest.mark.timeout(600)  # processes that live half a second: on a busy machine it takes minutes


def check(result):
    count = Count(result)
    said = table(result, count)
    assert not result.faults, said
    assert count.is_right, said
    told = sum(count.found[name] for name in FINE)
    assert told >= MOMENTS, said
    return said


def test_killed_at_random_moments_it_loses_nothing_and_repeats_nothing_that_it_recorded(tmp_path):
    result = try_it(tmp_path, seed=5, moments=MOMENTS, processes=1, times=0)
    assert sum(result.kills.values()) == MOMENTS + 1
    check(result)


def test_so_it_is_on_postgresql(tmp_path, postgresql):
    admin = Database.open(f"{postgresql}/postgres")
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CREATE DATABASE crashing")
    admin.close()
    check(try_it(tmp_path, seed=6, moments=MOMENTS, processes=1, times=0, store=f"{postgresql}/crashing"))


# The count itself: what it takes for a fault, and what for none.

FIRST = Arrival("shaky", "one", frozenset({"ev00001"}), frozenset(), life=1, at=100, answer="well")
AGAIN = replace(FIRST, life=2, at=200)


def receivers_of(*arrivals):
    dice = random.Random(1)
    return Receivers(World(dice, Hurry(0, 1), 0, 0), dice, arrivals=list(arrivals))


def counted(*arrivals, recorded_at=None, channel="shaky"):
    recorded = {} if recorded_at is None else {(FIRST.channel, FIRST.id): recorded_at}
    count = Count(Result(receivers_of(*arrivals), owed={"ev00001": [channel]}, recorded=recorded))
    return count.is_right, {name for name, number in count.found.items() if number}


def in_a_window(*arrivals, **more):
    is_right, found = counted(*arrivals, **more)
    return found if is_right else f"wrong: {found}"


def wrong(*arrivals, **more):
    is_right, found = counted(*arrivals, **more)
    return "right" if is_right else found


def test_what_arrived_once_is_right():
    assert in_a_window(FIRST, recorded_at=150) == {ONCE}


def test_what_never_arrived_is_lost():
    assert wrong() == {LOST}
    assert wrong(replace(FIRST, channel="phone", events=frozenset())) == {LOST}


def test_killed_before_it_recorded_that_something_was_sent_it_may_send_the_same_again():
    assert in_a_window(FIRST, AGAIN) == {KILLED}
    assert in_a_window(FIRST, AGAIN, recorded_at=250) == {KILLED}


def test_what_was_recorded_may_not_come_again():
    assert wrong(FIRST, AGAIN, recorded_at=150) == {RECORDED}


def test_without_an_answer_the_same_may_come_again_from_one_life():
    assert in_a_window(replace(FIRST, answer="broken off"), replace(AGAIN, life=1)) == {DOUBTFUL}
    assert wrong(FIRST, replace(AGAIN, life=1)) == {TWICE}


def test_under_another_id_nothing_may_come_again():
    assert wrong(FIRST, replace(AGAIN, id="two")) == {OTHER_ID}


def test_who_stands_in_may_repeat_only_what_nobody_knows_to_have_arrived():
    instead = replace(AGAIN, channel="spare", id="two")
    assert in_a_window(instead) == {ONCE}
    assert in_a_window(replace(FIRST, answer="broken off"), instead) == {ELSEWHERE}
    assert wrong(FIRST, instead, recorded_at=150) == {RECORDED}


def test_what_a_limit_folds_may_list_what_was_told():
    listed = replace(AGAIN, channel="few", id="two", is_folded=True)
    assert in_a_window(replace(FIRST, channel="few"), listed, channel="few") == {ONCE}


@pytest.mark.parametrize(
    ("times", "said", "outcome"),
    [
        (1, None, "right"),
        (1, "Perhaps done", "right"),
        (0, "Perhaps done", "right"),
        (0, "Not done", "right"),
        (0, None, {UNDONE}),
        (1, "Not done", {REDONE}),
        (2, "Perhaps done", {REDONE}),
    ],
)
def test_an_action_is_done_once_or_its_owner_hears_of_it(times, said, outcome):
    told = replace(FIRST, events=frozenset(), of_actions=frozenset({(said, "ev00001")} if said else ()))
    count = Count(Result(receivers_of(told), acts={"ev00001": times}))
    assert ("right" if count.is_right else {name for name, number in count.found.items() if number}) == outcome


def test_what_nothing_called_for_and_what_was_cut_is_a_fault():
    assert wrong(replace(FIRST, false=frozenset({"no00001"}))) == {ONCE, FALSE}
    assert wrong(replace(FIRST, is_cut=True)) == {ONCE, CUT}

"""`every: auto`: more often where more happens, within the owner's bounds."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from rules.rule import Pace
from tests.rule_files import faults_of, rule_of, rule_text
from tests.small_world import Life, Source, rule
from tests.story import STREAM
from watchers.api import Observation, Text

FIFTEEN, DAY = 15.0, 24 * 60.0


def entry(key: object) -> Observation:
    return Observation(str(key), {"text": Text(f"story {key}")})


def gaps(life: Life) -> list[float]:
    return [later - earlier for earlier, later in pairwise(life.due_minutes("rule"))]


def polled(database, source: Source, days: int) -> list[float]:
    life = Life(database, {"watch": source})
    auto = rule("text contains story", STREAM, pace=Pace(timedelta(minutes=15), timedelta(days=1)))
    life.live(until=days * DAY, script=((0, (auto,)),))
    return gaps(life)


def test_a_silent_source_is_soon_asked_once_a_day_only(database):
    found = polled(database, Source(((0, (entry(1),)),)), days=20)
    assert max(found) <= 1.5 * DAY
    assert found[-1] >= DAY / 2
    assert len(found) < 45


def test_a_busy_source_is_asked_as_often_as_the_owner_lets(database):
    busy = Source(tuple((minute, tuple(entry(n) for n in range(minute // 10 + 1))) for minute in range(0, 1440, 10)))
    found = polled(database, busy, days=1)
    assert min(found) >= FIFTEEN / 2
    assert sum(found[-20:]) / 20 <= 1.5 * FIFTEEN


def test_the_file_says_between_which_bounds():
    auto = rule_of("watch: player", "artist: Tool", "every: auto", "between: [30m, 7d]")
    assert auto.pace == Pace(timedelta(minutes=30), timedelta(days=7))
    assert auto.every == timedelta(hours=1)
    assert rule_of("watch: player", "artist: Tool", "every: auto").pace == Pace()
    assert rule_of("watch: player", "artist: Tool", "every: 2h").pace is None


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("between: [1h, 2h]", "finds itself"),
        ("every: auto\n    between: [2h, 1h]", "the shorter one first"),
        ("every: auto\n    between: 1h", "two lengths of time"),
        ("every: often", "takes a length of time"),
    ],
)
def test_bounds_that_make_no_sense_are_refused(lines, said):
    faults = faults_of(rule_text("watch: player", "artist: Tool", lines))
    assert [said in fault.message for fault in faults] == [True]

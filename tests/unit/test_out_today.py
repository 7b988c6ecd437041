"""A record that was announced months ago is told on the day on which it comes out, without a poll."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from rules.rule import Profile
from tests.small_world import TROUBLE, Life, Source, rule
from watchers.api import Day, Observation, Text
from watchers.music import Music

NEW_YORK = ZoneInfo("America/New_York")
OUT = "type in [album, ep] and released within past 7 days"
DAY = 24 * 60


def record(key: str, released: Day | None, type_: str = "album") -> Observation:
    facts = {"title": Text(key), "text": Text(key), "type": Text(type_)}
    return Observation(key, facts if released is None else {**facts, "released": released})


def lived(database, *sights: tuple[float, object], until: float = 20 * DAY, when: str = OUT) -> Life:
    """Live with a rule about records from noon UTC of 1 March on, in New York."""
    life = Life(database, {"watch": Source(sights)})
    life.keep(rule(when, Music.kind, every=timedelta(hours=6)))
    life.book = replace(life.book, me=Profile(NEW_YORK, "USD"))
    life.live(until=until, script=())
    return life


def told(life: Life) -> list[tuple[str, str, str]]:
    return [
        (firing.observation, firing.reason, f"{firing.seen_at.astimezone(NEW_YORK):%d %H:%M}")
        for firing in life.firings()
    ]


def test_a_record_that_was_announced_before_the_rule_looked_is_told_at_midnight_of_its_day(database):
    life = lived(database, (0, (record("soon", Day(2026, 3, 13)), record("old", Day(2019, 8, 30)))))
    assert told(life) == [("soon", "crossed", "13 00:00")]


def test_it_is_told_on_its_day_while_the_source_cannot_be_reached(database):
    shown = (record("soon", Day(2026, 3, 6)),)
    life = lived(database, (0, shown), (200, TROUBLE))
    assert told(life) == [("soon", "crossed", "06 00:00")]


def test_one_that_is_announced_later_is_told_once_and_on_its_day_alone(database):
    old = record("old", Day(2019, 8, 30))
    life = lived(database, (0, (old,)), (DAY, (old, record("new", Day(2026, 3, 10)))))
    assert told(life) == [("new", "crossed", "10 00:00")]


def test_one_that_is_listed_a_day_after_it_came_out_is_told_at_once(database):
    old = record("old", Day(2019, 8, 30))
    life = lived(database, (0, (old,)), (5 * DAY, (old, record("late", Day(2026, 3, 5)))))
    ((key, reason, _),) = told(life)
    assert (key, reason) == ("late", "new")


def test_an_old_record_that_is_listed_late_is_no_news(database):
    old = record("old", Day(2019, 8, 30))
    life = lived(database, (0, (old,)), (DAY, (old, record("reissue", Day(1996, 9, 17)))))
    assert told(life) == []


def test_what_came_out_just_before_the_rule_looked_first_is_no_news(database):
    assert told(lived(database, (0, (record("just", Day(2026, 2, 27)),)))) == []


def test_a_record_whose_day_becomes_known_is_told_on_it(database):
    vague, exact = record("soon", Day(2026, 3)), record("soon", Day(2026, 3, 13))
    life = lived(database, (0, (vague,)), (2 * DAY, (exact,)))
    assert told(life) == [("soon", "crossed", "13 00:00")]


def test_a_single_is_none_of_what_was_asked_for(database):
    assert told(lived(database, (0, (record("soon", Day(2026, 3, 13), "single"),)))) == []


@pytest.mark.parametrize("when", ["released is today", "released at most today", "released within past 1 day"])
def test_other_words_for_it_come_true_at_the_same_midnight(database, when):
    life = lived(database, (0, (record("soon", Day(2026, 3, 13)),)), when=when)
    assert told(life) == [("soon", "crossed", "13 00:00")]

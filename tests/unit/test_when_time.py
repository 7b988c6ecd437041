"""Dates, instants and silence: what is true now, and when time alone will change it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.sentences import NEW_YORK, NOW, finding, truth
from watchers.api import Day, Fact, Moment, Number, Span

TODAY = Day(2026, 5, 20)


def out(day: Day) -> dict[str, Fact]:
    return {"released": day}


def starting(at: datetime) -> dict[str, Fact]:
    return {"starts": Moment(at)}


def here(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=NEW_YORK)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("sentence", "day", "holds"),
    [
        ("released after 2026-05-13", Day(2026, 5, 14), True),
        ("released after 2026-05-14", Day(2026, 5, 14), False),
        ("released >= 2026-05-14", Day(2026, 5, 14), True),
        ("released is 2026-05", Day(2026, 5, 14), True),
        ("released after 2026-05", Day(2026, 5, 31), False),
        ("released after 2026-05", Day(2026, 6, 1), True),
        ("released before 2026", Day(2025, 12, 31), True),
        ("released <= 2026-05", Day(2026, 5, 31), True),
        ("released after 2026-05-10", Day(2026, 5), None),
        ("released after 2026-05-10", Day(2026, 6), True),
        ("released after 2026-05-10", Day(2026), None),
        ("released before 2026-05-10", Day(2025), True),
        ("released is 2026-05", Day(2026, 5), True),
        ("released is 2026-05-10", Day(2026, 5), None),
        ("released is not 2026-05-10", Day(2026, 4), True),
        ("released in [2026-04, 2026-05]", Day(2026, 5, 2), True),
        ("released is today", TODAY, True),
        ("today > released", Day(2026, 5, 19), True),
        ("today is released", Day(2026, 5), None),
        ("today + 1 week at least released", Day(2026, 5, 27), True),
        ("today is not released", Day(2026, 5), None),
        ("released is released", Day(2026, 5, 14), True),
        ("released is released", Day(2026, 5), None),
        ("released before today", TODAY, False),
        ("released at most today", TODAY, True),
        ("released at least now", TODAY, True),
        ("released before friday", Day(2026, 5, 21), True),
        ("released is wednesday", TODAY, True),
        ("released is tuesday", Day(2026, 5, 26), True),
        ("released before today + 14 days", Day(2026, 6, 2), True),
        ("released before today + 14 days", Day(2026, 6, 3), False),
        ("released within 14 days", TODAY, True),
        ("released within 14 days", Day(2026, 6, 3), True),
        ("released within 14 days", Day(2026, 6, 4), False),
        ("released within 14 days", Day(2026, 5, 19), False),
        ("released within 14 days", Day(2026, 5), None),
        ("released within 14 days", Day(2026, 7), False),
        ("released within 30 days", Day(2026, 6), None),
        ("released within 60 days", Day(2026, 6), True),
        ("released within past 14 days", Day(2026, 5, 6), True),
        ("released within past 14 days", Day(2026, 5, 5), False),
        ("released within past 14 days", Day(2026, 5, 21), False),
        ("released is not within 14 days", Day(2026, 7), True),
        ("released within 12h", TODAY, True),
        ("released - 2026-05-10 > 3 days", Day(2026, 5, 14), True),
        ("released + 6 days is today", Day(2026, 5, 14), True),
        ("released + 6 days is today", Day(2026, 5), None),
        ("released after 2026-05-10", Day(2026, 2, 31), None),
    ],
)  # fmt: skip
def test_dates_are_days_of_the_owners_calendar(sentence: str, day: Day, holds: bool | None) -> None:
    assert truth(sentence, out(day)) is holds


@pytest.mark.parametrize(
    ("sentence", "at", "holds"),
    [
        ("starts after now", NOW + timedelta(seconds=1), True),
        ("starts after now", NOW, False),
        ("starts within 36h", NOW + timedelta(hours=36), True),
        ("starts within 36h", NOW + timedelta(hours=36, microseconds=1), False),
        ("starts within past 36h", NOW - timedelta(hours=36), True),
        ("starts is today", here(2026, 5, 20, 23, 59), True),
        ("starts is today", here(2026, 5, 21), False),
        ("starts before today", here(2026, 5, 19, 23, 59), True),
        ("starts after 2026-05-20", here(2026, 5, 20, 23, 59), False),
        ("starts is 2026-05-20", here(2026, 5, 20, 0, 0), True),
        ("starts before 2026-05-20 18:00", here(2026, 5, 20, 17, 59), True),
        ("starts before 2026-05-20 18:00Z", here(2026, 5, 20, 15, 0), False),
        ("starts before now + 2 hours", NOW + timedelta(hours=3), False),
        ("starts before today + 36h", here(2026, 5, 21, 11, 59), True),
        ("starts before released + 36h", here(2026, 5, 21, 11, 59), True),
        ("starts + latency after 2026-05-20 13:00", here(2026, 5, 20, 12, 30), True),
        ("starts - starts < 1s", NOW, None),
    ],
)
def test_instants_are_reckoned_in_the_owners_zone(sentence: str, at: datetime, holds: bool | None) -> None:
    seen: dict[str, Fact] = {**starting(at), "released": TODAY, "latency": Span(timedelta(hours=1))}
    if holds is None:
        assert truth(sentence, seen) is True
    else:
        assert truth(sentence, seen) is holds


@pytest.mark.parametrize(
    ("sentence", "facts", "changes_at"),
    [
        ("released before today", out(Day(2026, 5, 25)), here(2026, 5, 25)),
        ("released before today", out(Day(2026, 5, 14)), None),
        ("released after 2026-01-01", out(Day(2026, 5, 14)), None),
        ("released within 14 days", out(Day(2026, 6, 10)), here(2026, 5, 27)),
        ("released within 14 days", out(TODAY), here(2026, 5, 21)),
        ("released within past 7 days", out(Day(2026, 5, 14)), here(2026, 5, 21)),
        ("starts within 2 days", starting(NOW + timedelta(days=3)), NOW + timedelta(days=1)),
        ("starts before now", starting(NOW + timedelta(days=3)), NOW + timedelta(days=3)),
        ("starts is today", starting(here(2026, 6, 1, 9)), here(2026, 6, 1)),
        ("released before now - 36h", out(Day(2026, 5, 25)), here(2026, 5, 26, 12)),
        ("released is friday", out(Day(2026, 5, 29)), here(2026, 5, 21)),
        ("today is 2026-06-01", {}, here(2026, 6, 1)),
    ],
)
def test_a_finding_says_when_time_alone_may_change_it(
    sentence: str, facts: dict[str, Fact], changes_at: datetime | None
) -> None:
    assert finding(sentence, facts).changes_at == changes_at


def test_where_one_part_is_decisive_the_others_need_no_waiting() -> None:
    soon = starting(NOW + timedelta(days=3))
    assert finding("starts within 2 days and sold_out", soon).changes_at is None
    assert finding("starts within 2 days or sold_out", soon).changes_at == NOW + timedelta(days=1)
    assert finding("starts within 2 days and not sold_out", soon).changes_at == NOW + timedelta(days=1)
    both = "starts before now and starts before now - 1 day"
    assert finding(both, soon).changes_at == NOW + timedelta(days=4)


def test_the_day_of_a_clock_change_begins_at_its_own_midnight() -> None:
    before = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
    told = finding("released is today", out(Day(2026, 11, 2)), now=before)
    assert told.changes_at == datetime(2026, 11, 2, 5, 0, tzinfo=UTC)


def test_nothing_for_a_week_becomes_true_by_time_alone() -> None:
    told = finding("nothing for 7 days", {}, since_news=NOW - timedelta(days=3))
    assert (told.holds, told.changes_at) == (False, NOW + timedelta(days=4))
    told = finding("nothing for 7 days", {}, since_news=NOW - timedelta(days=7))
    assert (told.holds, told.changes_at) == (True, None)
    assert told.because == "nothing came for 7 days"
    assert truth("nothing for 7 days", {}, since_news=None) is None


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_the_calendar_are_unknown(year: int) -> None:
    assert truth("starts within 14 days", starting(datetime(year, 1, 1, tzinfo=UTC))) is None
    assert truth("released + 3 days before today", out(Day(year, 12, 31))) is None


def test_a_length_beyond_the_calendar_is_unknown() -> None:
    seen: dict[str, Fact] = {"latency": Span(timedelta.max), "released": TODAY, "starts": Moment(NOW)}
    assert truth("released + latency after today", seen) is None
    assert truth("starts - latency after today", seen) is None
    assert truth("latency * 3 > 5s", seen) is True
    assert (
        truth("latency / 0.000001 > latency", {**seen, "latency": Span(timedelta(days=Decimal(3).__int__()))}) is True
    )


def test_one_day_is_said_as_one():
    one = {"days_left": Number(Decimal(1))}
    assert finding("days_left <= 1", one).because == "days_left 1 day is at most 1 day"
    assert finding("days_left <= 14", one).because == "days_left 1 day is at most 14 days"

"""Quantities as they are written, and values as they are said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from lark.exceptions import UnexpectedEOF, UnexpectedInput

from rules.when.amounts import with_number
from rules.when.canonical import duration, literal, percent, said
from rules.when.evaluate import Ordered, Timed
from rules.when.evaluate_moves import Drift
from rules.when.evaluate_terms import Computed, Constant, FactTerm, Then
from rules.when.quantities import Sort
from rules.when.unreadable import unreadable
from rules.when.windows import Window, median
from tests.sentences import ME, NAMES, NEW_YORK, NOW, compiled, faults, finding, reading, truth, usd, view
from watchers.api import Day, Fact, Flag, Moment, Money, Number, Span, Text, Texts


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("$150", "150.00 USD"),
        ("$ 150", "150.00 USD"),
        ("150$", "150.00 USD"),
        ("US$150", "150.00 USD"),
        ("150 usd", "150.00 USD"),
        ("eur 150", "150.00 EUR"),
        ("150€", "150.00 EUR"),
        ("150 euros", "150.00 EUR"),
        ("£1299.5", "1299.50 GBP"),
        ("0.0001 USD", "0.0001 USD"),
        ("-$5", "-5.00 USD"),
        ("A$ 5", "5.00 AUD"),
        ("5 zł", "5.00 PLN"),
    ],
)
def test_money_is_written_in_many_ways_and_kept_in_one(written: str, meant: str) -> None:
    assert compiled(f"price below {written}").meaning == f"price below {meant}"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=90), "90 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(seconds=3601), "1h 1s"),
        (timedelta(milliseconds=1500), "1.5 seconds"),
        (timedelta(hours=-2), "-2 hours"),
        (timedelta(), "0s"),
    ],
)
def test_lengths_of_time_are_said_in_the_largest_unit_that_is_exact(length: timedelta, words: str) -> None:
    assert duration(length) == words


@pytest.mark.parametrize(
    ("fact", "unit", "words"),
    [
        (usd("46.333333333"), "", "46.3333 USD"),
        (usd("0.000123456"), "", "0.0001235 USD"),
        (usd("1E+50"), "", "1.000000e+50 USD"),
        (usd("35875886792452830188677662479.86792"), "", "35875886792452830188677662479.86792 USD"),
        (usd("1E-50"), "", "1.000000e-50 USD"),
        (usd("-0.00"), "", "-0.00 USD"),
        (Money(Decimal(5), None), "", "5.00 (no currency)"),
        (Number(Decimal("12.50")), "days", "12.5 days"),
        (Number(Decimal(20)), "%", "20%"),
        (Text("a  long\n" + "word " * 50), "", '"a long' + " word" * 14 + ' wo…"'),
        (Texts(("a", "b")), "", '["a", "b"]'),
        (Flag(True), "", "yes"),
        (Moment(datetime(2026, 5, 20, 22, 0, tzinfo=UTC)), "", "2026-05-20 18:00"),
        (Day(2026, 5), "", "2026-05"),
    ],
)
def test_values_are_said_shortly(fact: Fact, unit: str, words: str) -> None:
    assert said(fact, unit, NEW_YORK) == words


def test_a_share_is_said_with_one_place() -> None:
    assert [percent(Decimal(share)) for share in ("15.24", "15", "1E+30")] == ["15.2%", "15%", "1.0e+30%"]


def test_a_literal_instant_is_spelled_for_any_zone() -> None:
    assert literal(Moment(datetime(2026, 5, 20, 18, 0, tzinfo=ZoneInfo("Asia/Tokyo")))) == "2026-05-20 09:00:00Z"


MINE = {**ME.values, "born": "2026-01-01", "patience": "3 weeks", "limit": 14, "wish": True, "odd": "much money"}
OWNER = replace(NAMES, me=replace(ME, values=MINE))
SEEN: dict[str, Fact] = {
    "price": usd(5),
    "list_price": usd(20),
    "released": Day(2026, 5, 14),
    "starts": Moment(NOW),
    "days_left": Number(Decimal(12)),
    "rating": Number(Decimal(4)),
    "available": Flag(True),
    "city": Text("Boston"),
    "title": Text("The 2026 list"),
    "latency": Span(timedelta(seconds=3)),
    "distance": Number(Decimal(42)),
}
BEFORE = reading(1, price=usd(10), rating=Number(Decimal(6)), latency=Span(timedelta(seconds=1)))


@pytest.mark.parametrize(
    ("sentence", "holds"),
    [
        ("released after me.born", True),
        ("days_left below me.patience", True),
        ("days_left below me.limit", True),
        ("available is me.wish", True),
        ("released within me.patience", False),
        ("released within past me.patience", True),
        ("city is me.timezone", False),
        ("released is '2026-05-14'", True),
        ("title mentions 2026", True),
        ("title mentions [15 USD, x]", False),
        ("title contains me.currency", False),
        ("latency <= 3000 ms", True),
        ("latency > -2s", True),
        ("distance < 20 mi + 20 km", True),
        ("distance below 60 kilometres", True),
        ("distance at least 42000 Meters", True),
        ("price drops by 25% of list_price from previous", True),
        ("price drops by 26% of list_price from previous", False),
        ("price drops by 50% of previous from previous", True),
        ("rating drops by 2 from previous", True),
        ("rating drops by 2.1 from previous", False),
        ("latency rises by 2s from previous", True),
        ("latency rises by 2001 ms from previous", False),
        ("price drops by days_left * 1 from previous", None),
        ("80% of previous > price", True),
        ("price below 50% of (list_price + 5 USD)", True),
        ("price * 2 * 3 above 29 USD", True),
        ("price - (list_price - price) below -9 USD", True),
        ("2 * price above 9 USD", True),
        ("-(price + 5 USD) below 0 USD", True),
        ("starts + latency * 2 after now", True),
        ("(released - 2026-05-10) * 2 > 7 days", True),
        ("list_price / price is 4", True),
    ],
)
def test_quantities_meet_the_facts_that_they_stand_beside(sentence: str, holds: bool | None) -> None:
    if holds is None:
        assert faults(sentence, names=OWNER)
    else:
        assert truth(sentence, SEEN, names=OWNER, previous=BEFORE) is holds


@pytest.mark.parametrize("sentence", ["price below me.odd", "released after me.odd", "rating above me.artists"])
def test_a_profile_value_of_another_sort_is_a_fault(sentence: str) -> None:
    assert faults(sentence, names=OWNER)


def test_what_the_checker_never_lets_through_is_loud() -> None:
    text = Constant(Text("x"), Sort(Text), "x")
    amount = Constant(Number(Decimal(1)), Sort(Number), "1")
    day = Constant(Day(2026), Sort(Day), "2026")
    for test in (Ordered("<", text, amount), Timed("<", day, amount)):
        with pytest.raises(TypeError):
            test.judge(view({}))
    fact = FactTerm("x", Sort(Text))
    drift = Drift(fact, "drops", Then(fact, "previous", timedelta(), "previous"))
    with pytest.raises(TypeError):
        drift.judge(view({"x": Text("b")}, previous=reading(1, x=Text("a"))))
    for left in (text, day):
        with pytest.raises(TypeError):
            Computed("+", left, amount, Sort(Number), "x").value(view({}))
    with pytest.raises(ValueError, match="a value"):
        median(Window((), timedelta(days=1)))
    with pytest.raises(UnexpectedInput):
        unreadable("x", UnexpectedEOF([]))


def test_a_length_longer_than_the_calendar_stops_at_its_end() -> None:
    long = Span(timedelta.max)
    assert with_number(long, Decimal(10) ** 30) == Span(timedelta(days=1_000_000))
    assert with_number(long, -(Decimal(10) ** 30)) == Span(timedelta(days=-1_000_000))


def test_computed_values_that_cannot_be_are_unknown() -> None:
    huge = {"price": usd("1E+900"), "list_price": usd("1E+900")}
    assert finding("price * 3 below 80% of list_price * 9", huge).holds is True
    far: dict[str, Fact] = {"rating": Number(Decimal("1E+900")), "price": usd("1E+900")}
    assert "cannot be computed" in finding("price * rating above 1 USD", far).because
    assert "cannot be computed" in finding("price < 2000% of price", {"price": usd("9E+999")}).because
    assert finding("price + list_price below 9 USD", {"price": usd(5)}).because.startswith("list_price is unknown")
    assert finding("price * 1 below 1 USD", {"price": Money(Decimal(5), None)}).holds is None
    assert "EUR" in finding("price + 1 EUR below 9 EUR", {"price": usd(5)}).because

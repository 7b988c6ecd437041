"""Baselines: what a value is compared with, and how much of it must be known."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from rules.condition import Reading
from tests.sentences import NOW, finding, reading, truth, usd
from watchers.api import Day, Fact, Flag, Moment, Money, Number, Span, Text, Texts, Version


def priced(days_ago: float, days: float, amount: object, **more: float) -> Reading:
    return reading(days_ago, days, price=usd(amount), **more)  # type: ignore[arg-type]


def now(amount: object) -> dict[str, Fact]:
    return {"price": usd(amount)}


def test_a_slow_slide_is_a_drop_from_the_highest_though_no_step_of_it_is() -> None:
    history = [priced(10 - day, 1, 200 - 5 * day) for day in range(10)]
    assert truth("drops by 15% from highest in 30 days", now(150), history=history) is True
    assert truth("drops by 15% from previous", now(150), previous=history[-1]) is False


def test_a_drop_from_the_highest_is_judged_on_what_is_known() -> None:
    told = finding("drops by 15% from highest in 30 days", now("139"), history=[priced(1, 0.5, 164)])
    assert told.holds is True
    assert told.because == "price 139.00 USD has dropped by 15.2% from 164.00 USD (highest in 30 days)"
    assert truth("drops by 15% from highest in 30 days", now(139), history=[]) is None


def test_what_lies_before_the_window_is_not_in_it() -> None:
    history = [priced(40, 5, 500), priced(20, 20, 160)]
    assert truth("drops by 15% from highest in 30 days", now(150), history=history) is False
    assert truth("drops by 15% from highest in 60 days", now(150), history=history) is True


def test_drops_rises_and_moves_keep_to_their_direction() -> None:
    up, down = {"previous": priced(1, 0, 100)}, {"previous": priced(1, 0, 200)}
    assert truth("drops from previous", now(150), **up) is False
    assert truth("rises from previous", now(150), **up) is True
    assert truth("moves by 50 USD from previous", now(150), **up) is True
    assert truth("drops by 25% from previous", now(150), **down) is True
    assert truth("drops by 25.01% from previous", now(150), **down) is False
    assert truth("rises from previous", now(150), **down) is False
    assert truth("moves from previous", now(200), **down) is False


def test_the_reason_of_a_drop_that_is_too_small_says_how_small() -> None:
    told = finding("drops by 20 USD from previous", now(190), previous=priced(1, 0, 200))
    assert told.because == "price 190.00 USD has dropped only by 10.00 USD from 200.00 USD (previous)"
    told = finding("drops by 20 USD from previous", now(210), previous=priced(1, 0, 200))
    assert told.because == "price 210.00 USD has not dropped from 200.00 USD (previous)"


def test_last_told_is_the_first_reading_until_something_was_told() -> None:
    first, told = priced(9, 0, 200), priced(2, 0, 150)
    assert truth("drops by 20 USD from last told", now(140), first=first) is True
    assert truth("drops by 20 USD from last told", now(140), first=first, last_told=told) is False
    assert truth("drops by 20 USD from first", now(140), first=first, last_told=told) is True
    assert finding("drops from first", now(140)).because == "price has no first reading"


def test_another_currency_is_no_baseline() -> None:
    euros = reading(1, price=Money(Decimal(900), "EUR"))
    assert truth("drops from previous", now(100), previous=euros) is None
    assert truth("drops by 20 EUR from previous", now(100), previous=priced(1, 0, 200)) is None
    history = [reading(30, 20, price=Money(Decimal(1), "EUR")), priced(10, 10, 200)]
    assert truth("price is lowest in 20 days", now(150), history=history) is True


def test_a_percentage_of_nothing_is_unknown() -> None:
    assert truth("rises by 10% from previous", now(5), previous=priced(1, 0, 0)) is None
    assert truth("rises from previous", now(5), previous=priced(1, 0, 0)) is True


@pytest.mark.parametrize("which", ["lowest", "median", "mean"])
def test_a_window_of_which_less_than_half_is_known_settles_nothing(which: str) -> None:
    history = [priced(12, 12, 200)]
    sentence = f"price < 80% of {which} in 90 days"
    told = finding(sentence, now(100), history=history)
    assert told.holds is None
    assert told.because == f"{which} in 90 days is unknown: known for 12 of 90 days"
    assert truth(sentence, now(100), history=history, known_any=True) is True
    assert truth(sentence.replace("90", "24"), now(100), history=history) is True


def test_what_is_above_the_highest_known_may_still_be_below_the_highest() -> None:
    history = [priced(5, 5, 100)]
    assert truth("price < highest in 90 days", now(90), history=history) is True
    assert truth("price > highest in 90 days", now(110), history=history) is None
    assert truth("price > lowest in 90 days", now(110), history=history) is True
    assert truth("rises by 10% from lowest in 90 days", now(110), history=history) is True
    assert truth("drops by 10% from lowest in 90 days", now(90), history=history) is None


def test_sleep_and_blindness_are_not_knowledge() -> None:
    assert truth("price < mean in 30 days", now(100), history=[priced(28, 28, 200, known=14)]) is None
    assert truth("price < mean in 30 days", now(100), history=[priced(28, 28, 200, known=15)]) is True


def test_a_price_counts_for_as_long_as_it_held() -> None:
    history = [priced(30, 28, 100), priced(2, 1, 400), priced(1, 1, 250)]
    assert truth("price at most median in 30 days", now(100), history=history) is True
    assert truth("price above median in 30 days", now("100.01"), history=history) is True
    mean = (28 * 100 + 400 + 250) / 30
    assert truth("price < mean in 30 days", now(mean - 0.01), history=history) is True
    assert truth("price > mean in 30 days", now(mean + 0.01), history=history) is True


def test_only_the_part_of_a_reading_inside_the_window_counts() -> None:
    history = [priced(100, 95, 300), priced(5, 5, 100)]
    assert truth("price < mean in 10 days", now(199), history=history) is True
    assert truth("price > mean in 10 days", now(201), history=history) is True


def test_values_that_were_seen_for_an_instant_each_count_alike() -> None:
    history = [priced(3, 0, 100), priced(2, 0, 200), priced(1, 0, 600)]
    assert truth("price < mean in 5 days", now(299), history=history, known_any=True) is True
    assert truth("price > median in 5 days", now(201), history=history, known_any=True) is True
    assert truth("price < median in 5 days", now(199), history=history, known_any=True) is True


def test_a_median_between_two_halves_is_their_middle() -> None:
    history = [priced(10, 5, 100), priced(5, 5, 200)]
    assert truth("price < median in 10 days", now(149), history=history) is True
    assert truth("price > median in 10 days", now(151), history=history) is True


# is lowest in, is highest in


def test_a_price_is_the_lowest_when_it_is_below_every_earlier_one() -> None:
    history = [priced(80, 40, 150), priced(40, 40, 145)]
    told = finding("price is lowest in 90 days", now(139), history=history)
    assert told.holds is True
    assert told.because == "price 139.00 USD is the lowest in 90 days, where it was 145.00 USD before"
    told = finding("price is lowest in 90 days", now(145), history=[*history, priced(1, 0, 160)])
    assert told.because == "price 145.00 USD is not the lowest in 90 days: it was 145.00 USD on 2026-04-10"
    assert truth("price is not lowest in 90 days", now(139), history=history) is False
    assert truth("price is highest in 90 days", now(151), history=history) is True


def test_it_stays_the_lowest_while_the_price_stays_or_falls_and_until_it_rises() -> None:
    history = [priced(80, 78, 150)]
    for day, amount, lowest in [(2, 139, True), (1.5, 139, True), (1, 135, True), (0.5, 135, True), (0, 140, False)]:
        assert truth("price is lowest in 90 days", now(amount), history=history) is lowest
        history = [*history, priced(day, 0.5, amount)]


def test_a_price_that_never_changed_is_not_its_lowest() -> None:
    told = finding("price is lowest in 90 days", now(150), history=[priced(90, 90, 150)])
    assert told.holds is False
    assert "never another" in told.because


def test_the_lowest_of_a_window_that_is_hardly_known_is_unknown_but_what_was_cheaper_is_certain() -> None:
    history = [priced(10, 10, 150)]
    assert truth("price is lowest in 90 days", now(140), history=history) is None
    assert truth("price is lowest in 90 days", now(140), history=history, known_any=True) is True
    assert truth("price is lowest in 90 days", now(150), history=[priced(10, 5, 140), priced(5, 5, 150)]) is False


# changes


def test_a_change_is_any_other_value() -> None:
    before = reading(1, price=usd("139.0"), title=Text("One  text"), type=Text("single"), available=Flag(False))
    assert truth("changes", now("139.00"), previous=before) is False
    assert truth("changes", now("139.01"), previous=before) is True
    assert truth("changes", {}, previous=before) is None
    assert truth("changes", now(1)) is None
    assert truth("title changes", {"title": Text("One text")}, previous=before) is False
    assert truth("title changes", {"title": Text("one text")}, previous=before) is True
    assert truth("changes", {"price": Money(Decimal(139), "EUR")}, previous=before) is None


def test_a_change_may_name_what_it_comes_from_and_goes_to() -> None:
    before = reading(1, type=Text("single"), available=Flag(False), price=usd(5), released=Day(2026, 5))
    assert truth("type changes from single to album", {"type": Text("album")}, previous=before) is True
    assert truth("type changes from ep", {"type": Text("album")}, previous=before) is False
    assert truth("type changes to single", {"type": Text("single")}, previous=before) is False
    assert truth("available changes to yes", {"available": Flag(True)}, previous=before) is True
    assert truth("changes from 5 USD to 6 USD", now(6), previous=before) is True
    assert truth("released changes to 2026-05-14", {"released": Day(2026, 5, 14)}, previous=before) is True
    told = finding("type changes from ep", {"type": Text("album")}, previous=before)
    assert 'previous type is "single", not "ep"' in told.because


def test_versions_and_dates_rise_too() -> None:
    before = reading(1, version=Version("3.9"), released=Day(2026, 5))
    assert truth("version rises from previous", {"version": Version("3.10")}, previous=before) is True
    assert truth("version drops from previous", {"version": Version("v3.9.0")}, previous=before) is False
    assert truth("released rises from previous", {"released": Day(2026, 6, 1)}, previous=before) is True
    assert truth("released moves from previous", {"released": Day(2026, 5, 3)}, previous=before) is None
    assert truth("released moves from previous", {"released": Day(2026, 5)}, previous=before) is False


def test_the_amount_of_a_drop_may_be_unknown_too() -> None:
    before = {"previous": priced(1, 0, 200)}
    assert truth("drops by 10% of list_price from previous", now(100), **before) is None
    assert truth("drops by 10% of list_price from previous", {**now(100), "list_price": usd(1000)}, **before) is True


def test_a_price_without_a_currency_is_no_lowest() -> None:
    told = finding("price is lowest in 9 days", {"price": Money(Decimal(1), None)}, history=[priced(9, 9, 200)])
    assert told.holds is None
    assert "no currency" in told.because


def test_the_order_of_several_texts_is_no_change() -> None:
    before = reading(1, categories=Texts(("a", "b")))
    assert truth("categories changes", {"categories": Texts(("b", "a"))}, previous=before) is False
    assert truth("categories changes", {"categories": Texts(("b",))}, previous=before) is True


def test_numbers_and_lengths_have_windows_too() -> None:
    history = [reading(10, 10, rating=Number(Decimal(3)), latency=Span(timedelta(seconds=4)))]
    assert truth("rating above mean in 9 days", {"rating": Number(Decimal(4))}, history=history) is True
    assert truth("latency is lowest in 9 days", {"latency": Span(timedelta(seconds=3))}, history=history) is True


def test_short_windows_are_known_in_minutes() -> None:
    told = finding("price < mean in 2h", now(1), history=[priced(0.05, 0.01, 200)])
    assert told.because == "mean in 2 hours is unknown: known for 14 of 120 minutes"


def test_dates_drop_and_rise_in_both_directions() -> None:
    before = reading(1, released=Day(2026, 5, 14), starts=Moment(NOW))
    assert truth("released drops from previous", {"released": Day(2026, 5, 13)}, previous=before) is True
    assert truth("released drops from previous", {"released": Day(2026, 5)}, previous=before) is None
    told = finding("starts moves from previous", {"starts": Moment(NOW)}, previous=before)
    assert told.because == "starts 2026-05-20 12:00 has not moved from 2026-05-20 12:00 (previous)"


def test_a_reading_of_another_time_may_hold_another_type() -> None:
    before = Reading(NOW, NOW, {"price": Text("12 dollars")}, timedelta(days=60))
    assert truth("drops from previous", now(1), previous=before) is None
    assert truth("price < mean in 30 days", now(1), history=[before], known_any=True) is None
    assert truth("rating rises from previous", {"rating": Number(Decimal(3))}, previous=before) is None

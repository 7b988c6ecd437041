"""What is proposed instead of a rule was lived through, and is what a person would write."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.alternatives import Alternative, Extreme, altered, alternatives, extreme, is_reached, reachable
from rules.backtest import Record
from rules.condition import Always
from rules.rule import Again, For
from rules.threshold import at_or_above, at_or_below, near, thresholds
from tests.story import GAUGE, HOUR, START, STREAM, condition, rule, usd
from tests.unit.test_backtest import arrivals, lived, stage
from watchers.api import FactSpec, Kind, Money, Number

WAVERING = [160, 149, 151, 148, 153, 147, 152, 149, 180, 149]


def proposed(one, values) -> list[Alternative]:
    _, record = lived(rule("price changes"), values)
    place = stage(record, len(values) - 1)
    return list(alternatives(one, place.told(one), record, place.told, partial(condition, kind=one.kind)))


def test_a_wavering_price_gets_an_until_beyond_its_band():
    (until, *_) = proposed(rule("price below 150 USD"), WAVERING)
    # It went back to 153 at most while it wavered; the rise to 180 was no wavering.
    assert until == Alternative("until", "price above 155 USD", 2)


def test_a_value_that_wavers_from_below_gets_an_until_below():
    (until, *_) = proposed(rule("price above 150 USD"), [140, 151, 149, 152, 148, 153])
    assert until == Alternative("until", "price below 145 USD", 1)


def test_what_came_and_went_between_two_polls_gets_a_for():
    spikes = [160, 149, 190, 149, 190, 149, 149, 190, 149, 149, 149]
    assert proposed(rule("price below 150 USD"), spikes) == [Alternative("for", "2 polls", 2)]


def test_reminders_are_the_first_to_go():
    one = rule("price below 150 USD", again=Again("every", 2 * HOUR), hold=For(polls=2))
    assert proposed(one, [160, *[149] * 9]) == [Alternative("again", "", 1)]


def test_the_threshold_is_moved_within_its_sentence_where_nothing_was_told():
    (when,) = proposed(rule("not sold_out and below $150"), [190, 171, 190, 175, 190])
    assert when == Alternative("when", "not sold_out and below 180 USD", 2)
    (when,) = proposed(rule("price above 200 USD"), [160, 190, 160])
    assert when == Alternative("when", "price above 180 USD", 1)


@pytest.mark.parametrize(
    ("one", "values"),
    [
        (rule("price below 150 USD"), [160, 149]),
        (rule("price changes"), [160, 149, 160]),
        (rule("nothing for 2 hours"), [160, 160, 160, 160]),
        (rule("price below 150 EUR"), [160, 171]),
        (rule("price below 150 USD and available"), [160, 171]),
        (rule("price < 90% of first"), [160, 171]),
        (rule("price below 150 USD or available"), [160, 171]),
        (rule("name is known and sold_out"), [160, 171]),
    ],
    ids=lambda one: str(getattr(one, "written", "")),
)
def test_nothing_is_proposed_where_nothing_would_help(one, values):
    assert proposed(one, values) == []


def test_nothing_is_proposed_on_no_history():
    one = rule("price below 150 USD")
    assert alternatives(one, (), Record(), stage(Record(), 1).told, condition) == ()


def test_for_is_no_advice_for_things_that_come_and_go():
    record = arrivals("old", "a tokamak", "b tokamak")
    one = rule("text mentions tokamak", STREAM)
    place = stage(record, 9)
    assert alternatives(one, place.told(one), record, place.told, partial(condition, kind=STREAM)) == ()


def test_other_words_replace_what_is_given():
    one = rule("price below 150 USD", hold=For(polls=2))
    other = altered(one, when=condition("price below 1 USD"), until=None, hold=None, again=Again("never"))
    assert (other.condition.text, other.until, other.hold, other.again) == (
        "price below 1 USD",
        None,
        For(polls=2),
        Again("never"),
    )


# Thresholds.


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("price below $150 and not sold_out", [("price", True, "150 USD")]),
        ("below 9.5 EUR", [("price", True, "9.50 EUR")]),
        ("price >= 9 USD and (available and below 20 USD)", [("price", False, "9 USD"), ("price", True, "20 USD")]),
        ("price is not below 150 USD", [("price", False, "150 USD")]),
        ("price below 150 USD or sold_out", []),
        ("not price below 150 USD", []),
        ("price is 150 USD", []),
        ("price < 80% of highest in 30 days", []),
        ("name is x and sold_out", []),
    ],
)
def test_the_number_at_which_a_sentence_turns_is_found_where_it_stands(sentence, found):
    seen = list(thresholds(condition(sentence), condition))
    assert [(one.fact, one.is_below, one.spelled(one.value)) for one in seen] == found
    for one in seen:
        moved = next(each for each in thresholds(condition(one.moved(usd(77))), condition) if each.start == one.start)
        assert (moved.value, moved.fact) == (usd(77), one.fact)


def test_a_rule_without_a_sentence_has_no_threshold():
    assert list(thresholds(Always("price"), condition)) == []


def test_units_are_written_behind_the_number():
    facts = (FactSpec("distance", Number, "How far.", unit="km"), FactSpec("share", Number, "How much.", unit="%"))
    kind = Kind("far", "gauge", "Far.", "distance", facts)
    (far,) = thresholds(condition("distance < 50 km", kind), partial(condition, kind=kind))
    assert far.moved(Number(Decimal("12.5"))) == "distance < 12.5 km"
    (share,) = thresholds(condition("share < 50", kind), partial(condition, kind=kind))
    assert share.moved(Number(Decimal(40))) == "share < 40%"


@given(st.decimals("0.02", "1000000", places=2), st.booleans())
def test_a_chosen_number_is_near_short_and_on_the_right_side(amount, is_money):
    value = Money(amount, "USD") if is_money else Number(amount)
    above, below, nearest = (magnitude_of(each(value)) for each in (at_or_above, at_or_below, near))
    assert below <= amount <= above
    assert below <= nearest <= above
    assert above - below <= max(amount * Decimal("0.0625"), Decimal("0.01"))
    if amount >= 1:
        assert len(nearest.normalize().as_tuple().digits) <= 3


def magnitude_of(value) -> Decimal:
    return value.amount if isinstance(value, Money) else value.value


@pytest.mark.parametrize(
    ("sentence", "best", "chosen"),
    [
        ("below 150 USD", "171", "180"),
        ("below 15 USD", "20", "21"),
        ("below 5 USD", "9.99", "10.5"),
        ("below 500 USD", "1000", "1050"),
        ("below 0.01 USD", "0.02", "0.03"),
        ("above 200 USD", "171", "160"),
        ("above 20 USD", "0.02", "0.01"),
    ],
)
def test_a_threshold_in_reach_is_a_twentieth_beyond_the_best_value(sentence, best, chosen):
    (threshold,) = thresholds(condition(sentence, GAUGE), condition)
    assert reachable(threshold, Extreme(usd(best), START)) == usd(chosen)


def test_the_best_value_is_the_first_of_its_like_in_the_currency_of_the_sentence():
    _, record = lived(rule("price changes"), [180, 171, Money(Decimal(1), "EUR"), 171, 190])
    (threshold,) = thresholds(condition("price below 150 USD"), condition)
    best = extreme(threshold, record)
    assert best == Extreme(usd(171), START + timedelta(hours=1))
    assert not is_reached(threshold, best)
    assert is_reached(threshold, Extreme(usd(150), START))
    assert extreme(threshold, Record()) is None

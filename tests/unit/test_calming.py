"""The line that would calm a rule is made of what was seen, and does calm it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calming import advice, until
from rules.condition import Reading
from rules.rule import Again, For, Joint, WatchSpec
from tests.story import GAUGE, HOUR, START, Shop, condition, rule, story, usd


def readings(*prices: object) -> list[Reading]:
    return [Reading(START, START, {"price": usd(price)}) for price in prices]


def lines(when: str, *prices: object, **settings: object) -> list[str]:
    return [each.line for each in advice(rule(when, **settings), readings(*prices))]


@pytest.mark.parametrize(
    ("when", "prices", "expected"),
    [
        ("price below $150", ("149", "151.50", "149.20", "151"), "price above 152 USD"),
        ("price below $150 and not sold_out", ("149", "150.10", "149"), "price above 150.15 USD"),
        ("price above $150", ("151", "148", "152"), "price below 147.50 USD"),
        ("price at most 20 USD", ("20", "20.01"), "price above 20.02 USD"),
        ("price below $150", ("149", "900", "149"), ""),
        ("price below $150", ("149", "148"), ""),
        ("price below $150 or sold_out", ("149", "151"), ""),
        ("sold_out", ("149", "151"), ""),
    ],
)
def test_the_way_back_lies_a_little_further_than_was_ever_seen(when, prices, expected):
    seen = [reading.facts for reading in readings(*prices)]
    assert until(condition(when), seen) == expected


@given(
    st.integers(100, 100_000),
    st.lists(st.integers(-15, 15), min_size=2, max_size=20),
)
def test_the_line_that_is_offered_calms_what_it_was_made_of(limit: int, swings: list[int]):
    prices = [Decimal(limit) * (100 + swing) / 100 for swing in (-1, *swings)]
    when = f"price below {limit} USD"
    offered = until(condition(when), [{"price": usd(price)} for price in prices])
    fired = [reason for reason in story(when, list(prices), until=offered or None) if reason]
    if any(price > limit for price in prices):
        assert offered
        assert len(fired) == 1


def test_where_no_number_decides_patience_is_offered():
    assert lines("sold_out") == ["for: 3 polls", "again: never"]


def test_a_rule_about_other_rules_alone_is_not_polled_and_is_offered_no_polls():
    about_others = Joint(WatchSpec("both", GAUGE, "both", Shop()), ())
    assert lines("sold_out", joint=about_others) == ["again: never"]


def test_what_has_some_patience_is_offered_more():
    assert lines("sold_out", hold=For(polls=2))[0] == "for: 4 polls"
    assert lines("sold_out", hold=For(length=HOUR))[0] == "for: 2h"


def test_what_is_told_once_for_ever_is_not_offered_that():
    assert lines("sold_out", again=Again("never")) == ["for: 3 polls"]


def test_what_tells_of_each_change_is_offered_to_look_more_seldom_or_a_digest():
    assert lines("changes") == ["every: 1d", 'digest: "daily at 18:00"']
    assert lines("changes", every=48 * HOUR) == ['digest: "daily at 18:00"']


def test_the_best_line_for_a_price_that_wavers_is_the_way_back():
    assert lines("price below $150", "149", "151") == ["until: price above 151.50 USD", "for: 3 polls", "again: never"]

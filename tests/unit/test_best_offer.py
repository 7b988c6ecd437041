"""A rule with several shops for one thing judges the best offer, and takes no shop that is not seen for a dear one."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.condition import View
from rules.contest import Contest, best_offer
from rules.faults import RuleFaults
from rules.load import load
from rules.rule import Rule
from tests.rule_files import CHANNEL, Files
from tests.small_world import TROUBLE, Life, Source
from tests.story import START, UTC_ZONE
from tests.trials import HEAD, one, seen_as
from watchers.api import Flag, Money, Observation, Text
from watchers.price import Price

ME = "me: {currency: USD}\n" + CHANNEL
SHOPS = '["https://a.example/1", "https://b.example/1"]'


def rule_of(when: str, *lines: str, shops: str = SHOPS, me: str = ME) -> Rule:
    """Return a rule on the best offer of some shops."""
    more = "".join(f"    {line}\n" for line in lines)
    text = f"{me}rules:\n  - name: Best\n    watch: price\n    urls: {shops}\n    when: {when}\n{more}"
    return load("rules.yaml", Files({"rules.yaml": text}), {"price": Price}).rules[0]


def offer(price: object, currency: str | None = "USD", shop: str = "", **facts: object) -> tuple[Observation, ...]:
    """Return what a shop's page shows; None is a page without a price."""
    seen = {"title": Text("Kettle"), "shop": Text(shop), "sold_out": Flag(False)}
    if price is not None:
        seen["price"] = Money(Decimal(str(price)), currency)
    return (Observation("product", {**seen, **facts}, link=f"https://{shop}/1"),)  # type: ignore[dict-item]


GONE = {"available": Flag(False), "sold_out": Flag(True), "availability": Text("out_of_stock")}


def life_of(database, rule: Rule, a: tuple, b: tuple) -> Life:
    ids = {spec.label.split("//")[1].split(".")[0]: spec.id for spec in rule.watches}

    def sight(shown: object, name: str) -> object:
        return offer(shown, shop=f"{name}.example") if isinstance(shown, int) else shown

    shows = {"a": a, "b": b}
    sights = {ids[name]: Source(tuple((at, sight(shown, name)) for at, shown in seen)) for name, seen in shows.items()}
    life = Life(database, sights)
    life.keep(rule)
    return life


def reasons(life: Life) -> list[str]:
    return [told.reason for told in life.told("best")]


def test_the_best_of_several_shops_is_judged_and_told_with_its_shop(database):
    life = life_of(database, rule_of("price below $150"), a=((0, 160),), b=((0, 170), (130, 140), (300, 165)))
    life.live(until=500, script=())
    (firing,) = life.firings()
    assert firing.reason == "crossed"
    assert firing.because == "price 140.00 USD is below 150.00 USD"
    assert firing.facts["shop"] == Text("b.example")
    assert firing.link == "https://b.example/1"
    assert firing.evidence["price"] == "b.example; a.example 160"


def test_two_shops_that_are_both_cheap_tell_once(database):
    life = life_of(database, rule_of("price below $150"), a=((0, 160), (200, 145)), b=((0, 170), (130, 140)))
    life.live(until=500, script=())
    assert reasons(life) == ["crossed"]


def test_a_blind_shop_never_clears_a_rule(database):
    rule = rule_of("price below $150")
    life = life_of(database, rule, a=((0, 160), (900, 161)), b=((0, 140), (200, TROUBLE), (800, 141)))
    life.live(until=1200, script=())
    assert reasons(life) == ["already true when first seen"]


def test_what_the_seen_shops_settle_is_told_while_another_is_blind(database):
    life = life_of(database, rule_of("price below $150"), a=((0, TROUBLE),), b=((0, 160), (300, 140)))
    life.live(until=600, script=())
    (firing,) = life.firings()
    assert firing.because == "price, at most 140.00 USD, is below 150.00 USD"
    assert "price" not in firing.facts


def test_a_rise_is_not_told_while_a_blind_shop_may_be_cheaper(database):
    life = life_of(database, rule_of("price above $150"), a=((0, 140), (200, TROUBLE)), b=((0, 145), (500, 160)))
    life.live(until=900, script=())
    assert reasons(life) == []


def test_a_reminder_of_a_lower_price_counts_from_the_bound_that_was_told(database):
    rule = rule_of("price below $150", "again: when lower")
    life = life_of(database, rule, a=((0, TROUBLE), (300, 160)), b=((0, 140), (500, 120)))
    life.live(until=900, script=())
    assert reasons(life) == ["already true when first seen", "again: lower"]


def test_a_shop_that_does_not_have_it_does_not_compete(database):
    gone = offer(90, shop="a.example", **GONE)
    life = life_of(database, rule_of("price below $150"), a=((0, gone),), b=((0, 160), (300, 145)))
    life.live(until=600, script=())
    (firing,) = life.firings()
    assert firing.facts["price"] == Money(Decimal(145), "USD")
    assert "a.example does not have it" in firing.evidence["price"]


def test_a_glitch_of_one_shop_is_held_before_it_competes(database):
    life = life_of(database, rule_of("price below $150"), a=((0, 160),), b=((0, 170), (130, 1), (134, 170)))
    life.live(until=600, script=())
    assert reasons(life) == []


def test_every_shop_keeps_readings_of_its_own(database):
    rule = rule_of("price below $150")
    life = life_of(database, rule, a=((0, 160),), b=((0, 170), (130, 140)))
    life.live(until=500, script=())
    told = life.firings()[0]
    assert told.watch_id == rule.joint.spec.id
    assert {spec.label for spec in rule.watches} == {"https://a.example/1", "https://b.example/1"}


# The choice itself.


def contest() -> Contest:
    joint = rule_of("changes").joint
    assert isinstance(joint, Contest)
    return joint


def chosen(made: Contest, **shown: tuple[Observation, ...] | str) -> Observation:
    seen = {
        f"{name}.example": (None, value) if isinstance(value, str) else (value[0], "") for name, value in shown.items()
    }
    return best_offer(made, "together", seen)


def test_two_currencies_do_not_compete():
    best = chosen(contest(), a=offer(150), b=offer(90, "EUR"))
    assert best.facts["price"] == Money(Decimal(150), "USD")
    assert best.evidence["price"].endswith("b.example asks 90.00 EUR")


def test_the_currency_of_the_sentence_is_that_of_the_contest():
    joint = rule_of("price below 150 EUR").joint
    assert isinstance(joint, Contest)
    assert chosen(joint, a=offer(150), b=offer(190, "EUR")).facts["price"] == Money(Decimal(190), "EUR")
    nobody = chosen(joint, a=offer(150), b=offer(160))
    assert "price" not in nobody.facts
    assert nobody.unknown["price"] == "a.example asks 150.00 USD; b.example asks 160.00 USD"


def test_offers_in_one_other_currency_compete_where_the_sentence_names_none():
    best = chosen(contest(), a=offer(150, "EUR"), b=offer(90, "EUR"))
    assert best.facts["price"] == Money(Decimal(90), "EUR")


def test_a_price_without_currency_does_not_compete():
    assert "price" not in chosen(contest(), a=offer(150, None), b=offer(90, None)).facts


def test_what_no_shop_has_has_no_price_and_is_sold_out():
    nobody = chosen(contest(), a=offer(90, **GONE), b=offer(80, **GONE))
    assert nobody.unknown["price"] == "a.example does not have it; b.example does not have it"
    assert nobody.facts["sold_out"] == Flag(True)
    assert nobody.facts["available"] == Flag(False)


def test_while_a_shop_is_blind_nobody_knows_that_it_is_sold_out_everywhere():
    rule = rule_of("sold_out")
    assert isinstance(rule.joint, Contest)
    seen = chosen(rule.joint, a=offer(90, **GONE), b="it could not be seen")
    assert "sold_out" not in seen.facts
    assert "sold_out" in seen.unknown


def test_an_offer_that_cannot_be_bought_competes_where_the_rule_asks_for_it():
    joint = rule_of("price below $150", "any_stock: yes").joint
    assert isinstance(joint, Contest)
    assert chosen(joint, a=offer(90, **GONE), b=offer(120)).facts["price"] == Money(Decimal(90), "USD")


def test_a_page_whose_price_is_unknown_may_be_the_cheapest():
    seen = chosen(contest(), a=offer(None), b=offer(120))
    assert "price" not in seen.facts
    assert seen.facts["price_at_most"] == Money(Decimal(120), "USD")
    assert seen.unknown["price"] == (
        "a.example: price is unknown: it states none; the best that is known is 120.00 USD at b.example"
    )


def test_of_equal_offers_the_first_in_the_rule_wins():
    assert chosen(contest(), a=offer(90, shop="a"), b=offer(90, shop="b")).facts["shop"] == Text("a")


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("price below $150", True),
        ("price at most $120", True),
        ("price below $120", None),
        ("price above $150", False),
        ("price at least $120", None),
        ("price above $120", False),
        ("price is $150", None),
        ("price is not $150", None),
        ("not price above $150", True),
        ("price below $150 and not sold_out", True),
        ("price < 80% of median in 90 days", None),
        ("price_at_most below $150", True),
        ("shop is b.example", None),
    ],
)
def test_a_bound_settles_what_every_price_up_to_it_would(when, holds):
    rule = rule_of(f"'{when}'")
    seen = chosen(contest(), a="it could not be seen", b=offer(120))
    view = View(seen.facts, START, UTC_ZONE, seen.unknown)
    assert rule.condition.evaluate(view).holds is holds


def test_one_address_is_no_contest():
    assert rule_of("price below $150", shops='["https://a.example/1"]').joint is None


def test_a_list_of_the_profile_and_several_shops_do_not_go_together():
    with pytest.raises(RuleFaults) as wrong:
        rule_of(
            "price below $150", "for each: [1, 2]", shops='["https://a.example/{each}", "https://b.example/{each}"]'
        )
    (fault,) = wrong.value.faults
    assert fault.message == "`for each` and several addresses that compete do not go together"


PRICES = st.integers(1, 300)
SENTENCES = ("price below $150", "price at least $150", "not price above $150", "price below $150 and price above $50")


@given(st.lists(PRICES, min_size=1, max_size=4), PRICES, st.sampled_from(SENTENCES))
def test_what_holds_while_a_shop_is_blind_holds_whatever_it_asks(seen, hidden, when):
    rule = _cached(when)
    made = contest()
    shops = {f"s{number}": offer(price) for number, price in enumerate(seen)}

    def holds(**last: object) -> bool | None:
        best = chosen(made, **shops, **last)  # type: ignore[arg-type]
        return rule.condition.evaluate(View(best.facts, START, UTC_ZONE, best.unknown)).holds

    assert holds(last="it could not be seen") in (None, holds(last=offer(hidden)))


@given(st.permutations([("a", 120), ("b", 90), ("c", None), ("d", 200)]))
def test_the_order_of_the_shops_changes_no_price(order):
    best = chosen(contest(), **{name: offer(price, shop=name) for name, price in order})
    assert best.facts["price_at_most"] == Money(Decimal(90), "USD")
    assert "price" not in best.facts


@cache
def _cached(when: str) -> Rule:
    return rule_of(when)


# Rule tests.


def test_a_rule_test_writes_the_price_of_all_shops_in_one_line():
    head = (
        HEAD
        + "  - {name: Best, watch: price, urls: [https://a.example/, https://b.example/], when: price below $150}\n"
    )
    outcome = one('- {rule: best, price: "160 149 149 160 149", tells: [2, 5]}', head=head)
    assert outcome.has_passed, seen_as(outcome)

"""What is true of rules that look at several sources, or at each other, whatever is seen and whatever goes wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.database import Database
from rules.rule import Rule
from tests.properties.test_restarts import EVENTS
from tests.rule_files import CHANNEL, book_of
from tests.small_world import TROUBLE, Life, Source, Told, emptied, nothing
from tests.story import UNKNOWN

QUICK = settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
HEAD = "me: {currency: USD}\n" + CHANNEL + "defaults: {confirm_after: 1s}\n"
COMPARED = """rules:
  - name: Compared
    watch: shelf
    sources: {here: {url: "https://here.example/"}, there: {url: "https://there.example/"}}
    when: there.price < 90% of here.price
"""
ASKED = """rules:
  - {name: Cheap, watch: shelf, url: "https://here.example/", when: price below $100}
  - {name: Dear, watch: shelf, url: "https://there.example/", when: price above $110}
  - {name: Both, when: 'rule "cheap" and rule "dear"'}
  - name: Lately
    watch: shelf
    url: "https://there.example/"
    when: rule "cheap" within 3 hours and price above $110
"""
PRICES = st.lists(st.sampled_from((85, 95, 100, 105, 115, 120, UNKNOWN, TROUBLE)), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database.open(tmp_path_factory.mktemp("store") / "store.sqlite")
    yield opened
    opened.close()


def sight(series: list[object]) -> Source:
    return Source(tuple((60.0 * hour, value) for hour, value in enumerate(series)))


def lived(database: Database, rules: tuple[Rule, ...], here: list[object], there: list[object], between=nothing):
    names = {spec.label.split("//")[1].split(".")[0]: spec.id for rule in rules for spec in rule.watches}
    life = Life(emptied(database), {names["here"]: sight(here), names["there"]: sight(there)}, between)
    life.live(until=60.0 * 8, script=((0, rules),))
    return life


def told(life: Life) -> dict[str, list[Told]]:
    return {rule.id: life.told(rule.id) for rule in life.book.rules}


@pytest.mark.parametrize("text", [COMPARED, ASKED], ids=["compared", "asked"])
@pytest.mark.parametrize("between", [event for event in EVENTS if event.__name__ != "a_rename_and_back"])
@QUICK
@given(here=PRICES, there=PRICES)
def test_they_tell_the_same_whatever_happens_between_any_two_steps(database, between, text, here, there):
    rules = book_of(HEAD + text).rules
    plain = told(lived(database, rules, here, there))
    assert told(lived(database, rules, here, there, between)) == plain


@QUICK
@given(here=PRICES, there=PRICES)
def test_no_two_firings_of_a_comparison_come_without_a_known_untruth_between(database, here, there):
    life = lived(database, book_of(HEAD + COMPARED).rules, here, there)
    assert len({firing.key for firing in life.firings()}) == len(life.firings())
    for firing in life.firings():
        price = {name: float(firing.facts[f"{name}.price"].amount) for name in ("here", "there")}  # type: ignore[union-attr]
        assert price["there"] < 0.9 * price["here"]


@QUICK
@given(here=PRICES, there=PRICES)
def test_a_rule_about_others_is_told_only_while_all_of_them_are_met(database, here, there):
    life = lived(database, book_of(HEAD + ASKED).rules, here, there)
    for both in life.told("both"):
        for name in ("cheap", "dear"):
            assert any(one.minute <= both.minute for one in life.told(name))


MIXED = """rules:
  - name: Compared
    watch: shelf
    every: 45m
    sources: {here: {url: "https://here.example/"}, there: {url: "https://there.example/"}}
    when: there.price < 90% of here.price
  - {name: Slow, watch: shelf, url: "https://here.example/", every: 3h, when: 'price below $100 and not rule "dear"'}
  - {name: Dear, watch: shelf, url: "https://there.example/", every: 2h, when: price above $110}
  - {name: Quick, watch: shelf, url: "https://there.example/", every: 20m, when: changes}
  - {name: Asking, when: 'rule "compared" within 2 hours or rule "dear"'}
"""
# Who rests on whom: what a rule tells may hang on these, and on nothing else.
RESTS_ON = {
    "compared": {"compared"},
    "slow": {"slow", "dear"},
    "quick": {"quick"},
    "asking": {"asking", "compared", "dear"},
}


@QUICK
@given(here=PRICES, there=PRICES, name=st.sampled_from(sorted(RESTS_ON)), minutes=st.lists(st.integers(1, 400)))
def test_no_rule_disturbs_another_that_does_not_rest_on_it(database, here, there, name, minutes):
    rules = book_of(HEAD + MIXED).rules
    ours = tuple(rule for rule in rules if rule.id in RESTS_ON[name])
    among = [(float(minute), rules if place % 2 else ours) for place, minute in enumerate(sorted(set(minutes)))]
    worlds = []
    for script in (((0, ours),), ((0, ours), *among), ((0, rules),)):
        ids = {spec.label.split("//")[1].split(".")[0]: spec.id for rule in rules for spec in rule.watches}
        life = Life(emptied(database), {ids["here"]: sight(here), ids["there"]: sight(there)})
        life.live(until=60.0 * 8, script=script)
        worlds.append(life.told(name))
    assert worlds[1:] == worlds[:1] * 2

"""Why a rule is silent: what its polls saw, what is missing, since when, and when it looks next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from agent.clock import wall
from agent.database import table_of
from agent.polls import KEPT
from agent.store import Polled, Store
from agent.tables import PollRow
from rules.judge import judge
from tests.lived import RULES, SHOP, Lived, entries, product
from watchers.api import Poll, SourceRefused, SourceUnavailable

HEADPHONES, NEWS = "headphones-below-150", "fusion-news"
PRICE = "when: price below $150"

polls = table_of(PollRow)


@pytest.fixture
def lived(tmp_path):
    return Lived(tmp_path, datetime(2026, 7, 6, 12, tzinfo=UTC))


def asked(lived, rule=HEADPHONES, *words):
    """Return what is said of the one source of a rule."""
    (source,) = lived.ask("why-not", rule, "--json", *words).json["sources"]
    return source


def missing(lived, rule=HEADPHONES):
    return [one["missing"] for one in asked(lived, rule)["silent"]]


def rewrite(lived, *lines):
    lived.write(RULES.replace(PRICE, "\n    ".join([PRICE, *lines])))


def test_it_says_by_how_much_a_price_is_too_high_and_what_each_poll_saw(lived):
    lived.see(shop=product("160"))
    lived.see(shop=SourceUnavailable("shop.example does not answer"))
    lived.see(shop=product(None))
    lived.see(shop=product("151.20"))
    source = asked(lived)
    assert [(poll["outcome"], [one["holds"] for one in poll["judged"]]) for poll in source["polls"]] == [
        ("judged", [False]),
        ("SourceUnavailable", []),
        ("judged", [None]),
        ("judged", [False]),
    ]
    (silent,) = source["silent"]
    assert silent["missing"] == "price 151.20 USD is not below 150.00 USD: 1.20 USD too high"
    assert silent["since"] == source["polls"][0]["at"]
    assert source["next_poll_at"] > source["polled_at"]
    text = lived.ask("why-not", HEADPHONES).text
    for shown in (
        silent["missing"],
        "SourceUnavailable: shop.example does not answer",
        "price is unknown",
        "next look",
    ):
        assert shown in text
    assert "160.00 USD ┤" in text


def test_it_tells_of_as_many_polls_as_are_asked_for(lived):
    for _ in range(8):
        lived.see(shop=product("160"))
    assert len(asked(lived)["polls"]) == 5
    assert len(asked(lived, HEADPHONES, "--polls", "2")["polls"]) == 2
    assert len(asked(lived, HEADPHONES, "--polls", "50")["polls"]) == 8
    assert lived.ask("why-not", HEADPHONES, "--polls", "0").code == 2


def test_what_counts_towards_for_is_shown(lived):
    rewrite(lived, "for: 3 polls")
    lived.see(shop=product("149"))
    lived.see(shop=product("149"))
    (sentence,) = missing(lived)
    assert sentence.startswith("price 149.00 USD is below 150.00 USD, but not for long enough yet: `for: 3 polls`")
    assert asked(lived)["polls"][-1]["judged"][0]["state"] == "pending"


def test_time_that_counts_towards_for_is_shown_as_time(lived):
    rewrite(lived, "for: 10h", "confirm_after: 1s")
    for _ in range(3):
        lived.see(shop=product("149"))
    assert "`for: 10h`, 4h" in missing(lived)[0]


def test_a_held_value_waits_for_its_second_look(lived):
    lived.write(RULES.replace("confirm_after: 1s", "confirm_after: 1d"))
    lived.see(shop=product("160"))
    lived.see(shop=product("0.01"))
    (sentence,) = missing(lived)
    assert sentence == (
        "price 0.01 USD is looked at twice before it counts, and waits for that since Mon 2026-07-06 12:00 EDT"
    )
    assert "? " in lived.ask("why-not", HEADPHONES).text


ONCE_MET = (
    ([], "told again once it is false in between"),
    (["until: price above $160"], "told again once `until: price above $160` is true"),
    (["again: when lower"], "told again when lower than 149.00 USD, or once it is false in between"),
    (["again: every 1d"], "the next reminder is due Tue 2026-07-07 12:00 EDT"),
    (["again: never"], "`again: never` tells of a thing once"),
)


@pytest.mark.parametrize(("lines", "then"), ONCE_MET)
def test_what_was_told_says_when_it_is_told_again(lived, lines, then):
    rewrite(lived, *lines)
    lived.see(shop=product("160"))
    lived.see(shop=product("149"))
    (sentence,) = missing(lived)
    assert sentence.startswith("already told Mon 2026-07-06 12:00 EDT")
    assert then in sentence
    told = lived.ask("firings", "--json").lines[0]
    assert f"trusted-agent why {told['id']}" in lived.ask("why-not", HEADPHONES).text
    assert lived.ask("why-not", HEADPHONES, "--json").json["last_told"]["id"] == told["id"]


def test_hysteresis_says_that_it_has_to_go_back_first(lived):
    rewrite(lived, "until: price above $160")
    for amount in (170, 149, 155):
        lived.see(shop=product(str(amount)))
    assert missing(lived) == [
        "price 155.00 USD is not below 150.00 USD: 5.00 USD too high; and `until: price above $160` is not true yet"
    ]


def test_what_was_true_at_a_baseline_that_may_not_tell_says_so(lived):
    rewrite(lived, "first: baseline")
    lived.see(shop=product("149"))
    assert missing(lived) == ["it was so already when it was first looked at; told again once it is false in between"]


def test_what_rests_on_a_change_waits_for_the_next(lived):
    lived.write(RULES.replace(PRICE, "when: price changes"))
    lived.see(shop=product("160"))
    lived.see(shop=product("149"))
    assert missing(lived) == ["that is true of one reading only, and waits for the next change"]


SHORT = (
    ("price below $150 and not sold_out", "9.00 USD too high"),
    ("price below $159 or price below $100", "exactly at it or 59.00 USD too high"),
    ("not price above $150", "9.00 USD too high"),
    ("$170 < price", "11.00 USD too low"),
    ("price is 160 USD", "1.00 USD too low"),
    ("price above $200", "41.00 USD too low"),
    ("price is not 159 USD", ""),
    ("price below 100 EUR", ""),
    ("price below 80% of median in 90 days", ""),
)


@pytest.mark.parametrize(("when", "far"), SHORT)
def test_how_far_a_number_is_from_what_the_sentence_asks_for(lived, when, far):
    lived.write(RULES.replace(PRICE, f'when: "{when}"'))
    lived.see(shop=product("159"))
    lived.see(shop=product("159"))
    (sentence,) = missing(lived)
    assert sentence.endswith(f": {far}") if far else " too " not in sentence
    assert not lived.ask("firings", "--json").text


def test_a_rule_that_was_changed_is_not_explained_by_what_it_said_before(lived):
    lived.see(shop=product("149"))
    lived.write(RULES.replace(PRICE, "when: price below $140"))
    lived.start()
    source = asked(lived)
    assert (source["is_anew"], source["silent"], source["looked_at"]) == (True, [], 0)
    assert source["polls"][-1]["judged"][0]["because"] == "price 149.00 USD is below 150.00 USD"
    assert "the rule was changed since its last look" in lived.ask("why-not", HEADPHONES).text
    lived.see()
    source = asked(lived)
    assert (source["is_anew"], [one["because"] for one in source["silent"]]) == (
        False,
        ["price 149.00 USD is not below 140.00 USD"],
    )


def test_a_list_whose_sentence_was_changed_waits_for_its_next_look(lived):
    lived.see(feed=entries("Tokamak 1"))
    lived.write(RULES.replace("mentions topics.fusion", "title mentions bread"))
    lived.start()
    text = lived.ask("why-not", NEWS).text
    assert "the rule was changed since its last look" in text
    assert "something new that is true" not in text


def test_a_source_that_cannot_be_read_is_named_with_since_when(lived):
    lived.see(shop=product("160"))
    lived.see(shop=SourceRefused("shop.example asks for a captcha"))
    source = asked(lived)
    (trouble,) = source["troubles"].values()
    assert (trouble["name"], trouble["since"]) == ("SourceRefused", source["polls"][-1]["at"])
    text = lived.ask("why-not", HEADPHONES).text
    assert "cannot be read since Mon 2026-07-06 12:00 EDT: SourceRefused: shop.example asks for a captcha" in text


def test_a_list_says_how_many_it_looked_at_and_what_was_nearest(lived):
    lived.write(
        RULES.replace("when: mentions topics.fusion", 'when: mentions topics.fusion and not mentions "horoscope"')
    )
    lived.see(feed=entries("Bread", "A horoscope about tokamak"))
    lived.see(feed=entries("Bread", "A horoscope about tokamak", "Butter"))
    source = asked(lived, NEWS)
    assert source["looked_at"] == 3
    (near,) = source["nearest"]
    assert near["title"] == "A horoscope about tokamak"
    assert near["holding"] == ['text mentions "tokamak"']
    assert near["lacking"] == ['text mentions "horoscope"']
    assert source["last_matched_at"] is None
    text = lived.ask("why-not", NEWS).text
    assert "something new that is true: of 3 things none true" in text
    assert "A horoscope about tokamak" in text
    lived.see(feed=entries("Bread", "A tokamak burns"))
    assert asked(lived, NEWS)["last_matched_at"] is not None
    assert "told: new" in lived.ask("why-not", NEWS).text
    lived.see()
    assert asked(lived, NEWS)["polls"][-1]["outcome"] == "nothing new"
    lived.see(feed=Poll(()))
    assert "there was nothing to judge" in lived.ask("why-not", NEWS).text


def test_a_sentence_without_parts_has_nothing_near(lived):
    lived.see(feed=entries("Bread"))
    assert asked(lived, NEWS)["nearest"] == []


def test_of_a_long_list_the_telling_findings_are_kept_and_all_are_counted(lived):
    lived.see(feed=entries(*(f"Story {number}" for number in range(40))))
    lived.see(feed=entries(*(f"Story {number}" for number in range(40)), "A tokamak burns"))
    last = asked(lived, NEWS)["polls"][-1]
    assert (last["looked_at"], last["true"], last["false"], last["unknown"]) == (41, 1, 40, 0)
    assert (len(last["judged"]), last["judged"][0]["title"], last["judged"][0]["reason"]) == (
        10,
        "A tokamak burns",
        "new",
    )


def test_what_keeps_messages_back_whatever_is_seen_is_said_first(tmp_path):
    lived = Lived(tmp_path, wall() - timedelta(hours=2, minutes=1))
    lived.see(shop=product("149"))
    assert lived.ask("why-not", HEADPHONES, "--json").json["blockers"] == [
        "its last message is waiting for phone",
        "its last message is waiting for mail",
    ]
    lived.now = wall()
    lived.deliver(phone=None, mail="it says 550")
    lived.write(f"{RULES}  - {{name: New one, watch: feed, url: 'https://one.example/two'}}\n")
    text = lived.ask("why-not", HEADPHONES).text
    assert "its last message is waiting for mail: it says 550" in text
    new = lived.ask("why-not", "new-one", "--json")
    assert new.json["blockers"][0] == "no running agent has taken this rule in yet"
    assert new.json["sources"] == []


def test_a_poll_that_nobody_makes_is_asked_about(lived):
    lived.see(shop=product("160"))
    assert asked(lived)["late_since"] is not None
    assert "is the agent running?" in lived.ask("why-not", HEADPHONES).text


def test_a_rule_that_sleeps_or_is_none_is_said_to_be_so(lived):
    lived.see(shop=product("160"))
    lived.write(RULES.replace(PRICE, f"{PRICE}\n    enabled: no"))
    for name in (HEADPHONES, "Headphones below $150"):
        asleep = lived.ask("why-not", name)
        assert asleep.code == 5
        assert "sleeps, and tells nothing" in asleep.error
    assert "did you mean fusion-news?" in lived.ask("why-not", "fusion-new").error


def test_only_the_newest_polls_are_kept_and_what_stays_the_same_takes_little_room(lived):
    for _ in range(2 * KEPT + 7):
        lived.see(timedelta(hours=1), shop=product("160"), feed=entries("Bread"))
    assert len(asked(lived, HEADPHONES, "--polls", str(KEPT))["polls"]) == KEPT
    with lived.open() as database, database.reading() as connection:
        of_price = polls.c.rule_id == HEADPHONES
        rows = connection.scalar(select(func.count()).select_from(polls).where(of_price))
        whole = connection.scalar(select(func.count()).select_from(polls).where(of_price, polls.c.record.is_not(None)))
    assert KEPT <= rows <= 2 * KEPT
    assert whole <= 4


COMPARED = """
  - name: Cheaper elsewhere
    watch: price
    sources:
      a: {url: "https://shop.example/headphones"}
      b: {url: "https://rival.example/headphones"}
    when: a.price < 90% of b.price
"""


def test_two_sources_that_are_compared_are_explained_as_one_thing(lived):
    lived.write(RULES.partition("rules:")[0] + "rules:" + COMPARED)

    def see(ours, theirs):
        shown = {SHOP: ours, "https://rival.example/headphones": theirs}
        lived.now += timedelta(minutes=95)
        book = lived.book()
        labels = {spec.id: spec.label for rule in book.rules for spec in rule.watches}
        with lived.open() as database:
            store = Store(database)
            store.keep_rules(book, lived.now)
            while claims := store.claim_watches("here/boot/1/1", lived.now, 10):
                polled = [Polled(claim, lived.now, shown[labels[claim.watch_id]], {}) for claim in claims]
                store.record_polls(polled, book, judge)
                lived.now += timedelta(seconds=2)

    see(product("160"), product("170"))
    see(product("155"), SourceUnavailable("rival.example does not answer"))
    source = asked(lived, "cheaper-elsewhere")
    (silent,) = source["silent"]
    assert silent["missing"].startswith(
        "a.price 155.00 USD is not below 153.00 USD (90% of b.price): 2.00 USD too high"
    )
    assert "SourceUnavailable" in {poll["outcome"] for poll in source["polls"]}
    assert list(source["troubles"]) == ["https://rival.example/headphones"]
    text = lived.ask("why-not", "cheaper-elsewhere").text
    assert "https://rival.example/headphones: rival.example does not answer" in text
    assert "https://rival.example/headphones cannot be read since" in text


def test_of_several_things_it_is_said_which_one_is_meant(lived):
    (one,), (other,) = product("160", "Left").observations, product("170", "Right").observations
    lived.see(shop=Poll((one, replace(other, key="other"))))
    text = lived.ask("why-not", HEADPHONES).text
    assert "Left: price 160.00 USD is not below 150.00 USD" in text
    assert "Right: price 170.00 USD is not below 150.00 USD" in text
    assert text.count("Right: ") == 2

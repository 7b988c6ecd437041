"""Many things in one message: none is left out, what matters most is first, and each can be asked about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from agent.services import fitted
from rules.digest import FULL_ENTRIES
from rules.summing_up import Summary, summary_notice
from rules.words import (
    TITLE_LIMIT,
    Afterwards,
    Waiting,
    Words,
    compose,
    compose_digest,
    compose_folded,
    compose_many,
)
from tests.messages import FIRINGS, HOUR, NOW

SUMMARY = Summary(
    NOW - timedelta(days=7),
    NOW,
    rules=40,
    sources=60,
    told={f"A rule with the number {number} in its name": 40 - number for number in range(20)},
    blind=tuple(f"news{number}.example: it wants a login since Monday, 3 rules" for number in range(9)),
    failing=("phone: failed for 3 hours",),
)
PRICE, ENTRY, PAGE, SITE = (FIRINGS[name] for name in ("price", "feed", "page", "site"))
# Firings of the gallery share a rule's id, for each was told by a rule alone in its world.
PRICE = replace(PRICE, rule_id="headphones", key="aaaaaa1")
ENTRY = replace(ENTRY, rule_id="fusion", key="bbbbbb1")
PAGE = replace(PAGE, rule_id="library", key="cccccc1")
SITE = replace(SITE, rule_id="site", key="dddddd1", urgency="urgent")
BLOCKED = Waiting(Words("Cannot see the shop", "It is blocked"), NOW - 2 * HOUR, "America/New_York")


def storm(count):
    """Return so many firings of three rules, a second apart."""
    rules = ("fusion", "library", "site")
    return [
        replace(
            ENTRY,
            key=f"{number:06x}f",
            rule_id=rules[number % 3],
            rule_name=rules[number % 3].capitalize(),
            title=f"Entry {number}",
            seen_at=NOW + timedelta(seconds=number),
        )
        for number in range(count)
    ]


# Of one poll, or what waited.


def test_many_of_one_rule_are_one_message_with_every_title_and_link():
    second = replace(ENTRY, key="ffff00", title="Tokamak news", link="https://one.example/2", seen_at=NOW + HOUR)
    words = compose_many([second, ENTRY])
    assert words.title == "Fusion news: 2 new"
    assert words == compose_many([ENTRY, second])
    assert words.body.startswith("Fusion news (2)\n\nITER reaches first plasma\n")
    assert words.body.index("https://one.example/iter") < words.body.index("https://one.example/2")
    assert "Seen Mon 2026-07-06 14:03 EDT; ask: trusted-agent why bbbbbb" in words.body


def test_that_everything_new_is_told_is_not_said_of_each():
    without_when = [replace(firing, sentence="", because="everything new is told") for firing in storm(2)]
    assert "Because" not in compose_many(without_when).body
    assert compose_many(storm(2)).body.count("Because: ") == 2


def test_one_of_many_is_one():
    assert compose_many([PRICE]) == compose(PRICE)
    over = Afterwards(False, "165.00 USD")
    assert compose_many([PRICE], afterwards={PRICE.key: over}) == compose(PRICE, afterwards=over)


def test_many_of_several_rules_lead_with_the_first_and_stand_rule_by_rule():
    again = replace(PRICE, key="aaaaaa2", seen_at=NOW + 2 * HOUR)
    words = compose_many([again, replace(ENTRY, seen_at=NOW + HOUR), PRICE])
    assert words.title == "139.00 USD: Sony WH-1000XM5 Wireless Headphones, and 2 more"
    headings = [line for line in words.body.splitlines() if line.endswith(("(1)", "(2)"))]
    assert headings == ["Headphones below $150 (2)", "Fusion news (1)"]


def test_a_gauge_that_fired_several_times_says_how_often():
    again = replace(PRICE, key="b", seen_at=NOW + HOUR)
    assert compose_many([PRICE, again]).title == "Headphones below $150: 2 times"


def test_two_rules_of_one_name_are_two():
    other = replace(PRICE, key="b", rule_id="other")
    words = compose_many([PRICE, other])
    assert words.title.endswith(", and 1 more")
    assert words.body.count("Headphones below $150 (1)") == 2


def test_a_summary_of_what_waited_says_how_late_it_is_and_when_each_happened():
    words = compose_many([PRICE, ENTRY], notices=[BLOCKED], sent_at=NOW + 30 * HOUR)
    assert words.title == "3 late messages"
    assert words.body.startswith("Late: the oldest of these waited 1d 8h to reach you\n\nCannot see the shop")
    assert words.body.count("Seen Mon 2026-07-06 14:03") == 2
    assert "Said Mon 2026-07-06 12:03 EDT" in words.body


def test_two_notices_alone_are_one_message():
    each = [Waiting(Words("One", ""), NOW), Waiting(Words("Another", "said"), NOW + HOUR)]
    assert compose_many([], notices=each).title == "One, and 1 more"


def test_an_entry_has_the_owners_own_title_and_says_what_changed():
    own = replace(PRICE, message="Buy! {value}\nat once")
    body = compose_many([own, PAGE]).body
    assert "\nBuy! 139.00 USD\n" in body
    assert "Changed: open 9 to [17 → 18] on Sundays\n+ Closed on 24 December\n" in body


def test_an_entry_says_that_it_is_no_longer_true():
    body = compose_many([PRICE, ENTRY], afterwards={PRICE.key: Afterwards(False, "165.00 USD")}).body
    assert "No longer: 139.00 USD: Sony WH-1000XM5 Wireless Headphones\nNow: no longer true: 165.00 USD\n" in body
    assert body.count("Now: ") == 1


# Digests.


def test_a_digest_says_what_it_is_how_many_there_are_and_which_comes_first():
    words = compose_digest([PRICE, ENTRY, PAGE], [BLOCKED], sent_at=NOW + 13 * HOUR, zone="America/New_York")
    assert words.title.startswith("Digest: 4 things, the first: ")
    assert words.body.startswith("From: Mon 2026-07-06 12:03 EDT to Tue 2026-07-07 03:03 EDT\n\nCannot see the shop")
    assert "Late" not in words.body


def test_a_digest_of_one_is_the_message_itself():
    assert compose_digest([PRICE], sent_at=NOW + 20 * HOUR) == compose(PRICE)
    assert compose_digest([], [BLOCKED]).title == "Digest: 1 thing, the first: Cannot see the shop"


def test_what_is_urgent_comes_first_then_what_is_new():
    newer = replace(ENTRY, seen_at=NOW + HOUR)
    body = compose_digest([PRICE, newer, SITE]).body
    places = [body.index(firing.rule_name) for firing in (SITE, newer, PRICE)]
    assert places == sorted(places)


def test_what_matters_to_the_owner_comes_before_what_is_urgent():
    words = compose_digest([PRICE, ENTRY, SITE], order={ENTRY.key: 0.9, PRICE.key: 0.8})
    assert words.title == "Digest: 3 things, the first: ITER reaches first plasma"
    places = [words.body.index(firing.rule_name) for firing in (ENTRY, PRICE, SITE)]
    assert places == sorted(places)


def test_the_order_of_the_arguments_does_not_matter():
    assert compose_digest([PRICE, ENTRY, SITE]) == compose_digest([SITE, PRICE, ENTRY])


@given(st.permutations(range(7)), st.lists(st.floats(-5, 5), min_size=7, max_size=7))
def test_the_first_of_a_digest_is_always_one_that_matters_most(order, scores):
    firings = storm(7)
    scored = dict(zip((firing.key for firing in firings), scores, strict=True))
    words = compose_digest([firings[place] for place in order], order=scored)
    best = [firing.title for firing in firings if scored[firing.key] == max(scores)]
    assert words.title.removeprefix("Digest: 7 things, the first: ") in best


def test_a_digest_of_five_thousand_lists_them_all():
    firings = storm(5000)
    words = compose_digest(firings, [BLOCKED], sent_at=NOW + 12 * HOUR)
    assert words.title == "Digest: 5,001 things, the first: Entry 4999"
    for text in (words.body, LexborHTMLParser(words.html).body.text()):
        assert all(firing.id in text for firing in firings)
    assert words.body.count("ask: trusted-agent why") == FULL_ENTRIES
    assert "\nMore of Fusion (1,654)\n" in words.body


def test_five_thousand_of_one_poll_are_all_listed_too():
    firings = storm(5000)
    body = compose_many(firings).body
    assert all(firing.id in body for firing in firings)


def test_what_a_limit_kept_back_says_so_and_lists_it_all():
    words = compose_folded(storm(4990), limit="10 per hour")
    assert words.title == "10 per hour: 4,990 more, the first: Entry 4989"
    assert all(f"Entry {number} (" in words.body for number in range(4990 - FULL_ENTRIES))


def test_what_was_told_before_a_limit_was_reached_is_listed_again_and_not_counted_as_more():
    words = compose_folded(storm(5000), limit="10 per hour", again=10)
    assert words.title.startswith("10 per hour: 4,990 more, the first: ")
    assert "10 of these were told before the limit was reached" in words.body


def test_what_the_agent_says_of_itself_stands_in_a_digest_line_by_line_and_whole():
    said = summary_notice(SUMMARY, "UTC")
    words = compose_digest([PRICE], [Waiting(said, NOW)], sent_at=NOW)
    lines = [line for line in said.body.split("\n") if line]
    assert len(said.body) > 1000
    assert "\n".join(lines) in words.body
    assert "Channels: phone: failed for 3 hours" in LexborHTMLParser(words.html).body.text()


def test_a_service_that_cuts_keeps_what_matters_most():
    body = fitted(compose_digest(storm(500), order={"00000af": 1.0}).body, 3900)
    assert "Entry 10\n" in body
    assert body.endswith("trusted-agent firings shows the rest")


@pytest.mark.parametrize("limit", ["10 per hour", "x" * 500, "{", "{count}", ""])
def test_no_limit_breaks_a_title(limit):
    title = compose_folded(storm(3), limit=limit).title
    assert len(title) <= TITLE_LIMIT
    assert ": 3 more, the first: Entry 2" in title


def test_a_digest_is_dated_by_what_is_in_it_where_nobody_says_when_it_goes():
    body = compose_digest([PRICE, replace(ENTRY, seen_at=datetime(2026, 7, 7, tzinfo=UTC))]).body
    assert body.startswith("From: Mon 2026-07-06 18:03 UTC to Tue 2026-07-07 00:00 UTC\n")

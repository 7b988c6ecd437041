"""Rule tests of saved answers, and of rules that are about several things."""

from __future__ import annotations

import pytest

from tests.trials import HEAD, PAGE, one, seen_as

# Saved answers.


def test_a_saved_answer_is_read_by_the_rule_s_real_watcher():
    outcome = one(
        "- {rule: cheap, responses: [dear, {status: 503}, _, cheap], tells: [{at: 4, of: Studio Headphones}]}",
        bodies={"dear": PAGE.replace("139.00", "160.00"), "cheap": PAGE},
    )
    assert outcome.has_passed, seen_as(outcome)
    assert outcome.case.rows[0].cells == ("ok", "503", "_", "ok")


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("{status: 503}", "SourceUnavailable"),
        ("{status: 404}", "SourceGone"),
        ("{status: 403}", "SourceRefused"),
        ("{trouble: SourceChanged}", "SourceChanged"),
        (
            "{file: page.html, url: 'https://elsewhere.example/'}",
            "no answer is saved for GET https://shop.example/page",
        ),
        ("{file: bot.html}", "SourceRefused"),
    ],
)
def test_a_bad_answer_is_the_trouble_that_it_would_be(answer, trouble):
    bot = "<html><title>Just a moment...</title><body>Enable JavaScript <script>_cf_chl_opt={}</script></body></html>"
    outcome = one(f"- {{rule: cheap, responses: [{answer}], tells: [1]}}", bodies={"page.html": PAGE, "bot.html": bot})
    assert trouble in seen_as(outcome)


def test_a_poll_that_asks_twice_has_an_answer_for_each_address():
    front = '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head><body>Hello</body></html>'
    feed = "<rss version='2.0'><channel><title>One</title>{}</channel></rss>"
    entry = "<item><title>A tokamak burns</title><guid>1</guid></item>"
    outcome = one(
        """
- rule: fusion
  responses:
    - [{url: "https://one.example/feed", file: front}, {url: "https://one.example/rss", file: empty}]
    - {url: "https://one.example/rss", file: one}
  tells: [{at: 2, of: A tokamak burns}]
""",
        bodies={"front": front, "empty": feed.format(""), "one": feed.format(entry)},
    )
    assert outcome.has_passed, seen_as(outcome)


def test_answers_to_one_address_come_in_their_order():
    feed = "<rss version='2.0'><channel><title>One</title>{}</channel></rss>"
    entry = "<item><title>A tokamak burns</title><guid>1</guid></item>"
    text = """
- rule: news
  responses:
    - [{url: "https://one.example/a", file: empty}, {url: "https://two.example/b", status: 503}]
    - [{url: "https://one.example/a", file: one}, {url: "https://two.example/b", file: one}]
  tells: [2]
"""
    # The second feed was not seen before: what it holds is not news.
    assert one(text, bodies={"empty": feed.format(""), "one": feed.format(entry)}).has_passed


# Rules about several things.

JOINED = (
    HEAD
    + """
  - name: Rival
    watch: price
    sources: {shop: {url: "https://shop.example/1"}, rival: {url: "https://rival.example/1"}}
    when: shop.price < 90% of rival.price
  - {name: Both, when: rule "cheap" and rule "euros"}
  - {name: Recent, watch: price, url: "https://shop.example/2", when: price below $20 and rule "fusion" within 2 hours}
"""
)


def test_sources_that_are_compared_have_a_line_each():
    outcome = one("- {rule: rival, shop.price: 100 89 x 89, rival.price: 100 100 100 70, tells: [2]}", head=JOINED)
    assert outcome.has_passed, seen_as(outcome)


def test_a_rule_about_other_rules_is_told_how_they_stand():
    outcome = one(
        '- {rule: both, others: {cheap: no yes yes no yes, euros: no no yes yes "?"}, tells: [3]}', head=JOINED
    )
    assert outcome.has_passed, seen_as(outcome)


def test_how_another_rule_stands_goes_with_a_price():
    text = "- {{rule: recent, price: 30 19 30 19 30 19, others: {{fusion: {}}}, tells: [{}]}}"
    assert one(text.format("no yes no no no no", "2, 4"), head=JOINED).has_passed
    assert one(text.format("no", ""), head=JOINED).has_passed


def test_what_another_rule_does_is_judged_where_nothing_is_polled():
    text = "- {rule: recent, price: 30 19 _ _, others: {fusion: no no yes yes}, tells: [3]}"
    assert one(text, head=JOINED).has_passed


def test_how_another_rule_stands_goes_with_sources_that_are_compared():
    head = JOINED.replace("90% of rival.price", '90% of rival.price and rule "cheap"')
    prices = "shop.price: 100 89 89 _, rival.price: 100 100 100 _"
    text = f"- {{rule: rival, {prices}, others: {{cheap: no no no yes}}, tells: [4]}}"
    assert one(text, head=head).has_passed


def test_a_rule_without_a_sentence_is_tested_too():
    head = HEAD + '  - {name: All, watch: feed, url: "https://one.example/feed"}\n'
    assert one("- {rule: all, polls: [[], [{title: A story}]], tells: [{at: 2, of: A story}]}", head=head).has_passed

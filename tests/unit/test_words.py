"""What the owner reads is worth reading, says the same for ever, and no page can put anything into it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from rules.firing import Firing
from rules.letter import web_address
from rules.notices import channel_notice, notice, rules_notice, sight_notice, trouble_notice
from rules.own_words import NAMES, fill, unknown_names
from rules.words import TITLE_LIMIT, Waiting, Words, compose, compose_many, written_time
from watchers.api import Day, FactSpec, Flag, Kind, Moment, Money, Number, Span, Text

SEEN = datetime(2026, 7, 6, 18, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"

PRICE = Firing(
    key="3fa2c1d5e6f7",
    rule_id="headphones-below-150",
    rule_name="Headphones below $150",
    kind="price",
    watch_id="w1",
    source="https://shop.example/headphones",
    observation="page",
    title="Sony WH-1000XM5",
    reason="crossed",
    sentence="price below $150 and not sold_out",
    because="price 139.00 USD is below 150.00 USD",
    subject="price",
    facts={"price": Money(Decimal(139), "USD"), "sold_out": Flag(False), "seller": Text("Shop & Sons")},
    before={"price": Money(Decimal(162), "USD")},
    before_at=SEEN - 24 * HOUR,
    seen_at=SEEN,
    link="https://shop.example/headphones?a=1&b=2",
    zone="America/New_York",
)
ENTRY = Firing(
    key="a1b2c3d4",
    rule_id="fusion-news",
    rule_name="Fusion news",
    kind="news",
    watch_id="w2",
    source="https://one.example/rss",
    observation="e1",
    title="ITER reaches first plasma",
    reason="new",
    sentence="mentions topics.fusion",
    because='text mentions "ITER"',
    subject="text",
    facts={"text": Text("ITER reaches first plasma\nThe tokamak in the south of France " + "did it " * 200)},
    seen_at=SEEN,
    link="https://one.example/iter",
    zone="America/New_York",
)
KIND = Kind("price", "gauge", "a price", "price", (FactSpec("price", Money, "what it costs"),))


def cases(kind):
    path = CORPUS / kind / "cases.jsonl"
    if not path.exists():
        pytest.skip(f"the corpus is not beside this checkout: {path}")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def test_a_price_message_leads_with_the_value_and_says_all_that_explains_it():
    words = compose(PRICE)
    assert words.title == "Headphones below $150: 139.00 USD"
    assert words.body == (
        "Sony WH-1000XM5\n"
        "\n"
        "Price: 139.00 USD, was 162.00 USD (Sun 2026-07-05 14:03 EDT)\n"
        "Also: seller Shop & Sons\n"
        "\n"
        "Because: price 139.00 USD is below 150.00 USD\n"
        "Rule: Headphones below $150 (price below $150 and not sold_out)\n"
        "Why now: it has just come true\n"
        "\n"
        "Link: https://shop.example/headphones?a=1&b=2\n"
        "Source: https://shop.example/headphones\n"
        "Seen: Mon 2026-07-06 14:03 EDT\n"
        "Ask: trusted-agent why 3fa2c1"
    )


def test_a_new_entry_is_called_by_its_title_and_shows_how_it_begins():
    words = compose(ENTRY)
    assert words.title == "ITER reaches first plasma"
    assert words.body.startswith("The tokamak in the south of France did it")
    assert words.body.count("ITER reaches first plasma") == 0
    assert "Rule: Fusion news (mentions topics.fusion)" in words.body
    assert "Why now: it is new there" in words.body
    assert len(words.body) < 700


def test_the_html_says_what_the_text_says_and_its_link_shows_where_it_leads():
    words = compose(PRICE)
    page = LexborHTMLParser(words.html)
    (link,) = page.css("a")
    assert link.attributes == {"href": "https://shop.example/headphones?a=1&b=2"}
    assert link.text() == link.attributes["href"]
    assert page.body.text(separator=" ").split() == words.body.split()


def test_the_same_record_gives_the_same_bytes():
    assert compose(PRICE) == compose(replace(PRICE))


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({"facts": {"price": Number(Decimal(14))}, "unit": "days"}, "Headphones below $150: 14 days"),
        ({"facts": {"price": Flag(True)}, "subject": "price"}, "Headphones below $150: price"),
        ({"facts": {"price": Flag(False)}}, "Headphones below $150: not price"),
        ({"facts": {"price": Day(2026, 5)}}, "Headphones below $150: 2026-05"),
        ({"facts": {"price": Moment(SEEN)}}, "Headphones below $150: Mon 2026-07-06 14:03 EDT"),
        ({"facts": {"price": Span(3 * HOUR)}}, "Headphones below $150: 3h"),
        ({"facts": {"price": Text("shipped")}}, "Headphones below $150: shipped"),
        ({"facts": {"price": Text("long " * 40)}}, "Headphones below $150: Sony WH-1000XM5"),
        ({"facts": {}, "title": ""}, "Headphones below $150: it has just come true"),
        ({"facts": {}, "title": "", "rule_name": "\u202e", "reason": "\0"}, "3fa2c1"),
    ],
)
def test_every_kind_of_value_makes_a_title(change, title):
    assert compose(replace(PRICE, **change)).title == title


def test_a_long_rule_name_is_cut_and_the_value_is_not():
    words = compose(replace(PRICE, rule_name="very long name " * 40))
    assert len(words.title) <= TITLE_LIMIT
    assert words.title.endswith("…: 139.00 USD")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("already true when first seen", "it was already true when this was first looked at"),
        ("again: lower", "it is lower than when you were last told"),
        ("a reason of a later version", "a reason of a later version"),
    ],
)
def test_why_now_is_said_in_words(reason, said):
    assert f"Why now: {said}\n" in compose(replace(PRICE, reason=reason)).body


def test_a_message_in_time_says_nothing_of_being_late_and_a_late_one_says_how_late():
    assert "Late" not in compose(PRICE, sent_at=SEEN + timedelta(minutes=59)).body
    late = compose(PRICE, sent_at=SEEN + timedelta(hours=3, minutes=20, seconds=59)).body
    assert "Seen: Mon 2026-07-06 14:03 EDT\nLate: this message waited 3h 20m to reach you" in late


def test_a_zone_that_this_machine_does_not_know_is_written_in_utc():
    assert written_time(SEEN, "Mars/Olympus") == "Mon 2026-07-06 18:03 UTC"
    assert written_time(SEEN, "../etc/passwd") == "Mon 2026-07-06 18:03 UTC"


# The owner's own words.


def test_own_words_lead_and_the_explanation_still_follows():
    words = compose(replace(PRICE, message="Buy! {price}, was {was} at {seller}\nSee {link}"))
    assert words.title == "Buy! 139.00 USD, was 162.00 USD at Shop & Sons"
    assert "See https://shop.example/headphones?a=1&b=2" in words.body
    assert "Because: price 139.00 USD is below 150.00 USD" in words.body


def test_a_fact_that_is_not_known_reads_unknown():
    assert compose(replace(PRICE, message="{colour} {price}", before={})).title == "unknown 139.00 USD"


def test_every_documented_name_can_be_filled_in():
    template = " ".join(f"{{{name}}}" for name in NAMES)
    assert "{" not in compose(replace(PRICE, message=template)).body.split("\n")[0]


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{a}{b}", "12"),
        ("{ a }", "1"),
        ("{{a}}", "{a}"),
        ("{", "{"),
        ("}", "}"),
        ("{a.real} {a!r} {a:>9}", "unknown unknown unknown"),
        ("{trap}", "{a}"),
        ("", ""),
    ],
)
def test_filling_in_replaces_names_and_nothing_else(template, filled):
    assert fill(template, {"a": "1", "b": "2", "trap": "{a}"}) == filled


@given(st.text())
def test_filling_in_never_fails_and_leaves_text_without_braces_alone(template):
    filled = fill(template, {})
    assert "{" in template or "}" in template or filled == template


def test_names_that_a_template_cannot_know_are_found_at_once_with_their_place():
    known = {*NAMES, "price"}
    assert list(unknown_names("{price} {was} {prise} {{not}} {price:.2f}", known)) == [
        ("prise", 14, 21),
        ("price:.2f", 30, 41),
    ]
    assert list(unknown_names("no names", known)) == []


# Many at once.


def test_many_of_one_rule_are_one_message_with_every_title_and_link():
    second = replace(ENTRY, key="ffff00", title="Tokamak news", link="https://one.example/2", seen_at=SEEN + HOUR)
    words = compose_many([second, ENTRY])
    assert words.title == "Fusion news: 2 new"
    assert words == compose_many([ENTRY, second])
    assert words.body.startswith("ITER reaches first plasma\nFusion news\n")
    assert words.body.index("https://one.example/iter") < words.body.index("https://one.example/2")
    assert "Seen Mon 2026-07-06 14:03 EDT; ask: trusted-agent why a1b2c3" in words.body


def test_one_of_many_is_one():
    assert compose_many([PRICE]) == compose(PRICE)


def test_many_of_several_rules_lead_with_the_first():
    assert compose_many([PRICE, ENTRY]).title == "Headphones below $150: 139.00 USD, and 1 more"


def test_a_gauge_that_fired_several_times_says_how_often():
    again = replace(PRICE, key="b", seen_at=SEEN + HOUR)
    assert compose_many([PRICE, again]).title == "Headphones below $150: 2 times"


def test_a_summary_of_what_waited_says_how_late_it_is_and_when_each_happened():
    waiting = Waiting(Words("Cannot see the shop", "It is blocked"), SEEN - 2 * HOUR, "America/New_York")
    words = compose_many([PRICE, ENTRY], notices=[waiting], sent_at=SEEN + 30 * HOUR)
    assert words.title == "3 late messages"
    assert words.body.startswith("Late: the oldest of these waited 1d 8h to reach you\n\nCannot see the shop")
    assert words.body.count("Mon 2026-07-06") == 3


def test_two_notices_alone_are_one_message():
    each = [Waiting(Words("One", ""), SEEN), Waiting(Words("Another", "said"), SEEN + HOUR)]
    assert compose_many([], notices=each).title == "One, and 1 more"


def test_very_many_are_bounded_and_nobody_is_left_uncounted():
    flood = [replace(ENTRY, key=f"{number:06}", title=f"Entry {number}") for number in range(500)]
    words = compose_many(flood)
    assert words.title == "Fusion news: 500 new"
    assert "Entry 199" in words.body
    assert words.body.endswith("and 300 more: trusted-agent firings lists them")
    assert len(words.body) < 20_000


# What the agent says about itself.


def test_notices_say_what_happened_since_when_and_what_to_do():
    blind = trouble_notice("https://shop.example/x", "The shop asks for a captcha", ["A", "B"], SEEN, "UTC")
    assert blind.title == "Cannot see https://shop.example/x"
    assert "The shop asks for a captcha" in blind.body
    assert "Rules: A, B" in blind.body
    assert "Last seen well: Mon 2026-07-06 18:03 UTC" in blind.body
    again = sight_notice("https://shop.example/x", ["A"], SEEN, SEEN + 26 * HOUR, "UTC")
    assert again.title == "Can see https://shop.example/x again"
    assert "Could not see it for: 1d 2h, since Mon 2026-07-06 18:03 UTC" in again.body
    broken = channel_notice("mail", "the server refused the sign-in", 3, SEEN, "UTC")
    assert broken.title == "The channel mail does not work"
    assert "3 messages wait for it" in broken.body
    assert "1 message waits" in channel_notice("mail", "refused", 1, SEEN, "UTC").body
    assert notice("Merged artist", "Tool is now TOOL").body == "Tool is now TOOL"


def test_a_faulty_rule_file_is_told_with_its_carets_in_place():
    fault = "rules.yaml:3:9: unknown word\n  3 | when: prise < 3\n    |       ^^^^^"
    words = rules_notice([fault], SEEN, "UTC")
    assert words.title == "The rule file has a fault"
    assert fault in words.body
    assert LexborHTMLParser(words.html).css_first("pre").text() == fault
    many = rules_notice([fault] * 25, SEEN, "UTC")
    assert many.title == "The rule file has 25 faults"
    assert "and 5 more: trusted-agent check shows them" in many.body


# Hostile text.

CONTROLS = {chr(code) for code in (*range(32), 0x7F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2069)}


def everywhere(text):
    """Put one text into every field that a page, a feed or a rule file can fill."""
    return replace(
        PRICE,
        rule_name=text,
        source=text,
        title=text,
        sentence=text,
        because=text,
        reason=text,
        facts={"price": Text(text), "seller": Text(text[:50])},
        before={"price": Text(text[::-1])},
        link=text,
        unit=text,
        message=f"{{title}} {text}",
    )


def assert_sound(words):
    assert words.title
    assert len(words.title) <= TITLE_LIMIT
    assert not CONTROLS & set(words.title)
    assert not (CONTROLS - {"\n"}) & set(words.body)
    (words.title + words.body + words.html).encode()
    page = LexborHTMLParser(words.html)
    assert {node.tag for node in page.body.traverse()} <= {"body", "p", "br", "b", "a", "pre"}
    assert all(set(node.attributes) == set() for node in page.css("p, br, b, pre"))
    for link in page.css("a"):
        assert set(link.attributes) == {"href"}
        assert link.attributes["href"].lower().startswith(("http://", "https://"))


@given(st.text(st.characters(), max_size=300), st.sampled_from(["new", "crossed"]))
def test_no_text_can_break_a_message(text, reason):
    firing = replace(everywhere(text), reason=reason)
    assert_sound(compose(firing))
    assert_sound(compose(replace(firing, message=None)))
    assert_sound(compose_many([firing, PRICE], notices=[Waiting(Words(text, text), SEEN)]))


@pytest.mark.parametrize(("kind", "field"), [("hostile/strings", "text"), ("hostile/sanitize", "payload")])
def test_hostile_text_from_the_field_is_inert_in_every_place(kind, field):
    for case in cases(kind):
        firing = everywhere(case[field])
        assert_sound(compose(firing))
        assert_sound(compose(replace(firing, reason="new", message=None)))
        assert_sound(compose_many([firing, PRICE], sent_at=SEEN + 30 * HOUR))


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", " JaVaScRiPt:alert(1)", "//evil.example", "ftp://x", "", "http://"],
)
def test_only_web_addresses_are_links(address):
    assert web_address(address) == ""


def test_an_address_cannot_carry_markup_or_end_its_quotes():
    assert web_address("https://x.example/\"'<b> y") == "https://x.example/%22%27%3Cb%3E%20y"


def test_a_message_about_a_page_says_what_changed_and_not_how_the_page_begins():
    page = replace(
        ENTRY,
        kind="page",
        title="Opening hours",
        reason="changed",
        change="diff",
        facts={"text": Text("Opening hours " * 90), "diff": Text("− open until 5 + open until 6, from Monday on " * 3)},
    )
    body = compose(page).body
    assert "Changed: − open until 5 + open until 6" in body
    assert "Opening hours Opening hours" not in body
    assert body.count("open until 6") == 3

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

from rules.enclosure import Button
from rules.firing import Firing
from rules.letter import STYLES, web_address
from rules.notices import channel_notice, notice, rules_notice
from rules.own_words import NAMES, fill, unknown_names
from rules.words import (
    TITLE_LIMIT,
    Afterwards,
    Waiting,
    Words,
    compose,
    compose_folded,
    compose_many,
    with_buttons,
    written_time,
)
from watchers.api import FactSpec, Flag, Kind, Money, Text

SEEN = datetime(2026, 7, 6, 18, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
ADDRESS = "https://home.example:8443/a/3fa2c1?s=x&t=y"
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
    assert words.title == "139.00 USD: Sony WH-1000XM5"
    assert words.body == (
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
    assert set(link.attributes) == {"href", "style"}
    assert link.attributes["href"] == "https://shop.example/headphones?a=1&b=2"
    assert link.text() == link.attributes["href"]
    assert "".join(page.body.text().split()) == "".join(words.body.split())


def test_the_same_record_gives_the_same_bytes():
    assert compose(PRICE) == compose(replace(PRICE))


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
    assert late.startswith("Late: this happened Mon 2026-07-06 14:03 EDT and waited 3h 20m to reach you\n\n")


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
    words = compose(replace(PRICE, message=f"Buy\n{template}"))
    assert words.title == "Buy"
    assert not {"{", "unknown"} & set(words.body.split("\n")[0])


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


# What the agent says about itself.


def test_notices_say_what_happened_since_when_and_what_to_do():
    broken = channel_notice("mail", "the server refused the sign-in", 3, SEEN, "UTC")
    assert broken.title == "The channel mail does not work"
    assert "3 messages wait for it" in broken.body
    assert "1 message waits" in channel_notice("mail", "refused", 1, SEEN, "UTC").body
    of_one = channel_notice("mail", "552 too large", 1, SEEN, "UTC", of_message=True)
    assert of_one.title == "The channel mail refuses a message"
    assert "does not work" not in of_one.body
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


TAGS = ("div", "p", "b", "span", "ins", "del", "pre")


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
        facts={"price": Text(text), "seller": Text(text[:50]), "diff": Text(text)},
        change="diff",
        enclosed=(text,),
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
    assert {node.tag for node in page.body.traverse()} <= {"body", *TAGS, "br", "a"}
    assert all(set(node.attributes) == {"style"} for node in page.css(", ".join(TAGS)))
    assert {node.attributes["style"] for node in page.css("[style]")} <= set(STYLES.values())
    for link in page.css("a"):
        assert set(link.attributes) == {"href", "style"}
        assert link.attributes["href"].lower().startswith(("http://", "https://"))


@given(st.text(st.characters(), max_size=300), st.sampled_from(["new", "crossed"]))
def test_no_text_can_break_a_message(text, reason):
    firing = replace(everywhere(text), reason=reason)
    assert_sound(with_buttons(compose(firing, afterwards=Afterwards(False, text)), (Button(text, ADDRESS),)))
    assert_sound(compose(replace(firing, message=None)))
    assert_sound(compose_many([firing, PRICE], notices=[Waiting(Words(text, text), SEEN)]))
    assert_sound(compose_folded([firing, PRICE], limit=text))


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


def test_a_link_is_an_address_alone_where_what_is_looked_at_is_more():
    source = "https://one.example/list.json?tag=a (items)"
    assert "\nLink: https://one.example/list.json?tag=a\n" in compose(replace(PRICE, link="", source=source)).body
    both = "https://one.example/1 · https://two.example/2"
    assert "\nLink: https://one.example/1\n" in compose(replace(PRICE, link="", source=both)).body


def test_the_text_of_an_entry_begins_with_a_word_behind_its_title():
    text = Text("ITER reaches first plasma · The tokamak in the south of France did it.")
    body = compose(replace(ENTRY, facts={"text": text})).body
    assert body.startswith("The tokamak in the south")

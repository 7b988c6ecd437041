"""A message is set so that every reader shows it: by day and by night, with and without styles, as plain text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from rules.enclosure import Button
from rules.letter import STYLES, Line, as_html, as_text
from rules.marks import changes, marked
from rules.words import Afterwards, compose, with_buttons
from tests.messages import FIRINGS, HOUR, NOW

PRICE = FIRINGS["price"]
BUTTONS = (
    Button("Snooze 3 days", "https://home.example:8443/a/3fa2c1?s=x&t=y"),
    Button("Not useful", "http://192.168.1.2:8443/a/9"),
)


COLOURS = sorted({colour for style in STYLES.values() for colour in re.findall("#[0-9a-f]{6}", style)})


def page(html):
    return LexborHTMLParser(html)


# Colours.


def luminance(colour):
    """Return the relative luminance of a colour: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour_is_read_on_white_and_on_black(colour):
    ours = luminance(colour)
    assert 1.05 / (ours + 0.05) >= 4.5
    assert (ours + 0.05) / 0.05 >= 4.4


def test_no_style_sets_a_ground_or_fetches_anything():
    assert not any("background" in style or "url" in style for style in STYLES.values())


# Lines.


def test_a_line_has_a_label_a_text_and_what_follows_it():
    line = Line("139.00 USD", "Price", tone="lead", more=", was 162.00 USD")
    assert as_text([[line]]) == "Price: 139.00 USD, was 162.00 USD"
    shown = page(as_html([[line]]))
    assert shown.css_first("p").text() == "Price: 139.00 USD, was 162.00 USD"
    assert [bold.text() for bold in shown.css("b")] == ["Price:", "139.00 USD"]


def test_empty_lines_and_paragraphs_are_left_out():
    assert as_text([[], [Line("")], [Line("", "Seen"), Line("a")], [Line("b")]]) == "a\n\nb"
    assert len(page(as_html([[], [Line("")], [Line("a")]])).css("p")) == 1


def test_an_address_in_a_sentence_can_be_followed_without_what_ends_the_sentence():
    said = "See https://one.example/a?b=1&c=2, or (https://two.example/x). Not ftp://three.example or https://"
    links = page(as_html([[Line(said, has_links=True)]])).css("a")
    assert [link.attributes["href"] for link in links] == ["https://one.example/a?b=1&c=2", "https://two.example/x"]
    assert page(as_html([[Line(said)]])).css("a") == []


@given(st.text(st.sampled_from("htps:/.x<>\"'&;[]{}+− →\n"), max_size=60), st.booleans())
def test_the_html_shows_what_the_text_says(text, has_links):
    for line in (Line(text, has_links=has_links), Line(text, is_change=True)):
        shown = page(as_html([[line]])).body.text()
        assert "".join(shown.split()) == "".join(as_text([[line]]).split())


# What changed.


def test_a_change_is_coloured_and_has_its_signs():
    shown = page(compose(FIRINGS["page"]).html)
    assert [node.text() for node in shown.css("ins")] == ["18", "+ Closed on 24 December"]
    assert [node.text() for node in shown.css("del")] == ["17", "− Summer hours until August"]
    assert "open 9 to [17 → 18] on Sundays" in shown.body.text()


@pytest.mark.parametrize(
    ("change", "pieces"),
    [
        ("+ new", [("ins", "+ new")]),
        ("− gone", [("del", "− gone")]),
        ("a [b → c] d", [("", "a ["), ("del", "b"), ("", " → "), ("ins", "c"), ("", "] d")]),
        ("[+ b] d", [("", "["), ("ins", "+ b"), ("", "] d")]),
        ("a [− b]", [("", "a ["), ("del", "− b"), ("", "]")]),
        ("a [b] → [c", [("", "a [b] → [c")]),
        ("", []),
    ],
)
def test_the_marks_of_a_change_are_read(change, pieces):
    assert [piece for piece in marked(change) if piece[1]] == pieces


@pytest.mark.parametrize(
    ("text", "each"),
    [
        ("+ a; − b; c [d → e]", ["+ a", "− b", "c [d → e]"]),
        ("+ one; two; − three", ["+ one; two", "− three"]),
        ("[a; b → c]; + d", ["[a; b → c]", "+ d"]),
        ("+ a; and 12 more", ["+ a", "and 12 more"]),
        ("plain", ["plain"]),
    ],
)
def test_several_changes_are_told_apart(text, each):
    assert changes(text) == each


@given(st.text(st.sampled_from("[]+− →;ab "), max_size=60))
def test_no_letter_of_a_change_is_lost(text):
    assert "; ".join(changes(text)) == text
    assert "".join(piece for _, piece in marked(text)) == text


# Answers, and what is known by then.


def test_answers_are_links_in_the_html_and_stand_one_per_line_in_the_text():
    words = with_buttons(compose(PRICE), BUTTONS)
    assert words.buttons == BUTTONS
    assert words.body.endswith(
        "\n\nSnooze 3 days: https://home.example:8443/a/3fa2c1?s=x&t=y\nNot useful: http://192.168.1.2:8443/a/9"
    )
    last = page(words.html).css("p")[-1]
    assert last.text() == "Snooze 3 days · Not useful"
    assert [link.attributes["href"] for link in last.css("a")] == [button.address for button in BUTTONS]


def test_an_answer_that_leads_nowhere_is_not_offered():
    words = with_buttons(compose(PRICE), (Button("Run", "javascript:alert(1)"), BUTTONS[0]))
    assert words.buttons == BUTTONS[:1]
    assert "javascript" not in words.html + words.body


@pytest.mark.parametrize(
    ("afterwards", "line"),
    [
        (Afterwards(False, "165.00 USD since Mon 18:10"), "Now: no longer true: 165.00 USD since Mon 18:10"),
        (Afterwards(False), "Now: no longer true"),
        (Afterwards(True, "138.00 USD"), "Now: still true: 138.00 USD"),
        (Afterwards(None, "it could not be seen since 12:00"), "Now: it could not be seen since 12:00"),
    ],
)
def test_a_message_says_how_it_stands_by_now(afterwards, line):
    assert compose(PRICE, afterwards=afterwards).body.splitlines()[0] == line


def test_a_title_does_not_promise_what_is_over():
    late = compose(PRICE, sent_at=NOW + 5 * HOUR, afterwards=Afterwards(False, "165.00 USD"))
    assert late.title == "No longer: 139.00 USD: Sony WH-1000XM5 Wireless Headphones"
    assert late.body.startswith("Late: this happened Mon 2026-07-06 14:03 EDT and waited 5h to reach you\nNow: ")
    assert compose(PRICE, afterwards=Afterwards(True)).title == compose(PRICE).title


def test_what_was_looked_into_because_it_is_late_says_so_however_soon():
    soon = compose(PRICE, sent_at=NOW + HOUR / 4, afterwards=Afterwards(True, "139.00 USD since 18:03"))
    assert "and waited 15m to reach you\nNow: still true: 139.00 USD since 18:03\n" in soon.body
    assert "Late" not in compose(PRICE, sent_at=NOW + HOUR / 4).body


@pytest.mark.parametrize("is_true", [True, None])
def test_where_nothing_became_of_it_no_word_is_lost(is_true):
    assert compose(PRICE, afterwards=Afterwards(is_true)) == compose(PRICE)

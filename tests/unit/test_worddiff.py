"""A change in a text as a person would say it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.reading.numerals import NoNumber, read_number
from watchers.reading.worddiff import said_of_change

LINES = st.lists(st.text("ab →[]+", max_size=30).filter(str.strip), max_size=6)


@pytest.mark.parametrize(
    ("removed", "added", "said"),
    [
        (["open 9 to 17 on Sundays"], ["open 9 to 18 on Sundays"], "open 9 to [17 → 18] on Sundays"),
        (["sold out"], ["tickets from May"], "[sold out → tickets from May]"),
        ([], ["tickets from May"], "+ tickets from May"),
        (["tickets from May"], [], "− tickets from May"),
        (
            ["We may ask you to come back on any other day"],
            ["We may ask you to come back on any day"],
            "… back on any [− other] day",
        ),
        (["a b c d", "gone"], ["a b x d", "new and longer"], "a b [c → x] d; + new and longer; − gone"),
    ],
)
def test_a_change_reads_as_a_sentence(removed, added, said):
    assert said_of_change(removed, added) == said


def test_what_does_not_fit_is_counted():
    said = said_of_change([], [f"line number {number}" for number in range(40)], limit=60)
    assert said.endswith("more")
    assert len(said) <= 60


@given(LINES, LINES, st.integers(40, 300))
def test_any_change_is_said_within_its_limit(removed, added, limit):
    said = said_of_change(removed, added, limit=limit)
    assert len(said) <= limit
    assert bool(said) == bool(removed or added)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,299.50 km", "1299.50"),
        ("−3,5 °C", "-3.5"),
        ("about 12 left", "12"),
        ("level: -7", "-7"),
        ("1 099,00", "1099.00"),
    ],
)
def test_a_number_is_read_as_its_writer_means_it(text, number):
    assert str(read_number(text)) == number


@pytest.mark.parametrize("text", ["", "none", "1.299"])
def test_what_is_no_number_or_two_has_a_reason(text):
    with pytest.raises(NoNumber, match=r"number|read it in|may mean 1299 or 1\.299"):
        read_number(text)


def test_a_separator_that_is_known_settles_it():
    assert str(read_number("1.299", decimal=".")) == "1.299"
    assert str(read_number("1.299", decimal=",")) == "1299"


def test_what_changed_in_a_script_without_spaces_is_shown_inside_its_line():
    before = "営業時間は午前十時から午後六時までです。料金は千二百円です。"
    assert said_of_change([before], [before.replace("午後六時", "午後七時")]) == "…ら午後[六 → 七]時まで…"
    long = "当社は利用者の情報を第三者に提供しません。" * 30
    said = said_of_change([long], [long + "ただし法令に基づく場合を除きます。"])
    assert said == "…せん。[+ ただし法令に基づく場合を除きます。]"
    assert said_of_change(["iPhone 15 の 価格"], ["iPhone 16 の 価格"]) == "iPhone[15 → 16] の 価格"
    assert said_of_change(["価格は 12 円"], ["東京の天気"]) == "[価格は 12 円 → 東京の天気]"

"""What a program reads: facts in plain JSON, in which nothing is lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.commands.plain import plain
from agent.commands.shell import Exit, exit_codes_table, printable
from watchers.facts import Day, Flag, Moment, Money, Number, Span, Text, Texts, Version


@pytest.mark.parametrize(
    ("fact", "shown"),
    [
        (Money(Decimal("139.00"), "USD"), {"amount": "139.00", "currency": "USD"}),
        (Money(Decimal("1E+3"), None), {"amount": "1000", "currency": None}),
        (Number(Decimal("14")), 14),
        (Number(Decimal("0.5")), 0.5),
        (Text("Fear Inoculum"), "Fear Inoculum"),
        (Texts(("live", "remix")), ["live", "remix"]),
        (Flag(True), True),
        (Day(2026, 5), "2026-05"),
        (Moment(datetime(2026, 5, 1, 14, tzinfo=timezone(timedelta(hours=2)))), "2026-05-01T12:00:00Z"),
        (Span(timedelta(hours=2)), 7200.0),
        (Version("3.12.0rc1"), "3.12.0rc1"),
    ],
)
def test_a_fact_reads_as_what_it_is(fact, shown):
    assert plain({"fact": fact}) == {"fact": shown}


def test_other_values_are_plain_too():
    at = datetime(2026, 5, 1, tzinfo=UTC)
    assert plain([Path("/a"), {"b"}, at, Decimal("2.5"), Exit.FINE, None]) == [
        "/a",
        ["b"],
        "2026-05-01T00:00:00Z",
        2.5,
        0,
        None,
    ]


def test_what_has_no_plain_form_is_a_fault_of_ours():
    with pytest.raises(TypeError, match="object has no plain form"):
        plain(object())


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_no_digit_of_an_amount_is_lost(amount):
    read = json.loads(json.dumps(plain(Money(amount, "USD"))))
    assert Decimal(read["amount"]) == amount


@given(st.text())
def test_no_text_commands_a_terminal(text):
    shown = printable(text)
    assert len(shown) == len(text)
    assert all(letter.isprintable() or letter == "\n" for letter in shown)


def test_every_exit_code_has_a_meaning_for_the_reference():
    table = exit_codes_table()
    assert [int(line.split("|")[1]) for line in table.splitlines()[2:]] == [code.value for code in Exit]

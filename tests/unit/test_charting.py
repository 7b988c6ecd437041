"""A message takes along a chart of what its rule had seen by then, and nothing that came later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from agent.accompanying import Company
from agent.charting import LOOK_BACK, chart_of
from agent.charts import price_chart
from agent.database import table_of
from agent.records import read_firing
from agent.tables import FiringRow
from tests.lived import RULES, Lived, product
from watchers.api import Flag, Money, Text

pytest.importorskip("PIL", reason="the extra `charts` is not installed")

HOURS = timedelta(hours=1)
ZONE = "America/New_York"


@pytest.fixture
def lived(tmp_path):
    return Lived(tmp_path, datetime(2026, 7, 6, 12, tzinfo=UTC))


def see(lived, *amounts, after=2 * HOURS):
    """Let the shop show these prices, one poll after another; return what was read and when."""
    seen = []
    for amount in amounts:
        seen.append((lived.now + after, Decimal(amount)))
        lived.see(after, shop=product(str(amount)))
    return seen


def last_firing(lived):
    with lived.open() as database, database.reading() as connection:
        rows = connection.scalars(select(table_of(FiringRow).c.record)).all()
    return max(map(read_firing, rows), key=lambda firing: firing.seen_at)


def chart(lived, firing, *, rule=True):
    found = lived.book().rule(firing.rule_id) if rule else None
    with lived.open() as database, database.reading() as connection:
        return chart_of(connection, firing, found)


def drawn(points, title="Studio Headphones", mark=Decimal(150)):
    return (price_chart(points, title=title, unit="USD", zone=ZONE, mark=mark),)


def test_the_chart_shows_every_price_until_the_message_and_the_one_that_is_asked_for(lived):
    seen = see(lived, 160, 155, 170, 149)
    assert chart(lived, last_firing(lived)) == drawn(seen)


def test_what_is_seen_later_does_not_change_the_chart(lived):
    see(lived, 160, 155, 149)
    firing = last_firing(lived)
    first = chart(lived, firing)
    see(lived, 148, 200, 150)
    assert chart(lived, firing) == first


def test_too_little_history_gives_no_chart(lived):
    see(lived, 160, 149)
    assert chart(lived, last_firing(lived)) == ()


def test_what_was_last_seen_long_ago_is_left_out(lived):
    see(lived, 400, 390)
    seen = see(lived, 160, after=LOOK_BACK) + see(lived, 155, 149)
    assert chart(lived, last_firing(lived)) == drawn(seen)


def test_a_price_that_stood_when_the_time_begins_stands_at_its_beginning(lived):
    see(lived, 160)
    see(lived, 160, after=LOOK_BACK / 2)
    seen = see(lived, 155, after=LOOK_BACK / 2 + 3 * HOURS) + see(lived, 149, after=LOOK_BACK / 4)
    firing = last_firing(lived)
    assert chart(lived, firing) == drawn([(firing.seen_at - LOOK_BACK, Decimal(160)), *seen])


def test_a_rule_that_is_gone_has_a_chart_without_its_mark(lived):
    seen = see(lived, 160, 155, 149)
    assert chart(lived, last_firing(lived), rule=False) == drawn(seen, mark=None)


def test_a_message_about_something_else_shows_what_is_drawn_of_its_kind(lived):
    seen = see(lived, 160, 155, 149)
    firing = replace(last_firing(lived), subject="sold_out")
    assert chart(lived, firing) == drawn(seen)


@pytest.mark.parametrize("facts", [{}, {"price": Text("cheap")}, {"price": Flag(True)}])
def test_what_is_no_number_has_no_chart(lived, facts):
    see(lived, 160, 155, 149)
    assert chart(lived, replace(last_firing(lived), facts=facts)) == ()


def test_a_chart_that_cannot_be_drawn_keeps_no_message_from_going(lived, caplog):
    see(lived, 160, 155, 149)
    elsewhere = replace(last_firing(lived), zone="Mars/Olympus")
    with lived.open() as database:
        assert Company(database, lived.book, lambda: lived.now).enclose(elsewhere) == ()
    assert "goes without a picture" in caplog.text


def test_another_currency_is_another_line(lived):
    see(lived, 160, 155, 149)
    euros = replace(last_firing(lived), facts={"price": Money(Decimal(149), "EUR")})
    assert chart(lived, euros) == ()


def test_the_mark_is_found_among_other_conditions(lived):
    lived.write(RULES.replace("when: price below $150", "when: not sold_out and price below $150"))
    seen = see(lived, 160, 155, 149)
    assert chart(lived, last_firing(lived)) == drawn(seen)


@pytest.mark.parametrize("when", ["changes", "price drops by 1 USD from previous", "price below 80% of first"])
def test_a_sentence_without_a_fixed_number_has_no_mark(lived, when):
    lived.write(RULES.replace("when: price below $150", f"when: {when}"))
    seen = see(lived, 160, 155, 100)
    assert chart(lived, last_firing(lived)) == drawn(seen, mark=None)

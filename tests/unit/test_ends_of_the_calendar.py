"""What a page says of "for ever" or of absurd numbers is told like anything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from rules.words import compose, compose_digest
from tests.messages import FIRINGS
from watchers.api import Moment, Number

FOR_EVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "UTC"])
@pytest.mark.parametrize("at", [FOR_EVER, LONG_AGO])
def test_an_instant_at_either_end_of_the_calendar_can_be_told_in_every_zone(zone, at):
    firing = replace(FIRINGS["price"], subject="until", facts={"until": Moment(at)}, zone=zone)
    year = {FOR_EVER: "9999", LONG_AGO: "1-01-01"}[at]
    assert year in compose(firing).title
    assert year in compose_digest([firing, replace(firing, key="other00")]).body


@pytest.mark.parametrize(
    "number", ["Infinity", "-Infinity", "NaN", "1E+1000", "1E+28", "123456789012345678901234567890"]
)
def test_a_number_of_days_that_no_calendar_has_can_be_told(number):
    days = Number(Decimal(number))
    firing = replace(FIRINGS["eol"], subject="days_left", facts={"days_left": days})
    assert "days" in compose(firing).title

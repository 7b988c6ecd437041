"""From which day on a thing can be had: what shops write, and what it makes of their stock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.unit.test_price import BUY, H1, URL, described
from watchers.api import Observation, Page
from watchers.price import Price
from watchers.reading.laterstock import is_for_later
from watchers.testing import CannedContext

TODAY = date(2026, 11, 23)

LATER = """
Lieferbar ab 24.12.2026|Lieferbar ab 24.12.|Verfügbar ab KW 52|Verfügbar ab KW 2|Verfügbar ab Mitte Januar 2027
Verfügbar ab Do., 3. Dezember|Versand ab 24.12.2026|Available from 24 December 2026|Available: 12/24/2026
Available December 2026|In stock on December 24, 2026|Back in stock on 2026-12-24|Ships January 15, 2027|Ships on Dec 24
Pre-order. Ships January 15, 2027|Disponible le 24/12/2026|Disponible à partir du 24 décembre|Disponible: 03/04/2027
Disponible desde el 24 de diciembre|Disponible a partir del 3 de enero de 2027|Disponibile dal 24 dicembre 2026
Leverbaar vanaf 24 december|Dostępny od 24.12.2026|Skladem od 3. 12. 2026|I lager från 3 januari
В наличии с 3 декабря 2026
"""
NOT_LATER = """
Lieferbar ab Lager|Lieferbar ab 1 Stück|Verfügbar ab sofort|Verfügbar ab KW 46|Verfügbar ab KW 60|Versand ab 27.11.
Versand ab 4.99 €|Versand ab 5.12 €|Lieferbar ab 2.12 €|Auf Lager, Lieferung ab 24.12.2026|Lieferung: 24.12. - 30.12.
Available from 01.01.2020|Available from 31.02.2027|Available in 3 colours|Available since 24 December 2020
In stock|In stock, with you from Thursday 24 December|Delivery: Dec 24 - Jan 5|Ships from 3 warehouses
Shipping from $12.99|Available: 11/12/2026|Available: 03/04/2026|available on Windows 11|Lieferbar 12 Dezember
Available from 23 November 2026
"""


def each(table: str) -> list[str]:
    return [text for line in table.strip().splitlines() for text in line.split("|")]


@pytest.mark.parametrize("text", each(LATER))
def test_a_day_to_come_from_which_on_it_can_be_had_is_known(text: str) -> None:
    assert is_for_later(text, TODAY)


@pytest.mark.parametrize("text", each(NOT_LATER))
def test_a_day_that_has_come_or_says_something_else_puts_nothing_off(text: str) -> None:
    assert not is_for_later(text, TODAY)


def look(body: str, head: str = "", today: date = TODAY) -> Observation:
    html = f"<html lang='de'><head><title>Blue Kettle</title>{head}</head><body>{body}</body></html>"
    now = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
    answer = Page(URL, html.encode(), {"content-type": "text/html; charset=utf-8"})
    (seen,) = Price(url=URL).read(answer, replace(CannedContext(b""), now=now)).observations
    return seen


def said(text: str, behind: str = BUY) -> str:
    return f"{H1}<p class='price'>49,90 €</p><p class='stock'>{text}</p>{behind}"


def test_what_can_be_ordered_for_later_is_not_in_stock() -> None:
    seen = look(said("Lieferbar ab 24.12.2026"))
    assert str(seen.facts["availability"]) == "backorder"
    assert "Lieferbar ab 24.12.2026" in seen.evidence["availability"]


def test_what_comes_later_and_cannot_be_ordered_yet_is_not_to_be_had_and_has_a_price() -> None:
    seen = look(said("Lieferbar ab 24.12.2026", behind="</main>"))
    assert str(seen.facts["availability"]) == "out_of_stock"
    assert str(seen.facts["price"]) == str(look(said("Auf Lager")).facts["price"])


def test_on_its_day_it_is_in_stock() -> None:
    assert str(look(said("Lieferbar ab 24.12.2026"), today=date(2026, 12, 24)).facts["availability"]) == "in_stock"


def test_a_day_says_more_than_data_that_calls_all_in_stock_that_can_be_ordered() -> None:
    claim = described(availability="https://schema.org/InStock")
    assert str(look(said("Lieferbar ab 24.12.2026"), claim).facts["availability"]) == "backorder"
    assert str(look(said("Lieferbar"), claim).facts["availability"]) == "in_stock"


def test_the_day_may_stand_in_a_part_of_its_own() -> None:
    assert str(look(said("Available from <b>24 December 2026</b>")).facts["availability"]) == "backorder"

"""Words that say from which day on a thing can be had: "Lieferbar ab 24.12.2026", "Ships January 15, 2027".

    words for stock or dispatch ─▶ "from", in their language ─▶ a day ─▶ later than today?

Until that day the thing can be ordered ahead at best, however much the words look like those for stock. The day must
follow directly: "In stock, with you from Thursday" says that it is there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from watchers.reading.dates import month_named

SOON: Final = timedelta(days=14)
"""What is sent within this time may lie in a warehouse now."""
_PASSED: Final = timedelta(days=180)
"""A day without a year that lies further back is that of the next year."""

_HAD: Final = """
    available|in stock|back in stock|lieferbar|verfügbar|auf lager|vorrätig|erhältlich|versandfertig|bestellbar|lagernd
    disponible|en stock|disponibile|disponível|disponivel|em estoque|leverbaar|beschikbaar|op voorraad|dostępn[yae]
    w magazynie|dostupn[éýoá]|skladem|skladom|na sklade|na zalogi|na zalihi|disponibil|în stoc|in stoc|elérhető|raktáron
    i lager|tillgänglig|på lager|tilgj?engelig|tilgængelig|доступно|доступен|в наличии|в наявності|налично|διαθέσιμο"""
_SENT: Final = """
    ships|ship date|dispatched|versand|auslieferung|expédié|expédition|envío|spedizione|verzending|wysyłka|expedice"""
"""Not "delivery": that of a thing from afar takes weeks."""
_FROM: Final = """
    ab dem|ab|vom|from the|from|starting|as of|on|after|à partir du|à partir de|dès le|le|a partir del|a partir de
    desde el|desde|el|a partire dal|dal|em|vanaf|op|od dne|od|dne|din|de la|från och med|från|fra og med|fra|den|с|з
    от|від|από"""
_PART: Final = r"(?:(?:anfang|mitte|ende|early|mid|late|début|mi|fin|begin|eind)[\s-]+)?"
_WEEKDAY: Final = r"(?:[^\W\d_]{2,10}\.?,?\s+)?"
_DATES: Final = (
    r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.(?:\s?(?P<year>\d{4}|\d\d))?(?![\d,])",
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
    r"(?P<either>\d{1,2})[/.-](?P<other>\d{1,2})[/.-](?P<year>\d{4}|\d\d)(?!\d)",
    r"(?P<day>\d{1,2})(?:\.|st|nd|rd|th|er|º)?\s+(?:de\s+)?(?P<name>[^\W\d_]{3,})\.?(?:,?\s+(?:de\s+)?(?P<year>\d{4}))?",
    r"(?P<name>[^\W\d_]{3,})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(?P<year>\d{4}))?",
    rf"{_PART}(?P<name>[^\W\d_]{{3,}})\.?\s+(?P<year>\d{{4}})",
    r"KW\s?(?P<week>\d{1,2})(?:\s?/\s?(?P<year>\d{4}))?",
)


def _words(table: str) -> str:
    lines = (line.strip() for line in table.strip().splitlines())
    return "|".join(lines).replace(" ", r"\s+")


def _forms(words: str, from_: str) -> tuple[re.Pattern[str], ...]:
    """Return one pattern for each form of a date behind words, so that a form may name its parts as others do."""
    start = rf"(?<![^\W\d_])(?:{_words(words)})(?:\s+again|\s+online)?\s*"
    return tuple(re.compile(rf"{start}{from_}\s*{_WEEKDAY}{form}", re.IGNORECASE) for form in _DATES)


_FROM_THEN: Final = rf"(?P<from>:|:?\s*(?:{_words(_FROM)})\s)?"
_HAD_FORMS: Final = _forms(_HAD, _FROM_THEN)
_SENT_FORMS: Final = _forms(_SENT, _FROM_THEN)


def is_for_later(text: str, today: date) -> bool:
    """Say whether a short text says that something can be had only from a day on that is yet to come."""
    return any(sign.isdigit() for sign in text) and any(
        days and min(days) > today + wait
        for forms, wait in ((_HAD_FORMS, timedelta()), (_SENT_FORMS, SOON))
        for days in _days(text, forms, today)
    )


@lru_cache(maxsize=1024)
def _found(text: str, forms: tuple[re.Pattern[str], ...]) -> tuple[re.Match[str], ...]:
    return tuple(match for form in forms if (match := form.search(text)))


def _days(text: str, forms: tuple[re.Pattern[str], ...], today: date) -> Iterator[list[date]]:
    """Yield every date that stands behind the words, each with all that it can mean: 03/04/2027 is two days."""
    for match in _found(text, forms):
        said = match.groupdict()
        if not (said["from"] or said.get("year")):
            continue
        if said.get("week"):
            readings = [_week(int(said["week"]), said["year"], today)]
        elif said.get("either"):
            pair = (int(said["either"]), int(said["other"]))
            readings = [_day(day, month, said["year"], today) for day, month in (pair, pair[::-1])]
        else:
            month = month_named(_bare(said["name"])) if said.get("name") else int(said["month"])
            readings = [_day(int(said.get("day") or 1), month or 0, said["year"], today)]
        yield [day for day in readings if day is not None]


def _bare(name: str) -> str:
    """Return a name as `month_named` takes it: in lower case and without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(sign))


def _day(day: int, month: int, year: str | None, today: date) -> date | None:
    try:
        if year is not None:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        this_year = date(today.year, month, day)
        return this_year if this_year >= today - _PASSED else this_year.replace(year=today.year + 1)
    except ValueError:
        return None


def _week(week: int, year: str | None, today: date) -> date | None:
    try:
        monday = date.fromisocalendar(int(year or today.year), week, 1)
        return monday if year or monday >= today - _PASSED else date.fromisocalendar(today.year + 1, week, 1)
    except ValueError:
        return None

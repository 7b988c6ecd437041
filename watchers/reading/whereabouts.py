"""In which currency a page means its prices, where the sign beside them leaves that open.

    sign ──▶ what the structured data claims ▶ what the page's scripts are set to ▶ the country of its address
             ▶ the country of its language ▶ a code that the page names somewhere

A sign that one currency has needs none of this. Where two of these sources speak against each other, nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlsplit

from watchers.reading.currencies import CODES, COUNTRY_CURRENCY, LANGUAGE_COUNTRY, currency_code, may_mean
from watchers.reading.html import Document

_USED_ANYWHERE: Final = {"co": "es", "tv": "", "nu": "", "tk": "", "bz": "", "me": "", "io": "", "cc": "", "ws": ""}
"""Country domains that shops of all countries use, and the language in which they are that country's own."""
_SECOND_LEVEL: Final = frozenset({"com", "net", "org", "gob"})
_LANGUAGES: Final = frozenset(
    [
        "ar",
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fi",
        "fr",
        "he",
        "hr",
        "hu",
        "id",
        "it",
        "ja",
        "ko",
        "lt",
        "lv",
        "ms",
        "nb",
        "nl",
        "no",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sr",
        "sv",
        "th",
        "tr",
        "uk",
        "vi",
        "zh",
    ]
)
_LOCALE: Final = re.compile(r"(?<![a-z0-9])([a-z]{2})[-_/]([a-z]{2})(?![a-z0-9])")
_CODE: Final = re.compile(r"\b[A-Z]{3}\b")


def currency_here(
    label: str, claimed: frozenset[str], scripted: frozenset[str], shown: Iterable[str], document: Document, url: str
) -> str | None:
    """Return the ISO code of a price, or None where the page leaves it open.

    Args:
        label: The currency as it stands beside the price; empty where none does.
        claimed: The codes that the structured data has for this product.
        scripted: The codes that the page's scripts have for anything.
        shown: The currencies beside all prices of the page.
        document: The page.
        url: Its address.
    """
    possible = frozenset(may_mean(label)) if label else CODES
    if len(possible) == 1:
        return next(iter(possible))
    if len(said := claimed & possible) == 1:
        return next(iter(said))
    scripted &= possible
    by_address = _of_countries(_countries_of_address(url, document.language), possible)
    if not label and by_address and any(sign and by_address not in may_mean(sign) for sign in shown):
        by_address = None  # it sells in another currency elsewhere on the page
    if len(scripted) == 1:
        (code,) = scripted
        return code if by_address in (None, code) else None
    if by_address or not label:
        return by_address
    by_language = _of_countries(_countries_of_language(document), possible)
    return by_language or _named(document, possible) or currency_code(label)


def _of_countries(countries: Iterable[str], possible: frozenset[str]) -> str | None:
    codes = (COUNTRY_CURRENCY.get(country) for country in countries)
    return next((code for code in codes if code in possible), None)


def _countries_of_address(url: str, language: str) -> Iterator[str]:
    """Yield the countries that an address names: "shop.ca", "shop.example/en-ca/", "ca.shop.example"."""
    address = urlsplit(url.lower())
    labels = (address.hostname or "").split(".")
    path = "/".join(address.path.split("/")[:4])
    for one, other in (*_LOCALE.findall(labels[0]), *_LOCALE.findall(path)):
        if one in _LANGUAGES and other in COUNTRY_CURRENCY:
            yield other
        elif other in _LANGUAGES:
            yield one
    if len(labels) > 2 and len(labels[0]) == 2:
        yield labels[0]
    country = labels[-1]
    own = _USED_ANYWHERE.get(country)
    if own is None or labels[-2:][0] in _SECOND_LEVEL or (own and language.startswith(own)):
        yield country


def _countries_of_language(document: Document) -> Iterator[str]:
    """Yield the countries of the languages that a page is written in, the one of its root element first."""
    meta = document.tree.css_first('meta[property="og:locale"]')
    locale = (meta.attributes.get("content") or "").replace("_", "-").lower() if meta is not None else ""
    for language in (document.language, locale):
        tongue, _, region = language.partition("-")
        yield region.partition("-")[2] or region
        yield LANGUAGE_COUNTRY.get(tongue, "")


def _named(document: Document, possible: frozenset[str]) -> str | None:
    """Return the only one of some codes that the markup of a page names anywhere."""
    named = possible.intersection(_CODE.findall(document.text))
    return next(iter(named)) if len(named) == 1 else None

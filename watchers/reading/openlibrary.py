"""Answers of Open Library, as the works and authors in them.

    bytes ▶ read_works, read_authors, read_author ▶ values | WatchError

Described at https://openlibrary.org/dev/docs/api/search (works) and https://openlibrary.org/dev/docs/api/authors. A
record that was merged into another stays behind as a redirect: https://openlibrary.org/help/faq/editing.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from watchers.api import Day, SourceChanged, SourceGone
from watchers.reading.plain import plain_line

AUTHOR: Final = re.compile(r"OL[0-9]{1,12}A")
WORK: Final = re.compile(r"OL[0-9]{1,12}W")
FIELDS: Final = (
    "key", "redirects", "title", "subtitle", "author_name", "author_key", "first_publish_year", "publish_date",
    "language", "publisher", "isbn", "edition_count", "format",
)  # fmt: skip
"""Those of the search's schema that are read here: others make its answers many times as long."""

MAX_NAME: Final = 500
MOST_OF_EACH: Final = 50
"""Values that are kept of a list: a classic has thousands of numbers and publishers."""

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_WORDY = (
    re.compile(r"(?P<name>[a-z]{3,9})\.?,? (?:(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,? )?(?P<year>[0-9]{4})"),
    re.compile(r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)? (?P<name>[a-z]{3,9})\.?,? (?P<year>[0-9]{4})"),
)
_ANY_YEAR = re.compile(r"(?<![0-9])(1[4-9][0-9]{2}|20[0-9]{2})(?![0-9])")


@dataclass(frozen=True, slots=True)
class Book:
    """A work with all its editions.

    Attributes:
        id, others: Its number, and those of works that were merged into it.
        authors, author_ids: Each in the order of the answer.
        published: When its first edition came or comes out, as exact as the editions state it.
        languages: Codes of three letters (MARC 21).
    """

    id: str
    title: str
    others: tuple[str, ...] = ()
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    author_ids: tuple[str, ...] = ()
    published: Day | None = None
    languages: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    isbns: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    editions: int | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """An author as a search shows them; `works` is how many works they have."""

    id: str
    name: str
    other_names: tuple[str, ...] = ()
    years: str = ""
    top_work: str = ""
    works: int = 0

    def __str__(self) -> str:
        count = f"{self.works} work{'s' if self.works != 1 else ''}"
        return f"{self.name} ({'; '.join(filter(None, (self.years, self.top_work, count)))}) {self.id}"


@dataclass(frozen=True, slots=True)
class Works:
    """One page of a search for works.

    Attributes:
        total: How many there are on all pages.
        listed: How many entries this page has, readable or not.
    """

    books: tuple[Book, ...]
    total: int
    listed: int


def read_works(body: bytes) -> Works:
    """Return the works of a page of search results.

    Raises:
        SourceChanged: It is no such page.
    """
    root, entries = _results(body)
    books = tuple(book for entry in entries if (book := _book(_members(entry))))
    if entries and not books:
        raise SourceChanged("nothing that the answer of Open Library lists has a number and a title")
    return Works(books, _count(root), len(entries))


def read_authors(body: bytes) -> tuple[Author, ...]:
    """Return the authors of a page of search results.

    Raises:
        SourceChanged: It is no such page.
    """
    return tuple(author for entry in _results(body)[1] if (author := _author(_members(entry))))


def read_author(body: bytes) -> str:
    """Return the number of an author by their own record: another one where they were merged into somebody.

    Raises:
        SourceChanged: It is no such record.
        SourceGone: It says that the author was deleted.
    """
    root = _root(body)
    type_ = _number_of(_text(_members(root.get("type")).get("key")))
    if type_ == "delete":
        raise SourceGone("Open Library says that this author was deleted")
    number = _number_of(_text(root.get("location" if type_ == "redirect" else "key")))
    if type_ not in ("author", "redirect") or not AUTHOR.fullmatch(number):
        raise SourceChanged("the answer is not an author of Open Library")
    return number


def read_day(text: str) -> Day | None:
    """Return a date as editions state it, as exact as it is beyond doubt; None where there is none.

    Such as 2026, 2026-05-13, May 2026, May 13, 2026 or 13 May 2026; of other texts ("05/13/2026", "c2026") the year.
    """
    written = " ".join(text.casefold().split())
    match = _ISO.fullmatch(written)
    if match:
        return _day(match[1], match[2], match[3])
    for form in _WORDY:
        match = form.fullmatch(written)
        month = _month(match["name"]) if match else None
        if match and month:
            return _day(match["year"], str(month), match["day"])
    years = set(_ANY_YEAR.findall(written))
    return Day(int(years.pop())) if len(years) == 1 else None


def _root(body: bytes) -> Mapping[str, Any]:
    try:
        return _members(json.loads(body))
    except (ValueError, RecursionError) as error:
        raise SourceChanged("the answer is no JSON of Open Library") from error


def _results(body: bytes) -> tuple[Mapping[str, Any], list[Any]]:
    root = _root(body)
    if not isinstance(root.get("docs"), list):
        said = _text(root.get("error"))
        raise SourceChanged(f"Open Library says: {said[:200]}" if said else "the answer is no search of Open Library")
    return root, root["docs"]


def _book(entry: Mapping[str, Any]) -> Book | None:
    """Read one work; None without its number or its title."""
    id_, title = _number_of(_text(entry.get("key"))), _text(entry.get("title"))
    if not (WORK.fullmatch(id_) and title):
        return None
    merged = (_number_of(text) for text in _texts(entry.get("redirects")))
    editions = entry.get("edition_count")
    return Book(
        id=id_,
        title=title,
        others=tuple(dict.fromkeys(other for other in merged if WORK.fullmatch(other) and other != id_)),
        subtitle=_text(entry.get("subtitle")),
        authors=_texts(entry.get("author_name")),
        author_ids=tuple(map(_number_of, _texts(entry.get("author_key")))),
        published=_published(entry),
        languages=_texts(entry.get("language"))[:MOST_OF_EACH],
        publishers=_texts(entry.get("publisher"))[:MOST_OF_EACH],
        isbns=_texts(entry.get("isbn"))[:MOST_OF_EACH],
        formats=_texts(entry.get("format"))[:MOST_OF_EACH],
        editions=editions if isinstance(editions, int) and not isinstance(editions, bool) and editions >= 0 else None,
    )


def _published(entry: Mapping[str, Any]) -> Day | None:
    """Return the first date: of the editions of the first year the one that is over first, as exact as it is stated.

    A month that is over before the first exact date is earlier than that; one that holds it says only less.
    """
    stated = [day for text in _texts(entry.get("publish_date")) if (day := read_day(text))]
    first = entry.get("first_publish_year")
    is_year = isinstance(first, int) and not isinstance(first, bool) and 1000 <= first <= 9999
    year = first if is_year else min((day.year for day in stated), default=None)
    if year is None:
        return None
    of_the_year = [day for day in stated if day.year == year]
    return min(of_the_year, key=lambda day: (day.last, day.month is None, day.day is None), default=Day(year))


def _author(entry: Mapping[str, Any]) -> Author | None:
    """Read one author; None without the number or the name."""
    id_, name = _number_of(_text(entry.get("key"))), _text(entry.get("name"))
    if not (AUTHOR.fullmatch(id_) and name):
        return None
    born, died = _text(entry.get("birth_date")), _text(entry.get("death_date"))
    works = entry.get("work_count")
    return Author(
        id=id_,
        name=name,
        other_names=_texts(entry.get("alternate_names")),
        years=f"{born}–{died}" if born and died else f"born {born}" if born else _text(entry.get("date")),
        top_work=_text(entry.get("top_work")),
        works=works if isinstance(works, int) else 0,
    )


def _count(root: Mapping[str, Any]) -> int:
    count = root.get("numFound", root.get("num_found"))
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise SourceChanged("Open Library does not say how many works it lists")
    return count


def _number_of(key: str) -> str:
    """Return the last part of a key such as /works/OL27448W."""
    return key.rpartition("/")[2]


def _month(name: str) -> int | None:
    found = [
        number for number, month in enumerate(_MONTHS, 1) if month == name or (month[:3] == name[:3] and len(name) < 5)
    ]
    return found[0] if len(found) == 1 else None


def _day(year: str, month: str | None, day: str | None) -> Day | None:
    try:
        datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return Day(int(year), int(month) if month else None, int(day) if day else None)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(_text, value)))) if isinstance(value, list) else ()


def _text(value: Any) -> str:
    return plain_line(value, MAX_NAME) if isinstance(value, str) else ""


def _members(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}

"""How the `books` kind finds an author and what it sees, against a server that speaks Open Library's protocol.

The live service was not reachable: the answers have the shapes that its documentation and its public source show.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.contract.test_books import HOBBIT, NEW, TOLKIEN
from tests.local_web import Asked, reply
from tests.polled import Story, polled
from watchers.api import (
    UNCHANGED,
    Day,
    Number,
    Observation,
    Poll,
    SourceChanged,
    SourceGone,
    SourceRefused,
    SourceUnavailable,
    Texts,
    WatchError,
)
from watchers.books import Books
from watchers.reading.openlibrary import read_author, read_authors, read_day, read_works

JRR = {"key": TOLKIEN, "name": "J.R.R. Tolkien", "alternate_names": ["John Ronald Reuel Tolkien"], "work_count": 380}
CHRISTOPHER = {"key": "OL2623360A", "name": "Christopher Tolkien", "birth_date": "1924", "work_count": 60}
NAMESAKE = {"key": "OL5A", "name": "J.R.R. Tolkien", "top_work": "Cooking", "work_count": 1}
SLIP = {"key": "OL6A", "name": "j.r.r. tolkien", "work_count": 0}


@dataclass
class Library:
    """Open Library's searches and authors' records, as far as they are asked for."""

    authors: list[dict[str, Any]] = field(default_factory=lambda: [JRR])
    works: list[dict[str, Any]] = field(default_factory=lambda: [HOBBIT, NEW])
    merged: dict[str, str] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> bytes:
        parts = urlsplit(asked.target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/search/authors.json":
            assert query["q"].startswith('"')
            return self._results(self.authors, query)
        if parts.path == "/search.json":
            number = query["q"].removeprefix("author_key:").partition(" ")[0]
            assert query["sort"] == "key"
            return self._results([work for work in self.works if number in work["author_key"]], query)
        number = parts.path.removeprefix("/authors/").removesuffix(".json")
        if number in self.merged:
            return self._record(number, "redirect", location=f"/authors/{self.merged[number]}")
        if number not in {author["key"] for author in self.authors}:
            return reply(b'{"error": "notfound"}', 404)
        return self._record(number, "author", name="somebody")

    def _results(self, docs: list[dict[str, Any]], query: dict[str, str]) -> bytes:
        offset, limit = int(query.get("offset", 0)), int(query["limit"])
        found = {"numFound": len(docs), "start": offset, "docs": docs[offset : offset + limit]}
        return reply(json.dumps(found).encode(), content_type="application/json")

    def _record(self, number: str, type_: str, **more: str) -> bytes:
        return reply(json.dumps({"key": f"/authors/{number}", "type": {"key": f"/type/{type_}"}, **more}).encode())


def look(*answers: Any, **options: Any) -> Story:
    return polled(lambda url: Books(server=url, **({"author": "J.R.R. Tolkien"} | options)), answers)


def titles(poll: Any) -> list[str]:
    return sorted(str(seen.facts["title"]) for seen in poll.observations)


def work(number: int, **more: Any) -> dict[str, Any]:
    return {"key": f"/works/OL{number}W", "title": f"Book {number:04}", "author_key": [TOLKIEN], **more}


# Finding the author


def test_a_name_finds_its_author_once_and_says_whom_it_took():
    result = look(Library(), Library())
    assert titles(result.results[0]) == ["A Letter", "The Hobbit"]
    assert result.results[0].notices == ("“J.R.R. Tolkien” is taken to be J.R.R. Tolkien (380 works) OL26320A",)
    assert result.results[1] is UNCHANGED
    assert sum(target.startswith("/search/authors") for target in result.targets) == 1


@pytest.mark.parametrize("written", ["j.r.r. TOLKIEN", "  J.R.R.   Tolkien ", "John Ronald Reuel Tolkien"])
def test_an_author_is_found_however_the_name_is_written(written):
    assert len(look(Library([JRR, CHRISTOPHER]), author=written).poll.observations) == 2


def test_a_record_without_works_makes_no_name_ambiguous():
    assert len(look(Library([SLIP, JRR])).poll.observations) == 2


def test_an_ambiguous_name_is_an_error_that_lists_the_choices():
    (error,) = look(Library([JRR, NAMESAKE, CHRISTOPHER])).results
    assert isinstance(error, SourceRefused)
    assert error.reason == (
        "2 authors are named “J.R.R. Tolkien”: J.R.R. Tolkien (380 works) OL26320A; "
        "J.R.R. Tolkien (Cooking; 1 work) OL5A. Write id: with the number of the one you mean"
    )


def test_a_name_that_nobody_has_is_an_error_with_the_nearest():
    (error,) = look(Library([CHRISTOPHER]), author="C. Tolkien").results
    assert isinstance(error, SourceRefused)
    assert (
        "no author named “C. Tolkien”; the nearest: Christopher Tolkien (born 1924; 60 works) OL2623360A"
        in error.reason
    )


@pytest.mark.parametrize(
    "written",
    ["OL26320A", "ol26320a", "/authors/OL26320A", "https://openlibrary.org/authors/OL26320A/J.R.R._Tolkien?x=1"],
)
def test_a_number_or_page_needs_no_search(written):
    for options in ({"author": written}, {"author": "whoever", "id": written}):
        result = look(Library(), **options)
        assert titles(result.poll) == ["A Letter", "The Hobbit"]
        assert not any("/search/authors" in target for target in result.targets)


# What is seen


def test_a_book_is_told_with_what_its_editions_say():
    (hobbit,) = (seen for seen in look(Library()).poll.observations if str(seen.facts["title"]) == "The Hobbit")
    assert hobbit.facts["published"] == Day(1937, 9, 21)
    assert hobbit.facts["languages"] == Texts(("eng", "fre"))
    assert hobbit.facts["edition_count"] == Number(Decimal(400))
    assert hobbit.key == "OL27482W"
    assert hobbit.link.endswith("/works/OL27482W")


def test_a_work_into_which_others_were_merged_is_known_by_their_numbers_too():
    seen = {
        each.key: each
        for each in look(
            Library(works=[HOBBIT, work(99), work(1, redirects=["OL99W", "OL98W", "x"])])
        ).poll.observations
    }
    assert seen["OL27482W"].also == (), "OL99W is still listed by itself"
    assert seen["OL1W"].also == ("OL98W",)


def test_every_page_of_a_long_list_is_read_each_time():
    library = Library(works=[work(number) for number in range(1, 251)])
    result = look(library, library)
    assert [len(poll.observations) for poll in result.results if isinstance(poll, Poll)] == [250, 250]


def test_a_list_that_ends_too_early_is_no_shorter_list():
    def cut_off(asked: Asked) -> bytes:
        return reply(b'{"numFound": 250, "docs": []}') if "offset" in asked.target else library(asked)

    library = Library(works=[work(number) for number in range(1, 251)])
    (error,) = look(cut_off).results
    assert isinstance(error, SourceUnavailable)
    assert error.reason == "the list of works ends after 100 of 250"


def test_more_works_than_anybody_wrote_are_refused_with_a_way_out():
    (error,) = look(
        reply(b'{"numFound": 9000, "docs": [{"key": "/works/OL1W", "title": "x"}]}'), author=TOLKIEN
    ).results
    assert isinstance(error, SourceRefused)
    assert "give language: to see fewer" in error.reason


def test_a_language_narrows_the_list():
    result = look(Library(), author=TOLKIEN, language="fre")
    assert parse_qs(urlsplit(result.targets[0]).query)["q"] == ["author_key:OL26320A language:fre"]


# Mergers


@pytest.mark.parametrize("left_behind", [[], [work(7)]], ids=["every work moved", "one stayed behind"])
def test_an_author_who_was_merged_is_followed_and_the_heirs_old_books_are_no_news(left_behind):
    heir = [work(8, author_key=["OL5A"]), work(9, author_key=["OL5A"])]
    merged = Library([JRR, NAMESAKE], [*left_behind, *heir], {TOLKIEN: "OL5A"})
    result = look(Library(works=[work(7), work(8)]), merged, merged, author=TOLKIEN)
    after = result.results[1]
    assert isinstance(after, Poll)
    assert titles(after) == ["Book 0008", "Book 0009"]
    assert after.is_baseline
    assert after.cursor == "OL5A 1"
    assert after.notices == ("OL26320A was merged into OL5A, who is watched from now on",)
    assert result.results[2] is UNCHANGED


def test_an_author_without_books_yet_is_watched():
    poll = look(Library(works=[]), author=TOLKIEN).poll
    assert (poll.observations, poll.is_baseline) == ((), False)


def test_an_author_who_was_deleted_is_gone():
    (error,) = look(Library([], []), author=TOLKIEN).results
    assert isinstance(error, SourceGone)
    assert "no author OL26320A: deleted, or a wrong number" in error.reason
    with pytest.raises(SourceGone):
        read_author(b'{"key": "/authors/OL1A", "type": {"key": "/type/delete"}}')


# Troubles


@pytest.mark.parametrize(
    ("raw", "trouble", "wait"),
    [
        (reply(b"", 401), SourceRefused, None),
        (reply(b"", 403), SourceRefused, None),
        (reply(b"", 404), SourceGone, None),
        (reply(b"", 410), SourceGone, None),
        (reply(b"", 429, retry_after="60"), SourceUnavailable, 60),
        (reply(b"", 500), SourceUnavailable, None),
        (reply(b""), SourceUnavailable, None),
        (reply(b"<html><title>Just a moment...</title>"), SourceRefused, None),
        (reply(b"<html><title>Something else</title>"), SourceChanged, None),
        (reply(b'{"error": "bad query"}'), SourceChanged, None),
        (reply(b'{"docs": []}'), SourceChanged, None),
        (reply(b'{"numFound": 1, "docs": [{"title": "x"}]}'), SourceChanged, None),
        (reply(b"", 302, location="/search.json"), WatchError, None),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", SourceUnavailable, None),
    ],
)
def test_a_bad_answer_has_a_name(raw, trouble, wait):
    result = polled(lambda url: Books(server=url, author=TOLKIEN), [raw], deadline=timedelta(seconds=1))
    (error,) = result.results
    assert isinstance(error, trouble)
    if wait:
        assert error.retry_after == timedelta(seconds=wait)


def test_the_public_service_is_asked_slowly_and_told_whom_to_write_to():
    public, other = Books(author="Tolkien"), Books(author="Tolkien", server="https://books.example/")
    assert (public.host_every, public.asks_for_contact) == (timedelta(seconds=1), True)
    assert (other.host_every, other.asks_for_contact) == (None, False)
    assert other.hosts == {"books.example"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "write author: with a name, or id:"),
        ({"id": "Tolkien"}, "an author's number looks like OL26320A"),
        ({"author": "Tolkien", "language": "english"}, "a language is its code of three letters"),
        ({"author": "Tolkien", "server": "books"}, "a server looks like"),
    ],
)
def test_options_that_do_not_fit_say_what_would(options, said):
    with pytest.raises(ValidationError, match=said):
        Books(**options)


# Dates


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("September 21, 1937", Day(1937, 9, 21)),
        ("Sep 21, 1937", Day(1937, 9, 21)),
        ("Sept. 1937", Day(1937, 9)),
        ("21 september 1937", Day(1937, 9, 21)),
        ("1st May 2026", Day(2026, 5, 1)),
        ("May 2026", Day(2026, 5)),
        ("May 13 2026", Day(2026, 5, 13)),
        ("2026-05-13", Day(2026, 5, 13)),
        ("2026-05", Day(2026, 5)),
        ("1937", Day(1937)),
        ("c1937", Day(1937)),
        ("[1937?]", Day(1937)),
        ("05/13/2026", Day(2026)),
        ("Maybe 3, 2026", Day(2026)),
        ("2026-02-30", None),
        ("February 30, 2026", None),
        ("1937-1938, 2 vols.", None),
        ("no date", None),
        ("", None),
    ],
)
def test_a_date_of_an_edition_is_as_exact_as_it_is_beyond_doubt(text, day):
    assert read_day(text) == day


@pytest.mark.parametrize(
    ("entry", "day"),
    [
        (
            {"first_publish_year": 1937, "publish_date": ["2012", "1937", "October 1937", "October 3, 1937"]},
            Day(1937, 10, 3),
        ),
        ({"first_publish_year": 1937, "publish_date": ["October 1937", "1937", "2012-01-01"]}, Day(1937, 10)),
        ({"first_publish_year": 2026, "publish_date": ["June 30, 2026", "May 2026", "2026"]}, Day(2026, 5)),
        ({"first_publish_year": 2026, "publish_date": ["May 31, 2026", "May 2026"]}, Day(2026, 5, 31)),
        ({"first_publish_year": 1937, "publish_date": ["2012"]}, Day(1937)),
        ({"first_publish_year": 1937}, Day(1937)),
        ({"publish_date": ["2012", "May 2011"]}, Day(2011, 5)),
        ({"first_publish_year": 0}, None),
        ({}, None),
    ],
)
def test_a_book_was_published_with_its_first_edition(entry, day):
    body = json.dumps({"numFound": 1, "docs": [work(1, **entry)]}).encode()
    assert read_works(body).books[0].published == day


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["/works/OL1W", "OL1A", "2026"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*HOBBIT, *JRR, "docs", "numFound", "type"]), inner)
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_json_ends_in_values_or_a_named_trouble(value):
    body = json.dumps(value).encode()
    for read in (read_works, read_authors, read_author):
        with suppress(WatchError):
            assert read(body) is not None


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_none(text):
    day = read_day(text)
    assert day is None or day.first <= day.last


def test_an_observation_names_no_number_twice():
    seen: tuple[Observation, ...] = look(
        Library(works=[work(1, redirects=["OL3W"]), work(2, redirects=["OL3W"])])
    ).poll.observations
    assert [each.also for each in seen] == [("OL3W",), ()]

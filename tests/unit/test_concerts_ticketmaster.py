"""How the `concerts` kind searches the Ticketmaster Discovery API, against a server that pages like the real one.

The live service was not reachable: the answers have the shapes that its documentation shows.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.local_web import Asked, reply
from tests.polled import Story, polled
from watchers.api import (
    UNCHANGED,
    Day,
    Moment,
    Money,
    Page,
    Poll,
    SourceChanged,
    SourceGone,
    SourceRefused,
    SourceUnavailable,
    WatchError,
)
from watchers.concerts import MOST_PAGES, PAGE_SIZE, Concerts
from watchers.testing import CannedContext

KEY = "5ecretKeyOfMine00"
FIRST = datetime(2026, 9, 1, 23, 30, tzinfo=UTC)


def show(number: int, **more: Any) -> dict[str, Any]:
    at = FIRST + timedelta(hours=number)
    start = {"localDate": str(at.date()), "localTime": at.strftime("%H:%M:%S"), "dateTime": f"{at:%Y-%m-%dT%H:%M:%SZ}"}
    return {"type": "event", "id": f"Z{number:05}", "name": f"Night {number}", "dates": {"start": start}, **more}


class Tickets:
    """The search for events: sorted, paged, and cut off behind its thousandth event."""

    def __init__(self, *shows: dict[str, Any]) -> None:
        self.shows = list(shows)

    def __call__(self, asked: Asked) -> bytes:
        parts = urlsplit(asked.target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert parts.path == "/discovery/v2/events.json"
        if query.get("apikey") != KEY:
            return reply(b'{"fault": {"faultstring": "Invalid ApiKey"}}', 401)
        size, number = int(query["size"]), int(query["page"])
        assert size <= 200
        assert size * number < 1000
        since = query.get("startDateTime", "")
        found = [show for show in self.shows if show["dates"]["start"].get("dateTime", "z") >= since]
        found.sort(key=lambda show: show["dates"]["start"].get("dateTime", "z"))
        page = {"size": size, "number": number, "totalElements": len(found), "totalPages": -(-len(found) // size)}
        here = found[number * size : (number + 1) * size]
        answer = {"page": page, **({"_embedded": {"events": here}} if here else {})}
        return reply(json.dumps(answer).encode(), content_type="application/json;charset=utf-8")


def search(*answers: Any, key: str = KEY, **options: Any) -> Story:
    return polled(lambda url: Concerts(server=url, key=key, **({"city": "Boston"} | options)), answers)


def test_a_search_asks_for_what_the_options_name_and_nothing_else():
    result = search(Tickets(show(1)), country="us", venue="KovZpZA7AAEA", classification="music")
    (target,) = result.targets
    query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
    assert query == {
        "apikey": KEY,
        "size": "200",
        "page": "0",
        "sort": "date,asc",
        "locale": "*",
        "includeTBA": "yes",
        "includeTBD": "yes",
        "city": "Boston",
        "countryCode": "US",
        "venueId": "KovZpZA7AAEA",
        "classificationName": "music",
    }


def test_every_page_of_a_long_list_is_read():
    result = search(Tickets(*(show(number) for number in range(450))))
    assert len(result.poll.observations) == 450
    assert len(result.targets) == 3


def test_a_list_longer_than_the_service_gives_is_asked_for_in_parts():
    result = search(Tickets(*(show(number) for number in range(2300))))
    assert len(result.poll.observations) == 2300
    assert result.poll.notices == ()


def test_a_list_whose_end_cannot_be_reached_says_so():
    at_once = [show(number, dates={"start": show(0)["dates"]["start"]}) for number in range(1200)]
    result = search(Tickets(*at_once))
    assert len(result.poll.observations) == MOST_PAGES * PAGE_SIZE
    assert result.poll.notices == ("the search has more events than the service gives: 1000 are looked at; narrow it",)


def test_nothing_found_is_an_empty_list():
    assert search(Tickets()).poll.observations == ()


def test_a_single_page_is_asked_for_on_condition_that_it_changed_and_a_long_list_is_read_whole():
    short, long = Tickets(show(1)), Tickets(*(show(number) for number in range(300)))
    result = search(short, short, long, long)
    kinds = ["unchanged" if each is UNCHANGED else len(each.observations) for each in result.results]
    assert kinds == [1, "unchanged", 300, 300]


def test_the_key_is_never_told():
    result = search(Tickets(show(1, url="https://tickets.example/1")))
    assert KEY not in repr(result.poll)
    watch = Concerts(key=KEY, city="Boston")
    assert KEY not in watch.label + repr(watch)
    refused = search(Tickets(), key="wrong-key-of-mine").results[0]
    assert isinstance(refused, SourceRefused)
    assert "is the key: right" in refused.reason
    assert "wrong-key" not in refused.reason


@pytest.mark.parametrize(
    ("raw", "trouble", "wait"),
    [
        (reply(b"", 403), SourceRefused, None),
        (reply(b"", 404), SourceGone, None),
        (reply(b"", 410), SourceGone, None),
        (reply(b"", 429, retry_after="120"), SourceUnavailable, 120),
        (reply(b"", 500), SourceUnavailable, None),
        (reply(b""), SourceUnavailable, None),
        (reply(b"<html><title>Maintenance</title>"), SourceChanged, None),
        (reply(b'{"fault": {"faultstring": "Invalid ApiKey"}}'), SourceRefused, None),
        (
            reply(b'{"fault": {"faultstring": "Rate limit quota violation. Quota limit  exceeded."}}'),
            SourceUnavailable,
            None,
        ),
        (
            reply(b'{"errors": [{"code": "DIS1004", "detail": "Resource not found", "status": "404"}]}'),
            SourceGone,
            None,
        ),
        (reply(b'{"errors": [{"code": "DIS1035", "detail": "bad size", "status": "400"}]}'), SourceChanged, None),
        (reply(b'{"_embedded": {"events": [{"name": 3}]}}'), SourceChanged, None),
        (reply(b"", 302, location="/discovery/v2/events.json"), WatchError, None),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", SourceUnavailable, None),
    ],
)
def test_a_bad_answer_has_a_name(raw, trouble, wait):
    result = polled(lambda url: Concerts(server=url, key=KEY, city="Boston"), [raw], deadline=timedelta(seconds=1))
    (error,) = result.results
    assert isinstance(error, trouble)
    if wait:
        assert error.retry_after == timedelta(seconds=wait)


def test_a_page_that_fails_midway_is_no_shorter_list():
    shows = Tickets(*(show(number) for number in range(450)))
    result = search(lambda asked: reply(b"", 500) if "page=1" in asked.target else shows(asked))
    assert isinstance(result.results[0], SourceUnavailable)


# What an answer says


def facts(**more: Any) -> dict[str, Any]:
    body = json.dumps({"_embedded": {"events": [show(1, **more)]}, "page": {"totalElements": 1}}).encode()
    poll = Concerts(key=KEY, city="Boston").read(Page("https://app.ticketmaster.com/", body), CannedContext(b""))
    assert isinstance(poll, Poll)
    return dict(poll.observations[0].facts)


def start(**stated: Any) -> dict[str, Any]:
    return {"dates": {"start": stated, "timezone": "America/New_York"}}


def test_the_date_is_that_of_the_hall_and_the_time_is_exact():
    seen = facts(**start(localDate="2026-07-27", localTime="19:30:00", dateTime="2026-07-27T23:30:00Z"))
    assert seen["starts"] == Moment(datetime(2026, 7, 27, 23, 30, tzinfo=UTC))
    assert seen["date"] == Day(2026, 7, 27)
    later = facts(**start(dateTime="2026-07-28T01:30:00Z"))
    assert later["date"] == Day(2026, 7, 27)


def test_a_local_time_is_reckoned_in_the_zone_of_the_hall():
    assert facts(**start(localDate="2026-01-27", localTime="19:30:00"))["starts"] == Moment(
        datetime(2026, 1, 28, 0, 30, tzinfo=UTC)
    )


@pytest.mark.parametrize("open_", ["dateTBD", "dateTBA"])
def test_a_date_that_is_still_open_is_unknown_even_where_one_stands_there(open_):
    seen = facts(**start(localDate="2099-12-31", **{open_: True}))
    assert not {"starts", "date"} & seen.keys()


@pytest.mark.parametrize("open_", ["timeTBA", "noSpecificTime"])
def test_a_time_that_is_still_open_leaves_the_date(open_):
    seen = facts(
        **start(localDate="2026-07-27", localTime="00:00:00", dateTime="2026-07-27T04:00:00Z", **{open_: True})
    )
    assert seen["date"] == Day(2026, 7, 27)
    assert seen["starts"] == Moment(datetime(2026, 7, 27, tzinfo=UTC))


def test_the_beginning_of_the_sale_and_of_the_first_presale_are_told_apart():
    sales = {
        "public": {"startDateTime": "2026-06-05T14:00:00Z"},
        "presales": [{"startDateTime": "2026-06-04T14:00:00Z"}, {"startDateTime": "2026-06-03T14:00:00Z"}, {}],
    }
    seen = facts(sales=sales)
    assert seen["on_sale"] == Moment(datetime(2026, 6, 5, 14, tzinfo=UTC))
    assert seen["presale"] == Moment(datetime(2026, 6, 3, 14, tzinfo=UTC))
    assert "on_sale" not in facts(sales={"public": {"startDateTime": "2026-06-05T14:00:00Z", "startTBD": True}})
    assert "on_sale" not in facts(sales={"public": {"startDateTime": "2026-06-05T14:00:00Z", "startTBA": True}})


def test_the_year_1900_which_the_service_writes_for_no_date_at_all_is_no_beginning_of_a_sale():
    filled_in = {"startDateTime": "1900-01-01T18:00:00Z", "startTBD": False, "startTBA": False}
    seen = facts(sales={"public": filled_in, "presales": [filled_in, {"startDateTime": "2026-06-03T14:00:00Z"}]})
    assert "on_sale" not in seen
    assert seen["presale"] == Moment(datetime(2026, 6, 3, 14, tzinfo=UTC))


@pytest.mark.parametrize(
    ("ranges", "price"),
    [
        ([{"type": "standard", "currency": "USD", "min": 80, "max": 90}], "80.00 USD"),
        (
            [{"type": "standard including fees", "currency": "USD", "min": 70}, {"currency": "USD", "min": 85.5}],
            "85.50 USD",
        ),
        ([{"type": "standard", "currency": "USD", "min": 0.0}], None),
        ([{"currency": "USD", "min": 80}, {"currency": "CAD", "min": 60}], None),
        ([{"currency": "USD", "min": "many"}], None),
        ([{"currency": "USD", "min": True}, "x"], None),
    ],
)
def test_a_price_is_the_lowest_of_plain_tickets(ranges, price):
    found = facts(priceRanges=ranges).get("price")
    assert (str(found) if isinstance(found, Money) else None) == price

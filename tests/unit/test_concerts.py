"""What the `concerts` kind sees on pages, in calendars and in feeds, and which event it takes for which."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.contract.test_concerts import CALENDAR, calendar, feed
from tests.local_web import reply
from tests.polled import polled
from watchers.api import Day, Flag, Moment, Money, Observation, Page, Poll, SourceChanged, SourceRefused, Texts
from watchers.concerts import Concerts
from watchers.reading.events import Event, known_events
from watchers.reading.whenstated import When
from watchers.testing import CannedContext, check_poll, poll_once

HERE = "https://hall.example/events"


def event(**more: Any) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "MusicEvent",
        "name": "Tool",
        "startDate": "2026-09-01T20:00:00-04:00",
        "location": {"@type": "Place", "name": "Town Hall"},
        **more,
    }


def page(*events: Any, **around: Any) -> bytes:
    blocks = "".join(f'<script type="application/ld+json">{json.dumps(each)}</script>' for each in events)
    return f"<!doctype html><title>Programme</title><body>{around.get('body', '')}{blocks}</body>".encode()


def read(body: bytes, *, url: str = HERE, near: str = "", cursor: str | None = None, zone: str = "UTC") -> Poll:
    watch = Concerts(url=url, near=near)
    poll = watch.read(Page(url, body), CannedContext(b"", cursor=cursor, zone=ZoneInfo(zone)))
    check_poll(Concerts.kind, poll)
    return poll


def one(body: bytes, **more: Any) -> Observation:
    (seen,) = read(body, **more).observations
    return seen


def keys(body: bytes) -> list[str]:
    return [seen.key for seen in read(body).observations]


# What a page says


def test_a_microdata_event_is_read_like_any_other():
    seen = one(
        b"""<!doctype html><div itemscope itemtype="https://schema.org/MusicEvent">
        <a itemprop="url" href="/7"><span itemprop="name">Opeth</span></a>
        <time itemprop="startDate" datetime="2026-09-01T20:00+02:00">1 September</time>
        <div itemprop="location" itemscope itemtype="https://schema.org/Place"><b itemprop="name">Town Hall</b>
        <span itemprop="address" itemscope itemtype="https://schema.org/PostalAddress"><i itemprop="addressLocality">
        Oslo</i></span></div></div>"""
    )
    assert {name: str(seen.facts[name]) for name in ("title", "venue", "city", "url")} == {
        "title": "Opeth",
        "venue": "Town Hall",
        "city": "Oslo",
        "url": "https://hall.example/7",
    }
    assert seen.facts["starts"] == Moment(datetime(2026, 9, 1, 18, tzinfo=UTC))


def test_one_event_in_two_syntaxes_is_one():
    body = page(
        event(),
        body='<div itemscope itemtype="https://schema.org/MusicEvent"><meta itemprop="name" content="Tool">'
        '<meta itemprop="startDate" content="2026-09-01T20:00:00-04:00"></div>',
    )
    assert len(read(body).observations) == 1


def test_two_shows_of_an_evening_are_two():
    early, late = event(url="/early", startDate="2026-09-01T18:00"), event(url="/late", startDate="2026-09-01T21:00")
    assert len(set(keys(page(early, late)))) == 2


def test_the_events_of_a_band_are_played_by_it():
    band = {
        "@type": "MusicGroup",
        "name": "Opeth",
        "event": [event(name="On tour"), event(name="Home", startDate="2027")],
    }
    assert [seen.facts["performers"] for seen in read(page(band)).observations] == [Texts(("Opeth",))] * 2


def test_the_events_of_a_hall_take_place_there():
    hall = {"@type": "MusicVenue", "name": "Town Hall", "address": "Main street", "events": [event(location=None)]}
    seen = one(page(hall))
    assert str(seen.facts["venue"]) == "Town Hall"
    assert "performers" not in seen.facts


@pytest.mark.parametrize(
    ("status", "known", "is_cancelled"),
    [
        ("https://schema.org/EventScheduled", "scheduled", False),
        ("EventCancelled", "cancelled", True),
        ("http://schema.org/EventPostponed", "postponed", False),
        (["EventScheduled", "EventRescheduled"], "rescheduled", False),
        ({"@id": "https://schema.org/EventMovedOnline"}, "moved_online", False),
        ("perhaps", None, False),
        (None, None, False),
    ],
)
def test_a_status_is_what_the_page_says(status, known, is_cancelled):
    facts = one(page(event(eventStatus=status))).facts
    assert (str(facts["status"]) if "status" in facts else None) == known
    assert facts["cancelled"] == Flag(is_cancelled)


@pytest.mark.parametrize(
    ("offers", "price"),
    [
        ({"price": "60.00", "priceCurrency": "USD"}, Money(Decimal("60.00"), "USD")),
        ([{"price": 95, "priceCurrency": "EUR"}, {"price": 40, "priceCurrency": "EUR"}], Money(Decimal(40), "EUR")),
        (
            {"@type": "AggregateOffer", "lowPrice": "35", "highPrice": "90", "priceCurrency": "GBP"},
            Money(Decimal(35), "GBP"),
        ),
        ({"price": "$20 - $35", "priceCurrency": "USD"}, None),
        ({"price": "sold out", "priceCurrency": "USD"}, None),
        ([{"price": 40, "priceCurrency": "EUR"}, {"price": 40, "priceCurrency": "USD"}], None),
        (
            [
                {"price": 20, "priceCurrency": "EUR", "availability": "https://schema.org/SoldOut"},
                {"price": 30, "priceCurrency": "EUR", "availability": "https://schema.org/InStock"},
            ],
            Money(Decimal(30), "EUR"),
        ),
    ],
)
def test_a_price_is_the_lowest_that_can_still_be_had_and_never_a_guess(offers, price):
    assert one(page(event(offers=offers))).facts.get("price") == price


def test_sold_out_is_what_every_offer_says_that_says_anything():
    gone, left = {"availability": "https://schema.org/SoldOut"}, {"availability": "https://schema.org/InStock"}
    assert one(page(event(offers=[gone, gone, {"price": "3"}]))).facts["sold_out"] == Flag(True)
    assert one(page(event(offers=[gone, left]))).facts["sold_out"] == Flag(False)
    assert one(page(event())).facts["sold_out"] == Flag(False)


def test_a_time_without_a_zone_is_the_owners():
    seen = one(page(event(startDate="2026-09-01T20:00")), zone="America/New_York")
    assert seen.facts["starts"] == Moment(datetime(2026, 9, 2, 0, tzinfo=UTC))
    assert seen.facts["date"] == Day(2026, 9, 1)


def test_a_month_is_no_day_to_begin_on():
    seen = one(page(event(startDate="2026-09")))
    assert seen.facts["date"] == Day(2026, 9)
    assert seen.unknown["starts"] == "only 2026-09 is stated"


def test_the_distance_is_reckoned_from_what_the_page_states():
    place = {"@type": "Place", "geo": {"@type": "GeoCoordinates", "latitude": "51.5074", "longitude": "-0.1278"}}
    seen = one(page(event(location=place)), near="42.3601,-71.0589")
    assert 5238 < seen.facts["distance"].value < 5291
    assert one(page(event()), near="42,-71").unknown["distance"] == "the source states no coordinates"
    assert one(page(event(location=place))).unknown["distance"] == "the rule gives no near: to measure from"


def test_what_is_broadcast_is_no_event_to_go_to():
    with pytest.raises(SourceChanged):
        read(page(event(**{"@type": "BroadcastEvent"})))


# A page without events


@pytest.mark.parametrize("filled_in", ["0001-01-01T00:00:00", "1900-01-01", "1970-01-01T00:00:00+00:00"])
def test_a_date_that_a_program_fills_in_is_no_beginning_of_a_sale(filled_in):
    sales = [{"price": "20", "validFrom": filled_in}, {"price": "30", "validFrom": "2026-03-01T10:00:00Z"}]
    assert one(page(event(offers=sales))).facts["on_sale"] == Moment(datetime(2026, 3, 1, 10, tzinfo=UTC))
    assert "on_sale" not in one(page(event(offers=sales[:1]))).facts


def test_a_page_that_never_described_an_event_says_what_it_offers_instead():
    links = (
        '<link rel="alternate" type="application/rss+xml" href="/rss"><a href="webcal://hall.example/all.ics">all</a>'
    )
    with pytest.raises(SourceChanged, match=r"it offers https://hall\.example/all\.ics: give the rule that address"):
        read(page({"@type": "Organization", "name": "Hall"}, body=links))
    with pytest.raises(SourceChanged, match="give its calendar or feed instead"):
        read(page({"@type": "Organization", "name": "Hall"}))


def test_a_page_that_had_events_may_have_none_for_a_while_but_not_lose_its_form():
    assert read(page({"@type": "Organization", "name": "Hall"}), cursor="2026-05-31 UTC").observations == ()
    with pytest.raises(SourceChanged):
        read(page(), cursor="2026-05-31 UTC")


def test_a_bot_check_is_no_programme():
    with pytest.raises(SourceRefused, match="bot check"):
        read(b"<html><title>Just a moment...</title><script>window._cf_chl_opt={}</script><body>Wait</body></html>")


# Which event is which


def test_an_event_that_is_moved_or_called_off_is_the_same():
    first = event(url="/7", eventStatus="EventScheduled")
    later = event(url="/7", startDate="2026-10-02T20:00", eventStatus="EventRescheduled", name="Tool (new date)")
    assert keys(page(first)) == keys(page(later))


def test_an_event_without_an_address_is_known_by_who_where_and_when():
    before, after = event(), event(name="TOOL ", startDate="2026-09-01T21:00", description="Doors at eight")
    assert keys(page(before)) == keys(page(after))
    moved = one(page(event(startDate="2026-10-02", previousStartDate="2026-09-01T20:00")))
    assert keys(page(before))[0] in moved.also


def test_an_address_that_all_events_share_names_none_of_them():
    nights = [event(url="/tickets", startDate=f"2026-09-0{day}") for day in (1, 2, 3)]
    assert len(set(keys(page(*nights)))) == 3
    seen = {key for each in read(page(nights[0])).observations for key in (each.key, *each.also)}
    assert seen & set(keys(page(*nights))), "the first of them is known again beside the others"


@pytest.mark.parametrize("address", [HERE, "https://hall.example/", "#tickets"])
def test_the_address_of_the_page_or_of_a_whole_site_names_no_event(address):
    one_night, another = event(url=address), event(url=address, startDate="2026-09-08", name="Opeth")
    assert keys(page(one_night)) != keys(page(another))


EVENTS = st.lists(
    st.builds(
        Event,
        title=st.sampled_from(["Tool", "tool", "Opeth"]),
        id=st.sampled_from(["", "1", "2"]),
        when=st.sampled_from([None, When(Day(2026, 9, 1)), When(Day(2026, 9, 2))]),
        venue=st.sampled_from(["", "Town Hall"]),
        url=st.sampled_from(["", "https://hall.example/7", "https://hall.example/8?utm_source=x"]),
        about=st.sampled_from(["", "Doors at eight"]),
    ),
    max_size=8,
)


@given(EVENTS, st.randoms())
def test_no_two_events_share_a_key_and_the_order_does_not_matter(events, random):
    known = known_events(events, HERE)
    taken = [key for each in known for key in (each.key, *each.also)]
    assert len(taken) == len(set(taken))
    assert {each.event for each in known} <= set(events)
    assert len(known) <= len(events)
    other = list(events)
    random.shuffle(other)
    assert {each.key for each in known_events(other, HERE)} == {each.key for each in known}


# Calendars, feeds, files


def test_a_calendar_gives_each_time_that_an_event_takes_place():
    poll = read(calendar(CALENDAR), near="42.36,-71.06")
    assert [str(seen.facts["title"]) for seen in poll.observations] == ["Jazz night"] * 3 + ["Tool, live"]
    off = poll.observations[-1]
    assert (off.facts["cancelled"], str(off.facts["distance"])) == (Flag(True), "1.1")
    assert "performers" in off.unknown


def test_a_calendar_is_read_again_on_another_day_though_it_is_the_same():
    result = polled(lambda url: Concerts(url=f"{url}/all.ics"), [reply(calendar(CALENDAR), etag='"1"')] * 6)
    # At six in the evening, at midnight, and so on.
    assert [isinstance(each, Poll) for each in result.results] == [True, True, False, False, False, True]


def vevents(*events: str) -> bytes:
    return calendar([f"BEGIN:VEVENT\r\n{each}\r\nEND:VEVENT\r\n" for each in events])


def test_a_date_of_a_weekly_event_that_the_horizon_reaches_is_no_news():
    weekly = "UID:quiz\r\nDTSTART:20260602T190000Z\r\nRRULE:FREQ=WEEKLY\r\nSUMMARY:Quiz"
    body = vevents(weekly, "UID:new\r\nDTSTART:20260701T190000Z\r\nSUMMARY:New")
    poll = read(body, cursor="2026-05-24 UTC")
    assert [str(seen.facts["date"]) for seen in poll.observations if not seen.is_news] == ["2028-05-30"]
    assert all(seen.is_news for seen in read(body).observations)


def test_an_event_of_a_calendar_that_states_no_end_has_none():
    open_end = "UID:1\r\nDTSTART:20260701T190000Z\r\nSUMMARY:A"
    assert "ends" not in one(vevents(open_end)).facts
    ends = one(vevents(f"{open_end}\r\nDTEND:20260701T220000Z")).facts["ends"]
    assert ends == Moment(datetime(2026, 7, 1, 22, tzinfo=UTC))


def test_a_feed_tells_what_is_announced_and_that_it_says_no_more():
    items = "<item><title>Tool in May</title><link>https://hall.example/a</link></item>"
    seen = one(feed([items]))
    assert str(seen.facts["text"]) == "Tool in May"
    assert seen.unknown["starts"] == "a feed names it in its text alone"


def test_a_folder_of_calendars_and_pages_is_read_together(tmp_path: Path):
    (tmp_path / "one.ics").write_bytes(calendar(CALENDAR[:1]))
    (tmp_path / "two.html").write_bytes(page(event(name="Opeth")))
    (tmp_path / "three.html").write_bytes(b"nothing")
    poll = poll_once(Concerts(file=str(tmp_path)), CannedContext(b""))
    assert isinstance(poll, Poll)
    assert sorted(str(seen.facts["title"]) for seen in poll.observations) == ["Opeth", "Tool, live"]
    assert "three.html is left out" in poll.notices[0]


# Options


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "write url: with an address, file: with a path, or key:"),
        ({"url": HERE, "key": "k"}, "write url: with an address, file: with a path, or key:"),
        ({"url": HERE, "city": "Boston"}, "city: is for a search with key:"),
        ({"key": "k"}, "say what to search for"),
        ({"key": "k", "classification": "music"}, "say what to search for"),
        ({"url": HERE, "near": "Boston"}, "a place is its latitude and longitude"),
        ({"key": "k", "country": "USA"}, "a country is its code of two letters"),
        ({"key": "k", "venue": "Town Hall!"}, "write the id that Ticketmaster has for it"),
        ({"key": "k", "city": "Boston", "server": "tickets"}, "a server looks like"),
    ],
)
def test_options_that_do_not_fit_say_what_would(options, said):
    with pytest.raises(ValidationError, match=said):
        Concerts(**options)


def test_the_owners_place_stays_here():
    assert Concerts.kept_here == {"near"}
    result = polled(lambda url: Concerts(url=f"{url}/e", near="42.36,-71.06"), [reply(page(event()))])
    assert "42.36" not in str([(asked.target, asked.headers, asked.body) for asked in result.log])
    assert replace(result.poll, cursor=None).observations


@pytest.mark.parametrize(
    "spot", ["GEO:42.36;-71.06", 'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE="Town: Hall":geo:42.36,-71.06']
)
def test_a_calendar_states_where_its_events_are_in_either_way(spot):
    written = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20260901T200000Z\nSUMMARY:Tool\n{spot}\nEND:VEVENT\n"
    assert "distance" in one(f"{written}END:VCALENDAR\n".encode(), near="42.37,-71.06").facts

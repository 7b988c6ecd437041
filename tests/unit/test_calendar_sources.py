"""Where the kind `calendar` reads: addresses, files and folders, and whatever may come from there."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from agent.context import Errand, PollContext
from rules.rule import WatchSpec
from tests.local_web import Asked, Door, LocalWeb, door, reply
from tests.unit.test_calendar import JUNE, ics, read
from watchers.api import (
    UNCHANGED,
    Number,
    Page,
    Poll,
    SourceChanged,
    SourceGone,
    SourceRefused,
    SourceUnavailable,
    Unchanged,
)
from watchers.calendar import Calendar, days_ahead
from watchers.testing import CannedContext, check_poll


def test_the_same_calendar_is_read_anew_on_the_next_day_and_only_then():
    body = ics("UID:1\nDTSTART:20260605T100000Z")
    watcher = Calendar(url="webcal://home.example/c.ics")
    asked = []

    def answer(request):
        asked.append(request.whole)
        return Page(request.url, body) if request.whole else Page(request.url, b"", unchanged=True)

    first = CannedContext(answer, now=JUNE)
    poll = asyncio.run(watcher.poll(first))
    same_day = CannedContext(answer, now=JUNE, cursor=poll.cursor)
    assert asyncio.run(watcher.poll(same_day)) is UNCHANGED
    tomorrow = CannedContext(answer, now=datetime(2026, 6, 2, 0, 0, tzinfo=UTC), cursor=poll.cursor)
    again = asyncio.run(watcher.poll(tomorrow))
    assert asked == [True, False, True]
    assert (poll.observations[0].facts["days_until"], again.observations[0].facts["days_until"]) == (
        Number(4),
        Number(3),
    )
    assert first.asked[0].url == "https://home.example/c.ics"


def test_a_calendar_that_breaks_off_is_a_trouble_and_no_shorter_calendar():
    body = ics("UID:1\nDTSTART:20260605T100000Z", "UID:2\nDTSTART:20260606T100000Z")
    with pytest.raises(SourceChanged, match="breaks off"):
        read(body[: body.index(b"UID:2")])


@pytest.mark.parametrize(
    ("body", "trouble", "said"),
    [
        (b"", SourceUnavailable, "empty"),
        (b"<!doctype html><title>Sign in</title>", SourceRefused, "“Sign in”"),
        (b"<html><head><title>503 Service Unavailable</title>", SourceUnavailable, "503"),
        (b'{"events": []}', SourceChanged, "not an iCalendar file"),
    ],
)
def test_what_is_no_calendar_is_named_by_what_to_do(body, trouble, said):
    with pytest.raises(trouble, match=said):
        read(body)


def test_an_empty_calendar_holds_nothing_and_is_no_trouble():
    assert read(ics()).observations == ()


def test_a_calendar_on_this_machine_is_read(tmp_path):
    path = tmp_path / "home.ics"
    path.write_bytes(ics("UID:1\nDTSTART:20260605T100000Z"))
    watcher = Calendar(file=str(path))
    poll = asyncio.run(watcher.poll(CannedContext(b"", now=JUNE)))
    assert len(poll.observations) == 1
    assert asyncio.run(watcher.poll(CannedContext(b"", now=JUNE, cursor=poll.cursor))) is UNCHANGED
    path.write_bytes(ics("UID:1\nDTSTART:20260605T100000Z", "UID:2\nDTSTART:20260606T100000Z"))
    assert len(asyncio.run(watcher.poll(CannedContext(b"", now=JUNE, cursor=poll.cursor))).observations) == 2


def test_a_folder_of_calendars_is_read_and_one_spoilt_file_hides_no_other(tmp_path):
    (tmp_path / "a.ics").write_bytes(ics("UID:1\nDTSTART:20260605T100000Z"))
    (tmp_path / "b.ics").write_bytes(b"nothing")
    (tmp_path / "notes.txt").write_bytes(b"not asked for")
    poll = asyncio.run(Calendar(file=str(tmp_path)).poll(CannedContext(b"", now=JUNE)))
    assert len(poll.observations) == 1
    assert poll.notices == ("b.ics is left out: the answer is not an iCalendar file",)


def test_a_path_that_leads_nowhere_or_to_a_pipe_has_a_name(tmp_path):
    os.mkfifo(tmp_path / "pipe.ics")
    context = CannedContext(b"", now=JUNE)
    with pytest.raises(SourceGone):
        asyncio.run(Calendar(file=str(tmp_path / "gone.ics")).poll(context))
    with pytest.raises(SourceRefused, match="is no file"):
        asyncio.run(Calendar(file=str(tmp_path / "pipe.ics")).poll(context))
    with pytest.raises(SourceGone):
        asyncio.run(Calendar(file="/nowhere/at/all").poll(context))
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceChanged, match="holds no file"):
        asyncio.run(Calendar(file=str(tmp_path / "empty")).poll(context))


@pytest.mark.parametrize(
    "options",
    [
        {}, {"url": "https://a.example", "file": "/b.ics"}, {"file": "b.ics"}, {"url": "ftp://a.example/b.ics"},
        {"url": "https://a.example", "within": "soon"}, {"url": "https://a.example", "within": "99 years"},
        {"url": "https://a.example", "within": "0 days"},
    ],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(options):
    with pytest.raises(ValidationError):
        Calendar(**options)


def test_a_horizon_is_read_in_words():
    assert [days_ahead(text) for text in ("1 year", "8 weeks", "6 Months", "30days")] == [366, 56, 186, 30]


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, 300))
def test_any_bytes_end_in_a_poll_or_a_trouble(noise, place):
    body = bytearray(
        ics(
            "UID:1\nDTSTART;TZID=Zone:20260605T100000\nRRULE:FREQ=MONTHLY;BYDAY=1MO\nEXDATE:20260706T100000",
            "UID:1\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260803T100000\nDTSTART:20260804T100000\nDURATION:P1D",
        )
    )
    body[place : place + len(noise) // 4] = noise
    watcher = Calendar(url="https://home.example/c.ics")
    try:
        poll = watcher.read(Page("", bytes(body)), CannedContext(b"", now=JUNE))
    except (SourceChanged, SourceRefused, SourceUnavailable):
        return
    check_poll(watcher.kind, poll)


stamps = st.sampled_from(["00020101", "97991231T235959Z", "20260605", "20260605T100000", "20260605T100000Z", "x", ""])
names = st.sampled_from(["DTSTART", "DTEND", "RDATE", "EXDATE", "RECURRENCE-ID;RANGE=THISANDFUTURE", "RECURRENCE-ID"])
lines = st.tuples(names, stamps).map(":".join) | st.sampled_from(
    ["RRULE:FREQ=DAILY;UNTIL=97991231", "RRULE:FREQ=YEARLY;INTERVAL=9", "DURATION:P36600D", "DURATION:-P2D",
     "RRULE:FREQ=WEEKLY;COUNT=3;UNTIL=00020101", "EXRULE:FREQ=DAILY;INTERVAL=2", "DTSTART;TZID=Odd:20260605T100000"]
)  # fmt: skip
ODD = (
    "BEGIN:VTIMEZONE\nTZID:Odd\nBEGIN:STANDARD\nDTSTART:{}\nTZOFFSETFROM:+0100\nTZOFFSETTO:{}\nRRULE:{}\n"
    "END:STANDARD\nEND:VTIMEZONE"
)


@settings(deadline=None)
@given(
    st.lists(st.lists(lines, max_size=6), max_size=3),
    st.sampled_from(["00020101T000000", "20260101T000000", "97990101T000000"]),
    st.sampled_from(["+0200", "-2359", "+9999", ""]),
    st.sampled_from(["FREQ=YEARLY", "FREQ=YEARLY;UNTIL=00020201T000000Z", "FREQ=HOURLY", ""]),
)
def test_times_at_the_ends_of_the_calendar_break_nothing(events, onset, offset, rule):
    body = ics(*("UID:1\n" + "\n".join(event) for event in events), head=ODD.format(onset, offset, rule))
    read(body, within="1 month")


# Through the real door, from a real server.


def spec(url: str) -> WatchSpec:
    return WatchSpec("watch", Calendar.kind, url, Calendar(url=url), private=True)


def test_a_calendar_on_a_server_is_read_once_a_day_and_when_it_changes():
    body = ics("UID:1\nDTSTART;VALUE=DATE:20260605\nSUMMARY:Fair")

    def answer(asked: Asked) -> bytes:
        is_known = asked.headers.get("if-none-match") == '"1"'
        return reply(b"", 304, etag='"1"') if is_known else reply(body, etag='"1"', content_type="text/calendar")

    async def poll(at: Door, errand: Errand, now: datetime, watch: WatchSpec) -> tuple[Poll | Unchanged, Errand]:
        at.clock.at = now
        context = PollContext(at.fetcher, watch, errand, now, ZoneInfo("Europe/Paris"))
        result = await watch.watcher.poll(context)
        cursor = result.cursor if isinstance(result, Poll) else errand.cursor
        return result, Errand(cursor, {**errand.digests, **context.digests})

    async def story() -> tuple[list[Poll | Unchanged], list[str | None]]:
        async with LocalWeb(answer) as web, door() as at:
            watch, errand, seen = spec(web.url("/c.ics")), Errand(), []
            # Midnight in Paris is at 22:00 UTC.
            for hours in (0, 1, 10):
                result, errand = await poll(at, errand, JUNE + timedelta(hours=hours), watch)
                seen.append(result)
            return seen, [asked.headers.get("if-none-match") for asked in web.log]

    (first, second, third), asked = asyncio.run(story())
    assert second is UNCHANGED
    assert [poll.observations[0].facts["days_until"] for poll in (first, third)] == [Number(4), Number(3)]
    assert asked[:2] == [None, '"1"']


@pytest.mark.parametrize(
    ("status", "trouble"),
    [(401, SourceRefused), (403, SourceRefused), (404, SourceGone), (410, SourceGone), (429, SourceUnavailable),
     (500, SourceUnavailable), (503, SourceUnavailable)],
)  # fmt: skip
def test_what_a_server_refuses_keeps_its_name(status, trouble):
    async def story() -> None:
        async with LocalWeb(reply(b"no", status)) as web, door() as at:
            watch = spec(web.url("/c.ics"))
            await watch.watcher.poll(PollContext(at.fetcher, watch, Errand(), JUNE, ZoneInfo("UTC")))

    with pytest.raises(trouble):
        asyncio.run(story())

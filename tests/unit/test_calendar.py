"""The kind `calendar`: what is coming, in the owner's zone, through all that a calendar may say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.records import observation_record, read_observation
from rules.load import load
from rules.replay import Replay
from tests.rule_files import CHANNEL, Files
from watchers.api import (
    Day,
    Moment,
    Number,
    Page,
    Poll,
)  # fmt: skip
from watchers.calendar import Calendar
from watchers.testing import CannedContext, check_poll, poll_once

PARIS = ZoneInfo("Europe/Paris")
JUNE = datetime(2026, 6, 1, 12, tzinfo=UTC)


def ics(*events: str, head: str = "") -> bytes:
    written = "\n".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT" for event in events)
    return f"BEGIN:VCALENDAR\n{head}\n{written}\nEND:VCALENDAR\n".replace("\n", "\r\n").encode()


def read(body: bytes, now: datetime = JUNE, zone: ZoneInfo = PARIS, within: str = "1 year") -> Poll:
    watcher = Calendar(url="https://home.example/c.ics", within=within)
    poll = watcher.read(Page("https://home.example/c.ics", body), CannedContext(b"", now=now, zone=zone))
    check_poll(watcher.kind, poll)
    return poll


def starts(poll: Poll) -> list[str]:
    return [f"{seen.facts['starts'].at:%Y-%m-%d %H:%M}" for seen in poll.observations]


def titles(poll: Poll) -> list[str]:
    return [str(seen.facts.get("title")) for seen in poll.observations]


# When.


def test_a_time_in_a_zone_is_that_instant():
    poll = read(ics("UID:1\nDTSTART;TZID=America/New_York:20260615T200000\nDURATION:PT5H\nSUMMARY:Call"))
    (seen,) = poll.observations
    assert seen.facts["starts"] == Moment(datetime(2026, 6, 16, tzinfo=UTC))
    assert seen.facts["ends"] == Moment(datetime(2026, 6, 16, 5, tzinfo=UTC))
    # In Paris it begins on the next day.
    assert seen.facts["date"] == Day(2026, 6, 16)
    assert seen.facts["days_until"] == Number(15)


def test_a_floating_time_is_meant_where_its_owner_is():
    body = ics("UID:1\nDTSTART:20260615T090000")
    assert starts(read(body, zone=PARIS)) == ["2026-06-15 07:00"]
    assert starts(read(body, zone=ZoneInfo("Asia/Tokyo"))) == ["2026-06-15 00:00"]


def test_a_floating_time_of_a_calendar_with_a_zone_is_meant_there():
    body = ics("UID:1\nDTSTART:20260615T090000", head="X-WR-TIMEZONE:Asia/Tokyo")
    assert starts(read(body)) == ["2026-06-15 00:00"]


@pytest.mark.parametrize("zone", ["Pacific/Tongatapu", "Pacific/Pago_Pago", "UTC", "America/New_York"])
def test_an_all_day_date_is_that_date_in_any_zone(zone):
    body = ics("UID:1\nDTSTART;VALUE=DATE:20260615")
    (seen,) = read(body, zone=ZoneInfo(zone)).observations
    assert seen.facts["date"] == Day(2026, 6, 15)
    begins, ends = seen.facts["starts"].at, seen.facts["ends"].at
    assert (begins.astimezone(ZoneInfo(zone)).isoformat()[:16], ends.astimezone(ZoneInfo(zone)).isoformat()[:16]) == (
        "2026-06-15T00:00",
        "2026-06-16T00:00",
    )


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("Pacific/Tongatapu", "2026-06-14T10:59:59", "2026-06-14T11:00:00"),  # UTC+13
        ("Pacific/Pago_Pago", "2026-06-15T10:59:59", "2026-06-15T11:00:00"),  # UTC-11
        ("America/Santiago", "2026-09-06T03:59:59", "2026-09-06T04:00:00"),  # no midnight on this day
    ],
)
def test_days_until_changes_at_local_midnight(zone, before, after):
    day = before[8:10] if zone != "Pacific/Tongatapu" else "15"
    body = ics(f"UID:1\nDTSTART;VALUE=DATE:2026{before[5:7]}{day}")
    counted = [
        read(body, now=datetime.fromisoformat(f"{at}+00:00"), zone=ZoneInfo(zone)).observations[0].facts["days_until"]
        for at in (before, after)
    ]
    assert counted == [Number(1), Number(0)]


def test_an_event_goes_on_until_it_is_over():
    trip = "UID:1\nDTSTART;VALUE=DATE:20260530\nDTEND;VALUE=DATE:20260603"
    (seen,) = read(ics(trip)).observations
    assert seen.facts["days_until"] == Number(-2)
    assert not read(ics(trip), now=datetime(2026, 6, 3, 12, tzinfo=UTC)).observations


def test_what_was_earlier_today_is_still_shown():
    assert len(read(ics("UID:1\nDTSTART:20260601T060000Z\nDTEND:20260601T070000Z")).observations) == 1


def test_the_horizon_is_the_owners():
    body = ics("UID:1\nDTSTART:20260620T060000Z", "UID:2\nDTSTART:20260901T060000Z")
    assert len(read(body, within="30 days").observations) == 1
    assert len(read(body, within="6 months").observations) == 2


def test_the_clock_of_its_own_zone_moves_a_weekly_event_when_summer_time_ends():
    body = ics("UID:1\nDTSTART;TZID=Europe/Paris:20261018T090000\nRRULE:FREQ=WEEKLY;COUNT=2")
    assert starts(read(body)) == ["2026-10-18 07:00", "2026-10-25 08:00"]


def test_a_time_that_is_skipped_is_read_as_before_the_gap_and_a_double_one_as_the_first():
    # RFC 5545 section 3.3.5.
    body = ics(
        "UID:1\nDTSTART;TZID=America/New_York:20270314T023000", "UID:2\nDTSTART;TZID=America/New_York:20261101T013000"
    )
    assert starts(read(body)) == ["2026-11-01 05:30", "2027-03-14 07:30"]


# Coming again.


def test_exceptions_are_left_out_however_they_are_written():
    event = "UID:1\nDTSTART;TZID=Europe/Paris:20260601T200000\nRRULE:FREQ=WEEKLY;COUNT=6\n"
    event += "EXDATE;TZID=Europe/Paris:20260608T200000\nEXDATE:20260615T180000Z\nEXDATE;VALUE=DATE:20260622\n"
    event += "EXDATE:20260629T200000"
    assert starts(read(ics(event))) == ["2026-06-01 18:00", "2026-07-06 18:00"]


def test_added_times_may_have_lengths_of_their_own():
    event = "UID:1\nDTSTART:20260601T180000Z\nDTEND:20260601T190000Z\n"
    event += "RDATE:20260603T180000Z\nRDATE;VALUE=PERIOD:20260605T180000Z/PT3H"
    poll = read(ics(event))
    assert starts(poll) == ["2026-06-01 18:00", "2026-06-03 18:00", "2026-06-05 18:00"]
    assert [f"{seen.facts['ends'].at:%H:%M}" for seen in poll.observations] == ["19:00", "19:00", "21:00"]


def test_a_moved_occurrence_is_the_same_thing():
    weekly = "UID:1\nDTSTART;TZID=Europe/Paris:20260601T200000\nRRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:Choir"
    moved = "UID:1\nRECURRENCE-ID;TZID=Europe/Paris:20260608T200000\nDTSTART:20260610T150000Z\nSUMMARY:Choir, moved"
    before, after = read(ics(weekly)), read(ics(weekly, moved))
    assert {seen.key for seen in before.observations} == {seen.key for seen in after.observations}
    assert starts(after) == ["2026-06-01 18:00", "2026-06-10 15:00", "2026-06-15 18:00"]
    assert titles(after) == ["Choir", "Choir, moved", "Choir"]


def test_an_occurrence_that_is_moved_into_the_horizon_is_seen():
    yearly = "UID:1\nDTSTART;VALUE=DATE:20251201\nRRULE:FREQ=YEARLY;COUNT=2"
    moved = "UID:1\nRECURRENCE-ID;VALUE=DATE:20261201\nDTSTART;VALUE=DATE:20260605"
    assert starts(read(ics(yearly, moved), within="1 month", zone=ZoneInfo("UTC"))) == ["2026-06-05 00:00"]


def test_all_later_occurrences_may_move_together():
    weekly = "UID:1\nDTSTART:20260601T100000Z\nRRULE:FREQ=WEEKLY;COUNT=4\nSUMMARY:Early"
    later = "UID:1\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260615T100000Z\nDTSTART:20260616T160000Z\nSUMMARY:Late"
    poll = read(ics(weekly, later))
    assert starts(poll) == ["2026-06-01 10:00", "2026-06-08 10:00", "2026-06-16 16:00", "2026-06-23 16:00"]
    assert titles(poll) == ["Early", "Early", "Late", "Late"]


def test_one_cancelled_occurrence_is_marked_and_the_others_are_not():
    weekly = "UID:1\nDTSTART:20260601T100000Z\nRRULE:FREQ=WEEKLY;COUNT=3"
    off = "UID:1\nRECURRENCE-ID:20260608T100000Z\nDTSTART:20260608T100000Z\nSTATUS:CANCELLED"
    cancelled = [seen.facts["cancelled"].value for seen in read(ics(weekly, off)).observations]
    assert cancelled == [False, True, False]


def test_an_event_that_is_moved_keeps_its_key_and_one_that_comes_again_is_known_by_it():
    single = read(ics("UID:1\nDTSTART:20260605T100000Z")).observations[0]
    moved = read(ics("UID:1\nDTSTART:20260607T100000Z")).observations[0]
    weekly = read(ics("UID:1\nDTSTART:20260605T100000Z\nRRULE:FREQ=WEEKLY;COUNT=2")).observations
    assert single.key == moved.key
    assert single.key in weekly[0].also


def test_the_first_occurrence_is_there_although_its_rule_does_not_fall_on_it():
    event = "UID:1\nDTSTART:20260601T100000Z\nRRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3"
    assert starts(read(ics(event))) == ["2026-06-01 10:00", "2026-06-02 10:00", "2026-06-09 10:00"]


@pytest.mark.parametrize(
    ("start", "until", "count"),
    [
        ("DTSTART;TZID=Europe/Paris:20260601T200000", "20260608T180000Z", 2),
        ("DTSTART;TZID=Europe/Paris:20260601T200000", "20260608T175959Z", 1),
        ("DTSTART;TZID=Europe/Paris:20260601T200000", "20260608", 2),
        ("DTSTART;VALUE=DATE:20260601", "20260608T000000Z", 2),
        ("DTSTART:20260601T200000", "20260608T200000", 2),
    ],
)
def test_the_last_time_is_meant_as_it_is_written(start, until, count):
    assert len(read(ics(f"UID:1\n{start}\nRRULE:FREQ=WEEKLY;UNTIL={until}")).observations) == count


def test_exceptions_may_be_listed_as_the_first_calendars_did():
    series = "UID:1\nDTSTART:20260602T100000Z\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE:20260603T100000Z;20260604T100000Z"
    assert starts(read(ics(series))) == ["2026-06-02 10:00", "2026-06-05 10:00"]


def test_a_day_may_end_at_its_twenty_fourth_hour():
    poll = read(ics("UID:1\nDTSTART:20260602T200000Z\nDTEND:20260602T240000Z"))
    assert poll.observations[0].facts["ends"] == Moment(datetime(2026, 6, 3, tzinfo=UTC))


WEEKLY_DAYS = "UID:1\nDTSTART;VALUE=DATE:20260602\nSUMMARY:Market"


@pytest.mark.parametrize(
    ("zone", "until", "last"),
    [
        ("Europe/Paris", "20260615T220000Z", "06-16"),  # its midnight in Paris
        ("Europe/Paris", "20260615T215959Z", "06-09"),  # the end of the day before
        ("America/New_York", "20260617T035959Z", "06-16"),  # the end of that day in New York
        ("America/New_York", "20260616T035959Z", "06-09"),
        ("Europe/Paris", "20260616T000000Z", "06-16"),  # the date alone, with a Z
        ("Asia/Tokyo", "20260615T235959Z", "06-09"),
        ("America/New_York", "20260616T000000Z", "06-16"),
        ("Asia/Tokyo", "20260616", "06-16"),
    ],
)
def test_the_last_date_may_be_written_as_an_instant(zone, until, last):
    poll = read(ics(f"{WEEKLY_DAYS}\nRRULE:FREQ=WEEKLY;UNTIL={until}"), zone=ZoneInfo(zone))
    day = poll.observations[-1].facts["date"]
    assert f"{day.month:02}-{day.day:02}" == last


def test_a_date_of_a_series_may_be_named_by_its_midnight_in_utc():
    moved = "UID:1\nRECURRENCE-ID:20260608T220000Z\nDTSTART;VALUE=DATE:20260610\nSUMMARY:Moved"
    poll = read(ics(f"{WEEKLY_DAYS}\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE:20260615T220000Z", moved))
    seen = [(str(one.facts["date"]), str(one.facts["title"])) for one in poll.observations]
    assert seen == [("2026-06-02", "Market"), ("2026-06-10", "Moved"), ("2026-06-23", "Market")]


def test_the_newest_version_of_an_event_is_the_one():
    old = "UID:1\nDTSTART:20260605T100000Z\nSEQUENCE:1\nSUMMARY:Old"
    new = "UID:1\nDTSTART:20260606T100000Z\nSEQUENCE:2\nSUMMARY:New"
    assert titles(read(ics(new, old))) == titles(read(ics(old, new))) == ["New"]


def test_two_events_with_one_identifier_by_mistake_are_both_there():
    body = ics("UID:1\nDTSTART:20260605T100000Z\nSUMMARY:One", "UID:1\nDTSTART:20260606T100000Z\nSUMMARY:Two")
    assert titles(read(body)) == ["One", "Two"]


def test_a_rule_that_comes_true_every_minute_is_cut_and_said():
    poll = read(ics("UID:1\nDTSTART:20260601T000000Z\nRRULE:FREQ=MINUTELY"))
    assert 0 < len(poll.observations) <= 1_000
    assert "very often" in poll.notices[0]


def test_a_rule_that_cannot_be_read_leaves_the_first_time_and_is_said():
    poll = read(ics("UID:1\nDTSTART:20260605T100000Z\nRRULE:FREQ=SOMETIMES\nSUMMARY:Odd"))
    assert starts(poll) == ["2026-06-05 10:00"]
    assert poll.notices == ("“Odd”: a rule by which it comes again cannot be read: it names no frequency",)


# What.


def test_texts_are_read_as_a_person_reads_them():
    event = "UID:1\nDTSTART:20260605T100000Z\nSUMMARY:Lunch\\, at\\nnoon\nDESCRIPTION:<b>Bring</b> 5 &amp; more\n"
    event += 'ORGANIZER;CN="Doe, Jane":mailto:jane@home.example\nCATEGORIES:food,noon\\, early\nTRANSP:TRANSPARENT'
    (seen,) = read(ics(event)).observations
    facts = {name: str(fact) for name, fact in seen.facts.items()}
    assert facts["title"] == "Lunch, at noon"
    assert facts["description"] == "Bring 5 & more"
    assert facts["organizer"] == "Doe, Jane"
    assert seen.facts["categories"].values == ("food", "noon, early")
    assert facts["busy"] == "no"


def test_a_line_that_is_folded_inside_a_character_is_whole_again():
    body = ics("UID:1\nDTSTART:20260605T100000Z\nSUMMARY:Zürich")
    folded = body.replace("Zürich".encode(), b"Z\xc3\r\n \xbcri\r\n\tch")
    assert titles(read(folded)) == ["Zürich"]


def test_lines_that_end_twice_are_whole():
    # As an old calendar program wrote them.
    body = ics("UID:1\nDTSTART\n :20260605T100000Z\nSUMMARY\n :Fair").replace(b"\r\n", b"\r\r\n")
    assert titles(read(body)) == ["Fair"]


def test_one_spoilt_line_hurts_no_other():
    event = "UID:1\nDTSTART:20260605T100000Z\nX\nSUMMARY:Fine\nDTEND:never"
    poll = read(ics(event))
    assert titles(poll) == ["Fine"]
    assert poll.notices == ("“Fine”: “never” is no DTEND",)


def told(days: int, *events: str, when: str = "") -> list[str]:
    """Return the titles and dates that a rule tells of a calendar which is read on so many days."""
    sentence = f", when: {when}" if when else ""
    text = CHANNEL + f"rules: [{{name: Mine, watch: calendar, url: 'https://home.example/c.ics', every: 1d{sentence}}}]"
    rule = load("rules.yaml", Files({"rules.yaml": text}), {"calendar": Calendar}).rules[0]
    replay = Replay(rule, PARIS)
    (spec,) = rule.watches
    found, cursor = [], None
    for day in range(days):
        now = JUNE + timedelta(days=day)
        shown = [event for event in events if day or "LATER" not in event]
        context = CannedContext(ics(*shown), now=now, zone=PARIS, cursor=cursor)
        poll = poll_once(spec.watcher, context)
        cursor = poll.cursor
        # As the store keeps it.
        kept = [read_observation(one.key, observation_record(one)) for one in poll.observations]
        verdict = replay.poll(spec.id, kept, now)
        found += [f"{firing.title} {firing.facts['date']}" for firing in verdict.firings]
    return found


WEEKLY = "UID:1\nDTSTART:20260602T090000Z\nRRULE:FREQ=WEEKLY\nSUMMARY:Choir"


def test_a_date_of_a_series_that_the_horizon_reaches_is_no_news():
    assert told(30, WEEKLY) == []


def test_a_date_of_a_series_is_told_when_its_time_has_come():
    assert told(9, WEEKLY, when="days_until <= 1")[-1] == "Choir 2026-06-09"


def test_a_new_series_and_a_far_event_that_comes_into_sight_are_news():
    new = "UID:2\nDTSTART:20260610T090000Z\nRRULE:FREQ=MONTHLY;COUNT=2\nSUMMARY:LATER"
    far = "UID:3\nDTSTART:20270605T090000Z\nSUMMARY:Far"
    assert told(10, WEEKLY, new, far) == ["LATER 2026-06-10", "LATER 2026-07-10", "Far 2027-06-05"]

"""The kind `dates`: who celebrates when, how far off that is, and when the owner is told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rules.load import load
from rules.replay import Replay
from tests.rule_files import CHANNEL, Files
from watchers.api import UNCHANGED, Day, Number, Observation, Page, Poll, Text
from watchers.dates import Dates
from watchers.testing import CannedContext, check_poll
from watchers.yearly import YearlyDay

NOON = datetime(2027, 2, 1, 12, tzinfo=UTC)
SAM = {"name": "Sam", "birthday": "1988-02-29"}


def look(watcher: Dates, now: datetime = NOON, zone: str = "UTC", body: bytes = b"") -> Poll:
    poll = asyncio.run(watcher.poll(CannedContext(body, now=now, zone=ZoneInfo(zone))))
    assert isinstance(poll, Poll)
    check_poll(watcher.kind, poll)
    return poll


def only(poll: Poll) -> Observation:
    (seen,) = poll.observations
    return seen


def told(rule: str, days: Sequence[date], *, zone: str = "UTC", hours: Sequence[int] = (9,)) -> list[str]:
    """Return what a rule tells when it looks at these hours of these days alone, as the rule file has it."""
    head = f"{CHANNEL}me: {{timezone: {zone}}}\nrules:\n  - name: Birthdays\n    watch: dates\n    every: 1d\n"
    written = head + "".join(f"    {line}\n" for line in rule.splitlines())
    (judged,) = load("rules.yaml", Files({"rules.yaml": written}), {"dates": Dates}).rules
    replay = Replay(judged, ZoneInfo(zone))
    messages = []
    for day in days:
        for hour in hours:
            now = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)
            for watch in judged.watches:
                verdict = replay.poll(watch.id, look(watch.watcher, now, zone).observations, now)
                firings = verdict.firings if verdict else ()
                messages += [f"{day:%m-%d} {each.facts['name']} {each.facts['days_until']}" for each in firings]
    return messages


def span(first: str, last: str, *, asleep: tuple[str, str] | None = None) -> list[date]:
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    days = [day + timedelta(days=number) for number in range((end - day).days + 1)]
    if asleep is None:
        return days
    return [day for day in days if not date.fromisoformat(asleep[0]) <= day <= date.fromisoformat(asleep[1])]


# When.


def test_a_birthday_has_its_next_date_its_age_and_its_distance():
    seen = only(look(Dates(dates=[{"name": "Ann", "birthday": "1990-03-10"}])))
    assert seen.facts["date"] == Day(2027, 3, 10)
    assert seen.facts["days_until"] == Number(37)
    assert seen.facts["age"] == Number(37)
    assert seen.facts["title"] == Text("Ann: birthday")


def test_without_a_year_the_age_is_unknown_and_says_why():
    seen = only(look(Dates(dates=[{"name": "Ann", "birthday": "03-10"}])))
    assert "age" not in seen.facts
    assert seen.unknown == {"age": "the year is not known"}


def test_today_is_no_days_off_and_tomorrow_it_is_a_year():
    ann = Dates(dates=[{"name": "Ann", "birthday": "1990-03-10"}])
    on_the_day = only(look(ann, datetime(2027, 3, 10, 23, 59, tzinfo=UTC)))
    after = only(look(ann, datetime(2027, 3, 11, tzinfo=UTC)))
    assert (on_the_day.facts["days_until"], on_the_day.facts["age"]) == (Number(0), Number(37))
    assert (after.facts["days_until"], after.facts["age"]) == (Number(365), Number(38))


@pytest.mark.parametrize(
    ("year", "leap_day", "date"),
    [(2027, "feb28", (2, 28)), (2027, "mar1", (3, 1)), (2028, "feb28", (2, 29)), (2028, "mar1", (2, 29)),
     (2100, "feb28", (2, 28))],
)  # fmt: skip
def test_a_leap_day_is_celebrated_as_its_owner_wants_in_common_years(year, leap_day, date):
    seen = only(look(Dates(dates=[SAM], leap_day=leap_day), datetime(year, 2, 1, tzinfo=UTC)))
    assert seen.facts["date"] == Day(year, *date)
    assert seen.facts["age"] == Number(year - 1988)


def test_on_the_first_of_march_a_leap_day_is_today_or_long_past():
    march = datetime(2027, 3, 1, 8, tzinfo=UTC)
    assert only(look(Dates(dates=[SAM], leap_day="mar1"), march)).facts["days_until"] == Number(0)
    assert only(look(Dates(dates=[SAM]), march)).facts["date"] == Day(2028, 2, 29)


def test_a_day_that_lies_ahead_is_not_celebrated_before_its_first_time():
    seen = only(look(Dates(dates=[{"name": "Car", "days": {"inspection": "2029-09-01"}}])))
    assert (seen.facts["date"], seen.facts["age"], seen.facts["occasion"]) == (
        Day(2029, 9, 1),
        Number(0),
        Text("inspection"),
    )


@pytest.mark.parametrize(
    ("zone", "before", "midnight"),
    [
        ("Pacific/Tongatapu", "2027-03-09T10:59:59+00:00", "2027-03-09T11:00:00+00:00"),  # UTC+13
        ("Pacific/Pago_Pago", "2027-03-10T10:59:59+00:00", "2027-03-10T11:00:00+00:00"),  # UTC-11
        ("America/New_York", "2027-03-10T04:59:59+00:00", "2027-03-10T05:00:00+00:00"),
    ],
)
def test_the_day_begins_at_midnight_where_the_owner_is(zone, before, midnight):
    ann = Dates(dates=[{"name": "Ann", "birthday": "1990-03-10"}])
    away = [only(look(ann, datetime.fromisoformat(at), zone)).facts["days_until"] for at in (before, midnight)]
    assert away == [Number(1), Number(0)]


@given(
    st.dates(date(1900, 1, 1), date(2020, 12, 31)),
    st.dates(date(2020, 1, 1), date(2200, 12, 31)),
    st.sampled_from(["feb28", "mar1"]),
)
def test_the_next_time_is_never_past_and_never_more_than_a_year_off(born, today, leap_day):
    coming = YearlyDay(born.month, born.day, born.year).next(today, leap_day)
    assert coming >= max(today, born)
    assert (coming - today).days <= 366 or born > today
    assert abs((coming - date(coming.year, born.month, min(born.day, 28))).days) <= 3


# When the owner is told.


def test_each_lead_time_is_told_once_for_each_person():
    rule = "dates: [{name: Sam, birthday: 03-31}, {name: Ann, birthday: 04-02}]\nremind: [30, 14, 3]\nwhen: due"
    assert told(rule, span("2027-02-20", "2027-04-10"), hours=(0, 9, 23)) == [
        "03-01 Sam 30", "03-03 Ann 30", "03-17 Sam 14", "03-19 Ann 14", "03-28 Sam 3", "03-30 Ann 3",
    ]  # fmt: skip


def test_whoever_was_asleep_on_the_day_is_told_when_they_wake():
    rule = "dates: [{name: Sam, birthday: 03-31}]\nremind: [30, 14, 3]\nwhen: due"
    days = span("2027-02-20", "2027-04-10", asleep=("2027-03-16", "2027-03-20"))
    assert told(rule, days) == ["03-01 Sam 30", "03-21 Sam 10", "03-28 Sam 3"]


def test_whoever_slept_through_two_lead_times_is_told_of_the_later_one():
    rule = "dates: [{name: Sam, birthday: 03-31}]\nremind: [30, 14, 3]\nwhen: due"
    days = span("2027-02-20", "2027-04-10", asleep=("2027-02-25", "2027-03-28"))
    assert told(rule, days) == ["03-29 Sam 2"]


def test_next_year_every_lead_time_is_told_again():
    rule = "dates: [{name: Sam, birthday: 1988-02-29}]\nremind: [14, 0]\nwhen: due"
    assert told(rule, span("2027-02-01", "2028-03-10")) == [
        "02-14 Sam 14",
        "02-28 Sam 0",
        "02-15 Sam 14",
        "02-29 Sam 0",
    ]


def test_a_reminder_reaches_over_new_year():
    rule = "dates: [{name: Sam, birthday: 01-02}]\nremind: [7]\nwhen: due"
    assert told(rule, span("2027-12-01", "2028-01-10")) == ["12-26 Sam 7"]


def test_one_lead_time_needs_no_reminders_and_may_be_slept_through_too():
    rule = "dates: [{name: Sam, birthday: 03-31}]\nwhen: days_until <= 14"
    assert told(rule, span("2027-03-01", "2027-04-10")) == ["03-17 Sam 14"]
    assert told(rule, span("2027-03-01", "2027-04-10", asleep=("2027-03-16", "2027-03-20"))) == ["03-21 Sam 10"]


def test_without_reminders_due_is_the_day_itself():
    assert told("dates: [{name: Sam, birthday: 03-31}]\nwhen: due", span("2027-03-25", "2027-04-03")) == ["03-31 Sam 0"]


def test_a_birthday_that_is_near_when_the_rule_is_written_is_told_at_once():
    rule = "dates: [{name: Sam, birthday: 03-31}]\nremind: [30, 14, 3]\nwhen: due"
    assert told(rule, span("2027-03-25", "2027-04-03")) == ["03-25 Sam 6", "03-28 Sam 3"]


def test_a_sentence_may_choose_among_occasions():
    rule = "dates: [{name: Sam, birthday: 03-31, anniversary: 2011-03-20}]\nremind: [7]\n"
    rule += "when: due and occasion is anniversary"
    assert told(rule, span("2027-03-01", "2027-04-03")) == ["03-13 Sam 7"]


# Who.


def test_each_person_has_a_watch_so_that_one_more_changes_no_other():
    ann, sam = {"name": "Ann", "birthday": "03-10"}, SAM
    one, two = Dates(dates=[ann], remind=[3, 14]), Dates(dates=[sam, ann], remind=[14, 3], file="/home/sam/book.vcf")
    assert set(map(repr, one.watches())) < set(map(repr, two.watches()))
    assert [watch.label for watch in two.watches()] == ["Sam", "Ann", "/home/sam/book.vcf"]


def test_an_address_book_gives_everybody_with_a_day_and_says_what_it_could_not_read():
    body = (
        b"BEGIN:VCARD\nVERSION:3.0\nUID:1\nFN:Sam\nBDAY:1988-02-29\nEND:VCARD\n"
        b"BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nBDAY:in spring\nEND:VCARD\n"
        b"BEGIN:VCARD\nVERSION:3.0\nFN:Nobody\nEND:VCARD\n"
    )
    poll = look(Dates(url="https://home.example/book.vcf"), body=body)
    assert str(only(poll).facts["name"]) == "Sam"
    assert poll.notices == ("the birthday of Ann cannot be read: “in spring”",)


def test_a_person_that_is_renamed_stays_the_same_one():
    book = "BEGIN:VCARD\nVERSION:3.0\nUID:7\nFN:{}\nBDAY:1988-02-29\nEND:VCARD\n"
    watcher = Dates(url="https://home.example/book.vcf")
    keys = {only(look(watcher, body=book.format(name).encode())).key for name in ("Sam", "Sam Doe")}
    assert len(keys) == 1


def test_two_people_of_one_name_are_two_and_one_that_is_there_twice_is_one():
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:John Doe\nBDAY:{}\nEND:VCARD\n"
    watcher = Dates(url="https://home.example/book.vcf")
    twice = look(watcher, body=(card.format("1980-05-01") + card.format("--05-01")).encode())
    assert only(twice).facts["age"] == Number(47)
    two = look(watcher, body=(card.format("1980-05-01") + card.format("1990-06-01")).encode())
    assert len({seen.key for seen in two.observations}) == 2


def test_a_calendar_of_birthdays_gives_ages_only_where_it_says_what_it_holds():
    event = "BEGIN:VEVENT\nUID:{0}\nDTSTART;VALUE=DATE:19650423\nRRULE:FREQ=YEARLY\nSUMMARY:{0}\n{1}END:VEVENT\n"
    meeting = "BEGIN:VEVENT\nUID:m\nDTSTART:20270301T100000Z\nSUMMARY:Meeting\nEND:VEVENT\n"
    events = event.format("Sam", "CATEGORIES:Birthday\n") + event.format("Ann", "") + meeting
    body = f"BEGIN:VCALENDAR\n{events}END:VCALENDAR\n"
    by_title = {
        str(seen.facts["title"]): seen
        for seen in look(Dates(url="https://home.example/b.ics"), body=body.encode()).observations
    }
    assert by_title["Sam: birthday"].facts["age"] == Number(62)
    assert "age" not in by_title["Ann"].facts
    assert "does not say" in by_title["Ann"].unknown["age"]
    assert len(by_title) == 2


def test_a_folder_of_cards_is_read_again_when_a_card_or_the_day_changes(tmp_path):
    (tmp_path / "sam.vcf").write_text("BEGIN:VCARD\nVERSION:4.0\nFN:Sam\nBDAY:--0229\nEND:VCARD\n")
    watcher = Dates(file=str(tmp_path))
    first = look(watcher)
    same = CannedContext(b"", now=NOON + timedelta(hours=1), cursor=first.cursor)
    assert asyncio.run(watcher.poll(same)) is UNCHANGED
    (tmp_path / "ann.vcf").write_text("BEGIN:VCARD\nVERSION:4.0\nFN:Ann\nBDAY:--0310\nEND:VCARD\n")
    assert len(asyncio.run(watcher.poll(same)).observations) == 2
    tomorrow = CannedContext(b"", now=NOON + timedelta(days=1), cursor=first.cursor)
    assert isinstance(asyncio.run(watcher.poll(tomorrow)), Poll)


def test_a_saved_answer_can_be_tried():
    page = Page("", b"BEGIN:VCARD\nVERSION:4.0\nFN:Sam\nBDAY:--0229\nEND:VCARD\n")
    assert len(Dates(url="https://home.example/b.vcf").read(page, CannedContext(b"", now=NOON)).observations) == 1


@pytest.mark.parametrize(
    "options",
    [
        {}, {"dates": [{"name": "Sam"}]}, {"dates": [{"name": "Sam", "birthday": "29.02.1988"}]},
        {"dates": [{"name": "Sam", "birthday": "1987-02-29"}]}, {"dates": [{"name": "", "birthday": "02-28"}]},
        {"dates": [{"name": "Car", "days": {"inspection": "soon"}}]},
        {"dates": [{"name": "Car", "days": {" ": "02-28"}}]},
        {"dates": [SAM], "remind": [-1]}, {"dates": [SAM], "remind": [400]}, {"dates": [SAM], "leap_day": "feb30"},
        {"file": "book.vcf"}, {"url": "carddav:home"},
    ],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(options):
    with pytest.raises(ValidationError):
        Dates(**options)

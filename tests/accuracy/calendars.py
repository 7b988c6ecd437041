"""Calendars, recurrence rules, address books and calendars made to do harm: what is read, and whether it is right."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.accuracy.cases import Case, Judged
from watchers.api import Page, WatchError
from watchers.calendar import Calendar
from watchers.reading.icalendar import Event, read_calendar
from watchers.reading.icalendarvalues import Stamp, read_stamp
from watchers.reading.occurrences import Span, occurrences
from watchers.reading.vcard import Card, CardDay, read_cards
from watchers.testing import CannedContext, check_poll

LISTS = {"rdate": "RDATE", "exdate": "EXDATE"}
VALUES = {
    "dtstart": "DTSTART",
    "dtend": "DTEND",
    "uid": "UID",
    "summary": "SUMMARY",
    "status": "STATUS",
    "location": "LOCATION",
    "duration": "DURATION",
    "rrule": "RRULE",
    "recurrence_id": "RECURRENCE-ID",
}
UTC_ZONE = ZoneInfo("UTC")


def calendar(case: Case) -> Judged:
    """A calendar: its events, as they are written, and the times that are understood of them."""
    events = read_calendar(case.body).events
    answer = [_event(event) for event in events]
    if "events" not in case.truth:
        return Judged(case, answer, "not judged")
    wanted = case.truth["events"]
    faults = [f"{len(answer)} events, not {case.truth.get('event_count', len(wanted))}"] * (len(answer) != len(wanted))
    for number, (event, found, stated) in enumerate(zip(events, answer, wanted, strict=False)):
        for name, value in stated.items():
            if _plain(found.get(name)) != _plain(value):
                faults.append(f"event {number}: {name} {found.get(name)!r}, not {value!r}")
        faults += (f"event {number}: {fault}" for fault in _misread(event, stated))
    return Judged(case, answer, "wrong" if faults else "right", "; ".join(faults))


def _event(event: Event) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, property_name in VALUES.items():
        line = event.line(property_name)
        if line is not None:
            values[name] = line.text
    for name, property_name in LISTS.items():
        lines = [line.text for line in event.lines if line.name == property_name]
        values |= {name: lines} if lines else {}
    times = (line for line in event.lines if line.name in ("DTSTART", "DTEND", "RECURRENCE-ID"))
    zone = next(filter(None, (line.parameter("TZID") for line in times)), "")
    return values | ({"tzid": zone} if zone else {})


def _misread(event: Event, stated: dict[str, Any]) -> list[str]:
    """Return where a time that is well written was understood as another one, or not at all."""
    pairs: list[tuple[str, Stamp | None]] = [
        ("dtstart", event.start),
        ("dtend", event.end),
        ("recurrence_id", event.instance),
    ]
    faults = []
    for name, stamp in pairs:
        written = str(stated.get(name) or "")
        meant = read_stamp(written) if re.fullmatch(r"\d{8}(T\d{6}Z?)?", written) else None
        if meant is not None and (stamp is None or stamp.local != meant.local):
            faults.append(f"{name} {written} is understood as {stamp}")
    return faults


def _plain(value: Any) -> Any:
    return [_plain(one) for one in value] if isinstance(value, list) else " ".join(str(value or "").split())


def recurrence(case: Case) -> Judged:
    """A start and a rule: the instants at which it takes place."""
    written = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n{}\nEND:VEVENT\nEND:VCALENDAR\n"
    wanted = [datetime.fromisoformat(at) for at in case.truth.get("instances", [])]
    start = min(wanted, default=datetime(1997, 1, 1, tzinfo=UTC)).date() - timedelta(days=2)
    # What may follow the last one that is known would be told by looking a few years further.
    further = timedelta(days=3_000) if case.truth.get("complete") else timedelta(days=2)
    end = max(wanted, default=datetime(2010, 1, 1, tzinfo=UTC)).date() + further
    found, notices = occurrences(read_calendar(written.format(case.truth["rule"]).encode()), Span(start, end, UTC_ZONE))
    instants = [one.starts for one in found]
    answer = [at.isoformat() for at in (instants if case.truth.get("complete") else instants[: len(wanted) or 100])]
    if "instances" not in case.truth:
        return Judged(case, answer, "not judged")
    expected = [at.astimezone(UTC).isoformat() for at in wanted]
    verdict = "right" if answer == expected else "unknown" if notices else "wrong"
    odd = [at for at in answer if at not in expected][:3]
    missing = [at for at in expected if at not in answer][:3]
    return Judged(case, answer, verdict, f"{case.truth['rule']!r}: {odd} too much, {missing} missing; {notices}")


def contact(case: Case) -> Judged:
    """An address book: names, birthdays and anniversaries."""
    cards = read_cards(case.body).cards
    answer = [_card(one) for one in cards]
    if "cards" not in case.truth:
        return Judged(case, answer, "not judged")
    wanted = case.truth["cards"]
    faults = [f"{len(answer)} cards, not {len(wanted)}"] * (len(answer) != len(wanted))
    unknown = []
    for number, (found, stated) in enumerate(zip(answer, wanted, strict=False)):
        for name, value in stated.items():
            given = found.get(name)
            if given == value or (name == "name" and _plain(given) == _plain(value)):
                continue
            said = f"card {number}: {name} {given!r}, not {value!r}"
            (unknown if given is None or "unreadable" in given else faults).append(said)
    verdict = "wrong" if faults else "unknown" if unknown else "right"
    return Judged(case, answer, verdict, "; ".join([*faults, *unknown]))


def _card(card: Card) -> dict[str, Any]:
    days = {"bday": card.day("birthday"), "anniversary": card.day("anniversary")}
    named = {"name": card.name} if card.name else {}
    return named | {name: _day(day) for name, day in days.items() if day is not None}


def _day(day: CardDay) -> dict[str, Any]:
    if day.day is None:
        return {"unreadable": day.written}
    return {"year": day.day.year, "month": day.day.month, "day": day.day.day}


def hostile_calendar(case: Case) -> Judged:
    """A calendar made to do harm: it ends in a poll or in a trouble that has a name."""
    watcher = Calendar(url="https://hostile.example/c.ics", within="10 years")
    years = [date(year, 1, 1) for year in (1996, 2012, 2026)]
    answer = []
    for year in years:
        context = CannedContext(b"", now=datetime(year.year, 1, 1, tzinfo=UTC))
        try:
            poll = watcher.read(Page("https://hostile.example/c.ics", case.body), context)
        except WatchError as trouble:
            answer.append(trouble.reason)
        else:
            check_poll(watcher.kind, poll)
            answer.append(f"{len(poll.observations)} events")
    return Judged(case, answer, "right")


KINDS = {
    "calendars": calendar,
    "recurrence": recurrence,
    "contacts": contact,
    "hostile/ics_fuzz": hostile_calendar,
}

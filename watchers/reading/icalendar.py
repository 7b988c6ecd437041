"""What an iCalendar file says: its events as they are written, its time zones, its name.

    bytes ─▶ content lines ─▶ CalendarFile(events, zones)         when they take place is `watchers.reading.occurrences`

RFC 5545, RFC 7986 (names of calendars). Whatever of an event cannot be read is None there and hurts nothing else; a
field is a value only if the bytes say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watchers.api import SourceChanged
from watchers.reading.contentlines import Component, Line, components, items, read_lines, wrong_answer
from watchers.reading.icalendarvalues import Stamp, read_duration, read_offset, read_stamp
from watchers.reading.recurring import Recurrence, RuleUnreadable, read_recurrence

MAX_OBSERVANCES = 500

_LISTED = re.compile("[,;]")  # vCalendar 1.0 has the semicolon
_YEAR_ONE = re.compile(r"\A\s*0001")


@dataclass(frozen=True, slots=True)
class Observance:
    """One rule of a time zone: standard time, or summer time.

    Attributes:
        onsets: The local times at which it begins, in order; the clock then shows `before` for the last time.
        rule: How the last of them, `onsets[0]`, comes again.
    """

    onsets: tuple[datetime, ...]
    before: timedelta
    after: timedelta
    rule: Recurrence | None = None


@dataclass(frozen=True, slots=True)
class ZoneDefinition:
    """A time zone as a calendar defines it.

    Attributes:
        location: The name that its maker says it stands for (X-LIC-LOCATION), or empty.
    """

    observances: tuple[Observance, ...]
    location: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT.

    Attributes:
        lines: All that is written in it, in its order.
        start: When it takes place, or of what comes again the first time.
        end: When it is over; of what lasts all day the day after. None where only a duration is stated, or nothing.
        instance: Of which instance of its series this is another version (RECURRENCE-ID).
        is_onwards: That version is also that of all later ones (RANGE=THISANDFUTURE).
        more: Further times, each with its own length where one is stated (RDATE).
        fewer: Times at which it does not take place (EXDATE).
        unread: What of its times could not be read, as sentences.
    """

    lines: tuple[Line, ...]
    uid: str
    start: Stamp | None
    end: Stamp | None
    duration: timedelta | None
    instance: Stamp | None
    is_onwards: bool
    rules: tuple[Recurrence, ...]
    excluding_rules: tuple[Recurrence, ...]
    more: tuple[tuple[Stamp, timedelta | None], ...]
    fewer: tuple[Stamp, ...]
    unread: tuple[str, ...] = ()

    def written(self, name: str) -> str:
        """Return the value of the first line of a name as a person reads it; empty where there is none."""
        return next((line.text for line in self.lines if line.name == name), "")

    def line(self, name: str) -> Line | None:
        """Return the first line of a name."""
        return next((line for line in self.lines if line.name == name), None)

    def listed(self, name: str) -> tuple[str, ...]:
        """Return every item of every line of a name."""
        return tuple(item for line in self.lines if line.name == name for item in items(line.value))

    @property
    def version(self) -> tuple[int, str, str]:
        """What orders two versions of one event: the later is the greater (RFC 5546 §2.1.5)."""
        sequence = self.written("SEQUENCE").strip()
        number = int(sequence) if sequence.isdecimal() and len(sequence) < 10 else 0
        return number, self.written("DTSTAMP"), self.written("LAST-MODIFIED")

    @property
    def is_cancelled(self) -> bool:
        """Whether it is called off."""
        return self.written("STATUS").strip().upper() == "CANCELLED"

    @property
    def recurs(self) -> bool:
        """Whether it takes place more than once."""
        return bool(self.rules or self.more)


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What one file says.

    Attributes:
        name: What its owner calls it, if it says so.
        zone: The TZID in which its floating times are meant (X-WR-TIMEZONE), or empty.
        is_whole: Everything that begins in it ends in it; otherwise the file was cut off.
        is_calendar: There is a calendar, or an event, in it at all.
    """

    events: tuple[Event, ...] = ()
    zones: Mapping[str, ZoneDefinition] = field(default_factory=dict)
    name: str = ""
    zone: str = ""
    method: str = ""
    is_whole: bool = True
    is_calendar: bool = False


def read_calendar(body: bytes) -> CalendarFile:
    """Return what a file says; total: what is no calendar has no events and says so."""
    found = components(read_lines(body))
    calendars = [component for component in found if component.name == "VCALENDAR"]
    events = [component for component in found if component.name == "VEVENT"]
    zones = [component for component in found if component.name == "VTIMEZONE"]
    return CalendarFile(
        events=tuple(map(_event, events)),
        zones={zone.text("TZID").strip(): _zone(zone) for zone in zones},
        name=_stated(calendars, "NAME", "X-WR-CALNAME"),
        zone=_stated(calendars, "X-WR-TIMEZONE"),
        method=_stated(calendars, "METHOD").upper(),
        is_whole=all(component.is_whole for component in (*calendars, *events)),
        is_calendar=bool(calendars or events),
    )


def understood_calendar(body: bytes) -> CalendarFile:
    """Return what a file says that is to be relied on.

    Raises:
        WatchError: It is no calendar, or a part of one: what is missing would look called off.
    """
    calendar = read_calendar(body)
    if not calendar.is_calendar:
        raise wrong_answer(body, "an iCalendar file")
    if not calendar.is_whole:
        raise SourceChanged("the calendar breaks off before its end")
    return calendar


def _stated(calendars: list[Component], *names: str) -> str:
    return next(filter(None, (calendar.text(*names).strip() for calendar in calendars)), "")


def _event(component: Component) -> Event:
    instance = component.first("RECURRENCE-ID")
    unread: list[str] = []
    return Event(
        lines=tuple(component.lines),
        uid=component.text("UID").strip(),
        start=_stamp(component.first("DTSTART"), unread),
        end=_stamp(component.first("DTEND"), unread),
        duration=_duration(component.first("DURATION"), unread),
        instance=_stamp(instance, unread),
        is_onwards=instance is not None and instance.parameter("RANGE").upper() == "THISANDFUTURE",
        rules=_rules(component, "RRULE", unread),
        excluding_rules=_rules(component, "EXRULE", unread),
        more=tuple(_more(component, unread)),
        fewer=tuple(stamp for stamp, _ in _stamps(component, "EXDATE", unread)),
        unread=tuple(unread),
    )


def _stamp(line: Line | None, unread: list[str]) -> Stamp | None:
    if line is None:
        return None
    stamp = _stamp_of(line, line.value)
    if stamp is None:
        unread.append(f"“{line.text[:60]}” is no {line.name}")
    return stamp


def _stamp_of(line: Line, text: str) -> Stamp | None:
    return read_stamp(text, line.parameter("TZID").strip(), is_day=line.parameter("VALUE").upper() == "DATE")


def _duration(line: Line | None, unread: list[str]) -> timedelta | None:
    if line is None:
        return None
    length = read_duration(line.value)
    if length is None:
        unread.append(f"“{line.text[:60]}” is no DURATION")
    return length


def _rules(component: Component, name: str, unread: list[str]) -> tuple[Recurrence, ...]:
    rules = []
    for line in component.all(name):
        try:
            rules.append(read_recurrence(line.value))
        except RuleUnreadable as error:
            unread.append(f"a rule by which it comes again cannot be read: {error}")
    return tuple(rules)


def _stamps(component: Component, name: str, unread: list[str]) -> Iterator[tuple[Stamp, str]]:
    """Yield the times of every line of a name, each with what stands behind its slash."""
    for line in component.all(name):
        for part in _LISTED.split(line.value):
            begin, _, rest = part.strip().partition("/")
            stamp = _stamp_of(line, begin)
            if stamp is not None:
                yield stamp, rest
            elif begin:
                unread.append(f"“{part[:60]}” is no {name}")


def _more(component: Component, unread: list[str]) -> Iterator[tuple[Stamp, timedelta | None]]:
    for stamp, rest in _stamps(component, "RDATE", unread):
        end = read_stamp(rest, stamp.zone) if rest else None
        length = end.local - stamp.local if end and end.zone == stamp.zone else read_duration(rest) if rest else None
        yield stamp, length if length is not None and length >= timedelta() else None


def _zone(component: Component) -> ZoneDefinition:
    parts = [part for part in component.parts if part.name in ("STANDARD", "DAYLIGHT")]
    observances = (_observance(part) for part in parts[:MAX_OBSERVANCES])
    return ZoneDefinition(
        tuple(observance for observance in observances if observance), component.text("X-LIC-LOCATION").strip()
    )


def _observance(component: Component) -> Observance | None:
    """Return one rule of a zone; None where its times or offsets are none, as in some old exports."""
    stated = component.first("DTSTART")
    # The first year of all, which many programs write for "ever since", is no year of a clock's time.
    start = _stamp(replace(stated, value=_YEAR_ONE.sub("0002", stated.value)) if stated else None, [])
    before, after = read_offset(component.text("TZOFFSETFROM")), read_offset(component.text("TZOFFSETTO"))
    if start is None or after is None:
        return None
    more = [stamp.local for stamp, _ in _stamps(component, "RDATE", [])]
    rules = _rules(component, "RRULE", [])
    onsets = tuple(sorted({start.local, *more}))
    return Observance(onsets, before if before is not None else after, after, rules[0] if rules else None)

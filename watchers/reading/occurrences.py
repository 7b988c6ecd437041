"""When the events of a calendar take place.

    CalendarFile ─▶ series (one for each UID) ─▶ its instances, with their other versions ─▶ Occurrence, in order

A series is what RFC 5545 §3.8.5 makes of it: DTSTART, RRULE and RDATE, without EXDATE, and each RECURRENCE-ID in the
place of the instance that it names. An occurrence is known by its UID and the time at which it was first meant to be:
it stays the same thing when it is moved.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from itertools import islice
from zoneinfo import ZoneInfo

from watchers.reading.icalendar import CalendarFile, Event
from watchers.reading.icalendarvalues import LONGEST, UTC_NAME, Stamp
from watchers.reading.icalendarzones import Zones, named_zone
from watchers.reading.plain import plain_line
from watchers.reading.recurring import Effort, Recurrence, TooMuchWork, instances

MOST_OF_A_SERIES = 1_000
LONGEST_UID = 200
MOST_FAULTS = 5
COST_OF_AN_INSTANCE = 30
"""What placing an instance in time costs, beside looking at one day."""

_DAY = timedelta(days=1)
_MARGIN = timedelta(hours=2)
_LONG = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One event at one time.

    Attributes:
        event: The version of it that holds for this time.
        starts, ends: In UTC; what lasts all day begins and ends at midnight in the owner's zone.
        day: The date on which it begins there.
        first_meant: The time at which its series has it; empty for an event that is there once.
        also: Another key that it had if it was an event by itself before it came again.
    """

    event: Event
    key: str
    starts: datetime
    ends: datetime
    day: date
    first_meant: str = ""
    also: tuple[str, ...] = ()

    @property
    def lasts_all_day(self) -> bool:
        """Whether it is on dates, not at times."""
        return self.event.start is not None and self.event.start.is_day


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `first` up to and without `last`, in the owner's zone."""

    first: date
    last: date
    zone: ZoneInfo

    def instant(self, day: date) -> datetime:
        """Return when a day begins."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def holds(self, starts: datetime, ends: datetime) -> bool:
        """Return whether something is going on in it: what is over when it begins is not."""
        begin = self.instant(self.first)
        return starts < self.instant(self.last) and (ends > begin or starts >= begin)


@dataclass(slots=True)
class Reckoning:
    """Where and how long things are while one calendar is reckoned, and what is to be said about it."""

    span: Span
    zones: Zones
    effort: Effort = field(default_factory=Effort)
    notices: list[str] = field(default_factory=list)

    def instant(self, stamp: Stamp) -> datetime:
        """Return the instant that a stamp means."""
        if stamp.is_day:
            return self.span.instant(stamp.day)
        return stamp.local.replace(tzinfo=self.zones.zone(stamp.zone)).astimezone(UTC)

    def local(self, at: datetime, like: Stamp) -> datetime:
        """Return an instant as the clock shows it where a stamp is stated."""
        zone = self.span.zone if like.is_day else self.zones.zone(like.zone)
        return at.astimezone(zone).replace(tzinfo=None)

    def day(self, stamp: Stamp) -> date:
        """Return the date that a stamp names among dates.

        Some programs write its midnight, or its last second, as an instant in UTC; others only put a Z to it.
        """
        if stamp.zone != UTC_NAME or stamp.local.time() in (time(), time(23, 59, 59)):
            return stamp.day
        return self.instant(stamp).astimezone(self.zones.floating).date()

    def marks(self, stamp: Stamp) -> set[object]:
        """Return what an instance of a series is recognised by: its instant, its local time, its date."""
        if stamp.is_day:
            return {stamp.day}
        marks: set[object] = {stamp.local, stamp.day}
        return marks | {self.instant(stamp)}

    def mark(self, stamp: Stamp, *, is_day: bool) -> object:
        """Return by what a stamp names an instance of a series, which is one of dates or of times.

        Some programs exclude a date from a series of times, and a midnight from one of dates.
        """
        if stamp.is_day or is_day:
            return self.day(stamp)
        return self.instant(stamp) if stamp.zone else stamp.local


def occurrences(calendar: CalendarFile, span: Span) -> tuple[tuple[Occurrence, ...], tuple[str, ...]]:
    """Return what takes place in a span of days, in order, and sentences about what could not be reckoned."""
    zones = Zones(calendar.zones, named_zone(calendar.zone) or span.zone)
    reckoning = Reckoning(span, zones)
    found: dict[str, Occurrence] = {}
    for series in sorted(_series(calendar.events), key=lambda one: one.uid):
        for one in series.occurrences(reckoning):
            found.setdefault(one.key, one)
    notices = [*dict.fromkeys(reckoning.notices), *_unread(calendar.events)]
    if zones.unknown:
        names = ", ".join(sorted(plain_line(name, 60) for name in zones.unknown)[:5])
        notices.append(f"the time zone {names} is not known: its times are taken as yours")
    return tuple(sorted(found.values(), key=lambda one: (one.starts, one.key))), tuple(notices)


def _unread(events: Iterable[Event]) -> Iterator[str]:
    said = (f"“{plain_line(event.written('SUMMARY'), 80)}”: {fault}" for event in events for fault in event.unread)
    return islice(said, MOST_FAULTS)


@dataclass(frozen=True, slots=True)
class _Series:
    """The versions of what has one UID.

    Attributes:
        master: What it is as a whole; None where a calendar holds only some instances of it, as an invitation does.
        versions: Other versions of single instances.
    """

    uid: str
    master: Event | None
    versions: tuple[Event, ...]

    def occurrences(self, reckoning: Reckoning) -> Iterator[Occurrence]:
        """Yield what takes place in the span, in no order."""
        is_day = bool(self.master and self.master.start and self.master.start.is_day)
        versions = {
            reckoning.mark(version.instance, is_day=is_day): version for version in self.versions if version.instance
        }
        onwards = self._onwards(reckoning)
        begins = [begin for begin, _, _ in onwards]
        reach = max((abs(away) for _, away, _ in onwards), default=timedelta())
        for meant, length in self._instances(reckoning, reach):
            named = [versions.pop(mark) for mark in reckoning.marks(meant) & versions.keys()]
            for version in named:
                yield from self._one(reckoning, version, meant, version.start)
            place = bisect_right(begins, reckoning.instant(meant)) if onwards else 0
            if not named and place:
                _, away, version = onwards[place - 1]
                yield from self._one(reckoning, version, meant, _moved(reckoning, meant, away, version))
            elif not named and self.master is not None:
                yield from self._one(reckoning, self.master, meant, meant, length)
        for version in versions.values():
            if version.instance is not None:
                yield from self._one(reckoning, version, version.instance, version.start)

    def _onwards(self, reckoning: Reckoning) -> list[tuple[datetime, timedelta, Event]]:
        """Return the versions that are meant for all later times too: from when on, and how far they are moved."""
        found = [
            (reckoning.instant(version.instance), _away(reckoning, version.instance, version.start), version)
            for version in self.versions
            if version.is_onwards and version.instance and version.start
        ]
        found = [one for one in found if abs(one[1]) < _LONG]
        return sorted(found, key=lambda one: one[0])

    def _instances(self, reckoning: Reckoning, reach: timedelta) -> Iterator[tuple[Stamp, timedelta | None]]:
        """Yield when the series is meant to take place in and around the span, each with its own length, if any."""
        master = self.master
        if master is None or master.start is None:
            return
        if not master.recurs:
            yield master.start, None
            return
        try:
            yield from self._recurring(reckoning, master, master.start, reach)
        except TooMuchWork:
            reckoning.notices.append("events come again too often to be reckoned: some are left out")

    def _recurring(
        self, reckoning: Reckoning, master: Event, start: Stamp, reach: timedelta
    ) -> Iterator[tuple[Stamp, timedelta | None]]:
        fewer = {reckoning.mark(stamp, is_day=start.is_day) for stamp in master.fewer}
        length = _length(reckoning, master) + reach
        for rule in master.excluding_rules:
            fewer |= {at.date() if start.is_day else at for at in _recurring(rule, start, length, reckoning)}
        # DTSTART is the first instance, also where its rule does not fall on it (RFC 5545 §3.8.2.4).
        times = {start.local}
        for rule in master.rules:
            times.update(_recurring(rule, start, length, reckoning))
        # Of one time that is stated twice, the one with a length of its own comes first and stays.
        for at, own_length in (*master.more, *((start.at(local), None) for local in sorted(times))):
            reckoning.effort.spend(COST_OF_AN_INSTANCE)
            if not reckoning.marks(at) & fewer:
                yield at, own_length

    def _one(
        self, reckoning: Reckoning, event: Event, meant: Stamp, at: Stamp | None, length: timedelta | None = None
    ) -> Iterator[Occurrence]:
        if at is None:
            return
        starts, ends = _when(reckoning, event, at, length)
        if not reckoning.span.holds(starts, ends):
            return
        is_single = self.master is not None and not self.master.recurs and not self.versions
        is_first = self.master is not None and self.master.start == meant and not is_single
        first_meant = "" if is_single else self._meant(reckoning, meant)
        yield Occurrence(
            event,
            f"{self.uid} {first_meant}".rstrip(),
            starts,
            ends,
            starts.astimezone(reckoning.span.zone).date(),
            first_meant,
            (self.uid,) if is_first else (),
        )

    def _meant(self, reckoning: Reckoning, meant: Stamp) -> str:
        """Return the time at which the series has an instance, the same however it is stated."""
        if meant.is_day or not meant.zone:
            return str(meant)
        return str(Stamp(reckoning.instant(meant).replace(tzinfo=None), UTC_NAME))


def _away(reckoning: Reckoning, meant: Stamp, at: Stamp) -> timedelta:
    """Return how far something is moved, by the clock of the place where it is now."""
    return at.local - reckoning.local(reckoning.instant(meant), at)


def _moved(reckoning: Reckoning, meant: Stamp, away: timedelta, version: Event) -> Stamp | None:
    at = version.start
    return at.at(reckoning.local(reckoning.instant(meant), at) + away) if at else None


def _recurring(rule: Recurrence, start: Stamp, length: timedelta, reckoning: Reckoning) -> list[datetime]:
    """Return the local times at which a rule falls in and around the span."""
    span = reckoning.span
    # A little more than the span: an hour may come twice at its beginning.
    first = reckoning.local(span.instant(span.first), start) - min(length, _LONG) - _MARGIN
    last = reckoning.local(span.instant(span.last), start) + _MARGIN
    asked = rule
    if rule.count is not None and not _falls_on(rule, start, reckoning):
        # DTSTART always counts as the first occurrence (RFC 5545 §3.3.10, COUNT).
        if rule.count == 1:
            return []
        asked = replace(rule, count=rule.count - 1)
    found = []
    for at in instances(asked, start.local, first, last, _until(rule, start, reckoning), reckoning.effort):
        found.append(at)
        if len(found) >= MOST_OF_A_SERIES:
            reckoning.notices.append(
                f"of an event that comes again very often, the next {MOST_OF_A_SERIES} are looked at"
            )
            break
    return found


def _falls_on(rule: Recurrence, start: Stamp, reckoning: Reckoning) -> bool:
    return next(instances(rule, start.local, start.local, start.local, None, reckoning.effort), None) is not None


def _until(rule: Recurrence, start: Stamp, reckoning: Reckoning) -> datetime | None:
    """Return a rule's end in the local time of its series; a date is meant to its end."""
    until = rule.until
    if until is None:
        return None
    if until.is_day or start.is_day:
        return datetime.combine(reckoning.day(until) if start.is_day else until.day, time.max)
    if until.zone and until.zone != start.zone:
        return reckoning.local(reckoning.instant(until), start)
    return until.local


def _length(reckoning: Reckoning, event: Event) -> timedelta:
    if event.start is None:
        return timedelta()
    starts, ends = _when(reckoning, event, event.start, None)
    return ends - starts


def _when(reckoning: Reckoning, event: Event, at: Stamp, length: timedelta | None) -> tuple[datetime, datetime]:
    """Return when an event begins and ends that begins at a time; it ends by the clock of its own zone."""
    starts = reckoning.instant(at)
    if at.is_day:
        return starts, reckoning.span.instant(at.day + max(_DAY, _days(event, length)))
    length = event.duration if length is None else length
    start, end = event.start, event.end
    if length is None and start is not None and end is not None and not end.is_day:
        if end.zone == start.zone:
            ends = reckoning.instant(at.at(at.local + _lasting(end.local - start.local)))
            return starts, max(starts, ends)
        length = reckoning.instant(end) - reckoning.instant(start)
    return starts, starts + _lasting(length or timedelta())


def _days(event: Event, length: timedelta | None) -> timedelta:
    """Return how many days an event lasts that lasts all day; without an end it is one (RFC 5545 §3.6.1)."""
    if length is None and event.start is not None and event.end is not None:
        length = event.end.local - event.start.local
    length = length if length is not None else event.duration or _DAY
    return timedelta(days=-(-_lasting(length) // _DAY))


def _lasting(length: timedelta) -> timedelta:
    """Return a length that something can have: an end before the start is none, nor is one in a thousand years."""
    return min(max(timedelta(), length), LONGEST)


def _series(events: Iterable[Event]) -> Iterator[_Series]:
    """Yield the events of a calendar by what they are versions of."""
    by_uid: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_uid[_uid(event)].append(event)
    for uid, versions in by_uid.items():
        masters = [version for version in versions if version.instance is None]
        named = {
            version.instance: version
            for version in sorted(versions, key=_order)
            if version.instance is not None  # the last, which is the latest, stays
        }
        distinct = _distinct(masters)
        yield _Series(uid, distinct[0] if distinct else None, tuple(named.values()))
        # One identifier for several events is a mistake that some programs make: each is told by its start.
        for master in distinct[1:]:
            yield _Series(f"{uid} at {master.start}", master, ())


def _distinct(masters: list[Event]) -> list[Event]:
    """Return the latest version of each event; without a newer version, another start makes another event."""
    newest = max((master.version for master in masters), default=None)
    by_start = {master.start: master for master in sorted(masters, key=_order) if master.version == newest}
    return sorted(by_start.values(), key=_order)


def _order(event: Event) -> tuple[object, ...]:
    return (event.version, str(event.start or ""), tuple((line.name, line.value) for line in event.lines))


def _uid(event: Event) -> str:
    """Return what identifies an event; one that states nothing is known by what it is and when."""
    uid = plain_line(event.uid, 10 * LONGEST_UID)
    if uid and len(uid) <= LONGEST_UID:
        return uid
    said = uid or f"{event.written('SUMMARY')} {event.start}"
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:24]

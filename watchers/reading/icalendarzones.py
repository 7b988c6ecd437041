"""The time zones of a calendar: from a TZID to a clock.

    TZID ─▶ a name of the IANA database ▶ a name of Windows ▶ the calendar's own VTIMEZONE
            ▶ the places in a name that Windows shows ▶ an offset in the name ▶ what people say: "Pacific Time", "PDT"

The IANA database comes first, since what calendars define is often cut down to the rules of one year; a VTIMEZONE
counts where the name means nothing elsewhere, or is a mere abbreviation (RFC 5545 §3.6.5, RFC 7808 §2.6 on prefixes of
names).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from watchers.reading.icalendar import Observance, ZoneDefinition
from watchers.reading.recurring import Effort, TooMuchWork, instances
from watchers.reading.windowszones import WINDOWS_ZONES

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}")
_OFFSET = re.compile(r"\W*(?:UTC|GMT)?\s*([+-]\d{1,2})(?:[:.]?(\d\d))?\b(?!.*[+-]\d).*", re.IGNORECASE | re.DOTALL)
_SHOWN = re.compile(r"\((?:UTC|GMT)(?:\s*[+-]\d{1,2}[:.]?\d\d)?\)\s*(.+)", re.IGNORECASE)
# "EST" is the winter of some place or all of its year: only who writes it knows.
_ABBREVIATION = re.compile(r"[A-Z]{3,4}")
# Of what people say those that mean one clock wherever they are said: CST is also China's, IST India's and Israel's.
_SAID = {
    said: zone
    for names, zone in (
        ("edt eastern", "America/New_York"),
        ("cdt central", "America/Chicago"),
        ("mdt mountain", "America/Denver"),
        ("pst pdt pacific", "America/Los_Angeles"),
        ("akst akdt alaska", "America/Anchorage"),
        ("hawaii", "Pacific/Honolulu"),
        ("cest mez mesz", "Europe/Berlin"),
        ("west", "Europe/Lisbon"),
        ("eest", "Europe/Athens"),
        ("msk", "Europe/Moscow"),
        ("jst", "Asia/Tokyo"),
        ("kst", "Asia/Seoul"),
        ("hkt", "Asia/Hong_Kong"),
        ("sgt", "Asia/Singapore"),
        ("sast", "Africa/Johannesburg"),
        ("aedt", "Australia/Sydney"),
        ("nzst nzdt", "Pacific/Auckland"),
    )
    for said in names.split()
}
_UTC = ("(UTC)", "(GMT)", "COORDINATED UNIVERSAL TIME")
_COUNTRIES = re.compile(r"\(.*?\)")
_LISTED = re.compile(r"[,:;]")
_TIME_OF = re.compile(r"\w+ Time \([^()]+\)")
_SEASONS = (datetime(2026, 1, 15), datetime(2026, 7, 15))  # noqa: DTZ001 - local times
_BACK = timedelta(days=370)
_EARLIEST = datetime(1, 1, 1)  # noqa: DTZ001 - a local time


def named_zone(name: str) -> tzinfo | None:
    """Return the zone that a name means without a calendar's help, or None.

    A prefix is left out: `/freeassociation.sourceforge.net/Europe/Berlin` is `Europe/Berlin`.
    """
    parts = name.strip().strip("/'").replace("\\", "/").split("/")
    for begin in range(len(parts)):
        candidate = "/".join(parts[begin:])
        zone = _iana(candidate.replace(" ", "_")) or _iana(WINDOWS_ZONES.get(candidate, ""))
        if zone is not None:
            return zone
    return None


def _iana(name: str) -> ZoneInfo | None:
    """Return a zone of the IANA database, of whose names no two differ in capital letters alone."""
    if not _NAME.fullmatch(name):
        return None
    return _as_spelt(name) or _as_spelt(_spelt().get(name.casefold(), name))


def _as_spelt(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError; a folder of the database an OSError
        return None


class Zones:
    """The zones of one calendar.

    Attributes:
        unknown: Every TZID that was asked for and means nothing.
    """

    def __init__(self, definitions: Mapping[str, ZoneDefinition], floating: tzinfo) -> None:
        """Take what a calendar defines.

        Args:
            definitions: Its VTIMEZONEs by their TZID.
            floating: The zone of times that name none, and of those whose zone means nothing.
        """
        self.unknown: set[str] = set()
        self.floating = floating
        self._definitions = definitions
        self._found: dict[str, tzinfo] = {"": floating, "UTC": UTC}

    def zone(self, name: str) -> tzinfo:
        """Return the clock of a TZID."""
        if name not in self._found:
            zone = self._look_up(name)
            if zone is None:
                self.unknown.add(name)
            self._found[name] = zone or self.floating
        return self._found[name]

    def _look_up(self, name: str) -> tzinfo | None:
        definition = self._definitions.get(name, ZoneDefinition(()))
        zone = None if definition.observances and _ABBREVIATION.fullmatch(name) else named_zone(name)
        if zone is None and definition.observances:
            return DefinedZone(definition.observances)
        zone = zone or named_zone(definition.location) or _shown_by_windows(name) or _offset(name)
        return zone or _said(name, is_of_australia=str(self.floating).startswith("Australia/"))


def _said(name: str, *, is_of_australia: bool) -> tzinfo | None:
    """Return the zone that people mean by "PDT", "Pacific Time" or a name of Windows cut short: "W. Europe".

    Args:
        name: What they say.
        is_of_australia: Who says "Eastern" there means another one.
    """
    short = re.sub(r"\s+time$", "", name.strip(), flags=re.IGNORECASE)
    if is_of_australia and short.casefold() in ("eastern", "central"):
        return None
    # Windows has "US Mountain" for Arizona alone, people for all of it.
    in_windows = f"{short} Standard Time" if " " in short and not short.startswith("US ") else ""
    return _iana(_SAID.get(short.casefold(), "") or WINDOWS_ZONES.get(in_windows, ""))


def _shown_by_windows(name: str) -> tzinfo | None:
    """Return the zone of a name such as "(UTC-05:00) Eastern Time (US & Canada)" or "(UTC+01:00) Amsterdam, Berlin".

    Its offset is that of winter alone, so one of its places counts, if that has this offset for a part of the year.
    Where no offset is stated, all places must have the same, and be several: one alone may be anybody's own name.
    """
    shown, offset = _SHOWN.fullmatch(name.strip()), _offset(name)
    if shown is not None and offset is not None:
        wanted = offset.utcoffset(None)
        possible = (zone for part in _LISTED.split(shown[1]) for zone in _of_a_part(part))
        return next((zone for zone in possible if wanted in _year(zone)), None)
    named = [zones for part in _LISTED.split(name) if (zones := _of_a_part(part))]
    years = {_year(zone) for zones in named for zone in zones}
    is_sure = len(named) > 1 or _TIME_OF.fullmatch(name.strip())
    return named[0][0] if len(years) == 1 and is_sure else None


def _of_a_part(part: str) -> list[ZoneInfo]:
    """Return the zones that a part of a name may mean: a place, or "Eastern Time"."""
    place = _COUNTRIES.sub("", part).strip()
    names = (WINDOWS_ZONES.get(re.sub(r"\bTime$", "Standard Time", place), ""), *_places().get(place.casefold(), ()))
    return [zone for zone in map(_iana, names) if zone]


def _year(zone: ZoneInfo) -> tuple[timedelta | None, ...]:
    return tuple(at.replace(tzinfo=zone).utcoffset() for at in _SEASONS)


@cache
def _spelt() -> dict[str, str]:
    """Return the names of the IANA database by themselves in lower case."""
    return {name.casefold(): name for name in available_timezones()}


@cache
def _places() -> dict[str, tuple[str, ...]]:
    """Return the zones of the IANA database by the place in their names."""
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(available_timezones()):
        place = name.rpartition("/")[2].replace("_", " ").casefold()
        found[place] = (*found.get(place, ()), name)
    return found


def _offset(name: str) -> tzinfo | None:
    """Return the fixed zone that a name such as "UTC+11" or "(UTC-03:00) Brasília" states."""
    match = _OFFSET.match(name)
    if match is None:
        return UTC if name.strip().upper().startswith(_UTC) else None
    hours, minutes = int(match[1]), int(match[2] or 0)
    if abs(hours) > 14 or minutes > 59:
        return None
    return timezone(timedelta(hours=hours, minutes=-minutes if match[1].startswith("-") else minutes))


class DefinedZone(tzinfo):
    """A clock that runs by the rules of a VTIMEZONE."""

    def __init__(self, observances: tuple[Observance, ...]) -> None:
        self._observances = observances
        self._fixed = sorted(
            (onset, one.before, one.after) for one in observances for onset in (one.onsets if not one.rule else ())
        )
        self._by_year: dict[int, list[tuple[datetime, timedelta, timedelta]]] = {}
        self._effort = Effort(500_000)
        self._before_all = min((one.onsets[0], one.before) for one in observances)[1]

    def utcoffset(self, at: datetime | None) -> timedelta:
        """Return what the clock is ahead of UTC; of a local time that is skipped, what it was before the gap.

        RFC 5545 §3.3.5 has it so, and takes a time that comes twice for the first.
        """
        if at is None:
            return timedelta()
        local = at.replace(tzinfo=None)
        onset = max(filter(None, (_last(self._fixed, local), _last(self._around(local.year), local))), default=None)
        if onset is None:
            return self._before_all
        began, before, after = onset
        is_skipped = after > before and local < began + (after - before)
        return before if is_skipped else after

    def dst(self, at: datetime | None) -> timedelta:
        """Return nothing: which of its times is summer time changes no instant."""
        return timedelta()

    def tzname(self, at: datetime | None) -> str:
        """Return no name."""
        return ""

    def fromutc(self, at: datetime) -> datetime:
        """Return the local time of an instant."""
        utc = at.replace(tzinfo=None)
        local = utc + self.utcoffset(utc)
        return (utc + self.utcoffset(local)).replace(tzinfo=self)

    def _around(self, year: int) -> list[tuple[datetime, timedelta, timedelta]]:
        """Return what began by a rule in a year or the one before it, or last before them."""
        if year not in self._by_year:
            first, last = datetime(max(2, year - 1), 1, 1), datetime(year, 12, 31, 23, 59, 59)  # noqa: DTZ001 - local
            self._by_year[year] = sorted(
                (onset, one.before, one.after)
                for one in self._observances
                for onset in _onsets(one, first, last, self._effort)
            )
        return self._by_year[year]


def _onsets(one: Observance, first: datetime, last: datetime, effort: Effort) -> list[datetime]:
    """Return when an observance with a rule began between two times; of a rule that ended earlier, the last time."""
    if one.rule is None:
        return []
    until = one.rule.until.local + one.before if one.rule.until else None
    if until is not None and until < first:
        first, last = until - min(_BACK, until - _EARLIEST), until
    try:
        found = list(instances(one.rule, one.onsets[0], first, last, until, effort))
    except TooMuchWork:
        found = []
    return [*(onset for onset in one.onsets if onset <= last), *found]


def _last(
    onsets: list[tuple[datetime, timedelta, timedelta]], local: datetime
) -> tuple[datetime, timedelta, timedelta] | None:
    place = bisect_right(onsets, local, key=lambda onset: onset[0])
    return onsets[place - 1] if place else None

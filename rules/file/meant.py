"""What was probably meant by a value that has not the form of its key: what people write, in the form that is read.

Each function returns the text to write instead, or an empty one where that is anybody's guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import MappingProxyType

from rules.durations import read_duration
from rules.faults import nearest

_NUMBER_WORDS = MappingProxyType(
    {"a": "1", "an": "1", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "ten": "10"}
    | {"twelve": "12", "fifteen": "15", "thirty": "30"}
)
_RHYTHMS = MappingProxyType(
    {"minutely": "1m", "hourly": "1h", "daily": "1d", "weekly": "1w", "monthly": "1 month", "yearly": "1 year"}
    | {"minute": "1m", "hour": "1h", "day": "1d", "week": "1w", "month": "1 month", "year": "1 year"}
    | {"half an hour": "30m", "half hour": "30m"}
)
_OTHER_UNITS = (
    (r"\bhrs?\b", "h"),
    (r"\bmins\b", "min"),
    (r"\bsecs\b", "s"),
    (r"\bmos?\b", "month"),
    (r"\byrs?\b", "years"),
)
_ISO_8601 = re.compile(r"p(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?)?")
_CLOCK = re.compile(r"(\d{1,2})(?:(?:[:.h]|uhr)?(\d{2})?)?\s*(am|pm|uhr|h|o'clock)?")
_BETWEEN = re.compile(r"\s*(?:-|–|—|to|until|till|bis|,|\.\.)\s*")
_SHORT_ZONES = MappingProxyType(
    {"PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "PT": "America/Los_Angeles"}
    | {"MDT": "America/Denver", "CST": "America/Chicago", "CDT": "America/Chicago", "CT": "America/Chicago"}
    | {"EDT": "America/New_York", "ET": "America/New_York", "BST": "Europe/London", "CEST": "Europe/Berlin"}
    | {"EEST": "Europe/Athens", "IST": "Asia/Kolkata", "JST": "Asia/Tokyo", "AEST": "Australia/Sydney"}
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NICKNAMES = MappingProxyType(
    {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0"}
    | {"@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *"}
)


def meant_length(text: str) -> str:
    """Return a length of time: `hourly`, `every 2 hours`, `1h30`, `1:30`, `01:30:00`, `1,5h`, `PT1H`."""
    said = " ".join(text.casefold().split()).removesuffix(" ago").rstrip(".")
    said = re.sub(r"^(?:(?:once )?(?:every|each|per|once)|after|in|about|~) ?(?:(?:a|an) (?=\w+$))?", "", said)
    if said in _RHYTHMS:
        return _RHYTHMS[said]
    if (iso := _ISO_8601.fullmatch(said)) and any(iso.groups()):
        return " ".join(f"{number}{unit}" for number, unit in zip(iso.groups(), "dhms", strict=True) if number)
    if clock := re.fullmatch(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?", said):
        return " ".join(f"{int(each)}{unit}" for each, unit in zip(clock.groups("0"), "hms", strict=True) if int(each))
    first, _, rest = said.partition(" ")
    said = f"{_NUMBER_WORDS.get(first, first)} {rest}".strip().replace(" and ", " ")
    said = re.sub(r"(\d),(\d)", r"\1.\2", re.sub(r"(\d+h) ?(\d+)$", r"\1 \2m", said))
    for other, unit in _OTHER_UNITS:
        said = re.sub(other if not said[:1].isdigit() else other.replace(r"\b", "", 1), unit, said)
    said = re.sub(r"^(\d+(?:\.\d+)?) ([hms])$", r"\1\2", said)
    return said if read_duration(said) else ""


def meant_time(text: str) -> str:
    """Return a time of the day: `8`, `8am`, `8.30`, `20h15`, `noon`."""
    said = " ".join(text.casefold().split()).removeprefix("at ").replace("a.m.", "am").replace("p.m.", "pm")
    if said in ("noon", "midday", "midnight"):
        return "00:00" if said == "midnight" else "12:00"
    found = _CLOCK.fullmatch(said)
    if not found:
        return ""
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] in ("am", "pm"):
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + 12 * (found[3] == "pm")
    if (hour, minute) == (24, 0):
        hour = 0
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else ""


def meant_hours(text: str) -> str:
    """Return the hours from when to when: `22-7`, `10pm to 7am`; nothing of a whole day, which is no such hours."""
    ends = [meant_time(end) for end in _BETWEEN.split(text.casefold().removeprefix("from ").strip())]
    return "-".join(ends) if len(ends) == 2 == len({*ends}) and all(ends) else ""


def meant_digest(text: str) -> str:
    """Return when a digest is sent: `daily`, `8:00`, `every day at 8am`, `fridays at 17:00`."""
    said = " ".join(text.casefold().split())
    before, _, time = said.rpartition(" at ") if " at " in said else ("", "", said)
    time = meant_time(time) or ("" if before else "08:00")
    words = re.findall(r"[a-z]+", before or said)
    day = next((day for word in words if (day := nearest_day(word))), "")
    if not time or (
        not day and not before and not meant_time(said) and not {"daily", "day", "weekly", "week"} & {*words}
    ):
        return ""
    weekly = day or ("monday" if {"weekly", "week"} & {*words} else "")
    return f"weekly on {weekly} at {time}" if weekly else f"daily at {time}"


def nearest_day(word: str) -> str:
    """Return the weekday that a word names, if only nearly or in short."""
    short = next((day for day in _WEEKDAYS if len(word) >= 3 and day.startswith(word)), "")
    return short or (nearest(word, _WEEKDAYS) if len(word) > 4 else "")


def meant_zone(text: str, known: Iterable[str]) -> str:
    """Return a time zone by its misspelt name, its city or its short name; none by an offset, which knows no summer."""
    if text.upper() in _SHORT_ZONES:
        return _SHORT_ZONES[text.upper()]
    if re.search(r"[+-]?\d", text):
        return ""
    names = list(known)
    cities = {zone.rpartition("/")[2].replace("_", " ").casefold(): zone for zone in sorted(names)}
    return cities.get(text.replace("_", " ").casefold(), "") or nearest(text, names)


def meant_cron(text: str) -> str:
    """Return a schedule in five fields: `@daily`, or one with seconds before it."""
    fields = text.split()
    if len(fields) == 6 and fields[0] in ("0", "00", "*"):
        return " ".join(fields[1:])
    return _NICKNAMES.get(text.strip().lower(), "")

"""The dates of feeds, in the many forms that they come in → instants in UTC.

Stated by RFC 5322 §3.3 and §4.3 (RSS), RFC 3339 and ISO 8601 (Atom, JSON Feed, Dublin Core), and by habit: month names
of other languages, a weekday or a zone that is missing, the order of `ctime`, Korean, Chinese and Japanese words.

A date that can be read in two ways, or not at all, is None. Nothing is taken from a clock.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta

MAX_LENGTH = 100

# RFC 5322 §4.3 gives the American ones, RFC 822 §5.1 the single letters; the others are those that name one offset
# only. IST, BST and CST are also used for India, Bangladesh and China: the first is left out, feeds mean the others.
_HOURS = {
    0: "z ut utc gmt wet",
    1: "bst west cet met mez",
    2: "cest mest mesz eet",
    3: "eest msk",
    8: "hkt sgt awst",
    9: "jst kst",
    9.5: "acst",
    10: "aest",
    10.5: "acdt",
    11: "aedt",
    12: "nzst",
    13: "nzdt",
    -2.5: "ndt",
    -3: "brt art adt",
    -3.5: "nst",
    -4: "at ast edt",
    -5: "et est cdt",
    -6: "ct cst mdt",
    -7: "mt mst pdt",
    -8: "pt pst akdt",
    -9: "akst",
    -10: "hst",
}
_ZONES = {
    "": 0.0,
    **{zone: float(hours) for hours, zones in _HOURS.items() for zone in zones.split()},
    **{letter: -float(place) for place, letter in enumerate("abcdefghiklm", 1)},
    **{letter: float(place) for place, letter in enumerate("nopqrstuvwxy", 1)},
}

# Beginnings of month names without accents: English, then German, French, Spanish, Portuguese, Italian, Dutch, Polish,
# Czech, Hungarian, Nordic, Turkish, Greek and Russian where they differ.
_MONTHS = (
    "jan gen ene led sty oca ιαν янв",
    "feb fev unor lut sub φεβ фев",
    "mar maer maar mrz brez μαρ μαω мар",
    "apr avr abr apri dub kwi nis απρ апр",
    "may mai mag mei maj kvet μαι мая маи",
    "jun juin giu cerven czerw haz ιουν ιον июн",
    "jul juil lug cervenec lip tem ιουλ ιολ июл",
    "aug aou ago avg srp sie agu αυγ авг",
    "sep set zari wrz szep eyl σεπ сен",
    "oct okt ott out rij paz eki οκτ окт",
    "nov listop lis kas νοε ноε ноя",
    "dec dez dic pros gru ara δεκ дек",
)
_MONTH_STARTS = sorted(
    ((start, month) for month, starts in enumerate(_MONTHS, 1) for start in starts.split()),
    key=lambda pair: -len(pair[0]),  # the longest first: "cervenec" is no "cerven"
)

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d*)?)?"
_OFFSET = r"(?:gmt|utc|z)?(?P<sign>[+-])(?P<off_hour>\d{1,2}):?(?P<off_minute>\d{2})?"
_ZONE = rf"(?: ?(?:{_OFFSET}(?: [a-z]{{2,5}})?|(?P<zone>[a-z]*)))(?: \([^)]*\))?"
_TAIL = rf"(?:(?:[t ]+| - | at ){_CLOCK} ?(?P<half>[ap]\.?m\.?)?)?{_ZONE}"
_FORMS = tuple(
    re.compile(form + _TAIL, re.ASCII)
    for form in (
        r"(?P<year>\d{4})[-/](?P<month>\d{1,2})(?:[-/](?P<day>\d{1,2}))?",
        r"(?P<year>\d{4})\.(?P<month>\d{1,2})\.(?P<day>\d{1,2})\.?",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?P<year>\d{4})-?(?P<ordinal>\d{3})",
        r"(?P<year>\d{4})",
        r"(?P<year>\d{2})-?(?P<month>\d{2})-?(?P<day>\d{2})",
        r"(?P<year>\d{2})-?(?P<ordinal>\d{3})",
        r"-(?P<year>\d{2})-?(?P<month>\d{2})",
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",
    )
)
_DENSE = re.compile(r"(\d{4})(\d\d)(\d\d)t?(\d\d)(\d\d)(\d\d)(?= ?(?:$|[a-z+-]))", re.ASCII)
_EPOCH = re.compile(r"(1\d{9})(\d{3})?", re.ASCII)
_WORDY = tuple(
    re.compile(form + _TAIL)
    for form in (
        r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º)?[-. ]+(?:de )?(?P<name>[^\W\d_]+)[-. ]+(?:de )?(?P<year>\d{4}|\d{2})",
        r"(?P<name>[^\W\d_]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)? (?P<year>\d{4}|\d{2})",
        r"(?P<year>\d{4})[- ](?P<name>[^\W\d_]+)[- ](?P<day>\d{1,2})\.?",
        r"(?P<name>[^\W\d_]+)\.? (?P<year>\d{4})",
    )
)
_CTIME = re.compile(
    rf"(?P<name>[^\W\d_]+) (?P<day>\d{{1,2}}) {_CLOCK} (?:{_OFFSET} |(?P<zone>[a-z]+) )?(?P<year>\d{{4}})"
)
_KOREAN = re.compile(r"(\d{4})[년-] ?(\d{1,2})[월-] ?(\d{1,2})일? (오전|오후)? ?(\d{1,2}:\d{2}(?::\d{2})?)")
_CHINESE = re.compile(r"(\d{4})年 ?(\d{1,2})月 ?(\d{1,2})日")
_WEEKDAY = re.compile(r"[^\W\d_]+\.?,? ?(?=\S)")


def read_date(text: str) -> datetime | None:
    """Return the instant that a date of a feed states, in UTC and whole seconds, or None.

    A date without a time is its first second, a month its first day, and a time without a zone is UTC, as feed readers
    take it; a zone that nobody knows leaves the date unknown. Two digits of a year are RFC 5322's: 50 is 1950.
    """
    if not text.strip() or len(text) > MAX_LENGTH:
        return None
    folded = _fold(text)
    epoch = _EPOCH.fullmatch(folded)
    if epoch:
        return datetime.fromtimestamp(int(epoch[1]), UTC)
    folded = _CHINESE.sub(r"\1-\2-\3", _KOREAN.sub(_from_korean, folded))
    folded = _DENSE.sub(r"\1-\2-\3t\4:\5:\6", folded)
    if not folded:
        return None
    for candidate in dict.fromkeys((folded, _WEEKDAY.sub("", folded, count=1) if folded[0].isalpha() else folded)):
        for form in (*_FORMS, _CTIME, *_WORDY):
            match = form.fullmatch(candidate)
            if match:
                return _instant(match.groupdict())
    return None


def _fold(text: str) -> str:
    """Return the text in lower case, without accents, with single spaces and plain signs."""
    # Hangul is composed again: decomposed it is letters that no pattern here knows.
    bare = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    plain = unicodedata.normalize("NFC", bare).replace("\N{MINUS SIGN}", "-").replace("etc/", "")
    return re.sub(r"\s*,\s*", " ", re.sub(r"\s+", " ", plain)).strip()


def _from_korean(match: re.Match[str]) -> str:
    """Rewrite a Korean date; Korea has one zone and feeds leave it out."""
    year, month, day, half, clock = match.groups()
    mark = {"오전": " am", "오후": " pm"}.get(half, "")
    return f"{year}-{month}-{day} {clock}{mark} +0900" if half or "년" in match[0] else match[0]


def _instant(parts: dict[str, str | None]) -> datetime | None:
    offset = _offset(parts)
    if parts.get("sign") and parts["hour"] is None:  # "2013-01-27-01" is no date with a zone
        return None
    month = month_named(parts.get("name")) if parts.get("name") else int(parts.get("month") or 1)
    if offset is None or month is None:
        return None
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    if parts.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if str(parts["half"]).startswith("p") else 0)
    extra = timedelta()
    if (hour, minute, second) == (24, 0, 0):  # ISO 8601: the end of the day
        hour, extra = 0, timedelta(days=1)
    if second == 60:  # RFC 3339 §5.7: a leap second
        second, extra = 59, timedelta(seconds=1)
    try:
        day = _day(parts, month)
        return day.replace(hour=hour, minute=minute, second=second) + extra - offset
    except (ValueError, OverflowError):
        return None


def _day(parts: dict[str, str | None], month: int) -> datetime:
    year = _year(str(parts["year"]))
    if not parts.get("ordinal"):
        return datetime(year, month, int(parts.get("day") or 1), tzinfo=UTC)
    day = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=int(str(parts["ordinal"])) - 1)
    if day.year != year:
        raise ValueError(parts["ordinal"])
    return day


def _year(digits: str) -> int:
    if len(digits) == 2:
        return int(digits) + (2000 if int(digits) < 50 else 1900)
    year = int(digits)
    if year < 1900:  # "0001-01-01" is what some programs write for no date
        raise ValueError(digits)
    return year


def month_named(name: str | None) -> int | None:
    """Return the month whose name, in lower case and perhaps cut short, a text begins with."""
    return next((month for start, month in _MONTH_STARTS if name and name.startswith(start)), None)


def _offset(parts: dict[str, str | None]) -> timedelta | None:
    if parts.get("sign"):
        hours, minutes = int(parts["off_hour"] or 0), int(parts["off_minute"] or 0)
        if hours > 23 or minutes > 59:
            return None
        return timedelta(hours=hours, minutes=minutes) * (-1 if parts["sign"] == "-" else 1)
    hours_off = _ZONES.get(parts.get("zone") or "")
    return None if hours_off is None else timedelta(hours=hours_off)

"""The forms that values of the rule file take: lengths of time, yes and no, schedules, addresses, zones, currencies.

Each is a type for a pydantic model that reads the form, says in a sentence what was expected, and describes itself in
the JSON schema.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, SecretStr, WithJsonSchema
from pydantic_core import PydanticCustomError

from rules.currencies import ISO_4217
from rules.durations import read_duration
from rules.faults import nearest
from rules.file.cron import BadCron, Cron, daily_at, read_cron
from rules.rule import Again, For

SAID = "said"
"""The type of the errors whose sentence is ours already."""

_CLOCK = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"
_QUIET = re.compile(rf"({_CLOCK})\s*-\s*({_CLOCK})")
_DIGEST = re.compile(rf"(?:daily|weekly on (?:mon|tues|wednes|thurs|fri|satur|sun)day) at {_CLOCK}", re.IGNORECASE)
_POLLS = re.compile(r"([0-9]{1,4}) polls?")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://.+", re.IGNORECASE | re.DOTALL)


def said(message: str, hint: str = "") -> PydanticCustomError:
    """Return an error whose sentence is for the owner as it stands; the key it is about is put before it."""
    return PydanticCustomError(SAID, "{message}", {"message": message, "hint": hint})


def _duration(value: object) -> timedelta:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise said(f"needs a unit: {value} of what?", f"{value}m, {value}h or {value}d")
    length = read_duration(value) if isinstance(value, str) else None
    if length is None:
        raise said("takes a length of time", "30m, 12h or 7d")
    return length


def _interval(value: object) -> timedelta:
    length = _duration(value)
    if length < timedelta(seconds=1):
        raise said("takes a second at least", "1s")
    return length


def _yes_or_no(value: object) -> bool:
    word = str(value).strip().casefold() if isinstance(value, str | bool) else ""
    if word in {"yes", "true", "on"}:
        return True
    if word in {"no", "false", "off"}:
        return False
    raise said("takes yes or no")


def _hold(value: object) -> For:
    if isinstance(value, int):
        raise said(f"needs a unit: {value} of what?", f"{value} polls, or {value}h")
    if isinstance(value, str):
        if (polls := _POLLS.fullmatch(value.strip())) and int(polls[1]):
            return For(polls=int(polls[1]))
        if length := read_duration(value):
            return For(length=length)
    raise said("takes a number of polls or a length of time", "3 polls, or 1h")


def _again(value: object) -> Again:
    words = " ".join(value.split()).casefold() if isinstance(value, str) else ""
    if words == "never":
        return Again("never")
    if words in {"when lower", "lower"}:
        return Again("lower")
    if words in {"when higher", "higher"}:
        return Again("higher")
    if words.startswith("every ") and (length := read_duration(words.removeprefix("every "))):
        return Again("every", length)
    raise said("takes `when lower`, `when higher`, `every 1d` or `never`")


def _cron(value: object) -> Cron:
    try:
        return read_cron(str(value))
    except BadCron as error:
        raise said(f"is no schedule: {error}", '"0 8 * * 1-5" is every working day at 08:00') from error


def _at(value: object) -> Cron:
    try:
        return daily_at(str(value))
    except BadCron as error:
        raise said("takes a time of the day", '"08:00"') from error


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _channel_url(url: SecretStr) -> SecretStr:
    if not _ADDRESS.fullmatch(url.get_secret_value().strip()):
        raise said("takes an Apprise address, which begins with a service and ://", "ntfys://ntfy.sh/topic")
    return url


def _quiet(value: str) -> str:
    if not _QUIET.fullmatch(value.strip()):
        raise said("takes the hours from when to when", '"22:00-07:00"')
    return value


def _digest(value: str) -> str:
    if not _DIGEST.fullmatch(" ".join(value.split())):
        raise said("takes a time of each day or week", "daily at 08:00, or weekly on monday at 08:00")
    return value


def _network(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value.strip()))
    except ValueError:
        pass
    try:
        wider = ipaddress.ip_network(value.strip(), strict=False)
    except ValueError:
        raise said("takes networks and addresses in numbers", "192.168.1.0/24, or 192.168.1.7") from None
    raise said(f"names one machine of a network: {value}", f"{wider} for the network, or the address alone")


def _zone(value: object) -> ZoneInfo:
    name = value.strip() if isinstance(value, str) else ""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    known = available_timezones()
    cities = {zone.rpartition("/")[2].replace("_", " ").casefold(): zone for zone in sorted(known)}
    meant = nearest(name, known) or cities.get(name.replace("_", " ").casefold(), "")
    hint = f"did you mean {meant}?" if meant else "write it as Europe/Berlin or America/New_York"
    raise said(f"{name or 'this'} is no time zone of the IANA list", hint)


def _currency(value: str) -> str:
    code = value.strip().upper()
    if code not in ISO_4217:
        meant = nearest(code, ISO_4217)
        hint = f"did you mean {meant}?" if meant else "write a code of three letters, such as USD or EUR"
        raise said(f"{value} is no currency code of ISO 4217", hint)
    return code


_DURATION_SCHEMA = {
    "type": "string",
    "pattern": r"^\s*[0-9]+(\.[0-9]+)?\s*[A-Za-z]+(\s*[0-9]+(\.[0-9]+)?\s*[A-Za-z]+)*\s*$",
    "examples": ["30m", "12h", "7d", "6 months"],
}


def _text_schema(*examples: str, pattern: str = "") -> WithJsonSchema:
    shape: dict[str, Any] = {"type": "string", "examples": list(examples)}
    return WithJsonSchema({**shape, "pattern": pattern} if pattern else shape)


Duration = Annotated[timedelta, PlainValidator(_duration), WithJsonSchema(_DURATION_SCHEMA)]
Interval = Annotated[timedelta, PlainValidator(_interval), WithJsonSchema(_DURATION_SCHEMA)]
YesOrNo = Annotated[bool, PlainValidator(_yes_or_no), WithJsonSchema({"enum": [True, False, "yes", "no", "on", "off"]})]
Hold = Annotated[For, PlainValidator(_hold), _text_schema("3 polls", "1h", pattern=r"^\s*[0-9].*[A-Za-z]\s*$")]
Reminders = Annotated[
    Again,
    PlainValidator(_again),
    _text_schema("when lower", "when higher", "every 1d", "never", pattern="lower|higher|every|never"),
]
CronText = Annotated[Cron, PlainValidator(_cron), _text_schema("0 8 * * 1-5", pattern=r"^\s*\S+(\s+\S+){4}\s*$")]
TimeOfDay = Annotated[Cron, PlainValidator(_at), _text_schema("08:00", pattern="[0-9]:[0-9]")]
QuietHours = Annotated[str, AfterValidator(_quiet), _text_schema("22:00-07:00", pattern="[0-9]:[0-9]")]
Digest = Annotated[str, AfterValidator(_digest), _text_schema("daily at 08:00", pattern="[0-9]:[0-9]")]
ChannelUrl = Annotated[SecretStr, AfterValidator(_channel_url), _text_schema("ntfys://ntfy.sh/${env:NTFY_TOPIC}")]
NetworkText = Annotated[str, AfterValidator(_network), _text_schema("192.168.1.0/24")]
Zone = Annotated[ZoneInfo, PlainValidator(_zone), _text_schema("Europe/Berlin", "America/New_York")]
Currency = Annotated[str, AfterValidator(_currency), _text_schema("USD", "EUR")]
Sentence = Annotated[str, Field(min_length=1, max_length=4000)]
OneOrMore = Annotated[
    tuple[str, ...],
    BeforeValidator(_one_or_more),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]

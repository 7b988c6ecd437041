"""The forms that values of the rule file take: lengths of time, yes and no, schedules, addresses, zones, currencies.

Each is a type for a pydantic model that reads the form, says in a sentence what was expected, and describes itself in
the JSON schema.
"""

from __future__ import annotations

import ipaddress
import json
import re
import shlex
from datetime import time, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, SecretStr, WithJsonSchema
from pydantic_core import PydanticCustomError, PydanticKnownError

from rules.currencies import ISO_4217
from rules.delivery import Limit, Patience, Quiet
from rules.durations import read_duration
from rules.faults import nearest
from rules.file.cron import BadCron, Cron, daily_at, read_cron
from rules.file.meant import meant_cron, meant_digest, meant_hours, meant_length, meant_time, meant_zone
from rules.rule import Again, For, Pace
from rules.when.currency_signs import read_currency

SAID = "said"
"""The type of the errors whose sentence is ours already."""

_CLOCK = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"
_QUIET = re.compile(rf"({_CLOCK})\s*-\s*({_CLOCK})")
_WEEKDAYS = {
    f"{day}day": number for number, day in enumerate(("sun", "mon", "tues", "wednes", "thurs", "fri", "satur"))
}
_DIGEST = re.compile(
    rf"(?:daily|weekly on (?P<day>{'|'.join(_WEEKDAYS)})) at (?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])",
    re.IGNORECASE,
)
_PER = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}
_LIMIT = re.compile(rf"(?:at most )?(?P<most>[0-9]{{1,5}}) ?(?:per|an?|/|each|every) ?(?P<per>{'|'.join(_PER)})")
_POLLS = re.compile(r"([0-9]{1,4}) polls?")
_LESS_THAN_A_SECOND = re.compile(r"0+(?:\.0+)?\s*[A-Za-z]+|[0-9]+(?:\.[0-9]+)?\s*(?:ms|milliseconds?)")
_SHELL_VARIABLE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_MAIL_ADDRESS = re.compile(r"[^\s@/]+@[^\s@/]+")
_USUAL = ("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD")
_NUMBERS = {"0": "no", "1": "yes"}
_NEVER = {"no", "false", "off", "once", "one time", "only once"}
# This machine's own screen, log or light needs no more than the service's name.
_HERE = "dbus|kde|qt|glib|gio|gnome|macosx|windows|syslog|blink1"
_ADDRESS = re.compile(rf"[a-z][a-z0-9+.-]*://.+|(?:{_HERE})://", re.IGNORECASE | re.DOTALL)


def said(message: str, hint: str = "") -> PydanticCustomError:
    """Return an error whose sentence is for the owner as it stands; the key it is about is put before it."""
    return PydanticCustomError(SAID, "{message}", {"message": message, "hint": hint})


def _or_such_as(meant: str, example: str) -> str:
    """Return the hint to write what was probably meant, or an example."""
    return f"write {meant}" if meant else f"such as {example}"


def _duration(value: object) -> timedelta:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise said(f"needs a unit: {value} of what?", f"write {value}m, {value}h or {value}d")
    text = _parts_of_time(value).strip()
    length = read_duration(text) if isinstance(value, str) else None
    if length is None:
        if re.match(r"-\s*[0-9]|0+(?:\.0+)?\s*[A-Za-z]+$", text):
            raise said(f"takes a length of time, and {text} is none", "such as 30m, 12h or 7d")
        raise said("takes a length of time", _or_such_as(meant_length(text), "30m, 12h or 7d"))
    return length


def _parts_of_time(value: object) -> str:
    """Return a length of time as it is written, or as its units and numbers would be: `{minutes: 5}`."""
    if isinstance(value, dict):
        return " ".join(f"{number} {unit}" for unit, number in value.items())
    return value if isinstance(value, str) else ""


def _rhythm(value: object) -> timedelta | Literal["auto"]:
    if value == "auto":
        return "auto"
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if text.count(" ") == 4 and text[0] in "*0123456789":
        raise said("takes a length of time", f'for a schedule write cron: "{text}" in place of it')
    if " at " in text and (daily := meant_digest(text).removeprefix("daily at ")) and ":" in daily[:3]:
        raise said("takes a length of time", f"for a time of each day write at: {daily} in place of it")
    return _interval(value)


def _interval(value: object) -> timedelta:
    if isinstance(value, str) and _LESS_THAN_A_SECOND.fullmatch(value.strip()):
        raise said("takes a second at least", "write 1s, or 1m for a site of somebody else's")
    length = _duration(value)
    if length < timedelta(seconds=1):
        raise said("takes a second at least", "write 1s, or 1m for a site of somebody else's")
    return length


def _bounds(value: object) -> Pace:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise said("takes two lengths of time", "[15m, 1d]")
    least, most = map(_interval, value)
    if least >= most:
        raise said("takes the shorter one first", f"[{value[1]}, {value[0]}]" if least > most else "[15m, 1d]")
    return Pace(least, most)


def _yes_or_no(value: object) -> bool:
    word = str(value).strip().casefold() if isinstance(value, str | bool) else ""
    if word in {"yes", "true", "on"}:
        return True
    if word in {"no", "false", "off"}:
        return False
    raise said(
        "takes yes or no", f"write {_NUMBERS[str(value)]}" if str(value) in _NUMBERS else "write yes, or delete it"
    )


def _hold(value: object) -> For:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        often = "1 poll" if value == 1 else f"{value} polls"
        raise said(f"needs a unit: {value} of what?", f"write {often}, or {value}h")
    if isinstance(value, str):
        if (polls := _POLLS.fullmatch(value.strip())) and int(polls[1]):
            return For(polls=int(polls[1]))
        if length := read_duration(value):
            return For(length=length)
    text = _parts_of_time(value).strip() or str(value)
    times = re.fullmatch(r"([1-9][0-9]{0,3})\s*(?:x|times|in a row|checks?|readings?)", text, re.IGNORECASE)
    meant = f"{times[1]} polls" if times else meant_length(text)
    raise said("takes a number of polls or a length of time", _or_such_as(meant, "3 polls, or 1h"))


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
    meant = meant_length(words)
    hint = "write never" if words in _NEVER else f"write every {meant}" if meant else "leave it out to be told once"
    raise said("takes `when lower`, `when higher`, `every 1d` or `never`", hint)


def _cron(value: object) -> Cron:
    try:
        return read_cron(str(value))
    except BadCron as error:
        meant = meant_cron(str(value))
        hint = f'write "{meant}"' if meant else error.hint or '"0 8 * * 1-5" is every working day at 08:00'
        raise said(f"is no schedule: {error}", hint) from error


def _at(value: object) -> Cron:
    try:
        return daily_at(str(value))
    except BadCron as error:
        if isinstance(value, list):
            raise said("takes one time of the day", 'for several write cron, as in cron: "0 8,20 * * *"') from error
        meant = meant_time(str(value))
        raise said("takes a time of the day", _or_such_as(meant and f'"{meant}"', '"08:00"')) from error


def _words(value: object) -> object:
    if isinstance(value, str):
        try:
            words = shlex.split(value)
        except ValueError:  # a quote that is not closed
            words = value.split()
        raise said("takes a command with its arguments in a list", f"write {json.dumps(words, ensure_ascii=False)}")
    return value


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _channel_url(url: SecretStr) -> SecretStr:
    address = url.get_secret_value().strip()
    if not _ADDRESS.fullmatch(address):
        hint = "such as ntfys://ntfy.sh/a-topic-that-nobody-guesses"
        if variable := _SHELL_VARIABLE.fullmatch(address):
            hint = f"write ${{env:{variable[1]}}}"
        elif _MAIL_ADDRESS.fullmatch(address):
            hint = "such as mailtos://user:password@mail.example, out of the file by ${file:mail-url}"
        raise said("takes an Apprise address, which begins with a service and ://", hint)
    return url


def _one_text(value: object) -> str:
    if isinstance(value, list | dict):
        raise PydanticKnownError("string_type")
    return " ".join(str(value).split())


def _quiet(value: object) -> Quiet:
    text = _one_text(value)
    found = _QUIET.fullmatch(text)
    if not found:
        meant = meant_hours(text)
        raise said("takes the hours from when to when", _or_such_as(meant and f'"{meant}"', '"22:00-07:00"'))
    begin, end = (time.fromisoformat(clock.zfill(5)) for clock in found.groups())
    if begin == end:
        raise said("begins when it ends, which is never or always", '"22:00-07:00"')
    return Quiet(begin, end)


def _moments(value: object) -> str:
    """Return when something is sent, as a cron text: each day, each week, or by its five fields."""
    text = _one_text(value)
    if found := _DIGEST.fullmatch(text):
        day = _WEEKDAYS[found["day"].casefold()] if found["day"] else "*"
        return f"{int(found['minute'])} {int(found['hour'])} * * {day}"
    if text.count(" ") == 4 and text[0] in "*0123456789":
        return _cron(text).text
    example = "daily at 08:00, or weekly on monday at 08:00"
    raise said("takes a time of each day or week", _or_such_as(meant_digest(text), example))


def _summary(value: object) -> str | Literal[False]:
    word = _one_text(value).casefold()
    return False if word in {"no", "false", "off", "never"} else _moments(value)


def _limit(value: object) -> Limit:
    found = _LIMIT.fullmatch(_one_text(value).casefold())
    if not found or not int(found["most"]):
        raise said("takes how many there may be in how long", "10 per hour, or 2 a month")
    return Limit(int(found["most"]), _PER[found["per"]])


def _patience(value: object) -> Patience:
    """Return how long a rule may go unjudged: `6h`, `3 polls`, or `3 polls and 6h`."""
    text = _one_text(value)
    polls, length = 0, timedelta()
    for part in text.split(" and "):
        if (counted := _POLLS.fullmatch(part)) and int(counted[1]) and not polls:
            polls = int(counted[1])
        elif (read := read_duration(part)) and not length:
            length = read
        else:
            raise said("takes a number of polls, a length of time, or both", "3 polls and 6h")
    return Patience(max(polls, 1), length)


def _listen(value: object) -> tuple[str, int]:
    host, _, port = _one_text(value).rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    try:
        ipaddress.ip_address(host)
        number = int(port)
    except ValueError:
        number = 0
    if not 0 < number < 65536:
        raise said("takes an address in numbers and a port", "127.0.0.1:8443")
    return host, number


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


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # brackets that hold no address
        is_one = False
    if not is_one:
        raise said("takes a web address", "such as https://one.example/")
    return value


def _zone(value: object) -> ZoneInfo:
    name = str(value).strip()
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    meant = meant_zone(name, available_timezones())
    hint = "write the zone by its city, as Europe/Berlin or America/New_York"
    raise said(f"{name} is no time zone of the IANA list", f"did you mean {meant}?" if meant else hint)


def _currency(value: str) -> str:
    code = value.strip().upper()
    if code not in ISO_4217:
        meant = read_currency(value.strip(), None) or _nearest_currency(code)
        hint = f"did you mean {meant}?" if meant else "write a code of three letters, such as USD or EUR"
        raise said(f"{value} is no currency code of ISO 4217", hint)
    return code


# JSON schema's patterns have no sign for "in any case of letters".
_REMINDERS = "[Ll][Oo][Ww][Ee][Rr]|[Hh][Ii][Gg][Hh][Ee][Rr]|[Ee][Vv][Ee][Rr]"


def _nearest_currency(code: str) -> str:
    """Return the code that was probably meant, of those in daily use before all others."""
    return (nearest(code, _USUAL) or nearest(code, ISO_4217)) if len(code) == 3 else ""


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
Rhythm = Annotated[
    timedelta | Literal["auto"],
    PlainValidator(_rhythm),
    WithJsonSchema({"anyOf": [{"const": "auto"}, _DURATION_SCHEMA]}),
]
Bounds = Annotated[
    Pace,
    PlainValidator(_bounds),
    WithJsonSchema({"type": "array", "items": _DURATION_SCHEMA, "minItems": 2, "maxItems": 2}),
]
YesOrNo = Annotated[bool, PlainValidator(_yes_or_no), WithJsonSchema({"enum": [True, False, "yes", "no", "on", "off"]})]
Hold = Annotated[For, PlainValidator(_hold), _text_schema("3 polls", "1h", pattern=r"^\s*[0-9].*[A-Za-z]\s*$")]
Reminders = Annotated[
    Again,
    PlainValidator(_again),
    _text_schema("when lower", "when higher", "every 1d", "never", pattern=_REMINDERS),
]
CronText = Annotated[Cron, PlainValidator(_cron), _text_schema("0 8 * * 1-5", pattern=r"^\s*\S+(\s+\S+){4}\s*$")]
TimeOfDay = Annotated[Cron, PlainValidator(_at), _text_schema("08:00", pattern="[0-9]:[0-9]")]
QuietHours = Annotated[Quiet, PlainValidator(_quiet), _text_schema("22:00-07:00", pattern="[0-9]:[0-9]")]
_MOMENTS = _text_schema(
    "daily at 08:00", "weekly on friday at 17:00", "0 8 * * 1-5", pattern=r"[0-9]:[0-9]|^\s*\S+(\s+\S+){4}\s*$"
)
Digest = Annotated[str, PlainValidator(_moments), _MOMENTS]
Summary = Annotated[
    str | Literal[False],
    PlainValidator(_summary),
    _text_schema("no", "weekly on sunday at 18:00", pattern=r"^\s*[Nn][Oo]\s*$|[0-9]:[0-9]|^\s*\S+(\s+\S+){4}\s*$"),
]
AtMost = Annotated[
    Limit, PlainValidator(_limit), _text_schema("10 per hour", "2 a month", pattern="^[^0-9]*[0-9]+ ?[a-z/]")
]
Blindness = Annotated[
    Patience, PlainValidator(_patience), _text_schema("3 polls and 6h", "1d", pattern="[0-9] ?[A-Za-z]")
]
Listening = Annotated[tuple[str, int], PlainValidator(_listen), _text_schema("127.0.0.1:8443", pattern=":[0-9]+$")]
ChannelUrl = Annotated[SecretStr, AfterValidator(_channel_url), _text_schema("ntfys://ntfy.sh/${env:NTFY_TOPIC}")]
WebAddress = Annotated[str, AfterValidator(_web_address), _text_schema("https://one.example/", pattern="^https?://.")]
NetworkText = Annotated[str, AfterValidator(_network), _text_schema("192.168.1.0/24")]
Zone = Annotated[ZoneInfo, PlainValidator(_zone), _text_schema("Europe/Berlin", "America/New_York")]
Currency = Annotated[str, AfterValidator(_currency), _text_schema("USD", "EUR")]
Sentence = Annotated[str, Field(min_length=1, max_length=4000)]
Command = Annotated[tuple[Annotated[str, Field(max_length=4000)], ...], BeforeValidator(_words), Field(min_length=1)]
OneOrMore = Annotated[
    tuple[str, ...],
    BeforeValidator(_one_or_more),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]

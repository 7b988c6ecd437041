"""Answers of the MusicBrainz web service, as what they say of releases and artists.

    bytes ▶ read_answer ▶ Answer(releases, artists, count) | WatchError

Both forms of an answer are read: JSON, and the XML of the schema mmd-2.0, which is first brought into the shape of the
JSON. The service is described at https://musicbrainz.org/doc/MusicBrainz_API, its searches at
https://musicbrainz.org/doc/MusicBrainz_API/Search, types at https://musicbrainz.org/doc/Release_Group/Type.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn
from xml.etree import ElementTree

from watchers.api import Day, SourceChanged, SourceGone, SourceUnavailable

PRIMARY_TYPES: Final = ("album", "single", "ep", "broadcast", "other")
MBID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)

_NAMESPACE = "{http://musicbrainz.org/ns/mmd-2.0#}"
# Line ends and tabs become spaces elsewhere; of the rest no store, mail or terminal wants any.
_UNWANTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
# A part that is not known is written ??: 2026-??-13 is some day in 2026.
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?|-\?\?-[0-9]{2})?")


@dataclass(frozen=True, slots=True)
class Release:
    """A release group, or one release of it.

    Attributes:
        id: The MBID, as the server writes it.
        credit: The artists as they are printed on it; empty where the answer does not say.
        artists: The MBIDs of the credited artists, in lower case.
        type: The primary type in lower case, as stated; empty where none is.
        secondary_types: In lower case; None where the answer does not say whether there are any.
        date: As stated: a release group's first release, or the release's own.
    """

    id: str
    title: str
    is_group: bool
    credit: str = ""
    artists: frozenset[str] = frozenset()
    type: str = ""
    secondary_types: tuple[str, ...] | None = None
    date: str = ""
    disambiguation: str = ""


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist as a search or a lookup shows it; `other_names` are the aliases and the name that it is sorted by."""

    id: str
    name: str
    other_names: tuple[str, ...] = ()
    disambiguation: str = ""
    country: str = ""
    years: str = ""

    def __str__(self) -> str:
        about = "; ".join(part for part in (self.disambiguation, self.country, self.years) if part)
        return f"{self.name} ({about}) {self.id}" if about else f"{self.name} {self.id}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one answer holds.

    Attributes:
        count: How many things the server has for the question, on this page and others; None where it does not say.
        unreadable: How many entries have no identity or no title.
    """

    releases: tuple[Release, ...] = ()
    artists: tuple[Artist, ...] = ()
    count: int | None = None
    unreadable: int = 0

    @property
    def listed(self) -> int:
        """How many entries this page has."""
        return len(self.releases) + len(self.artists) + self.unreadable


def read_answer(body: bytes) -> Answer:
    """Return what an answer says.

    Raises:
        SourceChanged: It is no answer of this service, or speaks of something else than releases and artists.
        SourceGone: It says that what was asked for is not there.
        SourceUnavailable: It says that the server is too busy.
    """
    try:
        is_json = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
        root = json.loads(body) if is_json else _from_xml(body)
        return _read(root)
    except (ValueError, RecursionError) as error:  # neither form of an honest answer is deep enough for the second
        raise SourceChanged("the answer is neither JSON nor XML of MusicBrainz") from error


def day(text: str) -> Day | None:
    """Return a date as exact as it is stated (2026, 2026-05, 2026-05-13), or None where it is no date."""
    match = _DATE.fullmatch(text)
    if not match:
        return None
    year, month, date = (int(part) if part else None for part in match.groups())
    try:
        datetime.date(year or 0, 1 if month is None else month, 1 if date is None else date)
    except ValueError:
        return None
    return Day(year or 0, month, date)


def _read(root: Any) -> Answer:
    """Return what an answer in the shape of JSON says, whichever question it answers."""
    if not isinstance(root, dict):
        raise SourceChanged("the answer is not one of MusicBrainz: it is a list or a single value")
    if "error" in root:
        _raise_stated(_text(root["error"]) or "no reason is given")
    if "primary-type" in root:
        return _releases([root], is_group=True)
    if isinstance(root.get("release-groups"), list):
        return _releases(root["release-groups"], is_group=True, count=_count(root, "release-group"))
    if root.keys() & {"status", "packaging", "barcode", "release-events"} and "title" in root:
        return _releases([root], is_group=False)
    if isinstance(root.get("releases"), list):
        return _releases(root["releases"], is_group=False, count=_count(root, "release"))
    if isinstance(root.get("artists"), list):
        return _artists(root["artists"], count=_count(root, "artist"))
    if "sort-name" in root and root.keys() & {"gender", "gender-id", "begin-area", "end-area"}:
        return _artists([root])
    raise SourceChanged("the answer is not one of MusicBrainz: it holds no release groups, releases or artists")


def _raise_stated(said: str) -> NoReturn:
    """Raise the trouble that the server names itself."""
    said = said[:200].rstrip(". ")
    if said.casefold().startswith("not found"):
        raise SourceGone("the server says that it is not there")
    if re.search(r"rate limit|busy|try again|unavailable|timeout", said, re.IGNORECASE):
        raise SourceUnavailable(f"the server says: {said}")
    raise SourceChanged(f"the answer is an error: {said}")


def _releases(entries: list[Any], *, is_group: bool, count: int | None = None) -> Answer:
    """Read a list of release groups or releases."""
    found = tuple(filter(None, (_release(entry, is_group=is_group) for entry in entries)))
    _refuse_unread(entries, found)
    return Answer(releases=found, count=count, unreadable=len(entries) - len(found))


def _release(entry: Any, *, is_group: bool) -> Release | None:
    """Read one release group or release; None without its identity or its title."""
    if not isinstance(entry, dict):
        return None
    mbid, title = _text(entry.get("id")), _text(entry.get("title"))
    if not (MBID.fullmatch(mbid) and title):
        return None
    group = entry if is_group else _members(entry.get("release-group"))
    # Before primary and secondary types were told apart, `type` held one or the other.
    former = _text(group.get("type")).lower()
    secondary = group.get("secondary-types")
    credited = [_members(credit) for credit in _list(entry.get("artist-credit"))]
    return Release(
        id=mbid,
        title=title,
        is_group=is_group,
        credit=_printed(credited),
        artists=frozenset(filter(None, (_text(_members(one.get("artist")).get("id")).lower() for one in credited))),
        type=_text(group.get("primary-type")).lower() or (former if former in PRIMARY_TYPES else ""),
        secondary_types=_names(secondary) if isinstance(secondary, list) else None,
        date=_text(entry.get("first-release-date" if is_group else "date")),
        disambiguation=_text(entry.get("disambiguation")),
    )


def _printed(credited: Iterable[Mapping[str, Any]]) -> str:
    """Return artists as they are printed: each name and what joins it to the next."""
    printed = ""
    for one in credited:
        joined = one.get("joinphrase")
        printed += _text(one) or _text(one.get("artist"))
        printed += joined if isinstance(joined, str) else ""
    return _clean(printed)


def _artists(entries: list[Any], *, count: int | None = None) -> Answer:
    """Read a list of artists."""
    found = tuple(filter(None, map(_artist, entries)))
    _refuse_unread(entries, found)
    return Answer(artists=found, count=count, unreadable=len(entries) - len(found))


def _refuse_unread(entries: list[Any], found: tuple[Any, ...]) -> None:
    """Refuse a list of which nothing could be read: other services have lists of these names too."""
    if entries and not found:
        raise SourceChanged("the answer is not one of MusicBrainz: nothing that it lists has an MBID and a name")


def _artist(entry: Any) -> Artist | None:
    """Read one artist; None without its identity or its name."""
    entry = _members(entry)
    mbid, name = _text(entry.get("id")), _text(entry.get("name"))
    if not (MBID.fullmatch(mbid) and name):
        return None
    span = _members(entry.get("life-span"))
    begin, end = _text(span.get("begin"))[:4], _text(span.get("end"))[:4]
    return Artist(
        id=mbid.lower(),
        name=name,
        other_names=tuple(filter(None, (_text(entry.get("sort-name")), *map(_text, _list(entry.get("aliases")))))),
        disambiguation=_text(entry.get("disambiguation")),
        country=_text(entry.get("country")) or _text(entry.get("area")),
        years=f"{begin}–{end}" if begin and end else f"since {begin}" if begin else f"until {end}" if end else "",
    )


def _count(root: Mapping[str, Any], name: str) -> int | None:
    """Return how many there are in all: a browse says `release-group-count`, a search `count`."""
    count = root.get(f"{name}-count", root.get("count"))
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None


def _names(values: list[Any]) -> tuple[str, ...]:
    """Return words in lower case, each once, in their order."""
    return tuple(dict.fromkeys(name.lower() for name in map(_text, values) if name))


def _text(value: Any) -> str:
    """Return a text, or the name of what has one; empty where there is neither."""
    if isinstance(value, dict):
        value = value.get("name")
    return _clean(value) if isinstance(value, str) else ""


def _clean(text: str) -> str:
    """Return a text on one line, without what cannot be stored or shown."""
    return " ".join(_UNWANTED.sub(" ", text).split())


def _members(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


class _NoDoctype(ElementTree.TreeBuilder):
    """Builds a tree, but of no document that declares entities: an answer has none, a bomb needs them."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        """Refuse, before the first entity is declared."""
        raise SourceChanged("the answer is XML with a document type, which MusicBrainz never sends")


def _from_xml(body: bytes) -> Any:
    """Return an XML answer in the shape of the JSON one.

    Raises:
        ValueError: It is no XML of this service.
    """
    parser = ElementTree.XMLParser(target=_NoDoctype())  # noqa: S314 - the target refuses what that rule fears
    try:
        parser.feed(body)
        root = parser.close()
    except (ElementTree.ParseError, LookupError) as error:  # the second: an encoding that does not exist
        raise ValueError("no XML") from error
    if root.tag == f"{_NAMESPACE}error":
        return {"error": " ".join(text.text or "" for text in root)}
    if root.tag != f"{_NAMESPACE}metadata":
        raise ValueError("XML of something else")
    shape = _members(_shape(root))
    # A lookup wraps its one thing in its name, which JSON lookups leave out; the marks by which those are told apart
    # are not always stated here, so they are added.
    for wrapped, mark in (("release-group", "primary-type"), ("release", "status"), ("artist", "gender")):
        if isinstance(shape.get(wrapped), dict):
            return {mark: "", **shape[wrapped]}
    return shape


def _shape(element: ElementTree.Element) -> Any:
    """Return an element of mmd-2.0 as JSON has it: `x-list` is the list `xs`, attributes and children are members."""
    name = element.tag.removeprefix(_NAMESPACE)
    if name == "artist-credit" or name.endswith("-list"):
        return [_shape(child) for child in element]
    text = (element.text or "").strip()
    if not element.attrib and not len(element):
        return text
    members: dict[str, Any] = dict(element.attrib)
    for child in element:
        name = child.tag.removeprefix(_NAMESPACE)
        if name.endswith("-list"):
            one = name.removesuffix("-list")
            name = "aliases" if one == "alias" else f"{one}s"
            if child.get("count", "").isdecimal():
                members[f"{one}-count"] = int(child.get("count", ""))
        members[name] = _shape(child)
    if text:
        members.setdefault("name", text)
    return members

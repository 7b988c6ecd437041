"""What vCards say of people: names, birthdays, anniversaries and other days that come every year.

vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), with what address books add: Apple's labelled days and years that stand
for none, X-ANNIVERSARY of Evolution and others, the events of Android's telephones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from watchers.api import SourceChanged
from watchers.reading.contentlines import Component, Line, components, items, read_lines, wrong_answer
from watchers.reading.plain import plain_line
from watchers.yearly import YearlyDay, read_yearly

MAX_NAME = 200

_ANNIVERSARIES = (
    "ANNIVERSARY",
    "X-ANNIVERSARY",
    "X-EVOLUTION-ANNIVERSARY",
    "X-KADDRESSBOOK-X-ANNIVERSARY",
    "X-MS-ANNIVERSARY",
)
_LABELLED = ("X-ABDATE", "X-ABRELATEDDATES")
# Apple writes its own labels so, and those that a person made up plainly.
# Android writes what vCard has no name for as a row of its own table: type, date, kind of event, label.
# https://developer.android.com/reference/android/provider/ContactsContract.CommonDataKinds.Event
_ANDROID_EVENT = "vnd.android.cursor.item/contact_event"
_ANDROID_KINDS = {"1": "anniversary", "3": "birthday"}
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")


@dataclass(frozen=True, slots=True)
class CardDay:
    """A day on a card.

    Attributes:
        occasion: "birthday", "anniversary", or what its owner calls it, in lower case.
        day: None where what is written is no day of a month.
        written: As it stands.
    """

    occasion: str
    day: YearlyDay | None
    written: str


@dataclass(frozen=True, slots=True)
class Card:
    """One person or organisation.

    Attributes:
        name: As it is to be shown; empty where the card has none.
        uid: What identifies it across changes; empty where the card has none.
    """

    name: str
    uid: str
    days: tuple[CardDay, ...]

    def day(self, occasion: str) -> CardDay | None:
        """Return the first day of an occasion."""
        return next((day for day in self.days if day.occasion == occasion), None)


@dataclass(frozen=True, slots=True)
class CardFile:
    """What one file says.

    Attributes:
        is_whole: Every card that begins in it ends in it; otherwise the file was cut off.
    """

    cards: tuple[Card, ...]
    is_whole: bool


def read_cards(body: bytes) -> CardFile:
    """Return the cards of a file; total: what is no vCard has none."""
    found = [component for component in components(read_lines(body)) if component.name == "VCARD"]
    return CardFile(tuple(map(_card, found)), all(component.is_whole for component in found))


def understood_cards(body: bytes) -> tuple[Card, ...]:
    """Return the cards of a file that is to be relied on.

    Raises:
        WatchError: It holds no card, or breaks off.
    """
    file = read_cards(body)
    if not file.cards:
        raise wrong_answer(body, "a vCard file")
    if not file.is_whole:
        raise SourceChanged("the address book breaks off before its end")
    return file.cards


def _card(component: Component) -> Card:
    return Card(_name(component), plain_line(component.text("UID"), MAX_NAME), tuple(_days(component)))


def _name(component: Component) -> str:
    """Return what the card shows; without that, its structured name, its nickname or its organisation."""
    shown = plain_line(component.text("FN"), MAX_NAME)
    if shown:
        return shown
    line = component.first("N")
    family, given, middle, prefix, suffix = (*(items(line.value, ";") if line else ()), *[""] * 5)[:5]
    structured = plain_line(" ".join(filter(None, (prefix, given, middle, family, suffix))), MAX_NAME)
    return structured or plain_line(component.text("NICKNAME") or _organisation(component), MAX_NAME)


def _organisation(component: Component) -> str:
    """Return the organisation with its departments, which stand behind it (RFC 6350 §6.6.4)."""
    line = component.first("ORG")
    return ", ".join(filter(None, (name.strip() for name in items(line.value, ";")))) if line else ""


def _days(component: Component) -> Iterator[CardDay]:
    """Yield each day; an occasion of which there is one, like a birthday, only once: as it can be read."""
    android = tuple(_of_android(component))
    for occasion, names in (("birthday", ("BDAY",)), ("anniversary", _ANNIVERSARIES)):
        stated = [_day(occasion, line, line.text) for line in component.all(*names) if line.text.strip()]
        stated += (day for day in android if day.occasion == occasion)
        yield from [*(day for day in stated if day.day), *stated][:1]
    for line in component.all(*_LABELLED):
        if line.text.strip():
            yield _day(_label(component, line), line, line.text)
    yield from (day for day in android if day.occasion not in ("birthday", "anniversary"))


def _of_android(component: Component) -> Iterator[CardDay]:
    for line in component.all("X-ANDROID-CUSTOM"):
        type_, written, kind, label, *_ = (*items(line.value, ";"), *[""] * 4)
        if type_.strip() == _ANDROID_EVENT and written.strip():
            named = plain_line(label, MAX_NAME).lower() if kind.strip() == "0" else ""
            yield _day(_ANDROID_KINDS.get(kind.strip(), named or "date"), line, written)


def _day(occasion: str, line: Line, written: str) -> CardDay:
    # Of another calendar the numbers mean other days (RFC 6350 §5.8).
    is_gregorian = line.parameter("CALSCALE").lower() in ("", "gregorian")
    day = read_yearly(written, omitted_year=line.parameter("X-APPLE-OMIT-YEAR")) if is_gregorian else None
    return CardDay(occasion, day, plain_line(written, MAX_NAME))


def _label(component: Component, line: Line) -> str:
    """Return what the line of the same group calls a day."""
    labels = (one.text for one in component.all("X-ABLABEL") if line.group and one.group == line.group)
    label = plain_line(next(labels, ""), MAX_NAME)
    apples = _APPLE_LABEL.fullmatch(label)
    return (apples[1] if apples else label).lower() or "date"

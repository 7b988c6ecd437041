"""`people:` of the rule file: who matters to the owner, and what a gift to them could be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, WithJsonSchema

from rules.faults import SentenceFaults
from rules.file.collected import Faults
from rules.file.forms import OneOrMore, said
from rules.file.nodes import MappingNode, Node, ScalarNode, SequenceNode
from rules.file.references import refuse_references
from rules.file.settings import Settings
from rules.file.validation import Subject, validated
from rules.people import Gift, Person
from rules.when.parse import parse
from rules.when.quantities import Misread, Sort, read_quantity
from rules.when.syntax import Quantity
from watchers.api import Money

BIRTHDAY, ANNIVERSARY = "birthday", "anniversary"
DAYS = (BIRTHDAY, ANNIVERSARY, "days")
"""The keys that a kind of dates understands."""

_DAY = re.compile(r"(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})")
_UTC = ZoneInfo("UTC")


def _day(text: str) -> str:
    found = _DAY.fullmatch(text.strip())
    try:
        # 2000 had a 29 February, which may be anybody's birthday.
        date(int(found[1] or 2000), int(found[2]), int(found[3])) if found else date(0, 0, 0)
    except ValueError:
        raise said("takes a day of the year", "1988-05-13, or 05-13 where the year is not known") from None
    return text.strip()


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise said("takes a date", "2026-05-13") from None


DayText = Annotated[str, AfterValidator(_day)]
DateText = Annotated[str, AfterValidator(_date), WithJsonSchema({"type": "string", "examples": ["2026-05-13"]})]


class GiftSettings(Settings):
    """Something that was given."""

    what: str = Field(description="What it was.", min_length=1, max_length=200)
    on: DateText = Field(description="When it was given.")
    occasion: str = Field("", alias="for", description="What for: birthday, anniversary, or as the day is called.")
    cost: str | None = Field(None, description="What it cost.", examples=["45 EUR"])


class PersonSettings(Settings):
    """Somebody whom you do not want to forget."""

    name: str = Field(description="Who it is.", min_length=1, max_length=200)
    birthday: DayText | None = Field(None, description="1988-02-29, or 02-29 where the year is not known.")
    anniversary: DayText | None = Field(None, description="The day of a wedding, say.")
    days: dict[str, DayText] = Field(default_factory=dict, description="Other days, by what they are called.")
    likes: OneOrMore | None = Field(None, description="What they like, in words that offers would use.")
    dislikes: OneOrMore | None = Field(None, description="What they do not like.")
    sizes: dict[str, str] = Field(default_factory=dict, description="Their sizes: {shoe: 43, shirt: M}.")
    budget: str | None = Field(None, description="What a gift may cost.", examples=["50 EUR"])
    notes: str = Field("", description="Anything else.", max_length=4000)
    gifts: tuple[GiftSettings, ...] = Field((), description="What was given; `person gift` adds to it.")


def read_people(nodes: Sequence[MappingNode], currency: str | None, faults: Faults) -> dict[str, Person]:
    """Return the people of the rule file by name; what is wrong is noted."""
    people: dict[str, Person] = {}
    for node in nodes:
        refuse_references(node, faults)
        settings = validated(PersonSettings, node, faults, Subject("this person", node))
        if settings is None:
            continue
        if settings.name in people:
            faults.add(node.entries["name"].value, f"{settings.name} stands here twice", "tell the two apart by name")
        people[settings.name] = _person(node, settings, currency, faults)
    return people


def _person(node: MappingNode, settings: PersonSettings, currency: str | None, faults: Faults) -> Person:
    days = {BIRTHDAY: settings.birthday, ANNIVERSARY: settings.anniversary, **settings.days}
    below = node.get("gifts")
    places: Sequence[Node] = below.items if isinstance(below, SequenceNode) else ()
    gifts = [
        Gift(gift.what, gift.on, gift.occasion, _money(place, "cost", gift.cost, currency, faults))  # type: ignore[arg-type]
        for gift, place in zip(settings.gifts, places, strict=True)
    ]
    return Person(
        name=settings.name,
        days={name: day for name, day in days.items() if day},
        likes=settings.likes or (),
        dislikes=settings.dislikes or (),
        sizes=settings.sizes,
        budget=_money(node, "budget", settings.budget, currency, faults),
        notes=settings.notes,
        gifts=tuple(gifts),
    )


def _money(node: Node, key: str, text: str | None, currency: str | None, faults: Faults) -> Money | None:
    if text is None:
        return None
    spot = node.get(key) if isinstance(node, MappingNode) else None
    try:
        return read_money(text, currency)
    except Misread as misread:
        faults.add(spot or node, misread.message, misread.hint)
        return None


def read_money(text: str, currency: str | None) -> Money:
    """Return the amount that a text states, as the `when` language reads it.

    Args:
        text: Such as "45 EUR"; a bare number is in the owner's currency.
        currency: That of the owner; it also settles whose dollar `$` is.

    Raises:
        Misread: It states none.
    """
    try:
        tree = parse(f"{text} {currency}" if currency and text.replace(".", "", 1).isdigit() else text)
        fact = read_quantity(tree, Sort(Money), currency, _UTC)[0] if isinstance(tree, Quantity) else None
    except SentenceFaults:
        fact = None
    if not isinstance(fact, Money):
        raise Misread(f"`{text}` is no amount of money", f"45 {currency or 'EUR'}")
    return fact


def as_dates(people: Sequence[MappingNode], node: Node) -> SequenceNode:
    """Return what a kind of dates has to know of people, as if it stood where they are named."""
    items = []
    for person in people:
        entries = {key: entry for key, entry in person.entries.items() if key in ("name", *DAYS)}
        items.append(MappingNode(person.source, person.start, person.end, entries))
    return SequenceNode(node.source, node.start, node.end, tuple(items))


def name_of(person: MappingNode) -> str:
    """Return the name of a person as written, or nothing."""
    name = person.get("name")
    return name.text.strip() if isinstance(name, ScalarNode) else ""

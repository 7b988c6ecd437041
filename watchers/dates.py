"""The kind `dates`: birthdays, anniversaries and other days that come every year.

    rule file ─────────────┐
    vCards (url, file) ────┼─▶ Celebrated(who, occasion, day) ─▶ its next date ─▶ one observation, or one for each lead
    iCalendar (url, file) ─┘

Every day is reckoned in the owner's zone. Why a lead time of `remind:` has an observation of its own is told in
docs/decisions/0018-each-lead-time-is-remembered-apart.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Final, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from watchers.api import (
    Context,
    Day,
    FactSpec,
    Flag,
    Kind,
    Number,
    Observation,
    Poll,
    Text,
    Unchanged,
    Watcher,
    known,
)
from watchers.door.localfiles import LocalFile
from watchers.reading.contentlines import wrong_answer
from watchers.reading.icalendar import Event, read_calendar, understood_calendar
from watchers.reading.plain import plain_line
from watchers.reading.vcard import Card, read_cards, understood_cards
from watchers.subscription import Subscription, each_read
from watchers.yearly import LeapDay, YearlyDay, read_yearly

BIRTHDAY: Final = "birthday"
ANNIVERSARY: Final = "anniversary"
SOME_DAY: Final = "date"
"""What a day is called that nobody has called anything."""
MAX_NAME: Final = 200
MOST_UNREAD: Final = 5

_NAMED: Final = frozenset({BIRTHDAY, ANNIVERSARY})
_HOW = "write 1988-02-29, or 02-29 where the year is not known"


@dataclass(frozen=True, slots=True)
class Celebrated:
    """A day that somebody, or something, has every year.

    Attributes:
        identity: Stays the same where a name does not.
        why_ageless: Why no age can be told although a year is written.
    """

    identity: str
    name: str
    occasion: str
    day: YearlyDay
    why_ageless: str = ""


class Person(BaseModel):
    """Somebody, or something, with days that come every year."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=MAX_NAME, description="Who or what it is.")
    birthday: str = Field(default="", description="1988-02-29, or 02-29 where the year is not known.")
    anniversary: str = Field(default="", description="The day of a wedding, say: 2011-06-04, or 06-04.")
    days: dict[str, str] = Field(
        default_factory=dict,
        description="Other days by what they are called: {name day: 06-24, inspection: 2026-09-01}.",
    )

    @field_validator("birthday", "anniversary")
    @classmethod
    def _is_a_day(cls, written: str) -> str:
        if written and read_yearly(written) is None:
            raise ValueError(f"“{written}” is no day of a year: {_HOW}")
        return written

    @field_validator("days")
    @classmethod
    def _are_days(cls, days: dict[str, str]) -> dict[str, str]:
        for occasion, written in days.items():
            if not occasion.strip():
                raise ValueError("a day has no name")
            if read_yearly(written) is None:
                raise ValueError(f"{occasion}: “{written}” is no day of a year: {_HOW}")
        return days

    @model_validator(mode="after")
    def _has_a_day(self) -> Self:
        if not (self.birthday or self.anniversary or self.days):
            raise ValueError("write birthday:, anniversary: or days:")
        return self

    def celebrated(self) -> Iterator[Celebrated]:
        """Yield the days."""
        for occasion, written in ((BIRTHDAY, self.birthday), (ANNIVERSARY, self.anniversary), *self.days.items()):
            day = read_yearly(written) if written else None
            if day is not None:
                yield Celebrated(self.name, self.name, occasion, day)


class Dates(Subscription):
    """Watch for birthdays and other days that come every year."""

    kind: ClassVar[Kind] = Kind(
        name="dates",
        shape="gauge",
        summary="Birthdays, anniversaries and other days that come every year, from the rule file, an address book or "
        "a calendar.",
        main="days_until",
        facts=(
            FactSpec("title", Text, "Who and what, for a message.", example="Sam: birthday", told=False),
            FactSpec("name", Text, "Who or what has the day.", example="Sam", told=False),
            FactSpec(
                "occasion", Text, "birthday, anniversary, or what the day is called.", example="birthday", told=False
            ),
            FactSpec("date", Day, "When it is the next time; today counts.", example="2026-05-13"),
            FactSpec("days_until", Number, "How many days off that is; 0 is today.", unit="days", example="14"),
            FactSpec(
                "age",
                Number,
                "How many years it will be then; unknown where the year is.",
                unit="years",
                example="40",
            ),
            FactSpec(
                "due",
                Flag,
                "Whether a lead time of remind: has come, and no shorter one; without remind:, whether it is today.",
                evidence=True,
                told=False,
            ),
            FactSpec(
                "lead",
                Number,
                "The lead time of remind: that this is for; 0 without one.",
                unit="days",
                example="14",
                told=False,
            ),
        ),
    )
    accept: ClassVar[str] = "text/vcard, text/calendar, text/directory, */*;q=0.5"
    endings: ClassVar[tuple[str, ...]] = (".vcf", ".vcard", ".ics", ".ical", ".icalendar")

    people_as: ClassVar[str] = "dates"

    dates: tuple[Person, ...] = Field(default=(), description="People and things with their days.")
    people: str | tuple[str, ...] = Field(
        default=(), description="all, or the names of those in `people:` of the rule file whose days are watched."
    )
    remind: tuple[Annotated[int, Field(ge=0, le=365)], ...] = Field(
        default=(),
        max_length=20,
        description="Lead times in days, such as [30, 14, 3, 0], for a rule that says `when: due`.",
    )
    leap_day: LeapDay = Field(
        default="feb28",
        description="When 29 February is celebrated in other years: feb28, so that nobody is told too late, or mar1.",
    )

    @field_validator("remind")
    @classmethod
    def _in_order(cls, remind: tuple[int, ...]) -> tuple[int, ...]:
        # Their order means nothing, and must not make another watch.
        return tuple(sorted(set(remind), reverse=True))

    @model_validator(mode="after")
    def _names_a_source(self) -> Self:
        if not (self.dates or self.url or self.file or self.people):
            raise ValueError("write dates: with names and days, file: with an address book, or url: with its address")
        return self

    def watches(self) -> tuple[Watcher, ...]:
        """Return a watch for each person and source, so that who is added changes what is remembered of nobody else."""
        alone = self.sharing(dates=(), people=(), url="", file="")
        people = [person for place, person in enumerate(self.dates) if person not in self.dates[:place]]
        parts = [alone.sharing(dates=(person,)) for person in people]
        parts += [alone.sharing(url=self.url)] if self.url else []
        parts += [alone.sharing(file=self.file)] if self.file else []
        return tuple(parts)

    @property
    def label(self) -> str:
        """The names, the address and the path."""
        named = [person.name for person in self.dates]
        return ", ".join([*named, *filter(None, (super().label if self.url else "", self.file))])

    async def poll(self, context: Context) -> Poll | Unchanged:
        """Reckon the days; what stands in the rule file needs no asking."""
        if self.url or self.file:
            return await super().poll(context)
        return self.read_files((), context)

    def read_files(self, files: tuple[LocalFile, ...], context: Context) -> Poll:
        """Return the next date of every day that all files and the rule itself name."""
        read, left_out = each_read(files, celebrated_in)
        today = context.now.astimezone(context.zone).date()
        found = [one for person in self.dates for one in person.celebrated()]
        unread: list[str] = []
        for some, not_read in read:
            found += some
            unread += not_read
        if len(unread) > MOST_UNREAD:
            unread[MOST_UNREAD:] = [f"and {len(unread) - MOST_UNREAD} more days cannot be read"]
        observations = (seen for key, one in keyed(found).items() for seen in self._observations(key, one, today))
        return Poll(tuple(observations), notices=(*left_out, *unread))

    def _observations(self, key: str, one: Celebrated, today: date) -> Iterator[Observation]:
        """Yield one observation, or with `remind:` one for each lead time."""
        coming = one.day.next(today, self.leap_day)
        away = (coming - today).days
        for lead in self.remind or (0,):
            # The shortest lead time that has come: whoever sleeps through two of them is told of the later one alone.
            is_due = away <= lead and not any(away <= other < lead for other in self.remind)
            yield _observation(f"{key} {lead}" if self.remind else key, one, coming, today, lead, is_due=is_due)


def _observation(key: str, one: Celebrated, coming: date, today: date, lead: int, *, is_due: bool) -> Observation:
    year = one.day.year
    is_aged = year is not None and not one.why_ageless
    return Observation(
        key=key,
        facts=known(
            {
                "title": Text(one.name if one.occasion == SOME_DAY else f"{one.name}: {one.occasion}"),
                "name": Text(one.name),
                "occasion": Text(one.occasion),
                "date": Day(coming.year, coming.month, coming.day),
                "days_until": Number(Decimal((coming - today).days)),
                "age": Number(Decimal(coming.year - year)) if year is not None and is_aged else None,
                "due": Flag(is_due),
                "lead": Number(Decimal(lead)),
            }
        ),
        unknown={} if is_aged else {"age": one.why_ageless or "the year is not known"},
    )


def keyed(found: Iterable[Celebrated]) -> Mapping[str, Celebrated]:
    """Return each day once, under a key that does not hang on the order: what is told twice of one is one day."""
    by_name: dict[str, set[Celebrated]] = defaultdict(set)
    for one in found:
        by_name[f"{one.identity.casefold()} {one.occasion.casefold()}"].add(one)
    keys: dict[str, Celebrated] = {}
    for key, same in by_name.items():
        on_a_day = {(one.day.month, one.day.day): one for one in sorted(same, key=_fullest)}
        for (month, day), one in on_a_day.items():
            # Two people of one name are told apart by their days.
            keys[key if len(on_a_day) == 1 else f"{key} {month:02}-{day:02}"] = one
    return keys


def _fullest(one: Celebrated) -> tuple[int, str, str]:
    return one.day.year or 0, one.identity, one.name


Found = tuple[tuple[Celebrated, ...], tuple[str, ...]]


def celebrated_in(body: bytes) -> Found:
    """Return the days that an address book or a calendar names, and sentences about those that cannot be read.

    Raises:
        WatchError: It is neither, or a part of one.
    """
    if read_cards(body).cards:
        return _on_cards(understood_cards(body))
    if read_calendar(body).is_calendar:
        return _in_calendar(understood_calendar(body).events)
    raise wrong_answer(body, "a vCard or iCalendar file")


def _on_cards(cards: Iterable[Card]) -> Found:
    found, unread = [], []
    for card in cards:
        name = card.name or "somebody without a name"
        for day in card.days:
            if day.day is None:
                unread.append(f"the {day.occasion} of {name} cannot be read: “{day.written}”")
            else:
                found.append(Celebrated(card.uid or name, name, day.occasion, day.day))
    return tuple(found), tuple(unread)


def _in_calendar(events: Iterable[Event]) -> Found:
    """Return the days of a calendar of birthdays: events of a whole day that come every year."""
    found = []
    for event in events:
        start = event.start
        name = plain_line(event.written("SUMMARY"), MAX_NAME)
        if start is None or not start.is_day or event.instance or event.is_cancelled or not name:
            continue
        if len(event.rules) != 1 or not event.rules[0].is_each_year_on(start.day):
            continue
        occasion = next((each.lower() for each in event.listed("CATEGORIES") if each.lower() in _NAMED), "")
        found.append(
            Celebrated(
                plain_line(event.uid, MAX_NAME) or name,
                name,
                occasion or SOME_DAY,
                YearlyDay(start.day.month, start.day.day, start.day.year),
                "" if occasion else "the calendar does not say that it begins with the first one",
            )
        )
    return tuple(found), ()

"""A rule test as values: what each poll showed, and what shall be told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol
from zoneinfo import ZoneInfo

from rules.rule import Place, Rule, WatchSpec
from watchers.api import Observation, Poll, Unchanged


class Blind(Enum):
    """A poll that gave nothing, for whatever reason."""

    BLIND = "x"


BLIND = Blind.BLIND


@dataclass(frozen=True, slots=True)
class Answer:
    """One saved answer of a source.

    Attributes:
        url: The address that it answers; empty: any.
        method: The method that it answers; empty: any.
        landed: The address at the end of the redirects; empty: `url`.
        content_type: As the source stated it; empty where it did not.
        trouble: The name of the trouble that the poll met instead of an answer; empty where there was one.
    """

    url: str = ""
    method: str = ""
    status: int = 200
    content_type: str = ""
    landed: str = ""
    body: bytes = b""
    trouble: str = ""


Shown = tuple[Observation, ...] | tuple[Answer, ...] | Blind


@dataclass(frozen=True, slots=True)
class Turn:
    """What happens at one instant of the series.

    Attributes:
        shown: By watch: what its poll showed; a watch that is not there is not polled.
        stays: The source goes on showing it until the next turn, so that a second look sees the same.
        others: By id: whether another rule that this one names is met; None where that is not known.
    """

    at: datetime
    shown: Mapping[str, Shown]
    stays: bool = True
    others: Mapping[str, bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the series as it was written: what it is called, and a cell for each poll."""

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """A turn whose time is not known yet."""

    shown: Mapping[str, Shown]
    stays: bool = True
    others: Mapping[str, bool | None] = field(default_factory=dict)

    def at(self, instant: datetime) -> Turn:
        """Return the turn at an instant."""
        return Turn(instant, self.shown, self.stays, self.others)


@dataclass(frozen=True, slots=True)
class Looks:
    """What all polls of a case showed, and how that is written."""

    turns: tuple[Look, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """One firing that the owner expects.

    Attributes:
        poll: The number of the poll of which it is told, from 1.
        begin, end: The time in which it is told, where that was stated; the end is not part of it.
        written: When, as it was written.
        reason, message, of: Must be the firing's; empty where anything is right.
        contains: Each stands in the message.
    """

    poll: int
    written: str
    begin: datetime | None = None
    end: datetime | None = None
    reason: str = ""
    message: str = ""
    of: str = ""
    contains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One rule test.

    Attributes:
        name: What it is called: its own name, or the rule's id.
        rule: The rule, with the rhythm and the baseline that the case asks for.
        place: Where it is written.
    """

    name: str
    rule: Rule
    zone: ZoneInfo
    place: Place
    turns: tuple[Turn, ...]
    expected: tuple[Expected, ...]
    rows: tuple[Row, ...] = field(default=())


class World(Protocol):
    """What rule tests need of the outside."""

    def saved(self, beside: str, name: str) -> bytes:
        """Return the content of a saved answer, named relative to the file `beside`.

        Raises:
            FileTrouble: There is no such file, or it cannot be read.
        """

    def look(
        self, spec: WatchSpec, answers: tuple[Answer, ...], at: datetime, zone: ZoneInfo, cursor: str | None
    ) -> Poll | Unchanged:
        """Let a rule's real watcher look at saved answers.

        Raises:
            WatchError: They are no good answer to it.
        """

    def next_poll(self, rule: Rule, now: datetime, zone: ZoneInfo) -> datetime:
        """Return when a rule that looks by the clock looks next."""

"""What the judge needs of a condition, and what a condition may see.

The language itself is `rules.when`; this is the seam between the two, so that the judge knows no grammar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from watchers.api import Fact


@dataclass(frozen=True, slots=True)
class Reading:
    """What one rule saw of one observation, unchanged from `at` to `until`.

    Attributes:
        at: The first poll that gave these facts, in UTC.
        until: The last poll in a row that gave them.
        facts: Every known fact; empty where all were unknown.
        known_for: How much of `at` to `until` was really looked at: the gaps between polls add up, each counted at
            most twice the rule's interval, so that sleep and blindness do not count.
    """

    at: datetime
    until: datetime
    facts: Mapping[str, Fact]
    known_for: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Standing:
    """How another rule stands.

    Attributes:
        is_met: Whether any of its observations is met now; None where that is not known.
        told_at: When it last told; None: never.
        why: Why it is not known how it stands; empty where it is.
    """

    is_met: bool | None
    told_at: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """Another rule that a sentence names.

    Attributes:
        rule_id: Its id.
        within: How long ago it may have told; None: it is asked whether that rule is met now.
        start, end: Where its name stands in the sentence.
    """

    rule_id: str
    within: timedelta | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class View:
    """Everything that a condition may see of one observation.

    Attributes:
        facts: What this poll knows of it.
        unknown: Why a declared fact is not known.
        now: The instant of judging, in UTC.
        zone: The owner's time zone, in which days are reckoned.
        previous: The reading that this rule judged before this one.
        first: Its first ever; before any, None.
        last_told: The reading when this rule last told of this observation; before that, `first`.
        history: Earlier readings, oldest first; this one is not among them.
        others: By id, how the rules stand that the sentence names.
        since_news: When a gauge's reading last changed or a stream last brought something new, as this rule saw it.
    """

    facts: Mapping[str, Fact]
    now: datetime
    zone: ZoneInfo
    unknown: Mapping[str, str] = field(default_factory=dict)
    previous: Reading | None = None
    first: Reading | None = None
    last_told: Reading | None = None
    history: Sequence[Reading] = ()
    since_news: datetime | None = None
    others: Mapping[str, Standing] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """A condition's result for one observation.

    Attributes:
        holds: True, false, or None for unknown.
        because: The sentence with the values in it: "price 139.00 USD is below 150.00 USD".
        changes_at: The next instant at which time alone may change the result; None where only a reading can.
    """

    holds: bool | None
    because: str
    changes_at: datetime | None = None


class Condition(Protocol):
    """A checked sentence of the `when` language."""

    @property
    def text(self) -> str:
        """The sentence as the owner wrote it."""

    @property
    def meaning(self) -> str:
        """The sentence in canonical form with every topic and profile value that it resolves: equal means the same."""

    @property
    def is_moment(self) -> bool:
        """Whether it rests on `changes` or `from previous`, so that it is true of one reading only."""

    @property
    def window(self) -> timedelta:
        """How far back it looks; zero where it needs no history."""

    @property
    def looks_back(self) -> bool:
        """Whether it compares with an earlier reading of the same observation: a window, or a named one."""

    @property
    def is_absence(self) -> bool:
        """Whether it is `nothing for …`: it speaks of the watch as a whole, not of one observation."""

    @property
    def facts(self) -> frozenset[str]:
        """Every fact that the sentence speaks of."""

    @property
    def subject(self) -> str:
        """The fact that a message leads with: the first one that the sentence speaks of."""

    @property
    def others(self) -> tuple[Mention, ...]:
        """Every other rule that the sentence names."""

    def evaluate(self, view: View) -> Finding:
        """Return what the sentence says of a view; total: it raises nothing and never hangs."""


@dataclass(frozen=True, slots=True)
class _Wordless:
    """A condition that its owner has not written: it speaks of nothing but the kind's main fact."""

    subject: str
    text: str = ""
    meaning: str = ""
    is_moment: bool = False
    is_absence: bool = False
    looks_back: bool = False
    window: timedelta = timedelta()
    facts: frozenset[str] = frozenset()
    others: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Always(_Wordless):
    """The condition of a rule without `when`: every observation counts."""

    meaning: str = "always"

    def evaluate(self, view: View) -> Finding:
        """Return true: the rule asks for everything."""
        return Finding(True, "everything new is told")


@dataclass(frozen=True, slots=True)
class Unasked(_Wordless):
    """The condition of one source of a joined rule: alone it is seen and remembered, and nothing is told of it."""

    meaning: str = "unasked"

    def evaluate(self, view: View) -> Finding:
        """Return unknown: the sentence speaks of all sources together."""
        return Finding(None, "the sentence speaks of several sources together")

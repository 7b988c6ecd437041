"""What the terms of a sentence are worth: facts, literals, the clock, baselines and arithmetic with them.

A term gives a fact or says why it has none; it never raises, whatever a source claims.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, Protocol

from rules.condition import Reading, View
from rules.when.amounts import AMOUNTS, DECIMALS, currencies_differ, is_sane, number, with_number
from rules.when.canonical import said
from rules.when.dates import Motion, midnight, today
from rules.when.quantities import Sort
from rules.when.syntax import Which
from rules.when.windows import extreme, mean, median, weigh
from watchers.api import Day, Fact, Flag, Moment, Number, Span

_DAY = timedelta(days=1)
_NO_REASONS: Mapping[str, str] = MappingProxyType({})


def bound_of(fact: str) -> str:
    """Return the name of the fact that says what another is at most, where that is not known."""
    return f"{fact}_at_most"


@dataclass(frozen=True, slots=True)
class Unknown:
    """There is no value; the reason is a clause such as "price is unknown: the source does not state it"."""

    reason: str


class Term(Protocol):
    """A value in a checked sentence.

    Attributes:
        words: Its canonical spelling.
        motion: How it moves with the clock.
    """

    @property
    def sort(self) -> Sort:
        """What sort of value it gives."""

    @property
    def words(self) -> str:
        """Its canonical spelling."""

    @property
    def motion(self) -> Motion:
        """How it moves with the clock."""

    @property
    def is_literal(self) -> bool:
        """Whether it rests on no fact, so that a partial date means its whole span."""

    def value(self, view: View) -> Fact | Unknown:
        """Return its value in a view, or why it has none."""


@dataclass(frozen=True, slots=True)
class FactTerm:
    """A fact of the observation.

    Attributes:
        evidence: It is false where nothing says that it is true.
        is_bounded: Its kind may know what it is at most, where it is not known itself.
    """

    words: str
    sort: Sort
    evidence: bool = False
    is_bounded: bool = False
    motion: Motion = ""
    is_literal: bool = False

    def value(self, view: View) -> Fact | Unknown:
        """Return what this poll knows of it."""
        return self.within(view.facts, view.unknown)

    def at_most(self, view: View) -> Fact | None:
        """Return what it surely does not exceed, or None where nothing is known of it."""
        bound = view.facts.get(bound_of(self.words)) if self.is_bounded else None
        return bound if bound is not None and isinstance(bound, self.sort.fact) and is_sane(bound) else None

    def within(self, facts: Mapping[str, Fact], unknown: Mapping[str, str] = _NO_REASONS) -> Fact | Unknown:
        """Return it as some facts have it.

        A fact of another type than declared was stored by another version of the kind: it is not known.
        """
        fact = facts.get(self.words)
        if fact is None:
            # A page that is not seen says nothing, not even that it says nothing.
            if self.evidence and self.words not in unknown:
                return Flag(False)
            return Unknown(f"{self.words} is unknown: {unknown.get(self.words) or 'the source does not state it'}")
        if not isinstance(fact, self.sort.fact) or not is_sane(fact):
            return Unknown(f"{self.words} is unknown: the source states no sensible value")
        return fact


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that the sentence or the profile states."""

    fact: Fact
    sort: Sort
    words: str
    motion: Motion = ""
    is_literal: bool = True

    @property
    def is_spelled_out(self) -> bool:
        """Whether its spelling shows the value as a person says it: not that of `me.budget`, an instant or "1 days"."""
        is_one = isinstance(self.fact, Number) and self.fact.value == 1
        return not (self.words.startswith("me.") or isinstance(self.fact, Moment) or is_one)

    def value(self, view: View) -> Fact | Unknown:
        """Return it."""
        return self.fact


@dataclass(frozen=True, slots=True)
class Clock:
    """`now`, `today`, or a day of the week: the next one, today if it is that day."""

    words: str
    sort: Sort
    weekday: int | None = None
    is_literal: bool = True

    @property
    def motion(self) -> Motion:
        """How it moves with the clock."""
        if self.weekday is not None:
            return "daily"
        return "now" if self.words == "now" else "today"

    def value(self, view: View) -> Fact | Unknown:
        """Return the instant, or the day in the owner's zone."""
        if self.words == "now":
            return Moment(view.now)
        day = today(view.now, view.zone)
        if self.weekday is not None:
            day += timedelta(days=(self.weekday - day.weekday()) % 7)
        return Day(day.year, day.month, day.day)


@dataclass(frozen=True, slots=True)
class Then:
    """What a fact was: at a reading, or over a window.

    Attributes:
        needs_half: A window of which less than half is known settles nothing here.
    """

    fact: FactTerm
    which: Which
    length: timedelta
    words: str
    needs_half: bool = True
    motion: Motion = ""
    is_literal: bool = False

    @property
    def sort(self) -> Sort:
        """What sort of value it gives: that of the fact."""
        return self.fact.sort

    def value(self, view: View) -> Fact | Unknown:
        """Return the fact as it was."""
        if not self.length:
            return self._at_reading(view)
        now = self.fact.value(view)
        if isinstance(now, Unknown):
            return now
        window = weigh(view, self.fact.within, self.length, like=now)
        if (self.needs_half and not window.is_half_known) or not window.values:
            return Unknown(f"{self.words} is unknown: {window.how_known}")
        if self.which == "median":
            return median(window)
        if self.which == "mean":
            return mean(window)
        return extreme(window, lowest=self.which == "lowest")

    def _at_reading(self, view: View) -> Fact | Unknown:
        reading = _READINGS[self.which](view)
        if reading is None:
            return Unknown(f"{self.fact.words} has no {self.which} reading")
        was = self.fact.within(reading.facts)
        return Unknown(f"{self.which} {self.fact.words} is unknown") if isinstance(was, Unknown) else was


def _last_told(view: View) -> Reading | None:
    return view.last_told or view.first


_READINGS = {"previous": lambda view: view.previous, "first": lambda view: view.first, "last told": _last_told}


@dataclass(frozen=True, slots=True)
class Computed:
    """Two terms joined by arithmetic."""

    op: Literal["+", "-", "*", "/"]
    left: Term
    right: Term
    sort: Sort
    words: str

    @property
    def motion(self) -> Motion:
        """How it moves with the clock: a date that a length is added to moves as before if these are whole days."""
        by = self.right.fact if isinstance(self.right, Constant) else None
        whole = isinstance(by, Span) and not by.length % _DAY
        return "daily" if self.left.motion == "today" and not whole else self.left.motion

    @property
    def is_literal(self) -> bool:
        """Whether it rests on no fact."""
        return self.left.is_literal and self.right.is_literal

    def value(self, view: View) -> Fact | Unknown:
        """Return the result, or why there is none."""
        left, right = self.left.value(view), self.right.value(view)
        if isinstance(left, Unknown):
            return left
        if isinstance(right, Unknown):
            return right
        result = _joined(self.op, left, right, view)
        if isinstance(result, Unknown):
            return result
        return result if is_sane(result) else Unknown(f"{self.words} cannot be computed")


@dataclass(frozen=True, slots=True)
class Share:
    """`80% of` a term."""

    percent: Decimal
    of: Term
    words: str
    motion: Motion = ""
    is_literal: bool = False

    @property
    def sort(self) -> Sort:
        """What sort of value it gives: that of the whole."""
        return self.of.sort

    def value(self, view: View) -> Fact | Unknown:
        """Return the share, or why there is none."""
        whole = self.of.value(view)
        if not isinstance(whole, AMOUNTS):
            return whole
        share = with_number(whole, DECIMALS.multiply(number(whole), DECIMALS.divide(self.percent, Decimal(100))))
        return share if is_sane(share) else Unknown(f"{self.words} cannot be computed")


def _joined(op: str, left: Fact, right: Fact, view: View) -> Fact | Unknown:
    """Return the result of arithmetic between two facts whose sorts the checker has matched."""
    if isinstance(left, Day | Moment):
        return _moved(op, left, right, view)
    if not (isinstance(left, AMOUNTS) and isinstance(right, AMOUNTS)):
        raise TypeError(f"{type(left).__name__} and {type(right).__name__} cannot be joined")
    apart = currencies_differ(left, right)
    if apart:
        return Unknown(apart)
    result = _OPERATIONS[op](number(left), number(right))
    if not result.is_finite():
        return Unknown(f"{said(left, '', view.zone)} {op} {said(right, '', view.zone)} cannot be computed")
    if op == "/" and type(left) is type(right):
        return Number(result)
    return with_number(right if isinstance(left, Number) and op == "*" else left, result)


_OPERATIONS = {"+": DECIMALS.add, "-": DECIMALS.subtract, "*": DECIMALS.multiply, "/": DECIMALS.divide}


def _moved(op: str, left: Day | Moment, right: Fact, view: View) -> Fact | Unknown:
    """Return a date some time later or earlier, or the time between two."""
    try:
        if isinstance(right, Span):
            return _shifted(left, right.length if op == "+" else -right.length, view)
        if isinstance(right, Day | Moment):
            return Span(_instant(left, view) - _instant(right, view))
    except _Inexact as inexact:
        return Unknown(str(inexact))
    except OverflowError:
        return Unknown("the date is beyond the calendar")
    raise TypeError(f"a date and {type(right).__name__} cannot be joined")


class _Inexact(Exception):
    """A date is not exact to the day."""


def _shifted(start: Day | Moment, by: timedelta, view: View) -> Fact:
    """Return a date so much later: days are days of the calendar, instants are moved by elapsed time."""
    if isinstance(start, Moment):
        return Moment(start.at + by)
    if by % _DAY:
        return Moment(_instant(start, view) + by)
    _exact(start)
    moved = start.first + by
    return Day(moved.year, moved.month, moved.day)


def _instant(start: Day | Moment, view: View) -> datetime:
    if isinstance(start, Moment):
        return start.at
    _exact(start)
    return midnight(start.first, view.zone)


def _exact(day: Day) -> None:
    if day.day is None:
        raise _Inexact(f"{day} is not exact to the day")

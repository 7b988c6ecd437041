"""Tests of change: `drops by 15% from highest in 30 days`, `is lowest in 90 days`, `changes from a to b`."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from rules.condition import Finding, View
from rules.when.amounts import AMOUNTS, DECIMALS, Amount, currencies_differ, number, with_number
from rules.when.canonical import duration, percent, percent_words, said
from rules.when.dates import ordered, when
from rules.when.evaluate import Test, joined
from rules.when.evaluate_terms import FactTerm, Term, Then, Unknown
from rules.when.syntax import Direction
from rules.when.windows import weigh
from watchers.api import Day, Fact, Moment, Money, Text, Texts, Version
from watchers.versions import compare_versions

_MOVED = {"drops": "dropped", "rises": "risen", "moves": "moved"}


@dataclass(frozen=True, slots=True)
class Drift:
    """A fact moved away from what it was.

    Attributes:
        share: By how many percent of the baseline at least.
        amount: By how much at least; neither: by anything.
    """

    fact: FactTerm
    direction: Direction
    baseline: Then
    share: Decimal | None = None
    amount: Term | None = None

    @property
    def words(self) -> str:
        """Its canonical spelling."""
        by = f" by {percent_words(self.share)}" if self.share is not None else ""
        by = f" by {self.amount.words}" if self.amount else by
        return f"{self.fact.words} {self.direction}{by} from {self.baseline.words}"

    def judge(self, view: View) -> Finding:
        """Return whether it moved so far in that direction; a drop is never true of a rise."""
        here, there = self.fact.value(view), self.baseline.value(view)
        if isinstance(here, Unknown):
            return Finding(None, here.reason)
        if isinstance(there, Unknown):
            return Finding(None, there.reason)
        if isinstance(here, AMOUNTS) and isinstance(there, AMOUNTS):
            return self._by_amount(here, there, view)
        way = _way(there, here, view)
        if way is None:
            return Finding(None, f"{self.fact.words} is not exact enough to say how it moved")
        shown = f"{self.fact.words} {said(here, '', view.zone)}"
        yes = self._is_this_way(way)
        return Finding(
            yes, f"{shown} has {'' if yes else 'not '}{_MOVED[self.direction]} from {self._there(there, view)}"
        )

    def _is_this_way(self, way: int) -> bool:
        return way < 0 if self.direction == "drops" else way > 0 if self.direction == "rises" else way != 0

    def _there(self, there: Fact, view: View) -> str:
        return f"{said(there, self.fact.sort.unit, view.zone)} ({self.baseline.words})"

    def _by_amount(self, here: Amount, there: Amount, view: View) -> Finding:
        apart = currencies_differ(here, there)
        if apart:
            return Finding(None, f"{self.fact.words} has no comparable value before: {apart}")
        change = DECIMALS.subtract(number(here), number(there))
        needed = self._needed(there, view)
        if isinstance(needed, Unknown):
            return Finding(None, needed.reason)
        way = (change > 0) - (change < 0)
        yes = self._is_this_way(way) and abs(change) >= needed
        shown = f"{self.fact.words} {said(here, self.fact.sort.unit, view.zone)}"
        if not self._is_this_way(way):
            return Finding(False, f"{shown} has not {_MOVED[self.direction]} from {self._there(there, view)}")
        by = self._distance(change, there, view)
        enough = "" if yes else " only"
        return Finding(yes, f"{shown} has {_MOVED[self.direction]}{enough} by {by} from {self._there(there, view)}")

    def _needed(self, there: Amount, view: View) -> Decimal | Unknown:
        if self.share is not None:
            if not number(there):
                return Unknown(f"{self.baseline.words} is 0, of which there is no percentage")
            return DECIMALS.multiply(abs(number(there)), DECIMALS.divide(self.share, Decimal(100)))
        if self.amount is None:
            return Decimal(0)
        wanted = self.amount.value(view)
        if not isinstance(wanted, AMOUNTS):
            return wanted if isinstance(wanted, Unknown) else Unknown(f"{self.amount.words} is no amount")
        apart = currencies_differ(wanted, there)
        return Unknown(f"{self.fact.words} cannot be compared: {apart}") if apart else number(wanted)

    def _distance(self, change: Decimal, there: Amount, view: View) -> str:
        if self.share is not None:
            whole = abs(number(there))
            return percent(DECIMALS.divide(DECIMALS.multiply(abs(change), Decimal(100)), whole))
        return said(with_number(there, abs(change)), self.fact.sort.unit, view.zone)


def _way(before: Fact, now: Fact, view: View) -> int | None:
    """Return -1, 0 or 1 for what fell, stayed or rose; None where partial dates leave it open."""
    if isinstance(before, Version) and isinstance(now, Version):
        return compare_versions(now.value, before.value)
    if isinstance(before, Day | Moment) and isinstance(now, Day | Moment):
        then, here = when(before), when(now)
        if before == now:
            return 0
        if ordered("<", here, then, view.zone):
            return -1
        return 1 if ordered(">", here, then, view.zone) else None
    raise TypeError(f"{type(before).__name__} and {type(now).__name__} have no order")


@dataclass(frozen=True, slots=True)
class Extreme:
    """A fact is lower, or higher, than at every earlier reading of a window.

    It stays so until the value turns: the readings at the end of history that equal this one are its own run, and are
    not earlier. Where nothing but its run is known, nothing was surpassed.
    """

    fact: FactTerm
    which: Literal["lowest", "highest"]
    length: timedelta
    known_any: bool = False

    @property
    def words(self) -> str:
        """Its canonical spelling."""
        return f"{self.fact.words} is {self.which} in {duration(self.length)}"

    def judge(self, view: View) -> Finding:
        """Return whether nothing earlier was as low, or as high."""
        here = self.fact.value(view)
        if not isinstance(here, AMOUNTS):
            return Finding(None, here.reason if isinstance(here, Unknown) else f"{self.fact.words} is no amount")
        if isinstance(here, Money) and not here.currency:
            return Finding(None, f"{self.fact.words} has no currency, so it cannot be compared")
        window = weigh(view, self.fact.within, self.length, like=here)
        earlier = list(window.values)
        while earlier and number(earlier[-1].fact) == number(here):
            earlier.pop()
        pick, met = (min, operator.le) if self.which == "lowest" else (max, operator.ge)
        rival = pick(earlier, key=lambda value: number(value.fact), default=None)
        shown = f"{self.fact.words} {said(here, self.fact.sort.unit, view.zone)}"
        if rival and met(number(rival.fact), number(here)):
            was = f"{said(rival.fact, self.fact.sort.unit, view.zone)} on {rival.at.astimezone(view.zone):%Y-%m-%d}"
            return Finding(False, f"{shown} is not the {self.which} in {duration(self.length)}: it was {was}")
        if not (window.is_half_known or self.known_any):
            return Finding(None, f"{self.fact.words} is not known to be the {self.which}: {window.how_known}")
        if rival is None:
            return Finding(False, f"{shown} is not the {self.which} in {duration(self.length)}: it was never another")
        before = said(rival.fact, self.fact.sort.unit, view.zone)
        return Finding(True, f"{shown} is the {self.which} in {duration(self.length)}, where it was {before} before")


@dataclass(frozen=True, slots=True)
class Asked:
    """A value that a change must come from or go to: the test of it, and how it is spelled."""

    test: Test
    words: str


@dataclass(frozen=True, slots=True)
class Changes:
    """A fact is another than at the reading before; `before` asks of that reading, `after` of this one."""

    fact: FactTerm
    previous: Then
    before: Asked | None = None
    after: Asked | None = None

    @property
    def words(self) -> str:
        """Its canonical spelling."""
        before = f" from {self.before.words}" if self.before else ""
        after = f" to {self.after.words}" if self.after else ""
        return f"{self.fact.words} changes{before}{after}"

    def judge(self, view: View) -> Finding:
        """Return whether it changed, from and to what is asked."""
        here, there = self.fact.value(view), self.previous.value(view)
        if isinstance(here, Unknown):
            return Finding(None, here.reason)
        if isinstance(there, Unknown):
            return Finding(None, there.reason)
        apart = currencies_differ(here, there)
        if apart:
            return Finding(None, f"{self.fact.words} is not comparable with what it was: {apart}")
        unit = self.fact.sort.unit
        if _is_same(here, there):
            return Finding(False, f"{self.fact.words} has not changed from {said(here, unit, view.zone)}")
        changed = f"{self.fact.words} has changed from {said(there, unit, view.zone)} to {said(here, unit, view.zone)}"
        sides = [asked.test.judge(view) for asked in (self.before, self.after) if asked]
        return joined([Finding(True, changed), *sides], decisive=False)


def _is_same(here: Fact, there: Fact) -> bool:
    """Return whether two values are the same to a person; white space and the order of several texts are not seen."""
    if isinstance(here, Texts) and isinstance(there, Texts):
        return sorted(here.values) == sorted(there.values)
    if isinstance(here, Text) and isinstance(there, Text):
        return here.value.split() == there.value.split()
    return here == there

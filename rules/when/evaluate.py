"""Whether a checked sentence holds: three values, each with the sentence that has the values in it.

    All · Either · Negation            join tests
    Holds · Known · OneOf · Nothing    ask of a term or of the watch
    Ordered · Timed · Within           compare           (texts: evaluate_texts, change: evaluate_moves)

Every test answers for any view. Its `changes_at` promises that time alone does not change the answer before then. What
slides out of a window is no such time: windows are judged when something is polled, late at worst.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from rules.condition import Finding, Standing, View
from rules.when.amounts import AMOUNTS, currencies_differ, number
from rules.when.canonical import comparison, duration, listed, quoted, said
from rules.when.dates import When, next_change, ordered, today, when
from rules.when.evaluate_terms import Constant, FactTerm, Term, Unknown
from rules.when.syntax import Operator
from watchers.api import Day, Fact, Flag, Moment, Version
from watchers.versions import compare_versions

# Just after the last instant of a time that includes its end.
_MOMENT = timedelta(microseconds=1)


class Test(Protocol):
    """A checked condition or a part of one."""

    @property
    def words(self) -> str:
        """Its canonical spelling."""

    def judge(self, view: View) -> Finding:
        """Return whether it holds."""


def earliest(instants: Sequence[datetime | None]) -> datetime | None:
    """Return the first of the instants that there are."""
    return min((instant for instant in instants if instant is not None), default=None)


@dataclass(frozen=True, slots=True)
class All:
    """Every part must hold."""

    parts: tuple[Test, ...]

    @property
    def words(self) -> str:
        """Its canonical spelling; `or` binds less, so it needs parentheses here."""
        return " and ".join(f"({part.words})" if isinstance(part, Either) else part.words for part in self.parts)

    def judge(self, view: View) -> Finding:
        """Return false if any part is false, else unknown if any is."""
        return joined([part.judge(view) for part in self.parts], decisive=False)


@dataclass(frozen=True, slots=True)
class Either:
    """One part must hold."""

    parts: tuple[Test, ...]

    @property
    def words(self) -> str:
        """Its canonical spelling."""
        return " or ".join(part.words for part in self.parts)

    def judge(self, view: View) -> Finding:
        """Return true if any part is true, else unknown if any is."""
        return joined([part.judge(view) for part in self.parts], decisive=True)


def joined(findings: list[Finding], *, decisive: bool) -> Finding:
    """Return what the parts come to; only those that settled it are named.

    Where one part is decisive, nothing changes before the last of those has changed: that spares a stream's old
    entries from being judged again and again.
    """
    for value in (decisive, None):
        settling = [finding for finding in findings if finding.holds is value]
        if settling:
            changes = [finding.changes_at for finding in (settling if value is decisive else findings)]
            if value is not decisive:
                changes_at = earliest(changes)
            else:
                lasting = None in changes
                changes_at = None if lasting else max(instant for instant in changes if instant is not None)
            return Finding(value, " and ".join(finding.because for finding in settling), changes_at)
    because = " and ".join(finding.because for finding in findings)
    return Finding(not decisive, because, earliest([finding.changes_at for finding in findings]))


@dataclass(frozen=True, slots=True)
class Negation:
    """The opposite of a test; its sentence says how things are, so it stands for both."""

    part: Test

    @property
    def words(self) -> str:
        """Its canonical spelling."""
        inner = self.part.words
        return f"not ({inner})" if isinstance(self.part, All | Either) else f"not {inner}"

    def judge(self, view: View) -> Finding:
        """Return the opposite; unknown stays unknown."""
        finding = self.part.judge(view)
        return Finding(None if finding.holds is None else not finding.holds, finding.because, finding.changes_at)


@dataclass(frozen=True, slots=True)
class Holds:
    """A flag is yes."""

    term: Term

    @property
    def words(self) -> str:
        """Its canonical spelling."""
        return self.term.words

    def judge(self, view: View) -> Finding:
        """Return the flag."""
        value = self.term.value(view)
        if isinstance(value, Unknown):
            return Finding(None, value.reason)
        yes = isinstance(value, Flag) and value.value
        return Finding(yes, self.term.words if yes else f"not {self.term.words}")


@dataclass(frozen=True, slots=True)
class Known:
    """A term has a value, or has none; never unknown itself."""

    term: Term
    wanted: bool

    @property
    def words(self) -> str:
        """Its canonical spelling."""
        return f"{self.term.words} is {'known' if self.wanted else 'unknown'}"

    def judge(self, view: View) -> Finding:
        """Return whether the term has a value."""
        value = self.term.value(view)
        if isinstance(value, Unknown):
            return Finding(not self.wanted, value.reason)
        return Finding(self.wanted, f"{self.term.words} is known: {said(value, self.term.sort.unit, view.zone)}")


@dataclass(frozen=True, slots=True)
class Nothing:
    """No news for so long, while polls succeeded."""

    length: timedelta

    @property
    def words(self) -> str:
        """Its canonical spelling."""
        return f"nothing for {duration(self.length)}"

    def judge(self, view: View) -> Finding:
        """Return whether the last news is so long ago; it becomes true by time alone."""
        if view.since_news is None:
            return Finding(None, "it is unknown since when nothing came")
        quiet = view.now - view.since_news
        if quiet >= self.length:
            return Finding(True, f"nothing came for {duration(self.length)}")
        return Finding(False, f"something came in the last {duration(self.length)}", view.now + (self.length - quiet))


@dataclass(frozen=True, slots=True)
class OtherRule:
    """Another rule is met now, or told not longer ago than a length of time."""

    rule_id: str
    within: timedelta | None

    @property
    def words(self) -> str:
        """Its canonical spelling."""
        name = f"rule {quoted(self.rule_id)}"
        return f"{name} within {duration(self.within)}" if self.within else name

    def judge(self, view: View) -> Finding:
        """Return how that rule stands; what it told becomes too old by time alone."""
        other = view.others.get(self.rule_id) or Standing(None, why="it was not judged yet")
        name = f"rule {quoted(self.rule_id)}"
        unknown = Finding(None, f"it is unknown how {name} stands: {other.why}")
        if self.within is None:
            is_met = other.is_met
            return unknown if is_met is None else Finding(is_met, f"{name} is {'' if is_met else 'not '}met")
        span = duration(self.within)
        if other.told_at is not None and view.now - other.told_at <= self.within:
            return Finding(True, f"{name} told within the last {span}", other.told_at + self.within + _MOMENT)
        return unknown if other.is_met is None else Finding(False, f"{name} did not tell within the last {span}")


@dataclass(frozen=True, slots=True)
class OneOf:
    """A term equals one of several values."""

    term: Term
    tests: tuple[Test, ...]
    options: tuple[Constant, ...]

    @property
    def words(self) -> str:
        """Its canonical spelling; the order of a list does not matter."""
        return f"{self.term.words} in {listed(sorted(option.words for option in self.options))}"

    def judge(self, view: View) -> Finding:
        """Return whether any of the values is met."""
        value = self.term.value(view)
        finding = joined([test.judge(view) for test in self.tests], decisive=True)
        if isinstance(value, Unknown) or finding.holds is not False:
            return finding
        return Finding(False, f"{_with_value(self.term, value, view)} is {_none_of(self.options)}", finding.changes_at)


def _none_of(options: tuple[Constant, ...]) -> str:
    words = [option.words for option in options[:5]]
    return f"none of {', '.join(words)}{' …' if len(options) > len(words) else ''}"


def _with_value(term: Term, value: Fact, view: View) -> str:
    """Return a term with its value: "price 139.00 USD", "144.00 USD (80% of median in 90 days)"."""
    if isinstance(term, Constant) and term.is_spelled_out:
        return term.words
    shown = said(value, term.sort.unit, view.zone)
    if isinstance(term, FactTerm):
        return f"{term.words} {shown}"
    return shown if isinstance(term, Constant) else f"{shown} ({term.words})"


@dataclass(frozen=True, slots=True)
class Ordered:
    """Two amounts or versions compared."""

    op: Operator
    left: Term
    right: Term

    @property
    def words(self) -> str:
        """Its canonical spelling."""
        return f"{self.left.words} {comparison(self.op)} {self.right.words}"

    def judge(self, view: View) -> Finding:
        """Return how the two compare."""
        left, right = self.left.value(view), self.right.value(view)
        if isinstance(left, Unknown):
            return self._at_bound(view, left, right)
        if isinstance(right, Unknown):
            return Finding(None, right.reason)
        order = _order(left, right)
        if isinstance(order, Unknown):
            return Finding(None, f"{_with_value(self.left, left, view)} is not comparable: {order.reason}")
        return Finding(holds(self.op, order), self._because(left, right, view, yes=holds(self.op, order)))

    def _at_bound(self, view: View, left: Unknown, right: Fact | Unknown) -> Finding:
        """Return what holds of every value up to the bound of a fact that is not known itself."""
        bound = self.left.at_most(view) if isinstance(self.left, FactTerm) else None
        order = Unknown("") if bound is None or isinstance(right, Unknown) else _order(bound, right)
        if bound is None or isinstance(right, Unknown) or isinstance(order, Unknown):
            return Finding(None, left.reason)
        yes = holds(self.op, order)
        if yes is not (self.op in ("<", "<=")) or self.op in ("=", "!="):
            return Finding(None, left.reason)
        most = f"{self.left.words}, at most {said(bound, self.left.sort.unit, view.zone)},"
        because = f"{most} is {'' if yes else 'not '}{comparison(self.op)} {_with_value(self.right, right, view)}"
        return Finding(yes, because)

    def _because(self, left: Fact, right: Fact, view: View, *, yes: bool) -> str:
        shown = _with_value(self.right, right, view)
        if self.op in ("=", "!="):
            is_same = yes is (self.op == "=")
            if is_same:
                return f"{self.left.words} is {shown}"
            return f"{_with_value(self.left, left, view)} is not {shown}"
        return f"{_with_value(self.left, left, view)} is {'' if yes else 'not '}{comparison(self.op)} {shown}"


def holds(op: Operator, order: int) -> bool:
    """Return whether an order of -1, 0 or 1 is what a comparison asks for."""
    if op in ("=", "!="):
        return (order == 0) is (op == "=")
    return order < 0 if op == "<" else order <= 0 if op == "<=" else order > 0 if op == ">" else order >= 0


def _order(left: Fact, right: Fact) -> int | Unknown:
    """Return -1, 0 or 1 for left before, at or after right."""
    if isinstance(left, Version) and isinstance(right, Version):
        return compare_versions(left.value, right.value)
    if isinstance(left, AMOUNTS) and isinstance(right, AMOUNTS):
        apart = currencies_differ(left, right)
        if apart:
            return Unknown(apart)
        one, other = number(left), number(right)
        return (one > other) - (one < other)
    raise TypeError(f"{type(left).__name__} and {type(right).__name__} have no order")


@dataclass(frozen=True, slots=True)
class Timed:
    """Two dates or instants compared; time alone can change it where one of them moves with the clock."""

    op: Operator
    left: Term
    right: Term

    @property
    def words(self) -> str:
        """Its canonical spelling."""
        return f"{self.left.words} {comparison(self.op, of_time=True)} {self.right.words}"

    def judge(self, view: View) -> Finding:
        """Return how the two compare; None where a partial date does not settle it."""
        left, right = self.left.value(view), self.right.value(view)
        if isinstance(left, Unknown):
            return Finding(None, left.reason)
        if isinstance(right, Unknown):
            return Finding(None, right.reason)
        one, other = _when(self.left, left), _when(self.right, right)
        yes = ordered(self.op, one, other, view.zone)
        relation = comparison(self.op, of_time=True)
        relation = relation if relation.startswith("is") else f"is {relation}"
        if yes is not None and not yes:
            relation = relation.replace("is", "is not", 1) if self.op != "!=" else "is"
        subject = _with_value(self.left, left, view)
        shown = _with_value(self.right, right, view)
        because = f"{subject} {relation} {shown}"
        if yes is None:
            because = f"{subject} is not exact enough to be compared with {shown}"
        return Finding(yes, because, next_change(one, other, view.now, view.zone))


def _when(term: Term, value: Fact) -> When:
    if not isinstance(value, Day | Moment):
        raise TypeError(f"{type(value).__name__} is no time")
    return when(value, whole=term.is_literal, motion=term.motion)


@dataclass(frozen=True, slots=True)
class Within:
    """A date lies in the time from now on, or up to now.

    Against a date, days of the calendar count and today is among them; against an instant, elapsed time.
    """

    term: Term
    length: timedelta
    direction: Literal["ahead", "past"]

    @property
    def words(self) -> str:
        """Its canonical spelling."""
        return f"{self.term.words} within {'past ' if self.direction == 'past' else ''}{duration(self.length)}"

    def judge(self, view: View) -> Finding:
        """Return whether the date lies in that time."""
        value = self.term.value(view)
        if isinstance(value, Unknown):
            return Finding(None, value.reason)
        span = _when(self.term, value)
        low, high = self._limits(view, in_days=not span.is_instant)
        sides = [ordered(">=", span, low, view.zone), ordered("<=", span, high, view.zone)]
        yes = False if False in sides else None if None in sides else True
        changes = [next_change(span, limit, view.now, view.zone) for limit in (low, high)]
        subject = _with_value(self.term, value, view)
        time = f"{'the past' if self.direction == 'past' else 'the next'} {duration(self.length)}"
        because = f"{subject} is {'' if yes else 'not '}within {time}"
        if yes is None:
            because = f"{subject} is not exact enough to be within {time} or not"
        return Finding(yes, because, earliest(changes))

    def _limits(self, view: View, *, in_days: bool) -> tuple[When, When]:
        """Return the first and the last point of the time."""
        far = view.now + (self.length if self.direction == "ahead" else -self.length)
        here, there = When(view.now, view.now, motion="now"), When(far, far, motion="now")
        if in_days:
            day = today(view.now, view.zone)
            here = When(day, day, motion="today")
            if not self.length % timedelta(days=1):
                end = day + (self.length if self.direction == "ahead" else -self.length)
                there = When(end, end, motion="today")
        return (here, there) if self.direction == "ahead" else (there, here)

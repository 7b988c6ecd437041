"""What arithmetic between two terms gives, and how it is spelled."""

from __future__ import annotations

from datetime import timedelta

from rules.when import syntax
from rules.when.amounts import AMOUNTS, number
from rules.when.evaluate_terms import Computed, Constant, Share, Term
from rules.when.quantities import Sort
from watchers.api import Day, Moment, Money, Number, Span

TIMES = (Day, Moment)


def currencies(*terms: Term) -> frozenset[str]:
    """Return the currencies that terms state; what a source states is seen only when it is polled."""
    found: set[str] = set()
    for term in terms:
        if isinstance(term, Constant) and isinstance(term.fact, Money) and term.fact.currency:
            found.add(term.fact.currency)
        elif isinstance(term, Share):
            found |= currencies(term.of)
        elif isinstance(term, Computed):
            found |= currencies(term.left, term.right)
    return frozenset(found)


def is_zero(term: Term) -> bool:
    """Return whether a term is always 0."""
    return isinstance(term, Constant) and isinstance(term.fact, AMOUNTS) and not number(term.fact)


def beside(sort: Sort) -> Sort | None:
    """Return the sort by which a literal is read that is added to another; beside a date it is a length of time."""
    return Sort(Span) if sort.fact in TIMES else sort


def joined_sort(op: syntax.Sign, left: Term, right: Term) -> Sort | None:
    """Return what sort two terms give when joined, or None where they cannot be."""
    one, other = left.sort, right.sort
    if op in ("+", "-"):
        if one.fact in TIMES and other.fact is Span:
            by = right.fact.length if isinstance(right, Constant) and isinstance(right.fact, Span) else None
            return one if by is not None and not by % timedelta(days=1) else Sort(Moment)
        if op == "-" and one.fact in TIMES and other.fact in TIMES:
            return Sort(Span)
        return one if one.fact in AMOUNTS and (one.fact, one.unit) == (other.fact, other.unit) else None
    if one.fact in AMOUNTS and other == Sort(Number):
        return one
    if op == "*":
        return other if one == Sort(Number) and other.fact in AMOUNTS else None
    return Sort(Number) if one.fact in AMOUNTS and (one.fact, one.unit) == (other.fact, other.unit) else None


def joined_words(op: str, left: Term, right: Term) -> str:
    """Return the canonical spelling, with parentheses where they are needed."""
    is_product = op in ("*", "/")

    def inner(term: Term, *, last: bool) -> str:
        binds_less = (
            isinstance(term, Computed)
            and not term.words.startswith("-")
            and (last or (is_product and term.op in ("+", "-")))
        )
        return f"({term.words})" if binds_less else term.words

    return f"{inner(left, last=False)} {op} {inner(right, last=True)}"

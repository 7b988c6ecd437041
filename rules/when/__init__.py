"""The `when` language: one sentence that is true, false or unknown of one observation.

    text ──▶ rules.when.syntax (tree) ──▶ rules.when.check (tests) ──▶ Sentence.evaluate(view) ──▶ Finding

What is accepted is total: evaluating it raises nothing and ends, whatever a source claims.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice

from rules.condition import Condition, Finding, Mention, View
from rules.faults import SentenceFault, SentenceFaults
from rules.rule import Names
from rules.when.canonical import short
from rules.when.check import check
from rules.when.check_terms import Terms
from rules.when.evaluate import Test
from rules.when.parse import parse
from rules.when.phrasings import rephrased
from rules.when.syntax import Nothing
from rules.when.unreadable import joined_pieces
from watchers.api import Kind

_LONGEST_FAULT = 400
# As many mistakes of one sentence as a person mends at once; looking for what each of them means takes its time.
_MOST_FAULTS = 12


@dataclass(frozen=True, slots=True)
class Sentence:
    """A checked sentence; its attributes are those of `rules.condition.Condition`."""

    text: str
    meaning: str
    is_moment: bool
    is_absence: bool
    looks_back: bool
    window: timedelta
    facts: frozenset[str]
    subject: str
    test: Test
    others: tuple[Mention, ...] = ()

    @property
    def canonical(self) -> str:
        """The sentence in its canonical spelling, which means the same to every kind."""
        return self.test.words

    def evaluate(self, view: View) -> Finding:
        """Return what the sentence says of a view."""
        return self.test.judge(view)


def compile_condition(text: str, kind: Kind, names: Names, *, known_any: bool = False) -> Condition:
    """Return a sentence, checked against the facts of a kind.

    Args:
        text: The sentence as the owner wrote it.
        kind: What it speaks of.
        names: What `me.x` and `topics.x` stand for.
        known_any: A window counts however little of it is known (`known: any`).

    Raises:
        SentenceFaults: It is wrong; every mistake in it is there, each with what to write instead.
    """
    terms = Terms(kind, names, known_any)
    try:
        tree = parse(text)
    except SentenceFaults as unread:
        elsewhere = islice(_faults_elsewhere(text, unread.faults[0], terms), _MOST_FAULTS - 1)
        raise _refusal([*unread.faults, *elsewhere]) from unread
    test = check(tree, terms)
    if test is None or terms.faults:
        # What reads as a sentence may still be one said otherwise: `mentions ITER or tokamak`.
        noted = terms.faults[:_MOST_FAULTS]
        said = dict.fromkeys(rephrased(text, fault.start, is_read=True) or fault for fault in noted)
        raise _refusal(list(said))
    facts = list(terms.facts_in(tree))
    return Sentence(
        text=text,
        meaning=_meaning(test, terms),
        is_moment=terms.is_moment,
        is_absence=isinstance(tree, Nothing),
        looks_back=terms.looks_back,
        window=terms.window,
        facts=frozenset(facts),
        subject=facts[0] if facts else kind.main,
        test=test,
        others=tuple(terms.others),
    )


def _refusal(faults: list[SentenceFault]) -> SentenceFaults:
    """Return the error with all faults, each short enough to be read though it names a word of any length."""
    return SentenceFaults(
        replace(fault, message=short(fault.message, _LONGEST_FAULT), hint=short(fault.hint, _LONGEST_FAULT))
        for fault in faults
    )


def _meaning(test: Test, terms: Terms) -> str:
    resolved = [f"{name} = {value}" for name, value in sorted(terms.resolved.items())]
    known = ["known = any"] if terms.known_any and terms.window else []
    return "; ".join([test.words, *resolved, *known])


def _faults_elsewhere(text: str, first: SentenceFault, terms: Terms) -> Iterator[SentenceFault]:
    """Yield the faults of the parts that `and` and `or` join, where the whole could not be read.

    A part that touches the first fault is the one that could not be read, and is passed over.
    """
    for start, end in joined_pieces(text):
        if start <= first.end and first.start <= end:
            continue
        try:
            # Blanks before the part keep its places those of the whole.
            check(parse(" " * start + text[start:end]), terms)
        except SentenceFaults as unread:
            yield from unread.faults
    yield from terms.faults

"""Tests of texts: equal, mentioning, containing, matching. Case and accents never matter, but in a pattern."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import regex

from rules.condition import Finding, View
from rules.when.canonical import listed, quoted, said, short
from rules.when.evaluate_terms import Constant, Term, Unknown
from rules.when.phrases import Phrases, fold
from rules.when.syntax import How
from watchers.api import Fact, Text, Texts

# A pattern that backtracks for ever is stopped; every sensible one needs far less.
PATTERN_SECONDS = 0.1
# What it was then not tried on is looked at again after so long, also where nothing new was seen.
LOOK_AGAIN = timedelta(minutes=1)
# On how many texts a pattern is remembered to have run over.
MOST_SLOW_TEXTS = 1000


def texts_of(value: Fact) -> tuple[str, ...]:
    """Return the texts of a fact: one, or several of which any may serve."""
    return value.values if isinstance(value, Texts) else (value.value,) if isinstance(value, Text) else ()


def alike(text: str) -> str:
    """Return what two texts share that read the same: case, accents and white space aside."""
    return " ".join(fold(text).split())


@dataclass(frozen=True, slots=True)
class TextIs:
    """A text is one of some."""

    term: Term
    options: tuple[Constant, ...]
    folded: frozenset[str]

    @property
    def words(self) -> str:
        """Its canonical spelling; the order of a list does not matter."""
        options = sorted(option.words for option in self.options)
        return f"{self.term.words} is {options[0]}" if len(options) == 1 else f"{self.term.words} in {listed(options)}"

    def judge(self, view: View) -> Finding:
        """Return whether any text of the term is one of the options."""
        value = self.term.value(view)
        if isinstance(value, Unknown):
            return Finding(None, value.reason)
        met = next((text for text in texts_of(value) if alike(text) in self.folded), None)
        if met is not None:
            return Finding(True, f"{self.term.words} is {quoted(short(met))}")
        options = ", ".join(option.words for option in self.options[:5])
        rest = " …" if len(self.options) > 5 else ""
        shown = said(value, "", view.zone) if texts_of(value) else "empty"
        return Finding(False, f"{self.term.words} is {shown}, not {options}{rest}")


@dataclass(frozen=True, slots=True)
class Mentions:
    """A text mentions one of some phrases, as whole words."""

    term: Term
    phrases: Phrases
    asked: str

    @property
    def words(self) -> str:
        """Its canonical spelling."""
        return f"{self.term.words} mentions {self.asked}"

    def judge(self, view: View) -> Finding:
        """Return whether any phrase is met, and which."""
        value = self.term.value(view)
        if isinstance(value, Unknown):
            return Finding(None, value.reason)
        found = self.phrases.found_in(texts_of(value))
        if found:
            return Finding(True, f"{self.term.words} mentions {', '.join(quoted(short(phrase)) for phrase in found)}")
        return Finding(False, f"{self.term.words} does not mention {short(self.asked)}")


@dataclass(frozen=True, slots=True)
class Like:
    """A text contains, starts with or ends with another, anywhere in a word."""

    term: Term
    how: How
    folded: str
    asked: str

    @property
    def words(self) -> str:
        """Its canonical spelling."""
        return f"{self.term.words} {self.how} {self.asked}"

    def judge(self, view: View) -> Finding:
        """Return whether any text of the term does."""
        value = self.term.value(view)
        if isinstance(value, Unknown):
            return Finding(None, value.reason)
        yes = any(self._is_met(alike(text)) for text in texts_of(value))
        return Finding(yes, self.words if yes else f"{self.term.words} {_LACKS[self.how]} {short(self.asked)}")

    def _is_met(self, text: str) -> bool:
        if self.how == "contains":
            return self.folded in text
        return text.startswith(self.folded) if self.how == "starts with" else text.endswith(self.folded)


_LACKS = {"contains": "does not contain", "starts with": "does not start with", "ends with": "does not end with"}


@dataclass(slots=True)
class Patience:
    """Where a pattern ran over: it does so once in each judgement, and once on each text.

    One judgement may be of thousands of texts, while the store waits for it. What is left is unknown until the next
    one, soon, and a text that is known to be slow keeps none of the others from being looked at then.
    """

    lost_at: datetime | None = None
    slow: dict[int, None] = field(default_factory=dict)

    def lose(self, text: str, now: datetime) -> None:
        """Note that the pattern ran over on a text, in the judgement of that instant."""
        self.lost_at = now
        self.slow[hash(text)] = None
        if len(self.slow) > MOST_SLOW_TEXTS:
            del self.slow[next(iter(self.slow))]


@dataclass(frozen=True, slots=True)
class Matches:
    """A text holds what a regular expression describes."""

    term: Term
    pattern: regex.Pattern[str]
    asked: str
    patience: Patience = field(default_factory=Patience, repr=False, compare=False)

    @property
    def words(self) -> str:
        """Its canonical spelling."""
        return f"{self.term.words} matches {self.asked}"

    def judge(self, view: View) -> Finding:
        """Return whether any text of the term matches; unknown where none is known to and one takes too long."""
        value = self.term.value(view)
        if isinstance(value, Unknown):
            return Finding(None, value.reason)
        unread: Finding | None = None
        for text in texts_of(value):
            met = self._met(text, view.now)
            if isinstance(met, Finding):
                unread = met
            elif met:
                return Finding(True, f"{self.term.words} matches with {quoted(short(met[0]))}")
        return unread or Finding(False, f"{self.term.words} does not match {self._shown}")

    def _met(self, text: str, now: datetime) -> regex.Match[str] | Finding | None:
        """Return where a text matches; an unknown finding where that takes too long."""
        if hash(text) not in self.patience.slow:
            if self.patience.lost_at == now:
                why = f"the pattern {self._shown} takes too long on another text: {self.term.words} is looked at later"
                return Finding(None, why, now + LOOK_AGAIN)
            try:
                return self.pattern.search(text, timeout=PATTERN_SECONDS)
            except TimeoutError:
                self.patience.lose(text, now)
        return Finding(None, f"the pattern {self._shown} takes too long on {self.term.words}")

    @property
    def _shown(self) -> str:
        return short(self.asked)

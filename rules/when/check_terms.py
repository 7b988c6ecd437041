"""The terms of a sentence, checked against the facts of a kind: from syntax to what can be evaluated.

Every method that finds a mistake notes a fault and returns None, so that all faults of a sentence come at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from rules.condition import Mention
from rules.faults import SentenceFault, SentenceFaults, nearest
from rules.rule import Names
from rules.when import syntax
from rules.when.amounts import AMOUNTS, is_sane, number, with_number
from rules.when.canonical import duration, listed, literal, percent_words, quoted
from rules.when.check_arithmetic import TIMES, beside, currencies, is_zero, joined_sort, joined_words
from rules.when.evaluate_terms import Clock, Computed, Constant, FactTerm, Share, Term, Then, bound_of
from rules.when.parse import parse
from rules.when.quantities import Misread, Sort, read_date, read_number, read_quantity, refuse_hour
from watchers.api import Day, Fact, Flag, Kind, Moment, Number, Span, Text, Texts, Version

LONGEST_WINDOW = timedelta(days=3653)

TEXTS = (Text, Texts)

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FLAGS = {"yes": True, "true": True, "no": False, "false": False}
_OTHER_DAYS = {"tomorrow": "today + 1 day", "yesterday": "today - 1 day"}

# From which side a baseline is compared: what is below the highest known is surely below the highest.
Side = Literal["below", "above", ""]


@dataclass(slots=True)
class Terms:
    """Checks terms, and notes what the whole sentence rests on.

    Attributes:
        resolved: What `me.x` and `topics.x` stood for, in canonical spelling.
        window: How far back the sentence looks.
        looks_back: It compares with an earlier reading.
        is_moment: It rests on the reading just before, or on a fact that does.
        others: The other rules that it names.
    """

    kind: Kind
    names: Names
    known_any: bool
    faults: list[SentenceFault] = field(default_factory=list)
    resolved: dict[str, str] = field(default_factory=dict)
    window: timedelta = timedelta()
    looks_back: bool = False
    is_moment: bool = False
    others: list[Mention] = field(default_factory=list)

    def fault(self, node: syntax.Node, message: str, hint: str = "") -> None:
        """Note a mistake."""
        self.faults.append(SentenceFault(node.start, node.end, message, hint))

    def facts_in(self, node: syntax.Node) -> Iterator[str]:
        """Yield the facts that a part of the sentence speaks of, in the order of the text."""
        for part in syntax.walk(node):
            if isinstance(part, syntax.Test) and part.subject is None:
                yield self.kind.main
            if isinstance(part, syntax.Word) and self.kind.fact(part.text):
                yield part.text

    def fact(self, name: str) -> FactTerm | None:
        """Return a fact of the kind as a term, or None where it has no such fact."""
        spec = self.kind.fact(name)
        if spec is None:
            return None
        self.is_moment = self.is_moment or spec.momentary
        is_bounded = self.kind.fact(bound_of(name)) is not None
        return FactTerm(name, Sort(spec.type, spec.unit, spec.choices), spec.evidence, is_bounded)

    def example(self, name: str) -> str:
        """Return what could be asked of a fact, as a hint; empty where its kind gives no example."""
        spec = self.kind.fact(name)
        if spec is None or not spec.example or spec.type is Flag:
            return ""
        verb = "below" if spec.type in AMOUNTS else "after" if spec.type in TIMES else "is"
        return f"write it as in {name} {verb} {spec.example}"

    def term(
        self, node: syntax.Node, wanted: Sort | None = None, about: FactTerm | None = None, side: Side = ""
    ) -> Term | None:
        """Return a value of the sentence.

        Args:
            node: Where it stands.
            wanted: The sort of what it meets, by which a literal is read; the result need not be of it.
            about: The fact that a baseline in it speaks of.
            side: From which side a baseline in it is compared.
        """
        match node:
            case syntax.Word():
                return self._word(node, wanted)
            case syntax.Quoted():
                return self._quoted(node, wanted)
            case syntax.Quantity():
                return self._quantity(node, wanted)
            case syntax.Percent():
                return self._percent(node, wanted, about, side)
            case syntax.Baseline():
                return self.baseline(node, about, side)
            case syntax.Negative():
                return self._negative(node, wanted, about)
            case syntax.Arithmetic():
                return self._arithmetic(node, wanted, about)
        self.fault(node, "a value is expected here, and this is none", "join conditions with `and` or `or` only")
        return None

    def baseline(self, node: syntax.Baseline, about: FactTerm | None, side: Side = "") -> Then | None:
        """Return what a fact was, where the sentence names it."""
        length = self.length(node.length) if node.length else timedelta()
        if about is None:
            words = f"{node.which} in …" if node.length else node.which
            self.fault(node, f"`{words}` must stand beside one fact, whose earlier values it means")
            return None
        if length is None:
            return None
        if length and about.sort.fact not in AMOUNTS:
            self.fault(node, f"{about.words} is {about.sort}, which has no {node.which}", "compare it with previous")
            return None
        return self.then(about, node.which, length, side)

    def then(self, fact: FactTerm, which: syntax.Which, length: timedelta = timedelta(), side: Side = "") -> Then:
        """Return what a fact was, and note that the sentence rests on it."""
        self.looks_back = True
        self.window = max(self.window, length)
        self.is_moment = self.is_moment or which == "previous"
        is_safe = (which, side) in (("highest", "below"), ("lowest", "above"))
        words = f"{which} in {duration(length)}" if length else which
        return Then(fact, which, length, words, needs_half=not (is_safe or self.known_any))

    def length(self, node: syntax.Node) -> timedelta | None:
        """Return a length of time that is settled when the sentence is loaded."""
        term = self.term(node, Sort(Span))
        if term is None:
            return None
        if not (isinstance(term, Constant) and isinstance(term.fact, Span)):
            self.fault(node, "a length of time is expected here", "write 7 days, 12h or 30m")
            return None
        if not timedelta() < term.fact.length <= LONGEST_WINDOW:
            self.fault(node, "a length of time is more than nothing and at most ten years", "write 90 days")
            return None
        return term.fact.length

    def text(self, node: syntax.Node) -> Constant | None:
        """Return the text, or the texts of a list in the profile, that a word, a quoted text or `me.x` states."""
        term = self.term(node, Sort(Text))
        if isinstance(term, Constant) and isinstance(term.fact, Text | Texts):
            return term
        if term is not None:
            self.fault(node, "a text is expected here", 'put it in quotes, as in "fusion energy"')
        return None

    def _word(self, node: syntax.Word, wanted: Sort | None) -> Term | None:
        scope, _, name = node.text.partition(".")
        if scope == "me" and name:
            return self._me(node, name, wanted)
        if scope == "topics" and name:
            self.fault(node, "a topic can only be mentioned", f"write mentions {node.text}")
            return None
        fact = self.fact(node.text)
        if wanted and wanted.fact in TEXTS:
            if fact:
                self.fault(
                    node, f"`{node.text}` is also a fact of this kind", f'if the text is meant, write "{node.text}"'
                )
                return None
            return self._chosen(node, node.text, wanted)
        if fact:
            return fact
        if wanted and wanted.fact is Version and re.match(r"[vV][0-9]", node.text):
            return Constant(Version(node.text), wanted, node.text)
        if wanted and wanted.fact is Flag and node.text.lower() in _FLAGS:
            yes = Flag(_FLAGS[node.text.lower()])
            return Constant(yes, wanted, str(yes))
        clock = self._clock(node)
        if clock is None:
            self._fault_unknown(node, wanted)
        return clock

    def _clock(self, node: syntax.Word) -> Clock | None:
        word = node.text.lower()
        if word == "now":
            return Clock(word, Sort(Moment))
        if word == "today" or word in _WEEKDAYS:
            return Clock(word, Sort(Day), _WEEKDAYS.index(word) if word in _WEEKDAYS else None)
        return None

    def _fault_unknown(self, node: syntax.Word, wanted: Sort | None) -> None:
        word = node.text
        names = [spec.name for spec in self.kind.facts]
        if word.lower() in _OTHER_DAYS:
            self.fault(node, f"`{word}` is no word of this language", f"write {_OTHER_DAYS[word.lower()]}")
        elif wanted and wanted.fact is Flag:
            self.fault(node, f"`{word}` is neither yes nor no", "write yes or no, or the name of the fact alone")
        else:
            days = ("today", "now", *_WEEKDAYS) if wanted and wanted.fact in TIMES else ()
            meant = nearest(word, [*names, *days])
            hint = f"did you mean `{meant}`?" if meant else f"it has {', '.join(names)}"
            if len(of_sources := [name for name in names if name.endswith(f".{word}")]) > 1:
                hint = f"say of which source: {', '.join(of_sources)}"
            if "-" in word and any(self.kind.fact(part) for part in word.split("-")):
                hint = "write spaces around a minus"
            self.fault(node, f"`{word}` is no fact of the kind {self.kind.name}", hint)

    def _chosen(self, node: syntax.Node, text: str, sort: Sort) -> Constant | None:
        """Return a text, if it is one that the fact can take."""
        folded = {choice.casefold(): choice for choice in sort.choices}
        if sort.choices and text.casefold() not in folded:
            meant = nearest(text, sort.choices)
            hint = f"did you mean {meant}?" if meant else f"it is one of {', '.join(sort.choices)}"
            self.fault(node, f"it is never `{text}`", hint)
            return None
        value = folded.get(text.casefold(), text)
        return Constant(Text(value), Sort(Text), quoted(value))

    def _quoted(self, node: syntax.Quoted, wanted: Sort | None) -> Constant | None:
        if wanted and wanted.fact is Version:
            return Constant(Version(node.value), Sort(Version), quoted(node.value))
        if wanted and wanted.fact in TIMES:
            return self._read(node, node.value, wanted)
        return self._chosen(node, node.value, wanted if wanted and wanted.fact in TEXTS else Sort(Text))

    def _read(self, node: syntax.Node, text: str, wanted: Sort) -> Constant | None:
        try:
            date = read_date(text, self.names.me.zone, bare_year=True)
            if date is None:
                refuse_hour(text)
        except Misread as misread:
            self.fault(node, misread.message, misread.hint)
            return None
        if date is None:
            self.fault(node, f"a date is expected here, and `{text}` is none", "write a date as 2026-12-24")
            return None
        return Constant(date, Sort(type(date)), literal(date))

    def _quantity(self, node: syntax.Quantity, wanted: Sort | None) -> Constant | None:
        if wanted and wanted.fact in TEXTS:
            written = f"{node.before} {node.number} {node.after}".strip()
            self.fault(node, f"a text is expected here, and {written} is none", f'if it is text, write "{written}"')
            return None
        try:
            fact, sort = read_quantity(node, wanted, self.names.me.currency, self.names.me.zone)
        except Misread as misread:
            self.fault(node, misread.message, misread.hint)
            return None
        return Constant(fact, sort, literal(fact, sort.unit))

    def _me(self, node: syntax.Word, name: str, wanted: Sort | None) -> Constant | None:
        profile = self.names.me
        values = {"timezone": profile.zone.key, **({"currency": profile.currency} if profile.currency else {})}
        values |= {key: value for key, value in profile.values.items() if value is not None}  # type: ignore[misc]
        if name not in values:
            meant = nearest(name, values)
            hint = f"did you mean me.{meant}?" if meant else f"write `{name}:` under `me:`, or the value itself"
            self.fault(node, f"your profile says nothing of `{name}`", hint)
            return None
        constant = self._profile_value(node, values[name], wanted)
        if constant is None:
            return None
        self.resolved[node.text] = constant.words
        return Constant(constant.fact, constant.sort, node.text)

    def _profile_value(self, node: syntax.Word, value: object, wanted: Sort | None) -> Constant | None:
        """Return a value of the profile as the sort of fact that it meets."""
        fact: Fact
        match value:
            case bool():
                fact = Flag(value)
            case int() | float() | Decimal() if is_sane(Number(Decimal(str(value)))):
                fact = Number(Decimal(str(value)))
                unit = wanted.unit if wanted and wanted.fact is Number else ""
                return Constant(fact, Sort(Number, unit), literal(fact, unit))
            case str() if wanted is None or wanted.fact in TEXTS:
                fact = Text(value)
            case str():
                return self._written(node, value, wanted)
            case list() | tuple() if all(isinstance(item, str) for item in value):
                fact = Texts(tuple(value))
            case _:
                self.fault(node, f"`{node.text}` in your profile is no text, number or list of texts")
                return None
        words = literal(fact) if not isinstance(fact, Texts) else listed(sorted(map(quoted, fact.values)))
        return Constant(fact, Sort(type(fact)), words)

    def _written(self, node: syntax.Word, text: str, wanted: Sort | None) -> Constant | None:
        """Return a profile's text as the quantity that it states: `budget: 150 USD`."""
        try:
            tree = parse(text)
        except SentenceFaults:
            tree = syntax.Quoted(node.start, node.end, text)
        if isinstance(tree, syntax.Quantity):
            return self._quantity(syntax.Quantity(node.start, node.end, tree.before, tree.number, tree.after), wanted)
        return self._quoted(syntax.Quoted(node.start, node.end, text), wanted)

    def _percent(self, node: syntax.Percent, wanted: Sort | None, about: FactTerm | None, side: Side) -> Term | None:
        share = self.share(node)
        if share is None:
            return None
        if node.of is None:
            return Constant(Number(share), Sort(Number, "%"), percent_words(share))
        whole = self.term(node.of, wanted, about, side)
        if whole is None:
            return None
        if whole.sort.fact not in AMOUNTS:
            self.fault(node.of, f"{whole.words} is {whole.sort}, of which there is no percentage")
            return None
        words = f"({whole.words})" if isinstance(whole, Computed) else whole.words
        return Share(share, whole, f"{percent_words(share)} of {words}")

    def share(self, node: syntax.Percent) -> Decimal | None:
        """Return the number of a percentage."""
        try:
            return read_number(node.number, unit="%")
        except Misread as misread:
            self.fault(node, misread.message, misread.hint)
            return None

    def have_one_currency(self, node: syntax.Node, *terms: Term) -> bool:
        """Return whether terms that meet state no two currencies; where they do, that is noted."""
        apart = sorted(currencies(*terms))
        if len(apart) > 1:
            said = f"two currencies, {' and '.join(apart)}, are never reckoned with each other"
            self.fault(node, said, "write all of it in one currency")
        return len(apart) <= 1

    def _negative(self, node: syntax.Negative, wanted: Sort | None, about: FactTerm | None) -> Term | None:
        part = self.term(node.part, wanted, about)
        if part is None:
            return None
        if isinstance(part, Constant) and isinstance(part.fact, AMOUNTS):
            fact = with_number(part.fact, -number(part.fact))
            return Constant(fact, part.sort, literal(fact, part.sort.unit))
        if part.sort.fact not in AMOUNTS:
            self.fault(node, f"{part.words} is {part.sort}, which has no negative")
            return None
        words = f"({part.words})" if isinstance(part, Computed) else part.words
        return Computed("*", Constant(Number(Decimal(-1)), Sort(Number), "-1"), part, part.sort, f"-{words}")

    def _arithmetic(self, node: syntax.Arithmetic, wanted: Sort | None, about: FactTerm | None) -> Term | None:
        scaling = node.op in ("*", "/")
        left = self.term(node.left, None if scaling else wanted, about)
        right = self.term(node.right, None if scaling or left is None else beside(left.sort), about)
        if left is None or right is None:
            return None
        if node.op == "-" and right.sort.fact in TIMES and (left.motion or right.motion):
            hint = "write within 5 days, or before today + 5 days"
            self.fault(node, "the time from now to a date is not reckoned here", hint)
            return None
        sort = joined_sort(node.op, left, right)
        if sort is None:
            self.fault(
                node, f"{left.words} is {left.sort}, and {right.words} is {right.sort}: `{node.op}` cannot join them"
            )
            return None
        if not self.have_one_currency(node, left, right):
            return None
        if node.op == "/" and is_zero(right):
            self.fault(node, "nothing can be divided by 0")
            return None
        return Computed(node.op, left, right, sort, joined_words(node.op, left, right))

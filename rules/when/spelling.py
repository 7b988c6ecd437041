"""A sentence in the one spelling of the rule file: words for signs, ISO codes for money, no needless parentheses.

    text ──▶ parse (tree) ──▶ check, noting what each value was read as ──▶ the tree written anew

It means what it meant, to the letter of `Condition.meaning`. That is what tells it from `Sentence.canonical`, which
stands for the meaning alone: there lists are sorted, units converted and instants in UTC; here the order, the units,
the phrases and the names are the owner's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from rules.durations import unit_length
from rules.faults import SentenceFaults
from rules.rule import Names
from rules.slug import slug
from rules.when.canonical import comparison, listed, percent_words, quoted
from rules.when.check import check
from rules.when.check_arithmetic import TIMES
from rules.when.check_terms import TEXTS, Side, Terms
from rules.when.dates import MIRRORED
from rules.when.evaluate_terms import Clock, Constant, FactTerm, Term
from rules.when.lengths import in_words, time_word
from rules.when.parse import parse
from rules.when.quantities import Sort
from rules.when.syntax import (
    All,
    Arithmetic,
    Baseline,
    Changed,
    Compared,
    Drift,
    Either,
    Known,
    Like,
    Listed,
    Member,
    Mentioned,
    Negative,
    Node,
    Not,
    Nothing,
    Other,
    Percent,
    Quantity,
    Quoted,
    Test,
    Within,
    Word,
)
from watchers.api import Day, Flag, Kind, Moment, Money, Number, Span, Text
from watchers.facts import plain

_LITERALS = (Quantity, Quoted, Percent)
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[ Tt](\d\d?)(:\d\d(?::\d\d)?(?:[Zz]|[+-]\d\d:\d\d)?)")


def spelling(text: str, kind: Kind, names: Names) -> str:
    """Return a sentence in its one spelling; that of a spelling is itself.

    Args:
        text: The sentence as the owner wrote it.
        kind: What it speaks of.
        names: What `me.x` and `topics.x` stand for.

    Raises:
        SentenceFaults: It is wrong.
    """
    tree = parse(text)
    noted = _Noted(kind, names, known_any=False)
    if check(tree, noted) is None or noted.faults:
        raise SentenceFaults(noted.faults)
    return _Spelled(text, noted).condition(tree)


@dataclass
class _Noted(Terms):
    """Terms that note what each value was read as: only what it meets tells whether `5 m` are metres."""

    read: dict[Node, Term] = field(default_factory=dict)

    def term(
        self, node: Node, wanted: Sort | None = None, about: FactTerm | None = None, side: Side = ""
    ) -> Term | None:
        found = super().term(node, wanted, about, side)
        if found is not None:
            self.read[node] = found
        return found


class _Spelled:
    """Writes the tree of a sentence that was checked."""

    def __init__(self, text: str, terms: _Noted) -> None:
        self.text = text
        self.terms = terms

    # Conditions

    def condition(self, node: Node) -> str:
        node = _undoubled(node)
        match node:
            case Either(parts=parts):
                return " or ".join(map(self.condition, parts))
            case All(parts=parts):
                return " and ".join(self._part(part, Either) for part in parts)
            case Not(part=part):
                return self._denied(part)
            case Nothing(length=length):
                return f"nothing for {self.value(length)}"
            case Other(name=name, within=within):
                return f"rule {quoted(slug(name))}" + (f" within {self.value(within)}" if within else "")
            case Test(subject=subject, predicate=predicate):
                return self._test(subject, predicate)
        return self.value(node)

    def _part(self, node: Node, *binding_less: type[Node]) -> str:
        inner = self.condition(node)
        return f"({inner})" if isinstance(_undoubled(node), binding_less) else inner

    def _denied(self, node: Node) -> str:
        """Return the opposite of a condition, said in its predicate where the two mean the same."""
        if isinstance(node, Test):
            opposite = self._opposite(node)
            if opposite is not None:
                return self._test(node.subject, opposite)
        return f"not {self._part(node, Either, All)}"

    def _opposite(self, node: Test) -> Compared | Member | Within | None:
        """Return the predicate that negates another; None where it has no such form, or one that means less.

        `not price below 5 USD` is no `price at least 5 USD`: the first is what the owner thinks of.
        """
        asked = node.predicate
        if isinstance(asked, Within) or (isinstance(asked, Member) and node.subject is not None):
            return replace(asked, negated=not asked.negated)
        if isinstance(asked, Compared) and asked.op in ("=", "!=") and self._is_negated_whole(node.subject, asked):
            return replace(asked, op="!=" if asked.op == "=" else "=")
        return None

    def _is_negated_whole(self, subject: Node | None, asked: Compared) -> bool:
        """Return whether `is not` is understood as `not … is`: of texts, flags, and the lowest or highest value."""
        if isinstance(asked.right, Baseline) and asked.right.which in ("lowest", "highest"):
            return True
        one, other = self._sort(subject), self._sort(asked.right)
        return (one.fact in TEXTS and other.fact in TEXTS) or (one.fact is Flag and other.fact is Flag)

    def _sort(self, node: Node | None) -> Sort:
        term = self.terms.read.get(node) if node is not None else self.terms.fact(self.terms.kind.main)
        return term.sort if term is not None else Sort(Text)

    # Tests

    def _test(self, subject: Node | None, asked: Node) -> str:
        if isinstance(asked, Compared):
            if isinstance(subject, _LITERALS) and not isinstance(asked.right, _LITERALS):
                # The fact comes first: `150 USD > price` is `price below 150 USD`.
                subject, asked = asked.right, replace(asked, op=MIRRORED[asked.op], right=subject)
            if subject is not None and (yes := self._flag(asked)) is not None:
                return self.value(subject) if yes else f"not {self.value(subject)}"
        predicate = self._predicate(asked, self._sort(subject))
        return f"{self.value(subject)} {predicate}" if subject is not None else predicate

    def _flag(self, asked: Compared) -> bool | None:
        """Return which of yes and no a comparison asks for; None where it asks for something else."""
        term = self.terms.read.get(asked.right)
        if not isinstance(asked.right, Word) or asked.right.text.startswith("me."):
            return None
        if isinstance(term, Constant) and isinstance(term.fact, Flag):
            return term.fact.value is (asked.op == "=")
        return None

    def _predicate(self, asked: Node, sort: Sort) -> str:
        match asked:
            case Compared(op=op, right=right):
                return f"{comparison(op, of_time=sort.fact in TIMES)} {self._fixed(right, sort)}"
            case Member(among=among, negated=negated):
                return f"{'not ' if negated else ''}in {self._options(among, sort)}"
            case Known(wanted=wanted):
                return "is known" if wanted else "is unknown"
            case Mentioned(phrases=phrases):
                return f"mentions {self.value(phrases)}"
            case Like(how=how, text=text):
                return f"{how} {self._fixed(text, Sort(Text))}"
            case Drift(direction=direction, amount=amount, baseline=baseline):
                by = f" by {self.value(amount)}" if amount else ""
                return f"{direction}{by} from {self.value(baseline)}"
            case Changed(before=before, after=after):
                was = f" from {self._fixed(before, sort)}" if before else ""
                now = f" to {self._fixed(after, sort)}" if after else ""
                return f"changes{was}{now}"
            case Within(length=length, past=past, negated=negated):
                return f"{'is not ' if negated else ''}within {'past ' if past else ''}{self.value(length)}"
        raise TypeError(f"{type(asked).__name__} is no predicate")

    # Values

    def value(self, node: Node) -> str:
        """Return a value; a phrase stays bare or quoted as it was written."""
        match node:
            case Word():
                return self._word(node)
            case Quoted(value=value):
                return self._date(node, value) or quoted(value)
            case Quantity():
                return self._quantity(node)
            case Percent(number=number, of=of):
                whole = f" of {self._operand(of, Arithmetic, Negative)}" if of else ""
                return f"{percent_words(Decimal(number))}{whole}"
            case Baseline(which=which, length=length):
                return f"{which} in {self.value(length)}" if length else which
            case Negative(part=part):
                return f"-{self._operand(part, Arithmetic)}"
            case Arithmetic():
                return self._arithmetic(node)
            case Listed(items=items):
                return listed(list(map(self.value, items)))
        raise TypeError(f"{type(node).__name__} is no value")

    def _options(self, node: Node, sort: Sort) -> str:
        """Return what a fact may be: a list, also of one, or a list of the profile."""
        if isinstance(node, Word) and node.text.startswith("me."):
            return node.text
        return listed([self._fixed(item, sort) for item in (node.items if isinstance(node, Listed) else (node,))])

    def _fixed(self, node: Node, sort: Sort) -> str:
        """Return what a fact is compared with: a text in quotes, unless it is one of the fact's own words."""
        term = self.terms.read.get(node)
        if not isinstance(node, Word | Quoted) or not isinstance(term, Constant) or not isinstance(term.fact, Text):
            return self.value(node)
        text = term.fact.value
        if isinstance(node, Word) and node.text.startswith("me."):
            return node.text
        return text if text in sort.choices and self._stands_bare(text) else quoted(text)

    def _stands_bare(self, text: str) -> bool:
        """Return whether a text is read as itself without quotes: it is one word, and no fact and none of ours."""
        if self.terms.kind.fact(text):
            return False
        try:
            tree = parse(f"it is {text}")
        except SentenceFaults:
            return False
        right = tree.predicate.right if isinstance(tree, Test) and isinstance(tree.predicate, Compared) else None
        return isinstance(right, Word) and right.text == text

    def _operand(self, node: Node, *binding_less: type[Node]) -> str:
        return f"({self.value(node)})" if isinstance(node, binding_less) else self.value(node)

    def _arithmetic(self, node: Arithmetic) -> str:
        """Return a reckoning; what stands right of a sign is reckoned first only in parentheses."""
        is_product = node.op in ("*", "/")
        left, right = self.value(node.left), self.value(node.right)
        if is_product and isinstance(node.left, Arithmetic) and node.left.op in ("+", "-"):
            left = f"({left})"
        if isinstance(node.right, Arithmetic) and (is_product or node.right.op in ("+", "-")):
            right = f"({right})"
        return f"{left} {node.op} {right}"

    def _word(self, node: Word) -> str:
        term = self.terms.read.get(node)
        if isinstance(term, Clock):
            return term.words
        if isinstance(term, Constant) and isinstance(term.fact, Flag) and not node.text.startswith("me."):
            return str(term.fact)
        return node.text

    def _quantity(self, node: Quantity) -> str:
        term = self.terms.read.get(node)
        as_written = " ".join(self.text[node.start : node.end].split())
        match term.fact if isinstance(term, Constant) else None:
            case Money(amount, currency):
                digits = plain(amount)
                return f"{plain(amount, places=2) if '.' in digits else digits} {currency}"
            case Span(length):
                return in_words(as_written, length)
            case Number():
                return self._number(f"{node.number} {node.after}", self._sort(node).unit)
            case Day() | Moment():
                return self._date(node, node.number) or as_written
        return as_written

    def _number(self, written: str, wanted: str) -> str:
        """Return a number with the unit that the owner chose; converting it is for the judge."""
        digits = _NUMBER.match(written)[0]  # type: ignore[index]  # the checker read a number there
        count, unit = plain(Decimal(digits)), written[len(digits) :].strip()
        # A fact in `m` may be one in metres.
        if len(wanted) > 1 and unit_length(wanted) and (length := unit_length(unit)):
            unit = time_word(length, count)
        return f"{count} {unit}".rstrip()

    def _date(self, node: Node, written: str) -> str:
        """Return a day or an instant as a sentence states it; empty where the value is none."""
        term = self.terms.read.get(node)
        fact = term.fact if isinstance(term, Constant) else None
        if isinstance(fact, Day):
            return str(fact)
        if isinstance(fact, Moment) and (instant := _INSTANT.fullmatch(written)):
            return f"{instant[1]} {instant[2]:0>2}{instant[3].upper()}"
        return ""


def _undoubled(node: Node) -> Node:
    """Return a condition without the negations that cancel each other."""
    while isinstance(node, Not) and isinstance(node.part, Not):
        node = node.part.part
    return node

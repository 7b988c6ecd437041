"""What a sentence asks of its subjects, checked: one function for each predicate of the language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rules.when import syntax
from rules.when.amounts import AMOUNTS, number
from rules.when.check_arithmetic import TIMES
from rules.when.check_terms import TEXTS, Side, Terms
from rules.when.check_texts import like, mentioned
from rules.when.dates import MIRRORED
from rules.when.evaluate import Holds, Known, Negation, OneOf, Ordered, Test, Timed, Within
from rules.when.evaluate_moves import Asked, Changes, Drift, Extreme
from rules.when.evaluate_terms import Constant, FactTerm, Term
from rules.when.evaluate_texts import TextIs, alike, texts_of
from rules.when.quantities import Sort, in_our_order
from watchers.api import Flag, Money, Number, Span, Text, Texts, Version

_LITERALS = (syntax.Quantity, syntax.Quoted, syntax.Percent)
_EQUALITY = ("=", "!=")
# Words for a text that is not there.
_NOTHING = ("empty", "blank", "null", "none", "nil", "missing", "undefined")
_TIME_ONLY = {"before": "below", "after": "above"}


def checked_test(node: syntax.Test, terms: Terms) -> Test | None:
    """Return the test of a subject and its predicate; None where faults were noted."""
    if node.subject is None and terms.fact(terms.kind.main) is None:
        terms.fault(node, f"the kind {terms.kind.name} has no main fact", "name the fact that is meant")
        return None
    subject = node.subject or syntax.Word(node.start, node.end, terms.kind.main)
    return _CHECKS[type(node.predicate)](subject, node.predicate, terms)


# Comparisons


def _compared(subject: syntax.Node, asked: syntax.Compared, terms: Terms) -> Test | None:
    if (
        asked.op in _EQUALITY
        and isinstance(asked.right, syntax.Baseline)
        and asked.right.which in ("lowest", "highest")
    ):
        extreme = _extreme(subject, asked.right, terms)
        return _unless(extreme, negated=asked.op == "!=")
    if isinstance(subject, _LITERALS) and not isinstance(asked.right, _LITERALS):
        # `150 USD > price` is read from the fact, which decides what a literal is: `price < 150 USD`.
        mirrored = syntax.Compared(subject.start, subject.end, MIRRORED[asked.op], subject, asked.word)
        return _compared(asked.right, mirrored, terms)
    names = dict.fromkeys([*terms.facts_in(subject), *terms.facts_in(asked.right)])
    about = terms.fact(next(iter(names))) if len(names) == 1 else None
    towards, away = _sides(asked.op)
    left = terms.term(subject, None, about, away)
    right = left and terms.term(asked.right, left.sort, about, towards)
    if left is None or right is None:
        return None
    if not names and not (left.motion or right.motion):
        terms.fault(asked, "this names no fact, so it is always the same", f"it may name {_facts(terms)}")
        return None
    return _comparison(asked, left, right, terms)


def _sides(op: syntax.Operator) -> tuple[Side, Side]:
    """Return from which side a baseline on the right is compared, and one on the left."""
    if op in ("<", "<="):
        return "below", "above"
    return ("above", "below") if op in (">", ">=") else ("", "")


def _facts(terms: Terms) -> str:
    return ", ".join(spec.name for spec in terms.kind.facts)


def _comparison(asked: syntax.Compared, left: Term, right: Term, terms: Terms) -> Test | None:
    """Return the test of two terms, by what sorts they are."""
    one, other = left.sort.fact, right.sort.fact
    if asked.word.lower() in _TIME_ONLY and one not in TIMES:
        terms.fault(
            asked,
            f"`{asked.word}` is for dates, and {left.words} is {left.sort}",
            f"write {_TIME_ONLY[asked.word.lower()]}",
        )
        return None
    if one in TIMES and other in TIMES:
        return Timed(asked.op, left, right)
    if one in TEXTS and other in TEXTS:
        return _equal_texts(asked, left, right, terms)
    if one is Flag and other is Flag:
        return _equal_flags(asked, left, right, terms)
    if one is other and one not in (*TEXTS, Flag) and left.sort.unit == right.sort.unit:
        return Ordered(asked.op, left, right) if terms.have_one_currency(asked, left, right) else None
    _mismatch(asked, left, right, terms)
    return None


def _equal_texts(asked: syntax.Compared, left: Term, right: Term, terms: Terms) -> Test | None:
    if asked.op not in _EQUALITY:
        terms.fault(asked, "texts have no order", "write is, is not, in, mentions, contains, starts with or matches")
        return None
    if isinstance(asked.right, syntax.Word) and asked.right.text.lower() in _NOTHING and not left.sort.choices:
        _absent(asked, left, right, terms)
        return None
    if not (isinstance(right, Constant) and isinstance(right.fact, Text | Texts)):
        terms.fault(asked, f"{left.words} can be compared with a text only", f"for a change write {left.words} changes")
        return None
    return _unless(_text_is(left, [right]), negated=asked.op == "!=")


def _absent(asked: syntax.Compared, left: Term, right: Term, terms: Terms) -> None:
    """Note that a bare `empty` would be compared as that very word; a list may be known to hold nothing."""
    instead = f"{left.words} is {'unknown' if asked.op == '=' else 'known'}"
    if left.sort.fact is Texts:
        instead = f"what must not be in it, as in not {left.words} in [a, b]"
    hint = f"write {instead}; if the word is meant, {right.words}"
    terms.fault(asked.right, f"this would ask for the word {right.words}, not whether there is a text", hint)


def _equal_flags(asked: syntax.Compared, left: Term, right: Term, terms: Terms) -> Test | None:
    if asked.op not in _EQUALITY or not (isinstance(right, Constant) and isinstance(right.fact, Flag)):
        terms.fault(asked, f"{left.words} is yes or no", f"write {left.words}, or not {left.words}")
        return None
    return _unless(Holds(left), negated=right.fact.value is not (asked.op == "="))


def _text_is(term: Term, options: list[Constant]) -> TextIs:
    folded = {alike(text) for option in options for text in texts_of(option.fact)}
    return TextIs(term, tuple(options), frozenset(folded))


def _unless(test: Test | None, *, negated: bool) -> Test | None:
    return Negation(test) if test and negated else test


def _mismatch(asked: syntax.Compared, left: Term, right: Term, terms: Terms) -> None:
    """Note that two sorts never meet, with what was probably meant."""
    one, other = left.sort, right.sort
    message = f"{left.words} is {one}, and {right.words} is {other}"
    hint = terms.example(left.words)
    if isinstance(asked.right, syntax.Percent) and asked.right.of is None:
        message, hint = f"{right.words} of what?", f"write {right.words} of previous, or of another fact"
    elif one.fact is Money and other == Sort(Number):
        currency = terms.names.me.currency or "USD"
        message = f"{message}: money needs a currency"
        hint = f"write {right.words} {currency}" if isinstance(right, Constant) else hint
    elif other.fact is Flag and isinstance(right, FactTerm):
        hint = f"write {right.words} alone: it is yes or no"
    elif one.fact is Number and other.fact is Money and isinstance(right, Constant):
        hint = f"write it without the currency, as {right.words.split()[0]}"
    elif one.fact in TIMES and isinstance(asked.right, syntax.Arithmetic):
        message, hint = f"`{right.words}` is no date of this language", in_our_order(right.words)
    elif one.fact in TIMES and other.fact is Span:
        hint = f"write within {right.words}, or before today + {right.words}"
    elif one.fact is Number and other.fact is Number:
        message, hint = (
            f"{message}: the units do not fit",
            f"write a number of {one.unit}" if one.unit else "leave out the unit",
        )
    terms.fault(asked.right, message, hint)


def _extreme(subject: syntax.Node, baseline: syntax.Baseline, terms: Terms) -> Test | None:
    fact = _plain_fact(subject, f"is {baseline.which} in", terms)
    then = terms.baseline(baseline, fact) if fact else None
    if fact is None or then is None:
        return None
    which: Any = then.which
    return Extreme(fact, which, then.length, terms.known_any)


def _plain_fact(subject: syntax.Node, predicate: str, terms: Terms) -> FactTerm | None:
    """Return the subject of what only a fact can do: a computed value has no history."""
    term = terms.term(subject)
    if term is None or isinstance(term, FactTerm):
        return term
    terms.fault(subject, f"`{predicate}` needs a fact before it, and `{term.words}` is none", f"it has {_facts(terms)}")
    return None


# Lists, and what is known


def _member(subject: syntax.Node, asked: syntax.Member, terms: Terms) -> Test | None:
    term = terms.term(subject)
    if term is None:
        return None
    listing = asked.among.items if isinstance(asked.among, syntax.Listed) else (asked.among,)
    if not listing:
        terms.fault(asked.among, "the list is empty, so nothing is ever in it", "write in [a, b]")
        return None
    options = [terms.term(item, term.sort) for item in listing]
    if term.sort.fact is Flag or any(option is None for option in options):
        if term.sort.fact is Flag:
            terms.fault(asked, f"{term.words} is yes or no", f"write {term.words}, or not {term.words}")
        return None
    constants = [option for option in options if isinstance(option, Constant)]
    tests = [_option(item, term, option, terms) for item, option in zip(listing, options, strict=True)]
    if len(constants) < len(options) or None in tests or not terms.have_one_currency(asked.among, *constants):
        return None
    if term.sort.fact in TEXTS:
        return _unless(_text_is(term, constants), negated=asked.negated)
    return _unless(OneOf(term, tuple(filter(None, tests)), tuple(constants)), negated=asked.negated)


def _option(item: syntax.Node, term: Term, option: Term | None, terms: Terms) -> Test | None:
    """Return the test of one entry of a list."""
    if not isinstance(option, Constant):
        terms.fault(item, "the entries of a list are fixed values", "for other values join comparisons with `or`")
        return None
    return _comparison(syntax.Compared(item.start, item.end, "=", item, "is"), term, option, terms)


def _known(subject: syntax.Node, asked: syntax.Known, terms: Terms) -> Test | None:
    term = terms.term(subject)
    return Known(term, asked.wanted) if term else None


# Change


def _drift(subject: syntax.Node, asked: syntax.Drift, terms: Terms) -> Test | None:
    fact = _plain_fact(subject, asked.direction, terms)
    if fact is None:
        return None
    if fact.sort.fact not in (*AMOUNTS, *TIMES, Version):
        hint = f"write {fact.words} changes"
        terms.fault(subject, f"{fact.words} is {fact.sort}, which neither rises nor drops", hint)
        return None
    baseline = terms.baseline(asked.baseline, fact, {"drops": "below", "rises": "above"}.get(asked.direction, ""))  # type: ignore[arg-type]
    if baseline is None or asked.amount is None:
        return Drift(fact, asked.direction, baseline) if baseline else None
    if fact.sort.fact not in AMOUNTS:
        terms.fault(asked.amount, f"{fact.words} is {fact.sort}: how far it moved cannot be asked", "leave out `by`")
        return None
    if isinstance(asked.amount, syntax.Percent) and asked.amount.of is None and fact.sort.unit not in ("%", "percent"):
        share = terms.share(asked.amount)
        if share is None or not _is_possible(share, asked, terms):
            return None
        return Drift(fact, asked.direction, baseline, share=share)
    return _drift_by_amount(fact, asked, asked.amount, baseline, terms)


def _is_possible(share: Any, asked: syntax.Drift, terms: Terms) -> bool:
    if not share:
        terms.fault(asked, "by 0% is by nothing", "leave out `by` for any change")
    elif asked.direction == "drops" and share > 100:
        terms.fault(asked, f"nothing drops by {share}%", "write at most 100%")
    else:
        return True
    return False


def _drift_by_amount(
    fact: FactTerm, asked: syntax.Drift, node: syntax.Node, baseline: Any, terms: Terms
) -> Test | None:
    amount = terms.term(node, fact.sort, fact)
    if amount is None:
        return None
    if (amount.sort.fact, amount.sort.unit) != (fact.sort.fact, fact.sort.unit):
        compared = syntax.Compared(node.start, node.end, "=", node, "by")
        _mismatch(compared, fact, amount, terms)
        return None
    if isinstance(amount, Constant) and isinstance(amount.fact, AMOUNTS) and number(amount.fact) <= 0:
        terms.fault(node, "how far it moved is more than 0", "the direction is in drops, rises or moves")
        return None
    return Drift(fact, asked.direction, baseline, amount=amount)


def _changed(subject: syntax.Node, asked: syntax.Changed, terms: Terms) -> Test | None:
    fact = _plain_fact(subject, "changes", terms)
    if fact is None:
        return None
    previous = terms.then(fact, "previous")
    was = replace(previous, words=f"previous {fact.words}")
    before = _asked(asked.before, was, terms) if asked.before else None
    after = _asked(asked.after, fact, terms) if asked.after else None
    if (asked.before and before is None) or (asked.after and after is None):
        return None
    return Changes(fact, previous, before, after)


def _asked(node: syntax.Node, term: Term, terms: Terms) -> Asked | None:
    """Return the test that a fact is or was one value."""
    value = terms.term(node, term.sort)
    if not isinstance(value, Constant):
        if value is not None:
            terms.fault(node, "a change goes from one fixed value to another", "for a limit write below or above")
        return None
    test = _comparison(syntax.Compared(node.start, node.end, "=", node, "is"), term, value, terms)
    return Asked(test, value.words) if test else None


# Time


def _within(subject: syntax.Node, asked: syntax.Within, terms: Terms) -> Test | None:
    term = terms.term(subject)
    length = terms.length(asked.length)
    if term is None or length is None:
        return None
    if term.sort.fact not in TIMES:
        times = [spec.name for spec in terms.kind.facts if spec.type in TIMES]
        hint = f"dates are {', '.join(times)}" if times else "write at most, and a number"
        terms.fault(subject, f"`within` asks of a date, and {term.words} is {term.sort}", hint)
        return None
    return _unless(Within(term, length, "past" if asked.past else "ahead"), negated=asked.negated)


_CHECKS: dict[type, Callable[[Any, Any, Terms], Test | None]] = {
    syntax.Compared: _compared,
    syntax.Member: _member,
    syntax.Known: _known,
    syntax.Mentioned: mentioned,
    syntax.Like: like,
    syntax.Drift: _drift,
    syntax.Changed: _changed,
    syntax.Within: _within,
}

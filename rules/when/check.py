"""A sentence checked against the facts of a kind: from its tree to the tests that evaluate it.

check ──▶ conditions (and, or, not) ──▶ rules.when.check_tests (what is asked) ──▶ rules.when.check_terms (values)
"""

from __future__ import annotations

from rules.condition import Mention
from rules.slug import slug
from rules.when import syntax
from rules.when.check_arithmetic import TIMES
from rules.when.check_terms import Terms
from rules.when.check_tests import checked_test
from rules.when.evaluate import All, Either, Holds, Negation, Nothing, Ordered, OtherRule, Test
from rules.when.evaluate_terms import Clock, Constant, FactTerm, Term
from watchers.api import Flag


def check(tree: syntax.Node, terms: Terms) -> Test | None:
    """Return the test of a whole sentence; None where `terms` has noted faults."""
    if isinstance(tree, syntax.Nothing):
        return _nothing(tree, terms)
    return _condition(tree, terms)


def _condition(node: syntax.Node, terms: Terms) -> Test | None:
    match node:
        case syntax.All(parts=parts) | syntax.Either(parts=parts):
            checked = [_condition(part, terms) for part in parts]
            tests = tuple(test for test in checked if test is not None)
            if len(tests) < len(checked):
                return None
            if isinstance(node, syntax.Either):
                return Either(_flat(tests, Either))
            return _all(node, _flat(tests, All), terms)
        case syntax.Not(part=part):
            test = _condition(part, terms)
            return negation(test) if test else None
        case syntax.Nothing():
            terms.fault(node, "`nothing for` stands alone: it speaks of the watch, not of what it shows", _OWN_RULE)
            return None
        case syntax.Other():
            return _other(node, terms)
        case syntax.Test():
            return checked_test(node, terms)
        case _:
            return _flag(node, terms)


def _all(node: syntax.Node, tests: tuple[Test, ...], terms: Terms) -> Test | None:
    """Return what must be true at once; one fact that must be in two currencies at once never is."""
    sums: dict[str, list[Term]] = {}
    for test in tests:
        asked = test.part if isinstance(test, Negation) else test
        if isinstance(asked, Ordered) and isinstance(asked.left, FactTerm) and isinstance(asked.right, Constant):
            sums.setdefault(asked.left.words, []).append(asked.right)
    if not all(terms.have_one_currency(node, *of_one) for of_one in sums.values()):
        return None
    return All(tests)


_OWN_RULE = "make a rule of its own for it"


def _flat(tests: tuple[Test, ...], joint: type[All | Either]) -> tuple[Test, ...]:
    """Return the parts with nested joints of the same sort dissolved: `(a and b) and c` is one list."""
    flat: list[Test] = []
    for test in tests:
        flat.extend(test.parts if isinstance(test, joint) else (test,))
    return tuple(flat)


def negation(test: Test) -> Test:
    """Return the opposite; two negations cancel each other."""
    return test.part if isinstance(test, Negation) else Negation(test)


def _nothing(node: syntax.Nothing, terms: Terms) -> Test | None:
    length = terms.length(node.length)
    return Nothing(length) if length else None


def _other(node: syntax.Other, terms: Terms) -> Test | None:
    length = terms.length(node.within) if node.within else None
    if node.within and length is None:
        return None
    # Whether there is such a rule is seen once all rules are read: `rules.file.crossings`.
    rule_id = slug(node.name)
    if not rule_id:
        terms.fault(node, f'`rule "{node.name}"` names no rule', 'write its id, as in rule "album-out"')
        return None
    terms.others.append(Mention(rule_id, length, node.start, node.end))
    return OtherRule(rule_id, length)


def _flag(node: syntax.Node, terms: Terms) -> Test | None:
    """Return the test of a value that stands alone: it must be yes or no."""
    if isinstance(node, syntax.Quoted | syntax.Quantity | syntax.Percent | syntax.Listed):
        terms.fault(node, *_of_a_value(node, terms))
        return None
    term = terms.term(node)
    if term is None:
        return None
    if term.sort.fact is Flag:
        return Holds(term)
    dated = next((spec.name for spec in terms.kind.facts if spec.type in TIMES), "")
    if isinstance(term, Clock) and dated:
        example = f"name the date that is meant, as in {dated} is {term.words}"
    else:
        example = terms.example(term.words) or f"write what is asked, as in {term.words} is known"
    terms.fault(node, f"{term.words} is {term.sort}, and nothing is asked of it", example)
    return None


def _of_a_value(node: syntax.Node, terms: Terms) -> tuple[str, str]:
    """Return what is wrong with a value that stands where a condition should, and what to write instead."""
    if isinstance(node, syntax.Quantity) and terms.kind.fact(node.before):
        value = f"{node.number} {node.after}".strip()
        hint = f"write {node.before} is {value}, or below, above, at most or at least {value}"
        return f"how `{node.before}` compares with {value} is not said", hint
    return (
        "a value alone is no condition; `and` and `or` join conditions, not values",
        "for one of several values write a list: in [a, b], mentions [a, b]",
    )

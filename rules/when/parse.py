"""From the text of a sentence to its tree.

    text ──▶ lexer and LALR(1) tables (grammar.lark) ──▶ nodes of rules.when.syntax

What cannot be read becomes a SentenceFault in `rules.when.unreadable`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from rules.faults import SentenceFault, SentenceFaults
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
    Operator,
    Other,
    Percent,
    Predicate,
    Quantity,
    Quoted,
    Test,
    Within,
    Word,
    parts,
)
from rules.when.unreadable import unreadable

MAX_LENGTH = 4000
# Deeper than a person nests, far from Python's limit of recursion.
MAX_DEPTH = 40

_ORDERS: dict[str, Operator] = {"LESS": "<", "AT_MOST": "<=", "MORE": ">", "AT_LEAST": ">="}
_OPPOSITE: dict[Operator, Operator] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


def parse(text: str) -> Node:
    """Return the tree of a sentence.

    Raises:
        SentenceFaults: It is no sentence of the language, or too long or too deep to be judged.
    """
    if len(text) > MAX_LENGTH:
        raise SentenceFaults(
            [SentenceFault(MAX_LENGTH, len(text), f"the sentence is longer than {MAX_LENGTH} characters", _TOO_MUCH)]
        )
    if not text.strip():
        raise SentenceFaults([SentenceFault(0, len(text), "the sentence is empty", "write one, or leave out `when`")])
    try:
        tree: Node = _parser().parse(text)  # type: ignore[assignment]  # the transformer returns nodes
    except UnexpectedInput as error:
        raise SentenceFaults([unreadable(text, error)]) from error
    deepest = _deeper_than(tree, MAX_DEPTH)
    if deepest:
        fault = SentenceFault(
            deepest.start, deepest.end, f"this is nested more than {MAX_DEPTH} levels deep", _TOO_MUCH
        )
        raise SentenceFaults([fault])
    return tree


_TOO_MUCH = "make two rules of it, or put the phrases into a topic"


def _deeper_than(tree: Node, limit: int) -> Node | None:
    """Return the first node below the limit; with a stack of its own, since the tree may be deeper than Python's."""
    stack = [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > limit:
            return node
        stack.extend((part, depth + 1) for part in parts(node))
    return None


@cache
def _parser() -> Lark:
    # Built at the first sentence: the tables take about 0.1 s on a small computer, and not every command reads rules.
    grammar = (files(__package__) / "grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        parser="lalr",
        lexer="contextual",
        transformer=_Builder(),
        keep_all_tokens=True,
        maybe_placeholders=False,
    )


Children = Sequence[Any]


def _from(children: Children) -> int:
    first = children[0]
    return int(first.start_pos or 0) if isinstance(first, Token) else int(first.start)


def _to(children: Children) -> int:
    last = children[-1]
    return int(last.end_pos or 0) if isinstance(last, Token) else int(last.end)


def _nodes(children: Children) -> tuple[Any, ...]:
    return tuple(child for child in children if isinstance(child, Node))


def _first_word(children: Children) -> str:
    """Return the leading terminal with single spaces: "at most", "highest in"."""
    return " ".join(children[0].lower().split())


def _after(children: Children, terminal: str) -> Node | None:
    """Return the node that follows a terminal, or None where the terminal is not there."""
    for word, node in pairwise(children):
        if isinstance(word, Token) and word.type == terminal:
            found: Node = node
            return found
    return None


def _starts_negated(children: Children) -> bool:
    return isinstance(children[0], Token) and children[0].type in ("IS_NOT", "NOT")


def _main(subject: Node | None, predicate: Predicate) -> Test:
    return Test(subject.start if subject else predicate.start, predicate.end, subject, predicate)


def _unquoted(written: str) -> str:
    r"""Return what stands between the quotes; `\"` and `\\` are a quote and a backslash, other backslashes stay."""
    if written[0] == "“":
        return written[1:-1]
    return re.sub(rf"\\([\\{written[0]}])", r"\1", written[1:-1])


class _Builder(Transformer[Token, Node]):
    """Makes nodes while the parser reduces, so that no tree of tokens is ever walked."""

    def start(self, children: Children) -> Node:
        tree: Node = children[0]
        return tree

    def either(self, children: Children) -> Node:
        return Either(_from(children), _to(children), _nodes(children))

    def all(self, children: Children) -> Node:
        return All(_from(children), _to(children), _nodes(children))

    def negated(self, children: Children) -> Node:
        return Not(_from(children), _to(children), children[1])

    def grouped(self, children: Children) -> Node:
        # The parentheses have done their work, which is the shape of the tree.
        inside: Node = children[1]
        return inside

    def test(self, children: Children) -> Node:
        return _main(children[0], children[1])

    def main_test(self, children: Children) -> Node:
        return _main(None, children[0])

    def main_member(self, children: Children) -> Node:
        return _main(None, self.member(children))

    def nothing(self, children: Children) -> Node:
        return Nothing(_from(children), _to(children), children[1])

    def other(self, children: Children) -> Node:
        return Other(_from(children), _to(children), _unquoted(str(children[1])), _after(children, "WITHIN"))

    def member(self, children: Children) -> Member:
        return Member(_from(children), _to(children), children[-1], _starts_negated(children))

    def known(self, children: Children) -> Node:
        wanted = (children[1].type == "KNOWN") is not _starts_negated(children)
        return Known(_from(children), _to(children), wanted)

    def ordered(self, children: Children) -> Node:
        sign = children[-2]
        op = _ORDERS[sign.type]
        return Compared(
            _from(children), _to(children), _OPPOSITE[op] if _starts_negated(children) else op, children[-1], str(sign)
        )

    def equal(self, children: Children) -> Node:
        return Compared(_from(children), _to(children), "=", children[1], str(children[0]))

    def unequal(self, children: Children) -> Node:
        return Compared(_from(children), _to(children), "!=", children[1], str(children[0]))

    def mentions(self, children: Children) -> Node:
        return Mentioned(_from(children), _to(children), children[1])

    def like(self, children: Children) -> Node:
        return Like(_from(children), _to(children), _first_word(children), children[1])  # type: ignore[arg-type]

    def drift(self, children: Children) -> Node:
        direction: Any = _first_word(children)
        return Drift(_from(children), _to(children), direction, _after(children, "BY"), children[-1])

    def changes(self, children: Children) -> Node:
        return Changed(_from(children), _to(children), _after(children, "FROM"), _after(children, "TO"))

    def within(self, children: Children) -> Node:
        past = children[-2].type == "PAST"
        return Within(_from(children), _to(children), children[-1], past, _starts_negated(children))

    def arithmetic(self, children: Children) -> Node:
        op: Any = {"−": "-", "×": "*", "÷": "/"}.get(children[1], str(children[1]))
        return Arithmetic(_from(children), _to(children), op, children[0], children[2])

    def negative(self, children: Children) -> Node:
        return Negative(_from(children), _to(children), children[1])

    def quantity(self, children: Children) -> Node:
        before = str(children[0]) if children[0].type in ("NAME", "SIGN") else ""
        number, *after = children[1:] if before else children
        return Quantity(_from(children), _to(children), before, str(number), " ".join(after))

    def quoted(self, children: Children) -> Node:
        return Quoted(_from(children), _to(children), _unquoted(str(children[0])))

    def word(self, children: Children) -> Node:
        return Word(_from(children), _to(children), str(children[0]))

    def percent(self, children: Children) -> Node:
        number = str(children[0]).rstrip("% \t\r\n\u00a0\u202f")
        return Percent(_from(children), _to(children), number, _after(children, "OF"))

    def baseline(self, children: Children) -> Node:
        which: Any = _first_word(children).removesuffix(" in")
        return Baseline(_from(children), _to(children), which, children[1] if len(children) > 1 else None)

    def list(self, children: Children) -> Node:
        return Listed(_from(children), _to(children), _nodes(children))

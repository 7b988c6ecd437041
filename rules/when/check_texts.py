"""What a sentence asks of texts, checked: phrases that are mentioned, texts that are contained, patterns."""

from __future__ import annotations

from collections.abc import Iterator

from rules.faults import nearest
from rules.when import syntax
from rules.when.canonical import listed, quoted
from rules.when.check_terms import TEXTS, Terms
from rules.when.evaluate import Test
from rules.when.evaluate_terms import Term
from rules.when.evaluate_texts import Like, Matches, Mentions, alike, texts_of
from rules.when.patterns import PatternFault, compiled
from rules.when.phrases import Phrases, fold, words


def _text_subject(subject: syntax.Node, predicate: str, terms: Terms) -> Term | None:
    term = terms.term(subject)
    if term is None or term.sort.fact in TEXTS:
        return term
    texts = [spec.name for spec in terms.kind.facts if spec.type in TEXTS]
    hint = f"texts are {', '.join(texts)}" if texts else ""
    terms.fault(subject, f"`{predicate}` asks of a text, and {term.words} is {term.sort}", hint)
    return None


def mentioned(subject: syntax.Node, asked: syntax.Mentioned, terms: Terms) -> Test | None:
    """Return the test of `mentions`."""
    term = _text_subject(subject, "mentions", terms)
    folded: list[str] = []
    exact: list[str] = []
    spelled: list[str] = []
    noted = len(terms.faults)
    for node in asked.phrases.items if isinstance(asked.phrases, syntax.Listed) else (asked.phrases,):
        for name, phrases, is_exact in _phrases(node, terms):
            (exact if is_exact else folded).extend(phrases)
            spelled.append(name)
    if len(terms.faults) == noted and not spelled:
        terms.fault(asked.phrases, "no phrase is named, so none is ever mentioned", 'write mentions "fusion energy"')
    if term is None or len(terms.faults) > noted:
        return None
    asked_for = spelled[0] if len(spelled) == 1 else listed(sorted(set(spelled)))
    return Mentions(term, Phrases(folded, exact), asked_for)


def _phrases(node: syntax.Node, terms: Terms) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Yield the spelling and the phrases that one entry names, and whether case matters."""
    if isinstance(node, syntax.Word) and node.text.startswith("topics."):
        yield from _topic(node, terms)
        return
    if isinstance(node, syntax.Quantity):
        written = f"{node.before} {node.number} {node.after}".strip()
        node = syntax.Quoted(node.start, node.end, written)
    constant = terms.text(node)
    if constant is None:
        return
    for text in texts_of(constant.fact):
        if not words(fold(text)):
            terms.fault(node, f"`{text}` has no word in it to look for", "for signs write contains")
    yield constant.words, texts_of(constant.fact), False


def _topic(node: syntax.Word, terms: Terms) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    name = node.text.removeprefix("topics.")
    topic = terms.names.topics.get(name)
    if topic is None:
        meant = nearest(name, terms.names.topics)
        hint = f"did you mean topics.{meant}?" if meant else f"write `{name}: [a phrase, another]` under `topics:`"
        terms.fault(node, f"there is no topic `{name}`", hint)
        return
    for phrase in topic.phrases:
        if not words(fold(phrase)):
            terms.fault(node, f"the phrase `{phrase}` of the topic has no word in it to look for")
    case = " as written" if topic.exact else ""
    terms.resolved[node.text] = listed(sorted(quoted(phrase) for phrase in topic.phrases)) + case
    yield node.text, topic.phrases, topic.exact


def like(subject: syntax.Node, asked: syntax.Like, terms: Terms) -> Test | None:
    """Return the test of `contains`, `starts with`, `ends with` or `matches`."""
    term = _text_subject(subject, asked.how, terms)
    constant = terms.text(asked.text)
    if term is None or constant is None:
        return None
    texts = texts_of(constant.fact)
    if len(texts) != 1 or not texts[0].strip():
        terms.fault(asked.text, f"`{asked.how}` needs one text that is not empty")
        return None
    if asked.how != "matches":
        return Like(term, asked.how, alike(texts[0]), constant.words)
    try:
        return Matches(term, compiled(texts[0]), constant.words)
    except PatternFault as wrong:
        terms.fault(asked.text, wrong.message, wrong.hint)
        return None

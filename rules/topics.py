"""Phrases that a sentence looks for, held against what a source shows: none that matches, or one that always does."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from rules.condition import Condition, View
from rules.rule import Names
from rules.threshold import Compile
from rules.when import Sentence, syntax
from rules.when.canonical import quoted, short
from rules.when.evaluate_texts import Mentions, texts_of
from rules.when.parse import parse
from rules.when.phrases import Phrases, fold, words
from watchers.api import Observation

# Of fewer things, that all or none match is chance.
LEAST_ENTRIES = 5
# So many phrases are compared by their letters where none shares a word with anything.
MOST_COMPARED = 200
_ALIKE = 0.8
_SHORTEST = 3

Said = tuple[Literal["no match", "all match"], str, str]


def phrase_suggestions(
    condition: Condition,
    names: Names,
    compiled: Compile,
    observations: Sequence[Observation],
    view: Callable[[Observation], View],
) -> Iterator[Said]:
    """Yield what is odd about each `mentions` of a sentence: what it is about, in words, and what to do."""
    if not condition.text or len(observations) < LEAST_ENTRIES:
        return
    asked = [node for node in syntax.walk(parse(condition.text)) if isinstance(node, syntax.Test)]
    pieces = [
        (node.predicate.phrases, compiled(condition.text[node.start : node.end]))
        for node in asked
        if isinstance(node.predicate, syntax.Mentioned)
    ]
    tests = [
        (phrases, piece.test)
        for phrases, piece in pieces
        if isinstance(piece, Sentence) and isinstance(piece.test, Mentions)
    ]
    for node, test in tests:
        met = [test.judge(view(each)).holds for each in observations]
        texts = [texts_of(each.facts[test.term.words]) for each in observations if test.term.words in each.facts]
        phrases = list(_phrases(node, names))
        if True not in met and texts:
            yield _no_match(test, phrases, texts, len(observations))
        else:
            yield from _all_match(phrases, texts)


def _phrases(node: syntax.Node, names: Names) -> Iterator[str]:
    """Yield the phrases that a sentence names, those of topics and of the profile among them."""
    if isinstance(node, syntax.Listed):
        for item in node.items:
            yield from _phrases(item, names)
    elif isinstance(node, syntax.Quoted):
        yield node.value
    elif isinstance(node, syntax.Quantity):
        yield f"{node.before} {node.number} {node.after}".strip()
    else:
        yield from _named(node.text, names) if isinstance(node, syntax.Word) else ()


def _named(word: str, names: Names) -> Sequence[str]:
    """Return the phrases that a word stands for: itself, a topic, or what the profile says."""
    section, _, name = word.partition(".")
    if section == "topics" and name in names.topics:
        return names.topics[name].phrases
    if section == "me" and name in names.me.values:
        value = names.me.values[name]
        return [str(each) for each in (value if isinstance(value, list | tuple) else [value])]
    return [word]


def _no_match(test: Mentions, phrases: Sequence[str], texts: Sequence[tuple[str, ...]], count: int) -> Said:
    said = f"{test.asked} is in none of the {count} entries that are there now"
    nearest = _nearest(phrases, [" ".join(text) for text in texts])
    if nearest is None:
        return "no match", said, ""
    phrase, found, text = nearest
    return "no match", f"{said}; nearest is {quoted(phrase)}: {found} stands in {quoted(short(text))}", ""


def _nearest(phrases: Sequence[str], texts: Sequence[str]) -> tuple[str, str, str] | None:
    """Return the phrase that came nearest, what of it was met, and where."""
    where: dict[str, int] = {}
    for place, text in enumerate(texts):
        for word in words(fold(text)):
            where.setdefault(word, place)
    best: tuple[float, str, str, int] | None = None
    for phrase in phrases:
        looked_for = [word for word in words(fold(phrase)) if len(word) >= _SHORTEST]
        met = [word for word in looked_for if word in where]
        if met and (best is None or len(met) / len(looked_for) > best[0]):
            best = (len(met) / len(looked_for), phrase, max(met, key=len), where[max(met, key=len)])
    if best is None:
        # Where no word is met, perhaps one is that was spelled another way.
        for phrase in phrases[:MOST_COMPARED]:
            close = [difflib.get_close_matches(word, where, n=1, cutoff=_ALIKE) for word in words(fold(phrase))]
            found = next((each[0] for each in close if each), "")
            if found:
                return phrase, quoted(found), texts[where[found]]
        return None
    _, phrase, found, place = best
    return phrase, quoted(found), texts[place]


def _all_match(phrases: Sequence[str], texts: Sequence[tuple[str, ...]]) -> Iterator[Said]:
    if len(texts) < LEAST_ENTRIES:
        return
    for phrase in phrases:
        alone = Phrases([phrase])
        if all(alone.found_in(text) for text in texts):
            said = f"{quoted(phrase)} is in every one of the {len(texts)} entries that are there now"
            yield "all match", f"{said}: it sorts nothing out", ""

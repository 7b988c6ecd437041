"""What a firing is about: the phrases that it mentions, the topics they belong to, and the source it comes from.

An answer to one firing speaks of others by what they share. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from rules.faults import SentenceFaults
from rules.firing import Firing
from rules.joint import KEY
from rules.rule import Names, Topic
from rules.when import syntax
from rules.when.evaluate_texts import alike, texts_of
from rules.when.parse import parse
from rules.when.phrases import Phrases

# Beyond so many phrases nobody says which one is meant.
MOST_PHRASES = 100
# Facts by which kinds of sources name where an observation stands.
SOURCE_FACTS = ("feed", "shop")
# What a rule makes of a silence, or of several sources, is no thing with a name of its own.
NOTHING = ("", KEY)

Aspect = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A phrase that a firing's rule asked for and met; `topic` is the name of its topic, empty where it has none."""

    phrase: str
    topic: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """What it may be called."""
        return tuple(alike(word) for word in (self.phrase, self.topic) if word)


def mentioned(firing: Firing, names: Names | None = None) -> tuple[Mentioned, ...]:
    """Return the phrases for which a rule told of this, in the order of its sentence.

    Args:
        firing: The firing.
        names: What `topics.x` and `me.x` stand for now; a topic that is not among them counts as one phrase.
    """
    found: dict[Mentioned, None] = {}
    for test, asked in _asked(firing.sentence):
        texts = _texts(firing, test.subject)
        for node in _entries(asked):
            found |= dict.fromkeys(_met(node, texts, names))
    return tuple(found)[:MOST_PHRASES]


def asked_for(sentence: str, names: Names | None = None) -> tuple[str, ...]:
    """Return all that a sentence may be told for by `mentions`: its topics, and every phrase."""
    found: dict[str, None] = {}
    for _, asked in _asked(sentence):
        for node in _entries(asked):
            scope, _, name = node.text.partition(".") if isinstance(node, syntax.Word) else ("", "", "")
            topic = names.topics.get(name) if scope == "topics" and names is not None else None
            if scope == "topics":
                found |= dict.fromkeys((name, *(topic.phrases if topic is not None else ())))
            else:
                found |= dict.fromkeys(_of_profile(name, names) if scope == "me" and name else _written(node))
    return tuple(found)


def sources(firing: Firing) -> tuple[str, ...]:
    """Return what the source of a firing may be called, beginning with what a person would call it."""
    facts = [str(firing.facts[name]) for name in SOURCE_FACTS if name in firing.facts]
    return tuple(dict.fromkeys(name for name in (*facts, *spellings(firing.source)) if name))


def spellings(source: str) -> tuple[str, ...]:
    """Return what a source may be called that a watch is labelled with: its address, or the host of that."""
    host = urlsplit(source).hostname if "://" in source else None
    return (source, host) if host else (source,)


def thing(firing: Firing) -> str:
    """Return what stands for the thing that a firing is about among all that its rule sees; empty where it is one."""
    return "" if firing.observation in NOTHING else f"{firing.watch_id} {firing.observation}"


def aspects(firing: Firing, rule_id: str, names: Names | None = None) -> dict[Aspect, str]:
    """Return all that a firing may share with another, each with what a person calls it.

    Args:
        firing: The firing.
        rule_id: What its rule is called now.
        names: What `topics.x` and `me.x` stand for.
    """
    phrases = {("topic", alike(one.phrase)): one.phrase for one in mentioned(firing, names)}
    return {("rule", rule_id): firing.rule_name, **phrases, **{("source", alike(n)): n for n in sources(firing)[:1]}}


@lru_cache(maxsize=256)
def _asked(sentence: str) -> tuple[tuple[syntax.Test, syntax.Mentioned], ...]:
    """Return every `mentions` of a sentence that speaks for telling."""
    if not sentence:
        return ()
    try:
        return tuple(_in_favour(parse(sentence)))
    except SentenceFaults:  # it was told in the language of an older version
        return ()


def _in_favour(node: syntax.Node) -> Iterator[tuple[syntax.Test, syntax.Mentioned]]:
    if isinstance(node, syntax.Test) and isinstance(node.predicate, syntax.Mentioned):
        yield node, node.predicate
    elif not isinstance(node, syntax.Not):
        for part in syntax.parts(node):
            yield from _in_favour(part)


def _entries(asked: syntax.Mentioned) -> tuple[syntax.Node, ...]:
    return asked.phrases.items if isinstance(asked.phrases, syntax.Listed) else (asked.phrases,)


def _texts(firing: Firing, subject: syntax.Node | None) -> tuple[str, ...]:
    named = firing.facts.get(subject.text) if isinstance(subject, syntax.Word) else None
    facts = firing.facts.values() if named is None else (named,)
    return tuple(text for fact in facts for text in texts_of(fact))


def _met(node: syntax.Node, texts: Sequence[str], names: Names | None) -> Iterator[Mentioned]:
    """Yield what the texts mention of that which one entry asks for."""
    scope, _, name = node.text.partition(".") if isinstance(node, syntax.Word) else ("", "", "")
    if scope == "topics" and name:
        topic = names.topics.get(name) if names is not None else None
        if topic is None:
            yield Mentioned(name, name)
        else:
            yield from (Mentioned(phrase, name) for phrase in _phrases(topic).found_in(texts, most=MOST_PHRASES))
        return
    phrases = _of_profile(name, names) if scope == "me" and name else _written(node)
    yield from map(Mentioned, _phrases(Topic(phrases)).found_in(texts, most=MOST_PHRASES))


@lru_cache(maxsize=256)
def _phrases(topic: Topic) -> Phrases:
    return Phrases((), topic.phrases) if topic.exact else Phrases(topic.phrases)


def _of_profile(name: str, names: Names | None) -> tuple[str, ...]:
    value = names.me.values.get(name) if names is not None else None
    return tuple(map(str, value)) if isinstance(value, list | tuple) else () if value is None else (str(value),)


def _written(node: syntax.Node) -> tuple[str, ...]:
    match node:
        case syntax.Quoted(value=text) | syntax.Word(text=text):
            return (text,)
        case syntax.Quantity(before=before, number=number, after=after):
            return (f"{before} {number} {after}".strip(),)
        case _:
            return ()

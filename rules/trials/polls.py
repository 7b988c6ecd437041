"""What each poll of a rule test showed: by series of facts, by the entries of a stream, or by saved answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from rules.file.collected import Faults
from rules.file.files import FileTrouble
from rules.file.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from rules.file.validation import Subject, validated
from rules.rule import Rule, WatchSpec
from rules.trials.case import BLIND, Answer, Look, Looks, Row, World
from rules.trials.entries import Entries
from rules.trials.lines import Lines
from rules.trials.settings import KEYS, NO_POLL, TROUBLE, AnswerSettings
from rules.trials.sources import source_named
from rules.trials.standings import with_others
from rules.trials.values import currency_of, read_value
from watchers.api import Fact, FactSpec


def read_polls(
    node: MappingNode, rule: Rule, own: str | None, zone: ZoneInfo, world: World, faults: Faults
) -> Looks | None:
    """Return what the polls of a test showed, or None where that is wrong, which is noted.

    Args:
        node: The test.
        rule: The rule that it tests.
        own: The owner's currency.
        zone: The zone in which times are meant.
        world: Where saved answers are.
        faults: Takes what is wrong.
    """
    named = node.get("others")
    looks = _shown(node, rule, own, zone, world, faults, is_needed=named is None)
    if looks is None or named is None:
        return looks
    return with_others(looks, named, rule, faults)


def _shown(
    node: MappingNode, rule: Rule, own: str | None, zone: ZoneInfo, world: World, faults: Faults, *, is_needed: bool
) -> Looks | None:
    ways = [node.entries[key] for key in ("polls", "responses") if key in node.entries]
    facts = {key: entry for key, entry in node.entries.items() if key not in KEYS}
    if not ways and not facts and not is_needed:
        return Looks((), ())
    if len(ways) + bool(facts) != 1:
        _note_ways([way.key for way in ways] + [entry.key for entry in facts.values()][:1], node, rule, faults)
        return None
    source = _source(node, rule, faults)
    if source is None:
        return None
    currency = currency_of(rule.condition, own)

    def value(text: str, spec: FactSpec) -> Fact:
        return read_value(text, spec, currency, zone)

    if facts:
        return Lines(rule, source, value, faults).looks(facts)
    if ways[0].key.text == "polls":
        return _entries(ways[0], rule, source, value, faults)
    return _answers(ways[0], rule, world, faults)


def _note_ways(keys: Sequence[ScalarNode], node: MappingNode, rule: Rule, faults: Faults) -> None:
    if not keys:
        faults.add(node, "this test does not say what was seen", f"add {_example(rule)}")
        return
    said = f"`{keys[0].text}` and `{keys[1].text}` both say what was seen"
    faults.add(keys[1], said, "keep one of the two")


def _example(rule: Rule) -> str:
    if not rule.watches:
        return "others: {its-id: no yes}"
    if rule.kind.shape == "stream":
        return f"polls: [[{{{rule.kind.title or rule.kind.main}: …}}]]"
    return f"{rule.condition.subject or rule.kind.main}: and a value for each poll"


def _source(node: MappingNode, rule: Rule, faults: Faults) -> WatchSpec | None:
    """Return the watch that the test speaks of, the rule's first unless it says so."""
    if rule.watches:
        return source_named(node.get("source"), rule, rule.watches[0], faults)
    faults.add(node, f"the rule {rule.id} looks at nothing itself, so no poll can be written", "test those it names")
    return None


# Entries of a stream.


def _entries(
    entry: Entry, rule: Rule, source: WatchSpec, value: Callable[[str, FactSpec], Fact], faults: Faults
) -> Looks | None:
    if rule.kind.shape != "stream":
        hint = f"write {_example(rule)}"
        faults.add(entry.key, f"`polls` is for streams, and {rule.kind.name} is a gauge: it shows one thing", hint)
        return None
    entries = Entries(rule, source, value, faults)
    items = entry.value.items if isinstance(entry.value, SequenceNode) else ()
    if not items:
        faults.add(entry.value, "`polls` has no polls", f"write {_example(rule)}")
        return None
    turns, cells = [], []
    for item in items:
        mark = _mark(item)
        if mark is None:
            added = entries.add(item)
            if added is None:
                return None
            cells.append(f"+{added}" if added else "·")
            turns.append(Look(entries.shown()))
        else:
            cells.append(mark)
            turns.append(Look({} if mark == NO_POLL else {spec.id: BLIND for spec in rule.watches}))
    return Looks(tuple(turns), (Row("entries", tuple(cells)),))


def _mark(node: Node) -> str | None:
    return node.text if isinstance(node, ScalarNode) and node.text in (NO_POLL, TROUBLE) else None


# Saved answers.


def _answers(entry: Entry, rule: Rule, world: World, faults: Faults) -> Looks | None:
    items = entry.value.items if isinstance(entry.value, SequenceNode) else ()
    if not items:
        faults.add(entry.value, "`responses` has no answers", "write the file of a saved answer for each poll")
        return None
    turns, cells = [], []
    for item in items:
        mark = _mark(item)
        if mark is not None:
            turns.append(Look({} if mark == NO_POLL else {spec.id: BLIND for spec in rule.watches}))
            cells.append(mark)
            continue
        answers = _of_one_poll(item, rule, world, faults)
        if answers is None:
            return None
        turns.append(Look({spec.id: answers for spec in rule.watches}))
        cells.append(str(answers[0].trouble or (answers[0].status if answers[0].status != 200 else "ok")))
    return Looks(tuple(turns), (Row("answers", tuple(cells)),))


def _of_one_poll(item: Node, rule: Rule, world: World, faults: Faults) -> tuple[Answer, ...] | None:
    nodes = item.items if isinstance(item, SequenceNode) else (item,)
    answers = [_answer(node, world, faults) for node in nodes]
    if not answers:
        faults.add(item, "a poll asks at least once", f"write the file of an answer, {NO_POLL} or {TROUBLE}")
        return None
    found = tuple(answer for answer in answers if answer is not None)
    if len(found) != len(answers):
        return None
    if len(rule.watches) > 1 and not all(answer.url for answer in found):
        labels = [spec.label for spec in rule.watches]
        faults.add(item, "this rule has several sources: which of them answers so?", f"add url: {labels[0]}, say")
        return None
    return found


def _answer(node: Node, world: World, faults: Faults) -> Answer | None:
    read = validated(AnswerSettings, node, faults, Subject("this answer", node))
    if read is None:
        return None
    body, spot = b"", (node.get("file") if isinstance(node, MappingNode) else None) or node
    if read.file is not None:
        try:
            body = world.saved(node.source.name, read.file)
        except FileTrouble as trouble:
            faults.add(spot, trouble.reason, trouble.hint)
            return None
    elif read.status == 200 and read.trouble is None:
        faults.add(node, "this answer has no content", "add file: …, a status such as 503, or a trouble")
        return None
    return Answer(
        url=read.url or "",
        method=(read.method or "").upper(),
        status=read.status,
        content_type=read.type or "",
        landed=read.landed or "",
        body=body,
        trouble=read.trouble or "",
    )

"""From what is written to cases: which rule, which clock, what each poll showed, what is to be told.

As everywhere in the rule file, every fault is found, each with its place and what to write instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.faults import nearest
from rules.file.collected import Faults
from rules.file.nodes import MappingNode, Node, ScalarNode
from rules.file.validation import Subject, did_you_mean, validated
from rules.rule import Rule, RuleBook
from rules.slug import slug
from rules.trials.case import Case, World
from rules.trials.expected import read_expected
from rules.trials.polls import read_polls
from rules.trials.settings import TrialSettings
from rules.when.quantities import Misread, read_date
from watchers.api import Day, Moment

BEGIN = datetime(2026, 3, 1, 9)  # noqa: DTZ001 - on the clock of the case's zone
"""When the first poll of a case is made that names no time; fixed, so that a test is the same every day."""


def read_cases(written: Sequence[MappingNode], book: RuleBook, world: World, faults: Faults) -> tuple[Case, ...]:
    """Return every case; those that are faulty, which is noted, and those of sleeping rules are left out."""
    cases = (_case(node, book, world, faults) for node in written)
    return tuple(case for case in cases if case is not None)


def tested_rule(node: MappingNode, book: RuleBook) -> Rule | None:
    """Return the rule that a test names, or None where there is none, or it sleeps."""
    name = node.get("rule")
    text = name.text if isinstance(name, ScalarNode) else ""
    found = book.rule(text) or book.rule(slug(text))
    return found or next((rule for rule in book.rules if rule.name == text), None)


def _case(node: MappingNode, book: RuleBook, world: World, faults: Faults) -> Case | None:
    settings = validated(TrialSettings, node, faults, Subject("this test", node))
    rule = tested_rule(node, book)
    if rule is None:
        _note_unknown_rule(node, book, faults)
        return None
    if settings is None:
        return None
    zone = settings.zone or book.me.zone
    every = settings.every
    rule = replace(rule, first=settings.first or rule.first)
    if every is not None:
        rule = replace(rule, every=every, cron=None)
    begin = _begin(node.get("at"), zone, faults)
    looks = read_polls(node, rule, book.me.currency, zone, world, faults)
    if begin is None or looks is None:
        return None
    clock = _clock(rule, begin, len(looks.turns), zone, world)
    expected = read_expected(node, settings, rule, clock, zone, faults)
    if expected is None:
        return None
    name = settings.name or rule.id
    turns = tuple(look.at(instant) for look, instant in zip(looks.turns, clock, strict=True))
    return Case(name, rule, zone, node.place, turns, expected, looks.rows)


def _note_unknown_rule(node: MappingNode, book: RuleBook, faults: Faults) -> None:
    name = node.get("rule")
    if not isinstance(name, ScalarNode) or name.text in book.disabled or slug(name.text) in book.disabled:
        return
    ids = [rule.id for rule in book.rules]
    meant = nearest(name.text, ids) or nearest(name.text, [rule.name for rule in book.rules])
    faults.add(name, f"there is no rule `{name.text}`", did_you_mean(meant, ids[:12]))


def _begin(node: Node | None, zone: ZoneInfo, faults: Faults) -> datetime | None:
    if not isinstance(node, ScalarNode):
        return BEGIN.replace(tzinfo=zone).astimezone(UTC)
    hint = "at: 2026-03-01 09:00"
    try:
        read = read_date(node.text.strip(), zone)
    except Misread as misread:
        faults.add(node, misread.message, misread.hint)
        return None
    if isinstance(read, Moment):
        return read.at
    if isinstance(read, Day) and read.day is not None:
        return datetime.combine(read.first, time(), zone).astimezone(UTC)
    faults.add(node, f"`{node.text}` is no time", hint)
    return None


def _clock(rule: Rule, begin: datetime, count: int, zone: ZoneInfo, world: World) -> tuple[datetime, ...]:
    """Return when each poll is made: a rule that looks by the clock first looks at or after the beginning."""
    if rule.cron is None:
        return tuple(begin + rule.every * number for number in range(count))
    instants = [world.next_poll(rule, begin - timedelta(microseconds=1), zone)]
    while len(instants) < count:
        instants.append(world.next_poll(rule, instants[-1], zone))
    return tuple(instants[:count])

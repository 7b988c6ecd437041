"""What rules say of each other: seen once all of them are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.condition import Condition, Mention
from rules.faults import nearest
from rules.file.collected import Faults
from rules.file.nodes import MappingNode, ScalarNode
from rules.file.origins import origins
from rules.file.validation import did_you_mean
from rules.rule import Rule

# A rule may rest on one that rests on another, and so on: how those stand is looked up along the way.
MOST_DEEP = 20


@dataclass(frozen=True, slots=True)
class Written:
    """A rule as it stands in the file, with those of its sentences that can be read, also where it is faulty."""

    id: str
    node: MappingNode
    sentences: Mapping[str, Condition]


def check_crossings(rules: Sequence[Written], sound: Sequence[Rule], known: Sequence[str], faults: Faults) -> None:
    """Note each rule that is named and is not there, cannot be met, or leads back to the one that names it.

    Args:
        rules: All rules, as they are written.
        sound: Those that are right by themselves.
        known: The ids of all rules that are written, also of faulty ones.
        faults: Takes what is found.
    """
    by_id = {rule.id: rule for rule in sound}
    for rule in rules:
        for key, condition in rule.sentences.items():
            scalar = rule.node.get(key)
            for mention in condition.others:
                if faults.is_partial and mention.rule_id not in known:
                    continue  # it may be the one that could not be read
                wrong = wrong_mention(rule.id, mention, by_id, known)
                if wrong and isinstance(scalar, ScalarNode):
                    places = origins(scalar)
                    faults.add_at(scalar.source, places[mention.start], places[mention.end], *wrong)


def wrong_mention(by: str, mention: Mention, by_id: Mapping[str, Rule], known: Sequence[str]) -> tuple[str, str] | None:
    """Return what is wrong with naming a rule, and what to write instead; None where nothing is.

    `by` is the id of the rule that names it, empty where it has none yet.
    """
    named = mention.rule_id
    if named not in known:
        others = tuple(name for name in known if name != by)
        return f"there is no rule with the id `{named}`", did_you_mean(nearest(named, others), others)
    other = by_id.get(named)
    if other is None:
        return None  # it is faulty itself, which is said there
    if ring := _path(other, by, by_id):
        return f"these rules wait for each other: {' → '.join((by, *ring))}", "let one stand without the others"
    if _depth(other, by_id) == MOST_DEEP:
        said = f"{named} rests on rules that rest on others, {MOST_DEEP} deep: that is as far as it goes"
        return said, "name one of the first of them"
    if mention.within is None and (other.kind.shape == "stream" or other.condition.is_moment):
        said = f"the rule {named} tells of things as they come, so that it is never met for long"
        return said, f'write rule "{named}" within 30 days'
    return None


def _depth(rule: Rule, by_id: Mapping[str, Rule]) -> int:
    """Return how many rules lie below one at most, counted to just beyond what is allowed."""
    depth, below = 0, rule.others
    while below and depth <= MOST_DEEP:
        below = frozenset(name for one in below if one in by_id for name in by_id[one].others)
        depth += 1
    return depth


def _path(start: Rule, goal: str, by_id: Mapping[str, Rule]) -> tuple[str, ...]:
    """Return the way from a rule to a goal along the rules that are named; empty where there is none."""
    ways: list[tuple[str, ...]] = [(start.id,)]
    seen = {start.id}
    while ways:
        way = ways.pop()
        if way[-1] == goal:
            return way
        rule = by_id.get(way[-1])
        following = sorted(rule.others - seen) if rule is not None else []
        seen.update(following)
        ways += [(*way, name) for name in following]
    return ()

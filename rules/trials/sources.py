"""Which of a rule's sources a rule test means."""

from __future__ import annotations

from rules.faults import nearest
from rules.file.collected import Faults
from rules.file.nodes import Node, ScalarNode
from rules.file.validation import did_you_mean
from rules.rule import Rule, WatchSpec


def source_named(named: Node | None, rule: Rule, otherwise: WatchSpec, faults: Faults) -> WatchSpec | None:
    """Return the watch that a name means: an entry of `for each`, or a part of an address that only one has.

    None where it means none or several, which is noted.
    """
    if not isinstance(named, ScalarNode):
        return otherwise
    name = named.text
    exact = [spec for spec in rule.watches if name in (spec.each, spec.label)]
    found = exact or [spec for spec in rule.watches if name.casefold() in spec.label.casefold()]
    if len(found) == 1:
        return found[0]
    labels = [spec.each or spec.label for spec in rule.watches]
    said = f"`{name}` names {len(found) or 'none'} of the rule's sources"
    faults.add(named, said, did_you_mean(nearest(name, labels), labels[:8]))
    return None

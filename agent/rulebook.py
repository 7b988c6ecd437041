"""From the rule file on this machine to a rule book, with the kinds that are installed."""

from __future__ import annotations

from agent.files import DiskFiles
from agent.places import Place
from rules.load import load
from rules.rule import RuleBook
from watchers.registry import kinds


def read_rules(place: Place) -> RuleBook:
    """Read the rule file.

    Raises:
        RuleFaults: It is wrong; the error carries every fault.
        BrokenKind: An installed kind cannot be used.
    """
    return load(str(place.rules), DiskFiles(place.rules.parent), kinds(), zone=place.zone)

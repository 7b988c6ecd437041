"""What an action is told of the firing that it is for: as JSON, and as variables of the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from agent.commands.plain import plain
from rules.firing import Firing
from watchers.api import Fact, Moment, Span

PREFIX = "TRUSTED_AGENT_"
# Linux takes 128 KiB in one variable (execve(2)); a text that long is for the JSON, which holds it whole.
LONGEST_VARIABLE = 4000
_ODD = re.compile(r"[^A-Z0-9_]")


def details_of(firing: Firing) -> dict[str, Any]:
    """Return a firing as JSON for whoever acts on it; facts have the form that every `--json` of a command gives them.

    `id` is the short id of its message, `key` is one for ever: the same firing never has two.
    """
    return {
        "id": firing.id,
        "key": firing.key,
        "rule": firing.rule_id,
        "name": firing.rule_name,
        "title": firing.title,
        "reason": firing.reason,
        "because": firing.because,
        "facts": {name: plain(fact) for name, fact in firing.facts.items()},
        "link": firing.link,
        "source": firing.source,
        "seen_at": plain(firing.seen_at),
    }


def variables_of(firing: Firing) -> dict[str, str]:
    """Return a firing as variables: TRUSTED_AGENT_RULE, TRUSTED_AGENT_FACT_PRICE="139.00 USD" and so on.

    A letter that a variable's name cannot have becomes an underscore; where two facts would meet, the first stays.
    """
    said = {
        "ID": firing.id,
        "KEY": firing.key,
        "RULE": firing.rule_id,
        "NAME": firing.rule_name,
        "TITLE": firing.title,
        "REASON": firing.reason,
        "BECAUSE": firing.because,
        "LINK": firing.link,
        "SOURCE": firing.source,
        "SEEN_AT": plain(firing.seen_at),
    }
    named = {f"{PREFIX}{name}": _fitting(value) for name, value in said.items()}
    for name, value in _written(firing.facts).items():
        named.setdefault(f"{PREFIX}FACT_{_ODD.sub('_', name.upper())}", _fitting(value))
    return named


def _written(facts: Mapping[str, Fact]) -> dict[str, str]:
    """Return facts as texts; instants as ISO 8601, lengths of time in seconds, so that a program can reckon."""
    return {name: str(plain(fact) if isinstance(fact, Moment | Span) else fact) for name, fact in facts.items()}


def _fitting(value: str) -> str:
    """Return a text that a variable can hold: no zero byte, no lone surrogate, not too long."""
    return value.replace("\0", "").encode("utf-8", "replace").decode()[:LONGEST_VARIABLE]

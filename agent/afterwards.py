"""What became of a firing's condition between its judgement and its message, inside the caller's transaction.

Asked when a message is handed over, and kept with its delivery: whatever is known later, the message stays the same.
"""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import Connection, select

from agent.database import table_of
from agent.records import read_memory
from agent.tables import MemoryRow
from rules.firing import CHANGED, Firing
from rules.headline import leading_fact, unit_of
from rules.memory import Memory
from rules.rule import Rule
from rules.spoken import brief, written_time
from rules.words import Afterwards

memories = table_of(MemoryRow)

log = logging.getLogger(__name__)


def afterwards(connection: Connection, firing: Firing, rule: Rule | None) -> Afterwards:
    """Return what is known of a firing by now: whether it still holds by its rule's memory, and the value since.

    What appeared has appeared, and what changed has changed: that stays true.

    Args:
        connection: The transaction.
        firing: What came true.
        rule: Its rule, whatever it is called by now; None where the rule book has it no more.
    """
    if rule is None:
        return Afterwards(None)
    if firing.reason == CHANGED or (rule.kind.shape == "stream" and firing.observation):
        return Afterwards(is_true=True)
    memory = _memory(connection, rule.id, firing)
    # What was judged under another meaning says nothing about the sentence as it is now.
    if memory is None or memory.state is None or memory.meaning != rule.meaning:
        return Afterwards(None)
    return Afterwards(memory.state == "met", _said(firing, memory))


def _memory(connection: Connection, rule_id: str, firing: Firing) -> Memory | None:
    """Return what the rule remembers of a firing's observation, under whichever key it is known by now.

    What cannot be read any more is not known: it harms its own rule, and no message behind it.
    """
    of_watch = (memories.c.rule_id == rule_id, memories.c.watch_id == firing.watch_id)
    key, passed = firing.observation, set[str]()
    while key not in passed:
        passed.add(key)
        row: Any = connection.execute(select(memories).where(*of_watch, memories.c.key == key)).one_or_none()
        if row is None:
            return None
        if not row.same_as:
            return _readable(row)
        key = row.same_as
    return None


def _readable(row: Any) -> Memory | None:
    try:
        return read_memory(row)
    except Exception:
        log.exception("what rule %s remembers of %s cannot be read", row.rule_id, row.key)
        return None


def _said(firing: Firing, memory: Memory) -> str:
    """Return the value that the rule saw last, and since when the condition is as it is."""
    fact = leading_fact(firing)
    known = memory.previous.facts.get(fact) if memory.previous is not None else None
    value = brief(fact, known, unit_of(firing, fact), firing.zone)
    since = f"since {written_time(memory.since, firing.zone)}" if memory.since is not None else ""
    return f"{value} {since}".strip()

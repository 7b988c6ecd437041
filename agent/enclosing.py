"""What goes along with a reminder of somebody's day: what they like, and what was lately seen that fits it.

Inside the caller's transaction, so that a message can be rebuilt from its record for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from agent.database import table_of
from agent.records import read_firing, read_observation
from agent.tables import FiringRow, ObservationRow
from rules.firing import Firing
from rules.gifts import Seen, reminder
from rules.rule import Rule, RuleBook
from watchers.api import Fact, Flag, Money, Text, Texts

# What was told so long ago is hardly to be had any more.
LATELY = timedelta(days=90)
MOST_FIRINGS, MOST_OBSERVATIONS = 500, 3000

firings = table_of(FiringRow).c
observations = table_of(ObservationRow).c


def with_enclosed(connection: Connection, firing: Firing, book: RuleBook) -> Firing:
    """Return a firing about somebody's day with what the owner should know for it."""
    name, occasion = (str(firing.facts.get(fact, "")) for fact in ("name", "occasion"))
    person = next((person for person in book.people if person.name == name), None)
    if person is None:
        return firing
    seen = (*_told(connection, firing.seen_at, firing.rule_id), *_held(connection, book))
    return replace(firing, enclosed=reminder(person, book.people, occasion, seen))


def _told(connection: Connection, now: datetime, but: str) -> Iterator[Seen]:
    """Yield what was told of late, the newest first."""
    recent = select(firings.record).where(firings.at >= now - LATELY, firings.rule_id != but)
    for record in connection.scalars(recent.order_by(firings.at.desc()).limit(MOST_FIRINGS)):
        firing = read_firing(record)
        if _can_be_had(firing.facts):
            yield _seen(firing.title or firing.rule_name, firing.facts, firing.rule_name, firing.link)


def _held(connection: Connection, book: RuleBook) -> Iterator[Seen]:
    """Yield what the sources of other rules hold now."""
    readers: dict[str, Rule] = {}
    for rule in book.rules:
        for spec in rule.watches:
            if not spec.watcher.people_as:
                readers.setdefault(spec.id, rule)
    rows = select(observations.watch_id, observations.key, observations.record).order_by(
        observations.watch_id, observations.position
    )
    for row in connection.execute(rows.limit(MOST_OBSERVATIONS)):
        reader = readers.get(row.watch_id)
        if reader is not None:
            one = read_observation(row.key, row.record)
            title = str(one.facts.get(reader.watches[0].kind.title, ""))
            if _can_be_had(one.facts):
                yield _seen(title or reader.name, one.facts, reader.name, one.link)


def _can_be_had(facts: Mapping[str, Fact]) -> bool:
    """Return whether nothing says that a thing is sold out or called off."""
    is_gone = any(facts.get(name) == Flag(value=True) for name in ("sold_out", "cancelled"))
    return not is_gone and facts.get("available") != Flag(value=False)


def _seen(title: str, facts: Mapping[str, Fact], source: str, link: str) -> Seen:
    texts = "\n".join(str(fact) for fact in facts.values() if isinstance(fact, Text | Texts))
    price = facts.get("price")
    return Seen(title, texts, price if isinstance(price, Money) else None, source, link)

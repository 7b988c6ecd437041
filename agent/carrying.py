"""The sources of a story: which feeds carried what a rule told once, inside the caller's transaction.

    another feed shows a told story ─▶ noted ─┬─▶ the memory of its entry: what it said, where, and whose story it is
                                              └─▶ the message of that story, while nobody has tried to send it

The message lists who carried the story by the time it is sent; `why` lists whoever came later as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import Connection, String, cast, select, update

from agent.database import table_of
from agent.records import firing_record, read_firing, read_memory
from agent.tables import FiringRow, MemoryRow, MessageRow, WatchRow
from rules.condition import Reading
from rules.firing import Firing
from rules.memory import Memory, Told, Verdict
from rules.stories import read_sketch, same_story
from watchers.api import Fact, Observation, Text

MOST_LISTED: Final = 10
"""Sources that a message lists; the others are counted."""
_ALSO: Final = "Also in "
_MORE: Final = "Also in more feeds"
# What an entry's memory holds besides its title and link. No fact of a kind has a name with spaces.
_STORY_OF: Final = "the story of"
_BECAUSE: Final = "the same because"

firings = table_of(FiringRow)
memories = table_of(MemoryRow)
messages = table_of(MessageRow)
watches = table_of(WatchRow)


@dataclass(frozen=True, slots=True)
class Carrier:
    """One more source of a story that was told.

    Attributes:
        source: The title of its feed, or its address.
        title, link: What it said, and where.
        because: Why that is the same story, as a clause.
        at: When the story was first seen there.
        firing_key: The firing that told the story; its first six characters are its short id.
    """

    source: str
    title: str
    link: str
    because: str
    at: datetime
    watch_id: str
    firing_key: str


def noted(
    connection: Connection,
    rule_id: str,
    seen: Sequence[Observation],
    verdict: Verdict,
    elsewhere: Mapping[str, Told],
    now: datetime,
) -> Verdict:
    """Return a verdict whose memories say of which told story an entry is; an unsent message lists it too.

    Args:
        connection: The transaction in which the verdict is kept.
        rule_id: The rule.
        seen: What was judged.
        verdict: What the judge said.
        elsewhere: By story key of what was seen: the same story as another watch of the rule has it.
        now: When it was seen.
    """
    remembered = dict(verdict.memory.seen)
    for observation in seen:
        story = next((key for key in observation.also if key in elsewhere), None)
        memory = remembered.get(observation.key)
        if story is None or memory is None:
            continue
        told = elsewhere[story]
        firing = _firing_of(connection, rule_id, told)
        if firing is None:
            continue  # it was there before the rule, and so is no story that was told
        because = _why_same(story, told.story)
        remembered[observation.key] = replace(memory, first=_carried(observation, memory, firing, because, now))
        _list(connection, firing, observation)
    return replace(verdict, memory=replace(verdict.memory, seen=remembered))


def carriers(connection: Connection, rule_id: str, firing: Firing) -> tuple[Carrier, ...]:
    """Return the other sources of the story that a firing told, in the order in which they came."""
    return tuple(_carriers(connection, rule_id, firing.key))


def carried_last(connection: Connection, rule_id: str, watch_ids: Sequence[str], most: int) -> tuple[Carrier, ...]:
    """Return the latest entries of some watches that a rule did not tell because their story was told, oldest first."""
    return tuple(one for one in _carriers(connection, rule_id) if one.watch_id in watch_ids)[-most:]


def _carriers(connection: Connection, rule_id: str, firing_key: str = "") -> list[Carrier]:
    """Return every entry whose story a rule had told, or one firing of it, in the order in which they came."""
    labels = {row.id: row.label for row in connection.execute(select(watches.c.id, watches.c.label))}
    of_rule = (memories.c.rule_id == rule_id, memories.c.same_as == "", memories.c.told_at.is_(None))
    # The database looks through the text of the records, which may be very many: hardly one says this.
    says_so = cast(memories.c.record, String).contains(firing_key or _STORY_OF)
    found = []
    for row in connection.execute(select(memories).where(*of_rule, says_so)):
        memory = read_memory(row)
        key, because = story_of(memory)
        if key and key == (firing_key or key) and memory.first is not None:
            said = {name: str(fact) for name, fact in memory.first.facts.items()}
            source = said.get("feed") or labels.get(row.watch_id, row.watch_id)
            title, link = said.get("title", ""), said.get("link", "")
            found.append(Carrier(source, title, link, because, memory.first.at, row.watch_id, key))
    return sorted(found, key=lambda one: (one.at, one.source))


def story_of(memory: Memory) -> tuple[str, str]:
    """Return the key of the firing whose story an entry is, and why; empty texts where it is none that was told."""
    facts = memory.first.facts if memory.first is not None else {}
    return str(facts.get(_STORY_OF, "")), str(facts.get(_BECAUSE, ""))


def _carried(observation: Observation, memory: Memory, firing: Firing, because: str, at: datetime) -> Reading:
    """Return what is remembered of an entry whose story was told: enough to name it when it has left its feed."""
    stated = {name: observation.facts[name] for name in ("title", "feed") if name in observation.facts}
    marks = {"link": observation.link, _STORY_OF: firing.key, _BECAUSE: because}
    facts: dict[str, Fact] = {**stated, **{name: Text(mark) for name, mark in marks.items() if mark}}
    if memory.first is not None:
        return replace(memory.first, facts={**facts, **memory.first.facts})
    return Reading(at, at, facts)


def _why_same(one: str, other: str) -> str:
    """Return why two keys are of one story; they are, or nobody would ask."""
    ours, theirs = read_sketch(one), read_sketch(other)
    return same_story(ours, theirs) if ours is not None and theirs is not None else ""


def _firing_of(connection: Connection, rule_id: str, told: Told) -> Firing | None:
    """Return what was told of a story: by the entry that is known of it, or by the one whose story that entry was."""
    row = connection.execute(
        select(memories).where(
            memories.c.rule_id == rule_id, memories.c.watch_id == told.watch_id, memories.c.key == told.key
        )
    ).one_or_none()
    if row is None:
        return None
    key, _ = story_of(read_memory(row))
    if key:
        record = connection.scalar(select(firings.c.record).where(firings.c.key == key))
        return read_firing(record) if record is not None else None
    if row.told_at is None:
        return None
    at_once = select(firings.c.record).where(firings.c.rule_id == rule_id, firings.c.at == row.told_at)
    told_then = map(read_firing, connection.scalars(at_once))
    return next((one for one in told_then if (one.watch_id, one.observation) == (told.watch_id, told.key)), None)


def _list(connection: Connection, firing: Firing, observation: Observation) -> None:
    """Name a source in the message of its story, unless somebody may have read that message already.

    The rows are locked, so that no courier takes one between the look and the change: a message is what its record
    says, for ever.
    """
    of_firing = select(messages).where(messages.c.firing_key == firing.key).with_for_update()
    rows = connection.execute(of_firing).all()
    if any(row.attempts or row.claimed_by is not None or row.state != "waiting" for row in rows):
        return
    source = str(observation.facts.get("feed") or urlsplit(observation.link).hostname or "another feed")
    line = f"{_ALSO}{source}: {observation.link}" if observation.link else f"{_ALSO}{source}"
    others = [one for one in firing.enclosed if one.startswith(_ALSO)]
    if line in others or len(others) > MOST_LISTED:
        return
    enclosed = (*firing.enclosed, line if len(others) < MOST_LISTED else f"{_MORE}: trusted-agent why {firing.id}")
    record = firing_record(replace(firing, enclosed=enclosed))
    connection.execute(update(firings).where(firings.c.key == firing.key).values(record=record))

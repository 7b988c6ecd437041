"""Values of the rules as JSON and back, for the store. A spoilt record harms what it stands for alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from rules.condition import Reading
from rules.firing import Firing
from rules.memory import Memory
from watchers.api import Observation
from watchers.facts import decode_facts, encode_facts


def observation_record(observation: Observation) -> dict[str, Any]:
    """Return an observation as JSON, without its key."""
    return {
        "facts": encode_facts(observation.facts),
        "unknown": dict(observation.unknown),
        "evidence": dict(observation.evidence),
        "link": observation.link,
        "also": list(observation.also),
        "is_news": observation.is_news,
    }


def read_observation(key: str, record: Mapping[str, Any]) -> Observation:
    """Return the observation that `observation_record` wrote."""
    return Observation(
        key=key,
        facts=decode_facts(record["facts"]),
        unknown=record["unknown"],
        evidence=record["evidence"],
        link=record["link"],
        also=tuple(record["also"]),
        is_news=record["is_news"],
    )


def reading_record(reading: Reading | None) -> dict[str, Any] | None:
    """Return a reading as JSON."""
    if reading is None:
        return None
    return {
        "at": reading.at.isoformat(),
        "until": reading.until.isoformat(),
        "facts": encode_facts(reading.facts),
        "known": reading.known_for.total_seconds(),
    }


def read_reading(record: Mapping[str, Any] | None) -> Reading | None:
    """Return the reading that `reading_record` wrote."""
    if record is None:
        return None
    return Reading(
        at=datetime.fromisoformat(record["at"]),
        until=datetime.fromisoformat(record["until"]),
        facts=decode_facts(record["facts"]),
        known_for=timedelta(seconds=record["known"]),
    )


def memory_row(rule_id: str, watch_id: str, key: str, memory: Memory) -> dict[str, Any]:
    """Return a memory as a row; what a stream's observation does not need stays null."""
    record = {
        "reason": memory.reason,
        "polls": memory.true_polls,
        "seconds": memory.true_for.total_seconds(),
        "true_at": memory.true_at.isoformat() if memory.true_at else None,
        "told": reading_record(memory.told),
        "first": reading_record(memory.first),
        "previous": reading_record(memory.previous),
        "held": reading_record(memory.held),
    }
    return {
        "rule_id": rule_id,
        "watch_id": watch_id,
        "key": key,
        "state": memory.state,
        "meaning": memory.meaning,
        "since": memory.since,
        "told_at": memory.told_at,
        "same_as": memory.same_as,
        "record": record if any(record.values()) else None,
    }


def read_memory(row: Any) -> Memory:
    """Return the memory that stands in a row of the table."""
    record = row.record or {}
    true_at = record.get("true_at")
    return Memory(
        state=row.state,
        meaning=row.meaning,
        since=row.since,
        reason=record.get("reason", ""),
        true_polls=record.get("polls", 0),
        true_for=timedelta(seconds=record.get("seconds", 0)),
        true_at=datetime.fromisoformat(true_at) if true_at else None,
        told=read_reading(record.get("told")),
        told_at=row.told_at,
        first=read_reading(record.get("first")),
        previous=read_reading(record.get("previous")),
        held=read_reading(record.get("held")),
        same_as=row.same_as,
    )


_FACTS = ("facts", "before")
_LINES = ("untold", "enclosed")
_INSTANTS = ("seen_at", "before_at")


def firing_record(firing: Firing) -> dict[str, Any]:
    """Return a firing as JSON: all that its message is made of."""
    record: dict[str, Any] = {field.name: getattr(firing, field.name) for field in fields(Firing)}
    record |= {name: encode_facts(record[name]) for name in _FACTS}
    record |= {name: record[name].isoformat() if record[name] else None for name in _INSTANTS}
    record |= {"evidence": dict(firing.evidence), **{name: list(record[name]) for name in _LINES}}
    return record


def firing_row(firing: Firing) -> dict[str, Any]:
    """Return a firing as a row."""
    place = {name: getattr(firing, name) for name in ("key", "rule_id", "watch_id", "observation", "reason")}
    return {**place, "at": firing.seen_at, "record": firing_record(firing)}


def read_firing(record: Mapping[str, Any]) -> Firing:
    """Return the firing that `firing_record` wrote."""
    values = dict(record)
    values |= {name: decode_facts(values[name]) for name in _FACTS}
    values |= {name: tuple(values[name]) for name in _LINES}
    values |= {name: datetime.fromisoformat(values[name]) if values[name] else None for name in _INSTANTS}
    return Firing(**values)

"""What one rule saw of each thing that it watches, through time, and when it told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from agent.database import Database, table_of
from agent.records import read_firing
from agent.tables import FiringRow, ReadingRow, RuleRow, WatchRow
from rules.firing import Firing
from watchers.api import Fact, Money, Number
from watchers.facts import decode_facts

firings = table_of(FiringRow)
readings = table_of(ReadingRow)
rules = table_of(RuleRow)
watches = table_of(WatchRow)


@dataclass(frozen=True, slots=True)
class Seen:
    """A reading: what was seen, unchanged from `at` to `until`.

    Attributes:
        told: The short ids of the messages that were told of it.
    """

    at: datetime
    until: datetime
    facts: Mapping[str, Fact]
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """What a rule saw of one observation, oldest first.

    Attributes:
        source: What its watch looks at.
        key: The observation's.
        title: What it is called, as far as its readings say.
        readings: Those that are kept.
        told: Every message about it, oldest first; also those whose readings are not kept.
    """

    source: str
    key: str
    title: str
    readings: tuple[Seen, ...]
    told: tuple[Firing, ...]


def known_rules(connection: Connection) -> dict[str, str]:
    """Return the name of every rule that the store knows by its id, those that left the file too."""
    found = connection.execute(select(rules.c.id, rules.c.name).order_by(rules.c.id))
    return {row.id: row.name for row in found}


def history_of(database: Database, rule_id: str, *, title: str = "title") -> tuple[Series, ...]:
    """Return a rule's history, one series for each observation that it keeps readings of or told of.

    Args:
        database: The store.
        rule_id: The rule; it may have left the file.
        title: The fact that names an observation.
    """
    with database.reading() as connection:
        told = _told(connection, rule_id)
        seen: dict[tuple[str, str], list[Seen]] = {}
        for row in connection.execute(select(readings).where(readings.c.rule_id == rule_id).order_by(readings.c.id)):
            seen.setdefault((row.watch_id, row.key), []).append(Seen(row.at, row.until, decode_facts(row.facts)))
        labels = {row.id: row.label for row in connection.execute(select(watches.c.id, watches.c.label))}
    places = dict.fromkeys((*seen, *told))
    return tuple(_series(labels, title, place, seen.get(place, ()), told.get(place, ())) for place in places)


def plotted(series: Series, names: Sequence[str] = ()) -> str:
    """Return the fact to draw: the first of `names`, or else of all, that is a number here; empty if none is."""
    facts: dict[str, Fact] = {}
    for reading in reversed(series.readings):
        facts |= reading.facts
    return next((name for name in (*names, *facts) if isinstance(facts.get(name), Money | Number)), "")


def _told(connection: Connection, rule_id: str) -> dict[tuple[str, str], list[Firing]]:
    told: dict[tuple[str, str], list[Firing]] = {}
    for row in connection.execute(select(firings).where(firings.c.rule_id == rule_id).order_by(firings.c.at)):
        firing = read_firing(row.record)
        told.setdefault((firing.watch_id, firing.observation), []).append(firing)
    return told


def _series(
    labels: Mapping[str, str], title: str, place: tuple[str, str], seen: Sequence[Seen], told: Sequence[Firing]
) -> Series:
    watch_id, key = place
    names = [str(reading.facts[title]) for reading in reversed(seen) if title in reading.facts]
    name = names[0] if names else told[-1].title if told else ""
    told_of = _told_of(seen, told)
    marked = tuple(replace(reading, told=told_of.get(number, ())) for number, reading in enumerate(seen))
    return Series(labels.get(watch_id, told[-1].source if told else ""), key, name, marked, tuple(told))


def _told_of(seen: Sequence[Seen], told: Sequence[Firing]) -> dict[int, tuple[str, ...]]:
    """Return, by the place of a reading, the short ids of what was told of it."""
    found: dict[int, tuple[str, ...]] = {}
    for firing in told if seen else ():
        place = _reading_of(seen, firing)
        found[place] = (*found.get(place, ()), firing.id)
    return found


def _reading_of(seen: Sequence[Seen], firing: Firing) -> int:
    """Return the place of the reading that a firing told of.

    Where the clock was set back, readings overlap in time: then its facts say which is meant. What was told between
    two polls, by time alone, is of the last reading before.
    """
    begun = [place for place, reading in enumerate(seen) if reading.at <= firing.seen_at] or list(range(len(seen)))
    same = [place for place in begun if all(firing.facts.get(n) == fact for n, fact in seen[place].facts.items())]
    return max(same or begun, key=lambda place: (firing.seen_at <= seen[place].until, place))

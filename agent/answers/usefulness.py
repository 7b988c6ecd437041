"""What the owner finds useful, learned from their answers on this machine: the order of a digest, with its reason.

An answer counts for a firing by what the two share (`aspects`: the rule, a phrase, the source), a third for each, and
half as much after half a year. The share of useful answers is smoothed by Laplace's rule of succession, (useful + 1) /
(all + 2): without answers everything stands in the middle. So a yes never lowers anything, and a no never raises it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from agent.answers.aspects import Aspect, aspects
from agent.database import table_of
from agent.records import read_firing
from agent.tables import AnswerRow, FiringRow
from rules.firing import Firing
from rules.rule import Names, Urgency

USEFUL, NOT_USEFUL = "useful", "not useful"
HALF_LIFE = timedelta(days=182)
# Of each answer, what one thing in common counts.
SHARE = 1 / 3
MOST_ANSWERS = 2000
URGENCIES: Mapping[Urgency, int] = {"low": 0, "normal": 1, "high": 2, "urgent": 3}

_OF_THEM = {"rule": "of these", "topic": "of those that mention {}", "source": "of those from {}"}

answers = table_of(AnswerRow)
firings = table_of(FiringRow)


@dataclass(frozen=True, slots=True)
class Opinion:
    """One answer: what it was about, whether that was useful, and when it was given."""

    about: frozenset[Aspect]
    is_useful: bool
    at: datetime


class Taste:
    """What the owner's answers come to at one instant."""

    def __init__(self, opinions: Iterable[Opinion], now: datetime) -> None:
        self._counts: dict[Aspect, list[int]] = {}
        self._weights: dict[Aspect, list[float]] = {}
        for one in sorted(opinions, key=lambda one: (one.at, one.is_useful, sorted(one.about))):
            weight = SHARE * 0.5 ** (max(timedelta(), now - one.at) / HALF_LIFE)
            for aspect in one.about:
                self._counts.setdefault(aspect, [0, 0])[not one.is_useful] += 1
                self._weights.setdefault(aspect, [0.0, 0.0])[not one.is_useful] += weight

    def usefulness(self, about: Iterable[Aspect]) -> float:
        """Return how useful something is likely to be, between 0 and 1; 0.5 where nothing is known."""
        known = [self._weights[aspect] for aspect in sorted({*about}) if aspect in self._weights]
        useful, useless = sum(each[0] for each in known), sum(each[1] for each in known)
        return (useful + 1) / (useful + useless + 2)

    def reason(self, about: Mapping[Aspect, str]) -> str:
        """Return what was said of others of its kind: "you found 4 of 5 of these useful"; empty where nothing was.

        What a phrase or a source has in common with all of the rule's is not said twice.
        """
        known = {aspect: tuple(self._counts[aspect]) for aspect in about if aspect in self._counts}
        of_rule = next((counts for (kind, _), counts in known.items() if kind == "rule"), None)
        said = [
            f"{useful} of {useful + useless} {_OF_THEM[aspect[0]].format(about[aspect])}"
            for aspect, (useful, useless) in known.items()
            if aspect[0] == "rule" or (useful, useless) != of_rule
        ]
        return f"you found {', '.join(said)} useful" if said else ""


def order(
    connection: Connection, told: Sequence[Firing], now: datetime, names: Names | None = None
) -> Mapping[str, float]:
    """Return by firing key how high each stands among others, the highest first: urgency, then usefulness.

    Called where a digest is composed, through the courier's `order`.
    """
    taste = taste_of(connection, now, names)
    return {one.key: URGENCIES[one.urgency] + taste.usefulness(aspects(one, one.rule_id, names)) for one in told}


def reasons(
    connection: Connection, told: Sequence[Firing], now: datetime, names: Names | None = None
) -> Mapping[str, str]:
    """Return by firing key why each stands where `order` puts it; empty where nothing sets it apart."""
    taste = taste_of(connection, now, names)
    return {one.key: _reason(one, taste.reason(aspects(one, one.rule_id, names))) for one in told}


def usefulness(connection: Connection, firing: Firing, now: datetime, names: Names | None = None) -> str:
    """Return what the owner said of firings like this one, for `why`; empty where they said nothing."""
    return taste_of(connection, now, names).reason(aspects(firing, firing.rule_id, names))


def taste_of(connection: Connection, now: datetime, names: Names | None = None) -> Taste:
    """Return what the owner's latest answers come to."""
    joined = (
        select(answers.c.rule_id, answers.c.answer, answers.c.at, firings.c.record)
        .join(firings, firings.c.key == answers.c.firing_key)
        .where(answers.c.answer.in_((USEFUL, NOT_USEFUL)))
        .order_by(answers.c.at.desc(), answers.c.firing_key)
        .limit(MOST_ANSWERS)
    )
    rows = connection.execute(joined).all()
    about = [frozenset(aspects(read_firing(row.record), row.rule_id, names)) for row in rows]
    return Taste((Opinion(each, row.answer == USEFUL, row.at) for each, row in zip(about, rows, strict=True)), now)


def _reason(firing: Firing, said: str) -> str:
    urgency = "" if firing.urgency == "normal" else f"{firing.urgency} urgency"
    return "; ".join(part for part in (urgency, said) if part)

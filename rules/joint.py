"""Several watches judged as one: `a.price < 90% of b.price`, and rules about other rules.

    each poll of a source ──▶ judge(alone(rule, source)) ──▶ what is believed of it  ┐
    the other sources, as this rule last saw them  ────────────────────────────────┴─▶ together ──▶ judge(rule)

Alone, a source is only seen: its readings are kept and its odd values held. The sentence speaks of all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar

from rules.condition import Unasked
from rules.rule import Again, For, Joint, Rule, WatchSpec
from watchers.api import Fact, Kind, Observation, Watcher

KEY = "together"
NOTHING = Kind("rules", "gauge", "Other rules, and nothing of its own.", main="", facts=(), title="")


class Together(Watcher):
    """Stands for several watches; it is never polled itself."""

    kind: ClassVar[Kind] = NOTHING


@dataclass(frozen=True, slots=True)
class Part:
    """One source, as the rule last saw it.

    Attributes:
        believed: What it showed, without what is held; None before the first good poll.
        at: When that was.
        is_failing: The polls since then gave nothing.
    """

    believed: tuple[Observation, ...] | None = None
    at: datetime | None = None
    is_failing: bool = False


def joint_of(sources: Mapping[str, WatchSpec]) -> Joint:
    """Return what stands for named sources."""
    facts = tuple(
        replace(spec, name=f"{name}.{spec.name}") for name, source in sources.items() for spec in source.kind.facts
    )
    first = next(iter(sources.items()), None)
    kind = NOTHING
    if first is not None:
        name, source = first
        plot, title = source.kind.plot, source.kind.title
        kind = Kind(
            name=source.kind.name,
            shape="gauge",
            summary="Several sources, compared with each other.",
            main="",
            facts=facts,
            title=f"{name}.{title}" if title else "",
            plot=f"{name}.{plot}" if plot else "",
        )
    label = " · ".join(f"{name}: {source.label}" for name, source in sources.items())
    named = tuple((name, source.id) for name, source in sources.items())
    # Other sources are another thing, with a memory of its own.
    joint_id = sha256(repr(sorted(named)).encode()).hexdigest()[:16]
    return Joint(WatchSpec(joint_id, kind, label or "other rules", Together()), named)


def alone(rule: Rule, spec: WatchSpec) -> Rule:
    """Return a rule as it sees one of its sources by itself."""
    return replace(
        rule,
        kind=spec.kind,
        condition=Unasked(spec.kind.main),
        until=None,
        hold=For(),
        again=Again(),
        first="tell",
        joint=None,
    )


def together(joint: Joint, parts: Mapping[str, Part], now: datetime, interval: timedelta) -> Observation:
    """Return all sources as one observation, its facts named after their sources.

    What a source showed last stands for twice the interval when its polls fail; after that it is unknown.
    """
    facts: dict[str, Fact] = {}
    unknown: dict[str, str] = {}
    evidence: dict[str, str] = {}
    link = ""
    for name, watch_id in joint.sources:
        seen, why = _shown(parts.get(watch_id, Part()), now, interval)
        if seen is None:
            unknown |= {spec.name: why for spec in joint.spec.kind.facts if spec.name.startswith(f"{name}.")}
            continue
        facts |= {f"{name}.{fact}": value for fact, value in seen.facts.items()}
        unknown |= {f"{name}.{fact}": reason for fact, reason in seen.unknown.items()}
        evidence |= {f"{name}.{fact}": where for fact, where in seen.evidence.items()}
        link = link or seen.link
    return Observation(KEY, facts, unknown, evidence, link)


def _shown(part: Part, now: datetime, interval: timedelta) -> tuple[Observation | None, str]:
    """Return the one thing that a source shows, or why there is none."""
    if part.believed is None or part.at is None:
        return None, "it was not seen yet"
    if part.is_failing and now - part.at > 2 * interval:
        return None, f"it could not be seen since {part.at:%Y-%m-%d %H:%M} UTC"
    if len(part.believed) != 1:
        return None, f"the source shows {len(part.believed) or 'no'} things, and one is compared"
    return part.believed[0], ""

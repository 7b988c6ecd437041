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
from rules.contest import Contest, best_offer
from rules.rule import Again, For, Joint, Rule, WatchSpec
from watchers.api import Fact, Kind, Observation, Watcher

KEY = "together"
# A poll may wait its turn at its host, and for a slow answer: what was seen before is not old for that.
LONGEST_POLL = timedelta(minutes=10)
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
        every: The interval of its own polls, where it differs from the rule's.
    """

    believed: tuple[Observation, ...] | None = None
    at: datetime | None = None
    is_failing: bool = False
    every: timedelta | None = None


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


def together(
    joint: Joint, parts: Mapping[str, Part], now: datetime, interval: timedelta, subject: str = ""
) -> Observation:
    """Return all sources as one observation: the best of them, or each one's facts named after it.

    What a source showed last stands for twice the interval; after that it is unknown, whether its polls fail or there
    were none, because the rule or the machine slept. The link is that of the source that the sentence speaks of.
    """
    shown = {name: _shown(parts.get(watch_id, Part()), now, interval) for name, watch_id in joint.sources}
    if isinstance(joint, Contest):
        return best_offer(joint, KEY, shown)
    facts: dict[str, Fact] = {}
    unknown: dict[str, str] = {}
    evidence: dict[str, str] = {}
    links: dict[str, str] = {}
    for name, (seen, why) in shown.items():
        if seen is None:
            unknown |= {spec.name: why for spec in joint.spec.kind.facts if spec.name.startswith(f"{name}.")}
            continue
        facts |= {f"{name}.{fact}": value for fact, value in seen.facts.items()}
        unknown |= {f"{name}.{fact}": reason for fact, reason in seen.unknown.items()}
        evidence |= {f"{name}.{fact}": where for fact, where in seen.evidence.items()}
        links |= {name: seen.link} if seen.link else {}
    link = links.get(subject.partition(".")[0]) or next(iter(links.values()), "")
    return Observation(KEY, facts, unknown, evidence, link)


def is_blind(joint: Joint, parts: Mapping[str, Part], now: datetime, interval: timedelta) -> bool:
    """Return whether a source is not seen now, so that nothing is known of its silence."""
    of_sources = [parts.get(watch_id, Part()) for _, watch_id in joint.sources]
    return any(part.is_failing or _shown(part, now, interval)[0] is None for part in of_sources)


def is_old(at: datetime, now: datetime, interval: timedelta, *, is_failing: bool) -> bool:
    """Return whether what was seen at an instant stands no longer: after twice the interval of its polls."""
    return now - at > (2 * interval if is_failing else max(2 * interval, LONGEST_POLL))


def _shown(part: Part, now: datetime, interval: timedelta) -> tuple[Observation | None, str]:
    """Return the one thing that a source shows, or why there is none."""
    if part.believed is None or part.at is None:
        return None, "it was not seen yet"
    if is_old(part.at, now, part.every or interval, is_failing=part.is_failing):
        said = "could not be seen" if part.is_failing else "was not looked at"
        return None, f"it {said} since {part.at:%Y-%m-%d %H:%M} UTC"
    if len(part.believed) != 1:
        return None, f"the source shows {len(part.believed) or 'no'} things, and one is compared"
    return part.believed[0], ""

"""Stories for the judge: a series of readings in, the reasons for which the owner is told out.

    assert story("price below $150", [160, 149, 170, 149]) == [None, "crossed", None, "crossed"]

A number is a price in USD, `UNKNOWN` a page that shows none, `TROUBLE` a poll that gave nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from rules.condition import Condition, Reading
from rules.firing import Firing
from rules.judge import judge
from rules.memory import Memory, RuleMemory, Sight, Verdict
from rules.rule import Again, For, Names, Place, Profile, Rule, WatchSpec
from rules.when import compile_condition
from watchers.api import Fact, FactSpec, Flag, Kind, Money, Observation, Text, Watcher

UTC_ZONE = ZoneInfo("UTC")
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
UNKNOWN = "unknown"
TROUBLE = "trouble"

GAUGE = Kind(
    name="gauge",
    shape="gauge",
    summary="A price that moves.",
    main="price",
    title="name",
    facts=(
        FactSpec("price", Money, "What it costs."),
        FactSpec("name", Text, "What it is called."),
        FactSpec("available", Flag, "Whether it can be bought."),
        FactSpec("sold_out", Flag, "Whether the page says that it is sold out.", evidence=True),
    ),
)
DOUBTED = replace(GAUGE, doubted="price")
STREAM = Kind(
    name="stream",
    shape="stream",
    summary="Things that appear.",
    main="text",
    facts=(
        FactSpec("title", Text, "The headline."),
        FactSpec("text", Text, "All of it."),
        FactSpec("price", Money, "What it costs."),
    ),
)
ME = Profile(UTC_ZONE, "USD", {"city": "Boston"})


class Shop(Watcher):
    """A watcher that is never polled: the stories give what it would have seen."""

    kind = GAUGE


def usd(amount: object) -> Money:
    return Money(Decimal(str(amount)), "USD")


def condition(text: str, kind: Kind = GAUGE, **options: bool) -> Condition:
    return compile_condition(text, kind, Names(ME), **options)


def rule(when: str, kind: Kind = GAUGE, **settings: object) -> Rule:
    """Return a rule with everything else as by default."""
    until = settings.pop("until", None)
    compiled = condition(when, kind)
    watch = WatchSpec("watch", kind, "shop.example", Shop())
    given: dict[str, object] = {
        "id": "rule",
        "name": "A rule",
        "kind": kind,
        "watches": (watch,),
        "condition": compiled,
        "meaning": compiled.meaning,
        "settings": "settings",
        "written": when,
        "place": Place("rules.yaml", 1, 1),
        "every": HOUR,
        "confirm_after": timedelta(minutes=5),
        "notify": ("phone",),
        "first": "tell" if kind.shape == "gauge" else "baseline",
        "until": condition(str(until), kind) if until else None,
        "hold": For(),
        "again": Again(),
    }
    return Rule(**{**given, **settings})  # type: ignore[arg-type]


@dataclass
class Told:
    """A rule with its memory, fed one poll after another."""

    rule: Rule
    now: datetime = START
    memory: RuleMemory = field(default_factory=RuleMemory)
    history: dict[str, list[Reading]] = field(default_factory=dict)
    firings: list[Firing] = field(default_factory=list)
    verdict: Verdict | None = None

    def see(self, *observations: Observation, is_new: bool = True, blind: bool = False) -> list[Firing]:
        """Judge one poll and remember it, as the store does."""
        sight = Sight(
            self.rule.watches[0], observations, self.now, UTC_ZONE, self.rule.every, is_new=is_new, blind=blind
        )
        verdict = judge(self.rule, self.memory, sight, self.history)
        self.memory = replace(verdict.memory, seen={**self.memory.seen, **verdict.memory.seen})
        for key, readings in verdict.readings.items():
            kept = self.history.setdefault(key, [])
            for reading in readings:
                if kept and kept[-1].at == reading.at:
                    kept[-1] = reading
                else:
                    kept.append(reading)
        self.firings += verdict.firings
        self.verdict = verdict
        return list(verdict.firings)

    def wait(self, length: timedelta = HOUR) -> None:
        self.now += length

    def edit(self, **settings: object) -> None:
        self.rule = replace(self.rule, **settings)  # type: ignore[arg-type]

    def of(self, key: str = "product") -> Memory:
        return self.memory.seen[key]


def product(value: object, **facts: Fact) -> Observation:
    """Return what a product page showed: a number is its price, UNKNOWN none."""
    seen: dict[str, Fact] = {"name": Text("Headphones"), **facts}
    if value != UNKNOWN:
        seen["price"] = value if isinstance(value, Money) else usd(value)
    return Observation("product", seen)


def story(when: str, series: list[object], kind: Kind = GAUGE, **settings: object) -> list[str | None]:
    """Return, for each reading of a series one interval apart, the reason for which the owner was told."""
    told = Told(rule(when, kind, **settings))
    reasons: list[str | None] = []
    for value in series:
        fired = [] if value == TROUBLE else told.see(product(value))
        reasons.append(fired[0].reason if fired else None)
        told.wait(told.rule.every)
    return reasons


def entry(key: str, title: str = "", **facts: Fact) -> Observation:
    """Return one thing of a stream."""
    text = title or f"entry {key}"
    return Observation(key, {"title": Text(text), "text": Text(text), **facts})


def stream_story(when: str, polls: list[list[Observation]], **settings: object) -> list[list[str]]:
    """Return, for each poll of a stream, the keys of what the owner was told."""
    told = Told(rule(when, STREAM, **settings))
    heard = []
    for observations in polls:
        heard.append([firing.observation for firing in told.see(*observations)])
        told.wait(told.rule.every)
    return heard

"""A kind with a fact of every type, and short ways to ask a sentence about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from rules.condition import Condition, Finding, Reading, View
from rules.faults import SentenceFault, SentenceFaults
from rules.rule import Names, Profile, Topic
from rules.when import compile_condition
from watchers.api import Day, Fact, FactSpec, Flag, Kind, Moment, Money, Number, Span, Text, Texts, Version

NEW_YORK = ZoneInfo("America/New_York")
# Wednesday noon in New York.
NOW = datetime(2026, 5, 20, 16, 0, tzinfo=UTC)

FACTS = (
    FactSpec("price", Money, "What it costs.", example="150 USD"),
    FactSpec("list_price", Money, "What it cost before."),
    FactSpec("rating", Number, "How good it is."),
    FactSpec("days_left", Number, "How long it lasts.", unit="days"),
    FactSpec("discount", Number, "How much is off.", unit="%"),
    FactSpec("distance", Number, "How far off it is.", unit="km"),
    FactSpec("latency", Span, "How long it took."),
    FactSpec("title", Text, "Its name.", example='"a name"'),
    FactSpec("city", Text, "Where it is."),
    FactSpec("type", Text, "What it is.", choices=("album", "single", "ep")),
    FactSpec("text", Text, "All of its words."),
    FactSpec("categories", Texts, "What it is filed under."),
    FactSpec("available", Flag, "Whether it can be had."),
    FactSpec("sold_out", Flag, "Whether the page says that it is gone.", evidence=True),
    FactSpec("released", Day, "When it came out."),
    FactSpec("starts", Moment, "When it begins."),
    FactSpec("version", Version, "Which version it is."),
)
GAUGE = Kind("thing", "gauge", "A thing that is watched.", "price", FACTS)
STREAM = Kind("entries", "stream", "Things that appear.", "text", FACTS)

ME = Profile(NEW_YORK, "USD", {"city": "Boston", "artists": ["Tool", "Björk"], "budget": "150 USD", "far": 50})
TOPICS = {"fusion": Topic(("fusion energy", "ITER", "tokamak")), "it": Topic(("IT",), exact=True)}
NAMES = Names(ME, TOPICS)


def usd(amount: object) -> Money:
    return Money(Decimal(str(amount)), "USD")


def compiled(sentence: str, kind: Kind = GAUGE, *, names: Names = NAMES, known_any: bool = False) -> Condition:
    return compile_condition(sentence, kind, names, known_any=known_any)


def faults(sentence: str, kind: Kind = GAUGE, *, names: Names = NAMES) -> list[SentenceFault]:
    """Return what is wrong with a sentence; nothing where it is right."""
    try:
        compile_condition(sentence, kind, names)
    except SentenceFaults as found:
        return list(found.faults)
    return []


def view(facts: dict[str, Fact], **seen: object) -> View:
    given: dict[str, object] = {"now": NOW, "zone": NEW_YORK, **seen}
    return View(facts, **given)  # type: ignore[arg-type]


def finding(
    sentence: str,
    facts: dict[str, Fact],
    kind: Kind = GAUGE,
    *,
    names: Names = NAMES,
    known_any: bool = False,
    **seen: object,
) -> Finding:
    """Return what a sentence says of some facts; the rest of the view is given by name."""
    return compiled(sentence, kind, names=names, known_any=known_any).evaluate(view(facts, **seen))


def truth(sentence: str, facts: dict[str, Fact], kind: Kind = GAUGE, **seen: object) -> bool | None:
    return finding(sentence, facts, kind, **seen).holds  # type: ignore[arg-type]


def reading(days_ago: float, days: float = 0, known: float | None = None, **facts: Fact) -> Reading:
    """Return a reading that began so many days ago, lasted so many, and was looked at for all or some of them."""
    at = NOW - timedelta(days=days_ago)
    return Reading(at, at + timedelta(days=days), facts, timedelta(days=days if known is None else known))

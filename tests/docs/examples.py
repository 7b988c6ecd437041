"""Examples of sentences with what was seen: the answer beside them is what the language really gives.

    | sentence | what was seen | answer |
    | `price below $150` | price 139 USD; before price 164 USD for 2 days | true: price 139.00 USD is below 150.00 USD |

The first two columns are written by hand; `before` stands for earlier readings, oldest first, `told` for the one last
told, `quiet for` for how long nothing new came, `rule x` for how another rule stands: `met`, `not met`, `told 3 days`
ago, or `unseen`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from rules.condition import Reading, Standing, View
from rules.durations import read_duration
from rules.faults import SentenceFaults
from rules.joint import NOTHING, joint_of
from rules.rule import Names, Profile, Topic, WatchSpec
from rules.when import compile_condition
from tests.docs.tables import cells, table
from watchers.api import Day, Fact, FactSpec, Flag, Kind, Moment, Money, Number, Span, Text, Texts, Version
from watchers.registry import kinds

HEAD = ("sentence", "what was seen", "answer")
REFUSED = ("sentence", "what is said of it")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
# What the pages say that stands under `me:` and `topics:`.
NAMES = Names(
    Profile(ZONE, "USD", {"city": "Boston", "budget": "150 USD", "artists": ["Tool", "Björk"]}),
    {"fusion": Topic(("fusion energy", "tokamak", "stellarator", "ITER"))},
)
# Facts of every sort, with every thing that a kind may declare of one; what they would be facts of is left open.
ANYTHING = Kind(
    name="anything",
    shape="gauge",
    summary="Things of all sorts.",
    main="latency",
    facts=(
        FactSpec("latency", Span, "How long an answer took."),
        FactSpec("distance", Number, "How far away it is.", unit="km"),
        FactSpec("days_left", Number, "How many days are left.", unit="days"),
        FactSpec("stars", Number, "How many stars it has."),
        FactSpec("version", Version, "Which version it is."),
        FactSpec("prerelease", Flag, "Whether it is one to be tried."),
        FactSpec("starts", Moment, "When it begins."),
        FactSpec("city", Text, "Where it is."),
        FactSpec("title", Text, "What it is called."),
    ),
)
OTHER_RULES = NOTHING


def _two_shops() -> Kind:
    shops = {
        name: WatchSpec(name, kinds()["price"].kind, name, kinds()["price"](url=f"https://{name}.example/1"))
        for name in ("shop", "rival")
    }
    return joint_of(shops).spec.kind


TWO_SHOPS = _two_shops()
TRUTHS = {True: "true", False: "false", None: "unknown"}


def _money(text: str) -> Money:
    amount, _, currency = text.partition(" ")
    return Money(Decimal(amount), currency or None)


def _span(text: str) -> Span:
    length = read_duration(text)
    assert length is not None, f"{text} is no length of time"
    return Span(length)


READ: Mapping[type, Callable[[str], Fact]] = {
    Money: _money,
    Number: lambda text: Number(Decimal(text)),
    Text: Text,
    Texts: lambda text: Texts(tuple(part.strip() for part in text.split(","))),
    Flag: lambda text: Flag({"yes": True, "no": False}[text]),
    Day: lambda text: Day(*map(int, text.split("-"))),
    Moment: lambda text: Moment(datetime.fromisoformat(text).astimezone(UTC)),
    Span: _span,
    Version: Version,
}


def examples(now: str, kind: Kind) -> str:
    """Return a table of examples with its answers written anew."""
    rows = [(sentence, seen, answer(sentence.strip("`"), seen, kind)) for sentence, seen, *_ in cells(now)]
    return table(HEAD, rows)


def refused(now: str) -> str:
    """Return a table of sentences about a price that are faults, with what is said of them written anew."""
    rows = []
    for sentence, *_ in cells(now):
        try:
            compile_condition(sentence.strip("`"), kinds()["price"].kind, NAMES)
        except SentenceFaults as wrong:
            said = "; ".join(
                f"{fault.message}: {fault.hint}" if fault.hint else fault.message for fault in wrong.faults
            )
            rows.append((sentence, said))
        else:
            raise AssertionError(f"{sentence} is no fault")
    return table(REFUSED, rows)


def answer(sentence: str, seen: str, kind: Kind) -> str:
    """Return what a sentence says of what was seen."""
    finding = compile_condition(sentence, kind, NAMES).evaluate(view_of(seen, kind))
    return f"{TRUTHS[finding.holds]}: {finding.because}"


def view_of(seen: str, kind: Kind) -> View:
    """Return what was seen as a condition sees it."""
    facts: dict[str, Fact] = {}
    past: list[tuple[dict[str, Fact], timedelta]] = []
    told: Reading | None = None
    quiet: timedelta | None = None
    others: dict[str, Standing] = {}
    for part in (each.strip() for each in seen.split(";")):
        word, _, rest = part.partition(" ")
        if word == "before":
            said, _, length = rest.rpartition(" for ")
            past.append((_facts(said, kind), _span(length).length))
        elif word == "told":
            told = Reading(NOW, NOW, _facts(rest, kind))
        elif word == "quiet":
            quiet = _span(rest.removeprefix("for ")).length
        elif word == "rule":
            others |= _standing(rest)
        elif part not in ("", "nothing"):
            facts |= _facts(part, kind)
    history = _readings(past)
    return View(
        facts=facts,
        now=NOW,
        zone=ZONE,
        previous=history[-1] if history else None,
        first=history[0] if history else None,
        last_told=told or (history[0] if history else None),
        history=history,
        since_news=None if quiet is None else NOW - quiet,
        others=others,
    )


def _standing(said: str) -> dict[str, Standing]:
    name, _, how = said.partition(" ")
    if how.startswith("told "):
        return {name: Standing(False, told_at=NOW - _span(how.removeprefix("told ")).length)}
    stands = {
        "met": Standing(True),
        "not met": Standing(False),
        "unseen": Standing(None, why="its source was not seen yet"),
    }
    return {name: stands[how]}


def _facts(part: str, kind: Kind) -> dict[str, Fact]:
    name, _, value = part.partition(" ")
    spec = kind.fact(name)
    assert spec, f"the kind {kind.name} has no fact {name}"
    return {name: READ[spec.type](value)}


def _readings(past: list[tuple[dict[str, Fact], timedelta]]) -> list[Reading]:
    at = NOW - sum((length for _, length in past), timedelta())
    readings = []
    for facts, length in past:
        readings.append(Reading(at, at + length, facts, length))
        at += length
    return readings

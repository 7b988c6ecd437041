"""Rule tests that tests run: a rule file in memory with its `tests:`, the real kinds, judge and readers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.rehearsal import Rehearsal
from rules.faults import Fault, RuleFaults
from rules.file.collected import Faults
from rules.file.files import Files as RuleFiles
from rules.file.files import FileTrouble
from rules.load import load
from rules.trials.compare import Outcome, compare
from rules.trials.live import live
from rules.trials.read import read_cases
from rules.trials.show import shown
from rules.trials.written import written_tests
from tests.rule_files import Files
from watchers.registry import kinds

HEAD = """
me: {timezone: America/New_York, currency: USD, artists: [Tool, Opeth]}
topics: {fusion: [tokamak]}
channels: {phone: "json://127.0.0.1:1"}
defaults: {notify: phone, every: 1h}
rules:
  - {name: Cheap, watch: price, url: "https://shop.example/page", when: price below $150 and not sold_out}
  - {name: Euros, watch: price, url: "https://shop.example/page", when: price below 150 EUR}
  - {name: Held, watch: price, url: "https://shop.example/page", when: price below $150, for: 90m}
  - {name: Morning, watch: price, url: "https://shop.example/page", when: price below $150, at: "08:00"}
  - {name: Again, watch: price, url: "https://shop.example/page", when: price below $150, again: every 1d}
  - {name: Fusion, watch: feed, url: "https://one.example/feed", when: mentions topics.fusion}
  - {name: Quiet, watch: feed, url: "https://one.example/feed", when: nothing for 3 hours}
  - {name: News, watch: news, feeds: ["https://one.example/a", "https://two.example/b"], when: mentions topics.fusion}
  - {name: Album, watch: music, artist: Tool, when: "type in [album, ep] and released after 2026-01-01"}
  - {name: Asleep, watch: price, url: "https://shop.example/page", when: price below $150, enabled: no}
"""
PAGE = """<!doctype html><html><head><title>Studio Headphones</title>
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Product", "name": "Studio Headphones",
"offers": {"@type": "Offer", "price": "139.00", "priceCurrency": "USD", "availability": "https://schema.org/InStock"}}
</script></head><body><h1>Studio Headphones</h1><p>$139.00</p><button>Add to cart</button></body></html>"""


class World(Rehearsal):
    """Saved answers in memory; everything else as it is."""

    def __init__(self, bodies: Mapping[str, str]) -> None:
        super().__init__()
        self.bodies = bodies

    def saved(self, beside: str, name: str) -> bytes:
        if name not in self.bodies:
            raise FileTrouble(f"there is no file {name}")
        return self.bodies[name].encode()


def written(tests: str, head: str = HEAD) -> str:
    lines = "".join(f"  {line}\n" for line in tests.strip("\n").splitlines())
    return f"{head}tests:\n{lines}"


def run(
    tests: str, *, head: str = HEAD, beside: Mapping[str, str] | None = None, bodies: Mapping[str, str] | None = None
) -> list[Outcome]:
    """Return what the tests come to; a fault in them is raised."""
    files = Files({"rules.yaml": written(tests, head) if tests else head, **(beside or {})})
    return run_all(files, bodies or {})


def run_all(files: RuleFiles, bodies: Mapping[str, str]) -> list[Outcome]:
    """Return what all tests of a rule file and those beside it come to."""
    book = load("rules.yaml", files, kinds(), zone=ZoneInfo("UTC"))
    faults, world = Faults(), World(bodies)
    cases = read_cases(written_tests("rules.yaml", files, faults), book, world, faults)
    if faults:
        raise RuleFaults(faults.found)
    return [compare(case, live(case, world)) for case in cases]


def one(tests: str, **more: object) -> Outcome:
    """Return what the only test comes to."""
    (outcome,) = run(tests, **more)  # type: ignore[arg-type]
    return outcome


def faults_of(tests: str, **more: object) -> tuple[Fault, ...]:
    """Return what is wrong with the tests, nothing where they are right."""
    try:
        run(tests, **more)  # type: ignore[arg-type]
    except RuleFaults as wrong:
        return wrong.faults
    return ()


def polls_told(outcome: Outcome) -> list[int]:
    """Return the numbers of the polls of which something was told."""
    return [told.poll for told in outcome.told]


def seen_as(outcome: Outcome, width: int = 200) -> str:
    """Return a failed test as its owner reads it."""
    return "\n".join(shown(outcome, width))


def clock(outcome: Outcome) -> list[str]:
    """Return when the polls are made, on the clock of the case."""
    return [local(turn.at, outcome.case.zone) for turn in outcome.case.turns]


def local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%m-%d %H:%M %Z}"

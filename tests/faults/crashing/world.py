"""What the agent watches: shops whose prices cross a line, and feeds to which entries are added, as it looks.

A source holds what it shows until the agent must have kept it: until one and the same process has asked twice, for it
records an answer before it asks again. So whatever a source ever showed has to be told, whenever processes are killed:
that is the truth that messages are counted against, and nothing of the program has a part in it.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from tests.faults.crashing.hurry import Hurry

# No thing comes true more than three times a day: what wavers would be told otherwise.
REST = timedelta(hours=9)
# A feed lists so many entries; those that may not have been kept yet are fewer.
LISTED, UNKEPT = 40, 25
# How often a feed has something new when it is asked, how often that is of the rule's topic, and how often it fails.
NEW, OF_TOPIC, FAILING = 0.5, 0.7, 0.03

EVENT = re.compile(r"\bev\d{5}\b|\b1[0-4]\d\.\d\d(?= USD\b)")
# What the agent says of an action that did not go well: it tells of no event a second time.
OF_ACTION = re.compile(r"(Perhaps done|Failed|Not done): (ev\d{5})")
NO_EVENT = re.compile(r"\bno\d{5}\b")


@dataclass
class Source:
    """One page or feed.

    Attributes:
        shown: How often it has changed.
        kept: The last change that the agent must have kept.
        served: The process that asked last, and what it got.
        entries: What a feed ever listed.
        price: What a shop asks.
        moved_at: When a shop last changed its price.
    """

    path: str
    shown: int = 0
    kept: int = -1
    served: tuple[int, int] = (-1, -1)
    entries: list[str] = field(default_factory=lambda: ["Something old about ITER"])
    price: str = "160.00"
    moved_at: datetime | None = None

    @property
    def is_kept(self) -> bool:
        return self.kept >= self.shown


class World:
    """All sources; asked by the threads of the web server.

    Attributes:
        hurry: How time runs.
        truth: What there was to tell, and the source that showed it.
        is_at_rest: Nothing changes any more.
    """

    def __init__(self, dice: random.Random, hurry: Hurry, feeds: int, shops: int) -> None:
        self.hurry = hurry
        self.truth: dict[str, str] = {}
        self.is_at_rest = False
        self._dice, self._lock = dice, Lock()
        paths = [f"/feed/{number}" for number in range(feeds)] + [f"/shop/{number}" for number in range(shops)]
        self.sources = {path: Source(path) for path in paths}
        self._count = 0

    def answer(self, path: str, life: int) -> tuple[int, str, str]:
        """Return status, type and text of what a source shows to a process, and change it first where it may."""
        with self._lock:
            source = self.sources[path]
            if self._dice.random() < FAILING and not self.is_at_rest:
                return 503, "text/plain", "out of order"
            if source.served[0] == life:
                source.kept = max(source.kept, source.served[1])
            if not self.is_at_rest:
                self._change(source)
            source.served = (life, source.shown)
            return (200, *(_feed(source) if path.startswith("/feed/") else _shop(source)))

    @property
    def is_kept(self) -> bool:
        """Whether the agent must have kept all that was ever shown."""
        return all(source.is_kept for source in self.sources.values())

    def _change(self, source: Source) -> None:
        if source.kept < 0:
            return  # what it shows at the agent's first look is no news
        if source.path.startswith("/shop/"):
            self._sell(source)
        elif self._dice.random() < NEW and source.shown - source.kept < UNKEPT:
            self._publish(source)

    def _sell(self, source: Source) -> None:
        """Change a price once it was kept and has stood for some hours: now below the line, now above it."""
        if not source.is_kept or (source.moved_at is not None and self.hurry.now() < source.moved_at + REST / 2):
            return
        source.shown += 1
        source.moved_at = self.hurry.now()
        if source.price >= "160":
            source.price = f"{100 + self._next() / 100:.2f}"
            self.truth[source.price] = source.path
        else:
            source.price = f"{160 + self._dice.randrange(40)}.00"

    def _publish(self, source: Source) -> None:
        source.shown += 1
        if self._dice.random() < OF_TOPIC:
            name = f"ev{self._next():05}"
            source.entries.append(f"{name} ITER goes on")
            self.truth[name] = source.path
        else:
            source.entries.append(f"no{self._next():05} Something else")

    def _next(self) -> int:
        """Return a number that nothing else has; of prices there are fewer than 5,000."""
        self._count += 1
        return self._count


def _feed(source: Source) -> tuple[str, str]:
    items = "".join(
        f"<item><title>{title}</title><guid isPermaLink='false'>{title}</guid></item>"
        for title in reversed(source.entries[-LISTED:])
    )
    return "application/rss+xml", f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>"


def _shop(source: Source) -> tuple[str, str]:
    offer = f'{{"@type": "Offer", "price": "{source.price}", "priceCurrency": "USD"}}'
    product = f'{{"@context": "https://schema.org", "@type": "Product", "name": "Lamp", "offers": {offer}}}'
    head = f'<title>Lamp</title><script type="application/ld+json">{product}</script>'
    page = f"<html><head>{head}</head><body><h1>Lamp</h1><p>${source.price}</p></body></html>"
    return "text/html; charset=utf-8", page

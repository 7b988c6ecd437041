"""A small world for the store: what each source shows is a function of time, and rules come and go.

    life = Life(database, {"watch": Source(((0, 160), (90, 149)))})
    life.live(until=600, script=((0, (rule(...),)), (120, (rule(...), other))))
    life.told("rule") == [Told("crossed", 95, "product")]

Times are minutes from `START`. An answer that a watch read before comes as `unchanged`, as it does over HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlmodel import SQLModel

from agent import process
from agent.database import Database, table_of
from agent.records import read_firing
from agent.store import Claim, Polled, Store
from agent.tables import FiringRow, SettingRow
from rules.firing import Firing
from rules.judge import judge
from rules.rule import Network, Rule, RuleBook, WatchSpec
from tests.story import GAUGE, ME, START, TROUBLE, Shop, product
from tests.story import rule as a_rule
from watchers.api import Kind, Poll, SourceUnavailable, Unchanged

BUSY = "busy"  # the source asks to be left alone for three hours
MINUTE = timedelta(minutes=1)
Script = Sequence[tuple[float, tuple[Rule, ...]]]


@dataclass(frozen=True)
class Source:
    """What a source shows: each sight from its minute on; a sight is what `see` understands, or observations."""

    sights: tuple[tuple[float, object], ...]

    def at(self, now: datetime) -> Poll | Exception:
        minute = (now - START) / MINUTE
        shown = [sight for since, sight in self.sights if since <= minute]
        return see(shown[-1] if shown else self.sights[0][1])


def see(sight: object) -> Poll | Exception:
    """Return the result of a poll: of a number the price of a product, of a tuple what it holds."""
    if sight == TROUBLE:
        return SourceUnavailable("it does not answer")
    if sight == BUSY:
        return SourceUnavailable("it is busy", retry_after=timedelta(hours=3))
    return Poll(sight) if isinstance(sight, tuple) else Poll((product(sight),))


def rule(when: str, kind: Kind = GAUGE, *, name: str = "rule", watch: str = "watch", **settings: object) -> Rule:
    """Return a rule on a watch of that name; its `settings` say when it is the same under another name."""
    spec = WatchSpec(watch, kind, f"{watch}.example", Shop())
    made = a_rule(when, kind, id=name, name=name, watches=(spec,), **settings)
    return replace(made, settings=repr((when, watch, made.every, made.again, made.hold, made.first)))


class Told(NamedTuple):
    """What an owner was told: why, in which minute, of what."""

    reason: str
    minute: float
    observation: str


def nothing(_: Life) -> None:
    """Let nothing happen between two steps."""


@dataclass
class Life:
    """A store that lives through time, woken at each instant at which something is due.

    Attributes:
        between: Called between any two steps of the line: what may go wrong there.
    """

    database: Database
    sources: Mapping[str, Source]
    between: Callable[[Life], None] = nothing
    now: datetime = START
    book: RuleBook = field(default_factory=lambda: RuleBook((), {}, ME, Network()))
    polls: list[tuple[str, datetime, tuple[str, ...]]] = field(default_factory=list)

    @property
    def store(self) -> Store:
        """A new store object each time: nothing is kept in it."""
        return Store(self.database)

    def keep(self, *rules: Rule, disabled: Iterable[str] = ()) -> list[str]:
        self.book = book(*rules, disabled=tuple(disabled))
        return self.store.keep_rules(self.book, self.now)

    def live(self, *, until: float, script: Script) -> None:
        """Live until a minute, bringing in the rules of the script at theirs."""
        end, coming = START + until * MINUTE, list(script)
        while True:
            due = self.store.next_due_at()
            change = START + coming[0][0] * MINUTE if coming else None
            instants = [instant for instant in (due, change) if instant is not None]
            if not instants or max(self.now, min(instants)) > end:
                return
            self.now = max(self.now, min(instants))
            if change is not None and change <= self.now:
                self.keep(*coming.pop(0)[1])
            self.step()

    def step(self) -> None:
        """Do all that is due now."""
        self.between(self)
        claims = self.claim()
        self.store.judge_due(self.book, judge, self.now)
        self.between(self)
        self.record(claims)
        self.between(self)

    def claim(self, token: str = "host/boot/1/1") -> list[Claim]:
        return self.store.claim_watches(token, self.now, 10)

    def lose_claims(self) -> None:
        """Claim what is due by a process that dies, and start anew."""
        host = process.token().split("/", maxsplit=1)[0]
        self.claim(f"{host}/{process.boot()}/1/0")
        self.store.release_lost_claims()

    def record(self, claims: Iterable[Claim]) -> None:
        polls = [self._poll(claim) for claim in claims]
        self.polls += [(poll.claim.watch_id, self.now, poll.claim.rule_ids) for poll in polls]
        self.store.record_polls(polls, self.book, judge)

    def _poll(self, claim: Claim) -> Polled:
        result = self.sources[claim.watch_id].at(self.now)
        if isinstance(result, Exception):
            return Polled(claim, self.now, result, claim.digests)
        digests = {"page": repr(result.observations)}
        return Polled(claim, self.now, Unchanged.UNCHANGED if claim.digests == digests else result, digests)

    def firings(self) -> list[Firing]:
        rows = table_of(FiringRow)
        with self.database.reading() as connection:
            records = connection.scalars(select(rows.c.record).order_by(rows.c.at, rows.c.key))
            return [read_firing(record) for record in records]

    def told(self, rule_id: str) -> list[Told]:
        """Return what one rule told, under whichever names it had."""
        return [
            Told(firing.reason, (firing.seen_at - START) / MINUTE, firing.observation)
            for firing in self.firings()
            if firing.rule_id == rule_id
        ]

    def due_minutes(self, rule_id: str) -> list[float]:
        """Return the minutes at which a rule was judged by a poll of its own."""
        return [(at - START) / MINUTE for _, at, rule_ids in self.polls if rule_id in rule_ids]


def book(*rules: Rule, disabled: tuple[str, ...] = ()) -> RuleBook:
    return RuleBook(rules=rules, channels={}, me=ME, network=Network(), disabled=disabled)


def emptied(database: Database) -> Database:
    """Return the same store without anything in it: quicker than to make a new one for each example."""
    with database.writing() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            if table is not table_of(SettingRow):
                connection.execute(delete(table))
    return database

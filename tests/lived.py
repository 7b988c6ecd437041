"""A store with a past, made by the real rules, judge, store and mailbox; only sources and hours are invented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from agent import outbox
from agent.commandline import app
from agent.database import Database
from agent.mailbox import Mailbox, Notice
from agent.places import STORE_FILE, Place, machine_zone
from agent.rulebook import read_rules
from agent.store import Polled, Store
from agent.unsent import Unsent
from rules.judge import judge
from rules.words import Words
from watchers.api import Flag, Moment, Observation, Poll, Text, WatchError
from watchers.facts import Money

RULES = """
me: {timezone: America/New_York, currency: USD}
topics:
  fusion: [fusion energy, tokamak]
channels:
  phone: json://127.0.0.1:1/phone
  mail: json://127.0.0.1:1/mail
defaults: {every: 1h, notify: phone, confirm_after: 1s}
rules:
  - name: Headphones below $150
    watch: price
    url: https://shop.example/headphones
    when: price below $150
    notify: [phone, mail]
  - name: Fusion news
    watch: feed
    url: https://one.example/rss
    when: mentions topics.fusion
"""
SHOP, FEED = "https://shop.example/headphones", "https://one.example/rss"


def product(amount: str | None, title: str = "Studio Headphones", **facts: Any) -> Poll:
    seen = {"title": Text(title), "sold_out": Flag(False), **facts}
    if amount is not None:
        seen["price"] = Money(Decimal(amount), "USD")
    evidence = {"price": "JSON-LD offers.price"} if amount is not None else {}
    return Poll((Observation("product", seen, evidence=evidence, link=SHOP),))


def entries(*titles: str) -> Poll:
    at = Moment(datetime(2026, 3, 1, tzinfo=UTC))
    return Poll(tuple(Observation(f"id:{t}", {"title": Text(t), "text": Text(t), "published": at}) for t in titles))


@dataclass
class Lived:
    """One owner's folder: rules, store, and what has happened there until `now`."""

    folder: Path
    now: datetime
    results: dict[str, Poll | WatchError] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.write(RULES)

    @property
    def rules(self) -> Path:
        return self.folder / "rules.yaml"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def store(self) -> Path:
        return self.state / STORE_FILE

    def write(self, rules: str) -> None:
        self.rules.write_text(rules)

    @contextmanager
    def open(self) -> Iterator[Database]:
        database = Database.open(self.store)
        yield database
        database.close()

    def book(self) -> Any:
        return read_rules(Place(self.rules, str(self.store), machine_zone({})))

    def start(self) -> None:
        """Let the agent take the rules in."""
        with self.open() as database:
            Store(database).keep_rules(self.book(), self.now)

    def see(self, after: timedelta = timedelta(hours=2), **results: Poll | WatchError) -> None:
        """Let time pass and every due watch be polled; `shop` and `feed` say what they show from now on."""
        self.now += after
        self.results |= results
        shown = {SHOP: self.results.get("shop", product(None)), FEED: self.results.get("feed", entries())}
        book = self.book()
        labels = {spec.id: spec.label for rule in book.rules for spec in rule.watches}
        with self.open() as database:
            store = Store(database)
            store.keep_rules(book, self.now)
            while claims := store.claim_watches("here/boot/1/1", self.now, 10):
                polls = [Polled(claim, self.now, shown[labels[claim.watch_id]], {}) for claim in claims]
                store.record_polls(polls, book, judge)
                self.now += timedelta(seconds=2)

    def deliver(self, **outcomes: str | None) -> None:
        """Let each named channel take what waits for it (None), or fail for a reason."""
        with self.open() as database:
            mailbox = Mailbox(database)
            for name, reason in outcomes.items():
                waiting = mailbox.claim(name, "here/boot/1/1", self.now, at_once=True)
                for batch in outbox.by_delivery(waiting):
                    if reason is None:
                        mailbox.record_sent(batch, self.now)
                    else:
                        state = outbox.after_failure(mailbox.states()[name], Unsent(reason), self.now)
                        mailbox.record_unsent(batch, state, self.now)
                    self.now += timedelta(milliseconds=10)

    def say(self, title: str, body: str) -> Notice:
        """Let the agent have something to say of its own."""
        notice = Notice(f"test {title}", Words(title, body), self.now)
        with self.open() as database:
            Mailbox(database).tell(notice, ["phone"])
        return notice

    def ask(self, *words: str) -> Answer:
        """Run a command on this folder."""
        takes_state = words[0] not in ("check", "init", "try") and words[:2] != ("channels", "check")
        place = ["--rules", str(self.rules), *(["--state", str(self.state)] if takes_state else [])]
        return ask(*words, *place)


@dataclass
class Answer:
    code: int
    text: str
    error: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.text.splitlines()]


def ask(*words: str, **environment: str) -> Answer:
    """Run a command in this process; what is not expected is raised, as a traceback would be."""
    # Whoever runs the tests may have rules of his own.
    nowhere = {"TRUSTED_AGENT_RULES": "/nowhere/rules.yaml", "TRUSTED_AGENT_STATE": "/nowhere"}
    result = CliRunner().invoke(app, list(words), env=nowhere | environment, catch_exceptions=False)
    return Answer(result.exit_code, result.stdout, result.stderr)

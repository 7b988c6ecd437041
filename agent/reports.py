"""What the owner's other programs tell the agent, judged where it is told.

    tell ─▶ claim the rule's watch ─▶ record_polls: judged, and its messages put into the outbox, in one transaction
                                      └─▶ ring: a running agent delivers them at once

`tell` is a poll that somebody else makes: so nothing that is told in quick succession is skipped, and it works while
the agent is stopped. What it brings about is delivered when the agent runs again.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update

from agent import process
from agent.database import Database, table_of
from agent.store import CLAIM, Claim, Polled, Store
from agent.tables import SubscriptionRow, WatchRow
from rules.faults import nearest
from rules.judge import judge
from rules.rule import Rule, RuleBook, WatchSpec
from rules.trials.values import currency_of, read_value
from rules.when.quantities import Misread
from watchers.api import Fact, FactSpec, Moment, Observation, Poll

BELL = "told"
KEY = "told"
MOST_LETTERS = 20_000

watches = table_of(WatchRow)
subscriptions = table_of(SubscriptionRow)


class NotTaken(Exception):
    """What was told cannot be taken; each reason is one sentence for whoever tells it."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def told_watches(rule: Rule) -> tuple[WatchSpec, ...]:
    """Return the watches of a rule that are told what they see."""
    return tuple(spec for spec in rule.watches if spec.watcher.is_told)


def read_told(rule: Rule, words: Sequence[str], book: RuleBook) -> dict[str, Fact]:
    """Return what is told in words such as `price=12.50` as facts of the rule.

    Raises:
        NotTaken: Something of it is none; every reason is named.
    """
    specs = {spec.name: spec for watch in told_watches(rule) for spec in _told_facts(watch)}
    facts: dict[str, Fact] = {}
    wrong: list[str] = []
    for word in words:
        name, equals, value = word.partition("=")
        spec = specs.get(name)
        if not equals or not name:
            wrong.append(f"`{word}` tells nothing: write name=value, as in price=12.50")
        elif spec is None:
            wrong.append(_unknown(name, rule, tuple(specs)))
        elif name in facts:
            wrong.append(f"{name} is told twice")
        else:
            try:
                facts[name] = _fact(value.strip(), spec, rule, book)
            except Misread as error:
                wrong.append(f"{name}: {error.message}{f'; {error.hint}' if error.hint else ''}")
    if wrong:
        raise NotTaken(*wrong)
    return facts


def _told_facts(watch: WatchSpec) -> tuple[FactSpec, ...]:
    """Return the facts that are told, without the time of telling, which the agent notes itself."""
    return tuple(spec for spec in watch.kind.facts if spec.name != watch.kind.news_at)


def _fact(value: str, spec: FactSpec, rule: Rule, book: RuleBook) -> Fact:
    if not value:
        raise Misread("it has no value", "what is not known is left out")
    if len(value) > MOST_LETTERS:
        raise Misread(f"it is longer than {MOST_LETTERS:,} letters")
    return read_value(value, spec, currency_of(rule.condition, book.me.currency), book.me.zone)


def _unknown(name: str, rule: Rule, names: tuple[str, ...]) -> str:
    if not names:
        return f"the rule {rule.id} is told no values: add facts: {{{name}: number}} to it, say"
    meant = nearest(name, names)
    hint = f"did you mean {meant}?" if meant else f"it is told {', '.join(names)}"
    return f"the rule {rule.id} is told no {name}: {hint}"


def tell(database: Database, book: RuleBook, rule: Rule, facts: Mapping[str, Fact], now: datetime) -> int:
    """Judge what is told to a rule, and put what comes of it into the outbox; return how many fired.

    Raises:
        NotTaken: The agent has not taken this rule in yet.
        StoreError: The store cannot be written.
    """
    claims = [_claim(database, rule, spec, now) for spec in told_watches(rule)]
    polled = [
        Polled(claim, now, Poll((_observation(spec, facts, now),)), {})
        for claim, spec in zip(claims, told_watches(rule), strict=True)
    ]
    return Store(database).record_polls(polled, book, judge)


def _claim(database: Database, rule: Rule, spec: WatchSpec, now: datetime) -> Claim:
    """Take the right to record what a watch sees, also from an agent that is just looking: it would see nothing new."""
    token = process.token()
    with database.writing() as connection:
        of_rule = (subscriptions.c.rule_id == rule.id, subscriptions.c.watch_id == spec.id, subscriptions.c.is_awake)
        if connection.execute(select(subscriptions.c.rule_id).where(*of_rule)).first() is None:
            raise NotTaken(
                f"the agent has not taken in the rule {rule.id} as it is written now: start it once, then tell"
            )
        held = {"claimed_by": token, "claimed_until": now + CLAIM}
        connection.execute(update(watches).where(watches.c.id == spec.id).values(held))
    return Claim(spec.id, token, (rule.id,), None, {})


def _observation(spec: WatchSpec, facts: Mapping[str, Fact], now: datetime) -> Observation:
    own = {fact.name: facts[fact.name] for fact in _told_facts(spec) if fact.name in facts}
    return Observation(KEY, {**own, spec.kind.news_at: Moment(now)})


# The bell by which a running agent hears of it.


def bell_of(store: str) -> str | None:
    """Return the file beside a store whose change wakes its agent; None of a database at an address."""
    return None if "://" in store else str(Path(store).with_name(BELL))


def ring(store: str) -> None:
    """Wake the agent of a store; one that does not hear looks within a minute anyway."""
    bell = bell_of(store)
    if bell is not None:
        os.close(os.open(bell, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o600))

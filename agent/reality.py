"""Holding rules against reality: what their sources show now beside what the store holds of before.

every rule's watches, each once ──▶ agent.trying.look ──▶ sights ┐
the store, where there is one   ──▶ pasts ───────────────────────┴─▶ rules.reality ──▶ suggestions
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from agent.ledger import Ledger
from agent.redaction import Redactor
from agent.schedule import next_poll_at
from agent.standings import Standings
from agent.tidying import KEEP_READINGS
from agent.trying import Trial, Tried, Trouble, look, look_together
from agent.views.backtest import Past, past_of
from agent.views.opening import NoStoreYet, looking_into, writing_into
from rules.backtest import Stage
from rules.condition import Standing
from rules.reality import Question, Sight, Suggestion, suggestions
from rules.rule import Names, Rule, RuleBook, WatchSpec
from watchers.door.exchange import Contact


@dataclass(frozen=True, slots=True)
class Checked:
    """One rule held against reality.

    Attributes:
        troubles: By source, why it could not be seen.
    """

    rule: Rule
    suggestions: tuple[Suggestion, ...]
    troubles: tuple[tuple[str, Trouble], ...]


def watches_of_book(book: RuleBook) -> tuple[WatchSpec, ...]:
    """Return every watch of a book once, however many rules share it; private if one of them says so."""
    specs: dict[str, WatchSpec] = {}
    for spec in (spec for rule in book.rules for spec in rule.watches):
        known = specs.setdefault(spec.id, spec)
        specs[spec.id] = replace(known, private=known.private or spec.private)
    return tuple(specs.values())


async def check_live(
    book: RuleBook, names: Names, pasts: dict[str, Past], now: datetime, ledger: Callable[[Contact], None]
) -> list[Checked]:
    """Poll each watch of a book once, and return what each rule meets there.

    Args:
        book: The rules.
        names: What their sentences may name.
        pasts: What the store knows of each rule.
        now: The instant of looking.
        ledger: Notes each contact.
    """
    specs = watches_of_book(book)
    asked_by = {spec.id: tuple(rule.id for rule in book.rules if _reads(rule, spec.id)) for spec in specs}
    trial = Trial(
        specs, None, now, book.me.zone, book.network, Redactor(book.secrets), asked_by=asked_by, ledger=ledger
    )
    seen = dict(zip((spec.id for spec in specs), await look(trial), strict=True))
    checked = []
    for rule in book.rules:
        tried = [seen[spec.id] for spec in rule.watches]
        found = suggested(rule, names, sights(rule, tried, trial), pasts.get(rule.id), now, book.me.zone)
        troubles = tuple((one.source, one.trouble) for one in tried if one.trouble is not None)
        checked.append(Checked(rule, found, troubles))
    return checked


def _reads(rule: Rule, watch_id: str) -> bool:
    return any(spec.id == watch_id for spec in rule.watches)


def sights(rule: Rule, tried: Sequence[Tried], trial: Trial) -> tuple[Sight, ...]:
    """Return what a rule judges now: each watch, or all of them as one."""
    whole = look_together(replace(trial, specs=rule.watches, joint=rule.joint), tried)
    if whole is not None and rule.joint is not None:
        return (Sight(rule.joint.spec.id, whole.source, whole.observations),)
    pairs = zip(rule.watches, tried, strict=True)
    return tuple(Sight(spec.id, one.source, one.observations) for spec, one in pairs if one.trouble is None)


def suggested(
    rule: Rule, names: Names, shown: tuple[Sight, ...], past: Past | None, now: datetime, zone: ZoneInfo
) -> tuple[Suggestion, ...]:
    """Return what the owner may want to know of a rule.

    Args:
        rule: The rule.
        names: What its sentence may name.
        shown: What its watches show.
        past: What the store knows of it; None where there is no store.
        now: The instant of looking.
        zone: The owner's time zone.
    """
    is_known = past is not None and past.is_known
    question = Question.of(rule, names, now, zone, is_known=is_known, kept_for=KEEP_READINGS)
    question = replace(question, sights=shown)
    begins = past.record.begins if past is not None else None
    if past is not None and begins is not None:
        stage = Stage(past.record, zone, begins, now, lambda watch_id, at: next_poll_at(rule, watch_id, at, zone))
        question = replace(question, record=past.record, would_tell=partial(_would_tell, rule, question, stage))
    return suggestions(question)


def _would_tell(rule: Rule, question: Question, stage: Stage, sentence: str) -> int:
    return len(stage.told(replace(rule, condition=question.compiled(sentence))))


# The store, where there is one.


def pasts_of(store: str, rules: Iterable[Rule]) -> dict[str, Past]:
    """Return what the store knows of each rule; nothing where there is none yet.

    Raises:
        StoreError: It cannot be read.
    """
    try:
        with looking_into(store) as database:
            return {rule.id: past_of(database, rule) for rule in rules}
    except NoStoreYet:
        return {}


def standings_of(store: str, book: RuleBook, rule_ids: Sequence[str], now: datetime) -> dict[str, Standing]:
    """Return how rules stand by what the store holds; unknown where there is none yet.

    Raises:
        StoreError: It cannot be read.
    """
    try:
        with looking_into(store) as database, database.reading() as connection:
            known = Standings(connection, book, now)
            return {rule_id: known.of(rule_id) for rule_id in rule_ids}
    except NoStoreYet:
        return dict.fromkeys(rule_ids, Standing(None, why="the agent has not run here yet"))


def write_down(contacts: Iterable[Contact], store: str) -> None:
    """Keep whom a look contacted in the ledger, where there is a store; a look makes none.

    Raises:
        StoreError: It cannot be written.
    """
    with suppress(NoStoreYet), writing_into(store) as database:
        ledger = Ledger(database)
        for contact in contacts:
            ledger.note(contact)
        ledger.write()

"""How a rule stands, for the rules that name it: `rule "album-out" within 30 days`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, func, select

from agent import polls
from agent.database import table_of
from agent.schedule import interval, paced
from agent.tables import FiringRow, MemoryRow, SubscriptionRow
from rules.condition import Standing, View
from rules.joint import is_old
from rules.rule import Rule, RuleBook

subscriptions = table_of(SubscriptionRow).c
memories = table_of(MemoryRow).c
firings = table_of(FiringRow).c


_NOT_YET = "it was not judged yet"
_NOT_SEEN = "what it watches cannot be seen"


class _Asking:
    """Who names whom in the book that was asked about last: it is in force for long, and each judgement asks."""

    last: tuple[RuleBook | None, Mapping[str, tuple[Rule, ...]]] = (None, MappingProxyType({}))


def asking_of(book: RuleBook, rule_id: str) -> tuple[Rule, ...]:
    """Return the rules whose sentences name a rule."""
    asked_of, by_name = _Asking.last
    if asked_of is not book:
        by_name = {}
        for rule in book.rules:
            by_name |= {name: (*by_name.get(name, ()), rule) for name in rule.others}
        _Asking.last = book, by_name
    return by_name.get(rule_id, ())


@dataclass(frozen=True, slots=True)
class Standings:
    """How rules stand at one instant, each looked up once, inside the caller's transaction."""

    connection: Connection
    book: RuleBook
    now: datetime
    found: dict[str, Standing] = field(default_factory=dict)

    def named_by(self, rule: Rule) -> Mapping[str, Standing]:
        """Return how each rule stands that a rule's sentences name."""
        return {name: self.of(name) for name in rule.others}

    def of(self, rule_id: str) -> Standing:
        """Return how a rule stands."""
        if rule_id not in self.found:
            self.found[rule_id] = self._look_up(rule_id)
        return self.found[rule_id]

    def _look_up(self, rule_id: str) -> Standing:
        """Return met where the rule is for any watch that is seen, and unknown where it may be for one that is not."""
        of_rule = (firings.rule_id == rule_id, firings.at <= self.now)
        told_at = self.connection.scalar(select(func.max(firings.at)).where(*of_rule))
        rule = self.book.rule(rule_id)
        if rule is None:
            return Standing(None, told_at, "it sleeps (enabled: no)")
        awake = (subscriptions.rule_id == rule_id, subscriptions.is_awake)
        rows = self.connection.execute(select(table_of(SubscriptionRow)).where(*awake)).all()
        # Several sources are judged together; the verdict on all of them is what counts.
        judged = [row for row in rows if rule.joint is None or row.watch_id == rule.joint.spec.id]
        unknown = {row.watch_id: why for row in judged if (why := self._unknown(rule, row, rows))}
        states = _states(self.connection, rule, [row.watch_id for row in judged if row.watch_id not in unknown])
        if "met" in states:
            return Standing(True, told_at)
        if unknown or not judged:
            return Standing(None, told_at, next(iter(unknown.values()), _NOT_YET))
        return Standing(None, told_at, "nothing is known of it yet") if None in states else Standing(False, told_at)

    def _unknown(self, rule: Rule, judged: Any, rows: Sequence[Any]) -> str:
        """Return why what a rule remembers of a watch says nothing of how it stands now; empty where it does."""
        if judged.judged_at is None or judged.meaning != rule.meaning:
            return _NOT_YET
        if judged.judge_at is not None and judged.judge_at <= self.now:
            # Its turn comes, in this very pass mostly, and then whoever names it is asked again.
            return _NOT_YET
        if rule.joint is None:
            return _NOT_SEEN if self._is_blind(rule, judged) else ""
        if not rule.joint.sources:
            # They rest on others in turn, as deep as `rules.file.crossings` lets them.
            finding = rule.condition.evaluate(View({}, self.now, self.book.me.zone, others=self.named_by(rule)))
            return finding.because if finding.holds is None else ""
        is_blind = any(self._is_blind(rule, row) for row in rows if row is not judged)
        # What the other sources settle alone stays settled.
        return _NOT_SEEN if is_blind and not polls.was_known(self.connection, rule.id, judged.watch_id) else ""

    def _is_blind(self, rule: Rule, row: Any) -> bool:
        """Return whether what a rule saw of a watch is too old to stand."""
        every = seen_every(rule, row, self.now, self.book)
        return row.judged_at is None or is_old(row.judged_at, self.now, every, is_failing=row.failures > 0)


def seen_every(rule: Rule, row: Any, now: datetime, book: RuleBook) -> timedelta:
    """Return the interval at which a rule sees a watch; of a cron text, while all is well, its longest gap."""
    rule = paced(rule, row.pace_seconds)
    return interval(rule, now, book.me.zone) if row.failures else rule.every


def _states(connection: Connection, rule: Rule, watch_ids: Sequence[str]) -> frozenset[str | None]:
    """Return every state that a rule is in for something that it sees; None among them: nothing was known of it."""
    where = [memories.rule_id == rule.id, memories.meaning == rule.meaning, memories.watch_id.in_(watch_ids)]
    if rule.kind.shape == "stream":
        # What lay there before the rule looked has no state, and of what comes it is asked what was told.
        where.append(memories.state.is_not(None))
    if rule.condition.is_absence:
        where.append(memories.key == "")
    own = memories.same_as == ""
    return frozenset(connection.scalars(select(memories.state).where(*where, own).distinct()))

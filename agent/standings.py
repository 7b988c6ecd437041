"""How a rule stands, for the rules that name it: `rule "album-out" within 30 days`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from agent.database import table_of
from agent.schedule import interval
from agent.tables import FiringRow, MemoryRow, SubscriptionRow
from rules.condition import Standing
from rules.rule import Rule, RuleBook

subscriptions = table_of(SubscriptionRow).c
memories = table_of(MemoryRow).c
firings = table_of(FiringRow).c


def standings(connection: Connection, rule: Rule, book: RuleBook, now: datetime) -> Mapping[str, Standing]:
    """Return how each rule stands that a rule's sentences name."""
    return {name: _standing(connection, name, book, now) for name in sorted(rule.others)}


def _standing(connection: Connection, rule_id: str, book: RuleBook, now: datetime) -> Standing:
    told_at = connection.scalar(select(func.max(firings.at)).where(firings.rule_id == rule_id, firings.at <= now))
    rule = book.rule(rule_id)
    if rule is None:
        return Standing(None, told_at, "it sleeps (enabled: no)")
    rows = connection.execute(
        select(subscriptions.watch_id, subscriptions.meaning, subscriptions.judged_at, subscriptions.failures).where(
            subscriptions.rule_id == rule_id, subscriptions.is_awake
        )
    ).all()
    # Several sources are judged together; the verdict on all of them is what counts.
    judged = [row for row in rows if rule.joint is None or row.watch_id == rule.joint.spec.id]
    long_ago = now - 2 * (rule.pace.most if rule.pace else interval(rule, now, book.me.zone))
    if any(row.failures and row.judged_at is not None and row.judged_at < long_ago for row in rows):
        return Standing(None, told_at, "what it watches cannot be seen")
    met = select(func.count()).where(
        memories.rule_id == rule_id, memories.state == "met", memories.meaning == rule.meaning
    )
    is_met = bool(connection.scalar(met.where(memories.watch_id.in_([row.watch_id for row in judged]))))
    if is_met:
        return Standing(True, told_at)
    if not judged or any(row.judged_at is None or row.meaning != rule.meaning for row in judged):
        return Standing(None, told_at, "it was not judged yet")
    return Standing(False, told_at)

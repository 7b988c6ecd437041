"""Whether a rule that came true does something, and whether its owner is asked first.

Called by `agent.telling.tell`, in the transaction of the judgement: a firing and what is to be done for it are kept
together or not at all.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, func, insert, or_, select

from agent.database import table_of
from agent.doing import saying
from agent.doing.deed import BEGIN_WITHIN, Deed, aim_of, deed_row
from agent.doing.details import details_of, variables_of
from agent.mailbox import Notice
from agent.tables import DeedRow
from rules.delivery import Action, Limit
from rules.firing import FIRST_SEEN, Firing
from rules.rule import Rule
from rules.words import compose

deeds = table_of(DeedRow)


def plan(connection: Connection, firing: Firing, rule: Rule, now: datetime, *, calmed: bool = False) -> Notice | None:
    """Note what a firing's rule is to do for it; return what its owner has to hear now, or None.

    Called where the firing is kept and told, and only for a firing that its owner wants to hear of: what is muted is
    not acted on. What is returned goes to the rule's channels as a message of its own, by its key.

    What was already true when first seen always asks: it is the rule that is new, and not what it sees. Of what comes
    true so often that it is told no more (`calmed`) nobody is asked either: a question is a message.
    """
    action = rule.action
    if action is None or _is_planned(connection, firing.key):
        return None
    deed = _deed(firing, rule, action, now)
    if calmed and deed.asks:
        return None
    counted = acted_on(connection, rule.id, action.limit, now) if action.limit is not None else []
    if action.limit is not None and len(counted) >= action.limit.most:
        connection.execute(insert(deeds).values(deed_row(replace(deed, state="over", until=None, answer_by=None))))
        return saying.over(deed, action.limit, counted[-1], now)
    connection.execute(insert(deeds).values(deed_row(deed)))
    return saying.question(deed, firing, now) if deed.asks else None


def acted_on(
    connection: Connection, rule_id: str, limit: Limit, now: datetime, *, but: str = "", begun: bool = False
) -> list[str]:
    """Return the firings that a rule acted on, or is about to, as far as they count for a limit; the last one last.

    What its owner refused, and what surely had no effect, does not count.

    Args:
        connection: A transaction.
        rule_id: The rule.
        limit: How often it may act.
        now: The present instant.
        but: A firing that is not counted itself.
        begun: Only those count that were begun.
    """
    at = func.coalesce(deeds.c.began_at, deeds.c.at)
    may_have_acted = or_(
        deeds.c.state.in_(("running", "done", "unclear") if begun else ("due", "running", "done", "unclear")),
        and_(deeds.c.state == "failed", deeds.c.began_at.is_not(None)),
    )
    # What a clock dated that ran further ahead than the limit is long would fill it until then.
    is_recent = at.between(now - limit.per, now + limit.per)
    of_rule = (deeds.c.rule_id == rule_id, deeds.c.firing_key != but, may_have_acted, is_recent)
    return list(connection.scalars(select(deeds.c.firing_key).where(*of_rule).order_by(at, deeds.c.firing_key)))


def _is_planned(connection: Connection, key: str) -> bool:
    return connection.scalar(select(deeds.c.firing_key).where(deeds.c.firing_key == key)) is not None


def _deed(firing: Firing, rule: Rule, action: Action, now: datetime) -> Deed:
    asks = action.ask or firing.reason == FIRST_SEEN
    return Deed(
        key=firing.key,
        rule_id=rule.id,
        state="asked" if asks else "due",
        at=now,
        aim=aim_of(action),
        title=compose(firing).title,
        rule_name=rule.name,
        settings=rule.settings,
        zone=firing.zone,
        asks=asks,
        details=details_of(firing),
        variables=variables_of(firing),
        notify=rule.notify,
        timeout=action.timeout,
        answer_by=now + action.within if asks else None,
        until=None if asks else now + BEGIN_WITHIN,
    )

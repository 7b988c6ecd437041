"""A firing on its way into the outbox: kept for ever, and a message of it for each channel that the rule tells.

Everything here happens in the transaction of the judgement that made the firing.
"""

from __future__ import annotations

import logging

from sqlalchemy import Connection

from agent.answers.muting import MUTED, is_muted
from agent.calm import CALMED, Calmed, admit
from agent.database import insert_new
from agent.doing.planning import plan
from agent.messages import put_notice
from agent.pictures import take_along
from agent.records import firing_row
from agent.snoozing import hold_notice, snoozed_until
from agent.tables import FiringRow, MessageRow
from rules.firing import Firing
from rules.rule import Names, Rule

log = logging.getLogger(__name__)


def tell(connection: Connection, firing: Firing, rule: Rule, batch: str, names: Names | None = None) -> None:
    """Keep a firing, and put what its owner is told of it into the outbox; what is there already stays as it is.

    What its owner wants to hear nothing of is kept, and neither told nor acted on.
    """
    insert_new(connection, FiringRow, [firing_row(firing)])
    take_along(connection, firing)
    muted = is_muted(connection, firing, firing.seen_at, names)
    kept = Calmed(MUTED, muted) if muted else admit(connection, firing, rule, firing.seen_at)
    message = {
        "firing_key": firing.key,
        "batch": batch,
        "urgency": firing.urgency,
        "state": kept.state,
        "error": kept.because,
        "created_at": firing.seen_at,
        "held_until": snoozed_until(connection, firing.rule_id, firing.seen_at),
        "attempts": 0,
    }
    insert_new(connection, MessageRow, [{**message, "channel": channel} for channel in rule.notify])
    log.info("rule %s fired (%s): %s", firing.rule_id, firing.reason, firing.because)
    calmed = kept.state == CALMED
    notice = None if muted else plan(connection, firing, rule, firing.seen_at, calmed=calmed)
    if notice is not None:
        put_notice(connection, notice, rule.notify, batch=notice.key, urgency=rule.urgency)
        hold_notice(connection, firing.rule_id, notice.key, firing.seen_at)

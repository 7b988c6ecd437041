"""A firing on its way into the outbox: kept for ever, and a message of it for each channel that the rule tells.

Everything here happens in the transaction of the judgement that made the firing.
"""

from __future__ import annotations

import logging

from sqlalchemy import Connection

from agent.database import insert_new
from agent.pictures import take_along
from agent.records import firing_record
from agent.snoozing import snoozed_until
from agent.tables import FiringRow, MessageRow
from rules.firing import Firing
from rules.rule import Rule

log = logging.getLogger(__name__)


def tell(connection: Connection, firing: Firing, rule: Rule, batch: str) -> None:
    """Keep a firing, and put what its owner is told of it into the outbox; what is there already stays as it is."""
    row = {"key": firing.key, "rule_id": firing.rule_id, "at": firing.seen_at, "record": firing_record(firing)}
    insert_new(connection, FiringRow, [row])
    take_along(connection, firing)
    message = {
        "firing_key": firing.key,
        "batch": batch,
        "urgency": firing.urgency,
        "state": "waiting",
        "created_at": firing.seen_at,
        "held_until": snoozed_until(connection, firing.rule_id, firing.seen_at),
        "attempts": 0,
    }
    insert_new(connection, MessageRow, [{**message, "channel": channel} for channel in rule.notify])
    log.info("rule %s fired (%s): %s", firing.rule_id, firing.reason, firing.because)

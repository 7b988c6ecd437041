"""Firings on their way into the outbox: kept for ever, and a message of each for each channel that the rule tells.

Everything here happens in the transaction of the judgement that made the firings.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy import Connection

from agent.answers.muting import MUTED, why_untold
from agent.calm import AS_USUAL, CALMED, Calmed, admit
from agent.database import insert_new
from agent.doing.planning import plan
from agent.messages import put_notice
from agent.pictures import take_along
from agent.records import firing_row
from agent.snoozing import hold_notices, snoozed_until
from agent.tables import FiringRow, MessageRow
from rules.firing import Firing
from rules.rule import Names, Rule

log = logging.getLogger(__name__)


def tell(connection: Connection, fired: Sequence[Firing], rule: Rule, batch: str, names: Names | None = None) -> None:
    """Keep firings, and put what their owner is told of them into the outbox; what is there already stays as it is.

    What their owner wants to hear nothing of is kept, and neither told nor acted on.

    Args:
        connection: The transaction.
        fired: What one judgement made of one watch.
        rule: The rule that was judged.
        batch: What goes out as one message.
        names: What topics and profile say now.
    """
    if not fired:
        return
    now = fired[0].seen_at
    insert_new(connection, FiringRow, [firing_row(one) for one in fired])
    take_along(connection, fired)
    muted = why_untold(connection, fired, now, names)
    heard = [one for one in fired if one.key not in muted]
    usual = dict.fromkeys((one.key for one in fired), AS_USUAL)
    kept = usual | {key: Calmed(MUTED, why) for key, why in muted.items()} | admit(connection, heard, rule, now)
    held_until = snoozed_until(connection, rule.id, now)
    messages = [
        {
            "firing_key": one.key,
            "batch": batch,
            "urgency": one.urgency,
            "state": kept[one.key].state,
            "error": kept[one.key].because,
            "created_at": now,
            "held_until": held_until,
            "attempts": 0,
            "channel": channel,
        }
        for one in fired
        for channel in rule.notify
    ]
    insert_new(connection, MessageRow, messages)
    for one in fired:
        log.info("rule %s fired (%s): %s", rule.id, one.reason, one.because)
    planned = (plan(connection, one, rule, now, calmed=kept[one.key].state == CALMED) for one in heard)
    notices = [notice for notice in planned if notice is not None]
    for notice in notices:
        put_notice(connection, notice, rule.notify, batch=notice.key, urgency=rule.urgency)
    hold_notices(connection, rule.id, [notice.key for notice in notices], now)

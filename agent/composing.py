"""The words of a delivery: a function of its record, today and whenever `why` asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import get_args

from agent.messages import Delivery, Notice, Waiting
from rules import words
from rules.firing import Firing
from rules.rule import Urgency
from rules.words import Words

_LOUDNESS: tuple[Urgency, ...] = get_args(Urgency)


def compose(
    messages: Sequence[Waiting],
    zone: str,
    sent_at: datetime,
    delivery: Delivery | None = None,
) -> Words:
    """Return the words of what is sent as one message.

    Args:
        messages: What it holds.
        zone: The owner's, in which notices are dated.
        sent_at: When it was first handed over, or would be.
        delivery: The rest of its record; None for messages that were never handed over.
    """
    return words.with_buttons(_composed(messages, zone, sent_at, delivery), delivery.buttons if delivery else ())


def _composed(messages: Sequence[Waiting], zone: str, sent_at: datetime, delivery: Delivery | None) -> Words:
    told = (*(message.what for message in messages), *(delivery.besides if delivery else ()))
    firings = [what for what in told if isinstance(what, Firing)]
    said = [what for what in told if isinstance(what, Notice)]
    if len(said) == 1 and not firings:
        return said[0].words
    known = delivery.afterwards if delivery else {}
    if len(firings) == 1 and not said:
        (firing,) = firings
        is_late = delivery is None or delivery.form not in ("digest", "folded")
        return words.compose(firing, sent_at=sent_at if is_late else None, afterwards=known.get(firing.key))
    notices = [words.Waiting(notice.words, notice.at, zone) for notice in said]
    if delivery is not None and delivery.form == "folded":
        return words.compose_folded(
            firings,
            notices,
            limit=delivery.limit,
            order=delivery.order,
            sent_at=sent_at,
            zone=zone,
            afterwards=known,
        )
    if delivery is not None and delivery.form in ("digest", "quiet"):
        return words.compose_digest(
            firings, notices, order=delivery.order, sent_at=sent_at, zone=zone, afterwards=known
        )
    return words.compose_many(firings, notices=notices, sent_at=sent_at, afterwards=known)


def loudest(messages: Sequence[Waiting]) -> Urgency:
    """Return the urgency of what is sent as one message."""
    return max((message.urgency for message in messages), key=_LOUDNESS.index, default="normal")

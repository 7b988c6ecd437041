"""The words of a delivery: a function of its record, today and whenever `why` asks for them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import get_args

from agent.messages import Delivery, Notice, Waiting
from rules import words
from rules.firing import Firing
from rules.letter import Line, one_line
from rules.rule import Urgency
from rules.words import Words

log = logging.getLogger(__name__)

_LOUDNESS: tuple[Urgency, ...] = get_args(Urgency)


def compose(
    messages: Sequence[Waiting],
    zone: str,
    sent_at: datetime,
    delivery: Delivery | None = None,
) -> Words:
    """Return the words of what is sent as one message.

    What cannot be set in words, which is our own mistake, is told all the same, barely: it would keep every message
    behind it from being sent.

    Args:
        messages: What it holds.
        zone: The owner's, in which notices are dated.
        sent_at: When it was first handed over, or would be.
        delivery: The rest of its record; None for messages that were never handed over.
    """
    told = (*(message.what for message in messages), *(delivery.besides if delivery else ()))
    try:
        said = _composed(told, zone, sent_at, delivery)
    except Exception:
        log.exception("%s cannot be set in words", ", ".join(what.id for what in told))
        said = _barely(told)
    return words.with_buttons(said, delivery.buttons if delivery else ())


def _barely(told: Sequence[Firing | Notice]) -> Words:
    """Return words that need nothing but titles, or the names of rules, and say how to ask."""
    names = [_name(what) for what in told]
    each = [Line(f"{name}: trusted-agent why {what.id}") for name, what in zip(names, told, strict=True)]
    why = Line("What there is to tell could not be set in words: this is a mistake of the agent itself, see its log.")
    return words.lay_out(names[0] if len(told) == 1 else f"{names[0]}, and {len(told) - 1} more", [[why], each])


def _name(what: Firing | Notice) -> str:
    if isinstance(what, Notice):
        return one_line(what.words.title, words.TITLE_LIMIT)
    try:
        return words.compose(what).title
    except Exception:
        log.debug("%s has no title either", what.id, exc_info=True)
        return one_line(what.rule_name, words.TITLE_LIMIT)


def _composed(told: Sequence[Firing | Notice], zone: str, sent_at: datetime, delivery: Delivery | None) -> Words:
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
            again=len(delivery.besides),
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

"""The record of what channels were handed: written before it is sent, so that a repeat is the same to the letter.

    hand over ──▶ sent            kept for ever: what was told, as one message, and when
        │    └──▶ doubtful        kept: exactly the same goes again, under the same id
        └───────▶ surely not      gone: its messages may be gathered anew, as another delivery

Everything here happens in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from agent.afterwards import afterwards
from agent.database import parts, table_of
from agent.gathering import Bundle, Gone, Owed
from agent.messages import Delivery, Notice, Waiting, read_delivery, told_by
from agent.moments import Terms
from agent.tables import DeliveryRow
from rules.enclosure import Button
from rules.firing import Firing
from rules.rule import RuleBook
from rules.words import Afterwards

deliveries = table_of(DeliveryRow)

Order = Callable[[Connection, Sequence[Firing]], Mapping[str, float]]
Offer = Callable[[Connection, Firing | Notice], tuple[Button, ...]]


@dataclass(frozen=True, slots=True)
class Learned:
    """What the owner's answers are asked for, in the claim's transaction.

    Attributes:
        order: How much each of many firings matters to the owner.
        offer: The answers that one tap gives to something that is told alone.
    """

    order: Order
    offer: Offer


# Forms in which many things stand that have nothing to do with each other: there the owner's order matters.
ORDERED = ("digest", "folded", "quiet")
# Clocks are set: what went before is looked for a little further back than it need be.
MARGIN = timedelta(days=1)


def gone(connection: Connection, name: str, terms: Terms, owed: Sequence[Owed], now: datetime) -> list[Gone]:
    """Return what a channel was handed of late, as far as its limit or digest asks for it."""
    if terms.limit is None and terms.digest is None:
        return []
    oldest = min((message.since for message in owed), default=now)
    since = min(oldest, now) - MARGIN - (terms.limit.per if terms.limit else timedelta())
    went_at = func.coalesce(deliveries.c.sent_at, deliveries.c.at).label("went_at")
    # The record itself may be large, and is not read here.
    urgent = deliveries.c.record["urgent"].as_boolean().label("urgent")
    digest_at = deliveries.c.record["digest_at"].as_string().label("digest_at")
    chosen = select(deliveries.c.id, deliveries.c.form, went_at, urgent, digest_at)
    rows = connection.execute(chosen.where(deliveries.c.channel == name, deliveries.c.at > since)).all()
    return [Gone(row.id, row.form, row.went_at, bool(row.urgent), _instant(row.digest_at)) for row in rows]


def begin(
    connection: Connection,
    bundle: Bundle,
    messages: Sequence[Waiting],
    book: RuleBook | None,
    now: datetime,
    learned: Learned | None,
) -> Delivery:
    """Return what messages are handed over as, and keep its record; a repeat is read from the record that it has."""
    if bundle.delivery_id is not None:
        found = connection.execute(select(deliveries).where(deliveries.c.id == bundle.delivery_id)).one_or_none()
        if found is not None:
            return read_delivery(connection, found, is_repeat=True)
    channel = messages[0].channel
    limit = Terms.of(book, channel).limit
    made = Delivery(
        id=bundle.delivery_id or delivery_id(messages),
        form=bundle.form if len(messages) > 1 or bundle.form == "digest" else "single",
        at=now,
        is_repeat=bundle.delivery_id is not None,
        digest_at=bundle.digest_at,
        limit=str(limit) if limit is not None and bundle.form == "folded" else "",
        besides=told_by(connection, bundle.besides),
        afterwards=_afterwards(connection, messages, book, now),
    )
    if learned is not None and made.form in ORDERED:
        told = (*(message.what for message in messages), *made.besides)
        made = replace(made, order=learned.order(connection, [what for what in told if isinstance(what, Firing)]))
    if learned is not None and len(messages) == 1 and not made.besides:
        made = replace(made, buttons=learned.offer(connection, messages[0].what))
    row = {"id": made.id, "channel": channel, "form": made.form, "at": now, "record": _record(made, bundle)}
    connection.execute(insert(deliveries).values(row))
    return made


def delivery_id(messages: Sequence[Waiting]) -> str:
    """Return what names a delivery: the same for the same messages, and another after each sure failure of theirs."""
    tried = ",".join(f"{message.what.key}/{message.attempts}" for message in messages)
    return sha256(f"{messages[0].channel}\x1f{tried}".encode()).hexdigest()[:12]


def dissolve(connection: Connection, ids: Sequence[str]) -> None:
    """Forget deliveries that surely were not taken: they count for no limit and were no digest."""
    for part in parts(ids):
        connection.execute(delete(deliveries).where(deliveries.c.id.in_(part)))


def _afterwards(
    connection: Connection, messages: Sequence[Waiting], book: RuleBook | None, now: datetime
) -> dict[str, Afterwards]:
    """Return what is known by now of the firings that are told late."""
    rules = {rule.id: rule for rule in book.rules} if book is not None else {}
    known = {}
    for message in messages:
        rule = rules.get(message.rule_id)
        if isinstance(message.what, Firing) and rule is not None and now - message.what.seen_at > rule.late_after:
            known[message.what.key] = afterwards(connection, message.what, rule)
    return {key: one for key, one in known.items() if one.is_true is not None}


def _record(made: Delivery, bundle: Bundle) -> dict[str, Any]:
    """Return what the words of a delivery depend on besides its messages; what there is none of is left out."""
    record = {
        "urgent": bundle.urgent,
        "digest_at": made.digest_at.isoformat() if made.digest_at else None,
        "limit": made.limit,
        "besides": list(bundle.besides),
        "order": dict(made.order),
        "buttons": [[button.label, button.address] for button in made.buttons],
        "afterwards": {key: [known.is_true, known.said] for key, known in made.afterwards.items()},
    }
    return {name: value for name, value in record.items() if value}


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

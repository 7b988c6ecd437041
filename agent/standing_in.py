"""Channels that are told instead of one that fails, in the caller's transaction.

    owed to the phone ──an hour of failing, a refusal, or urgent──▶ a copy for the mail
             │                                                          │
             └──────── whichever is told first makes the other folded ──┘

A copy is never sent while the message that it stands in for is under way, nor the other way round: both are claimed by
one transaction, so each is told once. Where the mail fails as well, whoever is told instead stands in for the phone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, literal, or_, select, update

from agent.database import insert_new, parts, table_of
from agent.gathering import Owed
from agent.messages import OWED, Waiting, numbers
from agent.tables import ChannelRow, FiringRow, MessageRow, SnoozeRow

# A channel that has failed for so long is not waited for.
INSTEAD_AFTER = timedelta(hours=1)

messages = table_of(MessageRow)
channels = table_of(ChannelRow)
firings = table_of(FiringRow)
snoozes = table_of(SnoozeRow)
_key = func.coalesce(messages.c.firing_key, messages.c.notice_key)


def has_failed_enough(state: Any, now: datetime, *, urgent: bool = False) -> bool:
    """Return whether a channel's messages go another way: after an hour, what is urgent at once.

    A channel that refuses is said to the others at once, and its messages follow.
    """
    if state is None or not state.failures:
        return False
    since = state.failing_since or now
    others_know = state.others_told_at is not None and state.others_told_at >= since
    return urgent or others_know or now - since >= INSTEAD_AFTER


def enough_at(state: Any, message: Owed, now: datetime) -> datetime:
    """Return when a failing channel's message goes another way; what may have been taken is not hurried."""
    hurry = message.urgent and message.delivery_id is None
    return now if has_failed_enough(state, now, urgent=hurry) else (state.failing_since or now) + INSTEAD_AFTER


def wanting(
    connection: Connection,
    name: str,
    ready: Sequence[Owed],
    fallback: Sequence[str],
    fails: Callable[[str, bool], bool],
) -> list[tuple[Owed, str]]:
    """Return which messages of a failing channel have nobody yet that stands in, and who is to.

    Args:
        connection: The transaction.
        name: The channel.
        ready: What could be sent there now, if it worked.
        fallback: Who may stand in, in this order.
        fails: Whether a channel, for an urgent message or another, is failing too.
    """
    there: dict[str, set[str]] = {}
    for part in parts([message.key for message in ready]):
        of_these = or_(messages.c.firing_key.in_(part), messages.c.notice_key.in_(part))
        found = select(_key.label("key"), messages.c.channel).where(of_these, messages.c.channel.in_(list(fallback)))
        for row in connection.execute(found):
            there.setdefault(row.key, set()).add(row.channel)
    wanted = []
    for message in ready:
        works = next((other for other in fallback if other != name and not fails(other, message.urgent)), None)
        if works is not None and works not in there.get(message.key, ()):
            wanted.append((message, works))
    return wanted


def wanting_of_refused(
    connection: Connection, name: str, owed: Sequence[Owed], fallback: Sequence[str], now: datetime
) -> list[tuple[Owed, str]]:
    """Return which messages a channel refused for themselves, and who is to tell them instead.

    They are set aside until others were told, and the channel may be well otherwise: nothing is gained by waiting. What
    it may have taken before it refused is not hurried.
    """
    set_aside = (messages.c.channel == name, messages.c.state.in_(("failed", "doubtful")), messages.c.held_until > now)
    # A message that failed may also be held by its owner's wish.
    is_snoozed = select(literal(1)).where(snoozes.c.rule_id == firings.c.rule_id, snoozes.c.until > now).exists()
    refused = select(messages.c.id).join(firings, firings.c.key == messages.c.firing_key, isouter=True)
    is_sure = or_(messages.c.state == "failed", messages.c.created_at <= now - INSTEAD_AFTER)
    ids = set(connection.scalars(refused.where(*set_aside, is_sure, ~is_snoozed))) if fallback else set()
    if not ids:
        return []
    states = {row.name: row for row in connection.execute(select(channels))}
    ready = [message for message in owed if message.id in ids]
    return wanting(
        connection,
        name,
        ready,
        fallback,
        lambda other, urgent: has_failed_enough(states.get(other), now, urgent=urgent),
    )


def put_copies(connection: Connection, name: str, wanted: Sequence[tuple[Owed, str]], now: datetime) -> None:
    """Put a copy for the channel that stands in; those of one moment go as one message."""
    channel_of = {message.id: channel for message, channel in wanted}
    for part in numbers(channel_of):
        rows = connection.execute(select(messages).where(messages.c.id.in_(part)))
        copies = [_copy(row, name, channel_of[row.id], now) for row in rows]
        insert_new(connection, MessageRow, copies)


def _copy(row: Any, name: str, channel: str, now: datetime) -> dict[str, Any]:
    return {
        "channel": channel,
        "firing_key": row.firing_key,
        "notice_key": row.notice_key,
        "batch": f"instead of {name} {now.isoformat()}",
        "urgency": row.urgency,
        "state": "waiting",
        "created_at": now,
        # Who stands in for a copy stands in for what that was a copy of: or one of three told would leave another owed.
        "stands_in_for": row.stands_in_for or name,
        "attempts": 0,
    }


def under_way_elsewhere(
    connection: Connection, name: str, rows: Iterable[Any], now: datetime, claim: timedelta
) -> Mapping[str, datetime]:
    """Return by key until when the other copy of a channel's message is being sent; as `Desk`, by no clock ahead."""
    others = {row.stands_in_for for row in rows if row.stands_in_for is not None}
    is_other = or_(
        messages.c.stands_in_for == name, messages.c.channel.in_(others), messages.c.stands_in_for.in_(others)
    )
    is_claimed = (messages.c.claimed_until > now, messages.c.claimed_until <= now + claim)
    sending = (messages.c.state == "sending", *is_claimed, messages.c.channel != name, is_other)
    found = connection.execute(select(_key.label("key"), messages.c.claimed_until).where(*sending))
    return {row.key: row.claimed_until for row in found}


def fold_others(connection: Connection, told: Sequence[Waiting], delivery_id: str | None, now: datetime) -> None:
    """Let nobody tell again what was just told: neither who stood in, nor whom it stood in for."""
    name = told[0].channel
    instead_of = {message.stands_in_for for message in told if message.stands_in_for is not None}
    is_other = or_(
        messages.c.stands_in_for == name, messages.c.channel.in_(instead_of), messages.c.stands_in_for.in_(instead_of)
    )
    owed = (messages.c.state.in_(OWED), messages.c.channel != name, is_other)
    keys = {message.what.key for message in told}
    rows = connection.execute(select(messages.c.id, _key.label("key")).where(*owed))
    done = {"state": "folded", "delivery_id": delivery_id, "sent_at": now, "claimed_by": None, "claimed_until": None}
    for part in numbers(row.id for row in rows if row.key in keys):
        connection.execute(update(messages).where(messages.c.id.in_(part)).values(done))

"""How to go on after a failure: when to try again, when to say elsewhere that a channel fails.

Pure: every answer is a function of its arguments. `agent.courier` acts on them, `agent.mailbox` keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby

from agent.mailbox import ChannelState, Waiting
from agent.unsent import Unsent

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
# After so many, the wait is the longest.
MANY_FAILURES = 11
# What may have been taken is not repeated before its first try has surely ended and can be asked what became of it.
DOUBT_WAIT = timedelta(minutes=2)
# Up to this part of a wait is taken off, so that the channels of one outage are not all tried in the same second.
JITTER = 0.25
TELL_OTHERS_AFTER = timedelta(hours=1)
TELL_OTHERS_AGAIN = timedelta(days=1)


def by_delivery(claimed: Iterable[Waiting]) -> list[list[Waiting]]:
    """Return what goes as one message each, in the order in which to send it."""
    return [list(messages) for _, messages in groupby(claimed, key=lambda message: message.delivery_id)]


def next_try_at(attempts: int, now: datetime, *, retry_after: timedelta | None, seed: str) -> datetime:
    """Return when to try again after so many failed attempts in a row: for ever, and never further off than 6 hours.

    The wait doubles from half a minute. Equal seeds take off the same part of it, so it never becomes shorter from one
    attempt to the next, and a restart changes nothing. What the service asks for (`retry_after`) is a lower bound.
    """
    # 2^10 half minutes are over the longest wait already.
    doubled = min(FIRST_WAIT * (1 << min(max(attempts, 1), MANY_FAILURES) - 1), LONGEST_WAIT)
    wait = doubled * (1 - JITTER * _fraction(seed))
    return now + min(max(wait, retry_after or wait), LONGEST_WAIT)


def after_failure(state: ChannelState, outcome: Unsent, now: datetime) -> ChannelState:
    """Return how a channel is doing after one more failed attempt: backing off belongs to the channel.

    One that refuses is tried again rarely, for it waits for a person; it is tried at once when its address is changed.
    Where it is the message that is refused, the others are tried soon.
    """
    is_refused = outcome.permanent and not outcome.is_of_message
    failures = state.failures + 1
    at_least = max(outcome.retry_after or timedelta(), DOUBT_WAIT if outcome.doubtful else timedelta())
    asked = min(outcome.retry_after, LONGEST_WAIT) if outcome.retry_after else None
    return replace(
        state,
        failures=failures,
        # After the clock was set back, a failure may seem to begin in the future.
        failing_since=min(state.failing_since or now, now),
        next_try_at=next_try_at(
            MANY_FAILURES if is_refused else failures, now, retry_after=at_least or None, seed=state.name
        ),
        asked_until=now + asked if asked else None,
        error=outcome.reason,
        of_message=outcome.is_of_message,
    )


def aside_until(attempts: int, outcome: Unsent, now: datetime, seed: str) -> datetime | None:
    """Return until when a message that was refused for itself lets the others go first; None for any other failure."""
    # Longer than its channel rests, so that at its next try it is another's turn.
    return next_try_at(attempts + 2, now, retry_after=None, seed=seed) if outcome.is_of_message else None


def others_to_tell(state: ChannelState, now: datetime, *, refused: bool = False) -> bool:
    """Return whether to say through other channels that this one fails: after an hour of it, and then once a day.

    That it refuses is said at once; that it refuses one message, while others may pass, once a day at most.
    """
    if state.failing_since is None:
        return False
    # A mark in the future is from a clock that ran ahead.
    told = state.others_told_at if state.others_told_at is not None and state.others_told_at <= now else None
    if refused and (told is None or (told < state.failing_since and not state.of_message)):
        return True
    if refused and state.of_message:
        return told is None or now - told >= TELL_OTHERS_AGAIN
    if now - state.failing_since < TELL_OTHERS_AFTER:
        return False
    return told is None or now - told >= TELL_OTHERS_AGAIN


def _fraction(seed: str) -> float:
    """Return a number from 0 to below 1 that the seed alone decides, the same in every process."""
    return int.from_bytes(sha256(seed.encode()).digest()[:4]) / 2**32

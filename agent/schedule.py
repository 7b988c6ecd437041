"""When to poll next: pure functions of their arguments."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from agent.crontab import next_after
from rules.rule import Rule

MOST_BACK_OFF = timedelta(hours=6)
# Longer than any back-off, and than any source is obeyed that asks to be left alone.
LONGEST_WAIT = timedelta(days=2)
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
# Over this the grids of all watches begin; any interval that is usual is shorter.
SPREAD = timedelta(days=30)


def next_poll_at(rule: Rule, watch_id: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the next instant at this watch's place in the grid of the rule's interval.

    The watch fixes the place, so that watches loaded together are not polled together, the rules that read one are
    served by one poll (also where one interval divides the other), and a late poll does not shift the ones after it.
    No two polls lie closer than half the interval, and none further off than one and a half.
    """
    if rule.cron is not None:
        return next_after(rule.cron, now, zone) or now + rule.every
    origin = EPOCH + SPREAD * (int.from_bytes(sha256(watch_id.encode()).digest()[:8]) / 2**64)
    slots = (now + rule.every / 2 - origin) // rule.every + 1
    return origin + rule.every * slots


def after_trouble(rule: Rule, watch_id: str, now: datetime, zone: ZoneInfo, failures: int) -> datetime:
    """Return the next poll after so many failures in a row: each doubles the wait, up to six hours.

    The first failure waits no longer than the interval, and an interval above six hours is not stretched.
    """
    regular = next_poll_at(rule, watch_id, now, zone)
    wait = min(rule.every * 2 ** min(failures - 1, 20), max(MOST_BACK_OFF, rule.every))
    return regular if failures <= 1 or rule.cron is not None else now + wait * (1 + _jitter(watch_id, failures) / 10)


def poll_still_at(
    rule: Rule, watch_id: str, now: datetime, zone: ZoneInfo, *, planned: datetime, failures: int
) -> datetime:
    """Return when a rule that was read again is polled: as planned, unless that is further off than it ever should be.

    Then the owner has shortened its interval, or the clock had run ahead. What backs off goes on doing so: a restart,
    or an edit of another rule, is no reason to ask a source that fails, or that asked for patience.
    """
    regular = next_poll_at(rule, watch_id, now, zone)
    if failures:
        longest = max(LONGEST_WAIT, 2 * rule.every)
    else:
        longest = regular - now if rule.cron is not None else 1.5 * rule.every
    return planned if planned <= now + longest else regular


def paced(rule: Rule, seconds: float | None) -> Rule:
    """Return a rule with `every: auto` at the pace that it has reached with a watch; any other as it is."""
    if rule.pace is None or seconds is None:
        return rule
    every = min(max(timedelta(seconds=seconds), rule.pace.least), rule.pace.most)
    return replace(rule, every=every)


def next_pace(rule: Rule, *, is_news: bool) -> timedelta:
    """Return how often to look from now on: twice as often after news, a quarter more seldom after none."""
    if rule.pace is None:
        return rule.every
    return min(max(rule.every / 2 if is_news else rule.every * 1.25, rule.pace.least), rule.pace.most)


def interval(rule: Rule, now: datetime, zone: ZoneInfo) -> timedelta:
    """Return the time between two polls that the rule asks for: of a cron text, that around `now`."""
    if rule.cron is None:
        return rule.every
    first = next_after(rule.cron, now, zone)
    second = next_after(rule.cron, first, zone) if first else None
    return second - first if first and second else rule.every


def _jitter(name: str, failures: int) -> float:
    return int.from_bytes(sha256(f"{name}\x1f{failures}".encode()).digest()[:4]) / 2**32

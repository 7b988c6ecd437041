"""When a message may be sent on its channel: quiet hours, digests and limits as pure functions of time.

    seen, or free of a snooze ──▶ the channel's next digest ──▶ the end of its quiet hours ──▶ room under its limit

What is urgent passes quiet hours and digests. Nothing of this is stored: it follows from the rule book in force, so an
edit of the file takes effect at once, and after a step of the clock the same questions have other answers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from agent.crontab import next_after
from rules.delivery import IfLate, Limit, Quiet
from rules.rule import RuleBook

_UTC = ZoneInfo("UTC")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lateness:
    """What one rule says of its late messages; as `Rule.if_late` and `Rule.late_after`."""

    if_late: IfLate = "tell"
    after: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the rule book in force says of one channel and of the rules that tell through it.

    Attributes:
        quiet, digest, limit, fallback: As in `Channel`.
        zone: The owner's.
        lateness: By the id of a rule; what is not named is told however late.
    """

    quiet: Quiet | None = None
    digest: str | None = None
    limit: Limit | None = None
    fallback: tuple[str, ...] = ()
    zone: ZoneInfo = _UTC
    lateness: Mapping[str, Lateness] = field(default_factory=dict)

    @classmethod
    def of(cls, book: RuleBook | None, name: str) -> Terms:
        """Return the terms of a channel; of one that the book lacks, none."""
        channel = book.channels.get(name) if book is not None else None
        if book is None or channel is None:
            return cls()
        lateness = {rule.id: Lateness(rule.if_late, rule.late_after) for rule in book.rules}
        return cls(channel.quiet, channel.digest, channel.limit, channel.fallback, book.me.zone, lateness)

    def due_at(self, since: datetime, *, urgent: bool, sent_digests: Collection[datetime] = ()) -> datetime:
        """Return when a message could first be sent that is there, and not snoozed, since an instant.

        Args:
            since: The instant.
            urgent: It passes quiet hours and digests.
            sent_digests: The instants of digests that were sent: each is sent once, and what missed one is in the next.
        """
        if urgent:
            return since
        at = self.next_digest(since, sent_digests) if self.digest else since
        return self.quiet_until(at) or at

    def next_digest(self, after: datetime, sent: Collection[datetime] = ()) -> datetime:
        """Return the first instant of a digest after another instant, which `sent` does not hold."""
        at: datetime | None = after
        while at is not None and (at == after or at in sent):
            at = next_after(self.digest or "", at, self.zone, once_a_day=True)
        # A day that never comes is refused when the file is read.
        return at or after

    def quiet_until(self, at: datetime) -> datetime | None:
        """Return when the quiet hours end in which an instant lies; None where it lies in none."""
        return quiet_until(self.quiet, at, self.zone) if self.quiet is not None else None


def quiet_until(quiet: Quiet, at: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when the quiet hours around an instant end; None where it lies outside of them.

    They last from when the owner's clock first shows their beginning until it last shows their end. Where the clock
    leaves one of the two out, the jump stands for it.
    """
    end, today = None, at.astimezone(zone).date()
    # In the order of their beginnings: where the clock is set back, two nights may touch.
    for day in (today - _ONE_DAY, today, today + _ONE_DAY):
        first, last = _hours(quiet, day, zone)
        if first <= (end or at) < last:
            end = last
    return end


@lru_cache(maxsize=1024)
def _hours(quiet: Quiet, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the quiet hours that begin on a day."""
    ends_on = day if quiet.begin < quiet.end else day + _ONE_DAY
    return _shown(day, quiet.begin, zone)[0], _shown(ends_on, quiet.end, zone)[1]


def _shown(day: date, clock: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first and the last instant at which the clock shows a time; twice the jump that leaves it out.

    By PEP 495 `fold` chooses between the two of a repeated hour, and in a gap between the offsets around it.
    """
    shown = datetime.combine(day, clock, zone)
    first, last = shown.astimezone(UTC), shown.replace(fold=1).astimezone(UTC)
    if first <= last:
        return first, last
    # In a gap the offset of before leads behind the jump, and that of after leads before it: it lies between them.
    before, behind = last, first
    while behind - before > timedelta(seconds=1):
        middle = before + (behind - before) / 2
        is_behind = middle.astimezone(zone).replace(tzinfo=None) >= shown.replace(tzinfo=None)
        before, behind = (before, middle) if is_behind else (middle, behind)
    jump = behind.replace(microsecond=0)
    return jump, jump


# A limit.


def room(limit: Limit, sent: Sequence[datetime], now: datetime) -> int:
    """Return how many messages a limit lets through now.

    Args:
        limit: The limit.
        sent: When messages went out; what a clock that was set back makes seem to lie ahead counts as well.
        now: The present instant.
    """
    return max(0, limit.most - len(_counting(limit, sent, now)))


def opens_at(limit: Limit, sent: Sequence[datetime], now: datetime) -> datetime:
    """Return when a limit lets the next message through; `now` where it does already."""
    counting = _counting(limit, sent, now)
    return now if len(counting) < limit.most else counting[-limit.most] + limit.per


def last_closed_until(limit: Limit, sent: Sequence[datetime]) -> datetime | None:
    """Return until when a limit let nothing through the last time, or does; None where it always had room.

    What could have been sent before that and was not, it held back.
    """
    instants = sorted(sent)
    windows = zip(instants, instants[limit.most - 1 :], strict=False)
    return max((first + limit.per for first, last in windows if last - first < limit.per), default=None)


def _counting(limit: Limit, sent: Sequence[datetime], now: datetime) -> list[datetime]:
    # What lies ahead by more than the limit's own length was dated by a clock that ran far ahead, and holds nothing.
    return sorted(at for at in sent if now - limit.per < at <= now + limit.per)

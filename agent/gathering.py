"""What goes as one message, and when: from what a channel is owed to what it is handed now. Pure.

    owed ──▶ not due yet: snoozed, quiet hours, a digest to come
      │
      ├──▶ repeats     what may have been taken goes again just as it was
      ├──▶ folded      what the channel's limit held back is one message
      ├──▶ late        what waited for over a day is one summary, and so is a backlog
      ├──▶ digest      what was gathered for it
      ├──▶ quiet       what quiet hours held
      └──▶ batch       all of one poll; alone: single
                       ──▶ as many of these as the limit has room for

Nothing is left out and nothing stands in two of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from agent.moments import Terms, last_closed_until, opens_at, room
from rules.delivery import Limit

Form = Literal["single", "batch", "quiet", "digest", "folded", "late"]

# What waited for longer, by no wish of the owner's, is told as one summary.
OLD_AFTER = timedelta(days=1)
# So is what waited for over an hour where it is more than a few messages: an outage that ends, or quiet hours, a digest
# or a limit that were taken out of the file, is not to ring a phone a hundred times.
BACKLOG_AFTER = timedelta(hours=1)
A_FEW = 10


@dataclass(frozen=True, slots=True)
class Owed:
    """A message that its channel has not surely taken, as far as its moment depends on it.

    Attributes:
        id: They come in the order of their ids.
        key: What it tells of: a firing's or a notice's key.
        batch: The poll that it came from.
        rule_id: The rule that tells; empty for a notice.
        since: When it was there, and not snoozed.
        delivery_id: What it was handed over as a part of, where nobody knows what came of that.
    """

    id: int
    key: str
    batch: str
    urgent: bool
    since: datetime
    rule_id: str = ""
    delivery_id: str | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """What a channel was handed: when, as what, and which digest it was.

    Attributes:
        id: The delivery's.
        digest_at: The instant of the digest; None where it was none.
    """

    id: str
    form: str
    at: datetime
    urgent: bool
    digest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """Messages that go as one.

    Attributes:
        delivery_id: It is a repeat of this delivery.
        digest_at: The digest that it is.
        besides: Deliveries whose messages it lists as well, though they were told: what used a limit up.
    """

    form: Form
    messages: tuple[Owed, ...]
    delivery_id: str | None = None
    digest_at: datetime | None = None
    besides: tuple[str, ...] = ()

    @property
    def urgent(self) -> bool:
        """Whether any of it is."""
        return any(message.urgent for message in self.messages)


@dataclass(frozen=True, slots=True)
class Plan:
    """What may go now, in its order, and when something more may; None where nothing is left."""

    ready: tuple[Bundle, ...]
    next_at: datetime | None

    @property
    def ready_messages(self) -> list[Owed]:
        """All that may go now."""
        return [message for bundle in self.ready for message in bundle.messages]


class Gathering:
    """What is owed to one channel at one instant, under its terms and after what went before."""

    def __init__(self, terms: Terms, gone: Sequence[Gone], now: datetime) -> None:
        self._terms = terms
        self._now = now
        self._digests = frozenset(each.digest_at for each in gone if each.digest_at is not None)
        # What a clock dated that ran further ahead than the limit is long says nothing about it.
        ahead = now + terms.limit.per if terms.limit else now
        self._gone = [each for each in gone if each.at <= ahead]
        self._closed_until = {urgent: self._last_closed(urgent=urgent) for urgent in (True, False)}

    def plan(self, owed: Sequence[Owed]) -> Plan:
        """Return what may go now, and when something more may."""
        repeats, new = _repeats(owed), [message for message in owed if message.delivery_id is None]
        dues = [(message, self.due_at(message)) for message in new]
        again = [(repeat, self._again_at(repeat)) for repeat in repeats]
        going = [repeat for repeat, at in again if at <= self._now]
        later = [at for _, at in (*dues, *again) if at > self._now]
        ready, opening = self._within_limit([message for message, due in dues if due <= self._now])
        return Plan((*going, *ready), min([*later, *opening], default=None))

    def due_at(self, message: Owed) -> datetime:
        """Return when a message may go, but for its channel's limit."""
        first = self._first_due_at(message)
        if first > self._now or message.urgent:
            return first
        # It could have gone before, and did not: the quiet hours of now are kept all the same.
        return self._terms.quiet_until(self._now) or first

    def late_by(self, message: Owed) -> timedelta:
        """Return for how long a message could have been sent: what its owner's own wishes held is not late."""
        first = self._first_due_at(message)
        return self._now - max(first, self._closed_until[message.urgent] or first)

    def _again_at(self, repeat: Bundle) -> datetime:
        """Return when a delivery may go again: not in quiet hours, nor while it is set aside for what was refused."""
        at = max(self._now, *(message.since for message in repeat.messages))
        return at if repeat.urgent else self._terms.quiet_until(at) or at

    def _first_due_at(self, message: Owed) -> datetime:
        return self._terms.due_at(message.since, urgent=message.urgent, sent_digests=self._digests)

    def _within_limit(self, due: Sequence[Owed]) -> tuple[list[Bundle], list[datetime]]:
        """Return what the limit lets through, and when it lets through more of what is left.

        Urgent messages count, and are held back only by other urgent ones. Lest these take every turn of the others,
        what could have gone for as long as the limit is long goes along with one of them. So does what quiet hours held
        where they would hold it once more.
        """
        limit = self._terms.limit
        if limit is None:
            return list(self._bundles(due)), []
        held = [message for message in due if self._was_held(message)]
        others = [message for message in due if not self._was_held(message)]
        bundles = [*self._folded(held, urgent=True), *self._folded(held, urgent=False), *self._bundles(others)]
        ready: list[Bundle] = []
        opening: list[datetime] = []
        for urgent in (True, False):
            of_kind = [bundle for bundle in bundles if bundle.urgent == urgent]
            sent = [*(each.at for each in self._counting(urgent=urgent)), *(self._now for _ in ready)]
            free = room(limit, sent, self._now)
            ready += of_kind[:free]
            left = of_kind[free:]
            opens = opens_at(limit, [*sent, *(self._now for _ in of_kind[:free])], self._now)
            if ready and not urgent:
                along = [bundle for bundle in left if self._goes_along(bundle, limit, opens)]
                left = [bundle for bundle in left if bundle not in along]
                ready[-1] = _joined(ready[-1], along)
            if left:
                opening.append(opens)
        return ready, opening

    def _goes_along(self, bundle: Bundle, limit: Limit, opens: datetime) -> bool:
        """Return whether messages go with another rather than wait until the limit opens: they have waited enough."""
        dues = [(message, self._first_due_at(message)) for message in bundle.messages]
        if self._now - min(due for _, due in dues) >= limit.per:
            return True
        # It opens in quiet hours, and what has waited for their end before would wait for the next one as well.
        return self._terms.quiet_until(opens) is not None and any(due > message.since for message, due in dues)

    def _was_held(self, message: Owed) -> bool:
        """Return whether a message could have gone while the limit let nothing through."""
        closed = self._closed_until[message.urgent]
        # What is gathered for a digest is one message anyway.
        is_gathered = self._terms.digest is not None and not message.urgent
        return closed is not None and not is_gathered and self._first_due_at(message) < closed

    def _last_closed(self, *, urgent: bool) -> datetime | None:
        limit, sent = self._terms.limit, [each.at for each in self._counting(urgent=urgent)]
        return last_closed_until(limit, sent) if limit is not None else None

    def _counting(self, *, urgent: bool) -> list[Gone]:
        """Return what counts for the urgent ones, or for all others."""
        return [each for each in self._gone if each.urgent or not urgent]

    def _folded(self, held: Iterable[Owed], *, urgent: bool) -> Iterator[Bundle]:
        """Yield what the limit held back as one message, which also lists what had used the limit up."""
        messages = tuple(message for message in held if message.urgent == urgent)
        if len({message.batch for message in messages}) > 1:
            since = min(message.since for message in messages)
            yield Bundle("folded", messages, besides=self._used_up(since, urgent=urgent))
        else:
            yield from _batches(messages)

    def _used_up(self, since: datetime, *, urgent: bool) -> tuple[str, ...]:
        """Return what filled the limit when its first message was held back, and was not listed again yet."""
        begin = since - self._terms.limit.per if self._terms.limit else since
        listed = max((each.at for each in self._gone if each.form == "folded"), default=begin)
        return tuple(each.id for each in self._counting(urgent=urgent) if each.at > max(begin, listed))

    def _bundles(self, due: Sequence[Owed]) -> Iterator[Bundle]:
        """Yield what goes as one message each, in the order in which to send it; the oldest first."""
        if self._terms.digest:
            yield from self._digest(tuple(message for message in due if not message.urgent))
            yield from _batches(message for message in due if message.urgent)
            return
        old, quiet, others = [], [], []
        for message in due:
            if self._now - message.since > OLD_AFTER:
                old.append(message)
            elif not message.urgent and self._terms.quiet_until(message.since) is not None:
                quiet.append(message)
            else:
                others.append(message)
        backlog = [message for message in others if self._now - message.since > BACKLOG_AFTER]
        if len({message.batch for message in backlog}) > A_FEW:
            others = [message for message in others if self._now - message.since <= BACKLOG_AFTER]
            old = sorted([*old, *backlog], key=lambda message: message.id)
        yield from _together("late", old)
        yield from _together("quiet", quiet)
        yield from _batches(others)

    def _digest(self, messages: tuple[Owed, ...]) -> Iterator[Bundle]:
        if messages:
            # Several that were missed are one, which stands for the last of them.
            instants = {self._terms.next_digest(message.since, self._digests) for message in messages}
            yield Bundle("digest", messages, digest_at=max(instants))


def _repeats(owed: Iterable[Owed]) -> list[Bundle]:
    """Return each delivery that may have been taken, just as it was; its form stands in its own record."""
    groups: dict[str, list[Owed]] = {}
    for message in owed:
        if message.delivery_id is not None:
            groups.setdefault(message.delivery_id, []).append(message)
    return [Bundle("batch", tuple(messages), delivery_id) for delivery_id, messages in groups.items()]


def _batches(messages: Iterable[Owed]) -> Iterator[Bundle]:
    """Yield all of one poll as one message, so that an outage is not fifty."""
    groups: dict[str, list[Owed]] = {}
    for message in messages:
        groups.setdefault(message.batch, []).append(message)
    for group in groups.values():
        yield from _together("batch", group)


def _joined(bundle: Bundle, along: Sequence[Bundle]) -> Bundle:
    """Return a message that has others in it, all in the order in which they came."""
    if not along:
        return bundle
    messages = [message for each in (bundle, *along) for message in each.messages]
    besides = tuple(dict.fromkeys(told for each in (bundle, *along) for told in each.besides))
    return Bundle("folded", tuple(sorted(messages, key=lambda message: message.id)), besides=besides)


def _together(form: Form, messages: Sequence[Owed]) -> Iterator[Bundle]:
    if messages:
        yield Bundle(form if len(messages) > 1 else "single", tuple(messages))

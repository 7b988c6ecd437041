"""How the agent is doing: what it watches, what it cannot see, whom it cannot reach, and whether its owner must act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from agent.database import Database, table_of
from agent.mailbox import ChannelState, Mailbox
from agent.tables import MessageRow, RuleRow, SubscriptionRow, WatchRow
from agent.views.rules import RuleView, Seen, Trouble, rules_of, trouble_of
from rules.rule import RuleBook

messages = table_of(MessageRow)
rules = table_of(RuleRow)
subscriptions = table_of(SubscriptionRow)
watches = table_of(WatchRow)

# A poll may wait for its host and take a minute; one that is later than this is made by nobody.
LATE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Blind:
    """A source that cannot be seen, and the rules that it blinds."""

    watch_id: str
    label: str
    rules: tuple[str, ...]
    trouble: Trouble
    next_poll_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An observation of a rule that waits: to be confirmed, or until its condition has held for long enough."""

    rule_id: str
    rule: str
    seen: Seen


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a rule stands: how many of the things that it judges are in each state, and what lies beside.

    Attributes:
        since: When the one thing that it judges entered its state; None where there are more.
    """

    rule_id: str
    rule: str
    states: Mapping[str, int]
    beside: Mapping[str, int]
    since: datetime | None


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """How one channel is doing.

    Attributes:
        is_failing: Its last try failed.
        failing_since: When the first of the failures in a row was.
        waiting: How many messages wait for it, the oldest since `oldest_at`.
        in_rules: The rule file has it.
    """

    name: str
    is_failing: bool
    failing_since: datetime | None
    failures: int
    error: str
    waiting: int
    oldest_at: datetime | None
    next_try_at: datetime | None
    sent_at: datetime | None
    in_rules: bool = True


@dataclass(frozen=True, slots=True)
class Health:
    """How the agent is doing at one instant.

    Attributes:
        rules: How many rules the agent has taken in, and `disabled` how many the file lets sleep.
        waiting_rules: The names of rules in the file that no running agent has taken in yet.
        standings: Where each other rule stands, in the order of the file; not known while the file is faulty.
        late_since: When a poll was due that nobody made; None where polls are made in time.
        held: Values that are looked at twice before they count; as `pending`, not known while the file is faulty.
        pending: Conditions that are true, but not yet for as long as `for` asks.
        faults: What is wrong in the rule file; then the rules before it are in force.
    """

    now: datetime
    rules: int
    disabled: int
    watches: int
    waiting_rules: tuple[str, ...]
    last_good_poll_at: datetime | None
    next_poll_at: datetime | None
    late_since: datetime | None
    standings: tuple[Standing, ...]
    blind: tuple[Blind, ...]
    held: tuple[Waiting, ...]
    pending: tuple[Waiting, ...]
    channels: tuple[ChannelHealth, ...]
    faults: tuple[str, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """What needs the owner, a sentence each; nothing where all is well."""
        return tuple(self._problems())

    def _problems(self) -> Iterator[str]:
        if self.faults:
            yield f"the rule file has {_counted(len(self.faults), 'fault')}: the rules before it stay in force"
        if self.late_since is not None:
            yield "polls are due that nobody makes: is the agent running?"
        if self.blind:
            yield f"{_counted(len(self.blind), 'source')} cannot be seen"
        for channel in self.channels:
            waits = f"{_counted(channel.waiting, 'message')} {'waits' if channel.waiting == 1 else 'wait'} for it"
            if not channel.in_rules:
                yield f"the rule file has no channel {channel.name}, and {waits}"
            elif channel.is_failing:
                yield f"the channel {channel.name} fails" + (f", and {waits}" if channel.waiting else "")


def health(database: Database, book: RuleBook | None, faults: tuple[str, ...], now: datetime) -> Health:
    """Return how the agent is doing.

    Args:
        database: The store.
        book: The rule file as it is now; None where it is faulty.
        faults: What is wrong in it.
        now: The present instant.
    """
    views = rules_of(database, book) if book is not None else ()
    seen = [Waiting(view.id, view.name, seen) for view in views for seen in view.seen]
    with database.reading() as connection:
        awake = select(subscriptions.c.watch_id).where(subscriptions.c.is_awake)
        rows = connection.execute(select(watches).where(watches.c.id.in_(awake)).order_by(watches.c.label)).all()
        at_work = select(func.count(subscriptions.c.rule_id.distinct())).where(subscriptions.c.is_awake)
        taken_in = connection.scalar(at_work)
        blinded = (
            select(subscriptions.c.watch_id, rules.c.name)
            .join(rules, rules.c.id == subscriptions.c.rule_id)
            .where(subscriptions.c.is_awake)
            .order_by(rules.c.name)
        )
        names: dict[str, tuple[str, ...]] = {}
        for watch_id, name in connection.execute(blinded):
            names[watch_id] = (*names.get(watch_id, ()), name)
    due = [row.due_at for row in rows if row.due_at is not None]
    late = [row.due_at for row in rows if row.due_at is not None and _is_late(row.due_at, row.claimed_until, now)]
    return Health(
        now=now,
        rules=taken_in or 0,
        disabled=len(book.disabled) if book is not None else 0,
        watches=len(rows),
        waiting_rules=tuple(view.name for view in views if not view.is_known),
        last_good_poll_at=max((row.good_at for row in rows if row.good_at is not None), default=None),
        next_poll_at=min(due, default=None),
        late_since=min(late, default=None),
        standings=tuple(_standing(view) for view in views if view.is_known),
        blind=tuple(
            Blind(row.id, row.label, names.get(row.id, ()), trouble, row.due_at)
            for row in rows
            if (trouble := trouble_of(row)) is not None
        ),
        held=tuple(one for one in seen if one.seen.held_at is not None),
        pending=tuple(one for one in seen if one.seen.state == "pending"),
        channels=tuple(_channels(Mailbox(database).states(), book)),
        faults=faults,
    )


def _standing(view: RuleView) -> Standing:
    entered = [seen.since for source in view.sources if not source.name for seen in source.seen]
    return Standing(view.id, view.name, view.states, view.beside, entered[0] if len(entered) == 1 else None)


def _is_late(due_at: datetime, claimed_until: datetime | None, now: datetime) -> bool:
    return due_at < now - LATE and (claimed_until is None or claimed_until < now)


def _channels(states: Mapping[str, ChannelState], book: RuleBook | None) -> Iterator[ChannelHealth]:
    """Yield every channel of the file, and those that it has no more while messages wait for them."""
    named = tuple(book.channels) if book is not None else tuple(states)
    for name in named:
        yield _channel(states.get(name) or ChannelState(name), in_rules=True)
    for name, state in states.items():
        if name not in named and state.waiting:
            yield _channel(state, in_rules=False)


def _channel(state: ChannelState, *, in_rules: bool) -> ChannelHealth:
    return ChannelHealth(
        name=state.name,
        is_failing=state.failures > 0,
        failing_since=state.failing_since,
        failures=state.failures,
        error=state.error or "",
        waiting=state.waiting,
        oldest_at=state.oldest_at,
        next_try_at=state.next_try_at,
        sent_at=state.sent_at,
        in_rules=in_rules,
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

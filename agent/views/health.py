"""How the agent is doing: what it watches, what it cannot see, whom it cannot reach, and whether its owner must act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from agent.database import Database, table_of
from agent.doing.deeds import open_questions
from agent.mailbox import ChannelState, Mailbox
from agent.sign_of_life import last_mark, page_trouble
from agent.tables import RuleRow, SubscriptionRow, WatchRow
from agent.views.attention import (
    LATE,
    Behind,
    Overdue,
    Unjudged,
    Wavering,
    behind,
    next_step,
    overdue,
    unjudged,
    wavering,
)
from agent.views.rules import RuleView, Seen, Trouble, rules_of, trouble_of
from rules.rule import RuleBook

__all__ = ["LATE", "Health", "Need", "health"]

rules = table_of(RuleRow)
subscriptions = table_of(SubscriptionRow)
watches = table_of(WatchRow)


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
class Need:
    """Something that needs the owner.

    Attributes:
        about: What it is about, in one of the words that `--json` promises: "rule file", "agent", "overdue", "blind",
            "unknown", "channel", "behind".
        sentence: What is wrong.
        remedy: What to do.
    """

    about: str
    sentence: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Health:
    """How the agent is doing at one instant.

    Attributes:
        rules: How many rules the agent has taken in, and `disabled` how many the file lets sleep.
        waiting_rules: The names of rules in the file that no running agent has taken in yet.
        standings: Where each other rule stands, in the order of the file; not known while the file is faulty.
        agent_at: When the agent that stays running last said so; None where none ever did.
        agent_runs: Whether it still does; None where none ever stayed, as with `run --once` by a timer.
        overdue: The sources that nobody polls although they are due, the longest first.
        held: Values that are looked at twice before they count; as `pending`, not known while the file is faulty.
        pending: Conditions that are true, but not yet for as long as `for` asks.
        unknown: Rules that what a source shows leaves unknown, though it answers.
        wavering: What comes true too often to be told each time.
        behind: Messages that should have gone.
        questions: How many questions to the owner are open.
        page_trouble: Why the answer page is not served; empty where it is, or none is wanted.
        faults: What is wrong in the rule file; then the rules before it are in force.
    """

    now: datetime
    rules: int
    disabled: int
    watches: int
    waiting_rules: tuple[str, ...]
    last_good_poll_at: datetime | None
    next_poll_at: datetime | None
    agent_at: datetime | None
    agent_runs: bool | None
    overdue: tuple[Overdue, ...]
    standings: tuple[Standing, ...]
    blind: tuple[Blind, ...]
    held: tuple[Waiting, ...]
    pending: tuple[Waiting, ...]
    unknown: tuple[Unjudged, ...]
    wavering: tuple[Wavering, ...]
    channels: tuple[ChannelHealth, ...]
    behind: tuple[Behind, ...]
    questions: int
    faults: tuple[str, ...]
    page_trouble: str = ""

    @property
    def late_since(self) -> datetime | None:
        """When a poll was due that nobody made; None where polls are made in time."""
        return self.overdue[0].due_at if self.overdue else None

    @property
    def needs(self) -> tuple[Need, ...]:
        """What needs the owner, the most pressing first; nothing where all is well."""
        return tuple(_needs(self))


def _needs(found: Health) -> Iterator[Need]:
    if found.faults:
        sentence = f"the rule file has {_counted(len(found.faults), 'fault')}: the rules before it stay in force"
        yield Need("rule file", sentence, "trusted-agent check shows each with its place")
    if found.agent_runs is False:
        sentence = "no agent runs: nothing is watched and nothing is told"
        yield Need("agent", sentence, "trusted-agent service install, or trusted-agent run; its log says why it ended")
    if found.overdue:
        yield _late(found)
    if found.blind:
        sentence = f"{_counted(len(found.blind), 'source')} cannot be seen"
        steps = next_step(one.trouble.name for one in found.blind)
        yield Need("blind", sentence, " ".join(steps) or "trusted-agent status shows why")
    if long := [one for one in found.unknown if one.is_long]:
        names = len({one.rule_id for one in long})
        verb = "was" if names == 1 else "were"
        sentence = f"{_counted(names, 'rule')} {verb} neither true nor false at any poll for a while"
        yield Need("unknown", sentence, long[0].remedy)
    yield from _of_channels(found)
    if found.page_trouble and found.agent_runs:
        yield Need("answers", found.page_trouble, "until then no link and no button in a message leads anywhere")


def _late(found: Health) -> Need:
    if found.agent_runs:
        sentence = (
            f"{_counted(len(found.overdue), 'source')} should have been polled, and the agent does not come to it"
        )
        return Need("overdue", sentence, "its log says why: journalctl, or where trusted-agent run prints it")
    sentence = "polls are due that nobody makes: is the agent running?"
    return Need("overdue", sentence, "trusted-agent service status says so; trusted-agent run begins it")


def _of_channels(found: Health) -> Iterator[Need]:
    failing = set()
    for channel in found.channels:
        waits = f"{_counted(channel.waiting, 'message')} {'waits' if channel.waiting == 1 else 'wait'} for it"
        if not channel.in_rules:
            sentence = f"the rule file has no channel {channel.name}, and {waits}"
            yield Need("channel", sentence, "put it back, or do nothing: they are kept for 30 days")
        elif channel.is_failing:
            failing.add(channel.name)
            sentence = f"the channel {channel.name} fails" + (f", and {waits}" if channel.waiting else "")
            yield Need("channel", sentence, f"trusted-agent channels test {channel.name} says what is wrong with it")
    for one in found.behind:
        if one.channel not in failing:
            sentence = f"{_counted(one.count, 'message')} for {one.channel} should have gone over an hour ago"
            yield Need(
                "behind", sentence, "the agent's log says what became of it; trusted-agent firings lists what waits"
            )


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
        late = overdue(connection, rows, book, now)
        of_rules = {rule.id: rule.name for rule in book.rules} if book is not None else {}
        unknown = unjudged(connection, book, now) if book is not None else ()
        restless = wavering(connection, of_rules, now)
        stuck = behind(connection, book, now) if book is not None else ()
        questions = open_questions(connection, now)
    mark = last_mark(database)
    due = [row.due_at for row in rows if row.due_at is not None]
    return Health(
        now=now,
        rules=taken_in or 0,
        disabled=len(book.disabled) if book is not None else 0,
        watches=len(rows),
        waiting_rules=tuple(view.name for view in views if not view.is_known),
        last_good_poll_at=max((row.good_at for row in rows if row.good_at is not None), default=None),
        next_poll_at=min(due, default=None),
        agent_at=mark.at if mark is not None else None,
        agent_runs=mark.runs(now) if mark is not None else None,
        overdue=late,
        standings=tuple(_standing(view) for view in views if view.is_known),
        blind=tuple(
            Blind(row.id, row.label, names.get(row.id, ()), trouble, row.due_at)
            for row in rows
            if (trouble := trouble_of(row)) is not None
        ),
        held=tuple(one for one in seen if one.seen.held_at is not None),
        pending=tuple(one for one in seen if one.seen.state == "pending"),
        unknown=unknown,
        wavering=restless,
        channels=tuple(_channels(Mailbox(database).states(), book)),
        behind=stuck,
        questions=questions,
        faults=faults,
        page_trouble=page_trouble(database),
    )


def _standing(view: RuleView) -> Standing:
    entered = [seen.since for source in view.sources if not source.name for seen in source.seen]
    return Standing(view.id, view.name, view.states, view.beside, entered[0] if len(entered) == 1 else None)


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

"""What each rule is doing: its sources, what it remembers of what they show, and its place in time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import Connection, func, select

from agent.answers.muting import in_force, named
from agent.clock import wall
from agent.database import Database, table_of
from agent.records import read_memory, read_observation
from agent.snoozing import all_snoozed
from agent.tables import FiringRow, MemoryRow, ObservationRow, SubscriptionRow, WatchRow
from rules.joint import KEY
from rules.memory import Memory
from rules.rule import Joint, Rule, RuleBook, WatchSpec
from rules.states import State
from watchers.api import Fact, Observation

firings = table_of(FiringRow)
memories = table_of(MemoryRow)
observations = table_of(ObservationRow)
subscriptions = table_of(SubscriptionRow)
watches = table_of(WatchRow)

UNSEEN = "unseen"
STATES = (UNSEEN, *get_args(State))


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a source cannot be seen.

    Attributes:
        name: What to do next: SourceUnavailable (try later), SourceRefused (ask a person) …
        last_good_at: When it was last seen well; None: never.
    """

    name: str
    reason: str
    since: datetime | None
    last_good_at: datetime | None
    failures: int


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that a source shows, as one rule sees it.

    Attributes:
        title: What it is called, where it has a name.
        value: What is known of the kind's main fact.
        state: clear, pending or met; None until the rule could say which.
        since: When it entered that state.
        told_at: When the owner was last told of it.
        held: A value that is looked at twice before it counts, since `held_at`.
    """

    key: str
    title: str
    value: Fact | None
    state: str | None
    since: datetime | None
    told_at: datetime | None
    held: Fact | None = None
    held_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceView:
    """One watch of a rule, or several that it judges as one thing.

    Attributes:
        name: What the sentence calls it, where the rule judges it with others; its state is theirs then.
        notice: What its last good poll had to say about the source itself.
        trouble: Why it cannot be seen now; None where it can.
    """

    watch_id: str
    label: str
    polled_at: datetime | None = None
    good_at: datetime | None = None
    next_poll_at: datetime | None = None
    notice: str = ""
    trouble: Trouble | None = None
    seen: tuple[Seen, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class RuleView:
    """One rule and what it is doing.

    Attributes:
        is_known: The running agent has taken it in.
        sentence: Its condition as written; empty where everything counts.
        last_poll_at: The last poll of any of its sources, good or not.
        muted: What of it its owner wants to hear nothing of any more.
    """

    id: str
    name: str
    kind: str
    shape: str
    sentence: str
    notify: tuple[str, ...]
    is_known: bool
    sources: tuple[SourceView, ...]
    last_poll_at: datetime | None
    next_poll_at: datetime | None
    last_told_at: datetime | None
    snoozed_until: datetime | None = None
    muted: tuple[str, ...] = ()

    @property
    def seen(self) -> tuple[Seen, ...]:
        """What all its sources show."""
        return tuple(seen for source in self.sources for seen in source.seen)

    @property
    def states(self) -> Mapping[str, int]:
        """How many of the things that it judges are in each state, by the words of `rules.states`."""
        judged = [seen.state or UNSEEN for source in self.sources if not source.name for seen in source.seen]
        return {state: count for state in STATES if (count := Counter(judged)[state])}

    @property
    def beside(self) -> Mapping[str, int]:
        """Whether it is snoozed, how much of it is muted, how many of its sources are troubled, of its values held."""
        counts = {
            "snoozed": int(self.snoozed_until is not None),
            "muted": len(self.muted),
            "troubled": sum(source.trouble is not None for source in self.sources),
            "held": sum(seen.held_at is not None for seen in self.seen),
        }
        return {word: count for word, count in counts.items() if count}


def rules_of(database: Database, book: RuleBook) -> tuple[RuleView, ...]:
    """Return every enabled rule of a book, in its order."""
    with database.reading() as connection:
        last = select(firings.c.rule_id, func.max(firings.c.at).label("at")).group_by(firings.c.rule_id)
        told = {row.rule_id: row.at for row in connection.execute(last)}
        snoozed = all_snoozed(connection, wall())
        muted: dict[str, list[str]] = defaultdict(list)
        for one in named(connection, in_force(connection, wall()), book.names):
            muted[one.rule_id].append(str(one))
        return tuple(
            replace(
                _rule(connection, rule, told.get(rule.id)),
                snoozed_until=snoozed.get(rule.id),
                muted=tuple(muted.get(rule.id, ())),
            )
            for rule in book.rules
        )


def _rule(connection: Connection, rule: Rule, told_at: datetime | None) -> RuleView:
    where = (subscriptions.c.rule_id == rule.id, subscriptions.c.is_awake)
    known = {row.watch_id: row for row in connection.execute(select(subscriptions).where(*where))}
    ids = [spec.id for spec in rule.watches]
    rows = {row.id: row for row in connection.execute(select(watches).where(watches.c.id.in_(ids)))}
    names = {watch_id: name for name, watch_id in rule.joint.sources} if rule.joint is not None else {}
    sources = [
        _source(connection, rule, spec, known.get(spec.id), rows.get(spec.id), names.get(spec.id, ""))
        for spec in rule.watches
    ]
    if rule.joint is not None:
        sources.append(_together(connection, rule, rule.joint, known.get(rule.joint.spec.id)))
    return RuleView(
        id=rule.id,
        name=rule.name,
        kind=rule.kind.name,
        shape=rule.kind.shape,
        sentence=rule.condition.text,
        notify=rule.notify,
        is_known=all(source.watch_id in known for source in sources),
        sources=tuple(sources),
        last_poll_at=max((source.polled_at for source in sources if source.polled_at), default=None),
        next_poll_at=min((source.next_poll_at for source in sources if source.next_poll_at), default=None),
        last_told_at=told_at,
    )


def _source(
    connection: Connection, rule: Rule, spec: WatchSpec, subscription: Any, watch: Any, name: str
) -> SourceView:
    if watch is None or subscription is None:
        return SourceView(spec.id, spec.label, name=name)
    return SourceView(
        watch_id=spec.id,
        label=spec.label,
        polled_at=watch.polled_at,
        good_at=watch.good_at,
        next_poll_at=subscription.next_poll_at,
        notice=watch.notice or "",
        trouble=trouble_of(watch),
        seen=tuple(_seen(connection, rule, spec)),
        name=name,
    )


def _together(connection: Connection, rule: Rule, joint: Joint, subscription: Any) -> SourceView:
    """Return what a rule makes of all its sources, or of other rules alone: nothing is polled for that itself."""
    spec = joint.spec
    if subscription is None:
        return SourceView(spec.id, spec.label)
    memory = _remembered(connection, rule, spec).get(KEY)
    known = memory.previous.facts if memory is not None and memory.previous is not None else {}
    return SourceView(
        watch_id=spec.id,
        label=spec.label,
        polled_at=subscription.judged_at,
        good_at=subscription.judged_at,
        seen=(_one(rule, spec, Observation(KEY, known), memory),),
    )


def trouble_of(watch: Any) -> Trouble | None:
    """Return why a watch's row says that it cannot be seen."""
    if watch.trouble is None:
        return None
    return Trouble(watch.trouble, watch.trouble_text or "", watch.trouble_since, watch.good_at, watch.failures)


def _seen(connection: Connection, rule: Rule, spec: WatchSpec) -> Iterable[Seen]:
    shown = connection.execute(
        select(observations).where(observations.c.watch_id == spec.id).order_by(observations.c.position)
    )
    remembered = _remembered(connection, rule, spec)
    if rule.condition.is_absence:
        # `nothing for 7 days` speaks of the watch as a whole, which has the empty key.
        yield _one(rule, spec, Observation("", {}), remembered.get(""))
        return
    for row in shown:
        yield _one(rule, spec, read_observation(row.key, row.record), _memory(remembered, row.key))


def _remembered(connection: Connection, rule: Rule, spec: WatchSpec) -> dict[str, Memory]:
    where = (memories.c.rule_id == rule.id, memories.c.watch_id == spec.id)
    return {row.key: read_memory(row) for row in connection.execute(select(memories).where(*where))}


def _memory(remembered: Mapping[str, Memory], key: str) -> Memory | None:
    memory = remembered.get(key)
    return remembered.get(memory.same_as) if memory is not None and memory.same_as else memory


def _one(rule: Rule, spec: WatchSpec, observation: Observation, memory: Memory | None) -> Seen:
    # What was reached before an edit of the rule is no state of the rule as it is now.
    state = memory.state if memory is not None and memory.meaning == rule.meaning else None
    held = memory.held if memory is not None else None
    return Seen(
        key=observation.key,
        title=str(observation.facts.get(spec.kind.title, "")),
        value=observation.facts.get(spec.kind.main),
        state=state,
        since=memory.since if memory is not None and state else None,
        told_at=memory.told_at if memory is not None else None,
        held=held.facts.get(spec.kind.doubted) if held is not None else None,
        held_at=held.at if held is not None else None,
    )

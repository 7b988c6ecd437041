"""Why a rule is silent: what its recent polls came to, what is missing, since when, and when it looks next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from agent import polls, sights
from agent.answers.muting import in_force, named
from agent.carrying import Carrier, carried_last
from agent.database import Database, table_of
from agent.records import read_memory
from agent.snoozing import snoozed_until
from agent.tables import MemoryRow, SubscriptionRow, WatchRow
from agent.views.health import LATE
from agent.views.messages import Told, told
from agent.views.rules import Trouble, trouble_of
from rules.explaining import JUDGED, Account, Judged, Near, missing, nearest
from rules.memory import Memory
from rules.rule import Rule, RuleBook, WatchSpec
from rules.words import written_time
from watchers.api import Fact

memories = table_of(MemoryRow)
subscriptions = table_of(SubscriptionRow)
watches = table_of(WatchRow)


@dataclass(frozen=True, slots=True)
class Silence:
    """Why a rule tells nothing of one thing.

    Attributes:
        value: What the sentence speaks of, as it was last seen.
        holds, because: The last finding; None is unknown.
        state: clear, pending or met; None until a finding was known.
        since: Since when it has been so, as far as that is remembered.
        missing: What has to happen for it to be told.
    """

    key: str
    title: str
    value: Fact | None
    holds: bool | None
    because: str
    state: str | None
    since: datetime | None
    told_at: datetime | None
    missing: str


@dataclass(frozen=True, slots=True)
class SourceSilence:
    """One watch of a silent rule, or several that it judges as one thing.

    Attributes:
        troubles: Why it cannot be seen now, by what is looked at; empty where it can.
        next_poll_at: When the rule looks next; `judge_at` when time alone may change its finding.
        late_since: When a poll was due that nobody made.
        polls: What the last polls came to, oldest first.
        looked_at: How many things the last judgement looked at.
        silent: Of each thing that the sentence is nearest to, why it was not told.
        nearest: Of a list, the things for which part of the sentence holds.
        last_matched_at: When something was last told of.
        carried: Its latest entries whose story another source of the rule had already brought, oldest first.
        is_anew: The rule means something else since its last judgement: what it came to then says nothing of it now.
    """

    watch_id: str
    label: str
    polled_at: datetime | None
    troubles: Mapping[str, Trouble]
    next_poll_at: datetime | None
    judge_at: datetime | None
    late_since: datetime | None
    polls: tuple[Account, ...]
    looked_at: int
    silent: tuple[Silence, ...]
    nearest: tuple[Near, ...]
    last_matched_at: datetime | None
    carried: tuple[Carrier, ...] = ()
    is_anew: bool = False


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why one rule is silent.

    Attributes:
        sentence: Its condition as written; empty where everything counts.
        is_known: The running agent has taken it in.
        last_told: The last message about it, and what became of it.
        snoozed_until: Until when its owner wants to hear nothing of it.
        muted: What of it they want to hear nothing of any more.
    """

    rule_id: str
    name: str
    kind: str
    shape: str
    sentence: str
    notify: tuple[str, ...]
    is_known: bool
    now: datetime
    last_told: Told | None
    sources: tuple[SourceSilence, ...]
    snoozed_until: datetime | None = None
    muted: tuple[str, ...] = ()
    zone: str = "UTC"

    @property
    def blockers(self) -> tuple[str, ...]:
        """What keeps messages back whatever is seen, a sentence each."""
        return tuple(self._blockers())

    def _blockers(self) -> Iterator[str]:
        if not self.is_known:
            yield "no running agent has taken this rule in yet"
        if not self.notify:
            yield "the rule names no channel, so there is nobody to tell"
        if self.snoozed_until is not None:
            until = written_time(self.snoozed_until, self.zone)
            yield f"it is snoozed until {until}: what it tells waits until then"
        yield from (f"you muted {what}: firings lists what that hides" for what in self.muted)
        if any(source.late_since is not None for source in self.sources):
            yield "a poll is due that nobody makes: is the agent running?"
        deliveries = self.last_told.deliveries if self.last_told is not None else ()
        for delivery in deliveries:
            if delivery.sent_at is None:
                why = f": {delivery.error}" if delivery.error else ""
                yield f"its last message is waiting for {delivery.channel}{why}"


def why_not(database: Database, book: RuleBook, rule: Rule, *, last: int, now: datetime) -> WhyNot:
    """Return why a rule is silent.

    Args:
        database: The store.
        book: The rule file as it is now.
        rule: One of its rules.
        last: How many polls of each watch to tell of.
        now: The present instant.
    """
    newest = told(database, rule_id=rule.id, limit=1)
    sources = [(spec, (spec,)) for spec in rule.watches] if rule.joint is None else [(rule.joint.spec, rule.watches)]
    with database.reading() as connection:
        of_rule = (subscriptions.c.rule_id == rule.id, subscriptions.c.is_awake)
        known = {row.watch_id: row for row in connection.execute(select(subscriptions).where(*of_rule))}
        snoozed = snoozed_until(connection, rule.id, now)
        muted = tuple(str(one) for one in named(connection, in_force(connection, now, rule.id), book.names))
        is_known = all(spec.id in known for watch, parts in sources for spec in (watch, *parts))
        found = [
            _source(connection, rule, watch, parts, known, last=last, now=now, zone=book.me.zone)
            for watch, parts in (sources if is_known else ())
        ]
    return WhyNot(
        rule_id=rule.id,
        name=rule.name,
        kind=rule.kind.name,
        shape=rule.kind.shape,
        sentence=rule.condition.text,
        notify=rule.notify,
        is_known=is_known,
        now=now,
        last_told=newest[0] if newest else None,
        sources=tuple(found),
        snoozed_until=snoozed,
        muted=muted,
        zone=book.me.zone.key,
    )


def _source(
    connection: Connection,
    rule: Rule,
    watch: WatchSpec,
    parts: Sequence[WatchSpec],
    known: Mapping[str, Any],
    *,
    last: int,
    now: datetime,
    zone: ZoneInfo,
) -> SourceSilence:
    """Return why a rule is silent about a watch, which may stand for several parts that are polled."""
    ids = [spec.id for spec in parts]
    rows = connection.execute(select(watches).where(watches.c.id.in_(ids)).order_by(watches.c.label)).all()
    accounts = _accounts(connection, rule, watch, parts)
    last_judged = next((one for one in reversed(accounts) if one.outcome == JUDGED), None)
    is_anew = last_judged is not None and known[watch.id].meaning != rule.meaning
    judged = last_judged if not is_anew else None
    of_rule = (memories.c.rule_id == rule.id, memories.c.watch_id == watch.id)
    keys = [one.key for one in judged.judged] if judged is not None else []
    found = connection.execute(select(memories).where(*of_rule, memories.c.key.in_(keys))).all()
    remembered = {row.key: read_memory(row) for row in found}
    is_list = rule.kind.shape == "stream"
    due = {spec_id: known[spec_id].next_poll_at for spec_id in ids}
    late = [due[row.id] for row in rows if due[row.id] < now - LATE and (row.claimed_until or due[row.id]) < now]
    return SourceSilence(
        watch_id=watch.id,
        label=watch.label,
        polled_at=max((row.polled_at for row in rows if row.polled_at), default=None),
        troubles={row.label: trouble for row in rows if (trouble := trouble_of(row)) is not None},
        next_poll_at=min(due.values(), default=None),
        judge_at=known[watch.id].judge_at,
        late_since=min(late, default=None),
        polls=accounts[-last:],
        looked_at=judged.looked_at if judged is not None else 0,
        silent=tuple(_silences(rule, judged, accounts, remembered, zone)) if judged is not None else (),
        nearest=nearest(rule, sights.seen_by(connection, known[watch.id]), now, zone) if is_list else (),
        last_matched_at=connection.scalar(select(func.max(memories.c.told_at)).where(*of_rule)),
        carried=carried_last(connection, rule.id, [watch.id], last) if is_list and len(rule.watches) > 1 else (),
        is_anew=is_anew,
    )


def _accounts(connection: Connection, rule: Rule, watch: WatchSpec, parts: Sequence[WatchSpec]) -> tuple[Account, ...]:
    """Return what was made of a watch, and the troubles of its parts, in the order in which they came."""
    accounts = list(polls.recent(connection, rule.id, watch.id))
    for part in parts:
        if part.id != watch.id:
            of_part = polls.recent(connection, rule.id, part.id)
            accounts += [replace(one, text=f"{part.label}: {one.text}") for one in of_part if one.outcome != JUDGED]
            accounts.sort(key=lambda one: one.at)
    return tuple(accounts)


def _silences(
    rule: Rule, last: Account, accounts: Sequence[Account], remembered: Mapping[str, Memory], zone: ZoneInfo
) -> Iterator[Silence]:
    """Yield why each thing is silent that the last judgement kept; of a list, only what is on its way or unknown."""
    for one in last.judged:
        is_open = one.holds is None or one.state == "pending" or one.held is not None
        if rule.kind.shape == "stream" and not rule.condition.is_absence and not is_open:
            continue
        memory = remembered.get(one.key)
        is_settled = memory is not None and one.holds is not None and one.held is None
        yield Silence(
            key=one.key,
            title=one.title,
            value=one.facts.get(rule.condition.subject),
            holds=one.holds,
            because=one.because,
            state=one.state,
            since=memory.since if is_settled and memory is not None else _unsettled_since(one, accounts),
            told_at=memory.told_at if memory is not None else None,
            missing=missing(rule, one, memory, zone, last.at),
        )


def _unsettled_since(last: Judged, accounts: Sequence[Account]) -> datetime | None:
    """Return since when a finding has been what it is, as far as the recent polls tell."""
    since = None
    for account in reversed(accounts):
        if account.outcome != JUDGED:
            continue
        found = next((one for one in account.judged if one.key == last.key), None)
        if found is None or found.holds is not last.holds:
            break
        since = account.at
    return since

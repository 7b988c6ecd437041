"""Saying what cannot be judged: told once for an outage, reminded rarely, and so is that it is over.

    a poll ──▶ note: nothing was seen, or nothing is known of it    ┐
           ──▶ judged: a yes or no, and the spell is over           ┴─▶ a row for each rule and watch
    the report pass ──▶ tell_blindness ──▶ agent.outages ──▶ one message for a host, one for the owner's own line

A rule is blind by the trouble of a watch, or where its sentence is unknown of all that a poll showed. A number that is
looked at twice before it counts is no blindness: the second look comes by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from agent.answers.muting import in_force
from agent.database import Database, table_of
from agent.messages import Notice, put_notice
from agent.outages import Decided, Outage, Spell, decided
from agent.snoozing import all_snoozed
from agent.tables import BlindRow, ContactRow, SubscriptionRow, WatchRow
from rules.condition import Unasked
from rules.health_notices import OWN_LINE, UNKNOWN, Blinded, blind_notice, sight_notice
from rules.memory import RuleMemory, Verdict
from rules.rule import Rule, RuleBook, WatchSpec

# A poll may wait for its host, or for a timer; what comes later than this, and than the rule's interval, is sleep.
LATE = timedelta(minutes=10)

blind = table_of(BlindRow)
contacts = table_of(ContactRow)
subscriptions = table_of(SubscriptionRow)
watches = table_of(WatchRow)

# Made once: every judgement asks.
_IS_OF = (blind.c.rule_id == bindparam("of_rule"), blind.c.watch_id == bindparam("of_watch"))
_ROW = select(blind).where(*_IS_OF)
_IS_PLANNED = (subscriptions.c.rule_id == blind.c.rule_id) & (subscriptions.c.watch_id == blind.c.watch_id)


# What polls come to, inside the caller's transaction.


def note(connection: Connection, rule: Rule, watch_id: str, cause: str, text: str, now: datetime) -> None:
    """Note that a poll left a rule unjudged.

    Called by `agent.store` for each due rule of a poll that failed, and by `judged`.

    Args:
        connection: The transaction of the poll.
        rule: The rule.
        watch_id: The watch that was polled.
        cause: The name of the trouble, "OurFault" or `UNKNOWN`.
        text: What was found, in words.
        now: When.
    """
    place = {"of_rule": rule.id, "of_watch": watch_id}
    row = connection.execute(_ROW, place).one_or_none()
    if row is None:
        values = {"since": now, "polls": 1, "cause": cause, "text": text, "told_at": None}
        connection.execute(insert(blind).values(rule_id=rule.id, watch_id=watch_id, **values))
        return
    # It was over, and its owner has yet to hear of that: what is told of then is this time.
    since = now if row.over_at is not None else min(row.since, now)
    asleep = timedelta(seconds=0 if row.over_at is not None else row.asleep_seconds)
    asleep += _slept(rule, _planned_at(connection, rule.id, watch_id), now)
    # While the line is down, each of its hosts goes on failing: that is no news.
    is_line = row.cause == OWN_LINE and cause == "SourceUnavailable"
    values = {
        "since": since,
        "over_at": None,
        # After a clock that ran ahead, it cannot have slept for longer than it lasts.
        "asleep_seconds": min(asleep, now - since).total_seconds(),
        "polls": row.polls + 1,
        "cause": OWN_LINE if is_line else cause,
        "text": text,
    }
    connection.execute(update(blind).where(*_IS_OF).values(values), place)


def _planned_at(connection: Connection, rule_id: str, watch_id: str) -> datetime | None:
    """Return when the poll was planned that has just been made."""
    of_rule = (subscriptions.c.rule_id == rule_id, subscriptions.c.watch_id == watch_id)
    at: datetime | None = connection.scalar(select(subscriptions.c.next_poll_at).where(*of_rule))
    return at


def _slept(rule: Rule, planned_at: datetime | None, now: datetime) -> timedelta:
    """Return for how long nobody looked since a poll was planned: no blindness, but a machine that slept."""
    late = now - planned_at if planned_at is not None else timedelta()
    return max(late - max(LATE, rule.every), timedelta())


def sees(connection: Connection, rule: Rule, watch_id: str, now: datetime) -> None:
    """Note that a poll showed a rule something to judge; what its owner was never told of is over without a word.

    Called by `agent.store` where a poll brought nothing new to judge, and by `judged`.
    """
    place = {"of_rule": rule.id, "of_watch": watch_id}
    row = connection.execute(_ROW, place).one_or_none()
    if row is not None and row.told_at is None:
        connection.execute(delete(blind).where(*_IS_OF), place)
    elif row is not None:
        connection.execute(update(blind).where(*_IS_OF).values(polls=0, over_at=row.over_at or now), place)


def unchanged(connection: Connection, rule: Rule, watch_id: str, now: datetime) -> None:
    """Note that a poll showed what was judged before: what was unknown of it then is unknown still."""
    row = connection.execute(_ROW, {"of_rule": rule.id, "of_watch": watch_id}).one_or_none()
    if row is not None and row.cause == UNKNOWN and row.polls:
        note(connection, rule, watch_id, UNKNOWN, row.text, now)
    elif row is not None:
        sees(connection, rule, watch_id, now)


def judged(
    connection: Connection, rule: Rule, watch_id: str, verdict: Verdict, past: RuleMemory, now: datetime
) -> None:
    """Note whether a poll could be judged.

    Called by `agent.judging` after each verdict on a new poll; `past` is what the rule remembered before it. One source
    of several is judged with the others, and alone only seen. A rule about other rules alone sees nothing itself: what
    blinds those is told of them.
    """
    is_asked = not isinstance(rule.condition, Unasked)
    unknown = [finding.because for finding in verdict.findings.values() if finding.holds is None]
    is_unknown = is_asked and bool(unknown) and len(unknown) == len(verdict.findings)
    if is_unknown and rule.joint is not None and not rule.joint.sources:
        return
    if not is_unknown or _is_held(verdict, past):
        sees(connection, rule, watch_id, now)
    else:
        note(connection, rule, watch_id, UNKNOWN, unknown[0], now)


def _is_held(verdict: Verdict, past: RuleMemory) -> bool:
    memories = {**past.seen, **verdict.memory.seen}
    return any(key in memories and memories[key].held is not None for key in verdict.findings)


# What is told of them.


def tell_blindness(database: Database, book: RuleBook, now: datetime) -> int:
    """Put into the outbox what the owner should know of rules that cannot be judged, and of those that can again.

    Called by the report pass. One transaction, and keys that hang on what was told before, so that nothing is told
    twice. Returns how many notices there are.
    """
    with database.reading() as connection:
        if connection.execute(select(blind.c.rule_id).limit(1)).first() is None:
            return 0
    with database.writing() as connection:
        _forget_sleepers(connection)
        found = spells(connection, book, now)
        to_do = decided(found, _seen_well_at(connection, book), now)
        _keep(connection, to_do, now)
        told = [_tell(connection, outage, book, now) for outage in to_do.tell]
        told += [_tell_over(connection, outage, book, now) for outage in to_do.over]
    return sum(told)


def spells(connection: Connection, book: RuleBook, now: datetime) -> tuple[Spell, ...]:
    """Return every spell of a rule of the book, in its order."""
    rows = connection.execute(
        select(blind, watches.c.good_at, subscriptions.c.next_poll_at)
        .join(watches, watches.c.id == blind.c.watch_id, isouter=True)
        .join(subscriptions, _IS_PLANNED, isouter=True)
    ).all()
    by_place = {(row.rule_id, row.watch_id): row for row in rows}
    muted = (one.rule_id for one in in_force(connection, now) if one.what == "rule")
    hushed = {*all_snoozed(connection, now), *muted}
    found = []
    for rule in book.rules:
        specs = (*rule.watches, *([rule.joint.spec] if rule.joint is not None else []))
        of_rule = [(spec, by_place[rule.id, spec.id]) for spec in specs if (rule.id, spec.id) in by_place]
        is_troubled = any(row.cause != UNKNOWN and row.polls for _, row in of_rule)
        for spec, row in of_rule:
            # What is unknown because a source is blind is told of that source.
            if not (is_troubled and row.cause == UNKNOWN):
                found.append(_spell(rule, spec, row, now, is_hushed=rule.id in hushed))
    return tuple(found)


def _spell(rule: Rule, spec: WatchSpec, row: Any, now: datetime, *, is_hushed: bool) -> Spell:
    is_joint = rule.joint is not None and spec.id == rule.joint.spec.id
    hosts = frozenset[str]().union(*(one.watcher.hosts for one in (rule.watches if is_joint else (spec,))))
    slept = _slept(rule, row.next_poll_at, now)
    return Spell(
        rule_id=rule.id,
        rule=rule.name,
        watch_id=spec.id,
        place=_place(spec, hosts),
        source=spec.label,
        since=row.since,
        polls=row.polls,
        cause=row.cause,
        text=row.text,
        told_at=row.told_at,
        good_at=row.good_at,
        over_at=row.over_at,
        asleep=timedelta(seconds=row.asleep_seconds) + slept,
        patience=rule.blind_after,
        window=rule.condition.window,
        notify=rule.notify,
        is_internet=bool(hosts) and not spec.private,
        is_awaited=slept > timedelta(),
        is_hushed=is_hushed,
    )


def _place(spec: WatchSpec, hosts: frozenset[str]) -> str:
    """Return the host of a watch; of several, the one that its label names."""
    named = sorted(host for host in hosts if host in spec.label)
    return (named or sorted(hosts) or [spec.label])[0]


def _seen_well_at(connection: Connection, book: RuleBook) -> datetime | None:
    """Return when a host out there last answered any rule, be it that it is overloaded: then the line is there."""
    specs = [spec for rule in book.rules for spec in rule.watches]
    there = {spec.id for spec in specs if spec.watcher.hosts and not spec.private}
    at_home = frozenset[str]().union(*(spec.watcher.hosts for spec in specs if spec.private))
    good_at = connection.scalar(select(func.max(watches.c.good_at)).where(watches.c.id.in_(there)))
    has_answered = contacts.c.record["status"].as_integer().is_not(None)
    polled = (contacts.c.purpose == "poll", contacts.c.host.not_in(at_home), has_answered)
    answered_at = connection.scalar(select(contacts.c.at).where(*polled).order_by(contacts.c.at.desc()).limit(1))
    return max((at for at in (good_at, answered_at) if at is not None), default=None)


def _forget_sleepers(connection: Connection) -> None:
    """Forget spells of rules that sleep: when they wake, what they saw before says nothing."""
    awake = select(subscriptions.c.rule_id).where(
        subscriptions.c.rule_id == blind.c.rule_id,
        subscriptions.c.watch_id == blind.c.watch_id,
        subscriptions.c.is_awake,
    )
    connection.execute(delete(blind).where(~awake.exists()))


def _keep(connection: Connection, to_do: Decided, now: datetime) -> None:
    for spell in (spell for outage in to_do.tell for spell in outage.spells):
        _change(connection, spell, told_at=now, cause=spell.cause)
    for spell in to_do.spoken_for:
        _change(connection, spell, told_at=spell.told_at, cause=spell.cause)
    ended = [spell for outage in to_do.over for spell in outage.spells]
    for spell in (*ended, *(spell for outage in to_do.tell for spell in outage.recovered)):
        connection.execute(delete(blind).where(*_IS_OF), {"of_rule": spell.rule_id, "of_watch": spell.watch_id})


def _change(connection: Connection, spell: Spell, **values: object) -> None:
    place = {"of_rule": spell.rule_id, "of_watch": spell.watch_id}
    connection.execute(update(blind).where(*_IS_OF).values(values), place)


def _tell(connection: Connection, outage: Outage, book: RuleBook, now: datetime) -> int:
    recovered = _once(spell.rule for spell in outage.recovered)
    zone = book.me.zone.key
    words = blind_notice(outage.place, _by_cause(outage.spells), now, zone, again=outage.is_again, recovered=recovered)
    said_at = max((spell.told_at for spell in outage.spells if spell.told_at is not None), default=None)
    key = f"blind {outage.place} {outage.since.isoformat()} {said_at.isoformat() if said_at else 'first'}"
    put_notice(connection, Notice(key, words, now), outage.channels, batch=f"blindness {now.isoformat()}")
    return 1 if outage.channels else 0


def _tell_over(connection: Connection, outage: Outage, book: RuleBook, now: datetime) -> int:
    heard = [spell for spell in outage.spells if not spell.is_hushed]
    if not heard:
        return 0
    # The pass comes soon after the poll that saw again; where it was snoozed or off in between, the poll knows better.
    until = max((spell.over_at for spell in outage.spells if spell.over_at is not None), default=None)
    until = until or max((spell.good_at for spell in outage.spells if spell.good_at is not None), default=now)
    causes, rules = [spell.cause for spell in heard], _once(spell.rule for spell in heard)
    words = sight_notice(outage.place, causes, rules, outage.since, max(until, outage.since), book.me.zone.key)
    key = f"seeing {outage.place} {outage.since.isoformat()} {max(until, outage.since).isoformat()}"
    channels = sorted({name for spell in heard for name in spell.notify})
    put_notice(connection, Notice(key, words, now), channels, batch=f"blindness {now.isoformat()}")
    return 1 if channels else 0


def _by_cause(found: Sequence[Spell]) -> list[Blinded]:
    by_cause: dict[str, list[Spell]] = {}
    for spell in found:
        by_cause.setdefault(spell.cause, []).append(spell)
    return [blinded(cause, members) for cause, members in by_cause.items()]


def blinded(cause: str, members: Sequence[Spell]) -> Blinded:
    """Return spells of one cause as they are told."""
    return Blinded(
        cause=cause,
        reasons=_once(spell.text for spell in members),
        rules=_once(spell.rule for spell in members),
        sources=_once(spell.source for spell in members),
        since=min(spell.since for spell in members),
        good_at=max((spell.good_at for spell in members if spell.good_at is not None), default=None),
    )


def _once(texts: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))

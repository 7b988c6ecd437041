"""Calm: what comes true again and again is told once as wavering, then once a day until it rests.

    a firing ──▶ admit ──▶ told as usual
                       ├─▶ the fourth within 24 hours: a notice in its place, with the lines that would calm it
                       └─▶ one more: kept, and calmed
    the report pass ──▶ tell_wavering ──▶ a day after the last notice: how often it came true since, if it did

So each time is told by itself or counted in a notice. It rests when it has not come true for 24 hours. Nothing says so
but `status`: silence needs no message. A reminder that its owner asked for (`again`) is no wavering, nor is what an
edit of the rule makes true anew, and each entry of a stream is a thing of its own. What is urgent is told as usual, and
the notice beside it: its owner chose to be woken, and not to sleep through the fifth time.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Column, Connection, and_, bindparam, delete, or_, select

from agent.answers.muting import why_untold
from agent.database import Database, parts, table_of, upsert
from agent.messages import Notice, put_notice
from agent.records import read_firing
from agent.snoozing import hold_notices
from agent.tables import CalmRow, FiringRow, ReadingRow, SubscriptionRow
from rules.calming import advice
from rules.condition import Reading
from rules.firing import FIRST_SEEN, NEW, REMINDED, Firing
from rules.health_notices import flapping_notice
from rules.history import keeps_readings
from rules.rule import Rule, RuleBook
from watchers.facts import decode_facts

DAY = timedelta(days=1)
# So often within a day is no wavering yet.
OFTEN = 3
# Of a thing that wavers every minute, so many readings show how far.
MOST_READINGS = 500

calm = table_of(CalmRow)
firings = table_of(FiringRow)
readings = table_of(ReadingRow)
subscriptions = table_of(SubscriptionRow)

_IS_NO_REMINDER = firings.c.reason.not_like(f"{REMINDED}%")
# Made once: to make a statement takes longer than to run it.
_CAME_TRUE = (
    select(firings.c.observation, firings.c.at)
    .where(
        firings.c.rule_id == bindparam("of_rule"),
        firings.c.watch_id == bindparam("of_watch"),
        firings.c.observation.in_(bindparam("keys", expanding=True)),
        firings.c.at > bindparam("since"),
        _IS_NO_REMINDER,
    )
    .order_by(firings.c.at)
)
_LATEST_READINGS = (
    select(readings)
    .where(
        readings.c.rule_id == bindparam("of_rule"),
        readings.c.watch_id == bindparam("of_watch"),
        readings.c.key == bindparam("of_key"),
        readings.c.until >= bindparam("since"),
    )
    .order_by(readings.c.id.desc())
    .limit(MOST_READINGS)
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Calmed:
    """What becomes of the messages of a firing.

    Attributes:
        state: "waiting" where they go out as usual, "calmed" where they are kept and go nowhere.
        because: Why, for `why` and `firings`; None where they go out.
    """

    state: str
    because: str | None = None


CALMED = "calmed"
AS_USUAL = Calmed("waiting")


@dataclass(frozen=True, slots=True)
class Flapping:
    """An observation that comes true too often to be told each time.

    Attributes:
        since: The first of the firings by which that was noticed.
        fired_at: The last one.
    """

    rule_id: str
    watch_id: str
    key: str
    since: datetime
    told_at: datetime
    fired_at: datetime


def admit(connection: Connection, fired: Sequence[Firing], rule: Rule, now: datetime) -> dict[str, Calmed]:
    """Return by its key what becomes of the messages of each firing that is not told as usual.

    Called by `agent.telling.tell` in the transaction of the judgement, for the new firings of one rule and watch, after
    their own rows are kept and without those that the owner has muted. The notices that stand in for their messages are
    put into the outbox.
    """
    crossed = {one.observation: one for one in fired if _is_crossing(one)}
    if not crossed:
        return {}
    wavering = _Wavering.of(connection, rule, fired[0].watch_id)
    known = wavering.still(crossed, now)
    begun = wavering.begin([one for key, one in crossed.items() if key not in known], now)
    wavering.keep(replace(one, fired_at=now) for one in known.values())
    wavering.tell_again([(one, crossed[key]) for key, one in known.items() if _is_due(one, now)], now)
    calmed = Calmed(CALMED, "it came true more than 3 times in 24 hours: told once a day until it rests")
    return {crossed[key].key: calmed for key in (*known, *begun) if crossed[key].urgency != "urgent"}


def tell_wavering(database: Database, book: RuleBook, now: datetime) -> int:
    """Put into the outbox what came true again since its owner was last told, a day ago, that it wavers.

    Called by the report pass. One transaction, and keys that hang on what was told before, so that nothing is told
    twice. Returns how many notices there are.
    """
    is_untold = calm.c.fired_at > calm.c.told_at
    is_due = (is_untold, or_(calm.c.told_at <= now - DAY, calm.c.told_at > now))
    with database.reading() as connection:
        if connection.execute(select(calm.c.rule_id).where(*is_due).limit(1)).first() is None:
            return 0
    told = 0
    with database.writing() as connection:
        by_watch = groupby(_flapping(connection, *is_due), key=lambda one: (one.rule_id, one.watch_id))
        for (rule_id, watch_id), due in by_watch:
            rule = book.rule(rule_id)
            if rule is None:
                connection.execute(delete(calm).where(calm.c.rule_id == rule_id, *is_due))
            else:
                told += _Wavering.of(connection, rule, watch_id).tell_due({one.key: one for one in due}, book, now)
    return told


def flapping(connection: Connection, now: datetime) -> tuple[Flapping, ...]:
    """Return what wavers and does not rest yet."""
    return tuple(_flapping(connection, calm.c.fired_at > now - DAY))


def forget_rested(connection: Connection, now: datetime) -> None:
    """Forget what has come to rest and is told; `agent.tidying.tidy` calls this."""
    connection.execute(delete(calm).where(calm.c.fired_at <= now - DAY, calm.c.fired_at <= calm.c.told_at))


def _is_crossing(firing: Firing) -> bool:
    return firing.reason not in (NEW, FIRST_SEEN) and not firing.reason.startswith(REMINDED)


def _is_due(one: Flapping, now: datetime) -> bool:
    # A clock that ran ahead told "in the future": that must not silence it until then.
    return not timedelta() <= now - one.told_at < DAY


def _flapping(connection: Connection, *conditions: Any) -> list[Flapping]:
    chosen = select(calm).where(*conditions).order_by(calm.c.rule_id, calm.c.watch_id, calm.c.key)
    return [Flapping(**row._mapping) for row in connection.execute(chosen)]


@dataclass(frozen=True, slots=True)
class _News:
    """What is to be told of an observation: how often it came true after `since`, `firing` the last time.

    Attributes:
        told_at: When its owner was told before; None: never.
    """

    firing: Firing
    times: int
    since: datetime
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Wavering:
    """What wavers of one rule at one watch, inside the caller's transaction.

    Attributes:
        began: Since when the rule has meant what it means now, to this watch.
    """

    connection: Connection
    rule: Rule
    watch_id: str
    began: datetime | None

    @classmethod
    def of(cls, connection: Connection, rule: Rule, watch_id: str) -> _Wavering:
        """Return it with what is the same for all observations."""
        of_rule = (subscriptions.c.rule_id == rule.id, subscriptions.c.watch_id == watch_id)
        began = connection.scalar(select(subscriptions.c.baseline_at).where(*of_rule))
        return cls(connection, rule, watch_id, began)

    def still(self, keys: Iterable[str], now: datetime) -> dict[str, Flapping]:
        """Return which of these observations waver; what has rested meanwhile, or was edited, is forgotten.

        What rested while nobody reported, as the machine slept, is told before it is forgotten.
        """
        found = [one for part in parts([*keys]) for one in _flapping(self.connection, *self._are(calm.c.key, part))]
        known = {one.key: one for one in found if self._is_of_now(one) and now - one.fired_at < DAY}
        rested = [one for one in found if one.key not in known]
        untold = {one.key: one for one in rested if self._is_of_now(one) and one.fired_at > one.told_at}
        self.tell_again([(untold[key], last) for key, last in self._last(untold).items()], now)
        self._forget([one.key for one in rested])
        return known

    def begin(self, fired: Sequence[Firing], now: datetime) -> set[str]:
        """Tell what has come to waver by these firings, and return which observations that are."""
        came_true = self._came_true([(now - DAY, one) for one in fired])
        news = [
            _News(one, len(times) + 1, times[0]) for one in fired if len(times := came_true[one.observation]) >= OFTEN
        ]
        self.keep(Flapping(self.rule.id, self.watch_id, one.firing.observation, one.since, now, now) for one in news)
        self._tell(news, now)
        return {one.firing.observation for one in news}

    def tell_due(self, due: Mapping[str, Flapping], book: RuleBook, now: datetime) -> int:
        """Tell what came true again since it was last told, but for what is muted; return how many notices that are."""
        last = self._last([key for key, one in due.items() if self._is_of_now(one)])
        self._forget([key for key in due if key not in last])
        muted = why_untold(self.connection, [*last.values()], now, book.names)
        self.keep(replace(due[key], told_at=now) for key, one in last.items() if one.key in muted)
        again = [(due[key], one) for key, one in last.items() if one.key not in muted]
        self.tell_again(again, now)
        return len(again)

    def tell_again(self, due: Sequence[tuple[Flapping, Firing]], now: datetime) -> None:
        """Tell what wavers still: how often it came true since its owner was last told, each firing the last time."""
        # A clock that ran ahead told "in the future": then it is counted from where it began.
        spans = [(one.told_at if one.told_at < firing.seen_at else one.since, firing) for one, firing in due]
        came_true = self._came_true(spans)
        self.keep(replace(one, told_at=now, fired_at=firing.seen_at) for one, firing in due)
        news = [
            _News(firing, len(came_true[one.key]) + 1, since, one.told_at)
            for (one, firing), (since, _) in zip(due, spans, strict=True)
        ]
        self._tell(news, now)

    def keep(self, wavering: Iterable[Flapping]) -> None:
        """Keep these as they are now."""
        upsert(self.connection, CalmRow, [asdict(one) for one in wavering])

    def _forget(self, keys: Sequence[str]) -> None:
        for part in parts(keys):
            self.connection.execute(delete(calm).where(*self._are(calm.c.key, part)))

    def _are(self, key: Column[str], keys: Sequence[str]) -> tuple[Any, ...]:
        """Return the conditions that choose these observations from a table, by its column of their keys."""
        table = key.table.c
        return (table.rule_id == self.rule.id, table.watch_id == self.watch_id, key.in_(keys))

    def _is_of_now(self, one: Flapping) -> bool:
        """Return whether something wavers by what the rule means now, and not by what it meant before an edit."""
        return self.began is None or one.told_at >= self.began

    def _last(self, keys: Iterable[str]) -> dict[str, Firing]:
        """Return the last time that each of these came true, where that can still be found."""
        of_it = (calm.c.rule_id == firings.c.rule_id, calm.c.watch_id == firings.c.watch_id)
        at_last = and_(*of_it, calm.c.key == firings.c.observation, calm.c.fired_at == firings.c.at)
        chosen = select(firings.c.record).join(calm, at_last).where(_IS_NO_REMINDER)
        asked = [chosen.where(*self._are(firings.c.observation, part)) for part in parts([*keys])]
        found = [read_firing(record) for one in asked for record in self.connection.scalars(one)]
        return {one.observation: one for one in found}

    def _came_true(self, spans: Sequence[tuple[datetime, Firing]]) -> dict[str, list[datetime]]:
        """Return when each observation came true after an instant and before a firing of it, oldest first.

        Reminders do not count, nor does what came true by what the rule meant before it was edited.
        """
        found: dict[str, list[datetime]] = {firing.observation: [] for _, firing in spans}
        if not spans:
            return found
        bounds = {firing.observation: (after, firing.seen_at) for after, firing in spans}
        counted = {"of_rule": self.rule.id, "of_watch": self.watch_id, "since": min(after for after, _ in spans)}
        for part in parts([*found]):
            for row in self.connection.execute(_CAME_TRUE, {**counted, "keys": part}):
                after, before = bounds[row.observation]
                if after < row.at < before and (self.began is None or row.at >= self.began):
                    found[row.observation].append(row.at)
        return found

    def _tell(self, news: Sequence[_News], now: datetime) -> None:
        for one in news:
            firing, key = one.firing, self._key(one)
            lines = advice(self.rule, self._readings(firing.observation, one.since))
            words = flapping_notice(firing, lines, one.times, one.since, again=one.told_at is not None)
            # Each time of what is urgent is told besides; this alone need not wake anybody.
            urgency = "normal" if firing.urgency == "urgent" else firing.urgency
            put_notice(self.connection, Notice(key, words, now), self.rule.notify, batch=key, urgency=urgency)
            log.info("rule %s wavers (%s): %d times within a day", self.rule.id, firing.observation, one.times)
        hold_notices(self.connection, self.rule.id, [self._key(one) for one in news], now)

    def _key(self, one: _News) -> str:
        began = one.told_at or one.since
        return f"flapping {self.rule.id} {self.watch_id} {one.firing.observation} {began.isoformat()}"

    def _readings(self, key: str, since: datetime) -> Sequence[Reading]:
        if not keeps_readings(self.rule):
            return ()
        of_it = {"of_rule": self.rule.id, "of_watch": self.watch_id, "of_key": key, "since": since}
        rows = self.connection.execute(_LATEST_READINGS, of_it).all()
        return [Reading(row.at, row.until, decode_facts(row.facts)) for row in reversed(rows)]

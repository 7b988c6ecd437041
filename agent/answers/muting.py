"""Muting: what the owner wants to hear nothing of any more. Judging goes on, and what is not told is listed.

Every function works inside the caller's transaction. What a mute covers is told again once it has ended; what it hid
meanwhile stays hidden, and `trusted-agent firings` lists it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Connection, delete, literal, or_, select, update

from agent.answers.aspects import mentioned, sources, thing
from agent.database import parts, table_of, upsert
from agent.doing.saying import question_key
from agent.records import read_firing
from agent.tables import AnswerRow, FiringRow, MemoryRow, MessageRow, MuteRow
from rules.firing import REMINDED, Firing
from rules.rule import Names
from rules.when.evaluate_texts import alike
from rules.words import written_time

What = Literal["rule", "topic", "source", "observation"]
# The state of a message that is never sent, and those in which one surely was not.
MUTED = "muted"
HIDEABLE = ("waiting", "failed")
SEEN = "seen"
STILL_TRUE = f"{REMINDED}: still true"
# So many firings are looked through for what a mute concerns.
MOST_FIRINGS = 10_000

mutes = table_of(MuteRow)
firings = table_of(FiringRow)
messages = table_of(MessageRow)
answers = table_of(AnswerRow)
memories = table_of(MemoryRow)


@dataclass(frozen=True, slots=True)
class Mute:
    """Something of a rule that its owner wants to hear nothing of.

    Attributes:
        value: A topic's name or one phrase, a source by any of its names, or what `aspects.thing` says; empty for the
            whole rule.
        until: When it ends; None: when the owner ends it.
        name: What a person calls it, where `value` is not for people.
    """

    rule_id: str
    what: What
    value: str
    at: datetime
    until: datetime | None = None
    name: str = ""

    def __str__(self) -> str:
        shown = self.name or self.value
        named = {"rule": "everything", "topic": f"the topic {shown}", "source": f"what comes from {shown}"}
        return named.get(self.what) or shown

    def concerns(self, firing: Firing, names: Names | None = None) -> bool:
        """Return whether a firing of its rule is about it."""
        match self.what:
            case "rule":
                return True
            case "observation":
                return thing(firing) == self.value
            case "source":
                return alike(self.value) in map(alike, sources(firing))
            case "topic":
                return any(alike(self.value) in one.words for one in mentioned(firing, names))


@dataclass(frozen=True, slots=True)
class Ended:
    """A mute that has ended, and how many firings of what it covered were hidden."""

    mute: Mute
    hidden: int


def why_untold(
    connection: Connection, fired: Sequence[Firing], now: datetime, names: Names | None = None
) -> dict[str, str]:
    """Return by its key why nothing is sent of a new firing, of each that is not to be told.

    Called by `agent.telling.tell`, in the transaction of the judgement: the messages of such a firing are written with
    the state `MUTED` and that reason as their `error`.

    Args:
        connection: The transaction.
        fired: Firings of one rule and watch, under the rule's present id.
        now: The present instant.
        names: What topics and profile say now.
    """
    if not fired:
        return {}
    muted = in_force(connection, now, fired[0].rule_id)
    seen = _acknowledged(connection, [one for one in fired if one.reason == STILL_TRUE])
    whys = {one.key: why_muted(muted, one, names) or seen.get(one.key, "") for one in fired}
    return {key: why for key, why in whys.items() if why}


def why_muted(muted: Sequence[Mute], firing: Firing, names: Names | None = None) -> str:
    """Return which of these mutes of a firing's rule keep it from being told; empty where none does.

    What mentions a topic that was turned down is told all the same where it mentions something else that the rule
    asks for.
    """
    for one in muted:
        if one.what != "topic" and one.concerns(firing, names):
            return _sentence(one, firing.zone)
    turned_down = {alike(one.value): one for one in muted if one.what == "topic"}
    met = mentioned(firing, names) if turned_down else ()
    covered = [next((turned_down[word] for word in one.words if word in turned_down), None) for one in met]
    first = covered[0] if covered else None
    return _sentence(first, firing.zone) if first is not None and None not in covered else ""


def _sentence(one: Mute, zone: str) -> str:
    what = "this rule" if one.what == "rule" else "it" if one.what == "observation" else f"{one} for this rule"
    until = f" until {written_time(one.until, zone)}" if one.until else ""
    return f"you muted {what} on {written_time(one.at, zone)}{until}"


def _acknowledged(connection: Connection, reminders: Sequence[Firing]) -> dict[str, str]:
    """Return by its key which reminders are of something that its owner has acknowledged since it came true."""
    since = _since(connection, reminders)
    if not since:
        return {}
    rule_id, watch_id = reminders[0].rule_id, reminders[0].watch_id
    acknowledged = (answers.c.rule_id == rule_id, answers.c.answer == SEEN, answers.c.at >= min(since.values()))
    joined = select(firings.c.record, answers.c.at).join(firings, firings.c.key == answers.c.firing_key)
    at: dict[str, datetime] = {}
    for row in connection.execute(joined.where(*acknowledged).order_by(answers.c.at)):
        seen = read_firing(row.record)
        if seen.watch_id == watch_id and seen.observation in since and row.at >= since[seen.observation]:
            at[seen.observation] = row.at
    return {
        one.key: f"you acknowledged it on {written_time(at[one.observation], one.zone)}"
        for one in reminders
        if one.observation in at
    }


def _since(connection: Connection, fired: Sequence[Firing]) -> dict[str, datetime]:
    """Return by its key since when an observation has been true, as far as that is known."""
    found: dict[str, datetime] = {}
    for part in parts([one.observation for one in fired]):
        of_watch = (memories.c.rule_id == fired[0].rule_id, memories.c.watch_id == fired[0].watch_id)
        chosen = select(memories.c.key, memories.c.since).where(*of_watch, memories.c.key.in_(part))
        found |= {row.key: row.since for row in connection.execute(chosen) if row.since is not None}
    return found


def in_force(connection: Connection, now: datetime, rule_id: str | None = None) -> tuple[Mute, ...]:
    """Return what is muted now, of one rule or of all, the oldest first."""
    chosen = select(mutes).where(or_(mutes.c.until.is_(None), mutes.c.until > now))
    if rule_id is not None:
        chosen = chosen.where(mutes.c.rule_id == rule_id)
    return tuple(
        _read(row.rule_id, row.what, row.value, row.at, row.until)
        for row in connection.execute(chosen.order_by(mutes.c.at, mutes.c.what, mutes.c.value))
    )


def _read(rule_id: str, what: str, value: str, at: datetime, until: datetime | None) -> Mute:
    known = next(one for one in get_args(What) if one == what)
    return Mute(rule_id, known, value, at, until)


def named(connection: Connection, muted: Iterable[Mute], names: Names | None = None) -> Iterator[Mute]:
    """Yield mutes with what a person calls them: the things among them by their titles."""
    for one in muted:
        told = next(_told(connection, one, names), None) if one.what == "observation" else None
        title = (told.title or told.rule_name) if told is not None else ""
        yield Mute(one.rule_id, one.what, one.value, one.at, one.until, title)


def mute(connection: Connection, one: Mute, now: datetime, names: Names | None = None) -> int:
    """Hear nothing of something from now on; return how many firings on their way to the owner it hides.

    The question whether to act for one of them is not sent either, and so lapses.
    """
    values = {"rule_id": one.rule_id, "what": one.what, "value": one.value, "at": one.at, "until": one.until}
    upsert(connection, MuteRow, [values])
    muted = in_force(connection, now, one.rule_id)
    waiting = (messages.c.state.in_(HIDEABLE), messages.c.claimed_by.is_(None))
    question = literal(question_key("")).concat(firings.c.key)
    on_the_way = or_(
        firings.c.key.in_(select(messages.c.firing_key).where(*waiting)),
        question.in_(select(messages.c.notice_key).where(*waiting)),
    )
    chosen = select(firings.c.record).where(firings.c.rule_id == one.rule_id, on_the_way)
    hides = 0
    for record in connection.scalars(chosen).all():
        firing = read_firing(record)
        why = why_muted(muted, firing, names)
        if why:
            is_one = or_(messages.c.firing_key == firing.key, messages.c.notice_key == question_key(firing.key))
            connection.execute(update(messages).where(is_one, *waiting).values(state=MUTED, error=why))
            hides += 1
    return hides


def end(connection: Connection, muted: Iterable[Mute], names: Names | None = None) -> tuple[Ended, ...]:
    """Let mutes end; return them with what was hidden. What was hidden is not sent afterwards: it is past."""
    ended = []
    for one in named(connection, muted, names):
        is_one = (mutes.c.rule_id == one.rule_id, mutes.c.what == one.what, mutes.c.value == one.value)
        connection.execute(delete(mutes).where(*is_one))
        ended.append(Ended(one, hidden(connection, one, names)))
    return tuple(ended)


def hidden(connection: Connection, one: Mute, names: Names | None = None) -> int:
    """Return how many firings are about what a mute covers and were kept from their owner, by this one or another."""
    return sum(1 for _ in _told(connection, one, names, only_hidden=True))


def _told(connection: Connection, one: Mute, names: Names | None, *, only_hidden: bool = False) -> Iterator[Firing]:
    """Yield the firings that a mute concerns, newest first."""
    chosen = select(firings.c.record).where(firings.c.rule_id == one.rule_id)
    if only_hidden:
        are_hidden = select(messages.c.firing_key).where(messages.c.state == MUTED)
        chosen = chosen.where(firings.c.key.in_(are_hidden))
    for record in connection.scalars(chosen.order_by(firings.c.at.desc(), firings.c.key).limit(MOST_FIRINGS)):
        firing = read_firing(record)
        if one.concerns(firing, names):
            yield firing

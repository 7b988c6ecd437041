"""What to say of rules that cannot be judged: what belongs together, what is due, what is over.

    Spells ──▶ decided ──▶ Outages to tell · Outages that are over · spells that an outage already told speaks for

Pure: `agent.blindness` reads the spells and keeps what was decided. One host that fails is one outage, whatever the
number of rules; where nothing at all answers, it is the owner's own line, and that is one too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from rules.delivery import Patience
from rules.health_notices import OWN_LINE, UNKNOWN

UNAVAILABLE = "SourceUnavailable"
# What is told within its first day is reminded of after a day, then after three, then once a week.
REMINDERS = ((timedelta(days=1), timedelta(days=1)), (timedelta(days=4), timedelta(days=3)))
RARELY = timedelta(days=7)
# One host that is silent is down; with another, nothing answers.
LEAST_HOSTS = 2


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which one rule cannot be judged by one of its watches.

    Attributes:
        place: The host, or what is watched where there is none; `is_internet` where it is a host out there.
        polls: How many in a row gave nothing; 0: it can be judged again.
        told_at: When its owner was last told.
        good_at: When the watch was last seen well.
        over_at: When the rule could be judged again.
        asleep: How much of it nobody looked, as the machine slept or the agent was off.
        patience: How long its owner does not want to hear of it.
        window: How far back the rule's sentence looks: so long it may take until it is known.
        is_awaited: A look is long due: the machine has just woken, and what it shows is not known yet.
        is_hushed: Its owner wants to hear nothing of the rule now.
    """

    rule_id: str
    rule: str
    watch_id: str
    place: str
    source: str
    since: datetime
    polls: int
    cause: str
    text: str
    told_at: datetime | None = None
    good_at: datetime | None = None
    over_at: datetime | None = None
    asleep: timedelta = timedelta()
    patience: Patience = field(default_factory=Patience)
    window: timedelta = timedelta()
    notify: tuple[str, ...] = ()
    is_internet: bool = False
    is_awaited: bool = False
    is_hushed: bool = False

    @property
    def is_over(self) -> bool:
        """Whether the rule can be judged again."""
        return self.polls == 0

    def is_long(self, now: datetime) -> bool:
        """Whether it was looked for in vain for longer than its owner does not want to hear of it."""
        return self.polls >= self.patience.polls and now - self.since - self.asleep >= self.patience.length

    def is_to_tell(self, now: datetime) -> bool:
        """Whether it is time to tell it for the first time."""
        return self.told_at is None and not self.is_awaited and self.is_long(now)


@dataclass(frozen=True, slots=True)
class Outage:
    """Spells that are told as one.

    Attributes:
        recovered: Those that were told as a part of it, and are over.
    """

    place: str
    spells: tuple[Spell, ...]
    is_again: bool = False
    recovered: tuple[Spell, ...] = ()

    @property
    def since(self) -> datetime:
        """When it began."""
        return min(spell.since for spell in self.spells)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels of its rules."""
        return tuple(sorted({name for spell in self.spells for name in spell.notify}))


@dataclass(frozen=True, slots=True)
class Decided:
    """What to do about spells.

    Attributes:
        tell: What to say; its spells are told now, with the cause that stands in them.
        over: What to say is over; its spells are forgotten.
        spoken_for: Spells that an outage speaks for which was told before, as they are to be kept.
    """

    tell: tuple[Outage, ...] = ()
    over: tuple[Outage, ...] = ()
    spoken_for: tuple[Spell, ...] = ()


def decided(spells: Sequence[Spell], seen_well_at: datetime | None, now: datetime) -> Decided:
    """Return what to say.

    Args:
        spells: Every spell of a rule that is awake.
        seen_well_at: When a host of the internet last answered any rule; None: none ever did.
        now: The present instant.
    """
    over, left = _line_over(spells, seen_well_at)
    heard = [spell for spell in left if not spell.is_hushed]
    line = _own_line(heard, seen_well_at)
    told, spoken_for = _line(line, now)
    in_line = {(spell.rule_id, spell.watch_id) for spell in line} if told or spoken_for or _is_told(line) else set()
    others = [spell for spell in heard if (spell.rule_id, spell.watch_id) not in in_line]
    tell = [*told]
    for place in dict.fromkeys(spell.place for spell in others):
        there = [spell for spell in others if spell.place == place]
        ended = _ended(place, there)
        over += ended
        gone = {id(spell) for outage in ended for spell in outage.spells}
        outage, hushed = _at_one_place(place, [spell for spell in there if id(spell) not in gone], now)
        tell += outage
        spoken_for += hushed
    return Decided(tuple(tell), tuple(over), tuple(spoken_for))


# Reminders.


def _is_due_again(spells: Sequence[Spell], now: datetime) -> bool:
    """Return whether it is time for a reminder of an outage: as one, however many rules it has come to blind since."""
    # After a snooze, one that has just begun again is no reason to remind.
    told = [spell for spell in spells if spell.told_at is not None and not spell.is_awaited and spell.is_long(now)]
    if not told:
        return False
    told_at = max(spell.told_at for spell in told if spell.told_at is not None)
    lasted = told_at - min(spell.since for spell in told)
    # What needs a history gets the time to gather one.
    gathers = min(spell.window if spell.cause == UNKNOWN else timedelta() for spell in told)
    wait = max(next((wait for below, wait in REMINDERS if lasted < below), RARELY), gathers - lasted)
    # A clock that ran ahead told "in the future".
    return not timedelta() <= now - told_at < wait


# The owner's own line.


def _line_over(spells: Sequence[Spell], seen_well_at: datetime | None) -> tuple[list[Outage], list[Spell]]:
    """Return the outage of the line where it is over, and what else there is: one answer speaks for all hosts."""
    of_line = [spell for spell in spells if spell.cause == OWN_LINE]
    others = [spell for spell in spells if spell.cause != OWN_LINE]
    if not of_line:
        return [], others
    has_answered = seen_well_at is not None and seen_well_at > min(spell.since for spell in of_line)
    if has_answered or any(spell.is_over for spell in of_line):
        return [Outage("", tuple(of_line))], others
    return [], list(spells)


def _own_line(spells: Iterable[Spell], seen_well_at: datetime | None) -> list[Spell]:
    """Return the spells that are the line's: hosts that went silent, and none of the internet answered since."""
    silent = [
        spell
        for spell in spells
        if spell.is_internet
        and not spell.is_over
        and spell.cause in (UNAVAILABLE, OWN_LINE)
        and (seen_well_at is None or spell.since > seen_well_at)
    ]
    return silent if len({spell.place for spell in silent}) >= LEAST_HOSTS else []


def _is_told(line: Sequence[Spell]) -> bool:
    return any(spell.cause == OWN_LINE for spell in line)


def _line(line: Sequence[Spell], now: datetime) -> tuple[list[Outage], list[Spell]]:
    as_line = [replace(spell, cause=OWN_LINE) for spell in line]
    told = [spell for spell in line if spell.cause == OWN_LINE]
    if _is_due_again(told, now):
        return [Outage("", tuple(as_line), is_again=True)], []
    if told:
        said_at = max(spell.told_at for spell in told if spell.told_at is not None)
        return [], [replace(spell, told_at=said_at) for spell in as_line if spell.is_to_tell(now)]
    if any(spell.is_to_tell(now) for spell in line):
        return [Outage("", tuple(as_line))], []
    return [], []


# One host.


def _ended(place: str, spells: Sequence[Spell]) -> list[Outage]:
    """Return what is over at one place.

    A host that answers one rule is there again for all. What blocks, is gone or is not understood may be so of one page
    alone: then it is over when the last of them is.
    """
    ended: list[Spell] = []
    for cause in dict.fromkeys(spell.cause for spell in spells):
        told = [spell for spell in spells if spell.cause == cause and spell.told_at is not None]
        over = [spell for spell in told if spell.is_over]
        if over and (cause == UNAVAILABLE or len(over) == len(told)):
            ended += told
    return [Outage(place, tuple(ended))] if ended else []


def _at_one_place(place: str, spells: Sequence[Spell], now: datetime) -> tuple[list[Outage], list[Spell]]:
    """Return what to tell of one host, and the spells for which an outage speaks that was told before."""
    still = [spell for spell in spells if not spell.is_over]
    told_at: dict[str, datetime] = {}
    for spell in still:
        if spell.told_at is not None:
            told_at[spell.cause] = max(spell.told_at, told_at.get(spell.cause, spell.told_at))
    long = [spell for spell in still if spell.is_to_tell(now)]
    news = {spell.cause for spell in long} - told_at.keys()
    is_again = _is_due_again(still, now)
    if not news and not is_again:
        return [], [replace(spell, told_at=told_at[spell.cause]) for spell in long]
    causes = news | told_at.keys()
    # All that one cause blinds there is said at once, also where a rule has just begun to be blind.
    named = tuple(spell for spell in still if spell.cause in causes)
    recovered = tuple(spell for spell in spells if spell.is_over)
    return [Outage(place, named, is_again=not news, recovered=recovered)], []

"""What the owner can say to a message, and what each answer does; all inside the caller's transaction.

    useful · not useful    the digest's order learns from it; a no offers to turn down the topic or the source
    seen                   reminders of the same thing stop until it clears
    snooze                 nothing of the rule for a while, and nothing of it lost
    mute                   nothing more of a rule, a topic, a source or a thing

An answer comes from a command or from the answer page; both say the same sentence of what happens from now on.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from agent.answers.aspects import mentioned, sources, thing
from agent.answers.muting import SEEN, Mute, What, in_force, mute, why_muted
from agent.answers.usefulness import NOT_USEFUL, USEFUL, usefulness
from agent.database import table_of, upsert
from agent.records import read_firing
from agent.snoozing import put_to_sleep
from agent.tables import AnswerRow, FiringRow
from rules.firing import Firing
from rules.rule import Names, Rule
from rules.words import written_time

# A prefix of an id that is shorter would be a guess.
SHORTEST_ID = 3
# Of the topics that one firing mentions, so many are offered to be turned down.
MOST_OFFERS = 4
_HEXADECIMAL = frozenset("0123456789abcdef")
_SAID = {
    USEFUL: "you found it useful",
    NOT_USEFUL: "you found it not useful",
    SEEN: "you acknowledged it",
    "yes": "you said yes",
    "no": "you said no",
}

answers = table_of(AnswerRow)
firings = table_of(FiringRow)


@dataclass(frozen=True, slots=True)
class Subject:
    """A firing that is answered, and what its rule is called now."""

    firing: Firing
    rule_id: str

    @property
    def name(self) -> str:
        """What a person calls the thing that it told of."""
        return self.firing.title or self.firing.rule_name


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be turned down: what a mute would cover.

    Attributes:
        label: What its button says.
        name: What a person calls it, where `value` is not for people.
    """

    what: What
    value: str
    label: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What came of an answer.

    Attributes:
        said: What happens from now on, in a sentence.
        undo: The command that takes it back; empty where nothing does.
        offers: What can be turned down besides.
        counts: It was taken; False where its question was settled before, by an answer that stands.
    """

    said: str
    undo: str = ""
    offers: tuple[Offer, ...] = ()
    counts: bool = True


def subject(connection: Connection, key: str) -> Subject | None:
    """Return the firing whose key begins like this; None where there is none, or more than one."""
    found = subjects(connection, key)
    return found[0] if len(found) == 1 else None


def subjects(connection: Connection, prefix: str) -> tuple[Subject, ...]:
    """Return every firing whose key begins like this, newest first; keys are hexadecimal."""
    sought = prefix.strip().lower()
    if len(sought) < SHORTEST_ID or not set(sought) <= _HEXADECIMAL:
        return ()
    chosen = select(firings).where(firings.c.key.startswith(sought)).order_by(firings.c.at.desc(), firings.c.key)
    return tuple(Subject(read_firing(row.record), row.rule_id) for row in connection.execute(chosen))


# Useful or not.


def rate(
    connection: Connection, about: Subject, *, useful: bool, now: datetime, by: str, names: Names | None = None
) -> Given:
    """Keep whether a message was useful; the last word counts."""
    said, other = (USEFUL, NOT_USEFUL) if useful else (NOT_USEFUL, USEFUL)
    _take_back(connection, about, other)
    _keep(connection, about, said, now, by)
    reason = usefulness(connection, about.firing, now, names)
    place = "earlier" if useful else "later"
    sentence = f"Noted: what is like it comes {place} in digests from now on ({reason})."
    return Given(
        sentence, f"trusted-agent useful {about.firing.id} --off", () if useful else tuple(offers(about, names))
    )


def unrate(connection: Connection, about: Subject) -> bool:
    """Forget whether a message was useful; return whether that had been said."""
    return _take_back(connection, about, USEFUL) or _take_back(connection, about, NOT_USEFUL)


def offers(about: Subject, names: Names | None = None) -> Iterator[Offer]:
    """Yield what of a firing can be turned down, narrowest first: phrases, their topics, the source, the rule."""
    met = mentioned(about.firing, names)
    phrases = dict.fromkeys(one.phrase for one in met)
    topics = dict.fromkeys(one.topic for one in met if one.topic and one.topic not in phrases)
    for value in [*phrases][:MOST_OFFERS] + [*topics][:MOST_OFFERS]:
        yield Offer("topic", value, f"No more about {value}")
    for name in sources(about.firing)[:1]:
        yield Offer("source", name, f"No more from {name}")
    yield Offer("rule", "", f"Nothing of {about.firing.rule_name}")


def narrowest(about: Subject, rule: Rule | None, names: Names | None = None) -> Offer:
    """Return what "mute" means where nothing more is said.

    Of a stream that is the topic, where the sentence met just one, else the source, where the rule has several; of a
    gauge with several things the thing; else the rule.
    """
    whole = Offer("rule", "", f"Mute {about.firing.rule_name}")
    if rule is None:
        return whole
    if rule.kind.shape == "gauge":
        one = thing(about.firing)
        return Offer("observation", one, f"Mute {about.name}", about.name) if one else whole
    phrases = list(dict.fromkeys(one.phrase for one in mentioned(about.firing, names)))
    if len(phrases) == 1:
        return Offer("topic", phrases[0], f"Mute {phrases[0]}")
    if len(rule.watches) > 1 and (name := next(iter(sources(about.firing)), "")):
        return Offer("source", name, f"Mute {name}")
    return whole


# Seen.


def acknowledge(connection: Connection, about: Subject, *, now: datetime, by: str, rule: Rule | None = None) -> Given:
    """Keep that the owner has seen something: it is not reminded of until it clears. That answers no question."""
    _keep(connection, about, SEEN, now, by)
    if rule is not None and rule.again.when != "every":
        sentence = f"Seen. The rule {about.rule_id} has no reminders that would stop: its next message is news."
    else:
        sentence = (
            f"Seen: nothing more reminds you of {about.name} until it is over. When it comes true again you are told."
        )
    return Given(sentence, f"trusted-agent ack {about.firing.id} --off")


def unacknowledge(connection: Connection, about: Subject) -> bool:
    """Let something be reminded of again; return whether it had been acknowledged."""
    return _take_back(connection, about, SEEN)


# Not now, and not this.


def snooze(connection: Connection, about: Subject, *, length: timedelta, now: datetime) -> Given:
    """Let nothing of a firing's rule be sent for a while."""
    until = now + length
    put_to_sleep(connection, about.rule_id, until)
    sentence = (
        f"{about.firing.rule_name} is snoozed until {written_time(until, about.firing.zone)}. "
        "It goes on judging, and what it has to tell comes then."
    )
    return Given(sentence, f"trusted-agent snooze {about.rule_id} --off")


def turn_down(
    connection: Connection,
    about: Subject,
    offer: Offer,
    *,
    now: datetime,
    length: timedelta | None = None,
    names: Names | None = None,
) -> Given:
    """Mute what an offer covers, for a while or for good."""
    until = now + length if length is not None else None
    one = Mute(about.rule_id, offer.what, offer.value, now, until, offer.name)
    hides = mute(connection, one, now, names)
    return muted(one, hides, about.firing.rule_name, about.firing.zone, about.firing.id)


def muted(one: Mute, hides: int, rule_name: str, zone: str, firing_id: str = "") -> Given:
    """Return what a new mute means from now on; `firing_id` is of a message that it covers, where one was named."""
    what = covered(one, rule_name)
    until = f"until {written_time(one.until, zone)}" if one.until else "until you end it"
    also = f" {hides} on the way {'is' if hides == 1 else 'are'} not sent." if hides else ""
    sentence = (
        f"You hear nothing of {what} {until}.{also} It is judged all the same, and trusted-agent firings lists it."
    )
    # One thing among several has no option of its own: it is named by its message.
    target = firing_id if one.what == "observation" and firing_id else one.rule_id
    return Given(sentence, f"trusted-agent mute --end {target}{option_of(one)}")


def covered(one: Mute, rule_name: str) -> str:
    """Return what a mute covers, in words."""
    return rule_name if one.what == "rule" or str(one) == rule_name else f"{one} by {rule_name}"


def option_of(one: Mute | Offer) -> str:
    """Return the option that names what is muted on the command line."""
    return f" --{one.what} {shlex.quote(one.value)}" if one.what in ("topic", "source") else ""


# What was said, for `why`.


def said_of(connection: Connection, about: Subject, now: datetime, names: Names | None = None) -> tuple[str, ...]:
    """Return what the owner said of a firing, what of it is muted now, and how useful they found its like.

    Called where `why` is asked, one sentence for each line.
    """
    zone = about.firing.zone
    chosen = select(answers).where(answers.c.firing_key == about.firing.key).order_by(answers.c.at, answers.c.answer)
    lines = [
        f"{_SAID[row.answer]} on {written_time(row.at, zone)}{f', by {row.by}' if row.by else ''}"
        for row in connection.execute(chosen)
    ]
    why = why_muted(in_force(connection, now, about.rule_id), about.firing, names)
    reason = usefulness(connection, about.firing, now, names)
    return (*lines, *([why] if why else []), *([reason] if reason else []))


def _keep(connection: Connection, about: Subject, answer: str, now: datetime, by: str) -> None:
    row = {"firing_key": about.firing.key, "answer": answer, "rule_id": about.rule_id, "at": now, "by": by}
    upsert(connection, AnswerRow, [row])


def _take_back(connection: Connection, about: Subject, answer: str) -> bool:
    is_one = (answers.c.firing_key == about.firing.key, answers.c.answer == answer)
    return bool(connection.execute(delete(answers).where(*is_one)).rowcount)

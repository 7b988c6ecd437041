"""The desk of the answer page: what a signed link asks for, and doing it, once.

Each public method is one transaction; what comes in is a stranger's until its signature says otherwise.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Connection

from agent.answers import answering, tickets
from agent.answers.answering import Given, Offer, Subject
from agent.answers.muting import Mute, What
from agent.answers.tickets import Link
from agent.database import Database
from agent.doing.answering import Reply
from agent.sign_of_life import note_page
from rules.rule import Names, RuleBook
from rules.words import compose

BY = "the answer page"
# What an offer costs in an address; a longer phrase or source can be muted by the command.
MOST_DETAIL_LETTERS = 300

Decide = Callable[[Connection, str, Literal["yes", "no"], datetime, str], Reply]
"""Takes the owner's word on a question: the transaction, the firing's key, the answer, the instant, by which way."""

State = Literal["open", "done", "late"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something more that can be said by one tap: its label, and the last part of its address."""

    label: str
    token: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link that was really signed here asks for.

    Attributes:
        state: Whether it can still be used: "done" before, or too "late".
        title: The message's own title.
        question: What using it will do, in a few words; `label` is what its button says.
    """

    state: State
    title: str = ""
    question: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of an answer, and what may be said besides.

    Attributes:
        counts: As in `Given`.
    """

    title: str
    said: str
    undo: str
    choices: tuple[Choice, ...] = ()
    counts: bool = True


class Desk:
    """Takes answers by signed links.

    Args:
        database: The store.
        book: Returns the rules that are in force.
        names: Returns what their topics and profile say.
        decide: Takes a yes or no to a question.
    """

    def __init__(
        self, database: Database, book: Callable[[], RuleBook], names: Callable[[], Names], decide: Decide
    ) -> None:
        self._database = database
        self._book = book
        self._names = names
        self._decide = decide
        self._key: bytes | None = None

    def key(self) -> bytes:
        """Return the key that signs the links of this store."""
        if self._key is None:
            with self._database.writing() as connection:
                self._key = tickets.signing_key(connection)
        return self._key

    def note_page(self, trouble: str) -> None:
        """Keep for `status` why the page cannot be served, or that it is."""
        note_page(self._database, trouble)

    def look(self, token: str, now: datetime) -> Asked | None:
        """Return what a link asks for; None of anything that was not signed here. Changes nothing."""
        link = tickets.read_token(token, self.key())
        if link is None:
            return None
        with self._database.reading() as connection:
            about = answering.subject(connection, link.firing)
            return self._asked(connection, link, about, now)

    def give(self, token: str, now: datetime) -> Taken | Asked | None:
        """Do what a link asks for; where it was used or is too late, return that."""
        link = tickets.read_token(token, self.key())
        if link is None:
            return None
        with self._database.writing() as connection:
            about = answering.subject(connection, link.firing)
            asked = self._asked(connection, link, about, now)
            if asked is None or about is None or asked.state != "open":
                return asked
            if not tickets.use(connection, link, now):
                return replace(asked, state="done")
            given = self._do(connection, link, about, now)
        log.info("answered %s to message %s%s", link.tap, about.firing.id, "" if given.counts else ", in vain")
        return Taken(asked.title, given.said, given.undo, self._choices(given, link, now), given.counts)

    def _asked(self, connection: Connection, link: Link, about: Subject | None, now: datetime) -> Asked | None:
        if about is None:
            return None
        if tickets.is_used(connection, link):
            return Asked("done", compose(about.firing).title)
        if link.expires_at <= now:
            return Asked("late")
        question, label = self._words(link, about)
        return Asked("open", compose(about.firing).title, question, label)

    def _words(self, link: Link, about: Subject) -> tuple[str, str]:
        rule = about.firing.rule_name
        match link.tap:
            case "snooze":
                return f"Hear nothing of {rule} for {tickets.SNOOZE.days} days?", f"Snooze {tickets.SNOOZE.days} days"
            case "mute":
                offer = self._offer(link, about)
                muted = Mute(about.rule_id, offer.what, offer.value, about.firing.seen_at, name=offer.name)
                return f"Hear nothing more of {answering.covered(muted, rule)}?", offer.label
            case "useful":
                return "Was this worth a message?", "Useful"
            case "not useful":
                return "Was this not worth a message?", "Not useful"
            case "yes":
                return f"Shall {rule} act?", "Yes"
            case "no":
                return f"Shall {rule} not act?", "No"

    def _do(self, connection: Connection, link: Link, about: Subject, now: datetime) -> Given:
        names = self._names()
        match link.tap:
            case "snooze":
                return answering.snooze(connection, about, length=tickets.SNOOZE, now=now)
            case "mute":
                return answering.turn_down(connection, about, self._offer(link, about), now=now, names=names)
            case "useful" | "not useful":
                useful = link.tap == "useful"
                return answering.rate(connection, about, useful=useful, now=now, by=BY, names=names)
            case "yes" | "no":
                reply = self._decide(connection, about.firing.key, link.tap, now, BY)
                return Given(reply.sentence, counts=reply.taken)

    def _offer(self, link: Link, about: Subject) -> Offer:
        """Return what a link mutes: what it says itself, or what "mute" means for this message."""
        if link.detail:
            what, _, value = link.detail.partition(":")
            shown = value or about.firing.rule_name
            return Offer(next(one for one in get_args(What) if one == what), value, f"Mute {shown}")
        return answering.narrowest(about, self._book().rule(about.rule_id), self._names())

    def _choices(self, given: Given, link: Link, now: datetime) -> tuple[Choice, ...]:
        """Return what may be turned down besides, each as a link of its own."""
        return tuple(
            Choice(offer.label, tickets.write_token(self._turning_down(link, offer, now), self.key()))
            for offer in given.offers
            if len(offer.value) <= MOST_DETAIL_LETTERS
        )

    @staticmethod
    def _turning_down(link: Link, offer: Offer, now: datetime) -> Link:
        return Link("mute", link.firing, now + tickets.LIFE, f"{offer.what}:{offer.value}")

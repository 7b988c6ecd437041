"""What the commands share by which the owner says something back: what is meant, and what comes of it."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from agent.commands.shell import Exit, fail, not_found, print_json, rule_id_among, rules_or_faults, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from agent.answers.answering import Given, Subject
    from agent.places import Place
    from rules.rule import Rule, RuleBook

BY = "a command"
MOST_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class Meant:
    """What the owner speaks of: a rule, or a message of one.

    Attributes:
        rule: The rule as it stands in the file; None where it does not, or the file is faulty.
        about: The message's firing; None where a rule was named.
    """

    rule_id: str
    name: str
    rule: Rule | None
    about: Subject | None


@contextmanager
def writing(place: Place) -> Iterator[Connection]:
    """Open a transaction in the store that is there, or say why that cannot be and end."""
    from agent.database import StoreError
    from agent.views.opening import writing_into

    try:
        with writing_into(place.store) as database, database.writing() as connection:
            yield connection
    except StoreError as error:
        fail(str(error), Exit.NO_STORE)


def book_of(place: Place) -> RuleBook | None:
    """Return the rule book; None where the file is faulty: what was told can be answered all the same."""
    return rules_or_faults(place)[0]


def zone_of(place: Place, book: RuleBook | None) -> str:
    """Return the owner's time zone."""
    return (book.me.zone if book is not None else place.zone).key


def message(connection: Connection, asked: str) -> Subject:
    """Return the firing of the message with that id, or say that there is none, or more than one, and end."""
    from agent.answers.answering import subjects

    found = subjects(connection, asked)
    if not found:
        fail(f"no message of a rule has the id {asked}: trusted-agent firings lists them", Exit.NOT_FOUND)
    if len(found) > 1:
        _end_with_many(asked, found)
    return found[0]


def meant(connection: Connection, asked: str, book: RuleBook | None) -> Meant:
    """Return the rule of that id or name, or the message of that id, or say that there is neither and end."""
    from agent.answers.answering import subjects
    from agent.views.history import known_rules

    known = known_rules(connection)
    rule_id = rule_id_among(asked, book, known)
    if rule_id is not None:
        rule = book.rule(rule_id) if book is not None else None
        return Meant(rule_id, rule.name if rule is not None else known[rule_id], rule, None)
    found = subjects(connection, asked)
    if len(found) > 1:
        _end_with_many(asked, found)
    if not found:
        not_found("rule or message", asked, [*known])
    (about,) = found
    rule = book.rule(about.rule_id) if book is not None else None
    return Meant(about.rule_id, known.get(about.rule_id, about.firing.rule_name), rule, about)


def _end_with_many(asked: str, found: tuple[Subject, ...]) -> NoReturn:
    from rules.words import compose

    for one in found[:MOST_CANDIDATES]:
        say((one.firing.key[:12], "cyan"), f"  {compose(one.firing).title}")
    fail(f"{len(found)} messages begin with {asked}: write more of the id", Exit.NOT_FOUND)


def show(given: Given, *, as_json: bool, **more: Any) -> None:
    """Say what happens from now on, what may be turned down besides, and how to take it back."""
    from agent.answers.answering import option_of

    if as_json:
        offered = [{"what": each.what, "value": each.value} for each in given.offers]
        print_json({**more, "said": given.said, "undo": given.undo, "offers": offered})
        return
    say(given.said)
    if given.offers:
        say(("To hear no more of such:", "dim"))
        for offer in given.offers:
            target = more["rule_id"] if offer.what == "rule" else more["id"]
            say((f"trusted-agent mute {target}{option_of(offer)}", "cyan"), indent=2)
    if given.undo:
        say((f"To take it back: {given.undo}", "dim"))

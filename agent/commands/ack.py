"""`ack`: seen, so that nothing reminds of it any more until it clears."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

from typing import Annotated

import typer

from agent.commands.replying import BY, book_of, message, show, writing
from agent.commands.shell import AsJson, Rules, State, place_of


def ack(
    asked: Annotated[str, typer.Argument(metavar="ID", help="The short id at the end of a message.")],
    off: Annotated[bool, typer.Option("--off", help="Be reminded of it again.")] = False,
    rules: Rules = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Say that you have seen a message: the reminders of `again: every` stop until what it tells of is over."""
    from agent.answers.answering import Given, acknowledge, unacknowledge
    from agent.clock import wall

    place = place_of(rules, state)
    book = book_of(place)
    with writing(place) as connection:
        about = message(connection, asked)
        rule = book.rule(about.rule_id) if book is not None else None
        if off:
            was = unacknowledge(connection, about)
            said = "is reminded of again for as long as it stays true." if was else "was not acknowledged."
            given = Given(f"{about.name} {said}")
        else:
            given = acknowledge(connection, about, now=wall(), by=BY, rule=rule)
    show(given, as_json=as_json, id=about.firing.id, rule_id=about.rule_id, acknowledged=not off)

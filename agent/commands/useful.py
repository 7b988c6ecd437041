"""`useful`: whether a message was worth its while; the order of digests learns from it."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from agent.commands.replying import BY, message, show, writing
from agent.commands.shell import AsJson, Exit, Rules, State, fail, names_of, place_of


class Verdict(StrEnum):
    """What can be said of a message."""

    YES = "yes"
    NO = "no"


def useful(
    asked: Annotated[str, typer.Argument(metavar="ID", help="The short id at the end of a message.")],
    verdict: Annotated[
        Verdict | None, typer.Argument(metavar="[yes|no]", help="Whether it was useful.", show_default=False)
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="Take back what you said.")] = False,
    rules: Rules = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a message was useful: its like comes earlier or later in digests, and a no offers to mute it."""
    from agent.answers.answering import Given, rate, unrate
    from agent.clock import wall

    if off is (verdict is not None):
        fail("say yes or no, or --off", Exit.USAGE)
    place = place_of(rules, state)
    is_useful = None if verdict is None else verdict is Verdict.YES
    with writing(place) as connection:
        about = message(connection, asked)
        if is_useful is None:
            was = unrate(connection, about)
            given = Given(
                f"What you said of {about.name} is forgotten." if was else f"You said nothing of {about.name}."
            )
        else:
            given = rate(connection, about, useful=is_useful, now=wall(), by=BY, names=names_of(place))
    show(given, as_json=as_json, id=about.firing.id, rule_id=about.rule_id, useful=is_useful)

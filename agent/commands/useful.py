"""`useful`: whether a message was worth its while; the order of digests learns from it."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from agent.commands.replying import BY, message, show, writing
from agent.commands.shell import AsJson, Rules, State, names_of, place_of


class Verdict(StrEnum):
    """What can be said of a message."""

    YES = "yes"
    NO = "no"


def useful(
    asked: Annotated[str, typer.Argument(metavar="ID", help="The short id at the end of a message.")],
    verdict: Annotated[Verdict, typer.Argument(metavar="yes|no", help="Whether it was useful.", show_default=False)],
    rules: Rules = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a message was useful: its like comes earlier or later in digests, and a no offers to mute it."""
    from agent.answers.answering import rate
    from agent.clock import wall

    place = place_of(rules, state)
    with writing(place) as connection:
        about = message(connection, asked)
        is_useful = verdict is Verdict.YES
        given = rate(connection, about, useful=is_useful, now=wall(), by=BY, names=names_of(place))
    show(given, as_json=as_json, id=about.firing.id, rule_id=about.rule_id, useful=is_useful)

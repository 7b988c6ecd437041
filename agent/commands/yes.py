"""`yes` and `no`: the owner's answer to a rule that asks whether it may act."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.replying import BY, writing
from agent.commands.shell import AsJson, Exit, Rules, State, end, fail, place_of, print_json, say, store_of

if TYPE_CHECKING:
    from agent.doing.answering import Answer
    from agent.doing.deed import Deed

Asked = Annotated[str, typer.Argument(metavar="ID", help="The short id in the question.")]
SHORTEST_PREFIX = 3
MOST_CANDIDATES = 10


def yes(asked: Asked, rules: Rules = None, state: State = None, as_json: AsJson = False) -> None:
    """Let a rule do what it asks for. It is done at once where the agent runs, or as soon as it does."""
    decide(asked, "yes", rules, state, as_json=as_json)


def decide(asked: str, said: Answer, rules: Rules, state: State, *, as_json: bool) -> None:
    """Take the owner's answer, and wake a running agent."""
    from agent.clock import wall
    from agent.doing.answering import answer
    from agent.doing.deeds import listed
    from agent.reports import ring

    place = place_of(rules, state)
    with store_of(place) as looked_into:
        prefix = asked.strip().lower()
        is_id = len(prefix) >= SHORTEST_PREFIX and set(prefix) <= set("0123456789abcdef")
        found = listed(looked_into, key=prefix, limit=MOST_CANDIDATES) if is_id else ()
    deed = _one_of(asked, found)
    with writing(place) as connection:
        reply = answer(connection, deed.key, said, wall(), BY)
    ring(place.store)
    if as_json:
        answered = {"id": deed.id, "key": deed.key, "rule_id": deed.rule_id, "answer": said}
        print_json({**answered, "taken": reply.taken, "said": reply.sentence})
    else:
        say(reply.sentence)
    end(Exit.FINE if reply.taken else Exit.ATTENTION)


def _one_of(asked: str, found: Sequence[Deed]) -> Deed:
    """Return the deed that is meant: of several that begin so, the one that waits for an answer."""
    waiting = [deed for deed in found if deed.state == "asked"]
    meant = waiting or found
    if not meant:
        fail(f"no rule asked about {asked}: trusted-agent deeds lists what was asked", Exit.NOT_FOUND)
    if len(meant) > 1:
        fail(f"several begin with {asked}: {', '.join(deed.key[:12] for deed in meant)}", Exit.NOT_FOUND)
    return meant[0]

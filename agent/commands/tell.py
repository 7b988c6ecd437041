"""`tell`: let another program of the owner's tell a rule something."""

# ruff: noqa: PLC0415 - the store and the judge are loaded by the command that needs them.

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.shell import (
    AsJson,
    Exit,
    Rules,
    State,
    complain,
    counted,
    end,
    fail,
    not_found,
    place_of,
    print_json,
    rule_named,
    rules_of,
    say,
)

if TYPE_CHECKING:
    from agent.places import Place
    from agent.reports import NotTaken
    from rules.rule import Rule, RuleBook


def tell(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The id or name of a rule that says `watch: report`.")],
    values: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME=VALUE", help="What is told, as in price=12.50; nothing: that all is well."),
    ] = None,
    *,
    rules: Rules = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Tell a rule something, from a script or another program of yours.

    It is judged at once, and kept while the agent is stopped.
    """
    place = place_of(rules, state)
    book = rules_of(place)
    found = rule_named(rule, book)
    if found is None:
        told = [each.id for each in book.rules if any(spec.watcher.is_told for spec in each.watches)]
        not_found("rule with `watch: report` called", rule, told)
    fired = _told(place, book, found, values or [])
    if as_json:
        print_json({"rule": found.id, "told": dict(word.split("=", 1) for word in values or []), "fired": fired})
        return
    said = ", ".join(values or ["that all is well"])
    say(f"told {found.id}: {said}", f"; it tells you {counted(fired, 'message')}" if fired else "")


def _told(place: Place, book: RuleBook, rule: Rule, values: list[str]) -> int:
    from agent.clock import wall
    from agent.database import StoreError
    from agent.reports import NotTaken, read_told, ring, told_watches
    from agent.reports import tell as told
    from agent.views.opening import writing_into

    if not told_watches(rule):
        fail(f"the rule {rule.id} looks for itself: only one that says `watch: report` is told anything", Exit.USAGE)
    try:
        facts = read_told(rule, values, book)
        with writing_into(place.store) as database:
            fired = told(database, book, rule, facts, wall())
        ring(place.store)
    except NotTaken as error:
        _refuse(error)
    except (StoreError, OSError) as error:
        fail(str(error), Exit.NO_STORE)
    return fired


def _refuse(error: NotTaken) -> None:
    for reason in error.reasons:
        complain(f"trusted-agent: {reason}", style="red")
    end(Exit.USAGE)

"""`deeds`: what your rules did, or wanted to do."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.commands.shell import (
    AsJson,
    Rules,
    State,
    place_of,
    print_json,
    rule_id_of,
    rules_or_faults,
    say,
    store_of,
)

if TYPE_CHECKING:
    from agent.doing.deed import Deed

MOST_LISTED = 20
MOST_ASKED = 10_000
STYLES = {"done": "green", "asked": "bold yellow", "failed": "red", "unclear": "bold red"}


def deeds(
    rule: Annotated[str | None, typer.Option("--rule", help="Only of this rule: its id or name.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=MOST_ASKED, help="How many, the newest.")] = MOST_LISTED,
    rules: Rules = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """List what your rules did in your name, newest first: what was asked, done or refused, and what came of it."""
    from agent.doing.deeds import listed

    place = place_of(rules, state)
    with store_of(place) as database:
        book, _ = rules_or_faults(place)
        rule_id = rule_id_of(rule, book, database) if rule is not None else None
        found = listed(database, rule_id=rule_id, limit=limit)
    if as_json:
        for deed in found:
            print_json(as_plain(deed))
        return
    zone = (book.me.zone if book is not None else place.zone).key
    for deed in found:
        _show(deed, zone)
    if not found and rule is not None:
        say("This rule did nothing and asked nothing yet.")
    elif not found:
        say("Nothing was done or asked yet: rules without `do` only tell.")


def as_plain(deed: Deed) -> dict[str, Any]:
    """Return a deed as JSON; `outcome` is null as long as nothing was tried."""
    from agent.commands.plain import plain

    shown = ("id", "key", "rule_id", "state", "aim", "title", "asks", "at", "answer_by", "began_at", "ended_at")
    more = ("retry_at", "attempts", "outcome", "details")
    return {name: plain(getattr(deed, name)) for name in (*shown, *more)}


def _show(deed: Deed, zone: str) -> None:
    from agent.doing.saying import in_a_line
    from rules.words import written_time

    say((deed.id, "cyan"), f"  {written_time(deed.at, zone)}  ", (deed.title, "bold"))
    say((in_a_line(deed), STYLES.get(deed.state, "")), indent=8)

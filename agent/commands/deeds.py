"""`deeds`: what your rules did, or wanted to do."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.commands.shell import (
    AsJson,
    Rules,
    State,
    not_found,
    place_of,
    print_json,
    rule_named,
    rules_or_faults,
    say,
    store_of,
)

if TYPE_CHECKING:
    from agent.doing.deed import Deed
    from rules.rule import RuleBook

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
    from agent.views.history import known_rules

    place = place_of(rules, state)
    with store_of(place) as database:
        book, _ = rules_or_faults(place)
        rule_id = _rule_id(rule, book, known_rules(database)) if rule is not None else None
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


def _rule_id(asked: str, book: RuleBook | None, known: Mapping[str, str]) -> str:
    current = rule_named(asked, book) if book is not None else None
    if current is not None:
        return current.id
    found = next((rule_id for rule_id, name in known.items() if asked in (rule_id, name)), None)
    return found if found is not None else not_found("rule", asked, [*known])


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

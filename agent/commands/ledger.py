"""`ledger`: whom this machine contacted on your behalf."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

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
    from agent.views.ledger import Contacted

MOST_LISTED = 20
MOST_ASKED = 100_000


def ledger(
    rule: Annotated[str | None, typer.Option("--rule", help="Only what this rule asked for: its id or name.")] = None,
    host: Annotated[str | None, typer.Option("--host", help="Only this host.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=MOST_ASKED, help="How many, the newest.")] = MOST_LISTED,
    rules: Rules = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """List every contact with the outside, newest first: whom, for which rule, and what of your profile went along."""
    from agent.commands.plain import plain
    from agent.views.ledger import contacted

    place = place_of(rules, state)
    with store_of(place) as database:
        book, _ = rules_or_faults(place)
        rule_id = rule_id_of(rule, book, database) if rule is not None else None
        found = contacted(database, rule_id=rule_id, host=host, limit=limit)
    if as_json:
        for one in found:
            print_json(plain(one))
        return
    zone = (book.me.zone if book is not None else place.zone).key
    for one in found:
        _show(one, zone)
    if not found:
        say("Nobody was contacted.")


def _show(one: Contacted, zone: str) -> None:
    from rules.words import written_time

    at: datetime = one.at
    say((written_time(at, zone), "dim"), f"  {one.purpose}  ", (one.host, "bold"), f"  {one.outcome}")
    say(f"{one.method} {one.address}".strip(), indent=2)
    size = f"{one.bytes_sent:,} bytes out, {one.bytes_received:,} in"
    say((f"{size}; to {one.ip or 'no address'}; for {', '.join(one.asked_by) or 'the agent itself'}", "dim"), indent=2)
    if one.sends:
        say((f"with your {', '.join(one.sends)}, as the rule allows", "yellow"), indent=2)

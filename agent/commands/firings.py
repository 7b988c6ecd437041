"""`firings`: what you were told, and whether it reached you."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.commands.shell import (
    AsJson,
    Part,
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
    from agent.views.messages import Delivery, Told

MOST_LISTED = 20
MOST_ASKED = 10_000


def firings(
    rule: Annotated[str | None, typer.Option("--rule", help="Only of this rule: its id or name.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=MOST_ASKED, help="How many, the newest.")] = MOST_LISTED,
    rules: Rules = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """List what you were told, newest first: when, by which rule, and whether it reached you."""
    from agent.views.messages import told

    place = place_of(rules, state)
    with store_of(place) as database:
        book, _ = rules_or_faults(place)
        rule_id = rule_id_of(rule, book, database) if rule is not None else None
        found = told(database, rule_id=rule_id, limit=limit)
    if as_json:
        for one in found:
            print_json(as_plain(one))
        return
    zone = (book.me.zone if book is not None else place.zone).key
    for one in found:
        show_in_list(one, zone)
    if not found:
        say("Nothing was told yet.")
    elif len(found) == limit:
        say(("\nThese are the newest; --limit shows more.", "dim"))


def as_plain(one: Told) -> dict[str, Any]:
    """Return a firing or notice as JSON; `key` is whole, `id` its beginning."""
    from agent.commands.plain import plain

    what: dict[str, Any] = plain(one.what)
    kind = "notice" if "rule_id" not in what else "firing"
    return {"id": one.id, "what": kind, **what, "deliveries": plain(one.deliveries)}


def show_in_list(one: Told, zone: str, *, digits: int = 6) -> None:
    """Print a firing or notice as one of several, under so many digits of its id."""
    from agent.mailbox import Notice
    from rules.words import compose, written_time

    if isinstance(one.what, Notice):
        at, title, shown = one.what.at, one.what.words.title, one.id
    else:
        at, title, shown = one.what.seen_at, compose(one.what).title, one.what.key[:digits]
    say((shown, "cyan"), f"  {written_time(at, zone)}  ", (title, "bold"))
    say(*_in_short(one.deliveries), indent=digits + 2)


def _in_short(deliveries: Sequence[Delivery]) -> list[Part]:
    """Return what became of the messages, in a few words."""
    if not deliveries:
        return [("no channel was named", "yellow")]
    parts: list[Part] = []
    for delivery in deliveries:
        why = f": {delivery.error}" if delivery.error else ""
        if delivery.sent_at is not None:
            told = f" ({delivery.said})" if delivery.state == "folded" else ""
            parts.append((f"{delivery.channel} ✓{told}", "green"))
        else:
            parts.append((f"{delivery.channel} {delivery.said}{why}", "yellow" if why else ""))
        parts.append("  ")
    return parts[:-1]

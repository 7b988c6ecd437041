"""`snooze`: nothing of a rule for a while, and nothing of it lost."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

from typing import Annotated

import typer

from agent.commands.shell import (
    Exit,
    Rules,
    State,
    counted,
    fail,
    not_found,
    place_of,
    rule_named,
    rules_of,
    say,
    store_of,
)


def snooze(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The rule: its id or name.")],
    length: Annotated[str | None, typer.Argument(metavar="[TIME]", help="For how long: 3d, 12h, 2 weeks.")] = None,
    off: Annotated[bool, typer.Option("--off", help="Hear of it again, now.")] = False,
    rules: Rules = None,
    state: State = None,
) -> None:
    """Hear nothing of a rule for a while: it goes on judging, and what it has to tell comes when the time is over."""
    from agent.clock import wall
    from agent.database import Database
    from agent.snoozing import snooze as put_to_sleep
    from agent.snoozing import wake
    from rules.durations import read_duration
    from rules.words import written_time

    if off is (length is not None):
        fail("say for how long, as in 3d, or --off", Exit.USAGE)
    span = read_duration(length) if length is not None else None
    if length is not None and span is None:
        fail(f"{length} is no length of time: write 3d, 12h or 2 weeks", Exit.USAGE)
    place = place_of(rules, state)
    book = rules_of(place)
    one = rule_named(rule, book)
    if one is None:
        not_found("rule", rule, [each.id for each in book.rules])
    with store_of(place):
        pass  # a store that is not there, or not ours, is said as everywhere
    database = Database.open(place.store)
    try:
        if span is None:
            woken = wake(database, one.id)
            said = "was not snoozed" if woken is None else f"is heard again; {counted(woken, 'message')} waited"
            say((one.name, "bold"), f" {said}")
            return
        until = wall() + span
        waiting = put_to_sleep(database, one.id, until)
    finally:
        database.close()
    also = f"; {counted(waiting, 'message')} on the way wait too" if waiting else ""
    say((one.name, "bold"), f" is snoozed until {written_time(until, book.me.zone.key)}{also}")

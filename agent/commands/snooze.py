"""`snooze`: nothing of a rule for a while, and nothing of it lost."""

# ruff: noqa: PLC0415 - the store is loaded by the command that needs it.

from __future__ import annotations

from typing import Annotated

import typer

from agent.commands.replying import book_of, meant, zone_of
from agent.commands.shell import AsJson, Exit, Rules, State, counted, fail, place_of, print_json, say


def snooze(
    asked: Annotated[
        str, typer.Argument(metavar="RULE|ID", help="A rule, or the short id at the end of a message of it.")
    ],
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[TIME]", help="For how long: 3d, 12h, 2 weeks.", show_default=False)
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="Hear of it again, now.")] = False,
    rules: Rules = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Hear nothing of a rule for a while: it goes on judging, and what it has to tell comes when the time is over."""
    from agent.clock import wall
    from agent.database import StoreError
    from agent.reports import ring
    from agent.snoozing import snooze as put_to_sleep
    from agent.snoozing import wake
    from agent.views.opening import writing_into
    from rules.durations import read_duration
    from rules.words import written_time

    # "2 weeks" is written without quotes as well as with them.
    length = " ".join(words) if words else None
    if off is (length is not None):
        fail("say for how long, as in 3d, or --off", Exit.USAGE)
    span = read_duration(length) if length is not None else None
    if length is not None and span is None:
        fail(f"{length} is no length of time: write 3d, 12h or 2 weeks", Exit.USAGE)
    place = place_of(rules, state)
    book = book_of(place)
    try:
        with writing_into(place.store) as database:
            with database.reading() as connection:
                what = meant(connection, asked, book)
            until = wall() + span if span is not None else None
            waiting = wake(database, what.rule_id) if until is None else put_to_sleep(database, what.rule_id, until)
    except StoreError as error:
        fail(str(error), Exit.NO_STORE)
    if waiting and off:
        ring(place.store)
    if as_json:
        print_json({"rule_id": what.rule_id, "until": until, "waiting": waiting})
    elif until is None:
        said = "was not snoozed" if waiting is None else f"is heard again; {counted(waiting, 'message')} waited"
        say((what.name, "bold"), f" {said}")
    else:
        also = f"; {counted(waiting, 'message')} on the way wait too" if waiting else ""
        say((what.name, "bold"), f" is snoozed until {written_time(until, zone_of(place, book))}{also}")

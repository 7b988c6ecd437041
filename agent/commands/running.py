"""`run`: the service itself."""

# ruff: noqa: PLC0415 - the engine and all that it stands on are loaded by the command that needs them.

from __future__ import annotations

import gc
import logging
import os
import signal
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.shell import Exit, Rules, State, end, fail, place_of, rules_of
from agent.schema_file import keep_schema

if TYPE_CHECKING:
    from agent.places import Place
    from rules.rule import RuleBook


def run(
    rules: Rules = None,
    state: State = None,
    once: Annotated[
        bool, typer.Option("--once", help="Poll everything that is due, deliver, and return; for cron.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Log warnings and errors alone.")] = False,
) -> None:
    """Watch the sources and tell the owner.

    Ends with SIGTERM or Ctrl-C, and reads the rules again with SIGHUP or when the file changes.
    """
    import asyncio

    from agent.database import StoreError
    from agent.logs import start_logging

    start_logging(logging.WARNING if quiet else logging.INFO)
    place = place_of(rules, state)
    book = rules_of(place)
    keep_schema(place.rules)
    try:
        is_interrupted = asyncio.run(_watch(place, book, once=once))
    except StoreError as error:
        fail(str(error), Exit.NO_STORE)
    if is_interrupted:
        end(Exit.INTERRUPTED)


async def _watch(place: Place, book: RuleBook, *, once: bool) -> bool:
    """Return whether it was ended with Ctrl-C."""
    import asyncio

    from agent.app import Agent

    agent = await Agent.open(place, book)
    # What was loaded until now is left out of every later look for garbage.
    gc.freeze()
    gc.enable()
    try:
        if once:
            await agent.run_once()
            return False
        return await agent.run() == signal.SIGINT
    finally:
        # Who asks again does not want to wait; what is under way is taken up at the next start, as after a crash.
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, os._exit, Exit.INTERRUPTED)
        await agent.close()

"""`demo`: the agent at work, against a little world on this machine."""

# ruff: noqa: PLC0415 - the engine and all that it stands on are loaded by the command that needs them.

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.shell import Exit, counted, end, fail, place_of, say, store_of

if TYPE_CHECKING:
    from agent.places import Place

NAME = "trusted-agent"


def demo(
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="DIR", help="Leave the rule file and the store in this folder.")
    ] = None,
) -> None:
    """See the agent at work: a little world on this machine, half a minute, no account, no network.

    The agent and its store are the real ones. Nothing is left behind, unless you keep it.
    """
    import asyncio

    from agent.demo.stage import perform

    # Ended in whatever way before the agent itself listens, the temporary folder goes too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with _folder(keep) as folder:
        place = place_of(folder, str(folder))
        is_whole = asyncio.run(perform(place))
        if is_whole:
            _sum_up(place)
    if not is_whole:
        say("\nEnded before the story was over; nothing is left behind." if keep is None else "\nEnded.")
        end(Exit.INTERRUPTED)
    _say_what_is_next(keep)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Yield the folder of the rule file and the store: a temporary one, or the one to keep."""
    if keep is None:
        with TemporaryDirectory(prefix="trusted-agent-demo-") as folder:
            yield Path(folder)
        return
    try:
        keep.mkdir(parents=True, exist_ok=True, mode=0o700)
        is_empty = next(keep.iterdir(), None) is None
    except OSError as error:
        fail(f"{keep} cannot be used: {error.strerror}", Exit.USAGE)
    if not is_empty:
        fail(f"{keep} is not empty: name a new folder", Exit.USAGE)
    yield keep.absolute()


def _sum_up(place: Place) -> None:
    """Say what the store holds now."""
    from sqlalchemy import func, select

    from agent.database import table_of
    from agent.tables import ContactRow, FiringRow

    contacts, firings = table_of(ContactRow).c, table_of(FiringRow).c
    with store_of(place) as database, database.reading() as connection:
        told = connection.scalar(select(func.count(firings.key))) or 0
        polls = connection.scalar(select(func.count()).where(contacts.purpose == "poll")) or 0
        hosts = sorted(connection.scalars(select(contacts.host).distinct()))
    say(("\nThat was the story.", "bold"))
    say(f"{counted(told, 'message')}, {counted(polls, 'request')} to sources.", indent=2)
    say(f"The ledger of every contact names {', '.join(hosts)} and nobody else.", indent=2)


def _say_what_is_next(keep: Path | None) -> None:
    say(("\nWhat to type next", "bold"))
    command = _typed()
    steps = [
        ("init", "a rule file of your own, with comments"),
        ("check", "every mistake in it with its place"),
        ("run", "watch; service install keeps it running"),
    ]
    if keep is None:
        steps.append(("demo --keep DIR", "the same, and leaves its rule file and store for you to look into"))
    else:
        place = f" --rules {quote(str(keep))} --state {quote(str(keep))}"
        steps = [(f"firings{place}", "what was told"), (f"why ID{place}", "why a message came"), *steps]
    for step, purpose in steps:
        say((f"{command} {step}", "cyan"), indent=2)
        say(purpose, indent=6)


def _typed() -> str:
    """Return how this program is called here: by its name where the shell finds it."""
    return NAME if shutil.which(NAME) else quote(os.path.relpath(sys.argv[0]))

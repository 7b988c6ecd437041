"""`demo`: the agent at work, against a little world on this machine."""

# ruff: noqa: PLC0415 - the engine and all that it stands on are loaded by the command that needs them.

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from agent.commands.shell import Exit, Part, counted, end, fail, place_of, rules_of, say, store_of

if TYPE_CHECKING:
    from agent.demo.world import Message
    from agent.places import Place

WRITTEN_ADDRESS = "127.0.0.1:8765"
"""Stands in the demo's rule file for the address that the little world gets."""
NAME = "trusted-agent"
MARGIN = 8


def demo(
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="DIR", help="Leave the rule file and the store in this folder.")
    ] = None,
) -> None:
    """See the agent at work: a little world on this machine, half a minute, no account, no network.

    The agent and its store are the real ones. Nothing is left behind, unless you keep it.
    """
    # Ended in whatever way before the agent itself listens, the temporary folder goes too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with _folder(keep) as folder:
        place = place_of(folder, str(folder))
        is_whole = asyncio.run(_perform(place))
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


async def _perform(place: Place) -> bool:
    """Run the agent beside the little world until the story is over; return whether it was told to its end."""
    from agent.app import Agent
    from agent.demo.story import Story
    from agent.demo.world import World

    async with World() as world:
        rules = (files("agent.demo") / "rules.yaml").read_text(encoding="utf-8")
        place.rules.write_text(rules.replace(WRITTEN_ADDRESS, world.address), encoding="utf-8")
        say(("The agent now watches by these rules. Everything happens on this machine.\n", "bold"))
        say((rules, "cyan"), indent=2)
        narrator = _Narrator()
        world.rings = narrator.message
        with narrator.hearing_the_agent():
            agent = await Agent.open(place, rules_of(place))
            telling = asyncio.create_task(Story(world, narrator.sentence).play())
            # It is ended as its owner would end it: the agent itself knows nothing of a demo.
            telling.add_done_callback(lambda _: signal.raise_signal(signal.SIGTERM))
            try:
                await agent.run()
            finally:
                is_over = telling.done()
                telling.cancel()
                await agent.close()
        if is_over:
            await telling
        return is_over


class _Narrator:
    """Tells what happens, as it happens: in the world, on the phone, and what the agent itself says of it."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def sentence(self, text: str) -> None:
        """Tell what happens in the world."""
        self._line((text, "dim"))

    def message(self, message: Message) -> None:
        """Show a message as the phone does, without its blank lines."""
        self._line(("✉ ", "bold green"), (message.title, "bold"))
        for line in filter(None, message.body.split("\n")):
            say(("│ ", "green"), line, indent=MARGIN)

    @contextmanager
    def hearing_the_agent(self) -> Iterator[None]:
        """Tell what the agent warns of in its log."""
        handler = _Hearing(self._warning)
        root = logging.getLogger()
        root.addHandler(handler)
        try:
            yield
        finally:
            root.removeHandler(handler)

    def _warning(self, text: str) -> None:
        # Where nobody reads any more, the story's next sentence ends the demo.
        with suppress(OSError):
            self._line((f"the agent's log: {text}", "yellow"))

    def _line(self, *parts: Part) -> None:
        say((f"{time.monotonic() - self._began:5.1f} s ", "dim"), *parts)


class _Hearing(logging.Handler):
    """Hands warnings over to the event loop's thread, which is the one that prints."""

    def __init__(self, hears: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._hears = hears
        self._loop = asyncio.get_running_loop()

    def emit(self, record: logging.LogRecord) -> None:
        self._loop.call_soon_threadsafe(self._hears, self.format(record))


def _sum_up(place: Place) -> None:
    """Say what the store holds now."""
    from sqlalchemy import func, select

    from agent.database import table_of
    from agent.tables import ContactRow, FiringRow

    contacts, firings = table_of(ContactRow).c, table_of(FiringRow).c
    with store_of(place) as database, database.reading() as connection:
        told = connection.scalar(select(func.count(firings.key))) or 0
        by_purpose = select(contacts.purpose, func.count()).group_by(contacts.purpose)
        made = {purpose: count for purpose, count in connection.execute(by_purpose)}
        hosts = sorted(connection.scalars(select(contacts.host).distinct()))
    say(("\nThat was the story.", "bold"))
    say(f"{counted(told, 'message')}, {counted(made.get('poll', 0), 'request')} to sources.", indent=2)
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
        steps = [(f"firings{place}", "what was told"), (f"why ID{place}", "why a message came")] + steps
    for step, purpose in steps:
        say((f"{command} {step}", "cyan"), indent=2)
        say(purpose, indent=6)


def _typed() -> str:
    """Return how this program is called here: by its name where the shell finds it."""
    return NAME if shutil.which(NAME) else quote(os.path.relpath(sys.argv[0]))

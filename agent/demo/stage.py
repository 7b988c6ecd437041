"""The little world, the agent and a narrator on one stage."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files

from agent.app import Agent
from agent.commands.shell import NARROWEST, Part, is_terminal, rules_of, say, width
from agent.demo.story import Story
from agent.demo.world import Message, World
from agent.places import Place

WRITTEN_ADDRESS = "127.0.0.1:8765"
"""Stands in the demo's rule file for the address that the little world gets."""
MARGIN = 8


async def perform(place: Place) -> bool:
    """Run the agent beside the little world until the story is over; return whether it was told to its end."""
    async with World() as world:
        written = (files(__package__) / "rules.yaml").read_text(encoding="utf-8")
        rules = written.replace(WRITTEN_ADDRESS, world.address)
        place.rules.write_text(rules, encoding="utf-8")
        say(("The agent now watches by these rules. Everything happens on this machine.\n", "bold"))
        say((rules, "cyan"), indent=2)
        narrator = Narrator()
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


class Narrator:
    """Tells what happens, as it happens: in the world, on the phone, and what the agent itself says of it."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def sentence(self, text: str) -> None:
        """Tell what happens in the world."""
        self._tell(text, "dim")

    def message(self, message: Message) -> None:
        """Show a message as the phone does, without its blank lines."""
        self._tell(message.title, "bold", mark=("✉ ", "bold green"))
        for line in filter(None, message.body.split("\n")):
            for part in _wrapped(line):
                say(("│ ", "green"), part, indent=MARGIN)
        sys.stdout.flush()

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
            self._tell(f"the agent's log: {text}", "yellow")

    def _tell(self, text: str, style: str, *, mark: Part = "") -> None:
        first, *more = _wrapped(text)
        say((f"{time.monotonic() - self._began:5.1f} s ", "dim"), mark, (first, style))
        for part in more:
            say((part, style), indent=MARGIN)
        # In a pipe or a file, too, what happens is read as it happens.
        sys.stdout.flush()


def _wrapped(text: str) -> list[str]:
    """Return a text in lines that leave room for the margin; off a terminal, whoever reads may wrap it."""
    if not is_terminal():
        return [text]
    return textwrap.wrap(text, max(NARROWEST, width() - MARGIN - 2), break_long_words=False) or [text]


class _Hearing(logging.Handler):
    """Hands warnings over to the event loop's thread, which is the one that prints."""

    def __init__(self, hears: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._hears = hears
        self._loop = asyncio.get_running_loop()

    def emit(self, record: logging.LogRecord) -> None:
        self._loop.call_soon_threadsafe(self._hears, self.format(record))

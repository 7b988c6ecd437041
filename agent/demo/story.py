"""What happens in the little world while the agent watches it, act by act.

The acts are paced by what the agent does, not by the clock alone: a page changes only after it was read, so the same
story is told on a slow machine too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from agent.demo.pages import Library, Record, feed, product
from agent.demo.world import OVERLOADED, World

HEADPHONES, TURNTABLE, NEWS = "/headphones", "/turntable", "/news.xml"
HEADLINES: Final = ("Harbour bridge opens again", "Library extends its hours")
PATIENCE_SECONDS: Final = 8.0
"""How long an act waits for the agent before the story goes on without it."""
BREATH_SECONDS: Final = 1.2
"""How long a reader gets between two acts."""


class Story:
    """The story of one world.

    Attributes:
        tells: Called with each sentence of it.
    """

    def __init__(self, world: World, tells: Callable[[str], None]) -> None:
        self.tells = tells
        self._world = world
        self._library = Library("Paper Lanterns", [Record("First Light", "Album", "2019-04-05")])
        world.show(HEADPHONES, product("Acme Studio Headphones", "164.00"))
        world.show(TURNTABLE, product("Belt Drive Turntable", "89.00"))
        world.show(NEWS, feed("The Little World", *HEADLINES))
        world.show(Library.SEARCH, self._library.search)
        world.show(Library.BROWSE, self._library.browse)

    async def play(self) -> None:
        """Let everything happen, in about twenty seconds."""
        for act in (
            self._first_look,
            self._glitch,
            self._outage,
            self._news,
            self._bargain,
            self._recovery,
            self._record,
        ):
            await act()
            await asyncio.sleep(BREATH_SECONDS)

    async def _first_look(self) -> None:
        self.tells("The agent looks at everything for the first time. What a feed holds already is known, not news.")
        await self._visits(HEADPHONES, TURNTABLE, NEWS, Library.BROWSE)
        self.tells("The turntable is below its mark from the start: the agent looks twice, then it says so.")
        await self._messages(1)

    async def _glitch(self) -> None:
        self.tells("For one visitor the headphones cost 0.01: the shop's computer errs. The agent looks twice.")
        self._world.show_next(HEADPHONES, product("Acme Studio Headphones", "0.01"))
        await self._visits(HEADPHONES, times=2)

    async def _outage(self) -> None:
        self.tells("The turntable's shop is overloaded: for a while the agent sees nothing, and concludes nothing.")
        self._world.show_next(TURNTABLE, OVERLOADED, OVERLOADED)
        await self._visits(TURNTABLE, times=2)

    async def _news(self) -> None:
        self.tells("The feed brings a story about gardens. No rule asks for it.")
        self._world.show(NEWS, feed("The Little World", *HEADLINES, "Gardens in bloom"))
        await self._visits(NEWS)
        self.tells("The feed brings a story about a tokamak.")
        headlines = (*HEADLINES, "Gardens in bloom", "Tokamak holds its plasma for an hour")
        self._world.show(NEWS, feed("The Little World", *headlines))
        await self._messages(2)

    async def _bargain(self) -> None:
        self.tells("The shop lowers the price of the headphones to 139.00.")
        self._world.show(HEADPHONES, product("Acme Studio Headphones", "139.00"))
        await self._messages(3)

    async def _recovery(self) -> None:
        await self._visits(TURNTABLE)
        self.tells("The turntable's shop is back, at the price that you know: no message. Then it lowers it to 79.00.")
        self._world.show(TURNTABLE, product("Belt Drive Turntable", "79.00"))
        await self._messages(4)

    async def _record(self) -> None:
        self.tells("Paper Lanterns bring out a single. The rule asks for albums and EPs.")
        self._library.records.append(Record("Small Hours", "Single", "2026-05-01"))
        await self._visits(Library.BROWSE)
        self.tells("Paper Lanterns bring out an album.")
        self._library.records.append(Record("Night Ferry", "Album", "2026-06-12"))
        await self._messages(5)

    async def _visits(self, *paths: str, times: int = 1) -> None:
        """Wait until each of these pages was asked for so many times more."""
        wanted = {path: self._world.visits[path] + times for path in paths}
        await self._world.until(
            lambda: all(self._world.visits[path] >= count for path, count in wanted.items()), PATIENCE_SECONDS
        )

    async def _messages(self, count: int) -> None:
        """Wait until the phone has received so many messages in all."""
        await self._world.until(lambda: len(self._world.messages) >= count, PATIENCE_SECONDS)

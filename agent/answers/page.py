"""The answer page: an asyncio object of the running agent, on the address that the owner's file names.

use(answers) ─▶ run: serve until the file names another address or none, or the agent stops
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from agent.answers.desk import Asked, Desk, Taken
from agent.database import StoreError
from rules.delivery import Answers

if TYPE_CHECKING:
    from agent.answers.serving import Server

RETRY_SECONDS = 60
NO_EXTRA = "the answer page needs the extra: pip install '.[web]' in a copy of the repository"

log = logging.getLogger(__name__)


class CannotServe(Exception):
    """The page cannot be served; the message says why and what to do."""


class AnswerPage:
    """Takes the owner's answers by one tap. Made once; `use` follows the rule file, `run` is a task of the agent.

    Args:
        desk: What is behind it.
        in_store: Runs a transaction in the store's own thread.
        now: Returns the present instant.
        answered: Called when an answer was taken: there may be something to do or to send.

    Attributes:
        port: Where it listens; None while it does not.
    """

    def __init__(
        self,
        desk: Desk,
        in_store: Callable[..., Awaitable[Any]],
        now: Callable[[], datetime],
        answered: Callable[[], None] = lambda: None,
    ) -> None:
        self._desk = desk
        self._in_store = in_store
        self._now = now
        self._answered = answered
        self._answers: Answers | None = None
        self._changed = asyncio.Event()
        self._server: Server | None = None
        self.port: int | None = None

    def use(self, answers: Answers | None) -> None:
        """Serve this address from now on, or none. Called at the start and after each reload of the rules."""
        if answers != self._answers:
            self._answers = answers
            self._changed.set()
            self.close()

    async def run(self) -> None:
        """Serve what `use` names, until it is cancelled; what keeps it from that is logged and tried again."""
        while True:
            self._changed.clear()
            if self._answers is None:
                await self._note("")
                await self._changed.wait()
                continue
            try:
                await self.serve(self._answers)
                continue
            except CannotServe as error:
                log.error("%s", error)  # noqa: TRY400 - it is the owner's to mend, and no traceback helps with that
                await self._note(str(error))
            except Exception:
                # A fault of ours here must not end the watching, nor the page for ever.
                log.exception("serving the answer page failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), RETRY_SECONDS)

    async def serve(self, answers: Answers) -> None:
        """Serve one address until `close`, or until it is cancelled.

        Raises:
            CannotServe: The extra is missing, or the address is taken.
        """
        try:
            from agent.answers.serving import Answering, Page, Server, listening  # noqa: PLC0415 - an extra
        except ModuleNotFoundError as error:
            raise CannotServe(NO_EXTRA) from error
        try:
            listener = listening(answers.host, answers.port)
        except OSError as error:
            where = f"{answers.host}:{answers.port}"
            raise CannotServe(f"the answer page cannot listen on {where}: {error.strerror or error}") from error
        page = Page(Answering(self._look, self._give), _as_sent(urlsplit(answers.address).path.rstrip("/")))
        self._server = Server(page)
        self.port = listener.getsockname()[1]
        log.info("the answer page listens on %s:%d", answers.host, self.port)
        serving = asyncio.create_task(self._server.serve([listener]))
        try:
            await self._note("")
            # Shielded: cut off in its midst, the server would leave its socket and its connections behind.
            await asyncio.shield(serving)
        finally:
            self.close()
            await serving
            self._server, self.port = None, None

    def close(self) -> None:
        """Let `serve` end."""
        if self._server is not None:
            self._server.stop()

    async def _note(self, trouble: str) -> None:
        try:
            await self._in_store(self._desk.note_page, trouble)
        except StoreError as error:
            log.warning("how the answer page does could not be kept: %s", error)

    async def _look(self, token: str) -> Asked | None:
        found: Asked | None = await self._in_store(self._desk.look, token, self._now())
        return found

    async def _give(self, token: str) -> Taken | Asked | None:
        given: Taken | Asked | None = await self._in_store(self._desk.give, token, self._now())
        if isinstance(given, Taken):
            self._answered()
        return given


def _as_sent(path: str) -> str:
    """Return a path as a browser asks for it: letters beyond ASCII are percent-encoded (RFC 3986, 2.1)."""
    return quote(path, safe="/%:@!$&'()*+,;=~")

r"""Talking with Chromium over two pipes, in its DevTools protocol: https://chromedevtools.github.io/devtools-protocol/.

call(method, …) ─▶ {"id", "method", "params"}\0 ─▶ Chromium ─▶ {"id", "result" | "error"}\0 or {"method", …}\0
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

# The text of a page comes as one message, and JSON may write a character as six.
MAX_MESSAGE_BYTES: Final = 128_000_000


ENDED: Final = "Inspector.detached"
"""The event after the last one; as the browser calls it where it lives on and the page is gone."""


class BrowserGone(Exception):
    """The browser ended, or says what nobody understands."""


class NotDone(Exception):
    """The browser did not do what it was told; the message is its own."""


Listener = Callable[[str, Mapping[str, Any]], None]


class DevTools:
    """A conversation with one browser; `listener` gets every event with what it brings."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        pipes: tuple[asyncio.ReadTransport, asyncio.WriteTransport],
        listener: Listener,
    ) -> None:
        """Take over the pipes: what is heard, which arrives at `reader`, and what is said."""
        self._reader = reader
        self._pipes = pipes
        self._listener = listener
        self._count = 0
        self._waiting: dict[int, asyncio.Future[Mapping[str, Any]]] = {}
        self._task = asyncio.get_running_loop().create_task(self._listen())

    async def call(self, method: str, session: str = "", **parameters: Any) -> Mapping[str, Any]:
        """Tell the browser to do something, and return what came of it.

        Raises:
            NotDone: It did not.
            BrowserGone: It ended.
        """
        return await self._send(method, session, parameters)

    def tell(self, method: str, session: str = "", **parameters: Any) -> None:
        """Tell the browser to do something, without waiting for it: what it says of that is not looked at."""
        if not self._task.done():
            self._send(method, session, parameters).add_done_callback(_look_away)

    async def close(self) -> None:
        """End the conversation."""
        for pipe in self._pipes:
            pipe.close()
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._give_up()

    def _send(self, method: str, session: str, parameters: Mapping[str, Any]) -> asyncio.Future[Mapping[str, Any]]:
        answer: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        if self._task.done():
            answer.set_exception(BrowserGone("the browser ended"))
            return answer
        self._count += 1
        message: dict[str, Any] = {"id": self._count, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self._waiting[self._count] = answer
        self._pipes[1].write(json.dumps(message).encode() + b"\0")
        return answer

    async def _listen(self) -> None:
        try:
            while True:
                message = json.loads((await self._reader.readuntil(b"\0"))[:-1])
                if "id" in message:
                    self._settle(message)
                else:
                    self._listener(message["method"], message.get("params", {}))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError):
            self._give_up()
            self._listener(ENDED, {})

    def _settle(self, message: Mapping[str, Any]) -> None:
        answer = self._waiting.pop(message["id"], None)
        if answer is None or answer.done():
            return
        if "error" in message:
            answer.set_exception(NotDone(str(message["error"].get("message", ""))))
        else:
            answer.set_result(message.get("result", {}))

    def _give_up(self) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(BrowserGone("the browser ended"))
        self._waiting.clear()


def _look_away(answer: asyncio.Future[Mapping[str, Any]]) -> None:
    if not answer.cancelled():
        answer.exception()

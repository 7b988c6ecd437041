"""The real program, which kills itself with SIGKILL at one step of the line.

python -m tests.end_to_end.mortal "Store.record_polls after" run --once --rules … --state …
"""

from __future__ import annotations

import functools
import inspect
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from agent.channels import Channels
from agent.command import main
from agent.mailbox import Mailbox
from agent.store import Store

PLACES = {kind.__name__: kind for kind in (Store, Mailbox, Channels)}
STEPS = [
    "Store.keep_rules before",
    "Store.keep_rules after",
    "Store.claim_watches after",
    "Store.record_polls before",
    "Store.record_polls after",
    "Mailbox.claim after",
    "Channels.send before",
    "Channels.send after",
    "Mailbox.record_sent before",
    "Mailbox.record_sent after",
]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying(work: Callable[..., Any], when: str) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(work):

        @functools.wraps(work)
        async def later(*args: Any, **kwargs: Any) -> Any:
            if when == "before":
                die()
            result = await work(*args, **kwargs)
            die()
            return result

        return later

    @functools.wraps(work)
    def at_once(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            die()
        result = work(*args, **kwargs)
        # An empty hand is no step: the program goes on to where it has something to lose.
        if result or work.__name__ not in {"claim", "claim_watches"}:
            die()
        return result

    return at_once


if __name__ == "__main__":
    step = sys.argv.pop(1)
    name, moment = step.split()
    kind, method = name.split(".")
    setattr(PLACES[kind], method, dying(getattr(PLACES[kind], method), moment))
    main()

"""One life of the program, or many: each process lives by hurried time, and may kill itself at a step of the line.

python -m tests.faults.crashing.life program LIFE run --rules … --state …     the program itself, from the beginning
python -m tests.faults.crashing.life nursery RULES                            lives forked from this one, one at a time

The nursery has lived once itself, so that everything is loaded and a life begins within milliseconds. It reads a life
from each line, says its process id, and once it is over, how it ended. LIFE is a `Life` as JSON.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import inspect
import json
import logging
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from agent.app import Agent
from agent.channels import Channels
from agent.command import main
from agent.logs import start_logging
from agent.mailbox import Mailbox
from agent.places import Place
from agent.rulebook import read_rules
from agent.sending import loaded
from agent.store import Store
from rules.rule import RuleBook
from tests.end_to_end.mortal import die
from tests.faults.crashing.hurry import Hurry

PLACES = {kind.__name__: kind for kind in (Store, Mailbox, Channels)}
STEPS = [
    f"{step} {moment}"
    for step in (
        "Store.release_lost_claims",
        "Store.keep_rules",
        "Store.claim_watches",
        "Store.record_polls",
        "Store.judge_due",
        "Mailbox.claim",
        "Channels.send",
        "Mailbox.record_sent",
        "Mailbox.record_unsent",
        "Mailbox.stand_in",
    )
    for moment in ("before", "after")
]


@dataclass(frozen=True)
class Life:
    """How a process lives.

    Attributes:
        rules, store: Its rule file, and its store: a file, or a `postgresql://` address.
        began, speed, ahead: As in `Hurry`.
        told: A file that gets the id of each delivery as soon as the store has kept that it was sent.
        log: What it says.
        step: Where it kills itself, such as "Mailbox.claim after"; empty where somebody else does.
        turn: The how manieth time it comes to that step.
    """

    rules: str
    store: str
    began: float
    speed: float
    ahead: float
    told: str
    log: str
    step: str = ""
    turn: int = 1

    @property
    def json(self) -> str:
        return json.dumps(asdict(self))

    def begin(self) -> None:
        """Let this process live so."""
        log = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        for stream in (1, 2):
            os.dup2(log, stream)
        Hurry(self.began, self.speed, self.ahead).begin()
        Mailbox.record_sent = _noted(Mailbox.record_sent, os.open(self.told, os.O_WRONLY | os.O_APPEND | os.O_CREAT))  # type: ignore[method-assign]
        if self.step:
            name, moment = self.step.split()
            kind, method = name.split(".")
            setattr(PLACES[kind], method, _dying(getattr(PLACES[kind], method), moment, self.turn))


def _noted(record_sent: Callable[..., None], file: int) -> Callable[..., None]:
    """Note what was recorded, and when, outside of the store."""

    def noted(self: Mailbox, sent: Any, now: Any) -> None:
        record_sent(self, sent, now)
        os.write(file, f"{sent[0].channel} {sent[0].delivery_id} {time.monotonic_ns()}\n".encode())

    return noted


def _dying(work: Callable[..., Any], moment: str, turn: int) -> Callable[..., Any]:
    """Return work that kills the process before or after its so manieth time; an empty hand is no step."""
    left = [turn]

    def die_in_turn(done: Any = True) -> None:
        if done or work.__name__ not in {"claim", "claim_watches", "stand_in"}:
            left[0] -= 1
            if left[0] <= 0:
                die()

    if inspect.iscoroutinefunction(work):

        @functools.wraps(work)
        async def later(*args: Any, **kwargs: Any) -> Any:
            if moment == "before":
                die_in_turn()
            result = await work(*args, **kwargs)
            if moment == "after":
                die_in_turn(result)
            return result

        return later

    @functools.wraps(work)
    def at_once(*args: Any, **kwargs: Any) -> Any:
        if moment == "before":
            die_in_turn()
        result = work(*args, **kwargs)
        if moment == "after":
            die_in_turn(result)
        return result

    return at_once


def nursery(rules: Path) -> None:
    """Fork a life for each line, and wait for its end."""
    with TemporaryDirectory() as folder:
        place = Place(rules, f"{folder}/store.sqlite", ZoneInfo("UTC"))
        book = read_rules(place)
        loaded("json://127.0.0.1/")  # brings every service in
        asyncio.run(_live_once(place, book))
    gc.collect()
    gc.freeze()
    _say(0)
    for line in sys.stdin:
        life = Life(**json.loads(line))
        child = os.fork()
        if child == 0:
            _be_born(life, book)
        _say(child)
        _, status = os.waitpid(child, 0)
        _say(os.waitstatus_to_exitcode(status))


async def _live_once(place: Place, book: RuleBook) -> None:
    agent = await Agent.open(place, book)
    await agent.run_once()
    await agent.close()


async def _live(place: Place, book: RuleBook) -> None:
    agent = await Agent.open(place, book)
    try:
        await agent.run()
    finally:
        await agent.close()


def _be_born(life: Life, book: RuleBook) -> None:
    code = 1
    try:
        life.begin()
        start_logging(logging.WARNING)
        asyncio.run(_live(Place(Path(life.rules), life.store, ZoneInfo("UTC")), book))
        code = 0
    except BaseException:
        logging.exception("a life ended by a mistake")
        raise
    finally:
        # What the nursery has open is not this one's to close.
        os._exit(code)


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    way = sys.argv.pop(1)
    if way == "nursery":
        nursery(Path(sys.argv[1]))
    else:
        Life(**json.loads(sys.argv.pop(1))).begin()
        main()

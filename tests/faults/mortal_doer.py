"""A doer at work in one process after another, each killed with SIGKILL: at random moments, or at one step.

python -m tests.faults.mortal_doer FOLDER random SEED KILLS | steps TIMES
python -m tests.faults.mortal_doer FOLDER together FIRINGS STORE       two at once on one store, and none is killed

Processes are forked from this one, which has loaded everything: so each has a life of its own within milliseconds. The
last one is not killed, and brings to an end what the others left. At the end it prints what came of everything.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agent.database import Database
from agent.doing import deeds, doer
from agent.doing.answering import answer
from agent.doing.deed import State
from rules.delivery import Action, Limit
from tests.acting import KEYS, Acting, firing

AT_ONCE = 4
SETTLE_SECONDS = 60
SELDOM = 5  # how often the rule with a limit may act
OPEN: tuple[State, ...] = ("asked", "due", "running")
# What is patched where, and whether it dies before or after.
STEPS = [
    (deeds, "settle", "before"),
    (deeds, "claim", "before"),
    (deeds, "claim", "after"),
    (doer, "refusal", "before"),
    (doer, "run", "before"),
    (doer, "run", "after"),
    (deeds, "record", "before"),
    (deeds, "record", "after"),
]


class Story:
    """What all processes share: a folder, a store, and how many firings there were."""

    def __init__(self, folder: Path, store: Path | str) -> None:
        self.folder = folder
        self.store = store
        self.count = 0

    def open(self) -> Acting:
        acting = Acting(Database.open(self.store), self.folder, now=datetime.now(UTC))
        script = acting.script('echo "$TRUSTED_AGENT_KEY" >> ran')
        acting.rule(Action(run=(script,)), id="acts")
        acting.rule(Action(run=(script,), ask=True), id="asks")
        acting.rule(Action(run=(script,), limit=Limit(SELDOM, timedelta(days=30))), id="seldom")
        return acting

    def fire(self, acting: Acting) -> None:
        """Let the rules come true: one after the other acts, asks and is told yes, asks and is told no."""
        acting.now = datetime.now(UTC)
        number = self.count
        self.count += 1
        rule_id = "acts" if number % 3 == 0 else "asks"
        acting.fire(number, rule_id=rule_id)
        if rule_id == "asks":
            with acting.database.writing() as connection:
                said: Any = "yes" if number % 3 == 1 else "no"
                answer(connection, firing(number).key, said, acting.now, "test")

    def live(self) -> None:
        """Act for ever."""
        acting = self.open()
        asyncio.run(self._live(acting, until=lambda: False))

    def settle(self) -> None:
        """Act until nothing is left to do."""
        acting = self.open()
        end = time.monotonic() + SETTLE_SECONDS

        def over() -> bool:
            states = acting.states()
            return not any(states.get(state) for state in OPEN) or time.monotonic() > end

        asyncio.run(self._live(acting, until=over))

    async def _live(self, acting: Acting, until: Callable[[], bool]) -> None:
        working = acting.doer(now=lambda: datetime.now(UTC))
        while not until():
            await working.work()
            await working.settled()

    def result(self) -> dict[str, Any]:
        time.sleep(0.5)  # a program whose agent was killed may be about to write
        acting = self.open()
        found = {deed.key: deed.state for deed in deeds.listed(acting.database, limit=len(KEYS))}
        told: dict[str, int] = {}
        for title in acting.titles():
            kind = title.partition(":")[0]
            told[kind] = told.get(kind, 0) + 1
        return {"deeds": found, "ran": acting.lines(), "told": told, "fired": self.count}


def in_a_process(work: Callable[[], None], life: float | None = None) -> int:
    """Do something in a process of its own, and kill that after so many seconds; return the signal that ended it."""
    child = begun(work)
    if life is not None:
        time.sleep(life)
        os.kill(child, signal.SIGKILL)
    return ended(child)


def begun(work: Callable[[], None]) -> int:
    """Begin something in a process of its own, and return its id."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


def ended(child: int) -> int:
    """Wait for the end of a process, and return the signal that ended it, or 0."""
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def at_random(story: Story, seed: int, kills: int) -> None:
    dice = random.Random(seed)
    for _ in range(kills):
        acting = story.open()
        for _ in range(dice.randrange(AT_ONCE)):
            if story.count < len(KEYS):
                story.fire(acting)
        acting.database.close()
        assert in_a_process(story.live, dice.uniform(0.0, 0.3)) == signal.SIGKILL


def at_each_step(story: Story, times: int) -> None:
    for _ in range(times):
        for place, name, moment in STEPS:
            acting = story.open()
            for _ in range(3):
                story.fire(acting)
            acting.database.close()
            assert in_a_process(lambda step=(place, name, moment): die_at(story, *step)) == signal.SIGKILL, name


def die_at(story: Story, place: Any, name: str, moment: str) -> None:
    work = getattr(place, name)

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def dying(*args: Any, **kwargs: Any) -> Any:
        if moment == "before":
            die()
        result = work(*args, **kwargs)
        die()
        return result

    async def dying_later(*args: Any, **kwargs: Any) -> Any:
        if moment == "before":
            die()
        result = await work(*args, **kwargs)
        die()
        return result

    setattr(place, name, dying_later if asyncio.iscoroutinefunction(work) else dying)
    story.live()


def together(story: Story, firings: int) -> None:
    """Let two agents do the same things at the same time, some of them under a limit."""
    acting = story.open()
    for number in range(firings):
        if number % 3 == 0:
            acting.fire(story.count, rule_id="seldom")
            story.count += 1
        story.fire(acting)
    acting.database.close()
    children = [begun(story.settle) for _ in range(2)]
    assert [ended(child) for child in children] == [0, 0]


if __name__ == "__main__":
    folder, way, *numbers = sys.argv[1:]
    told = Story(Path(folder), numbers[1] if way == "together" else Path(folder) / "store.sqlite")
    told.open().database.close()
    if way == "random":
        at_random(told, int(numbers[0]), int(numbers[1]))
    elif way == "together":
        together(told, int(numbers[0]))
    else:
        at_each_step(told, int(numbers[0]))
    assert in_a_process(told.settle) == 0
    sys.stdout.write(f"{json.dumps(told.result())}\n")

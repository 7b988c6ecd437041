"""The trial: lives that begin, are killed and begin again, until the last one brings everything to its end."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import IO

from tests.faults.crashing.hurry import Hurry
from tests.faults.crashing.life import STEPS, Life
from tests.faults.crashing.receivers import MAIL, Receivers, receivers
from tests.faults.crashing.world import World

REPOSITORY = Path(__file__).resolve().parents[3]
SPEED = 60.0
# How long a life lasts, counted from its fork, in seconds; a few last long enough to come to rest.
SHORT, LONG, LONG_ONES = 0.45, 1.5, 0.15
# How long a step may take to come, and a process to be heard of.
STEP_SECONDS, START_SECONDS = 4.0, 60.0
# Steps that a life takes but once, and steps that need a channel that fails, the last one for over an hour.
TAKEN_ONCE = ("Store.release_lost_claims", "Store.keep_rules")
OF_FAILURE, OF_LONG_FAILURE = ("Mailbox.record_unsent", "Mailbox.stand_in"), "Mailbox.stand_in"
LONG_FAILURE = timedelta(minutes=70)
# For how long the machine is off after a kill, in the time that the program sees.
OFF = timedelta(minutes=6)
# The channel `shaky` is out for so long in every so long.
OUT, OUT_EVERY = timedelta(hours=2), timedelta(hours=8)
# The end: lives without a kill at their beginning, hours apart, until all is told; then some more, in case of a repeat.
LAST_LIVES, LAST_SECONDS, APART, MORE = 40, 1.0, timedelta(hours=2, minutes=7), 3

CHANNELS = """\
  phone: {{url: "json://{http}/phone"}}
  mail: {{url: "mailto://127.0.0.1:{smtp}/?smtp=127.0.0.1&mode=insecure&from=agent@mail.example&to=me@mail.example"}}
  push: {{url: "ntfy://{http}/push"}}
  slow: {{url: "json://{http}/slow"}}
  shaky: {{url: "json://{http}/shaky", fallback: spare}}
  spare: {{url: "json://{http}/spare"}}
  night: {{url: "json://{http}/night", quiet: "22:00-07:00"}}
  few: {{url: "json://{http}/few", limit: 12 per hour}}
  letter: {{url: "json://{http}/letter", digest: "0 */2 * * *"}}
"""
# Who is told of each feed, and of each shop.
FEEDS = (["phone", "shaky"], [MAIL], ["slow"], ["night"], ["few"], ["letter", "shaky"])
SHOPS = (["push"], ["phone", MAIL], ["shaky"], ["slow", "few"], ["push", "letter"], ["night", "shaky"])
STANDS_IN = {"shaky": "spare"}
# The feed for each of whose events something is done as well.
ACTS = "/feed/1"


@dataclass
class Result:
    """What there was to count.

    Attributes:
        kills: How many, by what was killed.
        unreached: Steps that a life did not come to in time.
        owed: What had to be told, and to which channels.
        acts: For what something had to be done, and how often it was done.
        recorded: When the store had kept that a channel took a delivery, by channel and id.
        faults: What went wrong beside the messages, such as mistakes in the log.
    """

    receivers: Receivers
    kills: dict[str, int] = field(default_factory=dict)
    unreached: list[str] = field(default_factory=list)
    owed: dict[str, list[str]] = field(default_factory=dict)
    acts: dict[str, int] = field(default_factory=dict)
    recorded: dict[tuple[str, str], int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0
    hours: float = 0.0


class Trial:
    """One world, one store, and the lives that watch it."""

    def __init__(self, folder: Path, store: str, found: Receivers, dice: random.Random, hurry: Hurry) -> None:
        self._folder, self._dice = folder, dice
        self._receivers, self._result = found, Result(found)
        self._life = Life(
            rules=str(folder / "rules.yaml"),
            store=store,
            began=hurry.began,
            speed=hurry.speed,
            ahead=0.0,
            told=str(folder / "told"),
            log=str(folder / "log"),
        )
        self._acted = folder / "acted"
        self._acted.touch()

    @property
    def hurry(self) -> Hurry:
        return Hurry(self._life.began, self._life.speed, self._life.ahead)

    def run(self, moments: int, processes: int, times: int) -> Result:
        """Kill so many lives at random moments, so many processes, and so many at each step; then count."""
        began = time.monotonic(), self.hurry.now()
        self._write_rules()
        order = ["moment"] * moments + ["process"] * processes + STEPS * times
        self._dice.shuffle(order)
        with self._nursery() as nursery:
            self._settle_in(nursery)
            for what in order:
                self._begin_next()
                if what == "process":
                    self._kill_a_process()
                elif what == "moment":
                    self._kill_at_a_moment(nursery)
                else:
                    self._kill_at_a_step(nursery, what)
            self._bring_to_an_end(nursery)
        self._result.seconds = time.monotonic() - began[0]
        self._result.hours = (self.hurry.now() - began[1]) / timedelta(hours=1)
        return self._counted()

    def _write_rules(self) -> None:
        host = f"127.0.0.1:{self._receivers.port}"
        script = self._folder / "act"
        script.write_text(f"#!/bin/sh\necho \"$TRUSTED_AGENT_TITLE\" >>'{self._acted}'\n")
        script.chmod(0o700)
        act = f", do: {{run: ['{script}']}}"
        rules = [
            f"  - {{name: Feed {number}, watch: news, feeds: ['http://{host}/feed/{number}'], when: mentions ITER, "
            f"notify: [{', '.join(names)}]{act if f'/feed/{number}' == ACTS else ''}}}"
            for number, names in enumerate(FEEDS)
        ]
        rules += [
            f"  - {{name: Shop {number}, watch: price, url: 'http://{host}/shop/{number}', when: price below $150, "
            f"notify: [{', '.join(names)}], every: 10s}}"
            for number, names in enumerate(SHOPS)
        ]
        Path(self._life.rules).write_text(
            "me: {timezone: Europe/Berlin, currency: USD}\n"
            "network: {allow: [127.0.0.1/32], every: 0.1s}\n"
            f"channels:\n{CHANNELS.format(http=host, smtp=self._receivers.mail_port)}"
            "defaults: {every: 5s}\n"
            "rules:\n" + "\n".join(rules) + "\n",
            encoding="utf-8",
        )

    def _begin_next(self, off: timedelta | None = None) -> None:
        """Let the machine be off for a while, and begin a life."""
        pause = off if off is not None else OFF * self._dice.random() ** 2
        self._life = replace(self._life, ahead=self._life.ahead + pause.total_seconds(), step="", turn=1)
        self._receivers.world.hurry = self.hurry
        since = timedelta(seconds=self.hurry.now().timestamp() - self._life.began)
        self._receivers.is_out = since % OUT_EVERY > OUT_EVERY - OUT
        self._receivers.next_life()

    def _settle_in(self, nursery: Nursery) -> None:
        """Let the first life see every source once: what they show at first is no news."""
        self._begin_next()
        nursery.bear(self._life)
        end = time.monotonic() + START_SECONDS
        while not self._receivers.world.is_kept and time.monotonic() < end:
            time.sleep(0.005)
        nursery.kill()

    def _kill_at_a_moment(self, nursery: Nursery) -> None:
        longest = LONG if self._dice.random() < LONG_ONES else SHORT
        nursery.bear(self._life)
        time.sleep(self._dice.uniform(0, longest))
        self._note("at a random moment", nursery.kill())

    def _kill_at_a_step(self, nursery: Nursery, step: str) -> None:
        if step.startswith(OF_LONG_FAILURE):
            self._receivers.is_out = True
            nursery.bear(self._life)
            time.sleep(LONG)
            nursery.kill()
            self._begin_next(LONG_FAILURE)
        if step.startswith(OF_FAILURE):
            self._receivers.is_out = True
        turn = 1 if step.startswith((*TAKEN_ONCE, *OF_FAILURE)) else self._dice.randint(1, 3)
        nursery.bear(replace(self._life, step=step, turn=turn))
        if nursery.ends_within(STEP_SECONDS):
            self._note("at a step of the line", nursery.kill())
        else:
            self._result.unreached.append(step)
            self._note("at a random moment", nursery.kill())

    def _kill_a_process(self) -> None:
        """Kill the program itself, started from the beginning, soon after it was first heard of."""
        command = [sys.executable, "-m", "tests.faults.crashing.life", "program", self._life.json, "run", "--quiet"]
        place = ["--rules", self._life.rules, "--state", self._life.store.removesuffix("/store.sqlite")]
        process = subprocess.Popen([*command, *place], cwd=REPOSITORY, stdin=subprocess.DEVNULL)
        end = time.monotonic() + START_SECONDS
        while self._receivers.seen != self._receivers.life and time.monotonic() < end and process.poll() is None:
            time.sleep(0.005)
        time.sleep(self._dice.uniform(0, SHORT))
        process.kill()
        self._note("as a process of its own", process.wait())

    def _bring_to_an_end(self, nursery: Nursery) -> None:
        """Let lives go on in a kind world in which nothing changes, until all was told and some time beyond."""
        self._receivers.world.is_at_rest = self._receivers.is_kind = True
        more = MORE
        for _ in range(LAST_LIVES):
            self._begin_next(APART)
            nursery.bear(self._life)
            time.sleep(LAST_SECONDS)
            nursery.kill()
            more -= self._is_all_told()
            if not more:
                return

    def _is_all_told(self) -> bool:
        told: dict[str, set[str]] = {}
        for arrival in list(self._receivers.arrivals):
            told.setdefault(arrival.channel, set()).update(arrival.events)
        return self._receivers.world.is_kept and all(
            event in told.get(channel, ()) or event in told.get(STANDS_IN.get(channel, ""), ())
            for event, channels in self._owed().items()
            for channel in channels
        )

    def _owed(self) -> dict[str, list[str]]:
        notify = {f"/feed/{number}": names for number, names in enumerate(FEEDS)}
        notify |= {f"/shop/{number}": names for number, names in enumerate(SHOPS)}
        return {event: notify[path] for event, path in self._receivers.world.truth.items()}

    def _note(self, what: str, code: int) -> None:
        if code != -signal.SIGKILL:
            self._result.faults.append(f"a life ended by itself with {code}")
        self._result.kills[what] = self._result.kills.get(what, 0) + 1

    def _counted(self) -> Result:
        result = self._result
        result.owed = self._owed()
        acted = Counter(line.partition(" ")[0] for line in self._acted.read_text().splitlines())
        result.acts = {event: acted[event] for event, path in self._receivers.world.truth.items() if path == ACTS}
        for line in Path(self._life.told).read_text().splitlines():
            channel, message_id, at = line.split()
            result.recorded.setdefault((channel, message_id), int(at))
        log = Path(self._life.log).read_text(errors="replace")
        if count := log.count("Traceback (most recent call last)"):
            result.faults.append(f"{count} mistakes in the log {self._life.log}")
        if not self._receivers.world.is_kept:
            result.faults.append("the agent did not come to look at every source again")
        result.faults += self._receivers.mistakes
        return result

    @contextmanager
    def _nursery(self) -> Iterator[Nursery]:
        command = [sys.executable, "-m", "tests.faults.crashing.life", "nursery", self._life.rules]
        process = subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdout.readline()
            yield Nursery(process.stdin, process.stdout)
        finally:
            process.stdin.close()
            process.wait()
            process.stdout.close()


class Nursery:
    """Where lives are forked, one at a time."""

    def __init__(self, orders: IO[bytes], answers: IO[bytes]) -> None:
        self._orders, self._answers = orders, answers
        self._child = 0

    def bear(self, life: Life) -> None:
        self._orders.write(f"{life.json}\n".encode())
        self._child = int(self._answers.readline())

    def ends_within(self, seconds: float) -> bool:
        """Return whether the life ends by itself."""
        return bool(select.select([self._answers], [], [], seconds)[0])

    def kill(self) -> int:
        """Kill the life, unless it is over, and return how it ended."""
        # Once the nursery has seen its end, the number may be another process's.
        if not self.ends_within(0):
            os.kill(self._child, signal.SIGKILL)
        return int(self._answers.readline())


def try_it(
    folder: Path, *, seed: int, moments: int, processes: int, times: int, store: str = "", speed: float = SPEED
) -> Result:
    """Live and die in a folder.

    Args:
        folder: An empty folder for everything.
        seed: Decides what happens, as far as two processors that run beside each other let anything decide it.
        moments: How many lives are killed at a random moment.
        processes: How many of them are processes started from the beginning, besides.
        times: How often a life kills itself at each step.
        store: A `postgresql://` address; a file in the folder if empty.
        speed: How much faster than the world the lives live.
    """
    dice, hurry = random.Random(seed), Hurry(time.time(), speed)
    with receivers(World(dice, hurry, len(FEEDS), len(SHOPS)), dice) as found:
        return Trial(folder, store or str(folder / "store.sqlite"), found, dice, hurry).run(moments, processes, times)

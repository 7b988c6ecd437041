"""Ctrl-C ends the real command at any moment: with the code that a shell expects, and without a traceback."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.app import STOP_SECONDS
from tests.end_to_end.scene import REPOSITORY, Scene, scene
from tests.http_sink import http_sink

MOMENTS = 12
# Until its own first line runs, Python alone hears the signal; from there on the command does.
PROGRAM = """
import os, sys
from agent.command import main
try:
    os.write(1, b".")
    main()
except KeyboardInterrupt as error:
    os._exit(1 if error.__traceback__.tb_next else 130)
"""
# Where Python itself calls back, as at the end of an import, what is raised would only be printed.
LOST = """
import signal
import agent.commandline
from agent.command import main
class Last:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
def app():
    Last()
    print("goes on")
agent.commandline.app = app
main()
"""


@pytest.fixture
def life(tmp_path: Path):
    with scene(tmp_path) as one:
        one.write(
            f"  - {{name: A, watch: price, url: '{one.web.url('/shop')}', when: below $5}}\n",
            every="1s, confirm_after: 1s",
        )
        one.web.sell("/shop", 160)
        yield one


def begun(life: Scene, *words: str, **environment: str) -> subprocess.Popen[bytes]:
    """Return a command whose first line has run."""
    place = ["--rules", str(life.rules), "--state", str(life.folder / "state")]
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words, *place],
        env={**os.environ, "HOME": str(life.folder), **environment},
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.read(1) == b"."
    return process


@pytest.mark.parametrize("words", [("check",), ("rules",), ("run",), ("run", "--once")], ids=" ".join)
def test_at_any_moment_from_its_start_on(life: Scene, words: tuple[str, ...]):
    # The very last thing that Python does is to leave the signal to the system, which a shell shows as 130 too.
    ends = {130, -signal.SIGINT}
    if words != ("run",):
        left = begun(life, *words)
        left.communicate(timeout=40)
        ends.add(left.returncode)  # it may have ended by itself before
    moments = random.Random(" ".join(words))
    for _ in range(MOMENTS):
        moment = moments.uniform(0, 1.2)
        process = begun(life, *words)
        time.sleep(moment)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=40)
        assert b"Traceback" not in error, (moment, error.decode())
        assert b"KeyboardInterrupt" not in error, (moment, error.decode())
        assert process.returncode in ends, (moment, error.decode())


def test_it_is_not_lost_in_a_callback_of_python():
    run = subprocess.run([sys.executable, "-c", LOST], cwd=REPOSITORY, capture_output=True, timeout=40, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (130, b"", b"")


def test_what_ignores_it_from_the_beginning_goes_on(life: Scene):
    """A shell that begins something in the background, or nohup, has it ignore what is typed."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = begun(life, "check")
    finally:
        signal.signal(signal.SIGINT, before)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=40)
    assert (process.returncode, error) == (0, b"")


def test_twice_it_does_not_wait_for_what_is_under_way(life: Scene):
    life.web.sell("/shop", 4)
    with http_sink() as phone:
        phone.gate.clear()
        life.rules.write_text(life.rules.read_text().replace(life.mail.url(), f"json://{phone.host}"))
        process = begun(life, "run")
        assert phone.arrived.wait(40)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        assert process.stderr is not None
        for line in process.stderr:
            if b"stopping" in line:
                break
        while process.poll() is None and time.monotonic() - began < 40:
            process.send_signal(signal.SIGINT)
            time.sleep(0.05)
        took = time.monotonic() - began
        _, rest = process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in rest
    assert took < STOP_SECONDS, "it waits for that long if it is asked once"

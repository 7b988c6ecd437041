"""Another program tells the running agent something, and its owner hears of it at once."""

from __future__ import annotations

import subprocess

import pytest

from tests.end_to_end.scene import scene
from tests.end_to_end.test_running import logged, running, wait_for


@pytest.fixture
def life(tmp_path):
    with scene(tmp_path) as one:
        yield one


def tell(life, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(life.command("tell", *words), capture_output=True, text=True, check=False)


def test_what_is_told_reaches_the_owner_sooner_than_any_poll(life):
    rule = "  - name: Tank\n    watch: report\n    facts: {level: number}\n    when: level below 10\n"
    life.write(rule, every="1d")
    with running(life):
        wait_for(life, lambda: logged(life, "watching by 1 rule"), "start")
        wait_for(life, lambda: logged(life, "nothing new"), "first poll")
        assert tell(life, "tank", "level=40").returncode == 0
        done = tell(life, "tank", "level=7")
        assert done.stdout.strip() == "told tank: level=7; it tells you 1 message", done.stderr
        wait_for(life, lambda: life.told, "message")
    assert len(life.told) == 1


def test_what_is_told_to_a_stopped_agent_waits_for_it(life):
    rule = "  - name: Tank\n    watch: report\n    facts: {level: number}\n    when: level below 10\n"
    life.write(rule, every="1d")
    with running(life):
        wait_for(life, lambda: logged(life, "nothing new"), "first poll")
    assert tell(life, "tank", "level=7").returncode == 0
    assert not life.told
    with running(life):
        wait_for(life, lambda: life.told, "message")

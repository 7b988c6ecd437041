"""kill -9 while the agent acts: nothing is done twice, and each firing ends in a word that is true."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.acting import KEYS
from tests.faults.mortal_doer import SELDOM

REPOSITORY = Path(__file__).resolve().parents[2]
KILLS = 120


def lived(folder, *words):
    """Let agents live and die on a folder; return what came of each firing."""
    command = [sys.executable, "-m", "tests.faults.mortal_doer", str(folder), *map(str, words)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


def check(found):
    ran, states = Counter(found["ran"]), Counter(found["deeds"].values())
    sys.stdout.write(f"{len(found['deeds'])} firings: {dict(states)}, {sum(ran.values())} runs\n")
    assert len(found["deeds"]) == found["fired"]
    assert max(ran.values(), default=0) <= 1
    assert states.keys() <= {"done", "unclear", "refused"}
    for key, state in found["deeds"].items():
        if state == "done":
            assert ran[key] == 1
        if state == "refused":
            assert ran[key] == 0
    assert found["told"].get("Perhaps done", 0) == states["unclear"]
    return states


@pytest.mark.parametrize("seed", [1])
def test_killed_at_random_moments_it_does_each_thing_once_or_says_that_it_cannot_know(tmp_path, seed):
    states = check(lived(tmp_path, "random", seed, KILLS))
    assert states["done"] >= KILLS / 4


def test_killed_at_each_step_it_does_each_thing_once_or_says_that_it_cannot_know(tmp_path):
    states = check(lived(tmp_path, "steps", 2))
    # Dead between its claim and its record, five times a round: nobody can know.
    assert states["unclear"] >= 8
    assert states["done"] >= 8
    assert sum(states.values()) < len(KEYS)


def test_two_agents_on_one_store_do_each_thing_once_between_them(tmp_path, database):
    url = database.engine.url
    store = str(url.set(drivername="postgresql")) if database.is_postgresql else url.database
    found = lived(tmp_path, "together", 45, store)
    ran, states = Counter(found["ran"]), Counter(found["deeds"].values())
    assert max(ran.values()) == 1
    assert states == {"done": 15 + 15 + SELDOM, "refused": 15, "over": 15 - SELDOM}
    assert set(ran) == {key for key, state in found["deeds"].items() if state == "done"}

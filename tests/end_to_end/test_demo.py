"""The demo, as a newcomer sees it: the real program in a process of its own, a folder for a home."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agent.files import DiskFiles
from rules.load import load
from watchers.registry import kinds

COMMAND = str(Path(sys.executable).with_name("trusted-agent"))
TOLD = {
    "89.00 USD: Belt Drive Turntable": "it was already true when this was first looked at",
    "Tokamak holds its plasma for an hour": "it is new there",
    "139.00 USD: Acme Studio Headphones": "it has just come true",
    "79.00 USD: Belt Drive Turntable": "it is lower than when you were last told",
    "Night Ferry: album": "it is new there",
}


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment with a home and a temporary folder that are empty."""
    for name in ("home", "tmp"):
        (tmp_path / name).mkdir()
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "tmp")}


def left_behind(home: dict[str, str]) -> list[Path]:
    return [path for name in ("HOME", "TMPDIR") for path in Path(home[name]).iterdir()]


def test_the_demo_tells_its_story_with_reasons_and_can_be_looked_into_afterwards(
    home: dict[str, str], tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    done = subprocess.run(
        [COMMAND, "demo", "--keep", str(kept)], env=home, capture_output=True, text=True, check=False, timeout=100
    )
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout
    messages = said.split("✉ ")[1:]
    assert [message.partition("\n")[0] for message in messages] == list(TOLD)
    for message, reason in zip(messages, TOLD.values(), strict=True):
        assert f"Why now: {reason}" in message
    assert "0.01 USD" not in said, "a glitch is never told"
    assert "SourceUnavailable" in said, "a newcomer sees that the agent could not see"
    assert "names 127.0.0.1 and nobody else" in said
    assert "trusted-agent init" in said.rpartition("What to type next")[2]

    asked = messages[0].partition("Ask: trusted-agent why ")[2].split()[0]
    place = ["--rules", str(kept), "--state", str(kept)]
    why = subprocess.run([COMMAND, "why", asked, *place], env=home, capture_output=True, text=True, check=True)
    assert "Turntable" in why.stdout
    assert left_behind(home) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_that_is_ended_early_leaves_nothing_behind(home: dict[str, str], number: signal.Signals) -> None:
    demo = subprocess.Popen([COMMAND, "demo"], env=home, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert demo.stdout is not None
    for line in demo.stdout:
        if "first time" in line:
            break
    assert len(left_behind(home)) == 1, "its temporary folder"
    demo.send_signal(number)
    rest, _ = demo.communicate(timeout=30)
    assert demo.returncode == 130
    assert "nothing is left behind" in rest
    assert left_behind(home) == []
    with pytest.raises(ProcessLookupError):
        os.killpg(demo.pid, 0)


def test_a_demo_to_which_nobody_listens_any_more_ends_by_itself(home: dict[str, str]) -> None:
    demo = subprocess.Popen([COMMAND, "demo"], env=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert demo.stdout is not None
    assert demo.stderr is not None
    demo.stdout.readline()
    demo.stdout.close()
    assert demo.wait(30) == 141
    assert demo.stderr.read() == ""
    demo.stderr.close()
    assert left_behind(home) == []


def test_a_folder_with_something_in_it_is_not_used_for_the_demo(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/rules.yaml").write_text("rules: []\n")
    command = [COMMAND, "demo", "--keep", str(tmp_path / "full")]
    done = subprocess.run(command, env=home, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "is not empty" in done.stderr
    assert (tmp_path / "full/rules.yaml").read_text() == "rules: []\n"


def test_the_demos_rule_file_is_one_that_anybody_could_write(tmp_path: Path) -> None:
    text = (files("agent.demo") / "rules.yaml").read_text(encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(text)
    book = load(str(tmp_path / "rules.yaml"), DiskFiles(tmp_path, {}), kinds(), zone=ZoneInfo("UTC"))
    assert {rule.kind.name for rule in book.rules} == {"price", "feed", "music"}

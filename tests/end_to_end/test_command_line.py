"""The command line as its owner meets it: the real program in processes of its own."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.scene import Web, little_web
from tests.http_sink import HttpSink, http_sink

PROGRAM = str(Path(sys.executable).with_name("trusted-agent"))


@dataclass
class Owner:
    """Somebody with a folder, a shop to watch and a phone."""

    folder: Path
    web: Web
    phone: HttpSink

    def environment(self, **more: str) -> dict[str, str]:
        plain = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        return (
            plain | {"TRUSTED_AGENT_STATE": str(self.folder / "state"), "TRUSTED_AGENT_RULES": str(self.folder)} | more
        )

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [PROGRAM, *words],
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def runs_until(self, command: str, is_so: Callable[[list[Any]], object]) -> list[Any]:
        """Let the agent poll and deliver until a command's JSON says so; the second look comes a second later."""
        for _ in range(30):
            self.run("run", "--once")
            lines = [json.loads(line) for line in self.run(command, "--json").stdout.splitlines()]
            if is_so(lines):
                return lines
        raise AssertionError(f"{command} never said so: {lines}")

    def write(self, when: str = "price below $150") -> None:
        (self.folder / "rules.yaml").write_text(
            f"""
me: {{currency: USD}}
network: {{allow: [127.0.0.1/32], every: 0.1s}}
channels: {{phone: "json://{self.phone.host}/hook"}}
defaults: {{every: 1s, notify: phone, confirm_after: 1s}}
rules:
  - {{name: Cheap, watch: price, url: "{self.web.url("/shop")}", when: {when}}}
"""
        )


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Owner]:
    with little_web() as web, http_sink() as phone:
        someone = Owner(tmp_path, web, phone)
        web.sell("/shop", "160.00")
        someone.write()
        yield someone


def test_from_the_first_start_to_the_reason_of_a_message(owner):
    assert owner.run("status").returncode == 4
    assert owner.run("check").returncode == 0
    assert owner.run("run", "--once").returncode == 0
    well = owner.run("status", "--json")
    assert (well.returncode, json.loads(well.stdout)["rules"]) == (0, 1)
    (rule,) = json.loads(owner.run("rules", "--json").stdout)["rules"]
    assert rule["sources"][0]["seen"][0]["value"] == {"amount": "160.00", "currency": "USD"}
    owner.web.sell("/shop", "149.00")
    (told,) = owner.runs_until("firings", lambda lines: lines)
    assert [each["state"] for each in told["deliveries"]] == ["sent"]
    shown = owner.run("why", told["id"])
    assert shown.returncode == 0
    assert owner.phone.asked[0].json["message"].strip() in "\n".join(line[2:] for line in shown.stdout.splitlines())
    series = json.loads(owner.run("history", "cheap", "--json").stdout)["series"]
    assert series[0]["readings"][-1]["told"] == [told["id"]]


def test_a_channel_that_fails_is_in_the_exit_status_at_once(owner):
    owner.web.sell("/shop", "149.00")
    owner.phone.status = 503
    (found,) = owner.runs_until("status", lambda lines: lines[0]["channels"][0]["failures"])
    assert "503" in found["channels"][0]["error"]
    assert found["problems"] == ["the channel phone fails, and 1 message waits for it"]
    assert owner.run("status").returncode == 1


def test_a_live_look_leaves_nothing_behind(owner):
    looked = owner.run("try", "cheap", "--json")
    assert json.loads(looked.stdout)["findings"][0]["because"] == "price 160.00 USD is not below 150.00 USD"
    assert sorted(path.name for path in owner.folder.iterdir()) == ["rules.yaml"]
    assert owner.phone.asked == []


def test_a_saved_answer_may_come_through_a_pipe(owner):
    page = owner.web.pages["/shop"][2]
    tried = subprocess.run(
        [PROGRAM, "try", "price", "--from", "-", "--json"],
        input=page,
        env=owner.environment(),
        capture_output=True,
        check=True,
    )
    assert json.loads(tried.stdout)["observations"][0]["facts"]["price"]["amount"] == "160.00"


def test_where_things_lie_follows_systemd_and_xdg_where_nobody_says_otherwise(owner, tmp_path):
    config, state = tmp_path / "config", tmp_path / "lib"
    plain = {"TRUSTED_AGENT_RULES": "", "TRUSTED_AGENT_STATE": ""}
    assert owner.run("init", **plain, XDG_CONFIG_HOME=str(config)).returncode == 0
    assert (config / "trusted-agent" / "rules.yaml").is_file()
    owner.run("run", "--once", **plain, CONFIGURATION_DIRECTORY=str(owner.folder), STATE_DIRECTORY=f"{state}:/other")
    assert (state / "store.sqlite").is_file()


# Manners.


def test_version_and_help_are_there(owner):
    assert owner.run("--version").stdout.startswith("trusted-agent ")
    assert owner.run("-h").stdout == owner.run("--help").stdout
    for command in ("init", "check", "try", "channels", "run", "status", "rules", "firings", "why", "history"):
        assert command in owner.run("--help").stdout
        assert "Usage" in owner.run(command, "--help").stdout


def test_a_slip_on_the_command_line_is_answered_with_the_usage(owner):
    for words in (("statsu",), ("status", "--jsn"), ("history",), ("firings", "--limit", "0")):
        asked = owner.run(*words)
        assert asked.returncode == 2, words
        assert "Usage" in asked.stderr
    assert "status" in owner.run("statsu").stderr


def test_output_is_plain_where_no_person_reads_it(owner):
    owner.run("run", "--once")
    for words in (("status",), ("rules",), ("history", "cheap"), ("check",), ("firings",)):
        asked = owner.run(*words)
        assert "\x1b" not in asked.stdout + asked.stderr


def test_a_terminal_gets_colours_unless_its_owner_wants_none(owner):
    owner.run("run", "--once")
    assert "\x1b[" in on_terminal(owner, "status")
    assert "\x1b[3" not in on_terminal(owner, "status", NO_COLOR="1")


def test_a_line_ends_at_the_edge_of_the_terminal(owner):
    owner.web.show("/shop", "Not here, and not anywhere near here either", status=404)
    owner.run("run", "--once")
    shown = re.sub("\x1b[^m]*m", "", on_terminal(owner, "status", COLUMNS="60"))
    assert max(map(len, shown.splitlines())) <= 60


@pytest.mark.parametrize("words", [("rules",), ("status",), ("status", "--json"), ("check",)])
def test_whoever_stops_reading_ends_the_program_quietly(owner, words):
    owner.run("run", "--once")
    asking = subprocess.Popen(
        [PROGRAM, *words], env=owner.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert asking.stdout is not None
    asking.stdout.close()
    assert asking.stderr is not None
    assert asking.stderr.read() == ""
    asking.stderr.close()
    assert asking.wait(timeout=30) == 141


def test_ctrl_c_ends_a_look_without_a_traceback(owner):
    asked, gate = threading.Event(), threading.Event()
    with http_sink() as slow:
        slow.gate = gate
        slow.arrived = asked
        looking = subprocess.Popen(
            [PROGRAM, "try", "price", "--url", f"http://{slow.host}/", "--private"],
            env=owner.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert asked.wait(timeout=30)
        looking.send_signal(signal.SIGINT)
        _, error = looking.communicate(timeout=30)
        gate.set()
    assert looking.returncode == 130
    assert "Traceback" not in error


def test_what_takes_long_says_on_a_terminal_what_it_waits_for(owner):
    owner.phone.gate.clear()
    ours, theirs = pty.openpty()
    waiting = subprocess.Popen([PROGRAM, "channels", "test"], env=owner.environment(), stdout=theirs, stderr=theirs)
    os.close(theirs)
    written = b""
    while b"sending to phone" not in written:
        written += os.read(ours, 65536)
    owner.phone.gate.set()
    written = read_all(ours)
    assert waiting.wait(timeout=30) == 0
    assert b"took it in" in written


def test_letters_that_a_terminal_does_not_know_are_no_reason_to_fail(owner):
    owner.run("run", "--once")
    assert owner.run("rules", PYTHONIOENCODING="ascii", LANG="C").returncode == 0
    assert json.loads(owner.run("rules", "--json", PYTHONIOENCODING="ascii").stdout)["rules"]


def test_the_shell_completes_commands(owner):
    asked = owner.run(_TRUSTED_AGENT_COMPLETE="complete_bash", COMP_WORDS="trusted-agent st", COMP_CWORD="1")
    assert asked.stdout.split() == ["status"]


HEAVY = ("apprise", "sqlalchemy", "sqlmodel", "httpx", "feedparser", "selectolax", "lark", "rich")


@pytest.mark.parametrize(
    ("words", "unneeded"),
    [
        ("--version", HEAVY),
        ("check", ("apprise", "sqlalchemy", "sqlmodel", "httpx")),
        ("status", ("apprise", "httpx")),
        ("run --once", ("apprise", "rich", "pygments", "feedparser")),
    ],
)
def test_a_command_loads_only_what_it_needs(owner, words, unneeded):
    (owner.folder / "rules.yaml").write_text("rules: []")
    owner.run("run", "--once")
    said = subprocess.run(
        [sys.executable, "-X", "importtime", PROGRAM, *words.split()],
        env=owner.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    loaded = {line.rpartition("|")[2].strip() for line in said.stderr.splitlines() if line.startswith("import time:")}
    assert not loaded & set(unneeded)


def on_terminal(owner: Owner, *words: str, **environment: str) -> str:
    """Return what a command writes on a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    done = subprocess.Popen([PROGRAM, *words], env=owner.environment(**environment), stdout=theirs, stderr=theirs)
    os.close(theirs)
    written = read_all(ours)
    done.wait(timeout=30)
    return re.sub("\x1b\\[\\?25[hl]", "", written.decode())


def read_all(terminal: int) -> bytes:
    """Return what is written to a terminal until its other end is closed, which Linux calls EIO."""
    written = b""
    while select.select([terminal], [], [], 30)[0]:
        try:
            written += os.read(terminal, 65536)
        except OSError:
            break
    os.close(terminal)
    return written

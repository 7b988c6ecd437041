"""What people slip on at the command line is answered with what to do, and what they turned down is shown."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from agent.clock import wall
from agent.commands.shell import MOST_NAMED
from tests.lived import Lived, ask, entries, product

CHANNEL = 'channels: {phone: "json://127.0.0.1:1/phone"}\n'


@pytest.fixture
def recent(tmp_path):
    """An owner whose agent polled a moment ago."""
    owner = Lived(tmp_path, wall() - timedelta(hours=1, minutes=1))
    owner.see(shop=product("160"), feed=entries("A tokamak burns"))
    return owner


@pytest.fixture
def rules(tmp_path):
    """Write a rule file of feeds of these names."""

    def write(*names: str) -> str:
        lines = [f"  - {{name: {name}, watch: feed, url: 'https://one.example/rss'}}\n" for name in names]
        (tmp_path / "few.yaml").write_text(f"{CHANNEL}rules:{'' if lines else ' []'}\n{''.join(lines)}")
        return str(tmp_path / "few.yaml")

    return write


@pytest.mark.parametrize(
    ("names", "hint"),
    [
        ((), "there is no rule zzz; none has been written yet"),
        (("one",), "there is no rule zzz; there is only one"),
        (("one", "two"), "there is no rule zzz; there are one, two"),
        (tuple(f"rule-{n}" for n in range(MOST_NAMED + 3)), f"rule-{MOST_NAMED - 1} and 3 more"),
    ],
)
def test_a_name_that_is_none_is_answered_with_those_that_are(rules, recent, names, hint):
    asked = ask("why-not", "zzz", "--rules", rules(*names), "--state", str(recent.state))
    assert asked.code == 5
    assert hint in " ".join(asked.error.split())


def test_a_length_of_time_needs_no_quotes(recent):
    assert recent.ask("snooze", "fusion-news", "2", "weeks", "--json").json["rule_id"] == "fusion-news"
    asked = recent.ask("snooze", "fusion-news", "until", "friday")
    assert asked.code == 2
    assert "until friday is no length of time: write 3d" in asked.error


def test_what_is_snoozed_or_muted_is_shown_with_its_rule(recent):
    recent.ask("mute", "fusion-news")
    recent.ask("snooze", "headphones-below-150", "3d")
    shown = recent.ask("rules").text
    assert "muted: everything" in shown
    assert "snoozed until" in shown
    beside = {one["id"]: one["beside"] for one in recent.ask("rules", "--json").json["rules"]}
    assert beside == {"fusion-news": {"muted": 1}, "headphones-below-150": {"snoozed": 1}}
    assert "muted" in recent.ask("status").text


@pytest.mark.parametrize(
    ("name", "birthday", "code"),
    [("few.yaml", "no day", 2), ("few.yaml", "02-29", 0), (f"{'long' * 60}.yaml", "02-29", 3)],
)
def test_a_slip_is_told_from_a_file_that_cannot_be_written(tmp_path, name, birthday, code):
    # Beside a file of so long a name, the one that is to replace it can have none.
    (tmp_path / name).write_text(f"{CHANNEL}rules: []\n")
    asked = ask("person", "add", "Kim", "--birthday", birthday, "--rules", str(tmp_path / name))
    assert asked.code == code
    assert ("cannot be written" in asked.error) is (code == 3)


@pytest.mark.parametrize("words", [("rules", "--json"), ("rules",), ("--help",), ("rules", "--help"), ("--version",)])
def test_a_full_disk_below_the_output_is_named_without_a_traceback(recent, words):
    place = ("--rules", str(recent.rules), "--state", str(recent.state)) if words[0] == "rules" else ()
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        asked = subprocess.run(
            [sys.executable, "-c", "from agent.command import main; main()", *words, *place],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert asked.stderr == "trusted-agent: the output cannot be written: No space left on device\n"
    assert asked.returncode == 1

"""The kind `command`: what a program says, that it ends, and who may have anything run at all."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
import time
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from watchers.api import Number, Observation, SourceChanged, SourceGone, SourceRefused, SourceUnavailable, Text
from watchers.command import MOST_OUTPUT, Command
from watchers.door.ownership import changeable
from watchers.testing import CannedContext


@pytest.fixture
def rules(tmp_path):
    """A rule file that its owner alone may write."""
    file = tmp_path / "rules.yaml"
    file.touch(0o600)
    return file


def look(rules, *command: str, **options) -> Observation:
    poll = asyncio.run(Command(command=command, **options).poll(CannedContext(b"", rule_files=(str(rules),))))
    (seen,) = poll.observations
    return seen


def python(rules, code: str, **options) -> Observation:
    return look(rules, sys.executable, "-c", code, **options)


def test_what_a_command_prints_is_seen_with_its_first_number(rules):
    seen = look(rules, "echo", "disk", "91.5%", "of", "200", "GB")
    assert seen.facts["text"] == Text("disk 91.5% of 200 GB")
    assert seen.facts["value"] == Number(Decimal("91.5"))
    assert seen.facts["exit_code"] == Number(Decimal(0))
    assert "error" not in seen.facts


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("-3", "-3"),
        ("load: 0.75, 0.60", "0.75"),
        ("42GB", "42"),
        ("12,5", None),
        ("1,299.00", None),
        ("version 1.2.3", None),
        ("1.5e3", None),
        ("h2o", None),
        ("nothing", None),
    ],
)
def test_a_number_that_can_be_read_in_two_ways_is_none(rules, printed, value):
    seen = look(rules, "echo", printed)
    assert seen.facts.get("value") == (None if value is None else Number(Decimal(value)))
    assert ("value" in seen.unknown) == (value is None)


def test_what_a_command_that_ends_badly_printed_is_no_value(rules):
    seen = python(rules, "import sys; print('12 left'); print('no disk', file=sys.stderr); sys.exit(3)")
    assert seen.facts["exit_code"] == Number(Decimal(3))
    assert seen.facts["error"] == Text("no disk")
    assert seen.unknown == {"text": "it ended with exit code 3", "value": "it ended with exit code 3"}


def test_an_exit_code_that_counts_as_well_leaves_the_output(rules):
    seen = python(rules, "import sys; print('12 left'); sys.exit(1)", ok=(0, 1))
    assert seen.facts["value"] == Number(Decimal(12))


def test_a_signal_is_counted_as_shells_do(rules):
    seen = python(rules, "import os; os.kill(os.getpid(), 15)")
    assert seen.facts["exit_code"] == Number(Decimal(128 + 15))


def test_no_shell_reads_the_command(rules):
    seen = look(rules, "echo", "$HOME; id | cat > /dev/null `id`")
    assert seen.facts["text"] == Text("$HOME; id | cat > /dev/null `id`")
    assert Command(command="echo 'two words' one").command == ("echo", "two words", "one")


def test_a_command_sees_few_variables_those_of_its_rule_and_no_input(rules, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_AGENT", "tell nobody")
    code = "import os, sys; print(sorted(os.environ), os.environ['TOKEN'], repr(sys.stdin.read()), os.getcwd())"
    seen = python(rules, code, env={"TOKEN": "abc"})
    said = str(seen.facts["text"])
    assert "SECRET_OF_THE_AGENT" not in said
    assert f"abc '' {rules.parent.resolve()}" in said


def test_a_command_that_does_not_end_is_ended_with_all_that_it_started(rules):
    child = rules.parent / "child"
    with pytest.raises(SourceUnavailable, match="did not end within 3 s"):
        look(rules, "sh", "-c", f"sleep 60 & echo $! > {child}; wait", timeout=timedelta(seconds=3))
    assert _is_gone(int(child.read_text()))


def test_a_child_that_outlives_its_parent_and_holds_the_line_is_ended_too(rules):
    child = rules.parent / "child"
    with pytest.raises(SourceUnavailable, match="sh ended, but what it started keeps its output open"):
        look(rules, "sh", "-c", f"sleep 60 & echo $! > {child}", timeout=timedelta(seconds=3))
    assert _is_gone(int(child.read_text()))


def test_a_command_that_is_given_up_is_ended(rules):
    child = rules.parent / "child"

    async def give_up() -> None:
        command = Command(command=("sh", "-c", f"echo $$ > {child}; exec sleep 60"))
        task = asyncio.create_task(command.poll(CannedContext(b"", rule_files=(str(rules),))))
        await asyncio.to_thread(_await_text, child)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(give_up())
    assert _is_gone(int(child.read_text()))


def _await_text(file: Path) -> None:
    while not file.exists() or not file.read_text():
        time.sleep(0.01)


def _is_gone(pid: int) -> bool:
    """Return whether a process ends within a while; a zombie waits for whoever inherited it."""
    for _ in range(200):
        try:
            if Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_a_command_that_prints_without_end_is_ended(rules):
    with pytest.raises(SourceChanged, match=f"{MOST_OUTPUT:,}"):
        look(rules, "yes")


def test_bytes_that_are_no_text_are_shown_as_well_as_they_can_be(rules):
    seen = python(rules, "import sys; sys.stdout.buffer.write(bytes(range(256)) + b' 7')")
    assert "7" in str(seen.facts["text"])


@pytest.mark.parametrize(
    ("command", "trouble", "said"),
    [
        ("no-such-program-here", SourceGone, "there is no program"),
        ("./rules.yaml", SourceRefused, "may not be run"),
    ],
)
def test_a_program_that_cannot_be_run_is_named(rules, command, trouble, said):
    with pytest.raises(trouble, match=said):
        look(rules, command)


def test_a_program_beside_the_rule_file_is_found_by_its_relative_path(rules):
    script = rules.parent / "check.sh"
    script.write_text("#!/bin/sh\necho here 5\n")
    script.chmod(0o700)
    assert look(rules, "./check.sh").facts["value"] == Number(Decimal(5))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"command": ()}, "names no program"),
        ({"command": "echo 'open"}, "no closing quotation"),
        ({"command": ("a\0b",)}, "no command"),
        ({"command": ("ls",), "timeout": timedelta(minutes=11)}, "between 1s and 10m"),
        ({"command": ("ls",), "env": {"A-B": "x"}}, "no variable"),
    ],
)
def test_a_wrong_option_says_what_is_wrong(options, said):
    with pytest.raises(ValidationError, match=said):
        Command(**options)


# Who may decide what is run.


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_nothing_is_run_from_a_rule_file_that_others_may_write(rules, mode):
    rules.chmod(mode)
    with pytest.raises(SourceRefused, match=f"chmod go-w {rules}"):
        look(rules, "touch", str(rules.parent / "was-run"))
    assert not (rules.parent / "was-run").exists()


def test_nothing_is_run_where_a_folder_above_may_be_written_by_others(rules, tmp_path):
    tmp_path.chmod(0o770)
    with pytest.raises(SourceRefused, match=f"chmod go-w {tmp_path}"):
        look(rules, "true")
    tmp_path.chmod(0o700)
    assert look(rules, "true").facts["exit_code"] == Number(Decimal(0))


def test_every_file_of_the_rules_counts_also_one_behind_a_link(rules, tmp_path):
    elsewhere = tmp_path / "shared"
    elsewhere.mkdir()
    target = elsewhere / "more.yaml"
    target.touch(0o600)
    link = tmp_path / "more.yaml"
    link.symlink_to(target)
    assert changeable(link) is None
    elsewhere.chmod(0o777)
    assert f"chmod go-w {elsewhere}" in (changeable(link) or "")


def test_a_folder_for_everybody_is_no_danger_where_nobody_can_replace_what_is_ours(tmp_path):
    shared = tmp_path / "tmp"
    shared.mkdir()
    shared.chmod(0o777 | stat.S_ISVTX)
    file = shared / "rules.yaml"
    file.touch(0o600)
    assert changeable(file) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_not_ours_alone(tmp_path):
    file = tmp_path / "rules.yaml"
    file.touch(0o600)
    os.chown(file, 65534, -1)
    assert "belongs to another user" in (changeable(file) or "")


def test_a_file_that_is_not_there_is_judged_by_where_it_would_be(tmp_path):
    assert changeable(tmp_path / "not-there.yaml") is None
    tmp_path.chmod(0o777)
    assert changeable(tmp_path / "not-there.yaml") is not None


def test_a_command_without_a_rule_file_is_not_run(tmp_path):
    with pytest.raises(SourceRefused, match="rule file"):
        asyncio.run(Command(command=("true",)).poll(CannedContext(b"")))

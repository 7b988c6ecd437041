"""The command that formats: which files it writes, what it shows, and that no file is ever lost."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.commandline import app
from agent.writing import replace_file
from rules.file.formatting import formatting
from tests.lived import ask

RULES = """# mine
channels: {phone: "json://user:very-secret-word@127.0.0.1:1"}
include: rules.d/*.yaml
rules:
  - {name: Cheap, watch: price, url: "https://shop.example/a", when: price<$150}
"""
MORE = "rules:\n  - name: New\n    watch: music\n    artist: Tool\n    when: type is 'album'  # only\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "rules.d").mkdir()
    (tmp_path / "rules.yaml").write_text(RULES)
    (tmp_path / "rules.d" / "more.yaml").write_text(MORE)
    return tmp_path


def spelled(text):
    return text.replace("price<$150", "price below 150 USD").replace("'album'", "album")


def texts(folder):
    return (folder / "rules.yaml").read_text(), (folder / "rules.d" / "more.yaml").read_text()


def test_the_rule_file_and_what_it_includes_are_written_anew(folder):
    asked = ask("fmt", "--rules", str(folder))
    assert asked.code == 0
    assert "rules.yaml is formatted now" in asked.text
    assert "more.yaml is formatted now" in asked.text
    assert texts(folder) == (spelled(RULES), spelled(MORE))
    again = ask("fmt", "--rules", str(folder))
    assert (again.code, again.text) == (0, "2 files formatted already.\n")
    assert {path.name for path in folder.iterdir()} == {"rules.d", "rules.yaml"}


def test_check_shows_what_would_change_and_writes_nothing(folder):
    asked = ask("fmt", "--check", "--rules", str(folder))
    assert asked.code == 1
    assert f"{folder / 'rules.yaml'} would change" in asked.text
    assert f"{folder / 'rules.d' / 'more.yaml'} would change" in asked.text
    assert "  -    when: type is 'album'  # only\n  +    when: type is album  # only\n" in asked.text
    assert "very-secret-word" not in asked.text + asked.error
    assert texts(folder) == (RULES, MORE)
    ask("fmt", "--rules", str(folder))
    assert ask("fmt", "--check", "--rules", str(folder)).code == 0


def test_only_the_files_that_are_named_are_written(folder):
    asked = ask("fmt", str(folder / "rules.d" / "more.yaml"), "--rules", str(folder))
    assert asked.code == 0
    assert texts(folder) == (RULES, spelled(MORE))
    other = folder / "other.yaml"
    other.write_text(RULES)
    assert ask("fmt", str(other), str(folder / "rules.yaml"), "--rules", str(folder)).code == 0
    assert other.read_text() == texts(folder)[0] == spelled(RULES)


def test_programs_read_what_was_done(folder):
    asked = ask("fmt", "--check", "--rules", str(folder), "--json")
    assert (asked.code, asked.json["ok"]) == (1, True)
    main, more = asked.json["files"]
    assert (main["file"], main["changed"]) == (str(folder / "rules.yaml"), True)
    assert [line for line in more["diff"] if line[0] in "+-"] == [
        "-    when: type is 'album'  # only",
        "+    when: type is album  # only",
    ]
    assert "very-secret-word" not in asked.text
    assert [file["changed"] for file in ask("fmt", "--rules", str(folder), "--json").json["files"]] == [True, True]
    assert [file["changed"] for file in ask("fmt", "--rules", str(folder), "--json").json["files"]] == [False, False]


def test_a_fault_anywhere_leaves_every_file_as_it_is(folder):
    faulty = MORE.replace("type is", "tpye is")
    (folder / "rules.d" / "more.yaml").write_text(faulty)
    asked, checked = ask("fmt", "--rules", str(folder)), ask("check", "--rules", str(folder))
    assert (asked.code, asked.text, asked.error) == (3, "", checked.error)
    assert "more.yaml:5:11" in asked.error
    assert texts(folder) == (RULES, faulty)
    asked, checked = (ask(command, "--rules", str(folder), "--json") for command in ("fmt", "check"))
    assert (asked.code, asked.json["ok"], asked.json["faults"]) == (3, False, checked.json["faults"])


def test_a_file_that_is_not_there_is_said_to_be(folder):
    asked = ask("fmt", str(folder / "none.yaml"), "--rules", str(folder))
    assert asked.code == 3
    assert "none.yaml" in asked.error


def pipe(content, *words, folder):
    environment = {"TRUSTED_AGENT_RULES": str(folder), "TRUSTED_AGENT_STATE": "/nowhere"}
    return CliRunner().invoke(app, ["fmt", *words], input=content, env=environment, catch_exceptions=False)


def test_standard_input_stands_for_the_rule_file(folder):
    done = pipe(RULES.replace("\n", "\r\n").encode(), "-", folder=folder)
    assert (done.exit_code, done.stdout_bytes) == (0, spelled(RULES).replace("\n", "\r\n").encode())
    assert texts(folder) == (RULES, MORE)
    done = pipe(RULES, "-", "--check", folder=folder)
    assert done.exit_code == 1
    assert "would change" in done.stdout
    assert "more.yaml" not in done.stdout
    done = pipe(spelled(RULES), "-", "--json", folder=folder)
    assert done.exit_code == 0
    assert '"file": "-", "changed": false' in done.stdout
    assert '"text": "# mine' in done.stdout


def test_faults_of_standard_input_are_shown_and_nothing_is_written_out(folder):
    done = pipe(RULES.replace("price<", "prce<"), "-", folder=folder)
    assert (done.exit_code, done.stdout) == (3, "")
    assert "rules.yaml:5:70" in done.stderr
    done = pipe(b"\xff\xfe", "-", folder=folder)
    assert done.exit_code == 3
    assert "no UTF-8" in done.stderr
    assert pipe(RULES, "-", "other.yaml", folder=folder).exit_code == 2


def test_a_link_keeps_leading_to_the_file_which_keeps_its_mode(folder):
    real = folder / "real.yaml"
    (folder / "rules.yaml").rename(real)
    real.chmod(0o640)
    (folder / "rules.yaml").symlink_to("real.yaml")
    assert ask("fmt", "--rules", str(folder)).code == 0
    assert (folder / "rules.yaml").readlink() == Path("real.yaml")
    assert real.read_text() == spelled(RULES)
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_file_that_is_edited_meanwhile_is_left_alone(folder, monkeypatch):
    edited = RULES + "# and another line\n"

    def slowly(*given, **named):
        done = formatting(*given, **named)
        (folder / "rules.yaml").write_text(edited)
        return done

    monkeypatch.setattr("rules.file.formatting.formatting", slowly)
    asked = ask("fmt", "--rules", str(folder))
    assert asked.code == 1
    assert "rules.yaml was edited meanwhile" in asked.error
    assert texts(folder) == (edited, MORE)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_stays_its_owners_with_what_hangs_on_it(folder):
    file = folder / "rules.yaml"
    os.chown(file, 1, 2)
    with suppress(OSError):  # not every file system has them
        os.setxattr(file, "user.mine", b"kept")
    attributes = os.listxattr(file)
    replace_file(file, b"other")
    assert (file.stat().st_uid, file.stat().st_gid, os.listxattr(file)) == (1, 2, attributes)


def test_a_file_that_cannot_be_written_is_named_and_stays_whole(folder):
    target = Path("/proc/sys/kernel/ostype")
    with pytest.raises(OSError):
        replace_file(target, b"other")
    assert target.read_text() == "Linux\n"


@pytest.mark.parametrize("step", ["fchmod", "fsync", "replace"])
def test_wherever_writing_fails_the_old_file_is_whole_and_nothing_is_left_beside_it(folder, monkeypatch, step):
    def full(*_given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    asked = ask("fmt", "--rules", str(folder))
    assert asked.code == 3
    assert "rules.yaml cannot be written: No space left on device" in asked.error
    assert texts(folder) == (RULES, MORE)
    assert {path.name for path in folder.iterdir()} == {"rules.d", "rules.yaml"}

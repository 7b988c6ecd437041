"""What a rule file names on a real disk, in the environment and among systemd's credentials."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent.files import MAX_RULE_FILE_BYTES, MAX_SECRET_BYTES, DiskFiles
from rules.file.files import FileTrouble, Secret


def trouble(call: object, *arguments: str) -> FileTrouble:
    with pytest.raises(FileTrouble) as raised:
        call(*arguments)  # type: ignore[operator]
    return raised.value


def test_a_rule_file_is_read_as_utf_8(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_bytes("name: é\r\n".encode())
    assert DiskFiles(tmp_path).text(str(tmp_path / "rules.yaml")) == "name: é\r\n"


def test_bytes_that_are_no_utf_8_are_told_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_bytes("a: 1\nname: ü".encode() + b"\xe9\n")
    wrong = trouble(DiskFiles(tmp_path).text, str(tmp_path / "r.yaml"))
    assert (wrong.line, wrong.column, wrong.reason) == (2, 8, "the byte 0xe9 here is no UTF-8")


def test_a_file_in_another_unicode_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_bytes("name: x\n".encode("utf-16"))
    wrong = trouble(DiskFiles(tmp_path).text, str(tmp_path / "r.yaml"))
    assert (wrong.reason, wrong.hint) == ("the file is UTF-16", "save it as UTF-8")


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    files = DiskFiles(tmp_path)
    assert trouble(files.text, str(tmp_path / "pipe")).reason == f"{tmp_path / 'pipe'} is no file"
    assert "is no file" in trouble(files.text, str(tmp_path)).reason
    assert "is no file" in trouble(files.text, "/dev/zero").reason
    assert trouble(files.text, str(tmp_path / "gone")).reason == f"there is no file {tmp_path / 'gone'}"
    assert "cannot be read" in trouble(files.text, "a\0b").reason
    assert "cannot be read" in trouble(files.text, "x" * 5000).reason


def test_what_is_too_long_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "big").open("wb") as file:
        file.truncate(MAX_RULE_FILE_BYTES + 1)
    assert "longer than" in trouble(DiskFiles(tmp_path).text, str(tmp_path / "big")).reason
    (tmp_path / "secret").write_bytes(b"x" * (MAX_SECRET_BYTES + 1))
    assert "longer than" in trouble(DiskFiles(tmp_path).secret, "file", "secret").reason


def test_patterns_are_relative_to_the_including_file_sorted_and_without_hidden_files(tmp_path: Path) -> None:
    folder = tmp_path / "rules.d"
    (folder / "below").mkdir(parents=True)
    for name in ("b.yaml", "a.yaml", ".hidden.yaml", "c.yml", "below/d.yaml"):
        (folder / name).touch()
    (folder / "folder.yaml").mkdir()
    main, files = str(tmp_path / "rules.yaml"), DiskFiles(tmp_path)
    assert files.glob(main, "rules.d/*.yaml") == [str(folder / "a.yaml"), str(folder / "b.yaml")]
    assert files.glob(main, "rules.d/**/d.yaml") == [str(folder / "below" / "d.yaml")]
    assert files.glob(main, "nothing/*.yaml") == []
    assert files.glob(main, "gone.yaml") == [str(tmp_path / "gone.yaml")]
    assert files.glob(main, str(folder / "c.yml")) == [str(folder / "c.yml")]


def test_a_pattern_that_matches_the_whole_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.files.MAX_INCLUDED_FILES", 1)
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).touch()
    assert "more than 1 files" in trouble(DiskFiles(tmp_path).glob, str(tmp_path / "rules.yaml"), "*.yaml").reason


def test_a_variable_is_itself_and_a_missing_one_is_named() -> None:
    files = DiskFiles(Path("/"), {"TOPIC": " x\n", "EMPTY": ""})
    assert files.secret("env", "TOPIC") == Secret(" x\n")
    assert files.secret("env", "EMPTY") == Secret("")
    assert trouble(files.secret, "env", "TOPICS").reason == "the environment has no TOPICS"


def test_a_secret_file_loses_its_last_line_end_alone(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_bytes(b" a b \r\n")
    secret.chmod(0o640)
    assert DiskFiles(tmp_path).secret("file", "token") == Secret(" a b ", str(secret))
    secret.write_bytes(b"a\n\n")
    assert DiskFiles(tmp_path).secret("file", str(secret)).value == "a\n"


def test_a_secret_that_everybody_may_read_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("x")
    (tmp_path / "token").chmod(0o644)
    assert "everybody on this machine may read it" in DiskFiles(tmp_path).secret("file", "token").notice


def test_a_secret_that_is_no_text_is_told_without_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"hunter2\xff")
    wrong = trouble(DiskFiles(tmp_path).secret, "file", "token")
    assert wrong.reason == f"{tmp_path / 'token'} is no UTF-8 text"
    assert (wrong.__cause__, wrong.__context__) == (None, None)


def test_a_credential_comes_from_systemds_folder(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("x\n")
    files = DiskFiles(Path("/"), {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert files.secret("cred", "mail") == Secret("x", str(tmp_path / "mail"))
    assert "no credential phone" in trouble(files.secret, "cred", "phone").reason
    assert "one word" in trouble(files.secret, "cred", "../mail").reason
    assert "LoadCredential=mail" in trouble(DiskFiles(Path("/"), {}).secret, "cred", "mail").hint


def test_a_path_is_made_whole_and_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "home.pem").touch()
    assert DiskFiles(tmp_path).path("home.pem") == str(tmp_path / "home.pem")
    assert DiskFiles(Path("/")).path(str(tmp_path / "home.pem")) == str(tmp_path / "home.pem")
    assert trouble(DiskFiles(tmp_path).path, "gone.pem").reason == f"there is no file {tmp_path / 'gone.pem'}"


def test_the_process_has_its_own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOPIC_OF_THE_TEST", "x")
    assert DiskFiles(Path("/")).secret("env", "TOPIC_OF_THE_TEST").value == "x"


def test_an_owner_without_a_running_service_is_told_how_to_have_credentials(tmp_path):
    with pytest.raises(FileTrouble, match="no credentials"):
        DiskFiles(tmp_path, {}).secret("cred", "phone")


def beside(folder: Path, text: str) -> DiskFiles:
    (folder / "environment").write_text(text)
    (folder / "environment").chmod(0o600)
    return DiskFiles(folder, {"SET": "by the shell"})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("TOPIC=a-topic\n", "a-topic"),
        ("# TOPIC=old\n\n;TOPIC=older\nOTHER=x\nTOPIC = a topic \r\n", "a topic"),
        ("TOPIC='a topic '\n", "a topic "),
        ('TOPIC="a=b#c"', "a=b#c"),
        ("TOPIC=first\nTOPIC=last\n", "last"),
        ("TOPIC=\n", ""),
    ],
)
def test_what_the_shell_does_not_set_is_read_where_the_service_reads_it(tmp_path: Path, text: str, value: str) -> None:
    files = beside(tmp_path, text)
    assert files.secret("env", "TOPIC") == Secret(value, str(tmp_path / "environment"))


def test_what_the_shell_sets_goes_before_the_file(tmp_path: Path) -> None:
    assert beside(tmp_path, "SET=by the file\n").secret("env", "SET") == Secret("by the shell")


def test_a_name_that_neither_sets_is_missed(tmp_path: Path) -> None:
    assert trouble(beside(tmp_path, "TOPIC=x\n").secret, "env", "TOPICS").reason == "the environment has no TOPICS"


@pytest.mark.parametrize("value", ["a\\", "it's", "'a' b", '"a\\n"', '"'])
def test_what_systemd_would_read_otherwise_is_refused_and_not_shown(tmp_path: Path, value: str) -> None:
    refused = trouble(beside(tmp_path, f"TOPIC={value}\n").secret, "env", "TOPIC")
    assert refused.reason == f"{tmp_path / 'environment'} writes TOPIC with quotes or a backslash inside"


def test_a_file_of_variables_that_everybody_may_read_is_named(tmp_path: Path) -> None:
    files = beside(tmp_path, "TOPIC=x\n")
    (tmp_path / "environment").chmod(0o644)
    assert "everybody on this machine may read it" in files.secret("env", "TOPIC").notice

"""The file that a new owner begins with works as it is, and so does every example in it."""

from __future__ import annotations

import json
import re
import resource
import stat
import subprocess
import sys

import jsonschema
import yaml

from agent.commands.init import SCHEMA_FILE, starter
from rules.file.nodes import Source, written
from rules.file.yaml import read_yaml
from tests.lived import ask
from watchers.registry import kinds

EXAMPLE = re.compile(r"^#(  .*)$", re.MULTILINE)


def with_every_example(text: str) -> str:
    return EXAMPLE.sub(r"\1", text).replace("${file:mail-url}", "json://127.0.0.1/mail")


def begin(folder, *words):
    return ask("init", "--rules", str(folder / "rules.yaml"), *words)


def test_the_starter_file_loads_as_it_is_and_watches_nothing_yet(tmp_path):
    assert begin(tmp_path).code == 0
    found = ask("check", str(tmp_path), "--json")
    assert found.code == 0
    assert (found.json["rules"], found.json["channels"], found.json["faults"]) == ([], {}, [])


def test_every_example_of_the_starter_file_loads_once_its_hash_is_taken_away(tmp_path):
    (tmp_path / "rules.yaml").write_text(with_every_example(starter()))
    found = ask("check", str(tmp_path), "--json")
    assert found.json["faults"] == []
    assert found.json["notices"] == []
    assert list(found.json["channels"]) == ["phone", "mail"]


def test_the_starter_file_names_every_kind_and_shows_those_that_most_begin_with():
    shown = {rule["watch"] for rule in yaml.safe_load(with_every_example(starter()))["rules"]}
    assert shown >= {"price", "music", "feed", "news", "dates"}
    assert set(kinds()) <= set(re.findall(r"\w+", starter()))


def as_read(text: str) -> object:
    """Return what a file says under YAML 1.2, which has no dates of its own."""
    root, faults = read_yaml(Source("rules.yaml", text))
    assert root is not None, faults
    return written(root)


def test_an_editor_finds_the_schema_beside_the_file_and_it_agrees_with_the_examples(tmp_path):
    begin(tmp_path)
    named = starter().splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    assert named == SCHEMA_FILE
    schema = json.loads((tmp_path / named).read_text())
    jsonschema.validate(as_read(starter()), schema)
    jsonschema.validate(as_read(with_every_example(starter())), schema)


def test_init_says_what_to_do_next(tmp_path):
    said = begin(tmp_path).text
    for next_step in ("trusted-agent check", "trusted-agent channels test", "trusted-agent run"):
        assert next_step in said


def test_init_never_replaces_rules_that_are_there_unless_forced_and_then_keeps_them(tmp_path):
    mine = tmp_path / "rules.yaml"
    mine.write_text("rules: []  # mine")
    refused = begin(tmp_path)
    assert (refused.code, mine.read_text()) == (2, "rules: []  # mine")
    assert "--force" in refused.error
    assert begin(tmp_path, "--force").code == 0
    assert mine.read_text() == starter()
    assert (tmp_path / "rules.yaml~").read_text() == "rules: []  # mine"


def test_the_rule_file_may_hold_secrets_so_only_its_owner_reads_it(tmp_path):
    begin(tmp_path / "new")
    assert stat.S_IMODE((tmp_path / "new" / "rules.yaml").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    refused = begin(tmp_path / "file")
    assert refused.code == 3
    assert str(tmp_path / "file") in refused.error


LARGEST = 1500


def begin_on_a_full_disk(folder, *words):
    """Run `init` where no file may grow larger than a part of what it writes, as on a disk with little room."""
    program = [sys.executable, "-c", "from agent.command import main; main()"]
    return subprocess.run(
        [*program, "init", "--rules", str(folder / "rules.yaml"), *words],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST)),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_full_disk_leaves_no_half_of_a_rule_file_and_init_can_be_repeated(tmp_path):
    assert len(starter()) > LARGEST
    refused = begin_on_a_full_disk(tmp_path)
    assert refused.returncode == 3
    assert f"{tmp_path / 'rules.yaml'} cannot be written: File too large" in refused.stderr
    assert list(tmp_path.iterdir()) == []
    assert begin(tmp_path).code == 0


def test_a_full_disk_takes_no_rule_file_away_that_was_to_be_replaced(tmp_path):
    mine = tmp_path / "rules.yaml"
    mine.write_text("rules: []  # mine")
    assert begin_on_a_full_disk(tmp_path, "--force").returncode == 3
    assert mine.read_text() == "rules: []  # mine"
    assert list(tmp_path.iterdir()) == [mine]

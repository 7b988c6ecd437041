"""The schema for editors lies beside the rule file, says what is installed, and is no reason for anything to fail."""

from __future__ import annotations

import json

import pytest

from agent import schema_file
from agent.schema_file import SCHEMA_FILE, keep_schema, write_schema
from tests.lived import ask
from tests.rule_files import KINDS
from watchers.registry import BrokenKind, Kinds, kinds

NAMED = f"# yaml-language-server: $schema={SCHEMA_FILE}\nrules:\n"


@pytest.fixture
def rules(tmp_path):
    file = tmp_path / "rules.yaml"
    file.write_text("rules:\n")
    return file


def kinds_in(rules):
    written = json.loads(rules.with_name(SCHEMA_FILE).read_text())
    return written["properties"]["rules"]["items"]["properties"]["watch"]["enum"]


def test_it_is_written_where_there_is_none(rules):
    keep_schema(rules)
    assert kinds_in(rules) == list(kinds())
    assert sorted(file.name for file in rules.parent.iterdir()) == [SCHEMA_FILE, "rules.yaml"]


def test_it_is_not_touched_while_the_same_kinds_are_installed(rules):
    keep_schema(rules)
    file = rules.with_name(SCHEMA_FILE)
    file.write_text(file.read_text().replace('"price"', '"prize"'))
    keep_schema(rules)
    assert "prize" in kinds_in(rules)


@pytest.mark.parametrize("other", ["", "{}", "[]", '{"$comment": 5}', "\udcff"])
def test_what_was_written_for_other_kinds_or_is_cut_off_is_written_anew(rules, other):
    rules.with_name(SCHEMA_FILE).write_bytes(other.encode("utf-8", "surrogateescape"))
    keep_schema(rules)
    assert kinds_in(rules) == list(kinds())


def test_another_version_of_a_kind_is_noticed(rules, monkeypatch):
    write_schema(rules, KINDS)
    monkeypatch.setattr(schema_file, "_written_at", lambda module: "later" if module == "watchers.price" else "")
    keep_schema(rules)
    assert kinds_in(rules) == list(kinds())


def test_a_kind_that_cannot_be_loaded_is_left_out(rules, caplog):
    class OneIsBroken(Kinds):
        def __getitem__(self, name):
            if name == "price":
                raise BrokenKind("the kind price of a package cannot be loaded")
            return super().__getitem__(name)

    write_schema(rules, OneIsBroken(kinds()._entries))
    assert kinds_in(rules) == [name for name in kinds() if name != "price"]
    assert "cannot be loaded" in caplog.text


def test_a_place_where_nothing_can_be_written_is_let_be(rules):
    rules.with_name(SCHEMA_FILE).mkdir()
    keep_schema(rules)
    assert sorted(file.name for file in rules.parent.iterdir()) == [SCHEMA_FILE, "rules.yaml"]


def test_nothing_is_written_where_there_is_no_rule_file(tmp_path):
    keep_schema(tmp_path / "rules.yaml")
    assert list(tmp_path.iterdir()) == []


def test_checking_a_rule_file_elsewhere_leaves_nothing_beside_it_unless_it_names_the_schema(rules):
    assert ask("check", str(rules)).code == 0
    assert not rules.with_name(SCHEMA_FILE).exists()
    rules.write_text(NAMED)
    assert ask("check", str(rules)).code == 0
    assert kinds_in(rules) == list(kinds())


def test_checking_ones_own_rules_writes_it_also_where_they_are_faulty(rules):
    rules.write_text("rulez:\n")
    assert ask("check", "--rules", str(rules)).code == 3
    assert kinds_in(rules) == list(kinds())


def test_the_running_agent_writes_it(rules, tmp_path):
    assert ask("run", "--once", "--rules", str(rules), "--state", str(tmp_path / "state")).code == 0
    assert kinds_in(rules) == list(kinds())

"""A command of the owner's: what it is given, what it may do, and how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.database import Database
from agent.doing.details import LONGEST_VARIABLE, variables_of
from agent.doing.running import environment, refusal, run
from rules.delivery import Action
from tests.acting import Acting, firing
from watchers.api import Flag, Moment, Money, Number, Span, Text

LONG = 30.0


@pytest.fixture
def acting(tmp_path):
    database = Database.open(tmp_path / "store.sqlite")
    yield Acting(database, tmp_path)
    database.close()


def done(acting, *lines, **more):
    """Let a program of these lines be run for one firing; return the deed."""
    acting.rule(Action(run=(acting.script(*lines), *more.pop("arguments", ()))), **more.pop("settings", {}))
    acting.fire(**more)
    acting.act()
    return acting.deed()


def test_it_gets_the_facts_as_json_on_its_standard_input(acting):
    at = Moment(datetime(2026, 6, 1, 12, tzinfo=UTC))
    facts = {"sold_out": Flag(False), "seen": at, "left": Number(Decimal(3)), "note": Text('a "quoted" ü')}
    assert done(acting, "cat > given", **facts).state == "done"
    given = json.loads((acting.folder / "given").read_text())
    assert given["facts"] == {
        "price": {"amount": "139", "currency": "USD"},
        "sold_out": False,
        "seen": "2026-06-01T12:00:00Z",
        "left": 3,
        "note": 'a "quoted" ü',
    }
    assert (given["id"], given["key"], given["rule"]) == (firing().id, firing().key, "rule")
    assert given["because"] == "price 139.00 USD is below 150.00 USD"
    assert given.keys() >= {"reason", "link", "source", "seen_at", "title", "name"}


def test_its_environment_is_clean_and_holds_the_facts(acting, monkeypatch):
    monkeypatch.setenv("NTFY_TOPIC", "a-secret-of-the-agent")
    deed = done(acting, "env > env", **{"a.price": Money(Decimal("12.5"), None), "took": Span(timedelta(minutes=2))})
    assert deed.state == "done"
    found = dict(line.split("=", 1) for line in acting.lines("env"))
    assert {name for name in found if not name.startswith("TRUSTED_AGENT_")} <= {
        *("PATH", "HOME", "LANG"),
        *("PWD", "OLDPWD", "SHLVL", "_"),  # the shell's own
    }
    assert found["TRUSTED_AGENT_RULE"] == "rule"
    assert found["TRUSTED_AGENT_FACT_PRICE"] == "139.00 USD"
    assert found["TRUSTED_AGENT_FACT_A_PRICE"] == "12.50 (no currency)"
    assert found["TRUSTED_AGENT_FACT_TOOK"] == "120.0"
    assert "a-secret-of-the-agent" not in (acting.folder / "env").read_text()


@given(st.dictionaries(st.text(max_size=8), st.text(st.characters(exclude_categories=()), max_size=20)))
def test_whatever_a_page_says_fits_into_an_environment(texts):
    made = variables_of(firing(**{f"f{name}": Text(value) for name, value in texts.items()}))
    for name, value in made.items():
        assert name.replace("_", "A").isalnum()
        assert name.isascii()
        os.fsencode(f"{name}={value}")
        assert "\0" not in value


def test_a_text_of_any_length_can_be_handed_over(acting):
    deed = done(acting, "cat > given", "echo ${#TRUSTED_AGENT_FACT_TEXT} > size", text=Text("x" * 3_000_000))
    assert deed.state == "done"
    assert acting.lines("size") == [str(LONGEST_VARIABLE)]
    assert len(json.loads((acting.folder / "given").read_text())["facts"]["text"]) == 3_000_000


def test_no_shell_reads_its_arguments_and_no_fact_is_spliced_in(acting):
    arguments = ("$(touch spliced)", "{price}", "; touch spliced", "*")
    deed = done(acting, 'printf "%s\\n" "$@" > arguments', arguments=arguments)
    assert deed.state == "done"
    assert tuple(acting.lines("arguments")) == arguments
    assert not (acting.folder / "spliced").exists()


def test_it_runs_in_the_folder_of_the_rule_file(acting):
    assert done(acting, "pwd").outcome.output == str(acting.folder)


def test_a_program_that_reads_nothing_does_well_all_the_same(acting):
    assert done(acting, "exit 0").state == "done"


def test_only_the_beginning_of_what_it_says_is_kept_and_the_rest_holds_nobody_up(acting):
    deed = done(acting, "yes agent | head -c 5000000", "echo the end >&2")
    assert deed.state == "done"
    assert len(deed.outcome.output) <= 2000
    assert deed.outcome.output.startswith("agent\nagent")


def test_secrets_are_taken_out_of_what_it_says(acting):
    acting.secrets = frozenset({"hunter2hunter2"})
    assert done(acting, "echo the key is hunter2hunter2; exit 1").outcome.output == "the key is ***"
    assert "hunter2" not in acting.told()[0][1]


@pytest.mark.parametrize(
    ("name", "mode", "said"),
    [("nowhere", None, "there is no program"), ("order", 0o600, "may not be run")],
)
def test_a_program_that_cannot_be_run_did_not_act(acting, name, mode, said):
    acting.script("echo x")
    if mode is not None:
        (acting.folder / name).chmod(mode)
    acting.rule(Action(run=(f"./{name}",)))
    acting.fire()
    acting.act()
    deed = acting.deed()
    assert (deed.state, deed.began_at, deed.outcome.began) == ("failed", None, False)
    assert said in deed.outcome.said
    assert acting.titles()[0].startswith("Not done: ")


@pytest.mark.parametrize(
    ("content", "said"),
    [("#!/no/such/shell", "what its first line (#!) names is not"), ("echo x", "as in #!/bin/sh")],
)
def test_a_script_that_nothing_reads_says_what_its_first_line_lacks(acting, content, said):
    path = acting.folder / "order"
    path.write_text(f"{content}\n")
    path.chmod(0o700)
    acting.rule(Action(run=("./order",)))
    acting.fire()
    acting.act()
    assert acting.deed().outcome.began is False
    assert said in acting.deed().outcome.said


def test_an_argument_that_no_program_can_take_is_said(acting):
    deed = done(acting, "echo x", arguments=("a\0b",))
    assert (deed.state, deed.outcome.began) == ("failed", False)


def test_a_program_that_is_killed_is_said_to_be(acting):
    assert "SIGSEGV" in done(acting, "kill -SEGV $$").outcome.said


def test_at_its_timeout_it_is_killed_with_all_that_it_started_and_nobody_knows_what_it_did(acting):
    script = acting.script("sleep 300 & echo $! > child", "echo begun", "wait")
    acting.rule(Action(run=(script,), timeout=timedelta(seconds=1)))
    acting.fire()
    acting.act()
    deed = acting.deed()
    assert (deed.state, deed.outcome.output) == ("unclear", "begun")
    assert "within 1s" in deed.outcome.said
    assert is_over(int(acting.lines("child")[0]))


def is_over(pid):
    """Return whether a process ended, or does so within a while: who is killed may be seen dying."""
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.01)
    return False


def test_a_program_that_leaves_another_running_is_not_waited_for(acting):
    deed = done(acting, "sleep 300 & echo $! > child", "echo done")
    os.kill(int(acting.lines("child")[0]), 9)
    assert (deed.state, deed.outcome.output) == ("done", "done")


def test_the_agent_that_is_stopped_ends_what_it_began_and_says_that_it_is_unclear(acting):
    script = acting.script("echo $$ > pid", "sleep 300")
    acting.rule(Action(run=(script,)))
    acting.fire()

    def wait_for_it():
        while not acting.lines("pid"):
            time.sleep(0.01)

    async def stopped():
        doer = acting.doer()
        await doer.work()
        await asyncio.to_thread(wait_for_it)
        await doer.close(0)

    asyncio.run(stopped())
    assert acting.deed().state == "unclear"
    assert acting.deed().outcome.said == "the agent was stopped while it was under way"
    assert is_over(int(acting.lines("pid")[0]))


def test_of_one_rule_there_is_one_at_a_time(acting):
    script = acting.script("mkdir busy || exit 1", "sleep 0.1", "rmdir busy")
    acting.rule(Action(run=(script,)))
    for number in range(3):
        acting.fire(number)
    acting.act(passes=4)
    assert acting.states() == {"done": 3}


@pytest.mark.parametrize("opened", [0o666, 0o620])
def test_nothing_is_run_where_others_may_write_the_rules(acting, opened):
    acting.file.chmod(opened)
    deed = done(acting, "echo ran > ran")
    assert (deed.state, deed.outcome.began, acting.lines()) == ("failed", False, [])
    assert "chmod go-w" in deed.outcome.said
    assert "chmod go-w" in acting.told()[0][1]


def test_rules_of_no_file_run_nothing(acting):
    assert "rule file alone" in str(refusal(acting.book.__class__((), {}, acting.book.me, acting.network)))


def test_an_environment_without_a_home_has_none(monkeypatch):
    monkeypatch.delenv("HOME")
    assert environment({}).keys() == {"PATH", "LANG"}


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


def test_nothing_of_it_is_left_behind(tmp_path):
    async def many():
        for _ in range(20):
            outcome = await run(("true",), b"{}", str(tmp_path), environment({}), LONG)
            assert outcome.state == "done"

    asyncio.run(many())
    before = open_files()
    asyncio.run(many())
    assert open_files() <= before
    assert threading.active_count() < 50

"""Where the agent finds its rules and its store."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from agent import places
from agent.places import find_place

ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing is installed, and a home in it."""
    monkeypatch.setattr(places, "MACHINE_CONFIGURATION", tmp_path / "etc")
    monkeypatch.setattr(places, "MACHINE_STATE", tmp_path / "var")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


def found(rules: Path | None = None, state: str | None = None, **environ: str) -> tuple[str, str]:
    place = find_place(rules, state, environ)
    return str(place.rules), place.store


def test_by_default_everything_lies_in_the_owners_home(machine: Path) -> None:
    assert found() == (
        f"{machine}/config/trusted-agent/rules.yaml",
        f"{machine}/state/trusted-agent/store.sqlite",
    )


def test_a_user_whom_the_machine_serves_means_that_agent(machine: Path) -> None:
    (machine / "etc" / ME).mkdir(parents=True)
    assert found() == (f"{machine}/etc/{ME}/rules.yaml", f"{machine}/var/{ME}/store.sqlite")


def test_another_users_agent_is_not_mine(machine: Path) -> None:
    (machine / "etc" / f"not-{ME}").mkdir(parents=True)
    assert found()[0] == f"{machine}/config/trusted-agent/rules.yaml"


def test_systemds_directories_come_before_the_machines_and_the_first_of_several_counts(machine: Path) -> None:
    (machine / "etc" / ME).mkdir(parents=True)
    given = {"CONFIGURATION_DIRECTORY": "/given/etc:/other", "STATE_DIRECTORY": "/given/var"}
    assert found(**given) == ("/given/etc/rules.yaml", "/given/var/store.sqlite")


def test_the_programs_own_variables_come_before_systemds_and_options_before_all(machine: Path) -> None:
    given = {
        "CONFIGURATION_DIRECTORY": "/given/etc",
        "STATE_DIRECTORY": "/given/var",
        "TRUSTED_AGENT_RULES": "/mine/my.yaml",
        "TRUSTED_AGENT_STATE": "postgresql://db.example/agent",
    }
    assert found(**given) == ("/mine/my.yaml", "postgresql://db.example/agent")
    assert found(machine, "/said", **given) == (f"{machine}/rules.yaml", "/said/store.sqlite")

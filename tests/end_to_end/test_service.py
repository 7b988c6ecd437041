"""The service, by the units that ship: what systemd says of them, and what becomes of an agent that it keeps."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.units import quoted, system_unit, user_unit
from agent.units.control import runs_systemd
from tests.end_to_end.machine import Machine, machine
from tests.end_to_end.scene import Web, little_web
from tests.http_sink import HttpSink, http_sink

PYTHON = Path(sys.executable)
UNIT = "trusted-agent@bob.service"
RULES = "/etc/trusted-agent/bob/rules.yaml"
PHONE = "json://127.0.0.1:9/told"
RULE = "  - {name: %s, watch: price, url: '%s', when: price below $150}\n"


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with machine(tmp_path_factory.mktemp("machine")) as booted:
        for user in ("alice", "bob"):
            booted.run("useradd", "--create-home", user)
        yield booted


@pytest.fixture
def web() -> Iterator[Web]:
    with little_web() as shop:
        shop.sell("/headphones", "160.00")
        yield shop


@pytest.fixture
def phone() -> Iterator[HttpSink]:
    with http_sink() as sink:
        yield sink


def rules(web: Web, phone: str, *names: str) -> str:
    each = "".join(RULE % (name, web.url("/headphones")) for name in names)
    return f"""
network: {{allow: [127.0.0.1/32], every: 0.1s}}
channels: {{phone: "{phone}"}}
defaults: {{every: 1s, notify: phone}}
rules:
{each}"""


# The units.


@pytest.fixture
def units(tmp_path: Path) -> tuple[Path, Path]:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed: apt-get install systemd")
    own, machines = tmp_path / "trusted-agent.service", tmp_path / "trusted-agent@root.service"
    own.write_text(user_unit(PYTHON, Path("/home/some one/100%"), {"TRUSTED_AGENT_RULES": '/home/"one"/100%.yaml'}))
    machines.write_text(system_unit(PYTHON))
    return own, machines


def test_systemd_finds_nothing_wrong_with_the_units(units: tuple[Path, Path]) -> None:
    for unit in units:
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_the_machines_unit_leaves_the_agent_hardly_anything_to_misuse(units: tuple[Path, Path]) -> None:
    """Its instance for root is measured here, which systemd counts as 0.3 worse than one for a person."""
    words = ["systemd-analyze", "security", "--offline=yes", "--no-pager", "--threshold=14", str(units[1])]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-200:] + done.stderr


def test_a_path_stands_in_a_unit_as_it_is_meant() -> None:
    assert quoted('/opt/50% "off"/a\\b') == '"/opt/50%% \\"off\\"/a\\\\b"'
    assert quoted("/opt/$HOME/agent", is_command=True) == '"/opt/$$HOME/agent"'


def test_without_systemd_the_owner_is_told_what_to_do_instead() -> None:
    if runs_systemd():
        pytest.skip("this machine runs systemd")
    for verb in ("install", "status"):
        command = [str(PYTHON.with_name("trusted-agent")), "service", verb]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "there is no systemd here" in done.stderr
        assert "trusted-agent run" in done.stderr


# Your own service.


def test_an_owners_own_service_lives_from_install_to_uninstall(it: Machine, web: Web, phone: HttpSink) -> None:
    file, unit = "/home/alice/.config/trusted-agent/rules.yaml", "trusted-agent.service"
    assert "trusted-agent init" in it.agent("service", "install", user="alice", code=3)

    it.write(file, "rules:\n  - {name: x, watch: prize, url: 'https://shop.example/'}\n", owner="alice")
    said = it.agent("service", "install", user="alice", code=1)
    assert "^^^^^" in said, "a service that cannot start shows what is wrong with its rules"
    assert "✗ Not active" in it.agent("service", "status", user="alice", code=1)

    it.write(file, rules(web, f"json://{phone.host}/told", "Headphones"), owner="alice", mode=0o600)
    said = it.agent("service", "install", user="alice")
    assert "There already is /home/alice/.config/systemd/user/trusted-agent.service" in said
    assert "Lingering is on" in said
    assert it.run("stat", "--format=%a", "/home/alice/.config/systemd/user/trusted-agent.service").stdout == "600\n"
    process = it.show(unit, "MainPID", user="alice")
    sandbox = it.run("cat", f"/proc/{process}/status").stdout
    assert "NoNewPrivs:\t1" in sandbox
    assert "Seccomp:\t2" in sandbox

    it.until(lambda: bool(web.asked), "the first price is seen")
    web.sell("/headphones", "139.00")
    assert phone.arrived.wait(20), "an agent in its sandbox tells its owner"
    assert "139.00 USD" in phone.asked[0].json["title"]

    it.agent("service", "install", user="alice")
    assert it.show(unit, "MainPID", user="alice") == process, "a second install disturbs nothing"
    parts = ("ok", "installed", "enabled", "active", "rules", "lingering")
    assert json.loads(it.agent("service", "status", "--json", user="alice")) == dict.fromkeys(parts, True)

    it.agent("service", "uninstall", user="alice")
    assert it.run("test", "-e", f"/proc/{process}", check=False).returncode == 1, "it has ended"
    assert it.run("test", "-e", file).returncode == 0, "the rules stay"
    assert "no service to remove" in it.agent("service", "uninstall", user="alice")
    assert "Not installed" in it.agent("service", "status", user="alice", code=1)


# The machine's service.


@pytest.fixture(scope="module")
def shop() -> Iterator[Web]:
    with little_web() as web:
        web.sell("/headphones", "160.00")
        yield web


@pytest.fixture(scope="module")
def served(it: Machine, shop: Web) -> Machine:
    """The machine with the service of bob installed, and less patient than it ships."""
    it.write(f"/etc/systemd/system/{UNIT}.d/test.conf", "[Service]\nRestartSec=200ms\nWatchdogSec=3\n")
    assert "as bob" in it.agent("service", "install", "--system", "bob", code=3)
    it.write(RULES, rules(shop, PHONE, "One"), owner="bob", mode=0o600)
    it.agent("service", "install", "--system", "bob")
    return it


def test_an_install_returns_once_the_machines_service_is_ready(served: Machine) -> None:
    assert served.show(UNIT, "ActiveState") == "active"
    assert served.show(UNIT, "StatusText").startswith("1 rule")
    assert json.loads(served.agent("service", "status", "--json", "--system", "bob"))["ok"]


def test_the_machines_service_is_its_users_alone(served: Machine) -> None:
    for folder in ("/etc/trusted-agent/bob", "/var/lib/trusted-agent/bob"):
        assert served.run("stat", "--format=%U %a", folder).stdout == "bob 700\n"
    assert served.run("stat", "--format=%U", f"/proc/{served.show(UNIT, 'MainPID')}").stdout == "bob\n"


def test_the_users_own_commands_mean_the_machines_service(served: Machine) -> None:
    assert "One" in served.agent("rules", user="bob")
    assert "1 rule watching 1 source" in served.run("trusted-agent", "status", user="bob", check=False).stdout
    assert "trusted-agent@.service" in served.agent("service", "status", user="bob")
    assert "sudo" in served.agent("service", "uninstall", user="bob", code=2)


def test_a_reload_takes_new_rules_and_refuses_faulty_ones(served: Machine, shop: Web) -> None:
    process = served.show(UNIT, "MainPID")
    served.write(RULES, rules(shop, PHONE, "One", "Two"), owner="bob")
    served.run("systemctl", "reload", UNIT)
    served.until(lambda: served.show(UNIT, "StatusText") == "2 rules", "two rules are in force")
    served.write(RULES, "rules: [\n", owner="bob")
    served.run("systemctl", "reload", UNIT)
    served.until(lambda: "faulty" in served.show(UNIT, "StatusText"), "the fault is known")
    assert "✗ Rules: the rule file is faulty" in served.agent("service", "status", "--system", "bob", code=1)
    served.write(RULES, rules(shop, PHONE, "One"), owner="bob")
    served.run("systemctl", "reload", UNIT)
    served.until(lambda: served.show(UNIT, "StatusText").startswith("1 rule"), "one rule is in force")
    assert (served.show(UNIT, "MainPID"), served.show(UNIT, "NRestarts")) == (process, "0")


def test_an_agent_that_is_killed_is_started_again(served: Machine) -> None:
    before = int(served.show(UNIT, "NRestarts"))
    served.run("systemctl", "kill", "--signal=KILL", "--kill-whom=main", UNIT)
    served.until(lambda: int(served.show(UNIT, "NRestarts")) > before, "it is started again")
    served.until(lambda: served.show(UNIT, "ActiveState") == "active", "it is ready again")


def test_an_agent_that_hangs_is_ended_by_the_watchdog_and_started_again(served: Machine) -> None:
    before = int(served.show(UNIT, "NRestarts"))
    served.run("kill", "-STOP", served.show(UNIT, "MainPID"))
    served.until(lambda: int(served.show(UNIT, "NRestarts")) > before, "it is started again")
    served.until(lambda: served.show(UNIT, "ActiveState") == "active", "it is ready again")
    assert "Watchdog timeout" in served.run("journalctl", "--unit", UNIT, "--no-pager", "--output=cat").stdout


def test_a_stop_is_graceful(served: Machine) -> None:
    served.run("systemctl", "stop", UNIT)
    assert (served.show(UNIT, "ActiveState"), served.show(UNIT, "Result")) == ("inactive", "success")
    assert "stopping" in served.run("journalctl", "--unit", UNIT, "--no-pager", "--output=cat").stdout


def test_a_secret_can_come_as_a_credential_of_the_machine(served: Machine, shop: Web) -> None:
    served.write("/etc/credentials/phone", f"{PHONE}\n", mode=0o600)
    served.write(
        f"/etc/systemd/system/{UNIT}.d/credential.conf", "[Service]\nLoadCredential=phone:/etc/credentials/phone\n"
    )
    served.write(RULES, rules(shop, "${cred:phone}", "One", "Two", "Three"), owner="bob")
    served.run("systemctl", "daemon-reload")
    served.run("systemctl", "restart", UNIT)
    assert served.show(UNIT, "StatusText") == "3 rules"


def test_the_machines_service_is_removed_whole_and_keeps_what_it_knows(served: Machine) -> None:
    served.agent("service", "uninstall", "--system", "bob")
    assert "Not installed" in served.agent("service", "status", "--system", "bob", code=1)
    for kept in (RULES, "/var/lib/trusted-agent/bob/store.sqlite"):
        assert served.run("test", "-e", kept).returncode == 0


def test_root_is_nobodys_agent(it: Machine) -> None:
    assert "no rights of root" in it.agent("service", "install", code=2)
    assert "no rights of root" in it.agent("service", "install", "--system", "root", code=2)
    assert "no user nobody-here" in it.agent("service", "install", "--system", "nobody-here", code=5)

"""`service`: keep the agent running, by systemd.

The user's own unit, with lingering, is the main way: no root, and the agent sees what its owner sees. The machine's
unit, a template with an instance for each user, is for a server where the agent is to be locked in tightly.
"""

# ruff: noqa: PLC0415 - what asks systemd is loaded by the command that needs it.

from __future__ import annotations

import os
import pwd
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent import systemd
from agent.commands.shell import (
    AsJson,
    Exit,
    Part,
    Rules,
    State,
    complain,
    end,
    fail,
    place_of,
    print_faults,
    print_json,
    rules_or_faults,
    say,
)

if TYPE_CHECKING:
    from agent.places import Place
    from agent.units.control import Unit, UnitState

NAME = "trusted-agent"
NO_SYSTEMD = (
    "there is no systemd here, as in a container or on another system. Let what starts programs here keep "
    "`trusted-agent run` running: the container's own command with --restart unless-stopped, launchd, OpenRC; "
    "or let cron run `trusted-agent run --once` every few minutes"
)
DONE: Part = ("✓ ", "bold green")
UNDONE: Part = ("✗ ", "bold red")
HIDDEN_FROM_SYSTEM = (Path("/home"), Path("/root"), Path("/run/user"))
"""What ProtectHome=yes of the machine's unit takes away."""

service = typer.Typer(
    name="service",
    help="Keep the agent running, also after you log out and when the machine starts.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

System = Annotated[
    str | None,
    typer.Option("--system", metavar="USER", help="The machine's service for this user, as root; else your own."),
]


@service.command()
def install(system: System = None, rules: Rules = None, state: State = None) -> None:
    """Start the agent now and whenever the machine starts; what is so already stays so."""
    unit = _unit(system)
    if unit.is_machine:
        if rules or state:
            fail("the machine's service has places of its own: --rules and --state are for yours", Exit.USAGE)
        _install_for_machine(unit)
    else:
        _install_for_user(unit, rules, state)


@service.command()
def uninstall(system: System = None) -> None:
    """Stop the agent for good; its rules and its store stay."""
    from agent.units.control import SystemdRefused

    unit = _unit(system)
    _require_root(unit, "uninstall")
    if not unit.file.exists():
        say("There is no service to remove.")
        return
    _require_reach(unit)
    place = _place(unit)
    try:
        unit.stop_for_good()
    except SystemdRefused as error:
        fail(str(error), Exit.ATTENTION)
    say(DONE, f"{unit.name} is stopped, and does not start again.")
    say(f"The rules ({place.rules}) and the store ({_state_of(place).rpartition('@')[2]}) stay.")
    if not unit.is_machine:
        say(f"Lingering stays as it is: loginctl disable-linger {unit.owner} turns it off.")


@service.command()
def status(system: System = None, as_json: AsJson = False) -> None:
    """Say whether the service is installed, enabled and active, and whether its rules are fine.

    The exit status is 1 where something is not as it should be.
    """
    checks = _checks(_unit(system))
    problems = [check for check in checks if not check.is_fine]
    if as_json:
        print_json({"ok": not problems, **{check.name: check.is_fine for check in checks}})
    for check in () if as_json else checks:
        say(DONE if check.is_fine else UNDONE, check.sentence)
        if not check.is_fine:
            say(check.remedy, indent=4)
    end(Exit.ATTENTION if problems else Exit.FINE)


# Your own service.


def _install_for_user(unit: Unit, rules: Path | None, state: str | None) -> None:
    from agent.units import user_unit
    from agent.units.control import let_linger, lingers

    if os.geteuid() == 0:
        fail(
            f"the agent needs no rights of root: become its owner, or name them: {NAME} service install --system USER",
            Exit.USAGE,
        )
    place = place_of(rules, state)
    _require_rules(place, f"{NAME} init writes one")
    is_lingering = lingers(unit.owner) or let_linger(unit.owner)
    _require_reach(unit)
    environment = {"TRUSTED_AGENT_RULES": str(place.rules), "TRUSTED_AGENT_STATE": _state_of(place)}
    _start(unit, user_unit(_executable(), place.rules.parent, environment), place)
    if is_lingering:
        say(DONE, "Lingering is on: it runs also while you are not logged in.")
    _say_how_to_look(unit)
    if not is_lingering:
        complain("\n! It ends when you log out: this machine did not let you turn lingering on.", style="yellow")
        complain(f"  Once, {_linger_by_root(unit)}", style="yellow")
        end(Exit.ATTENTION)


# The machine's service.


def _install_for_machine(unit: Unit) -> None:
    from agent.units import system_unit
    from agent.units.control import user_unit_of

    _require_root(unit, "install")
    user = pwd.getpwnam(unit.owner)
    executable = _executable()
    for needed in (executable.resolve(), Path(sys.prefix), Path(sys.base_prefix)):
        if any(needed.is_relative_to(hidden) for hidden in HIDDEN_FROM_SYSTEM):
            fail(
                f"{needed} lies in a home, which the machine's service does not see: install the program with a Python "
                f"of the machine, /usr/bin/python3 -m venv /opt/{NAME} && /opt/{NAME}/bin/pip install …, and use that",
                Exit.USAGE,
            )
    own = user_unit_of(user)
    if own.file.exists():
        fail(f"{unit.owner} has a service of their own: first, as {unit.owner}, {NAME} service uninstall", Exit.USAGE)
    place = _place(unit)
    _make_folder(place.rules.parent, user)
    _require_rules(place, f"as {unit.owner}, {NAME} init writes one there")
    _start(unit, system_unit(executable), place)
    say(f"From now on, the commands of {unit.owner} mean this agent: its rules are {place.rules}.")
    _say_how_to_look(unit)


def _make_folder(folder: Path, user: pwd.struct_passwd) -> None:
    """Make the folder of the rules, which the user changes and nobody else reads.

    systemd leaves the owner of a configuration folder alone: systemd.exec(5), ConfigurationDirectory.
    """
    if not folder.exists():
        folder.parent.mkdir(exist_ok=True)
        folder.parent.chmod(0o755)
        folder.mkdir(mode=0o700)
        os.chown(folder, user.pw_uid, user.pw_gid)
        say(DONE, f"Made {folder}, for {user.pw_name} alone.")


# Both.


def _unit(system: str | None) -> Unit:
    """Return the unit that is meant, or end where there is none to be had."""
    from agent.units.control import machine_unit_of, runs_systemd, user_unit_of

    if not runs_systemd():
        fail(NO_SYSTEMD, Exit.ATTENTION)
    if system is None:
        me = pwd.getpwuid(os.getuid())
        # Whoever is served by the machine means that service.
        machines = machine_unit_of(me)
        return machines if machines.is_enabled() else user_unit_of(me)
    try:
        user = pwd.getpwnam(system)
    except KeyError:
        fail(f"there is no user {system} on this machine", Exit.NOT_FOUND)
    if user.pw_uid == 0:
        fail("the agent reads pages of strangers and needs no rights of root: name another user", Exit.USAGE)
    return machine_unit_of(user)


def _place(unit: Unit) -> Place:
    """Return where the agent of a unit lives."""
    from agent.places import MACHINE_CONFIGURATION, MACHINE_STATE, RULE_FILE, find_place

    if unit.is_machine:
        return place_of(MACHINE_CONFIGURATION / unit.owner / RULE_FILE, str(MACHINE_STATE / unit.owner))
    return find_place(None, None, {**os.environ, **unit.environment()})


def _state_of(place: Place) -> str:
    """Return where a store lies, as --state takes it."""
    return place.store if "://" in place.store else str(Path(place.store).parent)


def _executable() -> Path:
    """Return the absolute path of this program as it was called, or as it was installed."""
    called = Path(sys.argv[0]).absolute()
    installed = Path(sysconfig.get_path("scripts")) / NAME
    found = [path for path in (called, installed) if path.name == NAME and os.access(path, os.X_OK)]
    if not found:
        fail(f"the command {NAME} is not where it was installed: {installed}", Exit.NOT_FOUND)
    return found[0]


def _start(unit: Unit, text: str, place: Place) -> None:
    """Write a unit's file and let it run, or say why it does not."""
    from agent.units.control import SystemdRefused

    try:
        is_written = unit.write(text)
    except OSError as error:
        fail(f"{error.filename or unit.file} cannot be written: {error.strerror}", Exit.ATTENTION)
    say(DONE, f"{'Wrote' if is_written else 'There already is'} {unit.file}")
    try:
        unit.start_for_good(anew=is_written)
    except SystemdRefused as error:
        complain(f"✗ {error}", style="red")
        _explain(unit, place)
        complain("It is tried again every few seconds, until it starts or you uninstall it.")
        end(Exit.ATTENTION)
    say(DONE, f"It runs now ({unit.state().says}), and starts with the machine.")


def _explain(unit: Unit, place: Place) -> None:
    """Say why an agent does not run: by its rules where they are at fault, otherwise by its log."""
    _, faults = rules_or_faults(place)
    if faults:
        print_faults(faults)
        return
    for line in unit.journal():
        complain(f"  {line}")


def _require_rules(place: Place, remedy: str) -> None:
    if not place.rules.exists():
        fail(f"there is no rule file {place.rules} yet: {remedy}; then again", Exit.FAULTY_RULES)


def _require_root(unit: Unit, verb: str) -> None:
    if unit.is_machine and os.geteuid() != 0:
        command = f"sudo {_executable()} service {verb} --system {unit.owner}"
        fail(f"the machine's service is root's to change: {command}", Exit.USAGE)


def _require_reach(unit: Unit) -> None:
    if not unit.comes_into_reach():
        fail(
            f"your own systemd does not answer: log in as {unit.owner} and not by su or sudo, or let it run always, "
            f"as root: loginctl enable-linger {unit.owner}; then again",
            Exit.ATTENTION,
        )


def _say_how_to_look(unit: Unit) -> None:
    mine = "" if unit.is_machine else " --user"
    say("\nLook at it:")
    for command, purpose in (
        (f"{NAME} status", "what it watches, and what needs you"),
        (f"{NAME} service status", "whether it is kept running"),
        (f"journalctl{mine} --unit {unit.name} --follow", "its log"),
        (f"systemctl{mine} edit {unit.name}", "change how it runs; an installation leaves your changes alone"),
    ):
        say((command, "cyan"), indent=2)
        say(purpose, indent=6)


# How it is.


@dataclass(frozen=True, slots=True)
class _Check:
    """One thing that should be so.

    Attributes:
        sentence: How it is.
        remedy: What to do, or what more is known, where it is not as it should be.
    """

    name: str
    is_fine: bool
    sentence: str
    remedy: str = ""


def _checks(unit: Unit) -> list[_Check]:
    """Return everything that a service needs."""
    install = f"{NAME} service install" + (f" --system {unit.owner}" if unit.is_machine else "")
    if not unit.file.exists():
        return [_Check("installed", False, f"Not installed: there is no {unit.file}", install)]
    installed = _Check("installed", True, f"Installed: {unit.file}")
    if not unit.comes_into_reach():
        return [installed, _Check("active", False, "Your own systemd does not answer", _linger_by_root(unit))]
    state = unit.state()
    enabled = "Enabled: it starts with the machine" if state.is_enabled else "Not enabled: a restart ends it"
    active = "Active" if state.is_active else f"Not active: {state.activity}"
    log = "\n".join(unit.journal()) or install
    checks = [
        installed,
        _Check("enabled", state.is_enabled, enabled, install),
        _Check("active", state.is_active, active, log),
        _rules_check(unit, state),
    ]
    return checks if unit.is_machine else [*checks, _lingering_check(unit)]


def _rules_check(unit: Unit, state: UnitState) -> _Check:
    """Return how the rules are: in the running agent's own words, since its environment is not that of this shell."""
    if state.is_active:
        remedy = f"{NAME} check finds every mistake"
        return _Check("rules", state.says != systemd.FAULTY, f"Rules: {state.says}", remedy)
    place = _place(unit)
    _, faults = rules_or_faults(place)
    said = f"Rules: {place.rules} is faulty" if faults else f"Rules: {place.rules} is fine"
    return _Check("rules", not faults, said, "\n".join(str(fault) for fault in faults))


def _lingering_check(unit: Unit) -> _Check:
    from agent.units.control import lingers

    if lingers(unit.owner):
        return _Check("lingering", True, "Lingering: it runs also while you are not logged in")
    return _Check("lingering", False, "No lingering: it ends when you log out", _linger_by_root(unit))


def _linger_by_root(unit: Unit) -> str:
    return f"as root: loginctl enable-linger {unit.owner}"

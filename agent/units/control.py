"""Asking systemd, through its own commands: systemctl(1), loginctl(1), journalctl(1).

    user_unit_of | machine_unit_of ─▶ Unit.write ─▶ start_for_good ─▶ state ─▶ stop_for_good

Each may be repeated: what is so already stays so.
"""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_config_path

from agent.units import SYSTEM_UNIT, USER_UNIT

BOOTED_BY_SYSTEMD = Path("/run/systemd/system")
"""There exactly if systemd started this machine: sd_booted(3)."""
MACHINE_UNITS = Path("/etc/systemd/system")
JOURNAL_LINES = 12
# A user's own systemd needs a moment after lingering was turned on.
APPEARS_SECONDS = 5.0


class SystemdRefused(Exception):
    """Systemd did not do what it was asked for; the message is its own."""


@dataclass(frozen=True, slots=True)
class UnitState:
    """What systemd says of a unit.

    Attributes:
        is_enabled: It starts with the machine.
        activity: "active", "inactive", "activating", "failed" …
        says: What the agent itself last said of its state, such as "3 rules".
    """

    is_enabled: bool
    activity: str
    says: str

    @property
    def is_active(self) -> bool:
        """Whether the agent runs, and is ready."""
        return self.activity in ("active", "reloading")


@dataclass(frozen=True, slots=True)
class Unit:
    """The agent's unit. A method that asks systemd raises `SystemdRefused` where it says no.

    Attributes:
        name: As systemctl is told it.
        file: Where it stands.
        owner: The user whose agent it is.
        is_machine: It belongs to the machine's systemd and not to the user's own.
    """

    name: str
    file: Path
    owner: str
    is_machine: bool

    def write(self, text: str) -> bool:
        """Write the unit's file, unless it says so already; return whether it had to be written."""
        if self.file.is_file() and self.file.read_text(encoding="utf-8") == text:
            return False
        self.file.parent.mkdir(parents=True, exist_ok=True)
        # A user's own may hold the address of a database, with its password.
        self.file.touch(mode=0o644 if self.is_machine else 0o600)
        self.file.write_text(text, encoding="utf-8")
        return True

    def is_enabled(self) -> bool:
        """Return whether it starts with the machine, without asking systemd."""
        return any(self.file.parent.glob(f"*.wants/{self.name}"))

    def state(self) -> UnitState:
        """Return how it is doing."""
        said = self._shown("ActiveState", "StatusText")
        return UnitState(self.is_enabled(), said["ActiveState"], said["StatusText"])

    def environment(self) -> dict[str, str]:
        """Return the assignments of its file; none while systemd does not answer."""
        if not self.is_reachable():
            return {}
        words = shlex.split(self._shown("Environment")["Environment"])
        return dict(word.split("=", 1) for word in words)

    def start_for_good(self, *, anew: bool) -> None:
        """Let it run now and whenever the machine starts.

        Args:
            anew: What runs already is started again, since its file has changed.

        Raises:
            SystemdRefused: It does not start; systemd tries again by itself.
        """
        self._systemctl("daemon-reload")
        self._systemctl("enable", self.name)
        if anew or not self.state().is_active:
            # Not "start", which would wait for the next try of a unit that fails.
            self._systemctl("restart", self.name)

    def stop_for_good(self) -> None:
        """Let it run neither now nor later, and take its file away where no other user's agent needs it."""
        self._systemctl("disable", "--now", self.name)
        if not (self.is_machine and any(self.file.parent.glob(f"*.wants/{_instance('*')}"))):
            self.file.unlink()
        self._systemctl("daemon-reload")

    def journal(self) -> list[str]:
        """Return the last lines of its log, as far as this user may read them."""
        whose = [] if self.is_machine else ["--user"]
        command = ["journalctl", *whose, "--unit", self.name, "--output=cat", "--no-pager", f"--lines={JOURNAL_LINES}"]
        return _run(command).stdout.splitlines()

    def is_reachable(self) -> bool:
        """Return whether the systemd that it belongs to answers."""
        try:
            self._systemctl("show", "--property=Version")
        except SystemdRefused:
            return False
        return True

    def comes_into_reach(self) -> bool:
        """Return whether its systemd answers, now or in a moment."""
        deadline = time.monotonic() + APPEARS_SECONDS
        while not (is_reachable := self.is_reachable()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return is_reachable

    def _shown(self, *properties: str) -> dict[str, str]:
        lines = self._systemctl("show", f"--property={','.join(properties)}", self.name).splitlines()
        return dict(line.split("=", 1) for line in lines)

    def _systemctl(self, *words: str) -> str:
        done = _run(["systemctl", *([] if self.is_machine else ["--user"]), *words])
        if done.returncode:
            raise SystemdRefused(done.stderr.strip() or f"systemctl {words[0]} ended with {done.returncode}")
        return done.stdout


def user_unit_of(user: pwd.struct_passwd) -> Unit:
    """Return the unit of a user's own systemd."""
    is_me = user.pw_uid == os.getuid()
    configuration = user_config_path() if is_me else Path(user.pw_dir) / ".config"
    return Unit(USER_UNIT, configuration / "systemd" / "user" / USER_UNIT, user.pw_name, is_machine=False)


def machine_unit_of(user: pwd.struct_passwd) -> Unit:
    """Return the instance for a user of the machine's template unit."""
    return Unit(_instance(user.pw_name), MACHINE_UNITS / SYSTEM_UNIT, user.pw_name, is_machine=True)


def runs_systemd() -> bool:
    """Return whether systemd started this machine."""
    return BOOTED_BY_SYSTEMD.is_dir() and shutil.which("systemctl") is not None


def lingers(name: str) -> bool:
    """Return whether a user's own systemd runs also while that user is not logged in."""
    return _run(["loginctl", "show-user", name, "--property=Linger", "--value"]).stdout.strip() == "yes"


def let_linger(name: str) -> bool:
    """Have a user's own systemd run always; return whether that was allowed."""
    return _run(["loginctl", "--no-ask-password", "enable-linger", name]).returncode == 0


def _instance(name: str) -> str:
    return SYSTEM_UNIT.replace("@.", f"@{name}.")


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=_environment(os.environ), capture_output=True, text=True, check=False)  # noqa: S603


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which systemctl finds the user's own systemd also without a login session."""
    return {"XDG_RUNTIME_DIR": f"/run/user/{os.getuid()}", **environ, "LC_ALL": "C"}

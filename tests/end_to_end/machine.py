"""A machine of its own: a real systemd as its first process, on a throw-away copy of this machine's root.

    with machine(folder) as it:          a tmpfs over `/`, booted by systemd-nspawn; the network is this machine's
        it.run("systemctl", "status")    a command inside

The program is installed in /opt/agent, as a virtual environment: its files are those of this checkout.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
COMMAND = "/opt/agent/bin/trusted-agent"
PATH = "/opt/agent/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NEEDED = ("systemd-nspawn", "systemd-id128", "nsenter", "mount", "umount", "runuser")
CONTROL_GROUPS = Path("/sys/fs/cgroup")


@dataclass
class Machine:
    """A booted machine."""

    root: Path
    leader: int

    def run(self, *words: str, user: str = "root", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command inside, as a user who is not logged in there."""
        home = "/root" if user == "root" else f"/home/{user}"
        environment = [f"PATH={PATH}", f"HOME={home}", f"USER={user}", "SYSTEMD_COLORS=0", "SYSTEMD_PAGER="]
        become = [] if user == "root" else ["runuser", "-u", user, "--"]
        command = ["nsenter", "-t", str(self.leader), "-a", *become, "env", "-i", *environment, *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if check and done.returncode:
            raise AssertionError(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def agent(self, *words: str, user: str = "root", code: int = 0) -> str:
        """Run the program, see that it ends with a code, and return what it says."""
        done = self.run(COMMAND, *words, user=user, check=False)
        assert done.returncode == code, f"{done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def write(self, path: str, text: str, *, owner: str = "root", mode: int = 0o644) -> None:
        """Write a file, and the folders that it needs, for an owner."""
        file = self.root / path.lstrip("/")
        missing = [folder for folder in file.parents if not folder.exists()]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)
        for made in (file, *missing):
            self.run("chown", f"{owner}:", f"/{made.relative_to(self.root)}")

    def show(self, unit: str, name: str, *, user: str = "root") -> str:
        """Return a property of a unit."""
        whose = () if user == "root" else ("--user",)
        seen = self.run("env", *self.session(user), "systemctl", *whose, "show", unit, "--value", "-p", name, user=user)
        return seen.stdout.strip()

    def session(self, user: str) -> tuple[str, ...]:
        """Return what a login would have put into the environment."""
        return (f"XDG_RUNTIME_DIR=/run/user/{self.run('id', '-u', user).stdout.strip()}",)

    def until(self, is_so: Callable[[], bool], what: str, *, seconds: float = 20) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
            time.sleep(0.1)


@contextmanager
def machine(folder: Path) -> Iterator[Machine]:
    """Boot a machine, and take it away whole."""
    _require()
    with ExitStack() as stack:
        root = stack.enter_context(_copy_of_root(folder))
        _install(root)
        group = stack.enter_context(_control_group(f"trusted-agent-{os.getpid()}"))
        log = stack.enter_context((folder / "console").open("w+"))
        outer = stack.enter_context(_booting(root, group, log.fileno()))
        booted = Machine(root, _booted(outer, folder / "console"))
        # An interpreter that is a shared library looks for it where it was built, which may be a home.
        booted.write("/etc/ld.so.conf.d/00-agent.conf", "/opt/python/lib\n")
        booted.run("ldconfig")
        booted.run("systemctl", "start", "dbus", "systemd-logind")
        yield booted


def _require() -> None:
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.skip(f"a systemd of its own needs {', '.join(missing)}: apt-get install systemd-container")
    if os.geteuid() != 0:
        pytest.skip("a systemd of its own needs root")


@contextmanager
def _copy_of_root(folder: Path) -> Iterator[Path]:
    layers, root = folder / "layers", folder / "root"
    layers.mkdir()
    root.mkdir()
    _mount("-t", "tmpfs", "-o", "size=512m", "tmpfs", str(layers))
    try:
        for name in ("upper", "work"):
            (layers / name).mkdir()
        options = f"lowerdir=/,upperdir={layers / 'upper'},workdir={layers / 'work'}"
        _mount("-t", "overlay", "-o", options, "overlay", str(root))
        try:
            yield root
        finally:
            subprocess.run(["umount", str(root)], check=True)
    finally:
        subprocess.run(["umount", str(layers)], check=True)


def _mount(*words: str) -> None:
    done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a systemd of its own needs to mount an overlay: {done.stderr.strip()}")


def _install(root: Path) -> None:
    """Install the program as a virtual environment outside all homes, of an interpreter outside them, too."""
    environment = root / "opt/agent"
    libraries = environment / f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    for made in (environment / "bin", libraries, root / "opt/python", root / "opt/libraries", root / "opt/source"):
        made.mkdir(parents=True)
    (environment / "pyvenv.cfg").write_text("home = /opt/python/bin\ninclude-system-site-packages = false\n")
    (environment / "bin/python").symlink_to(f"/opt/python/bin/{Path(sys.executable).resolve().name}")
    (libraries / "everything.pth").write_text("/opt/libraries\n/opt/source\n")
    command = environment / "bin/trusted-agent"
    command.write_text("#!/opt/agent/bin/python\nimport sys\nfrom agent.command import main\nsys.exit(main())\n")
    command.chmod(0o755)
    identity = subprocess.run(["systemd-id128", "new"], capture_output=True, text=True, check=True).stdout
    (root / "etc/machine-id").write_text(identity)


@contextmanager
def _control_group(name: str) -> Iterator[list[Path]]:
    """Yield control groups of the machine's own, so that its systemd never touches this one's."""
    hierarchies = [CONTROL_GROUPS / "systemd", CONTROL_GROUPS / "unified", CONTROL_GROUPS]
    groups = [hierarchy / name for hierarchy in hierarchies if (hierarchy / "cgroup.procs").exists()]
    try:
        for group in groups:
            group.mkdir(exist_ok=True)
        yield groups
    finally:
        for group in groups:
            for inner in sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True):
                inner.rmdir()
            group.rmdir()


@contextmanager
def _booting(root: Path, groups: list[Path], log: int) -> Iterator[subprocess.Popen[bytes]]:
    binds = {
        sys.base_prefix: "/opt/python",
        sysconfig.get_path("purelib"): "/opt/libraries",
        str(REPOSITORY): "/opt/source",
    }
    nspawn = [
        *("systemd-nspawn", "--directory", str(root), "--boot", "--register=no", "--keep-unit", "--console=pipe"),
        *("--machine=trusted-agent", "--notify-ready=yes"),
        *(f"--bind-ro={there}:{here}" for there, here in binds.items()),
        *("systemd.unit=basic.target", "systemd.firstboot=no"),
    ]
    entering = "".join(f"echo $$ > '{group}/cgroup.procs'; " for group in groups)
    outer = subprocess.Popen(
        ["sh", "-c", f'{entering}exec "$@"', "sh", *nspawn], stdin=subprocess.DEVNULL, stdout=log, stderr=log
    )
    try:
        yield outer
    finally:
        outer.terminate()
        try:
            outer.wait(15)
        except subprocess.TimeoutExpired:
            outer.kill()
            outer.wait()


def _booted(outer: subprocess.Popen[bytes], console: Path) -> int:
    """Wait until systemd is up and return its process id here."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and outer.poll() is None:
        children = Path(f"/proc/{outer.pid}/task/{outer.pid}/children").read_text().split()
        if children:
            asked = ["nsenter", "-t", children[0], "-a", "systemctl", "is-system-running"]
            state = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
            if state in ("running", "degraded"):
                return int(children[0])
        time.sleep(0.1)
    pytest.skip(f"a systemd of its own does not boot here:\n{console.read_text(errors='replace')[-2000:]}")

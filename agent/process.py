"""Which process of which machine took a claim, so that the claims of one that died are free again at once."""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path


@cache
def boot() -> str:
    """Return a name for this start of this machine: after a restart no process of the last one is left."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"


def token() -> str:
    """Return what names this process among all machines and for ever."""
    return f"{socket.gethostname()}/{boot()}/{os.getpid()}/{_started(os.getpid())}"


def is_gone(other: str) -> bool:
    """Return whether the process behind a token has certainly ended; one of another machine never counts as ended."""
    host, its_boot, pid, started = other.rsplit("/", 3)
    if host != socket.gethostname():
        return False
    # Where the system hides which start this is (ProcSubset=pid), only the process itself tells.
    is_of_another_boot = "unknown" not in (its_boot, boot()) and its_boot != boot()
    return is_of_another_boot or _started(int(pid)) != started


def _started(pid: int) -> str:
    """Return when a process started, in ticks since the machine did (proc(5), field 22); empty if it is not there."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]

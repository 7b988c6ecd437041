"""What the service manager is told, over the socket that it names (sd_notify(3)); nothing where there is none."""

from __future__ import annotations

import os
import socket
import time

FAULTY = "the rule file is faulty: the rules before it stay in force"
"""The status of a service that could not take a changed rule file; `service status` looks for it."""


def ready(status: str) -> None:
    """Say that start-up, or a reload, is complete."""
    _notify(f"READY=1\nSTATUS={status}")


def reloading() -> None:
    """Say that the rules are being read again. The instant is required since systemd 253 and ignored before."""
    _notify(f"RELOADING=1\nMONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")


def stopping() -> None:
    """Say that the program is about to end."""
    _notify("STOPPING=1")


def alive() -> None:
    """Tell the watchdog that the event loop still turns."""
    _notify("WATCHDOG=1")


def watchdog_seconds() -> float | None:
    """Return how often the watchdog wants to hear of us: half of what it allows. None where there is none."""
    if os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    allowed = os.environ.get("WATCHDOG_USEC", "")
    return int(allowed) / 2_000_000 if allowed.isdigit() and int(allowed) > 0 else None


def _notify(state: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        # An abstract socket is written with @ for the leading NUL.
        channel.connect("\0" + address[1:] if address.startswith("@") else address)
        channel.sendall(state.encode())

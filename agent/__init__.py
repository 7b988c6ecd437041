"""The running program: engine, store, outbox, channels, ledger, command line. Everything with an effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    VERSION: str


def __getattr__(name: str) -> str:
    """Return `VERSION`, looked up when it is asked for: what it takes is loaded by nobody else."""
    if name != "VERSION":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version  # noqa: PLC0415 - slow to load

    return version("trusted-agent")

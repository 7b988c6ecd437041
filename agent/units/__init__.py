"""The systemd units that come with the program, and how their blanks are filled in.

Every option is one of systemd.exec(5) or systemd.service(5) that systemd 252 of Debian 12 knows. It ignores
Type=notify-reload: so they have Type=notify, ExecReload, and an agent that says RELOADING=1.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

USER_UNIT = "trusted-agent.service"
SYSTEM_UNIT = "trusted-agent@.service"


def user_unit(executable: Path, folder: Path, environment: Mapping[str, str]) -> str:
    """Return the unit for a user's own systemd.

    Args:
        executable: The absolute path of the installed command.
        folder: Where a file `environment` is read, if there is one.
        environment: What else the agent finds in its environment.
    """
    assignments = "\n".join(f"Environment={quoted(f'{name}={value}')}" for name, value in environment.items())
    text = _shipped(USER_UNIT).replace("@executable@", quoted(str(executable), is_command=True))
    return text.replace("@folder@", _specifiers(str(folder))).replace("@environment@", assignments)


def system_unit(executable: Path) -> str:
    """Return the template unit for the machine's systemd; its instance is the name of a user."""
    return _shipped(SYSTEM_UNIT).replace("@executable@", quoted(str(executable), is_command=True))


def quoted(word: str, *, is_command: bool = False) -> str:
    """Return a word as a unit file means it literally: systemd.syntax(7), and in commands systemd.service(5)."""
    escaped = _specifiers(word).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped.replace("$", "$$") if is_command else escaped}"'


def _specifiers(text: str) -> str:
    return text.replace("%", "%%")


def _shipped(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")

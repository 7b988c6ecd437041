"""Where things lie: by option, by environment, by systemd's directories, by the machine's, by XDG's; in this order.

    --rules                     --state
    TRUSTED_AGENT_RULES         TRUSTED_AGENT_STATE
    $CONFIGURATION_DIRECTORY    $STATE_DIRECTORY               systemd's, for a service: systemd.exec(5)
    /etc/trusted-agent/USER     /var/lib/trusted-agent/USER    the machine's, once the first of the two is there
    ~/.config/trusted-agent     ~/.local/state/trusted-agent   XDG's: its Base Directory Specification

The machine's are those of its service `trusted-agent@USER`: this user's commands then mean that agent.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import PlatformDirs

NAME = "trusted-agent"
RULE_FILE = "rules.yaml"
STORE_FILE = "store.sqlite"
MACHINE_CONFIGURATION = Path("/etc") / NAME
MACHINE_STATE = Path("/var/lib") / NAME


@dataclass(frozen=True, slots=True)
class Place:
    """Where an agent lives.

    Attributes:
        rules: The rule file.
        store: The store's file, or a `postgresql://` address.
        zone: The machine's time zone, for a rule file that names none.
    """

    rules: Path
    store: str
    zone: ZoneInfo


def find_place(rules: Path | None, state: str | None, environ: Mapping[str, str]) -> Place:
    """Return where this agent lives.

    Args:
        rules: The rule file, where `--rules` named one; a folder stands for the `rules.yaml` in it.
        state: The folder of the store, where `--state` named one, or a `postgresql://` address.
        environ: The environment.
    """
    file = (rules or _path(environ, "TRUSTED_AGENT_RULES") or _configuration(environ) / RULE_FILE).expanduser()
    if file.is_dir():
        file /= RULE_FILE
    store = state or environ.get("TRUSTED_AGENT_STATE") or str(_state(environ))
    if "://" not in store:
        store = str(Path(store).expanduser().absolute() / STORE_FILE)
    return Place(file.absolute(), store, machine_zone(environ))


def machine_zone(environ: Mapping[str, str]) -> ZoneInfo:
    """Return the machine's time zone, or UTC where it names none that is known."""
    names = [environ.get("TZ", "").lstrip(":")]
    link = Path("/etc/localtime")
    if link.is_symlink():
        names.append(str(link.resolve()).partition("zoneinfo/")[2])
    for name in names:
        try:
            if name:
                return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return ZoneInfo("UTC")


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    value = environ.get(name, "")
    return Path(value) if value else None


def _configuration(environ: Mapping[str, str]) -> Path:
    machine = _of_machine(MACHINE_CONFIGURATION)
    return _first(environ, "CONFIGURATION_DIRECTORY") or machine or PlatformDirs(NAME).user_config_path


def _state(environ: Mapping[str, str]) -> Path:
    return _first(environ, "STATE_DIRECTORY") or _of_machine(MACHINE_STATE) or PlatformDirs(NAME).user_state_path


def _of_machine(folder: Path) -> Path | None:
    """Return this user's part of a folder of the machine's, once the machine's service was installed for this user."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run as a number that has no name
        return None
    return folder / name if (MACHINE_CONFIGURATION / name).is_dir() else None


def _first(environ: Mapping[str, str], name: str) -> Path | None:
    """Return the first of systemd's directories, which it separates by colons."""
    value = environ.get(name, "").split(":")[0]
    return Path(value) if value else None

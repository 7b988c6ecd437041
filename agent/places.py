"""Where things lie: by option, by environment, by systemd's directories, by XDG's; in this order.

    rules   --rules   TRUSTED_AGENT_RULES   $CONFIGURATION_DIRECTORY/rules.yaml   ~/.config/trusted-agent/rules.yaml
    state   --state   TRUSTED_AGENT_STATE   $STATE_DIRECTORY                      ~/.local/state/trusted-agent

The directories of systemd are those of systemd.exec(5), those of XDG are of the Base Directory Specification.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import PlatformDirs

NAME = "trusted-agent"
RULE_FILE = "rules.yaml"
STORE_FILE = "store.sqlite"


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
    return _first(environ, "CONFIGURATION_DIRECTORY") or PlatformDirs(NAME).user_config_path


def _state(environ: Mapping[str, str]) -> Path:
    return _first(environ, "STATE_DIRECTORY") or PlatformDirs(NAME).user_state_path


def _first(environ: Mapping[str, str], name: str) -> Path | None:
    """Return the first of systemd's directories, which it separates by colons."""
    value = environ.get(name, "").split(":")[0]
    return Path(value) if value else None

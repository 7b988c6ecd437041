"""The kinds that are installed: ours and those of other packages, found by their entry points."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType

from watchers.api import Watcher

GROUP = "trusted_agent.watchers"


class BrokenKind(Exception):
    """An installed kind cannot be used; the message names the package and says why."""


@cache
def kinds() -> Mapping[str, type[Watcher]]:
    """Return every installed kind by its name, sorted.

    Raises:
        BrokenKind: Two packages offer one name, or one cannot be imported or is no Watcher.
    """
    found: dict[str, type[Watcher]] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        package = entry.dist.name if entry.dist else entry.module
        if entry.name in found:
            raise BrokenKind(f"the kind {entry.name} of {package} is already there: uninstall one of the two")
        try:
            kind = entry.load()
        except (ImportError, AttributeError) as error:
            raise BrokenKind(f"the kind {entry.name} of {package} cannot be loaded: {error}") from error
        if not (isinstance(kind, type) and issubclass(kind, Watcher) and kind.kind.name == entry.name):
            raise BrokenKind(f"the kind {entry.name} of {package} is not a Watcher of that name")
        found[entry.name] = kind
    return MappingProxyType(found)

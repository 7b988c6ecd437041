"""The kinds that are installed: ours and those of other packages, found by their entry points.

A kind is imported when it is first used, so a rule file pays for the kinds that it names and no others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from watchers.api import Watcher

GROUP = "trusted_agent.watchers"


class BrokenKind(Exception):
    """An installed kind cannot be used; the message names the package and says why."""


class Kinds(Mapping[str, type[Watcher]]):
    """Watchers by the name of their kind, in the order of the alphabet; looking one up imports it."""

    def __init__(self, entries: Mapping[str, EntryPoint]) -> None:
        self._entries = entries
        self._loaded: dict[str, type[Watcher]] = {}

    def __getitem__(self, name: str) -> type[Watcher]:
        if name not in self._loaded:
            self._loaded[name] = _load(self._entries[name])
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


@cache
def kinds() -> Kinds:
    """Return every installed kind.

    Raises:
        BrokenKind: Two packages offer one name; or, at the first use of a kind, it cannot be imported or is no Watcher.
    """
    found: dict[str, EntryPoint] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        if entry.name in found and entry.value != found[entry.name].value:
            raise BrokenKind(f"the kind {entry.name} of {_package(entry)} is already there: uninstall one of the two")
        found[entry.name] = entry
    return Kinds(found)


def _load(entry: EntryPoint) -> type[Watcher]:
    try:
        kind = entry.load()
    except (ImportError, AttributeError) as error:
        raise BrokenKind(f"the kind {entry.name} of {_package(entry)} cannot be loaded: {error}") from error
    if not (isinstance(kind, type) and issubclass(kind, Watcher) and kind.kind.name == entry.name):
        raise BrokenKind(f"the kind {entry.name} of {_package(entry)} is not a Watcher of that name")
    return kind


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.module

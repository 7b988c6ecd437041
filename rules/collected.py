"""Every fault of a rule file, gathered until all are known; one for a place, and none of them tells a secret."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from rules.faults import Fault
from rules.nodes import MappingNode, Node, ScalarNode, SequenceNode, Source, Spot

MASK = "***"

# Shorter ones stand in ordinary words by chance, and the sentence would be lost, not the secret.
_SHORTEST_IN_WORDS = 4
# What such a key holds is taken for a secret before anything has said so: a misspelt option shows its line too.
_TELLTALE = re.compile(r"pass|secret|token|bearer|auth|cookie|proxy|headers|api_?key", re.IGNORECASE)
# The same in a line that is no YAML yet.
_TELLTALE_LINE = re.compile(rf"(?:{_TELLTALE.pattern})\w*[\"']?\s*[:=]\s*(.+)|://([^\s/@]+)@", re.IGNORECASE)


class Faults:
    """The faults found so far, and what must not be seen in them."""

    def __init__(self) -> None:
        self._found: list[tuple[Source, int, Fault]] = []
        self._raw: list[Fault] = []
        self._places: set[tuple[str, int]] = set()
        self._behind: dict[str, str] = {}
        self._blanked: list[ScalarNode] = []

    def __bool__(self) -> bool:
        return bool(self._found or self._raw)

    def add(self, spot: Spot, message: str, hint: str = "") -> None:
        """Take a fault in, unless its place has one: what follows from a mistake is no second one."""
        self.add_at(spot.source, spot.start, spot.end, message, hint)

    def add_at(self, source: Source, start: int, end: int, message: str, hint: str = "") -> None:
        """Take a fault of a stretch of a file in, unless its place has one."""
        if (source.name, start) not in self._places:
            self._places.add((source.name, start))
            self._found.append((source, start, source.fault(start, end, message, hint)))

    def add_raw(self, faults: Iterable[Fault]) -> None:
        """Take faults in that were found before the file was understood."""
        self._raw.extend(faults)

    def close(self, spot: Spot) -> None:
        """Take no more faults of that place: what is wrong there is said already."""
        self._places.add((spot.source.name, spot.start))

    def hide(self, secret: str, shown: str) -> None:
        """Show something else wherever a text made of values would hold a secret."""
        if secret:
            self._behind[secret] = shown

    def blank(self, scalars: Iterable[ScalarNode]) -> None:
        """Blank secrets that stand in the file itself."""
        for scalar in scalars:
            self._blanked.append(scalar)
            if len(scalar.text) >= _SHORTEST_IN_WORDS:
                self.hide(scalar.text, MASK)

    def clean(self, text: str) -> str:
        """Return a text that was made of values, with references in place of what stands behind them."""
        for secret in sorted(self._behind, key=len, reverse=True):
            text = text.replace(secret, self._behind[secret])
        return text

    @property
    def found(self) -> tuple[Fault, ...]:
        """All faults, fit to be shown."""
        known = [
            replace(fault, line=self._without_secrets(source, start, fault)) for source, start, fault in self._found
        ]
        return (*known, *(replace(fault, line=_guarded(fault.line)) for fault in self._raw))

    def _without_secrets(self, source: Source, start: int, fault: Fault) -> str:
        """Return the line of a fault, blanked where a secret stands; as long as before, for the caret's sake."""
        line, first = fault.line, start - (fault.place.column - 1)
        for scalar in self._blanked:
            if scalar.source is source and scalar.start < first + len(line) and scalar.end > first:
                begin, end = max(0, scalar.start - first), min(len(line), scalar.end - first)
                line = line[:begin] + "*" * (end - begin) + line[end:]
        return line


def _guarded(line: str) -> str:
    for found in _TELLTALE_LINE.finditer(line):
        begin, end = found.span(1 if found[1] else 2)
        if "${" not in line[begin:end]:
            line = line[:begin] + "*" * (end - begin) + line[end:]
    return line


def inline_secrets(node: Node, *, secret: bool = False) -> list[ScalarNode]:
    """Return the values that are secrets by a key above them and stand in the file itself, not by reference.

    With `secret`, the node as a whole stands below such a key.
    """
    if isinstance(node, ScalarNode):
        return [node] if secret and node.text and "${" not in node.text else []
    if isinstance(node, SequenceNode):
        return [found for item in node.items for found in inline_secrets(item, secret=secret)]
    return [
        found
        for key, entry in node.entries.items()
        for found in inline_secrets(entry.value, secret=secret or bool(_TELLTALE.search(key)))
    ]


def addresses(channels: Node) -> list[ScalarNode]:
    """Return the addresses of channels that stand in the file itself: each is a secret."""
    below = [entry.value for entry in channels.entries.values()] if isinstance(channels, MappingNode) else []
    urls = [channel.get("url") if isinstance(channel, MappingNode) else channel for channel in below]
    return [url for url in urls if isinstance(url, ScalarNode) and "${" not in url.text]

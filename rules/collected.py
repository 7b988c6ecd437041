"""Every fault of a rule file, gathered until all are known; one for a place, and none of them tells a secret."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from rules.faults import Fault
from rules.nodes import MappingNode, Node, ScalarNode, SequenceNode, Source, Spot

MASK = "***"

# What such a key holds is taken for a secret before anything has said so: a misspelt option shows its line too.
_TELLTALE = re.compile(r"pass|secret|token|bearer|auth|cookie|proxy|headers|api_?key", re.IGNORECASE)


class Faults:
    """The faults found so far, and what must not be seen in them."""

    def __init__(self) -> None:
        self._found: list[Fault] = []
        self._places: set[tuple[str, int]] = set()
        self._shown: dict[str, str] = {}
        self._inline: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, spot: Spot, message: str, hint: str = "") -> None:
        """Take a fault in, unless its place has one: what follows from a mistake is no second one."""
        self.add_at(spot.source, spot.start, spot.end, message, hint)

    def add_at(self, source: Source, start: int, end: int, message: str, hint: str = "") -> None:
        """Take a fault of a stretch of a file in, unless its place has one."""
        if (source.name, start) not in self._places:
            self._places.add((source.name, start))
            self._found.append(source.fault(start, end, message, hint))

    def add_made(self, faults: Iterable[Fault]) -> None:
        """Take faults in that were made elsewhere."""
        self._found.extend(faults)

    def close(self, spot: Spot) -> None:
        """Take no more faults of that place: what is wrong there is said already."""
        self._places.add((spot.source.name, spot.start))

    def hide(self, secret: str, shown: str) -> None:
        """Show something else wherever a message would hold a secret."""
        if secret:
            self._shown[secret] = shown

    def hide_inline(self, scalars: Iterable[ScalarNode]) -> None:
        """Blank secrets that stand in the file itself wherever a line of it is shown."""
        for scalar in scalars:
            self._inline.add(scalar.as_written.strip("\"'"))
            self.hide(scalar.text, MASK)

    def clean(self, text: str) -> str:
        """Return a text that others made of values, with references in place of what stands behind them."""
        for secret in sorted(self._shown, key=len, reverse=True):
            text = text.replace(secret, self._shown[secret])
        return text

    @property
    def found(self) -> tuple[Fault, ...]:
        """All faults, fit to be shown."""
        return tuple(replace(fault, line=self._blanked(fault.line)) for fault in self._found)

    def _blanked(self, line: str) -> str:
        # As long as before, or the caret would stand in the wrong place.
        for secret in sorted(self._inline, key=len, reverse=True):
            line = line.replace(secret, "*" * len(secret))
        return line


def inline_secrets(node: Node, *, channels: bool = False, secret: bool = False) -> list[ScalarNode]:
    """Return the values that are secrets by the key above them and stand in the file itself, not by reference.

    With `channels` the node is the section of channels, where every address is a secret; with `secret` it stands below
    a key that tells.
    """
    if isinstance(node, ScalarNode):
        return [node] if secret and node.text and "${" not in node.text else []
    if isinstance(node, SequenceNode):
        return [found for item in node.items for found in inline_secrets(item, secret=secret)]
    found = []
    for key, entry in node.entries.items():
        telltale = secret or bool(_TELLTALE.search(key)) or (channels and isinstance(entry.value, ScalarNode))
        below = channels and isinstance(entry.value, MappingNode)
        found += inline_secrets(entry.value, channels=below, secret=telltale)
    return found

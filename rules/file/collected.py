"""Every fault of a rule file, gathered until all are known; one for a place, and none of them tells a secret."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from rules.faults import Fault
from rules.file.nodes import MappingNode, Node, ScalarNode, SequenceNode, Source, Spot
from rules.rule import Place

MASK = "***"

# Shorter ones stand in ordinary words by chance, and the sentence would be lost, not the secret.
_SHORTEST_IN_WORDS = 4
# How a key or header is called that holds a secret. Told by the name, since a misspelt option shows its line too.
_TELLTALE = re.compile(
    r"passw|passphrase|secret|token|bearer|\bauth\b|authori[sz]ation|cookie|proxy|session|credential|api[_-]?key|"
    r"\b[\w-]*[_-]key\b",
    re.IGNORECASE,
)
# The same in a line that is no YAML yet.
_TELLTALE_LINE = re.compile(rf"(?:{_TELLTALE.pattern})\w*[\"']?\s*[:=]\s*(.+)|://([^\s/@]+)@", re.IGNORECASE)


class Faults:
    """The faults found so far, and what must not be seen in them."""

    def __init__(self) -> None:
        self._found: list[tuple[Source, int, Fault]] = []
        self._raw: list[Fault] = []
        self._closed: set[Place] = set()
        self._behind: dict[str, str] = {}
        self._inline: list[ScalarNode] = []

    def __bool__(self) -> bool:
        return bool(self._found or self._raw)

    @property
    def is_partial(self) -> bool:
        """Whether a part of the file could not be read at all: what seems to be missing may stand there."""
        return bool(self._raw)

    def add(self, spot: Spot, message: str, hint: str = "") -> None:
        """Take a fault in, unless its place has one: what follows from a mistake is no second one."""
        self.add_at(spot.source, spot.start, spot.end, message, hint)

    def add_at(self, source: Source, start: int, end: int, message: str, hint: str = "") -> None:
        """Take a fault of a stretch of a file in, unless its place has one."""
        fault = source.fault(start, end, message, hint)
        if fault.place not in self._closed:
            self._closed.add(fault.place)
            self._found.append((source, start, fault))

    def add_raw(self, faults: Iterable[Fault]) -> None:
        """Take faults in that were found before the file was understood."""
        for fault in faults:
            self._closed.add(fault.place)
            self._raw.append(fault)

    def close(self, spot: Spot) -> None:
        """Take no more faults of that place: what is wrong there is said already."""
        self._closed.add(spot.place)

    def is_closed(self, spot: Spot) -> bool:
        """Return whether what is wrong with a stretch of the file is said already."""
        return spot.place in self._closed

    def hide(self, secret: str, shown: str) -> None:
        """Show something else wherever a text made of values would hold a secret."""
        self._behind[secret] = shown

    def blank(self, scalars: Iterable[ScalarNode]) -> None:
        """Blank secrets that stand in the file itself."""
        for scalar in scalars:
            self._inline.append(scalar)

    def without_references(self, text: str) -> str:
        """Return a text that was made of values, with references in place of what stands behind them."""
        for secret in sorted(self._behind, key=len, reverse=True):
            text = text.replace(secret, self._behind[secret])
        return text

    def clean(self, text: str) -> str:
        """Return such a text without any secret, also of those that stand in the file itself."""
        text = self.without_references(text)
        for scalar in self._inline:
            if len(scalar.text) >= _SHORTEST_IN_WORDS:
                text = text.replace(scalar.text, MASK)
        return text

    @property
    def found(self) -> tuple[Fault, ...]:
        """All faults, fit to be shown."""
        known = [
            replace(fault, line=self._without_secrets(source, start, fault)) for source, start, fault in self._found
        ]
        return (*known, *map(_guarded, self._raw))

    def _without_secrets(self, source: Source, start: int, fault: Fault) -> str:
        """Return the line of a fault, blanked where a secret stands; as long as before, for the caret's sake."""
        line, first = fault.line, start - (fault.place.column - 1)
        for scalar in self._inline:
            if scalar.source is source and scalar.start < first + len(line) and scalar.end > first:
                begin, end = max(0, scalar.start - first), min(len(line), scalar.end - first)
                line = line[:begin] + "*" * (end - begin) + line[end:]
        return line


def _guarded(fault: Fault) -> Fault:
    """Return a fault of a file that could not be read, without what looks like a secret."""
    line, hint = fault.line, fault.hint
    for found in _TELLTALE_LINE.finditer(line):
        begin, end = found.span(1 if found[1] else 2)
        secret = line[begin:end]
        if "${" not in secret:
            line, hint = line[:begin] + "*" * len(secret) + line[end:], hint.replace(secret.strip(), MASK)
    return replace(fault, line=line, hint=hint)


def sounds_secret(name: str) -> bool:
    """Return whether a key or header of that name holds a secret."""
    return bool(_TELLTALE.search(name))


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
        for found in inline_secrets(entry.value, secret=secret or sounds_secret(key))
    ]


def addresses(channels: Node) -> list[ScalarNode]:
    """Return the addresses of channels that stand in the file itself: each is a secret."""
    below = [entry.value for entry in channels.entries.values()] if isinstance(channels, MappingNode) else []
    urls = [channel.get("url") if isinstance(channel, MappingNode) else channel for channel in below]
    return [url for url in urls if isinstance(url, ScalarNode) and "${" not in url.text]

"""What a rule is read with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.file.collected import Faults
from rules.file.files import Files
from rules.file.nodes import MappingNode
from rules.file.references import References
from rules.file.settings import DefaultSettings
from rules.rule import Names
from watchers.api import Watcher


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a rule is read with: the rest of the file, and what is installed.

    Attributes:
        channel_names: Of all channels that are written, also of those that are faulty.
        people: By name, where each person stands that the file holds.
    """

    kinds: Mapping[str, type[Watcher]]
    names: Names
    channel_names: tuple[str, ...]
    defaults: DefaultSettings
    references: References
    files: Files
    faults: Faults
    people: Mapping[str, MappingNode] = field(default_factory=dict)

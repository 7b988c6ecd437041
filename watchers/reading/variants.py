"""Which of several variants of a product an offer is of, and which one the owner means.

A variant is known by its article number, by its options (`color`, `size` …: https://schema.org/ProductGroup,
`variesBy`), or by what its name adds to that of the group: "T-shirt - Black / 42".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from watchers.reading.item import Item

MOST_LISTED: Final = 12
_OPTIONS: Final = ("color", "size", "material", "pattern", "suggestedAge", "suggestedGender", "width", "height")
_PARTS: Final = re.compile(r"\s*[/|,;·–—]\s*|\s+-\s+|\s*\(|\)\s*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The variant that the owner asks for, by its options or by its article number."""

    variant: str = ""
    sku: str = ""

    @property
    def is_set(self) -> bool:
        """Whether one is asked for."""
        return bool(self.variant or self.sku)

    def fits(self, codes: Sequence[str], options: Sequence[str]) -> bool:
        """Say whether an offer with these article numbers and options is of it; all parts of its name must be there."""
        if self.sku and _folded(self.sku) not in map(_folded, codes):
            return False
        if not self.variant:
            return True
        known = set(map(_folded, options))
        parts = {_folded(part) for part in _PARTS.split(self.variant)} - {""}
        return _folded(self.variant) in known or (bool(parts) and parts <= known)

    def __str__(self) -> str:
        return self.variant or self.sku


def options_of(item: Item, group: str) -> tuple[str, ...]:
    """Return what tells a variant from others of its group; first of all its own name without that of the group.

    Args:
        item: The variant, or an offer of it.
        group: The name of what it is a variant of; empty where it stands alone.
    """
    name = item.text("name")
    rest = name[len(group) :] if group and _folded(name).startswith(_folded(group)) else name
    rest = rest.strip(" -–—/|,;:()")
    stated = [text for option in _OPTIONS for text in _values(item, option)]
    more = [text for each in item.items("additionalProperty", "variesBy") for text in each.texts("value")]
    parts = [part for part in _PARTS.split(rest) if part]
    label = rest or " / ".join(stated)
    return tuple(dict.fromkeys(text for text in (label, *parts, *stated, *more, name) if text))


def _values(item: Item, name: str) -> list[str]:
    return [*item.texts(name), *(text for each in item.items(name) if (text := each.text("name", "value")))]


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())

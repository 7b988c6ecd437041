"""The one shape that every syntax of structured data is read into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Syntax = Literal["json-ld", "microdata", "rdfa", "opengraph"]


@dataclass(frozen=True, slots=True)
class Item:
    """One described thing of a page.

    Attributes:
        types: Its types as short names without vocabulary ("Product", "Offer"), in the page's order.
        properties: Name without vocabulary → values in the page's order. Texts are decoded and stripped; numbers and
            booleans of JSON stand as they were written ("159.90", "true").
        syntax: What it was written in. Meta tags of a page are one item of syntax "opengraph".
        place: Where it stood, for evidence: "JSON-LD #2 @graph[0].offers", "microdata #1 offers".
        id: Its @id, itemid or resource; empty where it has none.
        order: The place among all items of the page, syntax by syntax.
        vocabulary: What was cut off the first type ("https://schema.org/"), empty where it had none.
    """

    types: tuple[str, ...]
    properties: Mapping[str, tuple[str | Item, ...]]
    syntax: Syntax
    place: str
    id: str = ""
    order: int = 0
    vocabulary: str = field(default="", compare=False)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the values of a property that are plain text and not empty."""
        return tuple(value for value in self.properties.get(name, ()) if isinstance(value, str) and value)

    def text(self, *names: str) -> str:
        """Return the first text of the first of these properties that has one, or an empty text."""
        return next((text for name in names for text in self.texts(name)), "")

    def items(self, *names: str) -> tuple[Item, ...]:
        """Return the values of these properties that are items."""
        return tuple(value for name in names for value in self.properties.get(name, ()) if isinstance(value, Item))

    def is_a(self, *types: str) -> bool:
        """Say whether one of its types is one of these short names."""
        return any(type_ in types for type_ in self.types)

    def walk(self) -> Iterator[Item]:
        """Yield this item and every item inside it, outermost first; the tree is finite by construction."""
        waiting = [self]
        while waiting:
            item = waiting.pop()
            yield item
            waiting.extend(reversed(item.items(*item.properties)))

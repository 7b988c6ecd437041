"""Things as the syntaxes describe them, still a graph → items, which are trees.

JSON-LD and RDFa name things and refer to them, microdata borrows parts with `itemref`; so a thing may stand in many
places, and in itself. An item is a tree: each place gets its own copy, a thing inside itself becomes its name, and
the number of copies is bounded.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from watchers.reading.item import Item, Syntax

MAX_ITEMS: Final = 5_000
MAX_DEPTH: Final = 40
MAX_VALUES: Final = 50_000

_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""What JSON can escape and no database and no message can hold: NUL, and halves of a character."""
_PREFIXES: Final = {"schema": "https://schema.org/", "gr": "http://purl.org/goodrelations/v1#"}


@dataclass(eq=False, slots=True)
class Draft:
    """One described thing.

    Attributes:
        types: As written, with their vocabulary.
        is_reference: It says nothing but which thing it is; `id` leads to what describes it.
        place: Where it stands, where it is no part of another.
        vocabulary: The one that holds for types written without.
    """

    types: tuple[str, ...] = ()
    id: str = ""
    vocabulary: str = ""
    place: str = ""
    is_reference: bool = False
    properties: dict[str, list[str | Draft]] = field(default_factory=dict)

    def add(self, name: str, value: str | Draft) -> None:
        """Add a value of a property; its vocabulary is cut off the name."""
        self.properties.setdefault(split_name(name)[1], []).append(value)


def split_name(name: str) -> tuple[str, str]:
    """Return the vocabulary and the short name of a type or property: a full IRI, `schema:Product` or `Product`."""
    cut = max(name.rfind("/"), name.rfind("#"), name.rfind(":")) + 1
    vocabulary, short = name[:cut], name[cut:]
    if not short:
        return "", name
    return _PREFIXES.get(vocabulary[:-1], vocabulary), short


def cleaned(text: str) -> str:
    """Return a text of a page's data as a reader would have it: entities resolved, no space around it."""
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text) if "&" in text else text
    return _UNSTORABLE.sub("\ufffd", text).strip()


class Unfolding:
    """The making of one page's items, with one limit on all of them."""

    def __init__(self) -> None:
        self._items = 0
        self._values = 0

    def item(self, draft: Draft, syntax: Syntax) -> Item | None:
        """Return the item of a thing that is no part of another, or None where the page has had its share."""
        if self._items >= MAX_ITEMS:
            return None
        return self._item(draft, syntax, draft.place, [])

    def _item(self, draft: Draft, syntax: Syntax, place: str, around: list[Draft]) -> Item:
        order = self._items
        self._items += 1
        within = [*around, draft]
        properties = {
            name: tuple(self._unfolded(name, values, syntax, place, within))
            for name, values in draft.properties.items()
        }
        names = [split_name(type_) for type_ in draft.types]
        return Item(
            types=tuple(short for _, short in names),
            properties=properties,
            syntax=syntax,
            place=place,
            id=draft.id,
            order=order,
            vocabulary=(names[0][0] if names else "") or draft.vocabulary,
        )

    def _unfolded(
        self, name: str, values: list[str | Draft], syntax: Syntax, place: str, within: list[Draft]
    ) -> Iterator[str | Item]:
        for number, value in enumerate(values):
            self._values += 1
            if self._values > MAX_VALUES:
                return
            if isinstance(value, str):
                yield value
            elif value in within or len(within) >= MAX_DEPTH or self._items >= MAX_ITEMS:
                if value.id:
                    yield value.id
            else:
                inner = f"{place}.{name}[{number}]" if len(values) > 1 else f"{place}.{name}"
                yield self._item(value, syntax, inner, within)

"""Every described thing of a page, whatever it is written in.

document ▶ JSON-LD, microdata, RDFa, meta tags ▶ drafts (a graph) ▶ items (trees of one shape)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from watchers.reading.drafts import Draft, Unfolding
from watchers.reading.html import Document
from watchers.reading.item import Item, Syntax
from watchers.reading.jsonld import json_ld
from watchers.reading.microdata import microdata
from watchers.reading.opengraph import open_graph
from watchers.reading.rdfa import rdfa

_READERS: Final[tuple[tuple[Syntax, Callable[[Document], list[Draft]]], ...]] = (
    ("json-ld", json_ld),
    ("microdata", microdata),
    ("rdfa", rdfa),
    ("opengraph", open_graph),
)
"""A further syntax needs a function here, and a name in `item.Syntax`."""


def items(document: Document) -> list[Item]:
    """Return the top items of a page: JSON-LD, then microdata, RDFa and meta tags, each in the page's order.

    Nothing in a page makes it raise; depth, size and number of items are bounded.
    """
    unfolding = Unfolding()
    found = (unfolding.item(draft, syntax) for syntax, read in _READERS for draft in read(document))
    return [item for item in found if item is not None]

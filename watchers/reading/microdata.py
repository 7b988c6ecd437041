"""Microdata → drafts (HTML Standard §5.2, https://html.spec.whatwg.org/multipage/microdata.html).

One thing beyond the standard, as search engines have it: `content` counts on every element.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborNode

from watchers.reading.drafts import Draft, cleaned
from watchers.reading.html import Document, price_text

MAX_VISITS: Final = 300_000
"""Elements that may be looked at: `itemref` can send many items through one part of the page."""

_ADDRESSED: Final = {
    "a": "href", "area": "href", "link": "href", "audio": "src", "embed": "src", "iframe": "src", "img": "src",
    "source": "src", "track": "src", "video": "src", "object": "data", "data": "value", "meter": "value",
    "time": "datetime", "meta": "content",
}  # fmt: skip


def microdata(document: Document) -> list[Draft]:
    """Return the top items of a page: those that are no property of another."""
    scopes = document.tree.css("[itemscope]")
    return _Page(document).top(scopes) if scopes else []


def property_text(element: LexborNode, addressed: dict[str, str] = _ADDRESSED) -> str:
    """Return the value of a property that is no thing: of its attribute, else its text."""
    attributes = element.attributes
    for name in ("content", addressed.get(element.tag or "")):
        if name and (value := attributes.get(name)) is not None:
            return value.strip()
    return cleaned(price_text(element))


class _Page:
    """One reading of a page; elements are told apart by their address in memory, as nodes are made anew each time."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._drafts: dict[int, Draft] = {}
        self._inner: set[int] = set()
        self._ids: dict[str, LexborNode] | None = None
        self._visits = 0

    def top(self, scopes: list[LexborNode]) -> list[Draft]:
        for scope in scopes:
            self._fill(scope)
        outer = [self._draft(scope) for scope in scopes if scope.mem_id not in self._inner]
        for number, draft in enumerate(outer, 1):
            draft.place = f"microdata #{number}"
        return outer

    def _draft(self, scope: LexborNode) -> Draft:
        attributes = scope.attributes
        return self._drafts.setdefault(
            scope.mem_id,
            Draft(types=tuple((attributes.get("itemtype") or "").split()), id=(attributes.get("itemid") or "").strip()),
        )

    def _fill(self, scope: LexborNode) -> None:
        """Give an item the properties below its element and below those that it refers to."""
        draft = self._draft(scope)
        for element in self._parts(scope):
            attributes = element.attributes
            names = dict.fromkeys((attributes.get("itemprop") or "").split())
            if not names:
                continue
            if "itemscope" in attributes:
                self._inner.add(element.mem_id)
                value: str | Draft = self._draft(element)
            else:
                value = property_text(element)
            for name in names:
                draft.add(name, value)

    def _parts(self, scope: LexborNode) -> Iterator[LexborNode]:
        """Yield the elements whose properties belong to an item, in the page's order; not inside inner items."""
        referred = (scope.attributes.get("itemref") or "").split()
        waiting = [self._by_id(name) for name in reversed(referred)] + [*reversed(list(scope.iter()))]
        seen = {scope.mem_id}
        while waiting and self._visits < MAX_VISITS:
            element = waiting.pop()
            if element is None or element.mem_id in seen:
                continue
            seen.add(element.mem_id)
            self._visits += 1
            yield element
            if "itemscope" not in element.attributes:
                waiting.extend(reversed(list(element.iter())))

    def _by_id(self, name: str) -> LexborNode | None:
        if self._ids is None:
            self._ids = {}
            for element in self._document.tree.css("[id]"):
                self._ids.setdefault(element.attributes.get("id") or "", element)
        return self._ids.get(name)

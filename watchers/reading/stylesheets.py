"""What the style sheets inside a page cross out: the price of yesterday, where nothing but a style says so.

    <style> … .was { text-decoration: line-through } … ─▶ the elements that `.was` selects

Of several rules for one element the more specific one counts, and of two that are equally so the later one, as CSS has
it (https://www.w3.org/TR/selectors-4/#specificity-rules). Sheets in files of their own are not fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

MAX_CHARACTERS: Final = 300_000
MAX_SELECTORS: Final = 100
_DECORATION: Final = re.compile(r"text-decoration(?:-line)?\s*:\s*([^;]*)", re.IGNORECASE)
_STATE: Final = re.compile(r":(?!not\(|first-child|last-child|nth-child\()")
"""What is only so at times, or stands beside the text: `:hover`, `::after`."""
_ID: Final = re.compile(r"#[\w-]")
_CLASS: Final = re.compile(r"\.[\w-]|\[|:(?!not\()")
_TAG: Final = re.compile(r"(?:^|[\s>+~(])[a-z]", re.IGNORECASE)


def crossed_out(tree: LexborHTMLParser) -> frozenset[int]:
    """Return the `mem_id` of every element that a style sheet inside the page crosses out."""
    sheets = "\n".join(node.text() for node in tree.css("style"))[:MAX_CHARACTERS]
    if "line-through" not in sheets.lower():
        return frozenset()
    strongest: dict[int, tuple[tuple[int, int, int], bool]] = {}
    for selector, is_through in _decorations(sheets):
        weight = tuple(len(sign.findall(selector)) for sign in (_ID, _CLASS, _TAG))
        for identity in _selected(tree, selector):
            known = strongest.get(identity)
            if known is None or weight >= known[0]:
                strongest[identity] = (weight[0], weight[1], weight[2]), is_through
    return frozenset(identity for identity, (_, is_through) in strongest.items() if is_through)


def _decorations(sheets: str) -> Iterator[tuple[str, bool]]:
    """Yield every selector of a rule that decorates text, and whether it crosses it out."""
    first, *rest = sheets.split("/*")
    found = 0
    for rule in "".join((first, *(part.partition("*/")[2] for part in rest))).split("}"):
        before, _, declarations = rule.rpartition("{")
        said = _DECORATION.findall(declarations)
        for selector in before.rpartition("{")[2].split(",") if said else ():
            if found < MAX_SELECTORS and selector.strip() and not _STATE.search(selector):
                found += 1
                yield selector.strip(), "line-through" in said[-1].lower()


def _selected(tree: LexborHTMLParser, selector: str) -> list[int]:
    try:
        return [node.mem_id for node in tree.css(selector)]
    except SelectolaxError:  # a sheet may hold what no browser reads
        return []

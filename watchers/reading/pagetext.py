"""A page → the lines that a reader sees in it, each with the place where it stands.

    document ──▶ the selected part, or the main content ──▶ lines

A place is the path of tags, ids and classes down to the line: it stays the same while the words in it change, so that
a banner is known for a banner whatever it says today.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from selectolax.lexbor import LexborNode

from watchers.reading.html import Document, visible_text
from watchers.reading.plain import MAX_TEXT, plain_line

MAX_LINES: Final = 2_000
_LEAST_MAIN: Final = 0.4
"""A part that calls itself the main one is believed where it has this share of the page's letters."""

_INLINE: Final = frozenset(
    "a abbr acronym b bdi bdo big button cite code data del dfn em font i img ins kbd label mark meter nobr output q "
    "ruby rt rp s samp small span strike strong sub sup time tt u var wbr".split()
)
_CELLS: Final = frozenset({"td", "th"})
_UNSEEN: Final = frozenset(
    "script style template noscript head title meta link svg math iframe object select textarea".split()
)
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BOILERPLATE_TAGS: Final = frozenset({"nav", "footer", "aside", "dialog"})
_BOILERPLATE_ROLES: Final = frozenset(
    {"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu", "menubar"}
)
_BOILERPLATE_NAMES: Final = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|onetrust|usercentrics|didomi|cmp|breadcrumbs?|skip-?(?:link|nav|to)"
    r"|share|sharing|social|newsletter|sidebar|site-?(?:header|footer|nav)|(?:main|top|global)-?nav(?:bar|igation)?"
    r"|navbar|menu|advert\w*|ads?|promo-?banner)(?:$|[\s_-])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page.

    Attributes:
        text: Its words, white space collapsed.
        place: Where it stands, as eight hexadecimal digits; lines of one list share it.
    """

    text: str
    place: str


def main_lines(document: Document, drop: frozenset[int] = frozenset()) -> tuple[Line, ...]:
    """Return the lines of a page without its navigation, header, footer and banners; of the whole page if that is all.

    Args:
        document: The page.
        drop: Elements to leave out, by `mem_id`.
    """
    body = document.tree.body
    if body is None:
        return ()
    root = _main_part(document, body)
    boilerplate = {node.mem_id for node in root.traverse() if _is_boilerplate(node, root)}
    return lines_of((root,), drop | boilerplate) or lines_of((body,), drop)


def lines_of(roots: Iterable[LexborNode], drop: frozenset[int] = frozenset()) -> tuple[Line, ...]:
    """Return the lines of some elements in their order, at most so many as a text may have."""
    found: list[Line] = []
    room = MAX_TEXT
    for root in roots:
        for text, place in _blocks(root, drop):
            if len(found) == MAX_LINES or len(text) >= room:
                return tuple(found)
            found.append(Line(text, place))
            room -= len(text) + 1
    return tuple(found)


def _main_part(document: Document, body: LexborNode) -> LexborNode:
    candidates = document.tree.css("main, [role=main]") or document.tree.css("article")
    if len(candidates) != 1:
        return body
    letters = len(visible_text(candidates[0]))
    return candidates[0] if letters and letters >= _LEAST_MAIN * len(visible_text(body)) else body


def _is_boilerplate(node: LexborNode, root: LexborNode) -> bool:
    tag = node.tag or ""
    if tag in ("html", "body", "main", "article") or node.mem_id == root.mem_id or not node.is_element_node:
        return False
    if tag in _BOILERPLATE_TAGS or (tag == "header" and not _is_inside_article(node)):
        return True
    attributes = node.attributes
    if not attributes:
        return False
    if (attributes.get("role") or "").lower() in _BOILERPLATE_ROLES:
        return True
    names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
    return bool(_BOILERPLATE_NAMES.search(names[:300]))


def _is_inside_article(node: LexborNode) -> bool:
    """Say whether a header is that of a text, which holds its headline, and not that of the site."""
    step = node.parent
    while step is not None:
        if step.tag in ("article", "main", "section"):
            return True
        step = step.parent
    return False


def _blocks(root: LexborNode, drop: frozenset[int]) -> Sequence[tuple[str, str]]:
    """Return the texts between the borders of blocks, each with its place; cells of a row are one line."""
    found: list[tuple[str, str]] = []
    pieces: list[str] = []
    here = 0

    def end_line() -> None:
        text = plain_line("".join(pieces)).strip(" |") if pieces else ""
        pieces.clear()
        if text:
            found.append((text, f"{here:08x}"))

    waiting: list[tuple[LexborNode | None, int]] = [(root, 0)]
    while waiting:
        node, place = waiting.pop()
        if node is None:  # a block ends
            end_line()
        elif node.is_text_node:
            if not pieces:
                here = place
            pieces.append(node.text_content or "")
        elif node.mem_id not in drop and _shown(node):
            tag = node.tag or ""
            place = _place(place, node, tag)
            children = [(child, place) for child in node.iter(include_text=True)]
            if tag in _CELLS:
                pieces.append(" | " if pieces else "")
            elif tag not in _INLINE:
                end_line()
                waiting.append((None, place))
            waiting += reversed(children)
    end_line()
    return found


def _shown(node: LexborNode) -> bool:
    if not node.is_element_node or node.tag in _UNSEEN:
        return False
    attributes = node.attributes
    return not attributes or ("hidden" not in attributes and not _HIDDEN.search(attributes.get("style") or ""))


def _place(outer: int, node: LexborNode, tag: str) -> int:
    attributes = node.attributes
    names = f"{attributes.get('id') or ''}.{attributes.get('class') or ''}" if attributes else ""
    return crc32(f"{tag}#{names}".encode("utf-8", "replace"), outer)

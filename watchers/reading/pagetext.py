"""A page → the lines that a reader sees in it, each with the place where it stands.

    document ──▶ the selected part, or the main content ──▶ lines

A place is the path of tags, ids and classes down to the line: it stays the same while the words in it change, so that
a banner is known for a banner whatever it says today.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from zlib import crc32

from selectolax.lexbor import LexborNode

from watchers.reading.html import Document, visible_text
from watchers.reading.plain import MAX_TEXT, plain_line

MAX_LINES: Final = 10_000
MAX_LETTERS: Final = 400_000
"""The terms of a service have about a hundred thousand."""
_LEAST_MAIN: Final = 0.4
"""A part that calls itself the main one is believed where it has this share of the page's letters."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CONTENT: Final = frozenset({"html", "body", "main", "article"})
_MOST_LOOKS: Final = 500
_INLINE: Final = _set(
    "a abbr acronym b bdi bdo big button cite code data del dfn em font i img ins kbd label mark meter nobr output q "
    "ruby rt rp s samp small span strike strong sub sup time tt u var wbr"
)
_CELLS: Final = frozenset({"td", "th"})
_UNSEEN: Final = _set("script style template noscript head title meta link svg math iframe object select textarea")
_PERMALINKS: Final = frozenset("#¶§🔗")
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BOILERPLATE_TAGS: Final = frozenset({"nav", "footer", "aside", "dialog"})
_BOILERPLATE_ROLES: Final = frozenset(
    {"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu", "menubar"}
)
_ASIDE_NAMES: Final = {
    0.9: r"cookies?|consent|gdpr|onetrust|usercentrics|didomi|cmp",
    0.5: r"breadcrumbs?|skip-?(?:link|nav|to)|share|sharing|social|newsletter|sidebar|site-?(?:header|footer|nav)"
    r"|(?:main|top|global)-?nav(?:bar|igation)?|navbar|menu|advert\w*|ads?|promo-?banner",
}
"""Names of parts that are about the site, by the share of the words up to which they are taken for that."""
_CALLED_SO: Final = {
    share: re.compile(rf"(?:^|[\s_-])(?:{names})(?:$|[\s_-])", re.IGNORECASE) for share, names in _ASIDE_NAMES.items()
}


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
    return lines_of((root,), drop | _boilerplate(root)) or lines_of((body,), drop)


def lines_of(roots: Iterable[LexborNode], drop: frozenset[int] = frozenset()) -> tuple[Line, ...]:
    """Return the lines of some elements in their order, `MAX_LINES` of them at most."""
    found: list[Line] = []
    room = MAX_LETTERS
    for root in roots:
        for text, place in _blocks(root, drop):
            if len(found) == MAX_LINES or len(text) >= room:
                return tuple(found)
            found.append(Line(text, place))
            room -= len(text) + 1
    return tuple(found)


def as_text(lines: Sequence[str]) -> str:
    """Return lines as one text that can be kept: what is beyond its limit is counted, and changes with every letter."""
    text = "\n".join(lines)
    if len(text) <= MAX_TEXT:
        return text
    rest = text[MAX_TEXT:]
    return f"{text[:MAX_TEXT].rstrip()}\n… {len(rest)} letters more ({sha256(rest.encode()).hexdigest()[:8]})"


def _main_part(document: Document, body: LexborNode) -> LexborNode:
    candidates = document.tree.css("main, [role=main]") or document.tree.css("article")
    if len(candidates) != 1:
        return body
    letters = len(visible_text(candidates[0]))
    return candidates[0] if letters and letters >= _LEAST_MAIN * len(visible_text(body)) else body


def _boilerplate(root: LexborNode) -> frozenset[int]:
    """Return the outermost parts of an element that are about the site and not about the page.

    A part with most of the words is what the page is about, whatever its class is called.
    """
    letters = len(visible_text(root))
    found: set[int] = set()
    looks = _MOST_LOOKS
    waiting = list(root.iter(include_text=False))
    while waiting:
        node = waiting.pop()
        share = 1.0 if _is_furniture(node) else _called_aside(node) if looks else 0.0
        looks -= 0 < share < 1
        if share == 1 or (share and len(visible_text(node)) < letters * share):
            found.add(node.mem_id)
        else:
            waiting.extend(node.iter(include_text=False))
    return frozenset(found)


def _is_furniture(node: LexborNode) -> bool:
    """Say whether an element is navigation, header, footer or dialog by its tag or role."""
    tag = node.tag or ""
    if tag in _CONTENT:
        return False
    if tag in _BOILERPLATE_TAGS or (tag == "header" and not _is_inside_article(node)):
        return True
    return (node.attributes.get("role") or "").lower() in _BOILERPLATE_ROLES


def _called_aside(node: LexborNode) -> float:
    """Return up to which share of the words an element is an aside by the name of its id or class; 0 for no such."""
    attributes = node.attributes
    names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"[:300] if attributes else ""
    if node.tag in _CONTENT or not names.strip():
        return 0.0
    return next((share for share, called_so in _CALLED_SO.items() if called_so.search(names)), 0.0)


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
            text = node.text_content or ""
            pieces.append(text if not _is_permalink(node, text) else "")
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


def _is_permalink(node: LexborNode, text: str) -> bool:
    """Say whether a text is the sign beside a heading that leads to the heading itself."""
    if text.strip() not in _PERMALINKS:
        return False
    around = node.parent
    for _ in range(3):
        if around is None or around.tag == "a":
            break
        around = around.parent
    return around is not None and around.tag == "a"


def _shown(node: LexborNode) -> bool:
    if not node.is_element_node or node.tag in _UNSEEN:
        return False
    attributes = node.attributes
    return not attributes or ("hidden" not in attributes and not _HIDDEN.search(attributes.get("style") or ""))


def _place(outer: int, node: LexborNode, tag: str) -> int:
    attributes = node.attributes
    names = f"{attributes.get('id') or ''}.{attributes.get('class') or ''}" if attributes else ""
    return crc32(f"{tag}#{names}".encode("utf-8", "replace"), outer)

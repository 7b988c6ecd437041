"""Bytes of a page → a decoded, parsed document, and the text that a reader sees in it.

bytes ▶ decode (as a browser) ▶ tame (no quadratic nesting) ▶ lexbor's tree
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from watchers.reading.encoding import decode
from watchers.reading.taming import tame


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_UNSEEN: Final = _set("script style template noscript head title meta link svg math iframe object")
_INLINE: Final = _set(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark meter nobr output q ruby rt "
    "rp s samp small span strike strong sub sup time tt u var wbr"
)
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True)
class Document:
    """One parsed page.

    Attributes:
        text: The markup as it was decoded and parsed.
        encoding: The encoding that a browser would take, by its WHATWG name in lower case.
        tree: Lexbor's tree of it.
        base: The `<base href>` as written; empty where there is none. Join it with the page's address.
        language: `<html lang>` in lower case ("de-at"); empty where none is stated.
    """

    text: str
    encoding: str
    tree: LexborHTMLParser
    base: str = ""
    language: str = ""


def open_document(body: bytes, charset: str | None) -> Document:
    """Decode and parse a page as a browser does.

    Args:
        body: The page.
        charset: The charset of the HTTP header, if any.
    """
    text, encoding = decode(body, charset)
    text = tame(text)
    tree = LexborHTMLParser(text)
    base = tree.css_first("base[href]")
    html = tree.css_first("html")
    language = (html.attributes.get("lang") or html.attributes.get("xml:lang") or "") if html else ""
    return Document(
        text,
        encoding,
        tree,
        base=((base.attributes.get("href") or "") if base else "").strip(),
        language=language.strip().lower(),
    )


def visible_text(node: LexborNode) -> str:
    """Return what a reader sees of a node, white space collapsed, blocks apart; no scripts, styles or hidden parts."""
    return _SPACE.sub(" ", "".join(piece for piece, _ in _pieces(node))).strip()


def price_text(node: LexborNode) -> str:
    """Return the text of a node that holds a price, so that `read_money` reads it as it looks.

    "12<sup>99</sup>" gives "12.99"; digits that only element borders separate are kept apart by a space, as nobody
    can say whether "<b>12</b><i>99</i>" shows 12.99 or 1299.
    """
    written: list[str] = []
    ends_in_digit = False
    for piece, raised in _pieces(node):
        if not piece:
            continue
        if ends_in_digit and piece[0].isdecimal():
            written.append("." if raised and len(cents := piece.strip()) == 2 and cents.isdecimal() else " ")
        written.append(piece)
        ends_in_digit = piece[-1].isdecimal()
    return _SPACE.sub(" ", "".join(written)).strip()


def _pieces(root: LexborNode) -> Iterator[tuple[str, bool]]:
    """Yield the texts that a reader sees of a node, and whether each is raised; a space at the borders of blocks."""
    waiting: list[tuple[LexborNode | str, bool]] = [(root, False)]
    while waiting:
        node, raised = waiting.pop()
        if isinstance(node, str):
            yield node, False
        elif node.is_text_node:
            yield node.text_content or "", raised
        elif node is root or _shown(node):
            tag = node.tag or ""
            apart = [] if tag in _INLINE else [(" ", False)]
            children = [(child, raised or tag == "sup") for child in node.iter(include_text=True)]
            waiting += [*apart, *reversed(children), *apart]


def _shown(node: LexborNode) -> bool:
    if not node.is_element_node or node.tag in _UNSEEN:
        return False
    attributes = node.attributes
    return not attributes or ("hidden" not in attributes and not _HIDDEN.search(attributes.get("style") or ""))

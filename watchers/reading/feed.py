"""One answer → a feed: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, RDF, CDF and JSON Feed.

    bytes ──▶ text ──▶ JSON Feed, or mended XML ──▶ feedparser ──▶ FeedDocument

feedparser is given a stream of bytes and nothing else: a name or an address it would open. Its dates and its cleaning
of HTML are not used: it fills the gaps of a date from the clock, and only words are kept here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

import feedparser

from watchers.api import Page, SourceChanged, SourceRefused, SourceUnavailable, WatchError
from watchers.reading.dates import read_date
from watchers.reading.feeddocument import FeedDocument, FeedEntry
from watchers.reading.feedencoding import decode_document
from watchers.reading.jsonfeed import read_json_feed
from watchers.reading.links import base_of_site, web_address
from watchers.reading.plain import plain_line, words_of
from watchers.reading.xmlfeed import mend, outline

__all__ = ["FeedDocument", "FeedEntry", "parsed", "read_feed", "read_web_page"]

_TITLE = re.compile(r"<title[^>]*>([^<]{1,300})", re.IGNORECASE)
_REFUSALS = re.compile(
    r"just a moment|attention required|access denied|forbidden|captcha|are you (?:a )?(?:human|robot)|security check|"
    r"checking your browser|verify you|log ?in|sign ?in|anmelde|connexion|consent|before you continue",
    re.IGNORECASE,
)
_OUTAGES = re.compile(
    r"\b50[0234]\b|bad gateway|unavailable|maintenance|wartung|time-?out|internal server error|try again|overloaded",
    re.IGNORECASE,
)
_PAGE_ROOTS = frozenset({"html", "head", "body"})
_TEXT_TYPES = ("text/", "application/xhtml", "application/xml")
_VAGUE = frozenset({"", "atom"})  # feedparser's words for a root that says no more than its name
_OF_A_FEED = {
    "author",
    "contributors",
    "id",
    "info",
    "language",
    "link",
    "links",
    "rights",
    "subtitle",
    "title",
    "updated",
}


def read_feed(body: bytes, headers: Mapping[str, str], url: str) -> FeedDocument:
    """Read one answer of a feed's address.

    Args:
        body: The bytes as they came, unpacked.
        headers: Of the answer; only a charset is taken from them, since feeds come under every content type.
        url: The address that answered, for links that are relative.

    Raises:
        SourceUnavailable: Nothing came, it breaks off, or it is a page that says "later".
        SourceRefused: A page came that wants a person.
        SourceChanged: Something else came that is no feed, or one made to do harm.
    """
    text = decode_document(body, _charset(headers))
    beginning = text.lstrip("\ufeff \t\r\n")[:1]
    if beginning == "{":
        return read_json_feed(text.lstrip("\ufeff"), url)
    found = outline(text)
    if not found.is_feed:
        raise _no_feed(text, found.root)
    mended = mend(text, found)
    feed = parsed(mended.text, url)
    link = _link(feed.feed, url, feed.version)
    base = url if feed.version.startswith("atom") or "xml:base" in mended.text else base_of_site(url, link)
    document = FeedDocument(
        title=_words(feed.feed, "title"),
        title_as_written=_stated(feed.feed, "title"),
        link=link,
        entries=tuple(_entry(entry, base, feed.version) for entry in feed.entries),
        left_out=mended.left_out,
    )
    if feed.version in _VAGUE and not document.entries and not feed.feed.keys() & _OF_A_FEED:
        raise SourceChanged("the answer looks like a feed, but says nothing: no title and no entry")
    return document


def read_web_page(body: bytes, headers: Mapping[str, str]) -> str:
    """Return the text of an answer that is a page for people, whatever its content type says; else an empty text."""
    text = decode_document(body, _charset(headers))
    return text if outline(text).root in _PAGE_ROOTS else ""


def parsed(xml: str, url: str, **options: Any) -> Any:
    """Return feedparser's result for a mended document.

    The address is its base only where the document has bases of its own, which may be relative to it: feedparser would
    also resolve identifiers, and "42" would become another one when the feed moves.

    Raises:
        SourceChanged: feedparser fails on it.
    """
    stream = io.BytesIO(f'<?xml version="1.0" encoding="utf-8"?>{xml}'.encode())
    options = {"sanitize_html": False, "resolve_relative_uris": False} | options
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url if "xml:base" in xml else ""}
    try:
        return feedparser.parse(stream, response_headers=headers, **options)
    except Exception as error:  # it has no errors of its own: whatever it raises, it did not understand the feed
        raise SourceChanged(f"the feed cannot be parsed ({type(error).__name__})") from error


def _charset(headers: Mapping[str, str]) -> str | None:
    return Page("", b"", {name.lower(): value for name, value in headers.items()}).charset


def _no_feed(text: str, root: str) -> WatchError:
    """Return the trouble of an answer that is no feed, named by what its owner can do."""
    if not text.strip("\ufeff \t\r\n\x00"):
        return SourceUnavailable("the answer is empty")
    if root not in _PAGE_ROOTS:
        what = f"XML, but no feed: it begins with <{root}>" if root else "neither XML nor JSON"
        return SourceChanged(f"the answer is {what}")
    title = _TITLE.search(text)
    said = words_of(title[1], 80) if title else ""
    sentence = f"a web page came instead of a feed{f': “{said}”' if said else ''}"
    if _OUTAGES.search(said):
        return SourceUnavailable(sentence)
    if _REFUSALS.search(said):
        return SourceRefused(f"{sentence}: open the address in a browser to see what it wants")
    return SourceChanged(f"{sentence}: give the rule the address of the feed itself")


def _entry(entry: dict[str, Any], url: str, version: str) -> FeedEntry:
    published, created = _date(entry, "published"), _date(entry, "created")
    updated = _date(entry, "updated")
    summary, content = _words(entry, "summary"), _content(entry)
    return FeedEntry(
        title=_words(entry, "title"),
        title_as_written=_stated(entry, "title"),
        link=_link(entry, url, version),
        id=plain_line(_stated(entry, "id"), 2_000),
        published=published or created or updated,
        updated=updated,
        summary="" if summary == content and "summary_detail" not in entry else summary,
        content=content,
        author=plain_line(_stated(entry, "author"), 200),
        categories=_categories(entry),
        attachment=_linked(entry, url, "enclosure"),
    )


def _stated(of: dict[str, Any], name: str) -> str:
    """Return a text as it stands; not by feedparser's own look-up, which answers one date for another."""
    value = dict.get(of, name)
    return value if isinstance(value, str) else ""


def _date(entry: dict[str, Any], name: str) -> Any:
    return read_date(_stated(entry, name))


def _words(of: dict[str, Any], name: str) -> str:
    detail = dict.get(of, f"{name}_detail") or {}
    text = _stated(of, name)
    return plain_line(text) if str(detail.get("type", "")) == "text/plain" else words_of(text)


def _content(entry: dict[str, Any]) -> str:
    """Return the longest of the contents that are text; podcasts and some blogs give several."""
    texts = (
        plain_line(part.get("value") or "") if part.get("type") == "text/plain" else words_of(part.get("value") or "")
        for part in entry.get("content", [])
        if str(part.get("type", "")).startswith(_TEXT_TYPES)
    )
    return max(texts, key=len, default="")


def _link(of: dict[str, Any], url: str, version: str) -> str:
    """Return the first link that leads to what this is about.

    The first, since an extension's link after the element's own is a second opinion. An id counts where RSS calls it a
    permalink and only if it is a whole address: Atom's ids are names that look like addresses.
    """
    stated = _linked(of, url, "alternate")
    if stated:
        return stated
    address = _stated(of, "link")
    if of.get("guidislink") and (version.startswith("atom") or not address.startswith(("http://", "https://"))):
        return ""
    return web_address(url, address)


def _linked(of: dict[str, Any], url: str, relation: str) -> str:
    links = [link for link in of.get("links", []) if link.get("rel", "alternate") == relation]
    links.sort(key=lambda link: relation == "alternate" and not str(link.get("type", "text/html")).endswith("html"))
    return next(filter(None, (web_address(url, str(link.get("href", ""))) for link in links)), "")


def _categories(entry: dict[str, Any]) -> tuple[str, ...]:
    named = (words_of(str(tag.get("label") or tag.get("term") or ""), 200) for tag in entry.get("tags", []))
    return tuple(dict.fromkeys(filter(None, named)))[:50]

"""The feeds that a web page names, and which of them its reader most likely means.

A page names them by `<link rel="alternate">` (https://html.spec.whatwg.org/#rel-alternate), else by a link to something
that is called a feed. Blogs name several: the articles, their comments, one for each category.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from watchers.reading.links import web_address
from watchers.reading.plain import words_of

_MAX_PAGE = 2_000_000
_TYPES = frozenset(
    {f"application/{name}" for name in ("rss+xml", "atom+xml", "rdf+xml", "feed+json", "xml", "x.atom+xml")}
    | {"text/xml"}
)
# Every alternative ends at the end of the text at the latest, so nothing is scanned twice.
_SEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<unseen>script|style|template)\b.*?(?:</(?P=unseen)\s*>|\Z)"
    r"|<(?P<name>link|a|base)\b(?P<attributes>(?>=\s*\"[^\"]*(?:\"|\Z)|=\s*'[^']*(?:'|\Z)|[^>])*+)(?:>|\Z)"
    r"(?P<words>[^<]{0,200})",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([a-z-]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_FEED_PATH = re.compile(
    r"(?:^|/)(?:feeds?|rss2?|atom|rdf)(?:[/.]|$)|\.(?:rss|atom|rdf)$|(?:feed|rss|atom|index)[^/]*\.(?:xml|json)$",
    re.IGNORECASE,
)
_FEED_WORDS = re.compile(r"\b(?:rss|atom|(?:web|news)?feed)\b", re.IGNORECASE)
_BESIDE = re.compile(r"comment|kommentar|coment[aá]rio|commenti|reacties|trackback|replies", re.IGNORECASE)
_NARROW = re.compile(r"/(?:category|categories|tags?|topics?|author|user|search|kategorie|label)s?/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NamedFeed:
    """A feed that a page names.

    Attributes:
        title: What the page calls it; may be empty.
        is_elsewhere: It lies on another host than the page, which the owner has not named.
    """

    address: str
    title: str = ""
    is_elsewhere: bool = False


def named_feeds(page: str, url: str) -> tuple[NamedFeed, ...]:
    """Return the feeds that a page names, the one for all its articles first.

    Args:
        page: The HTML.
        url: Its address, after redirects.
    """
    base, linked, called = url, [], []
    for name, attributes, words in _elements(page[:_MAX_PAGE]):
        address = web_address(base, attributes.get("href", ""))
        if name == "base":
            base = address or base
        elif name == "link" and address and _is_alternate(attributes):
            linked.append(NamedFeed(address, words_of(attributes.get("title", ""), 80), _is_elsewhere(url, address)))
        elif name == "a" and address and _is_called_feed(address, words):
            called.append(NamedFeed(address, words_of(words, 80), _is_elsewhere(url, address)))
    found: dict[str, NamedFeed] = {}
    for feed in linked or called:
        found.setdefault(feed.address, feed)
    return tuple(sorted(found.values(), key=lambda feed: _distance(feed, url)))


def _elements(page: str) -> Iterator[tuple[str, dict[str, str], str]]:
    for match in _SEEN.finditer(page):
        if match["name"]:
            attributes = {
                name.lower(): html.unescape(double or single or bare)
                for name, double, single, bare in _ATTRIBUTE.findall(match["attributes"][:4_000])
            }
            yield match["name"].lower(), attributes, match["words"]


def _is_alternate(attributes: dict[str, str]) -> bool:
    relations = attributes.get("rel", "").lower().split()
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    return "stylesheet" not in relations and ("feed" in relations or ("alternate" in relations and kind in _TYPES))


def _is_called_feed(address: str, words: str) -> bool:
    parts = urlsplit(address)
    if _FEED_PATH.search(parts.path) and "sitemap" not in parts.path.lower():
        return True
    return bool(_FEED_WORDS.search(words) and re.search(r"feed|rss|atom", f"{parts.path}?{parts.query}", re.IGNORECASE))


def _is_elsewhere(url: str, address: str) -> bool:
    here, there = ((urlsplit(each).hostname or "").removeprefix("www.") for each in (url, address))
    return not (here == there or here.endswith(f".{there}") or there.endswith(f".{here}"))


def _distance(feed: NamedFeed, url: str) -> tuple[bool, bool, bool, bool]:
    """Return how far a feed is from what the page is about; feeds of one distance stay in the page's order."""
    path = urlsplit(url).path.rstrip("/")
    about = f"{urlsplit(feed.address).path} {urlsplit(feed.address).query}"
    return (
        feed.is_elsewhere,
        bool(_BESIDE.search(f"{feed.address} {feed.title}")),
        bool(path) and not about.startswith(f"{path}/") and not about.startswith(f"{path}."),
        bool(_NARROW.search(about)) and not _NARROW.search(f"{path}/"),
    )

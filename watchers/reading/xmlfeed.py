"""Text that claims to be XML → text that a feed parser can be given: mended, bounded, without entities of its own.

    text ──▶ outline: prolog, entities, root ──▶ references mended ──▶ cut after the last whole entry

Feeds break XML in a few ways over and over: junk before the declaration, bare ampersands, HTML's entities, characters
that XML forbids, an answer that ends half-way. Mended here they need no guessing later. Everything is one scan.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from watchers.api import SourceChanged, SourceUnavailable

MAX_TAGS = 100_000
"""A parser takes some 30 µs a tag, and a feed of 3,000 podcasts has 90,000 of them."""
MAX_ATTRIBUTES = 500
"""Of one tag: looking an attribute up takes the parser as long as the tag has attributes."""
MAX_DEPTH = 1_000
"""Of open elements in a feed that breaks off."""

_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_NAME = re.compile(r"<(?:[\w.-]{1,50}:)?([^\W\d][\w.-]{0,50})")
_LATER_ROOT = re.compile(r"<(?:[\w.-]{1,50}:)?(?:rss|rdf|feed)(?=[\s>])", re.IGNORECASE)
_MARK = re.compile(r"<(?:!--|\?|!DOCTYPE\b|(?=(?:[\w.-]{1,50}:)?[^\W\d]))", re.IGNORECASE)
_PROLOG_ENDS = {"<!--": "-->", "<?": "?>"}
_DOCTYPE = re.compile(r"<!DOCTYPE(?:[^\[>]*>|[^\[>]*\[.*?\]\s*>)", re.IGNORECASE | re.DOTALL)
_HTML = re.compile(r"<!DOCTYPE\s+html\b", re.IGNORECASE)
_ENTITY = re.compile(r"""<!ENTITY\s+([\w.-]{1,100})\s+(?:"([^"]*)"|'([^']*)'|(SYSTEM|PUBLIC)\b)""")
_OWN_REFERENCE = re.compile(r"&(?!#|amp;|lt;|gt;|quot;|apos;)|%")
_MAX_ENTITY = 64

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, production 2
_BROKEN = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
    r"|&(#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][\w.-]{0,40};)?|<(?![^\W\d]|[:/!?])",
    re.DOTALL,
)
_KEPT = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_TAG = re.compile(r"<[^\W\d][^<>]*>")
_ENTRY_BEGINS = re.compile(r"<(?:[\w.-]{1,50}:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_ENTRY_ENDS = re.compile(r"</(?:[\w.-]{1,50}:)?(?:item|entry)\s*>", re.IGNORECASE)
_END = re.compile(r"</(?:[\w.-]{1,50}:)?(?:rss|rdf|feed|channel)\s*(?:>|\Z)", re.IGNORECASE)
_HALF_TAG = re.compile(r"<[^<>]{0,1000}\Z")
_ANY_TAG = re.compile(r"<(/?)([^\W\d][^\s<>/]*)[^<>]*?(/?)>")
_CDATA = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Outline:
    """What stands at the beginning of a document.

    Attributes:
        root: The name of the first element in lower case, without a prefix; empty where there is none.
        start: Where it begins.
        entities: What the document declares for itself.
    """

    root: str
    start: int
    entities: dict[str, str] = field(default_factory=dict)

    @property
    def is_feed(self) -> bool:
        """Whether the first element is one that feeds have."""
        return self.root in _ROOTS


def outline(text: str) -> Outline:
    """Look at the prolog of a document and at its first element; junk between them is passed over."""
    entities: dict[str, str] = {}
    place, said_html = 0, False
    while mark := _MARK.search(text, place):
        place = mark.start()
        if first := _NAME.match(text, place):
            found = _feed_or_first(text, first, entities)
            return Outline("html", place) if said_html and not found.is_feed else found
        if mark[0] in _PROLOG_ENDS:
            end = text.find(_PROLOG_ENDS[mark[0]], place)
            place = end + 1
        else:
            doctype = _DOCTYPE.match(text, place)
            end = doctype.end() if doctype else -1
            said_html = bool(_HTML.match(text, place))
            entities |= _declared(text, place, end)
            place = end
        if end < 0:  # what never ends hides whatever follows
            break
    return Outline("", 0)


def _declared(text: str, start: int, end: int) -> dict[str, str]:
    """Return the entities of a DOCTYPE; for one that lies elsewhere, a value that `mend` refuses."""
    found = _ENTITY.findall(text, start, max(start, end))
    return {name: "%" if elsewhere else double or single for name, double, single, elsewhere in found}


def _feed_or_first(text: str, first: re.Match[str], entities: dict[str, str]) -> Outline:
    root = first[1].lower()
    if root in _ROOTS or root in {"html", "head", "body"}:
        return Outline(root, first.start(), entities)
    # A warning of PHP, say, that was printed before the feed.
    later = _LATER_ROOT.search(text, first.start())
    if later:
        return Outline(text[later.start() + 1 : later.end()].rpartition(":")[2].lower(), later.start(), entities)
    return Outline(root, first.start(), entities)


@dataclass(frozen=True, slots=True)
class Mended:
    """A document to be parsed, and what was left out of it: one sentence, or empty."""

    text: str
    left_out: str = ""


def mend(text: str, found: Outline) -> Mended:
    """Return the document from its root on, well-formed as far as that takes no guessing.

    Raises:
        SourceChanged: It declares entities as XML bombs do, or is made to keep a parser busy.
        SourceUnavailable: It breaks off before its first entry ends.
    """
    for name, value in found.entities.items():
        if _OWN_REFERENCE.search(value) or len(value) > _MAX_ENTITY:
            raise SourceChanged(
                f"the feed declares the entity {name[:40]} as an XML bomb or a spy would: it was not read"
            )
    body = _FORBIDDEN.sub("", text[found.start :])
    body = _BROKEN.sub(lambda match: _mended(match, found.entities), body)
    return _bounded(body)


def _mended(match: re.Match[str], entities: dict[str, str]) -> str:
    whole, reference = match[0], match[1]
    if whole.startswith("<![CDATA["):
        return whole if whole.endswith("]]>") else f"{whole}]]>"
    if whole.startswith("<!--"):
        return ""
    if whole == "<":
        return "&lt;"
    if reference is None:
        return "&amp;"
    if reference in _KEPT:
        return whole
    name = reference[:-1]
    if reference.startswith("#"):
        character = html.unescape(whole)  # also maps Windows' 128 to 159
        return "" if _FORBIDDEN.search(character) or character == "\N{REPLACEMENT CHARACTER}" else _escaped(character)
    if name in entities:
        return entities[name]
    return _escaped(html.entities.html5[reference]) if reference in html.entities.html5 else f"&amp;{reference}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _bounded(body: str) -> Mended:
    """Cut a document after its last whole entry if it breaks off or has no end: half an entry would tell wrong."""
    for count, tag in enumerate(_TAG.finditer(body)):
        if len(tag[0]) > 2 * MAX_ATTRIBUTES and tag[0].count("=") > MAX_ATTRIBUTES:
            raise SourceChanged("the feed has a tag with more attributes than any feed needs: it was not read")
        if count >= MAX_TAGS:
            first = _whole_entries(body[: tag.start()])
            return Mended(_closed(first), "the feed is very long: only its first entries were read")
    if _END.search(body[-20_000:]):
        return Mended(body if body.rstrip().endswith(">") else _closed(body))
    whole = _whole_entries(body)
    left_out = "" if whole == body else "the answer broke off: only the whole entries of the feed were read"
    return Mended(_closed(whole), left_out)


def _whole_entries(body: str) -> str:
    """Return a document that breaks off without the entry that it breaks off in."""
    marks = _without_cdata(body)
    ends = [match.end() for match in _ENTRY_ENDS.finditer(marks)]
    if not ends:
        raise SourceUnavailable("the feed breaks off before its first entry ends")
    unfinished = _ENTRY_BEGINS.search(marks, ends[-1])
    return body[: unfinished.start()] if unfinished else body


def _closed(body: str) -> str:
    """Return a document that breaks off with the ends of the elements that are open."""
    body = _HALF_TAG.sub("", body)
    still_open: list[str] = []
    for tag in _ANY_TAG.finditer(_without_cdata(body)):
        closing, name, empty = tag.groups()
        if closing:
            while name in still_open and still_open.pop() != name:
                pass  # what was not closed inside ends with it
        elif not empty:
            still_open.append(name)
            if len(still_open) > MAX_DEPTH:
                raise SourceChanged("the feed is nested deeper than any feed: it was not read")
    return body + "".join(f"</{name}>" for name in reversed(still_open))


def _without_cdata(body: str) -> str:
    """Return a document with every place where it was, but blanks for what only looks like tags."""
    return _CDATA.sub(lambda cdata: " " * len(cdata[0]), body)

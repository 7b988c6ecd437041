"""A page of a newspaper or a blog → the text of its article, without what the site puts around and into it.

    document ──▶ lines, each with the elements around it ──▶ without asides ──▶ down to the element that holds most of
                                                             the prose ──▶ from its first paragraph to its last

A line is prose where it is long and mostly no link. Nothing else tells an article in every language and every layout:
classes are named by whoever made the page, so a name counts against a part only where little prose is in it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborNode

from watchers.reading.html import Document
from watchers.reading.plain import plain_line

MOST_LINES: Final = 4_000
LEAST_PROSE: Final = 60
"""Bytes of UTF-8 that a line of prose has: about ten words, and twenty signs of a script that writes no spaces."""
MOST_LINKED: Final = 0.4
"""The share of a line's letters that may lead elsewhere."""
MOST_CONSENT: Final = 0.9
"""The same of a part that is named as one that asks about cookies."""
MOST_ASIDE: Final = 0.3
"""A part with more of the page's prose than this is no aside, whatever it is called."""
HELD: Final = 0.75
"""An element inside another that holds this share of its prose is what the other is about."""
LEAD_LEVELS: Final = 3
"""So far around the article its lead may stand."""
LEAST_DECLARED: Final = 200
"""Letters of a part that its page calls the article's body: with fewer it is an empty frame."""
_LEAST_SENTENCE: Final = 25
_MOST_LABEL: Final = 40
_MOST_DEEP: Final = 100
"""What lies deeper counts as lying there."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CELLS: Final = frozenset({"td", "th"})
_ENDS: Final = re.compile(r"[.!?…。！？।؟][\"'”’»)\]]*$")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DIGITS: Final = re.compile(r"\d+")
_UNSEEN: Final = _set(
    "script style template noscript head title meta link svg math iframe object select textarea button canvas audio "
    "video map"
)
_INLINE: Final = _set(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr output q ruby rt rp s samp "
    "small span strike strong sub sup time tt u var wbr"
)
_FURNITURE: Final = _set("nav footer aside dialog menu figcaption form fieldset h1")
_ROLES: Final = _set("navigation banner contentinfo complementary search dialog alertdialog menu menubar toolbar form")
_HEADS: Final = _set("h1 h2 h3 h4 h5 h6")
_WHOLE: Final = _set("html body main article")
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ASIDES: Final = re.compile(
    r"(?<![a-z])(?:comments?|disqus|respond|repl(?:y|ies)|discussion|related|recommend\w*|suggest\w*|also[-_]?(?:like|read)"
    r"|read[-_]?(?:more|next|also)|see[-_]?also|more[-_]?(?:from|on|in|news|stories|articles)|most[-_]?(?:read|popular"
    r"|viewed)|popular|trending|latest|teasers?|promo\w*|outbrain|taboola|sponsor\w*|advert\w*|ads?|adslot|banner|share"
    r"|sharing|sharedaddy|socials?|follow|newsletters?|subscri\w+|signup|sign[-_]up|donat\w+|side[-_]?bar|rail|widgets?"
    r"|breadcrumbs?|navigation|nav(?:bar)?|menu|footer|masthead|toolbar|tools|pagination|pager|prev|next|tags?|topics?"
    r"|by-?lines?|authors?|bio|dateline|timestamp|pub-?date|published|credits?|captions?|copyright|cookies?|consent|gdpr"
    r"|privacy|login|register|pay-?wall-(?:box|prompt|offer)|skip|hidden|print-only|screen-reader\w*|visually-hidden"
    r"|sr-only|modal|popup|overlay|toc|rating|votes?|poll|survey|gallery|slideshow|jp-relatedposts|meta(?:data)?|flag"
    r"|embed|infobox|disclaimer|correction|callout|aside)(?![a-z])",
    re.IGNORECASE,
)
_CONSENT: Final = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|onetrust|usercentrics|didomi|cmp)(?:$|[\s_-])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """An element around a line."""

    id: int
    up: _Place | None
    depth: int
    is_furniture: bool
    is_named_aside: bool
    is_consent: bool

    def outwards(self) -> Iterator[_Place]:
        """Yield this element and those around it."""
        place: _Place | None = self
        while place is not None:
            yield place
            place = place.up


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """What stands between the borders of blocks; `linked`: how many of its letters lead elsewhere."""

    text: str
    linked: int
    place: _Place
    is_head: bool

    @property
    def is_linked(self) -> bool:
        return self.linked > MOST_LINKED * len(self.text)

    @property
    def is_sentence(self) -> bool:
        return not self.is_linked and len(self.text.encode()) >= _LEAST_SENTENCE and bool(_ENDS.search(self.text))

    @property
    def is_prose(self) -> bool:
        return not self.is_head and not self.is_linked and len(self.text.encode()) >= LEAST_PROSE

    def is_within(self, element: int) -> bool:
        """Say whether it stands in an element."""
        return any(place.id == element for place in self.place.outwards())


@dataclass(frozen=True, slots=True)
class Article:
    """The text of an article, a paragraph a line; no line where the page holds none."""

    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """Its paragraphs as one line of words."""
        return " ".join(self.lines)


def read_article(document: Document) -> Article:
    """Return the article of a page."""
    body = document.tree.body
    lines = tuple(_lines(body)) if body is not None else ()
    declared = _declared(document)
    own = _without_asides(lines, declared)
    if declared is not None:
        inside = [line for line in own if line.is_within(declared)]
        if sum(len(line.text) for line in inside) >= LEAST_DECLARED:
            return Article(tuple(line.text for line in _unrepeated(inside)))
    root = _holder(_of_the_one_article(document, own) or own)
    if root is None:
        return Article(())
    inside = [line for line in own if line.is_within(root.id)]
    return Article(tuple(line.text for line in (*_lead(own, inside, root), *_unrepeated(_told(inside)))))


def _declared(document: Document) -> int | None:
    """Return the one element that the page itself calls the body of its article (schema.org/articleBody)."""
    found = document.tree.css('[itemprop~="articleBody"]')
    return found[0].mem_id if len(found) == 1 else None


def _of_the_one_article(document: Document, lines: Sequence[_Line]) -> list[_Line]:
    """Return the lines of the one element that is an article and has the headline of the page, if they are prose.

    Where it is short, what stands around it may say more: the teasers of other articles, each with its first sentences.
    """
    found = [node for node in document.tree.css("article") if node.css_first("h1") is not None]
    if len(found) != 1 or len(document.tree.css("h1")) != 1:
        return []
    inside = [line for line in lines if line.is_within(found[0].mem_id)]
    prose = [line for line in inside if line.is_prose]
    return inside if len(prose) > 1 else []


def _lead(lines: Sequence[_Line], inside: Sequence[_Line], root: _Place) -> list[_Line]:
    """Return the paragraphs that introduce the article from outside the element that holds it."""
    near = list(root.outwards())[: LEAD_LEVELS + 1][-1]
    before = lines[: lines.index(inside[0])]
    return [line for line in before if line.is_prose and line.is_within(near.id)]


def _told(lines: Sequence[_Line]) -> Sequence[_Line]:
    """Return the lines from the first of prose to the last, and the sentences around them."""
    prose = [number for number, line in enumerate(lines) if line.is_prose]
    if not prose:
        return ()
    first, last = prose[0], prose[-1]
    while first and lines[first - 1].is_sentence:
        first -= 1
    while last + 1 < len(lines) and lines[last + 1].is_sentence:
        last += 1
    return lines[first : last + 1]


def _unrepeated(lines: Sequence[_Line]) -> Iterator[_Line]:
    """Yield the lines without links, and without labels that are repeated ("Image 1 of 5", "Advertisement")."""
    times = Counter(_DIGITS.sub("0", line.text) for line in lines)
    for line in lines:
        is_label = len(line.text) < _MOST_LABEL and times[_DIGITS.sub("0", line.text)] > 1
        if not line.is_linked and (line.is_sentence or line.is_prose or not is_label):
            yield line


def _without_asides(lines: Sequence[_Line], declared: int | None) -> list[_Line]:
    """Return the lines that stand in no aside; what the page calls its article is none."""
    held = _prose_in(lines)
    whole = max(held.values(), default=0)

    def is_aside(place: _Place) -> bool:
        if place.id == declared or not (place.is_furniture or place.is_named_aside):
            return False
        return held[place.id] <= (MOST_CONSENT if place.is_consent else MOST_ASIDE) * whole

    return [line for line in lines if not any(map(is_aside, line.place.outwards()))]


def _holder(lines: Sequence[_Line]) -> _Place | None:
    """Return the innermost element that still holds most of the prose of all around it."""
    held = _prose_in(lines)
    inside: dict[int, dict[int, _Place]] = defaultdict(dict)
    root = None
    for line in lines:
        for place in line.place.outwards() if line.is_prose else ():
            if place.up is None:
                root = place
            else:
                inside[place.up.id][place.id] = place
    while root is not None:
        most = max(inside[root.id].values(), key=lambda one: held[one.id], default=None)
        if most is None or held[most.id] < HELD * held[root.id]:
            break
        root = most
    return root


def _prose_in(lines: Sequence[_Line]) -> Counter[int]:
    """Return how many bytes of prose each element holds."""
    held: Counter[int] = Counter()
    for line in lines:
        if line.is_prose:
            # A sign of a script that writes no spaces says as much as two or three letters.
            size = len(line.text.encode(errors="replace"))
            held.update({place.id: size for place in line.place.outwards()})
    return held


class _Reader:
    """Gathers the pieces of one line after the other."""

    def __init__(self) -> None:
        self.pieces: list[tuple[str, bool]] = []
        self.place: _Place | None = None
        self.is_head = False

    def add(self, text: str, place: _Place, *, is_linked: bool, is_head: bool) -> None:
        if not self.pieces:
            self.place, self.is_head = place, is_head
        self.pieces.append((text, is_linked))

    def part(self) -> None:
        """Part what follows from what is there."""
        if self.pieces:
            self.pieces.append((" | ", False))

    def line(self) -> _Line | None:
        """Return the line that ends here."""
        pieces, self.pieces = self.pieces, []
        text = plain_line("".join(text for text, _ in pieces)).strip(" |") if pieces else ""
        if not text or self.place is None:
            return None
        linked = len(plain_line("".join(text for text, is_linked in pieces if is_linked)))
        return _Line(text, linked, self.place, self.is_head)


def _lines(body: LexborNode) -> Iterator[_Line]:
    """Yield every line of a page that a reader may see, with the elements around it."""
    reader = _Reader()
    room = MOST_LINES
    waiting: list[tuple[LexborNode | None, _Place | None, bool, bool]] = [(body, None, False, False)]
    while waiting and room:
        node, around, is_linked, is_head = waiting.pop()
        if node is not None and node.is_text_node:
            if around is not None:
                reader.add(node.text_content or "", around, is_linked=is_linked, is_head=is_head)
            continue
        tag = node.tag or "" if node is not None else ""
        if node is not None and not _shown(node):
            continue
        if tag in _CELLS:
            reader.part()  # the cells of a row are one line
        elif tag not in _INLINE and (line := reader.line()) is not None:
            yield line
            room -= 1
        if node is None:
            continue
        is_place = around is None or (around.depth < _MOST_DEEP and (tag not in _INLINE or bool(_named(node))))
        place = _place(node, tag, around) if is_place else around
        is_linked, is_head = is_linked or (tag == "a" and _leads_elsewhere(node)), is_head or tag in _HEADS
        if tag not in _INLINE and tag not in _CELLS:
            waiting.append((None, place, False, False))
        waiting += [(child, place, is_linked, is_head) for child in reversed(list(node.iter(include_text=True)))]


def _place(node: LexborNode, tag: str, around: _Place | None) -> _Place:
    attributes = node.attributes
    is_furniture = tag in _FURNITURE or (tag == "header" and not _is_in_text(node))
    is_furniture = is_furniture or (attributes.get("role") or "").lower() in _ROLES
    named = _HUMP.sub("-", _named(node)) if tag not in _WHOLE else ""
    is_aside, is_consent = bool(_ASIDES.search(named)), bool(_CONSENT.search(named))
    depth = around.depth + 1 if around else 0
    return _Place(node.mem_id, around, depth, is_furniture, is_aside or is_consent, is_consent)


def _is_in_text(node: LexborNode) -> bool:
    step = node.parent
    while step is not None and step.tag not in ("article", "section"):
        step = step.parent
    return step is not None


def _named(node: LexborNode) -> str:
    attributes = node.attributes
    return f"{attributes.get('id') or ''} {attributes.get('class') or ''}".strip()[:300] if attributes else ""


def _leads_elsewhere(node: LexborNode) -> bool:
    href = node.attributes.get("href") or ""
    return bool(href) and not href.startswith("#")


def _shown(node: LexborNode) -> bool:
    if not node.is_element_node or node.tag in _UNSEEN:
        return False
    attributes = node.attributes
    return not attributes or ("hidden" not in attributes and not _HIDDEN.search(attributes.get("style") or ""))

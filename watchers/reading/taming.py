"""Markup that would keep a tree builder busy for minutes → markup that it reads at once.

The standard's tree construction asks of most tags what is open around them. Elements nested 100,000 deep, formatting
elements that are never closed, or one tag with 100,000 attributes make that quadratic: 1 MB of `<div>` takes lexbor
minutes, with the interpreter locked. Browsers cut at some depth (Blink at 512), and so does this.

The scan keeps a stack of what may be open. Where it is not sure that an end tag closes something it takes the element
for open: so the true depth is never more than a small multiple of what it counts, and an ordinary page, however
untidy, stays far below the limits and comes back as it was.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Final

MAX_DEPTH: Final = 512
MAX_ATTRIBUTES: Final = 256
MAX_REOPENED: Final = 1_000_000
"""How many formatting elements a page may make the builder open again: each block opens those left open before it."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_MARK: Final = re.compile(
    r"<(?:(?P<comment>!--)(?!-?>)|(?P<cdata>!\[CDATA\[)|(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*)|(?P<other>[!?/]))"
)
_COMMENT_END: Final = re.compile(r"--!?>")
_SCRIPT: Final = re.compile("<script", re.IGNORECASE)
_OPENING: Final = re.compile("<!--")
_ATTRIBUTE: Final = re.compile(r"""[\s/]*[^\s/>][^\s/>=]*+(?:\s*=\s*(?:"[^"]*"|'[^']*'|(?!["'])[^\s>]*))?""")
_RAW_NAMES: Final = "script|style|textarea|title|xmp|iframe|noembed|noframes"
_ATTRIBUTES: Final = r"""(?: [\s/]++ | [^\s/>=]++ (?: =\s*+ (?: "[^"]*+" | '[^']*+' | [^\s>"'][^\s>]*+ )?+ )?+ ){0,512}+
"""
_TAGS: Final = re.compile(
    rf"""<(?:
        !-- (?!-?>) (?: [^-]++ | -(?!-!?>) )*+
      | (?: [!?] (?!\[CDATA\[) | /(?![a-zA-Z]) ) [^>]*+
      | (?P<raw> (?i:{_RAW_NAMES}) ) (?=[\s/>]) {_ATTRIBUTES} >
        (?P<content> (?: [^<]++ | <(?!/(?i:(?P=raw))[\s/>]) )*+ )
      | (?P<end>/?+) (?P<name>[a-zA-Z][^\s/>]*+) {_ATTRIBUTES} (?: (?<=(?P<void>/))> | > )
      | (?P<odd>[a-zA-Z/!] (?s:.*+))
    )""",
    re.VERBOSE,
)
"""Markup that every reader reads in one way; `odd` is where there is some other."""
_RAW: Final = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW_NAMES.split("|")}
# Void elements, and those whose next of a kind closes them: alone they do not nest.
_FLAT: Final = _set(
    "area base br col embed hr img input link meta param source track wbr a nobr p li dt dd option optgroup rb rp rt "
    "rtc tr td th thead tbody tfoot caption colgroup html head body frameset frame image keygen plaintext"
)
_FORMATTING: Final = _set("b big code em font i s small strike strong tt u")
_BLOCKS: Final = _set(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer h1 h2 h3 h4 "
    "h5 h6 header hgroup listing main menu nav ol pre search section summary ul button form select noscript"
)
_BARRIERS: Final = _set("table template object marquee applet svg math foreignobject desc annotation-xml")
_FOREIGN: Final = _set("svg math")
_INTEGRATION: Final = _set("foreignobject desc title annotation-xml mi mo mn ms mtext")
_BREAKOUT: Final = _BLOCKS | _FORMATTING | _FLAT | _set("span sub sup var ruby table")


@dataclass
class _Open:
    """What may be open at one place of the markup."""

    names: list[str] = field(default_factory=list)
    places: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    blocks: list[int] = field(default_factory=list)
    barriers: list[int] = field(default_factory=list)

    def push(self, name: str) -> None:
        place = len(self.names)
        self.names.append(name)
        self.places[name].append(place)
        if name in _BARRIERS:
            self.barriers.append(place)
        elif name in _BLOCKS:
            self.blocks.append(place)

    def close(self, name: str) -> None:
        """Take away the innermost element of a name and all inside it, if its end tag surely does so."""
        if not (places := self.places[name]):
            return
        place = places[-1]
        inner_barrier = bool(self.barriers) and self.barriers[-1] > place
        inner_block = bool(self.blocks) and self.blocks[-1] > place
        if name == "form":  # its end tag takes away the form alone
            surely = place == len(self.names) - 1
        elif name == "table" or name in _FOREIGN:
            surely = not any(self.places[barrier][-1:] > [place] for barrier in ("template", *_FOREIGN - {name}))
        else:
            surely = not inner_barrier and (name in _BLOCKS or name in _BARRIERS or not inner_block)
        if surely:
            self.cut(place)

    def cut(self, place: int) -> None:
        while len(self.names) > place:
            self.places[self.names.pop()].pop()
        for marks in (self.blocks, self.barriers):
            while marks and marks[-1] >= place:
                marks.pop()

    @property
    def foreign(self) -> int | None:
        """The place of the SVG or MathML element that the next tag is read in, if it is."""
        place = max((self.places[name][-1] for name in _FOREIGN if self.places[name]), default=None)
        if place is None or any(self.places[name][-1:] > [place] for name in _INTEGRATION):
            return None
        return place


def tame(markup: str) -> str:
    """Return the markup, without the tags and attributes that go beyond the limits."""
    return markup if _is_tame(markup) else _Scan(markup).tamed()


def _is_tame(markup: str) -> bool:
    """Say whether a quick look is enough: nearly every tag has its end, and nothing is nested deep.

    An end tag counts only for the element opened last, and markup that two readers may read in two ways never is
    tame: so this may call an untidy page wild, but no wild one tame.
    """
    found = _TAGS.findall(markup)
    names: list[str] = []
    foreign = False
    for raw, content, end, written, void, odd in found:
        if odd or (raw and "<" in content and (foreign or _is_escaped(content, 0, len(content)))):
            return False
        name = written.lower()
        if raw or name in _FLAT or not name:
            foreign = foreign and name not in _BREAKOUT
        elif end:
            if names and names[-1] == name:
                names.pop()
                foreign = foreign and name not in _FOREIGN
        elif not (void and foreign):
            names.append(name)
            foreign = name in _FOREIGN or (foreign and name not in _BREAKOUT and name not in _INTEGRATION)
            if len(names) > MAX_DEPTH // 2:
                return False
    return sum(name in _FORMATTING for name in names) * len(found) <= MAX_REOPENED


def _is_escaped(text: str, start: int, end: int) -> bool:
    """Say whether a script may go on beyond its end tag: where one is opened inside a comment left open inside it."""
    comment = text.find("<!--", start, end)
    while comment >= 0:
        over = text.find("-->", comment + 2, end)
        if over < 0:
            return _SCRIPT.search(text, comment, end) is not None
        comment = text.find("<!--", over + 3, end)
    return False


class _Scan:
    """One careful pass over a page's tags."""

    def __init__(self, markup: str) -> None:
        self.markup = markup
        self.opened = _Open()
        self.formatting: defaultdict[str, list[str]] = defaultdict(list)
        self.formats = 0
        self.dropped: Counter[str] = Counter()
        self.cuts: list[tuple[int, int]] = []

    def tamed(self) -> str:
        position = reopened = 0
        while found := _MARK.search(self.markup, position):
            reopened += self.formats
            if reopened > MAX_REOPENED:
                self.cuts.append((found.start(), len(self.markup)))
                break
            position = self._beyond(found)
            if position < 0:
                break
        return self._without_cuts()

    def _beyond(self, mark: re.Match[str]) -> int:
        """Take in what stands at a "<", and return where to go on: -1 where the rest holds no more tags."""
        if mark["comment"]:
            over = _COMMENT_END.search(self.markup, mark.end())
            return over.end() if over else -1
        if mark["cdata"]:  # a text in SVG, a comment up to the first ">" elsewhere: made plain, as it may be either
            end = mark.end() if self.opened.foreign is not None else self.markup.find(">", mark.end()) + 1
            self.cuts.append((mark.start(), end or len(self.markup)))
            return end or -1
        if mark["other"]:
            return self.markup.find(">", mark.end()) + 1 or -1
        name = mark["name"].lower()
        end = self._tag_end(mark.end())
        if end < 0:
            return -1
        if mark["end"]:
            self._end(name, mark.start(), end)
            return end
        self._start(name, mark.start(), end)
        if name in _RAW and self.opened.foreign is None:
            over = _RAW[name].search(self.markup, end)
            rest = over.start() if over else len(self.markup)
            if _is_escaped(self.markup, end, rest):
                self.cuts.extend(opening.span() for opening in _OPENING.finditer(self.markup, end, rest))
            return over.start() if over else -1
        return end

    def _start(self, name: str, start: int, end: int) -> None:
        foreign = self.opened.foreign
        if foreign is not None and name in _BREAKOUT:
            self.opened.cut(foreign)
        elif foreign is not None and self.markup.startswith("/>", end - 2):
            return
        if name in _FLAT or (name in _RAW and foreign is None):
            return
        if len(self.opened.names) >= MAX_DEPTH or (self.formats >= MAX_DEPTH and name in _FORMATTING):
            self.dropped[name] += 1
            self.cuts.append((start, end))
            return
        self.opened.push(name)
        if name in _FORMATTING:
            written = self.markup[start:end]
            if self.formatting[name].count(written) < 3:  # the standard keeps three of a kind
                self.formatting[name].append(written)
                self.formats += 1

    def _end(self, name: str, start: int, end: int) -> None:
        if self.dropped[name]:
            self.dropped[name] -= 1
            self.cuts.append((start, end))
            return
        self.opened.close(name)
        if self.formatting.get(name):
            self.formatting[name].pop()
            self.formats -= 1

    def _tag_end(self, position: int) -> int:
        """Return where a tag ends, quotes minded, or -1; attributes beyond the limit are cut."""
        surplus = None
        count = 0
        while attribute := _ATTRIBUTE.match(self.markup, position):
            if count == MAX_ATTRIBUTES:
                surplus = position
            count += 1
            position = attribute.end()
        closing = self.markup.find(">", position)
        if surplus is not None and closing >= 0:
            self.cuts.append((surplus, closing))
        return closing + 1 or -1

    def _without_cuts(self) -> str:
        if not self.cuts:
            return self.markup
        kept = []
        begun = 0
        for start, end in sorted(self.cuts):
            kept.append(self.markup[begun:start])
            begun = max(begun, end)
        return "".join((*kept, self.markup[begun:]))

"""The kind `page`: the words of a web page or of a part of it, and what changes in them.

    page ──▶ nothing in its way ──▶ selected lines ──▶ a second look where they are new ──▶ what is news

What a page says is `watchers.reading.pagetext`, what of it is news `watchers.reading.pagememory`, and how a change is
told `watchers.reading.worddiff`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from typing import ClassVar, Final, Literal

import regex
from pydantic import Field, field_validator, model_validator
from selectolax.lexbor import LexborNode

from watchers.api import (
    UNCHANGED,
    Context,
    Fact,
    FactSpec,
    Flag,
    Kind,
    Number,
    Observation,
    Page,
    Poll,
    Request,
    SourceChanged,
    Text,
    Texts,
    Unchanged,
)
from watchers.door.address import read_address
from watchers.options import WebAddress
from watchers.reading.blockedpages import ACCEPT, open_page
from watchers.reading.html import Document, visible_text
from watchers.reading.numerals import NoNumber, read_number
from watchers.reading.pagememory import LOOKS, News, PageMemory, difference, looks_new, news, read_memory
from watchers.reading.pagetext import Line, as_text, lines_of, main_lines
from watchers.reading.plain import MAX_TEXT, plain_line
from watchers.reading.selectors import MatchesNothing, checked_css, checked_xpath, css_nodes, xpath_nodes
from watchers.reading.worddiff import said_of_change
from watchers.rendered import RenderedWatcher

PATTERN_SECONDS: Final = 0.1
"""What one pattern of `ignore` may take for one line."""
_TITLE_CHARACTERS: Final = 300
_MARK_LETTERS: Final = 12

_FACTS = (
    FactSpec(
        "text",
        Text,
        "The words of the page or of the selected part, a line for each block of it.",
        example="tickets",
        told=False,
    ),
    FactSpec("title", Text, "What the page calls itself.", example="Opening hours"),
    FactSpec(
        "changed",
        Flag,
        "Whether this look shows anything new or gone; a version that came back is neither.",
        told=False,
        momentary=True,
    ),
    FactSpec(
        "added",
        Texts,
        "The lines that were not there lately and are now.",
        example="tickets",
        told=False,
        momentary=True,
    ),
    FactSpec(
        "removed",
        Texts,
        "The lines that were there at the look before and are gone.",
        example="sold out",
        told=False,
        momentary=True,
    ),
    FactSpec(
        "diff",
        Text,
        "What changed, in a few words: [old → new], + new, − gone.",
        example="18",
        momentary=True,
    ),
    FactSpec("compared", Text, "A mark of the text with which it was compared.", example="3f2a90c1", told=False),
    FactSpec("words", Number, "How many words the text has.", unit="words", example="300 words", told=False),
    FactSpec("number", Number, "The first number in the selected part.", example="12.5", told=False),
)


def since_seen(seen: Observation, earlier: Sequence[Mapping[str, Fact]]) -> Observation:
    """Return a look beside what its rule saw before, where that is not what the look before saw.

    The watch compares with its own last look, which knows restless parts; but a rule that looks more seldom than
    another on the same page has not seen that.
    """
    compared, shown = seen.facts.get("compared"), [text for facts in earlier if (text := _text_of(facts)) is not None]
    now = _text_of(seen.facts)
    if not isinstance(compared, Text) or now is None or (shown and _mark(shown[-1]) == compared.value):
        return seen
    return _changed(seen, *difference([text.split("\n") for text in shown], now.split("\n")))


def _text_of(facts: Mapping[str, Fact]) -> str | None:
    """Return the text that a look saw, which may be empty; None where it saw nothing that counts."""
    text = facts.get("text")
    return text.value if isinstance(text, Text) else "" if "words" in facts else None


def _mark(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_MARK_LETTERS]


def _changed(seen: Observation, added: Sequence[str], removed: Sequence[str]) -> Observation:
    """Return a look with what is new on the page and what is gone."""
    facts = dict(seen.facts) | {
        "changed": Flag(bool(added or removed)),
        "added": Texts(_kept(added)),
        "removed": Texts(_kept(removed)),
    }
    unknown = dict(seen.unknown)
    if said := said_of_change(removed, added):
        facts["diff"] = Text(said)
        unknown.pop("diff", None)
    else:
        facts.pop("diff", None)
        unknown["diff"] = "nothing has changed since the look before"
    return replace(seen, facts=facts, unknown=unknown)


def _kept(lines: Sequence[str]) -> tuple[str, ...]:
    """Return as many lines as can be kept for long."""
    kept, room = [], MAX_TEXT
    for line in lines:
        room -= len(line)
        if room < 0:
            break
        kept.append(line)
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class _Look:
    """What one answer shows.

    Attributes:
        number: The number that is watched, or why there is none.
    """

    url: str
    title: str
    lines: tuple[Line, ...]
    number: Decimal | str


class WebPage(RenderedWatcher):
    """Watch the words of a web page, or of a part of it."""

    kind: ClassVar[Kind] = Kind(
        name="page",
        shape="gauge",
        summary="The words of a web page or of a part of it, and what is new or gone in them.",
        main="text",
        facts=_FACTS,
        title="title",
        plot="number",
        change="diff",
        derive=since_seen,
    )

    url: WebAddress = Field(description="The address of the page.")
    css: str = Field(
        default="", description="A CSS selector of the part to watch; without one, the page without its navigation."
    )
    xpath: str = Field(default="", description="An XPath expression instead of `css`; needs the extra `xpath`.")
    drop: tuple[str, ...] = Field(default=(), description="CSS selectors of what to leave out of it.")
    ignore: tuple[str, ...] = Field(
        default=(), description="Regular expressions: lines in which one is found are left out."
    )
    number: str = Field(
        default="", description="A CSS selector of the element that holds the number, where it is not the first one."
    )
    decimal: Literal[".", ",", ""] = Field(
        default="", description="What parts the decimals of the number, where the page leaves it open."
    )
    steady: bool = Field(
        default=True,
        description="Look twice at what is new and leave out what differs a moment later: banners, clocks, counters.",
    )

    @field_validator("css", "number")
    @classmethod
    def _is_a_selector(cls, selector: str) -> str:
        return checked_css(selector)

    @field_validator("xpath")
    @classmethod
    def _is_an_expression(cls, expression: str) -> str:
        return checked_xpath(expression)

    @field_validator("drop")
    @classmethod
    def _are_selectors(cls, drop: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(checked_css, drop))

    @field_validator("ignore")
    @classmethod
    def _are_patterns(cls, ignore: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in ignore:
            try:
                regex.compile(pattern)
            except regex.error as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
        return ignore

    @model_validator(mode="after")
    def _selects_once(self) -> WebPage:
        if self.css and self.xpath:
            raise ValueError("give either `css` or `xpath`")
        return self

    @property
    def label(self) -> str:
        """The address, without a password that it may carry, and the part that is watched."""
        part = self.css or self.xpath
        return str(read_address(self.url)) + (f" ({part})" if part else "")

    @property
    def hosts(self) -> frozenset[str]:
        """The host of the address."""
        return frozenset({read_address(self.url).host})

    def request(self, *, again: bool = False, whole: bool = False) -> Request:
        """Ask for the page as a browser does; `again` asks past every cache on the way (RFC 9111 §5.2.1.4)."""
        headers = {"Accept": ACCEPT, **({"Cache-Control": "no-cache"} if again else {})}
        return Request(self.url, headers=headers, whole=again or whole)

    async def poll(self, context: Context) -> Poll | Unchanged:
        """Look, and where something is new, look again before it is believed.

        After a change the page is asked for whole, since the next look has to say that nothing changed any more.
        """
        memory = read_memory(context.cursor)
        page = await context.fetch(self.request(whole=memory is not None and (memory.is_news or memory.gone > 0)))
        if page.unchanged:
            return UNCHANGED
        seen = await context.parse(self._look, page)
        if not (self.steady and looks_new(seen.lines, memory)):
            return self._told(seen, news(seen.lines, memory))
        again = await context.fetch(self.request(again=True))
        other = await context.parse(self._look, again)
        return self._told(seen, news(seen.lines, memory, other.lines))

    def read(self, page: Page, context: Context) -> Poll:
        """Return what one answer shows beside what the last poll kept."""
        seen = self._look(page)
        return self._told(seen, news(seen.lines, read_memory(context.cursor)))

    def _look(self, page: Page) -> _Look:
        document = open_page(page, asked_for=self.url)
        try:
            lines = self._lines(document)
        except MatchesNothing as error:
            raise SourceChanged(f"the page has nothing that {self.css or self.xpath!r} selects") from error
        return _Look(page.url, _title(document), lines, self._number(document, lines))

    def _lines(self, document: Document) -> tuple[Line, ...]:
        drop = frozenset(node.mem_id for selector in self.drop for node in document.tree.css(selector))
        is_part = bool(self.css or self.xpath)
        lines = lines_of(self._selected(document), drop) if is_part else main_lines(document, drop)
        return _without(lines, self.ignore)

    def _selected(self, document: Document) -> Sequence[LexborNode]:
        if self.xpath:
            return xpath_nodes(document, self.xpath)
        return css_nodes(document, self.css)

    def _number(self, document: Document, lines: Sequence[Line]) -> Decimal | str:
        """Return the number that is watched, or why there is none."""
        if self.number:
            nodes = document.tree.css(self.number)
            text = visible_text(nodes[0]) if nodes else ""
            if not nodes:
                return f"the page has no element for {self.number!r}"
        elif self.css or self.xpath:
            text = " ".join(line.text for line in lines)
        else:
            return "name the part that holds it with `css` or `number`"
        try:
            return read_number(text, decimal=self.decimal or None)
        except NoNumber as error:
            return str(error)

    def _told(self, seen: _Look, found: News) -> Poll:
        if found.has_vanished:
            return Poll((_held(seen, found.memory),), cursor=found.memory.written())
        text = as_text(found.lines)
        facts: dict[str, Fact] = {"words": Number(Decimal(sum(len(line.split()) for line in found.lines)))}
        unknown = {}
        for name, value, reason in (
            ("text", text, "the selected part holds no words"),
            ("title", seen.title, "the page has no title"),
            ("compared", _mark(as_text(found.before)) if found.before is not None else "", "it is the first look"),
        ):
            if value:
                facts[name] = Text(value)
            else:
                unknown[name] = reason
        if isinstance(seen.number, Decimal):
            facts["number"] = Number(seen.number)
        else:
            unknown["number"] = seen.number
        told = _changed(Observation("page", facts, unknown, link=seen.url), found.added, found.removed)
        return Poll(
            (told,),
            cursor=found.memory.written(),
            notices=_notices(found.left_out),
        )


def _title(document: Document) -> str:
    node = document.tree.css_first("title")
    return plain_line(node.text(), _TITLE_CHARACTERS) if node is not None else ""


def _without(lines: Sequence[Line], ignore: Sequence[str]) -> tuple[Line, ...]:
    """Return the lines in which no pattern is found.

    Raises:
        SourceChanged: A pattern takes too long on this page.
    """
    for pattern in ignore:
        compiled = regex.compile(pattern)
        try:
            lines = [line for line in lines if not compiled.search(line.text, timeout=PATTERN_SECONDS)]
        except TimeoutError as error:
            raise SourceChanged(f"the pattern {pattern!r} of `ignore` takes too long on a line of this page") from error
    return tuple(lines)


def _held(seen: _Look, memory: PageMemory) -> Observation:
    """Return an observation that knows nothing: what vanished all at once may be back at the next look."""
    why = f"nearly all of the text is gone at once: believed when it stays so (look {memory.gone} of {LOOKS})"
    names = ("text", "compared", "added", "removed", "diff", "changed", "words", "number")
    return Observation("page", {}, dict.fromkeys(names, why), link=seen.url)


def _notices(left_out: Sequence[str]) -> tuple[str, ...]:
    """Return what the owner is told of parts that turned out to be restless."""
    if not left_out:
        return ()
    shown = ", ".join(f"“{shorter}”" for shorter in (text[:60] for text in left_out[:3]))
    more = f" and {len(left_out) - 3} more" if len(left_out) > 3 else ""
    return (f"left out, since it differs from one moment to the next: {shown}{more} (`steady: no` watches it too)",)

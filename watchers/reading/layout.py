"""Where things stand on a page: its visible texts in their order, and what surrounds each of them.

document ──▶ Layout(runs) ──▶ surroundings(node): struck, hidden, aside, in a link to elsewhere, names …
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborNode

from watchers.reading.html import Document
from watchers.reading.shop_words import Role
from watchers.reading.stylesheets import crossed_out
from watchers.reading.vocabulary import NAMELESS, Names, hides, read_names

_UNSEEN = frozenset(
    {"script", "style", "noscript", "template", "option", "textarea", "title", "svg", "iframe", "object"}
)
_STRUCK = frozenset({"del", "s", "strike"})
_WHOLE = frozenset({"html", "body", "main", "form"})
_NAMING = (
    "class", "id", "itemprop", "property", "data-testid", "data-test-id", "data-test", "data-qa", "data-qaid",
    "data-cy", "data-hook",
)  # fmt: skip
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_MAX_DEPTH = 400
MAX_INPUTS = 1_000
MAX_RUNS = 50_000
"""A page with more texts has its product, if it has one, before them."""
_PRESSED = frozenset({"submit", "button", "image"})


@dataclass(frozen=True, slots=True)
class Run:
    """One text node that a reader may see, its white space collapsed."""

    node: LexborNode
    text: str
    order: int


@dataclass(frozen=True, slots=True)
class Button:
    """What can be pressed, with its words; `order` is that of its first text, or of the next one where it has none."""

    node: LexborNode
    text: str
    order: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an element is and stands in.

    Attributes:
        names: What its class, id and similar attributes call it.
        struck: It is crossed out.
        hidden: It is not shown as the page arrives.
        unseen: It is no part of the visible page at all (a script, a list's option).
        aside: Its own name or tag is that of a part that is not about the page's product: navigation, recommendations …
        link: The address of the link around it, as written; empty where it is in none, or in one that leads nowhere.
        up: The surroundings of its parent.
    """

    tag: str
    names: Names
    depth: int
    identity: int
    struck: bool = False
    hidden: bool = False
    unseen: bool = False
    aside: bool = False
    link: str = ""
    up: Surroundings | None = None

    def outwards(self, levels: int = _MAX_DEPTH) -> Iterator[Surroundings]:
        """Yield these surroundings and those around them, at most so many."""
        around: Surroundings | None = self
        while around is not None and levels > 0:
            yield around
            around, levels = around.up, levels - 1

    def is_within(self, other: Surroundings, levels: int) -> bool:
        """Say whether this stands in another element, or in the one so many levels around it."""
        *_, outer = other.outwards(levels + 1)
        step: Surroundings | None = self
        while step is not None and step.depth > outer.depth:
            step = step.up
        return step is not None and step.identity == outer.identity


class Layout:
    """The visible texts of a page in their order."""

    def __init__(self, document: Document, url: str) -> None:
        self.document = document
        self.url = url
        self._address = urljoin(url, document.base) if document.base else url
        self._path = urlsplit(url).path
        self._elsewhere: dict[str, bool] = {}
        self._known: dict[int, Surroundings] = {}

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """Every text that a reader may see."""
        return self._read[0]

    @cached_property
    def headings(self) -> tuple[tuple[str, int], ...]:
        """Every heading as its tag with the order of the first text that may be in it."""
        return self._read[1]

    @property
    def inputs(self) -> tuple[Button, ...]:
        """Every button whose words are an attribute."""
        return self._read[2]

    @cached_property
    def _read(self) -> tuple[tuple[Run, ...], tuple[tuple[str, int], ...], tuple[Button, ...]]:
        runs: list[Run] = []
        headings: list[tuple[str, int]] = []
        inputs: list[Button] = []
        root = self.document.tree.root
        for node in root.traverse(include_text=True) if root is not None else ():
            tag = node.tag
            if tag == "-text":
                text = " ".join((node.text_content or "").split())
                if text and (parent := node.parent) is not None and parent.tag not in _UNSEEN:
                    if len(runs) == MAX_RUNS:
                        break
                    runs.append(Run(node, text, len(runs)))
            elif tag in HEADINGS:
                headings.append((tag, len(runs)))
            elif tag == "input" and len(inputs) < MAX_INPUTS and (button := _input_button(node, len(runs))) is not None:
                inputs.append(button)
        return tuple(runs), tuple(headings), tuple(inputs)

    @cached_property
    def _crossed_out(self) -> frozenset[int]:
        return crossed_out(self.document.tree)

    def around(self, run: Run) -> Surroundings:
        """Return what a text stands in."""
        parent = run.node.parent
        assert parent is not None, "a run has a parent"  # noqa: S101 - `runs` only keeps such
        return self.surroundings(parent)

    def surroundings(self, node: LexborNode) -> Surroundings:
        """Return what an element is and stands in; each element is looked at once."""
        chain: list[LexborNode] = []
        around: Surroundings | None = None
        step: LexborNode | None = node
        while step is not None and step.tag not in (None, "-document"):
            around = self._known.get(step.mem_id)
            if around is not None:
                break
            chain.append(step)
            step = step.parent
        for inner in reversed(chain):
            around = self._known[inner.mem_id] = self._inside(inner, around)
        assert around is not None, "an element has surroundings"  # noqa: S101
        return around

    def _inside(self, node: LexborNode, up: Surroundings | None) -> Surroundings:
        attributes = node.attributes
        tag = node.tag or ""
        written = " ".join(filter(None, map(attributes.get, _NAMING))) if attributes else ""
        names = read_names(written) if written else NAMELESS
        style = (attributes.get("style") or "").replace(" ", "").lower()
        return Surroundings(
            tag,
            names,
            up.depth + 1 if up else 0,
            node.mem_id,
            struck=(up is not None and up.struck)
            or tag in _STRUCK
            or "line-through" in style
            or (Role.STRUCK in names.roles and tag not in _WHOLE)
            or node.mem_id in self._crossed_out,
            hidden=(up is not None and up.hidden)
            or "hidden" in attributes
            or "display:none" in style
            or hides(attributes.get("class") or ""),
            unseen=(up is not None and up.unseen) or tag in _UNSEEN,
            aside=tag in ("nav", "footer") or (names.aside and tag not in _WHOLE),
            link=_link(attributes.get("href")) if tag == "a" else up.link if up else "",
            up=up,
        )

    def leads_elsewhere(self, around: Surroundings) -> bool:
        """Say whether a link around an element leads to another page than this."""
        href = around.link
        if href and href not in self._elsewhere:
            try:
                self._elsewhere[href] = urlsplit(urljoin(self._address, href)).path != self._path
            except ValueError:
                self._elsewhere[href] = True
        return bool(href) and self._elsewhere[href]

    def leaves_the_shop(self, around: Surroundings) -> bool:
        """Say whether a link around an element leads to another site: an article's "buy now", say."""
        if not around.link:
            return False
        try:
            there = urlsplit(urljoin(self._address, around.link)).hostname or ""
        except ValueError:
            return True
        return there.split(".")[-2:] != (urlsplit(self.url).hostname or "").split(".")[-2:]


def _input_button(node: LexborNode, order: int) -> Button | None:
    attributes = node.attributes
    if (attributes.get("type") or "").lower() not in _PRESSED:
        return None
    words = attributes.get("value") or attributes.get("alt") or attributes.get("title") or ""
    return Button(node, " ".join(words.split()), order)


def _link(href: str | None) -> str:
    return "" if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")) else href

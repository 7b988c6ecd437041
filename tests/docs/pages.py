"""The documents as data: pages, and in them links, fenced blocks, headings and generated parts.

A generated part stands between two comments and is written by `python -m tests.docs`; the rest of its page is prose.

    <!-- generated: exit codes -->
    …
    <!-- end of generated -->
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"

# A part is a function of what stands there now: most ignore it, a table of examples keeps its questions.
Part = Callable[[str], str]

_FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?P<target>[^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(?P<text>.+?) *$", re.MULTILINE)
_GENERATED = re.compile(
    r"(?P<begin><!-- generated: (?P<name>[^\n]+?) -->\n)(?P<body>.*?)(?P<end><!-- end of generated -->)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: `kind` is the first word after the backticks, `title` what follows it."""

    page: Path
    line: int
    kind: str
    title: str
    body: str

    @property
    def place(self) -> str:
        """Where it stands, for a message."""
        return f"{self.page.relative_to(REPOSITORY)}:{self.line}"


def pages() -> list[Path]:
    """Return every page that is written for people."""
    return [*sorted(DOCS.rglob("*.md")), REPOSITORY / "README.md", REPOSITORY / "CHANGELOG.md"]


def fences(page: Path, kind: str = "") -> list[Fence]:
    """Return the fenced blocks of a page, all or those of one kind."""
    text = page.read_text(encoding="utf-8")
    found = []
    for fence in _FENCE.finditer(text):
        first, _, title = fence["info"].strip().partition(" ")
        line = text.count("\n", 0, fence.start()) + 1
        depth = len(fence["indent"])
        body = "".join(each[depth:] if each[:depth].isspace() else each for each in fence["body"].splitlines(True))
        found.append(Fence(page, line, first, title.strip(), body))
    return [fence for fence in found if not kind or fence.kind == kind]


def prose(page: Path) -> str:
    """Return a page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    """Return the targets of a page's links."""
    return [link["target"] for link in _LINK.finditer(prose(page))]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, made as the usual renderers make them."""
    return {
        re.sub(r"[^\w\- ]", "", heading["text"].lower()).replace(" ", "-") for heading in _HEADING.finditer(prose(page))
    }


def parts(page: Path) -> Iterator[str]:
    """Yield the names of a page's generated parts."""
    for part in _GENERATED.finditer(page.read_text(encoding="utf-8")):
        yield part["name"]


def regenerated(page: Path, known: Mapping[str, Part]) -> str:
    """Return a page as it stands when every generated part is written anew."""

    def write(part: re.Match[str]) -> str:
        return f"{part['begin']}{known[part['name']](part['body']).strip()}\n{part['end']}"

    return _GENERATED.sub(write, page.read_text(encoding="utf-8"))

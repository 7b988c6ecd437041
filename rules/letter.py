"""How a message is set: lines in paragraphs, written once as plain text and once as HTML.

The HTML is read on paper-white and on black, with and without its styles: no colour of the ground is set, the few
colours of the ink are as far from white as from black (contrast 4.5 by WCAG 2.2 on both), and what a colour says is
said by a sign as well. Nothing is fetched to show it.

Whatever is put in may be hostile: it comes from pages and feeds. Control and direction characters are taken out, HTML
is escaped, and only web addresses become links, with themselves as the text, so that a link shows where it leads.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from rules.marks import Mark, marked

# Line feeds and other controls (C0, DEL, C1) and the two Unicode line ends: space between words, no more.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# What turns the direction of the text around it (Unicode UAX #9), byte order marks, interlinear annotation,
# noncharacters and lone surrogates, which no encoder takes. Joiners stay: Persian and emoji are spelt with them.
_UNSEEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]")
_WEB = re.compile(r"https?://[^/?#]", re.IGNORECASE)
_NOT_IN_ADDRESS = re.compile(r"[\s<>\"'`\\^{|}]")

# An address inside a sentence, without what ends the sentence.
_ADDRESSES = re.compile(r"(https?://[^\s<>\"]*[^\s<>\"'.,;:!?)\]}])", re.IGNORECASE)

LONGEST_LINK = 2000

Tone = Literal["plain", "lead", "strong", "fine"]

# Where styles are not shown, a label is bold.
STYLES = {
    "all": "font-family:system-ui,-apple-system,Segoe UI,Roboto,sans-serif;line-height:1.5;max-width:40em;"
    "overflow-wrap:anywhere",
    "paragraph": "margin:0 0 1em",
    "label": "font-weight:normal;color:#767676",
    "lead": "font-size:1.25em;font-weight:bold",
    "strong": "font-weight:bold",
    "fine": "font-size:.85em;color:#767676",
    "link": "color:#1a73e8",
    "ins": "color:#17873d;text-decoration:none",
    "del": "color:#d93a31;text-decoration:line-through",
    "set": "white-space:pre-wrap;font-size:.85em",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message.

    Attributes:
        label: What it says, such as "Seen"; empty where the text speaks for itself.
        tone: How loudly: "lead" is what the eye should fall upon, "fine" what is looked up if at all.
        more: What follows the text in a plain voice.
        is_link: The text is a web address, as `web_address` returned it.
        is_set: Spaces and line ends of the text matter, as in an excerpt with a caret.
        is_change: The text tells of one change, with the marks of `rules.marks`.
        has_links: Web addresses inside the text can be followed.
        address: Where the text leads as a whole; in plain text it stands behind it. Only for the owner's own addresses.
    """

    text: str
    label: str = ""
    tone: Tone = "plain"
    more: str = ""
    is_link: bool = False
    is_set: bool = False
    is_change: bool = False
    has_links: bool = False
    address: str = ""


Paragraph = Sequence[Line]


def one_line(text: str, limit: int = 0) -> str:
    """Return the text on one line without control and direction characters; with a limit, cut to so many characters."""
    line = " ".join(_UNSEEN.sub("", _CONTROLS.sub(" ", text)).split())
    return shorten(line, limit) if limit else line


def own_lines(text: str, limit: int) -> str:
    """Return the text with its line ends, cleaned like `one_line`, without blank lines at its ends."""
    lines = (_UNSEEN.sub("", _CONTROLS.sub(" ", line)).rstrip() for line in text.split("\n"))
    return shorten("\n".join(lines).strip("\n"), limit)


def shorten(text: str, limit: int) -> str:
    """Return at most `limit` characters, cut at a word where there is one near, with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: max(0, limit - 1)]
    at_word = cut.rsplit(None, 1)[0] if " " in cut else cut
    return (at_word if len(at_word) * 2 > len(cut) else cut).rstrip() + "…"


def web_address(text: str) -> str:
    """Return the text as an address that is safe to show and follow, or an empty text where it is none."""
    address = one_line(text)
    if not _WEB.match(address) or len(address) > LONGEST_LINK:
        return ""
    return _NOT_IN_ADDRESS.sub(lambda found: quote(found[0]), address)


def as_text(paragraphs: Iterable[Paragraph]) -> str:
    """Return the message as plain text: a blank line between paragraphs."""
    return "\n\n".join("\n".join(_text_line(line) for line in lines) for lines in _said(paragraphs))


def as_html(paragraphs: Iterable[Paragraph]) -> str:
    """Return the message as HTML that needs no picture, no script and no style of elsewhere."""
    said = "\n".join(_html_paragraph(lines) for lines in _said(paragraphs))
    return _tag("div", "all", f"\n{said}\n")


def joined_html(message: str, more: str) -> str:
    """Return the HTML of two messages as that of one."""
    beginning, end = f'<div style="{STYLES["all"]}">', "\n</div>"
    return f"{message.removesuffix(end)}{more.removeprefix(beginning)}"


def _said(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """Yield the paragraphs that say something, without their empty lines."""
    for paragraph in paragraphs:
        if lines := [line for line in paragraph if line.text]:
            yield lines


def _text_line(line: Line) -> str:
    text = f"{line.text}: {line.address}" if line.address else line.text
    return f"{line.label}: {text}{line.more}" if line.label else f"{text}{line.more}"


def _html_paragraph(lines: Paragraph) -> str:
    if all(line.is_set for line in lines):
        return _tag("pre", "set", html.escape(as_text([lines])))
    between = " · " if all(line.address for line in lines) else "<br>"
    return _tag("p", "paragraph", between.join(_html_line(line) for line in lines))


def _html_line(line: Line) -> str:
    label = f"{_tag('b', 'label', f'{html.escape(line.label)}:')} " if line.label else ""
    if line.tone == "fine":
        return _tag("span", "fine", f"{label}{_html_text(line)}{_escaped(line.more)}")
    text = _html_text(line) if line.tone == "plain" else _tag("b", line.tone, _html_text(line))
    return f"{label}{text}{_escaped(line.more)}"


def _html_text(line: Line) -> str:
    if line.is_change:
        return "".join(_html_piece(mark, piece) for mark, piece in marked(line.text))
    if line.has_links:
        pieces = _ADDRESSES.split(line.text)
        return "".join(_linked(piece) if number % 2 else _escaped(piece) for number, piece in enumerate(pieces))
    text = _escaped(line.text)
    return _link(line.text, text) if line.is_link else _link(line.address, text) if line.address else text


def _html_piece(mark: Mark, piece: str) -> str:
    return _tag(mark, mark, html.escape(piece)) if mark else html.escape(piece)


def _linked(piece: str) -> str:
    """Return an address as a link, if what it leads to is what it shows."""
    return _link(piece, html.escape(piece)) if web_address(piece) == piece else html.escape(piece)


def _link(address: str, text: str) -> str:
    return f'<a href="{html.escape(address)}" style="{STYLES["link"]}">{text}</a>'


def _escaped(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _tag(name: str, style: str, inner: str) -> str:
    return f'<{name} style="{STYLES[style]}">{inner}</{name}>'

"""How a message is set: lines in paragraphs, written once as plain text and once as HTML.

Whatever is put in may be hostile: it comes from pages and feeds. Control and direction characters are taken out, HTML
is escaped, and only web addresses become links, with themselves as the text, so that a link shows where it leads.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

# Line feeds and other controls (C0, DEL, C1) and the two Unicode line ends: space between words, no more.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# What turns the direction of the text around it (Unicode UAX #9), byte order marks, interlinear annotation,
# noncharacters and lone surrogates, which no encoder takes. Joiners stay: Persian and emoji are spelt with them.
_UNSEEN = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]")
_WEB = re.compile(r"https?://[^/?#]", re.IGNORECASE)
_NOT_IN_ADDRESS = re.compile(r"[\s<>\"'`\\^{|}]")

LONGEST_LINK = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message.

    Attributes:
        label: What it says, such as "Seen"; empty where the text speaks for itself.
        is_link: The text is a web address, as `web_address` returned it.
        is_set: Spaces and line ends of the text matter, as in an excerpt with a caret.
    """

    text: str
    label: str = ""
    is_link: bool = False
    is_set: bool = False


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
    """Return the message as HTML that needs no style, no picture and no script."""
    return "\n".join(_html_paragraph(lines) for lines in _said(paragraphs))


def _said(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """Yield the paragraphs that say something, without their empty lines."""
    for paragraph in paragraphs:
        if lines := [line for line in paragraph if line.text]:
            yield lines


def _text_line(line: Line) -> str:
    return f"{line.label}: {line.text}" if line.label else line.text


def _html_paragraph(lines: Paragraph) -> str:
    if all(line.is_set for line in lines):
        return f"<pre>{html.escape(as_text([lines]))}</pre>"
    return f"<p>{'<br>'.join(_html_line(line) for line in lines)}</p>"


def _html_line(line: Line) -> str:
    text = html.escape(line.text).replace("\n", "<br>")
    if line.is_link:
        text = f'<a href="{text}">{text}</a>'
    return f"<b>{html.escape(line.label)}:</b> {text}" if line.label else text

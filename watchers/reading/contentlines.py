"""Content lines, of which iCalendar and vCard files are made, read as leniently as they are written.

    bytes ─▶ unfolded ─▶ Line(name, parameters, value) ─▶ components between BEGIN and END

Stated by RFC 5545 §3.1 and RFC 6350 §3.2–3.3, parameter values also by RFC 6868, and for vCard 2.1 by its own
specification: quoted-printable values, bare parameters, charsets. A line that is none is left out and hurts no other.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from watchers.api import SourceChanged, SourceRefused, SourceUnavailable, WatchError
from watchers.reading.encoding import encoding_name
from watchers.reading.plain import words_of

MAX_DEPTH = 16
"""Calendar, event, alarm and a little more; what is nested deeper was made to do harm."""

_FOLD = re.compile(rb"\n[ \t]")
_NAME = re.compile(r"[ \t]*(?:([\w-]+)\.)?([\w-]+)[ \t]*(?=[;:])")
_PARAMETER = re.compile(r';[ \t]*([\w-]*)[ \t]*(?:=((?:"[^"]*"|[^":;])*+))?(?=[;:])')
_PARAMETER_VALUE = re.compile(r'"([^"]*)"|([^,"]+)')
_CARET = re.compile(r"\^([n^'])")
_CARETS = {"n": "\n", "^": "^", "'": '"'}
_ESCAPE = re.compile(r"\\([^A-Za-z0-9]|[nN])")
_ITEM = re.compile(r"((?:\\.|[^\\,])*+)(?:,|\Z)", re.DOTALL)
_TITLE = re.compile(r"<title[^>]*>(.{0,300}?)</title", re.IGNORECASE | re.DOTALL)
_LATER = re.compile(r"\b(?:50[0234]|bad gateway|unavailable|maintenance|timeout|error)\b", re.IGNORECASE)
_TEXT_MARKS = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Line:
    """One content line.

    Attributes:
        name: In upper case, as are the names of the parameters.
        value: As it stands, still escaped.
        group: What stands before a point: `item1` in `item1.X-ABDATE`; in lower case.
    """

    name: str
    value: str
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    group: str = ""

    def parameter(self, name: str) -> str:
        """Return the first value of a parameter, or an empty text."""
        return next(iter(self.parameters.get(name, ())), "")

    @property
    def text(self) -> str:
        """The value as a person reads it."""
        return unescaped(self.value)


@dataclass(slots=True)
class Component:
    """What stands between a BEGIN and its END.

    Attributes:
        name: In upper case.
        is_whole: Its END was there.
    """

    name: str
    lines: list[Line] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)
    is_whole: bool = False

    def first(self, *names: str) -> Line | None:
        """Return the first line that has one of the names."""
        return next(self.all(*names), None)

    def all(self, *names: str) -> Iterator[Line]:
        """Yield every line that has one of the names."""
        return (line for line in self.lines if line.name in names)

    def text(self, *names: str) -> str:
        """Return the text of the first line that has one of the names; empty where there is none."""
        line = self.first(*names)
        return line.text if line else ""


def unescaped(value: str) -> str:
    r"""Return a TEXT value with `\n`, `\,`, `\;` and `\\` resolved; a backslash before another letter stays."""
    return _ESCAPE.sub(lambda escape: "\n" if escape[1] in "nN" else escape[1], value)


def items(value: str, separator: str = ",") -> tuple[str, ...]:
    """Return the parts of a list value, each as a person reads it."""
    pattern = _ITEM if separator == "," else re.compile(_ITEM.pattern.replace(",", separator), re.DOTALL)
    parts = [match[1] for match in pattern.finditer(value)]
    # The pattern matches once more at the end of what does not end in a separator.
    return tuple(unescaped(part) for part in (parts[:-1] if len(parts) > 1 and not parts[-1] else parts))


def read_lines(body: bytes) -> Iterator[Line]:
    """Yield the content lines of a file.

    Lines are unfolded as bytes, since some programs fold in the middle of a character. A byte that is no UTF-8 is taken
    as windows-1252 where the line names no charset.
    """
    text = _FOLD.sub(b"", _in_utf8(body).replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    lines = iter(text.split(b"\n"))
    for raw in lines:
        line = _line(raw)
        if line is None:
            continue
        if not _is_quoted_printable(line):
            yield line
            continue
        while raw.endswith(b"="):  # a soft line break; an empty line after it ends the value
            more = next(lines, b"")
            raw = raw[:-1] + more.lstrip(b" \t")  # noqa: PLW2901 - the line grows while it says that it goes on
        yield _line(raw) or line


def components(lines: Iterable[Line]) -> tuple[Component, ...]:
    """Return every component, each before its parts; an END without its BEGIN is left out."""
    found: list[Component] = []
    path: list[Component] = []
    for line in lines:
        name = line.value.strip().upper() if line.name in ("BEGIN", "END") else ""
        if line.name == "BEGIN":
            component = Component(name)
            if len(path) < MAX_DEPTH:
                found.append(component)
                if path:
                    path[-1].parts.append(component)
                path.append(component)
        elif line.name == "END":
            if not any(component.name == name for component in path) and path and name.startswith(path[-1].name):
                name = path[-1].name  # a slip of the pen, as in END:VCALENDARD
            if any(component.name == name for component in path):
                while path[-1].name != name:
                    path.pop()
                path.pop().is_whole = True
        elif path:
            path[-1].lines.append(line)
    return tuple(found)


def wrong_answer(body: bytes, wanted: str) -> WatchError:
    """Return the trouble of an answer that has no component in it, named by what its owner can do.

    Args:
        body: The answer.
        wanted: What was expected, with its article: "an iCalendar file".
    """
    text = _in_utf8(body[:100_000]).decode("utf-8", "replace").strip("\ufeff \t\r\n\x00")
    if not text:
        return SourceUnavailable("the answer is empty")
    title = _TITLE.search(text)
    said = words_of(title[1], 80) if title else ""
    if title is None and not re.match(r"<(?:!doctype\s+html|html|head|body)\b", text, re.IGNORECASE):
        return SourceChanged(f"the answer is not {wanted}")
    sentence = f"a web page came instead of {wanted}{f': “{said}”' if said else ''}"
    if _LATER.search(said):
        return SourceUnavailable(sentence)
    return SourceRefused(f"{sentence}: open the address in a browser to see what it wants")


def _in_utf8(body: bytes) -> bytes:
    if body.startswith(_TEXT_MARKS):
        codec = "utf-32" if body.startswith(_TEXT_MARKS[:2]) else "utf-16"
        return body.decode(codec, "replace").encode("utf-8", "replace")
    return body.removeprefix(b"\xef\xbb\xbf")


def _line(raw: bytes) -> Line | None:
    text = raw.decode("utf-8", "surrogateescape")
    head = _NAME.match(text)
    if head is None:
        return None
    parameters, position = _parameters(text, head.end())
    if text[position : position + 1] != ":":
        # A quote that never ends, say: the value begins at the first colon.
        parameters, position = {}, text.find(":")
        if position < 0:
            return None
    value = text[position + 1 :]
    line = Line(head[2].upper(), value, parameters, (head[1] or "").lower())
    return Line(line.name, _decoded(line), parameters, line.group)


def _parameters(text: str, position: int) -> tuple[dict[str, tuple[str, ...]], int]:
    parameters: dict[str, tuple[str, ...]] = {}
    while match := _PARAMETER.match(text, position):
        position = match.end()
        name, stated = match[1].upper(), match[2]
        if stated is None:
            # vCard 2.1 writes `TEL;HOME;FAX` for what is `TYPE=HOME,FAX` later, and `BDAY;QUOTED-PRINTABLE`.
            name, stated = ("ENCODING" if name in ("QUOTED-PRINTABLE", "BASE64", "8BIT") else "TYPE"), match[1]
        values = tuple(
            _CARET.sub(lambda caret: _CARETS[caret[1]], _readable(quoted or bare.strip()))
            for quoted, bare in _PARAMETER_VALUE.findall(stated)
        )
        parameters[name] = (*parameters.get(name, ()), *values)
    return parameters, position


def _is_quoted_printable(line: Line) -> bool:
    return line.parameter("ENCODING").upper() == "QUOTED-PRINTABLE"


def _decoded(line: Line) -> str:
    value = line.value.encode("utf-8", "surrogateescape")
    if _is_quoted_printable(line):
        value = quopri.decodestring(value.rstrip(b"="))
    charset = encoding_name(line.parameter("CHARSET")) or "utf-8"
    try:
        return value.decode(charset)
    except (UnicodeDecodeError, LookupError):  # the Encoding Standard's names are not all names of codecs
        return _readable(value.decode("utf-8", "surrogateescape"))


def _readable(text: str) -> str:
    """Return a text whose bytes that are no UTF-8 are read as windows-1252."""
    if text.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in text):
        return text
    return text.encode("utf-8", "surrogateescape").decode("cp1252", "replace")

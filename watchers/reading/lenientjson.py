"""JSON as people paste it into pages → its values, as far as they are beyond doubt.

What is right JSON is read by the standard library. What is not goes through a small reader that knows the usual
slips: comments and CDATA around it or in it, raw line breaks in strings, quotes that nobody escaped, commas too many
or missing, single quotes, bare keys, several values in a row, a text that breaks off. Where a slip leaves a value in
doubt that member is left out: a missing price costs less than a wrong one.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | bool | None"
"""Numbers are the texts that they were written as: no digit is lost, and no arithmetic is done on a million of them."""

MAX_LENGTH: Final = 2_000_000
MAX_SLIPPED_LENGTH: Final = 500_000
"""A longer text with slips in it is not mended."""
MAX_DEPTH: Final = 100

_BLANK: Final = re.compile(
    r"(?:[\s\ufeff;]++|//\s*<!\[CDATA\[|//\s*\]\]>|/\*\s*(?:<!\[CDATA\[|\]\]>)\s*\*/|<!\[CDATA\[|\]\]>|-->)++"
)
_NOT_OPENING: Final = re.compile(r"[^{\[/<\]\-]+|.", re.DOTALL)
_NAME: Final = re.compile(r"[A-Za-z_$@][\w$@.-]*(?::[\w$@.-]+(?=\s*:))?")
_BARE: Final = re.compile(r"[^,{}\[\]\"'\r\n]+")
_STOP: Final = re.compile(r"[\"'\\]")
_KEY_ENDS: Final = re.compile(r"\s*:")
_VALUE_ENDS: Final = re.compile(
    r"""\s*+(?: [}\]] | $ | ; | //|/\* | ,\s*+(?:["'{\[}\]\d/-] | $ | (?:true|false|null)\b | [\w$@]+\s*:) )
        | \s*\n\s*["}\]]
        | \s+"[\w@$:.-]{1,60}"\s*:""",  # the next key, where its comma is missing
    re.VERBOSE,
)
_ESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS: Final[dict[str, Json]] = {
    "true": True, "false": False, "null": None, "undefined": None, "NaN": None, "Infinity": None, "-Infinity": None,
    "True": True, "False": False, "None": None,
}  # fmt: skip


def read_values(text: str) -> list[Json]:
    """Return the values that stand in a text, in its order; an empty list where none can be made out."""
    if len(text) > MAX_LENGTH:
        return []
    try:
        return [json.loads(text, parse_float=str, parse_int=str, parse_constant=_WORDS.get, strict=False)]
    except (ValueError, RecursionError):  # RecursionError: nested deeper than the interpreter's stack
        pass
    if len(text) > MAX_SLIPPED_LENGTH:
        return []
    if re.match(r"\s*\[?\s*\{\s*&(?:quot|#34);", text):
        text = html.unescape(text)
    return list(_Reader(text).values())


@dataclass(slots=True)
class _Frame:
    """One container that is being read."""

    members: dict[str, Json] | list[Json]
    key: str | None = None
    """The key whose value comes next; in a list always None."""
    last: str | None = field(default=None)
    """The key that was set last, to be taken back if what follows shows that its value was not whole."""

    def put(self, value: Json) -> None:
        if isinstance(self.members, list):
            self.members.append(value)
        elif self.key is not None:
            self.members[self.key] = value
            self.last, self.key = self.key, None

    def take_back(self) -> None:
        if isinstance(self.members, dict) and self.last is not None:
            self.members.pop(self.last, None)
            self.last = None


class _TooDeepError(Exception):
    """The text is nested deeper than anything that a page means to say."""


class _Reader:
    """A reader of one text; it never goes back, so its time grows with the text's length."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.found: dict[str, int] = {}

    def values(self) -> Iterator[Json]:
        while self._opening():
            try:
                yield self._container()
            except _TooDeepError:
                return

    def _opening(self) -> bool:
        """Go to the next bracket that opens a value; what stands before it is no JSON."""
        while self._skip() < len(self.text):
            if self.text[self.position] in "{[":
                return True
            junk = _NOT_OPENING.match(self.text, self.position)
            self.position = junk.end() if junk else len(self.text)
        return False

    def _container(self) -> Json:
        root = self._opened()
        frames = [root]
        while frames:
            frame = frames[-1]
            if self._skip() >= len(self.text):
                break
            sign = self.text[self.position]
            if sign in "}]":
                self._close(frames, sign)
            elif sign == ",":
                self.position += 1
                frame.key = None
            elif isinstance(frame.members, dict) and frame.key is None:
                self._key(frame)
            elif sign in "{[":
                if len(frames) >= MAX_DEPTH:
                    raise _TooDeepError
                inner = self._opened()
                frame.put(inner.members)
                frames.append(inner)
            else:
                self._scalar(frame)
        return root.members

    def _opened(self) -> _Frame:
        sign = self.text[self.position]
        self.position += 1
        return _Frame({} if sign == "{" else [])

    def _close(self, frames: list[_Frame], sign: str) -> None:
        """Close the innermost container of that kind; a bracket that closes nothing is skipped."""
        self.position += 1
        kind = dict if sign == "}" else list
        for place in range(len(frames) - 1, -1, -1):
            if isinstance(frames[place].members, kind):
                del frames[place:]
                return

    def _key(self, frame: _Frame) -> None:
        """Read a key and its colon. Where none stands, the value before was cut short: it is taken back."""
        sign = self.text[self.position]
        if sign in "\"'":
            key = self._string(_KEY_ENDS)
        elif name := _NAME.match(self.text, self.position):
            key = name[0]
            self.position = name.end()
        else:
            key = None
            bare = _BARE.match(self.text, self.position)
            self.position = bare.end() if bare else self.position + 1
        if key is not None and self._skip() < len(self.text) and self.text[self.position] == ":":
            self.position += 1
            frame.key = key
        else:
            frame.take_back()

    def _scalar(self, frame: _Frame) -> None:
        if self.text[self.position] in "\"'":
            value: Json = self._string(_VALUE_ENDS)
            if value is None:  # the text breaks off inside it
                return
        else:
            bare = _BARE.match(self.text, self.position)
            end = bare.end() if bare else self.position + 1
            if end >= len(self.text):
                self.position = end
                return
            written = self.text[self.position : end].partition(" //")[0].strip()
            value = _WORDS.get(written, written)
            self.position = end
        frame.put(value)

    def _string(self, ends: re.Pattern[str]) -> str | None:
        """Read a string up to the quote behind which a string can end, or None where there is no such quote."""
        quote = self.text[self.position]
        pieces = []
        begun = self.position + 1
        position = begun
        while stop := _STOP.search(self.text, position):
            position = stop.end()
            if stop[0] == "\\":
                pieces.append(self.text[begun : stop.start()])
                piece, position = self._escaped(position)
                pieces.append(piece)
                begun = position
            elif stop[0] == quote and ends.match(self.text, position):
                self.position = position
                pieces.append(self.text[begun : stop.start()])
                return _paired("".join(pieces))
        self.position = len(self.text)
        return None

    def _escaped(self, position: int) -> tuple[str, int]:
        sign = self.text[position : position + 1]
        if sign == "u" and re.match(r"[0-9a-fA-F]{4}", digits := self.text[position + 1 : position + 5]):
            return chr(int(digits, 16)), position + 5
        return _ESCAPES.get(sign, sign), position + 1

    def _skip(self) -> int:
        """Go over white space and comments, and return the place."""
        while self.position < len(self.text):
            if blank := _BLANK.match(self.text, self.position):
                self.position = blank.end()
            elif self.text.startswith("<!--", self.position):
                # A comment, unless the JSON itself is inside it to hide it from old browsers.
                end = self._next("-->")
                hidden = min(self._next("{"), self._next("["))
                self.position = end + 3 if hidden > end else self.position + 4
            elif self.text.startswith("/*", self.position):
                self.position = self._next("*/") + 2
            elif self.text.startswith("//", self.position):
                self.position = self._next("\n")
            else:
                break
        return self.position

    def _next(self, sign: str) -> int:
        """Return where a sign stands next, or the end of the text; each place is searched once."""
        if self.found.get(sign, -1) < self.position:
            place = self.text.find(sign, self.position)
            self.found[sign] = len(self.text) if place < 0 else place
        return self.found[sign]


def _paired(text: str) -> str:
    """Join escaped surrogate pairs into the one character that they stand for."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

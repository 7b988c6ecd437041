r"""The words of IMAP (RFC 3501, section 9): how its answers are read, and how what we say is written.

* 1 FETCH (UID 7 BODY[]<0> {5}\r\nhello)   ▶   ["*", "1", "FETCH", ["UID", "7", "BODY[]<0>", b"hello"]]
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final

Word = str | bytes | list["Word"] | None
"""A bare word, a quoted or counted text, a list in parentheses, or NIL."""

LITERAL: Final = re.compile(rb"\{([0-9]{1,15})\}\Z")
MAX_DEPTH: Final = 100
_TOKEN: Final = re.compile(rb'\(|\)|"((?:[^"\\]|\\.)*)"|[^\s()"]+|"')
_ESCAPED: Final = re.compile(rb"\\(.)")
_BASE64: Final = re.compile(r"&([^-]*)-")
_BEYOND_ASCII: Final = re.compile(r"[^\x20-\x7e]+")


class Misread(ValueError):
    """An answer is no proper IMAP."""


def read_words(pieces: Sequence[bytes]) -> list[Word]:
    """Return the words of one answer.

    Args:
        pieces: The lines of the answer, and between each two of them the counted text that the first announces.

    Raises:
        Misread: It is nested too deep, or its parentheses do not match.
    """
    open_lists: list[list[Word]] = [[]]
    for number, piece in enumerate(pieces):
        if number % 2:
            open_lists[-1].append(piece)
            continue
        text = LITERAL.sub(b"", piece) if number + 1 < len(pieces) else piece
        for token in _TOKEN.finditer(text):
            _take(token, open_lists)
    if len(open_lists) != 1:
        raise Misread("an open parenthesis")
    return open_lists[0]


def _take(token: re.Match[bytes], open_lists: list[list[Word]]) -> None:
    word = token[0]
    if word == b"(":
        if len(open_lists) > MAX_DEPTH:
            raise Misread("too many parentheses")
        inner: list[Word] = []
        open_lists[-1].append(inner)
        open_lists.append(inner)
    elif word == b")":
        if len(open_lists) == 1:
            raise Misread("a closing parenthesis")
        open_lists.pop()
    elif token[1] is not None:
        open_lists[-1].append(_ESCAPED.sub(rb"\1", token[1]))
    else:
        open_lists[-1].append(None if word.upper() == b"NIL" else word.decode("latin-1"))


def pairs(words: Word) -> dict[str, Word]:
    """Return a list of names and values as such: `(UID 7 SIZE 12)`."""
    if not isinstance(words, list):
        return {}
    return {name.upper(): value for name, value in zip(words[::2], words[1::2], strict=False) if isinstance(name, str)}


def number(word: Word) -> int | None:
    """Return a word as a number, or None where it is none."""
    return int(word) if isinstance(word, str) and word.isascii() and word.isdigit() and len(word) < 20 else None


def text(word: Word) -> str:
    """Return a word as text, whichever way it was written."""
    if isinstance(word, bytes):
        return word.decode("utf-8", "replace")
    return word if isinstance(word, str) else ""


def quoted(name: str) -> bytes:
    """Return an ASCII text in quotes."""
    return b'"' + name.replace("\\", "\\\\").replace('"', '\\"').encode("ascii") + b'"'


def folder_name(name: str) -> str:
    """Return a folder's name as servers have it: modified UTF-7, RFC 3501, section 5.1.3."""
    return _BEYOND_ASCII.sub(lambda run: _shifted(run[0]), name.replace("&", "&-"))


def _shifted(run: str) -> str:
    coded = base64.b64encode(run.encode("utf-16-be", "surrogatepass")).decode("ascii")
    return f"&{coded.rstrip('=').replace('/', ',')}-"


def shown_folder_name(name: str) -> str:
    """Return a folder's name as its owner knows it; what cannot be read stays as it is."""
    return _BASE64.sub(_unshifted, name)


def _unshifted(shift: re.Match[str]) -> str:
    coded = shift[1].replace(",", "/")
    try:
        return base64.b64decode(coded + "=" * (-len(coded) % 4)).decode("utf-16-be") if coded else "&"
    except ValueError:
        return shift[0]


def named_parts(structure: Word) -> Iterator[dict[str, str]]:
    """Yield the names that the parts of a message give themselves, one dict of parameters for each part that has one.

    In a BODYSTRUCTURE (RFC 3501, section 7.4.2) several parts are lists, followed by what they are together. What a
    mail that is attached holds is not looked at.
    """
    waiting = [structure]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, list) or not part:
            continue
        if isinstance(part[0], list):
            waiting += reversed(list(takewhile(lambda word: isinstance(word, list), part)))
        elif named := _parameters(part):
            yield named


def _parameters(part: list[Word]) -> dict[str, str]:
    """Return the name and file name of one part, with the marks of RFC 2231 still in their names.

    Its own parameters are its third word, those of its disposition stand inside a list behind that.
    """
    lists = [*part[2:3], *(word[1] for word in part[3:] if isinstance(word, list) and len(word) > 1)]
    found = {}
    for words in lists:
        for name, value in zip(words[::2], words[1::2], strict=False) if isinstance(words, list) else ():
            lower = text(name).lower()
            if lower.partition("*")[0] in ("name", "filename"):
                found[lower] = text(value)
    return found

"""Headers of mail as people read them: RFC 5322 with the encoded words of RFC 2047, and what is really sent.

Mail breaks every one of these rules, so nothing here raises: what cannot be decoded is shown as well as it can be.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
from collections.abc import Iterable, Iterator
from email.message import Message
from functools import lru_cache

from watchers.reading.encoding import decode, encoding_name, is_surely_utf_8, is_utf_8
from watchers.reading.plain import plain_line

MAX_HEADER = 20_000
MOST_ADDRESSES = 50

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bqBQ])\?([^?]*)\?=")
# What looks like a comment in a quotation or an encoded word is none.
_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*+"|\\.|=\?[^?\s]+\?[bqBQ]\?[^?]*\?=|\((?:[^()\\]|\\.)*\)')
_MOST_NESTED = 10
_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*+"|\\.|<[^<>]*>|=\?[^?\s]+\?[bqBQ]\?[^?]*\?=|\([^()]*\)|[^"\\,;:<=(]+|.', re.DOTALL
)
# An address in angle brackets, and the last one's bracket may be missing; in a quoted name it is a part of the name.
_ANGLED = re.compile(r'((?:"(?:[^"\\]|\\.)*+"|\\.|[^"<]|"(?=[^"]*+\Z))*+)<+([^<>]*)(?:>|\Z)', re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_QUOTED_OR_SPACE = re.compile(r'"(?:[^"\\]|\\.)*+"|\\.|\s+', re.DOTALL)
# What stood before an address once: the way that the letter was to take (RFC 5322 §4.4).
_ROUTE = re.compile(r"@[^:]*:(?=[^:]*@)")
# Of Python's codecs those of text: old computers', and those that pack letters of several bytes into seven bits.
_OF_MAIL = re.compile(r"utf-7|hz|cp\d+|iso2022_\w+|mac_\w+|koi8_\w|tis-620|johab|gb\w+|iso8859-\d+")
_ESCAPED = re.compile(r"\\(.)")
_AROUND_COLON = re.compile(r"\s*+:\s*+")
_BETWEEN_WORDS = re.compile(r"(?<=\?=)[ \t\r\n]+(?==\?)")
_FOLD = re.compile(r"\r?\n(?=[ \t])")


def header_text(message: Message, name: str, limit: int = MAX_HEADER) -> str:
    """Return a header as one line of text; empty where there is none."""
    return plain_line(_decoded(raw_header(message, name)), limit)


def raw_header(message: Message, name: str) -> str:
    """Return a header as it was sent, unfolded; bytes beyond ASCII as text."""
    # Message keeps such bytes as surrogates, and hides them behind a Header object when they are asked for by name.
    found = next((value for key, value in message.raw_items() if key.lower() == name), "")
    return _FOLD.sub("", _without_surrogates(str(found)[:MAX_HEADER]))


def date_text(message: Message) -> str:
    """Return when a letter says that it was sent, without what may stand between the parts of it (RFC 5322 §4.3)."""
    return _AROUND_COLON.sub(":", _uncommented(raw_header(message, "date"))).strip(' ";,')


def addresses(message: Message, *names: str) -> list[tuple[str, str]]:
    """Return the names and addresses that headers hold; of one that holds none, what is there.

    Read by rules of our own, since Python's recurse as deep as whoever wrote the header wants.
    """
    found: list[tuple[str, str]] = []
    for name in names:
        written = raw_header(message, name)
        known = list(map(_address, _mailboxes(_parted(_without_comments(written)))))
        said = plain_line(_decoded(written))
        found += [one for one in known if any(one)] or ([("", said)] if said else [])
    return found[:MOST_ADDRESSES]


def _parted(text: str) -> Iterator[str]:
    """Yield what stands between commas and semicolons that part addresses; the name of a group is left out."""
    parts = [""]
    for token in _TOKEN.finditer(text):
        if token[0] in (",", ";"):
            parts.append("")
        elif token[0] == ":" and "@" not in parts[-1]:
            parts[-1] = ""
        else:
            parts[-1] += token[0]
    yield from parts


def _mailboxes(parts: Iterable[str]) -> Iterator[str]:
    """Yield each mailbox whole: a name such as `Doe, John` should stand in quotation marks, and often does not."""
    held: list[str] = []
    for part in parts:
        name, _, place = part.partition("<")
        if "@" not in part:
            held.append(part)
        elif "@" in place and name.strip() and "@" not in name:
            yield ", ".join((*filter(None, (each.strip() for each in held)), part))
            held = []
        else:
            yield from (*held, part)
            held = []
    yield from held


def _address(text: str) -> tuple[str, str]:
    """Return the name and the address of one mailbox; an encoded word is decoded last, for it may hold any sign."""
    angled = _ANGLED.match(text)
    if angled is not None:
        name, place = angled[1], angled[2]
    else:
        place, _, name = text.partition("(")
        name = name.strip().removesuffix(")")
    quoted = _QUOTED.fullmatch(name.strip())
    name = _ESCAPED.sub(r"\1", quoted[1]) if quoted else name
    words = place.split()
    # White space inside an address means nothing but in quotation marks, and some forget the comma between two.
    if sum("@" in word for word in words) > 1:
        place = words[0]
    elif "@" in place:
        place = _QUOTED_OR_SPACE.sub(lambda found: found[0].strip(), place)
    place = _ROUTE.sub("", place, count=1)
    return plain_line(_decoded(name)), plain_line(_decoded(place))


def _without_comments(text: str) -> str:
    """Return addresses without what stands in parentheses (RFC 5322, section 3.2.2), but for an old `me@x (Me)`."""
    return _uncommented(text) if "<" in text else text


def _uncommented(text: str) -> str:
    for _ in range(_MOST_NESTED):
        less = _COMMENT.sub(lambda found: "" if found[0].startswith("(") else found[0], text)
        if less == text:
            break
        text = less
    return text


def decoded_words(text: str) -> str:
    """Return a text with its encoded words decoded."""
    return plain_line(_decoded(text), MAX_HEADER)


def _decoded(text: str) -> str:
    joined = _BETWEEN_WORDS.sub("", text)
    pieces: list[tuple[str, bytes | str]] = []
    at = 0
    for word in _WORD.finditer(joined):
        pieces += [("", joined[at : word.start()]), (word[1], _content(word[2], word[3]))]
        at = word.end()
    pieces.append(("", joined[at:]))
    text, charset, held = "", "", b""
    # A letter of several bytes may be split between two words, which RFC 2047 forbids and many do.
    for name, piece in pieces:
        if isinstance(piece, bytes) and (name == charset or not held):
            charset, held = name, held + piece
        elif isinstance(piece, bytes):
            text, charset, held = text + _as_text(held, charset), name, piece
        elif piece:
            text, charset, held = text + _as_text(held, charset) + piece, "", b""
    return text + _as_text(held, charset)


def _content(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(data.replace(b"_", b" "), header=True)
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return data


def _as_text(data: bytes, charset: str) -> str:
    # RFC 2231 lets a language follow the charset.
    return text_of(data, charset.partition("*")[0]) if data else ""


def text_of(data: bytes, charset: str | None) -> str:
    """Return bytes as text: by the charset that they are said to have, where that can be."""
    said = (charset or "").strip("'\" ").lower()
    # Programs that know no better say ASCII of whatever they send.
    if said in ("us-ascii", "ascii", "unknown-8bit", "8bit", "default"):
        said = ""
    # Others say Latin-1, or whatever the last letter was in. Text in Latin-1 is UTF-8 by no chance.
    if is_surely_utf_8(data) or (encoding_name(said) == "windows-1252" and is_utf_8(data)):
        said = "utf-8"
    codec = _codec_of_mail(said)
    if codec:
        return data.decode(codec, "replace")
    text, name = decode(data, said or None)
    if "\ufffd" in text and name == "utf-8" and data.decode("utf-8", "ignore").isascii():
        return data.decode("windows-1252", "replace")  # not one of its letters is UTF-8, whatever it says
    return text


@lru_cache(maxsize=256)
def _codec_of_mail(charset: str) -> str:
    """Return Python's name of a charset that browsers do not read and mail has; empty for any other."""
    if not charset or encoding_name(charset):
        return ""
    try:
        name = codecs.lookup(charset.replace("unicode-1-1-", "")).name
    except (LookupError, ValueError):
        return ""
    return name if _OF_MAIL.fullmatch(name) else ""


def _without_surrogates(text: str) -> str:
    if text.isascii():
        return text
    data = text.encode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("windows-1252", "replace")

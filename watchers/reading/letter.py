"""One letter (RFC 5322, MIME) as people read it: who, what about, what it says, what hangs on it.

bytes ▶ headers ▶ the parts that are shown ▶ text            a letter that means no good is read as far as it goes
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, message_from_string
from email.message import Message
from email.parser import BytesHeaderParser
from hashlib import sha256
from typing import Final

from watchers.reading.dates import read_date
from watchers.reading.headers import MAX_HEADER, addresses, date_text, decoded_words, header_text, raw_header, text_of
from watchers.reading.plain import MAX_TEXT, plain_line, words_of

MAX_PARTS: Final = 500
MAX_NAME: Final = 255
FEW_WORDS: Final = 40
MANY_TIMES: Final = 3
"""So few words of a plain text, and so many times as many of its other form, are those that stand in for it."""
_KNOWN: Final = frozenset({"from", "to", "subject", "date", "message-id", "received", "return-path"})
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_MARKED_UP: Final = frozenset({"text/html", "text/enriched"})
_SHOWN: Final = _MARKED_UP | {"text/plain"}
_TITLE: Final = re.compile(r"<title\b[^<>]*>[^<]*</title\s*>", re.IGNORECASE)
"""What a mail's HTML has in common with a page's, and no program shows."""
_WORD: Final = re.compile(r"[\w-]+")
# A signature begins with a line that ends in a space, and a quotation is no part of the line before it.
_FLOWED: Final = re.compile(r"(?<!\n--) \r?\n(?!>)")
_LIST_ID: Final = re.compile(r"<([^<>]*)>\s*(?:\([^()]*\)\s*)?\Z")


@dataclass(frozen=True, slots=True)
class ReadLetter:
    """What a letter says.

    Attributes:
        key: The same for the same letter in every folder, and however often it is numbered anew.
        sender: Address and name; empty where it states none.
        text: What is shown of it as plain text, or else of its HTML; empty where there is no such part.
        is_letter: It has at least one header that a letter has.
    """

    key: str
    sender: tuple[str, str]
    recipients: tuple[str, ...]
    subject: str
    list_id: str
    date: datetime | None
    text: str
    attachments: tuple[str, ...]
    is_letter: bool


def read_letter(raw: bytes) -> ReadLetter:
    """Return what a letter says, however broken it is."""
    try:
        message: Message = message_from_bytes(raw)
        parts = tuple(_shown_parts(message))
    except RecursionError:
        # Parts inside parts inside parts, hundreds deep: nobody writes so, and its head can be read all the same.
        message, parts = BytesHeaderParser().parsebytes(raw), ()
    senders = addresses(message, "from") or addresses(message, "sender")
    sender = (senders[0][1], senders[0][0]) if senders else ("", "")
    recipients = tuple(dict.fromkeys(place or name for name, place in addresses(message, "to", "cc")))
    listed = header_text(message, "list-id")
    named = _LIST_ID.search(listed)
    return ReadLetter(
        key=_key(message, raw),
        sender=sender,
        recipients=recipients,
        subject=header_text(message, "subject"),
        list_id=named[1].strip() if named and named[1].strip() else listed,
        date=read_date(date_text(message)),
        text=_text(message, parts) if parts else "",
        attachments=tuple(dict.fromkeys(filter(None, map(_attached, parts)))),
        is_letter=any(name.lower() in _KNOWN for name in message),
    )


def _key(message: Message, raw: bytes) -> str:
    """Return a key made of what no server on the way changes.

    A Message-ID alone will not do: scripts send every letter with the same.
    """
    identity = raw_header(message, "message-id").strip()
    said = [raw_header(message, name).strip() for name in ("date", "from", "subject")]
    head = _HEAD_END.split(raw, maxsplit=1)[0] if not identity else b""
    return sha256("\0".join([identity, *said]).encode("utf-8", "replace") + b"\0" + head).hexdigest()[:32]


def _shown_parts(message: Message) -> Iterator[Message]:
    """Yield the parts that are no containers; a letter that is attached is one part, not looked into."""
    waiting = [message]
    seen = 0
    while waiting and seen < MAX_PARTS:
        part = waiting.pop()
        seen += 1
        inner = part.get_payload()
        if isinstance(inner, list) and part.get_content_maintype() != "message":
            waiting += reversed([each for each in inner if isinstance(each, Message)])
        else:
            yield part


def _text(message: Message, parts: Sequence[Message]) -> str:
    """Return what is shown of a letter; where nothing is, whatever text hangs on it that is not said to be a file."""
    shown = _said(message, [MAX_PARTS])
    if shown:
        return shown
    named = (part for part in parts if part.get_content_disposition() != "attachment")
    return plain_line(" ".join(filter(None, map(_read, named))), MAX_TEXT)


def _said(part: Message, left: list[int]) -> str:
    """Return what is shown of a part: of several forms of the same the plain text if it says it, else all in its order.

    Args:
        part: The letter, or a part of it.
        left: How many parts may still be looked at.
    """
    left[0] -= 1
    inner = part.get_payload()
    if left[0] < 0 or _type(part).startswith("message/"):
        return ""
    if not isinstance(inner, list):
        return _read(part) if _type(part) in _SHOWN and not _is_attached(part) else ""
    each = [one for one in inner if isinstance(one, Message)]
    if _type(part) == "multipart/alternative":
        in_order = sorted(each, key=lambda one: _type(one) != "text/plain")
        said = list(filter(None, (_said(one, left) for one in in_order)))
        return next((one for one in said[:1] if not _stands_in(one, said[1:])), max(said, key=len, default=""))
    text = ""
    for one in each:
        if len(text) < MAX_TEXT:
            text = f"{text} {_said(one, left)}".strip()
    return text[:MAX_TEXT].rstrip()


def _stands_in(said: str, others: Sequence[str]) -> bool:
    """Say whether a plain text only says that the letter is to be read elsewhere: "Your program shows no HTML"."""
    words = len(said.split())
    return words <= FEW_WORDS and any(len(other.split()) >= MANY_TIMES * words for other in others)


def _read(part: Message) -> str:
    """Return the text of one part; a kind of text that is not known is plain text (RFC 2046 §4.1.4)."""
    type_ = _type(part)
    if type_ in _MARKED_UP:
        return words_of(_TITLE.sub(" ", _content(part)), MAX_TEXT)
    # A container that holds no parts is broken, and what stands in it can be read all the same.
    if not type_.startswith(("text/", "multipart/")) or isinstance(part.get_payload(), list):
        return ""
    return plain_line(_unflowed(part, _content(part)), MAX_TEXT)


def _type(part: Message) -> str:
    """Return the media type, also where the semicolon behind it is forgotten."""
    return part.get_content_type().split()[0]


def _unflowed(part: Message, text: str) -> str:
    """Return a text whose lines are joined where the space at their end is only a mark (RFC 3676 §4.2)."""
    return _FLOWED.sub("", text) if _parameter(part, "delsp") == "yes" else text


def _content(part: Message) -> str:
    stated = _WORD.search(raw_header(part, "content-transfer-encoding"))
    if stated is not None:
        # Python takes it by the letter, with the white space and the comment behind it.
        part.replace_header("content-transfer-encoding", stated[0])
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    return text_of(payload, _charset(part))


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except ValueError:  # the number of a parameter's continuation can be longer than Python reads
        return None


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name)
    except ValueError:
        return ""
    return value.strip().lower() if isinstance(value, str) else ""


def _is_attached(part: Message) -> bool:
    return bool(_name(part)) or part.get_content_disposition() == "attachment"


def _attached(part: Message) -> str:
    """Return what an attachment is called; of one without a name, its type; empty for what is no attachment."""
    name = _name(part)
    if name or part.get_content_disposition() != "attachment":
        return name
    return plain_line(part.get_content_type(), MAX_NAME)


def _name(part: Message) -> str:
    headers = Message()
    for header in ("content-disposition", "content-type"):
        headers[header] = raw_header(part, header)  # Python hides one that holds bytes beyond ASCII
    try:
        name = headers.get_filename()
    except ValueError:
        return ""
    return decoded_words(name[:MAX_HEADER])[:MAX_NAME].strip().strip('"') if name else ""


def named_attachments(named: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """Return the names of attachments from their parameters, as a server lists them."""
    names = []
    for parameters in named:
        written = "; ".join(f'{name}="{_escaped(value)}"' for name, value in parameters.items())
        names.append(_name(message_from_string(f"Content-Type: x/x; {written}\nContent-Disposition: x; {written}\n\n")))
    return tuple(dict.fromkeys(filter(None, names)))


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\r", " ").replace("\n", " ")

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
from watchers.reading.headers import MAX_HEADER, addresses, decoded_words, header_text, raw_header, text_of
from watchers.reading.plain import MAX_TEXT, plain_line, words_of

MAX_PARTS: Final = 500
MAX_NAME: Final = 255
_KNOWN: Final = frozenset({"from", "to", "subject", "date", "message-id", "received", "return-path"})
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_LIST_ID: Final = re.compile(r"<([^<>]*)>\s*\Z")


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
        date=read_date(raw_header(message, "date")),
        text=_text(parts),
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


def _text(parts: Sequence[Message]) -> str:
    for wanted, read in (("text/plain", plain_line), ("text/html", words_of), ("text/enriched", words_of)):
        found = [read(_content(part)) for part in parts if part.get_content_type() == wanted and not _is_attached(part)]
        text = plain_line(" ".join(filter(None, found)), MAX_TEXT)
        if text:
            return text
    return ""


def _content(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return text_of(payload, _charset(part)) if isinstance(payload, bytes) else ""


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except ValueError:  # the number of a parameter's continuation can be longer than Python reads
        return None


def _is_attached(part: Message) -> bool:
    return bool(_name(part)) or part.get_content_disposition() == "attachment"


def _attached(part: Message) -> str:
    """Return what an attachment is called; of one without a name, its type; empty for what is no attachment."""
    name = _name(part)
    if name or part.get_content_disposition() != "attachment":
        return name
    return plain_line(part.get_content_type(), MAX_NAME)


def _name(part: Message) -> str:
    try:
        name = part.get_filename()
    except ValueError:
        return ""
    return decoded_words(name[:MAX_HEADER])[:MAX_NAME].strip() if name else ""


def named_attachments(named: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """Return the names of attachments from their parameters, as a server lists them."""
    names = []
    for parameters in named:
        written = "; ".join(f'{name}="{_escaped(value)}"' for name, value in parameters.items())
        names.append(_name(message_from_string(f"Content-Type: x/x; {written}\nContent-Disposition: x; {written}\n\n")))
    return tuple(dict.fromkeys(filter(None, names)))


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\r", " ").replace("\n", " ")

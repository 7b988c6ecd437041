"""A certificate, as a host shows it (DER, RFC 5280 §4.1) → who issued it and how long it is valid.

    Certificate ▶ TBSCertificate ▶ [version] serial signature issuer validity …

Read here and not by the standard library, which decodes a certificate only after it has accepted it: the one that has
expired is the one to be told of. Nothing is checked; a reader of bytes makes nobody trustworthy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

# X.690 §8.1.2: class, form and number of a tag in one byte.
_SEQUENCE: Final = 0x30
_SET: Final = 0x31
_OBJECT_ID: Final = 0x06
_UTC_TIME: Final = 0x17
_GENERALIZED_TIME: Final = 0x18
_VERSION: Final = 0xA0
_TEXTS: Final = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1E: "utf-16-be"}
# X.520: 2.5.4.3 and 2.5.4.10, as DER has them.
_COMMON_NAME: Final = bytes((0x55, 0x04, 0x03))
_ORGANIZATION: Final = bytes((0x55, 0x04, 0x0A))

MAX_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is told of a certificate.

    Attributes:
        issuer: The organization that issued it, or its common name; empty where neither is there.
    """

    valid_from: datetime
    valid_until: datetime
    issuer: str


class _Unreadable(Exception):
    """These bytes are no certificate."""


def read_certificate(der: bytes) -> Certificate | None:
    """Return what a certificate says, or None where the bytes are none."""
    try:
        certificate = _only(der, _SEQUENCE)
        tag, signed = next(_parts(certificate), (0, b""))
        parts = [part for part in _parts(signed) if part[0] != _VERSION] if tag == _SEQUENCE else []
        if len(parts) < 4 or parts[2][0] != _SEQUENCE or parts[3][0] != _SEQUENCE:
            return None
        times = list(_parts(parts[3][1]))
        if len(times) != 2:
            return None
        return Certificate(_time(*times[0]), _time(*times[1]), _issuer(parts[2][1]))
    except _Unreadable:
        return None


def _only(data: bytes, wanted: int) -> bytes:
    """Return the content of the first element, which has to be of a kind."""
    tag, content = next(_parts(data), (0, b""))
    if tag != wanted:
        raise _Unreadable
    return content


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the elements that stand in a row: tag and content (X.690 §8.1, definite lengths only, as DER has them)."""
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            raise _Unreadable
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            if not 1 <= size <= 4 or at + size > len(data):
                raise _Unreadable
            length, at = int.from_bytes(data[at : at + size]), at + size
        if at + length > len(data):
            raise _Unreadable
        yield tag, data[at : at + length]
        at += length


def _time(tag: int, content: bytes) -> datetime:
    """Return an instant (RFC 5280 §4.1.2.5: a year of two digits is of 1950 to 2049, and all times are UTC)."""
    text = content.decode("ascii", "replace")
    if tag == _UTC_TIME and text[:2].isdecimal():
        text = f"{'19' if text[:2] >= '50' else '20'}{text}"
    elif tag != _GENERALIZED_TIME:
        raise _Unreadable
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise _Unreadable from error


def _issuer(name: bytes) -> str:
    """Return whom a distinguished name means, to a person: the organization, else the common name."""
    named: dict[bytes, str] = {}
    for set_tag, relative in _parts(name):
        for tag, pair in _parts(relative) if set_tag == _SET else ():
            values = list(_parts(pair)) if tag == _SEQUENCE else []
            if len(values) == 2 and values[0][0] == _OBJECT_ID and values[1][0] in _TEXTS:
                named.setdefault(values[0][1], values[1][1].decode(_TEXTS[values[1][0]], "replace"))
    return (named.get(_ORGANIZATION) or named.get(_COMMON_NAME) or "")[:MAX_NAME]

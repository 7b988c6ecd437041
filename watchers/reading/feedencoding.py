"""The bytes of an XML or JSON answer → its text, whatever the labels say.

Feeds lie about their encoding, servers more so, and RFC 7303 lets the HTTP header overrule the document. What decodes
is believed first: text that is valid UTF-8 and not ASCII is hardly ever anything else. A web page is another matter
(`watchers.reading.encoding`): its labels are what browsers go by.
"""

from __future__ import annotations

import codecs
import re
import zlib

# The longest first: UTF-32's mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# How "<?" or a first bracket and letter look without a mark (XML 1.0, appendix F).
_SHAPES = (
    (re.compile(rb"[<{\[]\0\0\0.\0\0\0", re.DOTALL), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{\[]\0\0\0", re.DOTALL), "utf-32-be"),
    (re.compile(rb"[<{\[]\0[^\0]\0", re.DOTALL), "utf-16-le"),
    (re.compile(rb"\0[<{\[]\0[^\0]", re.DOTALL), "utf-16-be"),
    (re.compile(rb"\x4c\x6f\xa7\x94"), "cp037"),  # "<?xm" in EBCDIC
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']""")

# What the labels mean in practice (WHATWG Encoding Standard §4.2): each is read as its larger relative.
_MEANT = {
    **dict.fromkeys(("ascii", "iso8859-1"), "cp1252"),
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# Codecs of Python that are no encodings of documents; some of them are slow on purpose-made input.
_NO_DOCUMENT = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7"})
_SEVEN_BIT = ("iso2022", "hz")

_GZIP = b"\x1f\x8b\x08"
_MAX_UNPACKED = 20_000_000


def decode_document(body: bytes, charset: str | None = None) -> str:
    """Return the text of a document; never fails, and leaves no lone surrogate and no byte order mark in it.

    Order of belief: a byte order mark, the shape of the first characters, UTF-8 if it decodes, the XML declaration,
    the HTTP charset, and at last UTF-8 with Windows-1252 for the bytes that are none.

    Args:
        body: The bytes as they came, unpacked.
        charset: The charset of the HTTP header, if any.
    """
    body = _unpacked(body)
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for shape, encoding in _SHAPES:
        if shape.match(body):
            return body.decode(encoding, "replace")
    declared = _DECLARED.search(body[:1000])
    labels = [label for label in (declared and declared[1].decode("latin-1"), charset) if label]
    encodings = [encoding for encoding in map(_encoding, labels) if encoding]
    seven_bit = [encoding for encoding in encodings if encoding.startswith(_SEVEN_BIT)]
    for encoding in (*seven_bit, "utf-8", *encodings):
        try:
            return body.decode(encoding)
        except UnicodeError:
            continue
    return body.decode("utf-8", _AS_WINDOWS)


def _unpacked(body: bytes) -> bytes:
    """Unpack a body that is a gzip file: some servers hand such a file out without saying so."""
    if not body.startswith(_GZIP):
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, _MAX_UNPACKED)
    except zlib.error:
        return body


def _encoding(label: str) -> str | None:
    """Return Python's name of the encoding that a label means, or None."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):  # ValueError: a NUL in the label
        return None
    name = _MEANT.get(name, name)
    return None if name in _NO_DOCUMENT or not _is_text(name) else name


def _is_text(name: str) -> bool:
    """Whether a codec turns bytes into text; rot13 and base64 do not."""
    try:
        return isinstance(b"".decode(name), str)
    except LookupError:
        return False


def _windows_bytes(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are no UTF-8 as Windows-1252: what they nearly always are."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_AS_WINDOWS = "trusted-agent-windows-1252"
codecs.register_error(_AS_WINDOWS, _windows_bytes)

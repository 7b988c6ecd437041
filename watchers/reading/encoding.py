"""The encoding of a page, as a browser finds it (HTML Standard §13.2.3, Encoding Standard §4.2).

    byte order mark ▶ HTTP header ▶ <meta> ▶ what decodes as UTF-8 ▶ windows-1252

The last step but one goes beyond the standard: a page that names no encoding and is valid UTF-8 is UTF-8. So is one
that names an encoding of several bytes a letter and is valid UTF-8 in so many of them that it cannot be chance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

MAX_PRESCAN: Final = 256 * 1024
"""Browsers look at 1,024 bytes first, and start again where the parser meets a <meta> later; this covers both."""

_LABELS: Final = """
utf-8|utf-8|unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf8 x-unicode20utf8
ibm866|cp866|866 cp866 csibm866
iso-8859-2|iso8859-2|csisolatin2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2
iso-8859-3|iso8859-3|csisolatin3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3
iso-8859-4|iso8859-4|csisolatin4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4
iso-8859-5|iso8859-5|csisolatincyrillic cyrillic iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988
iso-8859-6|iso8859-6|arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6-e iso-8859-6-i
iso-8859-6|iso8859-6|iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987
iso-8859-7|iso8859-7|csisolatingreek
iso-8859-7|iso8859-7|ecma-118 elot_928 greek greek8 iso-ir-126 iso8859-7 iso88597 iso_8859-7 sun_eu_greek
iso-8859-8|iso8859-8|csiso88598e csisolatinhebrew hebrew iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 visual
iso-8859-8-i|iso8859-8|csiso88598i logical
iso-8859-10|iso8859-10|csisolatin6 iso-ir-157 iso8859-10 iso885910 l6 latin6
iso-8859-13|iso8859-13|iso8859-13 iso885913
iso-8859-14|iso8859-14|iso8859-14 iso885914
iso-8859-15|iso8859-15|csisolatin9 iso8859-15 iso885915 iso_8859-15 l9
iso-8859-16|iso8859-16|
koi8-r|koi8-r|cskoi8r koi koi8 koi8_r
koi8-u|koi8-u|koi8-ru
macintosh|mac-roman|csmacintosh mac x-mac-roman
windows-874|cp874|dos-874 iso-8859-11 iso8859-11 iso885911 tis-620
windows-1250|cp1250|cp1250 x-cp1250
windows-1251|cp1251|cp1251 x-cp1251
windows-1252|cp1252|ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1
windows-1252|cp1252|iso-ir-100 iso8859-1 iso88591 us-ascii iso_8859-1 iso_8859-1:1987 l1 latin1 x-cp1252 x-user-defined
windows-1253|cp1253|cp1253 x-cp1253
windows-1254|cp1254|cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9
windows-1254|cp1254|iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 x-cp1254
windows-1255|cp1255|cp1255 x-cp1255
windows-1256|cp1256|cp1256 x-cp1256
windows-1257|cp1257|cp1257 x-cp1257
windows-1258|cp1258|cp1258 x-cp1258
x-mac-cyrillic|mac-cyrillic|x-mac-ukrainian
gbk|gb18030|chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 iso-ir-58 x-gbk
gb18030|gb18030|
big5|big5hkscs|big5-hkscs cn-big5 csbig5 x-x-big5
euc-jp|euc-jp|cseucpkdfmtjapanese x-euc-jp
iso-2022-jp|iso2022-jp|csiso2022jp
shift_jis|cp932|csshiftjis ms932 ms_kanji shift-jis sjis windows-31j x-sjis
euc-kr|cp949|cseuckr csksc56011987 iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949
utf-16be|utf-16-be|unicodefffe
utf-16le|utf-16-le|csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16
"""
"""name|Python's codec|labels: the table of the Encoding Standard §4.2, without its "replacement" encodings."""

_WIDE: Final = frozenset({"gb18030", "big5hkscs", "euc-jp", "iso2022-jp", "cp932", "cp949"})
"""Codecs of several bytes a letter."""
FEWEST_LONG: Final = 3
FEWEST_SHORT: Final = 8
"""Letters of three bytes or more, or of two, that bytes in another encoding do not give by chance."""

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16be"), (b"\xff\xfe", "utf-16le"))
_TAG: Final = re.compile(
    rb"<(?:(?P<comment>!--)|(?P<meta>meta(?=[\t\n\f\r /]))|/?[a-z][^\t\n\f\r >]*|[!/?])", re.IGNORECASE
)
_ATTRIBUTE: Final = re.compile(
    rb"""[\t\n\f\r /]*([^\t\n\f\r />][^\t\n\f\r />=]*+)
         (?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|(?!["'])([^\t\n\f\r >]*)))?
         (?![\t\n\f\r ]*=)""",  # an equals sign that is left over has a quote behind it that never ends
    re.VERBOSE,
)
_TAG_END: Final = re.compile(rb"[\t\n\f\r /]*>")
_IN_CONTENT: Final = re.compile(
    rb"""charset[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^"'\t\n\f\r ;][^\t\n\f\r ;]*))""", re.I
)


def _table() -> Iterator[tuple[str, str, str]]:
    for line in _LABELS.strip().splitlines():
        name, codec, labels = line.split("|")
        yield name, name, codec
        for label in labels.split():
            yield label, name, codec


_ENCODINGS: Final = {label: (name, codec) for label, name, codec in _table()}


def encoding_name(label: str) -> str | None:
    """Return the name that the Encoding Standard gives a label, in lower case, or None where it knows none."""
    name, _ = _ENCODINGS.get(label.strip().lower(), (None, ""))
    return name


def decode(body: bytes, charset: str | None) -> tuple[str, str]:
    """Return the text of a page and the name of its encoding; what cannot be decoded becomes U+FFFD.

    Args:
        body: The page.
        charset: The charset of the HTTP header, if any.
    """
    mark, name = next(((mark, name) for mark, name in _MARKS if body.startswith(mark)), (b"", None))
    name = name or (encoding_name(charset) if charset else None) or _declared(body[:MAX_PRESCAN]) or _undeclared(body)
    if _ENCODINGS[name][1] in _WIDE and is_surely_utf_8(body):
        name = "utf-8"
    return body[len(mark) :].decode(_ENCODINGS[name][1], "replace"), name


def is_surely_utf_8(body: bytes) -> bool:
    """Say whether bytes are UTF-8, whatever they are said to be.

    What an encoding of two bytes a letter has for Chinese, Japanese or Korean is valid UTF-8 only where every one of
    its letters happens to be. Few letters that are prove nothing.
    """
    if not is_utf_8(body):
        return False
    text = body.decode("utf-8")
    return sum(map("\u07ff".__lt__, text)) >= FEWEST_LONG or sum(map("\x7f".__lt__, text)) >= FEWEST_SHORT


def is_utf_8(body: bytes) -> bool:
    """Say whether bytes are valid UTF-8 and not mere ASCII."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not body.isascii()


def _undeclared(body: bytes) -> str:
    return "utf-8" if is_utf_8(body) else "windows-1252"


def _declared(head: bytes) -> str | None:
    """Return what the first <meta> with a known encoding says: the standard's prescan of a byte stream."""
    if b"charset" not in head.lower():
        return None
    position = 0
    while tag := _TAG.search(head, position):
        if tag["comment"]:
            end = head.find(b"-->", tag.start() + 2)
            position = end + 3
        elif tag[0] in (b"<!", b"</", b"<?"):
            end = head.find(b">", tag.end())
            position = end + 1
        else:
            attributes, end = _attributes(head, tag.end())
            position = end
            if tag["meta"] and end > 0 and (name := _said(attributes)):
                return name
        if end < 0:
            return None
    return None


def _attributes(head: bytes, position: int) -> tuple[dict[bytes, bytes], int]:
    """Return the attributes of the tag at a position, and where it ends: -1 where it does not."""
    attributes: dict[bytes, bytes] = {}
    while found := _ATTRIBUTE.match(head, position):
        position = found.end()
        attributes.setdefault(found[1].lower(), found[2] or found[3] or found[4] or b"")
    end = _TAG_END.match(head, position)
    return attributes, end.end() if end else -1


def _said(attributes: dict[bytes, bytes]) -> str | None:
    label = attributes.get(b"charset")
    if label is None and attributes.get(b"http-equiv", b"").lower() == b"content-type":
        found = _IN_CONTENT.search(attributes.get(b"content", b""))
        label = (found[1] or found[2] or found[3]) if found else None
    name = encoding_name((label or b"").decode("latin-1"))
    return "utf-8" if name in ("utf-16le", "utf-16be") else name  # what was read as ASCII is no UTF-16

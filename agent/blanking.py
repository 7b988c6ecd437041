"""Secrets out of a saved answer: what the rule file knows, what the source set as a cookie, what looks like a token.

A saved answer is kept for years and may be shown to others. What is blanked reads `***`, so that the rest keeps its
form: a page, a feed or JSON is read as before.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from agent.redaction import MASK, SHORTEST_SECRET, Redactor

# How a field, a key or a parameter is called that holds a token of a session or a form. The last words are those of
# Rails, ASP.NET, Magento, Drupal, Moodle and WordPress.
_NAME = (
    r"[\w$.-]{0,60}?(?:[cx]srf[\w-]{0,30}|token|nonce|secret|passw(?:or)?d|jwt|credentials?|api[_-]?key|"
    r"session(?:[_-]?(?:id|key))?|(?:php|j)?sess(?:ion)?_?(?:id|key)|(?<![a-z])sid|"
    r"__viewstate|__eventvalidation|form_key|form_build_id)"
)
_QUOTE = r"\\{0,3}[\"']"
# As long as this, and without a space, it is no word of the page that only stands beside such a name.
_WORD = r"[^\s\"'<>\\]{6,4000}"
# Scripts write `"csrfToken": "…"`, `csrf = '…'`, and JSON in JSON `\"csrfToken\":\"…\"`.
_KEYED = re.compile(rf"((?<![\w$-]){_NAME}(?:{_QUOTE})?\s{{0,5}}[:=]\s{{0,5}}{_QUOTE}){_WORD}(?={_QUOTE})", re.I)
_PARAMETER = re.compile(rf"([?&;](?:amp;)?{_NAME}=)[^\s&#;\"'<>\\]+", re.IGNORECASE)
_TAG = re.compile(r"<(?:input|meta)\b[^<>]{1,6000}>", re.IGNORECASE)
_NAMED = re.compile(rf"\b(?:name|id|property)\s*=\s*[\"']?{_NAME}[\"'\s/>]", re.IGNORECASE)
_HELD = re.compile(r"(\b(?:value|content)\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)", re.IGNORECASE)
# JSON Web Tokens, RFC 7519: two parts that begin with an encoded brace, and a signature.
_JWT = re.compile(r"\beyJ[\w-]{6,}\.eyJ[\w-]{6,}\.[\w-]*")
_BEARER = re.compile(r"\b(bearer\s+)[\w.~+/-]{12,}=*", re.IGNORECASE)

_SOUNDS_SECRET = re.compile(_NAME, re.IGNORECASE)
_SHORTEST_COOKIE = 8
_LONG_COOKIE = 16
_PICTURES = ("image/", "audio/", "video/", "font/")


@dataclass(frozen=True, slots=True)
class Blanked:
    """What is left of an answer's body, and how often what was blanked."""

    body: bytes
    counts: Mapping[str, int]


class Blanker:
    """Takes out of answers what nobody else shall see."""

    def __init__(self, secrets: Iterable[str], cookies: Iterable[str] = ()) -> None:
        """Learn what to blank.

        Args:
            secrets: Values that the rule file knows.
            cookies: `Set-Cookie` headers of the exchange.
        """
        kept = {value for header in cookies for value in cookie_secrets(header)}
        self._secrets = frozenset({*secrets, *kept})
        self._redactor = Redactor(self._secrets)

    def address(self, url: str) -> str:
        """Return an address without tokens; an address that is blanked already stays as it is."""
        return _PARAMETER.sub(rf"\g<1>{MASK}", self._redactor.clean(url))

    def text(self, text: str) -> tuple[str, Counter[str]]:
        """Return a text without tokens, and how many of each sort were blanked."""
        counts: Counter[str] = Counter()
        cleaned = self._redactor.clean(text)
        counts["known secrets"] = max(0, cleaned.count(MASK) - text.count(MASK))
        cleaned, counts["fields of forms"] = _blank_fields(cleaned)
        for sort, pattern in (
            ("keys of scripts", _KEYED), ("parameters of addresses", _PARAMETER), ("bearer tokens", _BEARER)
        ):  # fmt: skip
            cleaned, counts[sort] = pattern.subn(_mask_once, cleaned)
        cleaned, counts["signed tokens"] = _JWT.subn(MASK, cleaned)
        return cleaned, +counts

    def body(self, body: bytes, content_type: str) -> Blanked:
        """Return a body without tokens, in the encoding that it has; a picture is left as it is."""
        if content_type.lower().startswith(_PICTURES):
            return Blanked(body, {})
        encoding = _encoding(body, content_type)
        text, counts = self.text(body.decode(encoding))
        return Blanked(text.encode(encoding), counts)

    def leaks(self, content: bytes) -> bool:
        """Return whether one of the known secrets still stands in a content as it is."""
        known = (secret.strip() for secret in self._secrets)
        return any(secret.encode("utf-8", "replace") in content for secret in known if len(secret) >= SHORTEST_SECRET)


def cookie_secrets(header: str) -> set[str]:
    """Return what of a `Set-Cookie` header may be a secret: its value, unless it is a plain word such as a country."""
    name, _, rest = header.partition("=")
    written = rest.partition(";")[0].strip().strip('"')
    found = set()
    for bare in {written, unquote(written)}:
        is_mixed = bool(re.search(r"\d", bare) and re.search(r"[^\W\d]", bare))
        sounds_secret = bool(_SOUNDS_SECRET.search(name)) and len(bare) >= SHORTEST_SECRET
        if sounds_secret or (len(bare) >= _SHORTEST_COOKIE and is_mixed) or len(bare) >= _LONG_COOKIE:
            found.add(bare)
    return found


def _mask_once(found: re.Match[str]) -> str:
    return f"{found[1]}{MASK}"


def _blank_fields(text: str) -> tuple[str, int]:
    """Blank the values of form fields and of `<meta>` that are named like tokens, however they are ordered."""
    count = 0

    def blank(tag: re.Match[str]) -> str:
        nonlocal count
        if not _NAMED.search(tag[0]):
            return tag[0]
        blanked, changed = _HELD.subn(rf'\g<1>"{MASK}"', tag[0])
        count += changed
        return blanked

    return _TAG.sub(blank, text), count


def _encoding(body: bytes, content_type: str) -> str:
    """Return an encoding in which the body comes back as it was, byte for byte."""
    stated = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    marked = ["utf-16"] if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else []
    for encoding in (*marked, stated[1] if stated else "utf-8", "utf-8"):
        try:
            if body.decode(encoding).encode(encoding) == body:
                return encoding
        except (LookupError, UnicodeError):
            continue
    # Every byte is one letter of it, and ASCII is ASCII.
    return "latin-1"

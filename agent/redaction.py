"""Secrets out of any text: before a line is logged, a reason is stored or an error is shown.

Two nets, since either alone has holes: the secrets that the rule file named, in every form that a library may write
them in, and what looks like a secret in an address, whoever put it there.
"""

from __future__ import annotations

import base64
import html
import json
import logging
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus, unquote

MASK = "***"

# Shorter values stand in ordinary words by chance: hiding "abc" everywhere would hide the message, not the secret.
SHORTEST_SECRET = 4
# A part of an address that is as long as this is taken for a token, unless it reads like a name.
SHORTEST_TOKEN = 8
# A stretch of Base64 shorter than this turns up in other Base64 by chance.
SHORTEST_BASE64 = 6

# How a parameter is called that holds a secret. Every repeat here is bounded: a log line may be long and hostile.
_TELLTALE = r"(?:[\w-]{0,40}(?:token|secret|passw(?:or)?d|api_?key)|pass|key|auth|sig|signature|credential)"

_LOOKS_SECRET: tuple[tuple[re.Pattern[str], str], ...] = (
    # user:password@ in an address of any scheme; a single @ in a path or query is left alone. A quote, a bracket or a
    # backslash ends the address (RFC 3986, appendix C): what follows is the next word of JSON or of a page.
    (re.compile(r"\b([a-z][a-z0-9+.-]{0,31}://)[^\s/?#@\"<>\\]+@", re.IGNORECASE), rf"\1{MASK}@"),
    (re.compile(rf"([?&;]{_TELLTALE}=)[^\s&#'\"]+", re.IGNORECASE), rf"\1{MASK}"),
    (re.compile(r"\b(authorization['\"]?\s*[:=]\s*['\"]?(?:basic|bearer|token)\s+)[^\s'\",]+", re.I), rf"\1{MASK}"),
    (re.compile(r"\b(x-[\w-]{0,40}(?:key|token)['\"]?\s*[:=]\s*['\"]?)[^\s'\",]+", re.IGNORECASE), rf"\1{MASK}"),
    # Two services put the token into the path of a plain web address.
    (re.compile(r"(/bot)\d+:[\w-]{10,}"), rf"\1{MASK}"),
    (re.compile(r"(/(?:webhooks|services)/)[\w/-]{10,}"), rf"\1{MASK}"),
)
# Apprise's own addresses (tgram://token/chat): web addresses are left whole, for a link must stay a link.
_SERVICE_ADDRESS = re.compile(r"\b(?!https?://|file://)([a-z][a-z0-9]{1,31}://)([^\s'\"<>]+)", re.IGNORECASE)
_PART = re.compile(rf"[\w:-]{{{SHORTEST_TOKEN},}}")


class Redactor:
    """Takes secrets out of texts; safe to use from any thread."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Learn the secrets to hide.

        Args:
            secrets: Values as the owner wrote them. Those under four characters are not searched for.
        """
        self._secrets = frozenset(secret.strip() for secret in secrets)
        forms = {form for secret in self._secrets for form in _forms(secret)}
        # The longest first, so that a secret that begins with another one does not leave its end behind.
        written = [re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form))]
        self._known = re.compile("|".join(written)) if written else None

    def clean(self, text: str) -> str:
        """Return the text with every secret replaced by `***`."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        for pattern, masked in _LOOKS_SECRET:
            text = pattern.sub(masked, text)
        return _SERVICE_ADDRESS.sub(lambda found: found[1] + _PART.sub(_mask_token, found[2]), text)

    def knowing(self, secrets: Iterable[str]) -> Redactor:
        """Return a redactor that hides these secrets too."""
        return Redactor(self._secrets.union(secrets))


class SecretFilter(logging.Filter):
    """Cleans log records, their tracebacks included; belongs on every handler, so that no logger is missed."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self.redactor = redactor

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean the record and let it pass."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):  # arguments that do not fit: logging itself must not break a poll
            message = f"{record.msg} {record.args!r}"
        record.msg, record.args = self.redactor.clean(message), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            # The formatter prefers exc_info, which still holds the secret.
            record.exc_text, record.exc_info = self.redactor.clean(record.exc_text), None
        if record.stack_info:
            record.stack_info = self.redactor.clean(record.stack_info)
        return True


def secrets_of(url: str) -> frozenset[str]:
    """Return the parts of an Apprise address that may be secrets: the whole, who signs in, and token-like parts.

    Services differ in where they put a token (host, path, user, password), so every such place counts. What reads like
    a name is none: a host with a dot, a mail address, a short word.
    """
    _, _, rest = url.partition("://")
    where, _, query = rest.partition("?")
    authority, _, path = where.partition("/")
    signing, _, host = authority.rpartition("@")
    user, _, password = signing.partition(":")
    values = [part.partition("=")[2] for part in query.split("&") if re.match(rf"\+?{_TELLTALE}=", part, re.I)]
    certain = [password, *values] if password else [user, *values]
    likely = [host, *path.split("/")]
    found = {unquote(part) for part in certain} | {unquote(part) for part in likely if _may_be_token(unquote(part))}
    secrets = {secret for secret in found if len(secret) >= SHORTEST_SECRET}
    return frozenset({url, *secrets} if secrets else ())


def _mask_token(part: re.Match[str]) -> str:
    """Hide what mixes letters and digits; a plain word in an address is its host, topic or path."""
    return MASK if re.search(r"\d", part[0]) and re.search(r"[A-Za-z]", part[0]) else part[0]


def _may_be_token(part: str) -> bool:
    return len(part) >= SHORTEST_TOKEN and "." not in part and "@" not in part and part != "localhost"


def _forms(secret: str) -> Iterator[str]:
    """Yield the secret as written and as libraries write it: URL-encoded, escaped, in Base64, line by line."""
    if len(secret) < SHORTEST_SECRET:
        return
    yield from {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), html.escape(secret)}
    yield from {json.dumps(secret)[1:-1], repr(secret)[1:-1], repr(secret.encode())[2:-1]}
    yield from _base64_forms(secret.encode())
    lines = secret.splitlines()
    if len(lines) > 1:
        yield from (line.strip() for line in lines if len(line.strip()) >= SHORTEST_TOKEN)


def _base64_forms(secret: bytes) -> Iterator[str]:
    """Yield what is sure to appear where a Base64 text holds the secret, after any number of other bytes.

    In `Basic base64(user:password)` the user's length shifts the password against Base64's groups of three bytes, and
    the characters at both ends depend on the neighbours: so three shifts, without the ends.
    """
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + secret).decode()
        sure = encoded[(shift * 8 + 5) // 6 : (shift + len(secret)) * 8 // 6]
        if len(sure) >= SHORTEST_BASE64:
            yield sure
            yield sure.translate(str.maketrans("+/", "-_"))

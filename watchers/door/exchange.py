"""One exchange with a source, as values: what is asked, what came back, what is remembered and what is written down.

    Request + HttpOptions ▶ Ask ▶ (wire) ▶ Answer ▶ Page       Exchange: for the next time       Contact: for the ledger

Everything here is pure. Secrets live in an `Ask` alone, whose repr does not show them, and in no Exchange or Contact
but inside a hash.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from watchers.api import HttpOptions, Page, Request, SourceChanged, SourceRefused
from watchers.door.address import Address, NotAnAddress, read_address
from watchers.door.inflate import ACCEPTED

FRESH_AT_MOST: Final = timedelta(days=1)
QUIET_AT_MOST: Final = timedelta(days=1)
SAFE_METHODS: Final = frozenset({"GET", "HEAD"})

# They frame the message or choose its receiver: set by hand, they would have us and the server read two messages.
_OURS: Final = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110, section 5.6.2
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_SET_COOKIE: Final = re.compile(r"\s*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=([^\x00-\x1f\x7f;]*)")


@dataclass(frozen=True, slots=True)
class Exchange:
    """What is remembered of a request's last good answer; one row per request.

    Attributes:
        key: A hash of method, address, headers, body and credentials.
        digest: SHA-256 of the decompressed body.
        at: When the answer was last seen or confirmed, in UTC.
        fresh_until: Until when its source calls it current (RFC 9111); None where it says nothing or forbids reuse.
    """

    key: str
    etag: str
    last_modified: str
    digest: str
    at: datetime
    fresh_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """One line of the ledger: one request that left this machine, or tried to.

    Attributes:
        address: What was asked, with secrets redacted.
        ip: Whom it went to; None where a proxy looked the name up.
        bytes_sent, bytes_received: Of HTTP: heads and bodies as they travel, without chunk marks and TLS.
        outcome: A few words: "200", "not changed", "no answer in 60 s".
        asked_by: The ids of the rules for which it was made.
        sends: What of the owner's profile went out with it, by name; the owner allowed that in the rule.
    """

    at: datetime
    method: str
    host: str
    address: str
    ip: str | None
    status: int | None
    bytes_sent: int
    bytes_received: int
    outcome: str
    asked_by: tuple[str, ...]
    sends: tuple[str, ...] = ()
    purpose: str = "poll"


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to one host; a redirect makes another one of it.

    Attributes:
        headers: What the kind asks with.
        own: The headers that the owner wrote, and credentials: for this host alone.
        cookies: The owner's cookies: for this host alone.
        jar: Cookies that the site set on the way, kept for this one exchange.
        body: What a POST sends.
        private: Private addresses are allowed for it.
        is_led: A redirect of a host out there led here, whatever the rule allows.
        is_probe: It is a question about the host: any status answers it, on a connection of its own.
    """

    method: str
    address: Address
    private: bool
    user_agent: str
    headers: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict, repr=False)
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    jar: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    ca: str | None = None
    proxy: str | None = field(default=None, repr=False)
    is_led: bool = False
    is_probe: bool = False

    @property
    def key(self) -> str:
        """A hash of everything that may shape the answer, or decide whether it may be had: equal asks are one."""
        allowed = str(self.private and not self.is_led)
        parts = [self.method, str(self.address), allowed, self.user_agent, self.ca or "", self.proxy or ""]
        for named in (self.headers, self.own, self.cookies):
            parts += [f"{name}\0{value}" for name, value in sorted(named.items())] + [""]
        hashed = hashlib.sha256("\1".join(parts).encode("utf-8", "surrogatepass"))
        hashed.update(b"\2" + (self.body or b""))
        return hashed.hexdigest()

    def head(self, known: Exchange | None) -> list[tuple[bytes, bytes]]:
        """Return every header as it is sent, asking only for news where an earlier answer is known."""
        named = {
            "host": self.address.authority,
            "user-agent": self.user_agent,
            "accept": "*/*",
            "accept-encoding": ACCEPTED,
            **self.headers,
            **self.own,
        }
        if cookies := {**self.cookies, **self.jar}:
            named["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        if self.body is not None:
            named["content-length"] = str(len(self.body))
        if known is not None and known.etag:
            named["if-none-match"] = known.etag
        if known is not None and known.last_modified:
            named["if-modified-since"] = known.last_modified
        return [(name.encode("ascii"), value.encode("utf-8", "surrogatepass")) for name, value in named.items()]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answered to one ask.

    Attributes:
        digest: SHA-256 of the body, or the known one where it said 304; empty where there is nothing to read.
        from_home: It came from a private address.
    """

    address: Address
    status: int
    headers: Mapping[str, str]
    body: bytes
    digest: str
    set_cookies: tuple[str, ...] = ()
    from_home: bool = False

    def page(self, last_read: str | None) -> Page:
        """Return the answer as one watch sees it, which last read the body of that digest."""
        unchanged = bool(self.digest) and self.digest == last_read
        return Page(
            url=str(self.address),
            body=b"" if unchanged else self.body,
            headers=self.headers,
            status=self.status,
            unchanged=unchanged,
            digest=self.digest,
        )


def first_ask(
    request: Request, options: HttpOptions, hosts: Mapping[str, HttpOptions], *, private: bool, user_agent: str
) -> Ask:
    """Return the question that a kind asks with the options that the owner gave; the owner's headers win.

    Args:
        request: What the kind asks for.
        options: What the rule says.
        hosts: What the owner wrote for whole hosts, by lower-case name: it holds where the rule says nothing.
        private: The rule may contact private addresses.
        user_agent: What the program calls itself where nobody says otherwise.

    Raises:
        SourceRefused: The address or an option is not one that can be sent; a person has to mend it.
    """
    try:
        address = read_address(request.url)
    except NotAnAddress as error:
        raise SourceRefused(f"the address cannot be asked: {error}") from None
    if address.user:
        raise SourceRefused("the address has a user name or password in it: write them under `auth:`")
    if address.host in hosts:
        options = options.over(hosts[address.host])
    headers = {name.lower(): value for name, value in request.headers.items()}
    secret: dict[str, str] = {name: headers.pop(name) for name in ("authorization", "cookie") if name in headers}
    written = {name.lower(): value.get_secret_value() for name, value in options.headers.items()}
    own = {**secret, **_authorization(options), **written}
    cookies = {name: value.get_secret_value() for name, value in options.cookies.items()}
    named = headers.pop("user-agent", user_agent)
    user_agent = own.pop("user-agent", "") or options.user_agent or named
    _check({**headers, **own, "user-agent": user_agent}, cookies)
    return Ask(
        method=request.method.upper(),
        address=address,
        private=private,
        user_agent=user_agent,
        headers=headers,
        own=own,
        cookies=cookies,
        body=request.body,
        ca=options.ca,
        proxy=options.proxy.get_secret_value() if options.proxy else None,
    )


def _authorization(options: HttpOptions) -> dict[str, str]:
    auth = options.auth
    if auth is None:
        return {}
    if auth.bearer is not None:
        return {"authorization": f"Bearer {auth.bearer.get_secret_value()}"}
    password = auth.password.get_secret_value() if auth.password else ""
    # UTF-8, as RFC 7617 advises and browsers do.
    return {"authorization": "Basic " + base64.b64encode(f"{auth.user}:{password}".encode()).decode("ascii")}


def _check(headers: Mapping[str, str], cookies: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if name in _OURS:
            raise SourceRefused(f"the header {name} is the program's own business: take it out of `headers:`")
        if not _TOKEN.fullmatch(name):
            raise SourceRefused(f"{name!r} is no name that a header can have")
        if _CONTROLS.search(value):
            raise SourceRefused(f"the header {name} holds a line break or another character that no header may hold")
    for name, value in cookies.items():
        if not _TOKEN.fullmatch(name) or ";" in value or _CONTROLS.search(value):
            raise SourceRefused(f"the cookie {name!r} has a name or a value that cannot be sent")


def next_ask(ask: Ask, answer: Answer) -> Ask:
    """Return the question that a redirect leads to.

    Another host gets neither credentials nor cookies nor headers of the owner's own, since they were written for the
    first one. Another port is another host, but for the step from http to https. Private addresses stay allowed for the
    host that they were allowed for, and for where it leads if it has one itself: nobody out there leads into the
    owner's home.

    Raises:
        SourceChanged: The redirect leads nowhere.
        SourceRefused: It would carry credentials over an open line, or brings a password of its own.
    """
    place = answer.headers.get("location", "")
    if not place:
        raise SourceChanged(f"{ask.address.host} redirects ({answer.status}) without saying where to")
    try:
        # Header values come as latin-1, but a Location beyond ASCII is UTF-8 wherever it works at all.
        address = read_address(place.encode("latin-1").decode("utf-8", "replace"), ask.address)
    except NotAnAddress as error:
        raise SourceChanged(f"{ask.address.host} redirects to something that is no web address: {error}") from None
    opened = address.scheme == "http" and ask.address.scheme == "https" and address.host == ask.address.host
    if opened and (ask.own or ask.cookies):
        raise SourceRefused(f"{ask.address.host} redirects from https to http: others could read your credentials")
    if address.user:
        raise SourceRefused(f"{ask.address.host} redirects to an address with a user name or password in it")
    led = ask.is_led or (address.host != ask.address.host and not answer.from_home)
    ask = replace(ask, is_led=led)
    asked = _as_get(ask) if answer.status == 303 or (answer.status in (301, 302) and ask.method == "POST") else ask
    if not _same_host(ask.address, address):
        if asked.method not in SAFE_METHODS:
            raise SourceRefused(f"{ask.address.host} redirects what is sent there to another host, {address.host}")
        return replace(asked, address=address, own={}, cookies={}, jar={})
    return replace(asked, address=address, jar={**ask.jar, **_cookies_set(answer)})


def _same_host(before: Address, after: Address) -> bool:
    upgraded = (before.scheme, before.port, after.scheme, after.port) == ("http", 80, "https", 443)
    return before.host == after.host and (upgraded or (before.scheme, before.port) == (after.scheme, after.port))


def _as_get(ask: Ask) -> Ask:
    kept = {name: value for name, value in ask.headers.items() if not name.startswith("content-")}
    return replace(ask, method="HEAD" if ask.method == "HEAD" else "GET", body=None, headers=kept)


def _cookies_set(answer: Answer) -> dict[str, str]:
    """Return the cookies of an answer, kept for this one exchange: many sites set one and redirect to themselves."""
    found = (_SET_COOKIE.match(text) for text in answer.set_cookies)
    return {match[1]: match[2].strip() for match in found if match}


def seen_anew(ask: Ask, answer: Answer, now: datetime) -> Exchange:
    """Return what to remember of a good answer."""
    return Exchange(
        key=ask.key,
        etag=answer.headers.get("etag", ""),
        last_modified=answer.headers.get("last-modified", ""),
        digest=answer.digest,
        at=now,
        fresh_until=fresh_until(answer.headers, now),
    )


def seen_again(known: Exchange, answer: Answer, now: datetime) -> Exchange:
    """Return what to remember after a 304, which may bring new validators (RFC 9111, section 4.3.4)."""
    return replace(
        known,
        etag=answer.headers.get("etag", known.etag),
        last_modified=answer.headers.get("last-modified", known.last_modified),
        at=now,
        fresh_until=fresh_until(answer.headers, now),
    )


def fresh_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Return until when an answer counts as current to a private cache (RFC 9111, sections 4.2 and 5.2.2)."""
    directives = {
        name.strip().lower(): value.strip().strip('"')
        for name, _, value in (part.partition("=") for part in headers.get("cache-control", "").split(","))
    }
    if directives.keys() & {"no-cache", "no-store"}:
        return None
    if "max-age" in directives:
        age = _seconds(headers.get("age", "")) or timedelta()
        length = (_seconds(directives["max-age"]) or timedelta()) - age
    else:
        expires, stated = _date(headers.get("expires", "")), _date(headers.get("date", ""))
        if expires is None:
            return None
        length = expires - (stated or now)
    return now + min(length, FRESH_AT_MOST) if length > timedelta() else None


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long a host asks to be left alone (RFC 9110, section 10.2.3), or None where it asks nothing."""
    text = headers.get("retry-after", "").strip()
    asked = _seconds(text)
    if asked is None:
        at = _date(text)
        if at is None:
            return None
        # By its own clock where it states it: ours and its may differ.
        asked = at - (_date(headers.get("date", "")) or now)
    return min(max(asked, timedelta()), QUIET_AT_MOST)


def _seconds(text: str) -> timedelta | None:
    text = text.strip()
    # Ten digits are centuries: enough for every cap above, and no overflow.
    return timedelta(seconds=min(int(text), 10**9)) if text.isascii() and text.isdigit() and len(text) < 20 else None


def _date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)

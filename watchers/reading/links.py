"""Addresses that a source states: made absolute for a person to open, and bared for comparing."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urljoin, urlsplit

MAX_ADDRESS = 2_000

_SPACE = re.compile(r"[\t\n\r]")
_UNSAFE = {character: f"%{ord(character):02X}" for character in ' "<>\\^`{|}'}
_ENCODE = str.maketrans(_UNSAFE)
# What senders hang on an address to follow readers, or sessions of theirs; none of it says what is opened.
_TRACKING = re.compile(
    r"(?:utm_\w+|(?:fb|g|dc|y|ms|tt)cl[ks]?id|mc_[ce]id|igshid|_hs(?:enc|mi)|wt\.?_?mc|xtor|at_(?:medium|campaign\w*)|"
    r"phpsessid|jsessionid|aspsessionid\w*|sessionid|(?:ref|source|from|via|output)=(?:rss|feed|atom)\w*"
    r"|(?:s|sid|session|token)=[0-9a-f]{16,})(?:=.*)?",
    re.IGNORECASE,
)
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)


def web_address(base: str, stated: str) -> str:
    """Return a stated address as an absolute http or https address, or an empty text where it is none.

    Args:
        base: The address of the document that states it.
        stated: Absolute or relative; only spaces and characters that no address may have are changed.
    """
    stated = _SPACE.sub("", stated).strip()
    if not stated or len(stated) > MAX_ADDRESS:
        return ""
    try:
        absolute = urljoin(base, stated)
        parts = urlsplit(absolute)
        host = parts.hostname
    except ValueError:  # such as brackets that hold no IPv6 address
        return ""
    return absolute.translate(_ENCODE) if parts.scheme.lower() in ("http", "https") and host else ""


def base_of_site(url: str, site: str) -> str:
    """Return what the links of a feed are relative to where nothing says so.

    That is its own address, unless it lies on another host than the site that it is of: no page of that is there.
    """
    hosts = [urlsplit(address).hostname for address in (url, site)]
    return site if hosts[1] and hosts[0] != hosts[1] else url


def bared(address: str) -> str:
    """Return an address without what may change while it still leads to the same thing.

    That is the scheme, `www.`, the scheme's own port, a slash at the end, and the parameters of trackers and sessions.
    Text that is no web address comes back as it is, its white space collapsed.
    """
    text = " ".join(address.split())
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return text
    if parts.scheme not in ("http", "https") or not host:
        return text
    place = host if port in (None, 80, 443) else f"{host}:{port}"
    return f"//{place}{_bared_path(parts)}"


def _bared_path(parts: SplitResult) -> str:
    query = "&".join(field for field in parts.query.split("&") if field and not _TRACKING.fullmatch(field))
    path = _SESSION_IN_PATH.sub("", parts.path).rstrip("/")
    fragment = parts.fragment if not _TRACKING.match(parts.fragment) else ""
    return path + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")

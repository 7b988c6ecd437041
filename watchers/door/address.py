r"""Web addresses, read as browsers read them.

    text ▶ Address(scheme, host, port, target)        the guard, the ledger and the wire all use this one reading

The rules are those of the WHATWG URL Standard (https://url.spec.whatwg.org/) for `http` and `https`, the only schemes
that are ever polled. A second reading of the same text would be a hole: what the guard takes for one host another
parser may take for its neighbour (`http://a\\@b/`), and `0x7f.1` is 127.0.0.1 to every resolver.
Fragments are dropped, since they are never sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote_from_bytes, unquote_to_bytes

import idna

IPAddress = IPv4Address | IPv6Address

DEFAULT_PORTS = {"http": 80, "https": 443}

_QUOTES = tuple("“”„‟‘’‚«»‹›")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_AUTHORITY = re.compile(r"[^/\\?#]*")
_PATH = re.compile(r"[^?#]*")
_QUERY = re.compile(r"\?([^#]*)")
_DOTTED = re.compile(r"[0-9]+(?:\.[0-9]+){3}")
_EDGES = "".join(map(chr, range(0x21)))  # "C0 control or space"
# https://url.spec.whatwg.org/#forbidden-domain-code-point
_FORBIDDEN_IN_HOST = re.compile(r"[\x00-\x20\x7f#%/:<>?@\[\\\]^|]")
# Everything printable but the path and special-query percent-encode sets; "%" stays, since what is encoded stays so.
_SAFE_IN_PATH = "!$%&'()*+,-./:;=@[\\]_|~"
_SAFE_IN_QUERY = "!$%&()*+,-./:;=?@[\\]^_`{|}~"


class NotAnAddress(ValueError):
    """A text is no web address; the message says why, as the rest of a sentence, and holds no part of the text."""


@dataclass(frozen=True, slots=True)
class Address:
    """One http or https address.

    Attributes:
        host: A name in lower-case ASCII (IDNA), a dotted IPv4 address, or an IPv6 address without brackets.
        target: Path and query, percent-encoded, as they are sent.
        user: The text carried a user name or a password, which were dropped.
    """

    scheme: str
    host: str
    port: int
    target: str
    user: bool = False

    @property
    def ip(self) -> IPAddress | None:
        """The host as an address, or None where it is a name."""
        if ":" in self.host:
            return IPv6Address(self.host)
        return IPv4Address(self.host) if _DOTTED.fullmatch(self.host) else None

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them: the scheme's own port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def read_address(text: str, base: Address | None = None) -> Address:
    """Return the address that a text stands for, resolved against `base` where it is relative.

    Raises:
        NotAnAddress: It is none, or of a scheme other than http and https.
    """
    text = re.sub(r"[\t\n\r]", "", text.strip(_EDGES))
    scheme, rest = _split_scheme(text)
    if scheme is None or (base is not None and scheme == base.scheme and not rest.startswith(("/", "\\"))):
        if base is None and text[:1] in _QUOTES:
            raise NotAnAddress(f"it begins with {text[0]}, and YAML knows only straight quotation marks")
        if base is None:
            raise NotAnAddress("it does not begin with http:// or https://")
        return _relative(rest, base)
    return _absolute(scheme, rest.lstrip("/\\"))


def _split_scheme(text: str) -> tuple[str | None, str]:
    found = _SCHEME.match(text)
    if found is None:
        return None, text
    scheme = found[1].lower()
    if scheme not in DEFAULT_PORTS:
        raise NotAnAddress(f"it begins with {scheme[:20]}:, and only http:// and https:// can be asked")
    return scheme, text[found.end() :]


def _absolute(scheme: str, rest: str) -> Address:
    found = _AUTHORITY.match(rest)
    authority = found[0] if found else ""
    userinfo, _, place = authority.rpartition("@")
    host, port = _split_port(place)
    return Address(
        scheme=scheme,
        host=_host(host),
        port=DEFAULT_PORTS[scheme] if port is None else port,
        target=_target(rest[len(authority) :]),
        user=bool(userinfo.strip(":")),
    )


def _relative(text: str, base: Address) -> Address:
    if len(text) > 1 and text[0] in "/\\" and text[1] in "/\\":
        return _absolute(base.scheme, text.lstrip("/\\"))
    path, _, query = base.target.partition("?")
    if text.startswith(("/", "\\")):
        target = _target(text)
    elif text.startswith("?"):
        target = path + _target(text)[1:]
    elif not text or text.startswith("#"):
        target = path + ("?" + query if query else "")
    else:
        target = _target(path[: path.rindex("/") + 1] + text)
    return Address(base.scheme, base.host, base.port, target)


def _split_port(place: str) -> tuple[str, int | None]:
    host, colon, digits = place.rpartition(":")
    if not colon or place.endswith("]"):
        return place, None
    if not re.fullmatch(r"[0-9]*", digits):
        raise NotAnAddress("its port is no number")
    significant = digits.lstrip("0")
    if len(significant) > 5 or int(significant or "0") > 65535:
        raise NotAnAddress("its port is over 65535")
    return host, int(digits[-5:]) if digits else None


def _host(text: str) -> str:
    if text.startswith("["):
        return _ipv6(text)
    try:
        name = unquote_to_bytes(text).decode("utf-8")
        name = _ascii(name)
    except (UnicodeError, idna.IDNAError):
        raise NotAnAddress("its host is no valid name") from None
    if not name:
        raise NotAnAddress("it names no host")
    if _FORBIDDEN_IN_HOST.search(name):
        raise NotAnAddress("its host has a character that no host may have")
    last = name.removesuffix(".").rpartition(".")[2]
    return _ipv4(name) if re.fullmatch(r"[0-9]+|0[xX][0-9A-Fa-f]*", last) else name


def _ascii(name: str) -> str:
    """Return a name as DNS has it (UTS 46, non-transitional).

    The stricter IDNA 2008 checks are left to the registries: they would refuse names that browsers open.
    """
    if name.isascii():
        return name.lower()
    mapped = idna.uts46_remap(name, std3_rules=False)
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii") for label in mapped.split(".")
    )


def _ipv6(text: str) -> str:
    if not text.endswith("]") or "%" in text:
        raise NotAnAddress("its IPv6 address is not valid")
    try:
        return str(IPv6Address(text[1:-1]))
    except AddressValueError:
        raise NotAnAddress("its IPv6 address is not valid") from None


def _ipv4(text: str) -> str:
    """Return an IPv4 address in its one usual spelling: parts may be octal, hexadecimal, and fewer than four."""
    numbers = [_number(part) for part in text.removesuffix(".").split(".")]
    *leading, last = numbers
    if len(numbers) > 4 or any(number > 255 for number in leading) or last >= 256 ** (5 - len(numbers)):
        raise NotAnAddress("its host looks like an IPv4 address and is none")
    value = last + sum(number << (8 * (3 - place)) for place, number in enumerate(leading))
    return str(IPv4Address(value))


def _number(part: str) -> int:
    try:
        if part[:2] in ("0x", "0X"):
            return int(part[2:] or "0", 16)
        # More digits than this are over any limit, and Python refuses to read thousands of them.
        return int(part.lstrip("0")[:400] or part[:1], 8 if part.startswith("0") else 10)
    except ValueError:
        raise NotAnAddress("its host looks like an IPv4 address and is none") from None


def _target(text: str) -> str:
    """Return path and query as they are sent; the path begins with a slash and has no dot segments."""
    found = _PATH.match(text)
    path = found[0] if found else ""
    query = _QUERY.match(text, len(path))
    segments: list[str] = []
    *folders, name = path.replace("\\", "/").removeprefix("/").split("/")
    for segment in folders:
        _descend(segments, segment)
    dots = name.lower().replace("%2e", ".")
    if dots in (".", ".."):
        _descend(segments, name)
        name = ""
    target = "/" + "/".join([*segments, name])
    target = _encoded(target, _SAFE_IN_PATH)
    return target + ("?" + _encoded(query[1], _SAFE_IN_QUERY) if query else "")


def _descend(segments: list[str], segment: str) -> None:
    dots = segment.lower().replace("%2e", ".")
    if dots == "..":
        del segments[-1:]
    elif dots != ".":
        segments.append(segment)


def _encoded(text: str, safe: str) -> str:
    # A lone surrogate is no character: it becomes U+FFFD, as in a browser.
    data = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8")
    return quote_from_bytes(data, safe)

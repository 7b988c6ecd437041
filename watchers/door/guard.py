"""Which addresses a poll may contact.

A rule's address, and every address that a site redirects to, is judged here before anything connects: what others
write must not make this machine knock at its own doors or its neighbours'. Pure rules; `watchers.fetch` resolves names,
asks here, and connects to exactly the address that was admitted.

Sources: the special-purpose registries of IPv4 and IPv6 addresses (https://www.iana.org/assignments/, under
iana-ipv4-special-registry and iana-ipv6-special-registry) and the RFC beside each entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from watchers.door.address import IPAddress

IPNetwork = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Special:
    """A range that is no public host.

    Attributes:
        at_home: Hosts of one's own live there, so `private: true` admits it; all else has to be allowed by its range.
    """

    network: IPNetwork
    meaning: str
    source: str
    at_home: bool = False


def _special(network: str, meaning: str, source: str, *, at_home: bool = False) -> Special:
    return Special(ip_network(network), meaning, source, at_home)


# The first range that holds an address names it, so the narrower ones stand first.
SPECIAL: tuple[Special, ...] = (
    _special("0.0.0.0/8", "“this network”, which many systems take for this machine", "RFC 1122"),
    _special("10.0.0.0/8", "a private network", "RFC 1918", at_home=True),
    _special("100.64.0.0/10", "a network behind a carrier's or a VPN's translator", "RFC 6598", at_home=True),
    _special("127.0.0.0/8", "this machine itself", "RFC 1122", at_home=True),
    _special("169.254.0.0/16", "this link alone, where clouds keep their machines' secrets", "RFC 3927"),
    _special("172.16.0.0/12", "a private network", "RFC 1918", at_home=True),
    _special("192.0.0.0/24", "protocol assignments", "RFC 6890"),
    _special("192.0.2.0/24", "documentation", "RFC 5737"),
    _special("192.88.99.0/24", "6to4 relays, which are retired", "RFC 7526"),
    _special("192.168.0.0/16", "a private network", "RFC 1918", at_home=True),
    _special("198.18.0.0/15", "benchmarks of network devices", "RFC 2544"),
    _special("198.51.100.0/24", "documentation", "RFC 5737"),
    _special("203.0.113.0/24", "documentation", "RFC 5737"),
    _special("224.0.0.0/4", "multicast", "RFC 5771"),
    _special("255.255.255.255/32", "broadcast", "RFC 919"),
    _special("240.0.0.0/4", "reserved", "RFC 1112"),
    _special("::/128", "the unspecified address, which many systems take for this machine", "RFC 4291"),
    _special("::1/128", "this machine itself", "RFC 4291", at_home=True),
    _special("::/96", "an IPv4 address in a retired spelling", "RFC 4291"),
    _special("::ffff:0:0:0/96", "an IPv4 address in a translator's spelling", "RFC 2765"),
    _special("64:ff9b:1::/48", "a translator of this network alone", "RFC 8215"),
    _special("100::/64", "an address that discards everything", "RFC 6666"),
    _special("2001::/32", "a Teredo tunnel, which hides an IPv4 address", "RFC 4380"),
    _special("2001:2::/48", "benchmarks of network devices", "RFC 5180"),
    _special("2001::/23", "protocol assignments", "RFC 2928"),
    _special("2001:db8::/32", "documentation", "RFC 3849"),
    _special("2002::/16", "a 6to4 tunnel, which hides an IPv4 address", "RFC 3056"),
    _special("3fff::/20", "documentation", "RFC 9637"),
    _special("5f00::/16", "segment routing inside one network", "RFC 9602"),
    _special("fc00::/7", "a private network", "RFC 4193", at_home=True),
    _special("fe80::/10", "this link alone", "RFC 4291"),
    _special("fec0::/10", "a site-local network, in a retired spelling", "RFC 3879"),
    _special("ff00::/8", "multicast", "RFC 4291"),
)

_TRANSLATED = IPv6Network("64:ff9b::/96")  # NAT64's well-known prefix, RFC 6052
_PUBLIC_V6 = IPv6Network("2000::/3")  # all that IANA gives out as global unicast; its prefix for NAT64 lies outside
_UNASSIGNED = _special("::/0", "an address that nobody was given", "RFC 4291")


def plain_address(address: IPAddress) -> IPAddress:
    """Return what an address really leads to: the IPv4 address inside a mapped or a NAT64 one, else itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _TRANSLATED:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def read_networks(ranges: Sequence[str]) -> tuple[IPNetwork, ...]:
    """Return the ranges that the owner allowed; one address stands for itself.

    Raises:
        ValueError: One is no range in CIDR form.
    """
    return tuple(ip_network(text, strict=False) for text in ranges)


def special_range(address: IPAddress) -> Special | None:
    """Return the special range that an address lies in, or None for a public host."""
    plain = plain_address(address)
    for special in SPECIAL:
        if plain.version == special.network.version and plain in special.network:
            return special
    if plain.version == 6 and plain not in _PUBLIC_V6:
        return _UNASSIGNED
    return None


def is_at_home(address: IPAddress) -> bool:
    """Return whether an address is one that hosts of one's own live at."""
    special = special_range(address)
    return special is not None and special.at_home


def refusal(
    address: IPAddress, *, allow: Sequence[IPNetwork] = (), private: bool = False, is_led: bool = False
) -> str | None:
    """Return why a poll may not contact an address and what the owner can write to allow it; None where it may.

    Args:
        address: A resolved address, or the one that a rule or a redirect spells out.
        allow: The ranges of `network: {allow: […]}`, which admit anything that lies in them.
        private: The rule says `private: true`.
        is_led: A redirect of a host out there leads to it: `private: true` does not count then.
    """
    special = special_range(address)
    if special is None or (private and special.at_home and not is_led):
        return None
    plain = plain_address(address)
    if any(one.version == network.version and one in network for one in (plain, address) for network in allow):
        return None
    advice = f"`network: {{allow: [{plain}]}}`"
    if special.at_home and not is_led:
        advice = f"`private: true` in this rule, or {advice}"
    said = str(address) if plain == address else f"{address}, which is {plain}"
    return f"{said} is {special.meaning} ({special.source}); if you mean it, write {advice}"

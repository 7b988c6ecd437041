"""No poll knocks at this machine's own doors unless its owner said so."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.door.guard import SPECIAL, read_networks, refusal, special_range

REFUSED = {
    "0.0.0.0": "RFC 1122",
    "0.1.2.3": "RFC 1122",
    "10.1.2.3": "RFC 1918",
    "100.64.0.1": "RFC 6598",
    "127.0.0.1": "RFC 1122",
    "127.255.255.254": "RFC 1122",
    "169.254.169.254": "RFC 3927",
    "172.16.0.1": "RFC 1918",
    "172.31.255.255": "RFC 1918",
    "192.0.0.8": "RFC 6890",
    "192.0.2.1": "RFC 5737",
    "192.88.99.1": "RFC 7526",
    "192.168.1.1": "RFC 1918",
    "198.18.0.1": "RFC 2544",
    "198.51.100.1": "RFC 5737",
    "203.0.113.1": "RFC 5737",
    "224.0.0.1": "RFC 5771",
    "240.0.0.1": "RFC 1112",
    "255.255.255.255": "RFC 919",
    "::": "RFC 4291",
    "::1": "RFC 4291",
    "::7f00:1": "RFC 4291",
    "::ffff:127.0.0.1": "RFC 1122",
    "::ffff:192.168.1.1": "RFC 1918",
    "::ffff:0:127.0.0.1": "RFC 2765",
    "64:ff9b::127.0.0.1": "RFC 1122",
    "64:ff9b::10.0.0.1": "RFC 1918",
    "64:ff9b:1::7f00:1": "RFC 8215",
    "100::1": "RFC 6666",
    "2001::4136:e378:8000:63bf:3fff:fdd2": "RFC 4380",
    "2001:2::1": "RFC 5180",
    "2001:10::1": "RFC 2928",
    "2001:db8::1": "RFC 3849",
    "2002:7f00:1::": "RFC 3056",
    "2002:808:808::": "RFC 3056",
    "3fff::1": "RFC 9637",
    "5f00::1": "RFC 9602",
    "fd00::1": "RFC 4193",
    "fe80::1": "RFC 4291",
    "fe80::1%eth0": "RFC 4291",
    "fec0::1": "RFC 3879",
    "ff02::1": "RFC 4291",
    "4000::1": "RFC 4291",
}


@pytest.mark.parametrize(("address", "source"), REFUSED.items())
def test_a_special_address_is_refused_with_its_reason(address, source):
    why = refusal(ip_address(address))
    assert why is not None
    assert source in why
    assert "network: {allow: [" in why


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450::1",
        "2001:200::1",
        "64:ff9b::8.8.8.8",
        "::ffff:8.8.8.8",
    ],
)
def test_a_public_address_may_be_asked(address):
    assert refusal(ip_address(address)) is None


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "192.168.0.9", "100.100.1.1", "::1", "fd12::1", "::ffff:10.0.0.1"]
)
def test_a_private_rule_may_ask_at_home(address):
    assert refusal(ip_address(address), private=True) is None
    assert "private: true" in (refusal(ip_address(address)) or "")


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "255.255.255.255", "fe80::1", "::", "2002:a00:1::"]
)
def test_a_private_rule_may_not_ask_what_is_no_home(address):
    why = refusal(ip_address(address), private=True)
    assert why is not None
    assert "private: true" not in why


def test_an_allowed_network_admits_what_lies_in_it_in_every_spelling_and_nothing_else():
    allow = read_networks(["192.168.1.0/24", "fe80::/10", "169.254.169.254"])
    admitted = ["192.168.1.7", "::ffff:192.168.1.7", "64:ff9b::192.168.1.7", "fe80::2", "169.254.169.254"]
    assert [refusal(ip_address(one), allow=allow) for one in admitted] == [None] * 5
    assert refusal(ip_address("192.168.2.7"), allow=allow) is not None
    assert refusal(ip_address("169.254.169.253"), allow=allow) is not None


def test_a_network_may_be_written_with_host_bits():
    assert [str(network) for network in read_networks(["192.168.1.5/24"])] == ["192.168.1.0/24"]


def test_what_is_no_network_is_refused():
    with pytest.raises(ValueError, match="home"):
        read_networks(["home"])


@given(st.ip_addresses())
def test_whatever_python_calls_no_public_host_is_refused(address):
    if not address.is_global or address.is_multicast:
        assert special_range(address) is not None


@given(st.sampled_from(SPECIAL), st.integers(min_value=0))
def test_every_address_of_a_special_range_is_refused(special, number):
    network = special.network
    assert special_range(network[number % network.num_addresses]) is not None


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_ipv6_spelling_that_leads_to_it(address):
    number = int(address)
    for spelling in (ip_address("::ffff:0:0"), ip_address("64:ff9b::")):
        hidden = ip_address(int(spelling) + number)
        assert (refusal(hidden) is None) == (refusal(address) is None)

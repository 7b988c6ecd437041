"""Addresses are read as browsers read them, so that the guard and the wire never disagree about a host."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.door.address import NotAnAddress, read_address

CASES = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "hostile" / "urls" / "cases.jsonl"


def cases() -> list[dict]:
    if not CASES.exists():
        return []
    return [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]


@pytest.mark.skipif(not CASES.exists(), reason="the corpus of addresses is not here")
def test_every_address_of_the_corpus_is_read_as_a_browser_reads_it_or_refused():
    wrong = []
    for case in cases():
        is_web = not case["failure"] and case["scheme"] in ("http:", "https:")
        base = case["base"] if (case["base"] or "").startswith("http") else None
        try:
            address = read_address(case["input"], read_address(base) if base else None)
        except NotAnAddress:
            if is_web:
                wrong.append(("refused", case["input"]))
            continue
        without_extras = re.sub(r"//[^/]*@", "//", re.sub(r"(?s)#.*", "", case["href"] or ""))
        if not is_web or address.host != case["host"].strip("[]") or str(address) != without_extras:
            wrong.append((str(address), case["input"]))
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("http://0x7f.1/", "127.0.0.1"),
        ("http://2130706433/", "127.0.0.1"),
        ("http://017700000001/", "127.0.0.1"),
        ("http://127.1/", "127.0.0.1"),
        ("http://１２７.０.０.１/", "127.0.0.1"),
        ("http://%31%32%37.0.0.1/", "127.0.0.1"),
        ("http://[::ffff:127.0.0.1]/", "::ffff:7f00:1"),
        ("http://shop.example\\@127.0.0.1/", "shop.example"),
        ("http://shop.example#@127.0.0.1/", "shop.example"),
        ("http://web1/", "web1"),
        ("HTTPS://BÜCHER.example/", "xn--bcher-kva.example"),
        ("https://straße.example/", "xn--strae-oqa.example"),
    ],
)
def test_a_host_has_one_spelling_however_it_is_written(text, host):
    assert read_address(text).host == host


@pytest.mark.parametrize(
    "text",
    [
        "shop.example/x",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "http://",
        "http://a%20b/",
        "http://1.2.3.4.5/",
        "http://0..1/",
        "http://shop.example:99999/",
        "http://shop.example:-1/",
        "http://[::1",
        "http://shop%00.example/",
    ],
)
def test_what_is_no_web_address_is_refused_with_a_reason(text):
    with pytest.raises(NotAnAddress, match="it"):
        read_address(text)


def test_a_user_in_an_address_is_noticed_and_dropped():
    address = read_address("https://me:secret@shop.example:8443/x")
    assert (address.user, str(address)) == (True, "https://shop.example:8443/x")


def test_the_scheme_s_own_port_is_not_written():
    assert read_address("http://shop.example:80/").authority == "shop.example"
    assert read_address("https://shop.example:80/").authority == "shop.example:80"
    assert read_address("http://[2606:4700::1]:8080/").authority == "[2606:4700::1]:8080"


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text):
    base = read_address("http://shop.example/a/b?c")
    for prefix in ("", "http://", "https://shop.example/", "//", "?"):
        try:
            address = read_address(prefix + text, base)
        except NotAnAddress:
            continue
        assert address.target.isascii()
        assert address.host.isascii()
        assert re.fullmatch(r"[!-~]+", address.target)
        assert address.ip is None or str(address.ip) == address.host
        assert read_address(str(address)) == read_address(str(address))


@given(st.text(max_size=60))
def test_reading_an_address_twice_changes_nothing(text):
    try:
        once = read_address("http://shop.example/" + text)
    except NotAnAddress:
        return
    assert str(read_address(str(once))) == str(once)

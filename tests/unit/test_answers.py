"""What an answer is when it is not the page."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.local_web import NOON
from watchers.api import Page, SourceChanged, SourceGone, SourceRefused, SourceUnavailable
from watchers.door.address import read_address
from watchers.door.answers import quiet_for, trouble_in, what_stands_in_the_way
from watchers.door.exchange import Answer

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"


def answer(status: int, body: bytes = b"x", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(read_address("https://shop.example/"), status, named, body, "digest" if body else "")


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (200, None),
        (201, None),
        (203, None),
        (304, None),
        (202, SourceUnavailable),
        (204, SourceChanged),
        (205, SourceChanged),
        (206, SourceUnavailable),
        (226, SourceChanged),
        (300, SourceChanged),
        (305, SourceChanged),
        (400, SourceChanged),
        (401, SourceRefused),
        (402, SourceRefused),
        (403, SourceRefused),
        (404, SourceGone),
        (405, SourceRefused),
        (407, SourceRefused),
        (408, SourceUnavailable),
        (410, SourceGone),
        (414, SourceChanged),
        (418, SourceChanged),
        (425, SourceUnavailable),
        (429, SourceUnavailable),
        (451, SourceRefused),
        (500, SourceUnavailable),
        (503, SourceUnavailable),
        (520, SourceUnavailable),
        (599, SourceUnavailable),
        (999, SourceUnavailable),
    ],
)
def test_a_status_is_named_by_what_to_do_next(status, trouble):
    found = trouble_in(answer(status), NOON)
    assert (found and type(found)) == trouble
    if found is not None:
        assert found.reason.startswith("shop.example ")
        assert f"({status})" in found.reason


@given(st.integers(100, 999), st.binary(max_size=20), st.text(max_size=20))
def test_every_status_is_good_or_has_a_name(status, body, wait):
    found = trouble_in(answer(status, body, retry_after=wait), NOON)
    assert found is not None or status in (200, 201, 203, 304)


def test_a_trouble_says_how_long_to_wait():
    for status in (403, 404, 429, 503):
        found = trouble_in(answer(status, retry_after="30"), NOON)
        assert found is not None
        assert found.retry_after == timedelta(seconds=30)


def test_only_what_speaks_of_the_host_silences_the_host():
    quiet = [
        status for status in (200, 302, 403, 404, 429, 500, 503) if quiet_for(answer(status, retry_after="30"), NOON)
    ]
    assert quiet == [200, 429, 503]


# Words of the well-known gates, in the shape in which they come.
GATES = {
    "Cloudflare": "<title>Just a moment...</title><script>window._cf_chl_opt={}</script>Enable JavaScript",
    "Cloudflare, German": "<title>Nur einen Moment…</title><div class='main-wrapper'></div>",
    "Cloudflare block": '<title>Attention Required! | Cloudflare</title><div id="cf-error-details">Blocked</div>',
    "HUMAN": "<title>Access to this page has been denied</title><div id='px-captcha'></div>",
    "DataDome": "<title>shop.example</title><script src='https://ct.captcha-delivery.com/c.js'></script>",
    "Imperva": "<iframe src='/_Incapsula_Resource?CWUDNSAI=1'></iframe>Incapsula incident ID: 7",
    "Akamai": "<TITLE>Access Denied</TITLE><H1>Access Denied</H1>Reference #18.2 https://errors.edgesuite.net/18.2",
    "AWS WAF": "<script>window.awsWafCookieDomainList=[];window.gokuProps={}</script><div id='challenge'></div>",
    "Amazon": "<title>Amazon.com</title><form action='/errors/validateCaptcha'>Enter the characters</form>",
    "F5": "<title>Request Rejected</title>The requested URL was rejected. Please consult with your administrator.",
    "Anubis": "<title>Making sure you&#39;re not a bot!</title><script id='anubis_challenge'></script>",
    "Robot check": "<title>Robot Check</title>",
    "Sucuri": "<title>You are being redirected...</title><script>sucuri_cloudproxy_js=''</script>",
    "Google": "<title>https://www.google.com/</title>Our systems have detected unusual traffic from your network.",
    "Interruption": "<title>Pardon Our Interruption</title><p>As you were browsing something about you …</p>",
}


@pytest.mark.parametrize("gate", GATES.values(), ids=GATES)
def test_a_bot_check_with_status_200_is_a_refusal_that_says_what_it_is(gate):
    found = what_stands_in_the_way(Page("https://shop.example/x", f"<html><head>{gate}</html>".encode()))
    assert isinstance(found, SourceRefused)
    assert found.reason.startswith("shop.example shows a bot check")


@pytest.mark.parametrize("gate", GATES.values(), ids=GATES)
def test_a_bot_check_with_an_error_status_is_named_as_one(gate):
    for status in (403, 429, 503):
        found = trouble_in(answer(status, gate.encode(), retry_after="60"), NOON)
        assert isinstance(found, SourceRefused)
        assert "bot check" in found.reason
        assert found.retry_after == timedelta(seconds=60)


@pytest.mark.parametrize("gate", GATES.values(), ids=GATES)
def test_a_page_with_words_of_its_own_is_a_page_whatever_scripts_it_carries(gate):
    page = f"<html><head>{gate}</head><body>{'<p>A long review of a good pair. </p>' * 200}"
    assert what_stands_in_the_way(Page("https://shop.example/x", page.encode())) is None


@pytest.mark.parametrize(
    "page",
    [
        "<title>Headphones</title><p>$149</p><div class='g-recaptcha' data-sitekey='x'></div>",
        "<title>Headphones</title><p>$149</p><script src='https://www.google.com/recaptcha/api.js'></script>",
        "<title>Headphones</title><p>$149</p><script src='https://js.datadome.co/tags.js'></script>",
        "<title>Headphones</title><p>$149</p><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>",
        "<title>Headphones</title><p>$149</p><script src='/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e'></script>",
        "<title>Headphones</title><p>$149</p><form><input type='password'></form>",
        "<title>Robot vacuum, blue | Shop</title><p>$149</p>",
        "<title>Access Denied (DVD)</title><p>$9</p>",
        "<title>Just a moment with you - the album</title><p>$9</p>",
        "<title>Login stickers</title><p>$9</p>",
        "<title>Before you continue: a novel</title><p>$9</p>",
        "",
        "{}",
    ],
)
def test_an_ordinary_page_is_no_gate(page):
    assert what_stands_in_the_way(Page("https://shop.example/x", page.encode())) is None


@pytest.mark.parametrize(
    ("url", "headers", "words"),
    [
        ("https://shop.example/", {"cf-mitigated": "challenge"}, "Cloudflare"),
        ("https://shop.example/", {"x-amzn-waf-action": "captcha"}, "AWS WAF"),
        ("https://consent.search.example/m?continue=x", {}, "consent page"),
        ("https://geo.captcha-delivery.com/captcha/", {}, "bot check"),
        ("https://shop.queue-it.net/?c=shop", {}, "bot check"),
        ("https://www.search.example/sorry/index?continue=x", {}, "bot check"),
    ],
)
def test_a_gate_is_known_by_its_header_or_its_place(url, headers, words):
    found = what_stands_in_the_way(Page(url, b"<html>", headers))
    assert found is not None
    assert words in found.reason


def test_consent_and_sign_in_pages_are_named():
    consent = '<title>Before you continue to Search</title><form action="https://consent.search.example/save"></form>'
    login = '<title>Sign in - Shop</title><form><input name="pw" type="password"></form>'
    for page, words in ((consent, "consent page"), (login, "sign-in page")):
        found = what_stands_in_the_way(Page("https://shop.example/x", page.encode()))
        assert isinstance(found, SourceRefused)
        assert words in found.reason


@given(st.binary(max_size=300))
def test_any_bytes_are_a_page_or_a_gate(body):
    found = what_stands_in_the_way(Page("https://shop.example/", b"<title>" + body))
    assert found is None or isinstance(found, SourceRefused)


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of pages is not here")
@pytest.mark.parametrize("kind", ["products", "articles", "page_changes", "concerts", "structured"])
def test_of_the_corpus_just_the_pages_marked_as_blocked_are_blocked(kind):
    wrong = []
    for line in (CORPUS / kind / "cases.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        for path in (case.get("files") or {}).values():
            raw = (CORPUS / kind / path).read_bytes()
            page = Page(
                case.get("url") or "https://shop.example/", gzip.decompress(raw) if path.endswith(".gz") else raw
            )
            if (what_stands_in_the_way(page) is not None) != bool(case.get("blocked")):
                wrong.append(case["id"])
    assert wrong == []

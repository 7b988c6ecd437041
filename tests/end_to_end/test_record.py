"""`trusted-agent record` keeps a real answer as a test that passes at once, and no secret in it."""

from __future__ import annotations

import threading
from base64 import b64encode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.lived import ask
from tests.trials import PAGE

COOKIE, HOP_COOKIE, CSRF = "c00kie-9f8e7d6c5b4a", "h0p-1a2b3c4d5e6f", "csrf-QwErTy123456"
API_KEY, PASSWORD, QUERY = "api-key-777-abcdef", "p4ssw0rd!ümlaut", "t0kenInQuery99"
BASIC = b64encode(f"ada:{PASSWORD}".encode()).decode()
SECRETS = (COOKIE, HOP_COOKIE, CSRF, API_KEY, PASSWORD, QUERY, BASIC)
FEED = """<rss version="2.0"><channel><title>One</title>
<item><title>A tokamak burns</title><guid>1</guid><link>/first?session={csrf}</link></item>
<item><title>Your horoscope</title><guid>2</guid></item></channel></rss>"""

RULES = """
me: {{timezone: America/New_York, currency: USD}}
topics: {{fusion: [tokamak]}}
channels: {{phone: json://127.0.0.1:1}}
defaults: {{notify: phone}}
network: {{every: 0.01s, contact: ada@mail.example}}
rules:
  - name: Cheap
    watch: price
    url: "{url}/start?token=${{env:SHOP_TOKEN}}"
    when: price below $150
    private: true
    headers: {{X-Api-Key: "${{env:SHOP_KEY}}"}}
    auth: {{user: ada, password: "${{env:SHOP_PASSWORD}}"}}
  - {{name: Fusion, watch: feed, url: "{url}/feed", when: mentions topics.fusion, private: true}}
  - {{name: Blocked, watch: price, url: "{url}/blocked", when: price below $150, private: true}}
  - {{name: Both, watch: news, feeds: ["{url}/feed", "{url}/feed2"], when: mentions topics.fusion, private: true}}
  - {{name: Shop is down, watch: site, url: "{url}/blocked", when: not up, private: true}}
  - {{name: Shop is silent, watch: site, url: "http://127.0.0.1:1/", check: "{url}/feed", when: not up, private: true}}
  - {{name: Shop is slow, watch: site, url: "{url}/feed", when: latency > 10s, private: true}}
  - {{name: Birthdays, watch: dates, dates: [{{name: Sam, birthday: 05-13}}], when: days_until <= 14}}
  - {{name: About rules, when: rule "cheap" and rule "fusion" within 2 days}}
"""


class Shop(BaseHTTPRequestHandler):
    """Sets cookies on every hop and shows all that it was told."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/start":
            self.answer(302, b"", location="/page", **{"set-cookie": f"hop={HOP_COOKIE}; Path=/"})
        elif path == "/page":
            self.answer(200, self.page(), **{"set-cookie": f"sid={COOKIE}; HttpOnly", "content-type": "text/html"})
        elif path in ("/feed", "/feed2"):
            self.answer(200, FEED.format(csrf=CSRF).encode(), **{"content-type": "application/rss+xml"})
        else:
            self.answer(403, b"no")

    def page(self) -> bytes:
        told = "".join(f"<p>{name}: {value}</p>" for name, value in self.headers.items())
        echo = f"""<form><input type="hidden" name="csrf_token" value="{CSRF}"></form>
        <script>var state = {{"csrfToken": "{CSRF}", "user": "{COOKIE}", "again": "/page?token={QUERY}"}};</script>
        <p>{HOP_COOKIE} {COOKIE} {PASSWORD} {QUERY}</p>{told}"""
        return PAGE.replace("</body>", f"{echo}</body>").encode()

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def shop():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def owner(tmp_path, monkeypatch):
    for name, value in {"SHOP_TOKEN": QUERY, "SHOP_KEY": API_KEY, "SHOP_PASSWORD": PASSWORD}.items():
        monkeypatch.setenv(name, value)
    with shop() as url:
        (tmp_path / "rules.yaml").write_text(RULES.format(url=url))
        yield tmp_path


def run(owner, *words):
    return ask(*words, "--rules", str(owner / "rules.yaml"))


def kept(owner):
    return {path.relative_to(owner).as_posix() for path in owner.rglob("*") if path.is_file()} - {"rules.yaml"}


def test_a_recorded_page_is_a_test_that_passes_at_once(owner):
    answer = run(owner, "record", "Cheap")
    assert answer.code == 0, answer.error
    assert kept(owner) == {"tests/cheap.test.yaml", "tests/cheap/1.html"}
    assert "already true when first seen: price 139.00 USD is below 150.00 USD" in answer.text
    tested = run(owner, "test", "--json")
    assert (tested.code, tested.json["passed"]) == (0, 1)
    assert tested.json["tests"][0]["told"][0]["title"] == "Studio Headphones"


def test_no_cookie_token_or_password_is_in_what_is_kept(owner):
    answer = run(owner, "record", "cheap")
    for path in kept(owner):
        content = (owner / path).read_bytes()
        assert b"***" in content
        for secret in SECRETS:
            assert secret.encode() not in content, f"{secret} is in {path}"
    for secret in SECRETS:
        assert secret not in answer.text + answer.error
    assert "blanked: " in answer.text


def test_a_recorded_feed_shows_which_entries_the_rule_is_about(owner):
    found = run(owner, "record", "fusion", "--as", "burning", "--json").json
    assert found["file"] == str(owner / "tests/burning.test.yaml")
    assert found["answers"] == [str(owner / "tests/burning/1.xml")]
    assert [told["reason"] for told in found["told"]] == ["already true when first seen"]
    assert found["blanked"] == {"parameters of addresses": 1}
    assert run(owner, "test").code == 0
    assert 'of: "A tokamak burns"' in (owner / "tests/burning.test.yaml").read_text()


def test_a_source_is_asked_as_it_is_when_the_rule_looks(owner):
    run(owner, "record", "cheap")
    assert "ada@mail.example" in (owner / "tests/cheap/1.html").read_text()


def test_a_change_of_the_rule_or_the_page_fails_the_recorded_test(owner):
    run(owner, "record", "cheap")
    page = owner / "tests/cheap/1.html"
    page.write_text(page.read_text().replace("139.00", "159.00"))
    assert run(owner, "test").code == 1


def test_all_sources_of_a_rule_are_recorded(owner):
    assert run(owner, "record", "both").code == 0
    assert {"tests/both/1.xml", "tests/both/2.xml"} <= kept(owner)
    assert run(owner, "test").code == 0


def test_nothing_is_overwritten_unless_that_is_asked_for(owner):
    run(owner, "record", "cheap")
    before = (owner / "tests/cheap/1.html").stat().st_mtime_ns
    again = run(owner, "record", "cheap")
    assert again.code == 2
    assert "--force" in again.error
    assert (owner / "tests/cheap/1.html").stat().st_mtime_ns == before
    (owner / "tests/cheap/2.html").write_text("of an earlier recording")
    assert run(owner, "record", "cheap", "--force").code == 0
    assert kept(owner) == {"tests/cheap.test.yaml", "tests/cheap/1.html"}


@pytest.mark.parametrize("rule", ["shop-is-down", "shop-is-silent"])
def test_that_a_site_is_down_can_be_recorded(owner, rule):
    answer = run(owner, "record", rule)
    assert "already true when first seen: not up" in answer.text, answer.error
    assert run(owner, "test").code == 0
    assert answer.error == "", "no doubt is raised by what no answer can hold"


def test_what_the_rule_asks_for_and_no_answer_holds_is_said(owner):
    answer = run(owner, "record", "shop-is-slow")
    assert "a saved answer does not hold latency: to the test it is unknown" in answer.error


def test_where_nobody_is_asked_there_is_nothing_to_record(owner):
    answer = run(owner, "record", "birthdays")
    assert answer.code == 1
    assert "all of it lies on this machine" in answer.error
    assert kept(owner) == set()


def test_of_a_source_that_refuses_nothing_is_kept(owner):
    answer = run(owner, "record", "blocked")
    assert answer.code == 1
    assert "nothing was recorded" in answer.error
    assert kept(owner) == set()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("cheep",), 5, "did you mean cheap?"),
        (("cheap", "--as", "../outside"), 2, "is no name for a recording"),
        (("about-rules",), 2, "looks at nothing itself"),
    ],
)
def test_what_cannot_be_recorded_is_refused_before_anybody_is_asked(owner, words, code, said):
    answer = run(owner, "record", *words)
    assert (answer.code, said in answer.error) == (code, True), answer.error
    assert kept(owner) == set()

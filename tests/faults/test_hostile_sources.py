"""Each kind that reads pages and APIs, against a real server that fails: a named trouble, never a value."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.context import Errand, PollContext
from rules.rule import WatchSpec
from tests.local_web import LocalWeb, door, reply
from watchers.api import (
    HttpWatcher,
    Poll,
    SourceChanged,
    SourceGone,
    SourceRefused,
    SourceUnavailable,
    WatchError,
)
from watchers.json_api import Json
from watchers.listing import Listing
from watchers.page import WebPage

KINDS: dict[str, Callable[[str], HttpWatcher]] = {
    "json": lambda url: Json(url=url, facts={"level": "number level"}),
    "json list": lambda url: Json(url=url, items="items"),
    "page": lambda url: WebPage(url=url),
    "part of a page": lambda url: WebPage(url=url, css="main"),
    "listing": lambda url: Listing(url=url, items=".card"),
    "listing without items": lambda url: Listing(url=url),
}
GOOD = {
    "json": (b'{"level": 7}', "application/json"),
    "json list": (b'{"items": [{"id": 1, "title": "One"}]}', "application/json"),
    "page": (b"<title>Hours</title><main><p>open 9 to 17</p></main>", "text/html"),
    "listing": (b"<main><div class=card><h3><a href=/1>Bicycle</a></h3> 90 EUR</div></main>", "text/html"),
}
GOOD["part of a page"] = GOOD["page"]
THINGS = (
    b'<script type="application/ld+json">{"@type": "ItemList", "itemListElement": ['
    b'{"@type": "Product", "name": "One", "url": "/1"}, {"@type": "Product", "name": "Two", "url": "/2"}]}</script>'
    b"<p>Two bicycles"
)
GOOD["listing without items"] = (THINGS, "text/html")


def page(title: str, body: str) -> bytes:
    html = f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"
    return reply(html.encode(), content_type="text/html; charset=utf-8")


CAPTCHA = page(
    "Shop", "<h1>One moment</h1><p>Please show that you are no robot.</p><div class=h-captcha data-sitekey=x></div>"
)
CONSENT = page(
    "Shop",
    "<h1>Your privacy matters: cookies</h1><p>We and our partners use cookies.</p><button>Accept all</button>",
)
LOGIN = page("Shop", "<h1>Sign in</h1><form><input name=user><input type=password><button>Go</button></form>")
OUTAGE = page("Maintenance", "<h1>We'll be back soon</h1>")
CHALLENGE = page("Just a moment...", "Enable JavaScript and cookies to continue")


def redirect(asked) -> bytes:
    return reply(b"", 302, location="/a" if asked.target.endswith("b") else "/b")


FAILURES = [
    ("401", reply(b"no", 401), SourceRefused),
    ("403", reply(b"no", 403), SourceRefused),
    ("404", reply(b"no", 404), SourceGone),
    ("410", reply(b"no", 410), SourceGone),
    ("429", reply(b"no", 429, retry_after="120"), SourceUnavailable),
    ("500", reply(b"no", 500), SourceUnavailable),
    ("a captcha", CAPTCHA, SourceRefused),
    ("a bot check", CHALLENGE, SourceRefused),
    ("a consent page", CONSENT, SourceRefused),
    ("a sign-in", LOGIN, SourceRefused),
    ("an outage", OUTAGE, SourceUnavailable),
    ("nothing", reply(b""), SourceUnavailable),
    ("a redirect loop", redirect, SourceChanged),
    ("a cut answer", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<main><p>open", SourceUnavailable),
    ("a bomb", reply(gzip.compress(b"<p>" * 10_000_000), content_encoding="gzip"), SourceChanged),
    ("a picture", reply(b"\x89PNG\r\n\x1a\n" + bytes(200), content_type="image/png"), SourceChanged),
]


def look(kind: str, answer, **settings) -> Poll | WatchError:
    async def story():
        async with LocalWeb(answer, hang_up=isinstance(answer, bytes)) as web, door(**settings) as d:
            watcher = KINDS[kind](web.url())
            spec = WatchSpec("watch", watcher.sees, watcher.label, watcher, private=True)
            try:
                return await watcher.poll(PollContext(d.fetcher, spec, Errand(), d.clock.at, ZoneInfo("UTC")))
            except WatchError as trouble:
                return trouble

    return asyncio.run(story())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("answer", "trouble"), [failure[1:] for failure in FAILURES], ids=[f[0] for f in FAILURES])
def test_a_failure_has_its_name_and_is_no_value(kind, answer, trouble):
    found = look(kind, answer, body_limit=2_000_000)
    assert type(found) is trouble, found
    assert found.reason
    if b" 429 " in (answer if isinstance(answer, bytes) else b""):
        assert found.retry_after == timedelta(seconds=120)


@pytest.mark.parametrize("kind", KINDS)
def test_a_slow_drip_ends_at_the_deadline(kind):
    async def drip(asked):
        await asyncio.sleep(30)
        return b""

    found = look(kind, drip, deadline=timedelta(seconds=0.3))
    assert isinstance(found, SourceUnavailable)
    assert "within 0.3 s" in found.reason


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("charset", ["utf-16", "no-such-charset", "shift_jis", "utf-7"])
def test_a_wrong_charset_ends_in_a_poll_or_a_named_trouble(kind, charset):
    body, content_type = GOOD[kind]
    assert isinstance(look(kind, reply(body, content_type=f"{content_type}; charset={charset}")), Poll | WatchError)


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_answer_is_read(kind):
    body, content_type = GOOD[kind]
    found = look(kind, reply(body, content_type=content_type))
    assert isinstance(found, Poll), found
    assert found.observations

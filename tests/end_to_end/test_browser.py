"""Pages that a real Chromium builds: what they show, where they may go, and that nothing of them is left."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.local_web import Asked, LocalWeb, door, reply
from watchers.api import HttpOptions, Page, SourceChanged, SourceGone, SourceRefused, SourceUnavailable, WatchError
from watchers.door import browser as browsing
from watchers.door import chromium
from watchers.door.browser import Browser
from watchers.door.rendering import Rendering
from watchers.price import Price
from watchers.testing import CannedContext, poll_once

pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, chromium.NAMES)), reason="Chromium is not installed: apt install chromium"
)

HTML = "text/html; charset=utf-8"
BUILT = b"""<!DOCTYPE html><title>Blue Lamp</title><main id=shelf>One moment</main><script>
fetch('/offer').then(answer => answer.json()).then(offer => {
  document.getElementById('shelf').innerHTML = '<h1>' + offer.name + '</h1><p class=price>' + offer.price + '</p>';
});</script>"""
OFFER = b'{"name": "Blue Lamp", "price": "12.50 EUR"}'


def pages(**bodies: bytes) -> Callable[[Asked], bytes]:
    """Return a site: the page itself, and what else it has by the last part of its address."""
    known = {"": bodies.pop("page"), **bodies}

    def answer(asked: Asked) -> bytes:
        name = asked.target.partition("?")[0].rpartition("/")[2]
        if name not in known:
            return reply(b"nothing", 404)
        body = known[name]
        return body if body.startswith(b"HTTP/") else reply(body, content_type=HTML)

    return answer


@asynccontextmanager
async def browsing_door(resolve=None, *, seconds: float = 40, **settings):
    """A door whose browser has no sandbox where the tests are run by root, who cannot have one."""
    async with door(**({"resolve": resolve} if resolve else {}), **settings) as opened:
        fetcher = opened.fetcher
        fetcher._browser = Browser(
            fetcher._wire._admission,
            fetcher._hosts,
            now=opened.clock,
            ledger=opened.contacts.append,
            redact=str,
            seconds=seconds,
            sandbox=os.getuid() != 0,
        )
        yield opened


def render(site, *, host: str = "shop.example", resolve=None, seconds: float = 40, **more):
    """Render the front page of a site; return what came of it, the site and the door."""

    async def run():
        async with LocalWeb(site) as web, browsing_door(resolve, seconds=seconds) as opened:
            try:
                result = await opened.ask(Rendering(web.url("/", host)), **more)
            except WatchError as trouble:
                result = trouble
            return result, web, opened

    result, web, opened = asyncio.run(run())
    left = [entry.name for entry in Path("/proc").iterdir() if entry.name.isdecimal() and _is_browser(entry)]
    assert left == [], "a process of the browser is left"
    assert list(Path(tempfile.gettempdir()).glob("trusted-agent-page-*")) == [], "a folder of the browser is left"
    return result, web, opened


def _is_browser(process: Path) -> bool:
    try:
        return b"trusted-agent-page-" in (process / "cmdline").read_bytes()
    except OSError:
        return False


def hosts_of(opened) -> dict[str, str]:
    return {contact.host: contact.outcome for contact in opened.contacts}


def test_a_price_that_a_script_puts_there_is_seen_by_the_kind():
    page, _, _ = render(pages(page=BUILT, offer=OFFER))
    assert isinstance(page, Page)
    watch = Price(url="https://shop.example/", browser=True, select=".price")
    (seen,) = poll_once(watch, CannedContext(page)).observations
    assert str(seen.facts["price"]) == "12.50 EUR"


def test_the_ledger_names_every_host_that_the_page_asked_and_none_that_chromium_asks_by_itself():
    elsewhere = BUILT.replace(b"'/offer'", b"'http://api.example:' + location.port + '/offer'")
    offer = reply(OFFER, access_control_allow_origin="*", content_type="application/json")
    page, web, opened = render(pages(page=elsewhere, offer=offer), asked_by=("lamp",))
    assert isinstance(page, Page)
    assert {asked.host for asked in web.log} == {"shop.example"}
    assert set(hosts_of(opened)) == {"shop.example", "api.example"}
    assert {contact.asked_by for contact in opened.contacts} == {("lamp",)}


def test_another_host_is_asked_where_it_is_a_public_one_and_its_bytes_are_counted():
    elsewhere = BUILT.replace(b"'/offer'", b"'http://api.example:' + location.port + '/offer'")
    offer = reply(OFFER, access_control_allow_origin="*", content_type="application/json")
    page, web, opened = render_allowed(pages(page=elsewhere, offer=offer))
    assert b"12.50 EUR" in page.body
    assert {asked.host for asked in web.log} == {"shop.example", "api.example"}
    assert all(contact.bytes_sent and contact.bytes_received and contact.ip for contact in opened.contacts)


def render_allowed(site, **more):
    """Render a page with the owner's leave to contact this machine, which stands for the internet here."""

    async def run():
        async with LocalWeb(site) as web, browsing_door(allow=["127.0.0.1"]) as opened:
            return await opened.ask(Rendering(web.url("/", "shop.example")), private=False, **more), web, opened

    return asyncio.run(run())


# Where a page may go.


def test_a_private_address_is_not_asked_and_the_reason_says_how_to_allow_it():
    trouble, web, _ = render(pages(page=BUILT), private=False)
    assert isinstance(trouble, SourceRefused)
    assert "`private: true`" in trouble.reason
    assert web.log == []


@pytest.mark.parametrize(
    "way",
    [
        b"fetch('http://neighbour.example:' + location.port + '/secret')",
        b"fetch('http://127.0.0.1:' + location.port + '/secret')",
        b"fetch('http://localhost:' + location.port + '/secret')",
        b"fetch('http://[::1]:' + location.port + '/secret')",
        b"fetch('http://2130706433:' + location.port + '/secret')",
        b"document.write(`<script src='http://127.0.0.1:${location.port}/secret'></scr` + 'ipt>')",
        b"document.write(`<iframe src='http://127.0.0.1:${location.port}/secret'></iframe>`)",
        b"new WebSocket('ws://127.0.0.1:' + location.port + '/secret')",
        b"new Worker(URL.createObjectURL(new Blob([`fetch('http://127.0.0.1:${location.port}/secret')`])))",
        b"navigator.sendBeacon('http://127.0.0.1:' + location.port + '/secret', 'x')",
        b"open('http://127.0.0.1:' + location.port + '/secret')",
        b"fetch('/onward')",
    ],
)
def test_a_page_that_asks_a_neighbour_reaches_nobody(way):
    page = b"<!DOCTYPE html><title>A</title><body><p>There.</p><script>try {" + way + b"} catch {}</script>"
    onward = b"HTTP/1.1 302 Found\r\nlocation: http://neighbour.example/secret\r\ncontent-length: 0\r\n\r\n"
    answered, web, _ = render(pages(page=page, secret=b"a secret", onward=onward))
    assert isinstance(answered, Page)
    assert b"There." in answered.body
    assert not [asked for asked in web.log if "secret" in asked.target]


def test_a_redirect_to_a_neighbour_is_refused_as_such():
    moved = b"HTTP/1.1 302 Found\r\nlocation: http://neighbour.example/\r\ncontent-length: 0\r\n\r\n"
    trouble, _, opened = render(pages(page=moved))
    assert isinstance(trouble, SourceRefused)
    assert "neighbour.example is not contacted" in trouble.reason
    assert "is not contacted" in hosts_of(opened)["neighbour.example"]


def test_a_page_that_goes_to_a_neighbour_by_script_is_refused_as_such():
    trouble, _, _ = render(pages(page=b"<!DOCTYPE html><script>location = 'http://neighbour.example/'</script>"))
    assert isinstance(trouble, SourceRefused)
    assert "neighbour.example" in trouble.reason


def test_a_name_that_changes_its_address_between_two_questions_is_judged_at_each():
    asked: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    trouble, web, _ = render(pages(page=BUILT, offer=OFFER), resolve=resolve)
    assert isinstance(trouble, SourceRefused)
    assert "169.254.169.254" in trouble.reason
    assert [each.target for each in web.log] == ["/"]


def test_what_a_page_is_not_read_for_is_not_fetched():
    page = (
        b"<!DOCTYPE html><title>A</title><style>@font-face {font-family: f; src: url(/font)} p {font-family: f}</style>"
        b"<p>There.</p><img src=/picture><video src=/film autoplay></video><link rel=prefetch href=/next>"
    )
    _, web, _ = render(pages(page=page))
    assert [asked.target for asked in web.log] == ["/"]


def test_headers_and_cookies_of_the_owner_go_to_the_host_they_were_written_for_and_to_no_other():
    elsewhere = BUILT.replace(b"'/offer'", b"'http://api.example:' + location.port + '/offer'")
    offer = reply(OFFER, access_control_allow_origin="*")
    options = HttpOptions(headers={"X-Key": SecretStr("k1")}, cookies={"session": SecretStr("s1")})
    _, web, _ = render_allowed(pages(page=elsewhere, offer=offer), options=options)
    own, other = web.log
    assert (own.headers["x-key"], own.headers["cookie"]) == ("k1", "session=s1")
    assert not {"x-key", "cookie"} & set(other.headers)


def test_it_says_who_it_is():
    _, web, _ = render(pages(page=BUILT, offer=OFFER))
    assert {asked.headers["user-agent"] for asked in web.log} == {
        "trusted-agent (a personal watchdog; no contact given)"
    }


def test_nothing_is_remembered_from_one_page_to_the_next():
    page = (
        b"<!DOCTYPE html><p id=p></p><script>"
        b"p.textContent = 'seen ' + (localStorage.seen || 'never') + document.cookie;"
        b"localStorage.seen = 'before'; document.cookie = 'seen=before; max-age=9999'</script>"
    )
    for _ in range(2):
        shown, _, _ = render(pages(page=page))
        assert b"seen never</p>" in shown.body


# What can go wrong.


@pytest.mark.parametrize(
    ("status", "trouble", "words"),
    [
        (401, SourceRefused, "sign-in"),
        (403, SourceRefused, "refuses access"),
        (404, SourceGone, "nothing at this address"),
        (410, SourceGone, "removed for good"),
        (429, SourceUnavailable, "asked too often"),
        (500, SourceUnavailable, "fault of its own"),
    ],
)
def test_a_status_is_the_trouble_that_it_is_without_a_browser(status, trouble, words):
    result, _, opened = render(pages(page=reply(b"<p>No.</p>", status, content_type=HTML)))
    assert type(result) is trouble
    assert words in result.reason
    assert opened.contacts[0].status == status


def test_a_page_that_never_ends_is_given_up(monkeypatch):
    monkeypatch.setattr(browsing, "REST_SECONDS", 2.0)
    drip = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 100000\r\n\r\n<p>And so on"
    trouble, _, _ = render(pages(page=drip))
    assert isinstance(trouble, SourceUnavailable)
    assert "did not finish its answer" in trouble.reason


def test_a_script_that_never_ends_is_given_up():
    trouble, _, opened = render(pages(page=b"<!DOCTYPE html><p>A</p><script>for (;;);</script>"), seconds=5)
    assert isinstance(trouble, SourceUnavailable)
    assert "was not built within 5 s" in trouble.reason
    assert "was not built" in hosts_of(opened)["shop.example"]


def test_a_page_that_asks_again_and_again_is_taken_as_it_is(monkeypatch):
    monkeypatch.setattr(browsing, "REST_SECONDS", 2.0)
    page = b"<!DOCTYPE html><p>There.</p><script>setInterval(() => fetch('/again'), 100)</script>"
    shown, _, _ = render(pages(page=page, again=b"x"))
    assert b"There." in shown.body


def test_a_page_that_crashes_is_a_trouble_at_once(monkeypatch):
    rest = browsing._Page._rest

    async def crash(page) -> None:
        page.tools.tell("Page.crash", page.session)
        await rest(page)

    monkeypatch.setattr(browsing._Page, "_rest", crash)
    monkeypatch.setattr(browsing, "REST_SECONDS", 1000.0)
    trouble, _, _ = render(pages(page=BUILT, offer=OFFER))
    assert isinstance(trouble, SourceUnavailable)
    assert "Chromium ended while it built the page" in trouble.reason


def test_a_page_that_takes_too_much_memory_is_killed(monkeypatch):
    monkeypatch.setattr(chromium, "MOST_MEMORY", 1_000)
    trouble, _, _ = render(pages(page=BUILT, offer=OFFER))
    assert isinstance(trouble, SourceUnavailable)
    assert "more memory than a page may" in trouble.reason


def test_a_page_that_fetches_without_end_is_cut_off(monkeypatch):
    monkeypatch.setattr(browsing, "MOST_BYTES", 1_000_000)
    page = b"<!DOCTYPE html><p>There.</p><script>fetch('/much').then(a => a.text())</script>"
    trouble, _, opened = render(pages(page=page, much=b"x" * 3_000_000))
    assert isinstance(trouble, SourceUnavailable)
    assert "fetches more than 1 MB" in trouble.reason
    assert opened.contacts[0].bytes_received < 2_000_000


def test_a_page_that_opens_dialogs_and_windows_is_read_all_the_same():
    page = b"<!DOCTYPE html><p id=p></p><script>alert(1); confirm(2); open('/'); p.textContent = 'There.'</script>"
    shown, _, _ = render(pages(page=page))
    assert b"There." in shown.body


def test_a_file_to_download_is_no_page():
    file = reply(b"x" * 100, content_type="application/octet-stream", content_disposition="attachment")
    trouble, _, _ = render(pages(page=file))
    assert isinstance(trouble, SourceChanged)
    assert "no web page" in trouble.reason


def test_a_circle_of_redirects_is_named():
    trouble, _, _ = render(pages(page=b"HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n"))
    assert isinstance(trouble, SourceChanged)
    assert "in a circle" in trouble.reason


def test_a_host_that_takes_no_connection_is_named():
    async def run() -> WatchError:
        async with browsing_door() as opened:
            with pytest.raises(SourceUnavailable) as trouble:
                await opened.ask(Rendering("http://shop.example:1/"))
            return trouble.value

    assert "shop.example" in asyncio.run(run()).reason


def test_pages_are_built_one_after_another():
    async def run() -> list[float]:
        async with LocalWeb(pages(page=BUILT, offer=OFFER)) as web, browsing_door() as opened:
            hosts = ("one.example", "two.example")
            await asyncio.gather(*(opened.ask(Rendering(web.url("/", host))) for host in hosts))
            return [asked.host for asked in web.log]

    asked = asyncio.run(run())
    assert asked in (["one.example"] * 2 + ["two.example"] * 2, ["two.example"] * 2 + ["one.example"] * 2)


@pytest.mark.parametrize("options", [HttpOptions(proxy=SecretStr("http://p.example:1")), HttpOptions(ca="/home.pem")])
def test_options_that_a_browser_cannot_honour_are_refused(options):
    trouble, _, _ = render(pages(page=BUILT), options=options)
    assert isinstance(trouble, SourceRefused)
    assert "do not go together" in trouble.reason


def test_the_pause_of_a_host_holds_for_its_rendered_pages_too():
    async def run() -> float:
        async with LocalWeb(pages(page=b"<p>A</p>")) as web, browsing_door() as opened:
            clock = asyncio.get_running_loop().time
            await opened.ask(Rendering(web.url("/")), host_every=timedelta(seconds=3))
            left = clock()
            await opened.ask(Rendering(web.url("/")), host_every=timedelta(seconds=3))
            return web.log[-1].at - left

    assert asyncio.run(run()) >= 2.9

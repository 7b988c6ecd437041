"""The owner's options and secrets of a request, the ledger's record of it, and the answer with its connection."""

from __future__ import annotations

import asyncio
import base64
import gzip
from datetime import timedelta

import pytest
from pydantic import SecretStr

from tests.local_web import NOON, SECRETS, LocalWeb, door, reply
from watchers.api import Auth, HttpOptions, Request, SourceChanged, SourceGone, SourceRefused, SourceUnavailable
from watchers.door import kept_open
from watchers.door.exchange import first_ask
from watchers.fetch import Contact

# -- options and secrets ----------------------------------------------------------------------------------------------


def test_the_owner_s_options_are_sent_and_the_host_s_defaults_fill_them_in():
    defaults = HttpOptions(user_agent="mine", cookies={"a": SecretStr("1")}, headers={"X-One": SecretStr("host")})
    rule = HttpOptions(
        auth=Auth(user="me", password=SecretStr("pass:wörd")),
        cookies={"b": SecretStr("2")},
        headers={"Accept": SecretStr("text/csv")},
    )

    async def story():
        async with LocalWeb(reply(b"x")) as web, door(hosts={"Shop.example": defaults}) as d:
            await d.get(Request(web.url("/", "shop.example"), headers={"Accept": "text/html", "X-Kind": "1"}), rule)
            return web.log[0].headers

    headers = asyncio.run(story())
    assert headers["user-agent"] == "mine"
    assert headers["cookie"] == "a=1; b=2"
    assert headers["accept"] == "text/csv"
    assert (headers["x-one"], headers["x-kind"]) == ("host", "1")
    assert base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode() == "me:pass:wörd"


@pytest.mark.parametrize(
    ("own", "rule", "kind", "sent"),
    [("", None, "", "door"), ("", None, "kind", "kind"), ("", "rule", "kind", "rule"), ("own", "rule", "kind", "own")],
)
def test_the_nearest_word_on_the_user_agent_counts(own, rule, kind, sent):
    options = HttpOptions(user_agent=rule, headers={"User-Agent": SecretStr(own)} if own else {})
    request = Request("http://shop.example/", headers={"user-agent": kind} if kind else {})
    ask = first_ask(request, options, {}, private=False, user_agent="door")
    assert dict(ask.head(None))[b"user-agent"] == sent.encode()


@pytest.mark.parametrize(
    "options",
    [
        HttpOptions(headers={"X-Key": SecretStr("hush\r\nX-Other: 1")}),
        HttpOptions(headers={"X Key": SecretStr("hush")}),
        HttpOptions(headers={"Host": SecretStr("hush.example")}),
        HttpOptions(headers={"Transfer-Encoding": SecretStr("hush")}),
        HttpOptions(cookies={"session": SecretStr("hush; other=1")}),
        HttpOptions(cookies={"session": SecretStr("hush\n")}),
        HttpOptions(auth=Auth(bearer=SecretStr("hush\n"))),
        HttpOptions(proxy=SecretStr("gopher://me:hush@proxy.example")),
        HttpOptions(ca="/nowhere/hush.pem"),
    ],
)
def test_options_that_cannot_be_sent_are_refused_without_showing_them(options):
    async def story():
        async with door() as d:
            with pytest.raises(SourceRefused) as caught:
                await d.get("https://127.0.0.1/", options)
            return caught.value, d.contacts

    error, contacts = asyncio.run(story())
    assert "hush" not in repr(error)
    assert "hush" not in repr(error.__cause__)
    assert contacts == []


def test_a_user_in_the_address_is_sent_back_to_auth():
    async def story():
        async with door() as d:
            with pytest.raises(SourceRefused, match="`auth:`") as caught:
                await d.get("https://me:hush@shop.example/")
            assert "hush" not in str(caught.value)

    asyncio.run(story())


@pytest.mark.parametrize("status", [200, 302, 403, 500])
def test_no_secret_reaches_the_ledger_an_error_or_a_repr(status):
    """The key in the address is taken out by `redact`, all else never gets there."""

    async def story():
        async with LocalWeb(b"") as web, door(redact=lambda text: text.replace("k3y", "•••")) as d:
            web._answer = reply(b"x", status=status, location="/?key=k3y&more")
            error: Exception | None = None
            try:
                await d.get(web.url("/?key=k3y"), SECRETS)
            except (SourceRefused, SourceUnavailable, SourceChanged) as caught:
                error = caught
            return repr((d.contacts, error, error and error.__cause__, d.memory)), d.contacts

    told, contacts = asyncio.run(story())
    assert "hush" not in told
    assert "k3y" not in told
    assert contacts[0].address.endswith("/?key=•••")


def test_an_ask_shows_no_secret_and_its_key_depends_on_each():
    def ask(options: HttpOptions):
        return first_ask(Request("http://shop.example/"), options, {}, private=False, user_agent="door")

    variants = [HttpOptions(), SECRETS, HttpOptions(auth=SECRETS.auth), HttpOptions(cookies=SECRETS.cookies)]
    variants += [HttpOptions(headers=SECRETS.headers), HttpOptions(proxy=SecretStr("http://me:hush@proxy.example"))]
    assert "hush" not in repr([ask(options) for options in variants])
    assert len({ask(options).key for options in variants}) == len(variants)


# -- the ledger and the answer ----------------------------------------------------------------------------------------


def test_a_contact_says_who_was_asked_for_whom_and_how_much_was_said():
    body = gzip.compress(b"160.00" * 100, mtime=0)

    async def story():
        async with LocalWeb(reply(body, content_encoding="gzip")) as web, door() as d:
            page = await d.get(web.url("/x", "shop.example"), asked_by=("headphones", "best"))
            return page, d.contacts[0], web.port

    page, contact, port = asyncio.run(story())
    assert page.body == b"160.00" * 100
    assert contact == Contact(
        at=NOON + timedelta(seconds=1),
        method="GET",
        host="shop.example",
        address=f"http://shop.example:{port}/x",
        ip="127.0.0.1",
        status=200,
        bytes_sent=contact.bytes_sent,
        bytes_received=contact.bytes_received,
        outcome="200",
        asked_by=("headphones", "best"),
        purpose="poll",
    )
    assert len(body) < contact.bytes_received < len(body) + 200
    assert 100 < contact.bytes_sent < 300


def test_a_page_keeps_its_headers_by_lower_case_name():
    raw = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\nContent-Type: Text/HTML; charset=x\r\nContent-Length: 1\r\n\r\n."

    async def story():
        async with LocalWeb(raw) as web, door() as d:
            return await d.get(web.url())

    page = asyncio.run(story())
    assert page.headers["x-a"] == "1, 2"
    assert (page.content_type, page.charset) == ("text/html", "x")


def test_a_head_request_is_answered_by_its_headers():
    async def story():
        async with (
            LocalWeb(lambda asked: b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: 99\r\n\r\n') as web,
            door() as d,
        ):
            return await d.get(Request(web.url(), "HEAD"))

    page = asyncio.run(story())
    assert (page.status, page.body, page.headers["etag"]) == (200, b"", '"1"')


def test_an_empty_page_is_a_trouble_and_not_an_empty_value():
    async def story():
        async with LocalWeb(reply(b"")) as web, door() as d:
            with pytest.raises(SourceUnavailable, match="empty"):
                await d.get(web.url())

    asyncio.run(story())


def test_a_page_that_is_gone_says_so():
    async def story():
        async with LocalWeb(reply(b"", status=404)) as web, door() as d:
            with pytest.raises(SourceGone, match="may be temporary"):
                await d.get(web.url())

    asyncio.run(story())


def test_connections_that_are_kept_open_are_never_many(monkeypatch):
    monkeypatch.setattr(kept_open, "MANY", 3)

    async def story():
        async with LocalWeb(reply(b"x")) as web, door() as d:
            for n in range(6):
                await d.get(web.url("/", f"host{n}.example"))
            return len(d.fetcher._wire._lines)

    assert asyncio.run(story()) == 3


def test_idle_connections_are_closed(monkeypatch):
    monkeypatch.setattr(kept_open, "IDLE_SECONDS", 0.05)

    async def story():
        async with LocalWeb(reply(b"x")) as web, door() as d:
            for n in range(2):
                await d.get(web.url("/", f"host{n}.example"))
            while web.open:
                await asyncio.wait_for(web.closed.wait(), 10)
                web.closed.clear()
            return len(d.fetcher._wire._lines)

    assert asyncio.run(story()) == 0


def test_connections_are_used_again_and_closed_at_the_end():
    async def story():
        async with LocalWeb(reply(b"160.00", etag='"160"')) as web:
            async with door() as d:
                page = await d.get(web.url("/a"))
                await d.get(web.url("/a"), last_read=page.digest)
                await d.get(web.url("/b"))
                used = web.connections
                await d.get(web.url("/b", "other.example"))
            return used, web.connections

    assert asyncio.run(story()) == (1, 2)

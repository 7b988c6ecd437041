"""Redirects: followed where it is safe, with each hop in the ledger, and without carrying secrets along."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.local_web import SECRETS, Asked, LocalWeb, door, moved, reply
from watchers.api import Request, SourceChanged, SourceRefused
from watchers.door.address import read_address
from watchers.door.admission import Admission
from watchers.door.exchange import Answer, Ask, next_ask


def test_a_redirect_is_followed_and_each_hop_is_in_the_ledger():
    def answer(asked: Asked) -> bytes:
        return moved("b?x=1#part") if asked.target == "/shop/a" else reply(b"here")

    async def story():
        async with LocalWeb(answer) as web, door() as d:
            return await d.get(web.url("/shop/a")), web, d.contacts

    page, web, contacts = asyncio.run(story())
    assert page.url == web.url("/shop/b?x=1")
    assert [(contact.status, contact.address) for contact in contacts] == [
        (302, web.url("/shop/a")),
        (200, web.url("/shop/b?x=1")),
    ]


def test_credentials_stay_with_the_host_that_they_were_given_for():
    async def story():
        async with LocalWeb(lambda asked: moved(other.url(host="other.example"))) as web:  # noqa: SIM117
            async with LocalWeb(reply(b"here")) as other, door() as d:
                web._answer = lambda asked: (
                    moved("/second") if asked.target == "/first" else moved(other.url("/", "other.example"))
                )
                request = Request(web.url("/first", "shop.example"), headers={"Accept": "text/x"})
                await d.get(request, SECRETS)
                return web.log, other.log

    at_home, elsewhere = asyncio.run(story())
    for asked in at_home:
        assert asked.headers["authorization"] == "Bearer hush"
        assert asked.headers["x-api-key"] == "hush"
        assert asked.headers["cookie"] == "session=hush"
    (asked,) = elsewhere
    assert "hush" not in repr(asked.headers)
    assert asked.headers["accept"] == "text/x"


def test_another_port_is_another_host():
    async def story():
        async with LocalWeb(reply(b"here")) as other, LocalWeb(moved("x")) as web, door() as d:
            web._answer = moved(other.url(host="shop.example"))
            await d.get(web.url(host="shop.example"), SECRETS)
            return other.log

    (asked,) = asyncio.run(story())
    assert "hush" not in repr(asked.headers)


def test_a_site_that_sets_a_cookie_and_redirects_to_itself_is_shown_the_cookie():
    def answer(asked: Asked) -> bytes:
        if asked.headers.get("cookie") == "seen=yes; b=2":
            return reply(b"here")
        cookies = b"Set-Cookie: seen=yes; Path=/\r\nSet-Cookie: b=2\r\n"
        return b"HTTP/1.1 302 X\r\nLocation: /\r\n" + cookies + b"Content-Length: 0\r\n\r\n"

    async def story():
        async with LocalWeb(answer) as web, door() as d:
            return await d.get(web.url())

    page = asyncio.run(story())
    assert page.body == b"here"
    assert "set-cookie" not in page.headers


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ({"/": "/"}, "in a circle"),
        ({"/": "/a", "/a": "/b", "/b": "/"}, "in a circle"),
        (None, "more than 10 redirects"),
    ],
)
def test_redirects_that_lead_nowhere_are_given_up(targets, words):
    def answer(asked: Asked) -> bytes:
        return moved(targets[asked.target] if targets else asked.target + "x")

    async def story():
        async with LocalWeb(answer) as web, door() as d:
            with pytest.raises(SourceChanged, match=words):
                await d.get(web.url())
            return len(web.log)

    assert asyncio.run(story()) <= 11


@pytest.mark.parametrize(
    ("place", "trouble", "words"),
    [
        ("", SourceChanged, "without saying where"),
        ("ftp://shop.example/", SourceChanged, "ftp"),
        ("file:///etc/passwd", SourceChanged, "file"),
        ("http://[::1", SourceChanged, "no web address"),
        ("http://me:hush@shop.example/", SourceRefused, "user name or password"),
    ],
)
def test_a_redirect_to_no_place_has_a_name(place, trouble, words):
    async def story():
        async with LocalWeb(moved(place)) as web, door() as d:
            with pytest.raises(trouble, match=words) as caught:
                await d.get(web.url())
            assert "hush" not in str(caught.value)

    asyncio.run(story())


@pytest.mark.parametrize(
    "place", ["http://169.254.169.254/latest/meta-data", "http://0x7f.1/", "http://[::ffff:10.0.0.1]/"]
)
def test_a_redirect_into_the_owner_s_network_is_refused_before_anything_connects(place):
    async def story():
        async with LocalWeb(moved(place)) as web, door(allow=["127.0.0.1"]) as d:
            web._answer = moved(place.replace("0x7f.1", f"0x7f.2:{web.port}"))
            with pytest.raises(SourceRefused, match="`network: "):
                await d.get(web.url(), private=False)
            return d.contacts

    assert [contact.status for contact in asyncio.run(story())] == [302]


@pytest.mark.parametrize(
    ("place", "from_home", "admitted"),
    [
        ("http://192.168.1.1/", False, False),  # a host out there leads into the home of who trusts it
        ("http://192.168.1.1/", True, True),  # one at home leads to another at home
        ("http://nas.example:5001/", False, True),  # the host itself, at another port
        ("https://nas.example/", False, True),
    ],
)
def test_private_addresses_stay_allowed_for_the_host_of_the_rule_and_for_where_a_private_one_leads(
    place, from_home, admitted
):
    first = Ask("GET", read_address("http://nas.example/"), private=True, user_agent="x")
    second = next_ask(first, Answer(first.address, 302, {"location": place}, b"", "", from_home=from_home))

    async def at_home(host: str, port: int) -> list[str]:
        return ["192.168.1.1"]

    async def story():
        return await Admission((), at_home).addresses(second)

    if admitted:
        assert asyncio.run(story()) == ["192.168.1.1"]
        return
    with pytest.raises(SourceRefused, match=r"RFC 1918.*`network: ") as caught:
        asyncio.run(story())
    assert "`private: true`" not in str(caught.value)  # it says so already
    third = next_ask(second, Answer(second.address, 302, {"location": "/more"}, b"", "", from_home=True))
    with pytest.raises(SourceRefused):
        asyncio.run(Admission((), at_home).addresses(third))


def test_a_posted_question_becomes_a_get_where_a_browser_would_make_it_one():
    def answer(asked: Asked) -> bytes:
        return (
            moved("/there", int(asked.target[1:]))
            if asked.target != "/there"
            else reply(asked.method.encode() + asked.body)
        )

    async def story():
        async with LocalWeb(answer) as web, door() as d:
            question = Request("", "POST", {"Content-Type": "application/json"}, b"{}")
            pages = [await d.get(replace(question, url=web.url(f"/{status}"))) for status in (301, 302, 303, 307, 308)]
            return [page.body for page in pages], [asked for asked in web.log if asked.target == "/there"]

    bodies, log = asyncio.run(story())
    assert bodies == [b"GET", b"GET", b"GET", b"POST{}", b"POST{}"]
    assert ["content-type" in asked.headers for asked in log] == [False, False, False, True, True]


def test_what_is_posted_is_not_carried_to_another_host():
    async def story():
        async with LocalWeb(b"") as web, door() as d:
            web._answer = moved(web.url(host="other.example"), 307)
            with pytest.raises(SourceRefused, match="another host"):
                await d.get(Request(web.url(), "POST", body=b"{}"))
            return len(web.log)

    assert asyncio.run(story()) == 1

"""What the door to the network promises: equal requests are one, `unchanged` is true, and no secret is told."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.local_web import NOON, Asked, LocalWeb, door, reply
from watchers.api import Auth, HttpOptions, Request, SourceChanged, SourceGone, SourceRefused, SourceUnavailable
from watchers.door import kept_open
from watchers.door.exchange import first_ask, fresh_until, retry_after
from watchers.fetch import Contact


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def moved(place: str, status: int = 302, **headers: str) -> bytes:
    return reply(status=status, location=place, **headers)


# -- what was read before ---------------------------------------------------------------------------------------------


def shop(asked: Asked) -> bytes:
    """A page with an ETag that is always 160.00."""
    if asked.headers.get("if-none-match") == '"160"':
        return reply(status=304, etag='"160"')
    return reply(b"160.00", etag='"160"', last_modified="Mon, 01 Jun 2026 10:00:00 GMT")


def test_a_page_that_was_read_before_is_asked_for_news_only():
    async def story():
        async with LocalWeb(shop) as web, door() as d:
            page = await d.get(web.url())
            again = await d.get(web.url(), last_read=page.digest)
            return page, again, web.log, d.contacts

    page, again, log, contacts = asyncio.run(story())
    assert (page.body, page.unchanged, page.digest) == (b"160.00", False, digest(b"160.00"))
    assert (again.body, again.unchanged, again.digest) == (b"", True, page.digest)
    assert log[1].headers["if-none-match"] == '"160"'
    assert log[1].headers["if-modified-since"] == "Mon, 01 Jun 2026 10:00:00 GMT"
    assert [contact.outcome for contact in contacts] == ["200", "not changed"]


def test_a_watch_that_read_something_else_is_given_the_whole_page():
    async def story():
        async with LocalWeb(shop) as web, door() as d:
            await d.get(web.url())
            page = await d.get(web.url(), last_read=digest(b"149.00"))
            return page, web.log

    page, log = asyncio.run(story())
    assert (page.body, page.unchanged) == (b"160.00", False)
    assert "if-none-match" not in log[1].headers


def test_a_304_for_one_watch_is_no_unchanged_for_another_that_asks_at_the_same_time():
    async def story():
        async with LocalWeb(shop) as web, door() as d:
            first = await d.get(web.url())
            d.clock.forward(seconds=5)
            pages = await asyncio.gather(
                d.ask(web.url(), last_read=first.digest),
                d.ask(web.url(), last_read=digest(b"149.00")),
                d.ask(web.url()),
            )
            return pages, web.log[1:]

    (same, other, new), log = asyncio.run(story())
    assert same.unchanged
    assert [(page.unchanged, page.body) for page in (other, new)] == [(False, b"160.00")] * 2
    assert ["if-none-match" in asked.headers for asked in log] == [True, False]


def test_the_same_bytes_without_any_validator_are_unchanged_too():
    async def story():
        async with LocalWeb(reply(b"160.00")) as web, door() as d:
            page = await d.get(web.url())
            return await d.get(web.url(), last_read=page.digest), d.memory

    again, memory = asyncio.run(story())
    assert (again.unchanged, again.body, again.status) == (True, b"", 200)
    assert [exchange.digest for exchange in memory.values()] == [digest(b"160.00")]


def test_a_host_that_says_304_out_of_nothing_is_not_believed():
    async def story():
        async with LocalWeb(reply(status=304)) as web, door() as d:
            with pytest.raises(SourceUnavailable, match="304"):
                await d.get(web.url(), last_read=digest(b"160.00"))

    asyncio.run(story())


def test_a_304_to_a_question_without_validators_is_not_believed_either():
    async def story():
        async with LocalWeb(reply(b"160.00")) as web, door() as d:
            page = await d.get(web.url())
            web._answer = reply(status=304)
            with pytest.raises(SourceUnavailable, match="304"):
                await d.get(web.url(), last_read=page.digest)

    asyncio.run(story())


def test_validators_belong_to_the_address_that_gave_them_not_to_the_one_that_redirected():
    place = "/monday"

    def answer(asked: Asked) -> bytes:
        if asked.target == "/today":
            return moved(place)
        # Both days use the same ETag, as careless servers do.
        if asked.headers.get("if-none-match"):
            return reply(status=304, etag='"1"')
        return reply(asked.target.encode(), etag='"1"')

    async def story():
        nonlocal place
        async with LocalWeb(answer) as web, door() as d:
            monday = await d.get(web.url("/today"))
            again = await d.get(web.url("/today"), last_read=monday.digest)
            place = "/tuesday"
            return again, await d.get(web.url("/today"), last_read=monday.digest)

    again, tuesday = asyncio.run(story())
    assert again.unchanged
    assert (tuesday.body, tuesday.unchanged) == (b"/tuesday", False)


def test_a_304_moves_the_time_and_keeps_the_rest():
    async def story():
        async with LocalWeb(shop) as web, door() as d:
            page = await d.get(web.url())
            (first,) = d.memory.values()
            d.clock.forward(hours=1)
            await d.get(web.url(), last_read=page.digest)
            (second,) = d.memory.values()
            return first, second, d.clock.at

    first, second, at = asyncio.run(story())
    assert second == replace(first, at=at)


def test_what_is_still_fresh_is_asked_anyway_unless_the_caller_is_content_with_it():
    async def story():
        async with LocalWeb(reply(b"160.00", cache_control="max-age=3600")) as web, door() as d:
            page = await d.get(web.url())
            await d.get(web.url(), last_read=page.digest)
            content = await d.get(web.url(), last_read=page.digest, fresh=True)
            asked = len(web.log)
            await d.get(web.url(), last_read=digest(b"149.00"), fresh=True)
            d.clock.forward(hours=2)
            await d.get(web.url(), last_read=page.digest, fresh=True)
            return content, asked, len(web.log)

    content, before, after = asyncio.run(story())
    assert content.unchanged
    assert (before, after) == (2, 4)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "max-age=60"}, 60),
        ({"cache-control": "public, Max-Age=60, must-revalidate"}, 60),
        ({"cache-control": "max-age=60", "age": "20"}, 40),
        ({"cache-control": "max-age=60", "age": "90"}, None),
        ({"cache-control": "max-age=31536000"}, 86400),
        ({"cache-control": "max-age=99999999999999999999999"}, None),
        ({"cache-control": "no-cache, max-age=60"}, None),
        ({"cache-control": "no-store"}, None),
        ({"cache-control": "max-age=0", "expires": "Mon, 01 Jun 2026 13:00:00 GMT"}, None),
        ({"expires": "Mon, 01 Jun 2026 12:10:00 GMT"}, 600),
        ({"expires": "Mon, 01 Jun 2026 12:10:00 GMT", "date": "Mon, 01 Jun 2026 12:09:00 GMT"}, 60),
        ({"expires": "0"}, None),
        ({"expires": "Mon, 01 Jun 1999 12:10:00 GMT"}, None),
        ({}, None),
    ],
)
def test_freshness_is_what_the_source_says_but_never_over_a_day(headers, seconds):
    expected = None if seconds is None else NOON + timedelta(seconds=seconds)
    assert fresh_until(headers, NOON) == expected


@given(
    st.dictionaries(st.sampled_from(["cache-control", "expires", "date", "age", "retry-after"]), st.text(max_size=40))
)
def test_any_header_about_time_is_understood_or_ignored(headers):
    until = fresh_until(headers, NOON)
    assert until is None or NOON < until <= NOON + timedelta(days=1)
    wait = retry_after(headers, NOON)
    assert wait is None or timedelta() <= wait <= timedelta(days=1)


# -- one exchange for equal requests ----------------------------------------------------------------------------------


def test_equal_requests_at_the_same_time_are_one_and_the_ledger_names_all_who_asked():
    async def story():
        async with LocalWeb(reply(b"160.00")) as web, door() as d:
            pages = await asyncio.gather(*(d.ask(web.url(), asked_by=(f"rule-{n}",)) for n in range(5)))
            later = await d.ask(web.url(), asked_by=("rule-9",))
            d.clock.forward(seconds=0.6)
            await d.ask(web.url())
            return pages, later, web.log, d.contacts

    pages, later, log, contacts = asyncio.run(story())
    assert [page.body for page in [*pages, later]] == [b"160.00"] * 6
    assert len(log) == len(contacts) == 2
    assert contacts[0].asked_by == tuple(f"rule-{n}" for n in range(5))


def test_a_trouble_is_shared_like_an_answer_and_each_gets_an_error_of_its_own():
    async def story():
        async with LocalWeb(reply(b"no", status=500)) as web, door() as d:
            errors = await asyncio.gather(*(d.ask(web.url()) for _ in range(3)), return_exceptions=True)
            return errors, len(web.log)

    errors, asked = asyncio.run(story())
    assert [type(error) for error in errors] == [SourceUnavailable] * 3
    assert len(set(map(id, errors))) == 3
    assert asked == 1


@pytest.mark.parametrize(
    "other",
    [
        {"headers": {"accept-language": SecretStr("de")}},
        {"cookies": {"session": SecretStr("1")}},
        {"auth": Auth(user="me", password=SecretStr("x"))},
        {"user_agent": "another"},
    ],
)
def test_requests_that_could_be_answered_differently_are_not_shared(other):
    async def story():
        async with LocalWeb(reply(b"160.00")) as web, door() as d:
            await asyncio.gather(d.ask(web.url()), d.ask(web.url(), HttpOptions(**other)))
            return len(web.log), len(d.memory)

    assert asyncio.run(story()) == (2, 2)


def test_a_watch_without_the_right_to_private_addresses_does_not_share_the_answer_of_one_that_has_it():
    async def story():
        async with LocalWeb(reply(b"160.00")) as web, door() as d:
            return await asyncio.gather(d.ask(web.url()), d.ask(web.url(), private=False), return_exceptions=True)

    page, refused = asyncio.run(story())
    assert page.body == b"160.00"
    assert isinstance(refused, SourceRefused)


def test_whoever_gives_up_does_not_take_the_answer_from_the_others():
    async def story():
        going, there = asyncio.Event(), asyncio.Event()

        async def answer(asked: Asked) -> bytes:
            there.set()
            await going.wait()
            return reply(b"160.00")

        async with LocalWeb(answer) as web, door() as d:
            first = asyncio.create_task(d.ask(web.url()))
            second = asyncio.create_task(d.ask(web.url()))
            await there.wait()
            first.cancel()
            going.set()
            return await second

    assert asyncio.run(story()).body == b"160.00"


def test_closing_gives_up_what_is_under_way():
    async def story():
        there = asyncio.Event()

        async def answer(asked: Asked) -> bytes:
            there.set()
            await asyncio.Event().wait()
            return b""

        async with LocalWeb(answer) as web, door() as d:
            asking = asyncio.create_task(d.ask(web.url()))
            await there.wait()
            await d.fetcher.close()
            with pytest.raises(asyncio.CancelledError):
                await asking
            return d.contacts

    (contact,) = asyncio.run(story())
    assert (contact.status, contact.outcome) == (None, "given up before an answer")


# -- redirects --------------------------------------------------------------------------------------------------------

SECRETS = HttpOptions(
    auth=Auth(bearer=SecretStr("hush")),
    headers={"X-Api-Key": SecretStr("hush")},
    cookies={"session": SecretStr("hush")},
)


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
        async with LocalWeb(shop) as web:
            async with door() as d:
                page = await d.get(web.url("/a"))
                await d.get(web.url("/a"), last_read=page.digest)
                await d.get(web.url("/b"))
                used = web.connections
                await d.get(web.url("/b", "other.example"))
            return used, web.connections

    assert asyncio.run(story()) == (1, 2)

"""The way out of a browser, and what is refused before one is begun; what it shows is tested in tests/end_to_end."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.local_web import LocalWeb, door, reply
from watchers.api import HttpOptions, Request, SourceRefused
from watchers.door import chromium, gateway
from watchers.door.address import read_address
from watchers.door.admission import Admission
from watchers.door.browser import Browser
from watchers.door.exchange import Contact, first_ask
from watchers.door.folders import Caller
from watchers.door.gateway import Gateway
from watchers.door.guard import read_networks
from watchers.door.politeness import Hosts
from watchers.door.rendering import Rendering
from watchers.registry import kinds
from watchers.rendered import RenderedWatcher

HERE = "127.0.0.1"


async def resolve(host: str, port: int) -> list[str]:
    return {"neighbour.example": ["192.168.1.7"], "nowhere.example": []}.get(host, [HERE])


def way_out(*, wanted=lambda _: True, private=lambda _: False, allow=(HERE,), most: int = 10_000_000) -> Gateway:
    return Gateway(Admission(read_networks(allow), resolve), wanted, private, most)


async def say(port: int, words: bytes) -> bytes:
    """Say something to the proxy, and return all that it answers."""
    reader, writer = await asyncio.open_connection(HERE, port)
    try:
        writer.write(words)
        return await reader.read()
    except ConnectionResetError:  # it hung up before it had read all
        return b""
    finally:
        writer.close()


def through(
    way: Gateway,
    words: Callable[[LocalWeb], bytes],
):
    """Return what the proxy answers to a question, and the site behind it."""

    async def run() -> tuple[bytes, LocalWeb]:
        async with LocalWeb(reply(b"fine"), hang_up=True) as web, way:
            return await say(way.port, words(web)), web

    return asyncio.run(run())


def get(host: str = "shop.example", path: str = "/") -> Callable[[LocalWeb], bytes]:
    return lambda web: f"GET {web.url(path, host)} HTTP/1.1\r\nHost: {host}\r\nProxy-Connection: x\r\n\r\n".encode()


def test_an_open_question_goes_to_the_host_as_a_direct_one():
    way = way_out()
    answer, web = through(way, get(path="/a?b=c"))
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"fine")
    assert (web.log[0].target, "proxy-connection" in web.log[0].headers) == ("/a?b=c", False)
    (visit,) = way.visits.values()
    assert (visit.ip, visit.trouble) == (HERE, None)
    assert visit.sent
    assert visit.received == len(answer) - len(b"Connection: close\r\n")


def test_a_server_that_keeps_a_line_open_does_not_have_the_browser_use_it_again():
    async def run() -> bytes:
        async with LocalWeb(reply(b"fine")) as web, way_out() as way:
            reader, writer = await asyncio.open_connection(HERE, way.port)
            writer.write(get()(web))
            answer = await reader.readuntil(b"fine")
            writer.close()
            return answer

    assert b"\r\nConnection: close\r\n" in asyncio.run(run())


def test_a_tunnel_carries_bytes_both_ways():
    async def run() -> bytes:
        async with LocalWeb(reply(b"fine")) as web, way_out() as way:
            reader, writer = await asyncio.open_connection(HERE, way.port)
            writer.write(f"CONNECT shop.example:{web.port} HTTP/1.1\r\n\r\n".encode())
            assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 200 Connected\r\n\r\n"
            writer.write(b"GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n")
            answer = await reader.readuntil(b"fine")
            writer.close()
            return answer

    assert asyncio.run(run()).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("question", ["GET http://{0}/ HTTP/1.1", "CONNECT {0}:443 HTTP/1.1"])
@pytest.mark.parametrize(
    "host", ["neighbour.example", "192.168.1.7", "[::1]", "169.254.169.254", "2130706434", "0x7f.2", "nowhere.example"]
)
def test_an_address_that_the_guard_refuses_is_not_connected_in_any_spelling(question, host):
    way = way_out()
    answer, web = through(way, lambda _: f"{question.format(host)}\r\nHost: x\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 403")
    assert web.log == []
    (visit,) = way.visits.values()
    assert isinstance(visit.trouble, SourceRefused)


def test_what_the_page_does_not_ask_for_goes_nowhere_and_is_no_contact():
    way = way_out(wanted=lambda address: address.host == "shop.example")
    answer, web = through(way, get("update.example"))
    assert answer.startswith(b"HTTP/1.1 403")
    assert (web.log, way.visits) == ([], {})


def test_a_private_address_is_for_the_host_alone_that_the_rule_names():
    own = way_out(allow=(), private=lambda address: address.host == "home.example")
    assert through(own, get("home.example"))[0].startswith(b"HTTP/1.1 200")
    assert through(own, get("other.example"))[0].startswith(b"HTTP/1.1 403")


def test_a_page_that_asks_too_many_hosts_is_held_back(monkeypatch):
    monkeypatch.setattr(gateway, "MAX_HOSTS", 2)
    way = way_out()

    async def run() -> list[bytes]:
        async with LocalWeb(reply(b"fine"), hang_up=True) as web, way:
            return [await say(way.port, get(f"h{number}.example")(web)) for number in range(3)]

    assert [answer[9:12] for answer in asyncio.run(run())] == [b"200", b"200", b"403"]


@pytest.mark.parametrize(
    "words",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET ftp://x/ HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\0" * 50 + b"\r\n\r\n",
    ],
)
def test_what_is_no_question_to_a_proxy_is_no_contact(words):
    way = way_out()
    answer, _ = through(way, lambda _: words)
    assert answer.startswith(b"HTTP/1.1 400")
    assert way.visits == {}


def test_a_head_that_never_ends_is_hung_up_on():
    assert through(way_out(), lambda _: b"GET http://shop.example/ HTTP/1.1\r\n" + b"a: b\r\n" * 20_000)[0] == b""


def test_another_user_of_this_machine_is_not_served(monkeypatch):
    user = os.getuid()
    monkeypatch.setattr(gateway.os, "getuid", lambda: user + 1)
    answer, web = through(way_out(), get())
    assert (answer, web.log) == (b"", [])


# Before a browser is begun.


def refused(*, options: HttpOptions | None = None, sandbox: bool = True) -> tuple[str, list[Contact]]:
    contacts: list[Contact] = []

    async def run() -> str:
        async with door() as opened:
            browser = Browser(
                Admission((), resolve),
                Hosts(opened.clock),
                now=opened.clock,
                ledger=contacts.append,
                redact=str,
                seconds=20,
                sandbox=sandbox,
            )
            asked = Request("http://shop.example/")
            ask = first_ask(asked, options or HttpOptions(), {}, private=True, user_agent="an agent")
            with pytest.raises(SourceRefused) as trouble:
                await browser.render(ask, Caller(True, ("rule",), (), timedelta()))
            return trouble.value.reason

    return asyncio.run(run()), contacts


def test_a_missing_browser_is_named_with_how_to_install_it(monkeypatch):
    monkeypatch.setattr(chromium.shutil, "which", lambda _: None)
    reason, contacts = refused()
    assert "apt install chromium" in reason
    assert contacts == []


def test_a_page_is_not_built_by_root(monkeypatch):
    monkeypatch.setattr(chromium.shutil, "which", lambda _: "/bin/false")
    monkeypatch.setattr(chromium.os, "getuid", lambda: 0)
    assert "as another user" in refused()[0]


def test_a_browser_that_does_not_start_is_named(monkeypatch):
    monkeypatch.setattr(chromium.shutil, "which", lambda _: "/bin/false")
    assert "does not start here" in refused(sandbox=False)[0]


def test_what_takes_too_much_memory_is_measured_over_all_its_processes():
    async def run() -> int:
        process = await asyncio.create_subprocess_exec(
            "sh", "-c", "sleep 60 & echo; wait", stdout=asyncio.subprocess.PIPE, start_new_session=True
        )
        try:
            assert process.stdout is not None
            await process.stdout.readline()
            assert len(list(chromium._members(process.pid))) == 2
            return chromium._memory_of(process.pid)
        finally:
            chromium._kill(process.pid)
            await process.wait()

    assert asyncio.run(run()) > 0


# What asks for a browser.


@pytest.mark.parametrize("name", ["price", "page", "listing", "concerts"])
def test_each_kind_that_reads_web_pages_can_have_them_built(name):
    kind = kinds()[name]
    assert issubclass(kind, RenderedWatcher)
    assert kind.model_fields["browser"].description


def test_a_request_is_one_for_a_browser_only_where_the_owner_says_so():
    plain, built = (kinds()["page"](url="https://shop.example/", browser=browser) for browser in (False, True))
    request = Request("https://shop.example/", headers={"Accept": "text/html"}, whole=True)
    assert plain.asking(request) is request
    assert built.asking(request) == Rendering("https://shop.example/", headers={"Accept": "text/html"}, whole=True)


def test_what_sends_something_is_not_asked_by_a_browser():
    request = Request("https://shop.example/", "POST", body=b"x")
    assert Rendering.of(request) is request


def test_the_address_of_a_page_is_read_as_the_guard_reads_it():
    assert read_address("http://2130706434/").host == "127.0.0.2"

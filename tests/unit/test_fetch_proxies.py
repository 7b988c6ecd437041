"""A request through the proxy that its owner named: HTTP, a tunnel, SOCKS, and what may go wrong there."""

from __future__ import annotations

import asyncio
import ssl

import httpx
import pytest
from pydantic import SecretStr

from tests.authority import certificate, pem, shown_by
from tests.local_web import Asked, LocalWeb, door, free_port, reply
from watchers.api import HttpOptions, SourceRefused, SourceUnavailable


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    made = certificate("Home authority", is_ca=True)
    return made, pem(made, tmp_path_factory.mktemp("ca"), "ca.pem")


class ForwardProxy(LocalWeb):
    """A proxy that forwards `GET http://…` and opens tunnels for CONNECT, if it is given the right password."""

    def __init__(self, password: str = "", tls: ssl.SSLContext | None = None) -> None:
        super().__init__(b"", tls=tls)
        self.password = password

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        self.log.append(Asked(method, target, headers, b"", number, 0.0))
        if self.password and self.password not in headers.get("proxy-authorization", ""):
            writer.write(reply(b"who are you?", 407))
            return True
        port = int(httpx.URL(target if method != "CONNECT" else f"http://{target}").port or 80)
        upstream_reader, upstream = await asyncio.open_connection("127.0.0.1", port)
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Go\r\n\r\n")
        else:
            forwarded = [line for line in lines[1:] if not line.lower().startswith("proxy-")]
            upstream.write("\r\n".join([f"{method} / HTTP/1.1", *forwarded]).encode("latin-1"))
        await pipe_both(reader, writer, upstream_reader, upstream)
        return False


async def pipe_both(reader, writer, upstream_reader, upstream) -> None:
    async def pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            sink.write(data)
        sink.close()

    pumps = [asyncio.ensure_future(pipe(reader, upstream)), asyncio.ensure_future(pipe(upstream_reader, writer))]
    try:
        await asyncio.gather(*pumps)
    finally:
        for pump in pumps:
            pump.cancel()
        upstream.close()


class SocksProxy(LocalWeb):
    """A SOCKS5 proxy without sign-in (RFC 1928) that leads every name to this machine; `first` is its greeting."""

    def __init__(self, first: bytes = b"\x05\x00") -> None:
        super().__init__(b"")
        self.first = first
        self.names: list[str] = []

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> bool:
        await reader.readexactly(3)
        writer.write(self.first)
        if self.first != b"\x05\x00":
            return False
        kind = (await reader.readexactly(4))[3]
        size = (await reader.readexactly(1))[0] if kind == 3 else 4
        self.names.append((await reader.readexactly(size)).decode())
        port = int.from_bytes(await reader.readexactly(2), "big")
        writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        upstream_reader, upstream = await asyncio.open_connection("127.0.0.1", port)
        await pipe_both(reader, writer, upstream_reader, upstream)
        return False


def through(proxy: str, **more) -> HttpOptions:
    return HttpOptions(proxy=SecretStr(proxy), **more)


def test_a_request_goes_through_the_proxy_that_the_owner_named_and_only_the_proxy_looks_the_name_up():
    async def story():
        async with LocalWeb(reply(b"160.00")) as web, ForwardProxy() as proxy, door() as d:
            page = await d.get(web.url("/", "shop.example"), through(proxy.url()), private=False)
            return page.body, proxy.log, web.log, d

    body, at_proxy, at_web, d = asyncio.run(story())
    assert body == b"160.00"
    assert at_proxy[0].target.startswith("http://shop.example:")
    assert at_web[0].host == "shop.example"
    assert (d.asked_names, d.contacts[0].ip) == ([], None)


def test_https_goes_through_a_tunnel_and_the_certificate_is_checked_for_the_name(authority, tmp_path):
    signer, ca = authority
    context = shown_by(certificate("shop.example", signer=signer), tmp_path)

    async def story():
        async with LocalWeb(reply(b"160.00"), tls=context) as web, ForwardProxy() as proxy, door() as d:
            page = await d.get(web.url("/", "shop.example"), through(proxy.url(), ca=ca))
            with pytest.raises(SourceRefused, match="another name"):
                await d.get(web.url("/", "other.example"), through(proxy.url(), ca=ca))
            return page.body, [asked.method for asked in proxy.log]

    assert asyncio.run(story()) == (b"160.00", ["CONNECT", "CONNECT"])


def test_a_proxy_may_speak_tls_itself_and_is_checked_for_its_own_name(authority, tmp_path):
    signer, ca = authority
    context = shown_by(certificate("127.0.0.1", signer=signer), tmp_path)

    async def story():
        async with LocalWeb(reply(b"160.00")) as web, ForwardProxy(tls=context) as proxy, door() as d:
            return await d.get(web.url("/", "shop.example"), through(proxy.url(), ca=ca))

    assert asyncio.run(story()).body == b"160.00"


def test_an_address_that_no_proxy_would_take_is_named():
    async def story():
        async with ForwardProxy() as proxy, door() as d:
            for address in ("http://shop.example/" + "x" * 70_000, f"http://{'a' * 70_000}/"):
                with pytest.raises(SourceRefused, match=r"too long|can be asked"):
                    await d.get(address, through(proxy.url()))
            return proxy.log

    assert asyncio.run(story()) == []


def test_a_proxy_s_password_is_sent_to_the_proxy_and_shown_to_nobody():
    async def story():
        async with LocalWeb(reply(b"160.00")) as web, ForwardProxy(password="bWU6aHVzaA==") as proxy, door() as d:
            signed = proxy.url().replace("//", "//me:hush@")
            page = await d.get(web.url("/", "shop.example"), through(signed))
            for place in (web.url("/", "shop.example"), web.url("/", "shop.example").replace("http:", "https:")):
                with pytest.raises(SourceRefused, match="proxy"):
                    await d.get(place, through(proxy.url()))
            return page.body, web.log, repr((d.contacts, d.memory))

    body, log, told = asyncio.run(story())
    assert body == b"160.00"
    assert "proxy-authorization" not in log[0].headers
    assert "hush" not in told


def test_a_socks_proxy_is_given_the_name():
    async def story():
        async with LocalWeb(reply(b"160.00")) as web, SocksProxy() as proxy, door() as d:
            page = await d.get(web.url("/", "shop.example"), through(f"socks5://127.0.0.1:{proxy.port}"))
            return page.body, proxy.names, d.asked_names

    assert asyncio.run(story()) == (b"160.00", ["shop.example"], [])


@pytest.mark.parametrize("first", [b"", b"\x05", b"\x05\xff", b"\x04\x00", b"HTTP/1.1 400 No\r\n\r\n"])
def test_a_socks_proxy_that_does_not_speak_socks_is_named(first):
    async def story():
        async with SocksProxy(first) as proxy, door() as d:
            with pytest.raises(SourceUnavailable, match="proxy"):
                await d.get("http://shop.example/", through(f"socks5://127.0.0.1:{proxy.port}"))

    asyncio.run(story())


def test_a_proxy_that_is_not_there_is_named():
    async def story():
        async with door() as d:
            for scheme in ("http", "socks5"):
                with pytest.raises(SourceUnavailable, match="the proxy for shop"):
                    await d.get("http://shop.example/", through(f"{scheme}://127.0.0.1:{free_port()}"))

    asyncio.run(story())


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f.1", "[::1]", "localhost", "db.localhost", "192.168.1.1"])
def test_what_is_spelt_out_as_an_address_is_judged_also_where_a_proxy_connects(host):
    async def story():
        async with ForwardProxy() as proxy, door() as d:
            with pytest.raises(SourceRefused, match="not contacted"):
                await d.get(f"http://{host}/", through(proxy.url()), private=False)
            return proxy.log

    assert asyncio.run(story()) == []


def test_the_environment_s_proxies_are_ignored(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("ALL_PROXY", f"socks5://127.0.0.1:{free_port()}")

    async def story():
        async with LocalWeb(reply(b"160.00")) as web, door() as d:
            return await d.get(web.url("/", "shop.example"))

    assert asyncio.run(story()).body == b"160.00"

"""TLS, proxies, addresses and everything that can break on the way: each has a name and one sentence."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from tests.local_web import Asked, LocalWeb, door, reply
from watchers.api import HttpOptions, Request, SourceRefused, SourceUnavailable
from watchers.door import wire
from watchers.door.address import read_address
from watchers.fetch import resolve_name

# -- certificates -----------------------------------------------------------------------------------------------------


def certificate(name: str, *, signer=None, days: tuple[int, int] = (-1, 1), is_ca: bool = False):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, issuer_key = (signer[0].subject, signer[1]) if signer else (subject, key)
    now = datetime.now(UTC)
    try:
        names: list[x509.GeneralName] = [x509.IPAddress(ip_address(name))]
    except ValueError:
        names = [x509.DNSName(name)]
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    return built, key


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    made = certificate("Home authority", is_ca=True)
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    path.write_bytes(made[0].public_bytes(serialization.Encoding.PEM))
    return made, str(path)


def served(tmp_path, made) -> ssl.SSLContext:
    path = tmp_path / "server.pem"
    key = made[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made[0].public_bytes(serialization.Encoding.PEM) + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def ask_over_tls(context: ssl.SSLContext, ca: str | None, host: str = "shop.example"):
    shown: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: shown.append(name)

    async def story():
        async with LocalWeb(reply(b"160.00"), tls=context) as web, door() as d:
            return await d.get(web.url("/", host), HttpOptions(ca=ca)), d

    page, d = asyncio.run(story())
    return page, shown, d


def test_a_name_is_resolved_once_and_the_certificate_is_checked_for_the_name(authority, tmp_path):
    signer, ca = authority
    page, shown, d = ask_over_tls(served(tmp_path, certificate("shop.example", signer=signer)), ca)
    assert page.body == b"160.00"
    assert shown == ["shop.example"]
    assert d.asked_names == ["shop.example"]
    assert d.contacts[0].ip == "127.0.0.1"


def test_a_host_named_by_its_address_is_checked_for_the_address(authority, tmp_path):
    signer, ca = authority
    page, shown, d = ask_over_tls(served(tmp_path, certificate("127.0.0.1", signer=signer)), ca, "127.0.0.1")
    assert (page.body, shown, d.asked_names) == (b"160.00", [None], [])


@pytest.mark.parametrize(
    ("name", "days", "signed", "known", "trouble", "words"),
    [
        ("shop.example", (-1, 1), True, False, SourceRefused, "`ca:`"),
        ("shop.example", (-1, 1), False, False, SourceRefused, "self-signed"),
        ("shop.example", (-9, -1), True, True, SourceUnavailable, "expired"),
        ("shop.example", (1, 9), True, True, SourceUnavailable, "clock"),
        ("other.example", (-1, 1), True, True, SourceRefused, "another name"),
    ],
)
def test_a_certificate_that_nobody_vouches_for_is_named(authority, tmp_path, name, days, signed, known, trouble, words):
    signer, ca = authority
    context = served(tmp_path, certificate(name, signer=signer if signed else None, days=days))
    with pytest.raises(trouble, match=words) as caught:
        ask_over_tls(context, ca if known else None)
    assert "shop.example" in caught.value.reason


def test_a_server_that_speaks_no_tls_is_named():
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ready\r\n")
        await reader.read()
        writer.close()

    async def story():
        async with await asyncio.start_server(greet, "127.0.0.1", 0) as server, door() as d:
            with pytest.raises(SourceUnavailable, match="TLS"):
                await d.get(f"https://shop.example:{server.sockets[0].getsockname()[1]}/")

    asyncio.run(story())


def test_a_file_without_certificates_is_named(tmp_path):
    (tmp_path / "empty.pem").write_text("nothing")

    async def story():
        async with door() as d:
            for path, words in (("empty.pem", "no certificate"), ("missing.pem", "No such file")):
                with pytest.raises(SourceRefused, match=words):
                    await d.get("https://shop.example/", HttpOptions(ca=str(tmp_path / path)))

    asyncio.run(story())


def test_credentials_are_not_carried_from_https_to_http(authority, tmp_path):
    signer, ca = authority
    context = served(tmp_path, certificate("shop.example", signer=signer))
    options = HttpOptions(ca=ca, cookies={"session": SecretStr("hush")})

    async def story():
        async with LocalWeb(reply(b"open")) as open_web, LocalWeb(b"", tls=context) as web, door() as d:
            web._answer = reply(status=302, location=open_web.url("/", "shop.example"))
            with pytest.raises(SourceRefused, match="https to http"):
                await d.get(web.url("/", "shop.example"), options)
            page = await d.get(web.url("/", "shop.example"), HttpOptions(ca=ca))
            return page.body, open_web.log

    body, log = asyncio.run(story())
    assert body == b"open"
    assert len(log) == 1


# -- addresses --------------------------------------------------------------------------------------------------------


def resolving(*found: str):
    async def resolve(host: str, port: int) -> list[str]:
        return list(found)

    return resolve


def test_a_name_that_leads_home_is_refused_and_the_reason_says_how_to_allow_it():
    async def story():
        async with LocalWeb(reply(b"x")) as web, door() as d:
            with pytest.raises(SourceRefused, match=r"shop\.example.*RFC 1122.*private: true") as caught:
                await d.get(web.url("/", "shop.example"), private=False)
            return caught.value.reason, web.log, d.contacts

    reason, log, contacts = asyncio.run(story())
    assert "network: {allow: [127.0.0.1]}" in reason
    assert log == contacts == []


def test_an_allowed_network_may_be_asked():
    async def story():
        async with LocalWeb(reply(b"x")) as web, door(allow=["127.0.0.0/8"]) as d:
            return await d.get(web.url("/", "shop.example"), private=False)

    assert asyncio.run(story()).body == b"x"


def test_of_several_addresses_only_the_admitted_ones_are_asked():
    async def story():
        async with LocalWeb(reply(b"x")) as web, door(resolve=resolving("169.254.169.254", "127.0.0.1")) as d:
            return await d.get(web.url("/", "shop.example")), [contact.ip for contact in d.contacts]

    page, asked = asyncio.run(story())
    assert (page.body, asked) == (b"x", ["127.0.0.1"])


def test_the_next_address_is_tried_where_the_first_takes_no_connection():
    async def story():
        async with LocalWeb(reply(b"x")) as web, door(resolve=resolving("127.0.0.9", "127.0.0.1")) as d:
            first = await d.get(web.url("/a", "shop.example"))
            await d.get(web.url("/b", "shop.example"))
            return first.body, [(contact.ip, contact.status) for contact in d.contacts]

    body, contacts = asyncio.run(story())
    assert body == b"x"
    assert contacts == [("127.0.0.9", None), ("127.0.0.1", 200), ("127.0.0.1", 200)]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "is the name right"),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), "is this machine online"),
    ],
)
def test_a_name_that_cannot_be_looked_up_is_named(error, words):
    async def resolve(host: str, port: int) -> list[str]:
        raise error

    async def story():
        async with door(resolve=resolve) as d:
            with pytest.raises(SourceUnavailable, match=words):
                await d.get("http://shop.example/")

    asyncio.run(story())


def test_the_system_s_resolver_knows_this_machine_and_refuses_what_is_no_name():
    assert asyncio.run(resolve_name("127.0.0.1", 80)) == ["127.0.0.1"]

    async def story():
        async with door(resolve=resolve_name) as d:
            for host in ("a" * 64 + ".example", "a..b"):
                with pytest.raises(SourceRefused, match="no host can be called"):
                    await d.get(f"http://{host}/")

    asyncio.run(story())


# -- what breaks ------------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def test_a_closed_port_is_named():
    async def story():
        async with door() as d:
            with pytest.raises(SourceUnavailable, match="no connections at this port"):
                await d.get(f"http://shop.example:{free_port()}/")
            return d.contacts

    (contact,) = asyncio.run(story())
    assert (contact.status, contact.bytes_received) == (None, 0)
    assert "no connections" in contact.outcome


def test_a_connection_that_the_server_dropped_meanwhile_is_opened_again_once():
    async def story():
        async with LocalWeb(reply(b"x"), hang_up=True) as web, door() as d:
            bodies = [(await d.get(web.url(f"/{n}"))).body for n in range(3)]
            return bodies, web.targets

    bodies, targets = asyncio.run(story())
    assert bodies == [b"x"] * 3
    assert targets == ["/0", "/1", "/2"]


def test_bytes_beyond_an_answer_do_not_spoil_the_next():
    async def story():
        async with LocalWeb(reply(b"x") + b"and more than it said") as web, door() as d:
            return [(await d.get(web.url(f"/{n}"))).body for n in range(3)]

    assert asyncio.run(story()) == [b"x"] * 3


def test_a_question_that_changes_something_is_not_sent_twice():
    async def story():
        async with LocalWeb(b"garbage\r\n\r\n", hang_up=True) as web, door() as d:
            web._answer = reply(b"x")
            await d.get(Request(web.url(), "POST", body=b"1"))
            web._answer = b"garbage\r\n\r\n"
            with pytest.raises(SourceUnavailable):
                await d.get(Request(web.url(), "POST", body=b"2"))
            return [asked.body for asked in web.log]

    assert asyncio.run(story()) == [b"1", b"2"]


def test_no_other_module_knows_httpx():
    root = Path(wire.__file__).parents[2]
    sources = [path for package in ("agent", "rules", "watchers") for path in (root / package).rglob("*.py")]
    knowing = [
        path.name for path in sources if re.search(r"^\s*(?:import|from) httpx\b", path.read_text(), re.MULTILINE)
    ]
    assert knowing == ["wire.py"]


def test_every_error_of_a_transport_has_a_sentence():
    """Of httpx's other errors, the Client, a status check or reading a body twice raise some, and none is used here."""

    def descendants(kind: type) -> set[type]:
        return {kind}.union(*(descendants(child) for child in kind.__subclasses__()))

    public = {value for value in vars(httpx).values() if isinstance(value, type)}
    assert set(wire._SAID) == descendants(httpx.TransportError) & public
    others = descendants(httpx.HTTPError) & public - descendants(httpx.TransportError)
    assert {kind.__name__ for kind in others} == {
        "HTTPError",
        "RequestError",
        "DecodingError",
        "TooManyRedirects",
        "HTTPStatusError",
    }


@pytest.mark.parametrize("kind", list(wire._SAID), ids=lambda kind: kind.__name__)
def test_an_error_of_a_transport_becomes_one_sentence_without_its_own_words(kind):
    ask = wire.Ask("GET", read_address("http://shop.example:81/"), private=False, user_agent="x")
    trouble = wire._trouble(kind("some words of others"), ask)
    assert isinstance(trouble, SourceUnavailable)
    assert trouble.reason.startswith("shop.example:81 ")
    assert "words" not in trouble.reason


# -- proxies ----------------------------------------------------------------------------------------------------------


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
    context = served(tmp_path, certificate("shop.example", signer=signer))

    async def story():
        async with LocalWeb(reply(b"160.00"), tls=context) as web, ForwardProxy() as proxy, door() as d:
            page = await d.get(web.url("/", "shop.example"), through(proxy.url(), ca=ca))
            with pytest.raises(SourceRefused, match="another name"):
                await d.get(web.url("/", "other.example"), through(proxy.url(), ca=ca))
            return page.body, [asked.method for asked in proxy.log]

    assert asyncio.run(story()) == (b"160.00", ["CONNECT", "CONNECT"])


def test_a_proxy_may_speak_tls_itself_and_is_checked_for_its_own_name(authority, tmp_path):
    signer, ca = authority
    context = served(tmp_path, certificate("127.0.0.1", signer=signer))

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

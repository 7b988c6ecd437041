"""TLS, proxies, addresses and everything that can break on the way: each has a name and one sentence."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from tests.authority import certificate, pem, shown_by
from tests.local_web import LocalWeb, door, free_port, reply
from watchers.api import HttpOptions, Request, SourceRefused, SourceUnavailable
from watchers.door import wire
from watchers.door.address import read_address
from watchers.fetch import resolve_name

# -- certificates -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    made = certificate("Home authority", is_ca=True)
    return made, pem(made, tmp_path_factory.mktemp("ca"), "ca.pem")


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
    page, shown, d = ask_over_tls(shown_by(certificate("shop.example", signer=signer), tmp_path), ca)
    assert page.body == b"160.00"
    assert shown == ["shop.example"]
    assert d.asked_names == ["shop.example"]
    assert d.contacts[0].ip == "127.0.0.1"


def test_a_host_named_by_its_address_is_checked_for_the_address(authority, tmp_path):
    signer, ca = authority
    page, shown, d = ask_over_tls(shown_by(certificate("127.0.0.1", signer=signer), tmp_path), ca, "127.0.0.1")
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
    context = shown_by(certificate(name, signer=signer if signed else None, days=days), tmp_path)
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
    context = shown_by(certificate("shop.example", signer=signer), tmp_path)
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

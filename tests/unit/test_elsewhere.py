"""Whether this machine is online, told by the other hosts that its owner's rules name."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from tests.authority import certificate, pem, shown_by
from tests.local_web import LocalWeb, reply
from watchers.api import SourceUnavailable
from watchers.door.address import read_address
from watchers.door.attempt import Attempt
from watchers.door.elsewhere import MANY, Elsewhere
from watchers.door.exchange import Ask
from watchers.door.probe import is_of_the_host, own_fault

HERE, HOME, FAR, FARTHER = "127.0.0.1", "192.168.1.9", "93.184.215.14", "2606:2800:21f:cb07::1"


def ask(url: str, ca: str | None = None) -> Ask:
    return Ask("GET", read_address(url), private=True, user_agent="test", ca=ca)


def judged(*known: tuple[str, str], ip: str | None = FAR, besides: str = "one.example", ago: float = 0.0):
    """Return what hosts that answered at addresses say, and who was knocked at."""

    async def story():
        others, knocks = Elsewhere(), []
        for url, where in known:
            others.note(ask(url), where)
        since = asyncio.get_running_loop().time() + ago
        return await others.answers(
            besides, ip, since, lambda one, said: knocks.append((one.address.host, said))
        ), knocks

    return asyncio.run(story())


def test_where_nobody_has_answered_yet_nobody_can_tell():
    assert judged() == (None, [])


def test_the_silent_host_itself_is_no_witness():
    assert judged(("https://one.example/", FAR)) == (None, [])


@pytest.mark.parametrize("where", [FAR, FARTHER, "64:ff9b::5db8:d70e"])
def test_an_answer_that_came_meanwhile_needs_no_knock(where):
    assert judged(("https://two.example/", where)) == (True, [])


@pytest.mark.parametrize(
    ("witness", "silent", "counts"),
    [
        (HERE, FAR, None),
        (HOME, FAR, None),
        (HERE, HOME, None),
        (HOME, HOME, True),
        (FAR, HOME, True),
        (HERE, HERE, True),
        (FAR, None, True),
        (HOME, None, None),
    ],
)
def test_who_is_nearer_says_nothing_of_the_way_to_one_who_is_further(witness, silent, counts):
    assert judged(("https://two.example/", witness), ip=silent)[0] is counts


def test_a_host_that_answered_before_is_knocked_at():
    async def story():
        async with LocalWeb(reply()) as web:
            others, knocks = Elsewhere(), []
            others.note(ask(web.url("/", "two.example")), HERE)
            since = asyncio.get_running_loop().time() + 3600
            found = await others.answers("one.example", HERE, since, lambda one, said: knocks.append(said))
            assert web.log == []  # a knock asks for nothing
            return found, knocks

    assert asyncio.run(story()) == (True, ["took a connection"])


def test_hosts_that_take_no_connection_any_more_say_that_this_machine_is_offline():
    with socket.socket() as held:
        held.bind((HERE, 0))
        known = [(f"http://{name}.example:{held.getsockname()[1]}/", HERE) for name in ("two", "three", "four")]
        found, knocks = judged(*known, ip=HERE, ago=3600)
    assert found is False
    assert knocks == [("four.example", "took no connection"), ("three.example", "took no connection")]


@pytest.mark.parametrize(("name", "is_there"), [("two.example", True), ("portal.example", False)])
def test_a_knock_at_an_encrypted_host_wants_its_certificate(tmp_path: Path, name: str, is_there: bool):
    signer = certificate("Home authority", is_ca=True)
    ca = pem(signer, tmp_path, "ca.pem")

    async def story():
        async with LocalWeb(reply(), tls=shown_by(certificate(name, signer=signer), tmp_path)) as web:
            others = Elsewhere()
            others.note(ask(web.url("/", "two.example"), ca), HERE)
            since = asyncio.get_running_loop().time() + 3600
            return await others.answers("one.example", HERE, since, lambda one, said: None)

    assert asyncio.run(story()) is is_there


def test_only_some_hosts_are_remembered_the_last_ones():
    async def story():
        others = Elsewhere()
        for number in range(3 * MANY):
            others.note(ask(f"http://h{number}.example/"), FAR)
        return [known.address.host for known in others._known.values()]

    assert asyncio.run(story()) == [f"h{number}.example" for number in range(2 * MANY, 3 * MANY)]


# What follows from it

SILENT = SourceUnavailable("one.example does not answer at all")


@pytest.mark.parametrize(
    ("is_online", "is_reached", "words"),
    [
        (True, False, ""),
        (True, True, ""),
        (None, True, ""),
        (None, False, "`check:`"),
        (False, False, "seems offline"),
        (False, True, "seems offline"),
    ],
)
def test_a_host_is_called_down_only_where_this_machine_is_not_what_fails(is_online, is_reached, words):
    fault = own_fault(SILENT, Attempt(FAR, 0, reached=is_reached), is_online=is_online)
    assert (fault is None) is not bool(words)
    assert fault is None or words in fault.reason


def test_what_a_proxy_does_not_bring_says_nothing_of_the_host():
    proxied = Ask("GET", read_address("https://one.example/"), private=False, user_agent="", proxy="http://p.example")
    assert not is_of_the_host(SILENT, proxied, [Attempt(None, 0)])
    assert is_of_the_host(SILENT, proxied, [Attempt(None, 0, status=200)])

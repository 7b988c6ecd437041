"""Whether a site is up: what it answers is a fact, and so is silence, unless it is this machine that is offline."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from tests.authority import Made, certificate, pem, shown_by
from tests.local_web import Asked, Door, LocalWeb, door, reply
from tests.polled import Polled, facts
from watchers.api import Auth, NotAsked, Page, SourceRefused, SourceUnavailable
from watchers.door import elsewhere
from watchers.door.probe import Probed
from watchers.site import Site
from watchers.testing import CannedContext

HOST = "one.example"
PAGE = b"<!doctype html><html><head><title>One</title></head><body><h1>Good <b>morning</b></h1></body></html>"
BOT_CHECK = b"<!doctype html><title>Just a moment...</title><script>window._cf_chl_opt={}</script>"


def see(answer: bytes | Callable[[Asked], Any], path: str = "/", *, door_: dict | None = None, **options: Any) -> dict:
    """Return what the kind sees of a server that answers so."""

    async def story() -> dict:
        async with LocalWeb(answer) as web, door(**(door_ or {})) as d:
            return await facts(Site(url=web.url(path, HOST), **options), d)

    return asyncio.run(story())


# What it answers


def test_a_site_that_answers_is_up() -> None:
    seen = see(reply(PAGE))
    assert seen["up"] is True
    assert seen["status"] == Decimal(200)
    assert seen["addresses"] == ("127.0.0.1",)
    assert timedelta() < seen["latency"] < timedelta(seconds=10)
    assert "fault" not in seen
    assert "days_left" not in seen


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 500, 502, 503, 599])
def test_a_status_that_is_no_good_one_is_down_and_said(status: int) -> None:
    seen = see(reply(PAGE, status))
    assert (seen["up"], seen["status"]) == (False, Decimal(status))
    assert str(status) in seen["fault"]


@pytest.mark.parametrize("status", [200, 204, 206])
def test_an_empty_answer_with_a_good_status_is_up(status: int) -> None:
    assert see(reply(b"", status))["up"] is True


def test_the_owner_says_which_statuses_are_good() -> None:
    assert see(reply(PAGE, 401), statuses=(200, 401))["up"] is True
    assert see(reply(PAGE, 200), statuses=(401,))["up"] is False


def test_asked_too_often_says_nothing_of_the_site_and_is_heeded() -> None:
    async def story() -> None:
        async with LocalWeb(reply(b"", 429, retry_after="600")) as web, door() as d:
            watch = Polled(Site(url=web.url()), d)
            with pytest.raises(SourceUnavailable, match="too often"):
                await watch.poll()
            with pytest.raises(NotAsked):
                await watch.poll()
            assert len(web.log) == 1

    asyncio.run(story())


@pytest.mark.parametrize("status", [403, 503])
def test_a_bot_check_is_no_fact_of_the_site(status: int) -> None:
    with pytest.raises(SourceRefused, match="bot check"):
        see(reply(BOT_CHECK, status))


def test_a_bot_check_instead_of_the_word_is_no_missing_word() -> None:
    with pytest.raises(SourceRefused, match="bot check"):
        see(reply(BOT_CHECK), word="morning")


@pytest.mark.parametrize(
    ("word", "is_there"), [("good MORNING", True), ("Good  morning", True), ("evening", False), ("<h1>Good", True)]
)
def test_a_word_that_must_be_there(word: str, is_there: bool) -> None:
    seen = see(reply(PAGE), word=word)
    assert (seen["has_word"], seen["up"]) == (is_there, is_there)
    assert is_there or word in seen["fault"]


def test_a_word_is_found_in_the_charset_of_the_page() -> None:
    page = "<p>Grüße aus Köln</p>".encode("latin-1")
    assert see(reply(page, content_type="text/html; charset=iso-8859-1"), word="grüße")["up"] is True


def test_a_page_too_big_to_look_through_is_up_and_its_word_unknown() -> None:
    big = reply(b"x" * 3_000_000)
    assert see(big)["up"] is True
    seen = see(big, word="x")
    assert "up" not in seen
    assert "has_word" not in seen


def test_the_page_behind_a_redirect_is_the_answer() -> None:
    def answer(asked: Asked) -> bytes:
        return reply(PAGE) if asked.target == "/home" else reply(b"", 302, location="/home")

    seen = see(answer)
    assert seen["up"] is True
    assert seen["redirects_to"].endswith("/home")


def test_a_redirect_in_a_circle_is_down() -> None:
    seen = see(reply(b"", 302, location="/"))
    assert (seen["up"], seen["status"]) == (False, Decimal(302))
    assert "circle" in seen["fault"]


def test_a_redirect_to_nowhere_is_down() -> None:
    assert see(reply(b"", 301))["up"] is False


def test_a_redirect_to_a_host_that_takes_no_connection_is_down_without_a_status() -> None:
    seen = see(reply(b"", 302, location=f"http://two.example:{closed_port()}/"))
    assert seen["up"] is False
    assert "status" not in seen
    assert "no connections" in seen["fault"]


def test_a_redirect_that_only_a_person_can_follow_is_no_fact() -> None:
    with pytest.raises(SourceRefused, match="password"):
        see(reply(b"", 302, location="http://user:secret@two.example/"))


def test_a_bomb_is_an_answer_and_nothing_more() -> None:
    bomb = reply(gzip.compress(b"x" * 60_000_000), content_encoding="gzip")
    assert see(bomb)["up"] is True
    assert "up" not in see(bomb, word="x")


# What it does not answer


def closed_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def test_a_host_that_takes_no_connection_is_down() -> None:
    async def story() -> None:
        async with door() as d:
            seen = await facts(Site(url=f"http://{HOST}:{closed_port()}/"), d)
            assert seen["up"] is False
            assert "no connections" in seen["fault"]
            assert seen["addresses"] == ("127.0.0.1",)

    asyncio.run(story())


@pytest.mark.parametrize(
    "said",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", b"nonsense\r\n\r\n", b"\x15\x03\x01\x00\x02\x02\x46"],
)
def test_an_answer_that_breaks_off_is_down(said: bytes) -> None:
    async def story() -> None:
        async with LocalWeb(said, hang_up=True) as web, door() as d:
            assert (await facts(Site(url=web.url()), d))["up"] is False

    asyncio.run(story())


def test_a_host_that_takes_the_connection_and_says_nothing_is_down() -> None:
    async def never(_: Asked) -> bytes:
        await asyncio.Event().wait()
        return b""

    seen = see(never, door_={"deadline": timedelta(seconds=0.3)})
    assert seen["up"] is False
    assert "did not answer" in seen["fault"]


def test_a_name_that_nobody_has_is_down() -> None:
    seen = _with_names(socket.EAI_NONAME)
    assert seen["up"] is False
    assert "no host is called" in seen["fault"]


def _with_names(error: int, **options: Any) -> dict:
    async def resolve(host: str, _: int) -> list[str]:
        if host == HOST:
            raise socket.gaierror(error, "no such luck")
        return ["127.0.0.1"]

    async def story() -> dict:
        async with LocalWeb(reply(b"", 500)) as web, door(resolve=resolve) as d:
            check = {"check": web.url("/", "two.example")} if options.get("check") == "answers" else options
            return await facts(Site(url=f"https://{HOST}/", **check), d)

    return asyncio.run(story())


def test_a_silence_that_may_be_this_machine_s_is_unknown_and_says_what_helps() -> None:
    with pytest.raises(SourceUnavailable, match="`check:`"):
        _with_names(socket.EAI_AGAIN)


def test_a_silence_is_the_host_s_where_the_address_to_check_gives_any_answer() -> None:
    assert _with_names(socket.EAI_AGAIN, check="answers")["up"] is False


@pytest.mark.parametrize("own", ["", "http://two.example:1/"])
def test_an_address_to_check_may_be_given_for_all_rules_and_a_rule_s_own_counts_first(own: str) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        if host == HOST:
            raise socket.gaierror(socket.EAI_AGAIN, "no such luck")
        return ["127.0.0.1"]

    async def story() -> object:
        async with LocalWeb(reply(b"", 500)) as web, door(resolve=resolve, check=web.url("/", "two.example")) as d:
            return (await facts(Site(url=f"https://{HOST}/", check=own), d))["up"]

    if own:
        with pytest.raises(SourceUnavailable, match="seems offline"):
            asyncio.run(story())
    else:
        assert asyncio.run(story()) is False


def test_a_silence_is_this_machine_s_where_the_address_to_check_is_silent_too() -> None:
    with pytest.raises(SourceUnavailable, match="seems offline"):
        _with_names(socket.EAI_AGAIN, check=f"http://two.example:{closed_port()}/")


def test_a_refused_connection_is_not_believed_where_another_host_of_the_rules_is_gone_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(elsewhere, "JUST_BEFORE_SECONDS", -3600.0)  # as if the other answer were an hour old

    async def story() -> None:
        async with door() as d:
            async with LocalWeb(reply(PAGE), hang_up=True) as web:
                await d.get(web.url("/", "two.example"))
            with pytest.raises(SourceUnavailable, match="seems offline"):
                await facts(Site(url=f"http://{HOST}:{closed_port()}/"), d)
            assert [(one.method, one.host) for one in d.contacts[-1:]] == [("KNOCK", "two.example")]

    asyncio.run(story())


def test_a_private_address_needs_its_owner_s_word() -> None:
    async def story() -> None:
        async with LocalWeb(reply(PAGE)) as web, door() as d:
            watch = Polled(Site(url=web.url()), d)
            watch._spec = type(watch._spec)("watch", Site.kind, "", Site(url=web.url()), private=False)
            with pytest.raises(SourceRefused, match="private: true"):
                await watch.poll()
            assert web.log == []

    asyncio.run(story())


def test_every_probe_takes_a_connection_of_its_own_and_is_in_the_ledger() -> None:
    async def story() -> None:
        async with LocalWeb(reply(PAGE)) as web, door() as d:
            watch = Polled(Site(url=web.url()), d)
            await watch.poll()
            await watch.poll()
            assert [asked.connection for asked in web.log] == [1, 2]
            assert [(one.status, one.asked_by) for one in d.contacts] == [(200, ("rule",))] * 2

    asyncio.run(story())


def test_a_site_behind_a_proxy_that_fails_is_unknown() -> None:
    async def story() -> None:
        async with door() as d:
            proxy = SecretStr(f"http://127.0.0.1:{closed_port()}")
            with pytest.raises(SourceUnavailable, match="proxy"):
                await facts(Site(url=f"http://{HOST}/", proxy=proxy), d)

    asyncio.run(story())


# Its certificate


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, str]:
    made = certificate("Home authority", is_ca=True, organization="Home")
    return made, pem(made, tmp_path_factory.mktemp("ca"), "ca.pem")


def certified(made: Made, folder: Path, ca: str | None, **options: Any) -> tuple[dict, Door, list[str]]:
    async def story() -> tuple[dict, Door, list[str]]:
        async with LocalWeb(reply(PAGE), tls=shown_by(made, folder)) as web, door() as d:
            seen = await facts(Site(url=web.url("/", HOST), ca=ca, **options), d, at=datetime.now(UTC))
            return seen, d, web.targets

    return asyncio.run(story())


def test_a_certificate_is_told_with_its_days(authority: tuple[Made, str], tmp_path: Path) -> None:
    signer, ca = authority
    made = certificate(HOST, signer=signer, days=(-1, 30))
    seen, _, _ = certified(made, tmp_path, ca)
    assert (seen["up"], seen["trusted"], seen["issuer"]) == (True, True, "Home")
    assert seen["days_left"] in (Decimal(29), Decimal(30))
    assert seen["valid_until"] == made[0].not_valid_after_utc


@pytest.mark.parametrize(
    ("name", "days", "signed", "words", "left"),
    [
        (HOST, (-90, -3), True, "expired", Decimal(-4)),
        (HOST, (-1, 10), False, "self-signed", Decimal(9)),
        ("other.example", (-1, 10), True, "another name", Decimal(9)),
    ],
)
def test_a_certificate_that_is_not_accepted_is_down_and_still_read(
    authority: tuple[Made, str],
    tmp_path: Path,
    name: str,
    days: tuple[int, int],
    signed: bool,
    words: str,
    left: Decimal,
) -> None:
    signer, ca = authority
    made = certificate(name, signer=signer if signed else None, days=days)
    seen, d, targets = certified(made, tmp_path, ca, auth=Auth(bearer=SecretStr("hush")))
    assert (seen["up"], seen["trusted"]) == (False, False)
    assert words in seen["fault"]
    assert seen["days_left"] == left
    assert "status" not in seen
    assert targets == []  # nothing was sent, least of all a token
    assert any("certificate was looked at" in one.outcome for one in d.contacts)


def test_of_several_certificates_the_one_that_ends_first_counts(authority: tuple[Made, str], tmp_path: Path) -> None:
    signer, ca = authority
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    far = shown_by(certificate(HOST, signer=signer, days=(-1, 300)), tmp_path / "a")
    near = shown_by(certificate("two.example", signer=signer, days=(-1, 10)), tmp_path / "b")

    async def story() -> dict:
        async with LocalWeb(reply(PAGE), tls=near) as second:
            moved = reply(b"", 301, location=second.url("/", "two.example"))
            async with LocalWeb(moved, tls=far) as first, door() as d:
                return await facts(Site(url=first.url("/", HOST), ca=ca), d, at=datetime.now(UTC))

    seen = asyncio.run(story())
    assert seen["up"] is True
    assert seen["days_left"] in (Decimal(9), Decimal(10))


# Options


@pytest.mark.parametrize("options", [{"url": "one.example"}, {"url": "https://one.example/", "check": "ftp://x"}])
def test_an_address_that_is_none_is_a_fault(options: dict) -> None:
    with pytest.raises(ValidationError):
        Site(**options)


def test_a_status_that_no_site_can_ever_end_with_is_a_fault() -> None:
    with pytest.raises(ValidationError, match="redirects are followed"):
        Site(url="https://one.example/", statuses=(301, 308))
    assert Site(url="https://one.example/", statuses=(200, 301)).statuses == (200, 301)


def test_what_it_contacts_is_known_beforehand() -> None:
    assert Site(url="https://ONE.example/", check="https://two.example").hosts == {"one.example", "two.example"}


def test_the_order_of_statuses_makes_no_other_watch() -> None:
    assert Site(url="https://one.example/", statuses=(401, 200)) == Site(
        url="https://one.example/", statuses=(200, 401)
    )


def test_a_slow_answer_is_told_to_the_millisecond() -> None:
    page = Probed("https://one.example/", b"", took=timedelta(seconds=2, microseconds=345678))
    (seen,) = Site(url="https://one.example/").read(page, CannedContext(b"")).observations
    assert str(seen.facts["latency"]) == "0:00:02.345000"


def test_a_saved_page_can_be_tried() -> None:
    (seen,) = Site(url="https://one.example/").read(Page("https://one.example/", PAGE), CannedContext(b"")).observations
    assert str(seen.facts["up"]) == "yes"

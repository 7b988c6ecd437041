"""A host is asked one thing at a time, with a pause between, and left alone when it asks for that."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from tests.local_web import NOON, Asked, Clock, LocalWeb, door, reply
from watchers.api import SourceGone, SourceUnavailable
from watchers.door.address import read_address
from watchers.door.answers import QUIET_AFTER_429
from watchers.door.politeness import MANY_HOSTS, PATIENCE, Hosts

SHOP = read_address("http://shop.example/")


def test_a_host_answers_one_question_before_it_is_asked_the_next_and_in_the_order_of_asking():
    under_way, most = 0, 0

    async def answer(asked: Asked) -> bytes:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        return reply(b"x")

    async def story():
        async with LocalWeb(answer) as web, door() as d:
            await asyncio.gather(*(d.ask(web.url(f"/{n}", "shop.example")) for n in range(8)))
            return web.targets

    assert asyncio.run(story()) == [f"/{n}" for n in range(8)]
    assert most == 1


def test_two_hosts_are_asked_side_by_side():
    async def story():
        arrived = {"one.example": asyncio.Event(), "two.example": asyncio.Event()}

        async def answer(asked: Asked) -> bytes:
            arrived[asked.host].set()
            # Neither answer comes before both questions are there.
            await asyncio.gather(*(event.wait() for event in arrived.values()))
            return reply(b"x")

        async with LocalWeb(answer) as web, door() as d:
            return await asyncio.gather(*(d.ask(web.url("/", host)) for host in arrived))

    assert [page.body for page in asyncio.run(story())] == [b"x", b"x"]


def test_a_pause_lies_between_two_requests_to_one_host_also_across_redirects_and_ports():
    pause = 0.1

    def answer(asked: Asked) -> bytes:
        return reply(status=302, location="/there") if asked.target == "/here" else reply(b"x")

    async def story():
        settings = {"host_every": timedelta(seconds=pause)}
        async with LocalWeb(answer) as web, LocalWeb(answer) as other, door(**settings) as d:
            places = [web.url("/here"), other.url("/here"), web.url("/a"), other.url("/b")]
            await asyncio.gather(*(d.ask(place) for place in places))
            return sorted(asked.at for asked in web.log + other.log)

    times = asyncio.run(story())
    assert len(times) == 6
    assert all(later - earlier >= pause for earlier, later in pairwise(times))


def test_a_source_may_ask_for_another_pause_than_the_network_s():
    async def story():
        async with LocalWeb(reply(b"x")) as web, door(host_every=timedelta(hours=1)) as d:
            for n in range(3):
                await d.ask(web.url(f"/{n}"), host_every=timedelta())
            return len(web.log)

    assert asyncio.run(story()) == 3


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("style", ["seconds", "date"])
def test_a_host_that_asks_to_be_left_alone_is_left_alone_and_asked_again_afterwards(status, style):
    async def story():
        async with LocalWeb(b"") as web, door() as d:
            wait = "120" if style == "seconds" else format_datetime(NOON + timedelta(seconds=121), usegmt=True)
            web._answer = reply(b"busy", status=status, retry_after=wait)
            with pytest.raises(SourceUnavailable) as first:
                await d.get(web.url("/a"))
            web._answer = reply(b"x")
            with pytest.raises(SourceUnavailable, match="left alone") as second:
                await d.get(web.url("/b"))
            asked = len(web.log)
            elsewhere = await d.get(web.url("/", "other.example"))
            d.clock.forward(seconds=120)
            page = await d.get(web.url("/b"))
            return first.value, second.value, asked, elsewhere, page

    first, second, asked, elsewhere, page = asyncio.run(story())
    assert first.retry_after == timedelta(seconds=120)
    assert second.retry_after == timedelta(seconds=119)
    assert asked == 1
    assert elsewhere.body == page.body == b"x"


def test_a_good_answer_may_ask_for_quiet_too():
    async def story():
        async with LocalWeb(reply(b"x", retry_after="60")) as web, door() as d:
            await d.get(web.url())
            with pytest.raises(SourceUnavailable):
                await d.get(web.url("/b"))
            return len(web.log)

    assert asyncio.run(story()) == 1


def test_a_429_without_a_time_earns_a_minute():
    async def story():
        async with LocalWeb(reply(b"", status=429)) as web, door() as d:
            with pytest.raises(SourceUnavailable) as caught:
                await d.get(web.url())
            with pytest.raises(SourceUnavailable):
                await d.get(web.url("/b"))
            return caught.value.retry_after, len(web.log)

    assert asyncio.run(story()) == (QUIET_AFTER_429, 1)


def test_a_missing_page_that_names_a_time_silences_itself_and_not_its_host():
    missing = reply(b"x", 404, retry_after="600")

    async def story():
        async with LocalWeb(lambda asked: missing if asked.target == "/a" else reply(b"x")) as web, door() as d:
            with pytest.raises(SourceGone) as caught:
                await d.get(web.url("/a"))
            return caught.value.retry_after, (await d.get(web.url("/b"))).body

    assert asyncio.run(story()) == (timedelta(seconds=600), b"x")


def test_nobody_can_silence_a_host_for_longer_than_a_day():
    async def story():
        async with LocalWeb(reply(b"", status=503, retry_after="99999999")) as web, door() as d:
            with pytest.raises(SourceUnavailable) as caught:
                await d.get(web.url())
            return caught.value.retry_after

    assert asyncio.run(story()) == timedelta(days=1)


def test_a_short_silence_is_waited_out():
    async def story():
        clock = Clock()
        hosts = Hosts(clock)
        hosts.keep_quiet(SHOP, timedelta(seconds=0.05))
        began = asyncio.get_running_loop().time()
        async with hosts.turn(SHOP, timedelta()):
            return asyncio.get_running_loop().time() - began

    assert timedelta(seconds=0.05) < PATIENCE
    assert asyncio.run(story()) >= 0.05


def test_a_clock_that_was_set_back_does_not_make_a_silence_longer():
    async def story():
        clock = Clock()
        hosts = Hosts(clock)
        hosts.keep_quiet(SHOP, timedelta(minutes=2))
        clock.forward(days=-3000)
        with pytest.raises(SourceUnavailable) as caught:
            async with hosts.turn(SHOP, timedelta()):
                raise AssertionError("the turn was given")
        return caught.value.retry_after

    assert asyncio.run(story()) == timedelta(minutes=2)


def test_who_waited_behind_a_dead_server_is_told_so_and_does_not_wait_for_it_again():
    async def story():
        async def answer(asked: Asked) -> bytes:
            await asyncio.Event().wait()
            return b""

        short = door(deadline=timedelta(seconds=0.5))
        async with LocalWeb(answer) as web, LocalWeb(reply(b"alive")) as other, short as d:
            waiting = [d.ask(web.url(f"/{n}")) for n in range(20)] + [d.ask(other.url())]
            results = await asyncio.gather(*waiting, return_exceptions=True)
            with pytest.raises(SourceUnavailable):
                await d.get(web.url("/later"))
            return results, web.targets

    results, targets = asyncio.run(story())
    assert {(type(result), result.reason[-23:]) for result in results[:20]} == {
        (SourceUnavailable, "not answer within 0.5 s")
    }
    assert results[20].body == b"alive"
    assert targets == ["/0", "/later"]


def test_a_slow_page_is_its_own_trouble_and_not_its_neighbour_s():
    async def story():
        async def answer(asked: Asked) -> bytes:
            return b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nx" if asked.target == "/slow" else reply(b"quick")

        async with LocalWeb(answer) as web, door(deadline=timedelta(seconds=0.5)) as d:
            slow, quick = await asyncio.gather(
                d.ask(web.url("/slow")), d.ask(web.url("/quick")), return_exceptions=True
            )
            return slow, quick

    slow, quick = asyncio.run(story())
    assert isinstance(slow, SourceUnavailable)
    assert quick.body == b"quick"


def test_waiting_for_a_turn_does_not_count_against_the_deadline():
    async def story():
        settings = {"host_every": timedelta(seconds=0.6), "deadline": timedelta(seconds=0.5)}
        async with LocalWeb(reply(b"x")) as web, door(**settings) as d:
            return await asyncio.gather(*(d.ask(web.url(f"/{n}")) for n in range(3)))

    assert [page.body for page in asyncio.run(story())] == [b"x"] * 3


def test_hosts_that_were_asked_once_are_forgotten_and_silent_ones_are_not():
    async def story():
        hosts = Hosts(Clock())
        hosts.keep_quiet(SHOP, timedelta(minutes=2))
        for n in range(10 * MANY_HOSTS):
            async with hosts.turn(read_address(f"http://host{n}.example/"), timedelta()):
                pass
        with pytest.raises(SourceUnavailable):
            async with hosts.turn(SHOP, timedelta()):
                pass
        return len(hosts)

    assert asyncio.run(story()) <= 2 * MANY_HOSTS

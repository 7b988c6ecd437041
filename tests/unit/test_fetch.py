"""What the door to the network promises: equal requests are one, `unchanged` is true, and no secret is told."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.local_web import NOON, Asked, LocalWeb, door, moved, reply
from watchers.api import Auth, HttpOptions, SourceRefused, SourceUnavailable
from watchers.door.exchange import fresh_until, retry_after


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


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

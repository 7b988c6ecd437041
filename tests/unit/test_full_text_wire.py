"""`full_text: yes` over a real wire: an entry's page goes through the guard, and what leaves stands in the ledger."""

from __future__ import annotations

import asyncio
from zoneinfo import ZoneInfo

from agent.context import Errand, PollContext
from rules.rule import WatchSpec
from tests.local_web import NOON, Asked, LocalWeb, door, reply
from watchers.api import Poll
from watchers.feed import Feed

PARAGRAPH = (
    "The reactor held its plasma for twenty minutes, which nobody had done before, the engineers said on Monday."
)
ARTICLE = f"<html><body><div>{f'<p>{PARAGRAPH}</p>' * 6}</div></body></html>".encode()


def feed(*links: str) -> bytes:
    items = "".join(f"<item><title>{link}</title><guid>{link}</guid><link>{link}</link></item>" for link in links)
    return f"<rss version='2.0'><channel><title>One</title>{items}</channel></rss>".encode()


async def resolve(host: str, port: int) -> list[str]:
    return ["192.168.1.1" if host == "router.example" else "127.0.0.1"]


def test_a_page_at_home_that_a_feed_names_is_not_asked_for_and_the_entry_says_so():
    async def story():
        links = ["http://feed.example:{port}/old"]

        def answer(asked: Asked) -> bytes:
            if asked.target == "/rss":
                return reply(feed(*(link.format(port=web.port) for link in links)))
            return reply(ARTICLE, content_type="text/html")

        async with LocalWeb(answer) as web, door(allow=["127.0.0.1/32"], resolve=resolve) as at:
            url = f"http://feed.example:{web.port}/rss"
            watch = Feed(url=url, full_text=True)
            spec = WatchSpec("watch", watch.kind, watch.label, watch)
            cursor, polls = None, []
            for _ in range(2):
                at.clock.forward(seconds=2)
                context = PollContext(at.fetcher, spec, Errand(cursor, rule_ids=("rule",)), NOON, ZoneInfo("UTC"))
                poll = await watch.poll(context)
                assert isinstance(poll, Poll)
                cursor = poll.cursor
                polls.append(poll)
                links[:0] = ["http://feed.example:{port}/new", "http://router.example:{port}/admin"]
            return polls, [asked.target for asked in web.log], at.contacts

    polls, asked, contacts = asyncio.run(story())
    found = {str(seen.facts["link"]).rpartition("/")[2]: seen for seen in polls[1].observations}
    assert "reactor" in str(found["new"].facts["body"])
    assert "private" in found["admin"].unknown["body"]
    assert asked == ["/rss", "/rss", "/new"]
    assert [contact.host for contact in contacts] == ["feed.example"] * 3

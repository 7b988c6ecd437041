"""The kinds `feed` and `news` keep what every kind promises, on each of the formats."""

import json
from types import MappingProxyType

from watchers.feed import Feed, News
from watchers.testing import WatcherContract

HEAD = '<?xml version="1.0" encoding="utf-8"?>'
ITEMS = [
    (
        "<item><title>Tokamak runs &amp;amp; runs</title><link>https://one.example/a</link><guid>a</guid>"
        "<pubDate>Mon, 04 May 2026 10:00:00 +0200</pubDate><category>fusion</category></item>"
    ),
    (
        "<item><title>Zürich &lt;b&gt;opens&lt;/b&gt;</title><link>https://one.example/b</link><guid>b</guid>"
        "<description>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</description></item>"
    ),
    "<item><title>Weekly update</title><link>https://one.example/</link><guid>c</guid></item>",
]
ENTRIES = [
    f'<entry><id>tag:one.example,2026:{n}</id><title type="html">Entry &lt;i&gt;{n}&lt;/i&gt;</title>'
    f'<link href="/posts/{n}"/><updated>2026-05-0{n}T08:00:00Z</updated><content type="xhtml">'
    f'<div xmlns="http://www.w3.org/1999/xhtml"><p>Body {n}</p></div></content></entry>'
    for n in (1, 2, 3)
]
POSTS = [
    {"id": n, "url": f"https://one.example/{n}", "content_html": f"<p>Post {n}</p>", "date_published": "2026-05-01"}
    for n in (1, 2, 3)
]


def rss(items: list[str]) -> bytes:
    return f'{HEAD}<rss version="2.0"><channel><title>One</title>{"".join(items)}</channel></rss>'.encode()


def atom(entries: list[str]) -> bytes:
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>One</title>{"".join(entries)}</feed>'
    return (HEAD + feed).encode()


def json_feed(items: list[dict[str, object]]) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "One", "items": items}).encode()


class TestRss(WatcherContract):
    watcher = Feed(url="https://one.example/rss")
    answers = rss(ITEMS)
    reordered = rss(ITEMS[::-1])


class TestAtom(WatcherContract):
    watcher = Feed(url="https://one.example/atom")
    answers = atom(ENTRIES)
    reordered = atom(ENTRIES[::-1])
    cursor = "https://one.example/atom"


class TestJsonFeed(WatcherContract):
    watcher = Feed(url="https://one.example/feed.json")
    answers = json_feed(POSTS)
    reordered = json_feed(POSTS[::-1])


class TestFeedThatAPageNames(WatcherContract):
    watcher = Feed(url="https://one.example/")
    answers = MappingProxyType(
        {
            "https://one.example/": b'<!doctype html><link rel=alternate type="application/rss+xml" href=rss>',
            "https://one.example/rss": rss(ITEMS),
        }
    )


class TestNews(WatcherContract):
    watcher = News(feeds=["https://one.example/rss", "https://two.example/atom"])
    answers = rss(ITEMS)

"""The kinds `feed` and `news`: entries of RSS, Atom and JSON feeds.

    address ──▶ feed, or a page ──▶ the feed that it names ──▶ entries ──▶ observations with keys that last
                                                                             └─ their own pages (`full_text: yes`)

What an answer says is `watchers.reading.feed`, which entry is which `watchers.reading.entrykeys`, which it was before
its site moved `watchers.reading.moved`, and what its own page says `watchers.articles`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from pydantic import Field, field_validator

from watchers.api import (
    UNCHANGED,
    Context,
    FactSpec,
    HttpWatcher,
    Kind,
    Moment,
    Observation,
    Page,
    Poll,
    Request,
    SourceChanged,
    SourceGone,
    SourceRefused,
    Text,
    Texts,
    Unchanged,
    Watcher,
    known,
)
from watchers.articles import FULL_TEXT, progress_of, with_articles
from watchers.door.address import read_address
from watchers.reading.entrykeys import KnownEntry, known_entries
from watchers.reading.feed import read_feed, read_web_page
from watchers.reading.links import web_address
from watchers.reading.moved import address_of, are_places, at_address, memory_of, recognised, with_memory
from watchers.reading.namedfeeds import NamedFeed, named_feeds
from watchers.reading.plain import MAX_TEXT
from watchers.reading.stories import story_keys

_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"

_FACTS = (
    FactSpec("text", Text, "Title, summary and body together, as plain text.", example="fusion energy", told=False),
    FactSpec("title", Text, "The headline of the entry.", example="Version 2 is out"),
    FactSpec("summary", Text, "The short text that the feed gives with the entry.", example="tokamak"),
    FactSpec("body", Text, "The full text of the entry, where the feed carries it.", example="tokamak"),
    FactSpec("author", Text, "Who wrote the entry.", example="Jane Doe"),
    FactSpec("categories", Texts, "The categories or tags that the feed gives the entry.", example="science"),
    FactSpec("published", Moment, "When the entry was published, or its only date.", example="2026-05-01"),
    FactSpec("updated", Moment, "When the entry was last changed, where the feed says so.", example="2026-05-01"),
    FactSpec("feed", Text, "The title of the feed that the entry stands in.", example="One Daily"),
    FactSpec("link", Text, "The address that the entry leads to.", example="https://one.example/sport/", told=False),
    FactSpec("id", Text, "The identifier that the feed gives the entry.", example="tag:one.example,2026:1", told=False),
)


class Feed(HttpWatcher):
    """Tell new entries of one feed."""

    kind: ClassVar[Kind] = Kind(
        name="feed",
        shape="stream",
        summary="New entries of a feed (RSS, Atom, JSON Feed), given by its address or by a page that names it.",
        main="text",
        facts=_FACTS,
    )

    url: str = Field(description="The address of a feed, or of a web page that names one.")

    full_text: bool = Field(default=False, description=FULL_TEXT)

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        url = _without_feed_scheme(url)
        read_address(url)
        return url

    @property
    def label(self) -> str:
        """The address, without a password that it may carry."""
        return str(read_address(self.url))

    @property
    def hosts(self) -> frozenset[str]:
        """The host of the address; a feed that a page names elsewhere is not followed."""
        return frozenset({read_address(self.url).host})

    async def poll(self, context: Context) -> Poll | Unchanged:
        """Read the feed, and where the owner wants it the pages of its new entries."""
        if not self.full_text:
            return await self._look(context)
        before = progress_of(context.cursor)
        poll = await self._look(context, whole=before is not None and not before.is_whole)
        if not isinstance(poll, Poll):
            return poll
        is_open = not (self.headers or self.cookies or self.auth)
        home = read_address(address_of(poll.cursor) or self.url).host
        return await with_articles(poll, before, context, is_open=is_open, home=home)

    async def _look(self, context: Context, *, whole: bool = False) -> Poll | Unchanged:
        """Read the feed; where the address is a page's, find the feed that it names, once.

        The cursor begins with the address of the feed. Where that is the watch's own address, a web page that comes
        from it later is a trouble and not looked through for another feed, whose old entries would all be news.
        """
        known_at = address_of(context.cursor)
        if known_at == self.url:
            return await self._read_at(self.url, context, whole=whole)
        if known_at is not None:
            try:
                return await self._read_at(known_at, context, whole=whole)
            except (SourceGone, SourceChanged):
                pass  # the page may name another feed by now
        page = await self._ask(self.url, context, whole=known_at is not None)
        if page.unchanged:
            return UNCHANGED
        found = await context.parse(self._understand, page, context)
        poll = _at(self.url, found) if isinstance(found, Poll) else await self._follow(found, context)
        # Another feed than before holds nothing that is new because it is another.
        return replace(poll, is_baseline=known_at not in (None, address_of(poll.cursor)))

    def read(self, page: Page, context: Context) -> Poll:
        """Return the entries of one answer."""
        document = read_feed(page.body, page.headers, page.url)
        before = memory_of(context.cursor)
        by_place = are_places(document.entries, before)
        entries, shown = recognised(known_entries(document, page.url, are_places=by_place), before)
        told = [found for found in entries if found.entry.says_something]
        stories = story_keys(told, document.title)
        observations = tuple(
            _observation(found, document.title, story) for found, story in zip(told, stories, strict=True)
        )
        cursor = with_memory(address_of(context.cursor) or page.url, shown)
        return Poll(observations, cursor=cursor, notices=tuple(filter(None, (document.left_out,))))

    async def _ask(self, address: str, context: Context, *, whole: bool = False) -> Page:
        return await context.fetch(Request(address, headers={"Accept": _ACCEPT}, whole=whole))

    async def _read_at(self, address: str, context: Context, *, whole: bool) -> Poll | Unchanged:
        page = await self._ask(address, context, whole=whole)
        if page.unchanged:
            return UNCHANGED
        return _at(address, await context.parse(self.read, page, context))

    def _understand(self, page: Page, context: Context) -> Poll | tuple[NamedFeed, ...]:
        """Return the entries of a feed, or the feeds that a page names; a page that names none is a trouble."""
        text = read_web_page(page.body, page.headers)
        return (named_feeds(text, page.url) if text else ()) or self.read(page, context)

    async def _follow(self, feeds: tuple[NamedFeed, ...], context: Context) -> Poll:
        first, *others = feeds
        if first.is_elsewhere:
            raise SourceRefused(f"the page names a feed on another host: give the rule {first.address} if you want it")
        page = await self._ask(first.address, context, whole=True)
        poll = await context.parse(self.read, page, context)
        notice = f"the page {self.label} names the feed {first.address}, which is read"
        if others:
            notice += f"; it also names {', '.join(feed.address for feed in others[:5])}"
        return replace(_at(first.address, poll), notices=(notice, *poll.notices))


class News(HttpWatcher):
    """Tell new entries of several feeds."""

    kind: ClassVar[Kind] = replace(
        Feed.kind, name="news", summary="New entries of several feeds, judged by one rule: topics in the news, say."
    )

    feeds: tuple[str, ...] = Field(min_length=1, description="The addresses of feeds, or of pages that name them.")
    full_text: bool = Field(default=False, description=FULL_TEXT)

    @field_validator("feeds")
    @classmethod
    def _are_addresses(cls, feeds: tuple[str, ...]) -> tuple[str, ...]:
        feeds = tuple(_without_feed_scheme(url) for url in feeds)
        for url in feeds:
            read_address(url)
        return feeds

    @property
    def label(self) -> str:
        """The addresses, without passwords that they may carry."""
        return ", ".join(watch.label for watch in self.watches())

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of all addresses."""
        return frozenset().union(*(watch.hosts for watch in self.watches()))

    def watches(self) -> tuple[Watcher, ...]:
        """Return one watch for each feed, the same that a `feed` rule of that address has."""
        return tuple(Feed(url=url, full_text=self.full_text, **dict(self.http)) for url in dict.fromkeys(self.feeds))

    def read(self, page: Page, context: Context) -> Poll:
        """Return the entries of one answer of one of the feeds."""
        return self.watches()[0].read(page, context)


def _at(address: str, poll: Poll) -> Poll:
    """Return a poll that remembers where its feed was read."""
    return replace(poll, cursor=at_address(poll.cursor, address))


def _without_feed_scheme(url: str) -> str:
    """Return the web address inside `feed:https://…` and `feed://…`, as some pages and programs write it."""
    if url.lower().startswith("feed:"):
        rest = url[len("feed:") :]
        return f"http:{rest}" if rest.startswith("//") else rest
    return url


def _observation(found: KnownEntry, feed_title: str, story: tuple[str, ...]) -> Observation:
    entry = found.entry
    parts: list[str] = []
    for part in (entry.title, entry.summary, entry.content):
        if part and not any(part in earlier for earlier in parts):
            parts.append(part)
    texts = {
        "text": " · ".join(parts)[:MAX_TEXT].rstrip(),
        "title": entry.title,
        "summary": entry.summary,
        "body": entry.content,
        "author": entry.author,
        "feed": feed_title,
        "link": entry.link,
        "id": entry.id,
    }
    facts = known(
        {name: Text(text) if text else None for name, text in texts.items()}
        | {
            "categories": Texts(entry.categories) if entry.categories else None,
            "published": Moment(entry.published) if entry.published else None,
            "updated": Moment(entry.updated) if entry.updated else None,
        }
    )
    link = entry.link or web_address("", entry.id) or entry.attachment
    return Observation(found.key, facts, link=link, also=(*found.also, *story))

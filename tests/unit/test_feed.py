"""The kinds `feed` and `news` as their owner meets them."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from watchers.api import UNCHANGED, Page, Poll, SourceChanged, SourceGone, SourceRefused, SourceUnavailable
from watchers.feed import Feed, News
from watchers.reading.moved import address_of
from watchers.testing import CannedContext, poll_once

HOME = "https://one.example/"
RSS = (
    b"<rss version='2.0'><channel><title>One</title><item><title>Tokamak</title><link>/a</link><guid>a</guid>"
    b"<description>It runs.</description></item></channel></rss>"
)


def page(*links: str, title: str = "One") -> bytes:
    return f"<!doctype html><html><head><title>{title}</title>{''.join(links)}</head></html>".encode()


def alternate(href: str, title: str = "", kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


def found_by(watch: Feed, body: bytes) -> str:
    """Return the address of the feed that a watch finds on a page."""
    context = CannedContext(lambda request: body if request.url == watch.url else RSS)
    poll = poll_once(watch, context)
    assert isinstance(poll, Poll)
    assert context.asked[-1].url == address_of(poll.cursor)
    return address_of(poll.cursor)


def test_an_entry_is_observed_with_what_the_feed_says_of_it():
    poll = poll_once(Feed(url=f"{HOME}rss"), CannedContext(RSS))
    (seen,) = poll.observations
    assert {name: str(fact) for name, fact in seen.facts.items()} == {
        "text": "Tokamak · It runs.",
        "title": "Tokamak",
        "summary": "It runs.",
        "feed": "One",
        "link": f"{HOME}a",
        "id": "a",
    }
    assert (seen.key, seen.link, address_of(poll.cursor), poll.notices) == ("id:a", f"{HOME}a", f"{HOME}rss", ())


def test_the_text_says_nothing_twice():
    twice = RSS.replace(b"It runs.", b"Tokamak")
    (seen,) = poll_once(Feed(url=HOME), CannedContext(twice)).observations
    assert str(seen.facts["text"]) == "Tokamak"


def test_an_entry_that_says_nothing_is_not_observed():
    empty = RSS.replace(b"</item>", b"</item><item><guid>b</guid><pubDate>4 May 2026</pubDate></item>")
    assert len(poll_once(Feed(url=HOME), CannedContext(empty)).observations) == 1


def test_a_page_leads_to_its_feed_and_later_polls_go_straight():
    context = CannedContext({HOME: page(alternate("/rss")), f"{HOME}rss": RSS})
    poll = poll_once(Feed(url=HOME), context)
    assert [request.url for request in context.asked] == [HOME, f"{HOME}rss"]
    assert not poll.is_baseline
    assert poll.notices == (f"the page {HOME} names the feed {HOME}rss, which is read",)
    later = replace(context, cursor=poll.cursor, asked=[])
    assert poll_once(Feed(url=HOME), later) == replace(poll, notices=())
    assert [request.url for request in later.asked] == [f"{HOME}rss"]


def test_other_feeds_of_a_page_are_named():
    answers = {HOME: page(alternate("/rss", "One"), alternate("/comments/rss")), f"{HOME}rss": RSS}
    (notice,) = poll_once(Feed(url=HOME), CannedContext(answers)).notices
    assert f"it also names {HOME}comments/rss" in notice


@pytest.mark.parametrize(
    ("url", "links", "expected"),
    [
        (HOME, [alternate("/comments/feed/"), alternate("/feed/")], "/feed/"),
        (HOME, [alternate("/x", "One » Comments Feed"), alternate("/y", "One » Feed")], "/y"),
        (HOME, [alternate("/category/sport/feed"), alternate("/feed")], "/feed"),
        (f"{HOME}category/sport/", [alternate("/feed"), alternate("/category/sport/feed")], "/category/sport/feed"),
        (f"{HOME}blog", [alternate("/rss"), alternate("/blog/rss"), alternate("/blog/atom")], "/blog/rss"),
        (HOME, [alternate("https://elsewhere.example/one"), alternate("/rss")], "/rss"),
        (HOME, [alternate("/wp-json/", kind="application/json"), alternate("/rss")], "/rss"),
        (HOME, ["<base href='/deep/'>", alternate("rss")], "/deep/rss"),
        (HOME, ["<!-- ", alternate("/old"), " -->", alternate("/new?a=1&amp;b=2")], "/new?a=1&b=2"),
        (HOME, ["<a href='/news'>News</a><a href='/feed.xml'>Subscribe</a>"], "/feed.xml"),
        (HOME, ["<a href='/sitemap.xml'>Map</a><a href='/?format=rss'>RSS</a>"], "/?format=rss"),
        (HOME, ["<a href='/atom.xml'>x</a>", alternate("/rss")], "/rss"),
    ],
)
def test_of_several_feeds_the_main_one_is_read(url, links, expected):
    assert found_by(Feed(url=url), page(*links)) == f"{HOME}{expected[1:]}"


def test_a_page_of_a_known_feed_is_a_trouble_and_not_looked_through():
    context = CannedContext(page(alternate("/rss"), title="Gone fishing"), cursor=f"{HOME}feed")
    with pytest.raises(SourceChanged, match="Gone fishing"):
        poll_once(Feed(url=f"{HOME}feed"), context)
    assert len(context.asked) == 1


def test_a_feed_that_a_page_named_may_move():
    watch, answers = Feed(url=HOME), {HOME: page(alternate("/new")), f"{HOME}new": RSS}
    for at_the_old in ({}, {f"{HOME}old": page()}):
        poll = poll_once(watch, CannedContext(answers | at_the_old, cursor=f"{HOME}old"))
        assert (address_of(poll.cursor), poll.is_baseline) == (f"{HOME}new", True)
    with pytest.raises(SourceUnavailable):
        poll_once(watch, CannedContext({f"{HOME}old": SourceUnavailable("later")}, cursor=f"{HOME}old"))


def test_a_feed_on_another_host_is_named_and_not_asked():
    context = CannedContext(page(alternate("https://elsewhere.example/one")))
    with pytest.raises(SourceRefused, match=r"give the rule https://elsewhere\.example/one"):
        poll_once(Feed(url=HOME), context)
    assert len(context.asked) == 1


@pytest.mark.parametrize("body", [page(), page("<a href='/news'>News</a>")])
def test_a_page_without_a_feed_is_a_trouble(body):
    with pytest.raises(SourceChanged, match="web page came instead of a feed"):
        poll_once(Feed(url=HOME), CannedContext(body))


def test_a_page_whose_feed_is_gone_is_a_trouble():
    with pytest.raises(SourceGone):
        poll_once(Feed(url=HOME), CannedContext({HOME: page(alternate("/rss"))}))


def test_an_unchanged_feed_is_unchanged_wherever_it_lies():
    same = lambda request: Page(request.url, b"", unchanged=True)  # noqa: E731
    for cursor in (HOME, f"{HOME}rss"):
        assert poll_once(Feed(url=HOME), CannedContext(same, cursor=cursor)) is UNCHANGED


def test_a_feed_that_breaks_off_is_noticed():
    cut = RSS.replace(b"</channel></rss>", b"<item><title>Half")
    poll = poll_once(Feed(url=HOME), CannedContext(cut))
    assert len(poll.observations) == 1
    assert "broke off" in poll.notices[0]


@pytest.mark.parametrize("url", ["one.example/rss", "ftp://one.example/rss", "", "https://"])
def test_an_address_must_be_one(url):
    with pytest.raises(ValidationError):
        Feed(url=url)
    with pytest.raises(ValidationError):
        News(feeds=[HOME, url])


def test_the_scheme_of_feed_readers_is_understood():
    assert Feed(url="feed://one.example/rss").url == "http://one.example/rss"
    assert Feed(url="feed:https://one.example/rss").url == "https://one.example/rss"


def test_a_watch_is_called_by_its_address_without_a_password():
    watch = Feed(url="https://jane:secret@One.example/rss")
    assert watch.label == "https://one.example/rss"
    assert watch.hosts == {"one.example"}


def test_news_watches_each_feed_as_a_feed_rule_would():
    news = News(feeds=[f"{HOME}rss", "https://two.example/atom", f"{HOME}rss"], user_agent="me")
    assert news.watches() == (
        Feed(url=f"{HOME}rss", user_agent="me"),
        Feed(url="https://two.example/atom", user_agent="me"),
    )
    assert news.hosts == {"one.example", "two.example"}
    assert news.label == f"{HOME}rss, https://two.example/atom"
    with pytest.raises(ValidationError):
        News(feeds=[])


def test_a_saved_answer_can_be_tried_with_a_news_rule():
    context = CannedContext(RSS)
    tried = News(feeds=[HOME]).read(Page(HOME, RSS), context)
    assert tried == Feed(url=HOME).read(Page(HOME, RSS), context)

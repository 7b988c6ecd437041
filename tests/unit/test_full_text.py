"""`full_text: yes`: an entry is judged by what its own page says, and by its feed where the page says less."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from pydantic import ValidationError

from tests.story import Told, rule
from watchers.api import UNCHANGED, Page, Poll, SourceGone, SourceRefused, SourceUnavailable, WatchError
from watchers.articles import ENOUGH_LETTERS, MOST_PAGES, MOST_REMEMBERED, MOST_TRIES, progress_of, with_articles
from watchers.feed import Feed, News
from watchers.testing import CannedContext, poll_once

HOME = "https://one.example/rss"
WATCH = Feed(url=HOME, full_text=True)
PARAGRAPH = (
    "The reactor held its plasma for twenty minutes, which nobody had done before, the engineers said on Monday. "
)


def item(number: int, text: str = "Short.", host: str = "one.example") -> str:
    link = f"https://{host}/news/{number}"
    return (
        f"<item><title>Entry {number}</title><guid isPermaLink='false'>{number}</guid><link>{link}</link>"
        f"<description>{text}</description></item>"
    )


def feed(*items: str) -> bytes:
    return f"<rss version='2.0'><channel><title>One</title>{''.join(items)}</channel></rss>".encode()


def article(number: int | str = 0, times: int = 6) -> Page:
    body = f"<p>{PARAGRAPH}</p>" * times + f"<p>{PARAGRAPH} A tokamak is what number {number} is about.</p>"
    html = f"<html><body><nav><a href='/'>Front page</a></nav><div>{body}</div><footer>Imprint</footer></body></html>"
    return Page(f"https://one.example/news/{number}", html.encode(), {"content-type": "text/html"})


class Site:
    """A site whose feed and pages change from poll to poll."""

    def __init__(self, watch: Feed = WATCH) -> None:
        self.watch = watch
        self.feed: bytes | Page = feed(item(1))
        self.pages: dict[str, Page | WatchError] = {}
        self.context = CannedContext(self._answer)

    def _answer(self, request):
        if request.url == HOME:
            return self.feed
        return self.pages.get(request.url) or article(request.url.rpartition("/")[2])

    def poll(self) -> Poll:
        self.context.asked.clear()
        poll = poll_once(self.watch, self.context)
        assert isinstance(poll, Poll)
        self.context.cursor = poll.cursor
        return poll

    @property
    def asked(self) -> list[str]:
        return [request.url for request in self.context.asked if request.url != HOME]


def test_what_stood_there_before_is_not_asked_for():
    site = Site()
    poll = site.poll()
    assert (site.asked, len(poll.observations), poll.is_addition) == ([], 1, False)


def test_a_new_entry_is_shown_with_the_text_of_its_own_page():
    site = Site()
    site.poll()
    site.feed = feed(item(2), item(1))
    poll = site.poll()
    (seen,) = poll.observations
    assert (seen.key, poll.is_addition, site.asked) == ("id:2", True, ["https://one.example/news/2"])
    assert "A tokamak is what number 2" in str(seen.facts["body"])
    assert str(seen.facts["text"]).startswith("Entry 2 · The reactor")
    assert "Imprint" not in str(seen.facts["text"])
    assert seen.evidence["body"] == "the entry's own page, on one.example"


def test_a_page_is_asked_for_once():
    site = Site()
    site.poll()
    site.feed = feed(item(2), item(1))
    site.poll()
    site.feed = feed(item(2, "Changed."), item(1))
    assert (site.poll().observations, site.asked) == ((), [])


def test_a_rule_hears_of_a_word_that_only_the_page_has():
    site = Site()
    told = Told(rule("text mentions tokamak", Feed.kind))
    told.see(*site.poll().observations)
    site.feed = feed(item(2), item(1))
    (firing,) = told.see(*site.poll().observations)
    assert firing.observation == "id:2"


def test_more_pages_than_ten_come_at_the_next_polls():
    site = Site()
    site.poll()
    site.feed = feed(*(item(number) for number in range(25, 0, -1)))
    polls = [site.poll() for _ in range(3)]
    assert [len(poll.observations) for poll in polls] == [MOST_PAGES, MOST_PAGES, 4]
    keys = [seen.key for poll in polls for seen in poll.observations]
    assert len(set(keys)) == 24
    assert progress_of(site.context.cursor).is_whole
    assert site.poll().observations == ()


def test_a_feed_that_is_unchanged_is_read_whole_while_pages_wait():
    site = Site()
    site.poll()
    site.feed = feed(*(item(number) for number in range(15, 0, -1)))
    site.poll()
    site.context.asked.clear()
    poll_once(site.watch, site.context)
    assert site.context.asked[0].whole
    site.poll()
    site.feed = Page(HOME, b"", unchanged=True)
    assert poll_once(site.watch, site.context) is UNCHANGED
    assert not site.context.asked[-1].whole


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (SourceGone("one.example has nothing at this address"), "nothing at this address"),
        (SourceRefused("one.example asks for a payment"), "asks for a payment"),
        (article("x", times=0), "shows hardly any text"),
        (Page("https://one.example/news/2", b"%PDF", {"content-type": "application/pdf"}), "no web page"),
        (
            Page(
                "https://one.example/login",
                b"<title>Log in</title><h1>Log in</h1><form><input type=password></form>",
                {"content-type": "text/html"},
            ),
            "sign-in page",
        ),
    ],
)
def test_where_the_page_says_less_the_feed_s_own_text_stays_and_says_so(answer, said):
    site = Site()
    site.poll()
    site.feed = feed(item(2), item(1))
    site.pages["https://one.example/news/2"] = answer
    (seen,) = site.poll().observations
    assert str(seen.facts["text"]) == "Entry 2 · Short."
    assert said in seen.unknown["body"]
    assert said in seen.evidence["text"]
    assert site.poll().observations == ()


def test_a_text_of_the_feed_that_is_longer_than_the_page_stays():
    site = Site()
    site.poll()
    long = "We tell all of it right here. " * 40
    site.feed = feed(item(2, long), item(1))
    (seen,) = site.poll().observations
    assert "shows less of the article" in seen.unknown["body"]
    assert "right here" in str(seen.facts["text"])


def test_an_article_that_the_feed_carries_itself_is_not_asked_for():
    site = Site()
    site.poll()
    whole = f"<content:encoded>{PARAGRAPH * (ENOUGH_LETTERS // len(PARAGRAPH) + 1)}</content:encoded>"
    site.feed = feed(item(2).replace("</item>", f"{whole}</item>"), item(1)).replace(
        b"<rss ", b"<rss xmlns:content='http://purl.org/rss/1.0/modules/content/' "
    )
    (seen,) = site.poll().observations
    assert (site.asked, "reactor" in str(seen.facts["body"])) == ([], True)


def test_a_page_that_does_not_answer_is_tried_again_and_then_done_without():
    site = Site()
    site.poll()
    site.feed = feed(item(3), item(2), item(1))
    for number in (2, 3):
        site.pages[f"https://one.example/news/{number}"] = SourceUnavailable("one.example does not answer")
    polls = [site.poll() for _ in range(MOST_TRIES)]
    assert [len(poll.observations) for poll in polls] == [0] * (MOST_TRIES - 1) + [2]
    assert len(site.asked) == 1  # its other pages are not asked for in the same poll
    assert all("does not answer" in seen.unknown["body"] for seen in polls[-1].observations)


def test_a_page_that_answers_later_is_read_then():
    site = Site()
    site.poll()
    site.feed = feed(item(2), item(1))
    site.pages["https://one.example/news/2"] = SourceUnavailable("busy")
    assert site.poll().observations == ()
    site.pages.clear()
    (seen,) = site.poll().observations
    assert "tokamak" in str(seen.facts["body"])


def test_another_host_is_asked_but_not_by_a_rule_that_brings_credentials():
    site = Site()
    site.poll()
    site.feed = feed(item(2, host="other.example"), item(1))
    (seen,) = site.poll().observations
    assert seen.evidence["body"] == "the entry's own page, on other.example"
    signed_in = Site(Feed(url=HOME, full_text=True, cookies={"session": "x"}))
    signed_in.poll()
    signed_in.feed = feed(item(3), item(2, host="other.example"), item(1))
    told = {seen.key: seen for seen in signed_in.poll().observations}
    assert signed_in.asked == ["https://one.example/news/3"]
    assert "not to see" in told["id:2"].unknown["body"]


def test_an_entry_without_a_page_is_shown_as_it_is():
    site = Site()
    site.poll()
    site.feed = feed("<item><title>No page</title><guid isPermaLink='false'>9</guid></item>", item(1))
    (seen,) = site.poll().observations
    assert seen.unknown["body"] == "the entry leads to no page"


def test_what_is_remembered_is_bounded():
    site = Site()
    site.poll()
    shown, _, rest = site.context.cursor.rpartition("|")
    site.context.cursor = shown + "".join(f" {number:010x}" for number in range(3 * MOST_REMEMBERED)) + "|" + rest
    site.poll()
    assert len(progress_of(site.context.cursor).done) <= MOST_REMEMBERED


def test_without_the_option_no_page_is_asked_for():
    site = Site(Feed(url=HOME))
    site.poll()
    site.feed = feed(item(2), item(1))
    assert (len(site.poll().observations), site.asked) == (2, [])


def test_a_news_rule_gives_the_option_to_each_of_its_feeds():
    watches = News(feeds=(HOME, "https://two.example/rss"), full_text=True).watches()
    assert [watch.full_text for watch in watches] == [True, True]
    assert News(feeds=(HOME,)).watches() == (Feed(url=HOME, **dict(Feed(url=HOME).http)),)
    with pytest.raises(ValidationError):
        Feed(url=HOME, full_text="perhaps")


def test_a_feed_elsewhere_than_before_is_taken_note_of_as_a_whole():
    site = Site()
    poll = site.poll()
    moved = replace(poll, observations=(replace(poll.observations[0], key="id:7"),), is_baseline=True)
    before = progress_of(poll.cursor)
    found = asyncio.run(with_articles(moved, before, site.context, is_open=True, home="one.example"))
    assert (found.observations, found.is_addition, site.asked) == (moved.observations, False, [])

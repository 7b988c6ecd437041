"""What the kind `page` sees of a page, and what its owner is told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import count

import pytest
from pydantic import ValidationError

from tests.story import Told, rule
from watchers.api import UNCHANGED, Flag, Number, Observation, Page, SourceChanged, SourceRefused, Text, Texts
from watchers.page import WebPage
from watchers.testing import CannedContext, poll_once

URL = "https://museum.example/hours"
HTML = {"content-type": "text/html; charset=utf-8"}
HOURS = "<h1>Opening hours</h1><p class=hours>open {} on all days but Monday</p>"


def html(body: str, title: str = "Museum") -> bytes:
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>".encode()


def see(body: str, **options) -> Observation:
    (seen,) = WebPage(url=URL, **options).read(Page(URL, html(body), HTML), CannedContext(b"")).observations
    return seen


class Owner:
    """An owner with one rule on a page, polled again and again."""

    def __init__(self, when: str, **options) -> None:
        self.watch = WebPage(url=URL, **options)
        self.told = Told(rule(when, self.watch.kind))
        self.cursor: str | None = None
        self.asked: list[int] = []

    def poll(self, *bodies: str) -> list[str]:
        """Poll a page that answers with these bodies in turn; return what the owner is told to have changed."""
        turn = count()
        answers = [Page(URL, html(body), HTML) for body in bodies]
        context = CannedContext(lambda request: answers[min(next(turn), len(answers) - 1)], cursor=self.cursor)
        poll = poll_once(self.watch, context)
        assert poll is not UNCHANGED
        self.cursor = poll.cursor
        self.asked.append(len(context.asked))
        firings = self.told.see(*poll.observations)
        self.told.wait()
        return [str(firing.facts.get("diff", firing.reason)) for firing in firings]


# What is seen


def test_a_page_is_its_lines_without_navigation_scripts_and_footer():
    seen = see(
        "<nav><a href=/>Home</a></nav><div class=cookie-banner>We use cookies</div><script>var x</script>"
        "<h1>Hours</h1><table><tr><th>Monday</th><td>9 to 17</td></tr></table>"
        "<p hidden>secret</p><footer>Imprint</footer>"
    )
    assert seen.facts["text"] == Text("Hours\nMonday | 9 to 17")
    assert seen.facts["title"] == Text("Museum")
    assert seen.facts["words"] == Number(Decimal(6))


def test_a_part_with_most_of_the_words_is_the_page_whatever_its_class():
    assert "Long words" in str(
        see("<div class='l-sidebar'><p>Long words that are the page.</p></div><p>By me</p>").facts["text"]
    )


def test_a_part_is_selected_and_things_in_it_are_dropped():
    seen = see("<ul><li>one</li><li class=ad>two</li></ul><p>three</p>", css="ul", drop=["li.ad"])
    assert seen.facts["text"] == Text("one")


def test_a_sign_that_leads_to_its_own_heading_is_no_word():
    assert see("<h2>Fees <a href='#fees'><span>#</span></a></h2>").facts["text"] == Text("Fees")


def test_lines_with_a_pattern_are_ignored():
    seen = see("<p>open 9 to 17</p><p>1,204 visitors</p>", ignore=[r"^[\d,]+ visitors$"])
    assert seen.facts["text"] == Text("open 9 to 17")


def test_a_pattern_that_takes_too_long_is_named():
    with pytest.raises(SourceChanged, match="takes too long"):
        see(f"<p>{'a' * 40}!</p>", ignore=[r"^(a|a)*\1*(a|aa)+$"])


def test_the_first_number_of_the_part_is_a_value():
    assert see("<p id=level>Level: 1,204.5 cm at 12:30</p>", css="#level").facts["number"] == Number(Decimal("1204.5"))


def test_a_message_of_a_change_has_no_need_of_the_first_number():
    told = WebPage(url=URL).kind
    assert not next(spec for spec in told.facts if spec.name == "number").told


def test_the_element_with_the_number_can_be_named():
    seen = see("<p>2026</p><b>−3,5 °C</b>", number="b")
    assert seen.facts["number"] == Number(Decimal("-3.5"))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "name the part that holds it with `css` or `number`"),
        ({"css": "p"}, "“closed” holds no number"),
        ({"css": "i"}, "“1.299” may mean 1299 or 1.299: say which with `decimal`"),
        ({"number": "em"}, "the page has no element for 'em'"),
    ],
)
def test_a_number_that_is_not_known_says_why(options, reason):
    assert see("<p>closed</p><i>1.299</i>", **options).unknown["number"] == reason


def test_a_long_page_keeps_a_bounded_text_that_changes_with_every_letter():
    long = "".join(f"<p>paragraph number {number} of the terms of service</p>" for number in range(2000))
    one, other = see(f"<main>{long}<p>last</p></main>"), see(f"<main>{long}<p>lost</p></main>")
    assert len(one.facts["text"].value) < 21_000
    assert one.facts["text"] != other.facts["text"]


def test_a_selector_that_matches_nothing_is_a_trouble_and_no_empty_page():
    with pytest.raises(SourceChanged, match=r"nothing that '#hours' selects"):
        see("<p>open</p>", css="#hours")


def test_an_empty_part_is_known_to_have_no_words():
    seen = see("<p>open</p><div id=news></div>", css="#news")
    assert "text" not in seen.facts
    assert seen.facts["words"] == Number(Decimal(0))
    assert seen.unknown["text"] == "the selected part holds no words"


def test_a_page_made_by_scripts_says_so():
    with pytest.raises(SourceChanged, match="made by scripts"):
        see("<div id=app></div><script src=/app.js></script>")


def test_xpath_selects_elements_texts_and_attributes():
    pytest.importorskip("lxml", reason="the extra `xpath` is not installed")
    body = "<ul><li title=first>one</li><li>two</li></ul>"
    assert see(body, xpath="//li[2]").facts["text"] == Text("two")
    assert see(body, xpath="//li/text() | //li/@title").facts["text"] == Text("first\none\ntwo")
    assert see(body, xpath="count(//li)").facts["number"] == Number(Decimal("2.0"))
    with pytest.raises(SourceChanged, match="selects"):
        see(body, xpath="//table")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"css": "p["}, "no CSS selector"),
        ({"drop": ["p["]}, "no CSS selector"),
        ({"ignore": ["("]}, "no regular expression"),
        ({"xpath": "//p["}, "no XPath expression|needs lxml"),
        ({"css": "p", "xpath": "//p"}, "either `css` or `xpath`|needs lxml"),
        ({"url": "museum"}, "does not begin with http"),
    ],
)
def test_a_wrong_option_is_refused_when_it_is_read(options, said):
    with pytest.raises(ValidationError, match=said):
        WebPage(**{"url": URL, **options})


# What stands in its place


def test_a_short_page_with_a_sign_in_in_its_corner_is_no_login_wall():
    form = "<form><input type=password></form>"
    assert see(f"<h1>Status</h1><p>All systems are up</p>{form}").facts["text"] == Text("Status\nAll systems are up")


def test_a_redirect_to_a_sign_in_is_a_login_wall():
    page = Page("https://museum.example/login?next=/hours", html("<h1>Welcome</h1><input type=password>"), HTML)
    with pytest.raises(SourceRefused, match="sign-in page"):
        WebPage(url=URL).read(page, CannedContext(b""))


def test_a_shop_with_a_cookie_banner_is_a_shop():
    banner = "<div id=onetrust><p>We use cookies.</p><button>Accept all</button></div>"
    assert see(f"{banner}<h1>Kettles</h1><p>Blue</p>").facts["text"] == Text("Kettles\nBlue")


# What is told


def test_each_change_of_the_text_is_told():
    owner = Owner("changes")
    said = [owner.poll(HOURS.format(until)) for until in ("9 to 17", "9 to 17", "9 to 18", "9 to 19", "9 to 19")]
    assert said == [[], [], ["open 9 to [17 → 18] on all days …"], ["open 9 to [18 → 19] on all days …"], []]


def test_what_was_added_is_told_each_time():
    owner = Owner("added mentions tickets")
    bodies = [
        "<p>News</p>",
        "<p>News</p><p>tickets for May</p>",
        "<p>News</p><p>tickets for May</p>",
        "<p>tickets for June</p>",
    ]
    assert [bool(owner.poll(body)) for body in bodies] == [False, True, False, True]


def test_a_change_is_over_at_the_next_look_even_where_the_bytes_are_the_same():
    owner = Owner("changed")
    assert [bool(owner.poll(HOURS.format(hour))) for hour in (17, 18, 18, 19, 19)] == [False, True, False, True, False]


@pytest.mark.parametrize("when", ["changed", "diff mentions open", "removed mentions open and changed"])
def test_a_page_that_changes_at_every_look_is_told_at_each(when):
    owner = Owner(when)
    assert [bool(owner.poll(HOURS.format(hour))) for hour in (17, 18, 19, 20, 20)] == [False, True, True, True, False]


def test_the_look_after_a_change_asks_for_the_whole_page():
    watch, context = WebPage(url=URL), CannedContext(Page(URL, html("<p>one</p>"), HTML))
    context.cursor = poll_once(watch, context).cursor
    context.answers = Page(URL, html("<p>two</p>"), HTML)
    context.cursor = poll_once(watch, context).cursor
    context.asked.clear()
    poll = poll_once(watch, context)
    assert [request.whole for request in context.asked] == [True]
    assert poll.observations[0].facts["changed"] == Flag(False)
    context.cursor = poll.cursor
    context.asked.clear()
    poll_once(watch, context)
    assert [request.whole for request in context.asked] == [False]


def test_a_rotating_banner_is_never_told_and_is_seldom_looked_at_twice():
    owner = Owner("changes")
    banner = "<main><h1>Opening hours</h1><p>open 9 to 17 all days</p><div class=banner>{}</div></main>"
    said = [owner.poll(banner.format(turn), banner.format(-turn)) for turn in range(1, 12)]
    assert said == [[]] * 11
    assert owner.asked == [2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1]


def test_a_second_look_goes_past_caches():
    context = CannedContext(Page(URL, html("<p>one</p>"), HTML))
    poll_once(WebPage(url=URL), context)
    assert [request.headers.get("Cache-Control") for request in context.asked] == [None, "no-cache"]


def test_without_steady_every_word_counts_and_one_look_is_enough():
    owner = Owner("changes", steady=False)
    assert [bool(owner.poll(f"<h1>Hours of the museum</h1><p>{turn}</p>", "<p>other</p>")) for turn in (1, 2, 3)] == [
        False,
        True,
        True,
    ]
    assert owner.asked == [1, 1, 1]


def test_a_page_that_alternates_is_told_once():
    owner = Owner("changes")
    said = [bool(owner.poll(HOURS.format(hour))) for hour in (17, 18, 17, 18, 17, 18)]
    assert said == [False, True, False, False, False, False]


def test_everything_vanishing_at_once_is_unknown_until_it_stays_so():
    owner = Owner("changes")
    full = "".join(f"<p>a paragraph of the page, number {number}</p>" for number in range(20))
    owner.poll(full)
    assert [bool(owner.poll("<p>Menu</p>")) for _ in range(3)] == [False, False, True]
    owner = Owner("text mentions paragraph")
    owner.poll(full)
    owner.poll("<p>Menu</p>")
    assert owner.told.of("page").state == "met"
    assert owner.poll(full) == []


def test_a_number_on_a_page_is_a_gauge():
    owner = Owner("number below 10", css="b")
    assert [bool(owner.poll(f"<b>{level} seats</b>")) for level in (12, 9, 8, 11, 9)] == [
        False,
        True,
        False,
        False,
        True,
    ]


def test_added_and_removed_are_lists_of_lines():
    watch = WebPage(url=URL)
    first = watch.read(Page(URL, html("<p>one</p><p>two</p>"), HTML), CannedContext(b""))
    (seen,) = watch.read(
        Page(URL, html("<p>two</p><p>three</p>"), HTML), replace(CannedContext(b""), cursor=first.cursor)
    ).observations
    assert (seen.facts["added"], seen.facts["removed"]) == (Texts(("three",)), Texts(("one",)))

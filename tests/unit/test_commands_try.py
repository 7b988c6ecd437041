"""`try` runs the real readers on live and saved answers, and leaves no trace."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from agent.database import Database
from agent.places import STORE_FILE, Place
from agent.rulebook import read_rules
from agent.store import Polled, Store
from rules.judge import judge
from tests.end_to_end.scene import little_web
from tests.lived import ask
from watchers.api import Money, Observation, Poll

PAGE = """<!doctype html><html><head><title>Studio Headphones</title>
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Product", "name": "Studio Headphones",
"offers": {"@type": "Offer", "price": "139.00", "priceCurrency": "USD", "availability": "https://schema.org/InStock"}}
</script></head><body><h1>Studio Headphones</h1><p>$139.00</p><button>Add to cart</button></body></html>"""
FEED = """<rss version="2.0"><channel><title>One</title>
<item><title>A tokamak burns</title><guid>1</guid><link>/first</link></item>
<item><title>Your horoscope</title><guid>2</guid></item></channel></rss>"""
RULES = """
me: {{currency: USD}}
topics: {{fusion: [tokamak]}}
channels: {{phone: json://127.0.0.1:1}}
defaults: {{notify: phone}}
rules:
  - {{name: Cheap, watch: price, url: "{url}/page", when: price below $150, private: true}}
  - {{name: Guarded, watch: price, url: "{url}/page", when: price below $100}}
  - {{name: Fusion, watch: feed, url: "{url}/feed", when: mentions topics.fusion, private: true}}
  - {{name: Quiet, watch: feed, url: "{url}/feed", when: nothing for 7 days, private: true}}
"""


@pytest.fixture
def shop(tmp_path):
    with little_web() as web:
        web.show("/page", PAGE)
        web.show("/other", PAGE.replace("139.00", "99.00"))
        web.show("/feed", FEED, "application/rss+xml")
        (tmp_path / "rules.yaml").write_text(RULES.format(url=web.url("")))
        yield web


@pytest.fixture
def trying(tmp_path):
    def run(*words):
        return ask("try", *words, "--rules", str(tmp_path / "rules.yaml"))

    return run


@pytest.fixture
def saved(tmp_path):
    for name, text in (("page.html", PAGE), ("feed.xml", FEED)):
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_rule_looks_at_its_source_and_says_what_it_would_tell(shop, trying):
    (one,) = trying("Cheap", "--json").lines
    assert one["file"] is None
    assert one["source"] == shop.url("/page")
    assert one["trouble"] is None
    (seen,) = one["observations"]
    assert seen["facts"]["price"] == {"amount": "139.00", "currency": "USD"}
    assert (seen["facts"]["title"], seen["facts"]["available"]) == ("Studio Headphones", True)
    assert one["findings"] == [
        {"key": seen["key"], "holds": True, "because": "price 139.00 USD is below 150.00 USD"},
    ]
    assert "would tell: price 139.00 USD is below 150.00 USD" in trying("cheap").text


def test_trying_stores_and_sends_nothing(shop, trying, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    trying("Cheap")
    trying("Fusion")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_private_address_is_refused_unless_the_rule_or_the_owner_allows_it(shop, trying):
    refused = trying("Guarded", "--json")
    assert refused.code == 1
    assert refused.lines[0]["trouble"]["name"] == "SourceRefused"
    assert trying("Guarded", "--private", "--json").lines[0]["findings"][0]["holds"] is False


def test_who_tries_an_address_at_home_hears_of_the_option_for_that(shop, trying):
    words = ("try", "feed", "--url", shop.url("/feed"))
    assert "--private asks it this once" in ask(*words).text
    assert "--private" not in ask(*words, "--private").text


def test_a_rule_can_look_elsewhere_with_all_its_options(shop, trying):
    (one,) = trying("Cheap", "--url", shop.url("/other"), "--json").lines
    assert one["source"] == shop.url("/other")
    assert one["observations"][0]["facts"]["price"]["amount"] == "99.00"


def test_a_kind_looks_at_an_address_without_any_rule(shop, tmp_path):
    asked = ask(
        "try", "feed", "--url", shop.url("/feed"), "--private", "--json", "--rules", str(tmp_path / "none.yaml")
    )
    (one,) = asked.lines
    assert [seen["facts"]["title"] for seen in one["observations"]] == ["A tokamak burns", "Your horoscope"]
    assert one["observations"][0]["link"] == shop.url("/first")
    assert one["findings"] == []


def test_several_saved_answers_come_one_line_each_in_their_order(saved, tmp_path):
    (tmp_path / "blocked.html").write_text("")
    files = [str(saved / name) for name in ("page.html", "blocked.html", "page.html")]
    none = ["--rules", str(tmp_path / "none.yaml"), "--json"]
    by_option = ask("try", "price", "--from", files[0], "--from", files[1], "--from", files[2], *none)
    by_name = ask("try", "price", "--from", *files, *none)
    assert by_option.code == by_name.code == 0
    assert by_option.lines == by_name.lines
    first, blank, last = by_option.lines
    assert [one["file"] for one in by_option.lines] == files
    assert first["observations"] == last["observations"]
    assert blank["observations"] == []
    assert set(blank["trouble"]) == {"name", "reason"}


def test_a_kind_that_needs_more_than_an_address_says_what(tmp_path):
    asked = ask("try", "json", "--url", "https://one.example/api", "--rules", str(tmp_path / "none.yaml"))
    assert "json needs more than an address: it says neither `items` nor `facts`" in asked.error


def test_a_saved_answer_is_read_as_if_it_came_from_the_address_that_is_named(saved, tmp_path):
    asked = ask("try", "feed", str(saved / "feed.xml"), "--url", "https://one.example/rss", "--json")
    assert asked.lines[0]["observations"][0]["link"] == "https://one.example/first"


def test_relative_links_stay_relative_where_nobody_says_where_an_answer_came_from(saved, tmp_path):
    links = ("/first", "second.html", "../third", "?fourth", "https://two.example/fifth", "//two.example/sixth")
    items = "".join(f"<item><title>{link}</title><guid>{link}</guid><link>{link}</link></item>" for link in links)
    (tmp_path / "feed.xml").write_text(f'<rss version="2.0"><channel><title>One</title>{items}</channel></rss>')
    place = ["--rules", str(tmp_path / "none.yaml"), "--json"]
    asked = ask("try", "feed", str(tmp_path / "feed.xml"), *place)
    assert "saved.invalid" not in asked.text
    (one,) = asked.lines
    assert [seen["link"] for seen in one["observations"]] == [
        "/first",
        "second.html",
        "/third",
        "?fourth",
        "https://two.example/fifth",
        "https://two.example/sixth",
    ]
    assert "--url says it" in one["notices"][0]
    asked = ask("try", "feed", str(tmp_path / "feed.xml"), "--url", "https://one.example/news/rss", *place)
    assert asked.lines[0]["observations"][1]["link"] == "https://one.example/news/second.html"
    assert asked.lines[0]["notices"] == []
    # What names no address at all needs no word about it.
    assert ask("try", "price", str(saved / "page.html"), *place).lines[0]["notices"] == []


def test_every_kind_reads_saved_answers_without_an_address(saved, tmp_path):
    releases = '{"release-group-count": 0, "release-group-offset": 0, "release-groups": []}'
    (tmp_path / "music.json").write_text(releases)
    for kind, file in (("price", "page.html"), ("feed", "feed.xml"), ("news", "feed.xml"), ("music", "music.json")):
        asked = ask("try", kind, "--from", str(tmp_path / file), "--json", "--rules", str(tmp_path / "none.yaml"))
        assert (asked.code, asked.lines[0]["trouble"]) == (0, None), kind


def test_a_sentence_is_tried_on_a_kind_with_the_owners_own_words(shop, trying, saved):
    asked = trying("feed", "--from", str(saved / "feed.xml"), "--when", "mentions topics.fusion", "--json")
    assert [finding["holds"] for finding in asked.lines[0]["findings"]] == [True, False]
    asked = trying("Cheap", "--when", "price below $100", "--json")
    assert asked.lines[0]["findings"][0]["holds"] is False


def test_a_sentence_that_is_wrong_is_shown_with_a_caret(saved):
    asked = ask("try", "price", str(saved / "page.html"), "--when", "prce below $100")
    assert asked.code == 2
    assert "^^^^" in asked.error
    assert "price" in asked.error


def test_what_is_unknown_is_said_with_its_reason(saved, tmp_path):
    (tmp_path / "none.html").write_text("<html><body><h1>Studio Headphones</h1><p>Call for a price</p></body></html>")
    asked = ask("try", "price", str(tmp_path / "none.html"), "--when", "price below 10 USD", "--json")
    (one,) = asked.lines
    (seen,) = one["observations"]
    assert "price" not in seen["facts"]
    assert seen["unknown"]["price"]
    assert one["findings"] == [
        {"key": seen["key"], "holds": None, "because": f"price is unknown: {seen['unknown']['price']}"}
    ]
    text = ask("try", "price", str(tmp_path / "none.html"), "--when", "price below 10 USD").text
    assert f"unknown: {seen['unknown']['price']}" in text
    assert "cannot say" in text


def test_silence_cannot_be_seen_at_one_look(shop, trying):
    asked = trying("Quiet")
    assert asked.code == 0
    assert "one look cannot tell" in asked.text
    assert trying("Quiet", "--json").lines[0]["findings"] == []


def test_a_source_that_cannot_be_seen_is_a_named_trouble(shop, trying):
    shop.pages.clear()
    asked = trying("Cheap", "--json")
    assert asked.code == 1
    assert asked.lines[0]["trouble"]["name"] == "SourceGone"
    assert "SourceGone" in trying("Cheap").text


def test_slips_are_answered_with_what_to_write(shop, trying, tmp_path):
    assert "did you mean cheap?" in trying("chep").error
    assert "did you mean price?" in ask("try", "prize", "--rules", str(tmp_path / "none.yaml")).error
    asked = trying("price")
    assert asked.code == 2
    assert "--url" in asked.error
    asked = trying("price", "--from", str(tmp_path / "missing.html"))
    assert asked.code == 5
    assert "missing.html" in asked.error
    asked = trying("price", "--url", "no address")
    assert asked.code == 2
    assert "no address" in asked.error


def test_a_faulty_rule_file_is_shown_when_a_rule_is_asked_for_and_ignored_when_a_kind_is(saved, trying, tmp_path):
    (tmp_path / "rules.yaml").write_text("rules: [{name: Cheap, watch: prize}]")
    asked = trying("Cheap")
    assert asked.code == 3
    assert "prize" in asked.error
    assert trying("price", str(saved / "page.html")).code == 0


def test_a_saved_answer_that_is_too_long_is_a_trouble(tmp_path, monkeypatch):
    (tmp_path / "long.html").write_bytes(b" " * 20_000_001)
    (one,) = ask("try", "price", str(tmp_path / "long.html"), "--json").lines
    assert one["trouble"]["name"] == "SourceChanged"


# What is odd about it.


def test_what_is_true_already_is_said_with_its_value(shop, trying):
    (one,) = trying("Cheap", "--json").lines
    assert one["suggestions"] == [
        {
            "about": "already true",
            "sentence": "would tell at once: already 139.00 USD",
            "instead": "first: baseline waits until it comes true anew",
        }
    ]
    assert "would tell at once: already 139.00 USD" in trying("Cheap").text
    (one,) = trying("Cheap", "--when", "price below 100 USD", "--json").lines
    assert one["suggestions"] == []


def test_a_kind_alone_is_held_against_the_sentence_of_the_command_line(saved, tmp_path):
    place = ["--rules", str(tmp_path / "none.yaml"), "--json"]

    def about(*words):
        (one,) = ask("try", *words, *place).lines
        return [(each["about"], each["instead"]) for each in one["suggestions"]]

    page = str(saved / "page.html")
    assert about("price", page, "--when", "price below 150 EUR") == [
        ("another currency", "when: price below 150 USD"),
    ]
    assert about("price", page, "--when", "list_price below 150 USD") == [("never given", None)]
    assert about("price", page) == []


def test_what_the_store_holds_of_before_is_held_against_the_sentence(shop, trying, tmp_path):
    book = read_rules(Place(tmp_path / "rules.yaml", "", ZoneInfo("UTC")))
    rule, now = book.rule("cheap"), datetime.now(UTC)
    with closing(Database.open(tmp_path / "state" / STORE_FILE)) as database:
        store = Store(database)
        for days, amount in ((20, "189"), (10, "171"), (5, "189")):
            at = now - timedelta(days=days)
            store.keep_rules(book, at)
            seen = Poll((Observation("product", {"price": Money(Decimal(amount), "USD")}),))
            claims = [claim for claim in store.claim_watches("here", at, 10) if claim.watch_id == rule.watches[0].id]
            store.record_polls([Polled(claim, at, seen, {}) for claim in claims], book, judge)
    shop.show("/page", PAGE.replace("139.00", "189.00"))
    state = ["--state", str(tmp_path / "state")]
    (one,) = trying("Cheap", "--json", *state).lines
    ((about, sentence, instead),) = [each.values() for each in one["suggestions"]]
    assert about == "out of reach"
    assert "171 USD" in sentence
    assert sentence.endswith("; 180 USD would have told once")
    assert instead == "when: price below 180 USD"
    # At another address it is another thing.
    assert (
        trying("Cheap", "--url", shop.url("/other"), "--when", "price below 50 USD", "--json", *state).lines[0][
            "suggestions"
        ]
        == []
    )


def test_a_store_that_cannot_be_read_keeps_nobody_from_trying(shop, trying, tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / STORE_FILE).write_text("no database at all, but long enough to be taken for one" * 20)
    asked = trying("Cheap", "--state", str(tmp_path / "state"))
    assert asked.code == 0
    assert "what was seen before is not looked at" in asked.error
    assert "already 139.00 USD" in asked.text


def test_sources_that_are_compared_are_tried_together(shop, tmp_path):
    (tmp_path / "rules.yaml").write_text(
        f"""
me: {{currency: USD}}
channels: {{phone: json://127.0.0.1:1}}
rules:
  - name: Cheaper there
    watch: price
    private: true
    sources: {{here: {{url: "{shop.url("/page")}"}}, there: {{url: "{shop.url("/other")}"}}}}
    when: there.price < 80% of here.price
"""
    )
    here, there, both = ask("try", "cheaper-there", "--rules", str(tmp_path / "rules.yaml"), "--json").lines
    assert (here["findings"], there["findings"]) == ([], [])
    assert both["findings"][0]["holds"] is True
    assert both["observations"][0]["facts"]["there.price"]["amount"] == "99.00"
    assert [each["about"] for each in both["suggestions"]] == ["already true"]


def test_a_rule_about_another_is_tried_on_how_that_one_stands(shop, trying, tmp_path):
    rules = tmp_path / "rules.yaml"
    rules.write_text(f'{rules.read_text()}  - {{name: Both, when: rule "cheap"}}\n')
    state = tmp_path / "state"
    (unknown,) = trying("both", "--state", str(state), "--json").lines
    assert "has not run here yet" in unknown["findings"][0]["because"]
    place = Place(rules, str(state / STORE_FILE), ZoneInfo("UTC"))
    now = datetime.now(UTC) - timedelta(minutes=10)
    with closing(Database.open(place.store)) as database:
        store, book = Store(database), read_rules(place)
        store.keep_rules(book, now)
        cheap = book.rule("cheap").watches[0].id
        seen = Observation("product", {"price": Money(Decimal(139), "USD")})
        for at in (now, now + timedelta(minutes=6)):
            claims = [claim for claim in store.claim_watches("token", at, 9) if claim.watch_id == cheap]
            store.record_polls([Polled(claim, at, Poll((seen,)), {}) for claim in claims], book, judge)
    (known,) = trying("both", "--state", str(state), "--json").lines
    assert known["findings"][0]["holds"] is True

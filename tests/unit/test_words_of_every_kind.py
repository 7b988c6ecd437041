"""What each kind brings to its owner's screen: the thing by its name, and how it stands, in one line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from rules.headline import because_of, headline, leading_fact
from rules.spoken import countdown
from rules.words import TITLE_LIMIT, Afterwards, compose
from tests.messages import FIRINGS, HOUR, NOW
from watchers.api import Day, Flag, Moment, Money, Number, Span, Text, Texts
from watchers.registry import kinds

TITLES = {
    "price": "139.00 USD: Sony WH-1000XM5 Wireless Headphones",
    "stock": "Sony WH-1000XM5 Wireless Headphones: available",
    "listing": "Herman Miller Aeron, size B, black: 250.00 EUR",
    "page": "Opening hours · Town library: open 9 to [17 → 18] on Sundays; + Closed on 24 December; "
    "− Summer hours until August",
    "feed": "ITER reaches first plasma",
    "json": "delay 25 min: ICE 575 Hamburg – München",
    "json state": "Parcel 0034: out for delivery",
    "json count": "open issues 101: one/agent",
    "music": "Night Ferry: album",
    "books": "The Left Shore: published 2026-09",
    "films": "Dune: Part Three: opens 2026-07-30",
    "concerts": "Tool: Fear Inoculum Tour: starts Fri 2026-07-31 20:00 EDT",
    "concert cancelled": "Tool: Fear Inoculum Tour: cancelled",
    "software": "python 3.14.1",
    "eol": "Python 3.9: 9 days left",
    "site": "My site: not up",
    "certificate": "Certificate of my site: 14 days left",
    "latency": "latency 4s: Slow site",
    "dates": "Sam: birthday in 14 days",
    "calendar": "Dentist tomorrow",
    "mail": "Your invoice 2026-07",
    "file": "age 2d 1h: Backups are old",
    "command": "value 93: Disk is full",
    "image": "change 34.5%: Somebody at the door",
    "report": "free 8.5 GB: Little room on the disk",
}
# How two long texts begin is no reason to a person.
BECAUSE = {"page": "text has changed"}
PRICE = FIRINGS["price"]
RELEASE = FIRINGS["software"].facts


def test_every_kind_is_among_them():
    assert {firing.kind for firing in FIRINGS.values()} == set(kinds()) - {"news"}  # news is several feeds
    assert set(TITLES) == set(FIRINGS)


@pytest.mark.parametrize("name", FIRINGS)
def test_the_title_names_the_thing_and_says_how_it_stands(name):
    assert compose(FIRINGS[name]).title == TITLES[name]


@pytest.mark.parametrize("name", FIRINGS)
def test_a_message_says_value_reason_time_and_id_and_is_small(name):
    firing = FIRINGS[name]
    words = compose(firing)
    for line in (
        f"Because: {BECAUSE.get(name, firing.because)}",
        f"Rule: {firing.rule_name}",
        "Seen: Mon 2026-07-06 14:03 EDT",
        f"Ask: trusted-agent why {firing.id}",
    ):
        assert f"\n{line}" in words.body
    assert len(words.html.encode()) < 30_000
    assert all(word not in words.html for word in ("<img", "<link", "<script", "url("))
    assert not any(line.endswith(":") for line in words.body.splitlines())


@pytest.mark.parametrize("name", FIRINGS)
def test_what_is_in_the_title_is_not_said_again_right_below_it(name):
    words = compose(FIRINGS[name])
    assert words.body.splitlines()[0] not in words.title


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("price", "Price: 139.00 USD, was 162.00 USD (Mon 2026-07-06 13:03 EDT)"),
        ("stock", "Available: yes, was no (Mon 2026-07-06 13:03 EDT)"),
        ("site", "Up: no, was yes (Mon 2026-07-06 13:03 EDT)"),
        ("site", "Also: fault status; status 503"),
        ("json state", "Status: out for delivery, was in transit (Mon 2026-07-06 13:03 EDT)"),
        ("image", "Change: 34.5%, was 2% (Mon 2026-07-06 13:03 EDT)"),
        ("dates", "Days until: 14 days"),
        ("dates", "Also: date 2026-07-20; age 40"),
        ("calendar", "Days until: 1 day"),
        ("music", "Also: artist Paper Lanterns; released 2026-08-14"),
        ("mail", "Also: from billing@host.example; from name Host Inc.; attachments invoice.pdf"),
        ("file", "/srv/backup"),
    ],
)
def test_the_body_has_the_value_what_it_was_and_what_else_is_known(name, line):
    assert line in compose(FIRINGS[name]).body.splitlines()


def test_an_entry_shows_how_it_begins():
    body = compose(FIRINGS["feed"]).body
    assert body.startswith("The tokamak in the south of France did it")
    assert len(body.splitlines()[0]) <= 280


def test_what_goes_along_with_a_birthday_stands_below_the_day_and_its_links_can_be_followed():
    words = compose(FIRINGS["dates"])
    assert "\n\nSam likes coffee, jazz.\nSizes: shirt M.\n" in words.body
    assert 'href="https://shop.example/cups"' in words.html


def test_the_reason_of_a_change_shows_no_beginnings_that_are_alike_and_no_marks_of_files():
    page = FIRINGS["page"]
    assert because_of(page) == "text has changed"
    assert because_of(replace(page, sentence="text changes")) == "text has changed"
    file = replace(page, subject="content", facts={"content": Text("2c8b"), "diff": Text("size [4 → 12]")})
    assert because_of(replace(file, before={"content": Text("034f")})) == "content has changed"


def test_the_reason_of_a_change_is_told_in_full_where_it_says_more():
    asked = replace(FIRINGS["page"], sentence="changes and words > 3", because='text has changed from "9" to "10"')
    assert because_of(asked) == 'text has changed from "9" to "10"'
    assert because_of(FIRINGS["json state"]) == 'status has changed from "in transit" to "out for delivery"'


def test_what_is_new_leads_with_no_plain_no():
    wanted = replace(FIRINGS["software"], subject="prerelease", facts={**RELEASE, "prerelease": Flag(False)})
    assert compose(wanted).body.splitlines()[0] == "Also: version 3.14.1; released Sun 2026-07-05 14:03 EDT"
    assert compose(replace(wanted, reason="crossed")).body.splitlines()[0] == "Prerelease: no"


def test_what_the_text_of_an_entry_says_is_not_listed_again_below_it():
    facts = {
        "title": Text("Bike"),
        "text": Text("Bike · 799.00 EUR · Berlin · 5"),
        "price": Money(Decimal(799), "EUR"),
        "location": Text("Berlin"),
        "seller": Text("Berlin Bikes"),
        "gears": Number(Decimal(5)),
    }
    entry = replace(FIRINGS["listing"], title="Bike", subject="text", facts=facts)
    first, also, *_ = compose(entry).body.splitlines()
    assert (first, also) == ("799.00 EUR · Berlin · 5", "Also: seller Berlin Bikes; gears 5")


def test_the_day_of_an_instant_that_is_told_is_not_told_again():
    concert = FIRINGS["concerts"]
    assert "date 2026-07-31" not in compose(concert).body
    elsewhere = replace(concert, facts={**concert.facts, "date": Day(2026, 8, 1)})
    assert "; date 2026-08-01; " in compose(elsewhere).body


def test_a_line_that_is_new_on_a_page_stands_once_in_its_message():
    facts = {"added": Texts(("Tickets on Friday",)), "diff": Text("+ Tickets on Friday; − Nothing yet")}
    page = replace(FIRINGS["page"], subject="added", facts=facts, before={})
    assert compose(page).body.startswith("Added: Tickets on Friday\nChanged: − Nothing yet\n\n")
    alone = replace(page, facts={**facts, "diff": Text("+ Tickets on Friday")})
    assert compose(alone).body.startswith("Added: Tickets on Friday\n\nBecause: ")


# Titles.


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({"facts": {"price": Number(Decimal(14))}, "unit": "days"}, "price 14 days: Headphones"),
        ({"facts": {"price": Number(Decimal(1))}, "unit": "days"}, "price 1 day: Headphones"),
        ({"facts": {"price": Number(Decimal(1))}, "unit": "Mbps"}, "price 1 Mbps: Headphones"),
        ({"facts": {"price": Number(Decimal(1))}, "unit": "min"}, "price 1 min: Headphones"),
        ({"facts": {"price": Flag(True)}}, "Headphones: price"),
        ({"facts": {"price": Flag(False)}}, "Headphones: not price"),
        ({"facts": {"price": Flag(False)}, "reason": "new"}, "Headphones"),
        ({"facts": {"price": Day(2026, 5)}}, "Headphones: price 2026-05"),
        ({"facts": {"price": Moment(NOW)}}, "Headphones: price Mon 2026-07-06 14:03 EDT"),
        ({"facts": {"price": Span(timedelta(hours=3))}}, "price 3h: Headphones"),
        ({"facts": {"total": Money(Decimal(9), "EUR")}, "subject": "total"}, "total 9.00 EUR: Headphones"),
        ({"facts": {"price": Text("shipped")}}, "Headphones: shipped"),
        ({"facts": {"price": Text("headphones")}}, "Headphones"),
        ({"facts": {"price": Text("long " * 40)}}, "A rule: Headphones"),
        ({"facts": {"price": Text("long " * 40)}, "reason": "new"}, "Headphones"),
        (
            {
                "facts": {"price": Text("9 to 18"), "diff": Text("9 to [17 → 18]")},
                "before": {"price": Text("9 to 17")},
                "change": "diff",
                "reason": "changed",
            },
            "Headphones: 9 to [17 → 18]",
        ),
        (
            {
                "facts": {"price": Text("Tickets now"), "diff": Text("+ Tickets now − Closed")},
                "before": {"price": Text("")},
                "change": "diff",
                "reason": "changed",
            },
            "Headphones: Tickets now",
        ),
        ({"facts": {}, "title": "", "because": "nothing new for 7 days"}, "A rule: nothing new for 7 days"),
        ({"facts": {}, "title": "", "because": ""}, "A rule: it has just come true"),
        ({"facts": {}, "title": "", "rule_name": "\u202e", "because": "", "reason": "\0"}, PRICE.id),
        ({"title": "https://shop.example/1"}, "139.00 USD: A rule"),
        ({"title": "/srv/backup"}, "139.00 USD: A rule"),
        ({"title": "", "rule_name": ""}, "139.00 USD"),
    ],
)
def test_every_sort_of_value_makes_a_title(change, title):
    firing = replace(PRICE, **{"title": "Headphones", "rule_name": "A rule", "kind": "price", **change})
    assert headline(firing) == title


@pytest.mark.parametrize(
    ("fact", "days", "said"),
    [
        ("days_until", 14, "Sam in 14 days"),
        ("days_until", 1, "Sam tomorrow"),
        ("days_until", 0, "Sam today"),
        ("days_until", -1, "Sam yesterday"),
        ("days_until", -2, "Sam 2 days ago"),
        ("days_left", 1, "Sam: 1 day left"),
        ("days_left", 0, "Sam: 0 days left"),
        ("days_left", -3, "Sam: over for 3 days"),
    ],
)
def test_days_are_counted_as_people_do(fact, days, said):
    assert countdown("Sam", fact, days) == said


def test_a_day_of_one_of_several_sources_is_counted_too():
    firing = replace(PRICE, subject="a.days_left", facts={"a.days_left": Number(Decimal(3))}, unit="days", title="")
    assert headline(firing) == "Headphones below $150: 3 days left"


def test_half_a_day_is_a_number():
    firing = replace(PRICE, subject="days_left", facts={"days_left": Number(Decimal("0.5"))}, unit="days", title="")
    assert headline(firing) == "days left 0.5 days: Headphones below $150"


def test_a_flag_that_needs_no_mention_leads_only_where_no_days_are_counted():
    due = FIRINGS["dates"]
    assert leading_fact(due) == "days_until"
    assert leading_fact(replace(due, facts={"due": Flag(True)})) == "due"


@pytest.mark.parametrize("fact", [Money(Decimal(139), "USD"), Text("shipped"), Flag(True), Number(Decimal(3))])
def test_a_long_name_is_cut_and_the_value_is_not(fact):
    title = headline(replace(PRICE, title="very long name " * 40, facts={"price": fact}))
    assert len(title) <= TITLE_LIMIT
    assert "…" in title
    assert title.startswith(("139.00 USD: ", "price 3: ")) or title.endswith((": shipped", ": price"))


def test_the_messages_of_the_how_to_are_those_that_are_sent():
    page = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "word-your-messages.md").read_text("utf-8")
    firing = replace(PRICE, key="3fa2c1")
    words = compose(firing)
    assert f"```text\n{words.title}\n\n{words.body}\n```" in page
    over = Afterwards(False, "165.00 USD since Mon 2026-07-06 18:10 EDT")
    late = compose(firing, sent_at=NOW + 5 * HOUR, afterwards=over)
    begins = late.body.partition("\n\n")[0]
    assert f"```text\n{late.title}\n\n{begins}\n```" in page

"""Firings as every kind brings them about, through the judge: what the words are tried on.

    FIRINGS["dates"]     the dates kind has somebody's birthday come, under the rule that an owner would write

Each is what the kind itself declares; a fact that it does not know fails here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from rules.condition import Condition
from rules.firing import Firing
from rules.rule import Names, Profile, Topic, WatchSpec
from rules.when import compile_condition
from tests.story import Shop as Unasked
from tests.story import Told, rule
from watchers.api import Day, Fact, FactSpec, Flag, Kind, Moment, Money, Number, Observation, Span, Text, Texts, Version
from watchers.registry import kinds

NOW = datetime(2026, 7, 6, 18, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
NAMES = Names(Profile(NOW.tzinfo, "USD", {"city": "Boston"}), {"fusion": Topic(("tokamak", "ITER"))})  # type: ignore[arg-type]


def number(value: object) -> Number:
    return Number(Decimal(str(value)))


def money(value: object, currency: str = "USD") -> Money:
    return Money(Decimal(str(value)), currency)


def told(
    name: str,
    kind: Kind,
    when: str,
    *polls: dict[str, Fact],
    source: str = "https://one.example/",
    link: str = "",
    **settings: object,
) -> Firing:
    """Return what a rule told last of one thing that looked like this, poll after poll; `{}` is not there yet."""
    for facts in polls:
        assert all(isinstance(fact, kind.fact(each).type) for each, fact in facts.items()), name  # type: ignore[union-attr]
    condition: Condition = compile_condition(when, kind, NAMES)
    watch = WatchSpec("watch", kind, source, Unasked())
    made = rule("changes", **settings)
    made = replace(made, name=name, kind=kind, watches=(watch,), condition=condition, meaning=when)
    made = replace(made, first="tell" if kind.shape == "gauge" else "baseline")
    life = Told(made, now=NOW - HOUR * (len(polls) - 1))
    for facts in polls:
        life.see(*([Observation("thing", facts, link=link)] if facts else []))
        life.wait()
    return replace(life.firings[-1], zone="America/New_York")


def _of(name: str) -> Kind:
    return kinds()[name].kind


def _page(text: str, **facts: Fact) -> dict[str, Fact]:
    return {"title": Text("Opening hours · Town library"), "text": Text(text), **facts}


def _firings() -> dict[str, Firing]:
    shop = "https://shop.example/headphones"
    headphones = {"title": Text("Sony WH-1000XM5 Wireless Headphones"), "seller": Text("Shop & Sons")}
    stocked = {"availability": Text("in_stock"), "available": Flag(True), "sold_out": Flag(False)}
    diff = Text("open 9 to [17 → 18] on Sundays; + Closed on 24 December; − Summer hours until August")
    own = replace(
        _of("json"),
        facts=(
            FactSpec("title", Text, "Its name."),
            FactSpec("status", Text, "How it stands."),
            FactSpec("delay", Number, "How late it is.", unit="min"),
            FactSpec("open_issues", Number, "How many."),
        ),
    )
    train = Text("ICE 575 Hamburg – München")
    report = replace(_of("report"), facts=(*_of("report").facts, FactSpec("free", Number, "What is free.", unit="GB")))
    tool = "https://musicbrainz.org/release-group/1"
    event = {
        "title": Text("Tool: Fear Inoculum Tour"),
        "text": Text("Tool: Fear Inoculum Tour\nTD Garden, Boston"),
        "performers": Texts(("Tool", "Blonde Redhead")),
        "starts": Moment(datetime(2026, 8, 1, 0, 0, tzinfo=UTC)),
        "date": Day(2026, 7, 31),
        "venue": Text("TD Garden"),
        "city": Text("Boston"),
        "cancelled": Flag(False),
        "sold_out": Flag(False),
        "price": money("79.50"),
    }
    story = "ITER reaches first plasma"
    return {
        "price": told(
            "Headphones below $150",
            _of("price"),
            "price below $150 and not sold_out",
            {**headphones, **stocked, "price": money(162)},
            {**headphones, **stocked, "price": money(139), "list_price": money(199)},
            source=shop,
            link=f"{shop}?a=1&b=2",
        ),
        "stock": told(
            "Headphones are back",
            _of("price"),
            "available",
            {**headphones, "price": money(162), "available": Flag(False), "sold_out": Flag(True)},
            {**headphones, **stocked, "price": money(162)},
            source=shop,
            link=shop,
        ),
        "listing": told(
            "Used Aeron",
            _of("listing"),
            "price below 300 EUR",
            {},
            {
                "title": Text("Herman Miller Aeron, size B, black"),
                "text": Text("Herman Miller Aeron, size B, black. Pick up only."),
                "price": money(250, "EUR"),
            },
            link="https://ads.example/7",
        ),
        "page": told(
            "Library hours",
            _of("page"),
            "changes",
            _page("open 9 to 17 " * 20),
            _page("open 9 to 18 " * 20, changed=Flag(True), diff=diff, added=Texts(("Closed on 24 December",))),
            source="https://library.example/hours",
            link="https://library.example/hours",
        ),
        "feed": told(
            "Fusion news",
            _of("feed"),
            "mentions topics.fusion",
            {},
            {"title": Text(story), "text": Text(f"{story}\nThe tokamak in the south of France {'did it ' * 60}")},
            source="https://one.example/rss",
            link="https://one.example/iter",
        ),
        "json": told(
            "My train is late",
            own,
            "delay > 10",
            {"title": train, "delay": number(2), "status": Text("on time")},
            {"title": train, "delay": number(25), "status": Text("delayed")},
            source="https://trains.example/api/575",
        ),
        "json state": told(
            "Parcel",
            own,
            "status changes",
            {"title": Text("Parcel 0034"), "status": Text("in transit")},
            {"title": Text("Parcel 0034"), "status": Text("out for delivery")},
            source="https://parcels.example/0034",
        ),
        "json count": told(
            "Issues",
            own,
            "open_issues > 100",
            {"title": Text("one/agent"), "open_issues": number(99)},
            {"title": Text("one/agent"), "open_issues": number(101)},
        ),
        "music": told(
            "New Tool record",
            _of("music"),
            "type in [album, ep]",
            {},
            {
                "title": Text("Night Ferry"),
                "text": Text("Night Ferry\nPaper Lanterns"),
                "artist": Text("Paper Lanterns"),
                "type": Text("album"),
                "released": Day(2026, 8, 14),
            },
            link=tool,
        ),
        "books": told(
            "New Le Guin",
            _of("books"),
            "published after 2026-01-01",
            {},
            {
                "title": Text("The Left Shore"),
                "text": Text("The Left Shore\nA. Author"),
                "author": Texts(("A. Author",)),
                "published": Day(2026, 9),
            },
            link="https://openlibrary.org/works/OL1W",
        ),
        "films": told(
            "Dune in cinemas",
            _of("films"),
            "opens within 30 days",
            {},
            {
                "title": Text("Dune: Part Three"),
                "text": Text("Dune: Part Three\nDenis Villeneuve"),
                "type": Text("film"),
                "opens": Day(2026, 7, 30),
                "people": Texts(("Denis Villeneuve", "Zendaya")),
                "rating": number("7.9"),
            },
        ),
        "concerts": told(
            "Concerts", _of("concerts"), "starts within 60 days", {}, event, link="https://hall.example/7"
        ),
        "concert cancelled": told(
            "Called off",
            _of("concerts"),
            "cancelled",
            event,
            {**event, "cancelled": Flag(True)},
            link="https://hall.example/7",
        ),
        "software": told(
            "New Python",
            _of("software"),
            "version > 3.12 and not prerelease",
            {},
            {
                "title": Text("python 3.14.1"),
                "text": Text("python 3.14.1\nSecurity fixes"),
                "version": Version("3.14.1"),
                "prerelease": Flag(False),
                "released": Moment(NOW - 24 * HOUR),
            },
            link="https://one.example/releases/3.14.1",
        ),
        "eol": told(
            "Python end",
            _of("eol"),
            "days_left <= 30",
            {"title": Text("Python 3.9"), "days_left": number(31), "eol": Day(2026, 7, 15), "supported": Flag(True)},
            {"title": Text("Python 3.9"), "days_left": number(9), "eol": Day(2026, 7, 15), "supported": Flag(True)},
            source="end of life: python",
        ),
        "site": told(
            "My site",
            _of("site"),
            "not up",
            {"title": Text("https://one.example/"), "up": Flag(True), "status": number(200)},
            {"title": Text("https://one.example/"), "up": Flag(False), "fault": Text("status"), "status": number(503)},
        ),
        "certificate": told(
            "Certificate of my site",
            _of("site"),
            "days_left <= 14",
            {"title": Text("https://one.example/"), "up": Flag(True), "days_left": number(15)},
            {"title": Text("https://one.example/"), "up": Flag(True), "days_left": number(14)},
        ),
        "latency": told(
            "Slow site",
            _of("site"),
            "latency > 2s",
            {"title": Text("https://one.example/"), "up": Flag(True), "latency": Span(timedelta(seconds=1))},
            {"title": Text("https://one.example/"), "up": Flag(True), "latency": Span(timedelta(seconds=4))},
        ),
        "dates": replace(
            told(
                "Birthdays",
                _of("dates"),
                "due",
                _birthday(15, due=False),
                _birthday(14, due=True),
                source="people",
            ),
            enclosed=(
                "Sam likes coffee, jazz.",
                "Sizes: shirt M.",
                "Budget: 50.00 EUR.",
                "Given before: Teapot (2025-07-20).",
                "Idea: Espresso cups, 30.00 EUR: likes coffee (seen by Cups) https://shop.example/cups",
            ),
        ),
        "calendar": told(
            "Tomorrow",
            _of("calendar"),
            "days_until <= 1",
            _appointment(2),
            _appointment(1),
            source="https://one.example/me.ics",
        ),
        "mail": told(
            "Invoices",
            _of("mail"),
            "subject mentions invoice",
            {},
            {
                "subject": Text("Your invoice 2026-07"),
                "text": Text("Your invoice 2026-07\nDear Jane, please find it attached."),
                "from": Text("billing@host.example"),
                "from_name": Text("Host Inc."),
                "attachments": Texts(("invoice.pdf",)),
                "received": Moment(NOW),
            },
            source="INBOX of jane@mail.example",
        ),
        "file": told(
            "Backups are old",
            _of("file"),
            "age > 2 days",
            {"title": Text("/srv/backup"), "exists": Flag(True), "age": Span(47 * HOUR), "count": number(12)},
            {"title": Text("/srv/backup"), "exists": Flag(True), "age": Span(49 * HOUR), "count": number(12)},
            source="/srv/backup",
        ),
        "command": told(
            "Disk is full",
            _of("command"),
            "value > 90",
            {"title": Text("df"), "text": Text("89%"), "value": number(89), "exit_code": number(0)},
            {"title": Text("df"), "text": Text("93%"), "value": number(93), "exit_code": number(0)},
            source="df",
        ),
        "image": told(
            "Somebody at the door",
            _of("image"),
            "change > 20%",
            {"title": Text("https://cam.example/now.jpg"), "change": number(2), "brightness": number(40)},
            {"title": Text("https://cam.example/now.jpg"), "change": number("34.5"), "brightness": number(41)},
            source="https://cam.example/now.jpg",
        ),
        "report": told(
            "Little room on the disk",
            report,
            "free < 10",
            {"told_at": Moment(NOW - HOUR), "free": number(12)},
            {"told_at": Moment(NOW), "free": number("8.5")},
            source="report: disk",
        ),
    }


def _birthday(days: int, *, due: bool) -> dict[str, Fact]:
    return {
        "title": Text("Sam: birthday"),
        "name": Text("Sam"),
        "occasion": Text("birthday"),
        "date": Day(2026, 7, 20),
        "days_until": number(days),
        "age": number(40),
        "due": Flag(due),
        "lead": number(14),
    }


def _appointment(days: int) -> dict[str, Fact]:
    return {
        "title": Text("Dentist"),
        "text": Text("Dentist\n1 High Street"),
        "starts": Moment(datetime(2026, 7, 7, 14, 30, tzinfo=UTC)),
        "date": Day(2026, 7, 7),
        "days_until": number(days),
        "all_day": Flag(False),
        "location": Text("1 High Street"),
        "cancelled": Flag(False),
    }


FIRINGS = _firings()

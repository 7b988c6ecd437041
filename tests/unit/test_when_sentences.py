"""What sentences mean: comparisons, texts, flags, versions, and, or, not, and what is said of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.sentences import GAUGE, STREAM, compiled, finding, reading, truth, usd
from watchers.api import Day, Fact, FactSpec, Flag, Money, Number, Span, Text, Texts, Version

SEEN: dict[str, Fact] = {
    "price": usd("139"),
    "list_price": usd("180"),
    "rating": Number(Decimal("4.5")),
    "days_left": Number(Decimal(12)),
    "discount": Number(Decimal(20)),
    "distance": Number(Decimal(42)),
    "latency": Span(timedelta(seconds=3)),
    "title": Text("ITER's Tokamak:  Fusion-Energy now"),
    "city": Text("BOSTON"),
    "type": Text("album"),
    "categories": Texts(("Music", "Art & Craft")),
    "available": Flag(True),
    "released": Day(2026, 5, 14),
    "version": Version("3.13.0rc1"),
}

TRUTHS: list[tuple[str, bool | None]] = [
    ("price < 150 USD", True),
    ("price below $139", False),
    ("price at most $139", True),
    ("price above 138.99 USD", True),
    ("price over $139", False),
    ("price at least $139", True),
    ("price ≥ $139", True),
    ("price is $139.00", True),
    ("price is not $139", False),
    ("price != 140 USD", True),
    ("price is below 150 USD", True),
    ("under $150", True),
    ("price is not below 150 USD", False),
    ("150 USD > price", True),
    ("price below me.budget", True),
    ("price in [139 USD, 20 USD]", True),
    ("price is not in [139 USD]", False),
    ("price not in [20 USD]", True),
    ("in [20 USD]", False),
    ("not in [20 USD]", True),
    ("price below 150 EUR", None),
    ("price < 80% of list_price", True),
    ("price < 70% of list_price", False),
    ("price * 2 > list_price", True),
    ("list_price - price > 40 USD", True),
    ("(list_price - price) / list_price at least 0.2", True),
    ("price + 20 USD below list_price - 20 USD", True),
    ("-price below 0 USD", True),
    ("price / 2 below 70 USD", True),
    ("rating > 4", True),
    ("rating above 4.50", False),
    ("days_left <= 14", True),
    ("days_left below 2 weeks", True),
    ("days_left <= 280h", False),
    ("discount at least 20%", True),
    ("discount above 20", False),
    ("distance < 50 km", True),
    ("distance < 26 mi", False),
    ("distance below me.far", True),
    ("latency > 2s", True),
    ("latency <= 3000 ms", True),
    ("type is album", True),
    ("type is ALBUM", True),
    ('type is not "ep"', True),
    ("type in [album, ep]", True),
    ("type not in [album, ep]", False),
    ("city is me.city", True),
    ("city in [boston, salem]", True),
    ("city in me.artists", False),
    ('title is "iter\'s tokamak: fusion-energy NOW"', True),
    ("title contains tokama", True),
    ('title contains "  FUSION"', True),
    ("title starts with iter", True),
    ("title ends with now", True),
    ("title ends with no", False),
    ('title matches "T.k"', True),
    ('title matches "t.k"', False),
    ("categories is music", True),
    ("categories is not music", False),
    ("categories in [x, music]", True),
    ('categories contains "craft"', True),
    ("categories mentions art", True),
    ("categories mentions tool", False),
    ("available", True),
    ("not available", False),
    ("available is yes", True),
    ("available is no", False),
    ("available is not no", True),
    ("sold_out", False),
    ("not sold_out", True),
    ("sold_out is no", True),
    ("version > 3.12", True),
    ("version > v3.13", False),
    ("version above 3.9", True),
    ('version is "3.13.0-rc.1"', True),
    ("version in [3.12, 3.13rc1]", True),
    ("text is known", False),
    ("text is unknown", True),
    ("text is not known", True),
    ("price is known", True),
    ("text mentions x", None),
    ("starts before today", None),
    ("title is not unknown", True),
]


@pytest.mark.parametrize(("sentence", "holds"), TRUTHS)
def test_a_sentence_is_true_false_or_unknown_of_what_was_seen(sentence: str, holds: bool | None) -> None:
    assert truth(sentence, SEEN) is holds


UNKNOWN, TRUE, FALSE = "text mentions x", "available", "sold_out"


@pytest.mark.parametrize(
    ("sentence", "holds"),
    [
        (f"{UNKNOWN} and {TRUE}", None),
        (f"{UNKNOWN} and {FALSE}", False),
        (f"{UNKNOWN} or {TRUE}", True),
        (f"{UNKNOWN} or {FALSE}", None),
        (f"not {UNKNOWN}", None),
        (f"not ({UNKNOWN} and {FALSE})", True),
        (f"{FALSE} and {TRUE} or {TRUE}", True),
        (f"{FALSE} and ({TRUE} or {TRUE})", False),
        (f"not {FALSE} and {TRUE}", True),
        (f"not not {TRUE}", True),
    ],
)
def test_unknown_spreads_only_where_it_could_matter(sentence: str, holds: bool | None) -> None:
    assert truth(sentence, SEEN) is holds


@pytest.mark.parametrize(
    ("sentence", "because"),
    [
        ("price below $150 and not sold_out", "price 139.00 USD is below 150.00 USD and not sold_out"),
        ("price below $100 and available", "price 139.00 USD is not below 100.00 USD"),
        ("price below $100 or rating > 5", "price 139.00 USD is not below 100.00 USD and rating 4.5 is not above 5"),
        ("price below $100 or rating > 4", "rating 4.5 is above 4"),
        ("price < 80% of list_price", "price 139.00 USD is below 144.00 USD (80% of list_price)"),
        ("price / 3 below $50", "46.3333 USD (price / 3) is below 50.00 USD"),
        ("days_left <= 2 weeks", "days_left 12 days is at most 14 days"),
        ("type is single", 'type is "album", not "single"'),
        ("type is album", 'type is "album"'),
        ("rating in [1, 2]", "rating 4.5 is none of 1, 2"),
        ("title mentions topics.fusion", 'title mentions "ITER", "tokamak", "fusion energy"'),
        ("title mentions horoscope", 'title does not mention "horoscope"'),
        ('title matches "F\\w+"', 'title matches with "Fusion"'),
        ("released after 2026-01-01", "released 2026-05-14 is after 2026-01-01"),
        ("released before 2026-01-01", "released 2026-05-14 is not before 2026-01-01"),
        ("released is not 2026-05-14", "released 2026-05-14 is 2026-05-14"),
        ("price is known", "price is known: 139.00 USD"),
        ("price below 150 EUR", "price 139.00 USD is not comparable: USD cannot be compared with EUR"),
        ("text mentions x", "text is unknown: the source does not state it"),
    ],
)
def test_the_reason_is_the_sentence_with_its_values(sentence: str, because: str) -> None:
    assert finding(sentence, SEEN).because == because


def test_an_unknown_fact_says_why_it_is_unknown() -> None:
    why = {"price": "the page asks to sign in"}
    told = finding("price below $150", {}, unknown=why)
    assert told.holds is None
    assert told.because == "price is unknown: the page asks to sign in"


def test_a_price_without_a_currency_is_never_compared() -> None:
    told = finding("price below $150", {"price": Money(Decimal(1), None)})
    assert told.holds is None
    assert "without a currency" in told.because


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+999999"])
def test_a_number_that_is_none_is_unknown(amount: str) -> None:
    assert truth("price below $150", {"price": Money(Decimal(amount), "USD")}) is None
    assert truth("rating / rating > 0", {"rating": Number(Decimal(amount))}) is None


def test_nothing_is_divided_by_zero() -> None:
    told = finding("price / rating below $5", {"price": usd(1), "rating": Number(Decimal(0))})
    assert told.holds is None
    assert "cannot be computed" in told.because


def test_a_sentence_without_a_subject_speaks_of_the_main_fact() -> None:
    assert truth("below $150", SEEN) is True
    assert truth("mentions tool", {"text": Text("Tool's new record")}, STREAM) is True
    assert truth("changes", SEEN, previous=reading(1, price=usd(140))) is True


SPELLINGS = [
    (
        "price below 150 USD",
        ["price < $150", "below USD 150.00", "price is under 150usd", "$150 > price", "(price) < (150 USD)"],
    ),
    ("price at least 150.00 USD", ["price >= $150", "price ≥ 150 dollars", "price is not below $150"]),
    (
        "price below 80% of median in 90 days",
        ["price<80 % of median in 90d", "price under 80% of (MEDIAN  in 90 days)"],
    ),
    ("days_left at most 14 days", ["days_left <= 14", "days_left <= 2 weeks"]),
    ('type in ["album", "ep"]', ["type in [ep, album]", "type in ['album', “ep”,]", "type IN [EP, Album]"]),
    ("released after 2026-01-01", ["released > 2026-01-01"]),
    (
        "sold_out and available and price is known",
        ["(sold_out and available) and price is known", "sold_out AND (available and price is not unknown)"],
    ),
    ("(sold_out or available) and price is known", ["((sold_out) or available) and (price is known)"]),
    ("sold_out or available and price is known", ["sold_out or (available and price is known)"]),
    ("not sold_out", ["sold_out is no", "sold_out is not yes", "not not not sold_out", "sold_out = false"]),
    ("price changes", ["changes"]),
    ("price is lowest in 90 days", ["is lowest in 90d", "price = lowest in 90 days"]),
    ("starts after 2026-05-20 22:00:00Z", ["starts > 2026-05-20 18:00", "starts after 2026-05-20T22:00Z"]),
]


@pytest.mark.parametrize(("canonical", "others"), SPELLINGS, ids=[canonical for canonical, _ in SPELLINGS])
def test_spellings_of_one_sentence_mean_the_same(canonical: str, others: list[str]) -> None:
    meaning = compiled(canonical).meaning
    assert [compiled(other).meaning for other in others] == [meaning] * len(others)


def test_a_meaning_names_what_the_profile_and_the_topics_stood_for() -> None:
    meaning = compiled("title mentions [me.artists, topics.fusion, it] and city is me.city").meaning
    assert meaning == (
        'title mentions ["it", me.artists, topics.fusion] and city is me.city'
        '; me.artists = ["Björk", "Tool"]; me.city = "Boston"; topics.fusion = ["ITER", "fusion energy", "tokamak"]'
    )
    assert compiled("price is lowest in 3 days", known_any=True).meaning == "price is lowest in 3 days; known = any"


def test_a_sentence_has_one_canonical_spelling() -> None:
    assert compiled("(below $5) AND (type is ep)").canonical == 'price below 5.00 USD and type is "ep"'  # type: ignore[attr-defined]


def test_a_sentence_tells_the_judge_what_it_rests_on() -> None:
    plain = compiled("below $150 and not sold_out")
    assert (plain.subject, plain.facts) == ("price", {"price", "sold_out"})
    assert (plain.is_moment, plain.looks_back, plain.is_absence, plain.window) == (False, False, False, timedelta())
    assert compiled("available and price changes").is_moment
    assert compiled("price below 90% of previous").is_moment
    assert not compiled("price drops from last told").is_moment
    assert compiled("price drops from last told").looks_back
    windows = compiled("price below mean in 30 days or price is lowest in 90 days")
    assert (windows.window, windows.looks_back) == (timedelta(days=90), True)
    silence = compiled("nothing for 7 days", STREAM)
    assert (silence.is_absence, silence.subject, silence.facts) == (True, "text", frozenset())


def test_names_of_facts_may_be_words_of_the_language_where_these_cannot_stand() -> None:
    mail = replace(
        GAUGE,
        facts=(
            *GAUGE.facts,
            FactSpec("from", Text, "Who."),
            FactSpec("to", Text, "Whom."),
            FactSpec("lowest", Money, "Least."),
        ),
    )
    assert compiled('from contains "boss" and to is me.city', mail).facts == {"from", "to"}
    assert compiled("lowest below 5 USD", mail).subject == "lowest"


NOTHING_KNOWN = [
    "price below $1", "list_price > price", "available", "not available", "released before today", "today > released",
    "released within 3 days", "rating in [1, 2]", "type is album", "title mentions x", "title contains x",
    'title matches "x"', "drops from previous", "is lowest in 3 days", "price < mean in 3 days", "changes",
    "price < 80% of list_price", "price + list_price > $1", "released + 3 days is today", "version > 3",
    "starts - latency before now", "drops by 10% of list_price from previous",
]  # fmt: skip


@pytest.mark.parametrize("sentence", NOTHING_KNOWN)
def test_of_what_nothing_is_known_nothing_is_true_or_false(sentence: str) -> None:
    told = finding(sentence, {}, previous=reading(1, price=usd(1)))
    assert told.holds is None
    assert "is unknown" in told.because

"""What the kind `json` sees of an API."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rules.rule import Names, Profile
from rules.when import compile_condition
from tests.story import Told, rule
from watchers.api import (
    UNCHANGED,
    Day,
    Flag,
    Moment,
    Money,
    Number,
    Observation,
    Page,
    Poll,
    SourceChanged,
    SourceRefused,
    Text,
    Texts,
    Version,
)
from watchers.json_api import Json
from watchers.testing import CannedContext, check_poll, poll_once

URL = "https://api.example/v1/things"


def read(document: object, cursor: str | None = None, **options) -> Poll:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    watch = Json(url=URL, **options)
    poll = watch.read(Page(URL, body, {"content-type": "application/json"}), CannedContext(b"", cursor=cursor))
    check_poll(watch.sees, poll)
    return poll


def see(document: object, **facts) -> Observation:
    (seen,) = read(document, facts=facts).observations
    return seen


def value(stands: object, declared: object) -> object:
    """Return the fact that is read of a value, or why it is unknown."""
    seen = see({"x": stands, "ok": 1}, fact=declared, ok="number ok")
    return seen.facts.get("fact", seen.unknown.get("fact"))


# Facts


@pytest.mark.parametrize(
    ("stands", "declared", "fact"),
    [
        ("open", "x", Text("open")),
        ("<b>a</b> &amp; b", "x", Text("a & b")),
        (12.50, "x", Text("12.5")),
        (True, "x", Text("yes")),
        (12.5, "number x", Number(Decimal("12.5"))),
        ("1,299.00", "number x", Number(Decimal("1299.00"))),
        ("1.085", "number x", Number(Decimal("1.085"))),
        ("−3,5 °C", "number x", Number(Decimal("-3.5"))),
        (1e21, "number x", Number(Decimal("1e21"))),
        (49.9, {"path": "x", "type": "money", "currency": "eur"}, Money(Decimal("49.9"), "EUR")),
        ("1.299,00 €", "money x", Money(Decimal("1299.00"), "EUR")),
        ("49.90", "money x", Money(Decimal("49.90"), None)),
        (1999, {"path": "x", "type": "money", "currency": "USD", "times": 0.01}, Money(Decimal("19.99"), "USD")),
        (False, "flag x", Flag(False)),
        ("yes", "flag x", Flag(True)),
        (["a", "b", 3], "texts x", Texts(("a", "b", "3"))),
        ("2026-05-01", "day x", Day(2026, 5, 1)),
        ("2026-05", "day x", Day(2026, 5)),
        ("2026-05-01T23:30:00-04:00", "day x", Day(2026, 5, 2)),
        ("2026-05-01T10:00:00+02:00", "moment x", Moment(datetime(2026, 5, 1, 8, tzinfo=UTC))),
        (1777622400, "moment x", Moment(datetime(2026, 5, 1, 8, tzinfo=UTC))),
        (1777622400000, "moment x", Moment(datetime(2026, 5, 1, 8, tzinfo=UTC))),
        ("v3.12.1", "version x", Version("v3.12.1")),
        ([{"y": 1}, {"y": 2}], "number length(x)", Number(Decimal(2))),
    ],
)
def test_a_value_is_read_as_its_declared_type(stands, declared, fact):
    assert value(stands, declared) == fact


@pytest.mark.parametrize(
    ("stands", "declared", "reason"),
    [
        (None, "number x", "no value at x; the object has: x, ok"),
        ("open", "number x", "“open” holds no number (at x)"),
        (True, "number x", "“True” is no number (at x)"),
        ({"a": 1}, "x", "an object with a is no text (at x)"),
        ([1], "money x", "a list of 1 is no number (at x)"),
        ("1.299", "money x", "“1.299” is not sure: 1299 or 1.299 (at x)"),
        ("from 49 €", "money x", "“from 49 €” is not sure: a lowest of several prices (at x)"),
        ("soon", "moment x", "“soon” is no date that can be read in one way (at x)"),
        ("maybe", "flag x", "“maybe” is neither yes nor no (at x)"),
        ("", "x", "an empty text (at x)"),
        (1e300, "number x", "the number is out of all bounds (at x)"),
        (1e300, "moment x", "“1e+300” is no instant (at x)"),
        ("x", "number sum(x)", "no value at sum(x); the object has: x, ok"),
    ],
)
def test_what_is_not_of_its_type_is_unknown_and_says_what_stands_there(stands, declared, reason):
    assert value(stands, declared) == reason


def test_a_day_is_reckoned_in_the_owners_zone():
    context = CannedContext(b"", zone=ZoneInfo("America/New_York"))
    watch = Json(url=URL, facts={"day": "day at"})
    (seen,) = watch.read(Page(URL, b'{"at": "2026-05-02T02:00:00Z"}'), context).observations
    assert seen.facts["day"] == Day(2026, 5, 1)


def test_the_currency_may_stand_beside_the_amount():
    declared = {"path": "price.amount", "type": "money", "currency_path": "price.code", "currency": "USD"}
    assert see({"price": {"amount": 9, "code": "chf"}}, price=declared).facts["price"] == Money(Decimal(9), "CHF")


def test_a_separator_that_is_known_settles_a_money():
    declared = {"path": "x", "type": "money", "currency": "EUR", "decimal": "."}
    assert value("1.299", declared) == Money(Decimal("1.299"), "EUR")


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=6))
def test_any_value_is_a_fact_or_has_a_reason(anything):
    for type_ in ("text", "texts", "number", "money", "flag", "day", "moment", "version"):
        assert value(anything, f"{type_} x")


# One document


def test_the_document_is_one_gauge_of_which_the_first_fact_is_the_main_one():
    sees = Json(url=URL, facts={"level": "number data.value", "state": "data.state"}).sees
    assert (sees.shape, sees.main, sees.plot) == ("gauge", "level", "level")
    compile_condition("above 5 and state is open", sees, Names(Profile(ZoneInfo("UTC"), "USD")))


def test_a_money_that_moves_oddly_is_looked_at_twice():
    assert Json(url=URL, facts={"price": "money price"}).sees.doubted == "price"


def test_a_document_with_none_of_the_facts_has_changed():
    with pytest.raises(SourceChanged, match="no value at level; the object has: error, message"):
        see({"error": 1, "message": "no such gauge"}, level="number level")


def test_an_unknown_fact_does_not_hide_the_others():
    seen = see({"price": "49.90"}, price="money price", stock="number stock.count")
    assert seen.unknown == {"stock": "no value at stock.count; the object has: price"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"level": 7', "no JSON, or breaks off"),
        (b"<html><body><p>Hello</p></body></html>", "a web page, no JSON"),
        (b"level=7", "application/json, no JSON"),
        (b"[" * 100_000, "nested deeper"),
    ],
)
def test_what_is_no_json_says_so(body, said):
    with pytest.raises(SourceChanged, match=said):
        read(body, facts={"level": "number level"})


def test_a_list_nested_as_deep_as_the_stack_is_a_trouble_or_read_but_no_crash():
    for depth in range(850, 1010):
        body = b'{"items": [{"id": 1, "x": ' + b"[" * depth + b"]" * depth + b"}]}"
        with suppress(SourceChanged):
            Json(url=URL, items="items").read(Page(URL, body), CannedContext(b""))


def test_what_guards_json_against_scripts_is_passed_over():
    assert read(b')]}\',\n{"level": 7}', facts={"level": "number level"}).observations[0].facts["level"]


# A list


ITEMS = [{"id": 1, "title": "One", "url": "/1"}, {"id": 2, "title": "Two", "url": "/2"}]


def keys(poll: Poll) -> list[str]:
    return [seen.key for seen in poll.observations]


def test_each_item_is_an_observation_with_title_link_and_key():
    poll = read({"items": ITEMS}, items="items")
    first = poll.observations[0]
    assert keys(poll) == ["1", "2"]
    assert (first.link, first.facts["title"]) == ("https://api.example/1", Text("One"))


def test_the_text_of_an_item_is_its_title_with_its_texts():
    (seen,) = read([{"id": 1, "name": "Line 4", "says": "late", "n": 5}], items="@", facts={"why": "says"}).observations
    assert seen.facts["text"] == Text("Line 4 · late")


def test_a_list_that_is_not_there_is_a_trouble_and_an_empty_one_is_none():
    assert read({"items": []}, items="items").observations == ()
    with pytest.raises(SourceChanged, match="no list at items; the object has: error"):
        read({"error": "busy"}, items="items")


def test_the_property_that_tells_items_apart_stays_the_same():
    poll = read({"items": ITEMS}, items="items")
    assert poll.cursor == "id"
    later = read({"items": [{"title": "Three", "url": "/3"}, *ITEMS]}, cursor=poll.cursor, items="items")
    assert keys(later)[1:] == ["1", "2"]


def test_an_id_that_several_items_have_tells_nothing():
    poll = read([{"id": 7, "url": "/1"}, {"id": 7, "url": "/2"}], items="@")
    assert keys(poll) == ["/1", "/2"]


def test_items_without_any_id_are_known_by_what_they_say():
    one = [{"title": "One", "seen": 5}, {"title": "Two", "seen": 9}]
    other = [{"title": "Two", "seen": 10}, {"title": "One", "seen": 6}]
    assert sorted(keys(read(one, items="@"))) == sorted(keys(read(other, items="@", cursor="")))


def test_equal_items_are_one():
    assert len(read([{"title": "One"}, {"title": "One"}], items="@").observations) == 1


def test_only_a_new_item_is_told():
    watch = Json(url=URL, items="@", facts={"delay": "number delay"})
    told = Told(rule("delay above 10", watch.sees))
    polls = [
        [{"id": 1, "delay": 20}],
        [{"id": 2, "delay": 5}, {"id": 1, "delay": 25}],
        [{"id": 3, "delay": 30}, {"id": 2, "delay": 15}],
    ]
    news = []
    for items in polls:
        poll = watch.read(Page(URL, json.dumps(items).encode()), CannedContext(b"", cursor="id"))
        news.append(sorted(firing.observation for firing in told.see(*poll.observations)))
        told.wait()
    assert news == [[], [], ["2", "3"]]


@pytest.mark.parametrize("names", [",us1,ak2,", ["us1", "ak2"], "us1"])
def test_the_other_names_of_an_item_are_those_under_which_it_may_have_been_seen(names):
    (seen,) = read([{"id": "ak2", "names": names}], items="@", key="id", also="names").observations
    assert seen.key == "ak2"
    assert "us1" in seen.also


def test_another_name_that_is_the_key_of_another_item_is_that_item_s_alone():
    one, other = read([{"id": 1, "was": 2}, {"id": 2, "was": None}], items="@", key="id", also="was").observations
    assert (one.also, other.also) == ((), ())


# Asking


def asked(watch: Json, answers) -> tuple[Poll, list[str]]:
    context = CannedContext(answers)
    poll = poll_once(watch, context)
    assert poll is not UNCHANGED
    return poll, [request.url for request in context.asked]


def test_a_body_of_keys_and_values_is_sent_as_json():
    request = Json(url=URL, facts={"a": "a"}, body={"query": "trains", "first": 3}).request()
    assert (request.method, request.body) == ("POST", b'{"query": "trains", "first": 3}')
    assert request.headers["Content-Type"] == "application/json"


def test_a_body_of_text_is_sent_as_it_is():
    request = Json(url=URL, facts={"a": "a"}, body="<a/>", method="PUT").request()
    assert (request.method, request.body) == ("PUT", b"<a/>")
    assert "Content-Type" not in request.headers


def test_pages_are_followed_by_the_link_that_each_names():
    pages = {
        URL: json.dumps({"items": [{"id": 1}], "next": "?page=2"}).encode(),
        f"{URL}?page=2": json.dumps({"items": [{"id": 2}], "next": "?page=3"}).encode(),
        f"{URL}?page=3": json.dumps({"items": [{"id": 3}], "next": "?page=4"}).encode(),
    }
    poll, urls = asked(Json(url=URL, items="items", next="next", pages=3), pages)
    assert keys(poll) == ["1", "2", "3"]
    assert urls == list(pages)


def test_pages_are_followed_by_a_cursor():
    pages = {
        URL: json.dumps({"items": [{"id": 1}], "after": "abc"}).encode(),
        f"{URL}?cursor=abc": json.dumps({"items": [{"id": 2}], "after": None}).encode(),
    }
    poll, _ = asked(Json(url=URL, items="items", next="after", page_parameter="cursor", pages=5), pages)
    assert keys(poll) == ["1", "2"]


def test_pages_are_counted_up_until_one_is_empty():
    pages = {
        f"{URL}?p=0": b'[{"id": 1}]',
        f"{URL}?p=1": b'[{"id": 2}]',
        f"{URL}?p=2": b"[]",
    }
    poll, urls = asked(Json(url=f"{URL}?p=0", items="@", page_parameter="p", pages=9), pages)
    assert keys(poll) == ["1", "2"]
    assert urls == list(pages)


def test_what_stands_in_an_address_several_times_narrows_each_page_of_the_list():
    first = f"{URL}?tag=a&tag=b&q=x%20y"
    pages = {first: b'[{"id": 1}]', f"{URL}?tag=a&tag=b&q=x+y&page=2": b'[{"id": 2}]'}
    poll, _ = asked(Json(url=first, items="@", page_parameter="page", pages=2), pages)
    assert keys(poll) == ["1", "2"]


def test_an_answer_without_any_of_the_facts_says_once_what_it_has_instead():
    page = Page(URL, b'{"error": "rate limit", "message": "slow down"}')
    with pytest.raises(SourceChanged) as raised:
        Json(url=URL, facts={"price": "money a.price", "stock": "number stock"}).read(page, CannedContext(page))
    assert str(raised.value) == "no value at a.price; no value at stock; the object has: error, message"


def test_a_next_page_that_leads_back_ends_the_list():
    _, urls = asked(
        Json(url=URL, items="items", next="next", pages=9), json.dumps({"items": [1], "next": URL}).encode()
    )
    assert urls == [URL]


def test_a_next_page_on_another_host_is_not_followed():
    answer = json.dumps({"items": [{"id": 1}], "next": "https://else.example/"}).encode()
    with pytest.raises(SourceRefused, match=r"another host: else\.example"):
        asked(Json(url=URL, items="items", next="next", pages=2), answer)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "neither `items` nor `facts`"),
        ({"facts": {"a": "a["}}, "no JMESPath"),
        ({"items": "a b"}, "no JMESPath"),
        ({"facts": {"and": "a"}}, "cannot be the name of a fact"),
        ({"facts": {"a b": "a"}}, "cannot be the name of a fact"),
        ({"facts": {"title": "a"}}, "is a fact that is there already"),
        ({"facts": {"a": {"path": "a", "currency": "EUR"}}}, "only a fact of the type money has a currency"),
        ({"facts": {"a": {"path": "a", "type": "money", "currency": "Euros"}}}, "no ISO 4217 code"),
        ({"facts": {"a": {"path": "a", "times": 0}}}, "multiply"),
        ({"facts": {"a": "a"}, "pages": 2}, "belong to a list"),
        ({"facts": {"a": "a"}, "also": "ids"}, "belong to a list"),
        ({"items": "a", "pages": 2}, "say how with `next` or `page_parameter`"),
        ({"items": "a", "method": "GET", "body": "x"}, "is a POST or a PUT"),
    ],
)
def test_a_wrong_option_is_refused_when_it_is_read(options, said):
    with pytest.raises(ValidationError, match=said):
        Json(**{"url": URL, **options})

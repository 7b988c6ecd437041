"""`person`: people written into the rule file, and what a reminder of their day then carries."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from agent.asking import ask_what_was_given
from agent.database import Database, table_of
from agent.places import Place
from agent.rulebook import read_rules
from agent.store import Polled, Store
from agent.tables import MessageRow, NoticeRow
from agent.views.messages import told
from rules.judge import judge
from rules.words import compose
from tests.lived import ask
from watchers.api import Flag, Money, Observation, Poll, Text
from watchers.testing import CannedContext, poll_once

HEAD = """channels: {phone: "json://127.0.0.1:1/"}
rules:
  - {name: Days, watch: dates, people: all, when: days_until <= 14}
  - {name: Espresso, watch: price, url: "https://shop.example/1", when: price below 45 EUR}
"""
FORMS = {
    "lines": """people:
  # family
  - name: Sam  # brother
    birthday: 1988-12-01
    likes: [coffee]

me: {city: Rome}
""",
    "deep lines": """people:
    - name: Sam
      birthday: 1988-12-01
      gifts:
        - {what: Tea, on: 2024-12-01}
""",
    "gifts in lines": "people:\n- name: Sam\n  gifts:\n  - what: Tea\n    on: 2024-12-01\n  birthday: 1988-12-01",
    "braces": "people: [{name: Sam, birthday: 1988-12-01}]\n",
    "braces on lines": "people: [\n  {name: Sam, birthday: 1988-12-01,},\n]\n",
    "windows": "people:\r\n  - name: Sam\r\n    birthday: 1988-12-01\r\n",
}


@pytest.fixture
def rules(tmp_path):
    def write(text: str):
        path = tmp_path / "rules.yaml"
        path.write_bytes(text.encode())
        return path

    return write


@pytest.mark.parametrize("people", FORMS.values(), ids=FORMS)
def test_what_is_added_leaves_every_other_byte(rules, people):
    path = rules(HEAD + people)
    assert ask("person", "gift", "Sam", 'A "big" box: tea', "--on", "2025-12-01", "--rules", str(path)).code == 0
    assert ask("person", "add", "Zoë", "--birthday", "02-29", "--likes", "jazz", "--rules", str(path)).code == 0
    shown = [json.loads(line) for line in ask("person", "show", "--json", "--rules", str(path)).text.splitlines()]
    assert [one["name"] for one in shown] == ["Sam", "Zoë"]
    assert shown[0]["gifts"][-1]["what"] == 'A "big" box: tea'
    assert shown[1]["days"] == {"birthday": "02-29"}
    rest = path.read_bytes().decode()
    for line in (HEAD + people).splitlines():
        assert line.rstrip("]},") in rest


def test_the_first_person_brings_the_section(rules):
    path = rules(HEAD.rstrip("\n"))
    assert ask("person", "add", "Sam", "--birthday", "12-01", "--rules", str(path)).code == 0
    path = rules(HEAD.replace("people: all", "dates: [{name: Kim, birthday: 02-29}]").rstrip("\n"))
    assert ask("person", "add", "Sam", "--birthday", "12-01", "--rules", str(path)).code == 0
    assert path.read_text().endswith("people:\n  - name: Sam\n    birthday: 12-01\n")


def test_a_mistake_leaves_the_file_alone(rules):
    path = rules(HEAD + FORMS["lines"])
    before = path.read_bytes()
    wrong = ask("person", "add", "X", "--birthday", "13.5.", "--rules", str(path))
    assert "takes a day of the year: 1988-05-13, or 05-13" in wrong.error
    assert "did you mean Sam" in ask("person", "gift", "Sm", "Tea", "--rules", str(path)).error
    assert "no date" in ask("person", "gift", "Sam", "Tea", "--on", "May", "--rules", str(path)).error
    assert "already" in ask("person", "add", "Sam", "--rules", str(path)).error
    assert path.read_bytes() == before


NOVEMBER = datetime(2026, 11, 22, 12, tzinfo=UTC)


def polled(store: Store, place: Place, now: datetime, *, is_gone: bool = False) -> None:
    book = read_rules(place)
    store.keep_rules(book, now)
    specs = {spec.id: spec for rule in book.rules for spec in rule.watches}
    claims = store.claim_watches("host/boot/1/1", now, 10)
    # The offer is seen first, as it would have been on any day before.
    for claim in sorted(claims, key=lambda claim: specs[claim.watch_id].kind.name, reverse=True):
        if specs[claim.watch_id].kind.name == "dates":
            result = poll_once(specs[claim.watch_id].watcher, CannedContext(b"", now=now))
        else:
            facts = {"title": Text("Espresso cups, for good coffee"), "price": Money(Decimal(30), "EUR")}
            facts |= {"sold_out": Flag(value=True)} if is_gone else {}
            result = Poll((Observation("product", facts, link="https://shop.example/1"),))
        store.record_polls([Polled(claim, now, result, claim.digests)], book, judge)


@pytest.mark.parametrize("name", ["", "  "])
def test_somebody_without_a_name_is_refused_and_the_file_left_alone(rules, name):
    path = rules(HEAD + FORMS["lines"])
    before = path.read_bytes()
    refused = ask("person", "add", name, "--likes", "tea", "--rules", str(path))
    assert refused.code == 2
    assert "`name` is empty" in refused.error
    assert path.read_bytes() == before


def test_a_like_that_says_nothing_is_not_written(rules):
    path = rules(HEAD + FORMS["lines"])
    assert (
        ask("person", "add", "Kim", "--likes", "", "--likes", "tea", "--dislikes", " ", "--rules", str(path)).code == 0
    )
    kim = ask("person", "show", "Kim", "--rules", str(path), "--json").json
    assert (kim["likes"], kim["dislikes"]) == (["tea"], [])


def test_a_reminder_carries_what_they_like_what_they_have_and_what_was_seen(rules, tmp_path):
    gifts = "    gifts: [{what: Grinder, on: 2025-12-01, for: birthday}]\n"
    path = rules(HEAD + FORMS["lines"].replace("\n\nme", f"\n{gifts}\nme"))
    place = Place(path, tmp_path / "store.sqlite", ZoneInfo("UTC"))
    database = Database.open(place.store)
    polled(Store(database), place, NOVEMBER)
    (firing,) = [each.what for each in told(database, rule_id="days", limit=9)]
    body = compose(firing).body
    database.close()
    assert "Sam likes coffee." in body
    assert "Given before: Grinder (2025-12-01)." in body
    assert "Idea: Espresso cups, for good coffee, 30.00 EUR: likes coffee (seen by Espresso)" in body


def test_what_is_sold_out_is_no_idea(rules, tmp_path):
    place = Place(rules(HEAD + FORMS["lines"]), tmp_path / "store.sqlite", ZoneInfo("UTC"))
    database = Database.open(place.store)
    polled(Store(database), place, NOVEMBER, is_gone=True)
    (firing,) = [each.what for each in told(database, rule_id="days", limit=9)]
    body = compose(firing).body
    database.close()
    assert "Sam likes coffee." in body
    assert "Idea" not in body


def test_after_the_day_it_is_asked_once_what_was_given(rules, tmp_path):
    path = rules(HEAD + FORMS["lines"])
    place = Place(path, tmp_path / "store.sqlite", ZoneInfo("UTC"))
    database = Database.open(place.store)
    book = read_rules(place)
    Store(database).keep_rules(book, NOVEMBER)

    def asked(day: int) -> int:
        return ask_what_was_given(
            database, read_rules(place), datetime(2026, 12, 1, 9, tzinfo=UTC) + timedelta(day - 1)
        )

    assert [asked(day) for day in (1, 2, 2, 3, 8, 9)] == [0, 1, 0, 0, 0, 0]
    with database.reading() as connection:
        (question,) = connection.execute(table_of(NoticeRow).select()).all()
        assert len(connection.execute(table_of(MessageRow).select()).all()) == 1
    assert question.title == "What did you give Sam?"
    assert 'trusted-agent person gift "Sam"' in question.body
    database.close()


def test_who_was_written_down_is_not_asked_about(rules, tmp_path):
    path = rules(HEAD + FORMS["lines"].replace("\n\nme", "\n    gifts: [{what: Tea, on: 2026-11-30}]\n\nme"))
    place = Place(path, tmp_path / "store.sqlite", ZoneInfo("UTC"))
    database = Database.open(place.store)
    Store(database).keep_rules(read_rules(place), NOVEMBER)
    assert ask_what_was_given(database, read_rules(place), datetime(2026, 12, 3, 9, tzinfo=UTC)) == 0
    database.close()


@pytest.mark.parametrize(("leap_day", "first"), [("feb28", 1), ("mar1", 2)])
def test_who_is_born_on_a_leap_day_is_asked_about_after_the_day_that_is_celebrated(rules, tmp_path, leap_day, first):
    days = "people: [{name: Kim, birthday: 1988-02-29}]\n"
    path = rules(HEAD.replace("people: all", f"people: all, leap_day: {leap_day}") + days)
    place = Place(path, tmp_path / "store.sqlite", ZoneInfo("UTC"))
    database = Database.open(place.store)
    book = read_rules(place)
    Store(database).keep_rules(book, datetime(2027, 2, 1, tzinfo=UTC))
    asked = {day: ask_what_was_given(database, book, datetime(2027, 3, day, 9, tzinfo=UTC)) for day in (1, 2, 3)}
    database.close()
    assert [day for day, count in asked.items() if count] == [first]


def test_a_rule_about_all_people_waits_for_the_first_of_them(rules, tmp_path):
    path = rules(HEAD)
    asked = ask("check", str(path), "--json")
    assert asked.code == 0
    assert [notice for notice in asked.json["notices"] if "nobody in `people:` has a day yet" in notice]
    place = Place(path, tmp_path / "store.sqlite", ZoneInfo("UTC"))
    database = Database.open(place.store)
    Store(database).keep_rules(read_rules(place), NOVEMBER)
    rules(HEAD + FORMS["lines"])
    Store(database).keep_rules(read_rules(place), NOVEMBER)
    polled(Store(database), place, NOVEMBER)
    assert told(database, rule_id="days", limit=9)
    database.close()


def test_a_rule_that_names_somebody_without_a_day_is_faulty(rules):
    path = rules(HEAD.replace("people: all", "people: Sam") + "people: [{name: Sam, likes: tea}]\n")
    assert ask("check", str(path)).code == 3

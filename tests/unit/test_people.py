"""The people in the rule file, and what a reminder of their days carries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rules.gifts import Seen, reminder
from rules.load import load
from rules.people import Gift, Person
from tests.rule_files import CHANNEL, KINDS, Files, book_of, faults_of
from watchers.api import Money
from watchers.dates import Dates

PEOPLE = """people:
  - name: Sam
    birthday: 1988-05-13
    days: {name day: 06-24}
    likes: [coffee, Tool]
    dislikes: perfume
    sizes: {shoe: 43}
    budget: 50 EUR
    notes: Vegetarian.
    gifts:
      - {what: Coffee grinder, on: 2025-05-13, for: birthday, cost: 45 EUR}
  - {name: Kim, birthday: 02-29, gifts: [{what: Tea, on: 2025-02-28, for: birthday}]}
  - {name: Jo, likes: [tea]}
"""
RULE = "rules:\n  - {name: Days, watch: dates, people: all, when: days_until <= 14}\n"


def euro(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def book(text: str):
    return load("rules.yaml", Files({"rules.yaml": CHANNEL + text}), {**KINDS, "dates": Dates})


def test_people_are_read_with_all_that_is_known_of_them():
    sam, kim, jo = book(PEOPLE + RULE).people
    assert sam.days == {"birthday": "1988-05-13", "name day": "06-24"}
    assert sam.likes == ("coffee", "Tool")
    assert sam.budget == euro("50")
    assert sam.gifts == (Gift("Coffee grinder", date(2025, 5, 13), "birthday", euro("45")),)
    assert kim.gifts[0].cost is None
    assert jo.days == {}


def test_all_people_with_a_day_are_watched_each_by_a_watch_of_its_own():
    rule = book(PEOPLE + RULE).rules[0]
    assert [spec.label for spec in rule.watches] == ["Sam", "Kim"]
    alone = book(PEOPLE + RULE.replace("people: all", "people: Sam")).rules[0]
    assert [spec.id for spec in alone.watches] == [rule.watches[0].id]


def test_what_somebody_likes_makes_no_other_watch_of_their_days():
    more = PEOPLE.replace("[coffee, Tool]", "[coffee, Tool, cycling]")
    assert book(more + RULE).rules[0].watches[0].id == book(PEOPLE + RULE).rules[0].watches[0].id


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("people: [{name: Sam, birthday: 13.5.1988}]\n", "takes a day of the year", "1988-05-13"),
        ("people: [{name: Sam, birthday: 02-30}]\n", "takes a day of the year", "1988-05-13"),
        ("people: [{name: Sam, budget: lots}]\n", "no amount of money", "45 EUR"),
        ("people: [{name: Sam, likes: x}, {name: Sam}]\n", "stands here twice", "by name"),
        ("people: [{name: Sam, gifts: [{what: Tea, on: May}]}]\n", "takes a date", "2026-05-13"),
        ("people: [{name: Sam, like: x}]\n", "`like`", "likes"),
        ("people: {Sam: x}\n", "takes a list", "dash"),
        ("people: [Sam]\n", "a person is made of keys", "name"),
    ],
)
def test_a_mistake_in_what_is_written_of_people_is_said(text, said, hint):
    (fault,) = faults_of(CHANNEL + text + "rules: []\n")
    assert said in fault.message
    assert hint in fault.hint


def test_a_rule_names_people_who_are_there():
    text = PEOPLE + RULE.replace("people: all", "people: [Sam, Kam]")
    with pytest.raises(Exception, match="is nobody in `people:`") as raised:
        book(text)
    assert "did you mean Sam?" in str(raised.value)


def test_people_may_stand_in_a_file_of_their_own():
    included = book_of(CHANNEL + "include: people.yaml\nrules: []\n", people_yaml=PEOPLE)
    assert [person.name for person in included.people] == ["Sam", "Kim", "Jo"]


SAM = Person(
    name="Sam",
    likes=("coffee", "Tool"),
    dislikes=("decaf",),
    sizes={"shoe": "43"},
    budget=euro("50"),
    notes="Vegetarian.",
    gifts=(Gift("Coffee grinder", date(2025, 5, 13), "birthday"), Gift("Lamp", date(2024, 12, 24), "Christmas")),
)
KIM = Person(
    name="Kim", gifts=(Gift("Tea", date(2025, 2, 28), "birthday", euro("20")), Gift("Book", date(2024, 2, 28)))
)


def ideas(*seen: Seen) -> list[str]:
    return [line for line in reminder(SAM, [SAM, KIM], "birthday", seen) if line.startswith("Idea")]


def test_a_reminder_carries_what_is_known_and_what_was_given():
    assert reminder(SAM, [SAM, KIM], "birthday", []) == (
        "Sam likes coffee, Tool.",
        "Not: decaf.",
        "Sizes: shoe 43.",
        "Budget: 50.00 EUR.",
        "Vegetarian.",
        "Given before: Coffee grinder (2025-05-13); Lamp (2024-12-24).",
        "Others were given for this: Kim: Tea (20.00 EUR).",
    )
    assert reminder(Person("Jo"), [SAM], "wedding", []) == ()


def test_an_idea_is_what_they_like_within_the_budget_and_nothing_that_they_have():
    offer = Seen("Espresso maker", "for good coffee", euro("39"), "Espresso below 40", "https://shop.example/1")
    assert ideas(offer) == [
        "Idea: Espresso maker, 39.00 EUR: likes coffee (seen by Espresso below 40) https://shop.example/1"
    ]
    assert ideas(Seen("Espresso maker", "for coffee", euro("51"), "x")) == []
    assert ideas(Seen("Espresso maker", "for coffee", Money(Decimal(20), "USD"), "x")) == []
    assert ideas(Seen("Great coffee grinder", "", euro("20"), "x")) == []
    assert ideas(Seen("Decaf coffee", "", euro("9"), "x")) == []
    assert ideas(Seen("Coffeehouse blues", "", None, "x")) == []
    assert ideas(Seen("Fear Inoculum", "a record by Tool", None, "New records"))[0].startswith(
        "Idea: Fear Inoculum: likes"
    )
    assert len(ideas(*(Seen(f"Coffee {n}", "", None, "x") for n in range(20)))) == 5

"""What the owner was told, why, and what was seen through time, of a store with a past."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from agent.database import table_of
from agent.tables import FiringRow
from tests.lived import RULES, Lived, entries, product

firings = table_of(FiringRow)


@pytest.fixture
def lived(tmp_path):
    return Lived(tmp_path, datetime(2026, 7, 6, 12, tzinfo=UTC))


def told_twice(lived):
    """160, 149 (told), 170, 139 (told)."""
    for amount in (160, 149, 170, 139):
        lived.see(shop=product(str(amount)), feed=entries("An old story"))
    return lived


# firings and why


def test_firings_come_newest_first_with_what_became_of_them(lived):
    told_twice(lived).deliver(phone=None, mail="it says 550")
    newest, older = lived.ask("firings", "--json").lines
    assert [newest["facts"]["price"], older["facts"]["price"]] == [
        {"amount": "139", "currency": "USD"},
        {"amount": "149", "currency": "USD"},
    ]
    assert [(each["channel"], each["state"], each["error"]) for each in newest["deliveries"]] == [
        ("phone", "sent", ""),
        ("mail", "waiting", "it says 550"),
    ]
    text = lived.ask("firings").text
    assert "phone ✓" in text
    assert "mail waits: it says 550" in text


def test_firings_of_one_rule_and_only_so_many(lived):
    told_twice(lived).see(feed=entries("A tokamak burns"))
    assert [one["rule_id"] for one in lived.ask("firings", "--json", "--rule", "fusion-news").lines] == ["fusion-news"]
    assert [one["rule_id"] for one in lived.ask("firings", "--json", "--rule", "Fusion news").lines] == ["fusion-news"]
    assert [one["rule_id"] for one in lived.ask("firings", "--json", "--limit", "1").lines] == ["fusion-news"]


def test_why_shows_the_message_as_it_was_sent_and_everything_behind_it(lived):
    told_twice(lived).deliver(phone=None, mail="it says 550")
    newest = lived.ask("firings", "--json").lines[0]
    asked = lived.ask("why", newest["id"], "--json").json
    assert asked["because"] == "price 139.00 USD is below 150.00 USD"
    assert asked["sentence"] == "price below $150"
    assert asked["before"]["price"] == {"amount": "170", "currency": "USD"}
    assert asked["evidence"] == {"price": "JSON-LD offers.price"}
    sent = next(message for message in asked["messages"] if message["sent_to"] == ["phone"])
    assert sent["title"].endswith("139.00 USD")
    assert f"trusted-agent why {newest['id']}" in sent["body"]
    text = lived.ask("why", newest["id"]).text
    for shown in (*sent["body"].splitlines(), "JSON-LD offers.price", "was sent to phone", "it says 550", "170.00 USD"):
        assert shown in text


def test_why_shows_a_message_that_told_of_several_things_as_the_one_that_it_was(lived):
    lived.see(shop=product("160"), feed=entries())
    lived.see(feed=entries("A tokamak burns", "Fusion energy now"))
    lived.deliver(phone=None)
    first, second = lived.ask("firings", "--json").lines
    (sent,) = lived.ask("why", first["id"], "--json").json["messages"]
    assert sent["title"] == "Fusion news: 2 new"
    assert sent["with_others"] == 1
    assert lived.ask("why", second["id"], "--json").json["messages"] == [sent]


def test_a_late_message_is_shown_as_late_as_it_was(lived):
    lived.see(shop=product("160"))
    lived.see(shop=product("149"))
    lived.now += timedelta(hours=5)
    lived.deliver(phone=None)
    (one,) = lived.ask("firings", "--json").lines
    sent = next(m for m in lived.ask("why", one["id"], "--json").json["messages"] if m["sent_to"])
    assert "waited 5h to reach you" in sent["body"]


def test_why_takes_the_beginning_of_an_id_and_lists_what_it_could_mean(lived):
    told_twice(lived)
    newest, _ = lived.ask("firings", "--json").lines
    assert lived.ask("why", newest["key"], "--json").json["id"] == newest["id"]
    assert lived.ask("why", newest["id"].upper(), "--json").json["id"] == newest["id"]
    with lived.open() as database, database.writing() as connection:
        for row in connection.execute(select(firings)).all():
            number = row.record["facts"]["price"]["money"][0]
            key = f"abc{number}{row.key[6:]}"
            connection.execute(
                update(firings).where(firings.c.key == row.key).values(key=key, record=row.record | {"key": key})
            )
    asked = lived.ask("why", "abc")
    assert asked.code == 5
    assert "2 messages begin with abc" in asked.error
    assert "abc139" in asked.text
    assert "abc149" in asked.text
    assert lived.ask("why", "abc139", "--json").json["facts"]["price"]["amount"] == "139"


def test_why_explains_what_the_agent_said_of_itself(lived):
    lived.start()
    notice = lived.say("Cannot see shop.example", "It asks for a captcha.")
    lived.deliver(phone=None)
    asked = lived.ask("why", notice.id, "--json").json
    assert (asked["what"], asked["messages"][0]["body"]) == ("notice", "It asks for a captcha.")
    assert "It asks for a captcha." in lived.ask("why", notice.id).text


def test_why_says_what_the_rule_says_by_now(lived):
    told_twice(lived)
    newest = lived.ask("firings", "--json").lines[0]["id"]
    lived.write(RULES.replace("below $150\n    notify", "below $120\n    notify"))
    assert "price below $120" in lived.ask("why", newest).text
    lived.write("rules: []")
    assert "no such rule any more" in lived.ask("why", newest).text


@pytest.mark.parametrize("wrong", ["zzzzzz", "ab", "", "%", "'; DROP TABLE firings"])
def test_an_id_that_is_none_is_refused(lived, wrong):
    told_twice(lived)
    assert lived.ask("why", wrong).code == 5


def test_words_from_a_page_cannot_command_the_terminal(lived):
    lived.see(shop=product("160", title="A\x1b]0;owned\x07\u202eB\nC"))
    lived.see(shop=product("149"))
    for words in (("rules",), ("firings",), ("history", "headphones-below-150")):
        shown = lived.ask(*words).text
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)


# history


def test_history_lists_readings_and_marks_what_was_told(lived):
    told_twice(lived)
    (series,) = lived.ask("history", "headphones-below-150", "--json").json["series"]
    assert [reading["facts"]["price"]["amount"] for reading in series["readings"]] == ["160", "149", "170", "139"]
    assert [len(reading["told"]) for reading in series["readings"]] == [0, 1, 0, 1]
    text = lived.ask("history", "Headphones below $150").text
    assert "170.00 ┤" in text
    assert "139.00 ┤" in text
    assert sum(line.startswith("  ● ") for line in text.splitlines()) == 2


def test_history_as_a_table_opens_in_a_spreadsheet_and_no_page_writes_formulas_there(lived):
    lived.see(shop=product("160", title="=HYPERLINK(1)"))
    lived.see(shop=product("149", title='A "quoted", name'))
    first, second = csv.DictReader(io.StringIO(lived.ask("history", "headphones-below-150", "--csv").text))
    assert (first["price"], first["price_currency"], first["sold_out"]) == ("160", "USD", "false")
    assert first["title"] == "'=HYPERLINK(1)"
    assert second["title"] == 'A "quoted", name'
    assert second["told"]


def test_history_of_a_rule_that_has_left_the_file_is_still_there(lived):
    told_twice(lived)
    lived.write("rules: []")
    lived.start()
    assert lived.ask("history", "headphones-below-150", "--json").json["series"][0]["readings"]


def test_history_of_a_stream_lists_what_was_told(lived):
    lived.see(feed=entries("An old story"))
    lived.see(feed=entries("An old story", "A tokamak burns"))
    assert "tokamak" in lived.ask("history", "fusion-news").text


def test_a_name_that_is_nearly_right_is_answered_with_the_right_one(lived):
    told_twice(lived)
    for words in (("history", "headphones-below-15"), ("firings", "--rule", "headphones-below-15")):
        asked = lived.ask(*words)
        assert asked.code == 5
        assert "did you mean headphones-below-150?" in asked.error


def test_json_and_csv_together_are_a_slip(lived):
    assert lived.ask("history", "x", "--csv", "--json").code == 2

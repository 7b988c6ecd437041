"""What the owner was told, why, and what was seen through time, of a store with a past."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from agent.clock import wall
from agent.database import table_of
from agent.tables import FiringRow, PollRow
from rules.explaining import silencers
from tests.http_sink import http_sink
from tests.lived import RULES, Lived, entries, product

firings = table_of(FiringRow)
polls = table_of(PollRow)


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
        ("mail", "failed", "it says 550"),
    ]
    text = lived.ask("firings").text
    assert "phone ✓" in text
    assert "mail waiting: it says 550" in text


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
    assert sent["title"] == "139.00 USD: Studio Headphones"
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


def test_a_message_that_did_not_leave_yet_is_waiting_in_every_list(lived):
    told_twice(lived)
    newest = lived.ask("firings", "--json").lines[0]["id"]
    assert "phone waiting" in lived.ask("firings").text
    text = lived.ask("why", newest).text
    assert "phone: waiting, not tried yet" in text
    lived.deliver(phone="it says 503")
    assert "phone waiting: it says 503" in lived.ask("firings").text
    assert "phone: waiting, 1 try" in lived.ask("why", newest).text


def test_the_message_is_rebuilt_letter_for_letter_as_the_service_got_it(tmp_path):
    """Told by the real program to a real server, over an hour after it was seen."""
    lived = Lived(tmp_path, wall() - timedelta(days=33))
    with http_sink() as sink:
        rules = RULES.replace("json://127.0.0.1:1/phone", f"json://{sink.host}/phone").replace("[phone, mail]", "phone")
        own_words = "notify: phone\n    message: |\n      Buy ✉ {value}\n      now <b>\n"
        lived.write(rules.replace("every: 1h", "every: 30d").replace("notify: phone\n", own_words))
        lived.see(shop=product("160"))
        lived.see(timedelta(days=31), shop=product("149", title="Ü & <i>"))
        program = [Path(sys.executable).with_name("trusted-agent"), "run", "--once", "--quiet"]
        subprocess.run([*program, "--rules", lived.rules, "--state", lived.state], check=True, timeout=60)
    (got,) = (asked.json for asked in sink.asked)
    (one,) = lived.ask("firings", "--json").lines
    (sent,) = lived.ask("why", one["id"], "--json").json["messages"]
    assert (sent["title"], sent["body"]) == (got["title"], got["message"])
    assert "Late: this happened" in got["message"]
    assert lived.ask("why", one["id"], "--message").text == f"{got['title']}\n\n{got['message']}\n"


def test_why_says_what_else_could_have_been_told_then(lived):
    lived.write(RULES.replace("when: mentions topics.fusion", "when: mentions topics.fusion\n    first: tell"))
    lived.see(feed=entries("A tokamak burns", "Bread"))
    lived.see(feed=entries("A tokamak burns", "Bread", "Fusion energy now", "One more tokamak"))
    first = next(one for one in lived.ask("firings", "--json").lines if one["title"] == "Fusion energy now")
    others = lived.ask("why", first["id"], "--json").json["others"]
    assert [(one["title"], one["what"]) for one in others] == [
        ("One more tokamak", "told as well"),
        ("A tokamak burns", "true, and known before"),
    ]
    text = lived.ask("why", first["id"]).text
    assert "What else it could have told then" in text
    assert "One more tokamak" in text


def test_why_says_that_no_more_is_kept_of_a_poll_of_long_ago(lived):
    told_twice(lived)
    oldest = lived.ask("firings", "--json").lines[-1]["id"]
    assert "no other finding was true or held back" in lived.ask("why", oldest).text
    with lived.open() as database, database.writing() as connection:
        connection.execute(delete(polls))
    assert "no more is kept of that poll" in lived.ask("why", oldest).text


SILENCED = (
    ("price", "price below $150", "price above 157.50 USD"),
    ("price", "150 USD > price and not sold_out", ""),
    ("price", "price at least 100 USD or sold_out", ""),
    ("price", "price changes", ""),
    ("price", "price above 100 USD", "price below 95.00 USD"),
    ("price", "nothing for 7 days", ""),
    ("price", "price drops by 15% from highest in 30 days", ""),
    ("feed", "mentions topics.fusion or title mentions bread", ""),
    ("feed", "mentions topics.fusion", ""),
)


@pytest.mark.parametrize(("kind", "when", "back"), SILENCED)
def test_what_would_silence_a_rule_can_be_written_into_it(lived, kind, when, back):
    body = RULES.partition("rules:")[0]
    rule = f"  - name: It\n    watch: {kind}\n    url: https://shop.example/it\n"
    lived.write(f"{body}rules:\n{rule}    when: {when}\n")
    found = silencers(lived.book().rules[0])
    lines = [one.line for one in found]
    assert lines[-1] == "enabled: no"
    assert (f"until: {back}" in lines) is bool(back)
    for line in lines:
        kept = "" if line.startswith("when") else f"    when: {when}\n"
        lived.write(f"{body}rules:\n{rule}{kept}    {line.replace('…', 'word')}\n")
        assert lived.ask("check").code == 0, line


def test_why_shows_what_would_silence_it_only_while_its_rule_is_at_work(lived):
    told_twice(lived)
    newest = lived.ask("firings", "--json").lines[0]["id"]
    text = lived.ask("why", newest).text
    assert "until: price above 157.50 USD" in text
    assert "rules.yaml:10:5" in text
    lived.write(RULES.replace("notify: [phone, mail]", "enabled: no"))
    text = lived.ask("why", newest).text
    assert "the rule sleeps" in text
    assert "until:" not in text


# history


def test_a_clock_that_was_set_back_leaves_each_mark_at_the_reading_that_was_told(lived):
    lived.see(shop=product("160"))
    lived.see(shop=product("149"))
    lived.see(timedelta(hours=-6))
    lived.see(shop=product("170"))
    lived.see(shop=product("139"))
    (series,) = lived.ask("history", "headphones-below-150", "--json").json["series"]
    marked = [(reading["facts"]["price"]["amount"], len(reading["told"])) for reading in series["readings"]]
    assert marked == [("160", 0), ("149", 1), ("170", 0), ("139", 1)]
    assert "139.00 USD ┤" in lived.ask("history", "headphones-below-150").text


def test_history_says_when_a_value_was_lowest_and_highest_and_what_it_is_now(lived):
    told_twice(lived)
    text = lived.ask("history", "headphones-below-150").text
    assert "lowest   139.00 USD  Mon 2026-07-06 16:00 EDT" in text
    assert "highest  170.00 USD  Mon 2026-07-06 14:00 EDT" in text
    series = lived.ask("history", "headphones-below-150", "--json").json["series"][0]
    assert (series["plotted"], series["unit"]) == ("price", "")


def test_history_lists_readings_and_marks_what_was_told(lived):
    told_twice(lived)
    (series,) = lived.ask("history", "headphones-below-150", "--json").json["series"]
    assert [reading["facts"]["price"]["amount"] for reading in series["readings"]] == ["160", "149", "170", "139"]
    assert [len(reading["told"]) for reading in series["readings"]] == [0, 1, 0, 1]
    text = lived.ask("history", "Headphones below $150").text
    assert "170.00 USD ┤" in text
    assert "139.00 USD ┤" in text
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

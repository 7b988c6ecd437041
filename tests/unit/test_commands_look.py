"""What the owner learns from status, rules, firings, why and history, of a store with a past."""

from __future__ import annotations

import stat
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete

from agent.clock import wall
from agent.database import Database, table_of
from agent.tables import FiringRow
from agent.views.opening import looking_into
from tests.lived import RULES, Lived, ask, entries, product
from watchers.api import SourceRefused, SourceUnavailable

firings = table_of(FiringRow)

START = datetime(2026, 7, 6, 12, tzinfo=UTC)


@pytest.fixture
def lived(tmp_path):
    """An owner whose past lies in the past; commands run at the real present."""
    return Lived(tmp_path, START)


@pytest.fixture
def recent(tmp_path):
    """An owner whose agent polled a moment ago."""
    return Lived(tmp_path, wall() - timedelta(hours=2, minutes=1))


def told_twice(lived):
    """160, 149 (told), 170, 139 (told)."""
    for amount in (160, 149, 170, 139):
        lived.see(shop=product(str(amount)), feed=entries("An old story"))
    return lived


def erase_all(database):
    with database.writing() as connection:
        connection.execute(delete(firings))


# Without a store.


@pytest.mark.parametrize("words", [("status",), ("rules",), ("firings",), ("why", "abc123"), ("history", "x")])
def test_before_the_first_start_commands_say_how_to_start_and_make_nothing(lived, words):
    asked = lived.ask(*words)
    assert asked.code == 4
    assert "trusted-agent run" in asked.error
    assert not lived.state.exists()


def test_a_store_of_a_newer_program_is_not_read(lived):
    lived.start()
    with lived.open() as database, database.writing() as connection:
        connection.exec_driver_sql("UPDATE settings SET value = '999' WHERE name = 'version'")
    asked = lived.ask("status")
    assert asked.code == 4
    assert "999" in asked.error


def test_a_file_that_is_no_store_is_refused_without_a_traceback(lived):
    lived.state.mkdir()
    lived.store.write_bytes(b"this is no database at all" * 100)
    asked = lived.ask("status")
    assert asked.code == 4
    assert "not a database" in asked.error


def test_looking_changes_nothing_in_the_store_and_needs_no_right_to_write(lived):
    told_twice(lived)
    with looking_into(str(lived.store)) as database, pytest.raises(Exception, match="readonly"):
        erase_all(database)


def test_commands_answer_while_the_service_writes(lived):
    told_twice(lived)
    with lived.open() as database, database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM firings")
        answers = []
        asking = threading.Thread(target=lambda: answers.append(lived.ask("firings", "--json")))
        asking.start()
        asking.join(timeout=20)
        assert [len(answer.lines) for answer in answers] == [2]
        connection.rollback()


# status


def test_status_is_well_when_all_is_well(recent):
    recent.see(shop=product("160"), feed=entries("An old story"))
    recent.deliver(phone=None)
    asked = recent.ask("status", "--json")
    assert (asked.code, asked.json["ok"], asked.json["problems"]) == (0, True, [])
    assert (asked.json["rules"], asked.json["watches"]) == (2, 2)
    assert asked.json["last_good_poll_at"] is not None
    assert asked.json["next_poll_at"] > asked.json["now"]
    assert "All is well" in recent.ask("status").text


def test_status_tells_of_a_failing_channel_at_once_and_of_what_waits_for_it(recent):
    recent.see(shop=product("160"))
    recent.see(timedelta(hours=2), shop=product("149"))
    recent.now = wall()
    recent.deliver(phone="it says 503", mail=None)
    asked = recent.ask("status", "--json")
    phone, mail = asked.json["channels"]
    assert asked.code == 1
    assert (phone["name"], phone["is_failing"], phone["error"], phone["waiting"]) == ("phone", True, "it says 503", 1)
    assert phone["failing_since"] is not None
    assert (mail["name"], mail["is_failing"], mail["waiting"]) == ("mail", False, 0)
    text = recent.ask("status").text
    assert "The channel phone fails, and 1 message waits for it" in text
    assert "it says 503" in text
    recent.deliver(phone=None)
    assert recent.ask("status", "--json").json["channels"][0]["is_failing"] is False


def test_status_names_what_it_cannot_see_since_when_why_and_whom_that_blinds(recent):
    recent.see(timedelta(), shop=product("160"))
    recent.see(shop=SourceRefused("shop.example asks for a captcha"))
    asked = recent.ask("status", "--json")
    (blind,) = asked.json["blind"]
    assert asked.code == 1
    assert blind["label"] == "https://shop.example/headphones"
    assert blind["rules"] == ["Headphones below $150"]
    assert (blind["trouble"]["name"], blind["trouble"]["failures"]) == ("SourceRefused", 1)
    assert blind["trouble"]["last_good_at"] < blind["trouble"]["since"]
    assert "shop.example asks for a captcha" in recent.ask("status").text


def test_status_shows_a_value_that_waits_to_be_confirmed(recent):
    recent.see(timedelta(), shop=product("160"))
    recent.write(RULES.replace("confirm_after: 1s", "confirm_after: 5m"))
    recent.see(shop=product("0.01"))
    (held,) = recent.ask("status", "--json").json["held"]
    assert (held["rule"], held["seen"]["held"]) == ("Headphones below $150", {"amount": "0.01", "currency": "USD"})
    assert "0.01 USD" in recent.ask("status").text


def test_status_shows_what_is_true_but_not_for_long_enough(recent):
    recent.write(RULES.replace("when: price below $150", "when: price below $150\n    for: 3 polls"))
    recent.see(shop=product("149"))
    (pending,) = recent.ask("status", "--json").json["pending"]
    assert pending["rule"] == "Headphones below $150"
    assert "Studio Headphones" in recent.ask("status").text


def test_status_asks_whether_the_agent_runs_when_nobody_polls_what_is_due(lived):
    told_twice(lived)
    asked = lived.ask("status", "--json")
    assert asked.code == 1
    assert asked.json["late_since"] is not None
    assert any("is the agent running" in problem for problem in asked.json["problems"])


def test_status_works_with_a_faulty_rule_file_and_says_that_the_rules_before_it_hold(recent):
    recent.see(shop=product("160"))
    recent.write(RULES.replace("price below", "prce below"))
    asked = recent.ask("status", "--json")
    assert asked.code == 1
    assert asked.json["rules"] == 2
    assert any("stay in force" in problem for problem in asked.json["problems"])
    assert "prce" in asked.json["faults"][0]


def test_status_names_a_channel_that_left_the_file_while_messages_wait_for_it(recent):
    recent.see(shop=product("160"))
    recent.see(shop=product("149"))
    recent.now = wall()
    recent.write(
        RULES.replace("  phone: json://127.0.0.1:1/phone\n", "").replace("phone", "mail").replace("mail, mail", "mail")
    )
    recent.start()
    assert any("no channel phone" in problem for problem in recent.ask("status", "--json").json["problems"])


def test_a_rule_that_no_agent_has_taken_in_yet_is_named(recent):
    recent.see(shop=product("160"), feed=entries())
    recent.write(f"{RULES}  - {{name: New one, watch: feed, url: 'https://one.example/two'}}\n")
    assert recent.ask("status", "--json").json["waiting_rules"] == ["New one"]
    (*_, new) = recent.ask("rules", "--json").json["rules"]
    assert (new["id"], new["is_known"]) == ("new-one", False)
    assert "not yet taken in" in recent.ask("rules").text


# rules


def test_rules_say_of_each_thing_which_state_it_is_in(recent):
    recent.see(timedelta(), shop=product("160"), feed=entries("An old story"))
    recent.see(shop=product("149"), feed=entries("An old story", "A tokamak burns"))
    price, feed = recent.ask("rules", "--json").json["rules"]
    assert (price["id"], price["kind"], price["states"]) == ("headphones-below-150", "price", {"met": 1})
    (source,) = price["sources"]
    assert source["label"] == "https://shop.example/headphones"
    assert source["seen"][0]["value"] == {"amount": "149", "currency": "USD"}
    assert price["last_told_at"] is not None
    assert price["next_poll_at"] > price["last_poll_at"]
    assert feed["states"] == {"met": 1, "clear": 1}
    text = recent.ask("rules").text
    assert "Studio Headphones 149.00 USD: met" in text
    assert "price below $150" in text


def test_the_text_of_a_page_is_shown_in_one_line(recent):
    recent.see(shop=product("160", title="Opening hours\n" + "Monday 9 to 17\n" * 9), feed=entries())
    shown = recent.ask("rules").text
    assert "    Opening hours Monday 9 to 17 Monday" in shown
    assert max(map(len, shown.splitlines())) < 140


def test_a_feed_with_many_entries_is_counted_not_listed(recent):
    recent.see(shop=product("160"), feed=entries(*(f"Story {number}" for number in range(30))))
    assert "30 things there, told of 0" in recent.ask("rules").text
    assert len(recent.ask("rules", "--json").json["rules"][1]["sources"][0]["seen"]) == 30


def test_a_source_in_trouble_is_shown_with_its_rule(recent):
    recent.see(shop=SourceUnavailable("shop.example does not answer"))
    assert "shop.example does not answer" in recent.ask("rules").text


# PostgreSQL answers the same questions.


def test_a_store_in_postgresql_is_read_and_cannot_be_written(postgresql, tmp_path):
    lived = Lived(tmp_path, START)
    Database.open(f"{postgresql}/postgres").close()
    place = ["--rules", str(lived.rules), "--state", f"{postgresql}/postgres"]
    assert ask("rules", *place, "--json").code == 0
    with looking_into(f"{postgresql}/postgres") as database, pytest.raises(Exception, match="read-only"):
        erase_all(database)


def test_the_store_keeps_its_mode_when_it_is_looked_into(lived):
    told_twice(lived)
    lived.ask("status")
    assert {stat.S_IMODE(file.stat().st_mode) for file in lived.state.iterdir()} == {0o600}

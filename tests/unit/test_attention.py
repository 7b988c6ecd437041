"""`status` says what is overdue, blind, undelivered or not running, what to do, and ends so that a script can ask."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agent import process
from agent.clock import wall
from agent.database import table_of, upsert
from agent.sign_of_life import MARK, mark, note_page
from agent.tables import DeedRow, MessageRow, SettingRow
from tests.lived import RULES, Lived, entries, product

FEED_SHOWS = entries("An old story")


@pytest.fixture
def recent(tmp_path):
    """An owner whose agent polled a moment ago."""
    return Lived(tmp_path, wall() - timedelta(hours=2, minutes=1))


def well(lived: Lived) -> Lived:
    lived.see(shop=product("160"), feed=FEED_SHOWS)
    lived.deliver(phone=None)
    return lived


def needs(lived: Lived) -> dict[str, str]:
    """Return what `status --json` says to be wrong, by what it is about."""
    asked = lived.ask("status", "--json")
    found = {need["about"]: need["sentence"] for need in asked.json["needs"]}
    assert asked.code == (1 if found else 0)
    assert asked.json["ok"] is not bool(found)
    assert all(need["remedy"] for need in asked.json["needs"])
    assert asked.json["problems"] == [need["sentence"] for need in asked.json["needs"]]
    return found


def change_messages(lived: Lived, **values: object) -> None:
    with lived.open() as database, database.writing() as connection:
        connection.execute(table_of(MessageRow).update().values(values))


def told(lived: Lived, rules: str, *, ago: timedelta) -> Lived:
    """Return an owner for whom a message was put into the outbox so long ago, and is not there yet."""
    lived.write(rules)
    lived.see(shop=product("160"), feed=FEED_SHOWS)
    lived.see(shop=product("149"), feed=FEED_SHOWS)
    lived.now = wall()
    lived.start()
    change_messages(lived, created_at=wall() - ago, state="waiting", attempts=0)
    return lived


def test_all_is_well_while_an_agent_runs_and_polls(recent):
    well(recent)
    with recent.open() as database:
        mark(database, wall())
    assert needs(recent) == {}
    said = recent.ask("status", "--json").json
    assert (said["agent_runs"], said["overdue"], said["behind"], said["unknown"]) == (True, [], [], [])


def test_an_answer_page_that_cannot_be_served_needs_its_owner(recent):
    well(recent)
    with recent.open() as database:
        note_page(database, "the answer page cannot listen on 127.0.0.1:80: Permission denied")
    assert needs(recent) == {}
    with recent.open() as database:
        mark(database, wall())
    assert needs(recent) == {"answers": "the answer page cannot listen on 127.0.0.1:80: Permission denied"}
    with recent.open() as database:
        note_page(database, "")
    assert needs(recent) == {}


def test_an_agent_that_ended_is_missed(recent):
    well(recent)
    host, boot, _, _ = process.token().rsplit("/", 3)
    row = {"name": MARK, "value": f"{wall().isoformat()} {host}/{boot}/1/0"}
    with recent.open() as database, database.writing() as connection:
        upsert(connection, SettingRow, [row])
    assert needs(recent) == {"agent": "no agent runs: nothing is watched and nothing is told"}
    text = recent.ask("status").text
    assert "No agent runs" in text
    assert "trusted-agent service install" in text


def test_where_only_a_timer_begins_the_agent_none_is_missed(recent):
    well(recent)
    assert recent.ask("status", "--json").json["agent_runs"] is None
    assert needs(recent) == {}


def test_a_source_that_a_running_agent_does_not_come_to_is_named(tmp_path):
    lived = well(Lived(tmp_path, wall() - timedelta(hours=5)))
    with lived.open() as database:
        mark(database, wall())
    assert "2 sources should have been polled" in needs(lived)["overdue"]
    said = lived.ask("status", "--json").json
    assert [one["label"] for one in said["overdue"]]
    assert said["late_since"] == said["overdue"][0]["due_at"]


def test_what_is_polled_each_minute_is_overdue_after_two_intervals_and_a_minute(tmp_path):
    lived = Lived(tmp_path, wall() - timedelta(minutes=5))
    lived.write(RULES.replace("every: 1h", "every: 1m"))
    lived.see(timedelta(), shop=product("160"), feed=FEED_SHOWS)
    assert "overdue" in needs(lived)


def test_a_rule_that_stays_unknown_is_shown_at_once_and_a_need_when_it_lasts(tmp_path):
    lived = Lived(tmp_path, wall() - timedelta(hours=10))
    lived.see(timedelta(), shop=product(None), feed=FEED_SHOWS)
    (unknown,) = lived.ask("status", "--json").json["unknown"]
    assert (unknown["rule"], unknown["polls"], unknown["is_long"]) == ("Headphones below $150", 1, False)
    for _ in range(4):
        lived.see(timedelta(hours=2, minutes=30), shop=product(None), feed=FEED_SHOWS)
    assert needs(lived)["unknown"] == "1 rule was neither true nor false at any poll for a while"
    text = lived.ask("status").text
    assert "price is unknown" in text
    assert "trusted-agent why-not headphones-below-150" in text


def test_a_message_that_should_have_gone_an_hour_ago_is_a_need(recent):
    behind = needs(told(recent, RULES, ago=timedelta(minutes=61)))
    assert behind["behind"].endswith("should have gone over an hour ago")
    (phone, mail) = recent.ask("status", "--json").json["behind"][::-1]
    assert (phone["channel"], phone["count"], mail["channel"]) == ("phone", 1, "mail")


def test_a_message_of_this_hour_is_on_its_way(recent):
    assert needs(told(recent, RULES, ago=timedelta(minutes=30))) == {}


def test_what_a_snooze_holds_is_not_behind(recent):
    told(recent, RULES, ago=timedelta(hours=5))
    change_messages(recent, held_until=wall() + timedelta(days=1))
    assert needs(recent) == {}


def with_channels(settings: str) -> str:
    phone = "phone: json://127.0.0.1:1/phone"
    mail = "mail: json://127.0.0.1:1/mail"
    return RULES.replace(phone, f"phone: {{url: 'json://127.0.0.1:1/phone', {settings}}}").replace(
        mail, f"mail: {{url: 'json://127.0.0.1:1/mail', {settings}}}"
    )


def test_what_waits_for_a_digest_is_not_behind(recent):
    # The next one is two hours ahead on the owner's own clock, whatever the hour of this test is.
    rules = with_channels('digest: "daily at HOUR"').replace("America/New_York", "UTC")
    hour = f"{wall() + timedelta(hours=2):%H:%M}"
    assert needs(told(recent, rules.replace("HOUR", hour), ago=timedelta(hours=5))) == {}


def test_what_quiet_hours_hold_is_not_behind(recent):
    begin, end = wall() - timedelta(hours=6), wall() + timedelta(hours=2)
    rules = with_channels(f'quiet: "{begin:%H:%M}-{end:%H:%M}"').replace("America/New_York", "UTC")
    assert needs(told(recent, rules, ago=timedelta(hours=5))) == {}


def test_what_a_limit_holds_is_not_behind_before_it_has_passed(recent):
    rules = with_channels("limit: 1 per day")
    assert needs(told(recent, rules, ago=timedelta(hours=20))) == {}
    change_messages(recent, created_at=wall() - timedelta(hours=26))
    assert "behind" in needs(recent)


def test_what_wavers_and_open_questions_are_shown_and_need_nothing(tmp_path):
    lived = Lived(tmp_path, wall() - timedelta(hours=17))
    for price in ("160", "149") * 4:
        lived.see(shop=product(price), feed=FEED_SHOWS)
    lived.now = wall()
    lived.see(timedelta(), feed=FEED_SHOWS)
    lived.deliver(phone=None, mail=None)
    with lived.open() as database, database.writing() as connection:
        deed = {"firing_key": "k", "rule_id": "headphones-below-150", "state": "asked", "at": wall(), "record": {}}
        deed["answer_by"] = wall() + timedelta(days=1)
        connection.execute(table_of(DeedRow).insert().values(deed))
    assert needs(lived) == {}
    said = lived.ask("status", "--json").json
    assert (said["wavering"][0]["rule"], said["questions"]) == ("Headphones below $150", 1)
    text = lived.ask("status").text
    assert "Wavers, and is told once a day" in text
    assert "1 question to you" in text

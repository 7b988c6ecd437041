"""`check` and `channels`: what is wrong with the rules, and whether the owner can be reached."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from agent.database import Database, table_of
from agent.tables import ContactRow
from tests.http_sink import dead_port, http_sink
from tests.lived import ask

GOOD = """
channels: {phone: json://127.0.0.1:1}
defaults: {notify: phone}
rules:
  - {name: Cheap, watch: price, url: "https://shop.example/a", when: price below $150}
  - {name: Cheaper, watch: price, url: "https://shop.example/a", when: price below $100}
  - {name: News, watch: news, feeds: ["https://one.example/rss", "https://two.example/rss"]}
  - {name: Asleep, watch: feed, url: "https://three.example/rss", enabled: no}
"""
FAULTY = """
channels: {phone: json://127.0.0.1:1}
rules:
  - name: Cheap
    watch: prize
    url: https://shop.example/a
  - name: Cheaper
    watch: price
    url: https://shop.example/a
    when: prce below $100
  - name: Cheapest
    watch: price
    url: https://shop.example/a
    when: price below $50
    notify: fone
"""


@pytest.fixture
def rules(tmp_path):
    def write(text):
        (tmp_path / "rules.yaml").write_text(text)
        return str(tmp_path / "rules.yaml")

    return write


def test_every_fault_is_shown_at_once_with_its_place_a_caret_and_the_word_that_was_meant(rules):
    asked = ask("check", rules(FAULTY))
    assert asked.code == 3
    assert asked.text == ""
    for shown in (
        "rules.yaml:5:12",
        "prize",
        "rules.yaml:10:11",
        "price",
        "rules.yaml:15:13",
        "phone",
        "^^^^",
    ):
        assert shown in asked.error
    assert "3 faults in the rule file" in asked.error


def test_faults_are_there_for_programs(rules):
    file = rules(FAULTY)
    asked = ask("check", "--rules", file, "--json")
    assert (asked.code, asked.json["ok"], asked.json["file"]) == (3, False, file)
    assert [(fault["line"], fault["column"]) for fault in asked.json["faults"]] == [(5, 12), (10, 11), (15, 13)]
    assert all(fault["message"] and fault["excerpt"] for fault in asked.json["faults"])


def test_a_good_file_is_summed_up(rules):
    found = ask("check", rules(GOOD), "--json").json
    assert [rule["id"] for rule in found["rules"]] == ["cheap", "cheaper", "news"]
    assert (found["disabled"], found["watches"]) == (["asleep"], 3)
    assert found["hosts"] == ["one.example", "shop.example", "two.example"]
    text = ask("check", rules(GOOD)).text
    assert "3 rules, 3 watches, 1 channel, 1 rule asleep" in text
    assert "two.example" in text


def test_a_channel_that_can_reach_nobody_is_found_without_sending(rules):
    asked = ask("check", rules(GOOD.replace("json://127.0.0.1:1", "ntfys://ntfy.example")))
    assert asked.code == 1
    assert "topic" in asked.text
    file = rules(GOOD.replace("json://127.0.0.1:1", "ntfys://ntfy.example"))
    asked = ask("channels", "check", "--rules", file, "--json")
    assert (asked.code, asked.json["channel"]) == (1, "phone")
    assert "topic" in asked.json["doubts"][0]


def test_a_channel_that_is_written_well_is_said_to_be(rules):
    asked = ask("channels", "check", "--rules", rules(GOOD))
    assert (asked.code, "phone is written well" in asked.text) == (0, True)


def test_without_a_file_it_says_where_it_looked_and_what_to_do(tmp_path):
    asked = ask("check", str(tmp_path / "none.yaml"))
    assert asked.code == 3
    assert str(tmp_path / "none.yaml") in asked.error
    assert "trusted-agent init" in asked.error


def test_secrets_of_the_file_are_never_printed(rules, tmp_path):
    (tmp_path / "url").write_text("json://user:very-secret-word@127.0.0.1:1/hook")
    (tmp_path / "url").chmod(0o600)
    file = rules(GOOD.replace("json://127.0.0.1:1", "'${file:url}'"))
    for words in (("check", "--rules", file, "--json"), ("channels", "test", "--rules", file)):
        asked = ask(*words, TRUSTED_AGENT_STATE=str(tmp_path / "state"))
        assert "very-secret-word" not in asked.text + asked.error


# channels test


def test_a_test_message_reaches_each_channel_and_the_owner_hears_which_took_it(rules, tmp_path):
    with http_sink() as sink:
        file = rules(f"channels: {{good: json://{sink.host}, bad: 'json://127.0.0.1:{dead_port()}'}}\nrules: []")
        place = ["--rules", file, "--state", str(tmp_path / "state")]
        asked = ask("channels", "test", *place, "--json")
        good, bad = asked.lines
        assert asked.code == 1
        assert (good["channel"], good["sent"], good["reason"]) == ("good", True, None)
        assert (bad["channel"], bad["sent"]) == ("bad", False)
        assert "refused" in bad["reason"]
        (message,) = sink.asked
        assert message.json["title"] == "A test of the channel good"
        asked = ask("channels", "test", "good", *place)
        assert (asked.code, "good took it" in asked.text) == (0, True)
        assert len(sink.asked) == 2
    assert not (tmp_path / "state").exists()


def test_whom_a_test_contacted_stands_in_the_ledger(rules, tmp_path):
    with http_sink() as sink:
        file = rules(f"channels: {{good: json://{sink.host}}}\nrules: []")
        database = Database.open(tmp_path / "state" / "store.sqlite")
        ask("channels", "test", "--rules", file, "--state", str(tmp_path / "state"))
        with database.reading() as connection:
            (contact,) = connection.execute(select(table_of(ContactRow))).all()
        database.close()
    assert (contact.purpose, contact.host) == ("send", "127.0.0.1")


def test_a_channel_that_is_not_there_is_answered_with_the_one_that_is(rules):
    asked = ask("channels", "test", "fone", "--rules", rules(GOOD))
    assert asked.code == 5
    assert "did you mean phone?" in asked.error


def test_a_file_without_channels_has_none_to_test(rules):
    assert ask("channels", "test", "--rules", rules("rules: []")).code == 5

"""What the owner says back on the command line, and what they read of it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from agent.answers.answering import covered
from agent.answers.muting import Mute
from agent.clock import wall
from agent.database import upsert
from agent.tables import MuteRow
from tests.lived import Lived, ask, entries, product

HOUR = timedelta(hours=1)


@pytest.fixture
def owner(tmp_path):
    """An owner who was told of a price, of a tokamak and of fusion energy."""
    lived = Lived(tmp_path, wall() - 6 * HOUR)
    lived.see(shop=product("160"), feed=entries("An old story"))
    lived.see(HOUR * 1.5, shop=product("149"), feed=entries("A tokamak burns", "An old story"))
    lived.see(HOUR * 1.5, feed=entries("Fusion energy, they say", "A tokamak burns", "An old story"))
    return lived


def message(owner, beginning):
    """Return the id of the message that begins so."""
    return next(one["key"] for one in owner.ask("firings", "--json").lines if one["title"].startswith(beginning))[:6]


def test_a_useful_message_is_noted_and_the_order_says_why(owner):
    one = message(owner, "A tokamak")
    said = owner.ask("useful", one, "yes")
    assert said.code == 0
    assert "comes earlier in digests from now on (you found 1 of 1 of these useful)" in said.text
    assert f"To take it back: trusted-agent useful {one} --off" in said.text


def test_what_was_said_of_a_message_is_taken_back_and_not_turned_round(owner):
    one = message(owner, "A tokamak")
    owner.ask("useful", one, "no")
    assert "is forgotten" in owner.ask("useful", one, "--off").text
    assert "you found" not in owner.ask("why", one).text
    assert "You said nothing of" in owner.ask("useful", one, "--off").text
    assert owner.ask("useful", one, "--off", "--json").json["useful"] is None


def test_a_useless_one_offers_to_turn_its_topic_or_source_down(owner):
    one = message(owner, "A tokamak")
    said = owner.ask("useful", one, "no")
    assert f"trusted-agent mute {one} --topic tokamak" in said.text
    assert f"trusted-agent mute {one} --topic fusion" in said.text
    assert f"trusted-agent mute {one} --source https://one.example/rss" in said.text
    assert "trusted-agent mute fusion-news\n" in said.text
    shown = owner.ask("useful", one, "no", "--json").json
    assert shown["useful"] is False
    assert {"what": "topic", "value": "tokamak"} in shown["offers"]


def test_a_topic_is_muted_listed_and_heard_again(owner):
    said = owner.ask("mute", "fusion-news", "--topic", "Tokamak", "--for", "30d")
    assert "You hear nothing of the topic tokamak by Fusion news until" in said.text
    assert "1 on the way is not sent" in said.text
    (listed,) = owner.ask("mute", "--list", "--json").json
    assert (listed["rule_id"], listed["what"], listed["value"], listed["hidden"]) == (
        "fusion-news",
        "topic",
        "tokamak",
        1,
    )
    assert "fusion-news  the topic tokamak, since" in owner.ask("mute", "--list").text
    ended = owner.ask("mute", "--end", "Fusion news", "--topic", "TOKAMAK")
    assert "the topic tokamak by Fusion news is told again. 1 message was never sent" in ended.text
    assert "trusted-agent firings --rule fusion-news lists them" in ended.text
    assert "Nothing is muted." in owner.ask("mute", "--list").text
    assert "nothing of that is muted" in owner.ask("mute", "--end", "fusion-news").text


def test_what_was_hidden_is_listed_still(owner):
    one = message(owner, "A tokamak")
    owner.ask("mute", "fusion-news")
    assert message(owner, "A tokamak") == one
    assert next(each["state"] for each in owner.ask("firings", "--json").lines[0]["deliveries"]) == "muted"


def test_a_message_is_muted_by_what_it_is_narrowest_about(owner):
    assert "nothing of the topic tokamak by" in owner.ask("mute", message(owner, "A tokamak")).text
    price = owner.ask("mute", message(owner, "Studio"), "--json").json
    assert (price["what"], price["offers"]) == ("observation", [])
    assert "Studio Headphones" in owner.ask("mute", "--list").text
    assert "is told again" in owner.ask("mute", "--end", message(owner, "Studio")).text


@pytest.mark.parametrize("source", ["one.example", "https://one.example/rss"])
def test_a_source_is_muted_by_the_name_that_is_known(owner, source):
    assert f"what comes from {source} by Fusion news" in owner.ask("mute", "fusion-news", "--source", source).text


def test_an_acknowledged_message_says_what_that_stops(owner):
    one = message(owner, "Studio")
    assert "has no reminders that would stop" in owner.ask("ack", one).text
    owner.write(owner.rules.read_text().replace("notify: [phone, mail]", "notify: [phone, mail]\n    again: every 1d"))
    said = owner.ask("ack", one)
    assert "nothing more reminds you of Studio Headphones until it is over" in said.text
    assert "is reminded of again" in owner.ask("ack", one, "--off").text
    assert "was not acknowledged" in owner.ask("ack", one, "--off").text
    assert owner.ask("ack", one, "--json").json["acknowledged"] is True


def test_a_rule_is_snoozed_by_a_message_of_it(owner):
    said = owner.ask("snooze", message(owner, "A tokamak"), "3d")
    assert said.text.startswith("Fusion news is snoozed until")
    assert json.loads(owner.ask("snooze", "fusion-news", "--off", "--json").text) == {
        "rule_id": "fusion-news",
        "until": None,
        "waiting": 2,
    }


def test_what_was_told_is_answered_also_while_the_file_is_faulty(owner):
    one = message(owner, "A tokamak")
    owner.write("rules: [")
    assert owner.ask("useful", one, "yes").code == 0
    assert owner.ask("mute", "fusion-news").code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("useful", "000000", "yes"), 5, "no message of a rule has the id 000000"),
        (("useful", "zz", "yes"), 5, "no message of a rule has the id zz"),
        (("ack", "000000"), 5, "no message of a rule has the id 000000"),
        (("mute", "fusion-new"), 5, "there is no rule or message fusion-new; did you mean fusion-news?"),
        (("mute", "fusion-news", "--topic", "tokamac"), 5, "did you mean tokamak?"),
        (("mute", "fusion-news", "--source", "two.example"), 5, "no source of this rule called two.example"),
        (("mute", "fusion-news", "--for", "soon"), 2, "no length of time"),
        (("mute", "fusion-news", "--topic", "a", "--source", "b"), 2, "two mutes"),
        (("mute",), 2, "name a rule or a message"),
        (("mute", "fusion-news", "--list"), 2, "--list stands alone"),
        (("mute", "--list", "--topic", "tokamak"), 2, "--list stands alone"),
        (("mute", "fusion-news", "--end", "--for", "3d"), 2, "it goes without --end"),
        (("useful", "abcdef"), 2, "say yes or no, or --off"),
        (("useful", "abcdef", "no", "--off"), 2, "say yes or no, or --off"),
        (("snooze", "000000", "3d"), 5, "there is no rule or message 000000"),
    ],
)
def test_a_mistake_is_said(owner, words, code, said):
    asked = owner.ask(*words)
    assert said in asked.error
    assert asked.code == code


def test_an_id_that_several_messages_share_asks_for_more_of_it(owner, monkeypatch):
    monkeypatch.setattr("agent.answers.answering.SHORTEST_ID", 0)
    asked = owner.ask("useful", "", "yes")
    assert asked.code == 5
    assert "3 messages begin with : write more of the id" in asked.error
    assert "A tokamak burns" in asked.text


def test_without_a_store_the_owner_reads_how_to_start(owner, tmp_path):
    asked = ask("useful", "abcdef", "yes", "--state", str(tmp_path / "none"))
    assert asked.code == 4
    assert "there is no store" in asked.error


# What the line makes of it.


def test_what_is_muted_is_judged_and_not_told_and_why_says_so(owner):
    owner.ask("mute", "fusion-news", "--topic", "tokamak")
    owner.see(2 * HOUR, feed=entries("Another tokamak", "A tokamak for fusion energy"))
    hidden, heard = message(owner, "Another tokamak"), message(owner, "A tokamak for")
    assert owner.ask("why", heard, "--json").json["deliveries"][0]["state"] == "waiting"
    shown = owner.ask("why", hidden, "--json").json
    assert shown["deliveries"][0]["state"] == "muted"
    assert "you muted the topic tokamak for this rule on" in shown["deliveries"][0]["error"]
    text = owner.ask("why", hidden).text
    assert "What you said" in text
    assert "you muted the topic tokamak" in text
    assert "you muted the topic tokamak: firings lists what that hides" in owner.ask("why-not", "fusion-news").text


def test_an_acknowledged_price_is_not_reminded_of(owner):
    owner.write(owner.rules.read_text().replace("notify: [phone, mail]", "notify: [phone, mail]\n    again: every 2h"))
    owner.see(3 * HOUR)
    assert len([one for one in owner.ask("firings", "--json").lines if one["reason"].startswith("again")]) == 1
    owner.ask("ack", message(owner, "Studio"))
    owner.see(3 * HOUR)
    newest = owner.ask("firings", "--json").lines[0]
    assert newest["reason"] == "again: still true"
    assert {each["state"] for each in newest["deliveries"]} == {"muted"}


def test_why_says_how_useful_its_like_was(owner):
    owner.ask("useful", message(owner, "A tokamak"), "no")
    text = owner.ask("why", message(owner, "Fusion energy")).text
    assert "you found 0 of 1 of these useful" in text
    assert "you found it not useful on" in owner.ask("why", message(owner, "A tokamak")).text


def listed(owner):
    """Return what is muted."""
    return [(one["rule_id"], one["what"], one["value"]) for one in owner.ask("mute", "--list", "--json").json]


def test_ending_the_mute_of_a_rule_leaves_the_topic_that_was_turned_down_before(owner):
    owner.ask("mute", "fusion-news", "--topic", "tokamak")
    undo = owner.ask("mute", "fusion-news", "--json").json["undo"].split()[1:]
    assert "Muted still: the topic tokamak." in owner.ask(*undo).text
    assert listed(owner) == [("fusion-news", "topic", "tokamak")]
    owner.ask("mute", "--end", "fusion-news")
    assert listed(owner) == []


def test_a_muted_thing_is_heard_again_by_its_message_and_leaves_the_others_muted(owner):
    one = message(owner, "Studio")
    with owner.open() as database, database.writing() as connection:
        other = {"rule_id": "headphones-below-150", "what": "observation", "value": "watch other", "at": wall()}
        upsert(connection, MuteRow, [other | {"until": None}])
    undo = owner.ask("mute", one, "--json").json["undo"]
    assert undo == f"trusted-agent mute --end {one}"
    owner.ask(*undo.split()[1:])
    assert [value for _, _, value in listed(owner)] == ["watch other"]


def test_a_thing_that_is_called_as_its_rule_is_named_once():
    one = Mute("news", "observation", "watch told", wall(), name="News")
    assert covered(one, "News") == "News"
    assert covered(one, "Other news") == "News by Other news"

"""`yes`, `no`, `deeds`, and what `check` and `why` say of a rule that acts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agent.clock import wall
from tests.lived import Lived, product

RULES = """
me: {timezone: America/New_York, currency: USD}
channels: {phone: json://127.0.0.1:1/phone}
defaults: {every: 1h, notify: phone, confirm_after: 1s}
rules:
  - name: Headphones below $150
    watch: price
    url: https://shop.example/headphones
    when: price below $150
    do: {run: [./order, --confirm], spends: yes, within: 2h, limit: 2 a month}
"""
RULE = "headphones-below-150"


@pytest.fixture
def owner(tmp_path):
    lived = Lived(tmp_path, wall() - timedelta(hours=4, minutes=1))
    lived.write(RULES)
    lived.rules.chmod(0o600)
    return lived


def asked(owner):
    """Let the price fall a minute ago; return the id of the question."""
    owner.see(shop=product("160"))
    owner.see(shop=product("139"))
    (deed,) = owner.ask("deeds", "--json").lines
    return deed["id"]


def test_what_is_asked_is_listed_and_answered_once(owner):
    number = asked(owner)
    assert "waits for your yes until" in owner.ask("deeds").text
    said = owner.ask("yes", number[:4])
    assert said.code == 0
    assert said.text.endswith(": run ./order, now\n")
    (deed,) = owner.ask("deeds", "--json", "--rule", "Headphones below $150").lines
    assert (deed["state"], deed["aim"], deed["outcome"]) == ("due", "run ./order", None)
    assert deed["details"]["facts"]["price"] == {"amount": "139", "currency": "USD"}
    again = owner.ask("no", number)
    assert again.code == 1
    assert "settled already" in again.text


def test_a_no_is_kept(owner):
    number = asked(owner)
    assert owner.ask("no", number).code == 0
    assert "not done: you said no" in owner.ask("deeds").text


def test_what_was_not_asked_cannot_be_answered(owner):
    owner.start()
    for words in ("abc123", "nonsense", "a"):
        said = owner.ask("yes", words)
        assert said.code == 5
        assert "no rule asked about" in said.error
    assert "Nothing was done or asked yet" in owner.ask("deeds").text


def test_without_a_store_there_is_nothing_to_answer(owner):
    assert owner.ask("yes", "abc123").code == 4


def test_why_says_what_was_done_for_a_firing(owner):
    number = asked(owner)
    owner.ask("no", number)
    assert "not done: you said no" in owner.ask("why", number).text
    assert owner.ask("why", number, "--json").json["deed"]["state"] == "refused"


def test_check_says_what_a_rule_will_do_and_whether_it_asks(owner):
    said = owner.ask("check")
    assert said.code in (0, 1)
    assert "Headphones below $150: run ./order, once you said yes within 2h; 2 per month at most" in said.text
    (does,) = owner.ask("check", "--json").json["deeds"]
    assert (does["rule"], does["host"], does["doubts"]) == (RULE, "", [])


def test_check_names_the_hosts_that_rules_will_call_and_says_what_goes_without_asking(owner):
    hook = "do: {webhook: https://home.example/hook}"
    owner.write(RULES.replace("do: {run: [./order, --confirm], spends: yes, within: 2h, limit: 2 a month}", hook))
    said = owner.ask("check").text
    assert "Hosts that rules will call:\n  home.example" in said
    assert "call home.example, without asking" in said


def test_check_refuses_a_command_where_others_may_write_the_rules(owner):
    owner.rules.chmod(0o666)
    said = owner.ask("check")
    assert said.code == 1
    assert "nothing is run, since others could decide what" in said.text


def test_check_says_what_a_publication_lacks(owner):
    publish = "do: {publish: 'mqtt://home.example/lamp/+', ask: yes}"
    text = RULES.replace("do: {run: [./order, --confirm], spends: yes, within: 2h, limit: 2 a month}", publish)
    owner.write(text)
    said = owner.ask("check")
    assert said.code == 1
    assert "lamp/+ is a pattern of topics" in said.text


def test_a_program_reads_what_came_of_an_answer(owner):
    number = asked(owner)
    said = owner.ask("yes", number, "--json")
    assert (said.code, said.json["taken"], said.json["answer"], said.json["rule_id"]) == (0, True, "yes", RULE)
    again = owner.ask("no", number, "--json")
    assert (again.code, again.json["taken"]) == (1, False)
    assert "settled already" in again.json["said"]


def test_deeds_are_listed_by_the_name_of_a_rule_whatever_its_id(owner):
    owner.write(RULES.replace("    watch: price", "    id: phones\n    watch: price"))
    number = asked(owner)
    for name in ("phones", "Headphones below $150"):
        assert [one["id"] for one in owner.ask("deeds", "--rule", name, "--json").lines] == [number]
    owner.write("rules: [")
    assert number in owner.ask("deeds", "--rule", "Headphones below $150").text
    unknown = owner.ask("deeds", "--rule", "phone")
    assert unknown.code == 5
    assert "did you mean phones?" in unknown.error


def test_a_rule_that_did_nothing_is_said_to_have_done_nothing(owner):
    owner.start()
    assert "This rule did nothing" in owner.ask("deeds", "--rule", RULE).text

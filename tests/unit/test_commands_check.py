"""`check` and `channels`: what is wrong with the rules, and whether the owner can be reached."""

from __future__ import annotations

from contextlib import closing

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from agent.database import Database, table_of
from agent.tables import ContactRow
from tests.end_to_end.scene import little_web
from tests.http_sink import dead_port, http_sink
from tests.lived import ask

PAGE = """<html><script type="application/ld+json">{"@type": "Product", "name": "Headphones",
"offers": {"@type": "Offer", "price": "139.00", "priceCurrency": "USD"}}</script>
<h1>Headphones</h1><p>$139.00</p></html>"""
ITEMS = "".join(f"<item><title>Fusion power {number}</title><guid>{number}</guid></item>" for number in range(6))
FEED = f'<rss version="2.0"><channel><title>One</title>{ITEMS}</channel></rss>'
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
    asked = ask("channels", "test", "--rules", rules("rules: []"))
    assert asked.code == 5
    assert "write one below channels:, such as phone: ntfys://" in " ".join(asked.error.split())


# check --live


@pytest.fixture
def shop():
    with little_web() as web:
        web.show("/page", PAGE)
        web.show("/feed", FEED, "application/rss+xml")
        yield web


LIVE = """
me: {{currency: USD}}
topics: {{fusion: [fusion energy]}}
channels: {{phone: json://127.0.0.1:1}}
defaults: {{notify: phone}}
network: {{allow: [127.0.0.1], every: 1s}}
rules:
  - {{name: Cheap, watch: price, url: "{url}/page", when: price below $150}}
  - {{name: Dear, watch: price, url: "{url}/page", when: price above 200 EUR}}
  - {{name: Calm, watch: price, url: "{url}/page", when: price above 200 USD}}
  - {{name: Fusion, watch: feed, url: "{url}/feed", when: mentions topics.fusion}}
  - {{name: Gone, watch: feed, url: "{url}/gone"}}
"""


def test_every_rule_is_held_against_what_its_source_shows_now(rules, shop):
    asked = ask("check", rules(LIVE.format(url=shop.url(""))), "--live", "--json")
    live = {each["rule"]: each for each in asked.json["live"]}
    about = {rule: [one["about"] for one in each["suggestions"]] for rule, each in live.items()}
    assert about == {
        "cheap": ["already true"],
        "dear": ["another currency"],
        "calm": [],
        "fusion": ["no match"],
        "gone": [],
    }
    assert live["cheap"]["suggestions"][0]["sentence"] == "would tell at once: already 139.00 USD"
    assert live["gone"]["troubles"][0]["name"] == "SourceGone"
    # One poll for the three rules that look at the same page.
    assert sorted(shop.asked) == ["/feed", "/gone", "/page"]
    # A source that cannot be seen needs the owner; a suggestion is none of the agent's business.
    assert asked.code == 1


def test_suggestions_alone_need_nobody(rules, shop):
    text = LIVE.format(url=shop.url("")).rpartition("  - {name: Gone")[0]
    asked = ask("check", rules(text), "--live")
    assert asked.code == 0
    assert "would tell at once: already 139.00 USD" in asked.text
    assert "Calm" not in asked.text
    calm = text.partition("  - {name: Cheap")[0] + next(line for line in text.splitlines() if "name: Calm" in line)
    assert "nothing is odd" in ask("check", rules(calm), "--live").text


def test_looking_is_asked_for(rules, shop):
    asked = ask("check", rules(LIVE.format(url=shop.url(""))), "--json")
    assert "live" not in asked.json
    assert shop.asked == []


def test_a_look_writes_the_ledger_and_nothing_else(rules, shop, tmp_path):
    file, state = rules(LIVE.format(url=shop.url(""))), ["--state", str(tmp_path / "state")]
    ask("check", file, "--live", *state)
    assert not (tmp_path / "state").exists()
    Database.open(tmp_path / "state" / "store.sqlite").close()
    ask("check", file, "--live", *state)
    with closing(Database.open(tmp_path / "state" / "store.sqlite")) as database, database.reading() as connection:
        counts = {table.name: len(connection.execute(select(table)).all()) for table in SQLModel.metadata.sorted_tables}
        contacts = connection.execute(select(table_of(ContactRow))).all()
    assert {name for name, count in counts.items() if count} == {"contacts", "settings"}
    asked_by = sorted((contact.record["asked_by"] for contact in contacts), key=len)
    assert asked_by == [["fusion"], ["gone"], ["cheap", "dear", "calm"]]
    assert {contact.purpose for contact in contacts} == {"poll"}


def test_a_store_that_cannot_be_written_keeps_nobody_from_looking(rules, shop, tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "store.sqlite").write_text("no database, though it is long enough to be one " * 20)
    asked = ask("check", rules(LIVE.format(url=shop.url(""))), "--live", "--state", str(tmp_path / "state"))
    assert "already 139.00 USD" in asked.text
    assert "is not in the ledger" in asked.error


DATES = """
channels: {phone: json://127.0.0.1:1}
network: {check: "https://always.example/"}
rules:
  - {name: Days, watch: dates, dates: [{name: Sam, birthday: 05-13}], when: %s}
"""


def test_the_address_that_is_asked_in_doubt_is_among_what_may_be_contacted(rules):
    text = DATES % "days_until <= 14"
    assert ask("check", rules(text), "--json").json["hosts"] == []
    site = '  - {name: Home, watch: site, url: "https://home.example/", when: not up}\n'
    assert ask("check", rules(text + site), "--json").json["hosts"] == ["always.example", "home.example"]


@pytest.mark.parametrize(
    ("when", "remind"),
    [
        ('"days_until in [30, 14, 3]"', "[30, 14, 3]"),
        ('"in [7, 0]"', "[7, 0]"),
        ('"age > 17 and days_until is in [7 days]"', "[7]"),
    ],
)
def test_a_lead_time_that_may_be_slept_through_is_said_with_what_makes_up_for_it(rules, when, remind):
    (notice,) = ask("check", rules(DATES % when), "--json").json["notices"]
    assert f"`remind: {remind}` with `when: due`" in notice


@pytest.mark.parametrize("when", ["days_until <= 14", '"age in [18, 21]"', "due"])
def test_what_holds_until_the_day_is_fine(rules, when):
    assert ask("check", rules(DATES % when), "--json").json["notices"] == []


@pytest.mark.parametrize(
    "options",
    ["watch: file, path: /tmp, when: exists", "watch: report, when: nothing for 1 day"],
)
def test_what_is_asked_nowhere_cannot_be_recorded(rules, options):
    written = rules(GOOD + f"  - {{name: Mine, {options}}}\n")
    said = ask("record", "mine", "--rules", written)
    assert (said.code, "gives no answer over HTTP" in said.error) == (2, True)

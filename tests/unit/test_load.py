"""What a rule file that is right becomes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agent.files import DiskFiles
from rules.load import load
from rules.rule import Again, For, Place, Topic
from tests.rule_files import CHANNEL, KINDS, Files, Shelf, Wire, book_of, rule_of, rule_text
from watchers.registry import kinds

SHELF = ("watch: shelf", "url: https://shop.example/1", "when: price below $5")
WIRE = ("watch: wire", "feeds: [https://a.example/rss]")
FIRST = Path(__file__).resolve().parents[2] / "rules" / "examples" / "first.yaml"


def test_the_first_example_loads_with_the_real_kinds(tmp_path: Path) -> None:
    (tmp_path / "mail-url").write_text("mailtos://me:a-long-password@mail.example\n")
    (tmp_path / "mail-url").chmod(0o600)
    book = load(str(FIRST), DiskFiles(tmp_path, {"NTFY_TOPIC": "nobody-guesses"}), kinds())
    assert [rule.id for rule in book.rules] == ["headphones-below-150", "new-tool-record", "fusion-news"]
    assert [rule.notify for rule in book.rules] == [("phone",), ("phone",), ("mail",)]
    assert len(book.rules[2].watches) == 2
    assert book.me.zone == ZoneInfo("America/New_York")
    assert book.channels["phone"].url.get_secret_value() == "ntfys://ntfy.sh/nobody-guesses"


def test_a_rule_has_what_is_written_and_defaults_for_the_rest() -> None:
    rule = rule_of(*SHELF)
    assert (rule.id, rule.name, rule.kind.name) == ("a-shelf", "A shelf", "shelf")
    assert (rule.every, rule.confirm_after) == (timedelta(hours=1), timedelta(minutes=5))
    assert (rule.notify, rule.urgency, rule.first, rule.ignore_repeats) == (("phone",), "normal", "tell", 5)
    assert (rule.hold, rule.again, rule.cron, rule.keep, rule.message) == (For(), Again(), None, None, None)
    assert rule.place == Place("rules.yaml", 3, 5)
    assert rule.condition.text == "price below $5"
    assert rule.written == "name: A shelf\nwatch: shelf\nurl: https://shop.example/1\nwhen: price below $5"


def test_a_rule_has_all_that_stands_beside_its_condition() -> None:
    rule = rule_of(
        *SHELF, "id: my-shelf", "for: 3 polls", "until: price above $6", "again: every 1d", "first: baseline",
        "every: 1h 30m", "urgency: urgent", "notify: [phone]", "message: Look!", "keep: 2 years", "private: yes",
        "known: any", "note: mine", "confirm_after: 2s", "ignore_repeats: 0",
    )  # fmt: skip
    assert rule.id == "my-shelf"
    assert rule.hold == For(polls=3)
    assert rule.until is not None
    assert rule.until.text == "price above $6"
    assert rule.again == Again("every", timedelta(days=1))
    assert (rule.first, rule.every, rule.urgency) == ("baseline", timedelta(minutes=90), "urgent")
    assert (rule.message, rule.keep, rule.note) == ("Look!", timedelta(days=730), "mine")
    assert (rule.known_any, rule.confirm_after, rule.ignore_repeats) == (True, timedelta(seconds=2), 0)
    assert rule.watches[0].private


@pytest.mark.parametrize(
    ("written", "again"),
    [("when lower", "lower"), ("when  Higher", "higher"), ("never", "never"), ("every 2 weeks", "every")],
)
def test_reminders_are_written_as_words(written: str, again: str) -> None:
    assert rule_of(*SHELF, f"again: {written}").again.when == again


def test_for_takes_a_length_of_time() -> None:
    assert rule_of(*SHELF, "for: 90m").hold == For(length=timedelta(minutes=90))


@pytest.mark.parametrize("word", ["no", "NO", "off", "false", "'no'"])
def test_a_rule_that_is_switched_off_sleeps_under_its_id(word: str) -> None:
    book = book_of(rule_text(*SHELF, f"enabled: {word}"))
    assert (book.rules, book.disabled) == ((), ("a-shelf",))


@pytest.mark.parametrize("word", ["yes", "on", "true", "Yes"])
def test_a_rule_that_is_switched_on_runs(word: str) -> None:
    assert book_of(rule_text(*SHELF, f"enabled: {word}")).disabled == ()


def test_a_stream_without_a_condition_tells_all_that_is_new_and_nothing_at_first() -> None:
    rule = rule_of(*WIRE)
    assert rule.condition.meaning == "always"
    assert rule.condition.subject == "text"
    assert rule.first == "baseline"


def test_a_schedule_by_the_clock_is_kept_as_five_numbers() -> None:
    assert rule_of(*SHELF, "at: 08:05").cron == "5 8 * * *"
    rule = rule_of(*SHELF, 'cron: "0 8 * * mon-fri"')
    assert rule.cron == "0 8 * * 1,2,3,4,5"
    assert rule.every == timedelta(days=3)


def test_a_schedule_by_the_clock_outdoes_the_default_interval() -> None:
    rule = rule_of(*SHELF, "at: 8:00", head=CHANNEL + "defaults: {every: 5m}\n")
    assert (rule.cron, rule.every) == ("0 8 * * *", timedelta(days=1))


def test_defaults_hold_where_a_rule_says_nothing() -> None:
    head = (
        "channels: {a: 'ntfy://a.example/long-topic', b: 'ntfy://b.example/long-topic'}\n"
        "defaults: {every: 5m, notify: [a, b], urgency: low, confirm_after: 1m, keep: 1 year}\n"
    )
    rule = rule_of(*SHELF, head=head)
    assert (rule.every, rule.notify, rule.urgency) == (timedelta(minutes=5), ("a", "b"), "low")
    assert (rule.confirm_after, rule.keep) == (timedelta(minutes=1), timedelta(days=365))
    rule = rule_of(*SHELF, "notify: b", "every: 2h", "urgency: high", head=head)
    assert (rule.every, rule.notify, rule.urgency) == (timedelta(hours=2), ("b",), "high")


def test_names_of_any_script_make_ids() -> None:
    head = CHANNEL + "rules:\n"
    names = ["Ärger & Öl", "新しい アルバム", "हिन्दी समाचार", "ＡＢＣ １２"]
    text = head + "".join(f"  - {{name: {name}, watch: wire, feeds: ['https://a.example']}}\n" for name in names)
    assert [rule.id for rule in book_of(text).rules] == ["ärger-öl", "新しい-アルバム", "हिन्दी-समाचार", "abc-12"]


def test_a_number_or_a_word_for_a_switch_where_text_is_meant_is_text_as_written() -> None:
    for written in ("311", "3.10", "0x1F", "007", "NO", "true", "1975", "off"):
        player = rule_of("watch: player", f"artist: {written}").watches[0].watcher
        assert player.label == written


def test_values_of_a_kind_come_as_its_types() -> None:
    rule = rule_of(*SHELF, 'depth: "3"', "whole: no", "urls: [https://a.example, https://b.example]")
    watcher = rule.watches[1].watcher
    assert isinstance(watcher, Shelf)
    assert (watcher.depth, watcher.whole, watcher.url) == (3, False, "https://b.example")
    assert [watch.label for watch in rule.watches] == ["https://a.example", "https://b.example"]


def test_a_length_of_time_is_read_for_a_kind_that_asks_for_one() -> None:
    watcher = rule_of(*SHELF, "patience: 2 min", "tags: [b, a]").watches[0].watcher
    assert isinstance(watcher, Shelf)
    assert (watcher.patience, watcher.tags) == (timedelta(minutes=2), {"a", "b"})


def test_the_order_of_a_set_makes_no_other_watch() -> None:
    assert rule_of(*SHELF, "tags: [b, a]").watches[0].id == rule_of(*SHELF, "tags: [a, b]").watches[0].id


def test_a_moment_may_be_told_again_after_some_time() -> None:
    assert rule_of(*SHELF[:2], "when: changes", "again: every 1d").again.when == "every"


def test_a_topic_may_be_one_number() -> None:
    assert (
        rule_of(*WIRE, "when: mentions topics.year", head=CHANNEL + "topics: {year: 1984}\n").condition.window
        == timedelta()
    )


def test_a_watch_named_twice_is_one() -> None:
    assert len(rule_of("watch: wire", "feeds: [https://a.example, https://a.example]").watches) == 1


def test_equal_watches_of_different_rules_have_one_id_and_others_have_not() -> None:
    one, same = rule_of(*SHELF), rule_of(*SHELF, "every: 5m", "depth: 1")
    assert one.watches[0].id == same.watches[0].id
    for other in ("depth: 2", "private: yes", "user_agent: x", "headers: {a: b}"):
        assert rule_of(*SHELF, other).watches[0].id != one.watches[0].id


def test_the_profile_is_there_for_sentences() -> None:
    text = "me: {timezone: Europe/Berlin, currency: eur, city: Berlin, budget: 19.90, floors: 3, likes: [Tool, 311]}\n"
    me = book_of(text + rule_text(*WIRE)).me
    assert me.zone == ZoneInfo("Europe/Berlin")
    assert me.currency == "EUR"
    assert me.values == {
        "currency": "EUR", "city": "Berlin", "budget": Decimal("19.9"), "floors": 3, "likes": ("Tool", "311"),
    }  # fmt: skip


def test_without_a_profile_the_zone_is_the_machines() -> None:
    book = load("rules.yaml", Files({"rules.yaml": rule_text(*WIRE)}), KINDS, zone=ZoneInfo("Asia/Tokyo"))
    assert (book.me.zone, book.me.currency, dict(book.me.values)) == (ZoneInfo("Asia/Tokyo"), None, {})


def test_topics_are_phrases_with_or_without_their_case() -> None:
    text = "topics: {a: [x, 5], b: {phrases: [IT], exact: yes}, c: one phrase}\n"
    sentence = "when: mentions topics.a or mentions topics.b or mentions topics.c"
    meaning = rule_of(*WIRE, sentence, head=CHANNEL + text).meaning
    assert Topic(("x", "5")) == Topic(("x", "5"), exact=False)
    changed = text.replace("one phrase", "another phrase")
    assert rule_of(*WIRE, sentence, head=CHANNEL + changed).meaning != meaning


def test_the_network_is_what_is_written() -> None:
    text = (
        "network:\n  allow: [192.168.1.0/24, 10.0.0.7, 'fd00::/8']\n  every: 2s\n  check: https://one.example/\n"
        "  hosts: {Shop.Example: {user_agent: me, headers: {x: 1}, ca: home.pem}}\n"
    )
    network = book_of(text + rule_text(*WIRE)).network
    assert network.allow == ("192.168.1.0/24", "10.0.0.7/32", "fd00::/8")
    assert network.host_every == timedelta(seconds=2)
    assert network.check == "https://one.example/"
    options = network.hosts["shop.example"]
    assert (options.user_agent, options.ca) == ("me", "/rules/home.pem")
    assert options.headers["x"].get_secret_value() == "1"


def test_meaning_changes_with_what_is_judged_and_with_nothing_else() -> None:
    rule = rule_of(*SHELF)
    for same in ("every: 5m", "urgency: low", "note: x", "message: y", "id: other", "depth: 2"):
        assert rule_of(*SHELF, same).meaning == rule.meaning, same
    for other in ("until: price above $6", "first: baseline"):
        assert rule_of(*SHELF, other).meaning != rule.meaning, other
    assert rule_of(*SHELF[:2], "when: price < 5 USD").meaning == rule.meaning


def test_settings_are_the_same_after_a_rename_and_different_after_any_other_edit() -> None:
    rule = rule_of(*SHELF)
    renamed = book_of(rule_text(*SHELF).replace("A shelf", "Another")).rules[0]
    assert (renamed.settings, renamed.id != rule.id) == (rule.settings, True)
    assert rule_of(*SHELF, "id: x").settings == rule.settings
    assert rule_of(*SHELF, "every: 5m").settings != rule.settings


def test_the_rule_is_shown_as_it_stands_in_the_file() -> None:
    flow = (
        CHANNEL + "rules: [{name: A, watch: wire, feeds: [https://a.example]}, {name: B, watch: player, artist: b}]\n"
    )
    assert [rule.written for rule in book_of(flow).rules] == [
        "{name: A, watch: wire, feeds: [https://a.example]}", "{name: B, watch: player, artist: b}",
    ]  # fmt: skip
    block = CHANNEL + "rules:\n- name: A\n  watch: wire # why\n\n  feeds:\n    - https://a.example\n\n# end\n"
    assert book_of(block).rules[0].written == "name: A\nwatch: wire # why\n\nfeeds:\n  - https://a.example"


def test_several_rules_and_sections_keep_their_order() -> None:
    text = (
        rule_text(*WIRE)
        + "  - {name: Second, watch: player, artist: a}\n"
        + "  - {name: First, watch: player, artist: b}\n"
    )
    book = book_of(text)
    assert [rule.id for rule in book.rules] == ["a-shelf", "second", "first"]
    assert book.rule("first") is book.rules[2]
    assert isinstance(book.rules[0].watches[0].watcher, Wire)


def test_empty_sections_are_yet_to_be_filled_in() -> None:
    assert book_of(CHANNEL + "me:\ntopics:\nnetwork:\ndefaults:\ninclude:\nrules:\n").notices == (
        "there is no rule: nothing is watched",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (rule_text(*SHELF, "every: 30s"), "asks shop.example every 30s"),
        (rule_text("watch: shelf", "url: http://shop.example", "when: changes", "auth: {user: a}"), "over http://"),
        ("topics: {spare: [x]}\n" + rule_text(*WIRE), "no rule asks for the topic spare"),
        (rule_text(*WIRE, "notify: phone").replace("}\n", ", spare: 'x://aaaaa'}\n"), "the channel spare"),
        ("include: [more/*.yaml]\n" + rule_text(*WIRE), "no file matches more/*.yaml"),
        (rule_text(*SHELF[:-1], "when: changes", "again: every 1d"), "of A shelf never comes to remind"),
    ],
)  # fmt: skip
def test_what_is_allowed_but_hardly_meant_is_noticed(text: str, said: str) -> None:
    notices = book_of(text).notices
    assert [said in notice for notice in notices] == [True]


def test_nothing_is_noticed_of_a_sound_file_and_of_quick_rules_at_home() -> None:
    assert book_of(rule_text(*SHELF)).notices == ()
    for host in ("127.0.0.1:8000", "192.168.1.7", "nas", "nas.local", "[::1]"):
        text = rule_text("watch: shelf", f"url: http://{host}/x", "when: changes", "every: 1s")
        assert book_of(text).notices == (), host


@pytest.mark.parametrize("address", ["dbus://", "dbus://?urgency=high", "SYSLOG://", "windows://"])
def test_a_channel_to_this_machine_itself_needs_no_more_than_its_service(address: str) -> None:
    book = book_of(f"channels: {{desk: {{url: '{address}'}}}}\n")
    assert book.channels["desk"].url.get_secret_value() == address

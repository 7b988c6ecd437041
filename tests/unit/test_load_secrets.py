"""Secrets come by reference or stand in the file; neither is shown, and no id depends on what a reference holds."""

from __future__ import annotations

import pytest

from rules.faults import RuleFaults
from rules.load import load
from tests.rule_files import CHANNEL, KINDS, Files, Player, Shelf, book_of, faults_of, rule_of, rule_text

SECRET = "hunter2-and-more"
ENV = {"env:KEY": SECRET}


def test_a_reference_stands_for_its_value_in_texts_and_in_secrets() -> None:
    lines = ("watch: shelf", "url: 'https://a.example/?key=${env:KEY}'", "when: changes", "headers: {x: '${env:KEY}!'}")
    watcher = rule_of(*lines, secrets=ENV).watches[0].watcher
    assert isinstance(watcher, Shelf)
    assert watcher.url == f"https://a.example/?key={SECRET}"
    assert watcher.headers["x"].get_secret_value() == f"{SECRET}!"


def test_a_reference_may_stand_for_a_number_and_for_a_switch() -> None:
    lines = ("watch: shelf", "url: https://a.example", "when: changes", "depth: ${env:DEPTH}", "whole: ${env:WHOLE}")
    watcher = rule_of(*lines, secrets={"env:DEPTH": "7", "env:WHOLE": "yes"}).watches[0].watcher
    assert isinstance(watcher, Shelf)
    assert (watcher.depth, watcher.whole) == (7, True)


def test_two_dollars_are_one_and_no_reference() -> None:
    assert rule_of("watch: player", "artist: 'A$${AP} and $5 ${env:KEY}'", secrets=ENV).watches[0].watcher.label == (
        f"A${{AP}} and $5 {SECRET}"
    )


def test_what_a_reference_holds_is_known_as_a_secret_and_its_file_is_watched() -> None:
    text = rule_text("watch: player", "artist: x", "token: ${file:token}")
    book = book_of(text, {"file:token": SECRET})
    assert SECRET in book.secrets
    assert book.files == ("rules.yaml", "/secrets/token")


def test_a_reference_is_looked_up_once() -> None:
    files = Files({"rules.yaml": rule_text("watch: player", "artist: '${env:KEY}'", "token: '${env:KEY}'")}, ENV)
    load("rules.yaml", files, KINDS)
    assert files.asked == ["env:KEY"]


@pytest.mark.parametrize(
    "lines",
    [
        ("watch: shelf", "url: 'https://a.example/?key=${env:KEY}'", "when: changes"),
        ("watch: shelf", "url: 'https://a.example/'", "headers: {x: '${env:KEY}'}", "when: changes"),
        ("watch: shelf", "urls: ['https://a.example/?key=${env:KEY}', 'https://b.example']", "when: changes"),
        ("watch: player", "artist: '${env:KEY}'"),
        ("watch: player", "artist: x", "token: '${env:KEY}'"),
    ],
)
def test_ids_and_labels_and_what_is_shown_do_not_know_the_value(lines: tuple[str, ...]) -> None:
    one, other = rule_of(*lines, secrets=ENV), rule_of(*lines, secrets={"env:KEY": "another-value"})
    assert [watch.id for watch in one.watches] == [watch.id for watch in other.watches]
    assert (one.settings, one.meaning, one.written) == (other.settings, other.meaning, other.written)
    assert SECRET not in one.written + "".join(watch.label for watch in one.watches)


def test_an_address_that_is_a_reference_as_a_whole_keeps_its_watch_when_the_secret_changes() -> None:
    """A kind refuses `${env:FEED}` for an address, so that the options as written cannot be had from the kind."""
    lines = ("watch: shelf", "urls: ['${env:FEED}', 'https://b.example']", "url: '${env:FEED}'", "when: changes")
    one = rule_of(*lines, secrets={"env:FEED": "https://a.example/?key=1234567"})
    other = rule_of(*lines, secrets={"env:FEED": "https://a.example/?key=7654321"})
    assert [watch.id for watch in one.watches] == [watch.id for watch in other.watches]
    assert one.watches[0].label == "${env:FEED}"
    assert one.watches[0].id != one.watches[1].id


def test_two_references_with_one_value_are_two_watches() -> None:
    secrets = {"env:A": "https://a.example/x", "env:B": "https://a.example/x"}
    ids = {rule_of("watch: player", f"artist: ${{env:{name}}}", secrets=secrets).watches[0].id for name in "AB"}
    assert len(ids) == 2


def test_what_a_kind_says_of_a_value_does_not_hold_the_secret() -> None:
    faults = faults_of(rule_text("watch: shelf", "url: '${env:KEY}'", "when: changes"), ENV)
    assert [fault.message for fault in faults] == ["`url`: ${env:KEY} is no address"]


@pytest.mark.parametrize(
    "text",
    [
        rule_text("watch: shelf", f"auth: {{user: me, pasword: {SECRET}}}"),
        rule_text("watch: shelf", f"url: https://a.example, headers: {{X-Token: {SECRET}}}, when: changes"),
        rule_text(f"{{token: {SECRET}, wach: player}}"),
        f"channels: {{phone: {{url: 'ntfys://{SECRET}', qiet: x}}}}\n",
        f"channels: {{phone: {SECRET}}}\n",
        f"channels: {{phone: 'ntfys://me:{SECRET}@x.example/y', mail: 'mailtos://me:{SECRET}@x.example' x}}\n",
        rule_text(f"password: @{SECRET}"),
        rule_text("watch: player", f"token: '{SECRET}", "artist: x"),
        f"network: {{hosts: {{x.example: {{auth: {{bearer: {SECRET}}}, uer_agent: x}}}}}}\n",
    ],
)
def test_a_secret_that_stands_in_the_file_is_not_shown_with_a_fault(text: str) -> None:
    with pytest.raises(RuleFaults) as raised:
        book_of(text)
    assert SECRET not in str(raised.value)


def test_a_caret_still_stands_under_its_fault_when_a_secret_was_blanked_before_it() -> None:
    fault = faults_of(f"channels: {{phone: {{url: 'ntfys://{SECRET}', qiet: x}}}}\n")[0]
    assert fault.line[fault.place.column - 1 :].startswith("qiet")
    assert len(fault.line) == len(f"channels: {{phone: {{url: 'ntfys://{SECRET}', qiet: x}}}}")


def test_a_secret_that_stands_in_the_file_is_blanked_where_the_rule_is_shown() -> None:
    rule = rule_of("watch: player", "artist: x", f"token: {SECRET}")
    watcher = rule.watches[0].watcher
    assert isinstance(watcher, Player)
    assert watcher.token is not None
    assert watcher.token.get_secret_value() == SECRET
    assert rule.written == "name: A shelf\nwatch: player\nartist: x\ntoken: ***"


def test_a_header_is_a_secret_where_its_name_says_so() -> None:
    lines = (
        "watch: shelf",
        "url: https://a.example",
        "when: changes",
        "headers: {Accept: text/html, X-Api-Key: '987654'}",
    )
    book = book_of(rule_text(*lines))
    assert "987654" in book.secrets
    assert "text/html" not in book.secrets
    assert SECRET not in book.rules[0].written
    assert book.rules[0].written.endswith("headers: {Accept: ***, X-Api-Key: ***}")


def test_an_empty_reference_hides_nothing() -> None:
    book = book_of(rule_text("watch: player", "artist: 'x${env:KEY}'"), {"env:KEY": ""})
    assert (book.rules[0].watches[0].label, "" in book.secrets) == ("x${env:KEY}", False)


def test_a_line_that_is_no_yaml_keeps_its_references() -> None:
    assert faults_of('token: "${env:KEY}" x\n', ENV)[0].line == 'token: "${env:KEY}" x'


def test_a_secret_that_is_repeated_from_elsewhere_is_shown_as_it_is_written() -> None:
    text = CHANNEL.replace('"ntfys', '&t "ntfys') + "rules: [{name: A, watch: player, artist: x, token: *t}]\n"
    assert book_of(text).rules[0].written == "{name: A, watch: player, artist: x, token: *t}"


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("mailtos://me:pw123@mail.example", {"pw123"}),
        ("tgram://123456789:AAEEddff/12345", {"123456789:AAEEddff"}),
        ("ntfys://ntfy.sh/nobody-guesses", {"nobody-guesses"}),
        ("discord://4444444444/token-token", {"4444444444", "token-token"}),
        ("jsons://x.example/hook?key=0123456789", {"0123456789"}),
        ("pover://user%40key99@token", {"user%40key99", "user@key99"}),
        ("gotify://raspberrypi:8080/AbCdEf0123", {"AbCdEf0123"}),
        ("x://[half/abc", set()),
    ],
)
def test_an_address_of_a_channel_is_a_secret_with_its_password_and_tokens(url: str, secrets: set[str]) -> None:
    text = rule_text("watch: player", "artist: x", head=f"channels: {{phone: '{url}'}}\n")
    assert book_of(text).secrets == {url, *secrets}


def test_two_dollars_are_no_reference_in_words_either() -> None:
    assert rule_of("watch: player", "artist: x", "message: 'now $${{5}}'").message == "now $${{5}}"


def test_references_do_not_reach_what_is_stored_and_shown() -> None:
    for key in ("when", "until", "message", "note"):
        text = rule_text("watch: player", "artist: x", f"{key}: '${{env:KEY}}'")
        assert "would be shown here" in faults_of(text, ENV)[0].message
    named = CHANNEL + "rules:\n  - {name: '${env:KEY}', watch: player, artist: x}\n"
    assert "would be shown here" in faults_of(named, ENV)[0].message

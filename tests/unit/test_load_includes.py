"""A rule file may be spread over several: each keeps its own name in what is said of it."""

from __future__ import annotations

import pytest

from rules.faults import RuleFaults
from rules.load import load
from tests.rule_files import KINDS, Files, faults_of, rule_text

MAIN = rule_text("watch: player", "artist: x")


def test_rules_and_names_of_included_files_are_there_as_if_they_stood_in_the_main_one() -> None:
    files = Files(
        {
            "rules.yaml": "include: [people.yaml, more.yaml]\ndefaults: {notify: phone}\n" + MAIN,
            "people.yaml": "me: {city: Oslo}\ntopics: {t: [x]}\nchannels: {mail: 'x://aaaaaaaa'}\n",
            "more.yaml": "rules: [{name: B, watch: player, artist: x, when: mentions topics.t, notify: mail}]\n",
        }
    )
    book = load("rules.yaml", files, KINDS)
    assert [rule.id for rule in book.rules] == ["a-shelf", "b"]
    assert (book.me.values["city"], set(book.channels)) == ("Oslo", {"phone", "mail"})
    assert book.files == ("rules.yaml", "people.yaml", "more.yaml")
    assert str(book.rules[1].place) == "more.yaml:1:9"


def test_names_are_relative_to_the_folder_of_the_including_file_and_sorted() -> None:
    files = Files(
        {
            "home/rules.yaml": "include: rules.d/*.yaml\n" + MAIN,
            "home/rules.d/b.yaml": "rules: [{name: B, watch: player, artist: x}]\n",
            "home/rules.d/a.yaml": "rules: [{name: A, watch: player, artist: x}]\n",
            "rules.d/c.yaml": "not even: read: this\n",
        }
    )
    assert [rule.id for rule in load("home/rules.yaml", files, KINDS).rules] == ["a-shelf", "a", "b"]


def test_a_file_that_matches_twice_or_is_the_main_one_is_read_once() -> None:
    files = Files({"rules.yaml": "include: ['*.yaml', a.yaml]\n" + MAIN, "a.yaml": "me: {city: Oslo}\n"})
    assert load("rules.yaml", files, KINDS).files == ("rules.yaml", "a.yaml", "*.yaml")


def test_an_included_file_may_hold_nothing_yet() -> None:
    for empty in ("", "# to come\n", "rules:\n"):
        assert faults_of("include: [a.yaml]\n" + MAIN, a_yaml=empty) == ()


def test_every_file_says_its_own_faults() -> None:
    faults = faults_of("include: [a.yaml, b.yaml]\nmee: 1\n" + MAIN, a_yaml="me: {city: a: b}\n", b_yaml="\n- x\n")
    assert [(fault.place.file, fault.place.line) for fault in faults] == [
        ("a.yaml", 1),
        ("b.yaml", 2),
        ("rules.yaml", 2),
    ]


def test_a_name_that_stands_in_two_files_is_told_with_both_places() -> None:
    more = "channels: {phone: 'x://aaaaaaaa'}\nrules: [{name: A shelf, watch: player, artist: x}]\n"
    faults = faults_of("include: [a.yaml]\n" + MAIN, a_yaml=more)
    assert [(str(fault.place), fault.message) for fault in faults] == [
        ("a.yaml:1:12", "`phone` stands twice under channels, first at rules.yaml:2:12"),
        ("a.yaml:2:16", "the id `a-shelf` is taken by the rule at rules.yaml:4:11"),
    ]


def test_only_the_main_file_includes_and_sets_what_holds_for_all() -> None:
    more = "include: [b.yaml]\ndefaults: {every: 1m}\nnetwork: {every: 1s}\nrulez: []\n"
    faults = faults_of("include: [a.yaml]\n" + MAIN, a_yaml=more)
    assert [(fault.place.line, fault.message) for fault in faults] == [
        (1, "`include` belongs into the main file"),
        (2, "`defaults` belongs into the main file"),
        (3, "`network` belongs into the main file"),
        (4, "`rulez` is no key that is known here"),
    ]


def test_a_missing_file_is_told_where_it_is_named() -> None:
    faults = faults_of("include:\n  - a.yaml\n  - gone.yaml\n" + MAIN, a_yaml="me: {city: x}\n")
    assert [(str(fault.place), fault.message) for fault in faults] == [("rules.yaml:3:5", "there is no file gone.yaml")]


def test_a_byte_that_is_no_text_is_told_at_its_place_in_its_file() -> None:
    faults = faults_of("include: [bytes.yaml]\n" + MAIN)
    assert [str(fault) for fault in faults] == ["bytes.yaml:2:5: a byte here is no UTF-8\n  save it as UTF-8"]


def test_a_missing_main_file_is_told_at_its_beginning() -> None:
    with pytest.raises(RuleFaults) as raised:
        load("rules.yaml", Files({}), KINDS)
    assert str(raised.value) == "rules.yaml:1:1: there is no file rules.yaml"

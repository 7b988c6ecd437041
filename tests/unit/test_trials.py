"""Rule tests tell what the running agent would tell, of series, entries and saved answers."""

from __future__ import annotations

import pytest

from tests.docs.rulefiles import rule_files
from tests.trials import clock, local, one, polls_told, run, run_all, seen_as
from watchers.api import Day, Flag, Money, Text, Texts


def facts(outcome, number=1):
    (shown,) = outcome.case.turns[number - 1].shown.values()
    return shown[0].facts


# Series.


def test_a_fall_below_the_limit_is_told_once_and_again_after_a_rise():
    outcome = one("- {rule: cheap, price: 160 149 148 151 149, tells: [{at: 2, reason: crossed}, 5]}")
    assert outcome.has_passed
    assert polls_told(outcome) == [2, 5]


def test_what_is_told_and_not_listed_fails():
    outcome = one("- {rule: cheap, price: 160 149, tells: []}")
    assert not outcome.has_passed
    assert "told `crossed`, which was not expected" in seen_as(outcome)
    assert "why: price 149.00 USD is below 150.00 USD" in seen_as(outcome)


def test_what_is_listed_and_not_told_fails_and_says_why_not():
    outcome = one("- {rule: cheap, price: 160 151, tells: [2]}")
    assert not outcome.has_passed
    assert "poll 2, Sun 2026-03-01 10:00 EST: expected a message, and none was told" in seen_as(outcome)
    assert "why not: price 151.00 USD is not below 150.00 USD" in seen_as(outcome)


@pytest.mark.parametrize(
    ("series", "told", "why"),
    [
        ("160 149 149", 3, "that was told at poll 2 and has been true since"),
        ("160 x", 2, "this poll is a trouble, as written: unknown tells nothing"),
        ("160 _", 2, "there was no poll then"),
        ("160 ?", 2, "unknown: "),
    ],
)
def test_every_sort_of_silence_has_its_reason(series, told, why):
    assert why in seen_as(one(f"- {{rule: cheap, price: '{series}', tells: [{told}]}}"))


def test_a_condition_that_has_to_hold_says_that_it_did_not_hold_long_enough():
    outcome = one("- {rule: held, price: 160 149, every: 30m, tells: [2]}")
    assert "but not yet for as long as `for` asks" in seen_as(outcome)


def test_trouble_and_silence_neither_tell_nor_arm():
    assert one("- {rule: cheap, price: 160 149 x ? _ 149, tells: [2]}").has_passed


def test_a_value_is_repeated_and_goes_in_steps():
    outcome = one("- {rule: cheap, price: 160..145/5 149x3 160 149.5..148.5/0.5, tells: [4, 9]}")
    assert outcome.has_passed
    assert len(outcome.case.turns) == 11
    assert outcome.case.rows[0].cells == (
        "160", "155", "150", "145", "149", "149", "149", "160", "149.5", "149.0", "148.5"
    )  # fmt: skip


def test_a_strange_price_is_confirmed_by_a_second_look_unless_it_is_gone_by_then():
    assert polls_told(one("- {rule: cheap, price: 160 1 160, tells: [2]}")) == [2]
    assert one("- {rule: cheap, price: 160 1! 160 149, tells: [4]}").has_passed


def test_the_first_price_is_told_at_its_second_look():
    outcome = one("- {rule: cheap, price: 149, tells: [{at: 2026-03-01 09:05, reason: already true when first seen}]}")
    assert outcome.has_passed


def test_a_positive_evidence_is_false_unless_it_is_written():
    assert one("- {rule: cheap, price: 160 149 148, sold_out: no yes no, tells: [3]}").has_passed
    assert facts(one("- {rule: cheap, price: 160, tells: []}"))["sold_out"] == Flag(False)
    assert "sold_out" not in facts(one('- {rule: cheap, price: 160, sold_out: "?", tells: []}'))


def test_one_value_stands_for_all_polls_and_gives_way_to_a_mark():
    outcome = one("- {rule: cheap, price: 160 x 149, title: '\"Studio Headphones\"', tells: [3]}")
    assert outcome.has_passed
    assert facts(outcome, 3)["title"] == Text("Studio Headphones")


def test_a_list_takes_values_with_spaces():
    outcome = one('- {rule: cheap, price: [160, _, 149], title: [A b, _, "_"], tells: [3]}')
    assert outcome.has_passed
    assert facts(outcome, 3)["title"] == Text("_")


def test_money_is_the_sentence_s_own_or_the_owner_s():
    assert facts(one("- {rule: cheap, price: 160, tells: []}"))["price"] == Money(160, "USD")
    assert facts(one("- {rule: euros, price: 160, tells: []}"))["price"] == Money(160, "EUR")
    assert facts(one("- {rule: euros, price: £160, tells: []}"))["price"] == Money(160, "GBP")
    assert facts(one("- {rule: euros, price: 160USD, tells: []}"))["price"] == Money(160, "USD")


# Time.


def test_time_between_polls_is_true_time_over_the_night_that_loses_an_hour():
    outcome = one("- {rule: cheap, at: 2026-03-08 00:30, price: 160x4, tells: []}")
    assert clock(outcome) == ["03-08 00:30 EST", "03-08 01:30 EST", "03-08 03:30 EDT", "03-08 04:30 EDT"]


def test_time_between_polls_is_true_time_over_the_night_that_gains_an_hour():
    outcome = one("- {rule: cheap, zone: Europe/Berlin, at: 2026-10-25 01:30, price: 160x4, tells: []}")
    assert clock(outcome) == ["10-25 01:30 CEST", "10-25 02:30 CEST", "10-25 02:30 CET", "10-25 03:30 CET"]


def test_the_hour_that_comes_twice_is_named_by_its_offset():
    text = "- {{rule: cheap, zone: Europe/Berlin, at: 2026-10-25 01:30, price: 160 160 149 149, tells: [{{at: '{}'}}]}}"
    assert one(text.format("2026-10-25 02:30+01:00")).has_passed
    assert not one(text.format("2026-10-25 02:30+02:00")).has_passed


def test_a_rule_that_looks_by_the_clock_does_so_in_summer_and_winter():
    outcome = one("- {rule: morning, at: 2026-03-06 12:00, price: 160x4, tells: []}")
    assert clock(outcome) == ["03-07 08:00 EST", "03-08 08:00 EDT", "03-09 08:00 EDT", "03-10 08:00 EDT"]


def test_what_holds_long_enough_is_told_when_it_has():
    outcome = one("- {rule: held, price: 160 149 149 149, tells: [{at: 2026-03-01 11:30}]}")
    assert outcome.has_passed
    assert polls_told(outcome) == [3]


def test_reminders_come_by_the_time_alone():
    outcome = one("- {rule: again, every: 12h, price: 160 149x4, tells: [2, {at: 4, reason: 'again: still true'}]}")
    assert outcome.has_passed


def test_what_falls_due_after_the_last_poll_and_before_the_next_is_told():
    outcome = one("- {rule: again, every: 2d, price: 160 149, tells: [2, {at: 2026-03-04 09:00}]}")
    assert outcome.has_passed
    assert [local(told.at, outcome.case.zone) for told in outcome.told] == ["03-03 09:00 EST", "03-04 09:00 EST"]


def test_a_day_as_a_time_means_all_of_it():
    assert one("- {rule: cheap, every: 1d, price: 160 149, tells: [{at: 2026-03-02}]}").has_passed
    assert not one("- {rule: cheap, every: 1d, price: 160 149, tells: [{at: 2026-03-01}]}").has_passed


# Entries of a stream.


def test_what_is_there_at_first_is_not_told_and_what_is_new_is():
    outcome = one("""
- rule: fusion
  polls:
    - [{title: An old tokamak}]
    - [{title: A tokamak burns}, {title: Your horoscope}]
    - []
    - _
    - x
    - [{title: Another tokamak, link: "https://one.example/3", key: id-3}]
  tells:
    - {at: 2, of: A tokamak burns, reason: new}
    - {at: 6, of: id-3, contains: ["https://one.example/3", Another tokamak]}
""")
    assert outcome.has_passed, seen_as(outcome)
    assert outcome.case.rows[0].cells == ("+1", "+2", "·", "_", "x", "+1")


def test_a_test_may_have_everything_told_that_is_there_at_first():
    assert one("- {rule: fusion, first: tell, polls: [[{title: A tokamak}]], tells: [1]}").has_passed


def test_an_entry_that_is_written_again_is_the_same_entry():
    text = "- {rule: fusion, polls: [[], [{key: a, title: A tokamak}], [{key: a, title: The tokamak}]], tells: [2]}"
    assert one(text).has_passed


def test_silence_of_a_stream_is_told():
    assert one("- {rule: quiet, polls: [[], [{title: a}], [], [], [], []], tells: [5]}").has_passed


def test_an_entry_names_the_source_that_brings_it():
    outcome = one("- {rule: news, polls: [[], [{title: A tokamak, source: two.example}]], tells: [2]}")
    assert outcome.has_passed
    assert outcome.told[0].firing.source == "https://two.example/b"


def test_an_entry_may_have_several_texts_in_one_fact():
    outcome = one("""
- rule: album
  polls: [[], [{title: Live, type: album, released: 2026-05-01, secondary_types: [live, demo]}]]
  tells: [2]
""")
    assert outcome.told[0].firing.facts["secondary_types"] == Texts(("live", "demo"))


def test_an_entry_whose_kind_makes_no_text_of_others_has_a_key_all_the_same():
    outcome = one("- {rule: fusion, polls: [[], [{categories: [science]}]], tells: []}")
    assert [seen.key for seen in outcome.case.turns[1].shown.popitem()[1]] == ["entry 1"]


def test_facts_of_a_stream_have_their_types():
    outcome = one("""
- rule: album
  polls:
    - []
    - [{title: Lateralus II, type: album, released: 2026-05}, {title: Live, type: other, released: 2026-05-01}]
  tells: [{at: 2, of: Lateralus II}]
""")
    assert outcome.has_passed, seen_as(outcome)
    assert outcome.told[0].firing.facts["released"] == Day(2026, 5)


# What a test may ask of a message.


def test_the_whole_message_can_be_asked_for_but_for_its_id():
    outcome = one("- {rule: cheap, price: 160 149, tells: [2]}")
    whole = outcome.told[0].message
    assert whole.startswith("149.00 USD: Cheap\n\n")
    assert "Ask:" not in whole
    lines = "".join(f"        {line}\n" for line in whole.splitlines())
    text = "- rule: cheap\n  price: 160 149\n  tells:\n    - at: 2\n      message: |\n{}"
    assert one(text.format(lines)).has_passed
    wrong = one(text.format(lines.replace("149.00", "148.00", 1)))
    assert "- 148.00 USD: Cheap" in seen_as(wrong)
    assert "+ 149.00 USD: Cheap" in seen_as(wrong)


def test_what_is_told_otherwise_is_one_difference():
    outcome = one("- {rule: cheap, price: 160 149 160 149, tells: [{at: 2, reason: new}, {at: 4, contains: [148]}]}")
    assert len(outcome.differences) == 2
    assert "reason: expected `new`, told `crossed`" in seen_as(outcome)
    assert "the message does not contain: 148" in seen_as(outcome)


def test_one_that_comes_late_shifts_no_others():
    outcome = one("- {rule: cheap, price: 160 149 160 149 160 149, tells: [1, 4, 6]}")
    assert [type(each).__name__ for each in outcome.differences] == ["Missing", "Surplus"]


def test_what_is_about_something_else_is_a_difference():
    outcome = one("- {rule: fusion, polls: [[], [{title: A tokamak}]], tells: [{at: 2, of: Another}]}")
    assert "of: expected `Another`, told `A tokamak`" in seen_as(outcome)


def test_an_old_entry_that_is_not_told_says_that_it_is_old():
    outcome = one("- {rule: fusion, polls: [[{title: A tokamak}]], tells: [{at: 1, of: A tokamak}]}")
    assert "it was so when the rule first looked, which is only taken note of" in seen_as(outcome)


def test_of_many_reasons_a_few_are_shown():
    entries = ", ".join(f"{{title: story {number}}}" for number in range(9))
    outcome = one(f"- {{rule: fusion, polls: [[], [{entries}]], tells: [2]}}")
    assert "  and 4 more" in seen_as(outcome)


# How it is shown.


def test_a_long_series_is_shown_around_its_first_difference():
    outcome = one("- {rule: cheap, price: 160x100 149 160x100, tells: []}")
    shown = seen_as(outcome, 60).splitlines()
    assert all(len(line) <= 60 for line in shown[:3])
    column = shown[2].index("!")
    assert shown[0][: column + 1].endswith("101")
    assert shown[1][: column + 1].endswith("149")
    assert shown[0].endswith("…")


def test_marks_stand_under_their_polls_and_are_explained():
    outcome = one("- {rule: cheap, price: 160 149 160 149 160, tells: [2, 5]}")
    table = seen_as(outcome).splitlines()[:4]
    assert table == [
        "poll       1    2    3    4    5",
        "price    160  149  160  149  160",
        "told            *         !    ?",
        "       * told as expected · ? expected, not told · ! told, not expected",
    ]


# Where tests stand.


def test_tests_stand_in_files_of_their_own():
    test = "tests:\n  - {rule: cheap, price: 160 149, tells: [2]}\n"
    outcomes = run("", beside={"a.test.yaml": test, "tests/b.test.yaml": test, "other.yaml": "rules: []"})
    assert [outcome.case.place.file for outcome in outcomes] == ["a.test.yaml", "tests/b.test.yaml"]


def test_a_sleeping_rule_is_not_tested():
    assert run("- {rule: asleep, price: 160 149, tells: [2]}") == []


# In the documents.


def test_the_tests_in_the_documents_pass():
    examples = [example for example in rule_files() if example.fence.page.name == "test-your-rules.md"]
    outcomes = [outcome for example in examples[:1] for outcome in run_all(example.files, {})]
    assert [outcome.case.place.file for outcome in outcomes] == ["rules.yaml", "rules.yaml", "tests/by-hand.test.yaml"]
    assert all(outcome.has_passed for outcome in outcomes), [seen_as(outcome) for outcome in outcomes]

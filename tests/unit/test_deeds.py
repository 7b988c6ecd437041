"""A rule that may act: what it does, what it asks first, what it leaves, and what its owner hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from agent.database import table_of
from agent.doing import deeds
from agent.doing.deed import Outcome
from agent.doing.planning import plan
from agent.doing.saying import asked_by, in_a_line, question_key
from agent.tables import AnswerRow, MessageRow
from rules.delivery import Action, Limit
from tests.acting import Acting, firing

DAY = timedelta(days=1)
RAN = "echo $TRUSTED_AGENT_ID >> ran"


@pytest.fixture
def acting(database, tmp_path):
    return Acting(database, tmp_path)


def may(acting, **more):
    """Let the rule run a program that writes down that it ran."""
    return acting.rule(Action(run=(acting.script(RAN),), **more))


def test_a_rule_that_may_act_acts_once_and_says_nothing_where_all_went_well(acting):
    may(acting)
    acting.fire()
    acting.act()
    assert acting.lines() == [firing().id]
    deed = acting.deed()
    assert (deed.state, deed.outcome.said, deed.outcome.exit_code) == ("done", "it ended well", 0)
    assert acting.told() == []


def test_the_same_firing_never_acts_twice(acting):
    may(acting)
    for _ in range(3):
        acting.fire()
        acting.act()
    assert len(acting.lines()) == 1


def test_a_rule_without_do_has_nothing_to_do(acting):
    acting.rule(None)
    acting.fire()
    assert acting.states() == {}


def test_it_asks_and_acts_only_on_a_yes(acting):
    may(acting, ask=True, within=timedelta(hours=2))
    acting.fire()
    acting.act()
    assert (acting.deed().state, acting.lines()) == ("asked", [])
    ((title, body),) = acting.told()
    assert title.startswith("Shall I? ")
    assert "139.00 USD" in body
    assert f"trusted-agent yes {firing().id}" in body
    assert "within 2h" in body
    assert "now" in acting.answer("yes")
    acting.act()
    assert (acting.deed().state, acting.lines()) == ("done", [firing().id])
    assert acting.titles()[1].startswith("Done: ")


def test_a_question_is_a_message_to_each_channel_of_the_rule_by_a_key_of_its_own(acting):
    acting.rule(Action(run=("x",), ask=True), notify=("phone", "mail"))
    acting.fire()
    assert acting.messages() == ["waiting", "waiting"]
    assert asked_by(question_key(firing().key)) == firing().key
    assert asked_by("faults since") is None


def test_a_no_is_the_end_of_it(acting):
    may(acting, ask=True)
    acting.fire()
    assert "nothing is done" in acting.answer("no")
    acting.act()
    assert (acting.deed().state, acting.lines()) == ("refused", [])
    assert "settled already" in acting.answer("yes")
    assert acting.deed().state == "refused"
    assert len(acting.told()) == 1


def test_an_answer_is_kept_and_counts_once(acting):
    may(acting, ask=True)
    acting.fire()
    acting.answer("yes")
    assert "settled already" in acting.answer("no")
    assert "settled already" in acting.answer("yes")
    rows = table_of(AnswerRow)
    with acting.database.reading() as connection:
        assert [(row.answer, row.by) for row in connection.execute(select(rows))] == [("yes", "test")]


def test_a_yes_that_comes_too_late_is_said_to_be(acting):
    may(acting, ask=True, within=timedelta(hours=2))
    acting.fire()
    acting.wait(hours=2)
    assert acting.answer("yes").startswith("too late")
    acting.act()
    assert (acting.deed().state, acting.lines()) == ("lapsed", [])
    assert "settled already" in acting.answer("yes")


def test_an_answer_to_nothing_is_said_to_be(acting):
    assert acting.answer("yes") == "there is nothing to say yes or no to"


def set_messages(acting, state):
    messages = table_of(MessageRow)
    with acting.database.writing() as connection:
        connection.execute(update(messages).values(state=state))


def test_a_question_that_reached_nobody_in_time_is_taken_back_and_that_is_told(acting):
    may(acting, ask=True, within=timedelta(hours=2))
    acting.fire()
    acting.wait(hours=3)
    acting.act()
    assert acting.messages() == ["expired"]
    assert acting.titles()[1].startswith("Not done: ")


def test_a_question_that_its_owner_left_alone_lapses_in_silence(acting):
    may(acting, ask=True, within=timedelta(hours=2))
    acting.fire()
    set_messages(acting, "sent")
    acting.wait(hours=3)
    acting.act()
    assert acting.messages() == ["sent"]
    assert len(acting.told()) == 1


def test_a_question_that_is_answered_before_it_is_sent_is_not_sent(acting):
    may(acting, ask=True)
    acting.fire()
    acting.answer("no")
    assert acting.messages() == ["expired"]


def test_what_was_true_when_first_seen_always_asks(acting):
    may(acting)
    acting.fire(reason="already true when first seen")
    acting.act()
    assert (acting.deed().state, acting.lines()) == ("asked", [])
    assert "first looked at" in acting.told()[0][1]


def test_a_reminder_is_a_firing_and_acts(acting):
    may(acting)
    acting.fire(0)
    acting.fire(1, reason="again: lower")
    acting.act(passes=2)
    assert len(acting.lines()) == 2


def test_a_limit_is_kept_and_told_once_until_there_is_room_again(acting):
    may(acting, limit=Limit(2, 30 * DAY))
    for number in range(5):
        acting.fire(number)
        acting.act()
        acting.wait(hours=1)
    assert len(acting.lines()) == 2
    assert acting.states() == {"done": 2, "over": 3}
    assert len(acting.told()) == 1
    assert "2 per month" in acting.told()[0][1]
    acting.wait(days=30)
    acting.fire(5)
    acting.act()
    assert len(acting.lines()) == 3
    acting.fire(6)
    acting.fire(7)
    acting.act(passes=2)
    assert len(acting.lines()) == 4
    assert len(acting.told()) == 2


def test_many_firings_of_one_poll_do_not_pass_the_limit(acting):
    may(acting, limit=Limit(2, 30 * DAY))
    for number in range(5):
        acting.fire(number)
    acting.act(passes=6)
    assert (len(acting.lines()), acting.states()) == (2, {"done": 2, "over": 3})


def test_questions_do_not_fill_the_limit_and_yeses_do(acting):
    may(acting, ask=True, limit=Limit(1, 30 * DAY))
    for number in range(3):
        acting.fire(number)
    acting.answer("no", 0)
    acting.answer("yes", 1)
    acting.answer("yes", 2)
    acting.act(passes=3)
    assert len(acting.lines()) == 1
    assert acting.states() == {"refused": 1, "done": 1, "over": 1}


def test_who_said_yes_hears_that_the_limit_was_reached_whatever_was_told_of_it_before(acting):
    may(acting, ask=True, limit=Limit(1, 30 * DAY))
    acting.fire(0)
    acting.fire(1)
    acting.answer("yes", 0)
    acting.act()
    acting.fire(2)
    acting.answer("yes", 1)
    acting.act()
    assert acting.states() == {"done": 1, "over": 2}
    over = [body for title, body in acting.told() if title.startswith("Not done, its limit")]
    assert len(over) == 2
    assert "in spite of your yes" in over[1]
    assert f"trusted-agent why {firing(1).id}" in over[1]


def test_what_a_clock_that_ran_ahead_dated_does_not_fill_a_limit_until_then(acting):
    may(acting, limit=Limit(1, DAY))
    acting.wait(days=3650)
    acting.fire(0)
    acting.act()
    acting.wait(days=-3650)
    acting.fire(1)
    acting.act()
    assert acting.states() == {"done": 2}


def test_of_what_is_calmed_nobody_is_asked_and_what_needs_no_yes_is_done(acting):
    rule = may(acting, ask=True)
    with acting.database.writing() as connection:
        assert plan(connection, firing(0), rule, acting.now, calmed=True) is None
    assert acting.states() == {}
    rule = may(acting)
    with acting.database.writing() as connection:
        plan(connection, firing(1), rule, acting.now, calmed=True)
    assert acting.states() == {"due": 1}


def test_what_surely_did_not_happen_leaves_its_place_under_the_limit(acting):
    acting.rule(Action(run=("./nowhere",), limit=Limit(1, DAY)))
    acting.fire(0)
    acting.act()
    assert (acting.deed().state, acting.deed().began_at) == ("failed", None)
    may(acting, limit=Limit(1, DAY))
    acting.fire(1)
    acting.act()
    assert acting.deed(1).state == "done"


def test_a_failure_is_told_with_what_the_program_said(acting):
    acting.rule(Action(run=(acting.script("echo out of stock >&2", "exit 3"),)))
    acting.fire()
    acting.act()
    assert (acting.deed().state, acting.deed().outcome.exit_code) == ("failed", 3)
    ((title, body),) = acting.told()
    assert title.startswith("Failed: ")
    assert "exit code 3" in body
    assert "out of stock" in body


def test_a_rule_that_was_changed_since_does_nothing_for_what_came_true_before(acting):
    may(acting, ask=True)
    acting.fire()
    acting.answer("yes")
    acting.edit(settings="others")
    acting.act()
    assert (acting.deed().state, acting.lines()) == ("failed", [])
    assert "changed" in acting.told()[1][1]


def test_a_rule_that_left_the_file_does_nothing(acting):
    may(acting)
    acting.fire()
    acting.rules = ()
    acting.act()
    assert (acting.deed().state, acting.lines()) == ("due", [])
    acting.wait(hours=1)
    acting.act()
    assert (acting.deed().state, acting.lines()) == ("failed", [])
    assert "not at work" in acting.told()[0][1]


def test_a_yes_to_a_rule_that_left_the_file_is_not_said_to_be_done_now(acting):
    may(acting, ask=True)
    acting.fire()
    acting.rules = ()
    said = acting.answer("yes")
    assert "not at work" in said
    assert "now" not in said
    may(acting, ask=True)
    acting.act()
    assert acting.lines() == [firing().id]


def test_a_yes_to_a_rule_that_was_changed_is_not_said_to_be_done_now(acting):
    may(acting, ask=True)
    acting.fire()
    acting.edit(settings="others")
    assert "changed since it asked" in acting.answer("yes")
    acting.act()
    assert (acting.deed().state, acting.lines()) == ("failed", [])


def test_what_could_not_be_begun_within_an_hour_is_not_begun_any_more(acting):
    may(acting)
    acting.fire()
    acting.wait(hours=1)
    acting.act()
    assert (acting.deed().state, acting.lines()) == ("failed", [])
    assert acting.titles()[0].startswith("Not done: ")


def test_a_yes_counts_for_an_hour_at_least(acting):
    may(acting, ask=True, within=timedelta(hours=2))
    acting.fire()
    acting.wait(hours=1, minutes=59)
    acting.answer("yes")
    acting.wait(minutes=59)
    acting.act()
    assert acting.deed().state == "done"


def claimed(acting, token, number=0):
    (deed,) = deeds.due(acting.database, acting.now)
    taken = deeds.claim(acting.database, acting.book, deed, token, acting.now)
    assert taken is not None
    return taken


def test_what_was_begun_by_a_process_that_is_gone_is_unclear_told_once_and_never_repeated(acting):
    may(acting)
    acting.fire()
    claimed(acting, "elsewhere/boot/1/1")
    acting.act()
    assert acting.deed().state == "running"
    acting.wait(minutes=7)
    acting.act(passes=3)
    assert (acting.deed().state, acting.lines()) == ("unclear", [])
    assert [title.partition(":")[0] for title in acting.titles()] == ["Perhaps done"]
    assert "never repeated" in acting.told()[0][1]


def test_whoever_was_taken_for_lost_may_still_say_what_came_of_it(acting):
    may(acting)
    acting.fire()
    taken = claimed(acting, "elsewhere/boot/1/1")
    acting.wait(minutes=7)
    acting.act()
    assert deeds.record(acting.database, acting.book, taken, Outcome("done", "it ended well"), acting.now) == 1
    assert acting.deed().state == "done"
    assert [title.partition(":")[0] for title in acting.titles()] == ["Perhaps done", "Done"]


def test_a_deed_is_claimed_by_one_agent_alone(acting):
    may(acting)
    acting.fire()
    (deed,) = deeds.due(acting.database, acting.now)
    taken = [deeds.claim(acting.database, acting.book, deed, token, acting.now) for token in ("a/b/1/1", "c/d/2/2")]
    assert [one is not None for one in taken] == [True, False]
    other = replace(taken[0], claimed_by="c/d/2/2")
    assert deeds.record(acting.database, acting.book, other, Outcome("failed", "x"), acting.now) == 0
    assert acting.deed().state == "running"


def test_each_state_has_its_sentence(acting):
    may(acting, ask=True)
    acting.fire()
    deed = acting.deed()
    assert "waits for your yes until Mon 2026-03-02 07:00 EST" in in_a_line(deed)
    said = {state: in_a_line(replace(deed, state=state)) for state in ("due", "refused", "lapsed", "over", "unclear")}
    assert len(set(said.values())) == 5
    assert "about to be done" in said["due"]
    assert "under way since" in in_a_line(replace(deed, state="running", began_at=acting.now))

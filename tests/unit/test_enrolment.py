"""Rules come, go, change their names and come back: what they know goes with them, and nobody else is disturbed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import event, select

from agent.database import Database, table_of
from agent.tables import SubscriptionRow, WatchRow
from agent.tidying import tidy
from rules.rule import Again, Rule
from tests.small_world import BUSY, MINUTE, Life, Source, rule
from tests.story import HOUR, START, STREAM, TROUBLE, entry

BELOW = "price below $150"


def planned(database: Database, rule_id: str = "rule") -> object:
    table = table_of(SubscriptionRow)
    with database.reading() as connection:
        return connection.scalar(select(table.c.next_poll_at).where(table.c.rule_id == rule_id))


def due(database: Database, watch: str = "watch") -> object:
    table = table_of(WatchRow)
    with database.reading() as connection:
        return connection.scalar(select(table.c.due_at).where(table.c.id == watch))


def shop(database: Database, *sights: tuple[float, object]) -> Life:
    return Life(database, {"watch": Source(sights or ((0, 160),)), "other": Source(((0, 160),))})


def test_a_rule_that_is_renamed_keeps_its_memory_its_history_and_its_place(database):
    life = shop(database, (0, 149))
    life.live(until=10, script=((0, (rule(BELOW),)),))
    at = planned(database)
    (said,) = life.keep(rule(BELOW, name="another"))
    assert "rule is now called another" in said
    assert planned(database, "another") == at
    life.live(until=600, script=())
    assert life.told("another") == []


def test_a_rule_that_is_renamed_and_edited_at_once_is_a_new_one(database):
    life = shop(database, (0, 149))
    life.live(until=10, script=((0, (rule(BELOW),)),))
    assert life.keep(rule(BELOW, name="another", every=2 * HOUR)) == []


def test_of_two_equal_rules_nobody_can_tell_which_was_renamed(database):
    life = shop(database)
    life.keep(rule(BELOW), rule(BELOW, name="twin"))
    assert life.keep(rule(BELOW, name="one"), rule(BELOW, name="two")) == []
    assert life.keep(rule(BELOW, name="one"), rule(BELOW, name="three")) != []


def test_a_switched_off_rule_is_no_candidate_for_a_rename(database):
    life = shop(database)
    life.keep(rule(BELOW))
    assert life.keep(rule(BELOW, name="another"), disabled=("rule",)) == []


def told_once(life: Life, *steps: tuple[tuple[Rule, ...], tuple[str, ...]], days: int = 10) -> None:
    """A rule that was told of lives through steps of rules and switched off ones, so many days apart."""
    life.live(until=10, script=((0, (rule(BELOW),)),))
    for rules, disabled in steps:
        life.now += timedelta(days=days)
        life.keep(*rules, disabled=disabled)
        tidy(life.database, life.book, life.now)
    life.live(until=(life.now - START) / MINUTE + 600, script=())
    assert [told.reason for told in life.told("rule")] == ["already true when first seen"]
    assert life.due_minutes("another")
    assert life.told("another") == []


def test_a_rule_that_is_renamed_while_it_is_switched_off_keeps_its_memory(database):
    woken = ((rule(BELOW, name="another"),), ())
    told_once(shop(database, (0, 149)), ((), ("rule",)), ((), ("another",)), woken)


def test_a_rule_that_is_renamed_and_switched_off_at_once_keeps_its_memory(database):
    told_once(shop(database, (0, 149)), ((), ("another",)), ((rule(BELOW, name="another"),), ()))


def test_it_keeps_it_for_as_long_as_it_is_switched_off(database):
    asleep, woken = ((), ("another",)), ((rule(BELOW, name="another"),), ())
    told_once(shop(database, (0, 149)), asleep, asleep, asleep, woken, days=100)


def test_a_rule_that_comes_back_under_another_name_is_recognised(database):
    told_once(shop(database, (0, 149)), ((), ()), ((rule(BELOW, name="another"),), ()))


def test_what_left_just_now_comes_before_what_left_earlier(database):
    life = shop(database)
    life.keep(rule(BELOW, name="first"))
    life.keep()
    life.keep(rule(BELOW, name="unlike", every=2 * HOUR), rule(BELOW, name="first"))
    assert life.keep(rule(BELOW, name="second")) == ["rule first is now called second: its memory goes with it"]


def test_a_switched_off_rule_is_not_polled_and_goes_on_where_it_was(database):
    life = shop(database, (0, 149))
    life.live(until=10, script=((0, (rule(BELOW),)),))
    life.keep(disabled=("rule",))
    assert due(database) is None
    life.live(until=900, script=((600, (rule(BELOW),)),))
    assert [told.reason for told in life.told("rule")] == ["already true when first seen"]
    assert 600 in life.due_minutes("rule")


def test_reading_the_same_rules_again_changes_nothing(database):
    life = shop(database, (0, 160), (100, TROUBLE))
    life.live(until=300, script=((0, (rule(BELOW),)),))
    before = planned(database), due(database)
    life.keep(rule(BELOW))
    assert (planned(database), due(database)) == before


def test_a_source_that_asked_for_patience_gets_it_though_the_rules_are_read_again(database):
    life = shop(database, (0, BUSY))
    life.live(until=10, script=((0, (rule(BELOW),)),))
    assert planned(database) == life.now + 3 * HOUR
    life.now += 10 * MINUTE
    life.keep(rule(BELOW), rule("price changes", name="b", watch="other"))
    assert planned(database) == life.now + 3 * HOUR - 10 * MINUTE


def test_a_shorter_interval_counts_at_once_even_while_a_source_fails_for_long(database):
    weekly = rule(BELOW, every=timedelta(days=7))
    life = shop(database, (0, TROUBLE))
    life.live(until=1, script=((0, (weekly,)),))
    life.keep(replace(weekly, every=HOUR))
    assert planned(database) <= life.now + 1.5 * HOUR


def test_a_clock_that_is_set_back_leaves_no_poll_in_the_far_future(database):
    life = shop(database)
    life.keep(rule(BELOW))
    life.now += timedelta(days=400)
    life.step()
    life.now -= timedelta(days=400)
    life.keep(rule(BELOW))
    assert planned(database) <= life.now + 1.5 * HOUR


def test_silence_is_counted_on_after_the_clock_was_set_back(database):
    life = Life(database, {"watch": Source(((-(10**7), (entry("1"),)),))})
    silent = rule("nothing for 3 hours", STREAM)
    life.now += timedelta(days=400)
    life.keep(silent)
    life.step()
    life.now -= timedelta(days=400)
    life.live(until=600, script=((0, (silent,)),))
    assert [told.reason for told in life.told("rule")] == ["crossed"]


def test_a_reminder_is_not_put_off_for_years_by_a_clock_that_ran_ahead(database):
    life = shop(database, (-(10**7), 149))
    reminding = rule(BELOW, again=Again("every", 2 * HOUR))
    life.now += timedelta(days=400)
    life.keep(reminding)
    for _ in range(2):
        life.now += HOUR
        life.step()
    assert len(life.told("rule")) == 1
    life.now -= timedelta(days=400)
    life.live(until=600, script=((0, (reminding,)),))
    assert "again: still true" in [told.reason for told in life.told("rule")]


def test_reading_the_rules_again_looks_through_no_memories(database):
    """There may be millions of them, and the store has one writer."""
    life = shop(database, (0, 149))
    life.live(until=10, script=((0, (rule(BELOW),)),))
    said: list[str] = []

    def listen(*arguments: object) -> None:
        said.append(str(arguments[2]))

    event.listen(database.engine, "before_cursor_execute", listen)
    life.keep(rule(BELOW))
    event.remove(database.engine, "before_cursor_execute", listen)
    assert said
    assert not [statement for statement in said if "memories" in statement]


def test_a_rule_that_is_new_to_a_watch_takes_nothing_old_for_new(database):
    here, gone = entry("here", "ITER"), entry("gone", "ITER")
    life = Life(database, {"watch": Source(((0, (here, gone)), (60, (here,)), (200, (gone, here))))})
    first, later = rule("mentions bread", STREAM, name="first"), rule("mentions ITER", STREAM, name="later")
    life.live(until=600, script=((0, (first,)), (120, (first, later))))
    assert life.told("later") == []


def test_it_knows_the_history_that_another_rule_saw(database):
    life = shop(database, (0, 160), (400, 149))
    first, later = rule(BELOW, name="first"), rule("price is lowest in 6 hours", name="later")
    life.live(until=600, script=((0, (first,)), (300, (first, later))))
    assert [told.reason for told in life.told("later")] == ["crossed"]


def test_a_watch_is_due_when_the_first_of_its_waking_rules_is(database):
    life = shop(database)
    slow, quick = rule(BELOW, name="slow", every=24 * HOUR), rule(BELOW, name="quick", every=10 * MINUTE)
    life.live(until=1, script=((0, (slow, quick)),))
    assert due(database) == planned(database, "quick")
    life.keep(slow)
    assert due(database) == planned(database, "slow")


def test_a_reminder_that_came_due_while_a_rule_slept_waits_for_its_next_poll(database):
    life = shop(database, (0, 149), (100, 160))
    reminding = rule(BELOW, again=Again("every", 2 * HOUR))
    life.live(until=900, script=((0, (reminding,)), (60, ()), (600, (reminding,))))
    assert [told.reason for told in life.told("rule")] == ["already true when first seen"]

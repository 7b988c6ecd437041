"""`report` and `tell`: what programs tell is judged where it is told, and silence is told when it is silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from agent.database import table_of
from agent.reports import BELL, NotTaken, read_told, tell, told_watches
from agent.store import Polled, Store
from agent.tables import FiringRow, MessageRow, WatchRow
from rules.judge import judge
from tests.lived import Lived
from watchers.api import UNCHANGED, Flag, Money, Number, Text

RULES = """
me: {timezone: UTC, currency: USD}
channels:
  phone: json://127.0.0.1:1/phone
defaults: {every: 1h}
rules:
  - name: Cheap
    watch: report
    facts: {price: money, note: text, open: flag, level: number}
    when: price below $10
  - name: Backup
    watch: report
    when: nothing for 1 day
  - name: Door sensor
    watch: report
    when: nothing for 1 day
"""
START = datetime(2026, 7, 6, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class World(Lived):
    """An agent whose rules are told things."""

    def rule(self, name: str):
        found = self.book().rule(name)
        assert found is not None
        return found

    def tell(self, rule: str, *words: str) -> int:
        with self.open() as database:
            book, found = self.book(), self.rule(rule)
            return tell(database, book, found, read_told(found, list(words), book), self.now)

    def run(self, *, until: datetime) -> None:
        """Let the running agent do what is due, at each instant at which something is."""
        with self.open() as database:
            store, book = Store(database), self.book()
            store.keep_rules(book, self.now)
            while (due := store.next_due_at()) is not None and max(self.now, due) <= until:
                self.now = max(self.now, due)
                claims = store.claim_watches("here/boot/1/1", self.now, 10)
                polled = [Polled(claim, self.now, UNCHANGED, dict(claim.digests)) for claim in claims]
                store.record_polls(polled, book, judge)
                store.judge_due(book, judge, self.now)
        self.now = until

    def sleep(self, length: timedelta) -> None:
        """Let time pass with the agent switched off."""
        self.now += length

    def told(self, rule: str) -> list[tuple[str, datetime]]:
        firings = table_of(FiringRow)
        with self.open() as database, database.reading() as connection:
            rows = connection.execute(select(firings).where(firings.c.rule_id == rule).order_by(firings.c.at)).all()
            messages = connection.execute(select(table_of(MessageRow).c.firing_key)).scalars().all()
        assert {row.key for row in rows} <= set(messages)
        return [(row.record["because"], row.at) for row in rows]


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path, START)
    made.write(RULES)
    made.start()
    return made


def test_what_is_told_is_judged_at_once_and_its_message_waits(world):
    world.run(until=START + HOUR)
    assert world.tell("cheap", "price=12.50") == 0
    assert world.tell("cheap", "price=9.90", "note=a bargain") == 1
    assert world.told("cheap") == [("price 9.90 USD is below 10.00 USD", START + HOUR)]


def test_nothing_that_is_told_in_quick_succession_is_skipped(world):
    world.run(until=START + HOUR)
    assert [world.tell("cheap", f"price={price}") for price in (12, 9, 8, 14, 7)] == [0, 1, 0, 0, 1]


def test_it_is_judged_while_the_agent_is_stopped_too(world):
    world.run(until=START + HOUR)
    world.sleep(8 * HOUR)
    assert world.tell("cheap", "price=9") == 1
    assert world.told("cheap")[0][1] == START + 9 * HOUR


def test_the_very_first_value_may_tell(world):
    assert world.tell("cheap", "price=9") == 1


def test_a_poll_by_the_agent_takes_nothing_back(world):
    world.tell("cheap", "price=9")
    world.run(until=START + 5 * HOUR)
    assert world.tell("cheap", "price=8") == 0
    assert len(world.told("cheap")) == 1


def test_a_value_that_is_not_told_this_time_is_unknown_and_clears_nothing(world):
    world.tell("cheap", "price=9")
    world.tell("cheap", "note=all well")
    assert world.tell("cheap", "price=8") == 0


# Silence.


def test_silence_is_told_when_it_is_a_day_old_to_the_minute(world):
    world.run(until=START + timedelta(minutes=13))
    world.tell("backup")
    world.run(until=START + 3 * DAY)
    assert world.told("backup") == [("nothing came for 1 day", START + timedelta(minutes=13) + DAY)]


def test_a_heart_that_beats_is_not_told_of_also_where_it_says_the_same_each_time(world):
    for _ in range(8):
        world.tell("backup")
        world.run(until=world.now + 20 * HOUR)
    assert world.told("backup") == []


def test_a_new_rule_waits_a_day_for_the_first_word(world):
    world.run(until=START + 3 * DAY)
    ((because, at),) = world.told("backup")
    assert because == "nothing came for 1 day"
    assert START + DAY <= at <= START + DAY + 2 * HOUR


def test_an_agent_that_was_off_for_the_night_says_in_the_morning_what_was_silent(world):
    world.run(until=START + HOUR)
    world.tell("backup")
    world.run(until=START + 2 * HOUR)
    world.sleep(30 * HOUR)
    morning = world.now
    world.run(until=morning + HOUR)
    ((because, at),) = world.told("backup")
    assert because == "nothing came for 1 day"
    assert morning <= at <= morning + HOUR


def test_a_word_that_came_while_the_agent_was_off_counts(world):
    world.run(until=START + HOUR)
    world.tell("backup")
    world.sleep(20 * HOUR)
    world.tell("backup")
    world.sleep(10 * HOUR)
    world.run(until=world.now + HOUR)
    assert world.told("backup") == []


def test_a_heart_that_beats_again_is_told_of_again_when_it_stops_again(world):
    world.run(until=START + 2 * DAY)
    world.tell("backup")
    world.run(until=START + 5 * DAY)
    assert len(world.told("backup")) == 2


def test_an_edited_rule_counts_from_the_last_word(world):
    world.run(until=START + HOUR)
    world.tell("backup")
    told_at = world.now
    world.run(until=told_at + 20 * HOUR)
    world.write(
        RULES.replace(
            "name: Backup\n    watch: report\n    when: nothing for 1 day",
            "name: Backup\n    watch: report\n    when: nothing for 22 hours",
        )
    )
    world.run(until=told_at + 3 * DAY)
    ((because, at),) = world.told("backup")
    assert because == "nothing came for 22 hours"
    assert told_at + 22 * HOUR <= at <= told_at + 22 * HOUR + timedelta(minutes=1)


def test_two_rules_with_the_same_options_are_told_apart(world):
    assert told_watches(world.rule("backup"))[0].id != told_watches(world.rule("door-sensor"))[0].id
    world.run(until=START + HOUR)
    world.tell("backup")
    world.run(until=START + DAY + timedelta(minutes=150))
    assert len(world.told("door-sensor")) == 1
    assert world.told("backup")[0][1] == START + HOUR + DAY


# What is told wrongly.


def test_values_are_read_as_what_they_are_declared(world):
    rule, book = world.rule("cheap"), world.book()
    facts = read_told(rule, ["price=12.50", "note= two words ", "open=yes", "level=-3.5"], book)
    assert facts["price"] == Money(facts["price"].amount, "USD")
    assert (facts["note"], facts["open"]) == (Text("two words"), Flag(True))
    assert str(facts["level"]) == "-3.5"
    assert isinstance(facts["level"], Number)


def test_all_that_is_wrong_is_said_at_once(world):
    words = ["prize=9", "open=perhaps", "level=much", "note", "price=9", "price=8", "note=", "told_at=2026-01-01"]
    with pytest.raises(NotTaken) as caught:
        read_told(world.rule("cheap"), words, world.book())
    said = " | ".join(caught.value.reasons)
    for part in ("did you mean price?", "yes or no", "level is a number", "write name=value", "told twice", "no value"):
        assert part in said
    assert "is told no told_at" in said


def test_a_rule_that_is_told_no_values_says_how_to_declare_one(world):
    with pytest.raises(NotTaken, match=r"add facts: \{size: number\}"):
        read_told(world.rule("backup"), ["size=3"], world.book())


def test_a_rule_that_the_agent_does_not_know_yet_is_not_told(world):
    world.write(RULES + "  - {name: New one, watch: report, when: nothing for 1 day}\n")
    with pytest.raises(NotTaken, match="start it once"):
        world.tell("new-one")


def test_what_an_agent_just_polls_is_told_all_the_same_and_its_poll_counts_for_nothing(world):
    with world.open() as database:
        store, book = Store(database), world.book()
        claims = store.claim_watches("here/boot/1/1", world.now, 10)
        assert world.tell("cheap", "price=9") == 1
        late = [Polled(claim, world.now + HOUR, UNCHANGED, {}) for claim in claims]
        store.record_polls(late, book, judge)
        with database.reading() as connection:
            of_rule = table_of(WatchRow).c.id == told_watches(world.rule("cheap"))[0].id
            row = connection.execute(select(table_of(WatchRow)).where(of_rule)).one()
        assert (row.polled_at, row.claimed_by) == (world.now, None)


# The command.


def test_the_command_says_what_it_told_and_rings(world):
    answer = world.ask("tell", "Cheap", "price=9")
    assert answer.text.strip() == "told cheap: price=9; it tells you 1 message"
    assert (world.state / BELL).stat().st_mode & 0o777 == 0o600
    assert world.ask("tell", "backup", "--json").lines == [{"rule": "backup", "told": {}, "fired": 0}]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("cheep",), 5, "did you mean cheap?"),
        (("cheap", "prize=9", "open=perhaps"), 2, "did you mean price?"),
    ],
)
def test_the_command_says_what_was_wrong(world, words, code, said):
    answer = world.ask("tell", *words)
    assert (answer.code, said in answer.error) == (code, True), answer


def test_a_rule_that_looks_for_itself_is_told_nothing(world):
    world.write(RULES + "  - {name: Shop, watch: price, url: https://shop.example/1, when: price below $5}\n")
    answer = world.ask("tell", "shop", "price=9")
    assert answer.code == 2
    assert "looks for itself" in answer.error


def test_the_command_makes_no_store(world):
    world.store.unlink()
    answer = world.ask("tell", "cheap", "price=9")
    assert (answer.code, "there is no store" in answer.error) == (4, True)
    assert not world.store.exists()

"""A watch that reads only what came since: a rule that looks seldom sees what came at the looks of another."""

from __future__ import annotations

from datetime import timedelta

from agent import sights
from agent.store import Polled, Store
from rules.judge import judge
from tests.small_world import book, rule
from tests.story import START, STREAM
from watchers.api import Observation, Poll, Text

MINUTES = timedelta(minutes=1)


def letter(number: int) -> Observation:
    return Observation(f"letter {number}", {"title": Text(f"Letter {number}"), "text": Text(f"letter {number}")})


def live(database, rules, minutes: range) -> list[str]:
    """Let a letter come in each of these minutes, poll when it is due, and return what each rule was told of."""
    store, kept, waiting = Store(database), book(*rules), []
    told: list[str] = []

    def judged(one, *rest, **named):
        verdict = judge(one, *rest, **named)
        told.extend(f"{one.id}: {firing.observation}" for firing in verdict.firings)
        return verdict

    store.keep_rules(kept, START)
    is_first = True
    for minute in minutes:
        now = START + minute * MINUTES
        waiting.append(letter(minute))
        for claim in store.claim_watches("here/boot/1/1", now, 10):
            store.record_polls([Polled(claim, now, Poll(tuple(waiting), is_addition=not is_first), {})], kept, judged)
            is_first, waiting = False, []
    return told


def test_a_rule_that_looks_seldom_misses_nothing_that_another_rule_s_looks_brought(database):
    often = rule("text contains letter", STREAM, name="often", every=5 * MINUTES)
    seldom = rule("text contains letter", STREAM, name="seldom", every=60 * MINUTES)
    told = live(database, (often, seldom), range(300))
    by_rule = {name: [line for line in told if line.startswith(name)] for name in ("often", "seldom")}
    # The letter of the first look is no news; every later one is told once, by each rule at its own pace.
    assert by_rule["often"] == [f"often: letter {minute}" for minute in range(1, len(by_rule["often"]) + 1)]
    assert by_rule["seldom"] == [f"seldom: letter {minute}" for minute in range(1, len(by_rule["seldom"]) + 1)]
    assert 300 - 8 <= len(by_rule["often"]) <= 300
    assert 300 - 91 <= len(by_rule["seldom"]) <= 300


def test_what_is_held_is_bounded_and_the_newest_stays(database, monkeypatch):
    monkeypatch.setattr(sights, "MOST_HELD", 3)
    with database.writing() as connection:
        assert sights.replace(connection, "watch", (), [letter(0), letter(1)], START)
        assert sights.add(connection, "watch", (), [letter(2), letter(3)], START)
        assert [one.key for one in sights.held(connection, "watch")] == ["letter 1", "letter 2", "letter 3"]
        assert sights.add(connection, "watch", (), [letter(number) for number in range(4, 9)], START)
        assert len(sights.held(connection, "watch")) == 5
        assert not sights.add(connection, "watch", (), [], START)
        assert len(sights.held(connection, "watch")) == 5

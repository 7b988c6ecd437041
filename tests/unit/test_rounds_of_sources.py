"""`for: 3 polls` of several sources counts how often all of them were looked at, not how many of them there are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.replay import Replay
from rules.rule import Rule
from tests.rule_files import CHANNEL, book_of
from tests.story import HOUR, START, UTC_ZONE, product
from watchers.api import Observation

COMPARED = """
me: {currency: USD}
rules:
  - name: Cheaper there
    watch: shelf
    sources:
      here: {url: "https://here.example/1"}
      there: {url: "https://there.example/1"}
      elsewhere: {url: "https://elsewhere.example/1"}
    when: there.price < 90% of here.price
"""


def compared(polls: int) -> Rule:
    (rule,) = book_of(f"{CHANNEL}{COMPARED}    for: {polls} polls\n").rules
    return rule


def told_after(rule: Rule, apart: timedelta, *, rounds: int, dear_at: int = -1) -> list[timedelta]:
    """Poll each source once in an hour, so far apart from each other; return when something was told."""
    replay = Replay(rule, UTC_ZONE)
    told = []
    for turn in range(rounds):
        for place, spec in enumerate(rule.watches):
            cheap = 200 if turn == dear_at else 80
            amount = cheap if spec.label.startswith("https://there.") else 100
            after = turn * HOUR + place * apart
            seen = Observation("product", product(amount).facts)
            verdict = replay.poll(spec.id, (seen,), START + after)
            told += [after for _ in (verdict.firings if verdict is not None else ())]
    return told


@pytest.mark.parametrize("minutes", [0, 5, 19])
def test_three_polls_of_three_sources_are_three_rounds(minutes):
    (after,) = told_after(compared(3), timedelta(minutes=minutes), rounds=5)
    assert 2 * HOUR <= after < 3 * HOUR


def test_one_untrue_poll_begins_the_count_anew():
    (after,) = told_after(compared(3), timedelta(minutes=5), rounds=6, dear_at=1)
    assert after >= 4 * HOUR


def test_one_poll_is_full_at_once():
    (after,) = told_after(compared(1), timedelta(minutes=5), rounds=3)
    assert after < HOUR

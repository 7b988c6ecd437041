"""What is new on a page is new to a rule since it looked last, however often others have the page looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from rules.firing import Firing
from rules.replay import Replay
from rules.rule import Rule, WatchSpec
from tests.story import HOUR, START, UTC_ZONE, rule
from watchers.api import Observation, Page
from watchers.page import WebPage
from watchers.testing import CannedContext

CALM = ("Opening hours of the museum", "We are open from 9 to 17", "Entry is free on Sundays")
TICKETS = (*CALM, "New: tickets for the long night")
RENAMED = (*CALM[:2], "Entry is free on Mondays")
PAGE = WebPage(url="https://museum.example/")


def looks(*pages: Sequence[str]) -> Iterator[Observation]:
    """What the watch sees at look after look, of which each is compared with the one before."""
    cursor = None
    for lines in pages:
        body = f"<title>Museum</title><main>{''.join(f'<p>{line}</p>' for line in lines)}</main>".encode()
        poll = PAGE.read(Page(PAGE.url, body, {"content-type": "text/html"}), CannedContext({}, cursor=cursor))
        cursor = poll.cursor
        yield poll.observations[0]


def watching(when: str) -> Rule:
    spec = WatchSpec("watch", PAGE.kind, PAGE.label, PAGE)
    return rule(when, PAGE.kind, watches=(spec,))


def told(when: str, pages: Sequence[Sequence[str]], seen: Sequence[int]) -> list[Firing]:
    """Return what a rule tells that looks only at some of the looks that another rule has made."""
    replay = Replay(watching(when), UTC_ZONE)
    shown = list(looks(*pages))
    verdicts = [replay.poll("watch", (shown[number],), START + number * HOUR) for number in seen]
    return [firing for verdict in verdicts if verdict is not None for firing in verdict.firings]


@pytest.mark.parametrize("when", ["added mentions tickets", "changed"])
def test_a_rule_that_looks_seldom_misses_nothing_that_came_in_between(when):
    pages = [CALM, CALM, TICKETS, TICKETS, TICKETS]
    assert len(told(when, pages, range(5))) == 1
    (firing,) = told(when, pages, (0, 4))
    assert str(firing.facts["added"]) == TICKETS[-1]
    assert TICKETS[-1] in str(firing.facts["diff"])


def test_what_is_gone_since_a_rule_looked_is_gone_to_it():
    assert len(told("removed mentions sundays", [CALM, RENAMED, RENAMED], (0, 2))) == 1


def test_what_came_and_went_while_a_rule_did_not_look_is_nothing_to_it():
    assert not told("changed", [CALM, TICKETS, CALM], (0, 2))


def test_what_happened_before_a_rule_looked_for_the_first_time_is_no_news_to_it():
    assert not told("changed", [CALM, TICKETS, TICKETS], (2,))
    assert not told("changed", [CALM, TICKETS], (1,))


def test_a_version_that_a_rule_has_seen_is_no_news_when_it_comes_back():
    pages = [CALM, RENAMED, CALM, RENAMED, RENAMED]
    assert len(told("changed", pages, (0, 1, 2, 4))) == 1


def test_time_alone_brings_nothing_new_and_takes_nothing_away():
    replay = Replay(watching("changed and added mentions tickets"), UTC_ZONE)
    first, _, last = looks(CALM, TICKETS, TICKETS)
    replay.poll("watch", (first,), START)
    verdict = replay.poll("watch", (last,), START + HOUR)
    assert verdict is not None
    assert len(verdict.firings) == 1
    again = replay.judge_again(START + HOUR + timedelta(minutes=5))
    assert again.findings["page"].holds
    assert not again.firings

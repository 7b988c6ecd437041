"""What the agent says of its own sight: a title for a lock screen, what to do, and nothing that is not so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.explaining import Silencer
from rules.headline import TITLE_LIMIT
from rules.health_notices import (
    MOST_NAMES,
    MOST_REASONS,
    NEXT,
    OWN_LINE,
    UNKNOWN,
    Blinded,
    blind_notice,
    flapping_notice,
    sight_notice,
)
from rules.message import Words
from tests.messages import FIRINGS
from tests.story import HOUR, START

ZONE = "America/New_York"
DAY = timedelta(days=1)
CAPTCHA = Blinded(
    cause="SourceRefused",
    reasons=("shop.example asks for a captcha",),
    rules=("Headphones",),
    sources=("https://shop.example/headphones",),
    since=START,
    good_at=START - HOUR,
)
UNTIL = Silencer("until: price above 152 USD", "it has to go back further")


def blind(*blinded: Blinded, place: str = "shop.example", lasted: timedelta = 7 * HOUR, **said: object) -> Words:
    return blind_notice(place, blinded, START + lasted, ZONE, **said)


def lines(words: Words) -> list[str]:
    return words.body.splitlines()


def test_it_names_the_host_what_happened_what_to_do_and_whom_it_blinds():
    words = blind(CAPTCHA)
    assert words.title == "Cannot see shop.example"
    assert lines(words)[0] == "shop.example asks for a captcha"
    assert any(line.startswith("Do: Open it in a browser") for line in lines(words))
    assert "Rule: Headphones" in lines(words)
    assert "Source: https://shop.example/headphones" in lines(words)
    assert "Since: Sun 2026-03-01 07:00 EST" in lines(words)
    assert "Last seen well: Sun 2026-03-01 06:00 EST" in lines(words)


def test_what_was_never_seen_says_so():
    assert "Last seen well: never" in lines(blind(replace(CAPTCHA, good_at=None)))


@pytest.mark.parametrize("cause", NEXT)
def test_every_cause_says_what_to_do(cause):
    assert f"Do: {NEXT[cause]}" in lines(blind(replace(CAPTCHA, cause=cause)))


def test_a_cause_that_is_new_here_is_tried_again():
    assert f"Do: {NEXT['SourceUnavailable']}" in lines(blind(replace(CAPTCHA, cause="SourceFancy")))


def test_a_rule_that_stays_unknown_is_named_and_its_source_was_seen():
    words = blind(replace(CAPTCHA, cause=UNKNOWN, reasons=("price is unknown",)))
    assert words.title == "Cannot tell: Headphones"
    assert "Last seen well" not in words.body
    assert "trusted-agent why-not" in words.body


def test_several_rules_that_stay_unknown_are_counted():
    words = blind(replace(CAPTCHA, cause=UNKNOWN, rules=("Headphones", "Speakers")))
    assert words.title == "Cannot tell: 2 rules about shop.example"


def test_the_owners_own_line_is_no_host():
    words = blind(replace(CAPTCHA, cause=OWN_LINE), place="")
    assert words.title == "No source can be reached"


@pytest.mark.parametrize(
    ("lasted", "said"),
    [
        (timedelta(), "0s"),
        (timedelta(minutes=59, seconds=59), "59m"),
        (timedelta(hours=23, minutes=59), "23h 59m"),
        (timedelta(days=1, hours=6, minutes=10), "1d 6h"),
        (timedelta(days=16, hours=23), "16d"),
        (timedelta(days=21), "3w"),
        (-HOUR, "0s"),
    ],
)
def test_a_reminder_says_for_how_long(lasted, said):
    assert blind(CAPTCHA, again=True, lasted=lasted).title == f"Still: cannot see shop.example, for {said}"


def test_a_reminder_says_what_can_be_judged_again():
    assert "Can be judged again: Speakers" in lines(blind(CAPTCHA, again=True, recovered=("Speakers",)))


def test_causes_at_one_host_are_told_apart_and_the_promise_is_made_once():
    gone = replace(CAPTCHA, cause="SourceGone", reasons=("404",), rules=("Speakers",))
    body = blind(CAPTCHA, gone).body
    assert body.index("Rule: Headphones") < body.index("404") < body.index("Rule: Speakers")
    assert body.count("nothing is forgotten") == 1


def test_what_is_much_is_counted():
    many = replace(
        CAPTCHA,
        reasons=tuple(f"reason {number}" for number in range(MOST_REASONS + 2)),
        rules=tuple(f"Rule {number}" for number in range(MOST_NAMES + 30)),
        sources=tuple(f"https://shop.example/{number}" for number in range(MOST_NAMES + 1)),
    )
    body = blind(many).body
    assert "and 2 reasons more: trusted-agent status shows them" in body
    assert " and 30 more" in body
    assert f"https://shop.example/{MOST_NAMES}" not in body


@pytest.mark.parametrize(
    ("causes", "rules", "title"),
    [
        (["SourceRefused"], ["Headphones"], "Can see shop.example again, after 1d 6h"),
        ([UNKNOWN], ["Headphones"], "Can tell again: Headphones, after 1d 6h"),
        ([UNKNOWN], ["Headphones", "Speakers"], "Can tell again: shop.example, after 1d 6h"),
        ([UNKNOWN, "SourceGone"], ["Headphones"], "Can see shop.example again, after 1d 6h"),
        ([OWN_LINE], ["Headphones"], "Sources can be reached again, after 1d 6h"),
    ],
)
def test_that_it_sees_again_says_after_how_long(causes, rules, title):
    words = sight_notice("shop.example", causes, rules, START, START + DAY + 6 * HOUR, ZONE)
    assert words.title == title
    assert lines(words)[0] == "Blind: Sun 2026-03-01 07:00 EST to Mon 2026-03-02 13:00 EST"
    assert lines(words)[1] == f"{'Rule' if len(rules) == 1 else 'Rules'}: {', '.join(rules)}"


def wavers(*calming: Silencer, times: int = 4, **said: object) -> Words:
    one = replace(FIRINGS["price"], rule_name="Headphones", urgency=str(said.pop("urgency", "normal")))
    return flapping_notice(one, calming, times, START, **said)


def test_what_wavers_says_how_often_and_which_line_calms_it():
    words = wavers(UNTIL)
    assert words.title == "Headphones wavers: 4 times within a day"
    assert lines(words)[0].startswith("It came true 4 times since Sun 2026-03-01")
    assert "until: price above 152 USD (it has to go back further)" in lines(words)
    assert "From now on this is told once a day, until it did not come true for 24 hours." in words.body


def test_what_wavers_on_says_how_often_since_it_was_told_last():
    words = wavers(times=12, again=True)
    assert words.title == "Headphones still wavers: 12 times more"
    assert lines(words)[0].startswith("It came true 12 times more since Sun 2026-03-01")
    assert "From now on" not in words.body


def test_once_more_is_no_many_times():
    assert wavers(times=1, again=True).title == "Headphones still wavers: once more"


def test_where_nothing_calms_it_no_line_is_promised():
    assert "would calm it" not in wavers().body


def test_what_is_urgent_is_not_said_to_be_held_back():
    body = wavers(urgency="urgent").body
    assert "you are told each time all the same" in body
    assert "From now on" not in body


hostile = st.text(min_size=1, max_size=300)


@given(hostile, hostile, hostile, st.booleans())
def test_a_hostile_name_stays_text_on_one_line_of_a_lock_screen(place: str, name: str, reason: str, again: bool):
    one = replace(CAPTCHA, reasons=(reason,), rules=(name,), sources=(place,))
    fired = replace(FIRINGS["price"], rule_name=name, title=place, because=reason)
    for words in (
        blind(one, place=place, again=again),
        blind(replace(one, cause=UNKNOWN), place=place, again=again),
        sight_notice(place, [UNKNOWN], [name], START, START + DAY, ZONE),
        flapping_notice(fired, [], 4, START, again=again),
    ):
        assert len(words.title) <= TITLE_LIMIT
        assert len(words.title.splitlines()) <= 1
        assert words.html is not None
        assert "<script" not in words.html

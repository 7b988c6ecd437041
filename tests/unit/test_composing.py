"""What cannot be set in words, by a mistake of the agent's own, is told all the same and keeps nothing behind it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.composing import compose
from agent.messages import Notice, Waiting
from rules.firing import Firing
from rules.words import Words
from tests.messages import FIRINGS, NOW
from watchers.api import Text

GOOD, OTHER = FIRINGS["price"], FIRINGS["feed"]


class Unspeakable(Text):
    """A fact that brings up a mistake of ours."""

    def __str__(self) -> str:
        raise OverflowError("date value out of range")


BAD = replace(GOOD, facts={**GOOD.facts, "seller": Unspeakable("")}, key="bad0000", rule_name="Until\nthe end")


def waiting(number: int, what: Firing | Notice) -> Waiting:
    return Waiting(number, "phone", what, "batch", NOW, 0)


def test_a_message_that_cannot_be_worded_names_its_rule_and_how_to_ask(caplog):
    words = compose([waiting(1, BAD)], "UTC", NOW)
    assert words.title == "Until the end"
    assert "trusted-agent why bad000" in words.body
    assert "trusted-agent why bad000" in words.html
    assert "bad000 cannot be set in words" in caplog.text
    assert "OverflowError" in caplog.text


def test_those_beside_it_are_named_too():
    words = compose(
        [waiting(1, BAD), waiting(2, OTHER), waiting(3, Notice("n", Words("A notice", ""), NOW))], "UTC", NOW
    )
    assert words.title == "Until the end, and 2 more"
    assert f"{compose([waiting(2, OTHER)], 'UTC', NOW).title}: trusted-agent why {OTHER.id}" in words.body
    assert "A notice: trusted-agent why" in words.body


@pytest.mark.parametrize("what", [GOOD, OTHER])
def test_what_can_be_worded_is(what, caplog):
    assert "could not be set in words" not in compose([waiting(1, what)], "UTC", NOW).body
    assert caplog.text == ""

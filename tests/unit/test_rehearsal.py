"""Saved answers, read again by the real watcher as if its source had just given them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from agent.rehearsal import Rehearsal
from rules.rule import WatchSpec
from rules.trials.case import Answer
from watchers.api import Flag, Poll, SourceRefused, SourceUnavailable, Watcher
from watchers.feed import Feed
from watchers.site import Site

SITE = Site(url="https://one.example/")


def look(watcher: Watcher, *answers: Answer) -> Poll:
    spec = WatchSpec("watch", watcher.sees, watcher.label, watcher)
    seen = Rehearsal().look(spec, answers, datetime(2026, 6, 1, 12, tzinfo=UTC), ZoneInfo("UTC"), None)
    assert isinstance(seen, Poll)
    return seen


@pytest.mark.parametrize(
    ("answer", "up", "fault"),
    [
        (Answer(body=b"<p>fine</p>"), True, ""),
        (Answer(status=503), False, "one.example answers with the status 503"),
        (Answer(status=404, body=b"nothing here"), False, "one.example answers with the status 404"),
        (Answer(trouble="SourceUnavailable"), False, "there was no answer"),
    ],
)
def test_a_site_that_was_down_is_down_again(answer, up, fault):
    (seen,) = look(SITE, answer).observations
    assert seen.facts["up"] == Flag(up)
    assert str(seen.facts.get("fault", "")) == fault
    assert ("status" in seen.facts) is not bool(answer.trouble)


def test_where_a_saved_answer_led_elsewhere_the_site_redirects_again():
    (seen,) = look(SITE, Answer(body=b"x", landed="https://two.example/")).observations
    assert str(seen.facts["redirects_to"]) == "https://two.example/"


def test_a_trouble_that_is_no_silence_is_a_trouble_of_a_site_too():
    with pytest.raises(SourceRefused):
        look(SITE, Answer(trouble="SourceRefused"))


def test_a_status_is_a_trouble_to_a_kind_that_wants_a_page():
    with pytest.raises(SourceUnavailable, match="503"):
        look(Feed(url="https://one.example/rss"), Answer(status=503))

"""The engine: it looks at what is due, has it judged, and one bad source, or one bad line of ours, stays alone."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from agent.engine import POLLS_AT_ONCE
from agent.store import CLAIM
from rules.rule import Again
from tests.engine_scene import BELOW, Nobody, Scene, fails, lives, shows
from tests.small_world import MINUTE, book, rule
from tests.story import HOUR, START, product
from watchers.api import NotAsked, Poll, SourceRefused


@pytest.fixture
def run(database):
    return partial(lives, database)


def test_a_crossing_is_told(run):
    async def story(scene: Scene) -> None:
        scene.sources.answers["watch"] = shows(160, 149)
        scene.use(rule(BELOW))
        await scene.look()
        await scene.look(2 * HOUR)

    assert run(story).told() == ["rule"]


def test_two_rules_on_one_address_make_one_look(run):
    async def story(scene: Scene) -> None:
        scene.sources.answers["watch"] = shows(160)
        scene.use(rule(BELOW, name="a"), rule("price changes", name="b"))
        await scene.look()

    assert run(story).sources.asked == ["watch"]


def test_a_named_trouble_is_kept_in_its_own_words(run):
    async def story(scene: Scene) -> None:
        scene.sources.answers["watch"] = fails(SourceRefused("it wants a person"))
        scene.use(rule(BELOW))
        await scene.look()

    assert run(story).trouble() == ("SourceRefused", "it wants a person")


def test_a_source_that_was_not_asked_for_anothers_sake_did_not_fail_and_is_asked_when_it_may_be(run):
    async def story(scene: Scene) -> None:
        scene.sources.answers["watch"] = fails(NotAsked("its host is left alone", retry_after=MINUTE))
        scene.use(rule(BELOW))
        await scene.look()
        assert await scene.engine.next_poll_at() == START + MINUTE

    assert run(story).trouble()[0] == "SourceUnavailable"


def test_a_mistake_of_ours_in_one_watcher_harms_no_other(run, caplog):
    async def story(scene: Scene) -> None:
        scene.sources.answers |= {"watch": fails(ZeroDivisionError("ours")), "other": shows(149)}
        scene.use(rule(BELOW), rule(BELOW, name="other", watch="other"))
        await scene.look()

    scene = run(story)
    assert scene.told() == ["other"]
    assert scene.trouble()[0] == "OurFault"
    assert "ZeroDivisionError: ours" in caplog.text


def test_no_more_is_begun_at_once_than_there_is_room_for_and_all_of_it_is_done(run):
    async def story(scene: Scene) -> None:
        names = [f"watch {number}" for number in range(POLLS_AT_ONCE + 7)]
        scene.sources.answers |= {name: shows(160) for name in names}
        scene.use(*(rule(BELOW, name=name, watch=name) for name in names))
        await scene.look()

    scene = run(story)
    assert len(scene.sources.asked) == POLLS_AT_ONCE + 7
    assert scene.sources.most_at_once <= POLLS_AT_ONCE


def test_while_there_is_no_room_nothing_is_due(run):
    """Or the poll pass would spin for as long as slow sources take."""

    async def story(scene: Scene) -> None:
        go_on = asyncio.Event()

        async def slow() -> Poll:
            await go_on.wait()
            return Poll((product(160),))

        names = [f"watch {number}" for number in range(POLLS_AT_ONCE + 1)]
        scene.sources.answers |= dict.fromkeys(names, slow)
        scene.use(*(rule(BELOW, name=name, watch=name) for name in names))
        assert await scene.engine.poll_due() == POLLS_AT_ONCE
        assert await scene.engine.poll_due() == 0
        assert await scene.engine.next_poll_at() is None
        go_on.set()
        await scene.engine.settled()
        assert await scene.engine.next_poll_at() == START

    run(story)


def test_whoever_waits_for_polls_hears_when_one_is_over(run):
    async def story(scene: Scene) -> None:
        over = asyncio.Event()
        scene.engine.recorded = over.set
        scene.sources.answers["watch"] = shows(160)
        scene.use(rule(BELOW))
        await scene.engine.poll_due()
        async with asyncio.timeout(10):
            await over.wait()
            await scene.engine.settled()

    run(story)


def test_a_poll_that_is_cut_off_at_the_end_never_happened(database):
    async def story() -> Scene:
        scene = Scene(database)

        async def never() -> Poll:
            await asyncio.Event().wait()
            raise AssertionError

        scene.sources.answers["watch"] = never
        scene.use(rule(BELOW))
        await scene.engine.poll_due()
        await scene.engine.close(0.01)
        return scene

    scene = asyncio.run(story())
    assert scene.trouble() == (None, None)
    assert len(scene.store.claim_watches("host/boot/1/1", START + CLAIM, 10)) == 1


def test_what_time_alone_makes_true_is_told_without_a_look(run):
    async def story(scene: Scene) -> None:
        scene.sources.answers["watch"] = shows(149)
        scene.use(rule(BELOW, every=24 * HOUR, again=Again("every", HOUR)))
        await scene.look()
        scene.clock.at += HOUR
        assert await scene.engine.judge_due() == 1

    scene = run(story)
    assert scene.told() == ["rule", "rule"]
    assert scene.sources.asked == ["watch"]


def test_a_rule_that_is_just_leaving_the_file_is_no_longer_judged_by_the_time(run):
    async def story(scene: Scene) -> None:
        scene.sources.answers["watch"] = shows(149)
        scene.use(rule(BELOW, every=24 * HOUR, again=Again("every", HOUR)))
        await scene.look()
        scene.engine.equip(book(), Nobody(), Nobody())  # type: ignore[arg-type]
        scene.clock.at += HOUR
        assert await scene.engine.judge_due() == 0

    assert run(story).told() == ["rule"]


def test_a_rule_that_no_longer_reads_a_watch_is_not_judged_on_what_was_looked_at_before_its_edit(run, caplog):
    """Between the reading of the rules and their keeping, a poll for the old ones may end: that is no mistake."""

    async def story(scene: Scene) -> None:
        go_on = asyncio.Event()

        async def slow() -> Poll:
            await go_on.wait()
            return Poll((product(149),))

        scene.sources.answers |= {"watch": slow, "other": shows(160)}
        scene.use(rule(BELOW))
        await scene.engine.poll_due()
        elsewhere = book(rule(BELOW, watch="other"))
        scene.engine.equip(elsewhere, Nobody(), Nobody())  # type: ignore[arg-type]
        go_on.set()
        await scene.engine.settled()

    scene = run(story)
    assert scene.told() == []
    assert scene.trouble() == (None, None)
    assert "failed" not in caplog.text

"""What is told of spells of blindness: nothing is forgotten, and nothing told that its owner does not want."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.outages import UNAVAILABLE, Spell, decided
from rules.delivery import Patience
from rules.health_notices import OWN_LINE, UNKNOWN
from tests.story import START

NOW = START + timedelta(days=30)
CAUSES = (UNAVAILABLE, "SourceRefused", "SourceGone", "SourceChanged", UNKNOWN, OWN_LINE)


@st.composite
def spells(draw: st.DrawFn) -> list[Spell]:
    found = []
    for number in range(draw(st.integers(1, 8))):
        since = NOW - timedelta(hours=draw(st.integers(0, 24 * 20)))
        told = draw(st.one_of(st.none(), st.integers(0, 24 * 20)))
        told_at = None if told is None else max(since, NOW - timedelta(hours=told))
        cause = draw(st.sampled_from(CAUSES))
        found.append(
            Spell(
                rule_id=f"rule-{number}",
                rule=f"Rule {number}",
                watch_id=f"watch-{number}",
                place=draw(st.sampled_from(("one.example", "two.example", "three.example"))),
                source="https://one.example/",
                since=since,
                # What is over without having been told leaves no row; so is what the line blinds.
                polls=draw(st.integers(0 if told_at is not None else 1, 6)),
                cause=cause if cause != OWN_LINE or told_at is not None else UNAVAILABLE,
                text="a reason",
                told_at=told_at,
                patience=Patience(draw(st.integers(1, 4)), timedelta(hours=draw(st.integers(0, 12)))),
                notify=("phone",),
                is_internet=draw(st.booleans()) or cause == OWN_LINE,
                is_hushed=draw(st.integers(0, 4)) == 0,
            )
        )
    return found


seen_well = st.one_of(st.none(), st.integers(0, 24 * 20).map(lambda hours: NOW - timedelta(hours=hours)))


def places(found: object) -> set[str]:
    return {spell.rule_id for spell in found}  # type: ignore[attr-defined]


@given(spells(), seen_well)
def test_what_has_lasted_too_long_is_told_or_spoken_for_unless_it_is_over(found: list[Spell], at: datetime | None):
    to_do = decided(found, at, NOW)
    settled = places(spell for outage in (*to_do.tell, *to_do.over) for spell in outage.spells)
    settled |= places(to_do.spoken_for)
    long = [one for one in found if one.told_at is None and one.is_long(NOW) and not one.is_hushed]
    assert places(long) <= settled


@given(spells(), seen_well)
def test_nothing_is_told_of_a_rule_that_its_owner_wants_to_hear_nothing_of(found: list[Spell], at: datetime | None):
    told = [spell for outage in decided(found, at, NOW).tell for spell in outage.spells]
    assert not any(spell.is_hushed or spell.is_over for spell in told)


@given(spells(), seen_well)
def test_nothing_stands_in_two_outages(found: list[Spell], at: datetime | None):
    to_do = decided(found, at, NOW)
    named = [spell.rule_id for outage in (*to_do.tell, *to_do.over) for spell in (*outage.spells, *outage.recovered)]
    named += [spell.rule_id for spell in to_do.spoken_for]
    assert len(named) == len(set(named))


@given(spells(), seen_well)
def test_one_place_is_one_message(found: list[Spell], at: datetime | None):
    told = [outage.place for outage in decided(found, at, NOW).tell]
    assert len(told) == len(set(told))


@given(spells(), seen_well)
def test_right_after_it_was_told_there_is_nothing_more_to_say(found: list[Spell], at: datetime | None):
    to_do = decided(found, at, NOW)
    kept = {spell.rule_id: spell for spell in found}
    for outage in to_do.over:
        for spell in outage.spells:
            kept.pop(spell.rule_id, None)
    for outage in to_do.tell:
        for spell in outage.recovered:
            kept.pop(spell.rule_id, None)
        kept |= {spell.rule_id: _told(spell) for spell in outage.spells}
    kept |= {spell.rule_id: spell for spell in to_do.spoken_for}
    again = decided(list(kept.values()), at, NOW)
    assert not any(not outage.is_again for outage in again.tell)
    assert not again.over
    assert not again.spoken_for


def _told(spell: Spell) -> Spell:
    return replace(spell, told_at=NOW)

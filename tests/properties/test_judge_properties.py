"""What the judgement promises, for any series: beside a small model written from the language's reference alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.condition import Reading
from rules.rule import Again, For
from tests.story import (
    DOUBTED,
    GAUGE,
    HOUR,
    STREAM,
    TROUBLE,
    UNKNOWN,
    Told,
    entry,
    product,
    rule,
    usd,
)
from watchers.api import Observation

BELOW = "price below $150"
LIMIT = 150
QUICK = settings(max_examples=80, deadline=None)

values = st.sampled_from((100, 120, 148, 149, 150, 155, 160, 170))
sights = values | st.sampled_from((UNKNOWN, TROUBLE))
gaps = st.sampled_from((HOUR, HOUR, timedelta(minutes=5), 3 * HOUR, timedelta(days=2)))
series = st.lists(st.tuples(gaps, sights), max_size=25)

Series = Sequence[tuple[timedelta, object]]


def told_of(asked: Told, story: Series) -> list[str | None]:
    """Return, for each step of a series, why the owner was told."""
    reasons = []
    for gap, value in story:
        asked.wait(gap)
        fired = [] if value == TROUBLE else asked.see(product(value))
        assert len(fired) <= 1
        reasons.append(fired[0].reason if fired else None)
    return reasons


@dataclass
class Model:
    """`price below $150` as the reference of the language words it, and nothing else."""

    polls: int = 1
    length: timedelta = timedelta()
    end: int | None = None
    again: str = "crossing"
    first: str = "tell"
    is_met: bool = False
    was_ever_known: bool = False
    since_first_true: int = 0
    looked_at: timedelta = timedelta()
    entry: str = ""
    told_value: int | None = None
    was_told: bool = False

    def follow(self, story: Series) -> list[str | None]:
        reasons: list[str | None] = []
        since_known_true = timedelta()
        for gap, value in story:
            since_known_true += gap
            if value in (UNKNOWN, TROUBLE):
                reasons.append(None)
                continue
            assert isinstance(value, int)
            if self.told_value is None:
                self.told_value = value  # before it was ever told, "last told" is the first reading
            reasons.append(self.see(value, since_known_true))
            if self.since_first_true:
                since_known_true = timedelta()
            self.was_ever_known = True
        return reasons

    def see(self, value: int, gap: timedelta) -> str | None:
        is_true = value < LIMIT
        if self.is_met:
            is_over = (value > self.end and not is_true) if self.end is not None else not is_true
            if is_over:
                self.is_met = False
                return None
            is_lower = self.told_value is not None and value < self.told_value
            return self.tell("again: lower", value) if is_true and self.again == "lower" and is_lower else None
        if not is_true:
            self.since_first_true = 0
            return None
        if not self.was_ever_known and self.first == "baseline":
            self.is_met = True
            return None
        if not self.since_first_true:
            self.entry = "crossed" if self.was_ever_known else "already true when first seen"
            self.looked_at = timedelta()
        else:
            self.looked_at += min(gap, 2 * HOUR)
        self.since_first_true += 1
        if self.since_first_true < self.polls or self.looked_at < self.length:
            return None
        self.is_met, self.since_first_true = True, 0
        return None if self.again == "never" and self.was_told else self.tell(self.entry, value)

    def tell(self, reason: str, value: int) -> str:
        self.told_value, self.was_told = value, True
        return reason


@QUICK
@given(
    story=series,
    polls=st.integers(0, 3),
    length=st.sampled_from((timedelta(), timedelta(minutes=5), 2 * HOUR, 5 * HOUR)),
    end=st.none() | st.sampled_from((150, 156, 165)),
    again=st.sampled_from(("crossing", "lower", "never")),
    first=st.sampled_from(("tell", "baseline")),
)
def test_a_rule_tells_what_the_reference_says_and_nothing_else(story, polls, length, end, again, first):
    until = f"price above ${end}" if end else None
    asked = Told(rule(BELOW, until=until, hold=For(polls, length), again=Again(again), first=first))
    model = Model(max(polls, 1), length, end, again, first)
    assert told_of(asked, story) == model.follow(story)


@QUICK
@given(series, st.sampled_from((HOUR, 5 * HOUR, timedelta(days=1))))
def test_a_reminder_comes_once_for_each_length_of_truth(story, every):
    asked = Told(rule(BELOW, again=Again("every", every)))
    told_of(asked, story)
    at = [firing.seen_at for firing in asked.firings]
    reminders = [firing for firing in asked.firings if firing.reason == "again: still true"]
    assert all(firing.seen_at - at[at.index(firing.seen_at) - 1] >= every for firing in reminders)
    crossings = [firing.reason for firing in asked.firings if firing not in reminders]
    assert crossings == [reason for reason in told_of(Told(rule(BELOW)), story) if reason]


# Every sentence whose truth rests on what is known, however long it was known.
ANY_RULE = (
    {"when": BELOW},
    {"when": BELOW, "until": "price above $160"},
    {"when": BELOW, "hold": For(polls=3)},
    {"when": BELOW, "hold": For(length=3 * HOUR)},
    {"when": BELOW, "again": Again("lower")},
    {"when": BELOW, "first": "baseline"},
    {"when": "price changes"},
    {"when": "price changes", "first": "baseline"},
    {"when": "price drops from previous"},
    {"when": "price drops by 5 USD from last told"},
    {"when": "price drops by 10% from first"},
    {"when": "price drops by 10% from highest in 30 days"},
    {"when": f"{BELOW} and not sold_out"},
)


@QUICK
@given(st.data(), st.sampled_from(ANY_RULE), st.lists(st.tuples(gaps, values), min_size=1, max_size=15))
def test_what_cannot_be_seen_neither_arms_nor_clears(data, asked, story):
    """Unknown readings and troubles between the polls of a series change nothing of what is told at those polls."""
    clouded: list[tuple[timedelta, object]] = []
    for gap, value in story:
        blind = data.draw(st.lists(st.sampled_from((UNKNOWN, TROUBLE)), max_size=3))
        rest = gap
        for one in blind:
            clouded.append((rest / 2, one))
            rest -= rest / 2
        clouded.append((rest, value))
    clear = told_of(Told(rule(**asked)), story)
    said = [
        (reason, value)
        for reason, (_, value) in zip(told_of(Told(rule(**asked)), clouded), clouded, strict=True)
        if reason or value not in (UNKNOWN, TROUBLE)
    ]
    assert said == [(reason, value) for reason, (_, value) in zip(clear, story, strict=True)]


@QUICK
@given(st.sampled_from([one for one in ANY_RULE if "hold" not in one]), series, st.integers(1, 3))
def test_the_same_page_again_is_never_news(asked, story, times):
    once, often = Told(rule(**asked)), Told(rule(**asked))
    for gap, value in story:
        once.wait(gap)
        often.wait(gap)
        if value == TROUBLE:
            continue
        assert [one.reason for one in once.see(product(value))] == [one.reason for one in often.see(product(value))]
        for _ in range(times):
            assert often.see(product(value)) == []


@QUICK
@given(
    st.sampled_from(
        (
            "price drops from previous",
            "price drops by 1 USD from last told",
            "price drops by 1% from first",
            "price drops by 1% from highest in 30 days",
            "price drops by 1% from median in 6 hours",
            "price is lowest in 6 hours",
        )
    ),
    st.sampled_from((GAUGE, DOUBTED)),
    st.lists(st.tuples(gaps, st.integers(1, 100_000)), max_size=20),
)
def test_a_drop_never_fires_on_a_rise(when, kind, story):
    prices = sorted(value for _, value in story)
    rising = [(gap, value) for (gap, _), value in zip(story, prices, strict=True)]
    assert not any(told_of(Told(rule(when, kind)), rising))


@QUICK
@given(st.sampled_from(ANY_RULE), series)
def test_no_two_firings_have_one_key_and_each_says_what_was_seen(asked, story):
    told = Told(rule(**asked))
    told_of(told, story)
    assert len({firing.key for firing in told.firings}) == len(told.firings)
    assert all(firing.because and firing.facts["price"] for firing in told.firings)


@QUICK
@given(series, st.lists(st.booleans(), min_size=25, max_size=25))
def test_time_alone_never_crosses_a_price(story, looks):
    """Judged again without a poll, as often as you like, a series tells the same."""
    polled, also_by_time = Told(rule(BELOW, DOUBTED)), Told(rule(BELOW, DOUBTED))
    expected = told_of(polled, story)
    reasons = []
    last: Observation | None = None
    for (gap, value), looks_again in zip(story, looks, strict=False):
        also_by_time.wait(gap)
        if last is not None and looks_again:
            assert also_by_time.see(last, is_new=False) == []
        last = last if value == TROUBLE else product(value)
        fired = [] if value == TROUBLE else also_by_time.see(product(value))
        reasons.append(fired[0].reason if fired else None)
    assert reasons == expected


class TestGlitches:
    @given(series, st.sampled_from((0, 0.01, 15_000)), st.integers(0, 24))
    @QUICK
    def test_a_glitch_that_is_gone_at_the_next_look_is_never_told(self, story, glitch, place):
        """Whatever else happens, no firing shows a value that was seen once and is far from all others."""
        told = Told(rule("price below $150 or price above $1000", DOUBTED))
        told_of(told, [*story[:place], (HOUR, glitch), (HOUR, 155), *story[place:]])
        assert all(firing.facts["price"] != usd(glitch) for firing in told.firings)

    @given(st.data(), st.lists(st.tuples(gaps, values), min_size=1, max_size=12))
    @QUICK
    def test_a_glitch_among_good_readings_changes_nothing(self, data, story):
        asked, glitched = Told(rule(BELOW, DOUBTED)), Told(rule(BELOW, DOUBTED))
        for told in (asked, glitched):
            told_of(told, [(HOUR, 160)])
        for gap, value in story:
            asked.wait(gap)
            expected = [firing.reason for firing in asked.see(product(value))]
            if data.draw(st.booleans()):
                glitched.wait(gap / 2)
                glitched.see(product(data.draw(st.sampled_from((0, 0.01, 15_000)))))
                glitched.wait(gap / 2)
            else:
                glitched.wait(gap)
            assert [firing.reason for firing in glitched.see(product(value))] == expected

    def test_a_price_that_never_stands_still_is_told_at_its_second_look(self):
        series = [(HOUR, 149), (HOUR, 148), (HOUR, 147)]
        assert told_of(Told(rule(BELOW, DOUBTED)), series) == [None, "already true when first seen", None]

    @given(st.lists(st.sampled_from((1600, 1500, 1700)), min_size=1, max_size=12), st.sampled_from((149, 0.5, 0)))
    @QUICK
    def test_what_was_confirmed_is_believed_from_then_on(self, before, price):
        told = Told(rule(BELOW, DOUBTED))
        told_of(told, [(HOUR, value) for value in before])
        reasons = told_of(told, [(HOUR, price)] * 5)
        assert reasons == [None, "crossed", None, None, None]
        assert told.of().held is None


# What appears.

keys = st.sampled_from("abcdef")
ARTICLE = {"a": "ITER begins", "b": "bread", "c": "ITER", "d": "ITER and bread", "e": "rain", "f": "ITER again"}
held = st.lists(keys, max_size=6, unique=True)


@QUICK
@given(st.lists(held, min_size=1, max_size=12))
def test_what_appears_is_told_once_and_what_was_there_from_the_start_never(polls):
    told = Told(rule("mentions ITER", STREAM))
    heard: list[str] = []
    seen: set[str] = set()
    for place, there in enumerate(polls):
        fired = told.see(*(entry(key, ARTICLE[key]) for key in there))
        expected = [key for key in there if key not in seen and "ITER" in ARTICLE[key] and place]
        assert [firing.observation for firing in fired] == expected
        assert all(firing.reason == "new" for firing in fired)
        seen |= set(there)
        heard += expected
        told.wait()
    assert len(heard) == len(set(heard))


aliased = st.builds(
    lambda key, also, text: replace(entry(key, text), also=tuple(sorted(also - {key}))),
    keys,
    st.frozensets(keys, max_size=2),
    st.sampled_from(("ITER", "bread")),
)
crowds = st.lists(aliased, max_size=5, unique_by=lambda one: one.key)


@QUICK
@given(st.lists(crowds, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_a_poll_does_not_matter(polls, chance):
    one, other = Told(rule("mentions ITER", STREAM)), Told(rule("mentions ITER", STREAM))
    for there in polls:
        shuffled = chance.sample(there, len(there))
        fired, fired_too = one.see(*there), other.see(*shuffled)
        assert {firing.key for firing in fired} == {firing.key for firing in fired_too}
        assert one.memory == other.memory
        one.wait()
        other.wait()


@QUICK
@given(st.lists(st.tuples(st.permutations("abc"), st.booleans()), min_size=1, max_size=10))
def test_a_thing_is_one_thing_under_all_its_keys(polls):
    """Its keys change places, and so does what it says: it is told when it appears or crosses, never under each key."""
    told = Told(rule("mentions ITER", STREAM))
    told.see()
    was_true, reasons, expected = None, [], []
    for (key, *also), is_true in polls:
        told.wait()
        fired = told.see(replace(entry(key, "ITER" if is_true else "bread"), also=tuple(also)))
        reasons.append([firing.reason for firing in fired])
        expected.append([] if not is_true or was_true else ["new" if was_true is None else "crossed"])
        was_true = is_true
    assert reasons == expected


@QUICK
@given(st.lists(st.tuples(gaps, values), min_size=1, max_size=15))
def test_history_is_every_change_in_order_and_no_more_time_than_was_looked_at(story):
    told = Told(rule(BELOW))
    told_of(told, story)
    kept: list[Reading] = told.history["product"]
    seen = [value for _, value in story]
    changes = [value for place, value in enumerate(seen) if not place or value != seen[place - 1]]
    assert [reading.facts["price"] for reading in kept] == [usd(value) for value in changes]
    looked_at = sum((min(gap, 2 * HOUR) for gap, _ in story[1:]), timedelta())
    assert sum((reading.known_for for reading in kept), timedelta()) == looked_at

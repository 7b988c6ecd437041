"""What the owner's answers do to the order of a digest, whatever they were."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.answers.answering import rate, subject
from agent.answers.usefulness import URGENCIES, Opinion, Taste, order, reasons, usefulness
from agent.database import Database
from tests.answered import DAY, NAMES, NOON, keep, told

NAMED = st.sampled_from("abc")
ABOUT = st.builds(
    lambda rule, topics, source: (
        {("rule", rule): rule, ("source", source): source} | {("topic", topic): topic for topic in topics}
    ),
    NAMED,
    st.lists(NAMED, max_size=2, unique=True),
    NAMED,
)
OPINIONS = st.lists(
    st.builds(
        lambda about, useful, days: Opinion(frozenset(about), useful, NOON - timedelta(days=days)),
        ABOUT,
        st.booleans(),
        st.integers(0, 2000),
    ),
    max_size=12,
)


@given(OPINIONS, ABOUT, ABOUT, st.integers(0, 2000))
def test_a_yes_never_lowers_anything_and_a_no_never_raises_it(opinions, answered, other, days):
    at = NOON - timedelta(days=days)
    before = Taste(opinions, NOON).usefulness(other)
    assert Taste([*opinions, Opinion(frozenset(answered), True, at)], NOON).usefulness(other) >= before
    assert Taste([*opinions, Opinion(frozenset(answered), False, at)], NOON).usefulness(other) <= before


@given(OPINIONS, ABOUT)
def test_an_answer_moves_what_it_was_given_to(opinions, answered):
    before = Taste(opinions, NOON).usefulness(answered)
    assert Taste([*opinions, Opinion(frozenset(answered), True, NOON)], NOON).usefulness(answered) > before
    assert Taste([*opinions, Opinion(frozenset(answered), False, NOON)], NOON).usefulness(answered) < before


@given(OPINIONS, ABOUT, st.randoms())
def test_the_order_in_which_answers_were_read_does_not_matter(opinions, about, random):
    shuffled = list(opinions)
    random.shuffle(shuffled)
    one, other = Taste(opinions, NOON), Taste(shuffled, NOON)
    assert one.usefulness(about) == other.usefulness(about)
    assert one.reason(about) == other.reason(about)
    assert 0 < one.usefulness(about) < 1


@given(OPINIONS, ABOUT)
def test_an_old_answer_says_less_than_a_new_one(opinions, about):
    def shift(days):
        yes = Opinion(frozenset(about), True, NOON - timedelta(days=days))
        return Taste([*opinions, yes], NOON).usefulness(about)

    assert shift(0) > shift(182) > shift(364)


@given(OPINIONS, ABOUT)
def test_a_reason_counts_all_answers_to_the_rule(opinions, about):
    rule = next(aspect for aspect in about if aspect[0] == "rule")
    of_rule = [one for one in opinions if rule in one.about]
    said = Taste(opinions, NOON).reason(about)
    counted = f"{sum(one.is_useful for one in of_rule)} of {len(of_rule)} of these"
    assert (counted in said) is bool(of_rule)


def answer(database, firing, useful, at=NOON):
    with database.writing() as connection:
        return rate(connection, subject(connection, firing.key), useful=useful, now=at, by="a test", names=NAMES)


def test_a_digest_begins_with_what_is_urgent_then_with_what_was_found_useful(database: Database):
    read = [told(f"A tokamak, number {number}") for number in range(5)]
    keep(database, *read)
    for number, one in enumerate(read):
        answer(database, one, useful=number != 2)
    bored = told("Stars", rule_id="stars", rule_name="Stars", sentence="")
    keep(database, bored)
    answer(database, bored, useful=False)
    new = told("A tokamak of today")
    unknown = told("Something", rule_id="other", rule_name="Other", feed="Other", sentence="")
    boring = told("More stars", rule_id="stars", rule_name="Stars", feed="Sky", sentence="")
    urgent = told("Even more stars", rule_id="stars", rule_name="Stars", feed="Sky", sentence="", urgency="urgent")
    everything = [boring, unknown, urgent, new]
    with database.reading() as connection:
        place = order(connection, everything, NOON + DAY, NAMES)
        why = reasons(connection, everything, NOON + DAY, NAMES)
        said = usefulness(connection, new, NOON + DAY, NAMES)
    assert sorted(everything, key=lambda one: -place[one.key]) == [urgent, new, unknown, boring]
    assert said == why[new.key] == "you found 4 of 5 of these, 4 of 6 of those from One Daily useful"
    assert why[urgent.key] == "urgent urgency; you found 0 of 1 of these useful"
    assert why[unknown.key] == ""


def test_the_last_word_on_a_message_counts(database: Database):
    one = told("A tokamak")
    keep(database, one)
    assert "you found 1 of 1 of these useful" in answer(database, one, useful=True).said
    changed = answer(database, one, useful=False, at=NOON + DAY)
    assert "you found 0 of 1 of these useful" in changed.said
    assert changed.undo == f"trusted-agent useful {one.id} --off"
    assert changed.offers


@given(OPINIONS, ABOUT, ABOUT)
def test_urgency_always_comes_first(opinions, one, other):
    taste = Taste(opinions, NOON)
    assert URGENCIES["high"] + taste.usefulness(one) > URGENCIES["normal"] + taste.usefulness(other)

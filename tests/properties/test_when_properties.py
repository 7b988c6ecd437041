"""What is true of every sentence: it is refused with faults, or it answers for any view and says when to ask again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rules.condition import Condition, Reading, Standing, View
from rules.faults import SentenceFaults
from tests.sentences import FACTS, GAUGE, NEW_YORK, NOW, STREAM, compiled, faults
from watchers.api import Day, Fact, Flag, Kind, Moment, Money, Number, Span, Text, Texts, Version
from watchers.versions import compare_versions

THOROUGH = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])

# What a source may claim


def _days() -> st.SearchStrategy[Day]:
    exact = st.dates(min_value=datetime(1, 1, 1).date()).map(lambda day: Day(day.year, day.month, day.day))
    return st.one_of(
        exact,
        st.integers(1, 9999).map(Day),
        st.builds(Day, st.integers(2024, 2028), st.integers(1, 12)),
        st.builds(Day, st.integers(0, 10000), st.integers(0, 13), st.integers(0, 32)),
        st.dates(NOW.date() - timedelta(40), NOW.date() + timedelta(40)).map(
            lambda day: Day(day.year, day.month, day.day)
        ),
    )


def _instants() -> st.SearchStrategy[datetime]:
    near = st.datetimes(NOW.replace(tzinfo=None) - timedelta(40), NOW.replace(tzinfo=None) + timedelta(40))
    anywhere = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30))
    return st.one_of(near, anywhere).map(lambda at: at.replace(tzinfo=UTC))


NUMBERS = st.one_of(
    st.decimals(),
    st.decimals(-1000, 1000, places=2),
    st.sampled_from([Decimal("1E+999999"), Decimal("1E-999999"), Decimal("-0"), Decimal("sNaN")]),
)
MONEY = st.builds(Money, NUMBERS, st.sampled_from(["USD", "USD", "EUR", None]))
VALUES: dict[type, st.SearchStrategy[Fact]] = {
    Money: MONEY,
    Number: NUMBERS.map(Number),
    Span: st.timedeltas().map(Span),
    Text: st.one_of(st.text(), st.sampled_from(["album", "Fusion energy", "a" * 40])).map(Text),
    Texts: st.lists(st.text(), max_size=3).map(tuple).map(Texts),
    Flag: st.booleans().map(Flag),
    Day: _days(),
    Moment: _instants().map(Moment),
    Version: st.one_of(
        st.text(), st.from_regex(r"v?\d+(\.\d+){0,3}(-?(rc|a|b|dev|post)\.?\d*)?(\+\w+)?", fullmatch=True)
    ).map(Version),
}
# Now and then a value of another type than declared: what an older version of the kind stored.
STORED = st.one_of(*VALUES.values())


@st.composite
def facts(draw: st.DrawFn, *, stored: bool = False) -> dict[str, Fact]:
    missing = draw(st.sets(st.sampled_from([spec.name for spec in FACTS]), max_size=4))
    odd = draw(st.sampled_from([*FACTS, None])) if stored else None
    return {spec.name: draw(STORED if spec is odd else VALUES[spec.type]) for spec in FACTS if spec.name not in missing}


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    at = NOW - timedelta(days=draw(st.floats(0, 120)))
    until = at + timedelta(days=draw(st.floats(0, 60)))
    return Reading(at, until, draw(facts(stored=True)), timedelta(days=draw(st.floats(0, 60))))


STANDINGS = st.builds(
    Standing,
    st.sampled_from([True, False, None]),
    st.none()
    | st.datetimes(NOW.replace(tzinfo=None) - timedelta(40), NOW.replace(tzinfo=None)).map(
        lambda at: at.replace(tzinfo=UTC)
    ),
    st.just("it was not judged yet"),
)


@st.composite
def views(draw: st.DrawFn) -> View:
    history = sorted(draw(st.lists(readings(), max_size=5)), key=lambda reading: reading.at)
    past = st.none() | readings()
    return View(
        facts=draw(facts()),
        now=NOW,
        zone=NEW_YORK,
        unknown=draw(st.dictionaries(st.sampled_from([spec.name for spec in FACTS]), st.text(), max_size=3)),
        previous=draw(past),
        first=draw(past),
        last_told=draw(past),
        history=history,
        since_news=draw(st.none() | _instants().filter(lambda at: at.year > 2000)),
        others=draw(st.dictionaries(st.sampled_from(["album", "cheap"]), STANDINGS)),
    )


# What an owner may write

LENGTHS = st.sampled_from(["30 days", "1d", "12h", "90s", "6 months", "90 days", "1h 30m", "2 weeks"])
BASELINES = st.one_of(
    st.sampled_from(["previous", "first", "last told"]),
    st.builds("{} in {}".format, st.sampled_from(["lowest", "highest", "median", "mean"]), LENGTHS),
)
ORDERS = st.sampled_from(
    ["<", "<=", ">", ">=", "=", "!=", "below", "at most", "above", "at least", "is", "is not", "is below"]
)
AMOUNTS = {
    "price": ["150 USD", "$20", "150.50 EUR", "me.budget", "USD 3", "list_price", "-5 USD"],
    "rating": ["4", "0", "0.5", "-3", "me.far"],
    "days_left": ["14", "2 weeks", "14 days", "me.far"],
    "discount": ["20%", "0.5%", "100"],
    "distance": ["50 km", "30 mi", "5", "me.far"],
    "latency": ["2s", "1h 30m", "3 days"],
}
TIMES = [
    "2026-05-20",
    "2026-05",
    "today",
    "now",
    "friday",
    "today + 14 days",
    "now - 36h",
    "today - 90m",
    "2026-05-20 18:00",
    "starts",
    "released",
    "released + 3 days",
    "starts - latency",
    "today + latency",
]
TEXTS = ["album", '"a text"', "me.city", '"ü"', '"\\\\"', "'it\"s'"]
PATTERNS = ['"a+"', r'"(a+)+$"', r'"\d{2}"', '"(?i)x"']


@st.composite
def about_amounts(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(sorted(AMOUNTS)))
    value = draw(st.sampled_from(AMOUNTS[name]))
    baseline = draw(BASELINES)
    right = draw(
        st.sampled_from(
            [
                value,
                baseline,
                f"80% of {baseline}",
                f"{value} + {value}",
                f"{name} * 2",
                f"-{baseline}",
                f"{baseline} / 3",
                f"({value} - {name}) * rating",
            ]
        )
    )
    direction = draw(st.sampled_from(["drops", "rises", "moves"]))
    return draw(
        st.sampled_from(
            [
                f"{name} {draw(ORDERS)} {right}",
                f"{name} in [{value}, {value}]",
                f"{name} is not in [{value}]",
                f"{name} {direction} from {baseline}",
                f"{name} {direction} by 15% from {baseline}",
                f"{name} {direction} by {value} from {baseline}",
                f"{name} is {draw(st.sampled_from(['lowest', 'highest']))} in {draw(LENGTHS)}",
                f"{name} changes from {value}",
                f"{name} / {name} > 0.5",
                f"{value} > {name}",
            ]
        )
    )


@st.composite
def about_times(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(["released", "starts", "released + 2 days", "starts - 36h", "today", "now"]))
    order = draw(st.sampled_from(["before", "after", "is", "is not", "<=", ">=", "<", ">"]))
    return draw(
        st.sampled_from(
            [
                f"{name} {order} {draw(st.sampled_from(TIMES))}",
                f"{name} within {draw(LENGTHS)}",
                f"{name} within past {draw(LENGTHS)}",
                f"{name} in [2026-05-20, 2026-06]",
            ]
        )
    )


@st.composite
def about_texts(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(["title", "city", "text", "categories"]))
    value = draw(st.sampled_from(TEXTS))
    return draw(
        st.sampled_from(
            [
                f"{name} is {value}",
                f"{name} is not {value}",
                f"{name} in [{value}, x]",
                f"{name} mentions [fusion, {value}]",
                f"{name} mentions topics.fusion",
                f"{name} mentions topics.it",
                f"{name} contains {value}",
                f"{name} starts with {value}",
                f"{name} ends with {value}",
                f"{name} matches {draw(st.sampled_from(PATTERNS))}",
                f"{name} changes to {value}",
            ]
        )
    )


OTHERS = st.sampled_from(
    [
        "sold_out", "available", "available is no", "sold_out changes to yes", "type in [album, ep]", "type is single",
        "type changes from album to ep", "released changes", "version > 3.12", "version is 1.0.0-rc.1", "changes",
        "version rises from first", "version in [1.0, 2.0]", "released moves from previous", "categories changes",
        "starts drops from last told", "available is known", "price is unknown", "released is not known",
        'rule "album" within 30 days', 'rule "cheap"', 'rule "album" within 12h', 'not rule "nobody"',
    ]
)  # fmt: skip
TIMED = st.one_of(
    about_times(),
    st.sampled_from(["sold_out", "available", "type is album", 'rule "album" within 12h', 'rule "cheap"']),
)


def _joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{} and {}".format, parts, parts),
        st.builds("({}) or {}".format, parts, parts),
        st.builds("not ({})".format, parts),
        st.builds("not {}".format, parts),
    )


SENTENCES = st.recursive(st.one_of(about_amounts(), about_times(), about_texts(), OTHERS), _joined, max_leaves=4)
TIMED_SENTENCES = st.one_of(st.recursive(TIMED, _joined, max_leaves=3), LENGTHS.map("nothing for {}".format))
PIECES = """
and or not in is known below at most above least drops rises by from to of within past nothing for previous first last
told lowest highest median mean changes mentions contains starts ends with matches ( ) [ ] , + - * / < <= > >= = != $150
150 USD 30 days 15% " ' price title type topics.fusion me.city rule "album" today 2026-05-20
1,299 1.299 € \\ album 1h30m ° km/h
"""
WORDS = st.one_of(st.sampled_from(PIECES.split()), st.text(max_size=5))


def accepted(sentence: str, *, known_any: bool = False) -> Condition:
    """Return the sentence compiled, or leave this example: what is refused is for other tests."""
    try:
        return compiled(sentence, known_any=known_any)
    except SentenceFaults:
        assume(False)
        raise


@given(st.one_of(st.text(), st.lists(WORDS).map(" ".join)), st.sampled_from([GAUGE, STREAM]))
@settings(THOROUGH, max_examples=400)
def test_any_text_is_a_sentence_or_a_list_of_faults_in_it(text: str, kind: Kind) -> None:
    wrong = faults(text, kind)
    assert wrong or compiled(text, kind).text == text
    for fault in wrong:
        assert 0 <= fault.start <= fault.end <= len(text)
        assert fault.message


@given(SENTENCES, views(), st.booleans())
@settings(THOROUGH, max_examples=150)
def test_an_accepted_sentence_answers_for_any_view(sentence: str, view: View, known_any: bool) -> None:
    finding = accepted(sentence, known_any=known_any).evaluate(view)
    assert finding.holds in (True, False, None)
    assert finding.because
    assert finding.changes_at is None or finding.changes_at > view.now


@given(SENTENCES, views())
@settings(THOROUGH, max_examples=150)
def test_the_canonical_spelling_is_a_sentence_that_means_the_same(sentence: str, view: View) -> None:
    condition = accepted(sentence)
    canonical = condition.canonical  # type: ignore[attr-defined]
    again = compiled(canonical)
    assert again.meaning == condition.meaning
    assert (again.is_moment, again.window, again.facts) == (condition.is_moment, condition.window, condition.facts)
    assert again.evaluate(view).holds is condition.evaluate(view).holds


@given(TIMED_SENTENCES, views(), st.floats(0, 1))
@settings(THOROUGH, max_examples=150)
def test_time_alone_changes_no_finding_before_it_said_so(sentence: str, view: View, share: float) -> None:
    condition = accepted(sentence)
    finding = condition.evaluate(view)
    horizon = finding.changes_at or view.now + timedelta(days=400)
    later = view.now + (horizon - view.now) * share
    if finding.changes_at is not None and later >= finding.changes_at:
        later = finding.changes_at - timedelta(microseconds=1)
    assert condition.evaluate(replace(view, now=later)).holds is finding.holds


@given(SENTENCES, SENTENCES, views())
@settings(THOROUGH, max_examples=120)
def test_and_or_not_follow_de_morgan(one: str, other: str, view: View) -> None:
    accepted(one)
    accepted(other)
    both = compiled(f"not (({one}) and ({other}))").evaluate(view)
    either = compiled(f"(not ({one})) or (not ({other}))").evaluate(view)
    assert both.holds is either.holds


@given(MONEY, st.lists(st.tuples(st.floats(0, 40), st.decimals(1, 500, places=2)), max_size=6))
def test_a_drop_is_never_true_of_a_rise(price: Money, past: list[tuple[float, Decimal]]) -> None:
    history = [
        Reading(NOW - timedelta(days), NOW - timedelta(days), {"price": Money(amount, "USD")}, timedelta(days=1))
        for days, amount in sorted(past, reverse=True)
    ]
    view = View({"price": price}, NOW, NEW_YORK, history=history, previous=history[-1] if history else None)
    dropped = compiled("drops from previous").evaluate(view).holds
    risen = compiled("rises from previous").evaluate(view).holds
    moved = compiled("moves from previous").evaluate(view).holds
    assert not (dropped and risen)
    assert moved is (None if dropped is None else dropped or risen)
    highest = max((amount for days, amount in past if days <= 30), default=None)
    if compiled("drops by 10% from highest in 30 days").evaluate(view).holds:
        assert highest is not None
        assert price.amount <= highest * Decimal("0.9")


VERSIONS = st.one_of(
    st.text(alphabet="0123456789abcrv.-+!_ ", max_size=12),
    st.from_regex(r"v?\d{1,3}(\.\d{1,3}){0,3}(-?(rc|a|b|dev|post|pl)\.?\d*)?(\+\w+)?", fullmatch=True),
    st.text(),
)


@given(VERSIONS, VERSIONS, VERSIONS)
def test_versions_have_one_order(one: str, two: str, three: str) -> None:
    assert compare_versions(one, two) == -compare_versions(two, one)
    assert compare_versions(one, one) == 0
    if compare_versions(one, two) <= 0 and compare_versions(two, three) <= 0:
        assert compare_versions(one, three) <= 0

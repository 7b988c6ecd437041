"""What is wrong with a rule test is said at its place, with what to write instead."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.faults import RuleFaults
from rules.file.nodes import ScalarNode, Source
from rules.trials.series import MOST_POLLS, BadSeries, read_series
from rules.trials.values import read_value
from rules.when.quantities import Misread
from tests.rule_files import Files
from tests.trials import HEAD, faults_of, run, run_all, written
from watchers.api import Day, FactSpec, Flag, Moment, Money, Number, Span, Text, Texts, Version

# The test; what is underlined; what is said; what is offered.
WRONG = [
    ("rule: cheep, price: 160, tells: []", "cheep", "there is no rule `cheep`", "did you mean cheap?"),
    ("price: 160, tells: []", "{", "this test has no `rule`", "add `rule"),
    ("rule: cheap, prize: 160, tells: []", "prize", "no fact of the kind price", "did you mean price?"),
    ("rule: cheap, price: '160 1,49', tells: []", "1,49", "not written as numbers", "write 1.49 USD or 149 USD"),
    ("rule: cheap, price: 160 1.499, tells: []", "1.499", "can be read in two ways", "write 1499 USD or 1.4990 USD"),
    ("rule: cheap, price: 160 soon, tells: []", "soon", "price is money, and `soon` is not", "149USD"),
    ("rule: cheap, price: 160 3km, tells: []", "3km", "price is money, and `3km` is not", "149USD"),
    ("rule: cheap, price: 160 15kr, tells: []", "15kr", "several currencies are written `kr`", "15 SEK"),
    ("rule: cheap, price: 160 149 x, available: yes no, tells: []", "available", "has 2 polls, `price` has 3", ""),
    ("rule: cheap, price: 1 x, available: yes no, tells: []", "no", "poll 2 is `x` in `price`", "write x here too"),
    ("rule: cheap, available: maybe, tells: []", "maybe", "yes or no", "write yes or no"),
    ("rule: cheap, availability: in_stok, tells: []", "in_stok", "never `in_stok`", "did you mean in_stock?"),
    ("rule: cheap, price: 160, tells: [{at: 2}]", "2", "there is no poll 2: this test has 1", "1 to 1"),
    ("rule: cheap, price: 160, tells: [0]", "0", "there is no poll 0", "1 to 1"),
    ("rule: cheap, price: 160, tells: [{at: 1, reason: crosed}]", "crosed", "the reason `crosed`", "crossed?"),
    ("rule: cheap, price: 160, tells: [{at: soon}]", "soon", "neither the number of a poll nor a time", "at: 2"),
    ("rule: cheap, price: 160, tells: [{at: 2026-02-30}]", "2026-02-30", "there is no 2026-02-30", "2026-12-24"),
    ("rule: cheap, price: 160, tells: [{at: 2026-03-01 08:59}]", "2026-03-01 08:59", "begins at 2026-03-01 09:00", ""),
    ("rule: cheap, price: 160, tells: [{at: 2026-03-01 10:00}]", "2026-03-01 10:00", "over at 2026-03-01 10:00", ""),
    ("rule: cheap, price: 160, tells: [{at: 1, mesage: a}]", "mesage", "no key that is known", "message?"),
    ("rule: cheap, price: 160", "{", "this test has no `tells`", "add `tells"),
    ("rule: cheap, tells: []", "{", "does not say what was seen", "add price: and a value for each poll"),
    ("rule: fusion, tells: []", "{", "does not say what was seen", "add polls: [[{title: …}]]"),
    ("rule: cheap, polls: [[{title: a}]], tells: []", "polls", "`polls` is for streams", "write price"),
    ("rule: fusion, polls: [], tells: []", "[]", "has no polls", "write polls"),
    ("rule: fusion, polls: [[{titel: a}]], tells: []", "titel", "no fact of the kind feed", "did you mean title?"),
    ("rule: fusion, polls: [[{published: soon}]], tells: []", "soon", "`soon` is no instant", "2026-12-24 18:00"),
    ("rule: fusion, polls: [[]], title: a, tells: []", "title", "both say what was seen", "keep one"),
    ("rule: news, polls: [[{title: a, source: example}]], tells: []", "example", "names 2 of the rule's sources", ""),
    ("rule: news, polls: [[{title: a, source: thre}]], tells: []", "thre", "names none of the rule's sources", ""),
    ("rule: album, released: 24.12.2026, tells: []", "24.12.2026", "`24.12.2026` is no date", "write it as 2026-12-24"),
    ("rule: cheap, responses: [a.html], tells: []", "a.html", "there is no file a.html", ""),
    ("rule: cheap, responses: [{}], tells: []", "{}", "has no content", "add file"),
    ("rule: cheap, responses: [{status: 99}], tells: []", "99", "`status` must be 100 at least", ""),
    ("rule: cheap, responses: [{trouble: SourceGon}], tells: []", "SourceGon", "takes", "SourceGone?"),
    ("rule: news, responses: [{status: 503}], tells: []", "{status", "which of them answers so?", "https://one.example/a"),
    ("rule: cheap, price: \"160 'a b\", tells: []", "'a", "does not end", ""),
    ("rule: cheap, price: 160..150/0, tells: []", "160..150/0", "no steps", "160..140/5"),
    ("rule: cheap, price: 160x0, tells: []", "160x0", "repeated 1 to 2,000 times", "149x3"),
    ("rule: cheap, price: 160x2000 149, tells: []", "160x2000 149", "more than 2,000 polls", "several tests"),
    ("rule: cheap, price: '', tells: []", "''", "this series is empty", "160 149 _ x 151"),
    ("rule: cheap, at: soon, price: 1, tells: []", "soon", "`soon` is no time", "at: 2026-03-01 09:00"),
    ("rule: cheap, at: 2026-02-30 09:00, price: 1, tells: []", "2026-02-30 09:00", "there is no 2026-02-30", ""),
    ("rule: cheap, every: 5, price: 1, tells: []", "5", "`every` needs a unit", "5h"),
    ("rule: cheap, zone: Berlin, price: 1, tells: []", "Berlin", "no time zone", "Europe/Berlin?"),
    ("rule: cheap, responses: [], tells: []", "[]", "has no answers", "write the file"),
    ("rule: cheap, responses: [[]], tells: []", "[]", "asks at least once", "_ or x"),
    ("rule: cheap, at: 2026-03, price: 1, tells: []", "2026-03", "`2026-03` is no time", ""),
    ("rule: cheap, price: [160, [1]], tells: []", "[1]", "takes text, a whole number", ""),
    ("rule: fusion, polls: [[{title: [a]}]], tells: []", "[a]", "`title` takes one value", ""),
    ("rule: fusion, polls: [3], tells: []", "3", "`polls`", ""),
    ("rule: both, tells: []", "{", "does not say what was seen", "others: {its-id: no yes}"),
    ("rule: both, title: a, tells: []", "{", "looks at nothing itself", "test those it names"),
    ("rule: both, others: {cheap: no maybe}, tells: []", "maybe", "met or it is not", "yes, no or ?"),
    ("rule: both, others: {cheap: no yes, euros: no yes no}, tells: []", "cheap", "this test has 3", "single"),
    ("rule: both, others: {cheap: ''}, tells: []", "''", "this series is empty", ""),
    ("rule: both, others: 3, tells: []", "3", "`others` takes keys with values", ""),
    ("rule: cheap, others: {fusion: no}, price: 1, tells: []", "fusion", "does not ask how `fusion` stands", ""),
]  # fmt: skip


WITH_BOTH = HEAD + """  - {name: Both, when: rule "cheap" and rule "euros"}\n"""


@pytest.mark.parametrize(("test", "spot", "said", "hint"), WRONG, ids=[wrong[0] for wrong in WRONG])
def test_a_wrong_test_is_told_where_and_what(test, spot, said, hint):
    (fault,) = faults_of(f"- {{{test}}}", head=WITH_BOTH)
    column = fault.place.column - 1
    assert fault.line[column:].startswith(spot), fault
    assert said in fault.message, fault
    assert hint in fault.hint, fault


def test_every_fault_is_told_at_once_in_the_order_of_the_file():
    faults = faults_of("- {rule: cheep, price: 1, tells: []}\n- nonsense\n- {rule: cheap, prize: 1, tells: []}")
    assert [fault.message for fault in faults] == [
        "there is no rule `cheep`",
        "a test is made of keys with values",
        "`prize` is no fact of the kind price",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("- {rule: cheap}", "a file of rule tests has one section, `tests`"),
        ("rules: []", "`rules` is no key that is known here"),
        ("tests: 3", "`tests` takes a list of tests"),
        ("tests: [a", "]"),
    ],
)
def test_a_file_of_tests_is_told_what_it_lacks(content, said):
    (fault,) = faults_of("", beside={"a.test.yaml": content})
    assert fault.place.file == "a.test.yaml"
    assert said in str(fault)


def test_a_file_that_cannot_be_read_is_a_fault():
    class Locked(Files):
        def text(self, name):
            return super().text("bytes.yaml" if name == "a.test.yaml" else name)

        def glob(self, base, pattern):
            return super().glob(base, "**" if "/" in pattern else pattern)

    with pytest.raises(RuleFaults) as wrong:
        run_all(Locked({"rules.yaml": HEAD, "a.test.yaml": ""}), {})
    assert [str(fault.place) for fault in wrong.value.faults] == ["a.test.yaml:2:5", "rules.yaml:1:1"]


def test_an_empty_section_or_file_holds_no_tests():
    assert run("", beside={"a.test.yaml": "", "b.test.yaml": "tests:\n"}) == []


def test_a_fault_underlines_the_value_inside_its_series():
    (fault,) = faults_of("- rule: cheap\n  price: 160 149 soon x\n  tells: []")
    assert (fault.place.line, fault.line[fault.place.column - 1 :][: fault.length]) == (19, "soon")
    assert written("- a: 1").splitlines()[16] == "tests:"


# Series in shorthand.


def scalar(text):
    return ScalarNode(Source("a.yaml", text), 0, len(text), text)


TOKENS = st.sampled_from(["160", "149.5", "_", "x", "?", "1!", '"a b"', "'x'", "149x3", "_x2", "$3..$1", "3..1/0.5"])


@given(st.lists(TOKENS, min_size=1, max_size=8))
def test_a_series_is_its_tokens_one_after_another(tokens):
    whole = read_series(scalar(" ".join(tokens)))
    parts = [slot for token in tokens for slot in read_series(scalar(token))]
    assert [(slot.text, slot.is_quoted, slot.is_gone) for slot in whole] == [
        (slot.text, slot.is_quoted, slot.is_gone) for slot in parts
    ]


@given(st.text(alphabet=" \"'x_?!.0123456789/$aé\\", max_size=40))
def test_any_text_is_a_series_or_a_fault_inside_it(text):
    found = read_or_fault(scalar(text))
    if isinstance(found, BadSeries):
        assert found.message
        assert 0 <= found.spot.start <= found.spot.end <= max(len(text), 1)
    else:
        assert 0 < len(found) <= MOST_POLLS
        assert all(0 <= slot.spot.start < slot.spot.end <= len(text) for slot in found)


def read_or_fault(node):
    try:
        return read_series(node)
    except BadSeries as bad:
        return bad


# Values.

SPECS = (
    FactSpec("price", Money, "What it costs."),
    FactSpec("distance", Number, "How far it is.", unit="km"),
    FactSpec("share", Number, "How much of it.", unit="%"),
    FactSpec("count", Number, "How many there are."),
    FactSpec("title", Text, "What it is called."),
    FactSpec("type", Text, "What it is.", choices=("album", "ep")),
    FactSpec("tags", Texts, "What is said of it."),
    FactSpec("there", Flag, "Whether it is there."),
    FactSpec("released", Day, "When it came out."),
    FactSpec("seen", Moment, "When it was seen."),
    FactSpec("length", Span, "How long it takes."),
    FactSpec("version", Version, "Which one."),
)
BERLIN = ZoneInfo("Europe/Berlin")


def spec_of(name):
    return next(spec for spec in SPECS if spec.name == name)


@pytest.mark.parametrize(
    ("name", "text", "fact"),
    [
        ("price", "149", Money(Decimal(149), "USD")),
        ("price", "€149.50", Money(Decimal("149.50"), "EUR")),
        ("price", "-5 GBP", Money(Decimal(-5), "GBP")),
        ("distance", "3", Number(Decimal(3))),
        ("distance", "500m", Number(Decimal("0.5"))),
        ("count", "-3", Number(Decimal(-3))),
        ("share", "15%", Number(Decimal(15))),
        ("title", "4x4", Text("4x4")),
        ("type", "EP", Text("ep")),
        ("tags", "science, sport", Texts(("science", "sport"))),
        ("there", "Yes", Flag(True)),
        ("released", "2026-05", Day(2026, 5)),
        ("released", "2026", Day(2026)),
        ("released", "2026-05-01 00:30", Day(2026, 5, 1)),
        ("seen", "2026-05-01", Moment(datetime(2026, 5, 1, tzinfo=BERLIN))),
        ("seen", "2026-05-01T18:00", Moment(datetime(2026, 5, 1, 18, tzinfo=BERLIN))),
        ("length", "1h 30m", Span(timedelta(minutes=90))),
        ("version", "3.10", Version("3.10")),
    ],
)
def test_a_value_is_read_as_the_fact_that_it_is_of(name, text, fact):
    assert read_value(text, spec_of(name), "USD", BERLIN) == fact


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("price", " ", "this value is empty"),
        ("price", "highest in 30 days", "price is money"),
        ("count", "3 km", "count is a number"),
        ("distance", "3 kg", "distance is a number of km"),
        ("distance", "and", "distance is a number of km"),
        ("length", "-3h", "length is a length of time"),
        ("length", "3", "length is a length of time"),
        ("seen", "2026-05", "no instant"),
        ("released", "2026-02-30", "there is no 2026-02-30"),
    ],
)
def test_what_is_no_such_value_is_said(name, text, said):
    with pytest.raises(Misread, match=said):
        read_value(text, spec_of(name), "USD", BERLIN)


def test_without_any_currency_an_amount_is_asked_for_one():
    with pytest.raises(Misread, match="in which currency is 149"):
        read_value("149", spec_of("price"), None, BERLIN)


@settings(deadline=None)  # the first sentence builds the tables of the grammar
@given(
    st.text(alphabet=" ,:'\"x_?!.0123456789/$€%aehkmnoprtuUSD-+()[]", min_size=1, max_size=20), st.sampled_from(SPECS)
)
def test_any_text_is_a_value_of_its_fact_or_said_to_be_none(text, spec):
    assert isinstance(read_or_misread(text, spec), (spec.type, Misread))


def read_or_misread(text, spec):
    try:
        return read_value(text, spec, "USD", BERLIN)
    except Misread as misread:
        return misread

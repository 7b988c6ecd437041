"""A wrong rule file tells a person where it is wrong, what is wrong, and what to write instead; all of it at once."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from agent.files import DiskFiles
from rules.faults import LONGEST_LINE, MOST_ALIKE, MOST_FAULTS, Fault, RuleFaults
from rules.file.nodes import LONGEST_BEHIND, MappingNode, Source, written
from rules.file.salvage import salvage
from rules.file.traps import explain_syntax
from rules.file.yaml import read_yaml
from rules.load import load
from rules.rule import Place
from rules.when.phrasings import rephrased
from tests.wrong_files import WRONG_FILES
from tests.wrong_files.case import CHANNEL, Wrong
from watchers.registry import kinds

# A hint that is nothing but a text to put in place of what is underlined.
REPLACEMENT = re.compile(r"(?:write|did you mean) `([^`]*)`(?:;.*|\?)?|did you mean ([^`?]*)\?")
JARGON = (
    "pydantic", "validation error", "input should", "nonetype", "traceback", "<class", "literal_error", "mapping ",
    "scalar", "parser gives", "token ", "lark", "string_type", "dict", "tuple", "regexinput", "valueerror",
)  # fmt: skip

IDS = [f"{number}-{case.says[0][:40]}" for number, case in enumerate(WRONG_FILES)]
MENDABLE = [case for case in WRONG_FILES if case.mend]


def faults_of(folder: Path, text: str, case: Wrong | None = None) -> tuple[Fault, ...]:
    """Return what is wrong with a text, as the main file or as the part that a case's main file includes."""
    main = case.included_by if case else ""
    for name, content in (case.files if case else {}).items():
        (folder / name).write_text(content, encoding="utf-8")
        (folder / name).chmod(0o600)
    (folder / "part.yaml" if main else folder / "rules.yaml").write_bytes(text.encode("utf-8"))
    if main:
        (folder / "rules.yaml").write_text(main, encoding="utf-8")
    return faults_in(folder / "rules.yaml")


def faults_in(file: Path) -> tuple[Fault, ...]:
    try:
        load(str(file), DiskFiles(file.parent, {}), kinds())
    except RuleFaults as wrong:
        return wrong.faults
    return ()


def test_there_are_two_hundred_ways_to_be_wrong() -> None:
    assert len({case.written for case in WRONG_FILES}) >= 200


@pytest.mark.parametrize("case", WRONG_FILES, ids=IDS)
def test_a_wrong_file_is_told_where_what_and_what_instead(case: Wrong, tmp_path: Path) -> None:
    faults = faults_of(tmp_path, case.written, case)
    said = "\n".join(map(str, faults))
    assert [(fault.place.line, fault.place.column) for fault in faults] == [place[:2] for place in case.places], said
    for fault, (_, _, length), says, hint in zip(faults, case.places, case.says, case.hint, strict=True):
        assert fault.length == min(length, LONGEST_BEHIND)
        assert says
        assert says in fault.message
        assert hint in fault.hint
        assert not any(word in f"{fault.message} {fault.hint}".lower() for word in JARGON)
        # The sentence, the line with its caret, and the hint.
        assert "\n" not in fault.message + fault.hint + fault.line
        assert len(str(fault).splitlines()) <= 4
        assert not fault.message.endswith(".")
    for number, fault in enumerate(faults):
        if proposed := REPLACEMENT.fullmatch(fault.hint):
            assert case.mend, f"this proposal is tried by nobody: {fault.hint}"
            assert (proposed[1] or proposed[2] or "") in case.mend[number]


@pytest.mark.parametrize("case", MENDABLE, ids=[f"{case.says[0][:30]}-{case.mend[0]}" for case in MENDABLE])
def test_what_is_proposed_makes_the_file_load(case: Wrong, tmp_path: Path) -> None:
    assert [str(fault) for fault in faults_of(tmp_path, case.mended, case)] == []


# All at once, and no more of it than a person reads.


def test_a_rule_that_is_no_yaml_hides_no_fault_of_another(tmp_path: Path) -> None:
    good = "    watch: price\n    url: https://shop.example/1\n"
    text = (
        CHANNEL + "rules:\n"
        f"  - name: One\n{good}   when: below $5\n"
        f"  - name: Two\n{good}    when: pryce below $5\n"
        f'  - name: "Three\n{good}    when: below $5\n'
        f"  - name: Four\n{good}    when: below $5\n    evry: 1h\n"
        f"  - name: Bob's: one\n{good}    when: below $5\n"
        f"  - name: Six\n{good}    when: below 5\n"
    )
    faults = faults_of(tmp_path, text)
    assert [(fault.place.line, fault.place.column) for fault in faults] == [
        (6, 4), (10, 11), (11, 11), (19, 5), (20, 16), (27, 17),
    ], "\n".join(map(str, faults))  # fmt: skip


def test_with_names_for_repetition_a_broken_rule_ends_the_reading(tmp_path: Path) -> None:
    text = (
        CHANNEL + "rules:\n  - name: One\n    note: &why gift\n   watch: price\n"
        "  - name: Two\n    note: *why\n    watch: prise\n    url: https://shop.example/1\n"
    )
    assert [fault.place.line for fault in faults_of(tmp_path, text)] == [5]


def test_a_rule_that_could_not_be_read_is_not_missed_by_those_that_name_it(tmp_path: Path) -> None:
    text = f'{CHANNEL}rules:\n  - name: A\n   watch: price\n  - name: B\n    when: rule "a"\n'
    assert [fault.place.line for fault in faults_of(tmp_path, text)] == [4]


def test_trouble_outside_of_the_rules_ends_the_reading(tmp_path: Path) -> None:
    text = "channels: {phone: 'x\nrules:\n  - name: One\n    watch: prise\n"
    assert [(fault.place.line, fault.place.column) for fault in faults_of(tmp_path, text)] == [(1, 19)]


def test_ten_thousand_rules_with_one_fault_are_told_of_in_a_few_lines(tmp_path: Path) -> None:
    rules = "".join(f"  - {{name: r{number}, watch: music, artits: A}}\n" for number in range(10_000))
    faults = faults_of(tmp_path, CHANNEL + "rules:\n" + rules)
    misspelt = [fault for fault in faults if "artits" in fault.message]
    assert len(misspelt) == MOST_ALIKE
    assert misspelt[-1].message.endswith("(and so in 9,990 further places)")
    assert len("\n".join(map(str, faults))) < 10_000


def test_many_different_faults_end_with_how_many_there_are_more(tmp_path: Path) -> None:
    rules = "".join(f"  - {{name: r{number}, watch: kind{number}x}}\n" for number in range(500))
    faults = faults_of(tmp_path, CHANNEL + "rules:\n" + rules)
    assert len(faults) == MOST_FAULTS
    assert faults[-1].message.endswith("(and 300 other faults below)")


def test_a_first_rule_whose_dash_is_wrong_hides_no_fault_of_the_next(tmp_path: Path) -> None:
    rule = "    watch: price\n    url: https://shop.example/1\n"
    text = f"{CHANNEL}rules:\n  -name: One\n{rule}  - name: Two\n{rule}    when: pryce below $5\n"
    assert [(fault.place.line, fault.place.column) for fault in faults_of(tmp_path, text)] == [(3, 3), (9, 11)]


@given(
    st.lists(
        st.sampled_from(["", "   when: x", '    note: "open', "    note: 'it's'", "    note: a: b", "\tx", "    - y"])
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_left_of_a_file_keeps_its_places(breaks: list[str], end: str) -> None:
    rules = [f"  - name: r{number}{end}    watch: price{end}{line}{end}" for number, line in enumerate(breaks)]
    text = f"rules:{end}" + "".join(rules)
    left = salvage(text, yaml.SafeLoader)
    if left is None:
        return
    assert len(left.text) == len(text)
    assert [len(line) for line in left.text.splitlines()] == [len(line) for line in text.splitlines()]
    root, faults = read_yaml(Source("r.yaml", text))
    assert len(faults) == len(left.found) == sum(map(bool, breaks))
    assert isinstance(root, MappingNode)
    kept = written(root).get("rules") or []  # type: ignore[attr-defined]
    assert [rule["name"] for rule in kept] == [f"r{number}" for number, line in enumerate(breaks) if not line]


def test_a_parser_that_stumbles_for_a_reason_of_its_own_is_said_to_have_stumbled() -> None:
    mark = yaml.Mark("r.yaml", 2, 0, 2, None, None)
    start, end, said, hint = explain_syntax("a\nb\n", yaml.MarkedYAMLError(problem="odd", problem_mark=mark))
    assert (start, end) == (2, 3)
    assert said == "YAML cannot be read on from here"
    assert "look above it" in hint


# What people say otherwise is looked for in texts of any kind.


@given(st.text(max_size=400), st.integers(min_value=0, max_value=400))
def test_any_text_may_be_looked_through_for_phrases(text: str, at: int) -> None:
    fault = rephrased(text, at)
    assert fault is None or 0 <= fault.start <= fault.end <= len(text)


PARTS = (
    "price is",
    "not",
    "less than or equal to",
    "$150",
    "1",
    ".",
    ",",
    "[",
    "]",
    "“",
    "drops by",
    "from last 7 days",
)


@given(st.lists(st.sampled_from(PARTS)))
def test_a_phrase_is_found_where_the_sentence_stumbled_or_not_at_all(words: list[str]) -> None:
    text = " ".join(words)
    for at in range(0, len(text) + 1, 7):
        fault = rephrased(text, at)
        assert fault is None or (fault.start <= at <= fault.end + 1 and fault.message and fault.hint)


@pytest.mark.parametrize(
    "bit", [" ", "1", "a", "price ", "is not more ", "mentions a or ", "[a, ", "“", "drops 5 ", "US$"]
)
def test_a_long_text_of_one_bit_is_looked_through_as_quickly_as_a_short_one(bit: str) -> None:
    """What is looked at lies around the place where the sentence stumbled, however long the sentence is."""
    long = bit * (4000 // len(bit))
    near = long[: max(1, 600 // len(bit)) * len(bit)]
    assert (rephrased(long, 0) is None) == (rephrased(near, 0) is None)


# Files that are none.


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "1:1", "no UTF-8"),
        (b"PK\x03\x04\x14\0\0\0", "1:3", "a control character stands here, U+0003"),
        ("rules: []\n".encode("utf-16"), "1:1", "the file is UTF-16"),
        ("# über\nname: Müller\n".encode("latin-1"), "1:3", "no UTF-8"),
        (b"rules:\n  - name: A\xff\n", "2:12", "no UTF-8"),
    ],
)
def test_a_file_that_is_no_text_is_refused_at_its_first_bad_byte(
    content: bytes, place: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "rules.yaml").write_bytes(content)
    (fault,) = faults_in(tmp_path / "rules.yaml")
    assert f"{fault.place.line}:{fault.place.column}" == place
    assert said in fault.message
    assert fault.hint


def test_files_that_include_each_other_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(CHANNEL + "include: [rules.yaml, part.yaml]\nrules: []\n", encoding="utf-8")
    (tmp_path / "part.yaml").write_text("rules: []\ninclude: rules.yaml\n", encoding="utf-8")
    (fault,) = faults_in(tmp_path / "rules.yaml")
    assert (Path(fault.place.file).name, fault.place.line) == ("part.yaml", 2)


# The caret.


def caret(fault: Fault) -> tuple[str, str]:
    """Return the line of a fault as it is shown, and the line of its caret."""
    _, shown, under, *_ = str(fault).splitlines()
    return shown.partition(" | ")[2], under.partition(" | ")[2]


def columns(text: str) -> int:
    return sum(
        0 if unicodedata.combining(letter) else 1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text
    )


@pytest.mark.parametrize(
    "before",
    ["name: ", "\tname: ", "名前: ", "🎧🎧: ", "e\u0301te\u0301: ", "ｗｉｄｅ: ", "a\tb: "],
)
def test_the_caret_stands_under_its_word_however_wide_the_letters_before_it(before: str) -> None:
    line = f"{before}pryce below"
    fault = Fault(Place("r.yaml", 1, len(before) + 1), "wrong", "", line, 5)
    shown, under = caret(fault)
    assert shown == line
    assert under.count("^") == 5
    margin = under.partition("^")[0]
    assert columns(margin) == columns(before)
    assert [at for at, letter in enumerate(margin) if letter == "\t"] == [
        columns(before[:at]) for at, letter in enumerate(before) if letter == "\t"
    ]


def test_wide_letters_are_underlined_in_full() -> None:
    fault = Fault(Place("r.yaml", 1, 1), "wrong", "", "価格 < 5", 2)
    assert caret(fault) == ("価格 < 5", "^^^^")


@pytest.mark.parametrize("at", [0, 10, 60, 119, 200, 700, 1400, 1494])
def test_of_a_long_line_the_part_around_the_fault_is_shown(at: int) -> None:
    line = "".join(chr(97 + number % 26) for number in range(1500))
    fault = Fault(Place("r.yaml", 1, at + 1), "wrong", "", line, 6)
    shown, under = caret(fault)
    assert len(shown) <= LONGEST_LINE + 2
    start = under.index("^")
    assert shown[start : start + under.count("^")] == line[at : at + 6][: under.count("^")]
    assert under.count("^") >= 1


def test_a_fault_far_to_the_right_of_a_sentence_is_shown(tmp_path: Path) -> None:
    sentence = " or ".join(["title mentions fusion"] * 60) + " or titel mentions fusion"
    text = f"{CHANNEL}rules:\n  - {{name: A, watch: news, feeds: ['https://a.example'], when: '{sentence}'}}\n"
    (fault,) = faults_of(tmp_path, text)
    shown, under = caret(fault)
    assert shown[under.index("^") : under.rindex("^") + 1] == "titel"

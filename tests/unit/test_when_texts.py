"""Texts: whole words in any script, topics of any size, patterns that would run for ever."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from rules.condition import View
from rules.rule import Names, Topic
from rules.when.canonical import quoted
from rules.when.evaluate_texts import MOST_SLOW_TEXTS, Patience
from rules.when.phrases import Phrases, fold
from tests.sentences import ME, NEW_YORK, NOW, STREAM, compiled, faults, finding, truth, view
from watchers.api import Fact, Text, Texts

PATTERNS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "hostile" / "regex" / "cases.jsonl"


def mentioned(phrase: str, text: str) -> bool:
    return bool(Phrases([phrase]).found_in([text]))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("Tool", "Tool's new record"),
        ("Tool", "New record by TOOL."),
        ("fusion energy", "Fusion-energy: now"),
        ("fusion-energy", "about fusion\n energy"),
        ("strasse", "Die Straße"),
        ("Bjork", "Björk sings"),
        ("Björk", "Bjork sings"),
        ("Smorrebrod", "Smørrebrød"),
        ("Łódź", "lodz"),
        ("Ιθάκη", "ΙΘΑΚΗ"),
        ("Ёлка", "елка"),
        ("istanbul", "İSTANBUL"),
        ("ﬁsh", "fish"),
        ("ＩＴＥＲ", "ITER"),
        ("don't", "I don’t know"),
        ("C++", "C++23 is out"),
        ("C#", "learn C#"),
        (".NET", "new .NET 9"),
        ("AT&T", "at&t falls"),
        ("Disney", "Disney+ grows"),
        ("GPT-4", "GPT 4 and more"),
        ("核融合", "日本の核融合炉"),
        ("トカマク", "大型トカマク装置"),
        ("ฟิวชัน", "พลังงานฟิวชันใหม่"),
        ("हिन्दी", "हिन्दी में"),
        ("서울", "서울 날씨"),
        ("ITER計画", "新ITER計画"),
        ("2026", "the 2026 season"),
    ],
)
def test_a_phrase_is_found_as_whole_words(phrase: str, text: str) -> None:
    assert mentioned(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("Tool", "Toolbox and stools"),
        ("fusion energy", "fusion of energy"),
        ("C++", "the C language"),
        (".NET", "the net result"),
        ("Disney+", "Disney films"),
        ("हि", "हिन्दी"),
        ("ガス", "カス"),
        ("각", "가나"),
        ("서", "서울"),
        ("x", ""),
    ],
)
def test_a_part_of_a_word_is_no_mention(phrase: str, text: str) -> None:
    assert not mentioned(phrase, text)


def test_a_topic_may_ask_for_exact_case() -> None:
    assert truth("mentions topics.it", {"text": Text("IT budgets grow")}, STREAM) is True
    assert truth("mentions topics.it", {"text": Text("it grows")}, STREAM) is False
    assert truth("mentions [topics.it, grows]", {"text": Text("it grows")}, STREAM) is True


def test_any_of_several_texts_may_mention_it() -> None:
    assert truth("categories mentions fusion", {"categories": Texts(("Art", "Fusion power"))}) is True
    assert truth('categories mentions "art fusion"', {"categories": Texts(("Art", "Fusion"))}) is False
    assert truth("categories is x", {"categories": Texts(())}) is False
    assert finding("categories is x", {"categories": Texts(())}).because == 'categories is empty, not "x"'


def test_at_most_three_phrases_are_named() -> None:
    told = finding("title mentions [a, b, c, d, e]", {"title": Text("e d c b a")})
    assert told.because == 'title mentions "e", "d", "c"'


def test_a_phrase_without_words_is_never_found() -> None:
    assert Phrases(["!!!", ""]).found_in(["what!!!", ""]) == []


def test_overlapping_phrases_are_all_found() -> None:
    assert Phrases(["a b c", "b", "a b d", "c d"]).found_in(["a b c d"]) == ["a b c", "b", "c d"]


def test_a_profile_list_may_be_mentioned_or_contain_the_value() -> None:
    assert truth("title mentions me.artists", {"title": Text("New BJORK record")}) is True
    assert truth("title in me.artists", {"title": Text("tool")}) is True
    assert truth("title contains me.city", {"title": Text("In Boston")}) is True


def test_a_topic_of_ten_thousand_phrases_finds_what_one_of_ten_finds() -> None:
    chance = random.Random(1)
    letters = "abcdefghijklmnopqrst"
    lexicon = ["".join(chance.choices(letters, k=6)) for _ in range(5000)]
    phrases = [" ".join(chance.choices(lexicon, k=2)) for _ in range(10_000)]
    names = Names(ME, {"many": Topic(tuple(phrases)), "few": Topic(tuple(phrases[:10]))})
    text = {"text": Text(f"about {phrases[3].title()} today")}
    for topic in ("many", "few"):
        condition = compiled(f"mentions topics.{topic}", STREAM, names=names)
        assert condition.evaluate(view(text)).because == f'text mentions "{phrases[3]}"'


@pytest.mark.parametrize(
    "text", ["", "plain", 'a "quote"', "it's", "back\\slash", "end\\", '\\"', "a\\\\b", "“curly”", "\\d+\n"]
)
def test_any_text_can_be_written_in_quotes(text: str) -> None:
    assert truth(f"title is {quoted(text)}", {"title": Text(text)}) is True


def test_backslashes_of_a_pattern_need_no_doubling() -> None:
    assert truth(r'title matches "\d{2}\.\d"', {"title": Text("v12.5")}) is True
    assert truth(r"title matches '^\w+$'", {"title": Text("one two")}) is False


def test_folding_keeps_what_makes_another_word() -> None:
    assert fold("が") != fold("か")
    assert fold("हि") != fold("ह")
    assert fold("ÅSA") == fold("asa")


@pytest.mark.parametrize("pattern", ["(" * 1500 + ")" * 1500, "x{99999999999}", "[a--b]", "(?P<a", r"\p{Nothing}"])
def test_a_pattern_that_cannot_be_read_is_a_fault(pattern: str) -> None:
    assert faults(f"title matches {quoted(pattern)}")[0].message.startswith("the regular expression")


def test_a_pattern_that_would_run_for_ever_is_unknown() -> None:
    told = finding('title matches "^(a|a?)+$"', {"title": Text("a" * 5000 + "!")})
    assert told.holds is None
    assert "takes too long" in told.because


SLOW = 'title matches "^(a|a?)+$"'


def slow(number: int) -> dict[str, Fact]:
    return {"title": Text("a" * 5000 + f"!{number}")}


def test_a_pattern_runs_over_once_in_a_judgement_however_many_texts_there_are() -> None:
    """A stream of thousands of entries is judged while the store waits."""
    condition = compiled(SLOW)
    first, *others = [condition.evaluate(View(slow(number), NOW, NEW_YORK)) for number in range(300)]
    assert "takes too long on title" in first.because
    # They were not tried: each would take a tenth of a second.
    assert all(one.holds is None and "takes too long on another text" in one.because for one in others)


def test_what_was_not_tried_is_looked_at_again_soon_and_the_slow_text_keeps_nobody_waiting() -> None:
    condition = compiled(SLOW)
    first, later = View(slow(1), NOW, NEW_YORK), View({"title": Text("aaa")}, NOW, NEW_YORK)
    assert condition.evaluate(first).holds is None
    put_off = condition.evaluate(later)
    assert put_off.holds is None
    assert put_off.changes_at is not None
    again = [condition.evaluate(replace(view, now=put_off.changes_at)) for view in (first, later)]
    assert [one.holds for one in again] == [None, True]
    assert "takes too long on title" in again[0].because


def test_of_several_texts_one_that_matches_is_enough_though_another_takes_too_long() -> None:
    told = finding('categories matches "^(a|a?)+$"', {"categories": Texts(("a" * 5000 + "!", "aaa"))})
    assert told.holds is None
    told = finding('categories matches "^(a|a?)+$"', {"categories": Texts(("aaa", "a" * 5000 + "!"))})
    assert told.holds is True


def test_only_so_many_slow_texts_are_remembered() -> None:
    patience = Patience()
    for number in range(MOST_SLOW_TEXTS + 10):
        patience.lose(str(number), NOW)
    assert len(patience.slow) == MOST_SLOW_TEXTS
    assert hash("0") not in patience.slow


@pytest.mark.skipif(not PATTERNS.exists(), reason=f"no corpus beside the checkout: {PATTERNS}")
def test_slow_patterns_of_others_are_answered_or_stopped() -> None:
    for line in PATTERNS.read_text(encoding="utf-8").splitlines():
        pattern = json.loads(line)["pattern"]
        for text in ("a" * 20_000, "ab" * 10_000 + "!", "0" * 20_000 + "x", "aaaaa" + "abc" * 5000):
            assert truth(f"title matches {quoted(pattern)}", {"title": Text(text)}) in (True, False, None)


def test_names_are_replaced_only_where_they_are_used() -> None:
    renamed = Names(replace(ME, values={}), {})
    assert compiled("mentions fusion", STREAM, names=renamed).meaning == 'text mentions "fusion"'

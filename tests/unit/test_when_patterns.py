"""Regular expressions that would take all the time or memory there is are refused before they are made."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.when.patterns import MOST_CHARACTERS, PatternFault, compiled
from tests.sentences import faults

TOO_LARGE = [
    ("a{99999999}", "repeats more than"),
    ("(((a{50}){50}){50}){50}", "repeats more than"),
    ("(?:ab{20,}c?){1000}", "repeats more than"),
    (r"(?:[()\]]{200}\)){60}", "repeats more than"),
    ("a" * (MOST_CHARACTERS + 1), "longer than 500"),
    ("w1|" * 400, "longer than 500"),
    ("(", "cannot be read"),
    ("a{5}{5}", "cannot be read"),
    (")(", "cannot be read"),
]


@pytest.mark.parametrize(("pattern", "said"), TOO_LARGE, ids=[pattern[:30] for pattern, _ in TOO_LARGE])
def test_a_pattern_that_cannot_be_used_is_refused_with_a_way_out(pattern, said):
    with pytest.raises(PatternFault, match=said) as refused:
        compiled(pattern)
    assert refused.value.hint
    escaped = pattern.replace("\\", "\\\\")
    assert [said in fault.message for fault in faults(f'title matches "{escaped}"')] == [True]


USUAL = [
    (r"\bv?\d{1,3}\.\d{1,3}(?:\.\d{1,5})?\b", "version 3.12.1"),
    (r"(?i)iphone\s*1[5-9]\s*(?:pro|max){0,2}", "the iPhone 16 Pro"),
    (r"[A-Z]{2}\d{4}-\d{4}", "AB1234-5678"),
    (r"^(?:(?:\d{1,3}\.){3}\d{1,3})$", "127.0.0.1"),
    (r"a{0,9999}b{1,9999}", "aab"),
    (r"[{(]\d{3}[)}]", "(123)"),
    (r"x{200}{", "x" * 200 + "{"),
]


@pytest.mark.parametrize(("pattern", "text"), USUAL, ids=[pattern for pattern, _ in USUAL])
def test_what_a_person_writes_is_read(pattern, text):
    assert compiled(pattern).search(text)


@given(st.text(alphabet="ab(){}[]|?*+,\\19^.:", max_size=60))
def test_whatever_is_written_is_read_or_refused(pattern):
    with suppress(PatternFault, TimeoutError):
        compiled(pattern).search("aab(1)", timeout=0.1)

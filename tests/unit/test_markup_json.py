"""JSON as people paste it into pages: what is beyond doubt is read, the rest is left out."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.reading.lenientjson import MAX_LENGTH, read_values

values = st.recursive(
    st.none() | st.booleans() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
containers = st.lists(values, max_size=4) | st.dictionaries(st.text(max_size=8), values, max_size=4)


@given(values)
def test_right_json_is_read_as_it_is(value):
    assert read_values(json.dumps(value)) == [value]


@given(containers)
def test_a_slip_elsewhere_does_not_change_what_is_right(value):
    text = json.dumps(value)
    assert read_values(f"{text};")[0] == value
    assert read_values(f"<!-- a note -->{text}")[0] == value
    assert read_values(f'{{"right": {text}, }}') == [{"right": value}]


@given(st.text(max_size=200))
def test_any_text_is_read_without_harm(text):
    read_values(text)
    read_values("{" + text)


def test_numbers_keep_every_digit():
    assert read_values('{"a": 1299.00, "b": 1e400, "c": 0.10000000000000000001}') == [
        {"a": "1299.00", "b": "1e400", "c": "0.10000000000000000001"}
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"price": 1,299.00, "name": "x"}', {"name": "x"}),
        ('{"price": 10,50, "name": "x"}', {"name": "x"}),
        ('{"name": "x", "price": 12', {"name": "x"}),
        ('{"name": "x", "price": "12', {"name": "x"}),
        ('{"name": "x", "price": }', {"name": "x"}),
        ('{"name": "x", "price": undefined,}', {"name": "x", "price": None}),
        ('{"name": "x", "price": 12.99 EUR}', {"name": "x", "price": "12.99 EUR"}),
        ('{"name": "x", "offers": {"price": 1]}', {"name": "x", "offers": {"price": "1"}}),
        ('{"text": "He said "no", then left", "name": "x"}', {"text": 'He said "no", then left', "name": "x"}),
        ('{"text": "it\\\'s \\u00e9 \\ud83d\\ude00 \\x",}', {"text": "it's é 😀 x"}),
        ("{a: http://x.example/y, 'b' : \"c\"}", {"a": "http://x.example/y", "b": "c"}),
    ],
)
def test_what_a_slip_leaves_in_doubt_is_left_out(text, value):
    assert read_values(text) == [value]


@pytest.mark.parametrize("text", ["", "no JSON", "<!--", "]]>", "}", "x" * (MAX_LENGTH + 1), "[" * 1000])
def test_what_is_no_json_has_no_values(text):
    assert read_values(text) == []


HURTFUL = [
    "[", '{"a":', "<!--", "/*", "//", '"', '{"', '{"a":"', '",', "{'a' ", "[1", "[,", '"\n', "{}]", "{a", "\\",
    '{"a":1,}', "<!--{", "/*{", '{"a" ', "'", "{:", "[{",
]  # fmt: skip


@pytest.mark.parametrize("unit", HURTFUL)
def test_a_text_made_to_hurt_takes_time_by_its_length(unit):
    """A reader that went back would need hours; the limit is loose, for a slow machine that does other things."""
    begun = time.process_time()
    read_values(unit * (250_000 // len(unit)))
    read_values('{"a":"' + unit * (250_000 // len(unit)))
    assert time.process_time() - begun < 20

"""`trusted-agent test`: what it prints, for a person and for a program, and how it ends."""

from __future__ import annotations

import os

import pytest

from agent.blanking import Blanker, cookie_secrets
from tests.lived import ask
from tests.trials import HEAD, written

PASSES = "- {rule: cheap, name: falls, price: 160 149, tells: [2]}"
FAILS = "- {rule: euros, price: 160 149, tells: [1]}"


@pytest.fixture
def test_of(tmp_path):
    def run(tests: str, *words: str):
        (tmp_path / "rules.yaml").write_text(written(tests) if tests else HEAD)
        return ask("test", *words, "--rules", str(tmp_path / "rules.yaml"))

    return run


def test_tests_that_pass_are_counted(test_of):
    answer = test_of(PASSES)
    assert (answer.code, answer.text) == (0, "✓ 1 test of 1 rule passed\n")


def test_a_test_that_fails_is_shown_with_its_place_and_ends_with_1(test_of):
    answer = test_of(f"{PASSES}\n{FAILS}")
    assert answer.code == 1
    assert answer.text.startswith("✗ euros  ")
    assert "rules.yaml:19:5" in answer.text
    assert "1 of 2 tests failed" in answer.error
    assert "why not: price 160.00 EUR is not below 150.00 EUR" in answer.text


def test_a_fault_ends_as_every_fault_of_the_rule_file_does(test_of):
    answer = test_of("- {rule: cheap, prize: 160, tells: []}")
    assert answer.code == 3
    assert "did you mean price?" in answer.error
    (fault,) = test_of("- {rule: cheap, prize: 160, tells: []}", "--json").json["faults"]
    assert (fault["line"], fault["column"]) == (18, 19)


def test_the_tests_of_one_rule_are_run_alone(test_of):
    assert test_of(f"{PASSES}\n{FAILS}", "--rule", "Cheap").code == 0
    assert test_of(f"{PASSES}\n{FAILS}", "--rule", "euros").code == 1
    unknown = test_of(PASSES, "--rule", "cheep")
    assert (unknown.code, "did you mean cheap?" in unknown.error) == (5, True)


def test_rules_without_a_test_are_named_when_asked(test_of):
    assert "without a test: euros, held," in test_of(PASSES, "--untested").text
    assert "cheap" not in test_of(PASSES, "--untested", "--json").json["untested"]
    assert "untested" not in test_of(PASSES, "--json").json


def test_without_any_test_it_is_said_how_to_begin(test_of):
    answer = test_of("")
    assert answer.code == 0
    assert "trusted-agent record RULE" in answer.text


def test_tests_of_sleeping_rules_are_left_out_and_said(test_of):
    asleep = "- {rule: asleep, price: 160 149, tells: [2]}"
    assert "1 test of sleeping rules left out" in test_of(f"{PASSES}\n{asleep}").text


def test_a_program_reads_what_was_told_and_what_differs(test_of):
    found = test_of(f"{PASSES}\n{FAILS}\n- {{rule: held, price: 149, tells: [{{at: 1, reason: new}}]}}", "--json").json
    assert (found["ok"], found["passed"], found["failed"], found["asleep"]) == (False, 1, 2, 0)
    falls, euros, held = found["tests"]
    assert (falls["name"], falls["rule"], falls["passed"]) == ("falls", "cheap", True)
    assert falls["told"][0]["reason"] == "crossed"
    assert falls["told"][0]["at"] == "2026-03-01T15:00:00Z"
    assert [each["what"] for each in euros["differences"]] == ["not told", "not expected"]
    assert held["differences"] == [
        {
            "what": "not told",
            "poll": 1,
            "expected": {"poll": 1, "at": "poll 1", "reason": "new", "of": ""},
            "why": ["price 149.00 USD is below 150.00 USD, but not yet for as long as `for` asks"],
        }
    ]


def test_what_is_told_otherwise_is_read_by_a_program_too(test_of):
    (case,) = test_of("- {rule: cheap, price: 160 149, tells: [{at: 2, reason: new}]}", "--json").json["tests"]
    (difference,) = case["differences"]
    assert (difference["what"], difference["poll"]) == ("told otherwise", 2)
    assert difference["differs"] == [{"name": "reason", "expected": "new", "told": "crossed"}]


def test_an_answer_that_cannot_be_read_is_a_fault_at_its_place(test_of, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "long.html").touch()
    os.truncate(tmp_path / "long.html", 20_000_001)
    answer = test_of(
        "- {rule: cheap, responses: [folder], tells: []}\n- {rule: cheap, responses: [long.html], tells: []}"
    )
    assert answer.code == 3
    assert "folder cannot be read: Is a directory" in answer.error
    assert "long.html is longer than 20,000,000 bytes" in answer.error


def test_an_address_that_is_none_is_a_trouble(test_of, tmp_path):
    (tmp_path / "a.html").write_text("a")
    answer = test_of("- {rule: cheap, responses: [{file: a.html, landed: nowhere}], tells: [1]}")
    assert "SourceRefused: the address cannot be asked" in answer.text


# What is blanked in a saved answer.

TOKEN = "k3yQ9zT7wPx41aBcDeF0"


@pytest.mark.parametrize(
    "text",
    [
        f'<input type="hidden" name="csrf_token" value="{TOKEN}">',
        f"<input value='{TOKEN}' name='authenticity_token' type=hidden>",
        f"<INPUT NAME=__RequestVerificationToken TYPE=hidden VALUE={TOKEN}>",
        f'<meta name="csrf-token" content="{TOKEN}" />',
        f'<input name="form_key" type="hidden" value="{TOKEN}" />',
        f'{{"csrfToken":"{TOKEN}","price":"139.00"}}',
        f'{{"props": "{{\\"accessToken\\":\\"{TOKEN}\\"}}"}}',
        f"var session_id = '{TOKEN}';",
        f'window.csrf = "{TOKEN}"',
        f'<a href="/buy?item=1&amp;session={TOKEN}&amp;page=2">',
        f"https://shop.example/page;jsessionid={TOKEN}?a=b",
        f'<body data-csrf-token="{TOKEN}">',
        f"Authorization: Bearer {TOKEN}",
        f'"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx{TOKEN}.{TOKEN}"',
    ],
)  # fmt: skip
def test_what_looks_like_a_token_is_blanked(text):
    blanked, counts = Blanker(()).text(text)
    assert TOKEN not in blanked
    assert "***" in blanked
    assert sum(counts.values()) >= 1
    assert Blanker(()).text(blanked)[0] == blanked


@pytest.mark.parametrize(
    "text",
    [
        '<input type="text" name="q" value="studio headphones">',
        '{"price":"139.00","sku":"AB-1234567890","side":"left-right","consider":"something"}',
        "<p>The session: an evening with a token of gratitude</p>",
        '<meta name="description" content="A token of love, a session of jazz">',
        "https://shop.example/page?item=12345678&colour=aquamarine#reviews",
    ],
)
def test_what_is_no_token_stays(text):
    assert Blanker(()).text(text) == (text, {})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252", "latin-1"])
def test_a_body_keeps_its_encoding(encoding):
    page = f'<p>Größe: 5</p><input name="csrf" value="{TOKEN}"><p>geheimes-Wört</p>'.encode(encoding)
    stated = {"utf-8": "text/html", "utf-16": "text/html", "windows-1252": "text/html; charset=windows-1252"}
    left = Blanker(["geheimes-Wört"]).body(page, stated.get(encoding, "text/html; charset=no-such"))
    text = left.body.decode(encoding)
    assert text == '<p>Größe: 5</p><input name="csrf" value="***"><p>***</p>'


def test_a_picture_is_left_as_it_is():
    body = bytes(range(256)) + f"?token={TOKEN}".encode()
    assert Blanker(()).body(body, "image/png").body == body


@pytest.mark.parametrize(
    ("header", "secret"),
    [
        (f"sid={TOKEN}; Path=/; HttpOnly", {TOKEN}),
        ("session=abcd", {"abcd"}),
        ("visit=a%7C1234567", {"a%7C1234567", "a|1234567"}),
        ("country=Germany; Path=/", set()),
        ("currency=EUR", set()),
    ],
)
def test_of_a_cookie_the_value_is_a_secret_unless_it_is_a_plain_word(header, secret):
    assert cookie_secrets(header) == secret

"""No secret leaves in a log line, a reason or a traceback."""

from __future__ import annotations

import base64
import io
import logging
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.redaction import MASK, Redactor, SecretFilter, secrets_of

printable = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_characters="\x7f"), min_size=6)


def test_a_secret_is_hidden_wherever_it_stands():
    assert Redactor(["hunter22"]).clean("sign in with hunter22, yes hunter22") == f"sign in with {MASK}, yes {MASK}"


@given(printable, st.text(), st.text())
def test_a_secret_never_survives_in_any_form_that_libraries_write(secret, before, after):
    redactor = Redactor([secret])
    for form in (secret, quote(secret, safe=""), quote_plus(secret)):
        assert form not in redactor.clean(f"{before} {form} {after}").replace(MASK, "")


@given(st.text("abcdefghij", max_size=9), st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8))
def test_a_password_inside_basic_authentication_is_hidden_whatever_the_user(user, password):
    written = base64.b64encode(f"{user}:{password}".encode()).decode()
    kept = Redactor([password]).clean(f"sent {written} away").split()[1]
    assert MASK in kept
    # At most the characters that it shares with its neighbours are left at either end.
    assert len(kept.replace(MASK, "").rstrip("=")) <= len(user) * 4 // 3 + 6


def test_the_longer_of_two_secrets_is_hidden_whole():
    assert Redactor(["secret", "secret-and-more"]).clean("a secret-and-more b") == f"a {MASK} b"


def test_a_very_short_secret_does_not_hide_ordinary_text():
    assert Redactor(["a", "", "to"]).clean("a letter to me") == "a letter to me"


def test_every_line_of_a_key_file_is_hidden_by_itself():
    key = "-----BEGIN KEY-----\nMIGHAgEAMBMGByqG\nSM49AgEGCCqGSM49\n"
    assert Redactor([key]).clean("near SM49AgEGCCqGSM49 it broke") == f"near {MASK} it broke"


def test_without_secrets_an_ordinary_sentence_and_its_link_stay_as_they_are():
    text = "price 139.00 USD at https://shop.example/item/B08N5WRWNW1234567890?colour=blue&page=2 by me@mail.example"
    assert Redactor().clean(text) == text


def test_the_structured_data_of_a_page_that_is_written_without_spaces_stays_as_it_is():
    text = '{"@context":"https://schema.org","@type":"Product"} <a href="https://x.example">me@mail.example</a>'
    assert Redactor().clean(text) == text
    escaped = '{\\"@context\\":\\"https://schema.org\\",\\"@type\\":\\"Product\\"}'
    assert Redactor().clean(escaped) == escaped


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("mailtos://me:pa55@mail.example failed", "pa55"),
        ("tgram://123456789:AAbbCCddEEffGG11/12345678 failed", "AAbbCCddEEffGG11"),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "TIiajkdnlazkcOXrIdevi7FQ"),
        ("url: https://api.telegram.org/bot123456789:AAbbCCddEEffGG/sendMessage", "AAbbCCddEEffGG"),
        ("url: /api/webhooks/1234567890/abcDEFghiJKL", "abcDEFghiJKL"),
        ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnl", "TIiajkdnl"),
        ("GET /x?a=1&access_token=abcdef&b=2", "abcdef"),
        ("{'Authorization': 'Bearer tk_abc123'}", "tk_abc123"),
        ("{'X-Gotify-Key': 'AToken12345'}", "AToken12345"),
    ],
)
def test_what_looks_like_a_secret_is_hidden_although_nobody_named_it(text, secret):
    assert secret not in Redactor().clean(text)


def test_the_parts_of_a_channel_that_may_be_secret_are_known_and_its_host_is_not():
    parts = secrets_of("gotifys://me:pa55word@push.example:8443/AToken12345?priority=high&token=t0ken")
    assert {"pa55word", "AToken12345", "t0ken"} <= parts
    assert not parts & {"push.example:8443", "high", "me"}


def test_a_token_in_the_place_of_the_host_or_the_user_is_a_secret_too():
    assert "T1JJ3T3L2" in secrets_of("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnl")
    assert "tk_secret" in secrets_of("ntfy://tk_secret@push.example/topic")


def test_a_redactor_that_knows_more_still_knows_what_it_knew():
    assert Redactor(["first-secret"]).knowing(["second-secret"]).clean("first-secret second-secret") == f"{MASK} {MASK}"


def test_a_log_line_its_arguments_and_its_traceback_carry_no_secret():
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(SecretFilter(Redactor(["hunter22"])))
    logger = logging.Logger("here")
    logger.addHandler(handler)
    try:
        int("the password was hunter22")
    except ValueError:
        logger.exception("could not sign in with %s", "hunter22", stack_info=True)
    said = written.getvalue()
    assert "hunter22" not in said
    assert "could not sign in with ***" in said
    assert "the password was ***" in said
    assert "Stack (most recent call last)" in said


def test_a_log_line_with_the_wrong_arguments_is_still_written_and_clean():
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(SecretFilter(Redactor(["hunter22"])))
    logger = logging.Logger("here")
    logger.addHandler(handler)
    logger.warning("%d messages", "hunter22")
    assert "hunter22" not in written.getvalue()
    assert "messages" in written.getvalue()

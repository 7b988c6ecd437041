"""Letters and the words of mail servers: whatever comes, it is read, or refused by name."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.contract.test_mail import LETTER
from watchers.door.imapwords import Misread, folder_name, named_parts, read_words, shown_folder_name
from watchers.reading.letter import named_attachments, read_letter

NAMES = ["From", "To", "Cc", "Subject", "Date", "Message-ID", "List-Id", "Content-Type", "Content-Disposition"]
HEADERS = st.lists(st.tuples(st.sampled_from(NAMES), st.binary(max_size=80)), max_size=12)
ODD = st.sampled_from(
    [b"=?utf-8?q?", b"?=", b"=?", b"multipart/mixed; boundary=b", b"--b", b'filename*0*="', b"message/rfc822", b"\xe4"]
)


@given(HEADERS, st.lists(st.binary(max_size=60) | ODD, max_size=30))
def test_any_bytes_are_read_as_a_letter(headers, body):
    head = b"".join(name.encode() + b": " + value.replace(b"\n", b"") + b"\r\n" for name, value in headers)
    read = read_letter(head + b"\r\n" + b"\r\n".join(body))
    assert len(read.key) == 32
    for text in (read.subject, read.text, *read.sender, *read.recipients, *read.attachments):
        text.encode()
        assert "\x00" not in text


@given(st.integers(0, len(LETTER)), st.binary(max_size=4))
def test_a_letter_that_is_cut_or_spoilt_anywhere_is_read(place, junk):
    read_letter(LETTER[:place] + junk + LETTER[place + len(junk) :])


def test_parts_inside_parts_hundreds_deep_hide_no_head():
    deep = b"Subject: deep\r\nMIME-Version: 1.0\r\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000)
    )
    assert read_letter(deep).subject == "deep"


@pytest.mark.parametrize("mark", ["(", "<", '"', "=?utf-8?q?", "[", ",", ":", ";", "\\", "(\\", '"('])
def test_signs_by_the_thousand_in_an_address_hide_no_letter(mark):
    read = read_letter(f"From: {mark * 6000} <me@home.example>\r\nTo: {mark * 6000}\r\nSubject: x\r\n\r\n".encode())
    assert read.subject == "x"


def test_a_number_of_thousands_of_digits_is_no_trap():
    raw = b"Subject: x\r\nContent-Disposition: attachment; filename*" + b"9" * 5000 + b'*="x"\r\n\r\n'
    assert read_letter(raw).subject == "x"


@given(
    st.text(max_size=60).filter(lambda name: "\x00" not in name and not any("\ud800" <= c <= "\udfff" for c in name))
)
@example("Entwürfe & Co/日本語")
@example("~peter/mail/台北/日本語")
def test_a_folder_s_name_comes_back(name):
    sent = folder_name(name)
    assert sent.isascii()
    assert shown_folder_name(sent) == name


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=5))
def test_any_answer_of_a_mail_server_is_read_or_refused(pieces):
    with suppress(Misread):
        for word in read_words(pieces):
            named_attachments(tuple(named_parts(word)))


@given(
    st.recursive(
        st.none() | st.text(max_size=5) | st.binary(max_size=5),
        lambda inner: st.lists(inner, max_size=6),
        max_leaves=40,
    )
)
def test_any_structure_has_names_that_can_be_shown(structure):
    for name in named_attachments(tuple(named_parts(structure))):
        name.encode()

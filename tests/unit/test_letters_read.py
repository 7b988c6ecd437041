"""Letters as they are really sent: who they are from, what they say and what hangs on them, however badly put."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.reading.letter import ReadLetter, read_letter

MIXED = "Content-Type: multipart/mixed; boundary=E"
ALTERNATIVE = "Content-Type: multipart/alternative; boundary=E"


def letter(*head: str, body: str | bytes = "") -> ReadLetter:
    raw = body if isinstance(body, bytes) else body.encode()
    return read_letter("\n".join(["MIME-Version: 1.0", *head, "", ""]).encode() + raw)


def parts(*each: str) -> str:
    return "".join(f"--E\n{part}\n" for part in each) + "--E--\n"


# Who it is from.


@pytest.mark.parametrize(
    ("written", "address", "name"),
    [
        ('"Bank <service@bank.example>" <thief@x.example>', "thief@x.example", "Bank <service@bank.example>"),
        ('"A\\", <me@bank.example>" <thief@x.example>', "thief@x.example", 'A", <me@bank.example>'),
        ("service@bank.example <thief@x.example>", "thief@x.example", "service@bank.example"),
        ("Doe, John <john@x.example>", "john@x.example", "Doe, John"),
        ("Doe, John, Dr. <john@x.example>", "john@x.example", "Doe, John, Dr."),
        ("John <john@x.example", "john@x.example", "John"),
        ("John <<john@x.example>>", "john@x.example", "John"),
        ('\\"John\\" <john@x.example>', "john@x.example", '\\"John\\"'),
        ('"John <john@x.example>', "john@x.example", '"John'),
        ("John <@relay.example,@hub.example:john@x.example>", "john@x.example", "John"),
        ('John <"john doe"@x.example>', '"john doe"@x.example', "John"),
        ("John < john . doe @ x . example >", "john.doe@x.example", "John"),
    ],
)
def test_the_sender_is_who_stands_in_the_brackets(written, address, name):
    assert letter(f"From: {written}").sender == (address, name)


def test_a_sender_without_an_address_keeps_its_words_apart():
    assert letter("From: Mail Delivery System").sender == ("Mail Delivery System", "")


def test_a_comment_behind_a_list_is_no_part_of_it():
    assert letter("List-Id: The news <news.x.example> (weekly)").list_id == "news.x.example"


def test_names_without_an_address_stay_recipients_of_their_own():
    assert letter("To: root, jane@x.example, admin").recipients == ("root", "jane@x.example", "admin")


# When it was sent.


@pytest.mark.parametrize(
    "written",
    [
        "Fri, 21 Nov 1997 09(comment):   55  :  06 -0600",
        "(sent) Fri, 21 Nov 1997 09:55:06 -0600 (CST (at home))",
        "Fri, 21 Nov 1997 09:55:06 -0600 CST",
        "Fri, 21 Nov 1997 09:55:06 -0600;",
    ],
)
def test_what_stands_between_the_parts_of_a_date_hides_none_of_them(written):
    assert letter(f"Date: {written}").date == datetime(1997, 11, 21, 15, 55, 6, tzinfo=UTC)


# What it says.


def test_the_footer_that_a_list_adds_does_not_stand_for_the_letter():
    post = ("Content-Type: text/html\n\n<p>The talk is moved</p>", "Content-Type: text/plain\n\nTo unsubscribe")
    assert letter(MIXED, body=parts(*post)).text == "The talk is moved To unsubscribe"


def test_of_several_forms_of_the_same_one_is_read():
    forms = ("Content-Type: text/html\n\n<p>Hello, <b>Sam</b></p>", "Content-Type: text/plain\n\nHello, Sam")
    assert letter(ALTERNATIVE, body=parts(*forms)).text == "Hello, Sam"
    empty = ("Content-Type: text/plain\n\n \n", "Content-Type: text/html\n\n<p>Hello, <b>Sam</b></p>")
    assert letter(ALTERNATIVE, body=parts(*empty)).text == "Hello, Sam"


def test_a_text_that_only_stands_in_for_the_letter_is_not_what_it_says():
    shown = (
        "<title>Template 7</title><p>Your parcel 123 comes today between nine and eleven: please be at home then.</p>"
    )
    forms = ("Content-Type: text/plain\n\nPlease enable HTML.", f"Content-Type: text/html\n\n{shown}")
    said = letter(ALTERNATIVE, body=parts(*forms)).text
    assert said.startswith("Your parcel 123")
    short = (
        "Content-Type: text/plain\n\nSee you at nine, Jane",
        "Content-Type: text/html\n\n<p>See you at 9, <b>Jane</b></p>",
    )
    assert letter(ALTERNATIVE, body=parts(*short)).text == "See you at nine, Jane"


@pytest.mark.parametrize(
    "head",
    [
        ("Content-Type: text/plain; name=note.txt", "Content-Disposition: inline; filename=note.txt"),
        ("Content-Type: text/html; name=note.html",),
        ("Content-Type: text/html charset=utf-8",),
        ("Content-Type: text/markdown",),
        ("Content-Type: multipart/report;",),
    ],
)
def test_a_letter_that_is_one_text_is_read_whatever_it_is_called(head):
    assert letter(*head, body="Your parcel").text == "Your parcel"


def test_a_text_that_hangs_on_a_letter_is_not_what_it_says():
    each = ("\nSee the file", "Content-Type: text/plain; name=log.txt\n\nError 17")
    assert letter(MIXED, body=parts(*each)).text == "See the file"
    assert letter("Content-Disposition: attachment", body="Error 17").text == ""


@pytest.mark.parametrize("encoding", ["Quoted-Printable ", "quoted-printable (by hand)", '"quoted-printable"'])
def test_an_encoding_counts_with_whatever_stands_around_it(encoding):
    head = ("Content-Type: text/plain; charset=utf-8", f"Content-Transfer-Encoding: {encoding}")
    assert letter(*head, body="caf=C3=A9").text == "café"


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        ("utf-8", b"caf\xe9 cr\xe8me"),
        ("iso-8859-1", "café crème".encode()),
        ("'utf-8'", "café crème".encode()),
        ("utf-7", b"caf+AOk- cr+AOg-me"),
        ("cp850", b"caf\x82 cr\x8ame"),
        ("no-such-charset", "café crème".encode()),
    ],
)
def test_a_text_is_read_by_what_it_is_where_its_charset_is_a_lie_or_an_old_one(charset, body):
    assert letter(f"Content-Type: text/plain; charset={charset}", body=body).text == "café crème"


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("gb2312", "您的订单已发货"),
        ("shift_jis", "ご注文の商品を発送しました"),
        ("iso-2022-jp", "ご注文の商品を発送しました"),
        ("euc-kr", "주문하신 상품이 발송되었습니다"),
        ("big5", "您的訂單已出貨"),
        ("koi8-r", "Ваш заказ отправлен"),
        ("windows-1251", "Ваш заказ отправлен"),
        ("iso-8859-1", "Müller"),
    ],
)
def test_what_cannot_be_but_utf_8_is_read_so_in_the_head_and_below(charset, text):
    subject = base64.b64encode(text.encode()).decode()
    seen = letter(
        f"Subject: =?{charset}?B?{subject}?=", f"Content-Type: text/plain; charset={charset}", body=text.encode()
    )
    assert (seen.subject, seen.text) == (text, text)


@pytest.mark.parametrize(
    ("charset", "text"), [("gb2312", "联通"), ("shift_jis", "ｶﾀｶﾅ"), ("euc-kr", "호호"), ("windows-1251", "ГЄ")]
)
def test_a_few_letters_that_look_like_utf_8_are_what_they_are_said_to_be(charset, text):
    assert letter(f"Content-Type: text/plain; charset={charset}", body=text.encode(charset)).text == text


@given(
    st.text(st.sampled_from("的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会"), min_size=2)
)
def test_chinese_in_its_own_encoding_is_never_taken_for_utf_8(text):
    assert letter("Content-Type: text/plain; charset=gb2312", body=text.encode("gb2312")).text == text


def test_a_charset_that_runs_programs_is_none():
    assert letter("Content-Type: text/plain; charset=unicode_escape", body="\\x41").text == "\\x41"
    assert letter("Subject: =?rot13?Q?Uryyb?=").subject == "Uryyb"


def test_lines_that_were_only_broken_for_the_way_are_joined():
    head = "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes"
    body = "日本 \n語 https://x.example/a \nb\n> said \nreply\n-- \nSam"
    assert letter(head, body=body).text == "日本語 https://x.example/ab > saidreply -- Sam"


# What hangs on it.


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252"])
def test_a_name_that_nobody_encoded_is_read(encoding):
    head = "MIME-Version: 1.0\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="
    assert read_letter(f'{head}"Müller.pdf"\n\n'.encode(encoding)).attachments == ("Müller.pdf",)


def test_a_quote_that_is_left_open_is_no_part_of_a_name():
    assert letter('Content-Disposition: attachment; filename="bill.pdf').attachments == ("bill.pdf",)

"""Address books: names and days on vCards of every version and many makers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchers.api import SourceChanged, SourceUnavailable
from watchers.reading.vcard import read_cards, understood_cards
from watchers.yearly import YearlyDay, read_yearly


def card(*lines: str, version: str = "3.0") -> bytes:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]).encode()


def days(body: bytes) -> list[tuple[str, YearlyDay | None]]:
    (one,) = read_cards(body).cards
    return [(day.occasion, day.day) for day in one.days]


def name(body: bytes) -> str:
    (one,) = read_cards(body).cards
    return one.name


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1988-02-29", (1988, 2, 29)),
        ("19880229", (1988, 2, 29)),
        ("1988-02-29T00:00:00Z", (1988, 2, 29)),
        ("19880229T120000+0200", (1988, 2, 29)),
        ("1988-2-9", (1988, 2, 9)),
        ("1988/02/29", (1988, 2, 29)),
        ("--0229", (None, 2, 29)),
        ("--02-29", (None, 2, 29)),
        ("02-29", (None, 2, 29)),
        ("1604-02-29", (None, 2, 29)),
        ("0001-06-11", (None, 6, 11)),
        ("0000-02-29", (None, 2, 29)),
    ],
)
def test_a_day_is_read_in_each_of_its_forms(written, day):
    year, month, number = day
    assert read_yearly(written) == YearlyDay(month, number, year)


@pytest.mark.parametrize(
    "written",
    ["", "x", "1988", "1988-02", "---29", "1987-02-29", "1988-13-01", "--0230", "01.02.1988", "1/2/1988", "1988229"],
)
def test_what_states_no_day_is_none(written):
    assert read_yearly(written) is None


@given(st.dates())
def test_a_day_is_what_it_was_when_it_is_read_back(day):
    assert read_yearly(str(YearlyDay(day.month, day.day))) == YearlyDay(day.month, day.day)
    if day.year not in (0, 1, 1604):
        assert read_yearly(day.isoformat()) == YearlyDay(day.month, day.day, day.year)


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
def test_a_birthday_is_found_in_every_version(version):
    assert days(card("FN:Sam", "BDAY:1988-02-29", version=version)) == [("birthday", YearlyDay(2, 29, 1988))]


def test_a_year_that_stands_for_none_is_none():
    assert days(card("BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-16")) == [("birthday", YearlyDay(4, 16))]
    assert days(card("BDAY;VALUE=date;X-APPLE-OMIT-YEAR=1972:1972-04-16")) == [("birthday", YearlyDay(4, 16))]


def test_anniversaries_of_every_maker_are_found():
    assert days(card("ANNIVERSARY:20110604")) == [("anniversary", YearlyDay(6, 4, 2011))]
    for maker in ("X-EVOLUTION-ANNIVERSARY", "X-MS-ANNIVERSARY;VALUE=DATE"):
        assert days(card(f"{maker}:2011-06-04")) == [("anniversary", YearlyDay(6, 4, 2011))]
    labelled = card(
        "item1.X-ABDATE;type=pref:2011-06-04", "item1.X-ABLabel:_$!<Anniversary>!$_",
        "item2.X-ABDATE:2015-05-01", "item2.X-ABLabel:First Day",
    )  # fmt: skip
    assert days(labelled) == [("anniversary", YearlyDay(6, 4, 2011)), ("first day", YearlyDay(5, 1, 2015))]


def test_of_two_birthdays_the_first_counts():
    assert days(card("BDAY:19410909", "BDAY:--0311")) == [("birthday", YearlyDay(9, 9, 1941))]


def test_a_birthday_in_words_is_kept_as_it_is_written():
    (one,) = read_cards(card("BDAY;VALUE=text:circa 1800")).cards
    assert [(day.day, day.written) for day in one.days] == [(None, "circa 1800")]


def test_an_empty_birthday_is_none_and_one_that_can_be_read_counts():
    assert days(card("BDAY:", "X-ANNIVERSARY:")) == []
    assert days(card("BDAY;TYPE=pref:", "BDAY:1988-02-29")) == [("birthday", YearlyDay(2, 29, 1988))]
    assert days(card("BDAY:not known", "BDAY:1988-02-29")) == [("birthday", YearlyDay(2, 29, 1988))]


def test_a_day_of_another_calendar_is_not_taken_for_one_of_ours():
    assert days(card("BDAY;CALSCALE=hebrew:57450412")) == [("birthday", None)]
    assert days(card("BDAY;CALSCALE=gregorian:19880229")) == [("birthday", YearlyDay(2, 29, 1988))]


def test_a_day_that_is_said_to_be_words_and_is_a_day_is_read():
    assert days(card("BDAY;VALUE=text:1988-02-29")) == [("birthday", YearlyDay(2, 29, 1988))]


def test_days_of_an_android_telephone_are_found():
    row = "X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event"
    written = card(
        f"{row};2011-06-04;1;;;;;;;;;;;;;", f"{row};2015-05-01;0;First Day;;;;;;;;;;;;", f"{row};--0809;2;;;;;;;;;;;;;",
        "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Sam;1;;;;;;;;;;;;;",
    )  # fmt: skip
    assert days(written) == [
        ("anniversary", YearlyDay(6, 4, 2011)),
        ("first day", YearlyDay(5, 1, 2015)),
        ("date", YearlyDay(8, 9)),
    ]
    assert days(card("BDAY:1988-02-29", f"{row};1990-01-01;3;;")) == [("birthday", YearlyDay(2, 29, 1988))]
    encoded = "X-ANDROID-CUSTOM;ENCODING=QUOTED-PRINTABLE:vnd.android.cursor.item/contact_event;=2D=2D06-04;0;F=C3=BCr;"
    assert days(card(encoded, version="2.1")) == [("für", YearlyDay(6, 4))]


def test_quoted_printable_names_of_old_phones_are_read():
    body = card(
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg=", ";;;", "BDAY:19800521", version="2.1"
    )
    assert name(body) == "Jörg Müller"
    assert days(body) == [("birthday", YearlyDay(5, 21, 1980))]
    assert name(card("FN;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:J=F6rg", version="2.1")) == "Jörg"
    assert name(card("FN;QUOTED-PRINTABLE:J=C3=B6rg", version="2.1")) == "Jörg"


def test_a_byte_that_is_no_utf8_is_taken_for_windows():
    assert name(card("FN:J?rg").replace(b"?", b"\xf6")) == "Jörg"
    assert name(card("FN;CHARSET=windows-1251:?").replace(b"?", b"\xd1\xe0\xf8\xe0")) == "Саша"


def test_a_file_in_utf16_is_read():
    assert name(card("FN:Jörg").decode().encode("utf-16")) == "Jörg"


def test_a_name_is_what_the_card_shows_or_what_it_is_made_of():
    assert name(card("FN:Gump\\, Forrest", "N:Gump;Forrest;;;")) == "Gump, Forrest"
    assert name(card("N:Gump;Forrest;Alexander;Mr.;Jr.")) == "Mr. Forrest Alexander Gump Jr."
    assert name(card("N:Gump\\;Sons;;;;")) == "Gump;Sons"
    assert name(card("ORG:Acme;Sales")) == "Acme, Sales"
    assert name(card("TEL:1")) == ""


def test_a_picture_in_the_middle_hurts_nothing():
    lines = [
        "FN:Sam",
        "PHOTO;ENCODING=BASE64:/9j/4QFa",
        " RXhpZgAASUkqAAgA",
        "AAAQ8AZ//unindented",
        "",
        "BDAY:19880229",
    ]
    assert days(card(*lines, version="2.1")) == [("birthday", YearlyDay(2, 29, 1988))]


def test_an_address_book_that_breaks_off_is_a_trouble():
    body = card("FN:Sam", "BDAY:19880229") + card("FN:Ann", "BDAY:19900101")
    assert len(understood_cards(body)) == 2
    with pytest.raises(SourceChanged, match="breaks off"):
        understood_cards(body[:-20])
    with pytest.raises(SourceChanged, match="not a vCard file"):
        understood_cards(b"Name;Birthday\nSam;1988-02-29")
    with pytest.raises(SourceUnavailable):
        understood_cards(b"\r\n")


@settings(deadline=None)
@given(st.binary(max_size=400), st.integers(0, 60))
def test_any_bytes_are_cards_or_none(noise, place):
    body = card("FN:Sam", 'BDAY;X="y:1988-02-29', "item1.X-ABDATE:20110604", version="2.1")
    for one in read_cards(body[:place] + noise + body[place:]).cards:
        assert one.name == one.name.strip()

"""What holds of every text that may be a price."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from watchers.reading.money import read_money

amounts = st.integers(1, 10**9 - 1).map(lambda cents: Decimal(cents) / 100)
signs = st.text(st.sampled_from("0123456789.,' \u00a0-–€$£krp%x/()руб₹円٣"), max_size=40)


def grouped(amount, thousands, decimals):
    whole, cents = f"{amount:.2f}".split(".")
    groups = []
    while whole:
        whole, group = whole[:-3], whole[-3:]
        groups.insert(0, group)
    return thousands.join(groups) + decimals + cents


@given(
    amounts, st.sampled_from([(",", "."), (".", ","), (" ", ","), ("\u00a0", ","), ("'", "."), ("", "."), ("", ",")])
)
def test_an_amount_with_cents_is_read_back_whatever_parts_its_groups(amount, marks):
    for text in (f"{grouped(amount, *marks)} €", f"€{grouped(amount, *marks)}", f"EUR {grouped(amount, *marks)}"):
        reading = read_money(text)
        assert (reading.amount, reading.currency, reading.sure) == (amount, "EUR", True), text


@given(amounts, st.sampled_from([",", "."]))
def test_an_amount_is_read_back_by_the_page_s_own_decimal_sign(amount, decimals):
    thousands = {",": ".", ".": ","}[decimals]
    reading = read_money(grouped(amount, thousands, decimals), decimal=decimals)
    assert (reading.amount, reading.ambiguous) == (amount, ())


@given(st.integers(1, 999), st.integers(0, 999))
def test_three_digits_behind_one_mark_are_sure_only_in_a_known_currency(whole, thousandths):
    bare = read_money(f"{whole}.{thousandths:03}")
    assert {bare.amount, *bare.ambiguous} == {Decimal(f"{whole}{thousandths:03}"), Decimal(f"{whole}.{thousandths:03}")}
    assert read_money(f"{whole}.{thousandths:03} €").sure


@given(amounts, amounts)
def test_two_different_amounts_are_never_one_sure_price(one, other):
    reading = read_money(f"${one:.2f} ${other:.2f}")
    assert reading.amount == one
    assert reading.sure == (one == other)


@given(st.one_of(st.text(max_size=60), signs))
def test_any_text_is_read_and_what_is_sure_is_a_plain_positive_amount(text):
    reading = read_money(text)
    if reading is not None:
        assert reading.amount.is_finite()
        assert reading.amount >= 0
        assert reading.amount not in reading.ambiguous
        assert not (reading.sure and reading.amount == 0)
        assert reading.currency_text is None or reading.currency_text in text

"""What a price label says, and how sure one can be of it."""

from decimal import Decimal

import pytest

from watchers.reading.money import currency_code, currency_text, read_money


def sure(text, **hints):
    """The amount and the currency of a text that leaves no doubt."""
    reading = read_money(text, **hints)
    assert reading is not None
    assert reading.sure, reading
    return str(reading.amount), reading.currency


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("159,99", "159.99", None),
        ("1.299,00 €", "1299.00", "EUR"),
        ("1 099,00 €", "1099.00", "EUR"),
        ("1\u202f099,00\u00a0€", "1099.00", "EUR"),
        ("$1,299", "1299", None),
        ("US$1,299", "1299", "USD"),
        ("₹1,29,999", "129999", "INR"),
        ("CHF 1'299.90", "1299.90", "CHF"),
        ("CHF 1’299.90", "1299.90", "CHF"),
        ("1.144.000 ₫", "1144000", "VND"),
        ("Rp 31.500", "31500", "IDR"),
        ("10 000 Ft", "10000", "HUF"),
        ("1 690,54 руб. (шт)", "1690.54", "RUB"),
        ("R$ 1.299,00", "1299.00", "BRL"),
        ("kr 1.299", "1299", None),
        ("12,-", "12", None),
        ("12.–", "12", None),
        ("1 299:-", "1299", None),
        ("1.299,- kr", "1299", None),
        ("105. –", "105", None),
        ("£5.99p", "5.99", "GBP"),
        ("35€99", "35.99", "EUR"),
        ("12⁹⁹ €", "12.99", "EUR"),
        ("$119. 95", "119.95", None),
        (".75 €", "0.75", "EUR"),
        ("0,299 €", "0.299", "EUR"),
        ("34.992001", "34.992001", None),
        ("SGD$4.90", "4.90", "SGD"),
        ("$ SGD4.90", "4.90", "SGD"),
        ("US $12.99", "12.99", "USD"),
        ("$1,299.99 USD", "1299.99", "USD"),
        ("Now £12", "12", "GBP"),
        ("12,99 € inkl. MwSt., zzgl. Versand", "12.99", "EUR"),
        ("129,00 € (-15%)", "129.00", "EUR"),
        ("$12.99 $12.99", "12.99", None),
        ("$5.99 ($0.50 / oz)", "5.99", None),
        ("500 g 4,99 €", "4.99", "EUR"),
        ("129,00 zł/szt.", "129.00", "PLN"),
        ("Rs.1,299.00", "1299.00", None),
        ("Rs.500", "500", None),
        ("Tk.500", "500", "BDT"),
        ("kr.1.299,00", "1299.00", None),
        ("Rp.50000", "50000", "IDR"),
        ("LKR 1,299", "1299", "LKR"),
        ("R 1,299", "1299", "ZAR"),
        ("Rs 1,299/-", "1299", None),
        ("12.500 د.ك", "12.500", "KWD"),
        ("KD 1,250.500", "1250.500", "KWD"),
        ("12,500 IQD", "12500", "IQD"),
        ("12,800円税込", "12800", "JPY"),
        ("1万2800円", "12800", "JPY"),
        ("3,980万円", "39800000", "JPY"),
        ("128.5万円", "1285000", "JPY"),
        ("12만 9,000원", "129000", "KRW"),
        ("১,২৯৯ টাকা", "1299", "BDT"),
        ("CHF -.95", "0.95", "CHF"),
        ("5 zł 99 gr", "5.99", "PLN"),
        ("12,90 € al pezzo", "12.90", "EUR"),
        ("Transit van £3,000", "3000", "GBP"),
    ],
)
def test_a_price_is_read_as_people_write_it(text, amount, currency):
    assert sure(text) == (amount, currency)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("٣٬٩٩٩٫٠٠ ر.س", "3999.00", "SAR"),
        ("۱۵۷٬۰۰۰ تومان", "157000", None),  # ten rials; the toman has no code
        ("１２，９８０円", "12980", "JPY"),
        ("१,२९,९९९ ₹", "129999", "INR"),
    ],
    ids=["Arabic", "Persian", "full width", "Devanagari"],
)
def test_digits_of_every_script_are_digits(text, amount, currency):
    assert sure(text) == (amount, currency)


@pytest.mark.parametrize(
    ("text", "likely", "other"),
    [
        ("1.299", "1299", "1.299"),
        ("1,299", "1299", "1.299"),
        ("$1.299", "1299", "1.299"),
        ("1,299 €", "1299", "1.299"),
        ("1,250 KD", "1250", "1.250"),
        ("1.250 TND", "1.250", "1250"),
        ("1,234.567", "1234.567", "1234567"),
        ("iPhone 15 799 €", "15799", "799"),
        ("35€ 99", "35.99", "35"),
    ],
)
def test_a_number_that_can_mean_two_things_is_called_ambiguous(text, likely, other):
    reading = read_money(text)
    assert (str(reading.amount), [str(amount) for amount in reading.ambiguous]) == (likely, [other])
    assert not reading.sure


def test_what_the_page_has_shown_settles_what_the_label_leaves_open():
    assert sure("1.299", decimal=",") == ("1299", None)
    assert sure("1.299", decimal=".") == ("1.299", None)
    assert sure("1.299", currency="EUR") == ("1299", "EUR")
    assert sure("24.990", currency="CLP") == ("24990", "CLP")
    assert sure("€1,299") == ("1299", "EUR")


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("2 x 19,99", "an instalment"),
        ("12 x R$ 19,90 sem juros", "an instalment"),
        ("$0.99/mo", "a price by time"),
        ("49 € pro Monat", "a price by time"),
        ("499 kr./md.", "a price by time"),
        ("€5.99/kg", "a price by measure"),
        ("12,99 €/100 g", "a price by measure"),
        ("from $5", "a lowest of several prices"),
        ("ab 2.99 €", "a lowest of several prices"),
        ("$1,500+", "a lowest of several prices"),
        ("bis zu 80 €", "a highest of several prices"),
        ("Was: $124.95", "a former price"),
        ("UVP 99,00 €", "a former price"),
        ("Save $20", "a saving"),
        ("$20 off", "a saving"),
        ("Versand: 4,99 €", "a delivery charge"),
        ("$4.99 shipping", "a delivery charge"),
        ("ca. 20 €", "an estimate"),
        ("ab nur 49,99 €", "a lowest of several prices"),
        ("₹1,299 onwards", "a lowest of several prices"),
        ("12,800円～", "a lowest of several prices"),
        ("Từ 129.000₫", "a lowest of several prices"),
        ("M.R.P.: ₹1,499", "a former price"),
        ("PRP: 199,99 Lei", "a former price"),
        ("定価 15,000円", "a former price"),
        ("em até 10x de R$ 12,99 sem juros", "an instalment"),
        ("4x 29,90 € sans frais", "an instalment"),
        ("Anzahlung 12,99 €", "an instalment"),
        ("월 12,900원", "an instalment"),
        ("€ 9,95 p/m", "a price by time"),
        ("1 kg = 12,99 €", "a price by measure"),
        ("12,90 € le kg", "a price by measure"),
        ("£20 voucher", "a saving"),
        ("$12.99 with code SAVE10", "a saving"),
        ("Free delivery over £50", "a limit of something"),
        ("zzgl. 0,25 € Pfand", "a deposit on its packing"),
        ("£108.33 + VAT", "a price without tax"),
        ("₹1.29 Lakh", "a number in thousands or millions"),
        ("1.28567万", "a number that is written in no usual way"),
        ("$12.99 – $19.99", "several numbers"),
        ("12.99-19.99", "several numbers"),
        ("34.12 (40.94 inc VAT)", "several numbers"),
        ("5.00 of 5", "the same number twice, without a currency"),
        ("-5,00 €", "a minus sign or a range before it"),
        ("0,00 EUR", "a price of zero"),
        ("Free!", "free"),
        ("99p", "cents"),
        ("4006381333931", "a number that looks like no amount"),
        ("0800 123456", "several numbers"),
        ("1.299.00", "a number that is written in no usual way"),
    ],
)
def test_a_text_that_is_no_one_price_says_what_speaks_against_it(text, doubt):
    reading = read_money(text)
    assert reading.doubt == doubt
    assert not reading.sure


@pytest.mark.parametrize(
    "text",
    [
        "", "AQUAFINESSE", "Not Available", "Free shipping", "20% off", "Save 20 %", "15.08.2017", "v1.2.3", "5 stars",
        "16.00 ft", "64GB", "MX924 IX", "$1e5", "$NaN", "½ €", "1111111111111111111111111111111",
    ],
)  # fmt: skip
def test_a_text_without_an_amount_gives_none(text):
    assert read_money(text) is None


def test_the_currency_of_the_label_goes_before_the_one_from_elsewhere():
    assert sure("£54.17", currency="USD") == ("54.17", "GBP")
    assert sure("54.17", currency="USD") == ("54.17", "USD")
    assert sure("$54.17", currency="CAD") == ("54.17", "CAD")
    assert read_money("54 kr", currency="USD").currency is None, "the two contradict each other"
    assert read_money("$54.17", currency="$").currency is None


def test_the_currency_is_kept_as_it_stands():
    assert read_money("1128240 рублей").currency_text == "руб"
    assert currency_text(None, "Price From £ 39.95") == "£"
    assert currency_text("RENAULT", "ALL MODELS") is None
    assert currency_text("TRY IT") is None
    assert currency_text("20 TRY") == "TRY"


@pytest.mark.parametrize(
    ("text", "hints", "code"),
    [
        ("US$", {}, "USD"),
        ("CAD", {}, "CAD"),
        ("€", {}, "EUR"),
        ("₽", {}, "RUB"),
        ("zł", {}, "PLN"),
        ("R$", {}, "BRL"),
        ("KD", {}, "KWD"),
        ("руб.", {}, "RUB"),
        ("руб.", {"domain": "shop.by"}, "BYN"),
        ("$", {}, None),
        ("$", {"language": "en-CA"}, "CAD"),
        ("$", {"language": "en"}, None),
        ("$", {"domain": "shop.example.com.au"}, "AUD"),
        ("$", {"domain": "shop.example.com"}, None),
        ("$", {"country": "MX", "language": "en-CA"}, "MXN"),
        ("$", {"language": "de-DE"}, None),
        ("kr", {"language": "sv"}, "SEK"),
        ("kr", {"domain": "butik.dk"}, "DKK"),
        ("¥", {"language": "ja"}, "JPY"),
        ("nothing", {}, None),
    ],
)
def test_a_shared_sign_means_a_currency_only_where_something_settles_it(text, hints, code):
    assert currency_code(text, **hints) == code


def test_pence_are_no_pounds():
    assert currency_code("GBp") != "GBP"


@pytest.mark.parametrize("sign", ["9", "1,", "$", "€ ", "1 ", "9.", "- ", "a", "ر.", "\u200f", "1 x ", "kr."])
def test_a_text_of_any_length_is_read_at_once(sign):
    reading = read_money(sign * 1_000_000)
    assert reading is None or reading.amount < Decimal(10) ** 40

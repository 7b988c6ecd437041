"""Stock, name, seller and currency of a product page, and the options of the kind."""

from __future__ import annotations

import asyncio

import pytest
from pydantic import ValidationError

from tests.unit.test_price import BUY, H1, URL, described, ld, look, price
from watchers.api import Flag, Page, Poll, SourceChanged, SourceRefused, Text
from watchers.price import Price
from watchers.testing import CannedContext


class TestStock:
    @pytest.mark.parametrize(
        ("claim", "state", "available", "sold_out"),
        [
            ("https://schema.org/InStock", "in_stock", True, False),
            ("http://schema.org/LimitedAvailability", "in_stock", True, False),
            ("OutOfStock", "out_of_stock", False, True),
            ("https://schema.org/SoldOut", "out_of_stock", False, True),
            ("https://schema.org/PreOrder", "preorder", True, False),
            ("https://schema.org/BackOrder", "backorder", True, False),
            ("https://schema.org/Discontinued", "discontinued", False, False),
        ],
    )
    def test_a_claim_is_read(self, claim: str, state: str, available: bool, sold_out: bool) -> None:
        seen = look(H1, head=described(availability=claim))
        assert seen.facts["availability"] == Text(state)
        assert seen.facts["available"] == Flag(available)
        assert seen.facts["sold_out"] == Flag(sold_out)

    @pytest.mark.parametrize(
        "words",
        ["Out of stock", "Ausverkauft", "Épuisé", "Agotado", "売り切れ", "Нет в наличии", "Derzeit nicht verfügbar."],
    )
    def test_words_that_say_sold_out_are_evidence(self, words: str) -> None:
        assert look(f"{H1}<p class='stock'>{words}</p></main>").facts["sold_out"] == Flag(True)

    @pytest.mark.parametrize(
        "words",
        [
            "In stock",
            "Auf Lager",
            "En stock",
            "Disponibilità immediata",
            "在庫あり",
            "В наличии",
            "Only 3 left in stock",
        ],
    )
    def test_words_that_say_in_stock_are_evidence(self, words: str) -> None:
        assert look(f"{H1}<p class='stock'>{words}</p></main>").facts["availability"] == Text("in_stock")

    @pytest.mark.parametrize(
        "words",
        [
            "We do not know when this will be in stock again",
            "Ob dieser Artikel wieder vorrätig sein wird, ist unbekannt.",
            "Not available",
        ],
    )
    def test_stock_that_is_denied_or_hoped_for_is_no_stock(self, words: str) -> None:
        assert look(f"{H1}<p class='stock'>{words}</p></main>").facts["availability"] == Text("out_of_stock")

    @pytest.mark.parametrize("words", ["Image not available", "Collection not available", "Lieferung nicht verfügbar"])
    def test_what_is_said_of_something_else_says_nothing(self, words: str) -> None:
        assert "availability" not in look(f"{H1}<p>{words}</p></main>").facts

    def test_silence_is_neither_stock_nor_sold_out(self) -> None:
        seen = look(H1)
        assert "availability" not in seen.facts
        assert "available" not in seen.facts
        assert seen.facts["sold_out"] == Flag(False)
        assert seen.unknown["available"]

    def test_claim_and_page_that_contradict_each_other_are_unknown_with_both(self) -> None:
        seen = look(f"{H1}<p class='availability'>Sold out</p></main>", head=described(availability="InStock"))
        assert "availability" not in seen.facts
        assert "Sold out" in seen.unknown["availability"]

    def test_the_other_label_of_a_buy_button_says_nothing(self) -> None:
        button = "<a class='buy' href='#'><span>Add to cart</span><span>Out of stock</span></a>"
        seen = look(f"{H1}<p class='price'>49,90 €</p>{button}</main>")
        assert seen.facts["sold_out"] == Flag(False)

    def test_a_buy_button_beside_the_price_counts_where_nothing_is_said(self) -> None:
        seen = look(f"{H1}<p class='price'>49,90 €</p>{BUY}")
        assert seen.facts["availability"] == Text("in_stock")
        assert "button" in seen.evidence["availability"]


class TestTheRest:
    def test_name_and_seller_are_told(self) -> None:
        seller = {"@type": "Organization", "name": "Example Audio"}
        seen = look(H1, head=described(name="Blue Kettle 2 l", seller=seller))
        assert seen.facts["title"] == Text("Blue Kettle 2 l")
        assert seen.facts["seller"] == Text("Example Audio")
        assert seen.link == URL

    def test_the_heading_names_the_product_where_the_markup_names_another_thing(self) -> None:
        seen = look(f"{H1}<p class='price'>49,90 €</p>{BUY}", head=ld({"@type": "Product", "name": "Welcome"}))
        assert seen.facts["title"] == Text("Blue Kettle")

    def test_a_currency_that_several_countries_share_stays_unknown(self) -> None:
        seen = look(f"{H1}<p class='price'>kr 499</p>{BUY}")
        assert price(seen) == ("499", None)
        assert "currency" in seen.unknown

    def test_the_owner_may_name_the_currency(self) -> None:
        assert price(look(f"{H1}<p class='price'>kr 499</p>{BUY}", currency="sek")) == ("499", "SEK")

    def test_the_owner_may_show_the_price(self) -> None:
        seen = look("<h1>Kettles</h1><p id='mine'>from 49,90 €</p><p class='price'>10 €</p>", select="#mine")
        assert price(seen) is None
        assert price(look("<h1>Kettles</h1><p id='mine'>49,90 €</p><p class='price'>10 €</p>", select="#mine")) == (
            "49.90",
            "EUR",
        )

    def test_a_selector_that_matches_nothing_is_a_trouble(self) -> None:
        with pytest.raises(SourceChanged, match="#gone"):
            look(H1, select="#gone")

    def test_a_selected_element_that_holds_no_price_is_unknown_with_its_text(self) -> None:
        assert "Call us" in look("<p id='mine'>Call us</p>", select="#mine").unknown["price"]

    def test_a_bot_check_is_refused(self) -> None:
        page = Page(
            URL, b"<html><title>Robot or human?</title><body><div id='px-captcha'>Press and hold</div></body></html>"
        )
        with pytest.raises(SourceRefused):
            Price(url=URL).read(page, CannedContext(b""))

    def test_an_empty_shell_is_a_trouble(self) -> None:
        page = Page(URL, b"<html><body><div id='app'></div><script src='/app.js'></script></body></html>")
        with pytest.raises(SourceChanged, match="scripts"):
            Price(url=URL).read(page, CannedContext(b""))

    def test_what_is_no_web_page_is_a_trouble(self) -> None:
        with pytest.raises(SourceChanged, match="application/pdf"):
            Price(url=URL).read(Page(URL, b"%PDF", {"content-type": "application/pdf"}), CannedContext(b""))


class TestOptions:
    def test_several_addresses_make_one_watch_each(self) -> None:
        watches = Price(
            urls=("https://a.example/x", "https://b.example/x", "https://a.example/x"), currency="EUR"
        ).watches()
        assert [watch.label for watch in watches] == ["https://a.example/x", "https://b.example/x"]
        assert all(isinstance(watch, Price) and watch.currency == "EUR" for watch in watches)

    @pytest.mark.parametrize(
        "options",
        [
            {},
            {"url": URL, "urls": (URL,)},
            {"url": "not an address"},
            {"urls": ("ftp://shop.example/",)},
            {"url": URL, "select": "p[["},
            {"url": URL, "currency": "DOLLARS"},
        ],
    )
    def test_wrong_options_are_refused(self, options: dict[str, object]) -> None:
        with pytest.raises(ValidationError):
            Price(**options)

    def test_a_poll_asks_for_the_page_and_reads_it(self) -> None:
        page = f"<html><head>{described()}</head><body>{H1}</body></html>".encode()
        context = CannedContext({URL: page}, {"content-type": "text/html"})
        poll = asyncio.run(Price(url=URL).poll(context))
        assert isinstance(poll, Poll)
        assert price(poll.observations[0]) == ("49.90", "EUR")
        assert poll.observations[0].key == "product"

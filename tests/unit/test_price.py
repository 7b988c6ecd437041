"""What a product page says, and what it must never be taken to say."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from watchers.api import Flag, Money, Observation, Page, SourceChanged, Text
from watchers.price import Price
from watchers.testing import CannedContext

URL = "https://shop.example/kettle"


def look(body: str, *, url: str = URL, head: str = "", **options: str) -> Observation:
    page = (
        f"<!doctype html><html lang='en'><head><title>Blue Kettle | Shop</title>{head}</head><body>{body}</body></html>"
    )
    answer = Page(url, page.encode(), {"content-type": "text/html; charset=utf-8"})
    (seen,) = Price(url=url, **options).read(answer, CannedContext(b"")).observations
    return seen


def price(seen: Observation) -> tuple[str, str | None] | None:
    fact = seen.facts.get("price")
    return (str(fact.amount), fact.currency) if isinstance(fact, Money) else None


def described(price: object = "49.90", currency: str = "EUR", name: str = "Blue Kettle", **offer: object) -> str:
    offers = {"@type": "Offer", "price": price, "priceCurrency": currency, **offer}
    return ld({"@type": "Product", "name": name, "offers": offers})


def ld(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


H1 = "<main><h1>Blue Kettle</h1>"
BUY = "<button>Add to cart</button></main>"


class TestWhatBothSay:
    def test_a_price_that_markup_and_page_agree_on_is_known_with_both(self) -> None:
        seen = look(f"{H1}<p class='price'>49,90 €</p>{BUY}", head=described())
        assert price(seen) == ("49.90", "EUR")
        assert "JSON-LD" in seen.evidence["price"]
        assert "agrees with the page" in seen.evidence["price"]

    def test_markup_alone_is_believed_where_the_page_is_silent(self) -> None:
        assert price(look(f"{H1}<p>A kettle.</p>", head=described())) == ("49.90", "EUR")

    def test_the_visible_price_alone_is_believed_where_it_stands_out(self) -> None:
        seen = look(f"{H1}<p class='product-price'>49,90 €</p>{BUY}")
        assert price(seen) == ("49.90", "EUR")
        assert "49,90 €" in seen.evidence["price"]

    def test_meta_tags_speak_for_the_page(self) -> None:
        head = (
            "<meta property='og:type' content='product'><meta property='product:price:amount' content='49.90'>"
            "<meta property='product:price:currency' content='EUR'>"
            "<meta property='product:availability' content='in stock'>"
        )
        seen = look(f"{H1}<p>A kettle.</p>", head=head)
        assert price(seen) == ("49.90", "EUR")
        assert seen.facts["availability"] == Text("in_stock")

    def test_a_sale_price_in_meta_tags_makes_the_other_the_old_one(self) -> None:
        head = (
            "<meta property='product:price:amount' content='59.90'>"
            "<meta property='product:price:currency' content='EUR'>"
            "<meta property='product:sale_price:amount' content='49.90'>"
        )
        seen = look(f"{H1}<p>A kettle.</p>", head=head)
        assert price(seen) == ("49.90", "EUR")
        assert seen.facts["list_price"] == Money(Decimal("59.90"), "EUR")


class TestSales:
    @pytest.mark.parametrize(
        "old",
        [
            "<del>59,90 €</del>",
            "<s>59,90 €</s>",
            "<span style='text-decoration: line-through'>59,90 €</span>",
            "<span class='was-price'>59,90 €</span>",
            "<span class='price--old'>59,90 €</span>",
            "<span>Was</span> <span class='x'>59,90 €</span>",
            "<span>UVP 59,90 €</span>",
            "<span>statt</span> <b>59,90 €</b>",
        ],
    )
    def test_markup_that_keeps_the_list_price_gives_way_to_the_page(self, old: str) -> None:
        seen = look(f"{H1}<div>{old} <span class='price sale'>49,90 €</span></div>{BUY}", head=described("59.90"))
        assert price(seen) == ("49.90", "EUR")
        assert seen.facts["list_price"] == Money(Decimal("59.90"), "EUR")

    def test_a_claim_that_the_page_shows_only_crossed_out_is_not_believed(self) -> None:
        seen = look("<div><div><p>Kettle</p><del>59,90 €</del></div></div>", head=described("59.90"))
        assert price(seen) is None
        assert "old price" in seen.unknown["price"]

    def test_two_prices_side_by_side_without_a_sign_which_is_old_are_not_guessed(self) -> None:
        seen = look(f"{H1}<div><b>59,90 €</b> <b>49,90 €</b></div>", head=described("59.90"))
        assert price(seen) is None
        assert "59.90" in seen.unknown["price"]

    def test_a_list_price_in_the_specification_is_no_price_to_pay(self) -> None:
        specifications = [
            {"@type": "UnitPriceSpecification", "price": 59.9, "priceType": "https://schema.org/StrikethroughPrice"},
            {"@type": "UnitPriceSpecification", "price": 49.9},
        ]
        offers = {"@type": "Offer", "priceCurrency": "EUR", "priceSpecification": specifications}
        seen = look(H1, head=ld({"@type": "Product", "name": "Blue Kettle", "offers": offers}))
        assert price(seen) == ("49.9", "EUR")
        assert seen.facts["list_price"] == Money(Decimal("59.9"), "EUR")

    def test_the_price_per_100_g_in_the_specification_is_no_price_to_pay(self) -> None:
        quantity = {"@type": "QuantitativeValue", "value": 100, "unitCode": "GRM"}
        offers = {
            "@type": "Offer",
            "priceCurrency": "EUR",
            "price": "49.90",
            "priceSpecification": {"@type": "UnitPriceSpecification", "price": 4.99, "referenceQuantity": quantity},
        }
        seen = look(H1, head=ld({"@type": "Product", "name": "Blue Kettle", "offers": offers}))
        assert price(seen) == ("49.90", "EUR")


class TestWhatIsNotThePrice:
    @pytest.mark.parametrize(
        "other",
        [
            "<p class='price'>4,16 € <small>per month</small></p>",
            "<p class='price'>12 x 4,16 €</p>",
            "<p><span class='price'>4,16 €</span> / Monat</p>",
            "<p class='monthly-price'>4,16 €</p>",
            "<p>(<span class='price'>4,99 €</span> / 100 ml)</p>",
            "<p class='unit-price'>4,99 €/kg</p>",
            "<p class='price'>Save 10,00 €</p>",
            "<p class='price'>+ 4,99 € shipping</p>",
            "<p><span>Versand:</span> <span class='price'>4,99 €</span></p>",
            "<p class='price'>from 29,90 €</p>",
            "<p class='price'>ab 29,90 €</p>",
            "<p class='price'>29,90 € – 79,90 €</p>",
            "<p class='used-price'>29,90 €</p>",
            "<p class='warranty-price'>+ 9,90 €</p>",
            "<p>You pay 29,90 € if you buy three of them today</p>",
            "<p>Orders over <span class='price'>29,00 €</span> ship free.</p>",
        ],
    )
    def test_other_money_near_the_product_is_never_the_price(self, other: str) -> None:
        assert price(look(f"{H1}{other}{BUY}")) is None
        both = look(f"{H1}<p class='price'>49,90 €</p>{other}{BUY}")
        assert price(both) in (("49.90", "EUR"), None)
        assert price(look(f"{H1}<p class='price'>49,90 €</p>{other}{BUY}", head=described())) == ("49.90", "EUR")

    def test_carousels_beside_a_sold_out_product_give_no_price(self) -> None:
        cards = "".join(
            f"<li class='product-card'><a href='/p/{n}'><img><b>Another fine kettle {n}</b>"
            f"<span class='price'>{n}9,00 €</span></a></li>"
            for n in range(1, 5)
        )
        seen = look(
            f"{H1}<p class='availability'>Currently unavailable.</p></main><ul class='recommendations'>{cards}</ul>"
        )
        assert price(seen) is None
        assert seen.facts["sold_out"] == Flag(True)
        assert seen.facts["available"] == Flag(False)

    def test_one_alternative_offered_for_a_sold_out_product_gives_no_price(self) -> None:
        other = (
            "<div><a href='/other'>A Similar Red Kettle with Whistle</a><br><span class='price'>29,00 €</span></div>"
        )
        seen = look(f"{H1}<p class='stock'>Sold out</p>{other}<button>Add to cart</button></main>")
        assert price(seen) is None

    def test_a_category_page_has_no_price(self) -> None:
        cards = "".join(
            f"<div class='card'><a href='/p/{n}'>Kettle number {n}</a><p class='price'>{n}9,00 €</p>"
            "<button>Add to cart</button></div>"
            for n in range(1, 9)
        )
        assert price(look(f"<h1>Kettles</h1>{cards}")) is None

    def test_a_category_page_with_markup_for_each_thing_has_no_price(self) -> None:
        head = "".join(described(f"{n}9.00", name=f"Kettle number {n}") for n in range(1, 5))
        assert price(look("<h1>Kettles</h1>", head=head)) is None

    def test_an_article_that_names_prices_has_none(self) -> None:
        seen = look(
            "<article><h1>The best kettles</h1><h3>Blue Kettle for $49</h3><p>Get it for $49.90 today.</p></article>"
        )
        assert price(seen) is None

    def test_related_products_in_the_markup_are_not_the_product(self) -> None:
        related = [
            {
                "@type": "Product",
                "name": "Red Kettle",
                "offers": {"@type": "Offer", "price": "29", "priceCurrency": "EUR"},
            }
        ]
        assert price(look(H1, head=ld({"@type": "Product", "name": "Blue Kettle", "isRelatedTo": related}))) is None

    @pytest.mark.parametrize("zero", ["0", "0.00", 0])
    def test_a_price_of_zero_is_no_price(self, zero: object) -> None:
        assert price(look(H1, head=described(zero))) is None


class TestDisagreement:
    def test_where_page_and_markup_differ_for_no_visible_reason_neither_is_believed(self) -> None:
        page = f"{H1}<p class='price'>49,90 €</p><p>Pay in stores: <b class='price'>39,90 €</b></p>{BUY}"
        seen = look(page, head=described("39.90"))
        assert price(seen) != ("49.90", "EUR")

    def test_a_part_payment_shown_large_is_not_believed_against_the_markup(self) -> None:
        seen = look(f"{H1}<p class='price current'>12,50 €</p>{BUY}", head=described("300.00"))
        assert price(seen) is None
        assert "300.00" in seen.unknown["price"]
        assert "12,50" in seen.unknown["price"]

    def test_two_currencies_are_not_mixed(self) -> None:
        seen = look(f"{H1}<p class='price'>£49.90</p>{BUY}", head=described("49.90", "USD"))
        assert price(seen) is None
        assert "USD" in seen.unknown["price"]

    def test_a_dollar_sign_does_not_contradict_a_dollar(self) -> None:
        seen = look(f"{H1}<p class='price'>$49.90</p>{BUY}", head=described("49.90", "CAD"))
        assert price(seen) == ("49.90", "CAD")

    def test_a_converted_price_beside_the_own_one_does_not_disturb(self) -> None:
        page = f"{H1}<p class='price'>$55.00</p><small>≈ 49,90 €</small>{BUY}"
        assert price(look(page, head=described("55.00", "USD"))) == ("55.00", "USD")


class TestVariantsAndOffers:
    VARIANTS = ld(
        {
            "@type": "ProductGroup",
            "name": "Blue Kettle",
            "hasVariant": [
                {
                    "@type": "Product",
                    "name": f"Blue Kettle {size} l",
                    "sku": f"kettle-{size}",
                    "offers": {
                        "@type": "Offer",
                        "price": amount,
                        "priceCurrency": "EUR",
                        "url": f"{URL}?variant=7700{size}",
                        "availability": f"https://schema.org/{stock}",
                    },
                }
                for size, amount, stock in ((1, "39.90", "OutOfStock"), (2, "49.90", "InStock"))
            ],
        }
    )

    def test_the_address_names_the_variant(self) -> None:
        seen = look(H1, url=f"{URL}?variant=77001", head=self.VARIANTS)
        assert price(seen) == ("39.90", "EUR")
        assert seen.facts["available"] == Flag(False)

    def test_variants_of_several_prices_without_a_choice_are_unknown(self) -> None:
        seen = look(H1, head=self.VARIANTS)
        assert price(seen) is None
        assert "39.90, 49.90" in seen.unknown["price"]

    def test_the_page_may_choose_the_variant(self) -> None:
        seen = look(f"{H1}<p class='price'>49,90 €</p>{BUY}", head=self.VARIANTS)
        assert price(seen) == ("49.90", "EUR")

    def test_one_variant_in_stock_is_stock(self) -> None:
        assert look(H1, head=self.VARIANTS).facts["availability"] == Text("in_stock")

    def test_a_range_of_offers_is_unknown(self) -> None:
        offers = {"@type": "AggregateOffer", "lowPrice": "39.90", "highPrice": "59.90", "priceCurrency": "EUR"}
        seen = look(H1, head=ld({"@type": "Product", "name": "Blue Kettle", "offers": offers}))
        assert price(seen) is None
        assert "39.90 to 59.90" in seen.unknown["price"]

    def test_a_range_of_one_price_is_that_price(self) -> None:
        offers = {"@type": "AggregateOffer", "lowPrice": "49.90", "highPrice": "49.90", "priceCurrency": "EUR"}
        seen = look(H1, head=ld({"@type": "Product", "name": "Blue Kettle", "offers": offers}))
        assert price(seen) == ("49.90", "EUR")

    def test_microdata_of_the_product_is_told_from_that_of_others(self) -> None:
        def item(name: str, amount: str) -> str:
            return (
                f"<div itemscope itemtype='https://schema.org/Product'><h2 itemprop='name'>{name}</h2>"
                "<div itemprop='offers' itemscope itemtype='https://schema.org/Offer'>"
                "<meta itemprop='priceCurrency' content='EUR'>"
                f"<span itemprop='price' content='{amount}'>{amount} €</span></div></div>"
            )

        seen = look(f"<h1>Blue Kettle</h1>{item('Blue Kettle', '49.90')}{item('Red Teapot', '19.90')}")
        assert price(seen) == ("49.90", "EUR")


class TestHowPricesAreWritten:
    @pytest.mark.parametrize(
        ("written", "amount"),
        [
            ("49<sup>90</sup> €", "49.90"),
            ("49€<sup>90</sup>", "49.90"),
            ("<span>49</span><span class='cents'>90</span> <span>€</span>", "49.90"),
            ("<span>18</span><span class='cents'>18</span> <span>€</span>", "18.18"),
            ("<span>9</span><span class='cents'>09</span> <span>€</span>", "9.09"),
            (
                "<span class='visually-hidden'>€49.90</span><b aria-hidden='true'>€<i>49</i><i>.</i><i>90</i></b>",
                "49.90",
            ),
            ("€ 1.299,00", "1299.00"),
            ("1 299,00 €", "1299.00"),
            ("€ 49,-", "49"),
            ("Our price: €49.90 *", "49.90"),
            ("49,90 € <small>inkl. MwSt.</small>", "49.90"),
            ("<b>49,90 €</b> <i>-20%</i>", "49.90"),
        ],
    )
    def test_a_price_spread_over_elements_is_read_whole(self, written: str, amount: str) -> None:
        assert price(look(f"{H1}<div class='product-price'>{written}</div>{BUY}")) == (amount, "EUR")

    @pytest.mark.parametrize(
        "written", ["<b>49</b> <b>90</b> €", "49 90 €", "<span>12</span><span>345</span><span>67</span>"]
    )
    def test_digits_that_nobody_can_join_are_not_joined(self, written: str) -> None:
        assert price(look(f"{H1}<div class='price'>{written}</div>{BUY}")) is None

    def test_three_decimals_in_the_markup_are_settled_by_the_page_alone(self) -> None:
        assert price(look(H1, head=described("1.299", "USD"))) is None
        seen = look(f"{H1}<p class='price'>$1,299</p>{BUY}", head=described("1.299", "USD"))
        assert price(seen) == ("1299", "USD")


@pytest.mark.parametrize(("options", "says"), [({}, True), ({"browser": True}, False)])
def test_an_empty_page_says_what_would_fill_it(options, says) -> None:
    with pytest.raises(SourceChanged, match="made by scripts") as blank:
        look("<div id=root></div>", **options)
    assert ("`browser: true`" in str(blank.value)) is says

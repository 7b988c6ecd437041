"""Product pages whose prices stand in plain paragraphs, told apart by their words and signs alone."""

from __future__ import annotations

from tests.shop_pages import BUY, HEADING, ShopPage, offered, shop_page


def _lines(*lines: str) -> str:
    return HEADING + "".join(f"<p>{line}</p>" for line in lines)


_IN_BASKET = "<button>In den Warenkorb</button>"
_IN_CART = "<button>Legg i handlekurv</button>"
_PANIER = "<button>Ajouter au panier</button>"
_BID = "<p>Current bid: £12.50</p><button>Place bid</button><p>Buy it now: £30.00</p><button>Buy it now</button>"

PLAIN: tuple[ShopPage, ...] = (
    shop_page(
        "dash-without-currency", _lines("2 490,-", "På lager (12)") + _IN_CART, "2490", "NOK", "in_stock", lang="nb",
        host="butikk.no", money="{},-",
    ),
    shop_page(
        "saving-and-old-in-lines", _lines("799,-", "Spar 200,-", "Før 999,-") + _IN_CART, "799", "NOK", "in_stock",
        lang="nb", host="butikk.no", money="{},-",
    ),
    shop_page(
        "pack-of-one-kilogram", _lines("<span>1,99 €</span><span>1,99 €/kg</span>") + _IN_BASKET, "1.99", "EUR",
        "in_stock", lang="de",
    ),
    shop_page(
        "price-and-measure-twice", _lines("£15.99", "£15.99/kg", "£11.00 Club Price", "£11.00/kg") + BUY, "15.99", "GBP",
        "in_stock", money="£{}", silent=True,
    ),
    shop_page(
        "net-then-gross", _lines("<b>£120.00</b> ex. VAT", "£144.00 inc. VAT") + BUY, "144.00", "GBP", "in_stock",
        money="£{}",
    ),
    shop_page(
        "tax-comes-on-top", _lines("£100.00 +VAT", "£120.00 inc VAT") + BUY, "120.00", "GBP", "in_stock",
        head=offered("120.00", "GBP"), money="£{}",
    ),
    shop_page("price-in-the-button", HEADING + "<button>Add to cart – €19.00</button>", "19.00", "EUR", "in_stock"),
    shop_page("bid-or-buy", HEADING + _BID, "30.00", "GBP", "in_stock", money="£{}"),
    shop_page("thai-button", _lines("฿1,290") + "<button>หยิบใส่ตะกร้า</button>", "1290", "THB", "in_stock", lang="th"),
    shop_page(
        "claim-with-untidy-tax", _lines("23,90 €"), "23.90", "EUR", lang="fr", head=offered("23.904", "EUR"),
    ),
    shop_page("price-of-a-litre", _lines("1,879 €") + _IN_BASKET, None, None, "in_stock", lang="de"),
    shop_page(
        "price-of-a-litre-claimed", _lines("1,879 €") + _IN_BASKET, None, None, "in_stock", lang="de",
        head=offered("1.879", "EUR"),
    ),
    shop_page("thousands-in-english", _lines("1,879 €") + BUY, "1879", "EUR", "in_stock"),
    shop_page(
        "out-of-stock-without-a-button", _lines("€89.00", "Sorry, this item is out of stock"), "89.00", "EUR",
        head=offered("89.00", "EUR", "InStock"),
    ),
    shop_page("sign-for-a-point", _lines("89€90") + _PANIER, "89.90", "EUR", "in_stock", lang="fr"),
    shop_page(
        "sign-and-cents-raised", _lines("<span>89</span><sup>€90</sup>") + _PANIER, "89.90", "EUR", "in_stock", lang="fr"
    ),
    shop_page(
        "sign-and-cents-raised-among-words", _lines("<span>89</span><sup>€90</sup> <em>chez nous</em>") + _PANIER, lang="fr",
    ),
    shop_page("open-to-offers", _lines("250 € VB") + "<button>Kaufen</button>", "250", "EUR", "in_stock", lang="de"),
)  # fmt: skip

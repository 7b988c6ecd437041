"""Product pages with one thing on them that misleads, with what a careful person reads on each."""

from __future__ import annotations

from tests.shop_pages import NAME, PATH, ShopPage, carousel, heading, ld, offered, rows, shop_page

_BUY = "<button>Add to cart</button>"
_PRICE = "<p class='product-price'>€49.90</p>"
_STOCK = "<p class='stock'>In stock</p>"


def _card(name: str, amount: str) -> str:
    return f"<div class='tile'><a href='/p/{name}'>{name}</a><span class='price'>€{amount}</span></div>"


_FLAT_CARDS = "<div class='row'>" + rows(
    _card, ("Nordic Floor Lamp", "129.00"), ("Copper Wall Light", "39.95"), ("Paper Pendant Shade", "24.50")
)
_GIFT_CARD = (
    "<h1>Gift Card</h1><fieldset><label><input type='radio'><span class='price'>€25.00</span></label><label>"
    "<input type='radio'><span class='price'>€50.00</span></label><label><input type='radio'><span class='price'>"
    f"€100.00</span></label></fieldset>{_BUY}"
)
_SWATCHES = (
    f"{heading()}<div class='pdp-price'><span class='price-sales'>€49.90</span></div><ul class='color-swatches'>"
    + rows(
        lambda colour, amount: (
            f"<li class='swatch'><a href='/p/{PATH}-{colour}'>{colour}</a> <span class='swatch-price'>"
            f"€{amount}</span></li>"
        ),
        ("Black", "49.90"),
        ("Copper", "59.90"),
        ("White", "39.90"),
    )
    + f"</ul>{_BUY}"
)
_EVENT = (
    "<h1>The Example Band at The Hall</h1><p>Saturday 12 December 2026, Cologne</p><div class='tickets'><p>We will "
    "tell "
    "you when tickets are on sale.</p><button>Yes, please notify me</button></div><p class='venue'>The Hall, Cologne"
    "</p>"
)
_TICKETS = (
    "<h1>The Example Band at The Hall</h1><p>Saturday 12 December 2026</p><table>"
    + rows(
        lambda seat, amount: f"<tr><td>{seat}</td><td class='price'>€{amount}</td></tr>",
        ("Balcony", "39"),
        ("Floor", "59"),
    )
    + "</table><a href='/tickets'>Find tickets</a>"
)
_ROOM = (
    "<h1>Hotel Example Garden</h1><p class='address'>1 Example Street</p><div class='room'><h3>Double room</h3>"
    "<span class='price'>€ 89</span> <span>per night</span><button>Reserve</button></div>"
)
_CONFIGURED = (
    f"{heading()}<p class='price'>€199.00</p><fieldset><legend>Shade</legend><label>Paper</label><label>Glass "
    "<span class='option-price'>+ €20.00</span></label><label>Copper <span class='option-price'>+ €35.00</span></label>"
    f"</fieldset><p>Shipping: <b>€6.90</b></p>{_BUY}"
)
_BUNDLE = (
    f"{heading()}{_PRICE}{_BUY}<div class='bundle'><h3>Buy together and save</h3><ul><li>{NAME} <span class='price'>"
    "€49.90</span></li><li>LED bulb <span class='price'>€9.90</span></li></ul><p>Bundle price: <b class='price'>€54.90"
    "</b></p></div>"
)
_VAT = (
    f"{heading()}<div class='prices'><span class='ex-vat'><b>£100.00</b> ex VAT</span> <span class='inc-vat'><b>£120.00"
    f"</b> inc VAT</span></div><p class='stock'>In stock</p>{_BUY}"
)
_MEMBERS = (
    f"{heading()}<div class='price-block'><div>Member price <span class='member-price'>€39.90</span></div><div>Regular "
    f"price <span class='regular-price'>€49.90</span></div></div>{_BUY}"
)
_INSTALMENTS = (
    f"{heading()}<div class='pricing'><span class='price-now'>$1,200.00</span><p>or 12 x <b class='price'>$100.00</b> "
    f"per "
    "month with finance</p><p>As low as <b class='price'>$50.00</b>/mo</p><p>Trade-in value up to <b "
    "class='price'>$300.00"
    f"</b></p></div>{_BUY}"
)
_SUBSCRIPTION = (
    "<h1>Example Cloud Backup</h1><div class='plan'><h3>Personal</h3><span class='price'>€4.99</span><span>/month"
    "</span>"
    "</div><div class='plan'><h3>Family</h3><span class='price'>€9.99</span><span>/month</span></div>"
)
_HISTORY = (
    f"{heading()}{_PRICE}<p>Lowest price in the last 30 days: <span class='price'>€44.90</span></p>"
    f"<p>Price alert below <span class='price'>€45.00</span></p>{_STOCK}{_BUY}"
)
_STORES = (
    f"{heading()}{_PRICE}{_STOCK}{_BUY}<div class='stores'><h3>Stores</h3><ul><li>Northtown: Out of stock</li><li>"
    "Southtown: In stock</li></ul></div>"
)
_PREORDER = f"{heading()}{_PRICE}<p class='release'>Release date: 12 December 2026</p><button>Pre-order</button>"
_FILTER = (
    f"<aside class='filters'><h3>Price</h3><span class='price-min'>€5.00</span> – <span class='price-max'>€999.00"
    f"</span>"
    f"</aside>{heading()}{_PRICE}{_BUY}"
)
_CURRENCIES = (
    "<div class='currency-selector'><a href='?c=EUR'>€ EUR</a><a href='?c=GBP'>£ GBP</a><a href='?c=SEK'>kr SEK</a>"
    "</div>"
    f"{heading()}<p class='price'>£42.00</p>{_BUY}"
)
_SIZES = (
    f"{heading()}<p class='price'>€49.90</p><ul class='sizes'><li class='size'>S</li><li class='size disabled'>M "
    f"<span>Sold out</span></li><li class='size'>L <span>Only 2 left</span></li></ul>{_BUY}"
)
_TWO_VARIANTS = ld(
    {
        "@type": "ProductGroup",
        "name": NAME,
        "hasVariant": [
            {"@type": "Product", "name": f"{NAME} {colour}", "sku": sku, "offers": {
                "@type": "Offer", "price": price, "priceCurrency": "EUR", "availability": f"https://schema.org/{stock}"}}
            for colour, sku, price, stock in (
                ("black", "L200-BLK", "49.90", "OutOfStock"), ("white", "L200-WHT", "59.90", "InStock"))
        ],
    }
)  # fmt: skip

ODDITIES: tuple[ShopPage, ...] = (
    shop_page("gift-card-amounts", _GIFT_CARD, stock="in_stock", name="Gift Card", path="/p/gift-card"),
    shop_page("colours-with-prices", _SWATCHES, "49.90", "EUR", "in_stock"),
    shop_page("event-without-tickets", _EVENT, name="The Example Band at The Hall", path="/concerts/example-band"),
    shop_page("event-with-two-prices", _TICKETS, name="The Example Band at The Hall", path="/concerts/example-band"),
    shop_page("room-per-night", _ROOM, name="Hotel Example Garden", path="/hotel/example-garden"),
    shop_page("options-at-a-surcharge", _CONFIGURED, "199.00", "EUR", "in_stock"),
    shop_page("bundle", _BUNDLE, "49.90", "EUR", "in_stock"),
    shop_page("vat-in-and-out", _VAT, "120.00", "GBP", "in_stock", money="£{}"),
    shop_page("vat-claimed", _VAT, "120.00", "GBP", "in_stock", money="£{}",
              head=offered("120.00", "GBP", "InStock")),
    shop_page("member-price", _MEMBERS, "49.90", "EUR", "in_stock", silent=True),
    shop_page("member-price-claimed", _MEMBERS, "49.90", "EUR", "in_stock", head=offered("49.90", "EUR", "InStock")),
    shop_page("instalments", _INSTALMENTS, "1200.00", "USD", "in_stock", lang="en-US", money="${}"),
    shop_page("plans-per-month", _SUBSCRIPTION, name="Example Cloud Backup", path="/pricing"),
    shop_page("lowest-of-30-days", _HISTORY, "49.90", "EUR", "in_stock"),
    shop_page("stock-of-stores", _STORES, "49.90", "EUR", "in_stock"),
    shop_page("pre-order-button", _PREORDER, "49.90", "EUR", "preorder"),
    shop_page("pre-order-claimed", _PREORDER, "49.90", "EUR", "preorder", head=offered(49.9, "EUR", "PreOrder")),
    shop_page("filter-with-a-range", _FILTER, "49.90", "EUR", "in_stock"),
    shop_page("list-of-currencies", _CURRENCIES, "42.00", "GBP", "in_stock", money="£{}"),
    shop_page("one-size-sold-out", _SIZES, "49.90", "EUR", "in_stock"),
    shop_page("variants-differ", f"{heading()}<p>Choose a colour.</p>", stock="in_stock", head=_TWO_VARIANTS),
    shop_page("variant-in-the-address", f"{heading()}<p>Black</p>", "49.90", "EUR", "out_of_stock", head=_TWO_VARIANTS,
              path=f"/p/{PATH}?sku=L200-BLK"),
    shop_page("hidden-template", f"<template><p class='price'>€0.01</p></template>{heading()}{_PRICE}<div "
              f"style='display:"
              f"none'><span class='price'>€99.00</span></div><noscript><p class='price'>€1.00</p></noscript>{_BUY}",
              "49.90", "EUR", "in_stock"),
    shop_page("claim-keeps-the-list-price", f"{heading()}<p class='price'><s>€59.90</s> <b>€49.90</b>"
              f"</p>{_BUY}", "49.90",
              "EUR", "in_stock", head=offered("59.90", "EUR", "InStock")),
    shop_page("claim-of-another-day", f"{heading()}<p class='price'>€49.90</p>{_BUY}", None, None, "in_stock",
              head=offered("5.00", "EUR", "InStock")),
    shop_page("claim-in-cents", f"{heading()}<p class='price'>€49.90"
              f"</p>{_BUY}", "49.90", "EUR", "in_stock", silent=True,
              head=offered("4990", "EUR", "InStock")),
    shop_page("comma-in-the-claim", f"{heading()}<p class='price'>1.299,00 €</p>{_BUY}", "1299.00", "EUR", "in_stock",
              head=offered("1.299,00", "EUR", "InStock"), money="{} €"),
    shop_page("price-in-an-attribute", f"{heading()}<div class='product' data-price='2499' data-currency='EUR'></div>"
              f"{_BUY}", None, None, None),
    shop_page("sold-out-beside-cards", f"{heading()}<p class='stock'>Sold out</p>{_FLAT_CARDS}</div>", None, None,
              "out_of_stock"),
    shop_page("cards-without-names", f"{heading()}{_PRICE}{_STOCK}{_BUY}{_FLAT_CARDS}"
              f"</div>", "49.90", "EUR", "in_stock"),
    shop_page("price-on-request", f"{heading()}<p class='price'>Price on request</p><button>Ask us</button>"),
    shop_page("article-with-prices", f"<article><h1>{NAME} review</h1><p>At <b>€49.90</b> it is a bargain.</p><p>Its "
              f"rival "
              "costs <b>€89.00</b>.</p></article>"),
    shop_page("category", "<h1>Desk lamps</h1>" + carousel(css="grid"), name="Desk lamps", path="/desk-lamps"),
    shop_page("seller-beside-others", f"{heading()}{_PRICE}{_STOCK}{_BUY}<div class='other-sellers'><h3>Other sellers"
              f"</h3>"
              "<ul><li>Lumen Ltd <b class='price'>€47.50</b></li><li>Jasno <b class='price'>€51.00</b></li></ul></div>",
              "49.90", "EUR", "in_stock"),
    shop_page("deposit", f"{heading()}<p class='price'>€49.90</p><p>+ <span class='price'>€0.25</span> deposit"
              f"</p>{_BUY}",
              "49.90", "EUR", "in_stock"),
    shop_page("pack-and-piece", f"{heading()}<p class='price'>€12.00</p><p class='unit'>€2.00 / piece</p><p>Pack of 6"
              f"</p>"
              f"{_BUY}", "12.00", "EUR", "in_stock"),
    shop_page("voucher", f"{heading()}<p class='price'>€49.90</p><p>€44.91 with code <b>LIGHT10</b></p>{_BUY}", "49.90",
              "EUR", "in_stock"),
    shop_page("login-for-prices", f"{heading()}<p><a href='/login'>Log in</a> to see prices</p>"),
)  # fmt: skip

"""Product pages of a large marketplace in its older make: a table of prices, a buy box, formats, other sellers."""

from __future__ import annotations

from typing import Any

from tests.shop_markets import BUY_BOX, RELATED, TITLE
from tests.shop_pages import ShopPage, shop_page

STOCK = "<div id='availability' class='a-section'><span class='a-size-medium a-color-success'>In stock.</span></div>"
_POUNDS: dict[str, Any] = {"lang": "en-gb", "money": "£{}", "related": RELATED.replace("$", "£")}


def _row(label: str, name: str, amount: str, extra: str = "", css: str = "priceBlockBuyingPriceString") -> str:
    return (
        f"<tr><td class='a-color-secondary a-text-right a-nowrap'>{label}</td><td class='a-span12'><span id='{name}' "
        f"class='a-size-medium a-color-price {css}'>{amount}</span>{extra}</td></tr>"
    )


def _table(*rows: str) -> str:
    return f"<div id='price' class='a-section'><table class='a-lineitem'>{''.join(rows)}</table></div>"


def _box(amount: str) -> str:
    return (
        f"<div id='buybox'><span id='price_inside_buybox' class='a-size-medium a-color-price'>{amount}</span><div "
        f"id='delivery-message'>FREE delivery: <b>Tuesday</b> on your first order</div>{BUY_BOX}</div>"
    )


PRICE_BLOCKS: tuple[ShopPage, ...] = (
    shop_page(
        "deal-of-the-day",
        TITLE
        + _table(
            _row("Was:", "x", "<span class='priceBlockStrikePriceString a-text-strike'>£69.99</span>"),
            _row("Price:", "y", "<span class='priceBlockStrikePriceString a-text-strike'>£59.99</span>"),
            _row(
                "Deal of the Day:",
                "priceblock_dealprice",
                "£39.99",
                "<span>& FREE Delivery</span>",
                "priceBlockDealPriceString",
            ),
            _row("You Save:", "z", "£30.00 (43%)", "", "priceBlockSavingsString"),
        )
        + STOCK
        + _box("£39.99"),
        "39.99",
        "GBP",
        "in_stock",
        **_POUNDS,
    ),
    shop_page(
        "price-and-deal",
        TITLE
        + _table(
            _row("Price:", "priceblock_ourprice", "£51.99"),
            _row("With Deal:", "priceblock_dealprice", "£39.99", "", "priceBlockDealPriceString"),
            _row("You Save:", "z", "£12.00 (23%)"),
        )
        + STOCK
        + _box("£39.99"),
        "39.99",
        "GBP",
        "in_stock",
        silent=True,
        **_POUNDS,
    ),
    shop_page(
        "electronic-book",
        TITLE + '<table class="a-lineitem"><tr class="print-list-price"><td>Print List Price:'
        '</td><td class="a-text-strike">£9.99</td></tr><tr class="ebook-price"><td>E-book price:</td><td '
        'class="a-color-price"><span class="a-size-medium a-color-price">£4.99</span><span>includes VAT (where '
        'applicable)</span></td></tr><tr class="ebooks-price-savings"><td>You Save:</td><td '
        'class="a-color-price">£5.00 (50%)</td></tr></table><span>Buy now with 1-Click'
        "</span>",
        "4.99",
        "GBP",
        None,
        **_POUNDS,
    ),
    shop_page(
        "talking-book",
        TITLE + '<div id="tmmSwatches"><ul><li class="swatchElement selected"><span>Audiobook'
        '</span><span class="a-color-price">£0.00</span></li><li class="swatchElement"><a '
        'href="/dp/1">Hardcover <span class="a-color-price">£14.99</span></a></li></ul></div><div id="buybox">'
        "<span>£0.00</span><span>Free with 30-day trial</span><span>£7.99 a month after 30 days.</span><div>"
        '<span>Buy:</span> <span class="a-color-price">£20.99</span></div>'
        "</div>",
        "20.99",
        "GBP",
        None,
        silent=True,
        **_POUNDS,
    ),
    shop_page(
        "rent-or-buy",
        TITLE + "<button>Rent HD £3.49</button><button>Buy HD £9.99</button>",
        None,
        None,
        None,
        **_POUNDS,
    ),
    shop_page(
        "price-per-measure-behind",
        TITLE
        + _table(_row("Price:", "priceblock_ourprice", "£8.99", "<span class='a-size-small'>(£0.52 / 100 g)</span>"))
        + STOCK
        + _box("£8.99"),
        "8.99",
        "GBP",
        "in_stock",
        **_POUNDS,
    ),
    shop_page(
        "import-fees-behind",
        TITLE
        + _table(
            _row(
                "Price:",
                "priceblock_ourprice",
                "$48.99",
                "<span id='ourprice_shippingmessage'><span class='a-size-base a-color-secondary'>+ $23.45 Shipping & "
                "Import Fees Deposit to Germany</span> <a>Details</a></span>",
            )
        )
        + STOCK.replace("In stock", "In Stock")
        + _box("$48.99"),
        "48.99",
        "USD",
        "in_stock",
        lang="en-us",
        money="${}",
        related=RELATED,
    ),
    shop_page(
        "range-by-size",
        TITLE
        + _table(_row("Price:", "priceblock_ourprice", "£12.00 - £29.00"))
        + "<div>Select size</div>"
        + STOCK
        + BUY_BOX,
        None,
        None,
        "in_stock",
        **_POUNDS,
    ),
    shop_page(
        "voucher-to-tick",
        TITLE
        + _table(_row("Price:", "priceblock_ourprice", "£8.99"))
        + '<div class="couponFeature">Save an extra 5% when you apply this voucher.</div><div>Save £2.00 on your '
        "first order</div>" + STOCK + _box("£8.99"),
        "8.99",
        "GBP",
        "in_stock",
        **_POUNDS,
    ),
    shop_page(
        "used-only",
        TITLE + '<div id="buybox"><div id="usedBuySection"><span>Buy used:</span> <span '
        'class="a-color-price offer-price">£31.50</span></div><div>Condition: Used - Good'
        "</div>" + BUY_BOX + '</div><div id="availability">Only 1 left in stock.'
        "</div>",
        None,
        None,
        "in_stock",
        **_POUNDS,
    ),
    shop_page(
        "sellers-beside",
        TITLE + STOCK + _box("£8.99") + '<div id="moreBuyingChoices"><h5>Other Sellers on here</h5>'
        '<div>£7.49 + £2.80 delivery<br>Sold by: Lumen</div><span class="a-color-price">£7.49</span><span>+ '
        '£2.80 delivery</span><span class="a-color-price">£8.20</span></div><div id="olp"><a href="/olp">New '
        "(12) from £7.49 + FREE Delivery</a></div>",
        "8.99",
        "GBP",
        "in_stock",
        **_POUNDS,
    ),
    shop_page(
        "table-of-rivals",
        TITLE + STOCK + _box("£8.99") + '<table id="ComparisonTable"><tr><th>This item</th><th><a '
        'href="/dp/2">Nordic Floor Lamp with shade</a></th></tr><tr><td>Price</td><td><span class="a-price">'
        '<span class="a-offscreen">£8.99</span></span></td><td><span class="a-price"><span '
        'class="a-offscreen">£12.99</span></span></td><td><span class="a-price"><span class="a-offscreen">£15.99'
        "</span></span></td></tr></table>",
        "8.99",
        "GBP",
        "in_stock",
        **_POUNDS,
    ),
    shop_page(
        "third-parties-only",
        TITLE + '<div id="availability">Available from <a href="/olp">these sellers</a>.'
        '</div><div id="olp_feature_div"><span><a href="/olp">New (3) from <span class="a-color-price">£45.00'
        "</span></a></span></div>",
        None,
        None,
        None,
        **_POUNDS,
    ),
    shop_page(
        "german",
        TITLE + '<div id="price"><span class="a-price a-text-price a-size-medium"><span '
        'class="a-offscreen">24,99 €</span><span aria-hidden="true">24,99 €</span></span><span>Preisangaben '
        'inkl. USt.</span></div><div id="availability"><span>Nur noch 3 auf Lager</span></div><div>Neu (7) ab '
        "22,90 € + GRATIS Versand</div><div>Lieferung bis Dienstag für 3,99 €</div><span>In den Einkaufswagen"
        "</span>",
        "24.99",
        "EUR",
        "in_stock",
        lang="de-de",
        money="{} €",
        related=RELATED.replace("$", "€"),
    ),
    shop_page(
        "french",
        TITLE + '<div id="unifiedPrice_feature_div"><div id="price"><table><tr><td>Prix :</td><td>'
        '<span id="priceblock_ourprice" class="a-size-medium a-color-price">44,25 €</span> <span>LIVRAISON '
        'GRATUITE</span></td></tr></table></div></div><div id="vatMessage">Tous les prix incluent la TVA.</div>'
        '<div id="availability"><span>Il ne reste plus que 2 exemplaire(s) en stock.</span></div>'
        '<div>D"occasion à partir de 30,12 €</div><div>Payez en 4 x 11,30 €</div><span>Ajouter au panier'
        "</span>",
        "44.25",
        "EUR",
        "in_stock",
        lang="fr-fr",
        money="{} €",
        related=RELATED.replace("$", "€"),
    ),
    shop_page(
        "italian",
        TITLE + '<div id="price"><table><tr><td>Prezzo mediano:</td><td><span '
        'class="priceBlockStrikePriceString a-text-strike">29,90 €</span></td></tr><tr><td>Prezzo:</td><td>'
        '<span id="priceblock_ourprice" class="a-color-price">21,99 €</span> <span>Spedizione GRATUITA sul tuo '
        "primo ordine</span></td></tr><tr><td>Risparmi:</td><td>7,91 € (26%)</td></tr></table></div><span>Tutti "
        'i prezzi includono l"IVA.</span><div id="availability">Disponibilità immediata.</div><span>Aggiungi al '
        "carrello</span>",
        "21.99",
        "EUR",
        "in_stock",
        lang="it-it",
        money="{} €",
        related=RELATED.replace("$", "€"),
    ),
)

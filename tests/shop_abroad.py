"""Product pages of shops in many countries, each with a way to write a price or its surroundings that is usual there."""

from __future__ import annotations

from tests.shop_pages import BUY, HEADING, NAME, ShopPage, offered, shop_page

_IN_BASKET = "<button>In den Warenkorb</button>"
_LISTED = (
    f"<div id='content'><h1>{NAME}</h1><ul class='list-unstyled'><li>Доступность: В наличии</li></ul>"
    "<ul class='list-unstyled'><li><span style='text-decoration: line-through'>5 990 р.</span></li><li><h2>4 990 р."
    "</h2></li><li>Без НДС: 4 158 р.</li></ul><button type='button' id='button-cart'>В корзину</button></div>"
)
_GLUED = (
    f"{HEADING}<div class='price-box'><span class='special-price'><span class='price-container'><span "
    "class='price-label'>Preț special</span><span class='price-wrapper'><span class='price'>1.299,99 lei</span></span>"
    "</span></span><span class='old-price'><span class='price-label'>Preț obișnuit</span><span class='price'>1.499,99 "
    "lei</span></span></div><button><span>Adaugă în coș</span></button>"
)
_BADGED = f"{HEADING}<div><span>₦ 12,999</span><div><span>₦ 19,999</span><span>35%</span></div></div>{BUY}"
_AT_ONCE = f"{HEADING}<div><b>R$ 399,90</b><b>R$ 379,90</b><span>no Pix</span><span>5% OFF</span></div><button>Comprar</button>"
_OF_ANOTHER_SHARE = f"{HEADING}<div><span>$79.00</span><span>$99.00</span><span>10%</span></div>{BUY}"
_NET_FIRST = (
    f"{HEADING}<div class='price'><span>£65.83</span> <small>ex. VAT</small> <span>£79.00</span> <small>inc. VAT</small>"
    f"</div>{BUY}"
)

ABROAD: tuple[ShopPage, ...] = (
    shop_page("price-as-a-heading", _LISTED, "4990", "RUB", "in_stock", lang="ru", host="shop.ru", money="{} р."),
    shop_page("label-runs-into-the-price", _GLUED, "1299.99", "RON", "in_stock", lang="ro", money="{} lei"),
    shop_page(
        "badge-tells-the-old-price", _BADGED, "12999", "NGN", "in_stock", money="₦ {}", related="", silent=True
    ),
    shop_page("price-for-those-who-pay-at-once", _AT_ONCE, None, None, "in_stock", lang="pt-BR", money="R$ {}"),
    shop_page("badge-of-another-share", _OF_ANOTHER_SHARE, None, None, "in_stock", money="${}", related=""),
    shop_page("tax-words-behind-both", _NET_FIRST, "79.00", "GBP", "in_stock", money="£{}"),
    shop_page(
        "gone-beside-another", f"<div>{HEADING}<p>Sold out</p></div><div><p>Emma Light</p><div class='price'>$59.00</div>"
        "</div>", None, None, "out_of_stock", money="${}", related="",
    ),
    shop_page(
        "data-without-tax", f"{HEADING}<p class='price'>74,90 € <small>inkl. MwSt.</small></p>{_IN_BASKET}", "74.90",
        "EUR", "in_stock", lang="de", money="{} €", head=offered("62.94", "EUR", "InStock"),
    ),
    shop_page(
        "abbreviation-with-a-point", f"{HEADING}<div class='product-price'>Rs.12,990</div>{BUY}", "12990", "LKR",
        "in_stock", host="shop.lk", money="Rs.{}",
    ),
    shop_page(
        "per-pack", f"{HEADING}<div class='price'>89 kr/förp</div><p>Jmf-pris 178 kr/kg</p><button>Köp</button>", "89",
        "SEK", "in_stock", lang="sv", host="shop.se", money="{} kr",
    ),
    shop_page(
        "in-myriads", f"{HEADING}<div class='price'>価格 <b>3,980万円</b></div><button>購入する</button>", "39800000",
        "JPY", "in_stock", lang="ja", money="{}円",
    ),
    shop_page(
        "thousandths", f"{HEADING}<div class='price'>BD 24.500</div>{BUY}", "24.500", "BHD", "in_stock", host="shop.bh",
        money="BD {}",
    ),
    shop_page(
        "heading-in-arabic", f"{HEADING}<h2 class='total-price'>299 ر.س</h2><button>إضافة للسلة</button>", "299", "SAR",
        "in_stock", lang="ar", money="{} ر.س",
    ),
)  # fmt: skip
